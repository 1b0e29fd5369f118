"""One calculator: its name, what it asks, what it rests on, and the work; and how a result is written down as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from assistant.calculators import inputs
from assistant.calculators.inputs import Told
from assistant.calculators.values import MONEY, Given, Input, Line, Result, cents, plain
from assistant.calculators.worksheet import Worksheet
from assistant.types import Citation, Parameter


@dataclass(frozen=True, slots=True)
class Calculator:
    """A sum or a set of dates: `laws` are all articles its lines may cite, `parameters` all local figures it may use.

    `unit` is the unit of its total. `work` writes lines; it raises InputError where what was told does not fit together.
    `total_is` says what the total is; `without_total` is said where there is none.
    """

    name: str
    title: str
    unit: str
    inputs: tuple[Input, ...]
    laws: tuple[Citation, ...]
    parameters: tuple[str, ...]
    work: Callable[[Told, Worksheet], None]
    total_is: str = "合计"
    without_total: str = "算不出来，看下面的说明"

    def run(self, raw: object, parameters: Sequence[Parameter], today: date) -> Result:
        """Return the result for what *raw* tells, by the figures of each day; raises InputError."""
        told = inputs.read(self.inputs, raw, today)
        sheet = Worksheet(today, parameters, unit=self.unit)
        self.work(told, sheet)
        total = None if sheet.is_unknown else sheet.counted() if sheet.total is None else sheet.total
        return Result(
            self.name,
            self.title,
            told.values,
            total,
            self.unit,
            tuple(sheet.lines),
            tuple(sheet.assumptions),
            sheet.all_warnings(),
            tuple(sheet.variants),
        )


def as_row(result: Result) -> dict[str, object]:
    """Return a result as JSON has it: money as text with two places, dates as 2026-01-31."""
    return {
        "name": result.name,
        "title": result.title,
        "inputs": {name: as_told(given) for name, given in result.inputs.items()},
        "total": written(result.total, result.unit),
        "unit": result.unit,
        "lines": [_line(line) for line in result.lines],
        "assumptions": list(result.assumptions),
        "warnings": list(result.warnings),
        "variants": [{"label": variant.label, "total": written(variant.total, result.unit)} for variant in result.variants],
    }


def declared(calculator: Calculator, today: date) -> dict[str, object]:
    """Return what a calculator asks for, as `gonghui calc --list --json` prints it."""
    return {
        "name": calculator.name,
        "title": calculator.title,
        "unit": calculator.unit,
        "inputs": [declared_input(field, today) for field in calculator.inputs],
    }


def written(amount: Decimal | date | None, unit: str) -> str | None:
    """Return an amount as text: 20000.00 for money, 3.5 for counts, 2026-01-31 for days."""
    if isinstance(amount, date):
        return amount.isoformat()
    if amount is None:
        return None
    return f"{cents(amount):f}" if unit in MONEY else plain(amount)


def _line(line: Line) -> dict[str, object]:
    return {
        "label": line.label,
        "amount": written(line.amount, line.unit),
        "unit": line.unit,
        "formula": line.formula,
        "basis": [{"law": citation.law, "article": citation.article} for citation in line.basis],
        "counts": line.counts,
        "payer": line.payer,
    }


def declared_input(field: Input, today: date) -> dict[str, object]:
    """Return what one input asks for: type, bounds, choices, and of records their parts."""
    bounds: dict[str, object] | None = None
    if field.type in ("date", "date_list"):
        latest = None if field.latest is None else (today + timedelta(days=field.latest)).isoformat()
        bounds = {"min": field.earliest.isoformat(), "max": latest}
    elif field.low is not None and field.high is not None:
        bounds = {"min": plain(field.low), "max": plain(field.high)}
    elif field.type in ("text", "records"):
        bounds = {"min": "1", "max": str(field.most)}
    parts = {"parts": [declared_input(part, today) for part in field.parts]} if field.parts else {}
    return {
        "name": field.name,
        "type": field.type,
        "label": field.label,
        "unit": field.unit,
        "required": field.is_needed,
        "default": None if field.otherwise is None else as_told(field.otherwise),
        "bounds": bounds,
        "choices": [{"value": value, "label": label} for value, label in field.choices],
        "prompt": field.prompt,
        **parts,
    }


def as_told(given: Given) -> object:
    """Return what was told as JSON has it."""
    if isinstance(given, bool | str):
        return given
    if isinstance(given, Decimal):
        return f"{given:f}"
    if isinstance(given, date):
        return given.isoformat()
    return [dict(one) if isinstance(one, Mapping) else as_told(one) for one in given]
