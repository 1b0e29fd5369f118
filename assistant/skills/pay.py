"""Sums of pay: 加班费, 欠薪 and deductions, the minimum, 试用期 pay, 年休假. Pure."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

from assistant.calculators.values import figure, law
from assistant.quantities import MONTHS_A_YEAR, Quantity
from assistant.skills.asks import Ask, Case, Read
from assistant.skills.employment import MONTHLY_WAGE, wage
from assistant.skills.heard import NOT_KNOWN, Heard, months_of, read_number
from assistant.skills.skill import Skill

_NUMERAL = r"(?:\d{1,4}(?:\.\d)?|[一二两俩三仨四五六七八九十百]{1,4})"
DAY_HOURS = figure("8", law("劳动法", 36))
PAID_DAYS = Decimal("21.75")

# -- 加班费 ----------------------------------------------------------------------------------------------------------

_REST_DAY = r"周六|周日|周末|星期六|星期天|礼拜六|礼拜天|休息日|双休|调休|倒休"
_HOLIDAY = r"国庆|春节|过年|五一|元旦|清明|端午|中秋|除夕|法定(?:节)?假?"
_BY_DATE = re.compile(
    r"(?:国庆(?:节)?|(?P<month>1[0-2]|[1-9])月)(?P<first>[1-9]\d?)[号日]?(?:(?:到|至|-|—|~)(?:1?0月)?(?P<last>[1-9]\d?)[号日]?"
    r"|(?P<more>(?:[、，,和][1-9]\d?[号日]?)+))?"
)
_NATIONAL_DAY_MONTH = 10
OVERTIME_WHEN = Ask(
    "哪种加班",
    "加的班主要是哪种时候？",
    "choice",
    (("平时上班日多干的", "weekday_hours"), ("周末，没给补休", "rest_day_hours"), ("法定节假日", "holiday_hours")),
)
OVERTIME_HOURS = Ask("加班小时数", "一共加了多少小时？一天按8小时算，写一个数就行。", "count")
_WHEN = (("holiday_hours", _HOLIDAY), ("rest_day_hours", _REST_DAY), ("weekday_hours", r"平时|工作日|晚上|下班|每天加|天天加|延长"))


def read_overtime(heard: Heard) -> Read:
    """Read 加班费 (calculator `overtime`)."""
    if piece := _piecework(heard):
        return Read((Case("", "overtime", piece),))
    pay = wage(heard, MONTHLY_WAGE)
    daily = heard.figure("daily_wage") if pay is None else None
    if daily is None and pay is None:
        return Read() if heard.reply(MONTHLY_WAGE) is NOT_KNOWN else Read(missing=MONTHLY_WAGE)
    monthly = daily * PAID_DAYS if daily is not None else pay.amount if pay else Decimal(0)
    inputs: dict[str, object] = {"monthly_wage": f"{monthly.quantize(Decimal('0.01')):f}"}
    taken = pay.taken if pay and daily is None else ()
    if days := _named_days(heard):
        return Read((Case("", "overtime", {**inputs, "worked_days": [day.isoformat() for day in days]}),), taken=(*taken, "每天按8小时算"))
    when = heard.reply(OVERTIME_WHEN) or next((name for name, words in _WHEN if heard.says(words)), None)
    if when is None:
        return Read(missing=OVERTIME_WHEN)
    hours = heard.reply(OVERTIME_HOURS) or _hours(heard)
    if when is NOT_KNOWN or hours is NOT_KNOWN:
        return Read()
    if not isinstance(hours, Decimal):
        return Read(missing=OVERTIME_HOURS)
    months = {"months": str(max(1, int(-(-hours // 36))))} if when == "weekday_hours" else {}
    return Read((Case("", "overtime", {**inputs, str(when): f"{hours:f}", **months}),), taken=taken)


def _hours(heard: Heard) -> Decimal | None:
    """The hours of overtime told, or the days at eight hours each."""
    if (hours := heard.figure("overtime_a_month")) is not None:
        return hours
    worked = re.search(rf"加(?:了|班)?[^，。]{{0,8}}?(?P<hours>{_NUMERAL})个?(?:小时|钟头)", heard.text)
    if worked and (number := read_number(worked["hours"])):
        return number
    days = {one.value for one in heard.times() if one.unit == "日" and not one.is_approximate}
    return days.pop() * DAY_HOURS.value if len(days) == 1 else None


def _named_days(heard: Heard) -> list[date]:
    """The days of a holiday told one by one: 国庆1、2、3号, 10月1号到7号."""
    match = _BY_DATE.search(heard.text)
    if match is None or not (match["last"] or match["more"]):
        return []
    month = int(match["month"] or _NATIONAL_DAY_MONTH)
    first = int(match["first"])
    numbers = range(first, int(match["last"]) + 1) if match["last"] else [first, *map(int, re.findall(r"\d+", match["more"]))]
    year = heard.as_of.year if (month, first) <= (heard.as_of.month, heard.as_of.day) else heard.as_of.year - 1
    try:
        return [date(year, month, number) for number in numbers]
    except ValueError:
        return []


def _piecework(heard: Heard) -> dict[str, object] | None:
    price = re.search(rf"一件(?:是|给|才|就)?(?P<price>{_NUMERAL}[块元毛]?(?:[一二三四五六七八九]|[1-9])?)", heard.text)
    pieces = re.search(r"(?:多|加班)[^，。]{0,6}?(?P<pieces>\d{1,5})件", heard.text)
    if price is None or pieces is None:
        return None
    yuan = re.fullmatch(r"(?P<whole>[^块元毛]+)[块元](?P<tenths>.)?", price["price"])
    whole = read_number(yuan["whole"]) if yuan else read_number(price["price"].rstrip("毛"))
    if whole is None:
        return None
    tenths = read_number(yuan["tenths"]) if yuan and yuan["tenths"] else None
    amount = whole + (tenths or Decimal(0)) / 10 if not price["price"].endswith("毛") else whole / 10
    when = next(
        (name for name, words in (("holiday_pieces", _HOLIDAY), ("rest_day_pieces", _REST_DAY)) if heard.says(words)), "weekday_pieces"
    )
    return {"kind": "piece", "piece_price": f"{amount:f}", when: pieces["pieces"]}


# -- 欠薪、扣钱 -------------------------------------------------------------------------------------------------------

OWED = Ask("一共欠多少", "一共欠您多少工资？写一个数就行。", "money")
_ORDERED = (
    r"(?:责令|限期|限他|限老板|限厂|改正书|指令书|整改)[^。]{0,40}(?:没给|不给|没付|还是|还没|一分没|过了|逾期)"
    r"|责令[^。]{0,20}(?:过期|到期)"
)
_DAMAGE = r"(?:扣|赔)[^。]{0,40}(?:最多|能扣|扣多少|扣光|一把扣|扣完|一分不发|全扣)|(?:打|碰|弄|损|顶|撞)坏[^。]{0,60}(?:扣|赔)"


def read_unpaid(heard: Heard) -> Read:
    """Read what is owed with 加付赔偿金, or how much may be deducted (calculator `unpaid_wages`)."""
    if heard.says(_DAMAGE) and not heard.says(r"欠"):
        return _deduction(heard)
    owed = heard.reply(OWED)
    taken: tuple[str, ...] = ()
    if owed is None:
        owed = heard.figure("owed_money")
    if owed is None and (fact := heard.facts.find("owed_time")) and (pay := wage(heard, MONTHLY_WAGE)) and not fact.quantity.is_approximate:
        owed, taken = (pay.amount * months_of(fact.quantity)).quantize(Decimal("0.01")), pay.taken
    if owed is None and heard.says(r"责令|限期|加付"):
        said = heard.after(r"(?:这|补|欠|是|还|给)(?:这|我|俺|的|工资|钱|是)*", heard.money())
        owed = said.value if said else None
    if owed is NOT_KNOWN:
        return Read()
    if not isinstance(owed, Decimal):
        return Read(missing=OWED)
    return Read((Case("", "unpaid_wages", {"owed": f"{owed:f}", "ordered": heard.says(_ORDERED)}),), taken=taken)


def _deduction(heard: Heard) -> Read:
    month = heard.after(r"(?:应发|工资|一个月)(?:是|才|一个月|我|俺|就|的|，)*", heard.money())
    damage = heard.after(r"(?:赔|修了?|扣)(?:我|俺|了|掉|他|是)*", heard.money())
    given = heard.reply(MONTHLY_WAGE)
    amount = given if isinstance(given, Decimal) else month.value if month else heard.figure("wage", "base_wage")
    if amount is None:
        return Read() if given is NOT_KNOWN else Read(missing=MONTHLY_WAGE)
    deducted = min(damage.value, amount) if damage else amount
    return Read((Case("", "unpaid_wages", {"owed": "0", "deducted": f"{deducted:f}", "month_wage": f"{amount:f}"}),))


# -- 最低工资、试用期 --------------------------------------------------------------------------------------------------


def read_minimum(heard: Heard) -> Read:
    """Read whether pay reaches the minimum (calculator `minimum_wage`)."""
    hourly = heard.figure("hourly_wage")
    if hourly is None and (said := heard.before(r"(?:钱)?(?:/|每|一个?)(?:小时|钟头)", heard.money())):
        hourly = said.value
    if hourly is None and (bare := re.search(r"(?P<pay>\d{1,3}(?:\.\d+)?)[块元](?:钱)?(?:一|每)?个?(?:小时|钟头)", heard.text)):
        hourly = read_number(bare["pay"])
    if hourly is not None:
        hours = re.search(r"(?:一共|总共|做了|干了|上了)(?:做了|干了|上了|有)*(?P<hours>\d{1,4})个?(?:小时|钟头)", heard.text)
        count = hours["hours"] if hours else "1"
        return Read((Case("", "minimum_wage", {"kind": "part_time", "paid": f"{hourly:f}", "count": count}),))
    pay = wage(heard, MONTHLY_WAGE)
    if pay is None:
        return Read() if heard.reply(MONTHLY_WAGE) is NOT_KNOWN else Read(missing=MONTHLY_WAGE)
    months = heard.after(r"(?:整整|一共|总共|都|连着|发了|干了)", [one for one in heard.times() if one.unit == "月"])
    count = {"count": f"{months.value:f}"} if months else {}
    return Read((Case("", "minimum_wage", {"paid": f"{pay.amount:f}", **count}),), taken=pay.taken)


REGULAR_WAGE = Ask("转正后工资", "合同里写的转正后工资，一个月多少？", "money")
_REGULAR = r"转正(?:以?后)?(?:的)?(?:工资|月薪|薪水)?(?:每个?月|一个月|是|给|写|定|，)*"
_ON_TRIAL = r"试用期?(?:里|内|的)?(?:工资|月薪)?(?:每个?月|一个月|只|就|才|是|给|发|我|俺|写|定|，)*"


def read_probation(heard: Heard) -> Read:
    """Read the lowest pay of a probation, and what an unlawful one costs (calculator `probation`)."""
    regular = heard.reply(REGULAR_WAGE)
    if regular is None and (said := heard.after(_REGULAR, heard.money())):
        regular = said.value
    if regular is NOT_KNOWN:
        return Read()
    if not isinstance(regular, Decimal):
        return Read(missing=REGULAR_WAGE)
    inputs: dict[str, object] = {"wage": f"{regular:f}"}
    if trial := heard.after(_ON_TRIAL, heard.money()):
        inputs["probation_wage"] = f"{trial.value:f}"
    if (contract := heard.figure("contract")) is not None:
        inputs["contract_months"] = f"{contract:f}"
        if (agreed := heard.figure("probation")) is not None:
            inputs["agreed_months"] = f"{agreed:f}"
    return Read((Case("", "probation", inputs),))


# -- 年休假 ----------------------------------------------------------------------------------------------------------

TOTAL_YEARS = Ask("一共工作了多久", "从第一份工作到现在，一共工作了多久（包括别的单位）？比如 8年。", "time")
LEAVE_WAGE = Ask("不算加班费的月工资", "去掉加班费，前12个月平均每月多少钱？", "money")
_FIVE_DAYS = r"(?:五|5)天(?:的)?(?:年休?假|年假)|年休?假(?:是|有|该)?(?:五|5)天"
_FIRST_TEN = figure("10", law("职工带薪年休假条例", 3))


def read_annual_leave(heard: Heard) -> Read:
    """Read the days of leave and what untaken ones bring (calculator `annual_leave`)."""
    total = _total_years(heard)
    if total is None:
        return Read() if heard.reply(TOTAL_YEARS) is NOT_KNOWN else Read(missing=TOTAL_YEARS)
    pay = wage(heard, LEAVE_WAGE)
    if pay is None:
        return Read() if heard.reply(LEAVE_WAGE) is NOT_KNOWN else Read(missing=LEAVE_WAGE)
    left = heard.day("ended") or next(iter(heard.days_near(r"最后一天(?:上班)?|上到", within=8)), None)
    year = _year(heard, left)
    inputs: dict[str, object] = {"total_years": f"{total:f}", "wage": f"{pay.amount:f}", "year": year}
    if left and left[0].year == year and left[1] <= heard.as_of + timedelta(days=366):
        inputs["left"] = left[1].isoformat()
    if (begun := heard.day("began")) and begun[0] == begun[1] and begun[0].year == year:
        inputs["joined"] = begun[0].isoformat()
    if taken := re.search(rf"(?:休|歇)(?:了|过)(?P<days>{_NUMERAL})天", heard.text):
        inputs["taken"] = f"{read_number(taken['days']) or 0}"
    return Read((Case("", "annual_leave", inputs),), taken=pay.taken)


def _total_years(heard: Heard) -> Decimal | None:
    """The years of all jobs, rounded to what decides: years told here are the least they may be."""
    given = heard.reply(TOTAL_YEARS)
    if isinstance(given, Decimal):
        return _in_years(given)
    if given is NOT_KNOWN:
        return None
    for role in ("total_service", "seniority"):
        if (months := heard.figure(role)) is not None:
            return _in_years(months)
    service: Quantity | None = next((fact.quantity for fact in heard.facts.told if fact.role == "service"), None)
    here = _in_years(service.value) if service else Decimal(1)
    # Whoever says that he has five days has told on which side of ten years he is.
    return here if heard.says(_FIVE_DAYS) and here < _FIRST_TEN.value else None


def _in_years(months: Decimal) -> Decimal:
    return (months / MONTHS_A_YEAR).quantize(Decimal("0.0001")).normalize()


def _year(heard: Heard, left: tuple[date, date] | None) -> int:
    named = re.search(r"(?P<year>20\d{2})年?(?:的|度|那一年|全年)?[^，。]{0,6}(?:年休?假|年假)|(?P<last>去年)", heard.text)
    if named:
        return int(named["year"]) if named["year"] else heard.as_of.year - 1
    return left[1].year if left else heard.as_of.year


_HOW_MUCH = r"多少|几|差额|该?补|补我|差我|能?要"
OVERTIME = Skill(
    "overtime",
    "加班费",
    frozenset({"overtime-pay", "statutory-holidays", "comp-time", "overtime-waiver", "piece-rate", "overtime-proof"}),
    re.compile(r"加班|补休|调休|三倍|双倍|节|周末|多缝|多做|多少钱|多少"),
    (MONTHLY_WAGE, OVERTIME_WHEN, OVERTIME_HOURS),
    read_overtime,
    re.compile(r"综合(?:计算)?工时|综和工时"),
)
UNPAID = Skill(
    "unpaid_wages",
    "拖欠的工资",
    frozenset(
        {
            "unpaid-wages",
            "additional-compensation",
            "wage-deduction",
            "boss-ran-away",
            "delayed-pay",
            "final-pay-on-leaving",
            "forced-resignation",
        }
    ),
    re.compile(r"加付|多赔|再赔|赔偿金|能扣|扣多少|扣我多少|最多扣|(?:欠|拖)[^。]{0,40}(?:多少|几)|责令|限期"),
    (OWED, MONTHLY_WAGE),
    read_unpaid,
    re.compile(r"年休?假"),
)
MINIMUM = Skill(
    "minimum_wage",
    "最低工资差额",
    frozenset({"minimum-wage", "part-time-work"}),
    re.compile(rf"最低|低不低|合不合|够不够|{_HOW_MUCH}"),
    (MONTHLY_WAGE,),
    read_minimum,
)
PROBATION = Skill(
    "probation",
    "试用期工资",
    frozenset({"probation"}),
    re.compile(r"试用[^。]{0,60}(?:工资|钱|最少|至少|多少|给)"),
    (REGULAR_WAGE,),
    read_probation,
)
ANNUAL_LEAVE = Skill(
    "annual_leave",
    "没休的年休假的钱",
    frozenset({"annual-leave", "annual-leave-refused", "annual-leave-part-year"}),
    re.compile(r"年休?假[^。]{0,40}(?:[没未不木]休|没安排|没给休|补|折|钱|工资|赔)|(?:[没未木]休|补|折)[^。]{0,12}年休?假|没给休"),
    (TOTAL_YEARS, LEAVE_WAGE),
    read_annual_leave,
    re.compile(r"责令|改正书"),
)
