from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import InputError
from tests.calculators.given import amounts, calc, money, total

# Years of work, days in a whole year.
YEARS = [(0, "0"), (0.99, "0"), (1, "5"), (5, "5"), (9.99, "5"), (10, "10"), (19.99, "10"), (20, "15"), (60, "15")]


@pytest.mark.parametrize(("years", "days"), YEARS)
def test_the_days_by_years_of_work(years: float, days: str) -> None:
    assert amounts("annual_leave", total_years=years, wage=6525, year=2025)["没休的年休假"] == days


# What was told, days not taken, pay on top: 6525 ÷ 21.75 = 300 a day, 600 for each day not taken.
CASES = [
    ({"total_years": 3}, "5", "3000.00"),
    ({"total_years": 3, "taken": 2}, "3", "1800.00"),
    ({"total_years": 3, "taken": 9}, "0", "0.00"),
    ({"total_years": 12, "left": "2025-06-30"}, "4", "2400.00"),  # 181 ÷ 365 × 10 = 4.96
    ({"total_years": 12, "left": "2025-07-02"}, "5", "3000.00"),  # 183 ÷ 365 × 10 = 5.01
    ({"total_years": 12, "left": "2025-06-30", "taken": 6}, "0", "0.00"),  # what was taken too much stays
    ({"total_years": 12, "left": "2025-06-30", "taken": 1.5}, "3", "1800.00"),  # 第十二条: 4.96 − 1.5 = 3.46, only then whole days
    ({"total_years": 3, "joined": "2025-07-01"}, "2", "1200.00"),  # 184 ÷ 365 × 5 = 2.52
    ({"total_years": 3, "joined": "2025-10-21"}, "0", "0.00"),  # 72 ÷ 365 × 5 = 0.99
    ({"total_years": 3, "joined": "2025-10-20"}, "1", "600.00"),  # 73 ÷ 365 × 5 = 1
    ({"total_years": 20, "joined": "2025-02-01", "left": "2025-10-31"}, "11", "6600.00"),  # 273 ÷ 365 × 15 = 11.2
    ({"total_years": 20, "left": "2025-12-31"}, "15", "9000.00"),  # the whole year
    ({"total_years": 3, "sick_months": 2}, "0", "0.00"),  # two months ill
    ({"total_years": 3, "sick_months": 1.9}, "5", "3000.00"),
    ({"total_years": 12, "sick_months": 2.9}, "10", "6000.00"),
    ({"total_years": 12, "sick_months": 3}, "0", "0.00"),
    ({"total_years": 25, "sick_months": 3.9}, "15", "9000.00"),
    ({"total_years": 25, "sick_months": 4}, "0", "0.00"),
    ({"total_years": 3, "long_leave": True}, "0", "0.00"),
    ({"total_years": 3, "continuous_year": False}, "0", "0.00"),
    ({"total_years": 3, "declined": True}, "5", "0.00"),  # gave it up in writing: nothing on top
]


@pytest.mark.parametrize(("told", "unused", "pay"), CASES)
def test_what_is_left_and_what_it_is_worth(told: dict[str, object], unused: str, pay: str) -> None:
    assert (amounts("annual_leave", wage=6525, year=2025, **told)["没休的年休假"], total("annual_leave", wage=6525, year=2025, **told)) == (
        unused,
        pay,
    )


def test_a_leap_year_gives_no_day_more() -> None:
    # 366 ÷ 365 × 15 = 15.04
    assert amounts("annual_leave", total_years=20, wage=6525, year=2024, left="2024-12-31")["没休的年休假"] == "15"


def test_two_hundred_percent_come_on_top_not_three() -> None:
    line = calc("annual_leave", total_years=3, wage=6525, year=2025)["lines"][-1]

    assert line["formula"] == "6525元 ÷ 21.75 × 5天 × 200% = 3000元"


def test_who_joined_has_whole_days_before_any_were_taken() -> None:
    # 第五条: 184 ÷ 365 × 5 = 2.52, the part of a day is cut off first: 2 − 0.5 = 1.5
    assert amounts("annual_leave", total_years=3, wage=6525, year=2025, joined="2025-07-01", taken=0.5)["没休的年休假"] == "1.5"


def said(**told: object) -> str:
    row = calc("annual_leave", **{"total_years": 3, "wage": 6525, "year": 2025, **told})
    return "".join((*row["warnings"], *row["assumptions"]))


def test_the_year_to_claim_is_told_and_a_year_long_past_too() -> None:
    # 调解仲裁法第二十七条: one year; in November 2026 those of 2024 and before may be over
    assert ["可能已经过了" in said(year=year) for year in (2019, 2024, 2025)] == [True, True, False]
    assert "1年内申请仲裁" in said(year=2025)
    assert "1年内申请仲裁" not in said(taken=5)


def test_that_the_rule_is_silent_on_the_year_in_which_ten_years_are_reached_is_said() -> None:
    assert ["没有写明" in said(total_years=years) for years in (1, 1.9, 2, 9.9, 10, 10.9, 11, 20.5, 21)] == [
        True, True, False, False, True, True, False, True, False,
    ]  # fmt: skip


def test_leave_taken_before_too_long_an_illness_costs_that_of_the_next_year() -> None:
    # 实施办法第八条
    assert ["下一年没有年休假" in said(sick_months=2, taken=taken) for taken in (0, 2)] == [False, True]


def test_nothing_on_top_is_due_only_where_leave_was_arranged_and_declined() -> None:
    # 实施办法第十条第二款: arranged by the employer, and the worker's own reason, and in writing
    line = calc("annual_leave", total_years=3, wage=6525, year=2025, declined=True)["lines"][-1]

    assert line["formula"].startswith("单位安排了休、本人因为自己的原因书面说不休的")


@pytest.mark.parametrize("told", [{"left": "2024-12-31"}, {"joined": "2026-01-01"}, {"joined": "2025-05-02", "left": "2025-05-01"}])
def test_days_of_another_year_are_refused(told: dict[str, object]) -> None:
    with pytest.raises(InputError, match=r"joined|left"):
        calc("annual_leave", total_years=3, wage=5000, year=2025, **told)


def slow_days(years: int, first: date, last: date) -> int:
    """Adds a 365th of the year's days for each day worked."""
    full = 5 if 1 <= years < 10 else 10 if 10 <= years < 20 else 15 if years >= 20 else 0
    earned, day = Fraction(0), first
    while day <= last:
        earned += Fraction(full, 365)
        day += timedelta(days=1)
    return min(full, int(earned))


def test_the_slow_count_agrees() -> None:
    draw = random.Random(8)
    for _ in range(120):
        year, years, wage = draw.choice([2023, 2024, 2025]), draw.randint(0, 40), draw.randint(0, 20_000)
        first = date(year, 1, 1) + timedelta(days=draw.randint(0, 364))
        last = first + timedelta(days=draw.randint(0, (date(year, 12, 31) - first).days))
        days = slow_days(years, first, last)
        told = {"total_years": years, "wage": wage, "year": year, "joined": first.isoformat(), "left": last.isoformat()}
        assert amounts("annual_leave", **told)["没休的年休假"] == str(days)
        assert abs(money(total("annual_leave", **told)) - Decimal(wage) / Decimal("21.75") * days * 2) <= Decimal("0.005")


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 59), st.integers(0, 364), st.integers(0, 30))
def test_more_years_and_more_days_never_give_less(years: int, days: int, more: int) -> None:
    left = date(2025, 1, 1) + timedelta(days=days)
    later = min(left + timedelta(days=more), date(2025, 12, 31))
    less = money(total("annual_leave", total_years=years, wage=6525, year=2025, left=left.isoformat()))

    assert less <= money(total("annual_leave", total_years=years, wage=6525, year=2025, left=later.isoformat()))
    assert less <= money(total("annual_leave", total_years=years + 1, wage=6525, year=2025, left=left.isoformat()))
