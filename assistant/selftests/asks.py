"""The kinds of question a self-test asks; each may be left out, since people do not know everything."""

from __future__ import annotations

from decimal import Decimal

from assistant.calculators.asks import HIGHEST_SUM, HIGHEST_WAGE, HIGHEST_YEARS
from assistant.calculators.values import Input

MOST_PEOPLE = Decimal(30)
MOST_HOURS = Decimal(10_000)


def yes_no(name: str, label: str, prompt: str) -> Input:
    """Ask for yes or no."""
    return Input(name, "boolean", label, prompt, required=False)


def choice(name: str, label: str, prompt: str, *choices: tuple[str, str]) -> Input:
    """Ask for one of several."""
    return Input(name, "choice", label, prompt, required=False, choices=choices)


def year_sum(name: str, label: str, prompt: str) -> Input:
    """Ask for the money of a household in a year."""
    return Input(name, "money", label, prompt, "元", False, Decimal(0), HIGHEST_SUM)


def month_sum(name: str, label: str, prompt: str) -> Input:
    """Ask for money a month, more than none."""
    return Input(name, "money", label, prompt, "元/月", False, Decimal(1), HIGHEST_WAGE)


def people(name: str, label: str, prompt: str) -> Input:
    """Ask for how many people there are."""
    return Input(name, "integer", label, prompt, "人", False, Decimal(1), MOST_PEOPLE)


def years(name: str, label: str, prompt: str) -> Input:
    """Ask for a time in years."""
    return Input(name, "number", label, prompt, "年", False, Decimal(0), HIGHEST_YEARS)


def hours(name: str, label: str, prompt: str) -> Input:
    """Ask for a time in hours."""
    return Input(name, "number", label, prompt, "小时", False, Decimal(0), MOST_HOURS)
