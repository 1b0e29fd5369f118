"""Random inputs of a calculator, right and wrong ones mixed: what its tests try and `eval.bench` times."""

from __future__ import annotations

import random
from datetime import date, timedelta

from assistant.calculators.arbitration_claim import PARTS
from assistant.calculators.calculator import Calculator
from assistant.calculators.values import Input

TODAY = date(2026, 11, 22)
JUNK: tuple[object, ...] = (
    -1, -0.01, 1e12, 10**400, float("nan"), float("inf"), 0, 0.1, True, False, None, [], [[]], {}, {"a": 1}, [1, 2], [None], "", "五千",
    "5e3", "１２", "1e999", "7.5", "2026-02-30", "2026-13-01", "0000-01-01", "9999-12-31", "1900-01-01", "x" * 10_000, "\ud800", "5\n6",
    ["2026-10-01"], [{"name": "severance"}], [{"name": "deadline", "inputs": {}}],
)  # fmt: skip


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
            return _any_day(field, draw).isoformat()
        case "date_list":
            return [(TODAY - timedelta(days=draw.randint(0, 2400))).isoformat() for _ in range(draw.randint(1, 5))]
        case "claims":
            return [_claim(draw) for _ in range(draw.randint(1, 4))]
    raise ValueError(f"a calculator asks for no {field.type}")


def _any_day(field: Input, draw: random.Random) -> date:
    latest = TODAY + timedelta(days=field.latest if field.latest is not None else 4000)
    span = (latest - field.earliest).days
    return draw.choice(
        [field.earliest, latest, latest - timedelta(days=draw.randint(0, 1200)), field.earliest + timedelta(days=draw.randint(0, span))]
    )


def _claim(draw: random.Random) -> dict[str, object]:
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
