"""What was told to a calculator or for a paper, checked: everything wrong is an InputError with the field and what is allowed."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import cast

from assistant.calculators.values import Given, Input, cents, plain
from assistant.errors import InputError

_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Far above every bound; what is longer is not even turned into a number.
_HUGE = 10**15
_PLACES = Decimal("0.0001")
# Everything that ends a line, as text copied from Word, a phone or a page has it.
_LINE_END = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
# Text is first cut to a few times what is allowed: what is longer is not even looked at.
_FEW_TIMES = 4
_SHOWN = 20


class Told:
    """The inputs that were told or taken for granted, by name; each calculator asks only for what it declares."""

    def __init__(self, values: Mapping[str, Given]) -> None:
        self.values = values

    def number(self, name: str) -> Decimal:
        """Return a number that is always there."""
        return cast("Decimal", self.values[name])

    def whole(self, name: str) -> int:
        """Return a whole number that is always there."""
        return int(self.number(name))

    def find_number(self, name: str) -> Decimal | None:
        """Return a number, None where it was not told."""
        return cast("Decimal | None", self.values.get(name))

    def day(self, name: str) -> date:
        """Return a day that is always there."""
        return cast("date", self.values[name])

    def find_day(self, name: str) -> date | None:
        """Return a day, None where it was not told."""
        return cast("date | None", self.values.get(name))

    def choice(self, name: str) -> str:
        """Return which of the choices it is."""
        return cast("str", self.values[name])

    def says(self, name: str) -> bool:
        """Say whether it was answered with yes."""
        return cast("bool", self.values[name])

    def numbers(self, name: str) -> tuple[Decimal, ...]:
        """Return the numbers of a list, none where it was not told."""
        return cast("tuple[Decimal, ...]", self.values.get(name, ()))

    def days(self, name: str) -> tuple[date, ...]:
        """Return the days of a list, none where it was not told."""
        return cast("tuple[date, ...]", self.values.get(name, ()))

    def find_text(self, name: str) -> str | None:
        """Return a text or which of the choices it is, None where it was not told."""
        return cast("str | None", self.values.get(name))

    def records(self, name: str) -> tuple[Told, ...]:
        """Return what was told of each record, none where it was not told."""
        return tuple(Told(cast("Mapping[str, Given]", one)) for one in cast("tuple[Mapping[str, object], ...]", self.values.get(name, ())))

    def claims(self, name: str) -> tuple[Mapping[str, object], ...]:
        """Return the claims of a list."""
        return cast("tuple[Mapping[str, object], ...]", self.values[name])


def read(inputs: Sequence[Input], raw: object, today: date) -> Told:
    """Return what *raw* (as JSON gives it) tells; raises InputError for the first thing that is wrong."""
    if not isinstance(raw, Mapping):
        raise InputError("", f"要写成 JSON 对象，例如 {{{_example(inputs)}}}，请改")
    known = {field.name: field for field in inputs}
    for name in raw:
        if name not in known:
            near = difflib.get_close_matches(str(name), known, n=1)
            meant = f"，是不是 {near[0]}" if near else f"，可以写的有：{'、'.join(known)}"
            raise InputError(str(name)[:_SHOWN], f"没有“{_shown(name)}”这一项{meant}，请改")
    values: dict[str, Given] = {}
    for field in inputs:
        given = raw.get(field.name)
        if given is not None and (value := _value(field, given, today)) != "":
            values[field.name] = value
        elif field.otherwise is not None:
            otherwise = field.otherwise
            values[field.name] = _rounded(field, otherwise) if isinstance(otherwise, Decimal) else otherwise
        elif field.required:
            raise InputError(field.name, f"还差{field.label}（{field.name}），要写{allowed(field, today)}，请补上")
    return Told(values)


def allowed(field: Input, today: date) -> str:
    """Return in words what may be written for *field*."""
    if field.type == "choice":
        return "下面的一个：" + "、".join(f"{value}（{label}）" for value, label in field.choices)
    if field.type == "boolean":
        return "true（是）或 false（不是）"
    if field.type in ("date", "date_list"):
        upto = "" if (last := _latest(field, today)) == date.max else f"到 {last.isoformat()} "
        return f" {field.earliest.isoformat()} {upto}{'' if upto else '以后'}的日子，样子像 2026-01-31{_how_many(field)}"
    if field.type in ("claims", "records"):
        holds = f"，每项写成对象，里面有：{'、'.join(part.name for part in field.parts)}" if field.parts else ""
        return f" 1 到 {field.most} 项，放进方括号{holds}"
    if field.type == "text":
        return f" 1 到 {field.most} 个字，放进引号"
    low, high = plain(field.low or Decimal(0)), plain(field.high or Decimal(0))
    return f" {low} 到 {high}{f' {field.unit}' if field.unit else ''}的{'整数' if field.type == 'integer' else '数'}{_how_many(field)}"


def refuse(field: Input, given: object, today: date) -> InputError:
    """Return the error for a value that is not allowed."""
    return InputError(field.name, f"{field.label}（{field.name}）要写{allowed(field, today)}，您写的是 {_shown(given)}，请改")


def disagree(field: str, says: str) -> InputError:
    """Return the error for values that are right each by itself but not together."""
    return InputError(field, f"{says}，请改")


def _value(field: Input, given: object, today: date) -> Given:
    if field.type in ("money", "number", "integer"):
        return _number(field, given, today)
    if field.type == "date":
        return _day(field, given, today)
    if field.type == "text":
        return _text(field, given, today)
    if field.type == "boolean" and isinstance(given, bool):
        return given
    if field.type == "choice" and isinstance(given, str) and given in dict(field.choices):
        return given
    if field.type.endswith(("_list", "claims", "records")) and isinstance(given, list) and 1 <= len(given) <= field.most:
        return _listed(field, given, today)
    raise refuse(field, given, today)


def _listed(field: Input, given: list[object], today: date) -> Given:
    if field.type == "money_list":
        return tuple(_number(field, one, today) for one in given)
    if field.type == "date_list":
        return tuple(_day(field, one, today) for one in given)
    claims = tuple(one for one in given if isinstance(one, dict))
    if len(claims) < len(given):
        raise refuse(field, given, today)
    return claims if field.type == "claims" else tuple(_record(field, number, one, today) for number, one in enumerate(claims, start=1))


def _record(field: Input, number: int, given: Mapping[str, object], today: date) -> Mapping[str, object]:
    try:
        return read(field.parts, given, today).values
    except InputError as error:
        raise InputError(f"{field.name}[{number}].{error.field}", f"{field.label}（{field.name}）第 {number} 项：{error}") from None


def _text(field: Input, given: object, today: date) -> str:
    """Return a text as it may stand on paper; nothing of it is said again where it is refused, for it may be private."""
    if not isinstance(given, str):
        raise InputError(field.name, f"{field.label}（{field.name}）要写{allowed(field, today)}，请改")
    lines = [_visible(field, line) for line in _LINE_END.split(given[: _FEW_TIMES * field.most])]
    text = ("\n" if field.has_lines else " ").join(line for line in lines if line)
    if len(text) > field.most or len(given) > _FEW_TIMES * field.most:
        raise InputError(field.name, f"{field.label}（{field.name}）要写{allowed(field, today)}，您写了 {len(given)} 个字，请写短一点")
    return text


def _visible(field: Input, line: str) -> str:
    """Return *line* without what nobody sees, such as marks of direction; raises InputError for what cannot stand in a document."""
    shown = "".join(character for character in line.replace("\t", " ") if unicodedata.category(character) != "Cf")
    if any(unicodedata.category(character) in ("Cc", "Cs") or ord(character) & 0xFFFE == 0xFFFE for character in shown):
        raise InputError(field.name, f"{field.label}（{field.name}）里有看不见的控制字符，请删掉或者重新打一遍")
    return shown.strip()


def _number(field: Input, given: object, today: date) -> Decimal:
    number = _read_number(given)
    if number is None or not number.is_finite() or abs(number) >= _HUGE:
        raise refuse(field, given, today)
    number = _rounded(field, number)
    whole = field.type != "integer" or number == number.to_integral_value()
    if not whole or (field.low is not None and number < field.low) or (field.high is not None and number > field.high):
        raise refuse(field, given, today)
    return number


def _rounded(field: Input, number: Decimal) -> Decimal:
    """Money to the cent, other numbers to four places without needless zeros, as they are shown again."""
    return cents(number) if field.type in ("money", "money_list") else Decimal(plain(number.quantize(_PLACES)))


def _read_number(given: object) -> Decimal | None:
    if isinstance(given, bool):
        return None
    if isinstance(given, str):
        return Decimal(given) if _NUMBER.fullmatch(given) else None
    if isinstance(given, int):
        return Decimal(given) if abs(given) < _HUGE else None
    if isinstance(given, float):
        return Decimal(str(given))
    return given if isinstance(given, Decimal) else None


def _day(field: Input, given: object, today: date) -> date:
    if not isinstance(given, str) or not _DAY.fullmatch(given):
        raise refuse(field, given, today)
    try:
        day = date.fromisoformat(given)
    except ValueError:
        raise refuse(field, given, today) from None
    if not field.earliest <= day <= _latest(field, today):
        raise refuse(field, given, today)
    return day


def _latest(field: Input, today: date) -> date:
    return date.max if field.latest is None else today + timedelta(days=field.latest)


def _how_many(field: Input) -> str:
    return f"，放进方括号，1 到 {field.most} 个" if field.type in ("money_list", "date_list") else ""


def _shown(given: object) -> str:
    if isinstance(given, int) and abs(given) >= _HUGE:
        return "一个太大的数"
    if isinstance(given, list | dict | tuple):
        return "一个列表" if not isinstance(given, dict) else "一个对象"
    words = {"True": "true", "False": "false", "None": "null"}.get(str(given), str(given))
    one_line = "".join(character if character.isprintable() else " " for character in words[:_SHOWN])
    return one_line if len(words) <= _SHOWN else f"{one_line}…"


def _example(inputs: Sequence[Input]) -> str:
    return f'"{inputs[0].name}": …' if inputs else ""
