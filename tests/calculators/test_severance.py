from __future__ import annotations

import random
from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.calculators.severance import months_for
from assistant.errors import InputError
from tests.calculators.given import amounts, calc, money, total

DAYS = st.dates(date(2008, 1, 1), date(2026, 11, 22))


def slow_months(first: date, last: date) -> Fraction:
    """Walks through every day and notes when another month is full."""
    months, day, is_full = 0, first, False
    while day <= last:
        after = day + timedelta(days=1)
        is_full = after.day == min(first.day, monthrange(after.year, after.month)[1]) and (after.year, after.month) != (
            first.year,
            first.month,
        )
        months += is_full
        day = after
    years, rest = divmod(months, 12)
    if rest >= 6:
        return Fraction(years + 1)
    return Fraction(years) if rest == 0 and is_full else years + Fraction(1, 2)


# start, end, how many months of wages; the count behind it.
CASES = [
    ("2023-03-01", "2026-10-31", "4"),  # 3 years, 8 months: the rest of 8 months is a year: 3 + 1
    ("2023-03-01", "2026-08-31", "4"),  # 3 years, 6 months to the day: 3 + 1
    ("2023-03-01", "2026-08-30", "3.5"),  # a day short of 6 months: 3 + 0.5
    ("2025-11-01", "2026-10-31", "1"),  # one year to the day
    ("2025-11-01", "2026-11-01", "1.5"),  # a year and a day: 1 + 0.5
    ("2026-11-01", "2026-11-01", "0.5"),  # one day
    ("2026-05-01", "2026-10-31", "1"),  # six months
    ("2026-05-01", "2026-10-30", "0.5"),  # a day short of it
    ("2014-11-01", "2026-10-31", "12"),  # twelve years
    ("2014-10-31", "2026-10-31", "12.5"),  # twelve years and a day, no cap for an ordinary wage
    ("2008-01-01", "2026-10-31", "19"),  # 18 years, 10 months
    ("2020-02-29", "2021-02-27", "1"),  # from a leap day: the year is full the day before 28 February
    ("2020-02-29", "2021-02-28", "1.5"),  # a day more
    ("2024-02-29", "2024-08-28", "1"),  # six months from a leap day
    ("2024-08-31", "2025-02-27", "1"),  # 31 August and six months: there is no 31 February, its end counts
    ("2024-08-31", "2025-02-26", "0.5"),  # a day short
]


@pytest.mark.parametrize(("start", "end", "months"), CASES)
def test_half_a_year_counts_as_a_year_and_less_as_half_a_month(start: str, end: str, months: str) -> None:
    assert amounts("severance", reason="employer_agreed", start=start, end=end, average_wage=5000)["算几个月工资"] == months


# reason, wage, total for 2023-03-01 to 2026-10-31 (four months); minimum wage 2400.
SUMS = [
    ("employer_agreed", 5000, "20000.00"),  # 5000 × 4
    ("forced", 5000, "20000.00"),
    ("layoff", 6200.5, "24802.00"),  # 6200.5 × 4
    ("expired", 5000, "20000.00"),
    ("task_done", 5000, "20000.00"),
    ("closed", 5000, "20000.00"),
    ("no_fault_notice", 5000, "20000.00"),  # N only: told thirty days before
    ("no_fault_no_notice", 5000, "25000.00"),  # N + 1: 20000 + 5000
    ("unlawful", 5000, "40000.00"),  # 2N: 5000 × 4 × 2
    ("resigned", 5000, "0.00"),
    ("worker_agreed", 5000, "0.00"),
    ("expired_declined", 5000, "0.00"),
    ("misconduct", 5000, "0.00"),
    ("employer_agreed", 2000, "9600.00"),  # below the minimum wage: 2400 × 4
    ("employer_agreed", 2400, "9600.00"),  # just the minimum wage
    ("employer_agreed", 2400.01, "9600.04"),
    ("unlawful", 0, "19200.00"),  # nothing earned: 2400 × 4 × 2
    ("employer_agreed", 22863, "91452.00"),  # three times the province's average: not above it, no cap
]


@pytest.mark.parametrize(("reason", "wage", "expected"), SUMS)
def test_what_is_owed_for_each_reason(reason: str, wage: float, expected: str) -> None:
    assert total("severance", reason=reason, start="2023-03-01", end="2026-10-31", average_wage=wage) == expected


def test_the_month_on_top_is_last_months_wage_not_the_average() -> None:
    # 5000 × 4 + 6500
    told = {"reason": "no_fault_no_notice", "start": "2023-03-01", "end": "2026-10-31", "average_wage": 5000, "last_month_wage": 6500}

    assert total("severance", **told) == "26500.00"


def test_the_average_is_of_the_months_that_were_worked() -> None:
    # (4000 + 5000 + 6000) ÷ 3 = 5000; seven months count as a year
    assert total("severance", reason="forced", start="2026-01-01", end="2026-07-31", wages=[4000, 5000, 6000]) == "5000.00"


def test_a_wage_above_one_average_only_has_two_results_and_the_lower_is_the_total() -> None:
    # Province: 22863 × 12; city (estimate 34342.75): 30000 is not above it, 15 years uncut: 30000 × 15
    row = calc("severance", reason="employer_agreed", start="2011-11-01", end="2026-10-31", average_wage=30000)

    assert row["total"] == "274356.00"
    assert [variant["total"] for variant in row["variants"]] == ["274356.00", "450000.00"]
    assert any("待工会确认" in warning for warning in row["warnings"])


def test_a_wage_above_both_averages_is_cut_by_each() -> None:
    # 22863 × 12 and 34342.75 × 12
    row = calc("severance", reason="employer_agreed", start="2011-11-01", end="2026-10-31", average_wage=50000)

    assert [variant["total"] for variant in row["variants"]] == ["274356.00", "412113.00"]


def test_where_the_city_average_is_told_it_settles_the_cap() -> None:
    # 10000 × 3 = 30000 a month at most, twelve years at most: 360000; doubled 720000
    told = {"start": "2011-11-01", "end": "2026-10-31", "average_wage": 30001, "city_average_wage": 10000}

    assert total("severance", reason="employer_agreed", **told) == "360000.00"
    assert total("severance", reason="unlawful", **told) == "720000.00"
    assert calc("severance", reason="unlawful", **told)["variants"] == []


def test_at_just_three_times_the_average_nothing_is_cut() -> None:
    # 30000 × 15
    told = {"start": "2011-11-01", "end": "2026-10-31", "average_wage": 30000, "city_average_wage": 10000}

    assert total("severance", reason="employer_agreed", **told) == "450000.00"


def test_the_years_before_2008_are_left_out_of_n_and_shown_beside_it() -> None:
    # From 2008-01-01: 18 years 10 months, 19 × 5000. Before: 2 years 10 months, three more
    row = calc("severance", reason="employer_agreed", start="2005-03-01", end="2026-10-31", average_wage=5000)

    assert row["total"] == "95000.00"
    assert [variant["total"] for variant in row["variants"]] == ["110000.00"]


def test_the_years_before_2008_count_for_an_unlawful_dismissal() -> None:
    # 21 years 8 months: 22 × 5000 × 2
    assert total("severance", reason="unlawful", start="2005-03-01", end="2026-10-31", average_wage=5000) == "220000.00"


def test_a_job_that_ended_before_2008_is_not_counted_by_todays_law() -> None:
    assert total("severance", reason="employer_agreed", start="2000-03-01", end="2007-12-31", average_wage=900) is None


def test_the_end_may_not_be_before_the_beginning() -> None:
    with pytest.raises(InputError, match="end"):
        calc("severance", reason="forced", start="2023-03-01", end="2023-02-28", average_wage=5000)


def test_a_day_that_decides_is_pointed_out() -> None:
    row = calc("severance", reason="forced", start="2023-03-01", end="2026-08-31", average_wage=5000)

    assert any("差一天" in warning for warning in row["warnings"])


def test_the_slow_count_agrees_on_random_days() -> None:
    draw = random.Random(11)
    for _ in range(120):
        first = date(2008, 1, 1) + timedelta(days=draw.randint(0, 6500))
        last = first + timedelta(days=draw.choice([draw.randint(0, 400), draw.randint(0, 3000)]))
        assert Fraction(months_for(first, last)) == slow_months(first, last), (first, last)


def test_the_slow_count_agrees_at_the_ends_of_months() -> None:
    for first in (date(2020, 2, 29), date(2019, 8, 31), date(2021, 1, 30), date(2023, 12, 31), date(2024, 3, 1)):
        for days in (*range(170, 190), *range(355, 370)):
            last = first + timedelta(days=days)
            assert Fraction(months_for(first, last)) == slow_months(first, last), (first, last)


@settings(deadline=None, max_examples=60)
@given(DAYS, st.integers(0, 6000), st.integers(1, 400))
def test_working_longer_never_gives_less(first: date, days: int, more: int) -> None:
    last = first + timedelta(days=days)

    assert months_for(first, last) <= months_for(first, last + timedelta(days=more))


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 60_000), st.integers(0, 5_000))
def test_a_higher_wage_never_gives_less(wage: int, more: int) -> None:
    told = {"reason": "unlawful", "start": "2010-03-01", "end": "2026-10-31", "city_average_wage": 9000}

    assert money(total("severance", average_wage=wage, **told)) <= max(
        money(total("severance", average_wage=wage + more, **told)),
        # Beyond three times the average the years are cut to twelve: 27000 × 12 × 2 is all there is.
        Decimal(27_000 * 17 * 2 if wage <= 27_000 < wage + more else 0),
    )


@settings(deadline=None, max_examples=60)
@given(st.integers(2400, 1_000_000), DAYS)
def test_above_the_cap_no_more_than_twelve_years_of_three_times_the_average(wage: int, first: date) -> None:
    row = calc("severance", reason="employer_agreed", start=first.isoformat(), end="2026-11-22", average_wage=wage, city_average_wage=7000)

    assert wage <= 21_000 or money(row["total"]) <= 21_000 * 12
