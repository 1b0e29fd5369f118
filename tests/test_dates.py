from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.dates import fact_date

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
