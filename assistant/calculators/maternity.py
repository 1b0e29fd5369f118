"""产假和生育津贴: the days by law and what 山东 adds, and the allowance against one's own wage."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from assistant.calculators import asks
from assistant.calculators.calculator import Calculator
from assistant.calculators.inputs import Told, disagree
from assistant.calculators.values import DAY, DAYS, YUAN, Variant, figure, law, plain, yuan
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


class _Leave(NamedTuple):
    """The days of the national rule, those that 山东 adds, and what the former are for."""

    national: Decimal
    added: Decimal = Decimal(0)
    words: str = "国家规定的"

    @property
    def total(self) -> Decimal:
        """Return all days."""
        return self.national + self.added


def work(told: Told, sheet: Worksheet) -> None:
    """Write the lines of maternity leave and its pay."""
    leave = _leave(told, sheet)
    start = told.find_day("start")
    if start is not None:
        end, days = start + timedelta(days=int(leave.total) - 1), plain(leave.total)
        sheet.write("产假最后一天", end, f"{start.isoformat()} 是第一天，数{days}天（产假里含周末和节假日）", _LEAVE, unit=DAY)
    _pay(told, sheet, leave)


def _leave(told: Told, sheet: Worksheet) -> _Leave:
    by = "生育保险基金付钱" if told.says("insured") else "单位付钱"
    if told.choice("kind") == "miscarriage":
        months = told.find_number("pregnant_months")
        if months is None:
            raise disagree("pregnant_months", f"还差怀孕几个月（pregnant_months），要写 0 到 {plain(_MOST_MONTHS)} 个月的数")
        lost = LATE_LOSS_DAYS if months >= LATE_LOSS_FROM_MONTHS.value else EARLY_LOSS_DAYS
        words = f"{'' if months >= LATE_LOSS_FROM_MONTHS.value else '不'}满{plain(LATE_LOSS_FROM_MONTHS.value)}个月"
        formula = f"怀孕{words}流产，{plain(lost.value)}天（《女职工劳动保护特别规定》第七条），{by}"
        sheet.write("流产的产假", lost.value, formula, _LEAVE, _ALLOWANCE, unit=DAYS)
        return _Leave(lost.value, words="流产的")
    national = BIRTH_DAYS.value
    formula = f"{plain(national)}天，里面产前可以休15天（《女职工劳动保护特别规定》第七条），{by}"
    sheet.write("国家规定的产假", national, formula, _LEAVE, _ALLOWANCE, unit=DAYS)
    added = _added(told, sheet)
    if told.says("difficult"):
        national += DIFFICULT_DAYS.value
        sheet.write("难产另加", DIFFICULT_DAYS.value, f"难产加{plain(DIFFICULT_DAYS.value)}天，{by}", _LEAVE, _ALLOWANCE, unit=DAYS)
        sheet.warn("剖宫产按难产加天数，是转引的说法，待工会确认。")
    if (more := told.number("babies") - 1) > 0:
        days = TWIN_DAYS.value * more
        national += days
        formula = f"多{plain(more)}个孩子，每个加{plain(TWIN_DAYS.value)}天，共{plain(days)}天，{by}"
        sheet.write("多胞胎另加", days, formula, _LEAVE, _ALLOWANCE, unit=DAYS)
    leave = _Leave(national, added)
    sheet.write("产假一共", leave.total, f"加起来{plain(leave.total)}天", _LEAVE, unit=DAYS)
    return leave


def _added(told: Told, sheet: Worksheet) -> Decimal:
    """The days that 山东 adds; of who pays for them only that the fund does not where nobody insured."""
    extra = sheet.take("maternity_leave_extra_days", _born(told, sheet))
    if extra is None:
        return Decimal(0)
    is_insured = told.says("insured")
    by = "这些天谁付钱待工会确认" if is_insured else "单位付钱"
    sheet.write("山东另加的产假", value(extra), f"{extra.document} {said(extra)}，{by}", _LONGER, unit=DAYS)
    if is_insured:
        sheet.warn(
            f"山东另加的{said(extra)}，钱由生育保险基金付还是单位付，待工会确认。先问单位，再去医保窗口问，窗口在哪里打 12345 问。",
            "津贴先打给单位还是直接打给你，青岛怎么办，待工会确认。",
        )
    return value(extra)


def _born(told: Told, sheet: Worksheet) -> date:
    return told.find_day("start") or sheet.today


def _pay(told: Told, sheet: Worksheet, leave: _Leave) -> None:
    own, average = told.find_number("own_wage"), told.find_number("employer_average_wage")
    if own is None and average is None:
        sheet.is_unknown = True
        sheet.warn("没有写工资，只算了天数。要算生育津贴，写上单位上年度职工月平均工资；单位没给你交生育保险的，写产假前自己的月工资。")
    elif told.says("insured"):
        if average is None:
            raise disagree(
                "employer_average_wage", f"还差单位上年度月平均工资（employer_average_wage），要写 0 到 {asks.HIGHEST_WAGE} 元的数"
            )
        _from_the_fund(sheet, leave, average, own)
        if leave.added:
            _of_the_added_days(sheet, leave.added, average, own)
    else:
        if own is None:
            raise disagree("own_wage", f"还差产假前的月工资（own_wage），要写 0 到 {asks.HIGHEST_WAGE} 元的数")
        _from_the_employer(sheet, leave, own)


def _from_the_fund(sheet: Worksheet, leave: _Leave, average: Decimal, own: Decimal | None) -> None:
    days = f"{leave.words}{plain(leave.national)}天"
    allowance = sheet.write(
        f"生育津贴（{days}）", _of(average, leave.national), _each(average, leave.national), _INSURED, _ALLOWANCE, payer="基金"
    )
    if own is not None and own > average:
        missing = _of(own - average, leave.national)
        formula = f"（{yuan(own)} − {yuan(average)}）÷ {plain(DAYS_A_MONTH.value)} × {plain(leave.national)}天 = {yuan(missing)}"
        sheet.write(f"单位补的差额（{days}）", missing, formula, _NOT_LESS, payer="单位")
        whole = yuan(_of(own, leave.national))
        sheet.assume(f"不能因为产假降工资：津贴 {yuan(allowance)} 比自己的工资 {whole} 少的，单位补上（《妇女权益保障法》第四十八条）。")
    sheet.assume("津贴按单位上年度职工月平均工资，除以30乘以天数，是通行的算法（《社会保险法》第五十六条没有写怎么折成天）。")


def _of_the_added_days(sheet: Worksheet, added: Decimal, average: Decimal, own: Decimal | None) -> None:
    """Of the days that 山东 adds it is not settled who pays: the fund by the employer's average wage, or the employer by her own."""
    label, by_fund = f"山东另加的{plain(added)}天的钱", _of(average, added)
    if own is None:
        formula = f"基金付的，按单位平均工资是 {yuan(by_fund)}；单位付的，按自己的工资，自己的工资没有写"
        sheet.write(label, None, formula, _LONGER, _NOT_LESS, payer="待确认")
        sheet.variants += [
            Variant("只算国家规定的天数", sheet.counted()),
            Variant(f"山东另加的{plain(added)}天也由基金付", sheet.counted() + by_fund),
        ]
        return
    by_employer = sheet.write(label, _of(own, added), _each(own, added), _LONGER, _NOT_LESS, payer="待确认")
    if own < average:
        sheet.variants += [
            Variant(f"山东另加的{plain(added)}天由单位付", sheet.counted()),
            Variant(f"山东另加的{plain(added)}天由基金付", sheet.counted() - by_employer + by_fund),
        ]
        sheet.warn("山东另加的天，基金付的按单位平均工资，单位付的按自己的工资。谁付待工会确认，合计写的是少的那个。")
    else:
        sheet.assume("山东另加的天，不管谁付，加起来都不能比自己的工资少（《妇女权益保障法》第四十八条），合计是一样的。")


def _from_the_employer(sheet: Worksheet, leave: _Leave, own: Decimal) -> None:
    days = f"{leave.words}{plain(leave.national)}天"
    sheet.write(f"产假工资（{days}）", _of(own, leave.national), _each(own, leave.national), _ALLOWANCE, payer="单位")
    if leave.added:
        label = f"产假工资（山东另加的{plain(leave.added)}天）"
        sheet.write(label, _of(own, leave.added), _each(own, leave.added), _LONGER, _NOT_LESS, payer="单位")
        sheet.assume("单位交了生育保险，基金才付（《社会保险法》第五十四条）。没交的，山东另加的天也由单位付。")
    sheet.assume("单位没给你交生育保险的，由单位按产假前的工资付（《女职工劳动保护特别规定》第八条）；除以30折成一天，是通行的算法。")


def _of(wage: Decimal, days: Decimal) -> Decimal:
    return wage / DAYS_A_MONTH.value * days


def _each(wage: Decimal, days: Decimal) -> str:
    return f"{yuan(wage)} ÷ {plain(DAYS_A_MONTH.value)} × {plain(days)}天 = {yuan(_of(wage, days))}"


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
