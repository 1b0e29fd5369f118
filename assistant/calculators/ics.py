"""Days of a result as a calendar file (RFC 5545), one whole-day entry with a reminder each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta

from assistant.calculators.values import DAY, Line, Result
from assistant.citation import format_citation

_MOST_OCTETS = 75
_REMIND_DAYS = 7


def as_calendar(result: Result, today: date) -> str:
    """Return the days of *result* that are not past as a calendar; lines end with CRLF and are folded as the format asks."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//gonghui//calc//ZH", "CALSCALE:GREGORIAN"]
    for line in result.lines:
        if line.unit == DAY and isinstance(line.amount, date) and line.amount >= today:
            lines += _event(line, line.amount, today)
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in _folded(line))


def _event(line: Line, day: date, today: date) -> Iterator[str]:
    identity = hashlib.sha256(f"{line.label}|{day.isoformat()}".encode()).hexdigest()[:32]
    basis = "、".join(format_citation(citation) for citation in line.basis)
    yield "BEGIN:VEVENT"
    yield f"UID:{identity}@gonghui"
    yield f"DTSTAMP:{today:%Y%m%d}T000000Z"
    yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_escaped(f'最后一天：{line.label}' if line.is_limit else line.label)}"
    yield f"DESCRIPTION:{_escaped(f'{line.formula}（{basis}）')}"
    yield "BEGIN:VALARM"
    yield "ACTION:DISPLAY"
    yield f"TRIGGER:-P{_REMIND_DAYS}D"
    yield f"DESCRIPTION:{_escaped(line.label)}"
    yield "END:VALARM"
    yield "END:VEVENT"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Fold a content line at 75 octets, never within a character; what is carried over begins with a blank."""
    part = ""
    for character in line:
        if len((part + character).encode()) > _MOST_OCTETS:
            yield part
            part = " "
        part += character
    yield part
