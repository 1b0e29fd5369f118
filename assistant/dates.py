"""On which day the facts of a question happened (2024年3月被辞退). Pure; says nothing rather than guess."""

from __future__ import annotations

import re
from datetime import date

from assistant.text import parse_number

_EARLIEST = 1980
_YEARS_AGO = {"去年": 1, "前年": 2, "大前年": 3}
_DAY = re.compile(
    r"(?:(?<!\d)(?P<year>(?:19|20)\d{2}|[一二][零〇九\d][零〇一二三四五六七八九]{2})\s*[年./-]|(?P<ago>大前年|前年|去年))"
    r"(?:的)?\s*(?:(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])(?:\s*月(?:份)?|\s*[./-])\s*"
    r"(?:(?P<day>[12]\d|3[01]|0?[1-9])\s*[日号]?(?!\d))?)?"
)
# What is asked about: the end of the job, an injury, unpaid money, and the like.
_EVENT = (
    r"辞退|开除|解雇|炒了|炒鱿鱼|解除|被裁|裁了|裁员|劝退|离职|辞职|受[了的过]?(?:工|重|轻)?伤|工伤|出事|出了?事故|摔|砸|轧|骨折|截肢|死亡|去世|猝死"
    r"|拖欠|欠|克扣|没发|没给|不发|不给|停发|降薪|调岗|停工|到期|怀孕|流产|生孩子|生的孩子|生了|确诊|查出|退休"
)
# How a job began, how long it lasted, and what rules are called by their year.
_NO_EVENT = (
    r"入职|进厂|进的厂|进公司|进的公司|来的?公司|来的?厂|到公司|到厂|上班|开始干|开始工作|参加工作|工作|干活|干到|干了|做到|签|毕业|入会|参保|缴费"
    r"|规定|标准|政策|条例|办法|新法|新规|通知|版|修订|修正|最低工资|社平"
)
_WORD = re.compile(rf"(?P<no>{_NO_EVENT})|(?:{_EVENT})")
_CLAUSE = re.compile(r"[，。；！？,;!?\n]")
_EVENT_BEFORE = re.compile(rf"(?:{_EVENT})[^，。；！？\d]{{0,4}}(?:是|在|于|是在)?\s*$")


def fact_date(text: str, today: date) -> date | None:
    """Return the first day of the year, month or day in which what *text* tells happened, None where it names no year of it.

    Only a year (also 去年, 前年) with a word of what happened counts, not when a job began. Of several the last one is taken.
    """
    found = [day for clause in _CLAUSE.split(text) for day in _days(clause, today)]
    return max((day for day in found if day <= today), default=None)


def _days(clause: str, today: date) -> list[date]:
    matches = list(_DAY.finditer(clause))
    days: list[date] = []
    for place, match in enumerate(matches):
        end = matches[place + 1].start() if place + 1 < len(matches) else len(clause)
        word = _WORD.search(clause, match.end(), end)
        happened = word["no"] is None if word else bool(_EVENT_BEFORE.search(clause[: match.start()]))
        if happened and (day := _date(match, today)) is not None:
            days.append(day)
    return days


def _date(match: re.Match[str], today: date) -> date | None:
    year = today.year - _YEARS_AGO[match["ago"]] if match["ago"] else int(parse_number(match["year"]) or 0)
    month = int(parse_number(match["month"] or "1") or 1)
    if year < _EARLIEST:
        return None
    try:
        return date(year, month, int(match["day"] or 1))
    except ValueError:  # 2月30日
        return date(year, month, 1)
