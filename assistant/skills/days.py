"""The days of a job or an event as people say them, beside those with their year (`dates`): 昨天, 这个月底, 11月20号. Pure."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from assistant.dates import Named, find_days
from assistant.text import parse_number

# A day without its year lies at most so far ahead; else it was a year ago: in November 3月1号 is this year's, 12月30号 may be either.
AHEAD = timedelta(days=45)
_MONTH, _DAY_OF_MONTH = (
    r"1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九]",
    r"[12]\d|3[01]|0?[1-9]|二?十[一二三四五六七八九]?|三十一?|[一二三四五六七八九]",
)
_BARE = re.compile(
    rf"(?<![\d年个第零一二三四五六七八九十.])(?P<month>{_MONTH})月(?:份)?(?:(?P<day>{_DAY_OF_MONTH})[日号])?(?P<part>月?底|末|初)?(?![薪资均个])"
)
_MONTH_SAID = re.compile(rf"(?P<which>上上个?月|上个?月|这个?月|本月|下个?月)(?:(?P<day>{_DAY_OF_MONTH})[日号]|(?P<part>底|末|初))")
_DAY_ALONE = re.compile(r"(?<![\d月一二三四五六七八九十、，初])(?P<day>[12]\d|3[01]|[1-9])号(?![楼线车机])")
_RELATIVE = {"今天": 0, "今儿": 0, "昨天": 1, "昨儿": 1, "夜来": 1, "昨晚": 1, "前天": 2, "前儿": 2, "大前天": 3, "明天": -1, "后天": -2}
_RELATIVE_SAID = re.compile(r"(?<!大)前天|大前天|今天|今儿|昨天|昨儿|夜来|昨晚|前儿|明天|后天")
_END_OF_MONTH = re.compile(r"(?<![\d上下这本个一二三四五六七八九十])月底")
_WHICH = {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1}


def find_all_days(text: str, today: date) -> list[Named]:
    """Return every day, month and year that *text* names, with its year or without, in order; a month is all its days."""
    found = find_days(text, today)
    for named in _without_year(text, today):
        if not any(one.start < named.end and named.start < one.end for one in found):
            found.append(named)
    return sorted(found, key=lambda one: one.start)


def _without_year(text: str, today: date) -> Iterator[Named]:
    for match in _RELATIVE_SAID.finditer(text):
        day = today - timedelta(days=_RELATIVE[match.group()])
        yield Named(day, day, match.start(), match.end())
    for match in _MONTH_SAID.finditer(text):
        which = next(step for words, step in _WHICH.items() if match["which"].startswith(words))
        index = today.year * 12 + today.month - 1 + which
        if days := _of_month(index // 12, index % 12 + 1, match["day"], match["part"]):
            yield Named(*days, match.start(), match.end())
    for match in _END_OF_MONTH.finditer(text):
        last = _last(today.year, today.month)
        yield Named(last, last, match.start(), match.end())
    for match in _DAY_ALONE.finditer(text):
        # 16号 is the last sixteenth there was.
        index = today.year * 12 + today.month - 1 - (int(match["day"]) > today.day)
        if days := _of_month(index // 12, index % 12 + 1, match["day"], None):
            yield Named(*days, match.start(), match.end())
    for match in _BARE.finditer(text):
        month = _number(match["month"])
        days = _of_month(today.year, month, match["day"], match["part"]) if month else None
        if days and days[0] > today + AHEAD:
            days = _of_month(today.year - 1, month or 1, match["day"], match["part"])
        if days:
            yield Named(*days, match.start(), match.end())


def _of_month(year: int, month: int, day: str | None, part: str | None) -> tuple[date, date] | None:
    first, last = date(year, month, 1), _last(year, month)
    if day:
        number = _number(day)
        if number is None or not 1 <= number <= last.day:
            return None
        return (date(year, month, number),) * 2
    if part in ("底", "月底", "末"):
        return last, last
    return (first, first) if part == "初" else (first, last)


def _last(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _number(words: str) -> int | None:
    value = parse_number(words)
    return int(value) if value is not None and value == value.to_integral_value() else None
