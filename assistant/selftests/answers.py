"""What was told in a self-test, and what its rules looked for in vain: the first of those is what to ask next."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import cast

from assistant.calculators.values import Given


class Answers:
    """The answers told, by name. `sought` keeps in order what was looked for and not told, so questions follow from the rules."""

    def __init__(self, told: Mapping[str, Given]) -> None:
        self.told = told
        self.sought: list[str] = []

    def says(self, name: str) -> bool | None:
        """Return yes or no, None where it was not told."""
        return cast("bool | None", self._find(name))

    def choice(self, name: str) -> str | None:
        """Return which of the choices it is, None where it was not told."""
        return cast("str | None", self._find(name))

    def number(self, name: str) -> Decimal | None:
        """Return a number, None where it was not told."""
        return cast("Decimal | None", self._find(name))

    def seek(self, *names: str) -> bool:
        """Say whether all of *names* were told; each that was not is one to ask."""
        told = [self._find(name) for name in names]
        return None not in told

    def _find(self, name: str) -> Given | None:
        given = self.told.get(name)
        if given is None and name not in self.sought:
            self.sought.append(name)
        return given


def all_of(*facts: bool | None) -> bool | None:
    """Return whether all are so; None where that hangs on what nobody told."""
    if False in facts:
        return False
    return None if None in facts else True


def any_of(*facts: bool | None) -> bool | None:
    """Return whether one is so; None where that hangs on what nobody told."""
    if True in facts:
        return True
    return None if None in facts else False


def opposite(fact: bool | None) -> bool | None:
    """Return the opposite of what was told."""
    return None if fact is None else not fact
