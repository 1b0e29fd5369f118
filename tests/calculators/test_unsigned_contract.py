from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.calculators.periods import holidays
from assistant.errors import InputError
from tests.calculators.given import TODAY, calc, money, total

ONE_DAY = timedelta(days=1)


def slow_start(start: date, number: int) -> date:
    """The first day of the month of work with that number: the same day of the calendar month, found by trying down from it."""
    year, month = start.year, start.month
    for _ in range(number):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    for day in range(start.day, 0, -1):
        try:
            return date(year, month, day)
        except ValueError:
            continue
    raise AssertionError(start)


def slow_total(start: date, until: date, wage: Decimal) -> Decimal:
    """Walks from month to month and pays each from the second to the twelfth; the broken one by its weekdays."""
    paid = Decimal(0)
    for number in range(1, 12):
        begins, after = slow_start(start, number), slow_start(start, number + 1)
        if after - ONE_DAY <= until:
            paid += wage
        elif begins <= until:
            weekdays, day = 0, begins
            while day <= until:
                weekdays += day.isoweekday() <= 5
                day += ONE_DAY
            paid += min(wage, (wage * weekdays / Decimal("21.75")).quantize(Decimal("0.01"), rounding="ROUND_HALF_UP"))
    return paid


# start, end, wage 6000, total; asked on 2026-11-22.
CASES = [
    ("2026-10-22", "2026-11-21", "0.00"),  # the first month is free
    ("2026-03-01", "2026-03-31", "0.00"),
    ("2026-03-01", "2026-04-30", "6000.00"),  # 04-01…04-30: one month
    ("2026-03-01", "2026-04-01", "275.86"),  # one Wednesday: 6000 ÷ 21.75
    ("2026-03-01", "2026-04-05", "827.59"),  # Wednesday to Friday: 6000 ÷ 21.75 × 3; Saturday and Sunday none
    ("2026-01-31", "2026-03-27", "5517.24"),  # from 02-28: the month ends on 03-30, 20 weekdays: 6000 ÷ 21.75 × 20
]


@pytest.mark.parametrize(("start", "end", "expected"), CASES)
def test_the_double_is_counted_by_months_and_the_broken_one_by_days(start: str, end: str, expected: str) -> None:
    assert total("unsigned_contract", start=start, end=end, monthly_wage=6000) == expected


def test_nine_months_and_three_weeks() -> None:
    # 02-01 to 10-31 are nine months: 54000. 2026-11-02 to 11-06, 11-09 to 11-13, 11-16 to 11-20: 15 days, 6000 ÷ 21.75 × 15 = 4137.93
    assert total("unsigned_contract", start="2026-01-01", end="2026-11-22", monthly_wage=6000) == "58137.93"


def test_eleven_months_at_most() -> None:
    # 2025-12-01 on, signed never; the year is full on 2026-11-30, today is 11-22: ten months and 11-01…11-22
    assert total("unsigned_contract", start="2025-11-23", monthly_wage=5000) == "55000.00"


def test_a_year_and_more_without_contract_gives_no_more() -> None:
    row = calc("unsigned_contract", start="2025-09-01", monthly_wage=5000)

    # 2025-10-01 to 2026-08-31: eleven months; the first one's year ended with October 2026
    assert [variant["total"] for variant in row["variants"]] == [row["total"], "55000.00"]
    assert row["total"] == "50000.00"


def test_the_limitation_runs_month_by_month_or_as_a_whole() -> None:
    # 2024-02-01 to 2024-12-31; asked on 2025-06-15: January to May 2024 are out (their year is over), 7 months × 4000 are in;
    # as a whole the year ends on 2025-12-31: 44000
    row = calc("unsigned_contract", start="2024-01-01", end="2025-06-01", monthly_wage=4000, asked="2025-06-15")

    assert row["total"] == "28000.00"
    assert [variant["total"] for variant in row["variants"]] == ["28000.00", "44000.00"]


@pytest.mark.parametrize(("asked", "expected"), [("2025-02-28", "4000.00"), ("2025-03-01", "0.00")])
def test_the_last_day_of_the_year_is_still_in_time(asked: str, expected: str) -> None:
    # February 2024 alone; a year after 02-29 is 2025-02-28, a Friday
    assert total("unsigned_contract", start="2024-01-01", end="2024-02-29", monthly_wage=4000, asked=asked) == expected


def test_two_years_later_nothing_is_left_either_way() -> None:
    row = calc("unsigned_contract", start="2023-01-01", end="2024-03-01", monthly_wage=4000)

    assert (row["total"], [variant["total"] for variant in row["variants"]]) == ("0.00", ["0.00", "0.00"])


def test_claiming_it_begins_the_year_anew() -> None:
    # Claimed on 2025-12-20, before any month's year was over (2024-12-31 is the oldest end): all eleven months are in until 2026-12-21
    row = calc("unsigned_contract", start="2024-12-01", end="2026-01-01", monthly_wage=4000, claimed="2025-12-20")

    assert row["total"] == "44000.00"


def test_a_year_begun_anew_is_told_with_its_own_last_day() -> None:
    # Claimed on 2025-12-20: a year later is a Sunday, so 2026-12-21; without it the oldest month was over on 2026-02-02
    told = {"start": "2024-12-01", "end": "2026-01-01", "monthly_wage": 4000}
    warnings = calc("unsigned_contract", **told, claimed="2025-12-20")["warnings"]

    assert any("2026-12-21 就到1年" in warning for warning in warnings)
    assert not any("2026-02-02" in warning for warning in warnings)


def test_the_next_day_to_be_missed_is_told_also_where_some_are_missed_already() -> None:
    # 2025-10-01 to 2026-08-31; asked on 2026-11-22: October is out, November 2025 until 2026-11-30
    assert any("2026-11-30 就到1年" in warning for warning in calc("unsigned_contract", start="2025-09-01", monthly_wage=5000)["warnings"])


def test_before_the_law_nobody_owed_a_contract() -> None:
    # 第九十七条: a month from 2008-01-01, so 2008-02-01 to 12-31, eleven months × 2000; nothing of 2007
    row = calc("unsigned_contract", start="2007-03-01", monthly_wage=2000, asked="2008-12-15")

    assert row["total"] == "22000.00"
    assert any("2008-02-01 算到 2008-12-31" in sentence for sentence in row["assumptions"])


RENEWED_EARLY = [
    ("2012-05-01", "0.00"),  # 2012-06-01 to 2013-04-30: over before the rule
    ("2013-05-15", "37298.85"),  # 10-15 to 2014-05-14: 7 × 5000; 10-01 to 10-14, ten weekdays: 5000 ÷ 21.75 × 10 = 2298.85
    ("2013-09-01", "55000.00"),  # 10-01 to 2014-08-31: eleven months
]


@pytest.mark.parametrize(("start", "expected"), RENEWED_EARLY)
def test_the_rule_of_shandong_begins_in_october_2013(start: str, expected: str) -> None:
    assert total("unsigned_contract", kind="renewal", start=start, end="2014-09-30", monthly_wage=5000, asked="2014-09-30") == expected


def test_each_kind_is_told_its_own_rule() -> None:
    first, renewal, open_ended = (
        "".join(calc("unsigned_contract", kind=kind, start="2026-03-01", monthly_wage=5000)["assumptions"])
        for kind in ("first", "renewal", "open_ended")
    )

    assert "《劳动合同法实施条例》第七条" in first
    assert "《山东省劳动合同条例》第五十七条" in renewal
    assert "实施条例" not in renewal
    # 第八十二条第二款 knows neither a free month nor a most
    assert "11个月" not in open_ended
    assert "满1个月" not in open_ended


def test_when_a_contract_without_end_is_due_is_said() -> None:
    warnings = "".join(calc("unsigned_contract", kind="open_ended", start="2026-03-01", monthly_wage=5000)["warnings"])

    assert all(words in warnings for words in ("连续干满10年", "两次固定期限合同", "不是你自己要签固定期限的"))


def test_a_renewal_within_the_month_rests_on_the_rule_of_shandong() -> None:
    line = calc("unsigned_contract", kind="renewal", start="2026-11-01", monthly_wage=5000)["lines"][0]

    assert line["basis"] == [{"law": "山东省劳动合同条例", "article": "17"}, {"law": "山东省劳动合同条例", "article": "57"}]


def test_a_wage_below_the_minimum_is_pointed_out() -> None:
    warned = [
        any("最低工资 2400元/月" in warning for warning in calc("unsigned_contract", start="2026-03-01", monthly_wage=wage)["warnings"])
        for wage in (2399, 2400)
    ]

    assert warned == [True, False]


def test_no_wage_is_not_more_than_a_month() -> None:
    formulas = [line["formula"] for line in calc("unsigned_contract", start="2026-03-01", monthly_wage=0)["lines"]]

    assert not any("多过" in formula for formula in formulas)


def test_a_renewal_that_was_not_signed_counts_in_shandong() -> None:
    # The old contract ended on 2026-03-31: from 04-01 on, 05-01 to 10-31 are six months
    row = calc("unsigned_contract", kind="renewal", start="2026-04-01", end="2026-10-31", monthly_wage=5000)

    assert row["total"] == "30000.00"
    assert {"law": "山东省劳动合同条例", "article": "57"} in row["lines"][0]["basis"]


def test_an_open_ended_contract_that_is_refused_counts_from_the_day_it_was_due() -> None:
    # No free month: 2026-08-01 to 10-31 are three months
    assert total("unsigned_contract", kind="open_ended", start="2026-08-01", end="2026-10-31", monthly_wage=5000) == "15000.00"


def test_signing_ends_it_the_day_before() -> None:
    # 2026-02-01 to 2026-05-31
    assert total("unsigned_contract", start="2026-01-01", signed="2026-06-01", monthly_wage=5000) == "20000.00"


def test_days_really_worked_take_the_place_of_weekdays() -> None:
    # 04-01 to 04-10: six-day weeks, 9 days: 6000 ÷ 21.75 × 9 = 2482.76
    assert total("unsigned_contract", start="2026-03-01", end="2026-04-10", monthly_wage=6000, days_in_last_month=9) == "2482.76"


def test_a_broken_month_is_never_more_than_a_month() -> None:
    # 31 days of work: 6000 ÷ 21.75 × 31 would be 8551.72
    assert total("unsigned_contract", start="2026-03-01", end="2026-04-29", monthly_wage=6000, days_in_last_month=31) == "6000.00"


def test_the_job_may_not_begin_after_it_ended() -> None:
    with pytest.raises(InputError, match="start"):
        calc("unsigned_contract", start="2026-03-01", end="2026-02-01", monthly_wage=5000)


def test_the_slow_count_agrees() -> None:
    draw = random.Random(4)
    for _ in range(200):
        start = date(2025, 12, 1) + timedelta(days=draw.randint(0, 300))
        until = start + timedelta(days=draw.randint(0, (TODAY - start).days))
        wage = Decimal(draw.randint(0, 20_000))
        asked = calc("unsigned_contract", start=start.isoformat(), end=until.isoformat(), monthly_wage=str(wage))
        assert money(asked["total"]) == slow_total(start, until, wage), (start, until)


@settings(deadline=None, max_examples=60)
@given(st.dates(date(2026, 1, 1), date(2026, 10, 1)), st.integers(0, 300), st.integers(0, 20))
def test_a_day_more_never_gives_less_and_eleven_months_are_the_most(start: date, days: int, more: int) -> None:
    first = min(start + timedelta(days=days), TODAY)
    second = min(first + timedelta(days=more), TODAY)
    less = money(total("unsigned_contract", start=start.isoformat(), end=first.isoformat(), monthly_wage=5000))

    assert less <= money(total("unsigned_contract", start=start.isoformat(), end=second.isoformat(), monthly_wage=5000)) <= 55_000


def test_the_holidays_of_the_law_are_thirteen_since_2025_and_eleven_before() -> None:
    assert {year: len(holidays(year)) for year in (2024, 2025, 2026, 2027)} == {2024: 11, 2025: 13, 2026: 13, 2027: 13}
