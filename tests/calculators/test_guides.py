"""The sums that guides tell as examples come out the same where they are calculated."""

from __future__ import annotations

import pytest

from tests.calculators.given import KNOWLEDGE, amounts, calc, total

AGREED = {"reason": "employer_agreed"}
OVERTIME = {"monthly_wage": 4350}
LEAVE = {"wage": 4350, "year": 2025, "total_years": 12}
# Guide, what it says, calculator, what is told, total.
EXAMPLES = [
    ("dismissal/economic-compensation-sum", "5200 × 4 = 20800 元", "severance",
     {**AGREED, "start": "2022-04-01", "end": "2025-10-31", "average_wage": 5200}, "20800.00"),
    ("dismissal/economic-compensation-sum", "5800 × 5 = 29000 元", "severance",
     {**AGREED, "start": "2021-05-01", "end": "2025-10-31", "average_wage": 5800}, "29000.00"),
    ("dismissal/economic-compensation-sum", "4300 × 8.5 = 36550 元", "severance",
     {**AGREED, "start": "2017-09-01", "end": "2025-10-31", "average_wage": 4300}, "36550.00"),
    ("dismissal/expiry-compensation", "5000 × 5.5 = 27500 元", "severance",
     {"reason": "expired", "start": "2020-07-01", "end": "2025-10-31", "average_wage": 5000}, "27500.00"),
    ("dismissal/compensation-cap", "20000 × 15 = 300000 元", "severance",
     {**AGREED, "start": "2011-11-01", "end": "2026-10-31", "average_wage": 20000}, "300000.00"),
    ("injury/injury-benefits", "5000×9＝45000 元", "work_injury", {"own_wage": 5000, "grade": 9}, "45000.00"),
    ("hours/overtime-pay", "25×20×150%=750 元", "overtime", {**OVERTIME, "weekday_hours": 20}, "750.00"),
    ("hours/comp-time", "200×200%=400 元", "overtime", {**OVERTIME, "worked_days": ["2026-10-24"]}, "400.00"),
    ("hours/special-hours", "25×64×150%=2400 元", "overtime",
     {**OVERTIME, "kind": "comprehensive", "approved": True, "weekday_hours": 64, "months": 3}, "2400.00"),
    ("wages/piece-rate", "100×2×150%=300 元", "overtime", {"kind": "piece", "piece_price": 2, "weekday_pieces": 100}, "300.00"),
    ("leave/annual-leave", "200×5×200%=2000 元", "annual_leave", {**LEAVE, "total_years": 3}, "2000.00"),
    ("leave/annual-leave-part-year", "273÷365×10=7.48，取 7 天，休过 2 天，还差 5 天", "annual_leave",
     {**LEAVE, "left": "2025-09-30", "taken": 2}, "2000.00"),
    ("leave/annual-leave-part-year", "184÷365×5=2.52，有 2 天", "annual_leave",
     {**LEAVE, "total_years": 3, "joined": "2025-07-01"}, "800.00"),
    ("contract/unsigned-contract", "3 月 1 日来，8 月 1 日补签，差额是 4 月到 7 月，共 4 个月", "unsigned_contract",
     {"start": "2026-03-01", "signed": "2026-08-01", "monthly_wage": 5000}, "20000.00"),
]  # fmt: skip


@pytest.mark.parametrize(("guide", "says", "name", "told", "expected"), EXAMPLES)
def test_an_example_of_a_guide_comes_out_the_same(guide: str, says: str, name: str, told: dict[str, object], expected: str) -> None:
    assert says in (KNOWLEDGE / "guides" / f"{guide}.md").read_text(encoding="utf-8")
    assert total(name, **told) == expected


def test_the_allowances_that_a_guide_tells_come_out_the_same() -> None:
    text = (KNOWLEDGE / "guides/injury/injury-disability-pension.md").read_text(encoding="utf-8")

    assert "6000×80%＝4800 元" in text
    assert "6000×60%＝3600 元" in text
    assert amounts("work_injury", own_wage=6000, grade=3)["伤残津贴（每月）"] == "4800.00"
    assert amounts("work_injury", own_wage=6000, grade=6)["伤残津贴（每月）"] == "3600.00"


def test_the_maternity_allowance_that_a_guide_tells_is_that_of_the_98_days() -> None:
    # The guide tells the 98 days of the national rule; who pays Shandong's 60, 200 × 60 if the fund does, is not settled
    assert "6000÷30×98＝19600 元" in (KNOWLEDGE / "guides/women/maternity-allowance.md").read_text(encoding="utf-8")
    row = calc("maternity", employer_average_wage=6000)
    assert (row["total"], row["variants"][1]["total"]) == ("19600.00", f"{19600 + 200 * 60}.00")
