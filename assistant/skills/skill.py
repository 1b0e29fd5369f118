"""What a calculation in the conversation is: what it asks for, when it is wanted, what it makes of a person's words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from assistant.skills.asks import Ask, Read
from assistant.skills.heard import Heard


@dataclass(frozen=True, slots=True)
class Skill:
    """A calculation that can be talked through.

    `guides` are those whose question may want it, `wanted` the words by which a question asks for this sum, `unless` those by which it
    asks for another, `named` those by which it asks for this one whatever the guide. `read` never guesses: what the words do not say
    is missing.
    """

    name: str
    title: str
    guides: frozenset[str]
    wanted: re.Pattern[str]
    asks: tuple[Ask, ...]
    read: Callable[[Heard], Read]
    unless: re.Pattern[str] | None = None
    named: re.Pattern[str] | None = None
