"""One self-test: its name, what it may ask, what it rests on, and the work; and how a result is written down as JSON."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Generic, NamedTuple, TypeVar

from assistant.calculators import inputs
from assistant.calculators.calculator import as_told, declared_input
from assistant.calculators.values import Given, Input
from assistant.calculators.worksheet import holds
from assistant.selftests.answers import Answers
from assistant.selftests.values import Checklist, Finding, Item, Reason
from assistant.types import Citation, Knowledge, Parameter

Outcome = TypeVar("Outcome", Finding, Checklist)


class Ground(NamedTuple):
    """All that a self-test knows of the world: our knowledge and today."""

    knowledge: Knowledge
    today: date

    def find_parameter(self, parameter: str) -> Parameter | None:
        """Return the local figure that holds today, None where there is none."""
        return next((one for one in self.knowledge.parameters if one.id == parameter and holds(one, self.today)), None)


# Nothing is known of local rules: then every question may matter.
NOTHING = Ground(Knowledge((), (), (), (), (), frozenset(), frozenset(), ""), date.max)


@dataclass(frozen=True, slots=True)
class SelfTest(Generic[Outcome]):
    """Plain questions, each of which may stay open, and what follows from the answers.

    `laws` are all articles it may cite, `parameters` the local figures, `programmes` and `guides` the ids it may name. `work` asks
    `Answers` for what its rules need, in the order in which it decides.
    """

    name: str
    title: str
    inputs: tuple[Input, ...]
    laws: tuple[Citation, ...]
    parameters: tuple[str, ...]
    programmes: tuple[str, ...]
    guides: tuple[str, ...]
    work: Callable[[Answers, Ground], Outcome]

    def next_input(self, told: Mapping[str, Given], unknown: Collection[str] = (), *, ground: Ground = NOTHING) -> Input | None:
        """Return the next question that still matters, None where enough is said; what is *unknown* is not asked again.

        With *ground* nothing is asked that a confirmed local figure already says.
        """
        answers = Answers(told)
        self.work(answers, ground)
        names = {field.name: field for field in self.inputs}
        return next((names[name] for name in answers.sought if name not in unknown), None)

    def run(self, raw: object, knowledge: Knowledge, today: date) -> Outcome:
        """Return how it looks from what *raw* (as JSON gives it) tells; raises InputError."""
        told = inputs.read(self.inputs, raw, today).values
        answers = Answers(told)
        found = self.work(answers, Ground(knowledge, today))
        return replace(found, name=self.name, title=self.title, inputs=told, missing=self._missing(found, answers))

    def _missing(self, found: Finding | Checklist, answers: Answers) -> tuple[str, ...]:
        """What the work says is missing and what it looked for in vain; where it is settled, only the former."""
        if isinstance(found, Finding) and found.verdict != "unknown":
            return found.missing
        labels: dict[str, str] = {field.name: field.label for field in self.inputs}
        return tuple(dict.fromkeys((*found.missing, *(labels[name] for name in answers.sought))))


def as_row(found: Finding | Checklist) -> dict[str, object]:
    """Return a finding or a checklist as JSON has it."""
    row: dict[str, object] = {
        "name": found.name,
        "title": found.title,
        "inputs": {name: as_told(given) for name, given in found.inputs.items()},
        "says": found.says,
        "missing": list(found.missing),
        "steps": list(found.steps),
        "guides": list(found.guides),
        "warnings": list(found.warnings),
    }
    if isinstance(found, Finding):
        return {**row, "verdict": found.verdict, "reasons": [_reason(one) for one in found.reasons], "papers": list(found.papers)}
    return {**row, "items": [_item(item) for item in found.items]}


def declared(selftest: SelfTest[Finding] | SelfTest[Checklist], today: date) -> dict[str, object]:
    """Return what a self-test may ask, as `gonghui selftest --list --json` prints it."""
    return {
        "name": selftest.name,
        "title": selftest.title,
        "inputs": [declared_input(field, today) for field in selftest.inputs],
        "laws": _cited(selftest.laws),
        "parameters": list(selftest.parameters),
        "programmes": list(selftest.programmes),
        "guides": list(selftest.guides),
    }


def _reason(reason: Reason) -> dict[str, object]:
    return {"text": reason.text, "basis": _cited(reason.basis), "confirmed": reason.confirmed}


def _item(item: Item) -> dict[str, object]:
    return {
        "what": item.what,
        "why": item.why,
        "basis": _cited(item.basis),
        "time": item.time,
        "cost": item.cost,
        "limit": item.limit,
    }


def _cited(citations: Iterable[Citation]) -> list[dict[str, str]]:
    return [{"law": citation.law, "article": citation.article} for citation in citations]
