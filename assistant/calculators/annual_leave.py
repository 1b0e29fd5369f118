"""带薪年休假: days by years of work, converted for part of a year, and the pay for days not taken."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal

from assistant.calculators import asks
from assistant.calculators.calculator import Calculator
from assistant.calculators.inputs import Told, disagree
from assistant.calculators.values import DAYS, YUAN, figure, law, plain, yuan
from assistant.calculators.worksheet import Worksheet

_DAYS = law("职工带薪年休假条例", 3)
_NONE = law("职工带薪年休假条例", 4)
_ARRANGED = law("职工带薪年休假条例", 5)
_CONTINUOUS = law("企业职工带薪年休假实施办法", 3)
_JOINED = law("企业职工带薪年休假实施办法", 5)
_NEXT_YEAR = law("企业职工带薪年休假实施办法", 8)
_PAY = law("企业职工带薪年休假实施办法", 10)
_DAILY = law("企业职工带薪年休假实施办法", 11)
_LEFT = law("企业职工带薪年休假实施办法", 12)
_DISPATCHED = law("企业职工带薪年休假实施办法", 14)
_LIMIT = law("劳动争议调解仲裁法", 27)
# From how many years of work how many days, and from how many months of sick leave in the year none.
BRACKETS = (
    (figure("20", _DAYS), figure("15", _DAYS), figure("4", _NONE)),
    (figure("10", _DAYS), figure("10", _DAYS), figure("3", _NONE)),
    (figure("1", _DAYS), figure("5", _DAYS), figure("2", _NONE)),
)
YEAR_DAYS = figure("365", _JOINED, _LEFT)
PAID_DAYS = figure("21.75", _DAILY)
# 300 % of a day's pay, of which the normal pay is one part: what comes on top is the rest.
WHOLE_SHARE = figure("300", _PAY)
NORMAL_SHARE = figure("100", _PAY)
_HUNDRED = Decimal(100)


def work(told: Told, sheet: Worksheet) -> None:
    """Write the lines of annual leave."""
    joined, left, year = told.find_day("joined"), told.find_day("left"), told.whole("year")
    first, last = date(year, 1, 1), date(year + 1, 1, 1) - timedelta(days=1)
    for name, day in (("joined", joined), ("left", left)):
        if day is not None and not first <= day <= last:
            raise disagree(name, f"这个日子（{name}）要在 {first.isoformat()} 到 {last.isoformat()} 之间，就是要算的那一年")
    if joined is not None and left is not None and left < joined:
        raise disagree("left", f"离开的日子（left）要在 {joined.isoformat()} 到 {last.isoformat()} 之间")
    full = _entitled(told, sheet)
    due, formula = full, f"{plain(full)}天"
    if full and (joined is not None or left is not None):
        days = ((left or last) - (joined or first)).days + 1
        due = _converted(full, days, left)
        rest = (
            "减去已休的以后再去掉零头（《企业职工带薪年休假实施办法》第十二条）"
            if left
            else "零头去掉（《企业职工带薪年休假实施办法》第五条）"
        )
        formula = f"在单位{days}天 ÷ {plain(YEAR_DAYS.value)}天 × {plain(full)}天，{rest}，得{plain(due)}天"
        sheet.write("折算以后的年休假", due, formula, _LEFT if left else _JOINED, unit=DAYS)
    taken = told.number("taken")
    unused = max(Decimal(0), due - taken).to_integral_value(ROUND_FLOOR) if left is not None else max(Decimal(0), due - taken)
    sheet.write("没休的年休假", unused, f"{plain(due)}天，已休{plain(taken)}天，没休{plain(unused)}天", _LEFT if left else _PAY, unit=DAYS)
    _pay(told, sheet, unused)
    if left is None and year >= sheet.today.year:
        sheet.warn(
            "今年还没有过完，单位还可以安排你休；你同意的，也可以挪到下一年休（《职工带薪年休假条例》第五条）。到时候还没休的才给钱。"
        )


def _converted(full: Decimal, days: int, left: date | None) -> Decimal:
    """Of who joined only whole days count; of who left the days taken go off first, so nothing is cut off before."""
    due = min(full, full * days / YEAR_DAYS.value)
    return due if left is not None else due.to_integral_value(ROUND_FLOOR)


def _limitation(sheet: Worksheet, year: int) -> None:
    """When the year to claim begins is not settled; a year long past is told so."""
    sheet.warn(
        "要这笔钱，一般要在1年内申请仲裁（《劳动争议调解仲裁法》第二十七条）。从哪天起算，青岛怎么算待工会确认，越早越好。"
        + ("这一年的可能已经过了，先打12333问。" if year < sheet.today.year - 1 else "")
    )


def _entitled(told: Told, sheet: Worksheet) -> Decimal:
    years, sick = told.number("total_years"), told.number("sick_months")
    bracket = next((one for one in BRACKETS if years >= one[0].value), None)
    if bracket is None or not told.says("continuous_year"):
        why = (
            "累计工作不满1年（《职工带薪年休假条例》第三条）"
            if bracket is None
            else "还没有连续工作满12个月（《企业职工带薪年休假实施办法》第三条）"
        )
        sheet.write("全年的年休假", 0, f"{why}，还没有年休假", _DAYS, _CONTINUOUS, unit=DAYS)
        return Decimal(0)
    _, days, sick_limit = bracket
    if sick >= sick_limit.value:
        sheet.write("全年的年休假", 0, f"这一年病假满{plain(sick_limit.value)}个月，当年没有年休假", _NONE, unit=DAYS)
        _already_taken(told, sheet)
        return Decimal(0)
    if told.says("long_leave"):
        why = (
            "寒暑假、派遣工没活干照发工资的天数比年休假长，或者事假满20天单位没扣工资的，"
            "当年没有年休假（《职工带薪年休假条例》第四条、《企业职工带薪年休假实施办法》第十四条）"
        )
        sheet.write("全年的年休假", 0, why, _NONE, _DISPATCHED, unit=DAYS)
        _already_taken(told, sheet)
        return Decimal(0)
    sheet.write("全年的年休假", days.value, f"累计工作{plain(years)}年，每年{plain(days.value)}天", _DAYS, unit=DAYS)
    sheet.assume(
        "看的是在所有单位加起来的工龄，不是只看这个单位（《职工带薪年休假条例》第三条）。",
        "合同、集体合同、单位制度写得更多的，按多的算（《企业职工带薪年休假实施办法》第十三条）。",
    )
    if years - bracket[0].value < 1:
        sheet.warn(f"这一年里才满{plain(bracket[0].value)}年的，当年按哪一档、从哪天折算，条文没有写明，各地做法不一样，先打12333问。")
    return days.value


def _already_taken(told: Told, sheet: Worksheet) -> None:
    if told.number("taken"):
        sheet.warn(
            "这一年的年休假已经休了，后来病假、事假才满这个数的，不是退回来，是下一年没有年休假（《企业职工带薪年休假实施办法》第八条）。"
        )


def _pay(told: Told, sheet: Worksheet, unused: Decimal) -> None:
    wage, extra = told.number("wage"), WHOLE_SHARE.value - NORMAL_SHARE.value
    if told.says("declined"):
        sheet.write("没休年休假另给的钱", 0, "单位安排了休、本人因为自己的原因书面说不休的，单位可以只给正常工资，另外没有，是0元", _PAY)
        return
    pay = wage / PAID_DAYS.value * unused * extra / _HUNDRED
    formula = f"{yuan(wage)} ÷ {plain(PAID_DAYS.value)} × {plain(unused)}天 × {plain(extra)}% = {yuan(pay)}"
    sheet.write("没休年休假另给的钱", pay, formula, _PAY, _DAILY, payer="单位")
    if pay:
        _limitation(sheet, told.whole("year"))
    sheet.assume(
        "法律说的300%里已经有正常上班的100%，所以另外给200%（《企业职工带薪年休假实施办法》第十条）。",
        "月工资是前12个月去掉加班费的平均数，除以21.75是一天的工资；在这个单位不满12个月的，按实际几个月平均（《企业职工带薪年休假实施办法》第十一条）。",
    )


# What only the sentences name.
_NAMED = law("企业职工带薪年休假实施办法", 13)
ANNUAL_LEAVE = Calculator(
    "annual_leave",
    "带薪年休假和没休的钱",
    YUAN,
    (
        asks.number(
            "total_years",
            "累计工作几年",
            "到要算的那一年年底（中间离开的，到离开那天），从第一份工作起一共工作了几年？",
            "年",
            asks.HIGHEST_YEARS,
        ),
        asks.money("wage", "月平均工资", "前12个月去掉加班费，平均每月多少？"),
        asks.integer("year", "哪一年", "算哪一年的？", "年", 2008, 2100),
        asks.yes_no("continuous_year", "连续满12个月", "连续工作满12个月了吗？换了单位、中间没断的，一般也接着算。", otherwise=True),
        asks.day("joined", "进单位的日子", "这一年才进这个单位的，写哪天进的。", required=False, latest=asks.NEXT_YEAR),
        asks.at_once(asks.day("left", "离开的日子", "这一年离开的，写哪天离开的。", required=False, latest=asks.NEXT_YEAR)),
        asks.at_once(asks.number("taken", "已经休了几天", "已经休了几天年休假？", "天", Decimal(366), otherwise=0)),
        asks.number("sick_months", "病假几个月", "这一年病假一共几个月？", "个月", Decimal(12), otherwise=0),
        asks.yes_no(
            "long_leave",
            "寒暑假或事假",
            "有没有这些情形：寒暑假比年休假长；事假满20天单位没扣工资；派遣工没活干、照发工资的天数比年休假长？",
        ),
        asks.yes_no("declined", "自己书面不休", "是不是单位安排了你休，你因为自己的原因写了书面的话，说不休？单位没安排过的，写不是。"),
    ),
    tuple(
        dict.fromkeys(
            (*_DAYS, *_NONE, *_ARRANGED, *_CONTINUOUS, *_JOINED, *_NEXT_YEAR, *_PAY, *_DAILY, *_LEFT, *_DISPATCHED, *_LIMIT, *_NAMED)
        )
    ),
    (),
    work,
)
