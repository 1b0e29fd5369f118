from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.calculators.arbitration_claim import PARTS
from assistant.errors import InputError
from tests.calculators.given import calc, money, total

DISMISSED = {"name": "severance", "inputs": {"reason": "unlawful", "start": "2023-03-01", "end": "2026-10-31", "average_wage": 5000}}
UNSIGNED = {"name": "unsigned_contract", "inputs": {"start": "2026-01-01", "end": "2026-09-30", "monthly_wage": 5000}}
OVERTIME = {"name": "overtime", "inputs": {"monthly_wage": 4350, "rest_day_hours": 80}}
LEAVE = {"name": "annual_leave", "inputs": {"total_years": 3, "wage": 6525, "year": 2025}}
INJURY = {"name": "work_injury", "inputs": {"own_wage": 6000, "grade": 10, "leave_months": 2, "monthly_wage": 6500}}
UNINSURED = {"name": "work_injury", "inputs": {**INJURY["inputs"], "insured": False}}  # type: ignore[dict-item]
OWED = {"name": "unpaid_wages", "inputs": {"owed": 15000}}
BONUS = {"name": "annual_bonus_or_commission", "inputs": {"kind": "bonus", "agreed": "nothing"}}

# Claims, total.
CASES = [
    ([DISMISSED], "40000.00"),
    ([DISMISSED, UNSIGNED], "80000.00"),  # 40000 + 5000 × 8
    ([DISMISSED, UNSIGNED, OVERTIME, LEAVE], "87000.00"),  # + 4000 + 3000
    ([INJURY], "13000.00"),  # of an insured injury only the wages are the employer's: 6500 × 2
    ([UNINSURED], "55000.00"),  # + 6000 × 7
    ([OWED, OWED], "30000.00"),
    ([BONUS], "0.00"),  # no rule: nothing is added
    ([OWED, BONUS], "15000.00"),
]


@pytest.mark.parametrize(("claims", "expected"), CASES)
def test_claims_are_added_up(claims: list[object], expected: str) -> None:
    assert total("arbitration_claim", claims=claims) == expected


def test_whether_an_award_is_final_goes_by_each_claim_not_by_the_sum() -> None:
    # 28800 each: 15000 and 15000 stay below it, 40000 does not
    each = calc("arbitration_claim", claims=[OWED, OWED])["assumptions"]
    above = calc("arbitration_claim", claims=[DISMISSED])["assumptions"]

    assert any("都没有超过" in sentence for sentence in each)
    assert any("超过了限额" in sentence and "违法解除" in sentence for sentence in above)


@pytest.mark.parametrize(
    "claims",
    [
        [{"name": "severance"}],
        [{"name": "unemployment", "inputs": {}}],
        [{"name": "arbitration_claim", "inputs": {"claims": []}}],
        [{"inputs": {}}],
        [{"name": ["severance"], "inputs": {}}],
        [{**OWED, "amount": 3}],
        [DISMISSED, DISMISSED],
        [],
        [OWED] * 13,
        "x",
        [None],
    ],
)
def test_what_is_no_list_of_claims_is_refused(claims: object) -> None:
    with pytest.raises(InputError):
        calc("arbitration_claim", claims=claims)


def test_a_mistake_in_a_claim_says_in_which() -> None:
    with pytest.raises(InputError, match=r"第 2 项.*owed"):
        calc("arbitration_claim", claims=[DISMISSED, {"name": "unpaid_wages", "inputs": {"owed": -1}}])


def test_money_that_may_be_the_same_is_pointed_out() -> None:
    low = {"name": "minimum_wage", "inputs": {"paid": 2000}}

    assert any("同一笔钱" in warning for warning in calc("arbitration_claim", claims=[OWED, low])["warnings"])
    assert not any("同一笔钱" in warning for warning in calc("arbitration_claim", claims=[OWED, LEAVE])["warnings"])


def test_what_the_employer_owes_each_month_or_in_an_unknown_sum_stands_on_the_list_too() -> None:
    # Grade 5 and not insured: 6000 × 18 = 108000 counts; 70 % of 6000 each month is beside it (工伤保险条例 36, 62)
    stays = calc("arbitration_claim", claims=[{"name": "work_injury", "inputs": {"own_wage": 6000, "grade": 5, "insured": False}}])
    left = calc("arbitration_claim", claims=[{"name": "work_injury", "inputs": {"own_wage": 6000, "grade": 7, "leaving": True}}])
    amounts = {line["label"]: (line["amount"], line["counts"]) for row in (stays, left) for line in row["lines"]}

    assert amounts["伤残津贴（每月）"] == ("4200.00", False)
    assert amounts["一次性伤残就业补助金"] == (None, False)
    assert "一次性工伤医疗补助金" not in amounts  # the fund's
    assert (stays["total"], left["total"]) == ("108000.00", "0.00")
    assert len(left["warnings"]) == len(set(left["warnings"]))


def test_whether_an_award_is_final_goes_by_what_is_awarded_and_by_its_kind() -> None:
    # 调解仲裁法 47 (2): national standards of hours, leave and insurance, whatever the sum; 解释（一） 19: what was decided
    for claims in ([OWED], [DISMISSED]):
        said = "".join(calc("arbitration_claim", claims=claims)["assumptions"])
        assert "看裁决定下来的数" in said
        assert "休息休假" in said


def test_each_item_of_an_injury_is_held_against_the_limit_by_itself() -> None:
    # 解释（一） 19, each item: 3000 × 7 = 21000 and 5000 × 2 = 10000 stay below 28800, together they do not
    hurt = {"own_wage": 3000, "grade": 10, "insured": False, "leave_months": 2, "monthly_wage": 5000}
    row = calc("arbitration_claim", claims=[{"name": "work_injury", "inputs": hurt}])

    assert [line["amount"] for line in row["lines"] if line["counts"]] == ["10000.00", "21000.00"]
    assert any("都没有超过" in sentence for sentence in row["assumptions"])


def test_wages_while_hurt_may_be_among_the_unpaid_ones() -> None:
    assert any("停工留薪期工资" in warning for warning in calc("arbitration_claim", claims=[OWED, INJURY])["warnings"])


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from([OVERTIME, LEAVE, OWED]), min_size=1, max_size=8))
def test_the_list_is_the_sum_of_its_parts(claims: list[dict[str, object]]) -> None:
    alone = [money(total(str(claim["name"]), **claim["inputs"])) for claim in claims]  # type: ignore[arg-type]

    assert money(total("arbitration_claim", claims=claims)) == sum(alone, Decimal(0))


def test_only_what_an_employer_owes_can_be_claimed() -> None:
    assert {"unemployment", "social_insurance_gap", "retirement", "deadline"}.isdisjoint(PARTS)
