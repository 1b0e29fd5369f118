"""What a local figure was when the facts happened: a figure of today is never told as that of another year without saying so. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from assistant.dates import Named
from assistant.passages import PARAMETER, UNCONFIRMED, plain
from assistant.text import find_numbers
from assistant.types import Figure, Parameter

MOST = 2
_IN_BRACKETS = re.compile(r"（[^（）]*）")


class Dated(NamedTuple):
    """Sentences on what figures were in the past, and where the figures in them come from."""

    sentence: str
    figures: tuple[Figure, ...]


def dated(said: Iterable[str], parameters: Sequence[Parameter], as_of: date, past: Named | None) -> Dated | None:
    """Return what the figures *said* (ids of parameters, those of *as_of*) were in *past*, where they were not the same; else None."""
    if past is None:
        return None
    changed = [now for id_ in said if (now := _on(id_, parameters, as_of)) and now.value is not None and past.first < now.since]
    if not changed:
        return None
    sentences: list[str] = []
    figures: list[Figure] = []
    for words, used in _each(changed[:MOST], parameters, past):
        sentences.append(words)
        figures += used
    return Dated("".join(sentences), tuple(figures))


def _each(changed: Sequence[Parameter], parameters: Sequence[Parameter], past: Named) -> Iterator[tuple[str, list[Figure]]]:
    unknown: dict[date, list[str]] = {}
    for now in changed:
        then = next((one for one in parameters if one.id == now.id and one.value is not None and _covers(one, past)), None)
        if then is None or then.value is None:
            unknown.setdefault(now.since, []).append(_name(now))
            continue
        words = f"{plain(then.value)} {then.unit}"
        origin = f"{PARAMETER}{then.id} {then.document}".rstrip()
        said = words if then.confirmed else words + UNCONFIRMED
        when = _when(past)
        yield (
            f"{when}时{_name(then)}是 {said}，这里的是现在的数。",
            [Figure(words, plain(then.value), then.unit, origin), *_numbers(when, origin)],
        )
    for since, names in unknown.items():
        begins, when = f"{since.year} 年 {since.month} 月", _when(past)
        before = "那以前" if since <= past.last else f"{when}时"
        origin = PARAMETER + "since"
        words = f"这里的{'、'.join(names)}从 {begins}起才是这个数，{before}是多少我这里没有，请打 12333 问。"
        yield words, [*_numbers(begins, origin), *_numbers(when, origin)]


def _on(parameter_id: str, parameters: Sequence[Parameter], day: date) -> Parameter | None:
    in_force = (one for one in parameters if one.id == parameter_id and one.since <= day and (one.until is None or day < one.until))
    return next(in_force, None)


def _covers(parameter: Parameter, past: Named) -> bool:
    return parameter.since <= past.first and (parameter.until is None or past.last < parameter.until)


def _name(parameter: Parameter) -> str:
    return _IN_BRACKETS.sub("", parameter.name)


def _when(past: Named) -> str:
    """The year, or the month where the day or month was told."""
    if (past.first.month, past.first.day, past.last.month, past.last.day) == (1, 1, 12, 31):
        return f"{past.first.year} 年"
    return f"{past.first.year} 年 {past.first.month} 月"


def _numbers(words: str, origin: str) -> list[Figure]:
    return [Figure(number.text, plain(number.value), number.unit or "", origin) for number in find_numbers(words)]
