from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from assistant.composing import compose_articles, compose_guide, gists_of, parse_reply, requested_article
from assistant.dates import Named
from assistant.instruments import Register
from assistant.types import Article, Beside, Caution, Citation, CitedArticle, Conflict, Guide, Instrument, Parameter, Section, Withdrawal

DAY = date(2026, 11, 21)
LAW_82 = Citation("劳动合同法", "82")
LAW_10 = Citation("劳动合同法", "10")
LOCAL_3 = Citation("山东办法", "3")
OLD_5 = Citation("旧办法", "5")
REGISTER = Register(
    [
        Instrument(
            "劳动合同法",
            "中华人民共和国劳动合同法",
            "law",
            "全国",
            date(2008, 1, 1),
            date(2013, 7, 1),
            articles=98,
            withdrawals=(Withdrawal("50", date(2020, 1, 1), "新法", paragraph=2),),
            cautions=(Caution("60", "第六十条现在按一年算。"),),
        ),
        Instrument("山东办法", "山东办法", "local", "山东", date(2010, 1, 1), date(2010, 1, 1), known_articles=("3",)),
        Instrument("旧办法", "旧办法", "rule", "全国", date(1995, 1, 1), date(1995, 1, 1), in_force_until=date(2017, 11, 24), articles=11),
    ]
)
ARTICLES = {LAW_82: Article(LAW_82, "应当每月支付二倍的工资。"), LAW_10: Article(LAW_10, "应当订立书面劳动合同。")}
WAGE = Parameter("minimum_wage", "最低工资", Decimal(2200), "元/月", "青岛", date(2025, 10, 1), None, "", "low", confirmed=False)
GUIDE = Guide(
    id="double-wage",
    title="没签合同怎么办",
    topic="contract",
    region="全国",
    short="可以要双倍工资，每月不低于 {{minimum_wage}}。",
    sections=(
        Section("steps", ("依照《山东办法》第三条先协商。",)),
        Section("deadline", ("一年内申请仲裁。",)),
        Section("basis", ("《劳动合同法》第八十二条：不签合同付二倍工资。", "《山东办法》第三条：市里先调解。")),
    ),
    basis=(LAW_82, LAW_10, LOCAL_3),
    asks=("没签合同",),
    keywords=(),
    related=(),
    valid_from=date(2020, 1, 1),
    valid_until=None,
    review_by=date(2027, 1, 1),
    status="published",
    confidence="high",
)


def test_a_guide_says_the_figure_of_the_day() -> None:
    composed = compose_guide(GUIDE, articles=ARTICLES, parameters=[WAGE], register=REGISTER, as_of=DAY)

    assert composed.draft.short == "可以要双倍工资，每月不低于 2200 元/月（待工会确认）。"


def test_the_basis_is_not_shown_as_a_part() -> None:
    composed = compose_guide(GUIDE, articles=ARTICLES, parameters=[WAGE], register=REGISTER, as_of=DAY)

    assert [section.kind for section in composed.draft.sections] == ["steps", "deadline"]


def test_an_article_is_shown_in_its_wording_where_we_hold_it_else_in_our_words() -> None:
    composed = compose_guide(GUIDE, articles=ARTICLES, parameters=[WAGE], register=REGISTER, as_of=DAY)

    assert composed.draft.citations == (
        CitedArticle(LAW_82, "应当每月支付二倍的工资。"),
        CitedArticle(LAW_10, "应当订立书面劳动合同。"),
        CitedArticle(LOCAL_3, None, "市里先调解。"),
    )


def test_a_repealed_article_of_the_basis_is_not_cited() -> None:
    guide = replace(GUIDE, basis=(OLD_5, LAW_82))

    composed = compose_guide(guide, articles=ARTICLES, parameters=[WAGE], register=REGISTER, as_of=DAY)

    assert [cited.citation for cited in composed.draft.citations] == [LAW_82]


def test_the_first_articles_and_those_the_short_answer_names_are_listed_where_nothing_says_which_decide() -> None:
    basis = tuple(Citation("劳动合同法", number) for number in ("82", "10", "14", "20", "21"))
    guide = replace(GUIDE, basis=basis, short="依照《劳动合同法》第二十一条办。")

    composed = compose_guide(guide, articles=ARTICLES, parameters=[], register=REGISTER, as_of=DAY)

    assert [cited.citation.article for cited in composed.draft.citations] == ["82", "10", "14", "21"]


def test_the_articles_that_decide_the_question_are_listed_and_the_others_of_the_basis_still_bear_its_lines_out() -> None:
    basis = tuple(Citation("劳动合同法", number) for number in ("82", "10", "14", "20"))
    guide = replace(GUIDE, basis=basis, see_also=(Beside(Citation("劳动合同法", "21"), "试用期里不能随便辞"),))
    deciding = (Citation("劳动合同法", "21"), Citation("劳动合同法", "14"))

    composed = compose_guide(guide, articles={}, parameters=[], register=REGISTER, as_of=DAY, deciding=deciding)

    assert [cited.citation.article for cited in composed.draft.citations] == ["21", "14"]
    assert composed.draft.citations[0].gist == "试用期里不能随便辞"
    assert composed.citations >= {*basis, *deciding}


def test_the_answer_rests_on_its_whole_basis() -> None:
    basis = tuple(Citation("劳动合同法", number) for number in ("82", "10", "14", "20"))

    composed = compose_guide(replace(GUIDE, basis=basis), articles=ARTICLES, parameters=[], register=REGISTER, as_of=DAY)

    assert composed.citations == frozenset(basis)


def test_the_answer_rests_on_the_guide_and_its_articles() -> None:
    composed = compose_guide(GUIDE, articles=ARTICLES, parameters=[WAGE], register=REGISTER, as_of=DAY)

    assert [passage.id for passage in composed.passages] == ["guide:double-wage", "劳动合同法#82", "劳动合同法#10", "山东办法#3"]


def test_the_guide_passage_holds_the_figure_of_the_day() -> None:
    composed = compose_guide(GUIDE, articles=ARTICLES, parameters=[WAGE], register=REGISTER, as_of=DAY)

    assert "2200 元/月" in composed.passages[0].text


def test_the_figures_said_are_remembered() -> None:
    composed = compose_guide(GUIDE, articles=ARTICLES, parameters=[WAGE], register=REGISTER, as_of=DAY)

    assert list(composed.figures.used) == ["minimum_wage"]


def test_at_most_three_questions_are_suggested() -> None:
    composed = compose_guide(GUIDE, articles=ARTICLES, parameters=[], register=REGISTER, as_of=DAY, suggestions=["甲", "乙", "丙", "丁"])

    assert composed.draft.suggestions == ("甲", "乙", "丙")


@pytest.mark.parametrize(
    ("guide", "parameters", "as_of", "notes"),
    [
        pytest.param(GUIDE, [replace(WAGE, confirmed=True)], DAY, (), id="nothing to say"),
        pytest.param(GUIDE, [WAGE], DAY, ("标了“待工会确认”的数还没有最后核实，用之前请打 12351 问一下。",), id="unconfirmed figure"),
        pytest.param(
            replace(GUIDE, confidence="low"),
            [replace(WAGE, confirmed=True)],
            DAY,
            ("这件事我掌握的资料不全，请以工会当年的通知为准，可打 12351。",),
            id="low confidence",
        ),
        pytest.param(
            replace(GUIDE, review_by=date(2026, 11, 20)),
            [replace(WAGE, confirmed=True)],
            DAY,
            ("这份说明已过了复查的日子，内容可能变了，用之前请打 12351 核对。",),
            id="review overdue since yesterday",
        ),
        pytest.param(replace(GUIDE, review_by=DAY), [replace(WAGE, confirmed=True)], DAY, (), id="review due today"),
        pytest.param(
            replace(GUIDE, short="可以要双倍工资。"),
            [],
            date(2013, 6, 30),
            ("《劳动合同法》后来改过，下面是现在的条文，您问的那天的条文可能不一样。",),
            id="a day before the wording in force today",
        ),
        pytest.param(
            replace(GUIDE, short="可以要双倍工资。", basis=(Citation("劳动合同法", "50"),)),
            [],
            DAY,
            ("《劳动合同法》第五十条的第二款从 2020-01-01 起已经废止（新法），不能再用。",),
            id="a withdrawn paragraph",
        ),
        pytest.param(
            replace(GUIDE, short="可以要双倍工资。", basis=(Citation("劳动合同法", "60"),)),
            [],
            DAY,
            ("第六十条现在按一年算。",),
            id="an article no longer applied",
        ),
    ],
)
def test_what_we_do_not_know_is_said(guide: Guide, parameters: list[Parameter], as_of: date, notes: tuple[str, ...]) -> None:
    composed = compose_guide(guide, articles=ARTICLES, parameters=parameters, register=REGISTER, as_of=as_of)

    assert composed.draft.notes == notes


def test_an_article_asked_for_is_shown_with_its_wording() -> None:
    composed = compose_articles([LAW_82], articles=ARTICLES, gists={}, register=REGISTER, as_of=DAY, short="原文在下面。")

    assert (composed.draft.source, composed.draft.citations) == ("article", (CitedArticle(LAW_82, "应当每月支付二倍的工资。"),))


def test_an_article_asked_for_without_wording_is_shown_in_our_words() -> None:
    composed = compose_articles(
        [LOCAL_3], articles=ARTICLES, gists={LOCAL_3: "市里先调解。"}, register=REGISTER, as_of=DAY, short="大意在下面。"
    )

    assert composed.draft.citations == (CitedArticle(LOCAL_3, None, "市里先调解。"),)


def test_an_answer_of_articles_rests_on_them() -> None:
    composed = compose_articles([LAW_82], articles=ARTICLES, gists={}, register=REGISTER, as_of=DAY, short="原文在下面。")

    assert composed.citations == frozenset({LAW_82})


@pytest.mark.parametrize(
    ("has_text", "has_gist", "expected"),
    [
        pytest.param(True, False, "《劳动合同法》第八十二条的原文在下面。", id="its wording"),
        pytest.param(False, True, "《劳动合同法》第八十二条现在有效，下面是它的大意，原文请到国家法律法规数据库查看。", id="its gist"),
        pytest.param(
            False,
            False,
            "有《劳动合同法》第八十二条这一条，现在有效，但我这里没有存它的原文。请到国家法律法规数据库查看，或打 12351。",
            id="only its number",
        ),
    ],
)
def test_the_lead_of_an_article_says_what_follows(has_text: bool, has_gist: bool, expected: str) -> None:
    assert requested_article(LAW_82, has_text=has_text, has_gist=has_gist) == expected


def test_the_first_guide_that_explains_an_article_gives_its_gist() -> None:
    later = replace(GUIDE, id="later", sections=(Section("basis", ("《山东办法》第三条：另一种说法。",)),))

    assert gists_of([GUIDE, later], [WAGE], REGISTER, DAY)[LOCAL_3] == "市里先调解。"


def gist_of(*sections: Section) -> str | None:
    return gists_of([replace(GUIDE, sections=sections)], [], REGISTER, DAY).get(LOCAL_3)


@pytest.mark.parametrize(
    ("line", "gist"),
    [
        pytest.param("《山东办法》第三条：市里先调解。", "市里先调解。", id="it leads"),
        pytest.param("《山东办法》第三条（2025 年起）：市里先调解。", "2025 年起：市里先调解。", id="it leads with a day"),
        pytest.param("市里先调解（《山东办法》第三条）。", "市里先调解。", id="in brackets"),
        pytest.param("市里先调解（《劳动合同法》第八十二条、《山东办法》第三条）。", "市里先调解。", id="in brackets with another"),
        pytest.param("市里先调解，见《山东办法》第三条。", "市里先调解。", id="seen at the end"),
        pytest.param("按《山东办法》第三条先调解。", "按《山东办法》第三条先调解。", id="part of the sentence"),
    ],
)
def test_a_gist_does_not_repeat_the_article_it_stands_under(line: str, gist: str) -> None:
    assert gist_of(Section("basis", (line,))) == gist


@pytest.mark.parametrize(
    ("line", "gist"),
    [
        pytest.param(
            "先找市里调解，调解不收钱（《山东办法》第三条）。谈不成的每月要二倍工资（《劳动合同法》第八十二条）。",
            "先找市里调解，调解不收钱。",
            id="a sentence of its own",
        ),
        pytest.param(
            "没签合同的每月要二倍工资（《劳动合同法》第八十二条）；市里的调解组织先调解，十五天内办完（《山东办法》第三条）。",
            "市里的调解组织先调解，十五天内办完。",
            id="a part of its own",
        ),
        pytest.param(
            "没签合同的每月要二倍工资（《劳动合同法》第八十二条）；不给的就去市里的调解组织先调解（《山东办法》第三条）。",
            "没签合同的每月要二倍工资（《劳动合同法》第八十二条）；不给的就去市里的调解组织先调解。",
            id="a part that leans on the one before",
        ),
        pytest.param(
            "没签合同的每月要二倍工资（《劳动合同法》第八十二条）。这两样都先去市里的调解组织办（《山东办法》第三条）。",
            "没签合同的每月要二倍工资（《劳动合同法》第八十二条）。这两样都先去市里的调解组织办。",
            id="a sentence that leans on the one before",
        ),
        pytest.param(
            "二倍工资（《劳动合同法》第八十二条）；7 日（《山东办法》第三条）。",
            "二倍工资（《劳动合同法》第八十二条）；7 日。",
            id="too short",
        ),
    ],
)
def test_of_a_line_about_several_articles_a_gist_takes_what_is_said_of_its_own(line: str, gist: str) -> None:
    assert gist_of(Section("basis", (line,))) == gist


def test_the_line_about_an_article_is_its_gist_before_one_that_names_it_among_others() -> None:
    among = "到期要付（《劳动合同法》第八十二条、《山东办法》第三条）。"

    assert (
        gist_of(Section("deadline", ("市里十五天内调解完（《山东办法》第三条）。",)), Section("basis", (among,))) == "市里十五天内调解完。"
    )


def test_of_several_guides_the_one_that_is_most_about_an_article_gives_its_gist() -> None:
    among = replace(GUIDE, sections=(Section("basis", ("到期要付（《劳动合同法》第八十二条、《山东办法》第三条）。",)),))
    about = replace(GUIDE, id="about", sections=(Section("basis", ("《山东办法》第三条：市里先调解。",)),))

    assert gists_of([among, about], [], REGISTER, DAY)[LOCAL_3] == "市里先调解。"


def test_a_gist_says_the_figure_of_the_day() -> None:
    guide = replace(GUIDE, sections=(Section("basis", ("《山东办法》第三条：不低于 {{minimum_wage}}。",)),))

    assert gists_of([guide], [replace(WAGE, confirmed=True)], REGISTER, DAY) == {LOCAL_3: "不低于 2200 元/月。"}


def test_a_reply_with_headings_is_read_into_its_parts() -> None:
    composed = compose_guide(GUIDE, articles=ARTICLES, parameters=[WAGE], register=REGISTER, as_of=DAY)

    draft = parse_reply("【简答】可以要双倍工资。\n【怎么办】\n1. 收集证据\n- **申请仲裁**\n【时限】一年内", composed)

    assert (draft.short, draft.sections) == (
        "可以要双倍工资。",
        (Section("steps", ("收集证据", "申请仲裁")), Section("deadline", ("一年内",))),
    )


def test_a_reply_without_headings_is_a_short_answer_and_steps() -> None:
    composed = compose_guide(GUIDE, articles=ARTICLES, parameters=[WAGE], register=REGISTER, as_of=DAY)

    draft = parse_reply("可以要双倍工资。\n\n先收集证据。\n再申请仲裁。", composed)

    assert (draft.short, draft.sections) == ("可以要双倍工资。", (Section("steps", ("先收集证据。", "再申请仲裁。")),))


def test_a_heading_nobody_asked_for_is_left_out() -> None:
    composed = compose_guide(GUIDE, articles=ARTICLES, parameters=[WAGE], register=REGISTER, as_of=DAY)

    draft = parse_reply("【简答】可以。\n【心得】做人要善良。\n【怎么办】", composed)

    assert draft.sections == ()


@pytest.mark.parametrize("reply", [pytest.param("", id="empty"), pytest.param("【怎么办】去仲裁", id="no short answer")])
def test_a_reply_without_a_short_answer_has_none(reply: str) -> None:
    composed = compose_guide(GUIDE, articles=ARTICLES, parameters=[WAGE], register=REGISTER, as_of=DAY)

    assert parse_reply(reply, composed).short == ""


def test_a_model_cannot_change_sources_notes_and_suggestions() -> None:
    composed = compose_guide(GUIDE, articles=ARTICLES, parameters=[WAGE], register=REGISTER, as_of=DAY, suggestions=["最多几个月"])

    draft = parse_reply("【简答】可以。", composed)

    assert (draft.source, draft.citations, draft.guide_ids, draft.notes, draft.suggestions) == (
        "model",
        composed.draft.citations,
        ("double-wage",),
        composed.draft.notes,
        ("最多几个月",),
    )


# -- facts of an earlier day -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "notes"),
    [
        pytest.param(None, (), id="no day said"),
        pytest.param(date(2024, 3, 1), (), id="since the rule began"),
        pytest.param(DAY, (), id="the day asked about"),
        pytest.param(
            date(2019, 5, 1),
            ("您说的事发生得早，这里写的是后来的规定，那时的规定可能不一样，请打 12351 或 12333 问清楚。",),
            id="before the guide's rule",
        ),
        pytest.param(
            date(2012, 1, 1),
            ("您说的事发生得早，《劳动合同法》后来才施行或者改过，那时的规定可能不一样，请打 12351 或 12333 问清楚。",),
            id="before the law's wording",
        ),
    ],
)
def test_facts_older_than_the_rule_are_told_so(facts: date | None, notes: tuple[str, ...]) -> None:
    composed = compose_guide(GUIDE, articles=ARTICLES, parameters=[], register=REGISTER, as_of=DAY, facts=facts)

    assert composed.draft.notes == notes
    assert all(note in composed.passages[0].text for note in notes)


# -- texts that differ -----------------------------------------------------------------------------------------

LAW_60 = Citation("劳动合同法", "60")
DIFFERING = Conflict(
    "double",
    "二倍怎么算",
    (LAW_82, LAW_60),
    ("double-wage",),
    "《劳动合同法》第六十条不管这个，每月不低于{{minimum_wage}}。",
    is_open=False,
)


def test_a_conflict_of_the_guide_is_told_with_the_figure_of_the_day_and_rests_on_its_articles() -> None:
    composed = compose_guide(GUIDE, articles=ARTICLES, parameters=[WAGE], register=REGISTER, as_of=DAY, conflicts=[DIFFERING])

    assert composed.draft.notes[0] == "《劳动合同法》第六十条不管这个，每月不低于 2200 元/月。"
    assert LAW_60 in composed.citations
    assert LAW_60 in {passage.citation for passage in composed.passages}
    assert LAW_60 not in {cited.citation for cited in composed.draft.citations}


def test_an_unconfirmed_figure_that_only_a_conflict_says_is_marked_and_noted() -> None:
    guide = replace(GUIDE, short="可以要双倍工资。")
    composed = compose_guide(guide, articles=ARTICLES, parameters=[WAGE], register=REGISTER, as_of=DAY, conflicts=[DIFFERING])

    assert "2200 元/月（待工会确认）" in composed.draft.notes[0]
    assert "还没有最后核实" in composed.draft.notes[1]


@pytest.mark.parametrize(
    "conflict",
    [
        pytest.param(replace(DIFFERING, guides=("unpaid-wages",)), id="another guide's"),
        pytest.param(replace(DIFFERING, articles=(LAW_60, Citation("劳动合同法", "61"))), id="none of its articles listed"),
        pytest.param(replace(DIFFERING, articles=(LAW_82, OLD_5)), id="one of its texts is no longer law"),
    ],
)
def test_a_conflict_is_not_told_where_it_is(conflict: Conflict) -> None:
    composed = compose_guide(GUIDE, articles=ARTICLES, parameters=[WAGE], register=REGISTER, as_of=DAY, conflicts=[conflict])

    assert not any("不管这个" in note for note in composed.draft.notes)


def test_a_short_answer_about_a_time_before_its_figure_says_so_right_under_it() -> None:
    past = Named(date(2024, 5, 1), date(2024, 5, 31), 0, 0)

    composed = compose_guide(GUIDE, articles=ARTICLES, parameters=[WAGE], register=REGISTER, as_of=DAY, past=past)

    assert composed.draft.applied == "这里的最低工资从 2025 年 10 月起才是这个数，2024 年 5 月时是多少我这里没有，请打 12333 问。"
    assert {"2025 年", "10 月", "2024 年", "5 月"} <= {figure.text for figure in composed.figures.used.values()}


def test_a_figure_that_only_a_step_says_is_not_gone_into() -> None:
    guide = replace(GUIDE, short="可以要双倍工资。", sections=(Section("steps", ("每月不低于 {{minimum_wage}}。",)),))
    past = Named(date(2024, 5, 1), date(2024, 5, 31), 0, 0)

    composed = compose_guide(guide, articles=ARTICLES, parameters=[WAGE], register=REGISTER, as_of=DAY, past=past)

    assert composed.draft.applied == ""
