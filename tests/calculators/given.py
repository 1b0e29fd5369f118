"""What the tests of the calculators share: the real parameters, a fixed day, and random inputs, right and wrong ones mixed."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from assistant.calculators.arbitration_claim import PARTS
from assistant.calculators.calculator import Calculator, as_row
from assistant.calculators.registry import calculate
from assistant.calculators.values import Input
from assistant.knowledge import load_parameters

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
PARAMETERS = load_parameters(KNOWLEDGE)
TODAY = date(2026, 11, 22)
JUNK: tuple[object, ...] = (
    -1, -0.01, 1e12, 10**400, float("nan"), float("inf"), 0, 0.1, True, False, None, [], [[]], {}, {"a": 1}, [1, 2], [None], "", "五千",
    "5e3", "１２", "1e999", "7.5", "2026-02-30", "2026-13-01", "0000-01-01", "9999-12-31", "1900-01-01", "x" * 10_000, "\ud800", "5\n6",
    ["2026-10-01"], [{"name": "severance"}], [{"name": "deadline", "inputs": {}}],
)  # fmt: skip


def calc(name: str, /, **told: object) -> dict[str, Any]:
    """Calculate as of TODAY and return the row that JSON has."""
    return as_row(calculate(name, told, PARAMETERS, TODAY))


def total(name: str, /, **told: object) -> str | None:
    """Return only the total."""
    return calc(name, **told)["total"]  # type: ignore[no-any-return]


def amounts(name: str, /, **told: object) -> dict[str, str | None]:
    """Return the amount of each line by its label."""
    return {line["label"]: line["amount"] for line in calc(name, **told)["lines"]}


def sensible(field: Input, draw: random.Random) -> object:
    """A value that is allowed for *field*, at a bound now and then."""
    low, high = float(field.low or 0), float(field.high or 0)
    match field.type:
        case "boolean":
            return draw.random() < 0.5
        case "choice":
            return draw.choice(field.choices)[0]
        case "integer":
            return draw.choice(
                [int(low), int(high), draw.randint(int(low), int(high)), draw.randint(int(low), min(int(high), int(low) + 12))]
            )
        case "number":
            return draw.choice([0, high, round(draw.uniform(0, high), 2), draw.randint(0, min(int(high), 40))])
        case "money":
            return draw.choice([max(low, 0), high, round(draw.uniform(low, 30_000), 2), draw.randint(1, 12) * 1000])
        case "money_list":
            return [round(draw.uniform(0, 20_000), 2) for _ in range(draw.randint(1, field.most))]
        case "date":
            return any_day(field, draw).isoformat()
        case "date_list":
            return [(TODAY - timedelta(days=draw.randint(0, 2400))).isoformat() for _ in range(draw.randint(1, 5))]
        case "claims":
            return [claim(draw) for _ in range(draw.randint(1, 4))]


def any_day(field: Input, draw: random.Random) -> date:
    latest = TODAY + timedelta(days=field.latest if field.latest is not None else 4000)
    span = (latest - field.earliest).days
    return draw.choice(
        [field.earliest, latest, latest - timedelta(days=draw.randint(0, 1200)), field.earliest + timedelta(days=draw.randint(0, span))]
    )


def claim(draw: random.Random) -> dict[str, object]:
    part = draw.choice(list(PARTS.values()))
    return {"name": part.name, "inputs": random_told(part, draw, wrong=0.02)}


def random_told(calculator: Calculator, draw: random.Random, *, wrong: float = 0.03) -> dict[str, object]:
    """Inputs of one calculator; each left out, or wrong, now and then."""
    told: dict[str, object] = {}
    for field in calculator.inputs:
        chance = draw.random()
        if chance < wrong:
            told[field.name] = draw.choice(JUNK)
        elif field.required or chance < 0.6:
            told[field.name] = sensible(field, draw)
    return told


def money(text: str | None) -> Decimal:
    """Read an amount back."""
    assert text is not None
    return Decimal(text)
