"""The day and the hour where the workers are, wherever the server stands: the law changes at midnight in 即墨."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from assistant.errors import ConfigError

# One zone for the whole country, without summer time since 1992.
CHINA = timezone(timedelta(hours=8))
# The law of labour begins on 1995-01-01; further ahead than some years nobody knows the figures.
EARLIEST, DAYS_AHEAD = date(1995, 1, 1), 3 * 366


def today() -> date:
    """Return the day it is in China."""
    return datetime.now(CHINA).date()


def known_day(day: date | None) -> date:
    """Return *day*, today for None; raises ConfigError where it is too early or too late for our rules."""
    now = today()
    if day is None:
        return now
    if isinstance(day, datetime):
        day = day.date()
    if not EARLIEST <= day <= now + timedelta(days=DAYS_AHEAD):
        raise ConfigError(f"日子要在 {EARLIEST} 到三年以后之间，您写的是 {day}，请改")
    return day


def shown(moment: datetime | float) -> str:
    """Return a moment (in seconds since 1970 where it is a number) as staff read it: 2026-11-21 09:30."""
    there = moment.astimezone(CHINA) if isinstance(moment, datetime) else datetime.fromtimestamp(moment, CHINA)
    return there.strftime("%Y-%m-%d %H:%M")
