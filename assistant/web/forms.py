"""Inputs as the fields of a form, and what was typed into them as the raw values that `calculators.inputs.read` checks. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, NamedTuple

from assistant.calculators import inputs as checked
from assistant.calculators.arbitration_claim import PARTS
from assistant.calculators.values import Input, plain
from assistant.errors import InputError

Pairs = Sequence[tuple[str, str]]
Widget = Literal["text", "date", "radio", "lines", "parts"]

_LISTS = ("money_list", "date_list")
_NUMBERS = ("money", "number", "integer", "money_list")
_YES, _NO = ("true", "是"), ("false", "不是")
_BETWEEN = re.compile(r"[\s、；;]+")
_ITEM = re.compile(r"claims\[(\d+)\]\.(.*)", re.DOTALL)
_DAY = re.compile(r"(\d{4})(?:年|-|/|\.)(\d{1,2})(?:月|-|/|\.)(\d{1,2})日?")
_DIGITS_OF_A_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_BY_MONEY = re.compile(r"(?:元|块钱?)$")
_LONGEST_NUMBER, _LONGEST_DAY = 20, 20
_NEAR = Decimal(2100)


class Choice(NamedTuple):
    """One of the answers to choose from."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form. `key` is its name there, `typed` what to show in it again, `problem` the sentence that refuses that."""

    key: str
    input: Input
    widget: Widget
    typed: str = ""
    hint: str = ""
    problem: str = ""
    least: str = ""
    most: str = ""
    longest: int = 0
    choices: tuple[Choice, ...] = ()
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """Fields in order; those that may be left out are folded away, unless something stands in them."""

    fields: tuple[Field, ...]

    @property
    def open(self) -> tuple[Field, ...]:
        """The fields to see at once."""
        return tuple(field for field in self.fields if field.input.is_needed or field.input.at_once)

    @property
    def folded(self) -> tuple[Field, ...]:
        """The fields that few people need."""
        return tuple(field for field in self.fields if not (field.input.is_needed or field.input.at_once))

    @property
    def is_unfolded(self) -> bool:
        """Whether something was typed into a field that is folded away, or is wrong there."""
        return any(field.problem or field.typed or _differs(field) for field in self.folded)


@dataclass(frozen=True, slots=True)
class Part:
    """A sum that can be chosen as one of several, with the form it needs once it is chosen."""

    name: str
    title: str
    is_chosen: bool
    form: Form


def make(inputs: Sequence[Input], pairs: Pairs, today: date, error: InputError | None = None) -> Form:
    """Return the form that asks for *inputs*, with what was typed (*pairs*) in it and the sentence of *error* at the field it names."""
    problems = {} if error is None else {key_of(error, pairs): sentence(error, inputs, today)}
    return _form(inputs, pairs, today, problems, "")


def raw(inputs: Sequence[Input], pairs: Pairs) -> dict[str, object]:
    """Return what was typed as JSON would have it, empty fields left out; raises InputError for fields that are strange or doubled."""
    names = _keys(inputs)
    for key, _ in pairs:
        if key not in names:
            raise InputError("", f"没有“{key[:20]}”这一项，请在这一页上重新填")
    return _raw(inputs, pairs, "")


def key_of(error: InputError, pairs: Pairs) -> str:
    """Return the name that the field of *error* has in the form."""
    found = _ITEM.fullmatch(error.field)
    chosen = _chosen(pairs, "claims")
    if found and 0 < int(found[1]) <= len(chosen):
        return f"claims.{chosen[int(found[1]) - 1]}.{found[2]}"
    return error.field


def sentence(error: InputError, inputs: Sequence[Input], today: date) -> str:
    """Return the sentence of *error* for somebody who fills in a form: no names of JSON, no brackets."""
    says = str(error)
    within = _ITEM.fullmatch(error.field)
    for field in _every(inputs):
        says = says.replace(f"（{field.name}）", "")
        if field.name == (within[2] if within else error.field):
            says = says.replace(f"要写{checked.allowed(field, today)}", _allowed(field, today))
    return f"{says.replace('，您写的是 一个列表', '，您写得太多了')}。"


def is_asked_to_choose(inputs: Sequence[Input]) -> bool:
    """Say whether the form has two steps: first choose the sums, then fill in what each needs."""
    return any(field.type == "claims" for field in inputs)


def _form(inputs: Sequence[Input], pairs: Pairs, today: date, problems: dict[str, str], prefix: str) -> Form:
    return Form(tuple(_field(field, pairs, today, problems, prefix) for field in inputs))


def _field(field: Input, pairs: Pairs, today: date, problems: dict[str, str], prefix: str) -> Field:
    key = f"{prefix}{field.name}"
    typed = [value for name, value in pairs if name == key]
    problem = problems.get(key, "")
    if field.type == "claims":
        chosen = _chosen(pairs, key)
        parts = tuple(
            Part(name, part.title, name in chosen, _form(part.inputs, pairs, today, problems, f"{key}.{name}."))
            for name, part in PARTS.items()
        )
        return Field(key, field, "parts", problem=problem, parts=parts)
    if field.type in ("choice", "boolean"):
        return Field(key, field, "radio", hint=field.prompt, problem=problem, choices=_choices(field, typed))
    if field.type in _LISTS:
        longest = field.most * (_LONGEST_DAY if field.type == "date_list" else _LONGEST_NUMBER)
        return Field(key, field, "lines", "\n".join(typed), _hint(field), problem, longest=longest)
    shown = " ".join(typed)
    if field.type != "date":
        return Field(key, field, "text", shown, _hint(field), problem, longest=_LONGEST_NUMBER)
    least = field.earliest.isoformat()
    most = "" if field.latest is None else (today + timedelta(days=field.latest)).isoformat()
    day = _day(shown)
    # A date field of a browser drops what is not a day; as text it is shown again as it was typed.
    widget: Widget = "date" if not shown or _is_day(day) else "text"
    return Field(key, field, widget, day if widget == "date" else shown, _hint(field), problem, least, most, _LONGEST_DAY)


def _choices(field: Input, typed: list[str]) -> tuple[Choice, ...]:
    offered = (_YES, _NO) if field.type == "boolean" else field.choices
    chosen = typed[0] if typed else _otherwise(field)
    return tuple(Choice(value, label, value == chosen) for value, label in offered)


def _otherwise(field: Input) -> str:
    """The choice that is taken where none is made."""
    if field.otherwise is None:
        return ""
    return str(field.otherwise).lower() if field.type == "boolean" else str(field.otherwise)


def _hint(field: Input) -> str:
    """The question; with bounds that a person may come near, and what is taken where nothing is written."""
    hint = field.prompt
    if field.type in ("number", "integer") and field.low is not None and field.high is not None and field.high <= _NEAR:
        hint += f"写 {plain(field.low)} 到 {plain(field.high)} 的{'整数' if field.type == 'integer' else '数'}。"
    if field.type in _LISTS:
        hint += f"一行写一个，最多 {field.most} 个。"
    if isinstance(field.otherwise, Decimal):
        hint += f"不写就按{plain(field.otherwise)}{field.unit}算。" if field.otherwise else "没有就空着。"
    return hint


def _differs(field: Field) -> bool:
    return any(choice.is_chosen and choice.value != _otherwise(field.input) for choice in field.choices)


def _raw(inputs: Sequence[Input], pairs: Pairs, prefix: str) -> dict[str, object]:
    told: dict[str, object] = {}
    for field in inputs:
        key = f"{prefix}{field.name}"
        typed = [value.strip() for name, value in pairs if name == key]
        if field.type == "claims":
            told[field.name] = _claims(field, pairs, key)
        elif field.type in _LISTS:
            if items := [_item(field, item) for value in typed for item in _BETWEEN.split(value) if item]:
                told[field.name] = items
        elif len(typed) > 1:
            raise InputError(_path(key, pairs), f"{field.label}写了两次，请只写一次")
        elif typed and typed[0]:
            told[field.name] = _value(field, typed[0])
    return told


def _claims(field: Input, pairs: Pairs, key: str) -> list[dict[str, object]]:
    chosen = _chosen(pairs, key)
    strange = [value for name, value in pairs if name == key and value not in PARTS]
    if strange:
        raise InputError(field.name, f"没有“{strange[0][:20]}”这一笔，请在这一页上重新选")
    if not chosen:
        raise InputError(field.name, "请先选要哪几笔钱，至少选一笔")
    return [{"name": name, "inputs": _raw(PARTS[name].inputs, pairs, f"{key}.{name}.")} for name in chosen]


def _chosen(pairs: Pairs, key: str) -> list[str]:
    """The sums that were chosen, in our order."""
    ticked = {value for name, value in pairs if name == key}
    return [name for name in PARTS if name in ticked]


def _path(key: str, pairs: Pairs) -> str:
    """The field of an error as the calculators write it: claims[2].start."""
    first, _, rest = key.partition(".")
    name, _, field = rest.partition(".")
    return f"{first}[{_chosen(pairs, first).index(name) + 1}].{field}" if rest else key


def _value(field: Input, typed: str) -> object:
    if field.type == "boolean":
        return {"true": True, "false": False}.get(typed, typed)
    if field.type == "date":
        return _day(typed)
    return _number(field, typed, thousands=True) if field.type in _NUMBERS else typed


def _item(field: Input, typed: str) -> str:
    # In a list a comma may stand between two numbers as well as within one: it is refused, never guessed.
    return _day(typed) if field.type == "date_list" else _number(field, typed, thousands=False)


def _number(field: Input, typed: str, *, thousands: bool) -> str:
    """A number as people write it, without its unit: 5,000元 is 5000. What is no number stays as it is and is refused later."""
    bare = "".join(unicodedata.normalize("NFKC", typed).split())
    bare = _BY_MONEY.sub("", bare) if field.unit == "元" else bare.removesuffix(field.unit or "\0")
    if thousands and _THOUSANDS.fullmatch(bare):
        return bare.replace(",", "")
    return bare or typed


def _day(typed: str) -> str:
    """A day as people write it, as 2026-01-31. What is no day stays as it is and is refused later."""
    bare = "".join(unicodedata.normalize("NFKC", typed).split())
    found = _DAY.fullmatch(bare) or _DIGITS_OF_A_DAY.fullmatch(bare)
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else typed


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _allowed(field: Input, today: date) -> str:
    """What may be written, in words that fit a form."""
    if field.type == "choice":
        return "要选一个"
    if field.type == "boolean":
        return "要选“是”或者“不是”"
    brackets = f"，放进方括号，1 到 {field.most} 个"
    return f"要写{checked.allowed(field, today)}".replace(brackets, f"，一行一个，最多 {field.most} 个")


def _every(inputs: Sequence[Input]) -> Iterator[Input]:
    for field in inputs:
        yield field
        if field.type == "claims":
            yield from (inner for part in PARTS.values() for inner in part.inputs)


def _keys(inputs: Sequence[Input], prefix: str = "") -> set[str]:
    keys = {f"{prefix}{field.name}" for field in inputs}
    for field in inputs:
        if field.type == "claims":
            for name, part in PARTS.items():
                keys |= _keys(part.inputs, f"{prefix}{field.name}.{name}.")
    return keys
