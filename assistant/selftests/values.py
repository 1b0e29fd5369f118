"""What a self-test gives back: how it looks, why, what is still missing, what to do today; or a checklist. Never a decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from assistant.calculators.values import Given
from assistant.types import Citation

Verdict = Literal["may_be", "unlikely", "unknown"]
# How each begins; whoever decides is somebody else.
VERDICTS: Mapping[Verdict, str] = MappingProxyType({"may_be": "可能符合", "unlikely": "看着不像", "unknown": "还说不准"})
TO_CONFIRM = "待工会确认"


def worded(verdict: Verdict, says: str) -> str:
    """Begin what is said with how it looks."""
    return f"{VERDICTS[verdict]}：{says}"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason with the articles it rests on; `confirmed` is False where its rule is only reported, not confirmed for 即墨."""

    text: str
    basis: tuple[Citation, ...] = ()
    confirmed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """How it looks. `missing` is what would decide, `guides` the ids to read on; name, title and inputs are filled in by the self-test."""

    verdict: Verdict
    says: str
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    guides: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    name: str = ""
    title: str = ""
    inputs: Mapping[str, Given] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to gather or one door to knock at. Of a door: how long it takes, what it costs and until when it is open."""

    what: str
    why: str
    basis: tuple[Citation, ...] = ()
    time: str = ""
    cost: str = ""
    limit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """Things in order: the first is for today. There is nothing to judge, so it has no verdict."""

    says: str
    items: tuple[Item, ...]
    missing: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    guides: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    name: str = ""
    title: str = ""
    inputs: Mapping[str, Given] = field(default_factory=dict)
