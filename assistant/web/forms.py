"""Inputs as the fields of a form, and what was typed into them as the raw values that `calculators.inputs.read` checks. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, NamedTuple

from assistant.calculators import inputs as checked
from assistant.calculators.arbitration_claim import PARTS
from assistant.calculators.values import Input, plain
from assistant.errors import InputError

Pairs = Sequence[tuple[str, str]]
Widget = Literal["text", "date", "radio", "lines", "parts", "records"]

_LISTS = ("money_list", "date_list")
_NUMBERS = ("money", "number", "integer")
_YES, _NO = ("true", "是"), ("false", "不是")
_BETWEEN = re.compile(r"[\s、；;]+")
_ITEM = re.compile(r"(\w+)\[(\d+)\]\.(.*)", re.DOTALL)
_DAY = re.compile(r"(\d{4})(?:年|-|/|\.)(\d{1,2})(?:月|-|/|\.)(\d{1,2})日?")
_DIGITS_OF_A_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_BY_MONEY = re.compile(r"(?:元|块钱?)$")
# Characters a field takes, a number or a day of a list too.
_LONGEST = 20
# Bounds above this nobody comes near by mistake: they are told only where something is wrong.
_NEAR = Decimal(2100)
_SHOWN = 20


class Choice(NamedTuple):
    """One of the answers to choose from."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form. `key` is its name there, `typed` what to show in it again, `problem` the sentence that refuses that.

    Of several sums to choose from and of records, `parts` are the forms of each.
    """

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

    @property
    def is_filled(self) -> bool:
        """Whether something other than what is taken anyway stands in it, or is wrong with it; or more than one record is shown."""
        if self.widget == "records":
            return bool(self.problem) or len(self.parts) > 1 or any(one.is_filled for part in self.parts for one in part.form.fields)
        chosen = any(choice.is_chosen and choice.value != _otherwise(self.input) for choice in self.choices)
        return bool(self.typed or self.problem or chosen or any(part.is_chosen for part in self.parts))


@dataclass(frozen=True, slots=True)
class Form:
    """Fields in order; those that may be left out are folded away, unless something stands in them or all may be left out."""

    fields: tuple[Field, ...]

    @property
    def open(self) -> tuple[Field, ...]:
        """The fields to see at once."""
        return tuple(one for one in self.fields if _is_open(one)) or self.fields

    @property
    def folded(self) -> tuple[Field, ...]:
        """The fields that few people need."""
        shown = self.open
        return tuple(one for one in self.fields if one not in shown)

    @property
    def is_unfolded(self) -> bool:
        """Whether something was typed into a field that is folded away, or is wrong there."""
        return any(one.is_filled for one in self.folded)


@dataclass(frozen=True, slots=True)
class Part:
    """One of several: a sum that can be chosen, with the form it needs once it is chosen, or one record."""

    name: str
    title: str
    is_chosen: bool
    form: Form


@dataclass(frozen=True, slots=True)
class Making:
    """What a form is made of beside its inputs. `blank` is the choice of not answering, `more` the records that get one more."""

    pairs: Pairs
    today: date
    blank: str = "不知道"
    more: str = ""
    problems: dict[str, str] = field(default_factory=dict)


def make(
    inputs: Sequence[Input], pairs: Pairs, today: date, error: InputError | None = None, *, blank: str = "不知道", more: str = ""
) -> Form:
    """Return the form that asks for *inputs*, with what was typed (*pairs*) in it and the sentence of *error* at the field it names."""
    problems = {} if error is None else {key_of(error, inputs, pairs): sentence(error, inputs, today)}
    return _form(inputs, Making(pairs, today, blank, more, problems), "")


def raw(inputs: Sequence[Input], pairs: Pairs) -> dict[str, object]:
    """Return what was typed as JSON would have it, empty fields left out; raises InputError for fields that are strange or doubled."""
    names = keys(inputs)
    for key, _ in pairs:
        if key not in names:
            raise InputError("", f"没有“{key[:_SHOWN]}”这一项，请在这一页上重新填")
    return _raw(inputs, pairs, "")


def key_of(error: InputError, inputs: Sequence[Input], pairs: Pairs) -> str:
    """Return the name that the field of *error* has in the form; the calculators write claims[2].start."""
    found = _ITEM.fullmatch(error.field)
    asked = next((one for one in inputs if found and one.name == found[1]), None)
    if found is None or asked is None:
        return error.field
    each = _chosen(pairs, asked.name) if asked.type == "claims" else [str(number) for number in _filled(asked, pairs, asked.name)]
    number = int(found[2])
    return f"{asked.name}.{each[number - 1]}.{found[3]}" if 0 < number <= len(each) else asked.name


def sentence(error: InputError, inputs: Sequence[Input], today: date) -> str:
    """Return the sentence of *error* for somebody who fills in a form: no names of JSON, no brackets."""
    says = str(error)
    within = _ITEM.fullmatch(error.field)
    for one in _every(inputs):
        says = says.replace(f"（{one.name}）", "")
        if one.name == (within[3] if within else error.field):
            says = says.replace(f"要写{checked.allowed(one, today)}", _allowed(one, today))
    return f"{says.replace('，您写的是 一个列表', '，您写得太多了')}。"


def keys(inputs: Sequence[Input], prefix: str = "") -> set[str]:
    """Return every name that a field of the form may have."""
    found = {f"{prefix}{one.name}" for one in inputs}
    for one in inputs:
        key = f"{prefix}{one.name}"
        if one.type == "claims":
            found |= {inner for name, part in PARTS.items() for inner in keys(part.inputs, f"{key}.{name}.")}
        elif one.type == "records":
            found |= {inner for number in range(1, one.most + 1) for inner in keys(one.parts, f"{key}.{number}.")}
    return found


def _is_open(one: Field) -> bool:
    return one.input.is_needed or one.input.at_once


def _form(inputs: Sequence[Input], making: Making, prefix: str) -> Form:
    return Form(tuple(_field(one, making, prefix) for one in inputs))


def _field(one: Input, making: Making, prefix: str) -> Field:
    key = f"{prefix}{one.name}"
    typed = [value for name, value in making.pairs if name == key]
    problem = making.problems.get(key, "")
    if one.type == "claims":
        return Field(key, one, "parts", problem=problem, parts=_sums(making, key))
    if one.type == "records":
        return Field(key, one, "records", hint=one.prompt, problem=problem, parts=_records(one, making, key))
    if one.type in ("choice", "boolean"):
        return Field(key, one, "radio", hint=one.prompt, problem=problem, choices=_choices(one, typed, making.blank))
    if one.type in _LISTS:
        return Field(key, one, "lines", "\n".join(typed), _hint(one), problem, longest=one.most * _LONGEST)
    shown = " ".join(typed)
    if one.type == "text":
        return Field(key, one, "lines" if one.has_lines else "text", shown, _hint(one), problem, longest=one.most)
    if one.type != "date":
        return Field(key, one, "text", shown, _hint(one), problem, longest=_LONGEST)
    least = one.earliest.isoformat()
    most = "" if one.latest is None else (making.today + timedelta(days=one.latest)).isoformat()
    day = _day(shown)
    # A date field of a browser drops what is not a day; as text it is shown again as it was typed.
    widget: Widget = "date" if not shown or _is_day(day) else "text"
    return Field(key, one, widget, day if widget == "date" else shown, _hint(one), problem, least, most, _LONGEST)


def _sums(making: Making, key: str) -> tuple[Part, ...]:
    chosen = _chosen(making.pairs, key)
    return tuple(Part(name, part.title, name in chosen, _form(part.inputs, making, f"{key}.{name}.")) for name, part in PARTS.items())


def _records(one: Input, making: Making, key: str) -> tuple[Part, ...]:
    """Every record up to the last one filled in, at least one, and one more where that was asked for."""
    last = max(_filled(one, making.pairs, key), default=1)
    count = min(last + (making.more == key), one.most)
    return tuple(
        Part(str(number), f"{one.label} {number}", True, _form(one.parts, making, f"{key}.{number}.")) for number in range(1, count + 1)
    )


def _choices(one: Input, typed: list[str], blank: str) -> tuple[Choice, ...]:
    offered = (_YES, _NO) if one.type == "boolean" else one.choices
    if not one.required and one.otherwise is None:
        offered = (*offered, ("", blank))
    chosen = typed[0] if typed else _otherwise(one)
    return tuple(Choice(value, label, value == chosen) for value, label in offered)


def _otherwise(one: Input) -> str:
    """The choice that is taken where none is made."""
    if one.otherwise is None:
        return ""
    return str(one.otherwise).lower() if one.type == "boolean" else str(one.otherwise)


def _hint(one: Input) -> str:
    """The question; with bounds that a person may come near, and what is taken where nothing is written."""
    hint = one.prompt
    if one.type in ("number", "integer") and one.low is not None and one.high is not None and one.high <= _NEAR:
        hint += f"写 {plain(one.low)} 到 {plain(one.high)} 的{'整数' if one.type == 'integer' else '数'}。"
    if one.type in _LISTS:
        hint += f"一行写一个，最多 {one.most} 个。"
    if isinstance(one.otherwise, Decimal):
        hint += f"不写就按{plain(one.otherwise)}{one.unit}算。" if one.otherwise else "没有就空着。"
    return hint


def _raw(inputs: Sequence[Input], pairs: Pairs, prefix: str) -> dict[str, object]:
    told: dict[str, object] = {}
    for one in inputs:
        key = f"{prefix}{one.name}"
        typed = [value.strip() for name, value in pairs if name == key]
        value: object = ""
        if one.type == "claims":
            value = _claims(one, pairs, key)
        elif one.type == "records":
            value = [_raw(one.parts, pairs, f"{key}.{number}.") for number in _filled(one, pairs, key)]
        elif one.type in _LISTS:
            value = [_item(one, item) for text in typed for item in _BETWEEN.split(text) if item]
        elif len(typed) > 1:
            raise InputError(_path(key, pairs), f"{one.label}写了两次，请只写一次")
        elif typed and typed[0]:
            value = _value(one, typed[0])
        if value not in ("", []):
            told[one.name] = value
    return told


def _claims(one: Input, pairs: Pairs, key: str) -> list[dict[str, object]]:
    chosen = _chosen(pairs, key)
    strange = [value for name, value in pairs if name == key and value not in PARTS]
    if strange:
        raise InputError(one.name, f"没有“{strange[0][:_SHOWN]}”这一笔，请在这一页上重新选")
    if not chosen and one.is_needed:
        raise InputError(one.name, "请先选要哪几笔钱，至少选一笔")
    return [{"name": name, "inputs": _raw(PARTS[name].inputs, pairs, f"{key}.{name}.")} for name in chosen]


def _chosen(pairs: Pairs, key: str) -> list[str]:
    """The sums that were chosen, in our order."""
    ticked = {value for name, value in pairs if name == key}
    return [name for name in PARTS if name in ticked]


def _filled(one: Input, pairs: Pairs, key: str) -> list[int]:
    """The numbers of the records into which something was typed."""
    written = {name for name, value in pairs if value.strip()}
    return [number for number in range(1, one.most + 1) if any(f"{key}.{number}.{part.name}" in written for part in one.parts)]


def _path(key: str, pairs: Pairs) -> str:
    """The field of an error as the calculators write it: claims[2].start."""
    first, _, rest = key.partition(".")
    name, _, last = rest.partition(".")
    if not rest:
        return key
    number = _chosen(pairs, first).index(name) + 1 if name in PARTS else _before(first, name, pairs)
    return f"{first}[{number}].{last}"


def _before(first: str, name: str, pairs: Pairs) -> int:
    """Which of the records that were filled in, counted from one, is that of the number *name*."""
    filled = {int(key.split(".")[1]) for key, value in pairs if key.startswith(f"{first}.") and value.strip()}
    return len({number for number in filled if number <= int(name)})


def _value(one: Input, typed: str) -> object:
    if one.type == "boolean":
        return {"true": True, "false": False}.get(typed, typed)
    if one.type == "date":
        return _day(typed)
    return _number(one, typed, thousands=True) if one.type in _NUMBERS else typed


def _item(one: Input, typed: str) -> str:
    # In a list a comma may stand between two numbers as well as within one: it is refused, never guessed.
    return _day(typed) if one.type == "date_list" else _number(one, typed, thousands=False)


def _number(one: Input, typed: str, *, thousands: bool) -> str:
    """A number as people write it, without its unit: 5,000元 is 5000. What is no number stays as it is and is refused later."""
    bare = "".join(unicodedata.normalize("NFKC", typed).split())
    bare = _BY_MONEY.sub("", bare) if one.unit.startswith("元") else bare.removesuffix(one.unit or "\0")
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


def _allowed(one: Input, today: date) -> str:
    """What may be written, in words that fit a form."""
    if one.type == "choice":
        return "要选一个"
    if one.type == "boolean":
        return "要选“是”或者“不是”"
    if one.type == "records":
        return f"最多写 {one.most} 项"
    brackets = f"，放进方括号，1 到 {one.most} 个"
    return f"要写{checked.allowed(one, today)}".replace(brackets, f"，一行一个，最多 {one.most} 个").replace("，放进引号", "")


def _every(inputs: Sequence[Input]) -> Iterator[Input]:
    for one in inputs:
        yield one
        yield from one.parts
        if one.type == "claims":
            yield from (inner for part in PARTS.values() for inner in part.inputs)
