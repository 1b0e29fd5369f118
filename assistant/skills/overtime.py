"""加班费: hours and days of each kind, piece work. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from assistant.calculators.overtime import HOURS_A_DAY, MOST_HOURS_A_MONTH, PAID_DAYS
from assistant.calculators.values import plain
from assistant.quantities import Quantity
from assistant.skills.asks import Ask, Case, Read
from assistant.skills.employment import MONTHLY_WAGE, Wage, wage
from assistant.skills.heard import NOT_KNOWN, NUMERAL, Heard, read_number, read_price
from assistant.skills.skill import Skill

_PRICE = rf"{NUMERAL}(?:毛|[块元][一二三四五六七八九\d]?)?"
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
    rf"(?:{NUMERAL}个(?:周[六日天末]|星期[六日天]|礼拜[六日天]|休息日|晚上)|回回|都是|每天|一天|天天|每日|各|每晚|一晚|一回|一次|每次|每回|每个晚上)(?:都|上|干|是|加班?|要|得|还得|还要|还"
    r"|多|再|了|差不多|满)*$"
)
_IN_ALL = re.compile(r"(?:一共|总共|拢共|共|合计|加起来)(?:加|干|上|加班|有|是)?(?:了)?$")
_TIMES = re.compile(
    rf"(?P<count>{NUMERAL})(?:个)?(?:晚上|班|次|回|星期[天日六]|礼拜[天日六]|周[六日天]|周末|天)(?!合同)|(?:去|来|加"
    rf"|上)了(?P<bare>{NUMERAL})个(?!月|小时|钟头)"
)
_LUNAR_DAYS = re.compile(r"除夕|大?年?初[一二三]|端午|中秋|清明")
_A_DAY = f"一天按{plain(HOURS_A_DAY.value)}小时算"
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
# 加了40个点: a 点 of overtime is an hour, one of contributions a hundredth.
_AS_HOURS = rf"(?P<hours>加(?:了|班)*{NUMERAL}个)点(?![钟儿])"
# 加班60小时: how much it was, if not of which kind. 干了22天 is no overtime.
_IN_SO_MANY_WORDS = re.compile(rf"加(?:了|班)?[^，。]{{0,8}}?{NUMERAL}个?(?:小时|钟头|天)")
# What was paid for it already.
_PAID = r"(?<!打)(?:发|给|付)(?:了|过|的)?(?:我|俺)?(?:加班费)?"


def read_overtime(heard: Heard) -> Read:
    """Read 加班费 (calculator `overtime`)."""
    heard = heard.reworded(_AS_HOURS, r"\g<hours>小时")
    if piece := _piecework(heard):
        return Read((Case("", "overtime", piece),))
    pay = wage(heard, MONTHLY_WAGE) or _of_a_day(heard)
    if pay is None:
        return heard.lacks(MONTHLY_WAGE)
    inputs: dict[str, object] = {"monthly_wage": f"{pay.amount:f}"}
    taken, says = pay.taken, {"months": "", **pay.says}
    if paid := heard.after(_PAID, heard.money()):
        inputs["paid"] = f"{paid.value:f}"
    days = _named_days(heard)
    told = _by_kind(heard, bool(days))
    if told is None:
        return Read(missing=OVERTIME_HOURS) if heard.reply(OVERTIME_HOURS) is None else Read()
    if not days and not told and (feasts := {match.group()[-2:] for match in _LUNAR_DAYS.finditer(heard.text)}):
        told = {"holiday_hours": len(feasts) * HOURS_A_DAY.value}
    if days or told:
        named = {"worked_days": [day.isoformat() for day in days]} if days else {}
        counted = {name: f"{hours:f}" for name, hours in told.items()}
        by_the_day = () if not days and told and all(one.unit == "小时" for one in heard.lengths()) else (_A_DAY,)
        says |= {"worked_days": _said(days)}
        return Read((Case("", "overtime", {**inputs, **named, **counted, **_months(told)}),), taken=(*taken, *by_the_day), says=says)
    when = heard.reply(OVERTIME_WHEN) or next((name for name, words in _WHEN if heard.says(words)), None)
    if when is None:
        return Read(missing=OVERTIME_WHEN)
    hours = heard.reply(OVERTIME_HOURS) or _hours(heard)
    if when is NOT_KNOWN or hours is NOT_KNOWN:
        return Read()
    if not isinstance(hours, Decimal):
        return Read(missing=OVERTIME_HOURS)
    return Read((Case("", "overtime", {**inputs, str(when): f"{hours:f}", **_months({str(when): hours})}),), taken=taken, says=says)


def _said(days: Sequence[date]) -> str:
    """The days worked: 10月1日、10月3日上班, 10月1日到10月5日上班."""
    in_order = sorted(set(days))
    words = [f"{day.month}月{day.day}日" for day in in_order]
    is_run = len(words) > 2 and (in_order[-1] - in_order[0]).days == len(words) - 1
    return f"{words[0]}到{words[-1]}上班" if is_run else f"{'、'.join(words)}上班"


def _of_a_day(heard: Heard) -> Wage | None:
    """What a month brings to whoever told what a day or an hour does."""
    daily, hourly = heard.figure("daily_wage"), heard.figure("hourly_wage")
    if daily is None and hourly is not None:
        month = (hourly * HOURS_A_DAY.value * PAID_DAYS.value).quantize(Decimal("0.01"))
        taken = f"小时工资乘 {plain(HOURS_A_DAY.value)} 再乘 {plain(PAID_DAYS.value)} 当月工资算"
        return Wage(month, (taken,), {"monthly_wage": f"一小时{plain(hourly)}元"})
    if daily is None:
        return None
    month = (daily * PAID_DAYS.value).quantize(Decimal("0.01"))
    return Wage(month, (f"日工资乘 {plain(PAID_DAYS.value)} 当月工资算",), {"monthly_wage": f"一天{plain(daily)}元"})


def _months(told: Mapping[str, Decimal]) -> dict[str, str]:
    """So many months that the hours of working days are not more than may be worked (36 a month, 劳动法 第四十一条)."""
    hours = told.get("weekday_hours", Decimal(0))
    return {"months": str(-(-hours // MOST_HOURS_A_MONTH.value))} if hours > MOST_HOURS_A_MONTH.value else {}


def _by_kind(heard: Heard, has_days: bool) -> dict[str, Decimal] | None:
    """The hours told of each kind of day, days at eight hours; None where some belong to no kind.

    Empty where none are told, or only how many there were (加班60小时).

    Hours belong to the kind that was named last before them, in the same clause or the one before.
    """
    named = [match for match in _KIND.finditer(heard.text) if not _NONE_OF_IT.match(heard.text[match.end() :])]
    kinds = [(match.start(), str(match.lastgroup)) for match in named]
    # Said again, 这11天 are the same days; days told by their dates are counted by those.
    once = {one.words: one for one in reversed(heard.lengths())}
    lengths = sorted((one for one in once.values() if _is_overtime(heard.text, one)), key=lambda one: one.start)
    if has_days:
        lengths = [one for one in lengths if one.unit != "日"]
    if len(lengths) == 1 and not kinds and _IN_SO_MANY_WORDS.search(heard.text):
        return {}
    if total := [one for one in lengths if _IN_ALL.search(heard.text[: one.start])][:1]:
        lengths = total
    each = [one for one in lengths if one.unit == "小时" and _EACH_TIME.search(heard.text[: one.start])]
    days = [one for one in lengths if one.unit == "日"]
    if len({one.value for one in each}) > 1:
        return None
    if each and not days:
        rest = [one for one in lengths if one not in each]
        return {} if has_days and not rest else None if rest and not has_days else _each_time(heard, kinds, each[0])
    return _added_up(kinds, [one for one in lengths if one not in each], each[0].value if each else HOURS_A_DAY.value, has_days=has_days)


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
    worked = re.search(rf"加(?:了|班)?[^，。]{{0,8}}?(?P<hours>{NUMERAL})个?(?:小时|钟头)", heard.text)
    if worked and (number := read_number(worked["hours"])):
        return number
    days = {one.value for one in heard.times() if one.unit == "日" and not one.is_approximate}
    return days.pop() * HOURS_A_DAY.value if len(days) == 1 else None


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
    pieces = re.search(rf"(?:做|干|缝|赶|出|加)了?(?P<pieces>\d{{1,5}}|{NUMERAL})(?:件|个(?!月|小时|钟头|班)|双|条|套)", heard.text)
    amount = read_price(price["price"] or price["first"]) if price else None
    number = read_number(pieces["pieces"]) if pieces else None
    # Of pieces of two kinds of day one number is not enough.
    if amount is None or number is None or len(_PIECES.findall(heard.text)) > 1:
        return None
    kinds = (("holiday_pieces", _HOLIDAY), ("rest_day_pieces", _REST_DAY))
    when = next((name for name, words in kinds if heard.says(words)), "weekday_pieces")
    paid = heard.after(_PAID, heard.money())
    return {"kind": "piece", "piece_price": f"{amount:f}", when: f"{number:f}", **({"paid": f"{paid.value:f}"} if paid else {})}


OVERTIME = Skill(
    "overtime",
    "加班费",
    frozenset({"overtime-pay", "statutory-holidays", "comp-time", "overtime-waiver", "piece-rate", "overtime-proof"}),
    re.compile(r"加班|补休|调休|三倍|双倍|节|周末|多缝|多做|多少|几个"),
    (MONTHLY_WAGE, OVERTIME_WHEN, OVERTIME_HOURS),
    read_overtime,
    re.compile(r"综合(?:计算)?工时|综和工时"),
    named=re.compile(r"加班[^。？?]{0,24}(?:少发|少给|该[给发]|补)[^。？?]{0,6}(?:多少|几个)"),
)
