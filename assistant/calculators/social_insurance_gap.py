"""社保没交或少交: month by month what is missing, the employer's and the worker's share, and the surcharge for paying late."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from assistant.calculators import asks
from assistant.calculators.calculator import Calculator
from assistant.calculators.inputs import Told, disagree
from assistant.calculators.periods import add_months
from assistant.calculators.social_insurance import LAWS, PARAMETERS, Bounds, bounds, rates
from assistant.calculators.values import MONTHS, YUAN, cents, figure, law, plain, yuan
from assistant.calculators.worksheet import Worksheet, value

_MUST_PAY = law("社会保险法", 58, 60, 63)
_LATE = law("社会保险法", 86)
LATE_SHARE = figure("0.0005", _LATE)
_HUNDRED = Decimal(100)
_ONE_DAY = timedelta(days=1)


def work(told: Told, sheet: Worksheet) -> None:
    """Write the lines of what is missing in contributions."""
    first, last = told.day("first").replace(day=1), told.day("last").replace(day=1)
    if last < first:
        raise disagree("last", f"最后一个月（last）要在第一个月（first）{first:%Y-%m} 或以后")
    wage, declared = told.number("wage"), told.number("declared_base")
    due = {"单位": Decimal(0), "个人": Decimal(0)}
    late, counted, unknown, month = Decimal(0), 0, 0, first
    missing, until = _missing(sheet, month, wage, declared)
    while month <= last:
        if month >= until:
            missing, until = _missing(sheet, month, wage, declared)
        following = add_months(month, 1)
        if missing is None:
            unknown += 1
        else:
            counted += 1
            for payer, amount in missing.items():
                due[payer] += amount
            late += sum(missing.values(), Decimal(0)) * LATE_SHARE.value * max(0, (sheet.today - (following - _ONE_DAY)).days)
        month = following
    _write(sheet, due, late, counted, unknown)


def _missing(sheet: Worksheet, month: date, wage: Decimal, declared: Decimal) -> tuple[dict[str, Decimal] | None, date]:
    """What is missing of a month, None where its figures are not known; and before which day it is the same, since no figure changes."""
    limits = bounds(sheet, month)
    known = None if limits is None else rates(sheet, month)
    if limits is None or known is None:
        return None, min((one.since for one in sheet.parameters if one.id in PARAMETERS and one.since > month), default=date.max)
    _warn_of(sheet, limits)
    short = max(Decimal(0), limits.base(wage) - declared)
    missing = {"单位": Decimal(0), "个人": Decimal(0)}
    for share, rate in known:
        sheet.rest_on(rate)
        missing[share.payer] += cents(short * value(rate) / _HUNDRED)
    return missing, min(one.until or date.max for one in (limits.low, limits.high, *(rate for _, rate in known)))


def _warn_of(sheet: Worksheet, limits: Bounds) -> None:
    sheet.rest_on(limits.low)
    sheet.rest_on(limits.high)


def _write(sheet: Worksheet, due: dict[str, Decimal], late: Decimal, counted: int, unknown: int) -> None:
    sheet.write("算得出来的月数", counted, f"{counted}个月有当时的基数和费率，一个月一个月地算", _MUST_PAY, unit=MONTHS)
    if not counted:
        sheet.is_unknown = True
        sheet.warn("这些月份的缴费基数或费率没有，算不了。去社保经办机构或税务局查，能补多少以他们核定的为准。")
        return
    employer, own = due["单位"], due["个人"]
    sheet.write("单位要补交", employer, f"{counted}个月，应交的减去交过的，单位部分一共{yuan(employer)}", _MUST_PAY, payer="单位")
    sheet.write("个人要补交", own, f"{counted}个月，应交的减去交过的，个人部分一共{yuan(own)}", _MUST_PAY, counts=False, payer="个人")
    words = f"按每月月底欠起，到 {sheet.today.isoformat()} 每天加收{plain(LATE_SHARE.value * _HUNDRED)}%"
    # 社会保险费征缴暂行条例第十三条: it goes to the insurance fund; its own rate of 2‰ is older than 社会保险法第八十六条.
    sheet.write("滞纳金（单位交，进社保基金）", late, words, _LATE, counts=False, payer="单位")
    if unknown:
        sheet.warn(f"另外 {unknown} 个月没有当时的基数或费率，没有算进去。以社保经办机构核定的为准。")
    sheet.warn("补交的钱进社保，不是发到手里。找社保经办机构、税务局、劳动监察，比申请仲裁更稳；单纯要补缴，仲裁院收不收待工会确认。")
    sheet.assume(
        "合计是单位要补的部分。个人该交的部分，补的时候自己也要出；滞纳金由单位出，不能叫你出（《实施《社会保险法》若干规定》第二十条）。",
        "签过“自愿不交社保”也没有用；可以因此离开并要经济补偿。单位补交以后，发给你顶社保的钱可以要回去（司法解释（二）第十九条）。",
        "工伤保险按一类行业的费率算，没有算职工医疗大额。",
    )


# What only the sentences name.
_NAMED = (*law("最高人民法院关于审理劳动争议案件适用法律问题的解释（二）", 19), *law("实施《社会保险法》若干规定", 20))
SOCIAL_INSURANCE_GAP = Calculator(
    "social_insurance_gap",
    "社保没交、少交了多少",
    YUAN,
    (
        asks.day("first", "第一个月", "从哪个月开始没交或少交？写那个月的一天。"),
        asks.day("last", "最后一个月", "到哪个月为止？写那个月的一天。"),
        asks.money("wage", "应当按的月工资", "社保本来该按多少工资交？一般是上一年平均每月的工资。"),
        asks.at_once(asks.money("declared_base", "单位报的基数", "单位按多少的基数交的？一点没交写0。", required=False, otherwise=0)),
    ),
    tuple(dict.fromkeys((*_NAMED, *_MUST_PAY, *_LATE, *LAWS))),
    PARAMETERS,
    work,
    total_is="单位少交了",
)
