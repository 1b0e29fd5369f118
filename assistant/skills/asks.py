"""What is asked for a sum, and what a person's words come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, NamedTuple

# What a reply to an Ask may be: one of its choices, or a figure of this kind.
Kind = Literal["choice", "money", "time", "day", "count"]
Raw = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Ask:
    """One short question. `label` names what it asks for where the reply is kept; `choices` can be tapped, each with its value."""

    label: str
    question: str
    kind: Kind = "choice"
    choices: tuple[tuple[str, object], ...] = ()


class Case(NamedTuple):
    """The inputs of one calculation, and the words for when it holds: none where there is only this one."""

    when: str
    calculator: str
    inputs: Raw


class Read(NamedTuple):
    """What a person's words come to: the calculations to make, or the one thing that is missing.

    `taken` says what was taken for granted, `says` how an input was told where that is not how the calculation names it: nothing
    where nobody told it.
    """

    cases: tuple[Case, ...] = ()
    missing: Ask | None = None
    taken: tuple[str, ...] = ()
    says: Mapping[str, str] = MappingProxyType({})
