"""仲裁请求清单: several sums put together into one list of what the employer is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from assistant.calculators.annual_bonus_or_commission import ANNUAL_BONUS_OR_COMMISSION
from assistant.calculators.annual_leave import ANNUAL_LEAVE
from assistant.calculators.calculator import Calculator
from assistant.calculators.inputs import Told, disagree
from assistant.calculators.maternity import MATERNITY
from assistant.calculators.minimum_wage import MINIMUM_WAGE
from assistant.calculators.overtime import OVERTIME
from assistant.calculators.probation import PROBATION
from assistant.calculators.severance import SEVERANCE
from assistant.calculators.sick_leave import SICK_LEAVE
from assistant.calculators.unpaid_wages import UNPAID_WAGES
from assistant.calculators.unsigned_contract import UNSIGNED_CONTRACT
from assistant.calculators.values import YUAN, YUAN_A_MONTH, Input, Line, Result, law, plain, yuan
from assistant.calculators.work_injury import WORK_INJURY
from assistant.calculators.worksheet import Worksheet, said, value
from assistant.errors import InputError

_FINAL = law("劳动争议调解仲裁法", 47)
_FINAL_EACH = law("最高人民法院关于审理劳动争议案件适用法律问题的解释（一）", 19)
_LIMIT = law("劳动争议调解仲裁法", 27)
_FREE = law("劳动争议调解仲裁法", 53)
# What may be asked of an employer in arbitration; money that a fund pays is not.
PARTS: dict[str, Calculator] = {
    part.name: part
    for part in (
        SEVERANCE, UNSIGNED_CONTRACT, OVERTIME, UNPAID_WAGES, MINIMUM_WAGE, PROBATION, ANNUAL_LEAVE, SICK_LEAVE, MATERNITY, WORK_INJURY,
        ANNUAL_BONUS_OR_COMMISSION,
    )
}  # fmt: skip
_ONCE = ("severance", "unsigned_contract", "work_injury")
# These may say the same money twice: what is below the minimum wage, on probation, ill, hurt or after a birth, is also unpaid.
_OVERLAPPING = frozenset(
    {"unpaid_wages", "minimum_wage", "probation", "sick_leave", "work_injury", "maternity", "annual_bonus_or_commission"}
)
# Of these each line is a claim of its own, and is held against the limit of a final award by itself (解释（一）第十九条).
_EACH_BY_ITSELF = frozenset({"severance", "work_injury", "unpaid_wages"})
_MOST_CLAIMS = 12


def work(told: Told, sheet: Worksheet) -> None:
    """Write a line for each claim, and what makes an award final."""
    results = [_result(number, claim, sheet) for number, claim in enumerate(told.claims("claims"), start=1)]
    names = [result.name for result in results]
    for name in _ONCE:
        if names.count(name) > 1:
            raise disagree(
                "claims",
                f"“{PARTS[name].title}”（{name}）在 claims 里只能写一次，同一笔钱不能要两遍",
            )
    for result in results:
        _claim(result, sheet)
    if len(_OVERLAPPING & set(names)) > 1:
        sheet.warn("欠薪、最低工资差额、试用期差额、病假工资、停工留薪期工资、产假工资、奖金提成可能是同一笔钱，别算两遍。")
    _final(sheet)
    sheet.assume("申请仲裁不收费（《劳动争议调解仲裁法》第五十三条）。时效一般是1年（《劳动争议调解仲裁法》第二十七条）。")
    sheet.warn("每一项都要有证据。写申请书时照着清单一项一项写，不确定的先问工会12351或法律援助12348。")


def _result(number: int, claim: Mapping[str, object], sheet: Worksheet) -> Result:
    name = claim.get("name")
    part = PARTS.get(name) if isinstance(name, str) else None
    if part is None or set(claim) - {"name", "inputs"}:
        raise disagree("claims", f"claims 的第 {number} 项要写成 name 和 inputs，name 是下面的一个：{'、'.join(PARTS)}")
    try:
        return part.run(claim.get("inputs", {}), sheet.parameters, sheet.today)
    except InputError as error:
        raise InputError(f"claims[{number}].{error.field}", f"第 {number} 项（{part.title}）：{error}") from None


def _claim(result: Result, sheet: Worksheet) -> None:
    counted, beside = [line for line in result.lines if _is_claimed(line)], [line for line in result.lines if _is_beside(line)]
    total = sum((line.amount for line in counted if isinstance(line.amount, Decimal)), Decimal(0))
    basis = tuple(citation for line in counted for citation in line.basis)
    parts = " + ".join(f"{plain(line.amount)}元" for line in counted if isinstance(line.amount, Decimal))
    if counted and (len(counted) == 1 or result.name in _EACH_BY_ITSELF):
        for line in counted:
            sheet.write(line.label, line.amount, line.formula, line.basis, payer="单位")
    elif counted:
        sheet.write(result.title, total, f"{parts} = {yuan(total)}", basis, payer="单位")
    elif not beside and result.total is None:
        sheet.write(result.title, None, "这一项算不出来，看注意里的说明", *(line.basis for line in result.lines[:1]), payer="单位")
    elif not beside:
        words = "这一项没有单位要付的钱，是0元"
        sheet.write(result.title, 0, words, *(line.basis for line in result.lines[:1]), payer="单位")
    for line in beside:
        sheet.write(line.label, line.amount, line.formula, line.basis, unit=line.unit, counts=False, payer="单位")
    _of_others(result, sheet)
    for variant in result.variants:
        sheet.warn(f"“{result.title}”还有别的算法：{variant.label}，{yuan(variant.total)}。")
    for warning in result.warnings:
        sheet.warn(warning)


def _of_others(result: Result, sheet: Worksheet) -> None:
    """Say what is not asked of the employer: what the fund pays, and what nobody has settled who pays."""
    if any(line.payer == "基金" for line in result.lines):
        sheet.warn(f"“{result.title}”里由基金付的，不向单位要，去社保经办机构办。")
    unsettled = "、".join(line.label for line in result.lines if line.payer == "待确认")
    if unsettled:
        sheet.warn(f"“{result.title}”里的{unsettled}，谁付还没有确认，没有写进清单。先打 12345 问清，该单位付的再加上。")


def _is_claimed(line: Line) -> bool:
    return line.counts and line.unit == YUAN and line.payer in ("单位", "") and bool(line.amount)


def _is_beside(line: Line) -> bool:
    """What the employer owes each month, or nobody can work out here: asked for like the rest, but no part of the sum."""
    return line.payer == "单位" and (line.amount is None or line.unit == YUAN_A_MONTH)


def _final(sheet: Worksheet) -> None:
    limit = sheet.take("final_award_limit", sheet.today)
    if limit is None:
        return
    above = [line.label for line in sheet.lines if line.counts and isinstance(line.amount, Decimal) and line.amount > value(limit)]
    sheet.write(
        "终局裁决的限额（每项）", value(limit), f"月最低工资的12倍 {said(limit)}（调解仲裁法第四十七条）", _FINAL, _FINAL_EACH, counts=False
    )
    if above:
        sheet.assume(
            f"一项一项地比，不是比总数：{'、'.join(above)}超过了限额，照这个数裁就不是终局裁决，双方都可以起诉（《劳动争议调解仲裁法》第五十条）。"
        )
    else:
        sheet.assume(
            "每一项都没有超过限额的，裁决是终局的：你不服还可以在15日内起诉，单位不能起诉（《劳动争议调解仲裁法》第四十七条、第四十八条）。"
        )
    sheet.assume(
        "限额看裁决定下来的数，不看你要的数。工作时间、休息休假、社会保险这些执行国家劳动标准的争议，不看数额，也是终局的"
        "（《劳动争议调解仲裁法》第四十七条）。是不是终局，最后看裁决书上怎么写。"
    )


# What only the sentences name.
_NAMED = law("劳动争议调解仲裁法", 48, 50)
ARBITRATION_CLAIM = Calculator(
    "arbitration_claim",
    "仲裁请求清单",
    YUAN,
    (
        Input(
            "claims",
            "claims",
            "请求的各项",
            '要哪几笔钱？每项写 {"name": 计算器, "inputs": {…}}，可以用的：' + "、".join(PARTS),
            most=_MOST_CLAIMS,
        ),
    ),
    tuple(dict.fromkeys((*_NAMED, *_FINAL, *_FINAL_EACH, *_LIMIT, *_FREE, *(one for part in PARTS.values() for one in part.laws)))),
    tuple(dict.fromkeys(("final_award_limit", *(one for part in PARTS.values() for one in part.parameters)))),
    work,
)
