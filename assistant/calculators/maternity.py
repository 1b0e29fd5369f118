"""产假和生育津贴: the days by law and what 山东 adds, and the allowance against one's own wage."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from assistant.calculators import asks
from assistant.calculators.calculator import Calculator
from assistant.calculators.inputs import Told, disagree
from assistant.calculators.values import DAY, DAYS, YUAN, figure, law, plain, yuan
from assistant.calculators.worksheet import Worksheet, said, value

_LEAVE = law("女职工劳动保护特别规定", 7)
_ALLOWANCE = law("女职工劳动保护特别规定", 8)
_INSURED = law("社会保险法", 54, 56)
_NOT_LESS = law("妇女权益保障法", 48)
# That a province may add days; how many is a local figure.
_LONGER = law("人口与计划生育法", 25)
BIRTH_DAYS = figure("98", _LEAVE)
DIFFICULT_DAYS = figure("15", _LEAVE)
TWIN_DAYS = figure("15", _LEAVE)
EARLY_LOSS_DAYS = figure("15", _LEAVE)
LATE_LOSS_DAYS = figure("42", _LEAVE)
LATE_LOSS_FROM_MONTHS = figure("4", _LEAVE)
# 社会保险法 says a month's average wage; how a day of it is taken is common practice and is said so.
_MOST_MONTHS = Decimal(10)
DAYS_A_MONTH = figure("30", _ALLOWANCE, _INSURED)


def work(told: Told, sheet: Worksheet) -> None:
    """Write the lines of maternity leave and its pay."""
    days = _days(told, sheet)
    start = told.find_day("start")
    if start is not None and days is not None:
        end = start + timedelta(days=int(days) - 1)
        sheet.write("产假最后一天", end, f"{start.isoformat()} 是第一天，数{plain(days)}天（产假里含周末和节假日）", _LEAVE, unit=DAY)
    if days is None:
        sheet.is_unknown = True
        return
    _pay(told, sheet, days)


def _days(told: Told, sheet: Worksheet) -> Decimal | None:
    if told.choice("kind") == "miscarriage":
        months = told.find_number("pregnant_months")
        if months is None:
            raise disagree("pregnant_months", f"还差怀孕几个月（pregnant_months），要写 0 到 {plain(_MOST_MONTHS)} 个月的数")
        lost = LATE_LOSS_DAYS if months >= LATE_LOSS_FROM_MONTHS.value else EARLY_LOSS_DAYS
        words = f"{'' if months >= LATE_LOSS_FROM_MONTHS.value else '不'}满{plain(LATE_LOSS_FROM_MONTHS.value)}个月"
        sheet.write(
            "流产的产假", lost.value, f"怀孕{words}流产，{plain(lost.value)}天（《女职工劳动保护特别规定》第七条）", _LEAVE, unit=DAYS
        )
        return lost.value
    total = BIRTH_DAYS.value
    sheet.write("国家规定的产假", total, f"{plain(total)}天，里面产前可以休15天（《女职工劳动保护特别规定》第七条）", _LEAVE, unit=DAYS)
    extra = sheet.take("maternity_leave_extra_days", _born(told, sheet))
    if extra is not None:
        total += value(extra)
        sheet.write("山东另加的产假", value(extra), f"{extra.document} {said(extra)}", _LONGER, unit=DAYS)
        sheet.warn("山东另加的这些天，钱由基金还是单位付，待工会确认。")
    if told.says("difficult"):
        total += DIFFICULT_DAYS.value
        sheet.write("难产另加", DIFFICULT_DAYS.value, f"难产加{plain(DIFFICULT_DAYS.value)}天", _LEAVE, unit=DAYS)
        sheet.warn("剖宫产按难产加天数，是转引的说法，待工会确认。")
    if (more := told.number("babies") - 1) > 0:
        days = TWIN_DAYS.value * more
        total += days
        sheet.write("多胞胎另加", days, f"多{plain(more)}个孩子，每个加{plain(TWIN_DAYS.value)}天，共{plain(days)}天", _LEAVE, unit=DAYS)
    sheet.write("产假一共", total, f"加起来{plain(total)}天", _LEAVE, unit=DAYS)
    return total


def _born(told: Told, sheet: Worksheet) -> date:
    return told.find_day("start") or sheet.today


def _pay(told: Told, sheet: Worksheet, days: Decimal) -> None:
    own = told.find_number("own_wage")
    if own is None and told.find_number("employer_average_wage") is None:
        sheet.is_unknown = True
        sheet.warn("没有写工资，只算了天数。要算生育津贴，写上单位上年度职工月平均工资；单位没给你交生育保险的，写产假前自己的月工资。")
        return
    if not told.says("insured"):
        if own is None:
            raise disagree("own_wage", f"还差产假前的月工资（own_wage），要写 0 到 {asks.HIGHEST_WAGE} 元的数")
        pay = own / DAYS_A_MONTH.value * days
        sheet.write("产假工资", pay, f"{yuan(own)} ÷ {plain(DAYS_A_MONTH.value)} × {plain(days)}天 = {yuan(pay)}", _ALLOWANCE, payer="单位")
        sheet.assume("单位没给你交生育保险的，由单位按产假前的工资付（《女职工劳动保护特别规定》第八条）；除以30折成一天，是通行的算法。")
        return
    average = told.find_number("employer_average_wage")
    if average is None:
        raise disagree("employer_average_wage", f"还差单位上年度月平均工资（employer_average_wage），要写 0 到 {asks.HIGHEST_WAGE} 元的数")
    allowance = sheet.write(
        "生育津贴",
        average / DAYS_A_MONTH.value * days,
        f"{yuan(average)} ÷ {plain(DAYS_A_MONTH.value)} × {plain(days)}天 = {yuan(average / DAYS_A_MONTH.value * days)}",
        _INSURED,
        _ALLOWANCE,
        payer="基金",
    )
    if own is not None and own > average:
        whole = own / DAYS_A_MONTH.value * days
        missing = (own - average) / DAYS_A_MONTH.value * days
        sheet.write(
            "单位补的差额",
            missing,
            f"（{yuan(own)} − {yuan(average)}）÷ {plain(DAYS_A_MONTH.value)} × {plain(days)}天 = {yuan(missing)}",
            _NOT_LESS,
            payer="单位",
        )
        sheet.assume(
            f"不能因为产假降工资：津贴 {yuan(allowance)} 比自己的工资 {yuan(whole)} 少的，单位补上（《妇女权益保障法》第四十八条）。"
        )
    sheet.assume("津贴按单位上年度职工月平均工资，除以30乘以天数，是通行的算法（《社会保险法》第五十六条没有写怎么折成天）。")


MATERNITY = Calculator(
    "maternity",
    "产假和生育津贴",
    YUAN,
    (
        asks.at_once(asks.choice("kind", "生孩子还是流产", "是哪一种？", ("birth", "生孩子"), ("miscarriage", "流产"), otherwise="birth")),
        asks.at_once(asks.yes_no("insured", "交没交生育保险", "单位给你交医保（含生育保险）了吗？", otherwise=True)),
        asks.at_once(
            asks.money(
                "employer_average_wage", "单位上年度月平均工资", "单位上年度职工月平均工资是多少？可以问单位或医保局。", required=False
            )
        ),
        asks.at_once(asks.money("own_wage", "自己的月工资", "产假前自己每月应得多少？", required=False)),
        asks.yes_no("difficult", "难产", "是难产吗？剖宫产也先写是，算不算待工会确认。"),
        asks.integer("babies", "几个孩子", "这次生了几个？", "个", 1, 6, otherwise=1),
        asks.number("pregnant_months", "怀孕几个月", "流产时怀孕几个月？", "个月", _MOST_MONTHS, required=False),
        asks.day("start", "产假开始的日子", "哪天开始休？", required=False, latest=asks.NEXT_YEAR),
    ),
    tuple(dict.fromkeys((*_LEAVE, *_ALLOWANCE, *_INSURED, *_NOT_LESS, *_LONGER))),
    ("maternity_leave_extra_days",),
    work,
)
