"""One paper: its name, what it asks, the articles its words rest on, and the writing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.calculators import inputs
from assistant.calculators.calculator import declared_input
from assistant.calculators.inputs import Told
from assistant.calculators.values import Input
from assistant.paperwork.content import Written
from assistant.paperwork.draft import Draft
from assistant.types import Citation, Parameter


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper to be handed in. `laws` are all articles its own words cite; lines of calculators bring theirs.

    `hotline` is where to ask about the office it goes to. `write` raises InputError where what was told does not fit together.
    """

    name: str
    title: str
    hotline: str
    inputs: tuple[Input, ...]
    laws: tuple[Citation, ...]
    write: Callable[[Told, Draft], None]

    def fill(self, raw: object, parameters: Sequence[Parameter], today: date) -> Written:
        """Return the paper for what *raw* tells, the rest left blank; raises InputError. Nothing told is kept anywhere else."""
        told = inputs.read(self.inputs, raw, today)
        draft = Draft(today, parameters)
        draft.title(self.title)
        self.write(told, draft)
        return Written(self.name, self.title, draft.finished(self.hotline))


def declared(paper: Paper, today: date) -> dict[str, object]:
    """Return what a paper asks for, as `gonghui paper --list --json` prints it."""
    return {"name": paper.name, "title": paper.title, "inputs": [declared_input(field, today) for field in paper.inputs]}
