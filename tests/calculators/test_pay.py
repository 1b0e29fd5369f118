"""Unpaid wages, the minimum wage, probation, sick pay, bonus and commission: short rules, told in tables."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import InputError
from tests.calculators.given import amounts, calc, money, total

# What was told, total. The minimum wage is 2400 since 2025-10-01.
UNPAID = [
    ({"owed": 15000}, "15000.00"),
    ({"owed": 15000, "ordered": True}, "22500.00"),  # 15000 + 50 %; at most 30000
    ({"owed": 0}, "0.00"),
    ({"owed": 0, "deducted": 1000, "month_wage": 5000}, "0.00"),  # a fifth of 5000 may be deducted
    ({"owed": 0, "deducted": 1500, "month_wage": 5000}, "500.00"),  # 1500 − 1000
    ({"owed": 0, "deducted": 500, "month_wage": 2600}, "300.00"),  # only down to 2400: 200 may be deducted
    ({"owed": 0, "deducted": 500, "month_wage": 3000}, "0.00"),  # 3000 − 600 = 2400: up to 600
    ({"owed": 0, "deducted": 601, "month_wage": 3000}, "1.00"),
    ({"owed": 0, "deducted": 500, "month_wage": 2400}, "500.00"),  # nothing may be deducted
    ({"owed": 0, "deducted": 500, "month_wage": 2000}, "500.00"),
    ({"owed": 1000, "deducted": 1500, "month_wage": 5000, "ordered": True}, "2250.00"),  # (1000 + 500) × 1.5
]


@pytest.mark.parametrize(("told", "expected"), UNPAID)
def test_unpaid_wages(told: dict[str, object], expected: str) -> None:
    assert total("unpaid_wages", **told) == expected


def test_the_extra_is_between_half_and_all_of_it_and_only_after_an_order() -> None:
    assert [one["total"] for one in calc("unpaid_wages", owed=15000, ordered=True)["variants"]] == ["22500.00", "30000.00"]
    assert calc("unpaid_wages", owed=15000)["variants"] == []


def test_a_year_after_leaving_is_the_last_day_to_claim() -> None:
    # 2026-02-28 + 1 year is a Sunday: 2027-03-01
    assert amounts("unpaid_wages", owed=1, left="2026-02-28")["申请仲裁最晚"] == "2027-03-01"
    # 2026-01-31 + 1 year is a Sunday five days before 除夕 (2027-02-05), when weekends are worked: not moved
    assert amounts("unpaid_wages", owed=1, left="2026-01-31")["申请仲裁最晚"] == "2027-01-31"


def test_no_more_can_be_deducted_than_was_earned() -> None:
    with pytest.raises(InputError, match="deducted"):
        calc("unpaid_wages", owed=0, deducted=5001, month_wage=5000)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 20_000), st.integers(0, 20_000))
def test_what_is_left_after_a_deduction_is_four_fifths_and_the_minimum_wage(wage: int, deducted: int) -> None:
    deducted = min(deducted, wage)
    back = money(total("unpaid_wages", owed=0, deducted=deducted, month_wage=wage))
    kept = wage - deducted + back

    # Slow: what may be deducted is found by trying every whole yuan.
    most = max((one for one in range(0, wage + 1, max(1, wage // 500)) if one <= wage / 5 and wage - one >= 2400), default=0)
    assert kept >= min(Decimal(2400), Decimal(wage))
    assert deducted - back >= min(deducted, most)


def test_a_wage_below_the_minimum_before_any_deduction_is_pointed_out() -> None:
    assert [
        any("本身就低于" in warning for warning in calc("unpaid_wages", owed=0, deducted=100, month_wage=wage)["warnings"])
        for wage in (2399, 2400)
    ] == [True, False]


# What was told, total.
MINIMUM = [
    ({"paid": 2400}, "0.00"),
    ({"paid": 2399.99}, "0.01"),
    ({"paid": 2000, "count": 3}, "1200.00"),  # 400 × 3
    ({"paid": 3000, "left_out": 800, "count": 2}, "400.00"),  # 2200 counts: 200 × 2
    ({"paid": 5000, "left_out": 2600}, "0.00"),
    ({"kind": "part_time", "paid": 20, "count": 80}, "320.00"),  # 24 − 20 an hour
    ({"kind": "part_time", "paid": 24}, "0.00"),
    ({"kind": "part_time", "paid": 13.79, "count": 10}, "102.10"),  # 2400 ÷ 21.75 ÷ 8 is no hourly minimum: 10.21 × 10
    ({"paid": 2400, "month": "2025-10-01"}, "0.00"),
    ({"paid": 2000, "month": "2025-09-30"}, None),  # the minimum wage before is not known here
    ({"paid": 2000, "count": 14}, "5600.00"),  # October 2025 to November 2026
    ({"paid": 2000, "count": 24}, "5600.00"),  # those before October 2025 had another standard: 400 × 14
    ({"paid": 2000, "count": 3, "month": "2025-11-10"}, "800.00"),  # October and November
]


@pytest.mark.parametrize(("told", "expected"), MINIMUM)
def test_minimum_wage(told: dict[str, object], expected: str | None) -> None:
    assert total("minimum_wage", **told) == expected


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 5000), st.integers(0, 1000), st.integers(0, 24))
def test_the_more_is_paid_the_less_is_missing(paid: int, more: int, count: int) -> None:
    missing = money(total("minimum_wage", paid=paid, count=count))

    # From October 2025 to November 2026 are fourteen months.
    assert missing == sum((max(Decimal(0), Decimal(2400) - paid) for _ in range(min(count, 14))), Decimal(0))
    assert missing >= money(total("minimum_wage", paid=paid + more, count=count))


def test_months_before_the_standard_are_said_to_be_left_out() -> None:
    left_out = [any("只算了 14 个月" in one for one in calc("minimum_wage", paid=2000, count=count)["warnings"]) for count in (14, 15)]

    assert left_out == [False, True]


def test_paid_leave_counts_as_work_where_the_minimum_wage_is_compared() -> None:
    # 最低工资规定第三条第二款
    assert any("年休假" in warning and "正常上班" in warning for warning in calc("minimum_wage", paid=2000)["warnings"])


# Contract in months, longest probation.
TERMS = [
    (0, "0"), (2.9, "0"), (3, "1"), (6, "1"), (11.9, "1"), (12, "2"), (24, "2"), (35.9, "2"), (36, "6"), (60, "6"), (720, "6"),
]  # fmt: skip


@pytest.mark.parametrize(("contract", "longest"), TERMS)
def test_the_longest_probation_by_the_contract(contract: float, longest: str) -> None:
    assert amounts("probation", contract_months=contract, wage=5000)["试用期最长"] == longest


@pytest.mark.parametrize(("kind", "longest"), [("open_ended", "6"), ("task", "0"), ("part_time", "0")])
def test_the_longest_probation_by_the_kind_of_contract(kind: str, longest: str) -> None:
    assert amounts("probation", kind=kind, wage=5000)["试用期最长"] == longest


# What was told, total.
PROBATION = [
    ({"contract_months": 12, "wage": 5000, "served_months": 6}, "20000.00"),  # 6 − 2 = 4 months × 5000
    ({"contract_months": 12, "wage": 5000, "served_months": 2}, "0.00"),
    ({"contract_months": 12, "wage": 5000, "agreed_months": 6, "served_months": 1}, "0.00"),  # not served, nothing to compensate
    ({"contract_months": 2, "wage": 4000, "served_months": 1}, "4000.00"),
    ({"contract_months": 36, "wage": 5000, "served_months": 6, "probation_wage": 3500}, "3000.00"),  # 4000 − 3500, six months
    ({"contract_months": 36, "wage": 5000, "served_months": 6, "probation_wage": 4000}, "0.00"),
    ({"contract_months": 36, "wage": 2800, "served_months": 2, "probation_wage": 2300}, "200.00"),  # 80 % is 2240: the minimum wage 2400
    ({"contract_months": 12, "wage": 5000, "served_months": 3, "probation_wage": 3000}, "7000.00"),  # 1 × 5000 + (4000 − 3000) × 2
    ({"contract_months": 36, "wage": 5000, "post_lowest_wage": 4000, "served_months": 1, "probation_wage": 3000}, "200.00"),  # 4000 × 80 %
]


@pytest.mark.parametrize(("told", "expected"), PROBATION)
def test_probation(told: dict[str, object], expected: str) -> None:
    assert total("probation", **told) == expected


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 80), st.integers(0, 20), st.integers(0, 30_000))
def test_an_unlawful_probation_costs_a_month_for_each_month_too_long(contract: int, served: int, wage: int) -> None:
    lawful = 0
    for month in range(1, 7):
        lawful += (month <= 1 and contract >= 3) or (month == 2 and contract >= 12) or (month > 2 and contract >= 36)
    owed = sum((Decimal(wage) for month in range(served) if month >= lawful), Decimal(0))

    assert money(total("probation", contract_months=contract, served_months=served, wage=wage)) == owed


def test_whether_the_lowest_wage_of_the_post_or_the_agreed_one_counts_is_shown_both_ways() -> None:
    # 第二十条 says 或者: 80 % of 4000 is 3200, of 5000 is 4000; 3000 were paid for two months: 200 × 2 or 1000 × 2
    row = calc("probation", contract_months=12, wage=5000, post_lowest_wage=4000, served_months=2, probation_wage=3000)

    assert (row["total"], [one["total"] for one in row["variants"]]) == ("400.00", ["400.00", "2000.00"])
    # 3300 is enough for the one reading: 0, or 700 × 2
    row = calc("probation", contract_months=12, wage=5000, post_lowest_wage=4000, served_months=2, probation_wage=3300)
    assert (row["total"], [one["total"] for one in row["variants"]]) == ("0.00", ["0.00", "1400.00"])


@pytest.mark.parametrize("told", [{"kind": "task"}, {"kind": "part_time"}, {"contract_months": 2}])
def test_where_no_probation_is_lawful_no_lower_wage_is_shown(told: dict[str, object]) -> None:
    row = calc("probation", wage=5000, served_months=2, probation_wage=3000, **told)

    # 第八十三条: 5000 × 2; whether 2000 a month come on top is not written anywhere
    assert row["total"] == "10000.00"
    assert "试用期工资最低" not in [line["label"] for line in row["lines"]]
    assert any("法律没有写明" in warning for warning in row["warnings"])


# What was told, total, the other reading: 转正后 5000 a month.
NO_PROBATION = [
    # 劳动合同法 19: no contract, no probation: (5000 − 4000) × 3; as an unlawful one (83) 5000 × 3
    ({"kind": "unwritten", "served_months": 3, "probation_wage": 4000}, "3000.00", "15000.00"),
    ({"kind": "unwritten", "served_months": 0.5, "probation_wage": 3000}, "1000.00", "2500.00"),  # 2000 × 0.5
    ({"kind": "unwritten", "served_months": 3, "probation_wage": 5000}, "0.00", "15000.00"),
    ({"kind": "unwritten", "served_months": 3, "probation_wage": 6000}, "0.00", "15000.00"),  # never less than nothing
    # 19 (4): the three months are the contract: (5000 − 3000) × 3
    ({"kind": "only_probation", "agreed_months": 3, "served_months": 3, "probation_wage": 3000}, "6000.00", "15000.00"),
    # A second such contract is no probation either: 2000 × (3 + 2)
    ({"kind": "only_probation", "served_months": 3, "again_months": 2, "probation_wage": 3000}, "10000.00", "25000.00"),
]


@pytest.mark.parametrize(("told", "expected", "other"), NO_PROBATION)
def test_without_a_probation_the_months_are_worked_for_the_whole_wage(told: dict[str, object], expected: str, other: str) -> None:
    row = calc("probation", wage=5000, **told)

    assert (row["total"], [one["total"] for one in row["variants"]]) == (expected, [expected, other])
    assert any("第八十三条" in one and "待工会确认" in one for one in row["warnings"])
    assert [line["amount"] for line in row["lines"] if line["label"] == "试用期最长"] == ["0"]
    assert "试用期工资最低" not in [line["label"] for line in row["lines"]]
    assert [line["amount"] for line in row["lines"] if line["label"] == "每月该给的工资"] == ["5000.00"]


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(["unwritten", "only_probation"]), st.integers(0, 60), st.integers(0, 60), st.integers(0, 9000), st.integers(0, 9000))
def test_month_by_month_the_wage_is_made_up_to_the_whole(kind: str, served: int, again: int, wage: int, paid: int) -> None:
    owed = sum((Decimal(max(0, wage - paid)) for _ in range(served + again)), Decimal(0))
    found = total("probation", kind=kind, wage=wage, probation_wage=paid, served_months=served, again_months=again)

    assert money(found) == owed


def test_a_contract_that_has_only_a_probation_is_a_contract_of_that_term() -> None:
    # 劳动合同法 19 (4)
    line = next(
        line for line in calc("probation", kind="only_probation", wage=5000, agreed_months=3)["lines"] if line["label"] == "合同期限"
    )

    assert (line["amount"], line["unit"], line["basis"]) == ("3", "个月", [{"law": "劳动合同法", "article": "19"}])


@pytest.mark.parametrize(("served", "is_over"), [(3, False), (4, True)])
def test_who_works_on_after_such_a_term_is_told_of_double_pay(served: int, is_over: bool) -> None:
    # 山东省劳动合同条例 17, 57: the three months were the contract
    row = calc("probation", kind="only_probation", wage=5000, agreed_months=3, served_months=served, probation_wage=3000)

    assert any("山东省劳动合同条例" in one and "第五十七条" in one for one in row["warnings"]) is is_over


def test_without_a_written_contract_it_is_said_what_is_only_inferred_and_what_else_is_due() -> None:
    row = calc("probation", kind="unwritten", wage=5000)

    # No sentence of the law says it; 82: double pay; 14: after a year; 11: equal pay
    assert any("推出来的（《劳动合同法》第十七条、第十九条），仲裁怎么认待工会确认" in one for one in row["warnings"])
    for article in ("第八十二条", "第十四条", "第十一条", "第三十九条", "第三十七条"):
        assert any(f"《劳动合同法》{article}" in one for one in row["assumptions"]), article


@pytest.mark.parametrize("kind", ["unwritten", "only_probation"])
def test_what_was_paid_must_be_told_where_it_is_made_up(kind: str) -> None:
    with pytest.raises(InputError) as caught:
        calc("probation", kind=kind, wage=5000, served_months=2)

    assert caught.value.field == "probation_wage"


@pytest.mark.parametrize(("wage", "is_low"), [(2399, True), (2400, False)])
def test_a_whole_wage_below_the_minimum_is_pointed_out(wage: int, is_low: bool) -> None:
    row = calc("probation", kind="unwritten", wage=wage)

    assert any("《劳动法》第四十八条" in one for one in row["warnings"]) is is_low


# What was told, total: 劳动合同法 19 (2), 83: each month of a second probation costs 5000.
AGAIN = [
    ({"contract_months": 36, "served_months": 6, "again_months": 2}, "10000.00"),  # six months are lawful, the second two are not
    ({"contract_months": 12, "served_months": 3, "again_months": 2}, "15000.00"),  # (3 − 2) + 2 months
    ({"kind": "open_ended", "again_months": 3}, "15000.00"),
    ({"kind": "task", "served_months": 1, "again_months": 1}, "10000.00"),  # 19 (3): neither is lawful
    ({"contract_months": 2.9, "served_months": 1, "again_months": 0.5}, "7500.00"),
    ({"again_months": 2}, "10000.00"),  # whatever the contract is
    ({"contract_months": 36, "served_months": 6, "probation_wage": 3500, "again_months": 2}, "13000.00"),  # and 500 × 6
]


@pytest.mark.parametrize(("told", "expected"), AGAIN)
def test_a_second_probation_is_unlawful_from_its_first_day(told: dict[str, object], expected: str) -> None:
    assert total("probation", wage=5000, **told) == expected


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 80), st.integers(0, 20), st.integers(0, 20), st.integers(0, 30_000))
def test_of_two_probations_each_month_is_looked_at_by_itself(contract: int, served: int, again: int, wage: int) -> None:
    owed = Decimal(0)
    for month in range(served + again):
        is_lawful = month < served and month < (6 if contract >= 36 else 2 if contract >= 12 else 1 if contract >= 3 else 0)
        owed += 0 if is_lawful else wage

    assert money(total("probation", contract_months=contract, served_months=served, again_months=again, wage=wage)) == owed


def test_whether_a_longer_first_probation_is_a_second_one_is_said_to_be_unsettled() -> None:
    row = calc("probation", contract_months=36, wage=5000, served_months=3, again_months=2, probation_wage=4000)
    alone = calc("probation", contract_months=36, wage=5000, served_months=3, probation_wage=4000)

    assert any("延长" in one and "待工会确认" in one for one in row["warnings"])
    assert not any("延长" in one for one in alone["warnings"])
    assert any("只能约定一次试用期" in one for one in alone["assumptions"])


def test_the_contract_must_be_told() -> None:
    with pytest.raises(InputError, match="contract_months"):
        calc("probation", wage=5000, agreed_months=6)


def test_without_the_contract_only_the_lowest_pay_of_a_probation_is_told() -> None:
    # 4500 × 80 % = 3600, above the minimum of 2400
    result = calc("probation", wage=4500)

    assert "试用期最长" not in {line["label"] for line in result["lines"]}
    assert any(line["amount"] == "3600.00" for line in result["lines"])
    assert any("没有写合同期限" in warning for warning in result["warnings"])


# Years of work, years here, months of 医疗期, months they are added up in.
MEDICAL = [
    (0, 0, "3", "6"), (9.9, 4.9, "3", "6"), (9.9, 5, "6", "12"), (10, 0, "6", "12"), (10, 4.9, "6", "12"), (10, 5, "9", "15"),
    (15, 9.9, "9", "15"),
    (10, 10, "12", "18"), (20, 14.9, "12", "18"), (15, 15, "18", "24"), (20, 19.9, "18", "24"), (20, 20, "24", "30"), (60, 60, "24", "30"),
]  # fmt: skip


@pytest.mark.parametrize(("years", "here", "months", "cycle"), MEDICAL)
def test_the_medical_period_by_years(years: float, here: float, months: str, cycle: str) -> None:
    found = amounts("sick_leave", total_years=years, company_years=here)

    assert (found["医疗期"], found["多长时间里累计"]) == (months, cycle)


# What was told, total: the floor is 1920 a month, 80 % of 2400.
SICK = [
    ({"sick_months": 3}, "5760.00"),  # 1920 × 3
    ({"sick_months": 3, "paid": 1500}, "1260.00"),  # 420 × 3
    ({"sick_months": 3, "paid": 1920}, "0.00"),
    ({"sick_months": 2, "paid": 3000}, "0.00"),
    ({"sick_months": 0.5, "paid": 0}, "960.00"),
    ({"sick_months": 3, "month": "2025-09-01"}, None),  # no minimum wage known for then
]


@pytest.mark.parametrize(("told", "expected"), SICK)
def test_sick_pay(told: dict[str, object], expected: str | None) -> None:
    assert total("sick_leave", total_years=3, company_years=2, **told) == expected


def test_the_floor_of_sick_pay_is_for_the_medical_period_and_beyond_it_is_shown_apart() -> None:
    # 意见第59条: within the medical period, here three months: 1920 × 3, not 1920 × 6
    row = calc("sick_leave", total_years=3, company_years=2, sick_months=6)
    assert (row["total"], [one["total"] for one in row["variants"]]) == ("5760.00", ["5760.00", "11520.00"])
    # 920 × 3, not 920 × 6
    row = calc("sick_leave", total_years=3, company_years=2, sick_months=6, paid=1000)
    assert (row["total"], [one["total"] for one in row["variants"]]) == ("2760.00", ["2760.00", "5520.00"])
    assert calc("sick_leave", total_years=3, company_years=2, sick_months=3)["variants"] == []


def test_nobody_works_longer_here_than_altogether() -> None:
    with pytest.raises(InputError, match="company_years"):
        calc("sick_leave", total_years=2, company_years=3)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 5))
def test_more_years_never_give_a_shorter_medical_period(total_years: int, here: int, more: int) -> None:
    here = min(here, total_years)
    told = {"total_years": min(60, total_years + more), "company_years": here}

    assert money(amounts("sick_leave", total_years=total_years, company_years=here)["医疗期"]) <= money(
        amounts("sick_leave", **told)["医疗期"]
    )


# What was told, total: None where no rule gives a sum.
BONUS = [
    ({"kind": "bonus", "agreed": "prorated", "amount": 12000, "months": 9}, "9000.00"),  # 12000 × 9 ÷ 12
    ({"kind": "bonus", "agreed": "prorated", "amount": 10000, "months": 7}, "5833.33"),
    ({"kind": "bonus", "agreed": "prorated", "amount": 10000, "months": 0}, "0.00"),
    ({"kind": "bonus", "agreed": "agreed", "amount": 12000}, "12000.00"),  # the whole year
    ({"kind": "bonus", "agreed": "agreed", "amount": 12000, "months": 11}, None),  # nothing says how to prorate
    ({"kind": "bonus", "agreed": "nothing", "amount": 12000}, None),
    ({"kind": "bonus", "agreed": "agreed", "amount": 12000, "condition_met": False}, None),  # the condition that was agreed is not met
    ({"kind": "bonus", "agreed": "prorated", "amount": 12000, "months": 9, "condition_met": False}, None),
    ({"kind": "commission", "agreed": "agreed", "sales": 200000, "rate": 3}, "6000.00"),  # 200000 × 3 %
    ({"kind": "commission", "agreed": "agreed", "sales": 99999.99, "rate": 1.5}, "1500.00"),
    ({"kind": "commission", "agreed": "agreed", "sales": 200000, "rate": 3, "condition_met": False}, None),
    ({"kind": "commission", "agreed": "nothing", "sales": 200000, "rate": 3}, None),
]


@pytest.mark.parametrize(("told", "expected"), BONUS)
def test_a_bonus_or_commission_is_counted_only_where_something_says_how(told: dict[str, object], expected: str | None) -> None:
    row = calc("annual_bonus_or_commission", **told)

    assert row["total"] == expected
    assert expected is not None or row["warnings"]


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 1_000_000), st.integers(0, 12))
def test_a_prorated_bonus_is_paid_month_by_month(amount: int, months: int) -> None:
    paid = sum((Decimal(amount) / 12 for _ in range(months)), Decimal(0))

    assert abs(money(total("annual_bonus_or_commission", kind="bonus", agreed="prorated", amount=amount, months=months)) - paid) < Decimal(
        "0.01"
    )


def test_random_wages_below_the_minimum_are_raised_to_it_and_no_further() -> None:
    draw = random.Random(9)
    for _ in range(100):
        paid, left_out = draw.randint(0, 4000), draw.randint(0, 1000)
        if left_out <= paid:
            missing = money(total("minimum_wage", paid=paid, left_out=left_out))
            assert paid - left_out + missing == max(2400, paid - left_out)


def test_the_year_after_leaving_ends_on_a_saturday_that_may_be_worked() -> None:
    # 2025-05-09 + 1 year is Saturday 2026-05-09, which the State Council made a working day; 2026-03-07 is a Saturday like any other
    ends = [amounts("unpaid_wages", owed=5000, left=day)["申请仲裁最晚"] for day in ("2025-05-09", "2025-03-07")]

    assert ends == ["2026-05-09", "2026-03-09"]
