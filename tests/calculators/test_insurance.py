"""Unemployment benefit, monthly contributions, and what is missing of them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import InputError
from tests.calculators.given import TODAY, amounts, calc, money, total

# Years paid in, reason, months left over from before, total: 2160 a month.
UNEMPLOYMENT = [
    (0.9, "dismissed", 0, "0.00"),
    (1, "dismissed", 0, "25920.00"),  # 12 × 2160
    (4.9, "dismissed", 0, "25920.00"),
    (5, "expired", 0, "38880.00"),  # 18 × 2160
    (9.9, "closed", 0, "38880.00"),
    (10, "employer_agreed", 0, "51840.00"),  # 24 × 2160
    (30, "forced", 0, "51840.00"),
    (3, "dismissed", 6, "38880.00"),  # 12 + 6
    (5, "dismissed", 12, "51840.00"),  # 18 + 12, at most 24
    (10, "resigned", 0, "0.00"),
    (10, "worker_agreed", 0, "0.00"),
]


@pytest.mark.parametrize(("years", "reason", "left_over", "expected"), UNEMPLOYMENT)
def test_unemployment_benefit(years: float, reason: str, left_over: int, expected: str) -> None:
    assert total("unemployment", insured_years=years, reason=reason, left_over_months=left_over) == expected


def test_the_benefit_of_a_day_without_a_known_standard_is_not_made_up() -> None:
    row = calc("unemployment", insured_years=3, reason="dismissed", ended="2025-09-30")

    assert (row["total"], row["lines"][0]["amount"]) == (None, "12")


def test_who_lost_the_new_job_within_a_year_is_told_what_may_be_left_of_the_old_benefit() -> None:
    # 社会保险法 46 adds what was not drawn; that it goes on after less than a new year is not in our facts: asked, not told
    row = calc("unemployment", insured_years=0.5, reason="dismissed", left_over_months=6)
    said = "".join(row["warnings"])

    assert "这一次领不了新的" in row["lines"][0]["formula"]
    assert "上次没领完的可能还能接着领，待工会确认" in said
    assert "上次没领完" not in "".join(calc("unemployment", insured_years=0.5, reason="dismissed")["warnings"])


def test_who_lacks_the_year_is_told_what_is_kept_and_who_makes_good_the_loss() -> None:
    row = calc("unemployment", insured_years=0, reason="dismissed")

    # 若干规定 14: what was paid in is kept; 解释（一） 1 (5): the employer who insured nobody
    assert any("接着累计" in sentence for sentence in row["assumptions"])
    assert any("可以要单位赔损失" in sentence for sentence in row["warnings"])


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 60), st.integers(0, 24), st.integers(0, 60))
def test_more_years_never_give_fewer_months_and_never_more_than_24(years: int, left_over: int, more: int) -> None:
    months = sum(1 for month in range(24) if (years >= 1 and month < 12) or (years >= 5 and month < 18) or years >= 10)
    paid = sum(2160 for _ in range(min(24, months + left_over))) if years >= 1 else 0
    found = money(total("unemployment", insured_years=years, reason="dismissed", left_over_months=left_over))

    assert found == paid
    assert found <= money(total("unemployment", insured_years=min(60, years + more), reason="dismissed", left_over_months=left_over))


# Wage, base, what the worker pays: 8 % + 2 % + 0.3 % and 5 yuan; base 4573 to 22863 in 2026.
SHARES = [
    (6000, "6000.00", "623.00"),  # 480 + 120 + 18 + 5
    (3000, "4573.00", "476.02"),  # 365.84 + 91.46 + 13.72 + 5
    (4573, "4573.00", "476.02"),
    (30000, "22863.00", "2359.89"),  # 1829.04 + 457.26 + 68.59 + 5
    (22863, "22863.00", "2359.89"),
    (0, "4573.00", "476.02"),
]


@pytest.mark.parametrize(("wage", "base", "expected"), SHARES)
def test_what_the_worker_pays_each_month(wage: int, base: str, expected: str) -> None:
    assert (amounts("social_insurance", wage=wage)["缴费基数"], total("social_insurance", wage=wage)) == (base, expected)


def test_what_the_employer_pays_each_month() -> None:
    # 6000 × (16 + 8 + 0.7 + 0.16) %: 960 + 480 + 42 + 9.60
    assert amounts("social_insurance", wage=6000)["单位一共交"] == "1491.60"


def test_a_month_without_known_rates_has_no_sum() -> None:
    assert calc("social_insurance", wage=6000, month="2025-06-01")["total"] is None


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 50_000), st.integers(0, 5_000))
def test_contributions_rise_with_the_wage_between_their_bounds(wage: int, more: int) -> None:
    found = money(total("social_insurance", wage=wage))

    assert Decimal("476.02") <= found <= money(total("social_insurance", wage=wage + more)) <= Decimal("2359.89")


# First and last month, wage, base declared, what the employer has to pay: 24.86 % of 6000 is 1491.60.
GAPS = [
    ("2026-10-05", "2026-10-20", 6000, 0, "1491.60"),
    ("2026-01-01", "2026-10-31", 6000, 0, "14916.00"),  # ten months
    ("2025-11-01", "2026-02-01", 6000, 0, "2983.20"),  # January and February; the rates of 2025 are not known here
    ("2026-10-01", "2026-10-31", 6000, 4573, "354.75"),  # on 1427: 228.32 + 114.16 + 9.99 + 2.28
    ("2026-10-01", "2026-10-31", 6000, 6000, "0.00"),
    ("2026-10-01", "2026-10-31", 6000, 9000, "0.00"),
    ("2026-10-01", "2026-10-31", 3000, 0, "1136.85"),  # on 4573: 731.68 + 365.84 + 32.01 + 7.32
]


@pytest.mark.parametrize(("first", "last", "wage", "declared", "expected"), GAPS)
def test_what_is_missing_of_contributions(first: str, last: str, wage: int, declared: int, expected: str) -> None:
    assert total("social_insurance_gap", first=first, last=last, wage=wage, declared_base=declared) == expected


def test_months_without_known_rates_are_said_to_be_left_out() -> None:
    row = calc("social_insurance_gap", first="2025-11-01", last="2026-02-01", wage=6000)

    assert any("另外 2 个月" in warning for warning in row["warnings"])


def test_only_months_without_known_rates_have_no_sum() -> None:
    assert calc("social_insurance_gap", first="2024-01-01", last="2025-12-01", wage=6000)["total"] is None


def test_the_months_must_be_in_order() -> None:
    with pytest.raises(InputError, match="last"):
        calc("social_insurance_gap", first="2026-10-01", last="2026-09-30", wage=6000)


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 10), st.integers(0, 9), st.integers(0, 40_000), st.integers(0, 30_000))
def test_the_slow_sum_of_the_gap_agrees(month: int, more: int, wage: int, declared: int) -> None:
    last = min(10, month + more)
    employer = late = Decimal(0)
    for one in range(month, last + 1):
        short = max(0, min(max(wage, 4573), 22863) - declared)
        shares = [(Decimal(short) * Decimal(rate) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP) for rate in ("16", "8", "0.7", "0.16")]
        own = [(Decimal(short) * Decimal(rate) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP) for rate in ("8", "2", "0.3")]
        employer += sum(shares)
        day, end = date(2026, one + 1, 1) - timedelta(days=1), TODAY
        while day < end:  # 0.05 % for each day
            late += (sum(shares) + sum(own)) * Decimal("0.0005")
            day += timedelta(days=1)
    row = calc("social_insurance_gap", first=f"2026-{month:02}-01", last=f"2026-{last:02}-01", wage=wage, declared_base=declared)
    lines = {line["label"]: line["amount"] for line in row["lines"]}

    assert money(row["total"]) == employer
    assert abs(money(lines["滞纳金（单位交，进社保基金）"]) - late) <= Decimal("0.005")


def test_what_was_paid_instead_of_insurance_may_be_asked_back() -> None:
    # 解释（二） 19 II
    sentences = calc("social_insurance_gap", first="2026-10-01", last="2026-10-31", wage=6000)["assumptions"]

    assert any("顶社保的钱可以要回去" in sentence for sentence in sentences)


def test_the_surcharge_is_the_employers_to_pay_and_goes_to_the_insurance_fund() -> None:
    # 社会保险费征缴暂行条例 13: into the fund; 若干规定 20: the worker must not be made to pay it
    row = calc("social_insurance_gap", first="2026-10-01", last="2026-10-31", wage=6000)
    line = next(line for line in row["lines"] if line["label"].startswith("滞纳金"))

    assert (line["payer"], "社保基金" in line["label"], line["counts"]) == ("单位", True, False)
    assert any("第二十条" in sentence and "不能叫你出" in sentence for sentence in row["assumptions"])
