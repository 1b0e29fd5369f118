"""The pages in the system's Chromium. Screenshots are left in tests/screenshots/ for a person to look at."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.web.conftest import served, settings_for

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SCREENSHOTS = Path(__file__).parents[1] / "screenshots"
WIDTHS = [pytest.param(360, id="phone"), pytest.param(1280, id="desk")]
QUESTION = "老板欠我三个月工资怎么办"


@pytest.fixture(name="address", scope="module")
def _address(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(settings_for(tmp_path_factory.mktemp("browser"), data_dir=real_data)) as address:
        yield address


@pytest.fixture(name="browser", scope="module")
def _browser() -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("google-chrome")
    assert found, "no Chromium: run tests/install_system_packages.sh"
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=flags)
        yield browser
        browser.close()


class Visit:
    """One person's page, and everything that must not happen on it: errors, and requests to another host."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.page: Page = context.new_page()
        self.page.set_default_timeout(15_000)
        self.problems: list[str] = []
        self.page.on("console", lambda message: self.problems.append(message.text) if message.type in {"error", "warning"} else None)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("request", lambda request: None if request.url.startswith((address, "data:")) else self.problems.append(request.url))
        self.page.on("response", lambda response: self.problems.append(response.url) if response.status >= 400 else None)
        self.page.goto(address)

    def ask(self, question: str) -> None:
        self.page.get_by_role("textbox").fill(question)
        self.page.get_by_role("button", name="问一问").click()
        self.page.wait_for_url("**/a/*")

    def keep(self, name: str, width: int) -> None:
        SCREENSHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png", full_page=True)


@pytest.fixture(name="visit", params=WIDTHS)
def _visit(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": request.param, "height": 780}, locale="zh-CN")
    yield Visit(context, address)
    context.close()


def width_of(visit: Visit) -> int:
    return int(visit.page.evaluate("innerWidth"))


def overflow(visit: Visit) -> int:
    return int(visit.page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def too_small(visit: Visit) -> list[str]:
    """What is to be tapped and lower than 44 px (links inside a sentence are not meant)."""
    return list(
        visit.page.eval_on_selector_all(
            "button, summary, a.button, a.link, textarea, .choice, .field > input",
            "all => all.filter(one => one.getBoundingClientRect().height < 44).map(one => one.outerHTML.slice(0, 80))",
        )
    )


def test_a_question_typed_and_sent_is_answered_on_its_own_page(visit: Visit) -> None:
    visit.keep("home", width_of(visit))
    visit.ask(QUESTION)
    visit.keep("answer", width_of(visit))

    expect(visit.page.locator(".short")).to_contain_text("工资")
    expect(visit.page.locator(".made")).to_contain_text("本回答由程序自动整理")
    assert visit.problems == []


def test_a_source_opens_when_it_is_tapped(visit: Visit) -> None:
    visit.ask(QUESTION)
    law = visit.page.locator("details .law").first
    expect(law).to_be_hidden()
    visit.page.locator("details:has(.law) summary").first.click()

    expect(law).to_be_visible()
    visit.keep("source", width_of(visit))
    assert visit.problems == []


def test_the_short_answer_the_first_steps_and_the_deadline_are_seen_without_scrolling(visit: Visit) -> None:
    visit.ask(QUESTION)

    for part in (".short", "section.steps > ol", "section.deadline li >> nth=0"):
        expect(visit.page.locator(part)).to_be_in_viewport(ratio=1)


def test_what_is_folded_opens_when_it_is_tapped(visit: Visit) -> None:
    visit.ask(QUESTION)
    for summary in ("后面还有", "要准备什么", "念给电话里的人听"):
        visit.page.locator("summary", has_text=summary).click()
    visit.keep("spoken", width_of(visit))

    expect(visit.page.locator("section.steps details li").first).to_be_visible()
    expect(visit.page.locator("details.documents li").first).to_be_visible()
    expect(visit.page.locator("details.spoken p").first).to_be_visible()
    assert overflow(visit) <= 0


def test_one_can_ask_on_from_the_answer(visit: Visit) -> None:
    visit.ask("没签劳动合同能要双倍工资吗")
    first = visit.page.url
    visit.page.get_by_role("textbox").fill("那从哪天算")
    with visit.page.expect_navigation(url=lambda url: "/a/" in url and url != first):
        visit.page.get_by_role("button", name="问一问").click()

    expect(visit.page.locator(".asked")).to_contain_text("那从哪天算")
    expect(visit.page.locator(".answer")).to_contain_text("《劳动合同法》第八十二条")


def test_what_is_asked_back_is_answered_by_tapping_a_choice(visit: Visit) -> None:
    visit.ask("老板不给钱")
    first = visit.page.url
    expect(visit.page.locator(".choices")).to_contain_text("单位现在是什么样？")
    visit.keep("asked-back", width_of(visit))
    assert (overflow(visit), too_small(visit)) == (0, [])
    with visit.page.expect_navigation(url=lambda url: "/a/" in url and url != first):
        visit.page.get_by_role("button", name="不知道").click()
    visit.keep("cases", width_of(visit))

    expect(visit.page.locator(".cases li")).to_have_count(4)
    assert visit.problems == []


def test_an_example_is_answered_when_it_is_tapped(visit: Visit) -> None:
    visit.page.locator(".examples button").first.click()
    visit.page.wait_for_url("**/a/*")

    expect(visit.page.locator(".answer.answered")).to_be_visible()


def test_an_emergency_is_seen_without_scrolling(visit: Visit) -> None:
    visit.ask("我不想活了")
    visit.keep("crisis", width_of(visit))

    expect(visit.page.locator(".crisis .short")).to_be_in_viewport(ratio=1)
    assert visit.problems == []


@pytest.mark.parametrize("question", [None, QUESTION, "我不想活了", "A" * 600, "加班费" * 200])
def test_no_page_scrolls_sideways(visit: Visit, question: str | None) -> None:
    if question:
        visit.ask(question)
        visit.page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")

    assert overflow(visit) <= 0


@pytest.mark.parametrize("question", [None, QUESTION])
def test_what_is_to_be_tapped_is_as_high_as_a_finger(visit: Visit, question: str | None) -> None:
    if question:
        visit.ask(question)

    assert too_small(visit) == []


def fill_severance(visit: Visit, address: str, wage: str) -> None:
    visit.page.goto(f"{address}/calc/severance")
    visit.page.get_by_label("单位违法辞退或违法终止").check()
    visit.page.get_by_label("入职的日子").fill("2023-03-01")
    visit.page.get_by_label("离开的日子").fill("2026-10-31")
    visit.page.get_by_label("月平均工资").fill(wage)
    visit.page.get_by_role("button", name="算一算").click()


def test_a_severance_is_filled_in_and_its_sum_is_seen_without_scrolling(visit: Visit, address: str) -> None:
    visit.page.get_by_role("link", name="算一算").click()
    visit.keep("calc-list", width_of(visit))
    assert (overflow(visit), too_small(visit)) == (0, [])
    visit.page.get_by_role("link", name="丢了工作").click()
    visit.keep("calc-form", width_of(visit))
    assert (overflow(visit), too_small(visit)) == (0, [])
    fill_severance(visit, address, "5000")
    visit.keep("calc-result", width_of(visit))

    expect(visit.page.locator(".sum strong")).to_have_text("40000元")
    expect(visit.page.locator(".sum strong")).to_be_in_viewport(ratio=1)
    expect(visit.page.locator(".made")).to_contain_text("本结果由程序自动计算")
    assert (overflow(visit), too_small(visit), visit.problems) == (0, [], [])


def test_a_mistake_is_seen_at_its_field_which_has_the_focus_and_what_was_typed(visit: Visit, address: str) -> None:
    fill_severance(visit, address, "五千")
    visit.keep("calc-mistake", width_of(visit))
    wrong = visit.page.get_by_label("月平均工资")

    expect(wrong).to_be_focused()
    expect(wrong).to_be_in_viewport(ratio=1)
    expect(wrong).to_have_value("五千")
    expect(wrong).to_have_accessible_description(re.compile("月平均工资要写 0 到 1000000 元的数，您写的是 五千，请改。"))
    expect(visit.page.get_by_label("单位违法辞退或违法终止")).to_be_checked()
    assert overflow(visit) <= 0


@pytest.mark.parametrize("name", ["calc/overtime", "calc/arbitration_claim", "check/injury_check", "paper/arbitration_application"])
def test_no_form_scrolls_sideways_with_everything_open(visit: Visit, address: str, name: str) -> None:
    visit.page.goto(f"{address}/{name}")
    if name.startswith(("calc/arbitration", "paper")):
        for box in visit.page.get_by_role("checkbox").all():
            box.check()
        visit.page.get_by_role("button", name="选好了").click()
    visit.page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
    visit.keep(name.replace("/", "-"), width_of(visit))

    assert (overflow(visit), too_small(visit)) == (0, [])


def test_a_form_is_filled_in_with_the_keyboard_alone_and_without_javascript(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 780}, java_script_enabled=False)
    visit = Visit(context, address)
    visit.page.goto(f"{address}/calc/retirement")
    visit.page.get_by_label("男", exact=True).focus()
    visit.page.keyboard.press("Space")
    visit.page.get_by_label("出生的日子").fill("1976-08-15")
    visit.page.get_by_label("养老保险交了几年").focus()
    visit.page.keyboard.insert_text("20")
    visit.page.keyboard.press("Enter")

    expect(visit.page.locator(".sum")).to_have_text("退休时间 2039年7月15日")
    with visit.page.expect_download() as saved:
        visit.page.get_by_role("button", name="存进手机日历").click()
    assert saved.value.suggested_filename == "days.ics"
    context.close()


def test_a_self_test_is_answered_and_says_first_how_it_looks(visit: Visit, address: str) -> None:
    visit.page.goto(f"{address}/check/hardship")
    visit.page.get_by_label("一起生活的人数").fill("3")
    visit.page.get_by_role("button", name="看结果").click()
    visit.keep("check-result", width_of(visit))

    expect(visit.page.locator(".short")).to_be_in_viewport(ratio=1)
    expect(visit.page.locator(".made")).to_contain_text("不是认定")
    assert (overflow(visit), too_small(visit), visit.problems) == (0, [], [])
    visit.page.locator(".result .examples button").first.click()
    visit.page.wait_for_url("**/a/*")
    expect(visit.page.locator(".answer.answered")).to_be_visible()


def test_a_paper_gets_one_more_witness_is_read_and_is_saved_without_javascript(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 780}, java_script_enabled=False)
    visit = Visit(context, address)
    visit.page.goto(f"{address}/paper/injury_outline")
    visit.page.get_by_label("姓名", exact=True).fill("王小明")
    visit.page.locator("summary", has_text="证人").click()
    visit.page.get_by_label("证人姓名").fill("李二")
    visit.page.locator("details", has_text="证人").get_by_role("button", name="再加一项").click()
    expect(visit.page.get_by_label("证人姓名")).to_have_count(2)
    expect(visit.page.locator("summary", has_text="证人")).to_be_in_viewport()
    visit.page.get_by_label("证人姓名").last.fill("赵三")
    visit.page.get_by_label("证人姓名").last.press("Enter")
    visit.keep("paper-result", 360)

    expect(visit.page.locator(".sheet")).to_contain_text("赵三")
    assert overflow(visit) <= 0
    with visit.page.expect_download() as saved:
        visit.page.get_by_role("button", name="存成 Word 文件").click()
    assert saved.value.suggested_filename.endswith(".docx")
    context.close()


def test_the_error_page_leads_back_and_fits(visit: Visit, address: str) -> None:
    visit.page.goto(f"{address}/no-such-page")
    visit.keep("error", width_of(visit))
    assert overflow(visit) <= 0
    visit.page.get_by_role("link", name="回去重新问").click()

    expect(visit.page.get_by_role("textbox")).to_be_visible()


def test_a_question_can_be_asked_with_the_keyboard_alone(visit: Visit) -> None:
    visit.page.get_by_role("textbox").focus()
    visit.page.keyboard.insert_text(QUESTION)
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/a/*")

    expect(visit.page.locator(".answer.answered")).to_be_visible()


def test_an_empty_question_is_not_sent(visit: Visit, address: str) -> None:
    visit.page.get_by_role("button", name="问一问").click()

    assert visit.page.url == f"{address}/"


def test_a_page_that_the_browser_shows_again_has_a_button_to_press(visit: Visit) -> None:
    button = visit.page.locator("form.ask button")
    visit.page.eval_on_selector("form.ask", "form => form.dispatchEvent(new Event('submit'))")
    expect(button).to_be_disabled()
    visit.page.evaluate("dispatchEvent(new Event('pageshow'))")

    expect(button).to_be_enabled()
    expect(button).to_have_text("问一问")


def test_everything_works_without_javascript(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 780}, java_script_enabled=False)
    visit = Visit(context, address)
    visit.ask(QUESTION)
    visit.page.locator("summary").first.click()

    expect(visit.page.locator(".short")).to_contain_text("工资")
    expect(visit.page.locator("details[open]")).to_have_count(1)
    context.close()


def test_the_page_is_readable_at_twice_the_text_size(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 780})
    visit = Visit(context, address)
    visit.ask(QUESTION)
    visit.page.evaluate("document.body.style.zoom = 2")

    assert overflow(visit) <= 0
    context.close()
