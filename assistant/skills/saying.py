"""A sum in words: the sentence under the short answer, and line by line how it was worked out. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby

from assistant.calculators.calculator import written
from assistant.calculators.registry import find_calculator
from assistant.calculators.values import DAY, MONEY, Given, Input, Line, Result, paid_by, plain
from assistant.citation import format_citation
from assistant.skills.counting import Sum
from assistant.types import Citation

MOST_NAMED = 6
# How the limits of a person and those of others end (calculator `deadline`).
_YOURS, _NOT_YOURS = "（你自己办）", "（不是你办，供你对照）"
# Whose days are months: everybody born in a month retires in the same one.
_BY_MONTH = frozenset({"retirement"})
# How a note begins that says what was taken for granted, and one that says what to look out for.
TAKEN, MIND = "按这样算的：", "注意："
CORRECT_ME = "哪一样说得不对，直接告诉我“不是……，是……”，我重新算。"


def sentences_of(sums: Sequence[Sum]) -> str:
    """Return what the sums come to, as one or two sentences."""
    return "".join(_sentence(one) for one in sums)


def lines_of(sums: Sequence[Sum]) -> tuple[str, ...]:
    """Return how the sums were worked out, line by line; what is the same in each case of a sum is said once."""
    return (*(line for one in sums for line in _worked(one)), CORRECT_ME)


def notes_of(sums: Sequence[Sum]) -> tuple[str, ...]:
    """Return what was taken for granted, and what to look out for."""
    results = [result for one in sums for _, result in one.results]
    taken = (*(f"{sentence}。" for one in sums for sentence in one.taken), *(one for result in results for one in result.assumptions))
    warned = (sentence for result in results for sentence in result.warnings)
    return (*(f"{TAKEN}{one}" for one in dict.fromkeys(taken)), *(f"{MIND}{one}" for one in dict.fromkeys(warned)))


def citations_of(sums: Sequence[Sum]) -> tuple[Citation, ...]:
    """Return every article the lines of the sums rest on, each once."""
    return tuple(dict.fromkeys(one for sum_ in sums for _, result in sum_.results for line in result.lines for one in line.basis))


def _sentence(one: Sum) -> str:
    said = [f"如果{when}，{words}" if when else words for when, result in one.results if (words := _comes_to(result))]
    told = "，".join(_understood(one))
    return f"按您说的{f'（{told}）' if told else ''}算，{'；'.join(said)}。" if said else ""


def _understood(one: Sum) -> Iterator[str]:
    """What was made of the person's words, so that a wrong reading shows; what the cases differ in is theirs to say."""
    first = one.results[0][1]
    for field in find_calculator(first.name).inputs:
        given = first.inputs.get(field.name)
        if field.name not in one.told or given is None or any(result.inputs.get(field.name) != given for _, result in one.results):
            continue
        if words := one.says.get(field.name, _told(field, given)):
            yield words


def _told(field: Input, given: Given) -> str:
    if field.type == "choice":
        return dict(field.choices)[str(given)].partition("（")[0]
    if isinstance(given, bool):
        return "" if given == bool(field.otherwise) else f"{field.label}：{'是' if given else '没有'}"
    if isinstance(given, date):
        return f"{field.label}：{given.year}年{given.month}月{given.day}日"
    if isinstance(given, Decimal):
        return f"{field.label}：{plain(given)}{field.unit}" if given else ""
    return f"{field.label}：{len(given)}个"


def _comes_to(result: Result) -> str:
    """What somebody pays and what counts, and their total; of a result without either, all its lines. A limit of others is not named."""
    shown = [line for line in result.lines if line.amount is not None and not line.label.endswith(_NOT_YOURS)]
    counting = [line for line in shown if (line.counts or line.payer) and line.amount] or [line for line in shown if line.counts] or shown
    named = "，".join(_named(line, result) for line in counting[:MOST_NAMED])
    is_sum = isinstance(result.total, Decimal) and result.unit in MONEY and sum(line.counts for line in counting) > 1
    total = f"，一共 {_written(result.total, result.unit)}" if is_sum else ""
    differing = [variant for variant in result.variants if variant.total != result.total]
    others = "；".join(f"换一种算法（{variant.label}），是 {_written(variant.total, result.unit)}" for variant in differing)
    return f"{named}{total}" + (f"；{others}" if others else "")


def _named(line: Line, result: Result) -> str:
    label = line.label.removesuffix(_YOURS)
    unsettled = f"（{paid_by(line.payer)}）" if line.payer == "待确认" else ""
    return f"{label}{' ' if '，' in label or label.endswith('月数') else '是 '}{_amount(line, result)}{unsettled}"


def _worked(one: Sum) -> Iterator[str]:
    cases = [(when, [_line(line, result) for line in result.lines]) for when, result in one.results]
    common = [line for line in cases[0][1] if all(line in lines for _, lines in cases)]
    yield from common
    for when, lines in cases:
        yield from (f"如果{when}，{line}" for line in lines if line not in common)


def _line(line: Line, result: Result) -> str:
    amount = "没有数" if line.amount is None else _amount(line, result)
    payer = f"，{paid_by(line.payer)}" if line.payer else ""
    basis = by_law(one for one in line.basis if format_citation(one) not in line.formula)
    return f"{line.label}：{amount}{payer}。{line.formula}" + (f"（{basis}）" if basis else "")


def by_law(basis: Iterable[Citation]) -> str:
    """Return the articles of one law behind its name once: 《劳动合同法》第三十八条、第四十六条."""
    said = []
    for law, citations in groupby(basis, key=lambda citation: citation.law):
        first, *others = citations
        said.append("、".join((format_citation(first), *(format_citation(one).removeprefix(f"《{law}》") for one in others))))
    return "、".join(said)


def _amount(line: Line, result: Result) -> str:
    if isinstance(line.amount, date) and result.name in _BY_MONTH:
        return f"{line.amount.year}年{line.amount.month}月"
    return _written(line.amount, line.unit)


def _written(amount: object, unit: str) -> str:
    if isinstance(amount, Decimal):
        return f"{plain(amount.quantize(Decimal('0.01')) if unit in MONEY else amount)} {unit}"
    return str(written(amount, unit) if unit != DAY else amount)  # type: ignore[arg-type]
