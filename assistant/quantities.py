"""The quantities people say (三年零八个月, 仨月多, 快五千, 5k): what they come to and how sure that is. Pure.

What they are about is for `roles`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from assistant.text import NUMERAL, is_guess, parse_number

# 月 is a time in months, 日 one in days; 岁, 级, 小时 and 元 are what they say.
Unit = Literal["月", "日", "岁", "级", "小时", "元"]

MONTHS_A_YEAR, DAYS_A_MONTH = 12, 30
_HALF, _LAST_OF_A_MONTH, _A_LITTLE = Decimal("0.5"), Decimal("0.97"), Decimal("0.01")
_LONGEST_LIFE = 70
# A wage is said without 元 (一个月五千); less than this may be anything.
_LEAST_BARE_AMOUNT = 100
_WORST_GRADE = 10
_LONGEST_NUMERAL = 16
# Nobody tells his case in more figures; they are copied from somewhere.
MOST_READ = 80

_NUMBER = rf"(?:{NUMERAL}|[俩仨])"
_FEW = r"(?:(?<![\d.])\d{1,3}(?:\.\d)?|(?<![零一二两三四五六七八九十百])(?>[零一二两俩仨三四五六七八九十百]+))"
_BEFORE = r"(?P<before>大概其?|大约摸?|约摸|约莫|估计|差不多|也就|快要?|将近|接近|不到|没到|不足|不满|未满)?\s*"
_MORE = r"[多来几余]"
_AFTER = r"(?P<after>多(?![次少久长大年月天])|左右|上下|出头|有余|开外|不到)?"
# 干了五年一个月四千: five years, four thousand a month.
_MONTHLY_PAY = r"一个月(?:工资|给|挣|拿|开|发|才|就|只|能|到手|大概|平均|也就)*(?:\d{3,}|[\d.一二两三四五六七八九]+[百千万k])"
_TIME = re.compile(
    rf"{_BEFORE}(?:"
    rf"(?P<years>{_FEW})(?P<years_more>{_MORE})?\s*年(?!半载)(?P<years_half>半)?(?![级龄纪底初末终假薪头])"
    rf"(?:(?!{_MONTHLY_PAY})[又加带]?(?P<and_months>{_FEW})\s*个?(?P<and_half>半)?(?<!年一)月(?!份|[底初薪]))?(?:(?P<and_days>{_FEW})天)?"
    rf"|(?P<part>大半|小半|半)年|(?P<one_and_half>年半)(?!载)"
    rf"|(?P<months>{_FEW})(?P<months_more>{_MORE})?个(?P<months_half>半)?(?P<half_more>{_MORE})?月(?:(?:(?=零)|(?<!一个月))(?P<rest_days>{_FEW})天)?"
    rf"|(?P<short_months>[俩仨])(?P<short_half>半)?(?P<short_more>{_MORE})?月|(?P<half_month>半)个?月"
    rf"|(?P<days>{_FEW})(?P<days_more>{_MORE})?天"
    rf"|(?P<weeks>{_FEW})(?:周(?![岁年末日一二三四五六])|个?(?:星期|礼拜)(?![日天一二三四五六]))"
    rf"){_AFTER}"
)
_MONEY = re.compile(
    rf"{_BEFORE}(?<![\d.之零一二两三四五六七八九十百千万])(?P<number>(?>{_NUMBER}))(?P<more>{_MORE})?\s*(?P<unit>元|块钱|块|rmb|RMB)?{_AFTER}"
    r"(?!\s*(?:分之|[个年天日岁级人名次倍号点件单斤位口台家条张份亩平岗%％]|周[岁年]|小时|公里|分钟|月(?!薪|工资|收入)))"
)
_AGE = re.compile(
    rf"{_BEFORE}(?P<number>{_FEW})(?P<more>[多来几])?周?岁{_AFTER}"
    r"|今年(?:都|已经|刚|才|也)*(?P<said_before>快)?(?P<bare>\d{2}|[二三四五六七]十[一二三四五六七八九]?)(?=了|[，。,.；;！？!? ]|$)"
)
_HOURS = re.compile(rf"{_BEFORE}(?P<number>{_FEW})(?P<more>{_MORE})?个?(?P<half>半)?(?:小时|钟头){_AFTER}")
_GRADE = re.compile(
    r"(?<![\d零一二三四五六七八九十级])(?<!级[、或和跟与])(?P<number>10|[1-9](?!\d)|[一二三四五六七八九十](?![一二三四五六七八九十]))级"
    r"(?!\s*(?:[、或和跟与]|还是)?[\d一二三四五六七八九十]+级)"
)
_ANOTHER_BEFORE = re.compile(r"[\d零一二两三四五六七八九十百千万半](?:个?[年月天岁级块元]|小时|个月)?\s*[到至~～—-]\s*$")
_ANOTHER_AFTER = re.compile(r"\s*[到至~～—-]\s*[\d零一二两三四五六七八九十]")
# A time that somebody else's rule names, or a place in a row: 每满一年, 第三年, 十年以上.
_OF_A_RULE = re.compile(r"(?:第|每(?:干|工作)?满?|每隔)\s*$")
# 四千八一直没变 says 四千八.
_ONE_IN_A_WORD = re.compile(
    r"一(?=直|般|样|点|边|起|旦|律|分钱|分没)|(?<=[\dkK元块百千万二两三四五六七八九])一(?=个月|天|年|个?小时|个?钟头|件)"
)
_DIGIT = re.compile(r"[\d一二两俩仨三四五六七八九]")
_BOUND_OF_A_RULE = re.compile(r"(?:以上|以下|以内|之内|内)")
_OVER, _UNDER, _LESS = {"多", "余", "出头", "有余", "开外", "几"}, {"快", "快要", "将近", "接近", "不到", "没到"}, {"不足", "不满", "未满"}


@dataclass(frozen=True, slots=True)
class Quantity:
    """What was said: *value* in *unit*; what it really is lies from *low* up to, but not including, *high*, both *value* where it is exact.

    *words* are as they stand in the text, from *start* to *end*.
    """

    value: Decimal
    unit: Unit
    low: Decimal
    high: Decimal
    words: str
    start: int
    end: int

    @property
    def is_approximate(self) -> bool:
        """Say whether only bounds of it are known: 三年多, 快五千."""
        return self.low != self.high

    def in_months(self) -> tuple[Decimal, Decimal]:
        """Return the bounds of a time in months; of one told in days or weeks no more is known than that a month has 28 to 31."""
        return (self.low / 31, self.high / 28 + _A_LITTLE) if self.unit == "日" else (self.low, self.high)


def find_quantities(text: str) -> list[Quantity]:
    """Return every time, amount, age, grade and number of hours that *text* says, in order.

    Guesses (三四年), ranges (三到五年) and the bounds of rules (十年以上, 每满一年) are none. Calendar years are blanked before.
    """
    text = _ONE_IN_A_WORD.sub("▮", text)
    finders = ((_TIME, _time), (_AGE, _age), (_HOURS, _hours), (_GRADE, _grade), (_MONEY, _money))
    found: list[Quantity] = []
    for pattern, read in finders:
        for match in pattern.finditer(text):
            if len(found) <= len(finders) * MOST_READ and not _is_taken(match, found) and not _is_no_figure(text, match):
                found += filter(None, [read(match)])
    return sorted(found, key=lambda one: one.start)[:MOST_READ]


def _is_taken(match: re.Match[str], found: list[Quantity]) -> bool:
    return any(one.start < match.end() and match.start() < one.end for one in found)


def _is_no_figure(text: str, match: re.Match[str]) -> bool:
    before, after = text[: match.start()], text[match.end() :]
    numerals = (words for name, words in match.groupdict().items() if words and name not in {"before", "after", "said_before", "unit"})
    return (
        any(is_guess(words) for words in numerals)
        or bool(_ANOTHER_BEFORE.search(before) or _ANOTHER_AFTER.match(after))
        or bool(_OF_A_RULE.search(before) or _BOUND_OF_A_RULE.match(after))
    )


def _quantity(match: re.Match[str], value: Decimal, unit: Unit, *, step: Decimal, more: str | None = None) -> Quantity:
    """Put *value* into its bounds: *step* is one of what was counted, *more* the 多, 来 or 几 before its unit."""
    about, words = match["before"] or more or match["after"] or "", match.group()
    start = match.start() + len(words) - len(words.lstrip())
    low, high = value, value
    if about in _OVER:
        high = value + step
    elif about in _UNDER:
        low = value - step
    elif about in _LESS:
        low = Decimal(0)
    elif about == "来":
        low, high = value - step / 10, value + step * 3 / 10
    elif about:
        low, high = value - step / 2, value + step / 2
    return Quantity(value, unit, max(low, Decimal(0)), high, words.strip(), start, match.end())


def _place(numeral: str) -> Decimal:
    """The worth of the last place that is said: 10 of 二十 or 20, 1 of 23, 1000 of 五千."""
    value = parse_number(numeral) or Decimal(1)
    place = Decimal(1)
    while value and value % (place * 10) == 0:
        place *= 10
    return place


def _time(match: re.Match[str]) -> Quantity | None:
    if match["years"]:
        return _years(match)
    if match["part"] or match["one_and_half"]:
        return _half_a_year(match)
    if match["days"] or match["weeks"]:
        number = _number(match["days"] or match["weeks"])
        each = Decimal(1 if match["days"] else 7)
        more = match["days_more"]
        step = _place(match["days"]) if more else each
        return _quantity(match, number * each, "日", step=step, more=more) if number is not None else None
    numeral = match["months"] or match["short_months"] or "零"
    number = _number(numeral)
    if number is None:
        return None
    has_half = match["months_half"] or match["short_half"] or match["half_month"]
    more = match["months_more"] or match["half_more"] or match["short_more"]
    step = _place(numeral) if match["months_more"] else _HALF if has_half else Decimal(1)
    value = number + (_HALF if has_half else 0) + _days_over(match["rest_days"])
    return _quantity(match, value, "月", step=step, more=more)


def _days_over(words: str | None) -> Decimal:
    """The part of a month that some days over are: of 三年零十天 a third; they never make a month."""
    days = _number(words) if words else None
    return min(days / DAYS_A_MONTH, _LAST_OF_A_MONTH).quantize(_LAST_OF_A_MONTH) if days else Decimal(0)


def _years(match: re.Match[str]) -> Quantity | None:
    years, months = _number(match["years"]), _number(match["and_months"] or "零")
    if years is None or months is None or years > _LONGEST_LIFE:
        return None
    half = 6 if match["years_half"] else 0
    value = years * MONTHS_A_YEAR + half + months + (_HALF if match["and_half"] else 0) + _days_over(match["and_days"])
    step = Decimal(1 if match["and_months"] else 6 if half else MONTHS_A_YEAR)
    if match["years_more"]:
        step = _place(match["years"]) * MONTHS_A_YEAR
    return _quantity(match, value, "月", step=step, more=match["years_more"])


def _half_a_year(match: re.Match[str]) -> Quantity:
    value = Decimal(18 if match["one_and_half"] else 6)
    quantity = _quantity(match, value, "月", step=Decimal(6))
    bounds = {"大半": (Decimal(6), Decimal(12)), "小半": (Decimal(1), Decimal(6))}.get(match["part"] or "")
    if bounds is None:
        return quantity
    return Quantity(value, "月", *bounds, quantity.words, quantity.start, quantity.end)


def _money(match: re.Match[str]) -> Quantity | None:
    value = _number(match["number"])
    if value is None or value <= 0 or not _DIGIT.search(match["number"]) or (match["unit"] is None and value < _LEAST_BARE_AMOUNT):
        return None
    step = _place(match["number"]) if value == value.to_integral_value() else Decimal(1)
    return _quantity(match, value, "元", step=step, more=match["more"])


def _age(match: re.Match[str]) -> Quantity | None:
    if match["bare"]:
        value, start = _number(match["bare"]), match.start("said_before") if match["said_before"] else match.start("bare")
        low = value - 1 if value and match["said_before"] else value
        words = match.string[start : match.end()]
        return Quantity(value, "岁", low or Decimal(0), value, words, start, match.end()) if value else None
    value = _number(match["number"])
    step = _place(match["number"]) if match["more"] else Decimal(1)
    return _quantity(match, value, "岁", step=step, more=match["more"]) if value is not None and value <= 120 else None


def _hours(match: re.Match[str]) -> Quantity | None:
    value = _number(match["number"])
    if value is None:
        return None
    half = _HALF if match["half"] else Decimal(0)
    return _quantity(match, value + half, "小时", step=_place(match["number"]) if match["more"] else Decimal(1), more=match["more"])


def _grade(match: re.Match[str]) -> Quantity | None:
    value = _number(match["number"])
    if value is None or not 1 <= value <= _WORST_GRADE:
        return None
    return Quantity(value, "级", value, value, match.group(), match.start(), match.end())


def _number(words: str) -> Decimal | None:
    return None if len(words) > _LONGEST_NUMERAL else parse_number(words.replace("俩", "两").replace("仨", "三"))
