"""困难职工自测: a household held against the criteria of `knowledge/relief/`; only the union and the civil affairs office decide."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from assistant.calculators.values import MONTHS_A_YEAR, law, plain, yuan
from assistant.calculators.worksheet import value
from assistant.selftests import asks
from assistant.selftests.answers import Answers, all_of, any_of, opposite
from assistant.selftests.selftest import Ground, SelfTest
from assistant.selftests.values import Finding, Reason, Verdict, worded
from assistant.types import Criterion

_RELIEF = law("社会救助法", 29, 37)
_UNION = law("工会法", 6)
LINE = "subsistence_allowance_month"
# Measures that only count for a worker from the countryside.
_MIGRANT = ("lives_in_city", "labour_relation_years")
# Two reported rules disagree on who lives in a village (the city's says no, the province's names workers of towns): left open.
_DISPUTED = ("lives_in_city",)
_COMPARE: Mapping[str, Callable[[Decimal, Decimal], bool]] = MappingProxyType(
    {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
)
_HUNDRED = Decimal(100)


class _Line(NamedTuple):
    """The 低保 line it is held against, None where nobody knows it; `is_sure` where the union has confirmed it."""

    amount: Decimal | None
    says: str
    is_sure: bool


class _Judged(NamedTuple):
    criterion: Criterion
    holds: bool | None
    why: str


def work(answers: Answers, ground: Ground) -> Finding:
    """Hold what was told against each criterion; what shuts the door first."""
    criteria = ground.knowledge.criteria
    if not criteria:
        return _ask_everything(answers)
    excluded = [_judge(one, answers, ground) for one in criteria if one.excludes]
    if found := [one for one in excluded if one.holds]:
        return _finding("unlikely", "这一条写明不能认定。", found, _warnings(ground))
    poor = _first_that_holds([one for one in criteria if not one.excludes and one.measure not in _MIGRANT], answers, ground)
    harmed = None if (is_poor := any_of(*(one.holds for one in poor))) else answers.says("harmed")
    qualifies = any_of(is_poor, harmed)
    if qualifies is False:
        return _finding("unlikely", "按您说的数，没到困难职工的线。", poor, _warnings(ground))
    migrant = _of_migrants(criteria, answers, ground)
    if failed := [one for one in migrant if one.holds is False and one.criterion.measure not in _DISPUTED]:
        return _finding("unlikely", "农民工另有条件，这一条没到。", failed, _warnings(ground))
    is_settled = None if answers.says("migrant") is None else True
    holds = all_of(qualifies, is_settled, *(opposite(one.holds) for one in excluded), *(one.holds for one in migrant))
    known = [one for one in (*poor, *migrant) if one.holds]
    if any(one.holds is False for one in migrant):
        disputed = [one for one in migrant if one.holds is False]
        return _finding("unknown", "住在农村算不算，两种说法对不上，要问工会。", [*known, *disputed], _warnings(ground))
    if holds:
        names = "、".join(dict.fromkeys(one.criterion.category for one in known)) or "意外致困"
        return _finding("may_be", f"困难职工里的“{names}”。自测不等于认定，要工会核实才算。", known, _warnings(ground), harmed)
    return _finding("unknown", "还差几样，补上再看。", known, _warnings(ground), harmed)


def _ask_everything(answers: Answers) -> Finding:
    """Without the criteria every question may matter, and nothing can be said."""
    answers.seek("private_school", "income", "spending", "people", LINE, "accident_cost", "harmed", "migrant")
    if answers.told.get("migrant"):
        answers.seek(*_MIGRANT)
    return _finding("unknown", "手里没有认定的条件，请打 12351 问。", [], ())


def _first_that_holds(criteria: Sequence[Criterion], answers: Answers, ground: Ground) -> list[_Judged]:
    """Judge until one holds: whoever is below the first line need not be asked about accidents."""
    judged: list[_Judged] = []
    for criterion in criteria:
        judged.append(_judge(criterion, answers, ground))
        if judged[-1].holds:
            break
    return judged


def _of_migrants(criteria: Sequence[Criterion], answers: Answers, ground: Ground) -> list[_Judged]:
    if not answers.says("migrant"):
        return []
    return [_judge(one, answers, ground) for one in criteria if one.measure in _MIGRANT]


def _judge(criterion: Criterion, answers: Answers, ground: Ground) -> _Judged:
    measure = _MEASURES.get(criterion.measure)
    if measure is None:
        return _Judged(criterion, None, criterion.says)
    holds, why = measure(criterion, answers, ground)
    return _Judged(criterion, holds, f"{criterion.says}{why}")


def _per_head(criterion: Criterion, answers: Answers, ground: Ground) -> tuple[bool | None, str]:
    """（年度可支配收入－刚性支出）÷12÷共同生活人口, against a multiple of the 低保 line."""
    if not answers.seek("income", "spending", "people"):
        return None, ""
    line = _line(answers, ground)
    income, spending, people = (answers.number(name) or Decimal(0) for name in ("income", "spending", "people"))
    left = (income - spending) / MONTHS_A_YEAR / people
    sum_of_it = f"您家：（{yuan(income)} − {yuan(spending)}）÷ {MONTHS_A_YEAR} ÷ {plain(people)} = {yuan(left)}/月。"
    if line.amount is None or criterion.times is None:
        return None, f"{sum_of_it}低保标准还不知道，没法比。"
    limit = line.amount * criterion.times
    holds = _COMPARE[criterion.compare](left, limit)
    times = "" if criterion.times == 1 else f" × {plain(criterion.times)} = {yuan(limit)}"
    told = f"{sum_of_it}{line.says}{yuan(line.amount)}/月{times}，{'低于' if holds else '没有低于'}这条线。"
    return (holds if line.is_sure or answers.number(LINE) is not None else None), told


def _line(answers: Answers, ground: Ground) -> _Line:
    """The confirmed line, else what the person says it is; one that nobody confirmed is shown but decides nothing."""
    ours = ground.find_parameter(LINE)
    if ours is not None and ours.confirmed:
        return _Line(value(ours), "低保标准是", True)
    if (told := answers.number(LINE)) is not None:
        return _Line(told, "按您写的低保标准", False)
    return _Line(value(ours), "低保标准（待工会确认）按", False) if ours is not None else _Line(None, "", False)


def _cost_share(criterion: Criterion, answers: Answers, _: Ground) -> tuple[bool | None, str]:
    """年度致困费用 as a share of the household's income."""
    cost = answers.number("accident_cost")
    if cost == 0:
        return False, ""
    income = answers.number("income")
    if cost is None or income is None or criterion.value is None:
        return None, ""
    holds = _COMPARE[criterion.compare](cost * _HUNDRED, income * Decimal(criterion.value))
    return holds, f"您家：花了{yuan(cost)}，一年收入{yuan(income)}，{'超过' if holds else '没有超过'}这个比例。"


def _private_school(_: Criterion, answers: Answers, __: Ground) -> tuple[bool | None, str]:
    return answers.says("private_school"), ""


def _lives_in_city(_: Criterion, answers: Answers, __: Ground) -> tuple[bool | None, str]:
    return answers.says("lives_in_city"), ""


def _years(criterion: Criterion, answers: Answers, _: Ground) -> tuple[bool | None, str]:
    years = answers.number("labour_relation_years")
    if years is None or criterion.value is None:
        return None, ""
    return _COMPARE[criterion.compare](years, Decimal(criterion.value)), f"您干了{plain(years)}年。"


_MEASURES: Mapping[str, Callable[[Criterion, Answers, Ground], tuple[bool | None, str]]] = MappingProxyType(
    {
        "income_after_rigid_spending_per_head_month": _per_head,
        "accident_spending_share": _cost_share,
        "private_school_or_study_abroad": _private_school,
        "lives_in_city": _lives_in_city,
        "labour_relation_years": _years,
    }
)


def _finding(verdict: Verdict, says: str, judged: Sequence[_Judged], warnings: tuple[str, ...], harmed: bool | None = None) -> Finding:
    reasons = [Reason(one.why, confirmed=one.criterion.confirmed) for one in judged]
    if harmed:
        reasons.append(Reason("因为重大事件伤残或者有人牺牲的，也可以按“意外致困”去问。", confirmed=False))
    return Finding(
        verdict=verdict,
        says=worded(verdict, says),
        reasons=tuple(reasons),
        papers=_PAPERS,
        steps=_STEPS if verdict != "unlikely" else _STEPS_ANYWAY,
        guides=_GUIDES,
        warnings=warnings,
    )


def _warnings(ground: Ground) -> tuple[str, ...]:
    ours = ground.find_parameter(LINE)
    line = () if ours is not None and ours.confirmed else ("即墨的低保标准没有确认，先打 12345 问准，按民政公布的为准。别处的数不能用。",)
    return (*line, "条件来自公开报道的青岛说法，待工会确认。房、车、做买卖这些也可能要查，没有写在这里。")


_PAPERS = (
    "申请书、身份证、户口簿",
    "全家人的收入证明或者银行流水",
    "看病自己掏钱的票据、诊断书、学费单、残疾证、事故证明，有哪样带哪样",
    "农民工另带劳动合同，没有的带能证明在这里干活的材料",
)
_STEPS = (
    "今天打 12351，问清即墨现在要哪几样材料、交到哪里、几天有结果。",
    "把全家一年的收入和看病、上学、残疾、上班必须花的钱写在一张纸上，票据先复印。",
    "交给本单位工会。单位没有工会的，找所在街道、镇的工会。",
    "也可以在“齐鲁工惠”APP 里点更多应用、困难帮扶，用青岛的困难职工自测小程序再测一次。",
    "眼下吃饭、看病过不去的，当天去出事地方的街道、镇要临时救助（《社会救助法》第二十九条、第三十七条）。",
)
_STEPS_ANYWAY = (
    "自测不是认定。家里确实难的，照样打 12351 说清情况（《工会法》第六条）。",
    "家里又出了事、收入又少了，再测一次。",
    "眼下吃饭、看病过不去的，当天去出事地方的街道、镇要临时救助（《社会救助法》第二十九条、第三十七条）。",
)
_GUIDES = (
    "hardship-criteria",
    "hardship-self-test",
    "hardship-application",
    "hardship-papers",
    "hardship-migrant-platform",
    "emergency-relief",
)

HARDSHIP = SelfTest(
    "hardship",
    "困难职工自测",
    (
        asks.yes_no("private_school", "孩子是不是读高收费私立学校或自费留学", "家里有孩子读高收费的私立学校，或者自费留学吗？"),
        asks.year_sum("income", "全家一年的收入", "全家人一年到手的钱一共多少？工资、养老金、租金都算。"),
        asks.year_sum("spending", "一年必须花的钱", "一年里看病自己掏的、残疾、孩子上学、上班必须花的钱一共多少？"),
        asks.people("people", "一起生活的人数", "家里一起生活的有几口人？"),
        asks.month_sum(LINE, "当地每月的低保标准", "民政公布的低保标准一个月多少？不知道就跳过，可以打 12345 问。"),
        asks.year_sum(
            "accident_cost",
            "出事、大病自己掏的钱",
            "这一年因为意外、灾害或者大病，赔偿和报销以后自己掏了多少？没有就写 0。",
        ),
        asks.yes_no("harmed", "有没有人因重大事件伤残或牺牲", "家里有人因为重大事件（灾害、意外）伤残或者牺牲吗？"),
        asks.yes_no("migrant", "是不是农民工", "您是农村户口、出来打工的吗？"),
        asks.yes_no("lives_in_city", "是不是长期住在城市", "您长期住在城里吗？"),
        asks.years("labour_relation_years", "干了几年", "您在单位一共干了几年？没签合同、实际在干的也算。"),
    ),
    (*_UNION, *_RELIEF),
    (LINE,),
    ("hardship-self-test", "social-relief-one-thing"),
    _GUIDES,
    work,
)
