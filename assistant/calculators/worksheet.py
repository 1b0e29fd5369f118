"""The sheet a calculator writes its lines on, and the dated local figures it may use; what is not confirmed becomes a warning."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from assistant.calculators.values import MONEY, Line, Payer, Variant, cents, plain
from assistant.types import Citation, Parameter

_ZERO = Decimal(0)


@dataclass(slots=True)
class Worksheet:
    """Lines, assumptions and warnings of one calculation; `today` and `parameters` are all it knows of the world."""

    today: date
    parameters: Sequence[Parameter]
    lines: list[Line] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    variants: list[Variant] = field(default_factory=list)
    unconfirmed: list[Parameter] = field(default_factory=list)
    by_id: dict[str, list[Parameter]] = field(default_factory=dict)
    unit: str = "元"
    total: Decimal | date | None = None
    is_unknown: bool = False

    def write(
        self,
        label: str,
        amount: Decimal | int | date | None,
        formula: str,
        *basis: Iterable[Citation],
        unit: str = "元",
        counts: bool | None = None,
        payer: Payer = "",
        is_limit: bool = False,
    ) -> Decimal:
        """Write a line and return its amount, money in whole cents; a line of the result's own unit counts unless said otherwise."""
        shown = amount if isinstance(amount, date) or amount is None else Decimal(amount)
        if isinstance(shown, Decimal) and unit in MONEY:
            shown = cents(shown)
        cited = tuple(dict.fromkeys(citation for citations in basis for citation in citations))
        counted = unit == self.unit if counts is None else counts
        self.lines.append(Line(label, shown, unit, formula, cited, counted and isinstance(shown, Decimal), payer, is_limit))
        return shown if isinstance(shown, Decimal) else _ZERO

    def find(self, parameter: str, on: date) -> Parameter | None:
        """Return the local figure that holds on day *on*, None where there is none. Say so with `take` where the result rests on it."""
        if not self.by_id:
            for one in self.parameters:
                self.by_id.setdefault(one.id, []).append(one)
        return next((one for one in self.by_id.get(parameter, ()) if holds(one, on)), None)

    def take(self, parameter: str, on: date) -> Parameter | None:
        """Return the local figure that holds on day *on*, as `find` does; one that is not confirmed is warned of."""
        found = self.find(parameter, on)
        if found is not None:
            self.rest_on(found)
        return found

    def rest_on(self, parameter: Parameter) -> None:
        """Warn where a figure the result rests on is not confirmed."""
        if not parameter.confirmed and parameter not in self.unconfirmed:
            self.unconfirmed.append(parameter)

    def assume(self, *sentences: str) -> None:
        """Say what was taken for granted, each sentence once."""
        self.assumptions += [sentence for sentence in sentences if sentence not in self.assumptions]

    def warn(self, *sentences: str) -> None:
        """Say what to look out for, each sentence once."""
        self.warnings += [sentence for sentence in sentences if sentence not in self.warnings]

    def all_warnings(self) -> tuple[str, ...]:
        """Return the warnings, first which figures nobody has confirmed and which lines have none."""
        figures = "；".join(f"{parameter.name}按 {said(parameter)} 算" for parameter in self.unconfirmed)
        missing = "、".join(line.label for line in self.lines if line.amount is None)
        first = [f"这些数待工会确认：{figures}。"] if figures else []
        if missing and not self.is_unknown:
            first.append(f"合计里没有算：{missing}。")
        return tuple(dict.fromkeys((*first, *self.warnings)))

    def counted(self) -> Decimal:
        """Return the sum of the lines that count."""
        return sum((line.amount for line in self.lines if line.counts and isinstance(line.amount, Decimal)), _ZERO)


def value(parameter: Parameter) -> Decimal:
    """Return the value of a parameter that has one."""
    return parameter.value if parameter.value is not None else _ZERO


def said(parameter: Parameter) -> str:
    """Write a parameter with its unit: 2400元/月, 16%."""
    return f"{plain(value(parameter))}{parameter.unit}"


def holds(parameter: Parameter, on: date) -> bool:
    """Say whether a local figure has a value on day *on*."""
    return parameter.value is not None and parameter.since <= on and (parameter.until is None or on < parameter.until)
