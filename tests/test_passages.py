from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from assistant.passages import ALSO, ARTICLES_SHARED, DECAY, Figures, article_ask_passages, article_passage, gist_passages, guide_passages
from assistant.types import Article, Citation, Decided, Figure, Guide, Parameter, Passage, Section

OLD_WAGE = Parameter(
    id="minimum_wage",
    name="最低工资",
    value=Decimal(2010),
    unit="元/月",
    region="青岛",
    since=date(2023, 10, 1),
    until=date(2025, 10, 1),
    document="鲁政字〔2023〕171号",
    confidence="high",
    confirmed=True,
)
NEW_WAGE = Parameter(
    id="minimum_wage",
    name="最低工资",
    value=Decimal("2200.00"),
    unit="元/月",
    region="青岛",
    since=date(2025, 10, 1),
    until=None,
    document="",
    confidence="low",
    confirmed=False,
)
UNKNOWN = Parameter(
    id="funeral_grant",
    name="丧葬补助",
    value=None,
    unit="元",
    region="青岛",
    since=date(2020, 1, 1),
    until=None,
    document="",
    confidence="low",
    confirmed=False,
)
GUIDE = Guide(
    id="minimum-wage",
    title="工资低于最低工资怎么办",
    topic="wages",
    region="青岛",
    short="最低工资是 {{minimum_wage}}。",
    sections=(
        Section("steps", ("先要求补齐。", "差额按 {{ minimum_wage }} 算。")),
        Section("documents", ("工资条",)),
        Section("where", ("劳动监察",)),
        Section("basis", ("《劳动法》第四十八条",)),
    ),
    basis=(Citation("劳动法", "48"),),
    asks=("一个月才给一千八合法吗", "最低工资多少"),
    keywords=("最低工资",),
    related=(),
    valid_from=date(2020, 1, 1),
    valid_until=None,
    review_by=date(2027, 1, 1),
    status="published",
    confidence="high",
)


def test_an_article_leads_with_its_title() -> None:
    passage = article_passage(Article(Citation("劳动法", "48"), "国家实行最低工资保障制度。"))

    assert passage == Passage("劳动法#48", "article", "劳动法第四十八条 国家实行最低工资保障制度。", citation=Citation("劳动法", "48"))


def test_a_guide_becomes_its_answer_its_long_sections_and_its_asks() -> None:
    passages = guide_passages(GUIDE, {})

    assert [(passage.id, passage.kind) for passage in passages] == [
        ("guide:minimum-wage#short", "guide"),
        ("guide:minimum-wage#steps", "guide"),
        ("guide:minimum-wage#basis", "guide"),
        ("ask:minimum-wage#0", "ask"),
        ("ask:minimum-wage#1", "ask"),
        ("ask:minimum-wage#2", "ask"),
    ]


def test_the_title_is_the_first_ask() -> None:
    asks = [passage.text for passage in guide_passages(GUIDE, {}) if passage.kind == "ask"]

    assert asks == ["工资低于最低工资怎么办", "一个月才给一千八合法吗", "最低工资多少"]


def rests_on(guide: Guide, ask: str) -> dict[Citation, float]:
    return dict(next(passage.rests_on for passage in guide_passages(guide, {}) if passage.kind == "ask" and passage.text == ask))


def test_an_ask_nobody_looked_at_rests_on_the_first_of_the_basis_each_further_one_a_little_less() -> None:
    guide = replace(GUIDE, basis=tuple(Citation("劳动法", str(number)) for number in range(40, 60)))

    assert rests_on(guide, "最低工资多少") == {
        Citation("劳动法", str(40 + place)): pytest.approx(DECAY**place) for place in range(ARTICLES_SHARED)
    }


def test_an_ask_somebody_looked_at_rests_on_what_decides_it_and_half_on_what_is_right_as_well() -> None:
    pay, more = Citation("劳动法", "48"), Citation("劳动法", "91")
    guide = replace(GUIDE, decided={"最低工资多少": Decided((more,), (pay,))})

    assert rests_on(guide, "最低工资多少") == {more: 1.0, pay: ALSO}
    assert rests_on(guide, "一个月才给一千八合法吗") == {pay: 1.0}


def test_an_ask_that_no_article_decides_rests_on_none() -> None:
    assert rests_on(replace(GUIDE, decided={"最低工资多少": Decided()}), "最低工资多少") == {}


def test_every_passage_names_its_guide() -> None:
    assert {passage.guide_id for passage in guide_passages(GUIDE, {})} == {"minimum-wage"}


def test_an_indexed_passage_holds_the_name_of_a_figure_not_its_value() -> None:
    texts = [passage.text for passage in guide_passages(GUIDE, {"minimum_wage": "最低工资标准"})]

    assert texts[:2] == ["工资低于最低工资怎么办 最低工资是 最低工资标准。", "工资低于最低工资怎么办 先要求补齐。 差额按 最低工资标准 算。"]


def test_what_to_do_where_they_refuse_is_searched_too() -> None:
    refused = replace(GUIDE, sections=(Section("refusal", ("请他写下来。", "再去仲裁。")),))

    (part,) = (passage for passage in guide_passages(refused, {}) if passage.id.endswith("#refusal"))
    assert part.text == "工资低于最低工资怎么办 请他写下来。 再去仲裁。"


def test_the_source_of_a_report_is_not_searched() -> None:
    report = replace(GUIDE, kind="report", sections=(Section("basis", ("出自《总结》，这是工作统计。",)),))

    assert [passage.id for passage in guide_passages(report, {}) if passage.kind == "guide"] == ["guide:minimum-wage#short"]


# -- what guides say of articles -------------------------------------------------------------------------------

NAMES = {"劳动法": "劳动法", "中华人民共和国劳动法": "劳动法", "最低工资规定": "最低工资规定"}
RULES = Citation("最低工资规定", "12")
CITING = replace(
    GUIDE,
    short="最低工资是 {{minimum_wage}}（《劳动法》第四十八条）。",
    sections=(
        Section("steps", ("差额要补（《最低工资规定》第十二条）。", "先去问。")),
        Section("basis", ("按《中华人民共和国劳动法》第四十八条，标准由省里定。", "《劳动法》第五十条说要按月发。")),
    ),
    basis=(Citation("劳动法", "48"), RULES, Citation("劳动法", "91")),
)


def test_what_a_guide_says_of_each_article_is_one_passage() -> None:
    assert gist_passages(CITING, {"minimum_wage": "最低工资标准"}, NAMES) == [
        Passage(
            "gist:minimum-wage:劳动法#48",
            "gist",
            "工资低于最低工资怎么办 最低工资是 最低工资标准。 按《中华人民共和国劳动法》第四十八条，标准由省里定。",
            Citation("劳动法", "48"),
            guide_id="minimum-wage",
        ),
        Passage("gist:minimum-wage:最低工资规定#12", "gist", "工资低于最低工资怎么办 差额要补。", RULES, guide_id="minimum-wage"),
    ]


def test_an_article_that_is_named_but_no_basis_has_no_gist() -> None:
    assert not any("#50" in passage.id for passage in gist_passages(CITING, {}, NAMES))


def test_an_article_of_the_basis_that_no_line_names_has_no_gist() -> None:
    assert not any("#91" in passage.id for passage in gist_passages(CITING, {}, NAMES))


def test_a_line_that_names_two_articles_is_said_of_both() -> None:
    both = replace(CITING, short="好。", sections=(Section("steps", ("要补（《劳动法》第四十八条、《最低工资规定》第十二条）。",)),))

    assert {passage.citation: passage.text for passage in gist_passages(both, {}, NAMES)} == {
        Citation("劳动法", "48"): "工资低于最低工资怎么办 要补。",
        RULES: "工资低于最低工资怎么办 要补。",
    }


def test_a_guide_that_names_no_article_has_no_gist() -> None:
    assert gist_passages(replace(CITING, short="好。", sections=()), {}, NAMES) == []


def test_the_questions_that_an_article_answers_are_passages_of_the_article() -> None:
    assert article_ask_passages(RULES, ["夜班津贴算不算", "加班费算不算"]) == [
        Passage("ask:最低工资规定#12#0", "ask", "夜班津贴算不算", citation=RULES, rests_on=((RULES, 1.0),)),
        Passage("ask:最低工资规定#12#1", "ask", "加班费算不算", citation=RULES, rests_on=((RULES, 1.0),)),
    ]


# -- figures ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(date(2025, 9, 30), "2010 元/月", id="the last day of the old figure"),
        pytest.param(date(2025, 10, 1), "2200 元/月（待工会确认）", id="the first day of the new figure"),
        pytest.param(date(2023, 9, 30), "（具体数待工会确认）", id="before any figure"),
    ],
)
def test_a_figure_is_that_of_the_day(on: date, expected: str) -> None:
    assert Figures([OLD_WAGE, NEW_WAGE], on).fill("{{minimum_wage}}") == expected


def test_a_figure_ends_on_the_day_it_is_replaced() -> None:
    assert Figures([OLD_WAGE], date(2025, 10, 1)).fill("{{minimum_wage}}") == "（具体数待工会确认）"


def test_a_figure_says_only_once_that_it_is_unconfirmed() -> None:
    figures = Figures([NEW_WAGE], date(2026, 1, 1))

    said = figures.fill("{{minimum_wage}}，不足 {{ minimum_wage }} 的补齐") + figures.fill("；按 {{minimum_wage}}")

    assert said == "2200 元/月（待工会确认），不足 2200 元/月 的补齐；按 2200 元/月"


def test_a_figure_without_a_value_is_said_to_be_missing() -> None:
    assert Figures([UNKNOWN], date(2026, 1, 1)).fill("补助{{funeral_grant}}。") == "补助（具体数待工会确认）。"


def test_a_figure_without_a_value_is_not_used() -> None:
    figures = Figures([UNKNOWN], date(2026, 1, 1))
    figures.fill("{{funeral_grant}}")

    assert figures.used == {}


def test_a_figure_used_keeps_its_document() -> None:
    figures = Figures([OLD_WAGE], date(2024, 1, 1))
    figures.fill("{{minimum_wage}}")

    assert figures.used == {"minimum_wage": Figure("2010 元/月", "2010", "元/月", "parameter:minimum_wage 鲁政字〔2023〕171号")}


def test_a_figure_without_a_document_is_traced_to_its_parameter() -> None:
    figures = Figures([NEW_WAGE], date(2026, 1, 1))
    figures.fill("{{minimum_wage}}")

    assert figures.used["minimum_wage"].origin == "parameter:minimum_wage"


def test_a_figure_never_said_is_not_used() -> None:
    figures = Figures([OLD_WAGE], date(2024, 1, 1))

    assert (figures.fill("没有数"), figures.used) == ("没有数", {})


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(date(2024, 1, 1), False, id="a confirmed figure"),
        pytest.param(date(2026, 1, 1), True, id="an unconfirmed figure"),
    ],
)
def test_an_unconfirmed_figure_is_remembered(on: date, expected: bool) -> None:
    figures = Figures([OLD_WAGE, NEW_WAGE], on)
    figures.fill("{{minimum_wage}}")

    assert figures.unconfirmed is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("2200.00", "2200 元", id="no empty places"),
        pytest.param("1E+4", "10000 元", id="no exponent"),
        pytest.param("22.50", "22.5 元", id="half a yuan"),
    ],
)
def test_a_figure_is_written_plainly(value: str, expected: str) -> None:
    parameter = Parameter("x", "数", Decimal(value), "元", "青岛", date(2020, 1, 1), None, "", "high", confirmed=True)

    assert Figures([parameter], date(2026, 1, 1)).fill("{{x}}") == expected
