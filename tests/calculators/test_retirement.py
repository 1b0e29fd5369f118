from __future__ import annotations

from calendar import monthrange
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.calculators.retirement import delay, least_years
from assistant.errors import InputError
from tests.calculators.given import amounts, calc, total

# Kind, birth, months later, day of retirement: the samples of facts 19 and the steps around them.
CASES = [
    ("male", "1964-12-31", "0", "2024-12-31"),  # sixty in 2024: not yet
    ("male", "1965-01-01", "1", "2025-02-01"),
    ("male", "1965-04-30", "1", "2025-05-30"),  # the fourth month
    ("male", "1965-05-01", "2", "2025-07-01"),  # the fifth
    ("male", "1976-08-15", "35", "2039-07-15"),  # 140 months: 35
    ("male", "1976-09-15", "36", "2039-09-15"),  # 63
    ("male", "1990-03-08", "36", "2053-03-08"),
    ("male", "1968-02-29", "10", "2028-12-29"),  # sixty on 2028-02-29: month 38, 10 later
    ("female_55", "1969-12-31", "0", "2024-12-31"),
    ("female_55", "1970-01-10", "1", "2025-02-10"),
    ("female_55", "1981-08-10", "35", "2039-07-10"),
    ("female_55", "1981-09-10", "36", "2039-09-10"),  # 58
    ("female_50", "1974-12-31", "0", "2024-12-31"),
    ("female_50", "1975-01-20", "1", "2025-02-20"),
    ("female_50", "1975-02-20", "1", "2025-03-20"),
    ("female_50", "1975-03-20", "2", "2025-05-20"),
    ("female_50", "1976-11-05", "12", "2027-11-05"),  # 51
    ("female_50", "1984-10-05", "59", "2039-09-05"),
    ("female_50", "1984-11-05", "60", "2039-11-05"),  # 55
    ("female_50", "1984-12-31", "60", "2039-12-31"),
    ("male", "1965-08-31", "2", "2025-10-31"),  # month 8: 2 later
    ("female_50", "1975-07-31", "4", "2025-11-30"),  # there is no 31 November
]


@pytest.mark.parametrize(("kind", "birth", "months", "day"), CASES)
def test_the_day_of_retirement(kind: str, birth: str, months: str, day: str) -> None:
    found = amounts("retirement", kind=kind, birth=birth)

    assert (found["延迟"], found["法定退休时间"], total("retirement", kind=kind, birth=birth)) == (months, day, day)


# Kind, birth, earliest, latest.
FLEXIBLE = [
    ("male", "1976-09-15", "2036-09-15", "2042-09-15"),  # 63 − 3 = 60
    ("male", "1966-01-15", "2026-01-15", "2029-05-15"),  # retires 2026-05: not before 60
    ("female_50", "1984-11-05", "2036-11-05", "2042-11-05"),  # 55 − 3 = 52
    ("female_50", "1976-11-05", "2026-11-05", "2030-11-05"),  # not before 50
]


@pytest.mark.parametrize(("kind", "birth", "earliest", "latest"), FLEXIBLE)
def test_the_flexible_range(kind: str, birth: str, earliest: str, latest: str) -> None:
    found = amounts("retirement", kind=kind, birth=birth)

    assert (found["自愿弹性提前，最早"], found["弹性延迟，最晚"]) == (earliest, latest)


@pytest.mark.parametrize(("kind", "birth"), [("male", "1964-12-31"), ("female_55", "1969-12-31"), ("female_50", "1974-12-31")])
def test_who_reached_the_age_before_2025_has_no_flexible_range(kind: str, birth: str) -> None:
    # the 办法 (3) is in force from 2025-01-01
    row = calc("retirement", kind=kind, birth=birth)

    assert not [line for line in row["lines"] if "弹性" in line["label"]]
    assert any("2025年以前" in sentence for sentence in row["assumptions"])
    assert "弹性延迟，最晚" in amounts("retirement", kind="male", birth="1965-01-01")


@pytest.mark.parametrize(
    ("year", "years"),
    [(2025, "15"), (2029, "15"), (2030, "15.5"), (2031, "16"), (2035, "18"), (2038, "19.5"), (2039, "20"), (2040, "20"), (2060, "20")],
)
def test_the_least_years_by_the_year_of_retirement(year: int, years: str) -> None:
    assert least_years(year) == Decimal(years)


def test_what_is_missing_of_the_least_years() -> None:
    assert amounts("retirement", kind="male", birth="1976-09-15", paid_years=12.5)["现在还差"] == "7.5"
    assert "现在还差" not in amounts("retirement", kind="male", birth="1976-09-15", paid_years=20)


@pytest.mark.parametrize("birth", ["2027-01-01", "1939-12-31", "2020-01-01", "1976-02-30", "1976/01/01", 1976])
def test_a_birth_that_cannot_be_is_refused(birth: object) -> None:
    with pytest.raises(InputError, match="birth"):
        calc("retirement", kind="male", birth=birth)


def slow_delay(kind: str, birth: date) -> int:
    """Walks from month to month since January 2025 and adds one whenever another step begins."""
    age, step, most = {"male": (60, 4, 36), "female_55": (55, 4, 36), "female_50": (50, 2, 60)}[kind]
    reached, year, month, months = (birth.year + age, birth.month), 2025, 1, 0
    walked = 0
    while (year, month) <= reached:
        if walked % step == 0 and months < most:
            months += 1
        walked += 1
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return months


@pytest.mark.parametrize("kind", ["male", "female_55", "female_50"])
def test_the_slow_walk_agrees_for_every_month_of_birth(kind: str) -> None:
    for year in range(1955, 1995):
        for month in range(1, 13):
            birth = date(year, month, min(28, monthrange(year, month)[1]))
            assert delay(kind, birth) == slow_delay(kind, birth), birth


@settings(deadline=None, max_examples=60)
@given(st.dates(date(1941, 1, 1), date(2009, 12, 31)), st.sampled_from(["male", "female_55", "female_50"]), st.integers(0, 400))
def test_who_is_born_later_never_retires_earlier(birth: date, kind: str, days: int) -> None:
    later = min(date.fromordinal(birth.toordinal() + days), date(2009, 12, 31))
    first = date.fromisoformat(total("retirement", kind=kind, birth=birth.isoformat()) or "")
    second = date.fromisoformat(total("retirement", kind=kind, birth=later.isoformat()) or "")

    # At a month's end two days of birth may share the last day of a shorter month.
    assert first <= second
