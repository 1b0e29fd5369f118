"""An answer with the sum its question wants: what it comes to under the short answer, how it was worked out, or what is missing. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from assistant import grounding
from assistant.calculators.calculator import as_row
from assistant.grounding import AllowList
from assistant.instruments import Register
from assistant.skills import saying, talking
from assistant.skills.counting import Sum, Wanted
from assistant.types import Answer, Section

# Where a figure of a sum comes from.
ORIGIN = "calc:"
NOTED = "记下了，还差一样就能算。"


def with_sums(answer: Answer, wanted: Wanted, register: Register, allow: AllowList, *, goes_on: bool) -> Answer:
    """Return *answer* with the sums of *wanted*, or with what it asks back for them; what the gate refuses is left out and counted.

    Where the conversation *goes_on* with a sum, the person has read the guide already: the sum leads, and what it still lacks stands
    alone.
    """
    notes = (*answer.notes, *filter(None, [wanted.problem]))
    if wanted.missing is not None and wanted.skill is not None:
        asked = talking.asks_back(wanted.skill.name, wanted.missing)
        running: dict[str, Any] = {"name": wanted.skill.name, "inputs": {}, "result": None}
        if goes_on:
            return replace(
                answer, short=NOTED, applied="", sections=(), citations=(), notes=(), suggestions=(), asks_back=asked, skill=running
            )
        return replace(answer, asks_back=asked, skill=running, notes=notes)
    if not wanted.sums:
        return replace(answer, short=wanted.problem, applied="") if goes_on else replace(answer, notes=notes)
    sentence, lines, beside = saying.sentences_of(wanted.sums), saying.lines_of(wanted.sums), saying.notes_of(wanted.sums)
    failures = grounding.sum_failures(
        (sentence, *lines, *beside), saying.citations_of(wanted.sums), register=register, allow=allow, as_of=answer.as_of
    )
    if failures:
        return replace(answer, failures=(*answer.failures, *failures))
    origin = f"{ORIGIN}{wanted.sums[0].skill.name}"
    known = {(figure.value, figure.unit) for figure in answer.figures}
    figures = [one for one in grounding.figures_of((sentence, *lines, *beside), origin, register) if (one.value, one.unit) not in known]
    kept = tuple(section for section in answer.sections if not goes_on or section.kind in {"steps", "deadline"})
    return replace(
        answer,
        short=sentence if goes_on else answer.short,
        applied="" if goes_on else f"{answer.applied}{sentence}",
        sections=(Section("calculation", lines), *kept),
        figures=(*answer.figures, *figures),
        notes=beside if goes_on else (*notes, *beside),
        skill=_row(wanted.sums),
    )


def _row(sums: Sequence[Sum]) -> dict[str, Any]:
    """The first sum as JSON has it; its other cases, and the other sums, beside it.

    `inferred` names the inputs that were worked out from what was told, and not told themselves.
    """
    rows = [
        {"when": when, **as_row(result), "inferred": sorted(one.says.keys() & result.inputs.keys())}
        for one in sums
        for when, result in one.results
    ]
    first = rows[0]
    return {"name": first["name"], "inputs": first["inputs"], "result": first, "others": rows[1:]}
