from __future__ import annotations

import random
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import floor, radians, sin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.calculators.periods import _LUNAR, holidays, is_rest_day
from assistant.errors import InputError
from tests.calculators.given import amounts, calc, money, total

# What was told besides the monthly wage, wage, total. 4350 ÷ 21.75 ÷ 8 = 25 an hour.
CASES = [
    ({"weekday_hours": 10}, 4350, "375.00"),  # 25 × 10 × 1.5
    ({"rest_day_hours": 8}, 4350, "400.00"),  # 25 × 8 × 2
    ({"holiday_hours": 8}, 4350, "600.00"),  # 25 × 8 × 3
    ({"weekday_hours": 10, "rest_day_hours": 8, "holiday_hours": 8}, 4350, "1375.00"),  # 375 + 400 + 600
    ({"weekday_hours": 0}, 4350, "0.00"),
    ({"weekday_hours": 1}, 5000, "43.10"),  # 5000 ÷ 174 × 1.5 = 43.1034
    ({"weekday_hours": 2.5}, 5000, "107.76"),  # 28.7356 × 2.5 × 1.5 = 107.7586
    ({"holiday_hours": 24}, 6000, "2482.76"),  # 6000 ÷ 21.75 × 3 × 3 = 2482.7586
    ({"weekday_hours": 10}, 2000, "206.90"),  # below the minimum wage: 2400 ÷ 174 × 15 = 206.8966
    ({"weekday_hours": 10, "paid": 300}, 4350, "75.00"),  # 375 − 300
    ({"weekday_hours": 10, "paid": 500}, 4350, "0.00"),  # paid more than was due
    ({"kind": "comprehensive", "approved": True, "rest_day_hours": 8}, 4350, "300.00"),  # approved: beyond the total 150 %
    ({"kind": "comprehensive", "approved": False, "rest_day_hours": 8}, 4350, "400.00"),  # not approved: standard hours, 200 %
    ({"kind": "comprehensive", "approved": True, "holiday_hours": 8}, 4350, "600.00"),
    ({"kind": "comprehensive", "approved": True, "worked_days": ["2026-10-04", "2026-10-01"]}, 4350, "600.00"),  # a Sunday is no overtime
    ({"kind": "comprehensive", "approved": False, "worked_days": ["2026-10-04", "2026-10-01"]}, 4350, "1000.00"),  # not approved: 400 + 600
    ({"worked_days": ["2024-05-02"]}, 2000, "183.91"),  # the 2400 of today are not those of 2024: 2000 ÷ 21.75 × 2
    ({"kind": "irregular", "approved": True, "weekday_hours": 50}, 4350, "0.00"),
    ({"kind": "irregular", "approved": False, "weekday_hours": 10}, 4350, "375.00"),
    ({"worked_days": ["2026-10-01"]}, 4350, "600.00"),  # a statutory holiday: 8 hours
    ({"worked_days": ["2026-10-04"]}, 4350, "400.00"),  # within the long holiday, but a Sunday
    ({"worked_days": ["2026-10-05"]}, 4350, "400.00"),  # moved there by 调休: a rest day
    ({"worked_days": ["2026-10-01", "2026-10-02", "2026-10-03"]}, 4350, "1800.00"),
    ({"worked_days": ["2026-05-02"]}, 4350, "600.00"),  # statutory since 2025
    ({"worked_days": ["2024-05-02"]}, 4350, "400.00"),  # not yet in 2024
    ({"worked_days": ["2026-02-16"]}, 4350, "600.00"),  # New Year's Eve, since 2025
    ({"worked_days": ["2024-02-09"]}, 4350, "400.00"),  # not in 2024
    ({"worked_days": ["2025-01-28", "2025-01-31"]}, 4350, "1200.00"),  # eve and third day
    ({"worked_days": ["2025-02-01"]}, 4350, "400.00"),  # the fourth day of the year is no statutory holiday
    ({"worked_days": ["2026-10-01", "2026-10-01"]}, 4350, "600.00"),  # a day counts once
    ({"kind": "piece", "piece_price": 2, "weekday_pieces": 100}, None, "300.00"),  # 2 × 100 × 1.5
    ({"kind": "piece", "piece_price": 2, "rest_day_pieces": 100}, None, "400.00"),
    ({"kind": "piece", "piece_price": 2, "holiday_pieces": 100, "paid": 200}, None, "400.00"),  # 600 − 200
    ({"kind": "piece", "piece_price": 0.035, "weekday_pieces": 1000}, None, "52.50"),  # 0.035 × 1000 × 1.5
]


@pytest.mark.parametrize(("told", "wage", "expected"), CASES)
def test_overtime_is_paid_by_the_kind_of_day(told: dict[str, object], wage: int | None, expected: str) -> None:
    assert total("overtime", **({} if wage is None else {"monthly_wage": wage}), **told) == expected


def test_more_than_36_hours_a_month_is_pointed_out() -> None:
    over = calc("overtime", monthly_wage=4350, weekday_hours=80, months=2)["warnings"]
    within = calc("overtime", monthly_wage=4350, weekday_hours=72, months=2)["warnings"]

    assert [any("36小时" in warning for warning in found) for found in (over, within)] == [True, False]


def test_a_working_day_among_the_days_off_is_asked_about() -> None:
    assert any("2026-10-05" in warning for warning in calc("overtime", monthly_wage=4350, worked_days=["2026-10-05"])["warnings"])


def test_a_weekend_may_be_a_working_day_moved_there_or_a_day_of_the_usual_week() -> None:
    # 2026-10-10 is a Saturday on which the long holiday is worked off; 第七条 leaves an enterprise its rest days
    found = [calc("overtime", monthly_wage=4350, worked_days=[day])["warnings"] for day in ("2026-10-10", "2026-10-01")]

    assert [any("补班" in warning for warning in warnings) for warnings in found] == [True, False]


def test_hours_told_of_piecework_are_not_dropped_in_silence() -> None:
    told = [calc("overtime", kind="piece", piece_price=2, **hours)["warnings"] for hours in ({"weekday_hours": 10}, {"weekday_pieces": 10})]

    assert [any("没有算成钱" in warning for warning in warnings) for warnings in told] == [True, False]


def test_that_the_minimum_wage_of_then_is_not_known_is_said() -> None:
    found = [calc("overtime", monthly_wage=2000, weekday_hours=1, month=day)["warnings"] for day in ("2025-09-30", "2025-10-01")]

    assert [any("不知道那时候的最低工资" in warning for warning in warnings) for warnings in found] == [True, False]


def test_a_day_of_a_year_without_a_calendar_is_refused() -> None:
    with pytest.raises(InputError, match="worked_days"):
        calc("overtime", monthly_wage=4350, worked_days=["2019-10-01"])


def test_a_month_of_work_is_what_21_75_days_are_for() -> None:
    # 174 hours at 100 % would be the monthly wage; at 150 % one and a half
    assert total("overtime", monthly_wage=4350, weekday_hours=174) == "6525.00"


def slow_total(wage: int, hours: tuple[int, int, int]) -> Decimal:
    """Pays hour by hour in exact fractions, each kind rounded once."""
    paid = Decimal(0)
    for count, times in zip(hours, (Fraction(3, 2), Fraction(2), Fraction(3)), strict=True):
        kind = Fraction(0)
        for _ in range(count):
            kind += Fraction(max(wage, 2400)) / Fraction(87, 4) / 8 * times
        cents = Decimal(kind.numerator * 100) / Decimal(kind.denominator)
        paid += cents.quantize(Decimal(1), rounding=ROUND_HALF_UP) / 100
    return paid


def test_the_slow_sum_agrees() -> None:
    draw = random.Random(6)
    for _ in range(150):
        wage, hours = draw.randint(0, 30_000), (draw.randint(0, 60), draw.randint(0, 60), draw.randint(0, 60))
        told = dict(zip(("weekday_hours", "rest_day_hours", "holiday_hours"), hours, strict=True))
        assert money(total("overtime", monthly_wage=wage, **told)) == slow_total(wage, hours)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 100_000), st.integers(0, 300), st.integers(0, 300), st.integers(0, 30))
def test_more_hours_or_a_better_day_never_give_less(wage: int, hours: int, rest: int, more: int) -> None:
    less = money(total("overtime", monthly_wage=wage, weekday_hours=hours, rest_day_hours=rest))

    assert less <= money(total("overtime", monthly_wage=wage, weekday_hours=hours + more, rest_day_hours=rest))
    assert money(total("overtime", monthly_wage=wage, weekday_hours=hours)) <= money(
        total("overtime", monthly_wage=wage, rest_day_hours=hours)
    )


def new_moon(k: int) -> float:
    """The k-th new moon since January 2000 as a Julian day of Beijing time, to some minutes (Meeus, Astronomical Algorithms, 49)."""
    t = k / 1236.85
    day = 2451550.09766 + 29.530588861 * k + 0.00015437 * t * t
    sun, moon, f = radians(2.5534 + 29.1053567 * k), radians(201.5643 + 385.81693528 * k), radians(160.7108 + 390.67050284 * k)
    day += -0.4072 * sin(moon) + 0.17241 * sin(sun) + 0.01608 * sin(2 * moon) + 0.01039 * sin(2 * f) + 0.00739 * sin(moon - sun)
    day += -0.00514 * sin(moon + sun) + 0.00208 * sin(2 * sun)
    return day - 70 / 86400 + 8 / 24


MOONS = {floor(new_moon(k) + 0.5) for k in range(240, 390)}


def julian(year: int, month: int, day: int) -> int:
    return date(year, month, day).toordinal() + 1721425


@pytest.mark.parametrize("year", sorted(_LUNAR))
def test_the_lunar_holidays_fall_on_the_days_the_moon_says(year: int) -> None:
    new_year, qingming, dragon_boat, mid_autumn = _LUNAR[year]

    assert julian(year, *new_year) in MOONS
    assert julian(year, *dragon_boat) - 4 in MOONS
    assert julian(year, *mid_autumn) - 14 in MOONS
    # The rule of thumb for 清明 in this century, and the windows in which the lunar months lie.
    assert qingming == (4, floor((year - 2000) * 0.2422 + 4.81) - (year - 2000) // 4)
    assert (1, 21) <= new_year <= (2, 20)
    assert (5, 25) <= dragon_boat <= (6, 26)
    assert (9, 8) <= mid_autumn <= (10, 8)


def test_the_holidays_of_2026_are_these_thirteen() -> None:
    assert sorted(day.strftime("%m-%d") for day in holidays(2026)) == [
        "01-01", "02-16", "02-17", "02-18", "02-19", "04-05", "05-01", "05-02", "06-19", "09-25", "10-01", "10-02", "10-03",
    ]  # fmt: skip


def test_where_mid_autumn_falls_into_the_national_day_the_fourth_of_october_is_a_holiday() -> None:
    # 人社厅函〔2020〕135号: 1 to 4 October 2020 at 300 %, 5 to 8 October at 200 %; 4350 ÷ 21.75 = 200 a day
    assert [total("overtime", monthly_wage=4350, worked_days=[f"2020-10-{day:02d}"]) for day in range(1, 9)] == ["600.00"] * 4 + [
        "400.00"
    ] * 4
    assert {year: len(holidays(year)) for year in (2020, 2021, 2025, 2028)} == {2020: 11, 2021: 11, 2025: 13, 2028: 13}


def test_a_saturday_is_a_rest_day_also_where_work_was_moved_there() -> None:
    assert [is_rest_day(date(2026, 10, day)) for day in (9, 10, 11, 12)] == [False, True, True, False]


def test_the_line_names_the_rate_and_where_it_stands() -> None:
    line = calc("overtime", monthly_wage=4350, holiday_hours=8)["lines"][0]

    assert line["formula"] == "4350元 ÷ 21.75 ÷ 8 × 8小时 × 300% = 600元"
    assert {"law": "劳动法", "article": "44"} in line["basis"]
    assert amounts("overtime", monthly_wage=4350, holiday_hours=8) == {"法定节假日加班": "600.00"}
