from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import generations, ingest
from assistant.embedding import BundledEmbedder
from assistant.settings import Settings
from assistant.types import Answer, Question
from assistant.web.public import templates
from tests.small_knowledge import edit
from tests.web.conftest import WebClient, client_of, rows, settings_for

QUESTION = "老板欠我三个月工资怎么办"
TAGS = "html head meta title link body header a span main section article h1 h2 p ol ul li form input label textarea button details summary footer script"  # noqa: E501
PAGES = {"accept": "text/html,application/xhtml+xml"}


class Page(HTMLParser):
    """Tags with their attributes in order, and the words between them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def answer_to(client: WebClient, question: str, **more: str) -> str:
    """Ask by the form and return the answer's page."""
    response = client.post("/", data={"question": question, **more}, headers=PAGES)
    assert response.status_code == 303
    return client.get(response.headers["location"], headers=PAGES).text


# -- asking ----------------------------------------------------------------------------------------------------


def test_the_home_page_asks_what_happened(client: WebClient) -> None:
    response = client.get("/", headers=PAGES)

    assert response.status_code == 200
    assert [area["name"] for area in Page(response.text).all("textarea")] == ["question"]


def test_the_home_page_can_be_opened_with_a_question_filled_in(client: WebClient) -> None:
    assert "<b>加班费</b>怎么算" in Page(client.get("/", params={"q": "<b>加班费</b>怎么算"}, headers=PAGES).text).words


def test_every_example_of_the_home_page_is_answered(real_client: WebClient) -> None:
    examples = [
        button["value"] for button in Page(real_client.get("/", headers=PAGES).text).all("button") if button.get("name") == "question"
    ]

    assert len(examples) >= 5
    assert [example for example in examples if 'class="card answer answered"' not in answer_to(real_client, str(example))] == []


def test_a_question_leads_to_the_page_of_its_answer(client: WebClient) -> None:
    response = client.post("/", data={"question": QUESTION}, headers=PAGES)

    assert response.status_code == 303
    assert re.fullmatch(r"/a/[A-Za-z0-9_-]{22}", response.headers["location"])


def test_the_answer_begins_with_the_short_answer(client: WebClient) -> None:
    page = answer_to(client, QUESTION)

    assert (
        '<p class="short">单位必须按时足额发工资，拖欠的可以要回来。先打 <a href="tel:12333">12333</a> 投诉，不行就申请劳动仲裁。</p>'
        in page
    )


def test_the_answer_shows_each_article_with_its_wording_to_open(client: WebClient) -> None:
    page = answer_to(client, QUESTION)

    assert re.findall(r"<details>\s*<summary>(.*?)</summary>\s*<p class=\"law\">(.{6})", page) == [
        ("《劳动合同法》第三十条", "用人单位应当"),
        ("《劳动合同法》第八十五条", "用人单位有下"),
    ]


def test_the_answer_has_words_to_read_on_the_telephone_folded_away(client: WebClient) -> None:
    page = answer_to(client, QUESTION)

    assert re.search(
        r'<details class="spoken">\s*<summary>念给电话里的人听</summary>\s*<p>单位必须按时足额发工资.*?先打幺二三三三投诉', page
    )


def test_an_article_asked_for_by_its_number_is_shown_open(client: WebClient) -> None:
    assert "<details open>" in answer_to(client, "劳动合同法第三十条")


def test_the_answer_says_that_a_program_made_it_and_for_which_day(client: WebClient) -> None:
    assert re.search(
        r"（本回答由程序自动整理，依据截至 \d{4}-\d\d-\d\d 即墨适用的规定，仅供参考，不是律师意见）", answer_to(client, QUESTION)
    )


@pytest.mark.parametrize("several", [False, True], ids=["one", "several"])
def test_what_is_applied_to_the_case_stands_under_the_short_answer(several: bool) -> None:
    applied = "您说干了3年，打 12333 问。"
    answer = Answer("answered", "给补偿。", date(2026, 11, 21), "即墨", source="guide", applied=applied, matter="补偿")
    if several:
        answer = replace(answer, applied="", parts=(answer, replace(answer, applied="", matter="社保")))

    page = templates.get_template("answer.html").render(question="干了3年", answer=answer, history=())

    assert page.count('<p class="applied">您说干了3年，打 <a href="tel:12333">12333</a> 问。</p>') == 1
    assert page.index('class="short"') < page.index('class="applied"') < page.index('class="spoken"')
    assert ("一、补偿" in page) is several


def test_of_several_questions_each_short_answer_comes_first_and_each_has_its_steps_and_sources(real_client: WebClient) -> None:
    page = answer_to(real_client, "1.即墨最低工资多少？2.周末加班按几倍给？")

    titles = re.findall(r'<h2 class="matter">(.、.*?)</h2>', page)
    short = re.search(r'<p class="short">(.*?)</p>', page, re.DOTALL)
    assert short is not None
    assert [title in short[1] for title in titles] == [True, True]
    assert page.index('class="short"') < page.index('class="matter"')
    assert page.count('<section class="steps">') == page.count('<section class="sources">') == 2
    assert page.count('<details class="spoken">') == 1
    assert "<p>第一件，" in page
    assert page.count("（本回答由程序自动整理") == 1


def test_one_of_several_questions_of_which_nothing_more_is_said_has_no_heading_of_its_own(real_client: WebClient) -> None:
    page = answer_to(real_client, "老板欠我俩月工资怎么要？还有我离婚孩子判给谁？")

    assert "二、另外问的那件：不是工作和工会的事" in page
    assert re.findall(r'<h2 class="matter">(.)、', page) == ["一"]


def test_an_emergency_is_shown_as_one(client: WebClient) -> None:
    page = answer_to(client, "我不想活了")

    assert 'class="card answer crisis"' in page
    assert "12356" in page


@pytest.mark.parametrize("question", ["", "   ", "\u3000\n", "\u200b"])
def test_an_empty_question_is_asked_for_again(client: WebClient, question: str) -> None:
    response = client.post("/", data={"question": question}, headers=PAGES)

    assert response.status_code == 400
    assert "请先写下您的问题。" in response.text


def test_a_form_without_a_question_is_asked_for_again(client: WebClient) -> None:
    assert client.post("/", headers=PAGES).status_code == 400


def test_a_question_of_ten_thousand_characters_gets_a_page(client: WebClient) -> None:
    page = answer_to(client, "加班费" * 3333 + "？")

    assert "clarify" in page
    assert len(page) < 20_000


def test_the_numbers_of_an_emergency_can_be_dialled_from_the_answer(client: WebClient) -> None:
    page = answer_to(client, "我不想活了")
    answer = page[page.index("<article") : page.index("</article>")]

    assert [number for number in ("110", "120", "12356") if f'<a href="tel:{number}">{number}</a>' in answer] == ["110", "120", "12356"]


def test_markup_in_a_question_stays_text(client: WebClient) -> None:
    page = answer_to(client, "<script>alert(1)</script>加班费'\"><img src=x onerror=alert(1)>怎么算 1<2 &amp;lt;b&gt;")

    assert [script["src"] for script in Page(page).all("script")] == ["/static/page.js"]
    assert Page(page).all("img") == []
    assert "onerror" not in str(Page(page).tags)


def test_signs_that_mean_something_in_a_page_are_escaped(client: WebClient) -> None:
    assert "您问：工资&lt;2400元&amp;不签合同" in answer_to(client, "工资<2400元&不签合同")


@given(question=st.text(st.one_of(st.sampled_from("<>&\"'/=`{}%工资"), st.characters(codec="utf-8")), min_size=1, max_size=60))
@settings(max_examples=40, deadline=None)
def test_nothing_that_is_typed_becomes_a_tag(bare: WebClient, question: str) -> None:
    response = bare.post("/", data={"question": question}, headers=PAGES)
    page = Page(bare.get(response.headers["location"], headers=PAGES).text if response.status_code == 303 else response.text)

    assert response.status_code in {303, 400}
    assert {tag for tag, _ in page.tags} <= set(TAGS.split())


def test_an_identity_number_is_masked_before_the_question_is_kept(client: WebClient, database: Path) -> None:
    page = answer_to(client, "我叫王小明，身份证370282199001011233，手机13812345678，老板欠我工资怎么办")
    kept = rows(database, "answers")[-1]["question"]

    assert "370282199001011233" not in page
    assert kept == "我叫[姓名]，身份证[身份证号]，手机[手机号]，老板欠我工资怎么办"


def test_a_follow_up_is_understood_from_the_page_it_was_written_on(client: WebClient) -> None:
    first = answer_to(client, "没签劳动合同能要几个月双倍工资")
    after = next(str(field["value"]) for field in Page(first).all("input") if field["name"] == "after")

    assert "《劳动合同法》第八十二条" in answer_to(client, "那从哪天算", after=after)
    assert "《劳动合同法》第八十二条" not in answer_to(client, "那从哪天算")


def test_what_is_asked_back_is_answered_with_a_button_and_the_matter_goes_on(real_client: WebClient) -> None:
    first = answer_to(real_client, "老板不给钱")
    page = Page(first)
    after = next(str(field["value"]) for field in page.all("input") if field["name"] == "after")
    chosen = answer_to(real_client, "老板跑了", after=after)
    after = next(str(field["value"]) for field in Page(chosen).all("input") if field["name"] == "after")
    later = answer_to(real_client, "那要多久", after=after)

    assert {"老板跑了", "不知道"} <= {button["value"] for button in page.all("button") if button.get("name") == "question"}
    assert "您问：老板不给钱，老板跑了" in chosen
    assert "前面问过：老板不给钱，老板跑了" in later
    assert all("老板跑了也要马上报人社劳动监察" in text for text in (chosen, later))


def test_a_follow_up_to_a_page_that_is_gone_is_answered_by_itself(client: WebClient) -> None:
    assert "《劳动合同法》第八十五条" in answer_to(client, QUESTION, after="no-such-page")


def test_a_suggested_question_is_answered_when_it_is_pressed(client: WebClient) -> None:
    buttons = [button["value"] for button in Page(answer_to(client, QUESTION)).all("button") if button.get("name") == "question"]

    assert buttons == ["帮我算一算拖欠的工资", "没签劳动合同能要双倍工资吗"]
    assert "一共欠您多少工资" in answer_to(client, str(buttons[0]))
    assert "《劳动合同法》第八十二条" in answer_to(client, str(buttons[1]))


@pytest.mark.parametrize(("days", "status"), [(29, 200), (31, 410)])
def test_a_page_can_be_opened_for_thirty_days(bare: WebClient, days: int, status: int) -> None:
    store = bare.app.state.history.store()  # type: ignore[attr-defined]
    token = store.record(Question("工资", date(2026, 11, 21), channel="wechat"), Answer("answered", "可以要。", date(2026, 11, 21), "即墨"))
    then = (datetime.now(timezone.utc) - timedelta(days=days)).strftime("%Y-%m-%d %H:%M:%S.%f")
    store.run(lambda connection: connection.exec_driver_sql("update answers set created_at = ? where token = ?", (then, token)))
    response = bare.get(f"/a/{token}", headers={"Accept": "text/html"})

    assert response.status_code == status
    assert ("过了 30 天" in response.text) == (status == 410)


@pytest.mark.parametrize("token", ["no-such-answer", "x" * 65, "%00", "..%2F..%2Fetc", "' or 1=1 --"])
def test_an_answer_that_is_not_kept_gets_a_page_that_says_so(client: WebClient, token: str) -> None:
    response = client.get(f"/a/{token}", headers=PAGES)

    assert response.status_code == 404
    assert re.search(r"<h1>没有(找到这条答复，可能已经删除。请重新问一次。|这个页面)</h1>", response.text)


def test_an_unknown_address_gets_a_page_with_a_way_back(client: WebClient) -> None:
    response = client.get("/no/such/page", headers=PAGES)

    assert response.status_code == 404
    assert '<h1>没有这个页面</h1>\n  <p><a class="button" href="/">' in response.text


def test_without_an_index_the_page_says_where_to_turn(bare: WebClient) -> None:
    assert '请打 <a href="tel:12351">12351</a> 直接问工会' in answer_to(bare, QUESTION)


@pytest.fixture(name="without_database")
def _without_database(settings_with_index: Callable[..., Settings], tmp_path: Path) -> Settings:
    (tmp_path / "a-file").touch()
    return settings_with_index(tmp_path, database_url=f"sqlite:///{tmp_path}/a-file/gonghui.sqlite3")


def test_without_a_database_the_answer_is_shown_at_once(without_database: Settings) -> None:
    with client_of(without_database) as client:
        response = client.post("/", data={"question": QUESTION, "after": "x"}, headers=PAGES)

    assert response.status_code == 200
    assert "拖欠的可以要回来" in response.text


def test_without_a_database_a_kept_answer_cannot_be_shown_and_the_page_says_so(without_database: Settings) -> None:
    with client_of(without_database) as client:
        response = client.get("/a/abc", headers=PAGES)

    assert response.status_code == 503
    assert "<h1>数据库读写失败，请检查 GONGHUI_DATABASE_URL 和磁盘</h1>" in response.text


def test_an_answer_is_kept_as_it_was_given_when_the_service_starts_again(
    settings_with_index: Callable[..., Settings], tmp_path: Path
) -> None:
    with client_of(settings_with_index(tmp_path)) as client:
        address = client.post("/", data={"question": QUESTION}, headers=PAGES).headers["location"]
        before = client.get(address, headers=PAGES).text
    with client_of(settings_for(tmp_path)) as client:
        after = client.get(address, headers=PAGES).text

    assert after == before


def test_a_new_index_is_taken_up_while_the_service_runs(knowledge: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    ingest.build(knowledge, data, BundledEmbedder(), shipped=SHIPPED)
    with client_of(settings_for(tmp_path, data_dir=data, knowledge_dir=knowledge)) as client:
        before = answer_to(client, QUESTION)
        edit(knowledge / "guides/wages/unpaid-wages.md", "拖欠的可以要回来", "拖欠的一定要去要")
        ingest.build(knowledge, data, BundledEmbedder(), shipped=SHIPPED)
        client.app.state.desk.renew()
        after = answer_to(client, QUESTION)
        client.app.state.desk.close()

    assert "拖欠的可以要回来" in before
    assert "拖欠的一定要去要" in after


def test_a_broken_index_built_again_as_it_was_is_taken_up_while_the_service_runs(knowledge: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    built = ingest.build(knowledge, data, BundledEmbedder(), shipped=SHIPPED)
    (generations.folder_of(data) / built.manifest.version / "read" / "articles.jsonl").unlink()
    with client_of(settings_for(tmp_path, data_dir=data, knowledge_dir=knowledge)) as client:
        desk = client.app.state.desk
        broken = desk.problem
        tried_at_once = desk.renew()
        again = ingest.build(knowledge, data, BundledEmbedder(), shipped=SHIPPED)
        renewed = desk.renew()
        answer = answer_to(client, QUESTION)
        desk.close()

    assert "gonghui index build" in broken
    assert not tried_at_once
    assert again.manifest.version == built.manifest.version
    assert renewed
    assert "拖欠的可以要回来" in answer


def test_an_index_that_could_not_be_opened_is_tried_again_after_a_while(
    knowledge: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    built = ingest.build(knowledge, data, BundledEmbedder(), shipped=SHIPPED)
    folder = generations.folder_of(data) / built.manifest.version
    folder.rename(folder.with_suffix(".away"))
    with client_of(settings_for(tmp_path, data_dir=data, knowledge_dir=knowledge)) as client:
        desk = client.app.state.desk
        folder.with_suffix(".away").rename(folder)
        at_once = desk.renew()
        monkeypatch.setattr("assistant.build.TRIED_AGAIN_AFTER_S", 0.0)
        later = desk.renew()
        desk.close()

    assert not at_once
    assert later


SHIPPED = Path(__file__).parents[2] / "knowledge" / "vectors"


# -- every page ------------------------------------------------------------------------------------------------

ADDRESSES = [
    pytest.param("/", id="home"),
    pytest.param("/no-such-page", id="error"),
    pytest.param("/a/{token}", id="answer"),
    pytest.param("/a/{crisis}", id="emergency"),
]


@pytest.fixture(name="page", params=ADDRESSES)
def _page(request: pytest.FixtureRequest, client: WebClient) -> str:
    kept = {
        name: client.post("/", data={"question": question}, headers=PAGES).headers["location"].removeprefix("/a/")
        for name, question in (("token", QUESTION), ("crisis", "我不想活了"))
    }
    return client.get(request.param.format(**kept), headers=PAGES).text


def test_no_page_loads_or_links_anything_from_elsewhere(page: str) -> None:
    addresses = [str(value) for _, attributes in Page(page).tags for name, value in attributes.items() if name in {"src", "href", "action"}]

    assert addresses
    assert [address for address in addresses if not re.match(r"/(?!/)|tel:\d+$|data:,$", address)] == []


def test_no_page_has_script_or_style_of_its_own(page: str) -> None:
    tags = Page(page).tags

    assert [tag for tag, attributes in tags if tag == "style" or (tag == "script" and not attributes.get("src"))] == []
    assert [name for _, attributes in tags for name in attributes if name == "style" or name.startswith("on")] == []


def test_every_page_says_its_language_and_fits_a_phone(page: str) -> None:
    assert '<html lang="zh-CN">' in page
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in page


def test_every_page_has_the_hotlines(page: str) -> None:
    assert {str(link["href"]) for link in Page(page).all("a")} >= {"tel:12351", "tel:120", "tel:110", "tel:12356"}


def test_every_field_has_a_label(page: str) -> None:
    named = {label["for"] for label in Page(page).all("label")}

    assert {area["id"] for area in Page(page).all("textarea")} <= named


@pytest.mark.parametrize("address", ["/", "/static/page.css", "/no-such-page", "/api/v1/search?q=工资", "/healthz", "/wechat"])
def test_every_reply_has_the_security_headers(client: WebClient, address: str) -> None:
    headers = client.get(address).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]


def test_an_answer_is_neither_cached_nor_found_by_search_engines(client: WebClient) -> None:
    response = client.get(client.post("/", data={"question": QUESTION}, headers=PAGES).headers["location"], headers=PAGES)

    assert response.headers["cache-control"] == "private, no-store"
    assert response.headers["x-robots-tag"] == "noindex"


def test_no_page_sets_a_cookie(client: WebClient) -> None:
    assert "set-cookie" not in client.post("/", data={"question": QUESTION}, headers=PAGES).headers


def test_the_address_of_an_answer_is_not_logged(client: WebClient, capfd: pytest.CaptureFixture[str]) -> None:
    address = client.post("/", data={"question": QUESTION}, headers=PAGES).headers["location"]
    client.get(address, headers=PAGES)
    logged = "".join(capfd.readouterr())

    assert "/a/…" in logged
    assert address not in logged
    assert QUESTION not in logged
