"""经济补偿 N、代通知金 N+1、违法解除赔偿金 2N: from the day a job began to the day it ended."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from assistant.calculators import asks
from assistant.calculators.calculator import Calculator
from assistant.calculators.inputs import Told, disagree
from assistant.calculators.periods import said_span, span
from assistant.calculators.values import MONTHS, YUAN, Variant, cents, figure, law, legal_day, plain, yuan
from assistant.calculators.worksheet import Worksheet, said, value
from assistant.types import Citation

_HOW_MANY = law("劳动合同法", 47)
_DOUBLED = law("劳动合同法", 87)
_WAGE = law("劳动合同法实施条例", 27)
_NOT_BOTH = law("劳动合同法实施条例", 25)
_LAST_MONTH = law("劳动合同法实施条例", 20)
_BEFORE_2008 = law("劳动合同法", 97)
MONTH_A_YEAR = figure("1", _HOW_MANY)
FULL_FROM_MONTHS = figure("6", _HOW_MANY)
SHORT_REST = figure("0.5", _HOW_MANY)
CAP_YEARS = figure("12", _HOW_MANY)
CAP_TIMES = figure("3", _HOW_MANY)
NOTICE_MONTHS = figure("1", law("劳动合同法", 40), _LAST_MONTH)
TWICE = figure("2", _DOUBLED)
# 劳动合同法施行的那天：经济补偿的年限从这天算起；违法解除的赔偿金不受这个限制。
LAW_BEGAN = legal_day(2008, 1, 1, _BEFORE_2008)
# Why the job ended → what is owed, and by which articles.
_REASONS: dict[str, tuple[str, str, tuple[Citation, ...]]] = {
    "employer_agreed": ("单位提出来，双方商量好解除", "N", law("劳动合同法", 36, 46)),
    "forced": ("单位欠薪、不缴社保等，我依法被迫解除", "N", law("劳动合同法", 38, 46)),
    "no_fault_notice": (
        "单位以医疗期满、不能胜任或情况重大变化辞退，提前30日书面通知了（劳动合同法第四十条）",
        "N",
        law("劳动合同法", 40, 46),
    ),
    "no_fault_no_notice": (
        "单位以医疗期满、不能胜任或情况重大变化辞退，没有提前30日通知（劳动合同法第四十条）",
        "N+1",
        law("劳动合同法", 40, 46),
    ),
    "layoff": ("经济性裁员", "N", law("劳动合同法", 41, 46)),
    "expired": ("合同到期，单位不续，或降低条件我没续", "N", law("劳动合同法", 44, 46)),
    "task_done": ("以完成一项任务为期限的合同，任务完成了", "N", law("劳动合同法实施条例", 22)),
    "closed": ("单位破产、关闭、吊销或提前解散", "N", law("劳动合同法", 44, 46)),
    "unlawful": ("单位违法辞退或违法终止", "2N", law("劳动合同法", 48, 87)),
    "worker_agreed": ("我自己提出来，双方商量好解除", "0", law("劳动合同法", 36, 46)),
    "resigned": ("我自己辞职", "0", law("劳动合同法", 37, 46)),
    "expired_declined": ("合同到期，单位按原条件或更好的条件续，我没续", "0", law("劳动合同法", 44, 46)),
    "misconduct": ("单位说我严重违纪等有过错而辞退", "0", law("劳动合同法", 39, 46)),
}
# What the cap may be, until it is settled whose average wage counts: three times the province's or an estimate of the city's.
_CAPS = (("按全省平均工资", "severance_cap_province"), ("按青岛推算的平均工资", "severance_cap_city_estimate"))
_ONE_DAY = timedelta(days=1)


class _Pay(NamedTuple):
    """The monthly wage to count with, and the most months that count, by one reading of the cap."""

    label: str
    wage: Decimal
    most: Decimal | None


def months_for(first: date, last: date) -> Decimal:
    """Return how many months of wages the time from *first* to *last* gives: each year one, a rest of half a year one, less a half."""
    length = span(first, last)
    if not length.months and not length.days:
        rest = Decimal(0)
    elif length.months >= FULL_FROM_MONTHS.whole:
        rest = MONTH_A_YEAR.value
    else:
        rest = SHORT_REST.value
    return length.years * MONTH_A_YEAR.value + rest


def work(told: Told, sheet: Worksheet) -> None:
    """Write the lines of a severance."""
    first, last = told.day("start"), told.day("end")
    if last < first:
        raise disagree("end", f"离开的日子（end）要在入职的日子（start）{first.isoformat()} 当天或以后")
    words, owed, basis = _REASONS[told.choice("reason")]
    if owed == "0":
        _nothing(told.choice("reason"), words, basis, sheet)
        return
    wage = _wage(told, sheet, last)
    counted_from = first if owed == "2N" else max(first, LAW_BEGAN.day)
    if last < LAW_BEGAN.day:
        sheet.is_unknown = True
        sheet.warn("合同在2008年1月1日《劳动合同法》施行以前就结束了，要按当时的规定算（《劳动合同法》第九十七条），这里算不了。")
        return
    months = months_for(counted_from, last)
    sheet.write(
        "算几个月工资",
        months,
        f"从 {counted_from.isoformat()} 到 {last.isoformat()} 共{said_span(span(counted_from, last))}："
        "满1年给1个月，零头满6个月按1年，不满6个月给半个月"
        "（《劳动合同法》第四十七条），"
        f"所以是{plain(months)}个月",
        _HOW_MANY,
        _BEFORE_2008 if counted_from != first else (),
        unit=MONTHS,
    )
    if counted_from <= last - _ONE_DAY and months_for(counted_from, last - _ONE_DAY) != months:
        sheet.warn("差一天结果就不一样：最后一天算在工龄里。请核对入职和离开的日子。")
    notice = _notice(told, sheet, last) if owed == "N+1" else Decimal(0)
    readings = _readings(told, sheet, wage, last)
    totals = [_sum(reading, months, owed) for reading in readings]
    lowest = min(range(len(readings)), key=totals.__getitem__)
    _write(sheet, readings[lowest], months, owed, basis)
    if len(readings) > 1:
        sheet.variants += [Variant(reading.label, total + notice) for reading, total in zip(readings, totals, strict=True)]
        for _, parameter in _CAPS:
            sheet.take(parameter, last)
        sheet.warn("封顶用哪个平均工资还没有定，所以有两个结果。合计写的是少的那个；要的时候可以先按多的要，请单位拿出依据。")
    if owed != "2N" and first < LAW_BEGAN.day:
        _earlier(sheet, readings[lowest], first, months, notice)
    sheet.assume("月工资是离开前12个月应得工资的平均数，含奖金、津贴、补贴，是扣社保和个税以前的数（《劳动合同法实施条例》第二十七条）。")
    sheet.assume(
        "单位把你安排到别的单位、换了签合同的单位，以前的工龄合起来算；已经给过经济补偿的那段不再算（《劳动合同法实施条例》第十条）。"
    )
    sheet.warn("小时工（非全日制）没有经济补偿（《劳动合同法》第七十一条）；过了退休年龄的、在校实习的，不按这个算。")
    if owed == "2N":
        sheet.assume("拿了赔偿金（2N）就不再拿经济补偿（N），也不加代通知金。也可以不要钱，要求回去上班。")


def _nothing(reason: str, words: str, basis: tuple[Citation, ...], sheet: Worksheet) -> None:
    sheet.write("经济补偿", 0, f"{words}：法律没有规定要给经济补偿，是0元", basis)
    if reason == "misconduct":
        sheet.warn("单位要拿出你严重违纪的证据，还要事先告诉工会。拿不出来，就是违法辞退，可以要2N（《劳动合同法》第八十七条）。")
    elif reason == "resigned":
        sheet.warn("如果是因为欠薪、不缴社保才走的，可以依《劳动合同法》第三十八条写明理由再走，那样有经济补偿。")


def _wage(told: Told, sheet: Worksheet, last: date) -> Decimal:
    listed, wage = told.numbers("wages"), _average(told)
    if listed:
        sheet.write(
            "月平均工资",
            wage,
            f"（{' + '.join(yuan(one) for one in listed)}）÷ {len(listed)}个月 = {yuan(wage)}",
            _WAGE,
            counts=False,
        )
    floor = sheet.find("minimum_wage_month", last)
    if floor is None:
        sheet.warn("不知道那时候当地的最低工资。平均工资比它低的，要按最低工资算（《劳动合同法实施条例》第二十七条）。")
    elif wage < value(floor):
        sheet.rest_on(floor)
        wage = value(floor)
        sheet.write("按最低工资算", wage, f"月平均工资低于最低工资，按最低工资 {said(floor)}", _WAGE, counts=False)
    return wage


def _average(told: Told) -> Decimal:
    listed, average = told.numbers("wages"), told.find_number("average_wage")
    if listed:
        return cents(sum(listed, Decimal(0)) / len(listed))
    if average is None:
        raise disagree("average_wage", f"还差月平均工资（average_wage）或每月工资（wages），要写 0 到 {asks.HIGHEST_WAGE} 元的数")
    return average


def _notice(told: Told, sheet: Worksheet, last: date) -> Decimal:
    wage = told.find_number("last_month_wage")
    if wage is None:
        wage = _average(told)
        sheet.assume("没有说上一个月的工资，代通知金先按平均工资算；应当按解除前上一个月的工资算（《劳动合同法实施条例》第二十条）。")
    floor = sheet.find("minimum_wage_month", last)
    if floor is not None and wage < value(floor):
        sheet.warn("上一个月的工资比最低工资还低。没有请假的，单位先要把工资补到最低工资。")
    return sheet.write(
        "代通知金（+1）",
        wage,
        f"上一个月工资 {yuan(wage)} × {plain(NOTICE_MONTHS.value)}个月 = {yuan(wage)}",
        law("劳动合同法", 40),
        _LAST_MONTH,
        payer="单位",
    )


def _readings(told: Told, sheet: Worksheet, wage: Decimal, last: date) -> list[_Pay]:
    """The wage as it is, or cut to three times the city's average with twelve years at most; two where the average is not settled."""
    uncut = _Pay("不封顶", wage, None)
    city = told.find_number("city_average_wage")
    if city is not None:
        cap = city * CAP_TIMES.value
        return [_Pay(f"按 {yuan(city)} 的3倍封顶（《劳动合同法》第四十七条）", cap, CAP_YEARS.value) if wage > cap else uncut]
    estimates = [(label, value(found)) for label, parameter in _CAPS if (found := sheet.find(parameter, last)) is not None]
    if not estimates:
        sheet.warn("没有那一年的平均工资。月工资特别高（超过当地平均工资3倍）的，要封顶，最多算12年（《劳动合同法》第四十七条）。")
        return [uncut]
    readings = [
        _Pay(
            f"{label}封顶，每月 {yuan(cap)}，最多12年（《劳动合同法》第四十七条）" if wage > cap else f"{label}：没有超过，不封顶",
            *_cut(wage, cap),
        )
        for label, cap in estimates
    ]
    if len(estimates) == 1 and wage > estimates[0][1]:
        readings.append(uncut)
    return list(dict.fromkeys(readings)) if any(reading.most is not None for reading in readings) else [uncut]


def _cut(wage: Decimal, cap: Decimal) -> tuple[Decimal, Decimal | None]:
    return (cap, CAP_YEARS.value) if wage > cap else (wage, None)


def _sum(pay: _Pay, months: Decimal, owed: str) -> Decimal:
    counted = min(months, pay.most) if pay.most is not None else months
    return cents(pay.wage * counted * (TWICE.value if owed == "2N" else 1))


def _write(sheet: Worksheet, pay: _Pay, months: Decimal, owed: str, basis: tuple[Citation, ...]) -> None:
    counted = min(months, pay.most) if pay.most is not None else months
    total = _sum(pay, months, owed)
    if pay.most is not None:
        sheet.assume(f"{pay.label}。只有超过的人才封顶；没超过的，干多少年算多少年。")
    once = f"{yuan(pay.wage)} × {plain(counted)}个月"
    if owed == "2N":
        label, formula = "违法解除赔偿金（2N）", f"{once} × {plain(TWICE.value)} = {yuan(total)}"
        sheet.write(label, total, formula, basis, _HOW_MANY, _NOT_BOTH, _WAGE, payer="单位")
    else:
        sheet.write("经济补偿（N）", total, f"{once} = {yuan(total)}", basis, _HOW_MANY, _WAGE, payer="单位")


def _earlier(sheet: Worksheet, pay: _Pay, first: date, months: Decimal, notice: Decimal) -> None:
    """Before 2008 the rules of then hold: shown as another reading, since we have not checked them."""
    before = span(first, LAW_BEGAN.day - _ONE_DAY)
    earlier = before.years + (1 if before.months or before.days else 0)
    with_earlier = min(months + earlier, pay.most) if pay.most is not None else months + earlier
    sheet.variants.append(
        Variant(
            f"2008年以前的{said_span(before)}也算，每年1个月（要看当时的规定，《劳动合同法》第九十七条）",
            cents(pay.wage * with_earlier) + notice,
        )
    )
    sheet.warn(
        "2008年以前的工龄要按当时的规定，有的情形给，有的不给，当时的规定没有核对。合计只算2008年以后的（《劳动合同法》第九十七条），请问仲裁院或工会。"
    )


# What only the sentences name.
_NAMED = (
    *law("劳动合同法", 71),
    *law("劳动合同法实施条例", 10),
)
SEVERANCE = Calculator(
    "severance",
    "经济补偿、代通知金、违法解除赔偿金",
    YUAN,
    (
        asks.choice("reason", "怎么离开的", "这份工作是怎么结束的？", *((key, words) for key, (words, _, _) in _REASONS.items())),
        asks.day("start", "入职的日子", "哪天开始上班的？"),
        asks.day("end", "离开的日子", "合同哪天解除或到期的？", latest=asks.NEXT_YEAR),
        asks.at_once(
            asks.money(
                "average_wage", "月平均工资", "离开前12个月，平均每月应得多少（扣社保和个税以前，含奖金、津贴、补贴）？", required=False
            )
        ),
        asks.wages("wages", "每月工资", "或者把离开前12个月的应得工资一个月一个月写出来。", 12),
        asks.money("last_month_wage", "上一个月工资", "离开前上一个月应得多少（只有N+1用得上）？", required=False),
        asks.money(
            "city_average_wage", "市平均工资", "青岛公布的上年度职工月平均工资，知道就写。", required=False, low=1, high=asks.HIGHEST_WAGE
        ),
    ),
    tuple(
        dict.fromkeys(
            (
                *_NAMED,
                *_HOW_MANY,
                *_DOUBLED,
                *_WAGE,
                *_NOT_BOTH,
                *_LAST_MONTH,
                *_BEFORE_2008,
                *(one for _, _, basis in _REASONS.values() for one in basis),
            )
        )
    ),
    ("minimum_wage_month", "severance_cap_province", "severance_cap_city_estimate"),
    work,
)
