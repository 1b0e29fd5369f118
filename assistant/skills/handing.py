"""From a sum that was worked out in the conversation to the papers: the fields of the form that are told already. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from assistant.calculators.arbitration_claim import PARTS
from assistant.types import Answer

# The paper that claims sums.
APPLICATION = "arbitration_application"
# Inputs of a sum that are facts of the job as well, where they were told and not worked out from how long it lasted.
_OF_THE_JOB = ("start", "end")
# What an injury is claimed with is told, or asked for by the form: the sum may have done with a month, or without the wage.
_TOLD_OR_ASKED = frozenset({"own_wage", "happened"})


class Claim(NamedTuple):
    """What to claim with sums that were worked out: the words for when, none where there is only this, and the fields of the form."""

    when: str
    fields: tuple[tuple[str, str], ...]


def claims_of(answer: Answer) -> list[Claim]:
    """Return what the sums of *answer* let somebody claim, once for each case they were worked out for that comes to something."""
    if not answer.skill or not answer.skill["result"]:
        return []
    sums: dict[str, list[Mapping[str, Any]]] = {}
    for row in (answer.skill["result"], *answer.skill.get("others", ())):
        if row.get("name") in PARTS and not _comes_to_nothing(row):
            sums.setdefault(row["name"], []).append(row)
    if not sums:
        return []
    # Which case holds, only the person knows: the first sum that turns on it asks, the others go along as they are.
    turning = next((rows for rows in sums.values() if rows[0].get("when")), next(iter(sums.values())))
    chosen = ([row if rows is turning else rows[0] for rows in sums.values()] for row in turning)
    return [Claim(row.get("when", ""), tuple(_fields(rows))) for row, rows in zip(turning, chosen, strict=True)]


def _comes_to_nothing(row: Mapping[str, Any]) -> bool:
    return row.get("total") is not None and Decimal(row["total"]) == 0


def _fields(rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    job = {
        name: str(row["inputs"][name])
        for row in rows
        for name in _OF_THE_JOB
        if name in row["inputs"] and name not in row.get("inferred", ())
    }
    yield from job.items()
    for row in rows:
        stood_in = _TOLD_OR_ASKED & set(row.get("inferred", ()))
        yield from _claim(row["name"], {key: value for key, value in row["inputs"].items() if key not in stood_in})


def leaves_for_cause(answer: Answer) -> bool:
    """Say whether a sum of *answer* is that of somebody who leaves because the employer is at fault (劳动合同法 第三十八条)."""
    return bool(answer.skill and answer.skill["inputs"].get("reason") == "forced" and answer.skill["name"] == "severance")


def _claim(name: str, given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "claims", name
    for key, value in given.items():
        words = "\n".join(map(str, value)) if isinstance(value, list) else str(value).lower() if isinstance(value, bool) else str(value)
        yield f"claims.{name}.{key}", words
