"""What the tests of the self-tests share: the real knowledge, a fixed day, and people who told some of what they know."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from assistant.calculators import inputs
from assistant.instruments import Register
from assistant.knowledge import load_instruments, load_local
from assistant.selftests.hardship import LINE
from assistant.selftests.registry import AnySelfTest, examine
from assistant.selftests.selftest import Ground, as_row
from assistant.types import Knowledge, Parameter
from tests.calculators.given import KNOWLEDGE, sensible

LOCAL = load_local(KNOWLEDGE)
TODAY = date(2026, 11, 22)
GROUND = Ground(LOCAL, TODAY)
REGISTER = Register(load_instruments(KNOWLEDGE))


def look(name: str, /, **told: object) -> dict[str, Any]:
    """Examine as of TODAY and return the row that JSON has."""
    return as_row(examine(name, told, LOCAL, TODAY))


def verdict(name: str, /, **told: object) -> str:
    """Return only how it looks."""
    return str(look(name, **told)["verdict"])


def laws_of(row: dict[str, Any]) -> set[tuple[str, str]]:
    """Return every article that reasons or items rest on."""
    return {(one["law"], one["article"]) for part in (*row.get("reasons", ()), *row.get("items", ())) for one in part["basis"]}


def with_line(value: str, *, confirmed: bool) -> Knowledge:
    """Our knowledge with a 低保 line of *value*."""
    line = Parameter(
        LINE, "即墨城乡低保标准", Decimal(value), "元/月", "即墨", date(2026, 1, 1), None, "", "high", confirmed=confirmed
    )  # fmt: skip
    return replace(LOCAL, parameters=(*(one for one in LOCAL.parameters if one.id != LINE), line))


def person(selftest: AnySelfTest, draw: random.Random) -> dict[str, object]:
    """Everything about somebody, drawn at random."""
    return {field.name: sensible(field, draw) for field in selftest.inputs}


def some_of(told: dict[str, object], draw: random.Random) -> dict[str, object]:
    """What that person happened to tell."""
    share = draw.random()
    return {name: given for name, given in told.items() if draw.random() < share}


def read(selftest: AnySelfTest, raw: dict[str, object]) -> dict[str, Any]:
    """What the conversation holds: the answers as they were understood."""
    return dict(inputs.read(selftest.inputs, raw, TODAY).values)
