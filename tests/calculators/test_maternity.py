from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.calculators.maternity import MATERNITY
from assistant.calculators.registry import calculate
from assistant.calculators.sheet_text import as_text
from assistant.errors import InputError
from tests.calculators.given import PARAMETERS, TODAY, amounts, calc, money, total

# What was told, days.
DAYS = [
    ({}, "158"),  # 98 + 60 in Shandong
    ({"difficult": True}, "173"),  # + 15
    ({"babies": 2}, "173"),  # + 15
    ({"babies": 3}, "188"),  # + 30
    ({"difficult": True, "babies": 2}, "188"),
]


@pytest.mark.parametrize(("told", "days"), DAYS)
def test_the_days_of_maternity_leave(told: dict[str, object], days: str) -> None:
    assert amounts("maternity", employer_average_wage=6000, **told)["产假一共"] == days


@pytest.mark.parametrize(("months", "days"), [(0, "15"), (3.9, "15"), (4, "42"), (10, "42")])
def test_the_days_after_a_miscarriage(months: float, days: str) -> None:
    assert amounts("maternity", kind="miscarriage", pregnant_months=months, employer_average_wage=6000)["流产的产假"] == days


# What was told, total.
MONEY = [
    ({"employer_average_wage": 6000}, "19600.00"),  # 200 × 98 by the fund; who pays the 60 days more is not settled, her wage not told
    ({"employer_average_wage": 6000, "own_wage": 6000}, "31600.00"),  # 200 × 158, whoever pays
    ({"employer_average_wage": 6000, "own_wage": 9000}, "47400.00"),  # 19600 + 100 × 98 made up + 300 × 60, whoever pays
    ({"employer_average_wage": 6000, "own_wage": 3000}, "25600.00"),  # 19600 + 100 × 60 if the employer pays; 200 × 60 if the fund
    ({"insured": False, "own_wage": 4500}, "23700.00"),  # 150 × 158, all from the employer
    ({"kind": "miscarriage", "pregnant_months": 2, "employer_average_wage": 6000}, "3000.00"),  # 200 × 15
    ({"kind": "miscarriage", "pregnant_months": 5, "insured": False, "own_wage": 4500}, "6300.00"),  # 150 × 42
]


@pytest.mark.parametrize(("told", "expected"), MONEY)
def test_the_allowance_and_what_the_employer_adds(told: dict[str, object], expected: str) -> None:
    assert total("maternity", **told) == expected


def test_the_last_day_is_counted_with_holidays() -> None:
    # 2026-03-01 is the first of 158 days
    assert amounts("maternity", employer_average_wage=6000, start="2026-03-01")["产假最后一天"] == "2026-08-05"


@pytest.mark.parametrize("told", [{"own_wage": 5000}, {"insured": False, "employer_average_wage": 6000}, {"kind": "miscarriage"}])
def test_what_is_needed_must_be_told(told: dict[str, object]) -> None:
    with pytest.raises(InputError):
        calc("maternity", **told)


def test_without_any_wage_only_the_days_are_counted() -> None:
    # 98 + 60 + 15 (难产) = 173 天; no wage, no sum
    result = calc("maternity", difficult=True)

    assert amounts("maternity", difficult=True)["产假一共"] == "173"
    assert result["total"] is None
    assert any("只算了天数" in warning for warning in result["warnings"])


def by_day(average: int, own: int, days: int, added: int, *, fund_pays_all: bool) -> Decimal:
    """Each day by itself: the fund pays the average and the employer what her wage is more; he pays her wage where the fund does not."""
    paid = Decimal(0)
    for day in range(days + added):
        is_funds = day < days or fund_pays_all
        paid += Decimal(max(average, own) if is_funds else own) / 30
    return paid


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 20_000), st.integers(0, 20_000), st.integers(1, 6), st.booleans())
def test_day_by_day_both_readings_of_who_pays_come_out(average: int, own: int, babies: int, difficult: bool) -> None:
    days = sum(1 for _ in range(98 + 15 * difficult + 15 * (babies - 1)))
    row = calc("maternity", employer_average_wage=average, own_wage=own, babies=babies, difficult=difficult)
    employer, fund = (by_day(average, own, days, 60, fund_pays_all=fund_pays_all) for fund_pays_all in (False, True))
    found = [money(one["total"]) for one in row["variants"]] or [money(row["total"])] * 2

    # Three lines of whole cents
    assert abs(found[0] - employer) <= Decimal("0.02")
    assert abs(found[1] - fund) <= Decimal("0.02")
    assert money(row["total"]) == min(found)
    assert bool(row["variants"]) == (own < average)


# What was told: who pays the 98 days, and who the 60 that Shandong adds.
PAYERS = [
    ({"employer_average_wage": 6000}, {"基金": "19600.00", "待确认": None}),
    ({"employer_average_wage": 6000, "own_wage": 9000}, {"基金": "19600.00", "单位": "9800.00", "待确认": "18000.00"}),
    ({"employer_average_wage": 6000, "own_wage": 3000}, {"基金": "19600.00", "待确认": "6000.00"}),
    # 社会保险法 54: the fund pays only where contributions were paid, so 14700 + 9000 are the employer's
    ({"insured": False, "own_wage": 4500}, {"单位": "14700.00+9000.00"}),
    ({"kind": "miscarriage", "pregnant_months": 5, "employer_average_wage": 6000}, {"基金": "8400.00"}),
]


@pytest.mark.parametrize(("told", "expected"), PAYERS)
def test_it_is_shown_who_pays_which_days(told: dict[str, object], expected: dict[str, str | None]) -> None:
    paid: dict[str, list[str | None]] = {}
    for line in calc("maternity", **told)["lines"]:
        if line["payer"]:
            paid.setdefault(line["payer"], []).append(line["amount"])

    assert {payer: "+".join(map(str, one)) if None not in one else None for payer, one in paid.items()} == expected


@pytest.mark.parametrize("told", [{}, {"employer_average_wage": 6000}, {"employer_average_wage": 6000, "own_wage": 9000}])
def test_who_pays_what_shandong_adds_is_said_to_be_unsettled_with_where_to_ask(told: dict[str, object]) -> None:
    # facts 13: 由基金还是单位负担【待工会确认】
    row = calc("maternity", **told)
    added = next(line for line in row["lines"] if line["label"] == "山东另加的产假")

    assert "谁付钱待工会确认" in added["formula"]
    assert any("60天" in one and "基金付还是单位付，待工会确认" in one and "12345" in one for one in row["warnings"])


def test_without_her_own_wage_the_days_that_are_unsettled_are_left_out_of_the_sum() -> None:
    row = calc("maternity", employer_average_wage=6000)

    assert [one["total"] for one in row["variants"]] == ["19600.00", "31600.00"]
    assert "合计里没有算：山东另加的60天的钱。" in row["warnings"]


@pytest.mark.parametrize(("insured", "payer"), [(True, "生育保险基金付钱"), (False, "单位付钱")])
def test_also_without_a_wage_each_kind_of_day_says_who_pays(insured: bool, payer: str) -> None:
    lines = {line["label"]: line["formula"] for line in calc("maternity", insured=insured, difficult=True, babies=2)["lines"]}

    assert all(payer in lines[label] for label in ("国家规定的产假", "难产另加", "多胞胎另加"))
    assert ("单位付钱" in lines["山东另加的产假"]) is not insured


def test_a_miscarriage_has_none_of_the_days_that_shandong_adds() -> None:
    row = calc("maternity", kind="miscarriage", pregnant_months=2, employer_average_wage=6000, own_wage=9000)

    # 200 × 15 and 100 × 15
    assert [(line["payer"], line["amount"]) for line in row["lines"] if line["payer"]] == [("基金", "3000.00"), ("单位", "1500.00")]
    assert not any("山东" in one for one in row["warnings"])


def test_what_nobody_has_settled_who_pays_is_not_claimed_from_the_employer() -> None:
    claims = [{"name": "maternity", "inputs": {"employer_average_wage": 6000, "own_wage": 9000}}]
    row = calc("arbitration_claim", claims=claims)

    # Only the difference of the 98 days: 100 × 98
    assert row["total"] == "9800.00"
    assert any("山东另加的60天的钱" in one and "没有写进清单" in one for one in row["warnings"])


def test_the_text_of_a_result_says_who_pays_and_where_that_is_not_settled() -> None:
    text = as_text(calculate("maternity", {"employer_average_wage": 6000, "own_wage": 9000}, PARAMETERS, TODAY))

    assert "生育津贴（国家规定的98天）：19600.00 元，基金付" in text
    assert "山东另加的60天的钱：18000.00 元，谁付待工会确认" in text


@settings(deadline=None, max_examples=60)
@given(st.dates(date(2025, 1, 1), date(2026, 11, 22)))
def test_the_leave_ends_after_so_many_days(start: date) -> None:
    day = start
    for _ in range(157):
        day += timedelta(days=1)

    assert amounts("maternity", employer_average_wage=6000, start=start.isoformat())["产假最后一天"] == day.isoformat()


def test_what_shandong_adds_rests_on_the_law_that_lets_a_province_add() -> None:
    # 女职工劳动保护特别规定 7 has 98 days only; 人口与计划生育法 25 lets the leave be longer, how long is a local figure
    line = next(line for line in calc("maternity", employer_average_wage=6000)["lines"] if line["label"] == "山东另加的产假")

    assert line["basis"] == [{"law": "人口与计划生育法", "article": "25"}]


def test_whoever_had_a_caesarean_is_asked_to_say_so() -> None:
    field = next(field for field in MATERNITY.inputs if field.name == "difficult")

    assert "剖宫产" in field.prompt
    assert "待工会确认" in field.prompt


def test_a_day_of_the_employers_maternity_pay_is_said_to_be_a_thirtieth_by_practice() -> None:
    # 特别规定 8 says by the wage before the leave, not how a day of it is taken
    assert any("通行的算法" in sentence for sentence in calc("maternity", insured=False, own_wage=4500)["assumptions"])
