"""Months and years counted as law counts them, the thirteen statutory holidays, and the last day of a period."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from assistant.calculators.values import MONTHS_A_YEAR, law, legal_day

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5
# From 2020 to 2026 no weekend that the State Council turned into working days lay further from a holiday.
_NEAR_DAYS = 10
HOLIDAYS = law("全国年节及纪念日放假办法", 2)
PERIODS = law("民法典", 201, 202, 203)
# 2024年修订把除夕和5月2日加进来，2025年起是13天。
_THIRTEEN_DAYS = legal_day(2025, 1, 1, HOLIDAYS)
# Lunar New Year, Qingming, Dragon Boat and Mid-Autumn of each year (month, day).
_LUNAR: dict[int, tuple[tuple[int, int], tuple[int, int], tuple[int, int], tuple[int, int]]] = {
    2020: ((1, 25), (4, 4), (6, 25), (10, 1)),
    2021: ((2, 12), (4, 4), (6, 14), (9, 21)),
    2022: ((2, 1), (4, 5), (6, 3), (9, 10)),
    2023: ((1, 22), (4, 5), (6, 22), (9, 29)),
    2024: ((2, 10), (4, 4), (6, 10), (9, 17)),
    2025: ((1, 29), (4, 4), (5, 31), (10, 6)),
    2026: ((2, 17), (4, 5), (6, 19), (9, 25)),
    2027: ((2, 6), (4, 5), (6, 9), (9, 15)),
    2028: ((1, 26), (4, 4), (5, 28), (10, 3)),
    2029: ((2, 13), (4, 4), (6, 16), (9, 22)),
    2030: ((2, 3), (4, 5), (6, 5), (9, 12)),
}
FIRST_YEAR, LAST_YEAR = min(_LUNAR), max(_LUNAR)


class Span(NamedTuple):
    """A time in whole years, whole months beyond them, and days beyond those."""

    years: int
    months: int
    days: int


def add_months(day: date, months: int) -> date:
    """Return the corresponding day *months* later, the last of the month where there is none (民法典 第二百零二条)."""
    index = day.year * MONTHS_A_YEAR + day.month - 1 + months
    year, month = index // MONTHS_A_YEAR, index % MONTHS_A_YEAR + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def span(first: date, last: date) -> Span:
    """Return how long it is from *first* to *last*, both counted: 1 January to 30 June is six months."""
    after = last + _ONE_DAY
    months = (after.year - first.year) * MONTHS_A_YEAR + after.month - first.month
    if add_months(first, months) > after:
        months -= 1
    return Span(months // MONTHS_A_YEAR, months % MONTHS_A_YEAR, (after - add_months(first, months)).days)


def said_span(length: Span) -> str:
    """Return the span in words: 3年8个月零2天."""
    parts = [f"{count}{unit}" for count, unit in zip(length, ("年", "个月", "天"), strict=True) if count]
    return "".join(parts) or "0天"


@cache
def holidays(year: int) -> frozenset[date]:
    """Return the statutory holidays of *year*, none where its lunar dates are not known here. Days moved by 调休 are none of them."""
    if year not in _LUNAR:
        return frozenset()
    new_year, qingming, dragon_boat, mid_autumn = (date(year, month, day) for month, day in _LUNAR[year])
    national = {date(year, 10, day) for day in (1, 2, 3)}
    days = {date(year, 1, 1), qingming, date(year, 5, 1), dragon_boat, mid_autumn, *national}
    if mid_autumn in national:
        # Two holidays on one day: the day after the three is one too (人社厅函〔2020〕135号, of 2020).
        days.add(max(national) + _ONE_DAY)
    days |= {new_year + n * _ONE_DAY for n in range(3)}
    if date(year, 1, 1) >= _THIRTEEN_DAYS.day:
        days |= {new_year - _ONE_DAY, date(year, 5, 2)}
    return frozenset(days)


def is_holiday(day: date) -> bool:
    """Say whether *day* is a statutory holiday (法定节假日)."""
    return day in holidays(day.year)


def is_rest_day(day: date) -> bool:
    """Say whether *day* is a Saturday or a Sunday."""
    return day.weekday() >= _SATURDAY


def may_be_worked(day: date) -> bool:
    """Say whether *day* is of a weekend near a holiday: it may be a working day (补班), and then no period moves behind it.

    A weekend that begins right after a holiday, or with one, is always off together with it.
    """
    if not is_rest_day(day) or is_holiday(day):
        return False
    saturday = day - (day.weekday() - _SATURDAY) * _ONE_DAY
    if is_holiday(saturday - _ONE_DAY) or is_holiday(saturday):
        return False
    return any(is_holiday(saturday + n * _ONE_DAY) for n in range(-_NEAR_DAYS, _NEAR_DAYS + 2))


def may_still_be_off(last: date, today: date) -> bool:
    """Say whether a period that ended on *last* may yet run: days off moved around a holiday are not known here."""
    is_near = any(is_holiday(last + n * _ONE_DAY) for n in range(-_NEAR_DAYS, _NEAR_DAYS + 1))
    return is_near and (today - last).days <= _NEAR_DAYS


def working_days(first: date, last: date) -> int:
    """Return how many days from *first* to *last*, both counted, are paid ones: Monday to Friday, holidays among them included."""
    return sum(not is_rest_day(first + n * _ONE_DAY) for n in range((last - first).days + 1))


def plain_last_day(after: date, *, months: int = 0, days: int = 0) -> date:
    """Return the last day of such a period, not moved: the corresponding day, or the last of its month."""
    return add_months(after, months) + days * _ONE_DAY


def last_day(after: date, *, years: int = 0, months: int = 0, days: int = 0) -> date:
    """Return the last day of a period that begins with the day after *after*, moved behind a weekend or holiday (民法典 第二百零三条)."""
    day = plain_last_day(after, months=years * MONTHS_A_YEAR + months, days=days)
    while is_rest_day(day) or is_holiday(day):
        day += _ONE_DAY
    return day


def safe_last_day(after: date, *, years: int = 0, months: int = 0, days: int = 0) -> date:
    """Return the last day to tell people: moved as the law says, but not behind a weekend that may be worked."""
    day = plain_last_day(after, months=years * MONTHS_A_YEAR + months, days=days)
    return day if may_be_worked(day) else last_day(after, years=years, months=months, days=days)
