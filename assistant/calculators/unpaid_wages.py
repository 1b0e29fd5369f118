"""欠薪和克扣: what is owed, how much may be deducted for damage, and the extra after an order to pay that was not kept."""

from __future__ import annotations

from decimal import Decimal

from assistant.calculators import asks
from assistant.calculators.calculator import Calculator
from assistant.calculators.inputs import Told, disagree
from assistant.calculators.periods import PERIODS, safe_last_day
from assistant.calculators.values import DAY, YUAN, Variant, figure, law, plain, yuan
from assistant.calculators.worksheet import Worksheet, said, value

_OWED = law("劳动合同法", 30)
_EXTRA = law("劳动合同法", 85)
_DEDUCTION = law("工资支付暂行规定", 16)
_LIMIT = law("劳动争议调解仲裁法", 27)
LEAST_EXTRA = figure("50", _EXTRA)
MOST_EXTRA = figure("100", _EXTRA)
MOST_DEDUCTED = figure("20", _DEDUCTION)
LIMIT_YEARS = figure("1", _LIMIT)
_HUNDRED = Decimal(100)


def work(told: Told, sheet: Worksheet) -> None:
    """Write the lines of unpaid wages."""
    owed = told.number("owed")
    sheet.write("欠的工资", owed, f"应给没给的工资 {yuan(owed)}", _OWED, payer="单位")
    _deduction(told, sheet)
    due = sheet.counted()
    if told.says("ordered"):
        least, most = due * LEAST_EXTRA.value / _HUNDRED, due * MOST_EXTRA.value / _HUNDRED
        sheet.write(
            "加付的赔偿金（最少）", least, f"{yuan(due)} × {plain(LEAST_EXTRA.value)}% = {yuan(least)}", LEAST_EXTRA.basis, payer="单位"
        )
        sheet.variants += [Variant("加付按最少的算", sheet.counted()), Variant("加付按最多的算", due + most)]
        sheet.warn("加付多少由人社部门定，在50%到100%之间（《劳动合同法》第八十五条）。合计按最少的算。")
    else:
        sheet.warn(
            "人社部门下了限期支付的通知，单位过了期还不给，才能要加付50%到100%（《劳动合同法》第八十五条）。先去劳动监察投诉，不能直接要加付。"
        )
    if (left := told.find_day("left")) is not None:
        end = safe_last_day(left, years=LIMIT_YEARS.whole)
        sheet.write("申请仲裁最晚", end, f"离开的日子 {left.isoformat()} 起{plain(LIMIT_YEARS.value)}年内", _LIMIT, PERIODS, unit=DAY)
        if end < sheet.today:
            sheet.warn(
                f"{end.isoformat()} 就满1年了。中间向单位要过钱、去投诉过，有证据的，从那天重新算（《劳动争议调解仲裁法》第二十七条）。"
            )
    else:
        sheet.assume("还在上班的，要工资不受1年时效的限制；离开以后1年内要提出来（《劳动争议调解仲裁法》第二十七条）。")
    sheet.assume("只凭工资欠条要钱、没有别的争议的，可以直接去法院，不用先仲裁（司法解释（一）第十五条）。")


def _deduction(told: Told, sheet: Worksheet) -> None:
    """What was deducted from one month's wage for damage, beyond a fifth of it or below the minimum wage."""
    deducted, wage = told.number("deducted"), told.find_number("month_wage")
    if not deducted:
        return
    if wage is None:
        raise disagree("month_wage", f"写了扣款，还差那个月的工资（month_wage），要写 0 到 {asks.HIGHEST_WAGE} 元的数")
    if deducted > wage:
        raise disagree("deducted", f"一个月的扣款（deducted）要在 0 到那个月的工资 {plain(wage)} 元之间")
    share = wage * MOST_DEDUCTED.value / _HUNDRED
    allowed, formula = share, f"{yuan(wage)} × {plain(MOST_DEDUCTED.value)}% = {yuan(share)}"
    floor = sheet.take("minimum_wage_month", told.find_day("month") or sheet.today)
    if floor is None:
        sheet.warn("不知道那时候的最低工资。扣完以后还不能低于最低工资（《工资支付暂行规定》第十六条）。")
    elif wage - share < value(floor):
        allowed = max(Decimal(0), wage - value(floor))
        formula = f"扣完不能低于最低工资 {said(floor)}，最多扣{yuan(allowed)}"
    sheet.write("这个月最多能扣", allowed, formula, _DEDUCTION, counts=False)
    excess = max(Decimal(0), deducted - allowed)
    sheet.write("多扣的工资", excess, f"{yuan(deducted)} − {yuan(deducted - excess)} = {yuan(excess)}", _DEDUCTION, payer="单位")
    sheet.assume(
        "扣款要因为你本人的原因造成了损失，而且合同里说好了要赔（《工资支付暂行规定》第十六条）。没有造成损失就扣钱，是克扣工资（《劳动法》第五十条），那种扣款写进“欠的工资”。"
    )
    if floor is not None and wage < value(floor):
        sheet.warn("那个月的工资本身就低于最低工资。上满班的，还差多少用“最低工资够不够”另外算（《劳动法》第四十八条）。")


# What only the sentences name.
_NAMED = (
    *law("劳动法", 48, 50),
    *law("最高人民法院关于审理劳动争议案件适用法律问题的解释（一）", 15),
)
UNPAID_WAGES = Calculator(
    "unpaid_wages",
    "拖欠、克扣的工资",
    YUAN,
    (
        asks.money("owed", "欠的工资", "一共欠了多少工资（应给没给的）？", high=asks.HIGHEST_SUM),
        asks.yes_no("ordered", "责令过没有", "人社部门（劳动监察）责令单位限期支付，单位过期还没给吗？"),
        asks.money("deducted", "一个月的扣款", "因为赔偿损失，一个月扣了多少？没扣就不写。", required=False, otherwise=0),
        asks.money("month_wage", "那个月的工资", "扣款的那个月，应得多少工资？", required=False),
        asks.day("month", "扣款的月份", "哪个月扣的？写那个月的一天。", required=False),
        asks.at_once(asks.day("left", "离开的日子", "离开了吗？哪天离开的？还在干就不写。", required=False)),
    ),
    tuple(dict.fromkeys((*_NAMED, *_OWED, *_EXTRA, *_DEDUCTION, *_LIMIT, *PERIODS))),
    ("minimum_wage_month",),
    work,
)
