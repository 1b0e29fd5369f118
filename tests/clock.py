"""A clock for tests that wait for no hour."""

from __future__ import annotations


class Clock:
    """The time in seconds, moved by hand."""

    def __init__(self, now: float = 0.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now
