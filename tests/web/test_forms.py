from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.calculators import asks, inputs
from assistant.calculators.arbitration_claim import ARBITRATION_CLAIM
from assistant.calculators.calculator import Calculator
from assistant.calculators.overtime import OVERTIME
from assistant.calculators.registry import CALCULATORS, SHELVES
from assistant.calculators.severance import SEVERANCE
from assistant.calculators.values import Input
from assistant.errors import InputError
from assistant.web import forms
from tests.calculators.given import PARAMETERS, TODAY, random_told
from tests.web.typing_in import as_typed

EACH = [pytest.param(calculator, id=calculator.name) for calculator in CALCULATORS]
WAGE = asks.money("wage", "月工资", "每月多少？")
DAY = asks.day("day", "哪一天", "哪天？")
WAGES = asks.wages("wages", "每月工资", "一个月一个月写。", 12)
DAYS = asks.dates("days", "哪几天", "写上班的日子。")
GRADE = asks.integer("grade", "等级", "几级？", "级", 1, 10, required=False, otherwise=3)


def every_field(form: forms.Form) -> Iterator[forms.Field]:
    for field in form.fields:
        yield field
        for part in field.parts:
            yield from every_field(part.form)


def refusal(fields: tuple[Input, ...], *pairs: tuple[str, str]) -> tuple[str, str]:
    """The field that is named, and the sentence for the page."""
    with pytest.raises(InputError) as caught:
        inputs.read(fields, forms.raw(fields, pairs), TODAY)
    return forms.key_of(caught.value, fields, pairs), forms.sentence(caught.value, fields, TODAY)


# -- inputs → fields -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("calculator", EACH)
def test_each_declared_input_is_one_field_open_or_folded(calculator: Calculator) -> None:
    form = forms.make(calculator.inputs, (), TODAY)

    assert [field.key for field in form.fields] == [field.name for field in calculator.inputs]
    assert {*form.open, *form.folded} == set(form.fields)
    assert form.open
    assert all(field in form.open for field in form.fields if field.input.is_needed)


def test_every_calculator_stands_on_one_shelf() -> None:
    assert sorted(calculator.name for _, shelf in SHELVES for calculator, _ in shelf) == sorted(
        calculator.name for calculator in CALCULATORS
    )


def test_what_is_taken_where_nothing_is_said_is_chosen_already() -> None:
    kind, approved = forms.make(OVERTIME.inputs, (), TODAY).fields[:2]

    assert [choice.value for choice in kind.choices if choice.is_chosen] == ["standard"]
    assert [(choice.label, choice.is_chosen) for choice in approved.choices] == [("是", False), ("不是", True)]


def test_a_question_that_may_stay_open_can_be_left_open() -> None:
    asked = Input("left", "boolean", "走了没有", "走了吗？", required=False)
    (field,) = forms.make((asked,), (), TODAY, blank="先空着").fields

    assert [(choice.label, choice.is_chosen) for choice in field.choices] == [("是", False), ("不是", False), ("先空着", True)]
    assert forms.raw((asked,), [("left", "")]) == {}


# -- records ---------------------------------------------------------------------------------------------------

PEOPLE = Input(
    "people", "records", "证人", "有谁看见？", required=False, most=3, parts=(Input("name", "text", "姓名", "叫什么？", most=9),)
)


@pytest.mark.parametrize(
    ("pairs", "more", "shown", "is_filled"),
    [
        pytest.param([], "", 1, False, id="nothing typed"),
        pytest.param([], "people", 2, True, id="one more"),
        pytest.param([("people.2.name", "李二")], "", 2, True, id="the second"),
        pytest.param([("people.2.name", "李二")], "people", 3, True, id="the second and one more"),
        pytest.param([("people.3.name", "李二")], "people", 3, True, id="no more than may be"),
        pytest.param([("people.2.name", " ")], "other", 1, False, id="only a space"),
    ],
)
def test_as_many_records_are_shown_as_are_filled_in_and_one_more_where_asked(
    pairs: list[tuple[str, str]], more: str, shown: int, is_filled: bool
) -> None:
    (field,) = forms.make((PEOPLE,), pairs, TODAY, more=more).fields

    assert (len(field.parts), field.is_filled) == (shown, is_filled)


def test_records_in_which_nothing_stands_are_left_out_and_a_mistake_is_found_where_it_was_typed() -> None:
    pairs = [("people.1.name", " "), ("people.2.name", "李二"), ("people.3.name", "王" * 10)]

    assert forms.raw((PEOPLE,), pairs[:2]) == {"people": [{"name": "李二"}]}
    assert refusal((PEOPLE,), *pairs)[0] == "people.3.name"
    assert refusal((PEOPLE,), *pairs, ("people.3.name", "x")) == ("people.3.name", "姓名写了两次，请只写一次。")
    assert refusal((PEOPLE,), ("people.4.name", "x"))[0] == ""


# -- fields, again ---------------------------------------------------------------------------------------------


def test_a_field_says_its_bounds_and_what_is_taken_where_it_is_empty() -> None:
    (field,) = forms.make((GRADE,), (), TODAY).fields

    assert field.hint == "几级？写 1 到 10 的整数。不写就按3级算。"


def test_a_day_has_the_bounds_of_the_calendar() -> None:
    (field,) = forms.make((DAY,), (), TODAY).fields

    assert (field.widget, field.least, field.most) == ("date", "1980-01-01", TODAY.isoformat())


def test_what_is_no_day_is_shown_again_as_text_since_a_date_field_would_drop_it() -> None:
    shown = [forms.make((DAY,), [("day", typed)], TODAY).fields[0] for typed in ("2026年3月1日", "2026-02-30", "上个月")]

    assert [(field.widget, field.typed) for field in shown] == [("date", "2026-03-01"), ("text", "2026-02-30"), ("text", "上个月")]


@pytest.mark.parametrize(
    ("pairs", "is_unfolded"),
    [
        pytest.param([], False, id="nothing typed"),
        pytest.param([("average_wage", "5000")], False, id="only what is open"),
        pytest.param([("city_average_wage", "8000")], True, id="something folded"),
    ],
)
def test_what_is_folded_opens_where_something_stands_in_it(pairs: list[tuple[str, str]], is_unfolded: bool) -> None:
    assert forms.make(SEVERANCE.inputs, pairs, TODAY).is_unfolded is is_unfolded


def test_a_choice_other_than_the_usual_unfolds_and_the_usual_does_not() -> None:
    usual = forms.make(OVERTIME.inputs, [("approved", "false")], TODAY)
    other = forms.make(OVERTIME.inputs, [("approved", "true")], TODAY)

    assert (usual.is_unfolded, other.is_unfolded) == (False, True)


def test_a_mistake_in_a_folded_field_opens_it_and_stands_at_it() -> None:
    pairs = [("city_average_wage", "-1")]
    form = forms.make(SEVERANCE.inputs, pairs, TODAY, InputError("city_average_wage", "不对"))

    assert form.is_unfolded
    assert {field.key: field.problem for field in form.fields if field.problem} == {"city_average_wage": "不对。"}


def test_no_input_has_the_name_of_the_button_that_goes_on() -> None:
    assert all("go_on" not in forms.keys(calculator.inputs) for calculator in CALCULATORS)


# -- typed → raw -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("calculator", EACH)
def test_what_can_be_told_as_json_can_be_typed(calculator: Calculator) -> None:
    draw = random.Random(calculator.name)
    for _ in range(60):
        told = random_told(calculator, draw, wrong=0)
        if calculator is ARBITRATION_CLAIM:
            told = one_of_each(told)
        pairs = as_typed(calculator.inputs, told)
        assert outcome(calculator, forms.raw(calculator.inputs, pairs)) == outcome(calculator, told)


def one_of_each(told: dict[str, object]) -> dict[str, object]:
    """Claims as a form can have them: each once, in our order, none with wrong inputs."""
    draw = random.Random(str(told))
    chosen = [part for part in forms.PARTS.values() if draw.random() < 0.4] or [SEVERANCE]
    return {"claims": [{"name": part.name, "inputs": random_told(part, draw, wrong=0)} for part in chosen]}


def outcome(calculator: Calculator, raw: object) -> object:
    try:
        result = calculator.run(raw, PARAMETERS, TODAY)
    except InputError as error:
        return str(error)
    return result.total, result.lines, result.warnings


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("5000", "5000"),
        (" 5000 ", "5000"),
        ("5000元", "5000"),
        ("5000 块钱", "5000"),
        ("5,000", "5000"),
        ("1,234,567.89", "1234567.89"),
        ("５０００", "5000"),
        ("５，０００元", "5000"),
    ],
)
def test_a_sum_is_read_as_people_write_it(typed: str, number: str) -> None:
    assert forms.raw((WAGE,), [("wage", typed)]) == {"wage": number}


@pytest.mark.parametrize("typed", ["5,00", "50,00", "5000,", "五千", "5e3", "0x10", "1/2", "-", "元", "5000元整", "NaN", "5 万"])
def test_what_is_no_sum_is_refused_with_one_sentence(typed: str) -> None:
    key, says = refusal((WAGE,), ("wage", typed))

    assert key == "wage"
    assert says.startswith("月工资要写 0 到 1000000 元的数，您写的是 ")
    assert says.endswith("，请改。")


def test_in_a_list_a_comma_is_never_guessed() -> None:
    assert forms.raw((WAGES,), [("wages", "5000\r\n5200元、4800；5100 5000")]) == {"wages": ["5000", "5200", "4800", "5100", "5000"]}
    assert refusal((WAGES,), ("wages", "800,900"))[1] == (
        "每月工资要写 0 到 1000000 元的数，一行一个，最多 12 个，您写的是 800,900，请改。"
    )


@pytest.mark.parametrize("typed", ["2026-03-01", "2026年3月1日", "2026/3/1", "2026.3.1", "20260301", " 2026-3-1 ", "２０２６年３月１日"])
def test_a_day_is_read_as_people_write_it(typed: str) -> None:
    assert forms.raw((DAY, DAYS), [("day", typed), ("days", f"{typed.strip()}\n")]) == {"day": "2026-03-01", "days": ["2026-03-01"]}


@pytest.mark.parametrize("typed", ["2026-02-30", "3月1日", "26-3-1", "2027-01-01", "1979-12-31", "去年", "2026-03-01 8:00"])
def test_what_is_no_day_or_out_of_bounds_is_refused_with_one_sentence(typed: str) -> None:
    assert refusal((DAY,), ("day", typed))[1].startswith("哪一天要写 1980-01-01 到 2026-11-22 的日子，样子像 2026-01-31，您写的是 ")


def test_a_needed_field_that_is_empty_is_named_without_names_of_json() -> None:
    assert refusal(SEVERANCE.inputs, ("start", "2020-01-01"), ("reason", " ")) == ("reason", "还差怎么离开的，要选一个，请补上。")
    assert refusal((asks.yes_no("left", "走了没有", "走了吗？"),), ("left", "maybe"))[1] == (
        "走了没有要选“是”或者“不是”，您写的是 maybe，请改。"
    )


def test_the_same_field_twice_is_refused_and_both_are_shown_again() -> None:
    pairs = [("wage", "5000"), ("wage", "6000")]

    assert refusal((WAGE,), *pairs) == ("wage", "月工资写了两次，请只写一次。")
    assert forms.make((WAGE,), pairs, TODAY).fields[0].typed == "5000 6000"


def test_a_field_nobody_asked_for_is_refused_and_named_short() -> None:
    key, says = refusal((WAGE,), ("wage", "5000"), ("x" * 5000, "1"))

    assert (key, says) == ("", f"没有“{'x' * 20}”这一项，请在这一页上重新填。")


def test_too_many_lines_are_refused() -> None:
    assert refusal((WAGES,), ("wages", "5000\n" * 13))[1] == "每月工资要写 0 到 1000000 元的数，一行一个，最多 12 个，您写得太多了，请改。"


# -- several sums at once --------------------------------------------------------------------------------------


def test_only_the_sums_that_are_chosen_show_their_fields_and_count() -> None:
    pairs = [("claims", "unpaid_wages"), ("claims.unpaid_wages.owed", "8000"), ("claims.overtime.monthly_wage", "5000")]
    form = forms.make(ARBITRATION_CLAIM.inputs, pairs, TODAY)

    assert [part.name for part in form.fields[0].parts if part.is_chosen] == ["unpaid_wages"]
    assert forms.raw(ARBITRATION_CLAIM.inputs, pairs) == {"claims": [{"name": "unpaid_wages", "inputs": {"owed": "8000"}}]}


def test_a_mistake_in_one_of_several_sums_stands_at_its_field() -> None:
    pairs = [
        ("claims", "unpaid_wages"),
        ("claims", "overtime"),
        ("claims.unpaid_wages.owed", "-5"),
        ("claims.overtime.monthly_wage", "5000"),
    ]
    with pytest.raises(InputError) as caught:
        ARBITRATION_CLAIM.run(forms.raw(ARBITRATION_CLAIM.inputs, pairs), PARAMETERS, TODAY)
    form = forms.make(ARBITRATION_CLAIM.inputs, pairs, TODAY, caught.value)

    assert {field.key: field.problem for field in every_field(form) if field.problem} == {
        "claims.unpaid_wages.owed": "第 2 项（拖欠、克扣的工资）：欠的工资要写 0 到 100000000 元的数，您写的是 -5，请改。"
    }


@pytest.mark.parametrize(
    ("pairs", "key", "says"),
    [
        pytest.param([], "claims", "请先选要哪几笔钱，至少选一笔。", id="none chosen"),
        pytest.param([("claims", "deadline")], "claims", "没有“deadline”这一笔，请在这一页上重新选。", id="no claim"),
        pytest.param([("claims.x.y", "1")], "", "没有“claims.x.y”这一项，请在这一页上重新填。", id="no field"),
        pytest.param(
            [("claims", "unpaid_wages"), ("claims.unpaid_wages.owed", "1"), ("claims.unpaid_wages.owed", "2")],
            "claims.unpaid_wages.owed",
            "欠的工资写了两次，请只写一次。",
            id="a field twice",
        ),
    ],
)
def test_a_list_of_sums_that_cannot_be_is_refused(pairs: list[tuple[str, str]], key: str, says: str) -> None:
    assert refusal(ARBITRATION_CLAIM.inputs, *pairs) == (key, says)


# -- anything at all -------------------------------------------------------------------------------------------

KEYS = st.sampled_from([*forms.keys(SEVERANCE.inputs), "claims", "claims.severance.start", "claims.", "claims[1].x", ""])
TEXT = st.one_of(st.text(max_size=30), st.sampled_from(["5000", "2026-03-01", "unlawful", "severance", "-1", "1" * 400]))


@given(pairs=st.lists(st.tuples(KEYS, TEXT), max_size=8), calculator=st.sampled_from([SEVERANCE, ARBITRATION_CLAIM]))
@settings(max_examples=300, deadline=None)
def test_whatever_is_typed_is_worked_out_or_refused_with_one_sentence(pairs: list[tuple[str, str]], calculator: Calculator) -> None:
    try:
        calculator.run(forms.raw(calculator.inputs, pairs), PARAMETERS, TODAY)
    except InputError as error:
        says, form = forms.sentence(error, calculator.inputs, TODAY), forms.make(calculator.inputs, pairs, TODAY, error)
        assert says.endswith("。")
        assert not any(f"（{field.name}）" in says for field in calculator.inputs)
        key = forms.key_of(error, calculator.inputs, pairs)
        assert [field.problem for field in every_field(form) if field.key == key] == ([says] if key else [])


def test_sums_typed_are_exact() -> None:
    read = inputs.read((WAGE,), forms.raw((WAGE,), [("wage", "0.10")]), date(2026, 11, 22))

    assert read.number("wage") == Decimal("0.10")
