from __future__ import annotations

from datetime import date

import pytest

from assistant.instruments import Register
from assistant.types import Caution, Citation, Instrument, Withdrawal

CONTRACT = Instrument(
    name="劳动合同法",
    full_name="中华人民共和国劳动合同法",
    level="law",
    region="全国",
    in_force_from=date(2008, 1, 1),
    version_from=date(2013, 7, 1),
    articles=98,
    aliases=("劳合法",),
)
CRIMINAL = Instrument(
    name="刑法",
    full_name="中华人民共和国刑法",
    level="law",
    region="全国",
    in_force_from=date(1980, 1, 1),
    version_from=date(2024, 3, 1),
    articles=452,
    inserted=("276之一",),
)
OLD_INTERPRETATION = Instrument(
    name="旧解释",
    full_name="旧解释",
    level="judicial",
    region="全国",
    in_force_from=date(2001, 4, 30),
    version_from=date(2001, 4, 30),
    in_force_until=date(2021, 1, 1),
    replaced_by="新解释",
    articles=21,
)
UNCOUNTED = Instrument(
    name="山东办法",
    full_name="山东办法",
    level="local",
    region="山东",
    in_force_from=date(2010, 1, 1),
    version_from=date(2010, 1, 1),
    known_articles=("12",),
)
WITHDRAWN = Instrument(
    name="计划生育条例",
    full_name="计划生育条例",
    level="local",
    region="山东",
    in_force_from=date(2003, 1, 1),
    version_from=date(2021, 6, 1),
    articles=40,
    withdrawals=(
        Withdrawal(article="20", since=date(2022, 1, 1), by="修正"),
        Withdrawal(article="21", since=date(2022, 1, 1), by="修正", paragraph=2),
    ),
    cautions=(Caution(article="25", says="产假按 98 天另加 60 天。"),),
)
REGISTER = Register([CONTRACT, CRIMINAL, OLD_INTERPRETATION, UNCOUNTED, WITHDRAWN])


@pytest.mark.parametrize(
    ("law", "article", "on", "expected"),
    [
        pytest.param("劳动合同法", "82", date(2026, 11, 21), "in_force", id="in force"),
        pytest.param("劳动合同法", "1", date(2026, 11, 21), "in_force", id="the first article"),
        pytest.param("劳动合同法", "98", date(2026, 11, 21), "in_force", id="the last article"),
        pytest.param("劳动合同法", "99", date(2026, 11, 21), "unknown_article", id="beyond the last article"),
        pytest.param("劳动合同法", "0", date(2026, 11, 21), "unknown_article", id="article zero"),
        pytest.param("劳动合同法", "82之一", date(2026, 11, 21), "unknown_article", id="an insert nobody made"),
        pytest.param("职工幸福法", "1", date(2026, 11, 21), "unknown_instrument", id="unknown law"),
        pytest.param("刑法", "276之一", date(2026, 11, 21), "in_force", id="inserted article"),
        pytest.param("刑法", "276之二", date(2026, 11, 21), "unknown_article", id="next insert does not exist"),
        pytest.param("劳动合同法", "82", date(2007, 12, 31), "not_yet_in_force", id="the day before it began"),
        pytest.param("劳动合同法", "82", date(2008, 1, 1), "in_force", id="the day it began"),
        pytest.param("旧解释", "13", date(2020, 12, 31), "in_force", id="its last day"),
        pytest.param("旧解释", "13", date(2021, 1, 1), "out_of_force", id="the day of its repeal"),
        pytest.param("计划生育条例", "20", date(2021, 12, 31), "in_force", id="before the withdrawal"),
        pytest.param("计划生育条例", "20", date(2022, 1, 1), "out_of_force", id="withdrawn article"),
        pytest.param("计划生育条例", "19", date(2022, 1, 1), "in_force", id="its neighbour stays"),
        pytest.param("计划生育条例", "21", date(2022, 1, 1), "in_force", id="only one paragraph withdrawn"),
        pytest.param("山东办法", "12", date(2026, 11, 21), "in_force", id="a known article of an uncounted text"),
        pytest.param("山东办法", "13", date(2026, 11, 21), "unknown_article", id="an unknown article of an uncounted text"),
    ],
)
def test_an_article_is_law_on_a_day_or_not(law: str, article: str, on: date, expected: str) -> None:
    assert REGISTER.status(Citation(law, article), on) == expected


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("劳动合同法", id="title"),
        pytest.param("中华人民共和国劳动合同法", id="full title"),
        pytest.param("劳合法", id="alias"),
    ],
)
def test_a_law_is_found_by_each_of_its_names(name: str) -> None:
    assert REGISTER.find(name) == CONTRACT


def test_a_law_nobody_registered_is_not_found() -> None:
    assert REGISTER.find("职工幸福法") is None


def test_an_article_cited_by_alias_has_the_status_of_its_law() -> None:
    assert REGISTER.status(Citation("劳合法", "99"), date(2026, 11, 21)) == "unknown_article"


def test_the_register_counts_each_law_once() -> None:
    assert (len(REGISTER), list(REGISTER)) == (5, [CONTRACT, CRIMINAL, OLD_INTERPRETATION, UNCOUNTED, WITHDRAWN])


@pytest.mark.parametrize(
    ("article", "on", "paragraphs"),
    [
        pytest.param("21", date(2022, 1, 1), [2], id="from the day on"),
        pytest.param("21", date(2021, 12, 31), [], id="not before"),
        pytest.param("20", date(2022, 1, 1), [], id="a whole article is no paragraph"),
        pytest.param("19", date(2022, 1, 1), [], id="its neighbour"),
    ],
)
def test_withdrawn_paragraphs_are_named_from_their_day_on(article: str, on: date, paragraphs: list[int]) -> None:
    assert [gone.paragraph for gone in REGISTER.withdrawals(Citation("计划生育条例", article), on)] == paragraphs


def test_an_unknown_law_has_no_withdrawn_paragraph() -> None:
    assert REGISTER.withdrawals(Citation("职工幸福法", "1"), date(2026, 11, 21)) == []


@pytest.mark.parametrize(
    ("law", "article", "cautions"),
    [
        pytest.param("计划生育条例", "25", ["产假按 98 天另加 60 天。"], id="superseded in practice"),
        pytest.param("计划生育条例", "24", [], id="its neighbour"),
        pytest.param("职工幸福法", "25", [], id="unknown law"),
    ],
)
def test_an_article_no_longer_applied_comes_with_a_caution(law: str, article: str, cautions: list[str]) -> None:
    assert REGISTER.cautions(Citation(law, article)) == cautions
