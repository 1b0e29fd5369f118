from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.dates import fact_date, find_days

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        pytest.param("2024年3月被辞退能赔多少", date(2024, 3, 1), id="year and month"),
        pytest.param("我2024年3月15日被公司开除了", date(2024, 3, 15), id="a day"),
        pytest.param("2024-03-15 公司把我辞退了", date(2024, 3, 15), id="a day in figures"),
        pytest.param("2024.3.15被裁员", date(2024, 3, 15), id="a day with points"),
        pytest.param("2019年受的伤现在还能要赔偿吗", date(2019, 1, 1), id="a year alone is its first day"),
        pytest.param("二〇二三年在工地摔了", date(2023, 1, 1), id="a year in Chinese numerals"),
        pytest.param("去年五月被单位解除合同", date(2025, 5, 1), id="去年 with a month"),
        pytest.param("前年老板欠我的工资", date(2024, 1, 1), id="前年"),
        pytest.param("工资从2023年5月欠到现在", date(2023, 5, 1), id="since when"),
        pytest.param("受伤是在2022年6月", date(2022, 6, 1), id="what happened before the day"),
        pytest.param("2015年入职，2024年3月被辞退，补偿怎么算", date(2024, 3, 1), id="not the entry beside it"),
        pytest.param("2015年入职2024年3月辞退我", date(2024, 3, 1), id="not the entry, without a comma"),
        pytest.param("2019年受的伤，2024年被辞退", date(2024, 1, 1), id="the last of two"),
        pytest.param("2024年2月30日被辞退", date(2024, 2, 1), id="a day that does not exist is its month"),
    ],
)
def test_the_day_of_the_facts_is_found(text: str, day: date) -> None:
    assert fact_date(text, TODAY) == day


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("被辞退能赔多少", id="no day"),
        pytest.param("3月被辞退", id="no year"),
        pytest.param("2015年入职没签合同", id="when the job began"),
        pytest.param("2019年进厂干到现在，老板要辞退我", id="the job began, the end is now"),
        pytest.param("我干了19年被辞退", id="how long it lasted"),
        pytest.param("2024年的规定里辞退要给多少", id="the year of a rule"),
        pytest.param("2025年最低工资没给够怎么办", id="the year of a figure"),
        pytest.param("2027年合同到期怎么办", id="to come"),
        pytest.param("电话 2024年没打通", id="nothing of it happened"),
        pytest.param("欠我2024元", id="an amount"),
        pytest.param("", id="nothing"),
    ],
)
def test_where_no_day_of_the_facts_is_said_none_is_guessed(text: str) -> None:
    assert fact_date(text, TODAY) is None


@given(st.text(alphabet="去前年月日号2019024.-被辞退受伤欠入职，。 ", max_size=40))
def test_whatever_is_written_the_day_is_never_to_come(text: str) -> None:
    assert (fact_date(text, TODAY) or TODAY) <= TODAY


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        pytest.param("2019年3月进的厂", date(2019, 3, 1), date(2019, 3, 31), id="a month"),
        pytest.param("2020年2月来的", date(2020, 2, 1), date(2020, 2, 29), id="a leap month"),
        pytest.param("2019年进的厂", date(2019, 1, 1), date(2019, 12, 31), id="a year"),
        pytest.param("2020年6月1日入职", date(2020, 6, 1), date(2020, 6, 1), id="a day"),
        pytest.param("去年五月来的", date(2025, 5, 1), date(2025, 5, 31), id="去年"),
        pytest.param("今年三月入职", date(2026, 3, 1), date(2026, 3, 31), id="今年"),
        pytest.param("19年3月进的厂", date(2019, 3, 1), date(2019, 3, 31), id="two digits of a year, and what began"),
        pytest.param("98年参加工作", date(1998, 1, 1), date(1998, 12, 31), id="two digits of the last century"),
    ],
)
def test_a_day_is_named_with_the_first_and_last_it_may_be(text: str, first: date, last: date) -> None:
    (named,) = find_days(text, TODAY)

    assert (named.first, named.last) == (first, last)


@pytest.mark.parametrize("text", ["干了19年", "工龄19年", "19年没涨过工资", "满20年进的补偿", "3月进的厂"])
def test_how_long_is_no_year(text: str) -> None:
    assert find_days(text, TODAY) == []


def test_what_happened_this_year_is_no_old_story() -> None:
    assert fact_date("今年3月被辞退", TODAY) is None
