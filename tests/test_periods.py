from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from assistant.dates import Named, past_span
from assistant.periods import Dated, dated
from assistant.types import Parameter

TODAY = date(2026, 11, 21)
OLD = Parameter(
    "base_min",
    "社保缴费基数下限（月）",
    Decimal(4504),
    "元/月",
    "山东",
    date(2025, 1, 1),
    date(2026, 1, 1),
    "某文〔2025〕1号",
    "high",
    confirmed=False,
)
NEW = replace(OLD, value=Decimal(4573), since=date(2026, 1, 1), until=None, document="某文〔2026〕1号")
WAGE = Parameter("wage", "月最低工资", Decimal(2400), "元/月", "即墨", date(2025, 10, 1), None, "某文〔2025〕2号", "high", confirmed=False)
HOURLY = replace(WAGE, id="hourly", name="小时最低工资", value=Decimal(24), unit="元/小时")
PARAMETERS = (OLD, NEW, WAGE, HOURLY)
UNKNOWN = "这里的月最低工资从 2025 年 10 月起才是这个数，{}是多少我这里没有，请打 12333 问。"


def span(first: date, last: date) -> Named:
    return Named(first, last, 0, 0)


YEAR_2025 = span(date(2025, 1, 1), date(2025, 12, 31))


def say(*said: str, past: Named | None) -> str:
    return (dated(said, PARAMETERS, TODAY, past) or Dated("", ())).sentence


def test_the_figure_of_that_time_is_said_where_it_is_known() -> None:
    assert say("base_min", past=YEAR_2025) == "2025 年时社保缴费基数下限是 4504 元/月（待工会确认），这里的是现在的数。"


@pytest.mark.parametrize(
    ("past", "when"),
    [
        pytest.param(span(date(2024, 5, 1), date(2024, 5, 31)), "2024 年 5 月时", id="a month before"),
        pytest.param(span(date(2024, 5, 7), date(2024, 5, 7)), "2024 年 5 月时", id="a day before"),
        pytest.param(span(date(2023, 1, 1), date(2023, 12, 31)), "2023 年时", id="a year before"),
        pytest.param(YEAR_2025, "那以前", id="the year in which it changed"),
    ],
)
def test_a_figure_of_today_is_not_told_as_that_of_a_time_before_it(past: Named, when: str) -> None:
    assert say("wage", past=past) == UNKNOWN.format(when)


def test_figures_that_began_together_are_named_in_one_sentence() -> None:
    assert say("wage", "hourly", past=YEAR_2025).startswith("这里的月最低工资、小时最低工资从 2025 年 10 月起")


def test_at_most_two_figures_are_gone_into() -> None:
    assert "小时" not in say("wage", "base_min", "hourly", past=YEAR_2025)


@pytest.mark.parametrize(
    ("said", "past"),
    [
        pytest.param(("wage",), None, id="no time named"),
        pytest.param((), YEAR_2025, id="no figure said"),
        pytest.param(("wage",), span(date(2026, 3, 1), date(2026, 3, 31)), id="the same figure then"),
        pytest.param(("gone",), YEAR_2025, id="a figure nobody knows"),
    ],
)
def test_nothing_is_said_where_nothing_differs(said: tuple[str, ...], past: Named | None) -> None:
    assert dated(said, PARAMETERS, TODAY, past) is None


def test_a_figure_without_a_value_then_is_one_we_do_not_have() -> None:
    parameters = (replace(OLD, value=None), NEW)

    found = dated(["base_min"], parameters, TODAY, YEAR_2025)

    assert found is not None
    assert found.sentence.endswith("那以前是多少我这里没有，请打 12333 问。") is False
    assert "2025 年时是多少我这里没有" in found.sentence


def test_each_figure_of_the_sentence_says_where_it_comes_from() -> None:
    found = dated(["base_min", "wage"], PARAMETERS, TODAY, YEAR_2025)

    assert found is not None
    assert [(figure.text, figure.origin) for figure in found.figures] == [
        ("4504 元/月", "parameter:base_min 某文〔2025〕1号"),
        ("2025 年", "parameter:base_min 某文〔2025〕1号"),
        ("2025 年", "parameter:since"),
        ("10 月", "parameter:since"),
        ("2025 年", "parameter:since"),
    ]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        pytest.param("我2024年5月被辞退，那时候最低工资多少", date(2024, 5, 1), id="when it happened"),
        pytest.param("2024年的最低工资标准是多少", date(2024, 1, 1), id="the year of a figure"),
        pytest.param("去年社保缴费基数下限", date(2025, 1, 1), id="last year's figure"),
        pytest.param("2023年被欠工资，2024年的最低工资是多少", date(2024, 1, 1), id="the last of two"),
    ],
)
def test_the_past_a_question_is_about_is_found(text: str, first: date) -> None:
    found = past_span(text, TODAY)

    assert found is not None
    assert found.first == first


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("最低工资多少", id="none named"),
        pytest.param("今年最低工资多少", id="this year"),
        pytest.param("2026年最低工资多少", id="a year that has not ended"),
        pytest.param("2026年11月1日被辞退", id="this month"),
        pytest.param("2015年入职，现在工资不到最低工资", id="when the job began"),
        pytest.param("2024年缴费了，社保怎么转", id="paid in"),
    ],
)
def test_no_past_is_made_up(text: str) -> None:
    assert past_span(text, TODAY) is None
