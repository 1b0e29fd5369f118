"""What the tests of the calculators share: the real parameters and a fixed day; random inputs are those of the harness."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from assistant.calculators.calculator import as_row
from assistant.calculators.registry import calculate
from assistant.knowledge import load_parameters
from eval.random_inputs import JUNK, TODAY, random_told, sensible

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
PARAMETERS = load_parameters(KNOWLEDGE)
__all__ = ["JUNK", "KNOWLEDGE", "PARAMETERS", "TODAY", "amounts", "calc", "money", "random_told", "sensible", "total"]


def calc(name: str, /, **told: object) -> dict[str, Any]:
    """Calculate as of TODAY and return the row that JSON has."""
    return as_row(calculate(name, told, PARAMETERS, TODAY))


def total(name: str, /, **told: object) -> str | None:
    """Return only the total."""
    return calc(name, **told)["total"]  # type: ignore[no-any-return]


def amounts(name: str, /, **told: object) -> dict[str, str | None]:
    """Return the amount of each line by its label."""
    return {line["label"]: line["amount"] for line in calc(name, **told)["lines"]}


def money(text: str | None) -> Decimal:
    """Read an amount back."""
    assert text is not None
    return Decimal(text)
