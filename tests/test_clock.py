"""The day is the one in China, wherever the server stands."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone, tzinfo

import pytest

from assistant import clock
from assistant.errors import ConfigError


class HalfPastMidnightInChina(datetime):
    """A clock on a server whose own day is still the one before."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> HalfPastMidnightInChina:
        return cls(2026, 6, 30, 16, 30, tzinfo=timezone.utc).astimezone(tz)


def test_a_server_in_another_zone_has_the_day_of_china(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "datetime", HalfPastMidnightInChina)

    assert clock.today() == date(2026, 7, 1)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param(None, clock.today(), id="nothing said is today"),
        pytest.param(date(1995, 1, 1), date(1995, 1, 1), id="the first day of the law of labour"),
        pytest.param(datetime(2024, 5, 1, 23, 59), date(2024, 5, 1), id="a moment is its day"),  # noqa: DTZ001 - as the command line has it
    ],
)
def test_a_day_whose_rules_are_known_is_taken(day: date | None, expected: date) -> None:
    assert clock.known_day(day) == expected


@pytest.mark.parametrize("day", [date(1994, 12, 31), date.max, clock.today() + timedelta(days=clock.DAYS_AHEAD + 1)])
def test_a_day_whose_rules_nobody_knows_is_refused(day: date) -> None:
    with pytest.raises(ConfigError, match="到三年以后之间"):
        clock.known_day(day)


@pytest.mark.parametrize("moment", [datetime(2026, 11, 21, 1, 30, tzinfo=timezone.utc), 1_795_224_600.0])
def test_staff_read_the_hour_of_china(moment: datetime | float) -> None:
    assert clock.shown(moment) == "2026-11-21 09:30"
