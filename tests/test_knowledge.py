from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.errors import KnowledgeError
from assistant.knowledge import UNKNOWN_DAY, from_json, knowledge_files, knowledge_hash, load_knowledge, load_replies, to_json
from assistant.types import (
    Article,
    Citation,
    Conflict,
    Covered,
    Criterion,
    Decided,
    Guide,
    Instrument,
    Place,
    Section,
    Term,
    Withdrawal,
    Within,
)
from tests import more_knowledge
from tests.more_knowledge import REST_RULES
from tests.small_knowledge import BRACKETS, edit, line_of

GUIDE = "guides/wages/unpaid-wages.md"


@pytest.fixture(name="full")
def _full(knowledge: Path) -> Path:
    """A knowledge folder of this test's own with one of everything."""
    return more_knowledge.add(knowledge)


def guide(root: Path, id_: str = "unpaid-wages") -> Guide:
    return next(one for one in load_knowledge(root).guides if one.id == id_)


def instrument(root: Path, name: str) -> Instrument:
    return next(one for one in load_knowledge(root).instruments if one.name == name)


# -- what is read ----------------------------------------------------------------------------------------------


def test_a_guides_short_answer_is_its_first_section(knowledge: Path) -> None:
    assert guide(knowledge).short == "单位必须按时足额发工资，拖欠的可以要回来。先打 12333 投诉，不行就申请劳动仲裁。"


def test_the_lines_of_a_section_lose_their_bullets_and_numbers(knowledge: Path) -> None:
    sections = {section.kind: section.items for section in guide(knowledge).sections}

    assert sections["steps"][0] == "先存好工资条、转账记录和考勤。"
    assert sections["documents"] == ("身份证和单位全名。",)


def test_a_line_that_begins_with_a_figure_keeps_it(knowledge: Path) -> None:
    edit(knowledge / GUIDE, "- 离开单位的，一年内申请仲裁。", "- 30 日内答复。")

    assert Section("deadline", ("30 日内答复。",)) in guide(knowledge).sections


def test_an_indented_line_goes_on_with_the_one_before(knowledge: Path) -> None:
    edit(knowledge / GUIDE, "- 身份证和单位全名。", "- 身份证\n  和单位全名。")

    assert Section("documents", ("身份证和单位全名。",)) in guide(knowledge).sections


def test_a_guide_rests_on_its_articles_in_order(knowledge: Path) -> None:
    assert guide(knowledge).basis == (Citation("劳动合同法", "30"), Citation("劳动合同法", "85"))


@pytest.mark.parametrize("written", ['"85"', "85"], ids=["as words", "as a number"])
def test_an_article_number_may_be_written_as_words_or_as_a_number(knowledge: Path, written: str) -> None:
    edit(knowledge / GUIDE, 'article: "85"', f"article: {written}")

    assert guide(knowledge).basis[1] == Citation("劳动合同法", "85")


def test_phrasings_are_added_to_the_asks_of_their_guide(knowledge: Path) -> None:
    (knowledge / "phrasings").mkdir()
    (knowledge / "phrasings" / "wages.yaml").write_text("- guide: unpaid-wages\n  asks: [老板耍赖, 12345]\n", encoding="utf-8")

    assert guide(knowledge).asks[-2:] == ("老板耍赖", "12345")


def test_a_parameter_of_two_periods_is_two_parameters(knowledge: Path) -> None:
    parameters = load_knowledge(knowledge).parameters

    assert [(one.value, one.since, one.until) for one in parameters] == [
        (Decimal(2200), date(2023, 10, 1), date(2025, 10, 1)),
        (Decimal(2400), date(2025, 10, 1), None),
    ]


def test_a_figure_nobody_knows_is_no_figure(knowledge: Path) -> None:
    edit(knowledge / "parameters/wages.yaml", 'value: "2400"', "value:")

    assert load_knowledge(knowledge).parameters[1].value is None


def test_an_instrument_without_a_version_day_is_as_it_was_on_its_first(knowledge: Path) -> None:
    assert instrument(knowledge, "最低工资规定").version_from == date(2004, 3, 1)


def test_an_instrument_of_unknown_age_holds_on_every_day(knowledge: Path) -> None:
    edit(knowledge / "instruments.yaml", "  in_force_from: 2004-03-01\n", "  in_force_from:\n")

    assert instrument(knowledge, "最低工资规定").in_force_from == UNKNOWN_DAY


def test_a_withdrawn_article_is_read_with_its_paragraph_and_its_day(knowledge: Path) -> None:
    edit(
        knowledge / "instruments.yaml",
        "  search: all\n",
        "  search: all\n  out_of_force: [{article: 32, paragraph: 1, from: 2025-09-01, by: 新解释}]\n",
    )

    assert instrument(knowledge, "劳动合同法").withdrawals == (Withdrawal("32", date(2025, 9, 1), "新解释", 1),)


def test_phones_and_links_come_from_the_places(knowledge: Path) -> None:
    read = load_knowledge(knowledge)

    assert read.phones == {"12351", "12333", "12348", "12345", "12356", "110", "119", "120"}
    assert read.hosts == {"12333.gov.cn"}


def test_a_reply_is_found_by_its_id(knowledge: Path) -> None:
    replies = load_replies(knowledge)

    assert (replies["crisis_self_harm"].outcome, "12356" in replies["crisis_self_harm"].short) == ("crisis", True)


@pytest.mark.parametrize(
    "rewrite",
    [
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="line ends of Windows"),
        pytest.param(lambda text: "\ufeff" + text, id="a byte order mark"),
        pytest.param(lambda text: "\ufeff" + text.replace("\n", "\r\n"), id="both, as Notepad saves"),
    ],
)
def test_a_guide_reads_the_same_however_it_was_saved(knowledge: Path, rewrite: Callable[[str], str]) -> None:
    before = guide(knowledge)
    path = knowledge / GUIDE
    path.write_bytes(rewrite(path.read_text(encoding="utf-8")).encode())

    assert guide(knowledge) == before


# -- guides of earlier days, reports ----------------------------------------------------------------------------


def test_what_to_do_where_they_refuse_is_a_section_of_its_own(full: Path) -> None:
    assert Section("refusal", ("可以说：“活是我干的，请写个欠条给我。”",)) in guide(full, "unpaid-wages-before-2024").sections


def test_a_guide_of_earlier_days_names_the_one_that_holds_now(full: Path) -> None:
    read = guide(full, "unpaid-wages-before-2024")

    assert (read.replaced_by, read.valid_until) == ("unpaid-wages", date(2024, 1, 1))
    assert guide(full).replaced_by is None


def test_a_guide_of_earlier_days_needs_no_asks_of_its_own(full: Path) -> None:
    assert guide(full, "unpaid-wages-before-2024").asks == ()


def test_a_guide_with_nine_asks_of_its_own_is_named(knowledge: Path) -> None:
    lines = (knowledge / GUIDE).read_text(encoding="utf-8").splitlines(keepends=True)
    first = line_of(knowledge / GUIDE, "asks:")
    path = knowledge / GUIDE
    path.write_text("".join((*lines[: first + 9], *lines[first + 20 :])), encoding="utf-8")

    assert _problems(knowledge) == [f"{path}:{first}: asks 太少了，至少 10 条"]


def test_a_fact_of_a_report_is_a_guide_of_its_own(full: Path) -> None:
    read = guide(full, "report-laixi-2018-research-visits")

    assert (read.kind, read.topic, read.status, read.basis) == ("report", "union", "published", ())
    assert read.short == "这是莱西的数，不是即墨的：莱西市总工会 2018 年调研了 46 家企业。"
    assert (read.valid_from, read.valid_until, read.review_by) == (date(2018, 6, 30), None, date(2027, 3, 31))
    assert (read.asks[0], read.keywords, read.related) == ("莱西2018年工会调研了多少家企业", ("莱西", "2018"), ("unpaid-wages",))
    assert (read.sources, read.path, read.confidence) == (("测试底稿 A1",), "reports/laixi-2018.yaml", "medium")


def test_a_fact_of_a_report_says_where_it_is_from_and_that_nobody_can_claim_it(full: Path) -> None:
    assert guide(full, "report-laixi-2018-research-visits").lines() == [
        "出自《莱西市总工会2018年工作回顾》，说的是2018 年上半年的事。这是工作统计，不是每个人能领的标准。"
    ]


@pytest.mark.parametrize(
    ("union", "region"),
    [("即墨", "即墨"), ("青岛", "青岛"), ("山东", "山东"), ("全国", "全国"), ("莱西", "全国"), ("诸城", "全国"), ("奎屯-独山子", "全国")],
)
def test_a_report_is_told_where_its_union_is_or_everywhere_where_that_is_elsewhere(full: Path, union: str, region: str) -> None:
    edit(full / "reports/laixi-2018.yaml", "union: 莱西", f"union: {union}")

    assert guide(full, "report-laixi-2018-research-visits").region == region


def test_guides_that_are_no_reports_say_so(full: Path) -> None:
    assert {one.kind for one in load_knowledge(full).guides if one.path.startswith("guides/")} == {"guide"}


def test_phrasings_may_say_what_decides_them(knowledge: Path) -> None:
    (knowledge / "phrasings").mkdir()
    (knowledge / "phrasings/wages.yaml").write_text(
        "- guide: unpaid-wages\n  decided_by: [劳动合同法 85]\n  also: [劳动合同法 30]\n  asks: [能多要一半吗]\n", encoding="utf-8"
    )

    read = guide(knowledge)
    assert read.asks[-1] == "能多要一半吗"
    assert read.decided == {"能多要一半吗": Decided((Citation("劳动合同法", "85"),), (Citation("劳动合同法", "30"),))}


def test_what_decides_an_ask_of_the_guides_own_file_is_said_without_asking_it_twice(knowledge: Path) -> None:
    before = guide(knowledge).asks
    (knowledge / "phrasings").mkdir()
    (knowledge / "phrasings/wages.yaml").write_text(
        "- guide: unpaid-wages\n  decided_by: []\n  asks: [欠薪能不能要赔偿]\n", encoding="utf-8"
    )

    read = guide(knowledge)
    assert read.asks == before
    assert read.decided == {"欠薪能不能要赔偿": Decided()}


@pytest.mark.parametrize("field", ["decided_by: [劳动法 50]", "decided_by: []\n  also: [劳动法 50]"])
def test_what_decides_an_ask_is_one_of_its_guides_articles(knowledge: Path, field: str) -> None:
    (knowledge / "phrasings").mkdir()
    (knowledge / "phrasings/wages.yaml").write_text(f"- guide: unpaid-wages\n  {field}\n  asks: [能多要一半吗]\n", encoding="utf-8")

    assert load_knowledge(knowledge).orphans == ("phrasings/wages.yaml:1: 《劳动法》第五十条不在指南 unpaid-wages 的 basis 和 see_also 里",)


def test_what_decides_an_ask_is_said_once(knowledge: Path) -> None:
    (knowledge / "phrasings").mkdir()
    row = "- guide: unpaid-wages\n  decided_by: [劳动合同法 {}]\n  asks: [欠薪能不能要赔偿]\n"
    (knowledge / "phrasings/wages.yaml").write_text(row.format(85) + row.format(30), encoding="utf-8")

    assert load_knowledge(knowledge).orphans == ("phrasings/wages.yaml:4: “欠薪能不能要赔偿”靠哪几条已经标过一次",)


def test_phrasings_may_lead_to_a_fact_of_a_report(full: Path) -> None:
    edit(full / "phrasings/articles.yaml", "- guide: unsigned-contract", "- guide: report-jimo-2025-members")

    assert guide(full, "report-jimo-2025-members").asks[-1] == "一直没给我签字按手印"


# -- phrasings of articles -------------------------------------------------------------------------------------


def test_phrasings_may_lead_to_an_article(full: Path) -> None:
    assert load_knowledge(full).article_asks == {
        Citation("劳动合同法", "38"): ("单位犯错我能不能马上走人", "被逼着辞职算谁的"),
        Citation("最低工资规定", "12"): ("夜班津贴算不算在那条线里",),
    }


def test_phrasings_of_an_article_from_several_files_come_together(full: Path) -> None:
    (full / "phrasings/more.yaml").write_text(
        '- article: {instrument: 劳动合同法, article: "38"}\n  asks: [老板犯规了]\n', encoding="utf-8"
    )

    asks = load_knowledge(full).article_asks[Citation("劳动合同法", "38")]
    assert asks == ("单位犯错我能不能马上走人", "被逼着辞职算谁的", "老板犯规了")


def test_phrasings_of_an_article_are_nobodys_asks(full: Path) -> None:
    assert not any("单位犯错我能不能马上走人" in one.asks for one in load_knowledge(full).guides)


# -- terms, programmes, places, criteria, coverage ---------------------------------------------------------------


def test_a_term_is_read_with_what_people_say_and_its_article(full: Path) -> None:
    assert load_knowledge(full).terms == (
        Term(
            "二倍工资",
            ("双份钱", "两份工钱"),
            "没签合同的那些月，单位要多付的一份工资。",
            Citation("劳动合同法", "82"),
            "terms.yaml:1",
        ),
        Term("劳动监察", ("管工资的衙门", "12333"), "政府里管单位守不守劳动法的部门。", None, "terms.yaml:5"),
    )


def test_a_programme_is_read_with_its_row_and_its_place_in_the_file(full: Path) -> None:
    programmes = load_knowledge(full).programmes

    assert [programme.row for programme in programmes] == list(range(1, 47))
    first, second = programmes[:2]
    assert (first.id, first.owner, first.parameters, first.guides) == ("system-1", "即墨", ("minimum_wage_month",), ("unpaid-wages",))
    assert (second.owner, second.available_in_jimo, second.parameters) == ("莱西", "no", ())
    assert second.where == f"programmes/all.yaml:{line_of(full / 'programmes/all.yaml', '- id: system-2')}"


def test_a_place_says_only_what_is_confirmed(full: Path) -> None:
    assert load_knowledge(full).places == (
        Place("station-east", "东部工会驿站", "即墨区总工会", None, None, None, confirmed=False, where="places.yaml"),
        Place("legal-point", "职工法律服务点", "即墨区总工会", "振华街 1 号", "12351", "工作日", confirmed=True, where="places.yaml"),
    )


def test_the_telephone_of_a_place_is_no_number_that_may_be_said(full: Path) -> None:
    edit(full / "places.yaml", "phone: 12351", "phone: 88551234")

    assert "88551234" not in load_knowledge(full).phones


def test_a_criterion_compares_with_a_parameter_or_with_a_value(full: Path) -> None:
    by_parameter, by_value = load_knowledge(full).criteria

    assert by_parameter == Criterion(
        "hardship-relative", "相对困难", "家里人均收入低于最低工资的 1.5 倍。", "income_per_head_month", "<", Decimal("1.5"),
        "minimum_wage_month", None, excludes=False, confirmed=False, guide="unpaid-wages", where="relief/criteria.yaml:1",
    )  # fmt: skip
    assert (by_value.of, by_value.value, by_value.compare, by_value.excludes) == (None, "true", "is", True)


def test_coverage_names_guides_and_cases(full: Path) -> None:
    assert load_knowledge(full).coverage == (
        Covered("labour-01", "heading", "工资支付与拖欠", ("unpaid-wages", "unpaid-wages-before-2024"), (), "coverage.yaml:1"),
        Covered("mistake-01", "mistake", "没签合同就要不到工资", ("unpaid-wages",), ("wages-001",), "coverage.yaml:5"),
    )


def test_knowledge_does_without_them(knowledge: Path) -> None:
    read = load_knowledge(knowledge)

    assert (read.terms, read.programmes, read.places, read.criteria, read.coverage, read.texts, read.article_asks) == (*((),) * 6, {})


# -- imported texts --------------------------------------------------------------------------------------------


def test_a_published_text_is_read_article_by_article(full: Path) -> None:
    (text,) = load_knowledge(full).texts

    assert (text.name, text.kind, text.where) == (REST_RULES, "regulation", f"texts/{REST_RULES}.md:1")
    assert text.articles == (
        Article(Citation(REST_RULES, "1"), "为了让工人歇得好，定这个办法。", "第一章 总则"),
        Article(Citation(REST_RULES, "2"), "单位应当有歇脚的屋子。\n屋子里应当有：\n（一）热水；\n（二）椅子。", "第一章 总则"),
        Article(Citation(REST_RULES, "3"), "从 2020 年 1 月 1 日起施行。", "第二章 附则"),
    )


@pytest.mark.parametrize("status", ["draft", "retired"])
def test_a_text_that_is_not_published_is_never_loaded(full: Path, status: str) -> None:
    edit(full / f"texts/{REST_RULES}.md", "status: published", f"status: {status}")

    assert load_knowledge(full).texts == ()


def test_a_draft_is_checked_for_its_form_all_the_same(full: Path) -> None:
    edit(full / f"texts/{REST_RULES}.md", "status: published", "status: draft")
    edit(full / f"texts/{REST_RULES}.md", "kind: regulation", "kind: song")

    assert [problem.startswith(f"{full}/texts/{REST_RULES}.md:3: kind ") for problem in _problems(full)] == [True]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        pytest.param("### 第二条", "### 第一条", "条的标题“### 第一条”看不懂或写了两次", id="an article twice"),
        pytest.param("### 第二条", "### 第二节", "条的标题“### 第二节”看不懂或写了两次", id="a heading that is no article"),
    ],
)
def test_the_headings_of_a_text_are_its_articles(full: Path, old: str, new: str, says: str) -> None:
    edit(full / f"texts/{REST_RULES}.md", old, new)

    assert _problems(full) == [f"{full}/texts/{REST_RULES}.md:1: {says}"]


def test_a_text_without_its_head_is_named(full: Path) -> None:
    (full / "texts/光有正文.md").write_text("### 第一条\n照办。\n", encoding="utf-8")

    assert _problems(full) == [f"{full}/texts/光有正文.md:1: 开头要有两行 --- 夹着的说明部分"]


def test_an_inserted_article_keeps_its_number(full: Path) -> None:
    edit(full / f"texts/{REST_RULES}.md", "### 第三条", "### 第二条之一")

    assert [article.citation.article for article in load_knowledge(full).texts[0].articles] == ["1", "2", "2之一"]


def test_what_stands_outside_the_articles_is_nobodys_wording(full: Path) -> None:
    edit(full / f"texts/{REST_RULES}.md", "## 第二章 附则\n", "## 第二章 附则\n\n目录和附件\n")

    assert not any("目录和附件" in article.text for article in load_knowledge(full).texts[0].articles)


# -- the hash --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", [GUIDE, "instruments.yaml", "parameters/wages.yaml", "places.yaml", "replies.yaml"], ids=lambda name: name.rsplit("/", 1)[-1]
)
def test_the_hash_changes_with_every_file(knowledge: Path, name: str) -> None:
    before = knowledge_hash(knowledge)
    with (knowledge / name).open("a", encoding="utf-8") as file:
        file.write("\n")

    assert knowledge_hash(knowledge) != before


def test_the_hash_changes_when_a_file_is_renamed(knowledge: Path) -> None:
    before = knowledge_hash(knowledge)
    (knowledge / "parameters/wages.yaml").rename(knowledge / "parameters/pay.yaml")

    assert knowledge_hash(knowledge) != before


def test_the_hash_does_not_change_with_times_or_vectors(knowledge: Path) -> None:
    before = knowledge_hash(knowledge)
    os.utime(knowledge / GUIDE, (0, 0))
    (knowledge / "vectors").mkdir()
    (knowledge / "vectors" / "model.npz").write_bytes(b"x")

    assert knowledge_hash(knowledge) == before


def test_what_an_editor_leaves_behind_is_no_knowledge(knowledge: Path) -> None:
    (knowledge / f"{GUIDE}~").write_text("x", encoding="utf-8")

    assert knowledge / f"{GUIDE}~" not in knowledge_files(knowledge)


# -- what is wrong ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "old", "new", "says", "line"),
    [
        pytest.param(GUIDE, "topic: wages", "topic: money", "topic", 4, id="an unknown topic"),
        pytest.param(GUIDE, "region: 全国", "region: 火星", "region", 6, id="an unknown place"),
        pytest.param(GUIDE, "status: published", "status: done", "status", 13, id="an unknown status"),
        pytest.param(GUIDE, "review_by: 2027-06-30", "review_by: 明年", "review_by", 12, id="a day that is none"),
        pytest.param(GUIDE, "keywords:", "keyword:", "keyword 不认识这一项", 16, id="an unknown key"),
        pytest.param(GUIDE, "audience: [worker]", "audience: [worker", "YAML 写法不对", 6, id="broken YAML"),
        pytest.param(GUIDE, "id: unpaid-wages", "id: unpaid_wages", "id", 2, id="an id with wrong characters"),
        pytest.param(GUIDE, "id: unpaid-wages", "id: wages", "和文件名不一样", 2, id="an id that is not the file's"),
        pytest.param(GUIDE, "## 时限", "## 期限", "小节标题“## 期限”不认识", 51, id="an unknown section"),
        pytest.param(GUIDE, "## 时限", "## 怎么办", "写了两次", 51, id="a section twice"),
        pytest.param(GUIDE, "## 一句话答案\n", "多出来的一行\n## 一句话答案\n", "文字要写在", 41, id="words outside sections"),
        pytest.param("instruments.yaml", "level: law", "level: rule", "level", 1, id="an unknown level"),
        pytest.param("instruments.yaml", "articles: 15", "articles: many", "第 2 条：articles", 11, id="no count"),
        pytest.param("parameters/wages.yaml", 'value: "2400"', "value: 很多", "第 2 条：value", 12, id="no figure"),
        pytest.param("places.yaml", "links: [12333.gov.cn]", "links: 12333.gov.cn", "links", 10, id="links that are no list"),
        pytest.param("replies.yaml", "outcome: crisis", "outcome: panic", "第 1 条：outcome", 2, id="no outcome"),
    ],
)
def test_a_mistake_names_its_file_its_line_and_what_is_wrong(knowledge: Path, name: str, old: str, new: str, says: str, line: int) -> None:
    edit(knowledge / name, old, new)

    with pytest.raises(KnowledgeError) as caught:
        (load_replies if name == "replies.yaml" else load_knowledge)(knowledge)
    assert caught.value.problems[0].startswith(f"{knowledge / name}:{line}: ")
    assert says in caught.value.problems[0]


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        pytest.param(GUIDE, "review_by: 2027-06-30", "review_by: 2027-02-30", id="in a guide"),
        pytest.param("parameters/wages.yaml", "from: 2023-10-01", "from: 2023-13-01", id="in a parameter"),
        pytest.param("instruments.yaml", "version_from: 2013-07-01", "version_from: 2013-06-31", id="in an instrument"),
    ],
)
def test_a_day_no_calendar_has_names_its_file(knowledge: Path, name: str, old: str, new: str) -> None:
    edit(knowledge / name, old, new)

    with pytest.raises(KnowledgeError, match=rf"{name}:\d+: "):
        load_knowledge(knowledge)


def test_a_guide_without_its_head_is_named(knowledge: Path) -> None:
    (knowledge / GUIDE).write_text("## 一句话答案\n可以要。\n", encoding="utf-8")

    with pytest.raises(KnowledgeError, match=r"unpaid-wages\.md:1: 开头要有两行 ---"):
        load_knowledge(knowledge)


@pytest.mark.parametrize("heading", ["一句话答案", "怎么办", "依据说明"])
def test_a_section_that_every_guide_needs_is_missed(knowledge: Path, heading: str) -> None:
    path = knowledge / "guides/contract/unsigned-contract.md"
    text = path.read_text(encoding="utf-8")
    start = text.index(f"## {heading}")
    end = text.find("\n## ", start)
    path.write_text(text[:start] + (text[end + 1 :] if end != -1 else ""), encoding="utf-8")

    with pytest.raises(KnowledgeError, match=f"缺“## {heading}”"):
        load_knowledge(knowledge)


def test_all_mistakes_are_named_at_once(knowledge: Path) -> None:
    edit(knowledge / GUIDE, "topic: wages", "topic: money")
    edit(knowledge / "guides/wages/minimum-wage.md", "region: 即墨", "region: 火星")
    edit(knowledge / "instruments.yaml", "level: law", "level: rule")

    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(knowledge)
    assert len(caught.value.problems) == 3


def test_phrasings_for_a_guide_that_is_not_there_are_named(knowledge: Path) -> None:
    (knowledge / "phrasings").mkdir()
    (knowledge / "phrasings/x.yaml").write_text("- guide: nobody\n  asks: [老板耍赖]\n", encoding="utf-8")

    assert load_knowledge(knowledge).orphans == ("phrasings/x.yaml:1: 没有指南 nobody，它的问法没处放",)


def test_a_file_in_another_encoding_is_named_with_the_line(knowledge: Path) -> None:
    text = (knowledge / GUIDE).read_text(encoding="utf-8")
    (knowledge / GUIDE).write_bytes(text.encode("gb18030"))

    with pytest.raises(KnowledgeError, match=r"unpaid-wages\.md:3: 不是 UTF-8"):
        load_knowledge(knowledge)


@pytest.mark.parametrize("name", ["instruments.yaml", "places.yaml"])
def test_a_file_that_is_missing_is_named(knowledge: Path, name: str) -> None:
    (knowledge / name).unlink()

    with pytest.raises(KnowledgeError, match=rf"{name}:1: 读不了"):
        load_knowledge(knowledge)


def test_a_folder_that_is_not_there_is_named_with_its_setting(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match=r"nowhere.*GONGHUI_KNOWLEDGE_DIR"):
        load_knowledge(tmp_path / "nowhere")


def test_a_list_that_is_none_is_named(knowledge: Path) -> None:
    (knowledge / "instruments.yaml").write_text("劳动合同法: 98\n", encoding="utf-8")

    with pytest.raises(KnowledgeError, match=r"instruments\.yaml:1: 应当是一列"):
        load_knowledge(knowledge)


def test_no_python_is_run_from_yaml(knowledge: Path, tmp_path: Path) -> None:
    edit(knowledge / GUIDE, "keywords: [欠薪, 拖欠工资]", f"keywords: [!!python/object/apply:os.mkdir ['{tmp_path / 'made'}']]")

    with pytest.raises(KnowledgeError):
        load_knowledge(knowledge)
    assert not (tmp_path / "made").exists()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80, deadline=None)
@given(body=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_file_at_all_is_read_or_refused_by_name(knowledge: Path, body: bytes) -> None:
    (knowledge / "places.yaml").write_bytes(body)

    with pytest.raises(KnowledgeError, match=r"places\.yaml:\d+: "):
        load_knowledge(knowledge)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80, deadline=None)
@given(place=st.integers(0, 1500), noise=st.text(alphabet="-#:[]{}&*!|>'\"%@`, \n\t工1", max_size=8))
def test_a_guide_with_noise_in_it_is_read_or_refused_by_name(knowledge: Path, small_knowledge: Path, place: int, noise: str) -> None:
    text = (small_knowledge / GUIDE).read_text(encoding="utf-8")
    (knowledge / GUIDE).write_text(text[:place] + noise + text[place:], encoding="utf-8")

    assert all(problem.startswith(f"{knowledge / GUIDE}:") for problem in _problems(knowledge))


@pytest.mark.parametrize(
    ("name", "old", "new", "says", "at"),
    [
        pytest.param(
            "phrasings/articles.yaml",
            "- guide: unsigned-contract\n  decided_by: [劳动合同法 82]\n  asks",
            "- asks",
            "guide 和 article 要写而且只写一个",
            "- asks",
            id="phrasings of nothing",
        ),
        pytest.param(
            "phrasings/articles.yaml",
            "- guide: unsigned-contract\n",
            '- guide: unsigned-contract\n  article: {instrument: 劳动合同法, article: "38"}\n',
            "guide 和 article 要写而且只写一个",
            "- guide: unsigned-contract",
            id="phrasings of two things",
        ),
        pytest.param(
            "phrasings/articles.yaml",
            "decided_by: [劳动合同法 82]",
            "decided_by: [劳动合同法第82条]",
            "decided_by.0",
            "- guide: unsigned-contract",
            id="an article not written as name and number",
        ),
        pytest.param(
            "phrasings/articles.yaml",
            "decided_by: [劳动合同法 82]",
            "also: [劳动合同法 82]",
            "写了 also 就要写 decided_by",
            "- guide: unsigned-contract",
            id="right as well as nothing",
        ),
        pytest.param(
            "phrasings/articles.yaml",
            "  asks:\n    - 单位犯错",
            "  decided_by: [劳动合同法 38]\n  asks:\n    - 单位犯错",
            "decided_by 只跟 guide 一起写",
            "- article: {instrument: 劳动合同法",
            id="an article's ask decided by another",
        ),
        pytest.param(
            "phrasings/articles.yaml",
            "[夜班津贴算不算在那条线里]",
            "[]",
            "第 2 条：asks 太少了",
            "- article: {instrument: 最低工资规定",
            id="phrasings without any",
        ),
        pytest.param(
            "phrasings/articles.yaml",
            'instrument: 劳动合同法, article: "38"',
            "instrument: 劳动合同法",
            "article.article 缺这一项",
            "- article: {instrument: 劳动合同法",
            id="a law without its article",
        ),
        pytest.param("terms.yaml", "says: [双份钱, 两份工钱]", "says: []", "第 1 条：says 太少了", "- term: 二倍", id="a term nobody says"),
        pytest.param(
            "relief/criteria.yaml",
            "of: minimum_wage_month",
            'of: minimum_wage_month\n  value: "3"',
            "要写而且只写一个",
            "- id: hardship-relative",
            id="a criterion of two figures",
        ),
        pytest.param(
            "relief/criteria.yaml", '  value: "true"\n', "", "要写而且只写一个", "- id: hardship-private", id="a criterion of none"
        ),
        pytest.param("relief/criteria.yaml", 'compare: "<"', "compare: 小于", "第 1 条：compare", "- id: hardship-rel", id="no comparison"),
        pytest.param("coverage.yaml", "kind: mistake", "kind: error", "第 2 条：kind", "- id: mistake-01", id="coverage of no kind"),
        pytest.param("coverage.yaml", "guides: [unpaid-wages]", "guides: []", "第 2 条：guides 太少了", "- id: mistake-01", id="uncovered"),
        pytest.param("programmes/all.yaml", "owner: 莱西", "owner: 火星", "第 2 条：owner", "- id: system-2", id="a union nobody knows"),
        pytest.param("programmes/all.yaml", 'in_jimo: "no"', "in_jimo: no", "第 2 条：available_in_jimo", "- id: system-2", id="YAML's no"),
        pytest.param("places.yaml", "    host: 即墨区总工会\n", "", "places", "places:", id="a place without its host"),
        pytest.param("reports/laixi-2018.yaml", "union: 莱西", "union: 火星", "union ", "union:", id="a report of nobody"),
        pytest.param("reports/laixi-2018.yaml", "      - 莱西工会走访了几家厂\n", "", "facts.0.asks 太少了", "facts:", id="two asks"),
        pytest.param("reports/laixi-2018.yaml", "id: laixi-2018", "id: laixi-2019", "和文件名不一样", "id:", id="a report's id"),
        pytest.param("reports/laixi-2018.yaml", "since: 2018-06-30", "since: 2018-06-31", "没有 2018-06-31 这一天", "since:", id="no day"),
        pytest.param(f"texts/{REST_RULES}.md", "source: 测试.docx\n", "", "source 缺这一项", "---", id="a text without its source"),
        pytest.param(f"texts/{REST_RULES}.md", "sha256: 0a", "sha256: xy", "sha256", "sha256:", id="a hash that is none"),
    ],
)
def test_a_mistake_in_what_stands_beside_the_guides_names_its_line(full: Path, name: str, old: str, new: str, says: str, at: str) -> None:
    edit(full / name, old, new)

    line = line_of(full / name, at)
    problems = _problems(full)
    first = line + 1 if at == "---" else line
    assert [problem.startswith(f"{full / name}:{first}: ") and says in problem for problem in problems] == [True], problems


def _problems(root: Path) -> list[str]:
    try:
        load_knowledge(root)
    except KnowledgeError as error:
        return error.problems
    return []


# -- kept as JSON ----------------------------------------------------------------------------------------------


def test_knowledge_kept_as_json_is_read_back_as_it_was(full: Path) -> None:
    knowledge = load_knowledge(full)

    read = from_json(to_json(knowledge))
    assert read == knowledge
    assert [repr(parameter.value) for parameter in read.parameters] == [repr(parameter.value) for parameter in knowledge.parameters]
    assert list(read.article_asks.items()) == list(knowledge.article_asks.items()) != []


@pytest.mark.parametrize("kept", [b"", b"[]", b"[{}, []]", b'{"guides": 1}'])
def test_what_is_no_kept_knowledge_is_refused(kept: bytes) -> None:
    with pytest.raises(ValueError, match="validation error"):
        from_json(kept)


def test_a_conflict_is_read_with_its_articles_and_where_it_stands(knowledge: Path) -> None:
    (knowledge / "conflicts.yaml").write_text(
        "# 说明\n- id: paid-late\n  title: 拖欠加付多少\n  articles:\n    - {instrument: 劳动合同法, article: 85}\n"
        "    - {instrument: 最低工资规定, article: '12'}\n"
        "  guides: [unpaid-wages]\n  open: true\n  says: 待工会确认。\n  source: 测试\n",
        encoding="utf-8",
    )

    articles = (Citation("劳动合同法", "85"), Citation("最低工资规定", "12"))
    assert load_knowledge(knowledge).conflicts == (
        Conflict("paid-late", "拖欠加付多少", articles, ("unpaid-wages",), "待工会确认。", True, "测试", "conflicts.yaml:2"),
    )


def test_a_table_is_read_with_its_rows_and_kept_as_it_was_read(knowledge: Path) -> None:
    (knowledge / "brackets.yaml").write_text(BRACKETS, encoding="utf-8")
    read = load_knowledge(knowledge)

    (table,) = read.brackets
    assert (table.id, table.guides, table.articles, table.where) == (
        "unsigned-so-long",
        ("unsigned-contract",),
        (Citation("劳动合同法", "82"),),
        "brackets.yaml:2",
    )
    assert [(row.when[0].low, row.when[0].high, row.result) for row in table.rows] == [(0, 1, None), (1, 12, "二倍"), (12, None, None)]
    assert table.all_articles() == (Citation("劳动合同法", "82"), Citation("劳动合同法", "10"))
    assert from_json(to_json(read)) == read


def test_a_row_of_one_value_is_just_that_value(knowledge: Path) -> None:
    (knowledge / "brackets.yaml").write_text(BRACKETS.replace("service: [0, 1]", "service: 0"), encoding="utf-8")

    (table,) = load_knowledge(knowledge).brackets
    assert table.rows[0].when == (Within("service", Decimal(0), Decimal(1)),)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        pytest.param("  rows:\n", "  rows: []\n  old:\n", "brackets.yaml:2: 第 1 条：old 不认识这一项", id="an unknown key"),
        pytest.param("service: [1, 12]", "salary: [1, 12]", "brackets.yaml:2: 第 1 条：rows.1.when.salary", id="an unknown fact"),
        pytest.param("result: 二倍}", "result: 二倍, says: 二倍}", "result 和 says 只写一个", id="two things to say"),
        pytest.param("unit: 月", "unit: 年头", "brackets.yaml:2: 第 1 条：unit", id="no unit"),
        pytest.param(
            "  source: 测试\n",
            '  source: 测试\n  counts: {by: service, year: "1", half: "1", less: "1", times: "1", most: "12"}\n',
            "rows 和 counts 要写而且只写一个",
            id="a table and a count",
        ),
        pytest.param("{result}工资", "{count}工资", "里的花括号只能写 result", id="a placeholder nobody fills"),
        pytest.param("{result}工资", "{result工资", "里的花括号只能写 result", id="a bracket that does not close"),
        pytest.param("[劳动合同法 82]", "[劳动合同法第82条]", "brackets.yaml:2: 第 1 条：articles.0", id="an article written otherwise"),
    ],
)
def test_a_bad_table_is_refused(knowledge: Path, old: str, new: str, says: str) -> None:
    assert old in BRACKETS
    (knowledge / "brackets.yaml").write_text(BRACKETS.replace(old, new), encoding="utf-8")

    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(knowledge)

    assert any(says in problem for problem in caught.value.problems)


def test_a_conflict_of_one_article_is_refused(knowledge: Path) -> None:
    (knowledge / "conflicts.yaml").write_text(
        "- id: paid-late\n  title: 拖欠\n  articles:\n    - {instrument: 劳动合同法, article: 85}\n"
        "  guides: [unpaid-wages]\n  open: false\n  says: 按法律算。\n  source: 测试\n",
        encoding="utf-8",
    )

    with pytest.raises(KnowledgeError, match="articles 太少了"):
        load_knowledge(knowledge)
