from __future__ import annotations

import ast
import json
import random
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from assistant.calculators.calculator import Calculator, as_row, declared
from assistant.calculators.registry import CALCULATORS, calculate
from assistant.calculators.values import MONEY
from assistant.citation import find_articles_without_law, find_citations, find_unknown_titles
from assistant.errors import InputError
from assistant.instruments import Register
from assistant.knowledge import load_instruments
from tests.calculators.given import JUNK, KNOWLEDGE, PARAMETERS, TODAY, random_told

FOLDER = Path(__file__).parents[2] / "assistant" / "calculators"
FRAME = {"__init__", "values", "asks", "periods", "inputs", "worksheet", "calculator", "registry", "sheet_text", "ics"}
SOURCES = sorted(path for path in FOLDER.glob("*.py") if path.stem not in FRAME)
EACH = [pytest.param(calculator, id=calculator.name) for calculator in CALCULATORS]
REGISTER = Register(load_instruments(KNOWLEDGE))
# What an expression of a formula may hold once its words are gone.
EXPRESSION = re.compile(r"[0-9.+*/()\-]+")


@pytest.fixture(name="rows", scope="module")
def _rows() -> dict[str, list[dict[str, object]]]:
    """Results of random inputs for each calculator, those that were refused left out."""
    draw = random.Random(7)
    found: dict[str, list[dict[str, object]]] = {calculator.name: [] for calculator in CALCULATORS}
    for calculator in CALCULATORS:
        for _ in range(100):
            try:
                found[calculator.name].append(as_row(calculator.run(random_told(calculator, draw, wrong=0), PARAMETERS, TODAY)))
            except InputError:
                continue
    return found


def run_at_random(count: int, seed: int) -> int:
    draw, done = random.Random(seed), 0
    for number in range(count):
        calculator = CALCULATORS[number % len(CALCULATORS)]
        told = random_told(calculator, draw)
        try:
            as_row(calculator.run(told, PARAMETERS, TODAY))
            done += 1
        except InputError:
            continue
        except Exception as error:  # shown with what was told, or nobody can look into it
            raise AssertionError(f"{calculator.name} {told!r}") from error
    return done


def test_whatever_is_told_only_the_declared_error_is_raised() -> None:
    assert run_at_random(4_000, 1) > 1_000


@pytest.mark.long
def test_whatever_is_told_a_million_times_only_the_declared_error_is_raised() -> None:
    assert run_at_random(1_000_000, 2) > 250_000


@pytest.mark.parametrize("calculator", EACH)
def test_random_inputs_reach_the_sum(calculator: Calculator, rows: dict[str, list[dict[str, object]]]) -> None:
    assert len(rows[calculator.name]) >= 10


@pytest.mark.parametrize("calculator", EACH)
@pytest.mark.parametrize("raw", [None, [], "x", 5, True, float("nan"), {"没有这一项": 1}, {1: 2}])
def test_what_is_no_object_of_known_fields_is_refused(calculator: Calculator, raw: object) -> None:
    with pytest.raises(InputError):
        calculator.run(raw, PARAMETERS, TODAY)


@pytest.mark.parametrize("calculator", EACH)
def test_a_wrong_value_is_refused_in_one_sentence_that_names_the_field_and_the_range(calculator: Calculator) -> None:
    draw = random.Random(3)
    good = random_told(calculator, draw, wrong=0)
    for field in calculator.inputs:
        for junk in JUNK:
            if junk is not None and (error := refusal(calculator, {**good, field.name: junk})) is not None:
                said = str(error)
                assert (said.count("。"), said.count("\n"), bool(error.field)) == (0, 0, True), said
                assert len(said) < 900
                if error.field == field.name and field.type != "claims":
                    assert field.name in said
                    assert re.search(r"\d|true|下面的一个|之间|当天|以前|以后", said), said


def refusal(calculator: Calculator, told: dict[str, object]) -> InputError | None:
    try:
        calculator.run(told, PARAMETERS, TODAY)
    except InputError as error:
        return error
    return None


# Of a birth the days are counted without anything told.
@pytest.mark.parametrize("calculator", [one for one in EACH if one.id != "maternity"])
def test_an_input_that_is_missing_is_named(calculator: Calculator) -> None:
    needed = [field.name for field in calculator.inputs if field.required and field.otherwise is None]
    told = {field.name: None for field in calculator.inputs}

    # Of overtime nothing is always needed: which wage counts depends on the kind.
    with pytest.raises(InputError, match=(needed or ["wage"])[0]):
        calculator.run(told, PARAMETERS, TODAY)


def test_a_near_miss_of_a_field_is_named() -> None:
    with pytest.raises(InputError, match="是不是 start"):
        calculate("severance", {"strat": "2020-01-01"}, PARAMETERS, TODAY)


def test_a_calculator_nobody_knows_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match="是不是 severance"):
        calculate("severence", {}, PARAMETERS, TODAY)


@pytest.mark.parametrize("calculator", EACH)
def test_the_total_is_the_sum_of_the_lines_that_count(calculator: Calculator, rows: dict[str, list[dict[str, object]]]) -> None:
    for row in rows[calculator.name]:
        if row["unit"] in MONEY and row["total"] is not None:
            counted = [Decimal(line["amount"]) for line in row["lines"] if line["counts"]]  # type: ignore[attr-defined]
            assert Decimal(str(row["total"])) == sum(counted, Decimal(0)), row
            assert all(line["unit"] == row["unit"] for line in row["lines"] if line["counts"])  # type: ignore[attr-defined]


@pytest.mark.parametrize("calculator", EACH)
def test_every_formula_comes_to_its_amount(calculator: Calculator, rows: dict[str, list[dict[str, object]]]) -> None:
    for row in rows[calculator.name]:
        for line in row["lines"]:  # type: ignore[attr-defined]
            if "=" in line["formula"]:
                left, right = line["formula"].split("=")
                assert abs(value_of(left) - Fraction(Decimal(line["amount"]))) <= Fraction(2, 100), line
                assert abs(value_of(right) - Fraction(Decimal(line["amount"]))) <= Fraction(1, 100), line


def value_of(side: str) -> Fraction:
    """The value of one side of a formula, worked out in exact fractions."""
    bare = side.replace("×", "*").replace("÷", "/").replace("−", "-").replace("（", "(").replace("）", ")")
    bare = re.sub(r"([0-9.]+)%", r"\1/100", bare)
    bare = re.sub(r"[^0-9.+*/()\-]", "", bare)
    assert EXPRESSION.fullmatch(bare), side
    exact = re.sub(r"[0-9]+(?:\.[0-9]+)?", r'Fraction("\g<0>")', bare)
    return eval(exact, {"__builtins__": {}, "Fraction": Fraction})


@pytest.mark.parametrize("calculator", EACH)
def test_every_line_has_a_formula_and_articles_that_are_law_today(calculator: Calculator, rows: dict[str, list[dict[str, object]]]) -> None:
    for row in rows[calculator.name]:
        assert row["lines"] or (row["total"] is None and row["warnings"])
        for line in row["lines"]:  # type: ignore[attr-defined]
            assert line["formula"]
            assert line["basis"], line


@pytest.mark.parametrize("calculator", EACH)
def test_what_a_calculator_rests_on_is_declared_and_in_force(calculator: Calculator, rows: dict[str, list[dict[str, object]]]) -> None:
    used = {(one["law"], one["article"]) for row in rows[calculator.name] for line in row["lines"] for one in line["basis"]}  # type: ignore[attr-defined]

    assert used <= {(citation.law, citation.article) for citation in calculator.laws}
    assert {citation: REGISTER.status(citation, TODAY) for citation in calculator.laws} == dict.fromkeys(calculator.laws, "in_force")


@pytest.mark.parametrize("calculator", EACH)
def test_every_parameter_a_calculator_names_exists(calculator: Calculator) -> None:
    assert set(calculator.parameters) <= {parameter.id for parameter in PARAMETERS}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_a_parameter_used_in_the_code_is_declared(path: Path) -> None:
    ids = {parameter.id for parameter in PARAMETERS}
    written = {
        node.value for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Constant) and node.value in ids
    }
    calculator = next(one for one in CALCULATORS if one.name == path.stem)

    assert written <= set(calculator.parameters)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_a_figure_of_law_stands_beside_its_article(path: Path) -> None:
    assert bare_figures(ast.parse(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_every_article_that_a_sentence_names_is_declared(path: Path) -> None:
    calculator = next(one for one in CALCULATORS if one.name == path.stem)
    named = {found.citation for text in texts_of(path) for found in find_citations(text, REGISTER.names)}

    assert named <= set(calculator.laws)


def texts_of(path: Path) -> list[str]:
    """Every text of a module, what is filled in later left out; a law named within a law's name as the register has it."""
    texts = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            texts.append("".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            texts.append(node.value)
    return [text.replace("〈", "《").replace("〉", "》") for text in texts]


def test_a_figure_without_its_article_would_be_found() -> None:
    assert bare_figures(ast.parse("CAP = 12")) == ["12"]
    assert bare_figures(ast.parse('CAP = Decimal("12")')) == ["'12'"]
    assert bare_figures(ast.parse('sheet.warn("最多12年")')) == ["'最多12年'"]
    assert bare_figures(ast.parse('CAP = figure("12", law("劳动合同法", 47))')) == []
    assert bare_figures(ast.parse('sheet.warn("最多12年（《劳动合同法》第四十七条）")')) == []


# Counts of Python, not of law: nothing, one, the sign, a hundred percent, two places of a date or a place in a tuple.
PLAIN = {0, 1, -1, 2, 100}
DECLARED = {"figure", "law", "legal_day", "Input"}
SAYS_WHERE = re.compile(r"第[一二三四五六七八九十百零0-9]+条|〔\d{4}〕\d+号")
# What the words for N, N+1 and 2N, and hotlines, have of digits.
HOTLINE = r"12351|12348|12345|12356|12333|(?<![\d.])(?:110|119|120)(?= 报警|[。，；]| 或)"
NO_FIGURE = re.compile(rf"2N|N\+1|\+1|{HOTLINE}|2026-01-31|1980-01-01|_\d+\b|female_5[05]|class_1|(?<![\d.])0(?![\d.])|要写 1 到")


def bare_figures(tree: ast.Module) -> list[str]:
    """Numbers and texts with numbers that stand neither in a declaration of a figure or a question nor beside an article."""
    excused = {
        id(owner.body[0].value)
        for owner in ast.walk(tree)
        if isinstance(owner, ast.Module | ast.FunctionDef | ast.ClassDef) and owner.body and isinstance(owner.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and is_declaration(node.func):
            excused |= {id(inner) for inner in ast.walk(node)}
        if isinstance(node, ast.GeneratorExp) and isinstance(node.elt, ast.Call) and is_declaration(node.elt.func):
            excused |= {id(inner) for inner in ast.walk(node)}
        if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and re.match(r"_MOST_|_FIRST_|_HUNDRED", target.id) for target in node.targets
        ):
            excused |= {id(inner) for inner in ast.walk(node)}
        if isinstance(node, ast.JoinedStr):
            text = "".join(part.value for part in node.values if isinstance(part, ast.Constant) and isinstance(part.value, str))
            excused |= {id(inner) for inner in ast.walk(node) if isinstance(inner, ast.Constant)} if SAYS_WHERE.search(text) else set()
    bad = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in excused:
            is_number = isinstance(node.value, int | float) and not isinstance(node.value, bool) and node.value not in PLAIN
            is_text = isinstance(node.value, str) and re.search(r"\d", NO_FIGURE.sub("", node.value)) and not SAYS_WHERE.search(node.value)
            if is_number or is_text:
                bad.append(repr(node.value))
    return bad


def is_declaration(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute):
        return isinstance(function.value, ast.Name) and function.value.id == "asks"
    return isinstance(function, ast.Name) and function.id in DECLARED


def test_what_was_told_is_shown_again_as_it_was_understood() -> None:
    row = as_row(calculate("annual_leave", {"total_years": "12.50", "wage": 6525, "year": 2025.0, "taken": 1.33335}, PARAMETERS, TODAY))

    shown = {name: row["inputs"][name] for name in ("total_years", "wage", "year", "taken", "sick_months")}  # type: ignore[index]
    assert shown == {"total_years": "12.5", "wage": "6525.00", "year": "2025", "taken": "1.3334", "sick_months": "0"}


def test_a_sum_that_leaves_something_out_says_what() -> None:
    row = as_row(calculate("work_injury", {"kind": "death", "own_wage": 6000, "happened": "2026-03-01"}, PARAMETERS, TODAY))

    assert "合计里没有算：丧葬补助金。" in row["warnings"]  # type: ignore[operator]


@pytest.mark.parametrize("calculator", EACH)
def test_what_it_asks_is_declared_in_full(calculator: Calculator) -> None:
    row = declared(calculator, TODAY)

    for field in row["inputs"]:  # type: ignore[attr-defined]
        assert set(field) >= {"name", "type", "unit", "required", "bounds", "prompt", "choices"}
        assert re.search(r"[一-鿿]", field["prompt"])
        if field["type"] in ("money", "number", "integer", "date", "money_list", "date_list"):
            assert field["bounds"]
        if field["type"] == "choice":
            assert len(field["choices"]) >= 2


@pytest.mark.parametrize("calculator", EACH)
def test_money_has_two_places_and_the_row_is_json(calculator: Calculator, rows: dict[str, list[dict[str, object]]]) -> None:
    for row in rows[calculator.name]:
        again = json.loads(json.dumps(row, ensure_ascii=False))
        assert again == row
        for line in again["lines"]:
            if line["unit"] in MONEY and line["amount"] is not None:
                assert re.fullmatch(r"-?\d+\.\d\d", line["amount"]), line


@pytest.mark.parametrize("calculator", EACH)
def test_a_figure_that_is_not_confirmed_is_warned_of(calculator: Calculator, rows: dict[str, list[dict[str, object]]]) -> None:
    for row in rows[calculator.name]:
        for line in row["lines"]:  # type: ignore[attr-defined]
            if "最低工资 2400" in line["formula"]:
                assert any("最低工资" in warning and "待工会确认" in warning for warning in row["warnings"]), row  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_an_article_is_named_with_its_law_and_the_law_as_it_is_registered(path: Path) -> None:
    texts = [text for text in texts_of(path) if "条" in text]

    assert [found for text in texts for found in find_articles_without_law(text, REGISTER.names)] == []
    assert [found for text in texts for found in find_unknown_titles(text, REGISTER.names)] == []
