"""社保每月交多少: the base within its bounds, and what the employer and the worker pay of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from assistant.calculators import asks
from assistant.calculators.calculator import Calculator
from assistant.calculators.inputs import Told
from assistant.calculators.values import YUAN_A_MONTH, Payer, law, plain, yuan
from assistant.calculators.worksheet import Worksheet, said, value
from assistant.types import Citation, Parameter

_EMPLOYER = law("社会保险法", 12, 23, 35, 44, 53)
_DEDUCTED = law("社会保险法", 60)
_HUNDRED = Decimal(100)


class _Share(NamedTuple):
    label: str
    parameter: str
    basis: tuple[Citation, ...]
    payer: Payer


# 生育保险 is one percentage point within the employer's medical share.
SHARES = (
    _Share("养老保险", "pension_rate_employer", law("社会保险法", 12), "单位"),
    _Share("医疗保险（含生育）", "medical_rate_employer", law("社会保险法", 23, 53), "单位"),
    _Share("失业保险", "unemployment_rate_employer", law("社会保险法", 44), "单位"),
    _Share("工伤保险（一类行业）", "injury_rate_class_1", law("社会保险法", 33, 35), "单位"),
    _Share("养老保险", "pension_rate_employee", law("社会保险法", 12), "个人"),
    _Share("医疗保险", "medical_rate_employee", law("社会保险法", 23), "个人"),
    _Share("失业保险", "unemployment_rate_employee", law("社会保险法", 44), "个人"),
)
PARAMETERS = ("social_insurance_base_min", "social_insurance_base_max", *(share.parameter for share in SHARES))
LAWS = tuple(dict.fromkeys((*_EMPLOYER, *_DEDUCTED, *law("社会保险法", 33), *(one for share in SHARES for one in share.basis))))


class Bounds(NamedTuple):
    """The least and the most a month's contribution is reckoned on."""

    low: Parameter
    high: Parameter

    def base(self, wage: Decimal) -> Decimal:
        """Return the wage within the bounds."""
        return min(max(wage, value(self.low)), value(self.high))


def bounds(sheet: Worksheet, on: date) -> Bounds | None:
    """Return the bounds of that month, None where they are not known."""
    low, high = sheet.find("social_insurance_base_min", on), sheet.find("social_insurance_base_max", on)
    return None if low is None or high is None else Bounds(low, high)


def rates(sheet: Worksheet, on: date) -> list[tuple[_Share, Parameter]] | None:
    """Return the rates of that month, None where one is not known."""
    found = [(share, sheet.find(share.parameter, on)) for share in SHARES]
    known = [(share, rate) for share, rate in found if rate is not None]
    return known if len(known) == len(found) else None


def work(told: Told, sheet: Worksheet) -> None:
    """Write the lines of a month's contributions."""
    on, wage = told.find_day("month") or sheet.today, told.number("wage")
    limits, known = bounds(sheet, on), rates(sheet, on)
    if limits is None or known is None:
        sheet.is_unknown = True
        sheet.warn(f"没有 {on:%Y-%m} 的缴费基数或费率，算不了。请打12333问。")
        return
    base = limits.base(wage)
    words = f"月平均工资 {yuan(wage)}，下限 {said(limits.low)}，上限 {said(limits.high)}，按 {yuan(base)}"
    sheet.write("缴费基数", base, words, law("社会保险法", 12), unit=YUAN_A_MONTH, counts=False)
    sheet.rest_on(limits.low)
    sheet.rest_on(limits.high)
    for share, rate in known:
        sheet.rest_on(rate)
        pay = base * value(rate) / _HUNDRED
        formula = f"{yuan(base)} × {said(rate)} = {yuan(pay)}"
        label = f"{share.label}，{share.payer}交"
        sheet.write(label, pay, formula, share.basis, unit=YUAN_A_MONTH, counts=share.payer == "个人", payer=share.payer)
    if (large := sheet.take("medical_large_sum_month", on)) is not None:
        sheet.write(
            "职工医疗大额，个人交",
            value(large),
            f"每月固定 {plain(value(large))}元",
            law("社会保险法", 23),
            unit=YUAN_A_MONTH,
            payer="个人",
        )
    employer = sum((line.amount for line in sheet.lines if line.payer == "单位" and isinstance(line.amount, Decimal)), Decimal(0))
    parts = " + ".join(f"{plain(line.amount)}元" for line in sheet.lines if line.payer == "单位" and isinstance(line.amount, Decimal))
    sheet.write("单位一共交", employer, f"{parts} = {yuan(employer)}", _EMPLOYER, unit=YUAN_A_MONTH, counts=False)
    sheet.assume(
        "合计是每月从工资里扣的个人部分。单位的部分不能从工资里扣（《社会保险法》第六十条）。",
        "缴费基数一般按上一年的月平均工资，第一年按第一个月的工资。",
        "工伤保险费率按行业分，这里按一类行业算，其他行业更高；个人不交工伤保险（《社会保险法》第三十三条）。",
    )


SOCIAL_INSURANCE = Calculator(
    "social_insurance",
    "社保每月交多少",
    YUAN_A_MONTH,
    (
        asks.money("wage", "月平均工资", "上一年平均每月工资多少？新进单位的写第一个月的工资。"),
        asks.day("month", "哪个月", "算哪个月的？写那个月的一天，不写就按今天。", required=False),
    ),
    LAWS,
    (*PARAMETERS, "medical_large_sum_month"),
    work,
    total_is="自己每月交",
)
