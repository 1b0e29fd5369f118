from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.calculators.deadline import EVENTS
from assistant.calculators.ics import as_calendar
from assistant.calculators.periods import add_months, holidays, last_day, said_span, span
from assistant.calculators.registry import calculate
from assistant.errors import InputError
from tests.calculators.given import PARAMETERS, TODAY, amounts, calc

# Event, day, part of the line's name, last day.
CASES = [
    ("left_job", "2026-03-10", "申请劳动仲裁", "2027-03-10"),  # a Wednesday
    ("left_job", "2026-03-06", "申请劳动仲裁", "2027-03-08"),  # 2027-03-06 is a Saturday
    ("left_job", "2026-10-01", "申请劳动仲裁", "2027-10-04"),  # 10-01 to 10-03 are holidays, 10-02 and 10-03 a weekend too
    ("left_job", "2024-02-29", "申请劳动仲裁", "2025-02-28"),  # no 29 February: the month's end
    ("left_job", "2026-03-06", "向劳动监察投诉", "2028-03-06"),
    ("left_job", "2026-03-06", "社保转移", "2026-03-21"),  # a Saturday: nothing moves the employer's day here
    ("rights_violated", "2026-05-01", "申请劳动仲裁", "2027-05-03"),  # 05-01 and 05-02 are holidays (and a weekend)
    ("injured", "2026-03-10", "单位申请工伤认定", "2026-04-09"),
    ("injured", "2026-03-10", "自己、家属或工会", "2027-03-10"),
    ("injured", "2026-03-06", "自己、家属或工会", "2027-03-06"),  # a Saturday, not moved
    ("injury_decision", "2026-03-10", "行政复议", "2026-05-11"),  # 05-09 is a Saturday
    ("injury_decision", "2026-03-10", "直接向法院起诉", "2026-09-10"),
    ("injury_decision", "2026-08-31", "直接向法院起诉", "2027-03-01"),  # no 31 February: 02-28 is a Sunday
    ("assessment_received", "2026-03-10", "再次鉴定", "2026-03-25"),
    ("assessment_received", "2026-03-10", "复查", "2027-03-10"),
    ("award_received", "2026-03-10", "向法院起诉", "2026-03-25"),
    ("award_received", "2026-03-06", "向法院起诉", "2026-03-23"),  # 03-21 is a Saturday
    ("award_received", "2026-09-16", "向法院起诉", "2026-10-05"),  # 10-01 to 10-03 holidays, 10-04 a Sunday
    ("award_received", "2026-02-01", "向法院起诉", "2026-02-20"),  # 02-16 to 02-19 are holidays
    ("award_received", "2026-03-10", "单位申请撤销", "2026-04-09"),
    ("arbitration_accepted", "2026-03-10", "作出裁决（不是", "2026-04-24"),
    ("arbitration_accepted", "2026-03-10", "作出裁决（延期", "2026-05-09"),
    ("judgment_received", "2026-03-10", "上诉", "2026-03-25"),
    ("performance_due", "2026-03-10", "强制执行", "2028-03-10"),
    ("hired", "2026-01-31", "签书面合同", "2026-02-28"),
    ("hired", "2026-03-10", "社保登记", "2026-04-09"),
    ("settlement_signed", "2026-03-10", "重大误解", "2026-06-08"),
    ("settlement_signed", "2026-03-10", "显失公平", "2027-03-10"),
    ("administrative_decision", "2026-03-11", "行政复议", "2026-05-11"),  # 05-10 is a Sunday
]


@pytest.mark.parametrize(("event", "day", "what", "expected"), CASES)
def test_the_last_day(event: str, day: str, what: str, expected: str) -> None:
    found = next(amount for label, amount in amounts("deadline", event=event, happened=day).items() if what in label)

    assert found == expected


def test_claiming_begins_the_year_of_arbitration_anew_and_no_other() -> None:
    found = amounts("deadline", event="left_job", happened="2026-03-10", claimed="2026-06-01")

    assert [day for label, day in found.items() if "仲裁" in label] == ["2027-06-01"]
    assert [day for label, day in found.items() if "监察" in label] == ["2028-03-10"]


def test_claiming_after_the_year_is_over_begins_nothing() -> None:
    found = amounts("deadline", event="left_job", happened="2024-03-11", claimed="2025-06-01")

    assert [day for label, day in found.items() if "仲裁" in label] == ["2025-03-11"]


def test_the_total_is_the_days_left_to_the_nearest_thing_to_do_oneself() -> None:
    # 2026-11-10 + 15 days is 11-25, three days from 11-22
    assert calc("deadline", event="award_received", happened="2026-11-10")["total"] == "3"


def test_what_is_past_says_by_how_much() -> None:
    row = calc("deadline", event="award_received", happened="2026-11-02")

    # 11-17 was five days ago
    assert row["total"] is None
    assert "已经过了5天" in row["lines"][0]["formula"]


@pytest.mark.parametrize("told", [{"claimed": "2026-03-09"}, {"claimed": "2026-11-23"}, {"happened": "2028-01-01"}, {"event": "x"}])
def test_days_that_cannot_be_are_refused(told: dict[str, object]) -> None:
    with pytest.raises(InputError):
        calc("deadline", **{"event": "left_job", "happened": "2026-03-10", **told})


def slow_last_day(after: date, years: int, months: int, days: int) -> date:
    """Counts on day by day: a month is over where the day of the month comes round, or the month ends without having it."""
    day, left = after, years * 12 + months
    while left:
        day += timedelta(days=1)
        if day.day == min(after.day, monthrange(day.year, day.month)[1]):
            left -= 1
    for _ in range(days):
        day += timedelta(days=1)
    while day.isoweekday() > 5 or day in holidays(day.year):
        day += timedelta(days=1)
    return day


@settings(deadline=None, max_examples=60)
@given(st.dates(date(2020, 1, 1), date(2027, 12, 31)), st.integers(0, 2), st.integers(0, 12), st.integers(0, 90))
def test_the_slow_count_agrees(after: date, years: int, months: int, days: int) -> None:
    assert last_day(after, years=years, months=months, days=days) == slow_last_day(after, years, months, days)


@settings(deadline=None, max_examples=60)
@given(st.dates(date(1990, 1, 1), date(2030, 12, 31)), st.integers(0, 4000))
def test_a_span_put_onto_its_first_day_gives_the_day_after_its_last(first: date, days: int) -> None:
    last = first + timedelta(days=days)
    years, months, rest = span(first, last)

    assert add_months(first, years * 12 + months) + timedelta(days=rest) == last + timedelta(days=1)
    assert 0 <= months < 12
    assert rest <= 31


@settings(deadline=None, max_examples=60)
@given(st.dates(date(2026, 1, 1), date(2026, 11, 22)), st.integers(0, 30), st.sampled_from(sorted(EVENTS)))
def test_what_happens_later_never_ends_earlier(day: date, more: int, event: str) -> None:
    later = min(day + timedelta(days=more), TODAY)
    first = amounts("deadline", event=event, happened=day.isoformat())
    second = amounts("deadline", event=event, happened=later.isoformat())

    assert all(str(first[label]) <= str(second[label]) for label in first)


def test_a_span_in_words() -> None:
    assert [said_span(span(date(2023, 3, 1), day)) for day in (date(2023, 3, 1), date(2023, 3, 31), date(2026, 11, 2))] == [
        "1天", "1个月", "3年8个月2天",
    ]  # fmt: skip


def test_the_calendar_file_has_an_entry_for_each_day_to_come() -> None:
    result = calculate("deadline", {"event": "left_job", "happened": "2026-09-30"}, PARAMETERS, TODAY)
    text = as_calendar(result, TODAY)

    # Of five days two are past: 2026-10-15 twice.
    assert text.count("BEGIN:VEVENT") == text.count("END:VEVENT") == 3
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert text.endswith("END:VCALENDAR\r\n")
    assert "DTSTART;VALUE=DATE:20270930" in text
    assert len(set(re.findall(r"UID:(\S+)", text))) == 3


def test_the_lines_of_the_calendar_file_are_folded_within_75_octets() -> None:
    result = calculate("deadline", {"event": "left_job", "happened": "2026-09-30"}, PARAMETERS, TODAY)
    text = as_calendar(result, TODAY)
    unfolded = text.replace("\r\n ", "")

    assert "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "SUMMARY:最后一天：向劳动监察投诉（你自己办）" in unfolded


def test_the_same_days_make_the_same_calendar_file() -> None:
    told = {"event": "injured", "happened": "2026-11-01"}

    assert len({as_calendar(calculate("deadline", told, PARAMETERS, TODAY), TODAY) for _ in range(2)}) == 1
