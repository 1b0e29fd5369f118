"""How long somebody worked, and for how much: what most sums about the end of a job begin with. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from assistant.calculators.severance import months_for
from assistant.quantities import Quantity
from assistant.skills.asks import Ask
from assistant.skills.heard import NOT_KNOWN, Heard, back, months_of, said_days, said_months

SERVICE = Ask("干了多久", "您在这家单位一共干了多久？比如 3年8个月。", "time")
AVERAGE_WAGE = Ask("月平均工资", "离开前12个月，平均每月应得多少钱（扣社保以前，算上奖金、津贴）？", "money")
MONTHLY_WAGE = Ask("每月应得", "每月应得多少钱（扣社保以前）？", "money")
_DAY = date.resolution
_NET = r"到手|实发|税后|打卡上|扣完(?:社保|五险)"
NET = "您说的像是到手的数；要用扣社保和个税以前的应得数，数不一样请告诉我"


class Employment(NamedTuple):
    """The first and last day of a job, what was taken for granted of them, or what is missing; `says` is how they were told."""

    start: date | None
    end: date
    taken: tuple[str, ...] = ()
    missing: Ask | None = None
    says: Mapping[str, str] = MappingProxyType({})


class Wage(NamedTuple):
    """What a month brings, what was taken for granted of it, and how it was told where that was otherwise."""

    amount: Decimal
    taken: tuple[str, ...] = ()
    says: Mapping[str, str] = MappingProxyType({})


def employment(heard: Heard) -> Employment:
    """Return when the job began and ended. A time told is counted back from its end; one that is not exact only where it matters not."""
    told_end = heard.end()
    end = told_end[1] if told_end else heard.as_of
    taken = () if told_end else (f"没说哪天离开的，按 {end.isoformat()} 算",)
    unsaid = {} if told_end else {"end": ""}
    replied = heard.reply(SERVICE)
    if isinstance(replied, Decimal):
        return Employment(back(end, replied), end, taken, says={**unsaid, "start": f"干了{said_months(replied)}"})
    if replied is None and (span := heard.span()):
        return Employment(*span)
    if (begun := heard.start()) and begun[1] <= end:
        if months_for(begun[0], end) == months_for(begun[1], end):
            said = () if begun[0] == begun[1] else (f"没说哪天进的，按 {begun[0].isoformat()} 算，早几天晚几天结果一样",)
            return Employment(begun[0], end, (*taken, *said), says={**unsaid, "start": f"{said_days(*begun)}来的"})
        return Employment(None, end, taken, SERVICE)
    fact = heard.facts.find("service") or heard.facts.find("seniority")
    told = fact.quantity if fact and fact.since is None else heard.alone(heard.times())
    if replied is NOT_KNOWN or told is None:
        return Employment(None, end, taken, SERVICE)
    return _counted_back(told, end, taken, {**unsaid, "start": f"干了{told.words}"})


def _counted_back(time: Quantity, end: date, taken: tuple[str, ...], says: Mapping[str, str]) -> Employment:
    if not time.is_approximate:
        return Employment(back(end, months_of(time)), end, taken, says=says)
    low, high = time.in_months()
    longest, shortest = back(end, high) + _DAY, back(end, max(low, Decimal("0.1")))
    if months_for(longest, end) == months_for(shortest, end):
        return Employment(shortest, end, (*taken, f"{time.words}是个大概，差几天结果一样"), says=says)
    return Employment(None, end, taken, SERVICE)


def wage(heard: Heard, ask: Ask) -> Wage | None:
    """Return what a month brings; a wage told roughly is taken as it was said."""
    given = heard.wage(ask)
    if isinstance(given, Decimal):
        return Wage(given, (NET,) if heard.reply(ask) is None and heard.says(_NET) else ())
    fact = heard.facts.find("wage") or heard.facts.find("base_wage")
    if given is NOT_KNOWN or fact is None:
        return None
    return Wage(fact.quantity.value, (f"“{fact.words}”是个大概，按 {fact.quantity.value:f} 元算，结果也是大概",))
