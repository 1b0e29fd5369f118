"""Every calculator by its name."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from datetime import date

from assistant.calculators.annual_bonus_or_commission import ANNUAL_BONUS_OR_COMMISSION
from assistant.calculators.annual_leave import ANNUAL_LEAVE
from assistant.calculators.arbitration_claim import ARBITRATION_CLAIM
from assistant.calculators.calculator import Calculator
from assistant.calculators.deadline import DEADLINE
from assistant.calculators.maternity import MATERNITY
from assistant.calculators.minimum_wage import MINIMUM_WAGE
from assistant.calculators.overtime import OVERTIME
from assistant.calculators.probation import PROBATION
from assistant.calculators.retirement import RETIREMENT
from assistant.calculators.severance import SEVERANCE
from assistant.calculators.sick_leave import SICK_LEAVE
from assistant.calculators.social_insurance import SOCIAL_INSURANCE
from assistant.calculators.social_insurance_gap import SOCIAL_INSURANCE_GAP
from assistant.calculators.unemployment import UNEMPLOYMENT
from assistant.calculators.unpaid_wages import UNPAID_WAGES
from assistant.calculators.unsigned_contract import UNSIGNED_CONTRACT
from assistant.calculators.values import Result
from assistant.calculators.work_injury import WORK_INJURY
from assistant.errors import InputError
from assistant.types import Parameter

CALCULATORS: tuple[Calculator, ...] = (
    SEVERANCE,
    UNSIGNED_CONTRACT,
    OVERTIME,
    UNPAID_WAGES,
    MINIMUM_WAGE,
    PROBATION,
    ANNUAL_LEAVE,
    SICK_LEAVE,
    MATERNITY,
    WORK_INJURY,
    UNEMPLOYMENT,
    RETIREMENT,
    SOCIAL_INSURANCE,
    SOCIAL_INSURANCE_GAP,
    ANNUAL_BONUS_OR_COMMISSION,
    ARBITRATION_CLAIM,
    DEADLINE,
)
# What each answers in plain words, in the order and under the headings in which a page lists them.
SHELVES: tuple[tuple[str, tuple[tuple[Calculator, str], ...]], ...] = (
    (
        "钱",
        (
            (SEVERANCE, "丢了工作，有没有补偿，有多少"),
            (UNPAID_WAGES, "工资没给、少给，能要回多少"),
            (OVERTIME, "加班费该有多少"),
            (UNSIGNED_CONTRACT, "没签劳动合同，能要多少双倍工资"),
            (MINIMUM_WAGE, "工资比最低工资少，该补多少"),
            (PROBATION, "试用期最长几个月，工资最少多少"),
            (ANNUAL_BONUS_OR_COMMISSION, "年终奖、提成没给，能要多少"),
            (ARBITRATION_CLAIM, "几笔钱一起要，列一张去仲裁用的清单"),
        ),
    ),
    (
        "时间和休假",
        (
            (DEADLINE, "申请仲裁、认定工伤、上诉，最晚哪一天"),
            (ANNUAL_LEAVE, "年休假有几天，没休的给多少钱"),
            (SICK_LEAVE, "生病能歇多久，病假工资最少多少"),
            (RETIREMENT, "哪年哪月退休"),
        ),
    ),
    (
        "社保",
        (
            (SOCIAL_INSURANCE, "每月单位交多少，自己交多少"),
            (SOCIAL_INSURANCE_GAP, "没交、少交的社保，差多少"),
            (UNEMPLOYMENT, "失业金能领几个月，一共多少"),
        ),
    ),
    (
        "工伤和生育",
        (
            (WORK_INJURY, "受了工伤、得了职业病，能拿哪些钱"),
            (MATERNITY, "产假有多少天，生育津贴多少"),
        ),
    ),
)
_BY_NAME = {calculator.name: calculator for calculator in CALCULATORS}


def calculate(name: str, raw: object, parameters: Sequence[Parameter], today: date) -> Result:
    """Return the result of the calculator *name* for what *raw* tells; raises InputError, also where nobody knows the name."""
    return find_calculator(name).run(raw, parameters, today)


def find_calculator(name: str) -> Calculator:
    """Return the calculator called *name*; raises InputError where there is none."""
    found = _BY_NAME.get(name)
    if found is None:
        near = difflib.get_close_matches(name, _BY_NAME, n=1)
        raise InputError("name", f"没有叫“{name[:40]}”的计算器，" + (f"是不是 {near[0]}" if near else f"可以写：{'、'.join(_BY_NAME)}"))
    return found
