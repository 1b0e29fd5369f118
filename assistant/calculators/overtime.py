"""加班费: hours beyond the day, rest days, statutory holidays; by the month, by the piece, and where hours are averaged."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from assistant.calculators import asks
from assistant.calculators.calculator import Calculator
from assistant.calculators.inputs import Told, disagree
from assistant.calculators.periods import FIRST_YEAR, HOLIDAYS, LAST_YEAR, is_holiday, is_rest_day
from assistant.calculators.values import YUAN, figure, law, plain, yuan
from assistant.calculators.worksheet import Worksheet, said, value

_RATES = law("劳动法", 44)
_PAY = law("工资支付暂行规定", 13)
_HOURS = law("国务院关于职工工作时间的规定", 3)
_LIMIT = law("劳动法", 41)
_MINIMUM = law("劳动法", 48)
WEEKDAY = figure("150", _RATES, _PAY)
REST_DAY = figure("200", _RATES, _PAY)
HOLIDAY = figure("300", _RATES, _PAY)
# 人社部发〔2025〕2号 has the same figure; it has no articles to cite.
PAID_DAYS = figure("21.75", law("企业职工带薪年休假实施办法", 11))
HOURS_A_DAY = figure("8", _HOURS)
MOST_HOURS_A_MONTH = figure("36", _LIMIT)
_MOST_HOURS = Decimal(8760)
_MOST_PIECES = Decimal(1_000_000)
_HUNDRED = Decimal(100)


def work(told: Told, sheet: Worksheet) -> None:
    """Write the lines of overtime pay."""
    kind = told.choice("kind")
    if kind in ("comprehensive", "irregular") and not told.says("approved"):
        kind = "standard"
        sheet.warn("综合计算工时、不定时工作制要经人社部门批准（《工资支付暂行规定》第十三条）。没有批准的，按标准工时算。")
    if kind == "irregular":
        sheet.write("加班费", 0, "经批准实行不定时工作制的，一般不付加班费，是0元", _PAY)
        return
    weekday, rest, holiday = (told.number(name) for name in ("weekday_hours", "rest_day_hours", "holiday_hours"))
    rest, holiday = _with_days(told, sheet, kind, rest, holiday)
    if kind == "piece":
        _pieces(told, sheet)
        if weekday or rest or holiday:
            sheet.warn("计件的只按件数算，写的加班小时和日子没有算成钱。请写那些时候做了几件。")
    else:
        _by_the_hour(told, sheet, kind, (weekday, rest, holiday))
    _already_paid(told, sheet)
    if weekday > MOST_HOURS_A_MONTH.value * told.number("months"):
        sheet.warn("加班每月最多36小时（《劳动法》第四十一条）。单位安排多了是违法的，多的也要给加班费，还可以向劳动监察投诉。")
    sheet.assume(
        "休息日加班，单位安排了补休的，不给200%；法定节假日加班不能用补休代替（《劳动法》第四十四条）。",
        "法定节假日的300%是在正常工资以外另给的（《劳动法》第四十四条，人社厅函〔2020〕135号）。",
        "要自己证明加过班：考勤、打卡照片、工作群消息、排班表都行。能证明记录在单位手里、单位不拿出来的，单位担后果（司法解释（一）第四十二条）。",
        "还在上班的，要加班费不受1年时效的限制；离职后1年内要提出来（《劳动争议调解仲裁法》第二十七条）。",
    )


def _with_days(told: Told, sheet: Worksheet, kind: str, rest: Decimal, holiday: Decimal) -> tuple[Decimal, Decimal]:
    """Tell the days worked apart: the statutory holidays of that year, and rest days, those moved by 调休 among them."""
    days = sorted(set(told.days("worked_days")))
    for day in days:
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise disagree("worked_days", f"加班的日子（worked_days）要在 {FIRST_YEAR} 年到 {LAST_YEAR} 年之间")
    statutory = [day for day in days if is_holiday(day)]
    others = [day for day in days if not is_holiday(day)]
    if others and kind == "comprehensive":
        sheet.warn(
            f"批准了综合计算工时的，休息日上班本身不算加班，{_listed(others)}没有算进去。"
            "整个周期超过总工时的钟头，写在“工作日加班”里（《工资支付暂行规定》第十三条）。"
        )
        others = []
    if statutory:
        sheet.write(
            "法定节假日上班",
            len(statutory),
            f"{_listed(statutory)}是法定节假日，每天按8小时算（《全国年节及纪念日放假办法》第二条列出的才是）",
            HOLIDAYS,
            unit="天",
        )
    if others:
        sheet.write(
            "休息日上班",
            len(others),
            f"{_listed(others)}不是法定节假日，按休息日算（全国年节及纪念日放假办法第二条没有列）",
            HOLIDAYS,
            unit="天",
        )
    if moved := [day for day in others if not is_rest_day(day)]:
        sheet.warn(f"{_listed(moved)}不是周六周日，也不是法定节假日。调休放假的按休息日算；本来就该上班的不是加班，请去掉。")
    if weekend := [day for day in others if is_rest_day(day)]:
        sheet.warn(
            f"{_listed(weekend)}是周六周日。调休要补班的那天，一般不算加班；每周本来在别的日子休息的，周六周日上班也不是休息日加班。"
            "是这样的请去掉（《国务院关于职工工作时间的规定》第七条）。"
        )
    return rest + len(others) * HOURS_A_DAY.value, holiday + len(statutory) * HOURS_A_DAY.value


def _listed(days: list[date]) -> str:
    return "、".join(day.isoformat() for day in days)


def _by_the_hour(told: Told, sheet: Worksheet, kind: str, hours: tuple[Decimal, Decimal, Decimal]) -> None:
    wage = told.find_number("monthly_wage")
    if wage is None:
        raise disagree("monthly_wage", f"还差月工资（monthly_wage），要写 0 到 {asks.HIGHEST_WAGE} 元的数")
    floor = sheet.find("minimum_wage_month", told.find_day("month") or min(told.days("worked_days"), default=sheet.today))
    if floor is None:
        sheet.warn("不知道那时候的最低工资。算加班费的工资不能低于最低工资（《劳动法》第四十八条）。")
    elif wage < value(floor):
        sheet.rest_on(floor)
        wage = value(floor)
        sheet.write("按最低工资算", wage, f"约定的工资低于最低工资，按最低工资 {said(floor)}", _MINIMUM, counts=False)
    names = ("工作日加班", "休息日加班", "法定节假日加班")
    rates = (WEEKDAY, WEEKDAY if kind == "comprehensive" else REST_DAY, HOLIDAY)
    if kind == "comprehensive":
        names = ("超过法定总工时的加班", "超过法定总工时的加班（休息日）", "法定节假日加班")
        sheet.assume("综合计算工时的，只有超过总工时的部分才算加班，按150%；法定节假日按300%（《工资支付暂行规定》第十三条）。")
    for name, rate, count in zip(names, rates, hours, strict=True):
        if count:
            pay = wage / PAID_DAYS.value / HOURS_A_DAY.value * count * rate.value / _HUNDRED
            an_hour = f"{yuan(wage)} ÷ {plain(PAID_DAYS.value)} ÷ {plain(HOURS_A_DAY.value)}"
            formula = f"{an_hour} × {plain(count)}小时 × {plain(rate.value)}% = {yuan(pay)}"
            sheet.write(name, pay, formula, rate.basis, HOURS_A_DAY.basis, PAID_DAYS.basis, payer="单位")
    sheet.assume("加班费按合同约定的本人工资算。月工资除以21.75是一天，再除以8是一小时（人社部发〔2025〕2号）。")


def _pieces(told: Told, sheet: Worksheet) -> None:
    price = told.find_number("piece_price")
    if price is None:
        raise disagree("piece_price", f"还差计件单价（piece_price），要写 0 到 {asks.HIGHEST_WAGE} 元的数")
    for name, field, rate in (
        ("工作日加班计件", "weekday_pieces", WEEKDAY),
        ("休息日加班计件", "rest_day_pieces", REST_DAY),
        ("法定节假日加班计件", "holiday_pieces", HOLIDAY),
    ):
        if count := told.number(field):
            pay = price * count * rate.value / _HUNDRED
            sheet.write(name, pay, f"{plain(price)}元 × {plain(count)}件 × {plain(rate.value)}% = {yuan(pay)}", _PAY, payer="单位")
    sheet.assume("计件的，完成定额以后单位再安排加班，才按单价的150%、200%、300%给（《工资支付暂行规定》第十三条）。")


def _already_paid(told: Told, sheet: Worksheet) -> None:
    paid = told.number("paid")
    if paid:
        due = sheet.counted()
        less = min(paid, due)
        sheet.write("已经给的加班费", -less, f"已经给了 {yuan(paid)}，应给 {yuan(due)}，减去 {yuan(less)}", _RATES)


# What only the sentences name.
_NAMED = (
    *law("劳动争议调解仲裁法", 27),
    *law("劳动法", 41),
    *law("国务院关于职工工作时间的规定", 7),
    *law("最高人民法院关于审理劳动争议案件适用法律问题的解释（一）", 42),
)
OVERTIME = Calculator(
    "overtime",
    "加班费",
    YUAN,
    (
        asks.at_once(
            asks.choice(
                "kind",
                "怎么算工时",
                "你是哪种工时？",
                ("standard", "一般的（每天8小时、每周40小时）"),
                ("piece", "计件"),
                ("comprehensive", "综合计算工时"),
                ("irregular", "不定时"),
                otherwise="standard",
            )
        ),
        asks.yes_no("approved", "有没有批准", "综合计算工时、不定时的，人社部门批准了吗？"),
        asks.at_once(asks.money("monthly_wage", "月工资", "合同约定的月工资是多少？", required=False)),
        asks.at_once(asks.number("weekday_hours", "工作日加班", "工作日一共加班几小时？", "小时", _MOST_HOURS, otherwise=0)),
        asks.at_once(asks.number("rest_day_hours", "休息日加班", "休息日加班、没有补休的，一共几小时？", "小时", _MOST_HOURS, otherwise=0)),
        asks.at_once(asks.number("holiday_hours", "法定节假日加班", "法定节假日加班一共几小时？", "小时", _MOST_HOURS, otherwise=0)),
        asks.dates("worked_days", "哪几天上班了", "也可以直接写放假时来上班的日子，每天按8小时算，会分清是不是法定节假日。"),
        asks.number("piece_price", "计件单价", "一件多少钱？", "元", asks.HIGHEST_WAGE, required=False),
        asks.number("weekday_pieces", "工作日加班件数", "工作日加班做了几件？", "件", _MOST_PIECES, otherwise=0),
        asks.number("rest_day_pieces", "休息日加班件数", "休息日做了几件？", "件", _MOST_PIECES, otherwise=0),
        asks.number("holiday_pieces", "法定节假日加班件数", "法定节假日做了几件？", "件", _MOST_PIECES, otherwise=0),
        asks.integer("months", "几个月里", "这些加班是几个月里的？", "个月", 1, 240, otherwise=1),
        asks.money(
            "paid",
            "已经给的加班费",
            "已经给了多少加班费？计件的，把这些件已经给的钱也写上。",
            required=False,
            high=asks.HIGHEST_SUM,
            otherwise=0,
        ),
        asks.day("month", "哪天的最低工资", "按哪天的最低工资比？不写就按最早的加班日子，没写日子就按今天。", required=False),
    ),
    tuple(dict.fromkeys((*_NAMED, *_RATES, *_PAY, *_HOURS, *_MINIMUM, *HOLIDAYS, *PAID_DAYS.basis))),
    ("minimum_wage_month",),
    work,
)
