"""What a person types into a form to tell what JSON tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.calculators.arbitration_claim import PARTS
from assistant.calculators.values import Input


def as_typed(inputs: Sequence[Input], told: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """The fields of the form in order, for what *told* has."""
    pairs: list[tuple[str, str]] = []
    for field in inputs:
        value = told.get(field.name)
        key = f"{prefix}{field.name}"
        if field.type == "claims":
            for claim in value or []:
                pairs.append((key, claim["name"]))
                pairs += as_typed(PARTS[claim["name"]].inputs, claim["inputs"], f"{key}.{claim['name']}.")
        elif field.type == "records":
            for number, record in enumerate(value or [], start=1):
                pairs += as_typed(field.parts, record, f"{key}.{number}.")
        elif isinstance(value, list):
            pairs.append((key, "\r\n".join(map(str, value))))
        elif isinstance(value, bool):
            pairs.append((key, "true" if value else "false"))
        elif value is not None:
            pairs.append((key, str(value)))
    return pairs
