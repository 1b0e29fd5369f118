"""What a calculator asks for and what it gives back: inputs with their bounds, lines with formula and basis, the result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, NamedTuple

from assistant.types import Citation

InputType = Literal["money", "number", "integer", "date", "choice", "boolean", "text", "money_list", "date_list", "records", "claims"]
# Of what is 待确认 it is not settled who pays.
Payer = Literal["", "单位", "基金", "个人", "待确认"]
MONTHS_A_YEAR = 12
CENT = Decimal("0.01")
# The units whose amounts are written as dates and as numbers; all others are money.
DAY, DAYS, MONTHS, YEARS, YUAN, YUAN_A_MONTH = "日期", "天", "个月", "年", "元", "元/月"
MONEY = (YUAN, YUAN_A_MONTH, "元/小时", "元/天")
Given = Decimal | date | str | bool | tuple[Decimal, ...] | tuple[date, ...] | tuple[Mapping[str, object], ...]


@dataclass(frozen=True, slots=True)
class Input:
    """One thing a calculator or a paper asks for. Bounds are inclusive; of dates, `latest` counts days from today (None: none is too late).

    `otherwise` is taken where an input that is not required is left out; `at_once`: a form asks it openly all the same. `most` counts
    what a list holds, and the characters of a text; a text keeps its line breaks only with `has_lines`. Each of the records holds what
    `parts` ask for.
    """

    name: str
    type: InputType
    label: str
    prompt: str
    unit: str = ""
    required: bool = True
    low: Decimal | None = None
    high: Decimal | None = None
    earliest: date = date(1980, 1, 1)
    latest: int | None = 0
    most: int = 31
    choices: tuple[tuple[str, str], ...] = ()
    otherwise: Given | None = None
    at_once: bool = False
    has_lines: bool = False
    parts: tuple[Input, ...] = ()

    @property
    def is_needed(self) -> bool:
        """Whether nothing can be worked out without it."""
        return self.required and self.otherwise is None


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that stands in an article of law, with the articles it stands in. What is decided locally is a parameter instead."""

    value: Decimal
    basis: tuple[Citation, ...]

    @property
    def whole(self) -> int:
        """Return the figure as a whole number."""
        return int(self.value)


@dataclass(frozen=True, slots=True)
class LegalDay:
    """A day on which a rule began, with the articles that say so."""

    day: date
    basis: tuple[Citation, ...]


def law(name: str, *articles: int | str) -> tuple[Citation, ...]:
    """Return citations of one law: `law("劳动合同法", 47, 87)`."""
    return tuple(Citation(name, str(article)) for article in articles)


def figure(value: str, *basis: tuple[Citation, ...]) -> Figure:
    """Return a figure of law; the articles it stands in are not optional."""
    if not any(basis):
        raise ValueError(value)
    return Figure(Decimal(value), tuple(citation for citations in basis for citation in citations))


def legal_day(year: int, month: int, day: int, *basis: tuple[Citation, ...]) -> LegalDay:
    """Return the day a rule began; the articles that say so are not optional."""
    if not any(basis):
        raise ValueError(year)
    return LegalDay(date(year, month, day), tuple(citation for citations in basis for citation in citations))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a result. `amount` is None where a figure is missing; `counts` says whether it is part of the total.

    `is_limit` says that its day is the last on which something may be done, not just a day on which something begins.
    """

    label: str
    amount: Decimal | date | None
    unit: str
    formula: str
    basis: tuple[Citation, ...]
    counts: bool = True
    payer: Payer = ""
    is_limit: bool = False


class Variant(NamedTuple):
    """What the total comes to by another reading of an unsettled rule."""

    label: str
    total: Decimal


@dataclass(frozen=True, slots=True)
class Result:
    """What was worked out. `total` is None where no figure can be given; `variants` are the readings where the rule is unsettled."""

    name: str
    title: str
    inputs: Mapping[str, Given]
    total: Decimal | date | None
    unit: str
    lines: tuple[Line, ...]
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    variants: tuple[Variant, ...] = ()


def paid_by(payer: Payer) -> str:
    """Say who pays: 单位付; that it is not settled where it is not; nothing where that is not said."""
    return "谁付待工会确认" if payer == "待确认" else f"{payer}付" if payer else ""


def cents(amount: Decimal) -> Decimal:
    """Round to whole cents, half a cent up."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def plain(number: Decimal | int) -> str:
    """Write a number for a formula: no exponent, no needless zeros, four places at most."""
    shown = Decimal(number)
    if shown != shown.to_integral_value():
        return f"{shown.quantize(Decimal('0.0001'), rounding=ROUND_HALF_UP).normalize():f}"
    return f"{shown.to_integral_value():f}"


def yuan(amount: Decimal) -> str:
    """Write an amount of money for a formula: 5000元, 5333.33元."""
    return f"{plain(cents(amount))}元"
