"""Sums of pay: 加班费, 欠薪 and deductions, the minimum, 试用期 pay, 年休假. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from assistant.calculators.values import figure, law
from assistant.quantities import MONTHS_A_YEAR, Quantity
from assistant.skills.asks import Ask, Case, Read
from assistant.skills.employment import MONTHLY_WAGE, Wage, wage
from assistant.skills.heard import NOT_KNOWN, Heard, months_of, read_number
from assistant.skills.skill import Skill

_NUMERAL = r"(?:\d{1,4}(?:\.\d)?|[一二两俩三仨四五六七八九十百]{1,4})"
DAY_HOURS = figure("8", law("劳动法", 36))
PAID_DAYS = Decimal("21.75")

# -- 加班费 ----------------------------------------------------------------------------------------------------------

_PRICE = rf"{_NUMERAL}(?:毛|[块元][一二三四五六七八九\d]?)?"
_REST_DAY = r"周六|周日|周末|星期六|星期天|礼拜六|礼拜天|休息日|双休|调休|倒休"
_HOLIDAY = r"大年|初[一二三]|国庆|春节|过年|五一|元旦|清明|端午|中秋|除夕|法定(?:节)?假?"
# 国庆1、2、3号; 五一1号2号; 10月1号到7号.
_BY_DATE = re.compile(
    r"(?:(?P<festival>国庆(?:节)?|十一|五一|劳动节|元旦)(?:假期)?(?:的)?(?:1?\d月)?|(?P<month>1[0-2]"
    r"|[1-9])月(?:份)?)(?P<first>[1-9]\d?)[号日]?"
    r"(?:(?:到|至|-|—|~)(?:1?\d月)?(?P<last>[1-9]\d?)[号日]?"
    r"|(?P<more>(?:[、，,和 ]?[1-9]\d?[号日]?)+(?=[号日都上去三四五六七天，。 加]|$)))?"
)
_FESTIVALS = {"国": 10, "十": 10, "五": 5, "劳": 5, "元": 1}
_NEAR_KIND = 24
_RESTED = re.compile(r"(?:歇|吃饭|休息)(?:了|个)?$")
_A_UNIT = frozenset({"一天", "一个小时", "一个钟头", "一小时", "半天"})
_EACH_TIME = re.compile(
    r"(?:回回|都是|每天|一天|天天|每日|各|每晚|一晚|一回|一次|每次|每回|每个晚上)(?:都|上|干|是|加班?|要|得|还得|还要|还"
    r"|多|再|了|差不多|满)*$"
)
_IN_ALL = re.compile(r"(?:一共|总共|拢共|共|合计|加起来)(?:加|干|上|加班|有|是)?(?:了)?$")
_TIMES = re.compile(
    rf"(?P<count>{_NUMERAL})(?:个)?(?:晚上|班|次|回|星期[天日六]|礼拜[天日六]|周[六日天]|周末|天)(?!合同)|(?:去|来|加"
    rf"|上)了(?P<bare>{_NUMERAL})个(?!月|小时|钟头)"
)
_LUNAR_DAYS = re.compile(r"除夕|大?年?初[一二三]|端午|中秋|清明")
MOST_A_MONTH = figure("36", law("劳动法", 41))
OVERTIME_WHEN = Ask(
    "哪种加班",
    "加的班主要是哪种时候？",
    "choice",
    (("平时上班日多干的", "weekday_hours"), ("周末，没给补休", "rest_day_hours"), ("法定节假日", "holiday_hours")),
)
OVERTIME_HOURS = Ask("加班小时数", "一共加了多少小时？一天按8小时算，写一个数就行。", "count")
_WORKDAY = r"平时|平日|工作日|晚上(?! ?[一二三四五六七八九十\d]+点)|下班|每天加|天天加|延长|周中|礼拜一|周一"
_WHEN = (("holiday_hours", _HOLIDAY), ("rest_day_hours", _REST_DAY), ("weekday_hours", _WORKDAY))
_KIND = re.compile(rf"(?P<holiday_hours>{_HOLIDAY})|(?P<rest_day_hours>{_REST_DAY})|(?P<weekday_hours>{_WORKDAY})")
_NONE_OF_IT = re.compile(r"[^，。；;,\s]{0,6}(?:(?:没|木|未|不)(?:有)?(?:加|上|干)|正常歇|(?:倒是|都|照常)(?:歇|休))")
# What was paid for it already.
_PAID = r"(?<!打)(?:发|给|付)(?:了|过|的)?(?:我|俺)?(?:加班费)?"


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
    if paid := heard.after(_PAID, heard.money()):
        inputs["paid"] = f"{paid.value:f}"
    days = _named_days(heard)
    told = _by_kind(heard, bool(days))
    if told is None:
        return Read(missing=OVERTIME_HOURS) if heard.reply(OVERTIME_HOURS) is None else Read()
    if not days and not told and (feasts := {match.group()[-2:] for match in _LUNAR_DAYS.finditer(heard.text)}):
        told = {"holiday_hours": len(feasts) * DAY_HOURS.value}
    if days or told:
        named = {"worked_days": [day.isoformat() for day in days]} if days else {}
        counted = {name: f"{hours:f}" for name, hours in told.items()}
        return Read((Case("", "overtime", {**inputs, **named, **counted, **_months(told)}),), taken=(*taken, "一天按8小时算"))
    when = heard.reply(OVERTIME_WHEN) or next((name for name, words in _WHEN if heard.says(words)), None)
    if when is None:
        return Read(missing=OVERTIME_WHEN)
    hours = heard.reply(OVERTIME_HOURS) or _hours(heard)
    if when is NOT_KNOWN or hours is NOT_KNOWN:
        return Read()
    if not isinstance(hours, Decimal):
        return Read(missing=OVERTIME_HOURS)
    return Read((Case("", "overtime", {**inputs, str(when): f"{hours:f}", **_months({str(when): hours})}),), taken=taken)


def _months(told: Mapping[str, Decimal]) -> dict[str, str]:
    """So many months that the hours of working days are not more than may be worked (36 a month, 劳动法 第四十一条)."""
    hours = told.get("weekday_hours", Decimal(0))
    return {"months": str(-(-hours // MOST_A_MONTH.value))} if hours > MOST_A_MONTH.value else {}


def _by_kind(heard: Heard, has_days: bool) -> dict[str, Decimal] | None:
    """The hours told of each kind of day, days at eight hours; empty where none are told, None where some belong to no kind.

    Hours belong to the kind that was named last before them, in the same clause or the one before.
    """
    named = [match for match in _KIND.finditer(heard.text) if not _NONE_OF_IT.match(heard.text[match.end() :])]
    kinds = [(match.start(), str(match.lastgroup)) for match in named]
    # Said again, 这11天 are the same days; days told by their dates are counted by those.
    once = {one.words: one for one in reversed(heard.lengths())}
    lengths = sorted((one for one in once.values() if _is_overtime(heard.text, one)), key=lambda one: one.start)
    if has_days:
        lengths = [one for one in lengths if one.unit != "日"]
    if total := [one for one in lengths if _IN_ALL.search(heard.text[: one.start])][:1]:
        lengths = total
    each = [one for one in lengths if one.unit == "小时" and _EACH_TIME.search(heard.text[: one.start])]
    days = [one for one in lengths if one.unit == "日"]
    if len({one.value for one in each}) > 1:
        return None
    if each and not days:
        rest = [one for one in lengths if one not in each]
        return {} if has_days and not rest else None if rest and not has_days else _each_time(heard, kinds, each[0])
    return _added_up(kinds, [one for one in lengths if one not in each], each[0].value if each else DAY_HOURS.value, has_days=has_days)


def _added_up(
    kinds: Sequence[tuple[int, str]], lengths: Sequence[Quantity], a_day: Decimal, *, has_days: bool
) -> dict[str, Decimal] | None:
    told: dict[str, Decimal] = {}
    for one in lengths:
        name = _kind_of(kinds, one)
        if has_days and name == "holiday_hours":
            continue
        # 22天 of a month are no overtime: only days on which nobody works are.
        if name is None or (one.unit == "日" and name == "weekday_hours"):
            return None
        told[name] = told.get(name, Decimal(0)) + (one.value if one.unit == "小时" else one.value * a_day)
    return told


def _is_overtime(text: str, one: Quantity) -> bool:
    """Say whether a time may be one of overtime: no week, no pause, no day's ordinary work."""
    return one.words not in _A_UNIT and not re.search("周|星期|礼拜", one.words) and not _RESTED.search(text[: one.start])


def _each_time(heard: Heard, kinds: Sequence[tuple[int, str]], each: Quantity) -> dict[str, Decimal] | None:
    """一回3小时，来了15个晚上: the hours of each time by how many times; None where that is not told, or told twice."""
    matches = [match for match in _TIMES.finditer(heard.text) if match.group() not in _A_UNIT]
    counts = {number for match in matches if (number := read_number(match["count"] or match["bare"]))} - {Decimal(1)}
    name = _kind_of(kinds, each) or next((name for name, words in _WHEN if heard.says(words)), None)
    return {name: each.value * counts.pop()} if name is not None and len(counts) == 1 else None


def _kind_of(kinds: Sequence[tuple[int, str]], one: Quantity) -> str | None:
    """The kind of day that was named last before, in the same clause or the one before, else right after."""
    before = [(place, name) for place, name in kinds if place < one.start and one.start - place <= _NEAR_KIND]
    after = [(place, name) for place, name in kinds if one.end <= place <= one.end + 6]
    named = before[-1:] or after[:1]
    return named[0][1] if named else None


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
    month = int(match["month"]) if match["month"] else _FESTIVALS[match["festival"][0]]
    first = int(match["first"])
    numbers = range(first, int(match["last"]) + 1) if match["last"] else [first, *map(int, re.findall(r"\d+", match["more"]))]
    year = heard.as_of.year if (month, first) <= (heard.as_of.month, heard.as_of.day) else heard.as_of.year - 1
    try:
        return [date(year, month, number) for number in numbers]
    except ValueError:
        return []


_PIECES = re.compile(r"(?:做|干|缝|赶|出|加)了?(?:\d{1,5}|[一二两三四五六七八九十百千]+)(?:件|双|条|套)")


def _piecework(heard: Heard) -> dict[str, object] | None:
    price = re.search(
        rf"一(?:件|个|双|条|套)(?:是|给|才|就)?(?P<price>{_PRICE})|(?P<first>{_PRICE})(?:钱)?一(?:件|个(?!月)|双|条|套)", heard.text
    )
    pieces = re.search(rf"(?:做|干|缝|赶|出|加)了?(?P<pieces>\d{{1,5}}|{_NUMERAL})(?:件|个(?!月|小时|钟头|班)|双|条|套)", heard.text)
    amount = _yuan(price["price"] or price["first"]) if price else None
    number = read_number(pieces["pieces"]) if pieces else None
    # Of pieces of two kinds of day one number is not enough.
    if amount is None or number is None or len(_PIECES.findall(heard.text)) > 1:
        return None
    kinds = (("holiday_pieces", _HOLIDAY), ("rest_day_pieces", _REST_DAY))
    when = next((name for name, words in kinds if heard.says(words)), "weekday_pieces")
    paid = heard.after(_PAID, heard.money())
    return {"kind": "piece", "piece_price": f"{amount:f}", when: f"{number:f}", **({"paid": f"{paid.value:f}"} if paid else {})}


def _yuan(price: str) -> Decimal | None:
    """一块五, 1.8, 5毛 in yuan."""
    if price.endswith("毛"):
        tenths = read_number(price.rstrip("毛"))
        return tenths / 10 if tenths is not None else None
    whole, rest = re.fullmatch(r"([^块元]+)[块元]?(.*)", price).groups()  # type: ignore[union-attr]
    yuan, tenths = read_number(whole), read_number(rest) if rest else Decimal(0)
    return yuan + tenths / 10 if yuan is not None and tenths is not None else None


# -- 欠薪、扣钱 -------------------------------------------------------------------------------------------------------

OWED = Ask("一共欠多少", "一共欠您多少工资？写一个数就行。", "money")
_ORDERED = (
    r"(?:责令|限期|限他|限老板|限厂|改正书|指令书|整改)[^。]{0,40}(?:没给|不给|没付|还是|还没|一分没|过了|逾期)"
    r"|责令[^。]{0,20}(?:过期|到期)"
)
_DAMAGE = (
    r"(?:扣|赔)[^。]{0,40}(?:最多|能扣|扣多少|扣光|一把扣|扣完|一分不发|全扣)|(?:打|碰|弄|损|顶|撞|烧|摔|砸)(?:坏|碎"
    r"|了)[^。]{0,60}(?:扣|赔)"
)


def read_unpaid(heard: Heard) -> Read:
    """Read what is owed with 加付赔偿金, or how much may be deducted (calculator `unpaid_wages`)."""
    if heard.says(_DAMAGE):
        if not heard.says(r"欠(?!条)(?![^，。]{0,3}(?:别的|其他))|没发|不欠别的") or heard.says(r"别的不欠|不欠(?:别的|其他)"):
            return _deduction(heard)
        # Two matters in one: one by one they are asked for.
        return Read(missing=OWED) if heard.reply(OWED) is None else _deduction(heard)
    owed = heard.reply(OWED)
    taken: tuple[str, ...] = ()
    if owed is None:
        owed = heard.figure("owed_money")
    if owed is None and (fact := heard.facts.find("owed_time")) and (pay := wage(heard, MONTHLY_WAGE)) and not fact.quantity.is_approximate:
        owed, taken = (pay.amount * months_of(fact.quantity)).quantize(Decimal("0.01")), pay.taken
    if owed is None and heard.says(r"责令|限期|加付"):
        said = heard.after(r"(?:这|补|欠|是|还|给)(?:这|我|俺|的|工资|钱|是)*", heard.money())
        owed = said.value if said else None
    if heard.reply(OWED) is None and heard.says(r"每个?月(?:都)?(?:只|少|欠|差|扣)|只发(?:了)?一半|少发"):
        owed = None
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
    if hourly is None and (bare := re.search(r"(?P<pay>\d{1,3}(?:\.\d+)?[块元]\d?)(?:钱)?(?:一|每)?个?(?:小时|钟头)", heard.text)):
        hourly = _yuan(bare["pay"])
    if hourly is not None:
        hours = re.search(r"(?:一共|总共|做了|干了|上了)(?:做了|干了|上了|有)*(?P<hours>\d{1,4})个?(?:小时|钟头)", heard.text)
        count = hours["hours"] if hours else "1"
        return Read((Case("", "minimum_wage", {"kind": "part_time", "paid": f"{hourly:f}", "count": count}),))
    pay = wage(heard, MONTHLY_WAGE)
    if pay is None and (said := heard.after(r"(?:每个?月|一个?月|都|就|才|只)(?:都|就|才|只|给|发|开|我|俺|了)*", heard.money())):
        pay = Wage(said.value)
    if pay is None:
        return Read() if heard.reply(MONTHLY_WAGE) is NOT_KNOWN else Read(missing=MONTHLY_WAGE)
    replied = heard.reply(HOW_MANY_MONTHS)
    months = {one.value for one in heard.times() if one.unit == "月" and one.words not in _A_MONTH and not one.is_approximate}
    if replied is None and (len(months) > 1 or (not months and len(_MONTH_NAMED.findall(heard.text)) > 1)):
        return Read(missing=HOW_MANY_MONTHS)
    told = replied if isinstance(replied, Decimal) else next(iter(months), None)
    count = {"count": f"{told:f}"} if told is not None else {}
    beside = [one.value for one in heard.money() if _NO_WAGE.search(heard.text[: one.start])]
    if beside and heard.figure("base_wage") != pay.amount:
        count["left_out"] = f"{sum(beside, Decimal(0)):f}"
    return Read((Case("", "minimum_wage", {"paid": f"{pay.amount:f}", **count}),), taken=pay.taken)


HOW_MANY_MONTHS = Ask("这样发了几个月", "这样的工资发了几个月？写一个数就行。", "count")
_NO_WAGE = re.compile(r"(?:加班[费工资]*|夜班[费津贴补]*|津贴|补贴|高温费?|餐补)(?:是|有|给|，)*$")
_A_MONTH = frozenset({"一个月", "每个月"})
_MONTH_NAMED = re.compile(r"(?<![\d个])(?:1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月(?!薪|均|工资)")
CONTRACT = Ask("合同签了多久", "劳动合同签了多久？比如 1年、3年。", "time")
SERVED = Ask("按试用期干了几个月", "按试用期的工资，一共干了几个月？", "time")
_TOO_LONG = r"赔|超|违法|太长|多试|不合法|合不合法|差多少|差我|补|低了"
REGULAR_WAGE = Ask("转正后工资", "合同里写的转正后工资，一个月多少？", "money")
_REGULAR = r"转正(?:以?后)?(?:的)?(?:工资|月薪|薪水)?(?:每个?月|一个月|是|给|写|定|，)*"
_ON_TRIAL = r"试用期?(?:里|内|的)?(?:工资|月薪)?(?:每个?月|一个月|只|就|才|是|给|发|我|俺|写|定|，)*"


_AGREED_FOR = r"试用期?(?:是|写了?|定|约定|倒|给|俺|我|弄|了|要|，)*"
_OVER = r"(?:都|已经|全|也)(?:干|试用|试|过)?(?:完|满)|(?:干|试用|试|过)(?:完|满)了(?!\d)|刚结束"


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
    agreed = heard.figure("probation") or _value(heard.after(_AGREED_FOR, _spans(heard)))
    contract = _contract(heard)
    is_open = heard.says(r"无固定期限")
    if is_open:
        inputs["kind"] = "open_ended"
    if contract is not None:
        inputs["contract_months"] = f"{contract:f}"
        if agreed is not None:
            inputs["agreed_months"] = f"{agreed:f}"
    if heard.says(_TOO_LONG):
        served = _served(heard, agreed)
        if missing := _missing_of_excess(heard, served, is_known=contract is not None or is_open):
            return missing
        inputs["served_months"] = f"{served:f}"
    return Read((Case("", "probation", inputs),))


def _missing_of_excess(heard: Heard, served: object, *, is_known: bool) -> Read | None:
    """What is missing to say how much too long a probation was: the contract's length, the months worked on it."""
    if NOT_KNOWN in (served, heard.reply(CONTRACT)):
        return Read()
    if not is_known:
        return Read(missing=CONTRACT)
    return None if isinstance(served, Decimal) else Read(missing=SERVED)


def _spans(heard: Heard) -> list[Quantity]:
    return [one for one in heard.times() if one.unit == "月" and not one.is_approximate]


def _contract(heard: Heard) -> Decimal | None:
    replied = heard.reply(CONTRACT)
    if isinstance(replied, Decimal):
        return replied
    return heard.figure("contract") or _value(heard.after(r"(?:合同|签)(?:的|了|就|是|写的?|期|上|，)*", _spans(heard)))


def _served(heard: Heard, agreed: Decimal | None) -> object | None:
    """The months worked on probation: replied, told, or all that was agreed where it is over."""
    if (replied := heard.reply(SERVED)) is not None:
        return replied
    if agreed is not None and heard.says(_OVER):
        return agreed
    if done := re.search(rf"(?:干|试用|试)(?:到|完|满)了?第?(?P<count>{_NUMERAL})个月", heard.text):
        return read_number(done["count"])
    return _value(heard.after(r"(?:已经)?(?:干|试用|试)了", _spans(heard)))


def _value(time: Quantity | None) -> Decimal | None:
    return time.value if time else None


# -- 年休假 ----------------------------------------------------------------------------------------------------------

TOTAL_YEARS = Ask("一共工作了多久", "从第一份工作到现在，一共工作了多久（包括别的单位）？比如 8年。", "time")
LEAVE_WAGE = Ask("不算加班费的月工资", "去掉加班费，前12个月平均每月多少钱？", "money")
LEFT = Ask("离开的日子", "您哪天离开这家单位的？", "day")
_HAS_LEFT = r"走的|走之前|离职|不干了|辞了|辞职|辞退|开除|解除"
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
    left = heard.end() or next(iter(heard.days_near(r"最后一天(?:上班)?|上到", within=8)), None)
    if left is None and heard.says(_HAS_LEFT):
        replied = heard.reply(LEFT)
        if replied is None:
            return Read(missing=LEFT)
        left = (replied, replied) if isinstance(replied, date) else None
    year = _year(heard, left)
    inputs: dict[str, object] = {"total_years": f"{total:f}", "wage": f"{pay.amount:f}", "year": year}
    if left and left[0].year == year and left[1] <= heard.as_of + timedelta(days=366):
        inputs["left"] = left[1].isoformat()
    if (begun := heard.start()) and begun[0] == begun[1] and begun[0].year == year:
        inputs["joined"] = begun[0].isoformat()
    if heard.says(r"自愿(?:不休|放弃)|写了?(?:张|个)?(?:条子|声明|保证)|书面[^，。]{0,8}不(?:想)?休|签了?字[^，。]{0,6}不休"):
        inputs["declined"] = True
    if ill := heard.after(r"病假(?:请)?(?:一共)?(?:了|休了|是)?", [one for one in heard.times() if one.unit == "月"]):
        inputs["sick_months"] = f"{ill.value:f}"
    if taken := re.search(rf"(?:休|歇|用)(?:了|过)(?P<days>{_NUMERAL})天", heard.text):
        inputs["taken"] = f"{read_number(taken['days']) or 0}"
    return Read((Case("", "annual_leave", inputs),), taken=pay.taken)


def _total_years(heard: Heard) -> Decimal | None:
    """The years of all jobs, rounded to what decides: years told here are the least they may be."""
    given = heard.reply(TOTAL_YEARS)
    if isinstance(given, Decimal):
        return _in_years(given)
    if given is NOT_KNOWN:
        return None
    if (months := heard.total_service()) is not None:
        return _in_years(months)
    service: Quantity | None = next((fact.quantity for fact in heard.facts.told if fact.role == "service"), None)
    here = _in_years(service.value) if service else Decimal(1)
    # Whoever says that he has five days has told on which side of ten years he is.
    return here if heard.says(_FIVE_DAYS) and here < _FIRST_TEN.value else None


def _in_years(months: Decimal) -> Decimal:
    return (months / MONTHS_A_YEAR).quantize(Decimal("0.0001")).normalize()


_YEAR_SAID = re.compile(r"(?<!\d)(?P<year>2\d)年(?:在|的|全年|年假|这)")


def _year(heard: Heard, left: tuple[date, date] | None) -> int:
    named = re.search(r"(?P<year>20\d{2})年?(?:的|度|那一年|全年)?[^，。]{0,6}(?:年休?假|年假)|(?P<last>去年)", heard.text)
    if named is None and (short := _YEAR_SAID.search(heard.text)):
        return 2000 + int(short["year"])
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
    (MONTHLY_WAGE, HOW_MANY_MONTHS),
    read_minimum,
)
PROBATION = Skill(
    "probation",
    "试用期工资",
    frozenset({"probation"}),
    re.compile(r"试用[^。]{0,60}(?:工资|钱|最少|至少|多少|给)"),
    (REGULAR_WAGE, CONTRACT, SERVED),
    read_probation,
)
ANNUAL_LEAVE = Skill(
    "annual_leave",
    "没休的年休假的钱",
    frozenset({"annual-leave", "annual-leave-refused", "annual-leave-part-year"}),
    re.compile(r"年休?假[^。]{0,40}(?:[没未不木]休|没安排|没给休|补|折|钱|工资|赔)|(?:[没未木]休|补|折)[^。]{0,12}年休?假|没给休"),
    (TOTAL_YEARS, LEAVE_WAGE, LEFT),
    read_annual_leave,
    re.compile(r"责令|改正书"),
)
