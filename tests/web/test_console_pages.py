"""What staff do in the console, over a real socket: look up, work out, write papers, answer those who wait."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape
from pathlib import Path

import httpx
import pytest

from assistant import clock, wechat_cases
from assistant.calculators.registry import CALCULATORS, find_calculator
from assistant.paperwork.registry import PAPERS
from assistant.selftests.registry import SELFTESTS
from assistant.store import Store
from assistant.wechat_cases import Turn
from assistant.wechat_messages import sweep
from tests.calculators.given import KNOWLEDGE
from tests.web.conftest import WebClient, client_of, rows, settings_for
from tests.web.staffing import PAGES, Browser, at_the_console, store_of
from tests.web.test_calc import EXAMPLES
from tests.web.test_public import Page
from tests.web.typing_in import as_typed

QUESTION = "老板欠我三个月工资怎么办"
TODAY = clock.today()


@pytest.fixture(name="desk")
def _desk(client: WebClient) -> Iterator[Browser]:
    """Somebody at the console of a service over the small knowledge."""
    with at_the_console(client) as desk:
        yield desk


def looked_up(desk: Browser, question: str, **more: str) -> str:
    """Ask by the form and return the answer's page."""
    response = desk.send_form("/console/", {"question": question, **more})
    assert response.status_code == 303, response.text
    return desk.open(response.headers["location"]).text


def fields(page: str, name: str) -> list[str]:
    return [str(field["value"]) for field in Page(page).all("input") if field.get("name") == name]


# -- looking up ------------------------------------------------------------------------------------------------------


def test_what_is_read_aloud_comes_first_then_the_answer_then_why(desk: Browser) -> None:
    page = looked_up(desk, QUESTION)

    spoken = page.index("<p>单位必须按时足额发工资，拖欠的可以要回来。先打幺二三三三投诉")
    shown = page.index('<p class="short">单位必须按时足额发工资，拖欠的可以要回来。先打 <a href="tel:12333">12333</a>')
    assert page.index("念给电话里的人听") < spoken < shown < page.index("为什么是这个答复")
    assert page.count("念给电话里的人听") == 1
    assert page.index("<p>要不要我接着说") < page.index("<summary>他要接着听，就念这些</summary>") < shown


def test_the_answer_itself_is_the_one_of_the_public_page(desk: Browser, client: WebClient) -> None:
    public = client.get(client.post("/", data={"question": QUESTION}).headers["location"], headers=PAGES).text
    page = looked_up(desk, QUESTION)

    def body(text: str) -> str:
        article = text[text.index('<article class="card answer') : text.index("</article>")]
        article = re.sub(r'<details class="spoken">.*?</details>', "", article, flags=re.DOTALL)
        # Forms stay in the console, and carry its token.
        article = re.sub(r'<input type="hidden" name="form_token"[^>]*>', "", article).replace('action="/console/', 'action="/')
        return re.sub(r"\s+", " ", article)

    assert body(page) == body(public)


def test_why_shows_the_hits_with_the_scores_of_the_search(desk: Browser, client: WebClient) -> None:
    page = looked_up(desk, QUESTION)
    why = unescape(page[page.index('class="why"') :])
    found = client.get("/api/v1/search", params={"q": QUESTION, "limit": 8}).json()

    assert found["guides"]
    assert found["articles"]
    for hit in (*found["guides"], *found["articles"]):
        assert f"<strong>{hit['score']:.3f}</strong>" in why
    assert {f"{score:.3f}" for hit in found["guides"] for score in hit["sources"].values()} <= set(re.findall(r"-?\d+\.\d{3}", why))
    assert "《劳动合同法》第三十条" in why
    assert "结果：答了；来源：指南" in why


def test_every_search_that_gives_a_score_has_a_name_in_chinese(desk: Browser) -> None:
    for question in (QUESTION, "没签劳动合同能要双倍工资吗", "劳动合同法第三十条", "产假"):
        page = looked_up(desk, question)
        told = re.findall(r'<p class="quiet">([^<]*\d\.\d{3}[^<]*)</p>', page[page.index('class="why"') :])
        assert told
        assert [one for one in told if re.search(r"[a-z_]{3}", one)] == []


def test_a_question_is_kept_as_those_of_the_web_are_under_the_channel_console(desk: Browser, database: Path, client: WebClient) -> None:
    before = len(rows(database, "answers"))
    looked_up(desk, "我叫王小明，手机13812345678，老板欠我工资怎么办")
    kept = rows(database, "answers")[before:]

    assert [(row["channel"], row["subject"], row["question"]) for row in kept] == [
        ("console", None, "我叫[姓名]，手机[手机号]，老板欠我工资怎么办")
    ]
    assert re.search(r'gonghui_answers_total\{channel="console",outcome="answered"', client.get("/metrics").text)


def test_a_follow_up_goes_on_from_the_answer_it_was_written_on(desk: Browser) -> None:
    first = looked_up(desk, "没签劳动合同能要几个月双倍工资")

    assert "《劳动合同法》第八十二条" in looked_up(desk, "那从哪天算", after=fields(first, "after")[0])
    assert "《劳动合同法》第八十二条" not in looked_up(desk, "那从哪天算").partition('class="why"')[0]


def test_nothing_on_a_page_of_the_console_leads_away_from_it(desk: Browser) -> None:
    pages = [
        desk.open(path).text
        for path in (
            "/console/",
            "/console/calc",
            "/console/calc/severance",
            "/console/check/hardship",
            "/console/paper/resignation_notice",
            "/console/cases",
            "/console/password",
            "/console/x",
        )
    ]
    pages.append(looked_up(desk, "单位辞退我，干了三年，月工资6000，能赔多少"))
    pages.append(looked_up(desk, QUESTION))
    for page in pages:
        addresses = [
            str(value)
            for _, attributes in Page(page).tags
            for name, value in attributes.items()
            if name in {"href", "action", "formaction"}
        ]
        assert [one for one in addresses if not re.match(r"/console/?|tel:\d+$|data:,$|/static/", one)] == []


def test_every_form_on_a_page_has_the_token_of_the_session(desk: Browser) -> None:
    pages = [
        desk.open(path).text
        for path in (
            "/console/",
            "/console/calc/severance",
            "/console/check/hardship",
            "/console/paper/resignation_notice",
            "/console/password",
        )
    ]
    pages += [looked_up(desk, "单位辞退我，干了三年，月工资6000，能赔多少"), looked_up(desk, QUESTION)]
    pages.append(desk.send_form("/console/calc/deadline", {"event": "left_job", "happened": TODAY.isoformat()}).text)
    pages.append(desk.send_form("/console/check/hardship", {"people": "3"}).text)
    pages.append(desk.send_form("/console/paper/resignation_notice", {"name": "李四"}).text)
    for page in pages:
        forms = re.findall(r"<form.*?</form>", page, re.DOTALL)
        assert len(forms) >= 2
        assert [form for form in forms if f'name="form_token" value="{desk.form_token}"' not in form] == []


def test_the_day_asked_about_decides_and_goes_on_to_the_next_question(desk: Browser, database: Path) -> None:
    page = looked_up(desk, QUESTION, as_of="2024-05-01", region="青岛")
    kept = json.loads(rows(database, "answers")[-1]["answer"])

    assert (kept["as_of"], kept["region"]) == ("2024-05-01", "青岛")
    assert "依据截至 2024-05-01 青岛适用的规定" in page
    assert set(fields(page, "as_of")) == {"2024-05-01"}
    assert re.findall(r"<option selected>(.*?)</option>", page) == ["青岛"]
    forms = re.findall(
        r'<form class="choices" method="post" action="/console/">.*?</form>|<li><form method="post" action="/console/">.*?</form>',
        page,
        re.DOTALL,
    )
    assert forms
    assert all('name="as_of" value="2024-05-01"' in form and 'name="region" value="青岛"' in form for form in forms)


def test_without_a_day_it_is_today_here(desk: Browser, database: Path) -> None:
    response = desk.send_form("/console/", {"question": QUESTION, "as_of": "", "region": ""})
    kept = json.loads(rows(database, "answers")[-1]["answer"])

    assert "?" not in response.headers["location"]
    assert (kept["as_of"], kept["region"]) == (TODAY.isoformat(), "即墨")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"as_of": "昨天"}, "日子没有看懂，请写成 2024-05-01 这样。"),
        ({"as_of": "2024-02-30"}, "日子没有看懂"),
        ({"as_of": "1949-10-01"}, "日子要在 1995-01-01 到三年以后之间"),
        ({"as_of": (TODAY + timedelta(days=4000)).isoformat()}, "日子要在"),
        ({"as_of": "9999-12-31"}, "日子要在"),
        ({"region": "上海"}, "不认识这个地方"),
        ({"question": "  \u200b"}, "请先写下要查的问题。"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_said_in_one_sentence_and_the_question_stays(desk: Browser, typed: dict[str, str], says: str) -> None:
    response = desk.send_form("/console/", {"question": QUESTION} | typed)

    assert response.status_code == 400
    assert says in response.text
    assert "question" in typed or QUESTION in response.text


@pytest.mark.parametrize("query", ["as_of=x&region=y", "as_of=9999-99-99", "region=<script>"])
def test_an_address_with_a_day_or_place_that_is_none_shows_the_answer_all_the_same(desk: Browser, query: str) -> None:
    location = desk.send_form("/console/", {"question": QUESTION}).headers["location"]
    response = desk.get(f"{location}?{query}")

    assert response.status_code == 200
    assert fields(response.text, "as_of")[0] == ""


@pytest.mark.parametrize("token", ["x" * 22, "x" * 65, "%00"])
def test_an_answer_that_is_not_kept_gets_a_page_that_says_so(desk: Browser, token: str) -> None:
    response = desk.get(f"/console/a/{token}")

    assert response.status_code == 404
    assert "回工作台" in response.text


def test_an_emergency_is_read_aloud_first_too(desk: Browser) -> None:
    page = looked_up(desk, "我不想活了")

    assert page.index("念给电话里的人听") < page.index('class="card answer crisis"')
    assert "结果：紧急；来源：固定答复" in page


@pytest.mark.parametrize(
    "question",
    ["<script>alert(1)</script>工资'\"><img src=x onerror=alert(1)>", "工资 {{ 7 * 7 }} {% raw %}", "加班费" * 3333, "工资\0怎么办"],
)
def test_markup_nul_and_length_in_a_question_stay_text(desk: Browser, question: str) -> None:
    page = looked_up(desk, question)

    assert [script["src"] for script in Page(page).all("script")] == ["/static/page.js"]
    assert Page(page).all("img") == []
    assert "onerror" not in str(Page(page).tags)
    assert len(page) < 60_000


def test_a_huge_question_is_refused(desk: Browser) -> None:
    assert desk.send_form("/console/", {"question": "工" * 200_000}).status_code == 413


def test_without_an_index_the_desk_says_where_to_turn_and_why_there_are_no_hits(bare: WebClient) -> None:
    with at_the_console(bare) as desk:
        page = looked_up(desk, QUESTION)

    assert "直接问工会" in page
    assert "没有可用的索引，请运行 gonghui index build" in page


def test_the_address_of_an_answer_is_not_logged(desk: Browser, capfd: pytest.CaptureFixture[str]) -> None:
    location = desk.send_form("/console/", {"question": QUESTION}).headers["location"]
    desk.open(location)
    logged = "".join(capfd.readouterr())

    assert "/console/a/…" in logged
    assert [secret for secret in (location, QUESTION, desk.form_token) if secret in logged] == []


# -- the same forms ----------------------------------------------------------------------------------------------------


@pytest.fixture(name="forms", scope="module")
def _forms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebClient]:
    with client_of(settings_for(tmp_path_factory.mktemp("forms"), knowledge_dir=KNOWLEDGE)) as client:
        yield client


def as_public(page: str) -> str:
    """What a page of the console says, as the public one would."""
    main = page[page.index("<main>") : page.index("</main>")]
    main = re.sub(r'<input type="hidden" name="form_token" value="\w+">', "", main).replace('="/console/', '="/')
    return re.sub(r"\s+", " ", main)


def test_every_form_of_the_public_page_is_the_same_in_the_console(forms: WebClient) -> None:
    addresses = ["/calc", "/check", "/paper", *(f"/calc/{one.name}" for one in CALCULATORS), *(f"/check/{one.name}" for one in SELFTESTS)]
    addresses += [f"/paper/{one.name}" for one in PAPERS]
    with at_the_console(forms) as desk:
        differ = [one for one in addresses if as_public(desk.get(f"/console{one}").text) != as_public(forms.get(one, headers=PAGES).text)]

    assert differ == []


@pytest.mark.parametrize("name", [pytest.param(name, id=name) for name in EXAMPLES])
def test_every_sum_comes_to_the_same_as_on_the_public_page(forms: WebClient, name: str) -> None:
    pairs = as_typed(find_calculator(name).inputs, EXAMPLES[name][0])
    body = {"content": str(httpx.QueryParams(pairs)), "headers": {**PAGES, "Content-Type": "application/x-www-form-urlencoded"}}
    with at_the_console(forms) as desk:
        own = desk.send_form(f"/console/calc/{name}", pairs)
        days = [desk.send_form(f"/console/calc/{name}/days.ics", pairs), forms.post(f"/calc/{name}/days.ics", **body)]

    assert own.status_code == 200
    assert '<p class="sum">' in own.text
    assert as_public(own.text) == as_public(forms.post(f"/calc/{name}", **body).text)
    assert [one.headers["content-type"] for one in days] == ["text/calendar; charset=utf-8"] * 2
    assert re.sub(r"DTSTAMP.*|UID.*", "", days[0].text) == re.sub(r"DTSTAMP.*|UID.*", "", days[1].text)
    assert days[0].headers["cache-control"] == "no-store"


def test_a_self_test_a_paper_and_its_file_come_to_the_same(forms: WebClient) -> None:
    with at_the_console(forms) as desk:
        for address, told in (
            ("/check/hardship", {"people": "3", "income": "72000"}),
            ("/paper/resignation_notice", {"name": "李<b>四</b>"}),
        ):
            assert as_public(desk.send_form(f"/console{address}", told).text) == as_public(
                forms.post(address, data=told, headers=PAGES).text
            )
        file = desk.send_form("/console/paper/resignation_notice/paper.docx", {"name": "李四"})

    assert file.content[:2] == b"PK"
    assert file.headers["cache-control"] == "no-store"


def test_a_mistake_is_said_at_its_field_and_what_was_typed_stays(forms: WebClient) -> None:
    with at_the_console(forms) as desk:
        response = desk.send_form("/console/calc/severance", {"average_wage": "<script>五千\0"})

    assert response.status_code == 400
    assert 'role="alert"' in response.text
    assert "<script>五" not in response.text


def test_what_staff_work_out_is_counted_as_the_consoles(forms: WebClient) -> None:
    with at_the_console(forms) as desk:
        desk.send_form("/console/calc/retirement", {"kind": "male", "birth": "1976-08-15"})
        desk.send_form("/console/check/hardship", {"people": "3"})
        desk.send_form("/console/paper/injury_outline/paper.docx", {"name": "李四"})
    metrics = forms.get("/metrics").text

    for skill, name in (("calc", "retirement"), ("check", "hardship"), ("paper", "injury_outline")):
        assert f'gonghui_skills_total{{channel="console",name="{name}",skill="{skill}"}}' in metrics


# -- cases -------------------------------------------------------------------------------------------------------------


def opened_case(store: Store, said: str = "老板不发工资，我叫[姓名]", subject: str = "s") -> int:
    turns = [Turn(said, "可以要回来。"), Turn("转人工", "")]
    return wechat_cases.open_case(store, subject=subject, receiver="sealed", reason="asked", transcript=turns, now=time.time())


def due(store: Store) -> list[tuple[str, ...] | None]:
    """What lies ready to be pushed."""
    return [row.parts for row in sweep(store, owner="x", stale_after_s=5, over_after_s=16, now=time.time()).due]


@pytest.fixture(name="quiet", scope="module")
def _quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebClient]:
    """A service without the 公众号: nothing is pushed, so that a test sees what lies ready."""
    nothing = {"wechat_token": "", "wechat_aes_key": "", "wechat_aes_key_previous": "", "wechat_app_id": ""}
    with client_of(settings_for(tmp_path_factory.mktemp("quiet"), **nothing)) as client:
        yield client


@pytest.fixture(name="office")
def _office(quiet: WebClient) -> Iterator[Browser]:
    store = store_of(quiet.app)
    for table in ("wechat_cases", "wechat_messages"):
        store.run(lambda connection, table=table: connection.exec_driver_sql(f"delete from {table}"))
    with at_the_console(quiet) as office:
        yield office


def test_those_who_wait_are_listed_the_oldest_first_and_lead_to_what_was_said(office: Browser, quiet: WebClient) -> None:
    first, second = (opened_case(store_of(quiet.app), subject=subject) for subject in ("a", "b"))
    page = office.open("/console/cases").text

    assert page.index(f'href="/console/cases/{first}"') < page.index(f'href="/console/cases/{second}"')
    assert "要找人 · 没有回" in page
    case = office.open(f"/console/cases/{first}").text
    assert "老板不发工资，我叫[姓名]" in case
    assert "可以要回来。" in case


def test_nobody_waiting_is_said(office: Browser) -> None:
    assert "没有要办的记录。" in office.open("/console/cases").text


def test_a_reply_lies_ready_for_the_worker_as_from_the_command(office: Browser, quiet: WebClient) -> None:
    number = opened_case(store_of(quiet.app))
    office.open(f"/console/cases/{number}")
    response = office.send_form(f"/console/cases/{number}/reply", {"text": " 请带合同来，先打 12351。\r\n", "seen": "0"})
    page = office.open(response.headers["location"]).text

    assert response.status_code == 303
    assert "记下了。" in page
    assert "请带合同来，先打 12351。" in page
    assert due(store_of(quiet.app)) == [("【人工回复】请带合同来，先打 12351。",)]


def test_a_reply_sent_twice_or_by_two_at_once_reaches_the_worker_once(office: Browser, quiet: WebClient) -> None:
    number = opened_case(store_of(quiet.app))
    with at_the_console(quiet) as other, ThreadPoolExecutor(2) as pool:
        replies = [
            pool.submit(one.send_form, f"/console/cases/{number}/reply", {"text": "请来一趟。", "seen": "0"}) for one in (office, other)
        ]
        seen = sorted(one.result().status_code for one in replies)
    again = office.send_form(f"/console/cases/{number}/reply", {"text": "请来一趟。", "seen": "0"})

    assert seen == [303, 400]
    assert "刚才又有了一条回复" in again.text
    assert fields(again.text, "seen") == ["1"]
    assert due(store_of(quiet.app)) == [("【人工回复】请来一趟。",)]
    assert office.send_form(f"/console/cases/{number}/reply", {"text": "带上合同。", "seen": "1"}).status_code == 303


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("打 13812345678 找我", "号码 13812345678 不在 places.yaml 的名单里"), ("看 https://evil.example/x", "网址 evil.example"),
        ("  ", "回复要有字"), ("", "回复要有字"), ("长" * 5001, "最多 5000 个字"),
    ],
)  # fmt: skip
def test_a_reply_that_may_not_be_sent_is_said_why_and_stays_in_the_box(office: Browser, quiet: WebClient, text: str, says: str) -> None:
    number = opened_case(store_of(quiet.app))
    response = office.send_form(f"/console/cases/{number}/reply", {"text": text, "seen": "0"})

    assert response.status_code == 400
    assert says in response.text
    assert text.strip() in response.text
    assert due(store_of(quiet.app)) == []


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 30, "１", "\0"])
def test_a_reply_that_does_not_say_what_was_seen_counts_as_the_first(office: Browser, quiet: WebClient, seen: str) -> None:
    number = opened_case(store_of(quiet.app))
    response = office.send_form(f"/console/cases/{number}/reply", {"text": "请来一趟。", "seen": seen})

    assert response.status_code in {303, 400}


def test_markup_and_nul_in_what_was_said_and_written_stay_text(office: Browser, quiet: WebClient) -> None:
    number = opened_case(store_of(quiet.app), "<script>alert(1)</script>")
    response = office.send_form(f"/console/cases/{number}/reply", {"text": "<img src=x onerror=alert(1)>\0请来", "seen": "0"})
    pages = [office.open("/console/cases").text, office.open(f"/console/cases/{number}").text]

    assert response.status_code == 303
    for page in pages:
        assert [script["src"] for script in Page(page).all("script")] == ["/static/page.js"]
        assert Page(page).all("img") == []
    assert "&lt;img src=x onerror=alert(1)&gt;\ufffd请来" in pages[1]


def test_a_case_is_closed_and_then_only_listed_with_all(office: Browser, quiet: WebClient) -> None:
    number = opened_case(store_of(quiet.app))
    closed = [office.send_form(f"/console/cases/{number}/close").status_code for _ in range(2)]

    assert closed == [303, 303]
    assert f"cases/{number}" not in office.open("/console/cases").text
    assert f"cases/{number}" in office.open("/console/cases?closed=1").text
    assert "办结" in office.open(f"/console/cases/{number}").text


@pytest.mark.parametrize("number", ["999", "0", "-1", "x", "9" * 30, "1e3"])
def test_a_case_that_is_not_there_is_said_in_one_sentence(office: Browser, number: str) -> None:
    answers = [office.get(f"/console/cases/{number}"), office.send_form(f"/console/cases/{number}/reply", {"text": "好", "seen": "0"})]

    assert {one.status_code for one in answers} <= {404, 422}
    assert all("<h1>" in one.text for one in answers)


def test_who_replied_and_closed_is_logged_and_what_was_written_is_not(
    office: Browser, quiet: WebClient, capfd: pytest.CaptureFixture[str]
) -> None:
    number = opened_case(store_of(quiet.app))
    office.send_form(f"/console/cases/{number}/reply", {"text": "请带合同来。", "seen": "0"})
    office.send_form(f"/console/cases/{number}/close")
    logged = "".join(capfd.readouterr())

    assert re.search(rf"case_replied +case={number} name=同事\d+", logged)
    assert re.search(rf"case_closed +case={number} name=同事\d+", logged)
    assert "请带合同来" not in logged
