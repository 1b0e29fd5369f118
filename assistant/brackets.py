"""The rule applied to what a person told: which row of a table of law a told fact falls into, and the sentence that says so. Pure.

What the facts do not decide is left open in words (三年多: a rest of half a year or more counts as one), or nothing is said.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from assistant.citation import format_article
from assistant.facts import Fact, Facts
from assistant.instruments import Register
from assistant.quantities import MONTHS_A_YEAR
from assistant.text import find_numbers
from assistant.types import Bracket, BracketRow, Citation, Counting, FactRole, Figure, Guide

_ENDLESS = Decimal("Infinity")
_HALF_A_YEAR = MONTHS_A_YEAR // 2
# What lies between two bounds is not on them: 三年多 is more than three years.
_MORE, _HALF = Decimal("0.01"), Decimal("0.5")
SAMPLE = Decimal(44)
# Where a figure comes from: the question, a row of a table, which an article has, or a count, which none has.
TOLD, TABLED, COUNTED = "question", "bracket:", "count:"
_RESTATED: Mapping[FactRole, str] = {
    "service": "干了{}", "total_service": "累计工龄{}", "seniority": "工龄{}", "contract": "签了{}合同", "grade": "评了{}",
    "insured": "交了{}", "pregnant": "怀孕{}", "age": "{}",
}  # fmt: skip


class Applied(NamedTuple):
    """The sentence, the articles it names, and where its figures come from: the question, a row of the bracket, or its count."""

    sentence: str
    citations: tuple[Citation, ...]
    figures: tuple[Figure, ...]


class _Known(NamedTuple):
    """The bounds of one fact in the bracket's unit (low = high where it is exact), and the fact they come from."""

    low: Decimal
    high: Decimal
    fact: Fact
    is_least: bool = False

    def meets(self, low: Decimal, high: Decimal | None) -> bool:
        """Say whether it may lie from *low* up to *high*."""
        within = high is None or self.low < high
        return within and (low <= self.low if self.low == self.high else low < self.high)


class _Body(NamedTuple):
    """What to say, by which articles, and what of it was counted: no article says 4 个月, it follows from one."""

    words: str
    articles: tuple[Citation, ...]
    counted: str = ""


class _Found(NamedTuple):
    """What to say, and the facts it rests on."""

    body: _Body
    facts: tuple[Fact, ...]


def matter_of(guide_id: str, guides: Mapping[str, Guide]) -> tuple[str, ...]:
    """Return a guide and those that have told its matter since its last day: their tables go for it while their articles are law."""
    later = guides[guide_id].replaced_by
    return (guide_id, *(matter_of(later, guides) if later is not None else ()))


def apply(matter: Collection[str], facts: Facts, brackets: Sequence[Bracket], register: Register, as_of: date) -> Applied | None:
    """Return the first of *brackets* that is a guide's of *matter*, all its articles law on the day, that *facts* decide, as a sentence."""
    for bracket in brackets:
        if is_of(bracket, matter, register, as_of) and (found := _find(bracket, facts, as_of)):
            return _applied(bracket, _restated(found.facts, facts), found.body)
    return None


def is_of(bracket: Bracket, matter: Collection[str], register: Register, as_of: date) -> bool:
    """Say whether a table is that of a guide of *matter* and all its articles are law on the day."""
    return not set(matter).isdisjoint(bracket.guides) and all(
        register.status(citation, as_of) == "in_force" for citation in bracket.all_articles()
    )


def is_before(bracket: Bracket, happened: date | None) -> bool:
    """Say whether what *happened* on a day is older than the rows of a table; a count looks at when the time began instead."""
    return bool(bracket.rows and bracket.only_since and happened and happened < bracket.only_since)


def samples(bracket: Bracket) -> list[Applied]:
    """Return everything the bracket can say, without the facts it says it of, for proving it; of a count the one of SAMPLE months."""
    said = [body for row in bracket.rows if (body := _of_row(bracket, row))]
    rows = [row for row in bracket.rows if row.result]
    if bracket.at_least:
        said += [_Body(bracket.at_least.format(result=row.result), _articles(bracket, row)) for row in rows]
    if bracket.counts is not None:
        said += [_of_count(bracket, count(SAMPLE, bracket.counts), rest or "") for rest in (bracket.whole, bracket.capped)]
        said += [_Body(bracket.unsure, bracket.articles)] if bracket.unsure else []
    elif bracket.unsure:
        said += [_unsure(bracket, pair) for pair in pairwise(rows)]
    return [_applied(bracket, "的", body) for body in said]


def _of_row(bracket: Bracket, row: BracketRow) -> _Body | None:
    words = row.says or (bracket.says.format(result=row.result) if row.result else None)
    return _Body(words, _articles(bracket, row)) if words else None


def _find(bracket: Bracket, facts: Facts, as_of: date) -> _Found | None:
    if bracket.counts is not None:
        return _counted(bracket, bracket.counts, facts, as_of)
    roles = tuple(dict.fromkeys(within.role for row in bracket.rows for within in row.when))
    known = {role: found for role in roles if (found := _known(role, bracket, facts))}
    if {"service", "total_service"} <= known.keys() and not facts.find("service"):
        # Of 工龄十二年 nobody knows how much of it was here.
        known["service"] = known["total_service"]._replace(low=Decimal(0), high=known["total_service"].high + _MORE)
    if len(known) < len(roles):
        return None
    rows = [row for row in bracket.rows if all(known[within.role].meets(within.low, within.high) for within in row.when)]
    return _looked_up(bracket, rows, tuple(known.values()))


def _looked_up(bracket: Bracket, rows: Sequence[BracketRow], known: Sequence[_Known]) -> _Found | None:
    """What the rows say that the facts may fall into: one result, the least of them, or which of two."""
    told = tuple(dict.fromkeys(one.fact for one in known))
    said = {body.words: body for row in rows if (body := _of_row(bracket, row))}
    is_unsaid = any(not row.result and not row.says for row in rows)
    if len(said) == 1 and not is_unsaid:
        return _Found(next(iter(said.values())), told)
    if not said or is_unsaid or any(row.result is None for row in rows):
        return None
    if any(one.is_least for one in known):
        least = _Body((bracket.at_least or "").format(result=rows[0].result), _articles(bracket, rows[0]))
        return _Found(least, told) if bracket.at_least else None
    return _Found(_unsure(bracket, rows), told) if bracket.unsure and len(rows) == 2 else None


def _unsure(bracket: Bracket, rows: Sequence[BracketRow]) -> _Body:
    """Which of two results it is, and the bound between them."""
    lower, upper = rows
    bound, unit = max(within.low for within in upper.when), bracket.unit
    if unit == "月" and bound % MONTHS_A_YEAR == 0:
        bound, unit = bound / MONTHS_A_YEAR, "年"
    between = f"{bound.normalize():f} {'个' if unit == '月' else ''}{unit}"
    return _Body((bracket.unsure or "").format(low=lower.result, high=upper.result, bound=between), _articles(bracket, lower))


def _articles(bracket: Bracket, row: BracketRow) -> tuple[Citation, ...]:
    return row.articles or bracket.articles


def _counted(bracket: Bracket, counting: Counting, facts: Facts, as_of: date) -> _Found | None:
    known = _known(counting.by, bracket, facts)
    if known is None or known.is_least or (bracket.only_since and _months_before(as_of, known.high) < bracket.only_since):
        return None
    counts = {count(months, counting) for months in _possible(known)}
    told = (known.fact,)
    if len(counts) > 1:
        return _Found(_Body(bracket.unsure, bracket.articles), told) if bracket.unsure else None
    (number,) = counts
    rest = None
    if number > counting.most * counting.times:
        rest = bracket.capped
    elif known.low == known.high and known.low % MONTHS_A_YEAR == 0 and "月" not in known.fact.words:
        rest = bracket.whole
    return _Found(_of_count(bracket, number, rest or ""), told)


def _of_count(bracket: Bracket, number: Decimal, rest: str) -> _Body:
    counted = "半个月" if number == _HALF else f" {number.normalize():f} 个月"
    return _Body(bracket.says.format(result=counted) + rest, bracket.articles, counted)


def count(months: Decimal, counting: Counting) -> Decimal:
    """Return what *months* of work count for: 44 are 4 where each full year is 1 and a rest of half a year or more is 1."""
    years, rest = divmod(months, MONTHS_A_YEAR)
    part = counting.half if rest >= _HALF_A_YEAR else counting.less if rest else Decimal(0)
    return (years * counting.year + part) * counting.times


def _possible(known: _Known) -> list[Decimal]:
    """Times, one for each stretch that counts alike, that what is known may be."""
    if known.low == known.high:
        return [known.low]
    bounds = [Decimal(bound) for bound in range(0, int(known.high) + 1, _HALF_A_YEAR) if known.low < bound < known.high]
    return [known.low + _MORE, *(bound + _MORE for bound in bounds)]


def _months_before(day: date, months: Decimal) -> date:
    place = day.year * MONTHS_A_YEAR + day.month - 1 - int(months.to_integral_value(rounding="ROUND_CEILING"))
    return date(max(1, place // MONTHS_A_YEAR), place % MONTHS_A_YEAR + 1, 1)


# What may stand for a fact, the surest first. Who was nowhere else has worked in all no longer than here, and never shorter.
_INSTEAD: Mapping[FactRole, tuple[FactRole, ...]] = {"service": ("seniority",), "total_service": ("seniority",)}


def _known(role: FactRole, bracket: Bracket, facts: Facts) -> _Known | None:
    """The bounds of *role*, in months where it is a time: of what was told of it, or of what stands for it."""
    fact = next((found for one in (role, *_INSTEAD.get(role, ())) if (found := facts.find(one))), None)
    if {role, "service"} & facts.unclear and role in {"service", "total_service"}:
        return None
    if fact is None and role == "total_service" and (here := facts.find("service")):
        return _scaled(bracket, here.quantity.in_months()[0], _ENDLESS, here)._replace(is_least=True)
    if fact is None:
        return None
    if fact.quantity.unit in {"月", "日"}:
        return _scaled(bracket, *fact.quantity.in_months(), fact)
    return _Known(fact.quantity.low, fact.quantity.high, fact)


def _scaled(bracket: Bracket, low: Decimal, high: Decimal, fact: Fact) -> _Known:
    """Bounds in months, in the unit of the bracket's rows; what is counted is counted in months."""
    each = MONTHS_A_YEAR if bracket.unit == "年" and bracket.counts is None else 1
    return _Known(low / each, high / each, fact)


def _applied(bracket: Bracket, told: str, body: _Body) -> Applied:
    said = body.words.replace(body.counted, "") if body.counted else body.words
    origins = ((TOLD, told), (f"{COUNTED}{bracket.id}", body.counted), (f"{TABLED}{bracket.id}", said))
    figures = [Figure(one.text, f"{one.value:f}", one.unit, origin) for origin, words in origins for one in find_numbers(words)]
    return Applied(f"您说{told}，{body.words}（{_named(body.articles)}）。", body.articles, tuple(figures))


def _restated(told: Sequence[Fact], facts: Facts) -> str:
    """What the result rests on, as the person told it."""
    if told[0].since is None:
        here = "在这里" if len(told) > 1 else ""
        return "、".join((here if fact.role == "service" else "") + _RESTATED.get(fact.role, "{}").format(fact.words) for fact in told)
    if told[0].role == "total_service":
        return f"{told[0].words}参加工作，算到今天"
    ended = facts.day("ended")
    return f"{told[0].words}来、{ended.words}走" if ended else f"{told[0].words}来的，算到今天"


def _named(articles: Sequence[Citation]) -> str:
    """《劳动合同法》第四十七条、第八十七条: the law is named once."""
    laws: dict[str, list[str]] = {}
    for citation in articles:
        laws.setdefault(citation.law, []).append(format_article(citation.article))
    return "、".join(f"《{law}》{'、'.join(numbers)}" for law, numbers in laws.items())
