"""What a worker's own words tell of the case: how long, since when, how much, how old. Pure; where two values fit, none is taken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from assistant.dates import BEGAN, Named, find_days
from assistant.quantities import DAYS_A_MONTH, MONTHS_A_YEAR, Quantity, find_quantities
from assistant.roles import AGO, ELSEWHERE, SHORT_OF, WORKED, is_denied, role_of
from assistant.types import DayRole, FactRole

# What stands for a day that was read already.
_BLANK = "▮"
_LONGEST_ELLIPSIS = 16
_MOST_DAYS = 20
_PEOPLE = re.compile(
    r"媳妇|老婆|对象|爱人|老公|丈夫|老爸|[我俺](?:爸|爹|妈|娘|哥|弟|姐|妹)|儿子|闺女|女儿|工友|同事|老乡|邻居|朋友|(?:那|轮到)(?:我|俺)(?:自己)?呢"
)
_CLAUSE_END = re.compile(rf"[，。；！？,;!?\n{_BLANK}]")
_FILLER = (
    r"(?:份|底|初|的时候|那会儿?|我媳妇|我对象|我|俺|他们|他|她|就|才|突然|开始|在这|在厂里|到|正式|老板|公司|厂里|单位|被|让|把"
    r"|提出|协商|通知| )*"
)
_JOINED = re.compile(rf"{_FILLER}参加(?:的)?工作")
_BEGAN = re.compile(rf"{_FILLER}(?:{BEGAN})")
_ENDED = re.compile(
    rf"{_FILLER}(?:起?[与和跟同](?:您|你|我|俺|本人|乙方))?(?:正式)?"
    r"(?:辞退|开除|解雇|解除|终止|裁|离职|辞职|不干|走的|走人|走了|走$|离开|劝退|到期|辞我|开我|炒)"
)
_HAPPENED = re.compile(r".{0,6}?(?:受(?:的|了|过)?[工重轻]?伤|工伤|出的?事|摔|砸|轧|骨折|怀孕|流产|生的?孩子|生了|确诊)")
_BEGAN_ON = re.compile(r"入职(?:时间|日期|日)?(?:是|在|于)?$")
_SINCE = re.compile(r"(?:从|自从|打)(?:我|俺)?$")
_WORKED_SINCE = re.compile(rf"[^，。；]{{0,8}}?(?:{WORKED}|进)|$")
_ENDED_ON = re.compile(rf"(?:{WORKED}到|{_BLANK}(?:一直)?(?:{WORKED})?到|至|离开|离职(?:是|在|于)?|走(?:是|在))$")


@dataclass(frozen=True, slots=True)
class Day:
    """A day told, at the least its year: it was from *first* to *last*."""

    role: DayRole
    first: date
    last: date
    words: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing told, by what it is about. `since` is the day it was counted from, where only that was told (2019年3月进的厂)."""

    role: FactRole
    quantity: Quantity
    since: Day | None = None

    @property
    def words(self) -> str:
        """The words it was told in."""
        return self.since.words if self.since else self.quantity.words


@dataclass(frozen=True, slots=True)
class Facts:
    """What was told, each role once. `unclear` are those of which two values were told, so that none is taken."""

    told: tuple[Fact, ...] = ()
    days: tuple[Day, ...] = ()
    unclear: frozenset[FactRole] = frozenset()

    def find(self, role: FactRole) -> Fact | None:
        """Return what was told of *role*."""
        return next((fact for fact in self.told if fact.role == role), None)

    def day(self, role: DayRole) -> Day | None:
        """Return the day told of *role*."""
        return next((day for day in self.days if day.role == role), None)


def told(text: str, as_of: date) -> Facts:
    """Return what the normalised *text* tells; time since a day is counted up to *as_of*."""
    return _counted(_read(text, as_of)[0], as_of)


def told_in(texts: Sequence[str], as_of: date) -> Facts:
    """Return what the messages of one matter tell, the newest last: what it says of a role takes the place of what was said before.

    A message about somebody else (那我媳妇呢) begins anew; one of few words may say only the new figure (那五年零两个月呢).
    """
    known, people = Facts(), set[str]()
    for text in texts:
        named = set(_PEOPLE.findall(text))
        if named - people and known.told:
            known = Facts()
        people |= named
        facts, loose = _read(text, as_of)
        known = _joined(known, _completed(facts, loose, text, _counted(known, as_of)))
    return _counted(known, as_of)


def _read(text: str, as_of: date) -> tuple[Facts, list[Quantity]]:
    """What *text* tells, and the quantities of which it does not say what they are about."""
    # 今年五十了 is an age.
    named = [one for one in find_days(text, as_of) if text[one.start : one.end].strip() != "今年" and one.first <= as_of]
    named = named[:_MOST_DAYS]
    plain = _without(text, named)
    days = _unique(day for one in named if (day := day_told(text, plain, one)))
    found = [(role_of(plain, quantity), quantity) for quantity in find_quantities(plain)]
    facts = [Fact(role, _bounded(plain, quantity)) for role, quantity in found if role is not None]
    facts = _of_this_job(facts, plain)
    loose = [quantity for role, quantity in found if role is None and not is_denied(plain, quantity)]
    if not any(fact.role == "service" for fact in facts) and (begun := next(filter(None, (_begun_ago(plain, one) for one in loose)), None)):
        facts.append(begun)
    unclear = frozenset(fact.role for fact in facts if any(_differ(fact, other) for other in facts))
    sure = {fact.role: fact for fact in facts if fact.role not in unclear}
    return Facts(tuple(sure.values()), tuple(days), unclear), loose


def _without(text: str, named: Iterable[Named]) -> str:
    """Return *text* with its days blanked, so that 2019年 and 3月 are no times."""
    plain = list(text)
    for one in named:
        plain[one.start : one.end] = _BLANK * (one.end - one.start)
    return "".join(plain)


def _differ(fact: Fact, other: Fact) -> bool:
    return fact.role == other.role and (fact.quantity.low, fact.quantity.high) != (other.quantity.low, other.quantity.high)


def _bounded(text: str, quantity: Quantity) -> Quantity:
    """没干满一年 is less than a year."""
    return replace(quantity, low=Decimal(0)) if SHORT_OF.search(text[: quantity.start]) else quantity


def _of_this_job(facts: Sequence[Fact], text: str) -> list[Fact]:
    """Time at work somewhere else before (之前在别处干过六年) is none with this employer."""
    return [fact for fact in facts if fact.role != "service" or not ELSEWHERE.search(text[: fact.quantity.start])]


def day_told(text: str, plain: str, named: Named) -> Day | None:
    """What happened on a day: the job began or ended, or something else that time is counted from; None for all other days."""
    before = re.split(r"[，。；！？,;!?\n]", plain[: named.start])[-1]
    after = _CLAUSE_END.split(plain[named.end :])[0]
    role: DayRole | None = None
    if _JOINED.match(after):
        role = "joined"
    elif _ENDED.match(after) or _ENDED_ON.search(before):
        role = "ended"
    elif _BEGAN.match(after) or _BEGAN_ON.search(before) or (_SINCE.search(before) and _WORKED_SINCE.match(after)):
        role = "began"
    elif _HAPPENED.match(after):
        role = "happened"
    return Day(role, named.first, named.last, text[named.start : named.end].strip()) if role else None


def _unique(days: Iterable[Day]) -> list[Day]:
    """Each role once; of which two days were told, none."""
    found: dict[DayRole, dict[tuple[date, date], Day]] = {}
    for day in days:
        found.setdefault(day.role, {})[day.first, day.last] = day
    return [next(iter(same.values())) for same in found.values() if len(same) == 1]


def _counted(facts: Facts, as_of: date) -> Facts:
    """Return *facts* with the time at work that follows from a day: from when the job began to when it ended, else to *as_of*."""
    today = Day("ended", as_of, as_of, "")
    spans: list[tuple[FactRole, Day | None, Day]] = [("total_service", facts.day("joined"), today)]
    # Who says how long ago it ended, and not the day, was here for a time that we do not know.
    if facts.day("ended") or not facts.find("since_end"):
        spans.append(("service", facts.day("began"), facts.day("ended") or today))
    counted = tuple(
        Fact(role, Quantity(high, "月", max(months_between(began.last, ended.first), Decimal(0)), high, began.words, 0, 0), began)
        for role, began, ended in spans
        if began and role not in facts.unclear and not facts.find(role) and (high := months_between(began.first, ended.last)) > 0
    )
    return replace(facts, told=(*facts.told, *counted))


def _begun_ago(text: str, quantity: Quantity) -> Fact | None:
    """三年前进的厂 is about three years at work."""
    ago = AGO.match(text[quantity.end :])
    if ago is None or quantity.unit not in {"月", "日"} or not re.match(BEGAN, text[quantity.end + ago.end() :]):
        return None
    step = Decimal(MONTHS_A_YEAR if quantity.value % MONTHS_A_YEAR == 0 else 1) / 2
    low, high = quantity.in_months()
    return Fact("service", replace(quantity, unit="月", low=max(low - step, Decimal(0)), high=high + step))


def months_between(first: date, last: date) -> Decimal:
    """Return the time from *first* to *last* in months, what is left over in thirtieths, so that whole months are whole."""
    months = (last.year - first.year) * MONTHS_A_YEAR + last.month - first.month
    days = last.day - first.day
    if days < 0:
        months, days = months - 1, days + DAYS_A_MONTH
    return months + (Decimal(min(days, DAYS_A_MONTH - 1)) / DAYS_A_MONTH).quantize(Decimal("0.01"))


def _completed(facts: Facts, loose: Sequence[Quantity], text: str, known: Facts) -> Facts:
    """A short message that says one figure and not of what speaks of the only thing told before that is measured like it."""
    if facts.told or len(loose) != 1 or len(text) > _LONGEST_ELLIPSIS:
        return facts
    alike = [fact for fact in known.told if fact.quantity.unit == loose[0].unit]
    return replace(facts, told=(Fact(alike[0].role, loose[0]),)) if len(alike) == 1 else facts


def _joined(before: Facts, now: Facts) -> Facts:
    """The newer of each role; who says anew how long he worked, or since when, means both by it."""
    roles = {fact.role for fact in now.told} | now.unclear
    day_roles = {day.role for day in now.days} | ({"began", "ended"} if "service" in roles else set())
    roles |= {"service"} if "began" in day_roles else set()
    kept = tuple(fact for fact in before.told if fact.role not in roles)
    days = tuple(day for day in before.days if day.role not in day_roles)
    return Facts((*kept, *now.told), (*days, *now.days), (before.unclear - roles) | now.unclear)
