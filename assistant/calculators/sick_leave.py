"""医疗期和病假工资: how long nobody may be dismissed for being ill, and the least that is paid."""

from __future__ import annotations

from decimal import Decimal

from assistant.calculators import asks
from assistant.calculators.calculator import Calculator
from assistant.calculators.inputs import Told, disagree
from assistant.calculators.values import MONTHS, YUAN, YUAN_A_MONTH, Variant, figure, law, plain, yuan
from assistant.calculators.worksheet import Worksheet, said, value

_PERIOD = law("企业职工患病或非因工负伤医疗期规定", 3)
_CYCLE = law("企业职工患病或非因工负伤医疗期规定", 4)
_PAY = law("关于贯彻执行《劳动法》若干问题的意见", 59)
_PROTECTED = law("劳动合同法", 42)
LONG_WORK = figure("10", _PERIOD)
# Years with this employer from which on → months of 医疗期, months within which they are added up.
SHORT_WORKER = (
    (figure("5", _PERIOD), figure("6", _PERIOD), figure("12", _CYCLE)),
    (figure("0", _PERIOD), figure("3", _PERIOD), figure("6", _CYCLE)),
)
LONG_WORKER = (
    (figure("20", _PERIOD), figure("24", _PERIOD), figure("30", _CYCLE)),
    (figure("15", _PERIOD), figure("18", _PERIOD), figure("24", _CYCLE)),
    (figure("10", _PERIOD), figure("12", _PERIOD), figure("18", _CYCLE)),
    (figure("5", _PERIOD), figure("9", _PERIOD), figure("15", _CYCLE)),
    (figure("0", _PERIOD), figure("6", _PERIOD), figure("12", _CYCLE)),
)


def work(told: Told, sheet: Worksheet) -> None:
    """Write the lines of sick leave."""
    total, company = told.number("total_years"), told.number("company_years")
    if company > total:
        raise disagree("company_years", f"在本单位的年头（company_years）要在 0 到累计工作的 {plain(total)} 年之间")
    table = LONG_WORKER if total >= LONG_WORK.value else SHORT_WORKER
    _, months, cycle = next(row for row in table if company >= row[0].value)
    words = f"累计工作{plain(total)}年，在本单位{plain(company)}年"
    sheet.write("医疗期", months.value, f"{words}，医疗期{plain(months.value)}个月", _PERIOD, _PROTECTED, unit=MONTHS, counts=False)
    sheet.write("多长时间里累计", cycle.value, f"在{plain(cycle.value)}个月里的病假加起来算", _CYCLE, unit=MONTHS, counts=False)
    _pay(told, sheet, months.value, cycle.value)
    sheet.assume(
        "医疗期里单位不能以生病为由辞退（《劳动合同法》第四十二条）。医疗期和医院开的病假不是一回事。",
        "医疗期满还不能上班、也不能做别的活的，单位要提前30日通知或多给一个月工资，还要给经济补偿（《劳动合同法》第四十条、第四十六条）。",
    )
    sheet.warn("山东另外有医疗补助费（《山东省劳动合同条例》第二十九条），给多少待工会确认。")
    sheet.warn("癌症、精神病、瘫痪这类大病，医疗期可能更长，青岛怎么算待工会确认，先打12333问。")


def _pay(told: Told, sheet: Worksheet, period: Decimal, cycle: Decimal) -> None:
    sick, paid = told.number("sick_months"), told.find_number("paid")
    months = min(sick, period)
    floor = sheet.take("sick_pay_floor_month", told.find_day("month") or sheet.today)
    if floor is None:
        sheet.is_unknown = True
        sheet.warn(
            "没有那时候的最低工资，病假工资的底线算不了。底线是当地最低工资的80%（《关于贯彻执行《劳动法》若干问题的意见》第五十九条）。"
        )
        return
    sheet.write("病假工资最低", value(floor), f"{floor.name} {said(floor)}", _PAY, unit=YUAN_A_MONTH, counts=False)
    if months and paid is None:
        least = value(floor) * months
        sheet.write("病假工资最少一共", least, f"{yuan(value(floor))} × {plain(months)}个月 = {yuan(least)}", _PAY, payer="单位")
    elif months and paid is not None:
        missing = max(Decimal(0), value(floor) - paid) * months
        least = min(paid, value(floor))
        formula = f"（{yuan(value(floor))} − {yuan(least)}）× {plain(months)}个月 = {yuan(missing)}"
        sheet.write("病假工资要补的差额", missing, formula, _PAY, payer="单位")
    if sick > period:
        each = sheet.counted() / months
        sheet.variants += [
            Variant(f"只算医疗期里的{plain(months)}个月", sheet.counted()),
            Variant(f"写的{plain(sick)}个月都算", each * sick),
        ]
        sheet.warn(
            f"病假比医疗期长。80%的底线只管医疗期里的（《关于贯彻执行《劳动法》若干问题的意见》第五十九条），合计只算了{plain(months)}个月。"
            f"超过的部分给多少，看合同和制度，待工会确认；不在同一个{plain(cycle)}个月里的病假，可能要分开算。"
        )
    since = floor.since.isoformat()
    sheet.assume("合同、集体合同、单位制度写得更高的，按高的给。", f"这条底线从 {since} 起是这个数，以前的月份不一样，要分开算。")


# What only the sentences name.
_NAMED = (
    *law("劳动合同法", 40, 46),
    *law("山东省劳动合同条例", 29),
)
SICK_LEAVE = Calculator(
    "sick_leave",
    "医疗期和病假工资",
    YUAN,
    (
        asks.number("total_years", "累计工作几年", "从第一份工作到现在，一共工作了几年？", "年", asks.HIGHEST_YEARS),
        asks.number("company_years", "在本单位几年", "在这个单位干了几年？", "年", asks.HIGHEST_YEARS),
        asks.at_once(asks.number("sick_months", "病假几个月", "请了几个月病假？", "个月", Decimal(60), otherwise=0)),
        asks.at_once(
            asks.money("paid", "每月给的病假工资", "病假里每月给了多少（扣社保和个税以前）？没给写0，不知道就不写。", required=False)
        ),
        asks.day("month", "哪个月", "是哪个月的病假？写那个月的一天，不写就按今天。", required=False),
    ),
    tuple(dict.fromkeys((*_NAMED, *_PERIOD, *_CYCLE, *_PAY, *_PROTECTED))),
    ("sick_pay_floor_month",),
    work,
)
