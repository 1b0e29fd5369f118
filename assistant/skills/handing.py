"""From a sum that was worked out in the conversation to the papers: the fields of the form that are told already. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from assistant.calculators.arbitration_claim import PARTS
from assistant.types import Answer

# The paper that claims sums, and the notice of whoever leaves because the employer is at fault.
APPLICATION, NOTICE = "arbitration_application", "resignation_notice"
# Inputs of a sum that are facts of the job as well.
_OF_THE_JOB = ("start", "end")


def fields_of(answer: Answer) -> list[tuple[str, str]]:
    """Return the fields of the arbitration application that the sums of *answer* fill, empty where none can be claimed."""
    if not answer.skill or not answer.skill["result"]:
        return []
    sums: dict[str, Mapping[str, Any]] = {}
    for row in (answer.skill["result"], *answer.skill.get("others", ())):
        # Of several cases of a sum the first is the cautious one.
        if row.get("name") in PARTS:
            sums.setdefault(row["name"], row["inputs"])
    if not sums:
        return []
    job = {name: str(given[name]) for given in sums.values() for name in _OF_THE_JOB if name in given}
    return [*((name, value) for name, value in job.items()), *(field for name, given in sums.items() for field in _claim(name, given))]


def leaves_for_cause(answer: Answer) -> bool:
    """Say whether a sum of *answer* is that of somebody who leaves because the employer is at fault (劳动合同法 第三十八条)."""
    return bool(answer.skill and answer.skill["inputs"].get("reason") == "forced" and answer.skill["name"] == "severance")


def _claim(name: str, given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "claims", name
    for key, value in given.items():
        words = "\n".join(map(str, value)) if isinstance(value, list) else str(value).lower() if isinstance(value, bool) else str(value)
        yield f"claims.{name}.{key}", words
