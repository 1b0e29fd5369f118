"""The console in the system's Chromium, at a phone's and a desk's width. Screenshots are left in tests/screenshots/ to look at."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect

from assistant import wechat_cases
from assistant.store import Store
from assistant.web.app import build_app
from assistant.wechat_cases import Turn
from tests.web.conftest import running, settings_for
from tests.web.staffing import OWN, employ
from tests.web.test_browser import WIDTHS, Visit, _browser, overflow, too_small, width_of  # noqa: F401 - the fixture `browser`

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

QUESTION = "单位辞退我，干了三年，月工资6000，能赔多少"


@pytest.fixture(name="store", scope="module")
def _store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('console') / 'gonghui.sqlite3'}")
    store.migrate()
    turns = [Turn("老板三个月没发工资，问他就说没钱" * 4, "可以要回来。"), Turn("转人工", "")]
    for subject in ("a", "b", "c"):
        wechat_cases.open_case(store, subject=subject, receiver="sealed", reason="asked", transcript=turns, now=time.time())
    yield store
    store.close()


@pytest.fixture(name="address", scope="module")
def _address(real_data: Path, store: Store) -> Iterator[str]:
    settings = settings_for(Path(str(store._engine.url.database)).parent, data_dir=real_data)
    with running(build_app(settings)) as address:
        yield address


@pytest.fixture(name="visit", params=WIDTHS)
def _visit(request: pytest.FixtureRequest, browser: Chromium, address: str, store: Store) -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": request.param, "height": 780}, locale="zh-CN")
    visit = Visit(context, address)
    visit.page.goto(f"{address}/console/")
    sign_in(visit, employ(store))
    yield visit
    context.close()


def sign_in(visit: Visit, name: str, password: str = OWN) -> None:
    visit.page.get_by_label("名字").fill(name)
    visit.page.get_by_label("密码").fill(password)
    visit.page.get_by_role("button", name="登录").click()


def fits(visit: Visit, name: str) -> None:
    """The page with all of it open scrolls down only, and all of it can be hit with a finger."""
    visit.page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
    visit.keep(f"console-{name}", width_of(visit))

    assert (overflow(visit), too_small(visit), too_low(visit)) == (0, [], [])


def too_low(visit: Visit) -> list[str]:
    """As `too_small`, of what only the console has."""
    lower = "all => all.filter(one => one.getBoundingClientRect().height < 44).map(one => one.outerHTML)"
    return list(visit.page.eval_on_selector_all(".places a, select, .leave button", lower))


def ask(visit: Visit, question: str) -> None:
    visit.page.get_by_role("textbox", name="照他说的写就行").fill(question)
    visit.page.get_by_role("button", name="问一问").click()
    visit.page.wait_for_url("**/console/a/*")


def test_somebody_new_signs_in_chooses_a_password_and_comes_to_the_desk(browser: Chromium, address: str, store: Store) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 780}, java_script_enabled=False)
    visit = Visit(context, address)
    visit.page.goto(f"{address}/console/cases")
    fits(visit, "login")
    sign_in(visit, employ(store, own_password=False), "wrong")
    expect(visit.page.get_by_role("alert")).to_contain_text("名字或密码不对")
    fits(visit, "login-wrong")
    visit.page.get_by_label("密码").fill(OWN)
    visit.page.get_by_role("button", name="登录").click()
    expect(visit.page.get_by_role("heading", name="先设一个自己的密码")).to_be_visible()
    fits(visit, "password")
    for label in ("新密码", "再写一遍"):
        visit.page.get_by_label(label).fill("今天中午吃了两碗面条真不错")
    visit.page.get_by_role("button", name="就用这个").click()

    expect(visit.page.get_by_role("heading", name="查答复")).to_be_visible()
    visit.page.get_by_role("button", name="退出").click()
    expect(visit.page.get_by_role("heading", name="登录热线工作台")).to_be_visible()
    visit.page.go_back()
    expect(visit.page.get_by_role("heading", name="登录热线工作台")).to_be_visible()
    context.close()


def test_a_caller_is_answered_the_words_to_read_aloud_seen_without_scrolling(visit: Visit) -> None:
    fits(visit, "desk")
    ask(visit, QUESTION)

    expect(visit.page.locator(".aloud p").first).to_be_in_viewport(ratio=1)
    visit.page.locator("summary", has_text="为什么是这个答复").click()
    expect(visit.page.locator(".hits li").first).to_be_visible()
    fits(visit, "answer")
    assert visit.problems == []


def test_one_asks_on_for_another_day_and_place(visit: Visit) -> None:
    ask(visit, "没签劳动合同能要双倍工资吗")
    visit.page.get_by_label("按哪一天的规定").fill("2024-05-01")
    visit.page.get_by_label("哪里").select_option("青岛")
    visit.page.get_by_role("textbox", name="接着问").fill("那从哪天算")
    visit.page.get_by_role("button", name="问一问").click()
    visit.page.wait_for_url("**/console/a/*as_of=2024-05-01*")

    expect(visit.page.locator(".why")).to_contain_text("按 2024-05-01 青岛 的规定")
    expect(visit.page.get_by_label("按哪一天的规定")).to_have_value("2024-05-01")
    assert visit.problems == []


def test_a_sum_goes_from_the_answer_into_a_paper_and_is_saved(visit: Visit) -> None:
    ask(visit, "单位说我严重违纪开除我，干了5年，月平均工资4000元，赔多少")
    visit.page.get_by_role("button", name="把这笔账写进仲裁申请书").first.click()
    fits(visit, "paper")
    with visit.page.expect_download() as saved:
        visit.page.get_by_role("button", name="存成 Word 文件").click()

    assert saved.value.suggested_filename.endswith(".docx")
    assert "/console/paper/" in visit.page.url
    assert visit.problems == []


def test_a_sum_is_worked_out_in_the_console(visit: Visit) -> None:
    visit.page.get_by_role("link", name="算一算").click()
    fits(visit, "calc-list")
    visit.page.get_by_role("link", name="丢了工作").click()
    visit.page.get_by_label("单位违法辞退或违法终止").check()
    visit.page.get_by_label("入职的日子").fill("2023-03-01")
    visit.page.get_by_label("离开的日子").fill("2026-10-31")
    visit.page.get_by_label("月平均工资").fill("5000")
    visit.page.get_by_role("button", name="算一算").click()

    expect(visit.page.locator(".sum strong")).to_have_text("40000元")
    fits(visit, "calc-result")
    assert visit.problems == []


def test_a_worker_who_waits_gets_a_reply_and_the_case_is_closed(visit: Visit, store: Store) -> None:
    visit.page.get_by_role("link", name="要人工的").click()
    fits(visit, "cases")
    visit.page.locator(".examples a").first.click()
    fits(visit, "case")
    visit.page.get_by_role("textbox").fill("请带合同来，先打 12351。")
    visit.page.get_by_role("button", name="发给职工").click()
    expect(visit.page.get_by_role("status")).to_contain_text("记下了")
    expect(visit.page.locator(".talk .staff")).to_have_text("请带合同来，先打 12351。")
    fits(visit, "case-replied")
    visit.page.get_by_role("button", name="办结").click()

    expect(visit.page.get_by_role("status")).to_have_text("办结了。")
    assert visit.problems == []
