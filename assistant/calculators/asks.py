"""The kinds of question calculators ask, so that a wage or a day is bounded and worded alike everywhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from assistant.calculators.values import Given, Input

HIGHEST_WAGE = Decimal(1_000_000)
HIGHEST_SUM = Decimal(100_000_000)
HIGHEST_YEARS = Decimal(60)
HIGHEST_MONTHS = Decimal(720)
# A job that ends with notice ends within about a year.
NEXT_YEAR = 366


def money(
    name: str, label: str, prompt: str, *, required: bool = True, low: int = 0, high: Decimal = HIGHEST_WAGE, otherwise: int | None = None
) -> Input:
    """Ask for a sum of money."""
    given = None if otherwise is None else Decimal(otherwise)
    return Input(name, "money", label, prompt, "元", required, Decimal(low), high, otherwise=given)


def wages(name: str, label: str, prompt: str, most: int) -> Input:
    """Ask for the wages of several months, one by one."""
    return Input(name, "money_list", label, prompt, "元", False, Decimal(0), HIGHEST_WAGE, most=most)


def number(name: str, label: str, prompt: str, unit: str, high: Decimal, *, required: bool = True, otherwise: int | None = None) -> Input:
    """Ask for a number that may have a fraction."""
    given = None if otherwise is None else Decimal(otherwise)
    return Input(name, "number", label, prompt, unit, required, Decimal(0), high, otherwise=given)


def integer(
    name: str, label: str, prompt: str, unit: str, low: int, high: int, *, required: bool = True, otherwise: int | None = None
) -> Input:
    """Ask for a whole number."""
    given = None if otherwise is None else Decimal(otherwise)
    return Input(name, "integer", label, prompt, unit, required, Decimal(low), Decimal(high), otherwise=given)


def day(name: str, label: str, prompt: str, *, required: bool = True, latest: int | None = 0) -> Input:
    """Ask for a day, at the latest *latest* days from today."""
    return Input(name, "date", label, prompt, "", required, latest=latest)


def choice(name: str, label: str, prompt: str, *choices: tuple[str, str], otherwise: Given | None = None) -> Input:
    """Ask for one of several."""
    return Input(name, "choice", label, prompt, choices=choices, otherwise=otherwise)


def yes_no(name: str, label: str, prompt: str, *, otherwise: bool = False) -> Input:
    """Ask for yes or no; left out it is *otherwise*."""
    return Input(name, "boolean", label, prompt, otherwise=otherwise)


def dates(name: str, label: str, prompt: str, most: int = 31) -> Input:
    """Ask for several days."""
    return Input(name, "date_list", label, prompt, "", False, most=most)


def birthday(name: str, label: str, prompt: str) -> Input:
    """Ask for the day somebody was born."""
    return Input(name, "date", label, prompt, earliest=date(1940, 1, 1), latest=-16 * 365)


def at_once(field: Input) -> Input:
    """Ask it openly on a form, though it may be left out."""
    return replace(field, at_once=True)
