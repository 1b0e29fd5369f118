from __future__ import annotations

import random
import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.calculators.work_injury import LAW_BEGAN, TEXT_BEGAN, WORK_INJURY
from assistant.errors import InputError
from assistant.knowledge import load_instruments
from tests.calculators.given import KNOWLEDGE, TODAY, amounts, calc, money, total

# Grade, months of the grant, percent each month: 工伤保险条例 35 to 37 as facts 10.3 and 10.4 have them.
GRADES = [
    (1, 27, 90), (2, 25, 85), (3, 23, 80), (4, 21, 75), (5, 18, 70), (6, 16, 60), (7, 13, None), (8, 11, None), (9, 9, None), (10, 7, None),
]  # fmt: skip


@pytest.mark.parametrize(("grade", "months", "share"), GRADES)
def test_the_grant_and_the_monthly_allowance_by_grade(grade: int, months: int, share: int | None) -> None:
    found = amounts("work_injury", own_wage=6000, grade=grade)

    assert found[f"一次性伤残补助金（{grade}级）"] == f"{6000 * months}.00"
    assert found.get("伤残津贴（每月）") == (None if share is None else f"{60 * share}.00")


LEAVING = {"grade": 7, "own_wage": 6000, "leaving": True}
# What was told, total.
CASES = [
    ({"grade": 10, "own_wage": 5000}, "35000.00"),  # 5000 × 7
    ({"own_wage": 5000, "leave_months": 3, "monthly_wage": 6000}, "18000.00"),  # not graded yet: 6000 × 3
    ({"grade": 10, "own_wage": 5000, "leave_months": 3, "monthly_wage": 6000}, "53000.00"),  # 35000 + 18000
    ({"grade": 10, "own_wage": 3000, "local_average_wage": 7621}, "32008.20"),  # raised to 60 %: 4572.60 × 7
    ({"grade": 10, "own_wage": 30000, "local_average_wage": 7621}, "160041.00"),  # cut to 300 %: 22863 × 7
    ({"grade": 10, "own_wage": 4572.6, "local_average_wage": 7621}, "32008.20"),  # just 60 %
    ({**LEAVING, "local_average_wage": 7621}, "177073.00"),  # 6000 × 13 + 7621 × 13
    ({**LEAVING, "local_average_wage": 7621, "occupational_disease": True}, "226609.50"),  # 78000 + 7621 × 19.5
    ({**LEAVING, "local_average_wage": 7621, "retired": True}, "78000.00"),  # no medical grant after retirement
    (LEAVING, "78000.00"),  # the local average is not known: months only
    ({**LEAVING, "grade": 2, "local_average_wage": 7621}, "150000.00"),  # grades 1 to 4 stay employed: 6000 × 25
    ({"grade": 10, "own_wage": 5000, "insured": False}, "35000.00"),
]


@pytest.mark.parametrize(("told", "expected"), CASES)
def test_the_sum_of_an_injury(told: dict[str, object], expected: str) -> None:
    assert total("work_injury", **told) == expected


@pytest.mark.parametrize(("grade", "months"), [(5, "22"), (6, "18"), (7, "13"), (8, "10"), (9, "7"), (10, "4")])
def test_the_months_of_the_medical_grant_in_shandong(grade: int, months: str) -> None:
    assert amounts("work_injury", own_wage=6000, grade=grade, leaving=True)["一次性工伤医疗补助金的月数"] == months


@pytest.mark.parametrize(("grade", "months"), [(5, "33"), (6, "27"), (7, "19.5"), (8, "15"), (9, "10.5"), (10, "6")])
def test_an_occupational_disease_gives_half_as_much_again(grade: int, months: str) -> None:
    found = amounts("work_injury", own_wage=6000, grade=grade, leaving=True, occupational_disease=True)

    assert found["一次性工伤医疗补助金的月数"] == months


def test_the_employment_grant_is_named_but_never_counted() -> None:
    row = calc("work_injury", own_wage=6000, grade=7, leaving=True, local_average_wage=7621)
    line = next(line for line in row["lines"] if line["label"] == "一次性伤残就业补助金")

    assert (line["amount"], line["payer"]) == (None, "单位")
    assert any("就业补助金" in warning and "待工会确认" in warning for warning in row["warnings"])


@pytest.mark.parametrize(("insured", "payer"), [(True, "基金"), (False, "单位")])
def test_an_employer_who_did_not_insure_pays_what_the_fund_would(insured: bool, payer: str) -> None:
    lines = calc("work_injury", own_wage=6000, grade=3, insured=insured)["lines"]

    assert {line["payer"] for line in lines} == {payer}
    assert ({"law": "工伤保险条例", "article": "62"} in lines[0]["basis"]) is not insured


def test_wages_while_one_cannot_work_are_the_employers_even_where_insured() -> None:
    assert calc("work_injury", own_wage=6000, leave_months=2, monthly_wage=6500)["lines"][0]["payer"] == "单位"


def test_the_allowance_is_not_below_the_minimum_wage() -> None:
    # 75 % of 3000 is 2250
    assert amounts("work_injury", own_wage=3000, grade=4)["伤残津贴（每月）"] == "2400.00"


# What was told, what each line comes to: own wage 6000.
DEATH = [
    ({"happened": "2026-03-01"}, {"一次性工亡补助金": "1130040.00"}),  # 56502 × 20
    ({"happened": "2025-03-01"}, {"一次性工亡补助金": None}),  # the year before's figure is not known here
    ({"happened": "2026-03-01", "local_average_wage": 7621}, {"丧葬补助金": "45726.00"}),  # 7621 × 6
    ({"happened": "2026-03-01", "spouse": True}, {"供养亲属抚恤金（每月，全家）": "2400.00"}),  # 40 %
    ({"happened": "2026-03-01", "spouse": True, "relatives": 1}, {"供养亲属抚恤金（每月，全家）": "4200.00"}),  # 70 %
    ({"happened": "2026-03-01", "alone": 1}, {"供养亲属抚恤金（每月，全家）": "2400.00"}),  # 30 % + 10 %
    ({"happened": "2026-03-01", "spouse": True, "relatives": 2}, {"供养亲属抚恤金（每月，全家）": "6000.00"}),  # 100 %
    ({"happened": "2026-03-01", "spouse": True, "relatives": 5}, {"供养亲属抚恤金（每月，全家）": "6000.00"}),  # not above the wage
]


@pytest.mark.parametrize(("told", "expected"), DEATH)
def test_what_is_paid_after_a_death_at_work(told: dict[str, object], expected: dict[str, str | None]) -> None:
    found = amounts("work_injury", kind="death", own_wage=6000, **told)

    assert {label: found[label] for label in expected} == expected


def test_grades_five_and_six_have_a_monthly_allowance_only_while_they_stay() -> None:
    # 工伤保险条例 36: 60 % of 6000 where no work can be found; who leaves has the two grants instead
    assert amounts("work_injury", own_wage=6000, grade=6)["伤残津贴（每月）"] == "3600.00"
    assert "伤残津贴（每月）" not in amounts("work_injury", own_wage=6000, grade=6, leaving=True)


def test_who_retires_with_a_severe_grade_draws_the_pension_and_no_allowance() -> None:
    # 工伤保险条例 35 (3): the allowance stops, the fund makes up the difference
    assert any("伤残津贴停发" in warning for warning in calc("work_injury", own_wage=6000, grade=1, retired=True)["warnings"])


def test_where_nobody_insured_the_allowance_is_not_said_to_be_the_funds() -> None:
    # 工伤保险条例 62
    row = calc("work_injury", own_wage=6000, grade=2, insured=False)

    assert not any("由基金按月给" in sentence for sentence in row["assumptions"])


def test_each_line_where_nobody_insured_rests_on_the_article_that_makes_the_employer_pay() -> None:
    # 工伤保险条例 62 II: all items, by its standards
    hurt = {"own_wage": 6000, "insured": False, "local_average_wage": 7621}
    rows = (
        calc("work_injury", **hurt, grade=1, care="full"),
        calc("work_injury", **hurt, grade=8, leaving=True),
        calc("work_injury", **hurt, kind="death", happened="2026-03-01", spouse=True),
    )
    own = "一次性伤残就业补助金"  # the employer's in any case

    for line in (line for row in rows for line in row["lines"] if line["payer"] == "单位" and line["label"] != own):
        assert {"law": "工伤保险条例", "article": "62"} in line["basis"], line["label"]


def test_which_average_wage_counts_is_said_to_be_unsettled_also_where_one_is_told() -> None:
    row = calc("work_injury", own_wage=6000, grade=7, leaving=True, local_average_wage=7621)

    assert any("哪一年" in warning and "待工会确认" in warning for warning in row["warnings"])


@pytest.mark.parametrize(("grade", "grant"), [(1, "0.00"), (4, "0.00"), (5, "1130040.00"), (None, "1130040.00")])
def test_who_dies_later_with_a_severe_grade_leaves_no_death_grant(grade: int | None, grant: str) -> None:
    # 工伤保险条例 39 III: grades 1 to 4 after the paid leave: funeral 7621 × 6 = 45726 and the monthly share only
    told = {} if grade is None else {"grade": grade}
    found = amounts("work_injury", kind="death", own_wage=6000, happened="2026-03-01", local_average_wage=7621, spouse=True, **told)

    assert (found["一次性工亡补助金"], found["丧葬补助金"], found["供养亲属抚恤金（每月，全家）"]) == (grant, "45726.00", "2400.00")


def test_orphans_are_asked_for_beside_the_other_relatives_as_they_are_added() -> None:
    # one relative 30 % and one orphan 30 % + 10 %: 4200 of 6000
    told = {"kind": "death", "own_wage": 6000, "happened": "2026-03-01", "relatives": 1, "alone": 1}
    field = next(field for field in WORK_INJURY.inputs if field.name == "alone")

    assert amounts("work_injury", **told)["供养亲属抚恤金（每月，全家）"] == "4200.00"
    assert field.prompt.startswith("另外")


@pytest.mark.parametrize(("care", "pay"), [("full", "3810.50"), ("most", "3048.40"), ("part", "2286.30")])
def test_care_is_paid_by_how_much_is_needed(care: str, pay: str) -> None:
    # 50, 40, 30 % of 7621
    assert amounts("work_injury", own_wage=6000, grade=1, care=care, local_average_wage=7621)["生活护理费（每月）"] == pay


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"grade": 11}, "grade"),
        ({"grade": 0}, "grade"),
        ({}, "grade"),
        ({"leave_months": 25}, "leave_months"),
        ({"kind": "death"}, "happened"),
        ({"leave_months": 3}, "monthly_wage"),
    ],
)
def test_what_does_not_fit_names_the_field(told: dict[str, object], field: str) -> None:
    with pytest.raises(InputError, match=field) as caught:
        calc("work_injury", own_wage=6000, **told)

    assert caught.value.field == field


# Day of the injury, whether it can be worked out: the text of today holds from 2011-01-01, that of 2003 held from 2004-01-01.
OLD = [
    ("1980-01-01", False), ("2003-12-31", False), ("2004-01-01", False), ("2010-12-31", False), ("2011-01-01", True), ("2026-11-22", True),
]  # fmt: skip
WHAT_IT_IS = [
    {"grade": 9},
    {"grade": 2, "care": "full", "local_average_wage": 7621},
    {"grade": 8, "leaving": True, "insured": False},
    {"leave_months": 3, "monthly_wage": 5000},
    {"kind": "death", "spouse": True},
]


@pytest.mark.parametrize(("happened", "is_known"), OLD)
@pytest.mark.parametrize("told", WHAT_IT_IS)
def test_an_injury_of_before_the_text_of_today_has_no_sum(told: dict[str, object], happened: str, is_known: bool) -> None:
    if is_known:
        assert calc("work_injury", own_wage=6000, happened=happened, **told)["lines"]
        return
    with pytest.raises(InputError) as caught:
        calc("work_injury", own_wage=6000, happened=happened, **told)

    said = str(caught.value)
    assert caught.value.field == "happened"
    # The field, why, whom to ask; no figure of another time
    assert "出事的日子（happened）早于" in said
    assert "12333" in said
    assert set(re.findall(r"\d{4}-\d\d-\d\d", said)) == {"2011-01-01" if happened >= "2004" else "2004-01-01"}
    assert not re.search(r"\d+个月|\d+倍|元", said)
    assert ("《工伤保险条例》第六十七条" in said) is (happened < "2004")


@settings(deadline=None, max_examples=60)
@given(st.dates(date(1980, 1, 1), TODAY), st.integers(1, 10))
def test_from_the_day_the_text_began_the_day_of_an_injury_changes_nothing(happened: date, grade: int) -> None:
    try:
        found = total("work_injury", own_wage=6000, grade=grade, happened=happened.isoformat())
    except InputError:
        found = None

    assert found == (total("work_injury", own_wage=6000, grade=grade) if happened.year >= 2011 else None)


def test_the_days_of_the_regulation_are_those_of_the_register() -> None:
    instrument = next(one for one in load_instruments(KNOWLEDGE) if one.name == "工伤保险条例")

    assert (LAW_BEGAN.day, TEXT_BEGAN.day) == (instrument.in_force_from, instrument.version_from)


def test_where_the_day_is_not_told_it_is_said_from_when_on_the_sum_holds() -> None:
    untold = calc("work_injury", own_wage=6000, grade=9)["assumptions"]
    told = calc("work_injury", own_wage=6000, grade=9, happened="2026-03-01")["assumptions"]

    assert [any("2011-01-01" in one and "12333" in one for one in sentences) for sentences in (untold, told)] == [True, False]


def test_the_day_of_the_injury_is_asked_openly() -> None:
    assert next(field for field in WORK_INJURY.inputs if field.name == "happened").at_once


def test_an_old_injury_in_a_claim_list_is_refused_with_its_place() -> None:
    claims = [{"name": "work_injury", "inputs": {"own_wage": 6000, "grade": 9, "happened": "2009-05-01"}}]

    with pytest.raises(InputError) as caught:
        calc("arbitration_claim", claims=claims)
    assert caught.value.field == "claims[1].happened"


def slow_total(wage: int, grade: int, leave: int, actual: int) -> Decimal:
    """Pays month by month."""
    paid = Decimal(0)
    for _ in range((27, 25, 23, 21, 18, 16, 13, 11, 9, 7)[grade - 1]):
        paid += wage
    for _ in range(leave):
        paid += actual
    return paid


def test_the_slow_sum_agrees() -> None:
    draw = random.Random(12)
    for _ in range(150):
        wage, grade, leave, actual = draw.randint(0, 30_000), draw.randint(1, 10), draw.randint(0, 24), draw.randint(0, 30_000)
        told = {"own_wage": wage, "grade": grade, "leave_months": leave, "monthly_wage": actual}
        assert money(total("work_injury", **told)) == slow_total(wage, grade, leave, actual)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 30_000), st.integers(1, 9), st.integers(0, 1000))
def test_a_worse_grade_or_a_higher_wage_never_gives_less(wage: int, grade: int, more: int) -> None:
    assert money(total("work_injury", own_wage=wage, grade=grade)) >= money(total("work_injury", own_wage=wage, grade=grade + 1))
    assert money(total("work_injury", own_wage=wage, grade=grade)) <= money(total("work_injury", own_wage=wage + more, grade=grade))
