from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.calculators.maternity import MATERNITY
from assistant.errors import InputError
from tests.calculators.given import amounts, calc, money, total

# What was told, days.
DAYS = [
    ({}, "158"),  # 98 + 60 in Shandong
    ({"difficult": True}, "173"),  # + 15
    ({"babies": 2}, "173"),  # + 15
    ({"babies": 3}, "188"),  # + 30
    ({"difficult": True, "babies": 2}, "188"),
]


@pytest.mark.parametrize(("told", "days"), DAYS)
def test_the_days_of_maternity_leave(told: dict[str, object], days: str) -> None:
    assert amounts("maternity", employer_average_wage=6000, **told)["产假一共"] == days


@pytest.mark.parametrize(("months", "days"), [(0, "15"), (3.9, "15"), (4, "42"), (10, "42")])
def test_the_days_after_a_miscarriage(months: float, days: str) -> None:
    assert amounts("maternity", kind="miscarriage", pregnant_months=months, employer_average_wage=6000)["流产的产假"] == days


# What was told, total.
MONEY = [
    ({"employer_average_wage": 6000}, "31600.00"),  # 200 × 158
    ({"employer_average_wage": 6000, "own_wage": 6000}, "31600.00"),
    ({"employer_average_wage": 6000, "own_wage": 9000}, "47400.00"),  # 31600 + 100 × 158: the employer makes up the rest
    ({"employer_average_wage": 6000, "own_wage": 3000}, "31600.00"),  # the allowance is hers
    ({"insured": False, "own_wage": 4500}, "23700.00"),  # 150 × 158, all from the employer
    ({"kind": "miscarriage", "pregnant_months": 2, "employer_average_wage": 6000}, "3000.00"),  # 200 × 15
    ({"kind": "miscarriage", "pregnant_months": 5, "insured": False, "own_wage": 4500}, "6300.00"),  # 150 × 42
]


@pytest.mark.parametrize(("told", "expected"), MONEY)
def test_the_allowance_and_what_the_employer_adds(told: dict[str, object], expected: str) -> None:
    assert total("maternity", **told) == expected


def test_the_last_day_is_counted_with_holidays() -> None:
    # 2026-03-01 is the first of 158 days
    assert amounts("maternity", employer_average_wage=6000, start="2026-03-01")["产假最后一天"] == "2026-08-05"


@pytest.mark.parametrize("told", [{"own_wage": 5000}, {"insured": False, "employer_average_wage": 6000}, {"kind": "miscarriage"}])
def test_what_is_needed_must_be_told(told: dict[str, object]) -> None:
    with pytest.raises(InputError):
        calc("maternity", **told)


def test_without_any_wage_only_the_days_are_counted() -> None:
    # 98 + 60 + 15 (难产) = 173 天; no wage, no sum
    result = calc("maternity", difficult=True)

    assert amounts("maternity", difficult=True)["产假一共"] == "173"
    assert result["total"] is None
    assert any("只算了天数" in warning for warning in result["warnings"])


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 20_000), st.integers(0, 20_000), st.integers(1, 6), st.booleans())
def test_day_by_day_she_gets_the_better_of_both(average: int, own: int, babies: int, difficult: bool) -> None:
    days = sum(1 for _ in range(98 + 60 + 15 * difficult + 15 * (babies - 1)))
    paid = sum((Decimal(max(average, own)) / 30 for _ in range(days)), Decimal(0))
    found = money(total("maternity", employer_average_wage=average, own_wage=own, babies=babies, difficult=difficult))

    assert abs(found - paid) <= Decimal("0.01")


@settings(deadline=None, max_examples=60)
@given(st.dates(date(2025, 1, 1), date(2026, 11, 22)))
def test_the_leave_ends_after_so_many_days(start: date) -> None:
    day = start
    for _ in range(157):
        day += timedelta(days=1)

    assert amounts("maternity", employer_average_wage=6000, start=start.isoformat())["产假最后一天"] == day.isoformat()


def test_what_shandong_adds_rests_on_the_law_that_lets_a_province_add() -> None:
    # 女职工劳动保护特别规定 7 has 98 days only; 人口与计划生育法 25 lets the leave be longer, how long is a local figure
    line = next(line for line in calc("maternity", employer_average_wage=6000)["lines"] if line["label"] == "山东另加的产假")

    assert line["basis"] == [{"law": "人口与计划生育法", "article": "25"}]


def test_whoever_had_a_caesarean_is_asked_to_say_so() -> None:
    field = next(field for field in MATERNITY.inputs if field.name == "difficult")

    assert "剖宫产" in field.prompt
    assert "待工会确认" in field.prompt


def test_a_day_of_the_employers_maternity_pay_is_said_to_be_a_thirtieth_by_practice() -> None:
    # 特别规定 8 says by the wage before the leave, not how a day of it is taken
    assert any("通行的算法" in sentence for sentence in calc("maternity", insured=False, own_wage=4500)["assumptions"])
