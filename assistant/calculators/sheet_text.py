"""A result as a person reads it on a terminal: the sum first, then line by line with formula and basis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from assistant.calculators.calculator import written
from assistant.calculators.values import MONEY, Input, Payer, Result, cents, paid_by, plain
from assistant.citation import format_citation


class Asking(Protocol):
    """What has a name and questions: a calculator or a self-test."""

    @property
    def name(self) -> str:
        """Return its name."""

    @property
    def title(self) -> str:
        """Return what it is called."""

    @property
    def inputs(self) -> tuple[Input, ...]:
        """Return what it asks."""


def as_text(result: Result) -> str:
    """Return the result in words."""
    return "\n".join(_lines(result))


def shown(amount: Decimal | date | None, unit: str) -> str:
    """Return an amount as a page has it, written like those of the formulas: 40000元, 3.5个月, 2027年9月30日."""
    if isinstance(amount, date):
        return f"{amount.year}年{amount.month}月{amount.day}日"
    if amount is None:
        return "没有数"
    return f"{plain(cents(amount) if unit in MONEY else amount)}{unit}"


def by_payer(result: Result) -> tuple[tuple[str, str], ...]:
    """Return who pays how much of the total, where more than one does and each line says who."""
    paid: dict[Payer, Decimal] = {}
    for line in result.lines:
        if line.counts and isinstance(line.amount, Decimal) and line.unit in MONEY and line.amount:
            paid[line.payer] = paid.get(line.payer, Decimal(0)) + line.amount
    is_said = len(paid) > 1 and "" not in paid
    return tuple((paid_by(payer), shown(amount, result.unit)) for payer, amount in paid.items()) if is_said else ()


def as_list(asking: Sequence[Asking]) -> str:
    """Return calculators or self-tests with what each asks for."""
    return "\n".join(
        line
        for one in asking
        for line in (
            f"{one.name}  {one.title}",
            *(f"    {field.name}（{field.type}{'' if field.is_needed else '，可以不写'}）{field.prompt}" for field in one.inputs),
        )
    )


def _lines(result: Result) -> Iterator[str]:
    total = written(result.total, result.unit)
    yield f"{result.title}：" + ("算不出来，看下面的说明" if total is None else _with_unit(total, result.unit))
    for variant in result.variants:
        yield f"    {variant.label}：{_with_unit(written(variant.total, result.unit) or '', result.unit)}"
    for line in result.lines:
        amount = written(line.amount, line.unit)
        payer = f"，{paid_by(line.payer)}" if line.payer else ""
        yield f"· {line.label}：{'没有数' if amount is None else _with_unit(amount, line.unit)}{payer}"
        basis = "、".join(format_citation(citation) for citation in line.basis)
        yield f"    {line.formula}" + (f"（{basis}）" if basis else "")
    yield from (f"说明：{sentence}" for sentence in result.assumptions)
    yield from (f"注意：{sentence}" for sentence in result.warnings)


def _with_unit(amount: str, unit: str) -> str:
    return amount if unit == "日期" else f"{amount} {unit}"
