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
    ("injury_decision", "2026-03-10", "行政复议", "2026-05-09"),  # a Saturday that the State Council made a working day
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
    ("administrative_decision", "2026-03-11", "行政复议", "2026-05-10"),  # a Sunday that might have been one
    ("award_received", "2026-09-11", "向法院起诉", "2026-09-28"),  # 09-26 is the Saturday right after 中秋: off with it
    ("award_received", "2026-09-25", "向法院起诉", "2026-10-10"),  # a Saturday after 国庆 that was worked
    ("award_received", "2027-01-22", "向法院起诉", "2027-02-09"),  # 02-06 is 初一, 初三 is Monday 02-08
    ("award_received", "2027-01-29", "向法院起诉", "2027-02-13"),  # the Saturday after 初三 may be worked
    ("settlement_signed", "2026-02-28", "重大误解", "2026-05-29"),  # 90 days: March 31, April 30, May 29
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


def test_who_claimed_last_after_the_year_is_asked_for_the_times_within_it() -> None:
    # 调解仲裁法 27: claimed 2025-01-05 and 2025-06-01, each within a year of the one before, it runs until 2026-06-01
    late = warnings(event="left_job", happened="2024-03-11", claimed="2025-06-01")
    early = warnings(event="left_job", happened="2024-03-11", claimed="2025-01-05")

    assert "2025-06-01 那次已经在一年过完以后，不能重新算。一年里还要过、投诉过、单位答应过的" in late
    assert "不能重新算" not in early


def test_a_year_that_is_over_is_not_the_end_of_it() -> None:
    # 调解仲裁法 27 III and IV: what hindered does not count, and wages are not bound while one still works there
    said = warnings(event="rights_violated", happened="2024-11-01")

    assert "别急着放弃" in said
    assert "还在上班的，欠的工资不受这一年限制" in said
    assert "别急着放弃" not in warnings(event="rights_violated", happened="2026-11-01")


def test_the_year_begins_when_one_should_have_known_and_wages_of_who_still_works_are_excepted() -> None:
    formula = formulas(event="rights_violated", happened="2026-11-01")["申请劳动仲裁（你自己办）"]

    assert "知道或应当知道" in formula
    assert "还在上班的，欠的工资、加班费不受这一年限制" in formula


def test_who_left_is_told_that_double_pay_may_be_due_earlier() -> None:
    # 调解仲裁法 27 IV counts from leaving for wages only; double pay is none (facts 1)
    assert "二倍工资这些不是工资的" in formulas(event="left_job", happened="2026-11-01")["申请劳动仲裁（包括在职时欠的工资）（你自己办）"]


def test_a_new_assessment_is_the_workers_own_to_ask_for_and_counts_from_the_day_it_was_made() -> None:
    # 工伤保险条例 28: a year after the conclusion was made, by the worker, his family, the employer or the office
    formula = formulas(event="assessment_received", happened="2026-11-10")["伤情变了，可以申请复查（这天过了，你可以办）"]

    assert "从结论作出那天算" in formula


def test_what_begins_on_a_day_is_not_its_last_day_in_the_calendar() -> None:
    assessed = calculate("deadline", {"event": "assessment_received", "happened": "2026-11-10"}, PARAMETERS, TODAY)
    retires = calculate("retirement", {"kind": "male", "birth": "1976-09-15"}, PARAMETERS, TODAY)
    titles = [line[8:] for result in (assessed, retires) for line in as_calendar(result, TODAY).splitlines() if line.startswith("SUMMARY:")]

    assert [title for title in titles if title.startswith("最后一天：")] == ["最后一天：向省里申请再次鉴定（你自己办）"]


def test_a_weekend_that_may_be_worked_is_said_to_stay() -> None:
    # 民法典 203 and 民诉法 85 move a period behind days off only: Saturday 2026-05-09 and 2026-10-10 were working days
    assert "可能补班，没有顺延" in formulas(event="injury_decision", happened="2026-03-10")["对决定申请行政复议（你自己办）"]


@pytest.mark.parametrize(
    ("received", "asked", "expected"),
    [
        ("2026-09-25", date(2026, 10, 10), False),  # 15 days end on Saturday 10-10, today
        ("2026-09-25", date(2026, 10, 12), True),  # were it no working day, they would end on Monday 10-12
        ("2026-09-16", date(2026, 10, 8), True),  # 10-01: moved here to 10-05, but 国庆 lasted until 10-07
        ("2026-09-16", date(2026, 10, 30), False),
        ("2026-07-01", date(2026, 7, 20), False),  # 07-16, far from any holiday
    ],
)
def test_who_may_still_be_in_time_around_a_holiday_is_sent_at_once(received: str, asked: date, expected: bool) -> None:
    line = calculate("deadline", {"event": "award_received", "happened": received}, PARAMETERS, asked).lines[0]

    assert ("可能还没过，马上去办" in line.formula) is expected


def test_a_settlement_is_contested_in_arbitration_or_court_from_when_one_should_have_known() -> None:
    found = formulas(event="settlement_signed", happened="2026-11-10")

    # 民法典 147, 151, 152
    assert all("知道或应当知道" in formula and "要向仲裁委或法院提" in formula for formula in found.values())
    assert any("签了满五年" in formula for formula in found.values())


def test_what_delays_a_claim_or_an_enforcement_is_said_beside_it() -> None:
    # 工伤行政案件若干规定 7: what is not one's own fault does not count; 民诉法 250: asking begins the two years anew
    row = calc("deadline", event="injured", happened="2026-11-10")["lines"][1]

    assert "不是你自己的原因耽误的时间不算" in row["formula"]
    assert {"law": "最高人民法院关于审理工伤保险行政案件若干问题的规定", "article": "7"} in row["basis"]
    assert "从那天重新算" in formulas(event="performance_due", happened="2026-11-10")["申请强制执行（你自己办）"]


def test_going_to_court_against_an_office_moves_by_the_articles_that_say_so() -> None:
    # 行政诉讼法 101 sends to 民事诉讼法 85
    lines = calc("deadline", event="injury_decision", happened="2026-11-10")["lines"]

    assert {"law": "行政诉讼法", "article": "101"} in lines[1]["basis"]


def test_where_nothing_is_ones_own_to_do_it_is_said_so() -> None:
    assert "这里没有还没到期、又要你自己办的期限" in warnings(event="arbitration_accepted", happened="2026-11-10")


def formulas(**told: str) -> dict[str, str]:
    return {line["label"]: line["formula"] for line in calc("deadline", **told)["lines"]}


def warnings(**told: str) -> str:
    return "".join(calc("deadline", **told)["warnings"])


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
