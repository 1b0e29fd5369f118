"""The days a question names, and on which of them its facts happened (2024年3月被辞退). Pure; says nothing rather than guess."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import NamedTuple

from assistant.text import parse_number

_EARLIEST = 1980
_YEARS_AGO = {"今年": 0, "去年": 1, "前年": 2, "大前年": 3}
# How a job began; 19年进的厂 names a year because of them, 干了19年 does not.
BEGAN = (
    r"入职|进(?:的[^，。；！？\s]{0,6}?)?(?:厂|公司|单位)|来的?(?:厂|公司|单位)|来这|来的(?![^，。；！？\s]*(?:钱|工资|活))|到的?(?:厂|公司)|到岗|上的?班"
    r"|开始(?:干|上班|工作|在)|干起|干到"
)
_SHORT_YEAR = (
    r"(?<![\d.了过有满够第])(?P<short>[0-2]\d|9\d)年"
    rf"(?=\s*(?:\d{{1,2}}月份?)?(?:\d{{1,2}}[日号])?(?:的时候|那会儿?|我|俺|就)*(?:{BEGAN}|参加工作)"
    # A day of a month after it: no number of years.
    r"|(?<![干做作活班龄工]\d\d年)\d{1,2}月\d{1,2}[日号])"
)
_MONTH = r"1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九]"
_DAY = re.compile(
    r"(?:(?<!\d)(?P<year>(?:19|20)\d{2}|[一二][零〇九\d][零〇一二三四五六七八九]{2})\s*[年./-]|(?P<ago>大前年|前年|去年|今年)"
    rf"|{_SHORT_YEAR})"
    rf"(?:的)?\s*(?:(?P<month>{_MONTH})(?:\s*月(?:份)?|\s*[./-])\s*"
    r"(?:(?P<day>[12]\d|3[01]|0?[1-9])\s*[日号]?(?!\d)|(?P<said_day>三十一?|二?十[一二三四五六七八九]?|二?[一二三四五六七八九])[日号])?)?"
)
# What is asked about: the end of the job, an injury, unpaid money, and the like.
_EVENT = (
    r"辞退|开除|解雇|炒了|炒鱿鱼|解除|被裁|裁了|裁员|劝退|离职|辞职|受[了的过]?(?:工|重|轻)?伤|工伤|出事|出了?事故|摔|砸|轧|骨折|截肢|死亡|去世|猝死"
    r"|拖欠|欠|克扣|没发|没给|不发|不给|停发|降薪|调岗|停工|到期|怀孕|流产|生孩子|生的孩子|生了|确诊|查出|退休"
)
# How a job began, how long it lasted, and what rules are called by their year.
_NO_EVENT = (
    r"入职|进厂|进的厂|进公司|进的公司|来的?公司|来的?厂|到公司|到厂|上班|开始干|开始工作|参加工作|工作|干活|干到|干了|做到|签|毕业|入会|参保|缴费"
    r"|规定|政策|条例|办法|新法|新规|通知|版|修订|修正"
)
# Figures that are set anew every year or two: 2024年的最低工资 asks for the one of that year.
_FIGURE = r"标准|最低工资|社平|平均工资|(?:缴费)?基数|失业金|失业保险金|低保"
_WORD = re.compile(rf"(?P<figure>{_FIGURE})|(?P<no>{_NO_EVENT})|(?:{_EVENT})")
_CLAUSE = re.compile(r"[，。；！？,;!?\n]")
_EVENT_BEFORE = re.compile(rf"(?:{_EVENT})[^，。；！？\d]{{0,4}}(?:是|在|于|是在)?\s*$")


class Named(NamedTuple):
    """A day, month or year that a text names: the first and last day it may be, and where its words stand."""

    first: date
    last: date
    start: int
    end: int


def find_days(text: str, today: date) -> list[Named]:
    """Return the days, months and years that *text* names by their year (2019年3月, 去年五月, 19年进的厂), in order."""
    found = ((match, _span(match, today)) for match in _DAY.finditer(text))
    return [Named(span[0], span[1], match.start(), match.end()) for match, span in found if span is not None]


def fact_date(text: str, today: date) -> date | None:
    """Return the first day of the year, month or day in which what *text* tells happened, None where it names no year of it.

    Only a year (also 去年, 前年) with a word of what happened counts, not when a job began. Of several the last one is taken.
    """
    found = [one.first for clause in _CLAUSE.split(text) for one in _told(clause, today, figures=False)]
    return max((day for day in found if day <= today), default=None)


def past_span(text: str, today: date) -> Named | None:
    """Return the past year, month or day in which what *text* tells happened or whose figures it asks for (2024年的最低工资).

    None where it names none, or one that has not ended before the month of *today*. Of several the last one is taken.
    """
    found = [one for clause in _CLAUSE.split(text) for one in _told(clause, today, figures=True)]
    return max((one for one in found if one.last < today.replace(day=1)), key=lambda one: one.first, default=None)


def _told(clause: str, today: date, *, figures: bool) -> list[Named]:
    """The days of what happened that *clause* names; with *figures* also those whose figures it names."""
    named = find_days(clause, today)
    days: list[Named] = []
    for place, one in enumerate(named):
        end = named[place + 1].start if place + 1 < len(named) else len(clause)
        # What happened this year is no old story, whatever its month.
        if not clause.startswith("今年", one.start) and _counts(clause, one, end, figures=figures):
            days.append(one)
    return days


def _counts(clause: str, named: Named, end: int, *, figures: bool) -> bool:
    word = _WORD.search(clause, named.end, end)
    if word is None:
        return bool(_EVENT_BEFORE.search(clause[: named.start]))
    return figures if word["figure"] else word["no"] is None


def _span(match: re.Match[str], today: date) -> tuple[date, date] | None:
    year = _year(match, today)
    if year < _EARLIEST:
        return None
    if not match["month"]:
        return date(year, 1, 1), date(year, 12, 31)
    month = int(parse_number(match["month"]) or 1)
    last = date(year, month, monthrange(year, month)[1])
    said = match["day"] or match["said_day"]
    number = int(parse_number(said) or 0) if said else 0
    if 0 < number <= last.day:  # no 2月30日
        return (last.replace(day=number),) * 2
    return last.replace(day=1), last


def _year(match: re.Match[str], today: date) -> int:
    if match["ago"]:
        return today.year - _YEARS_AGO[match["ago"]]
    if match["short"]:
        year = 2000 + int(match["short"])
        return year if year <= today.year else year - 100
    return int(parse_number(match["year"]) or 0)
