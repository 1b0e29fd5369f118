"""Faults of runs, gates and commands that were found by testing and mended."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.errors import ConfigError
from assistant.text import find_numbers
from eval import gates, records
from eval.cases import load_cases
from eval.checks import Score
from eval.observe import Observed, months_said
from eval.records import Row, Run, reference_of
from tests.eval.small_cases import OWED, read, with_turn, write_cases
from tests.eval.test_cli import Command, Place, _again, _command, _place, assert_one_sentence, rows_of  # noqa: F401
from tests.eval.test_gates import SHIPPED

SEEN = Observed("wages-901", "wages-901", 1, "问", (), None, "")


def run_of(**observed: str) -> Run:
    return Run({"suite": "core"}, [Row(read(OWED), replace(SEEN, **observed), {"outcome": Score(1.0)})], knowledge_problems=[])


# -- run.json that is JSON but lacks a part: KeyError/TypeError instead of ConfigError ---------------------------


@pytest.mark.parametrize(
    "content",
    [
        pytest.param('{"schema_version": 1}', id="nothing but the version"),
        pytest.param('{"schema_version": 1, "header": {"suite": "core"}, "stale": {}}', id="no knowledge_problems"),
        pytest.param('{"schema_version": 1, "header": [], "stale": {}, "knowledge_problems": []}', id="a header that is a list"),
        pytest.param('{"schema_version": 1, "header": {}, "stale": {}, "knowledge_problems": []}', id="a header without its suite"),
    ],
)
def test_a_head_that_lacks_a_part_is_named(tmp_path: Path, content: str) -> None:
    records.write_run(run_of(), tmp_path, {})
    (tmp_path / "run.json").write_text(content, encoding="utf-8")

    with pytest.raises(ConfigError, match=r"run\.json"):
        print(records.read_run(tmp_path).suite)


# -- splitlines() cuts a row at U+2028, U+2029 or U+0085 inside a string: what was written cannot be read ---------


@pytest.mark.parametrize("char", ["\u2028", "\u2029", "\u0085"])
def test_a_line_separator_in_a_question_comes_back(tmp_path: Path, char: str) -> None:
    run = run_of(question=f"老板{char}欠薪")
    records.write_run(run, tmp_path, {})

    assert records.read_run(tmp_path) == run


def test_a_line_separator_in_a_reason_stays_in_the_history(tmp_path: Path) -> None:
    records.accept(run_of(), "第一条\u2028基线", tmp_path)

    assert [row["reason"] for row in records.history("core", tmp_path)] == ["第一条\u2028基线"]


def test_a_line_separator_in_a_case_file_is_part_of_the_question(tmp_path: Path) -> None:
    cases = load_cases(write_cases(tmp_path, [with_turn(OWED, question="老板\u2028欠薪")]))

    assert cases[0].turns[0].question == "老板\u2028欠薪"


# -- half a character, which nothing can store or send -------------------------------------------------------------


def test_a_lone_surrogate_in_a_case_is_named(tmp_path: Path) -> None:
    (tmp_path / "small.jsonl").write_text(json.dumps(with_turn(OWED, question="老板\ud800")), encoding="utf-8")

    with pytest.raises(ConfigError, match=r"small\.jsonl:1"):
        load_cases(tmp_path)


# -- gates.toml: a measure that is no string, a count without end ------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param('["outcome"]', "[1]", id="a measure that is a number"),
        pytest.param('["outcome"]', '[["outcome"]]', id="a measure that is a list"),
        pytest.param("max = 5", "max = inf", id="a count without end"),
    ],
)
def test_gates_with_wrong_values_are_one_sentence(tmp_path: Path, old: str, new: str) -> None:
    (tmp_path / "gates.toml").write_text(SHIPPED.replace(old, new), encoding="utf-8")

    with pytest.raises(ConfigError):
        gates.load_gates(tmp_path / "gates.toml")


@pytest.mark.parametrize("old", ['"nDCG@10" = 0.005', '"recall@10" = 0.80'])
def test_a_bound_that_is_no_number_is_a_mistake(tmp_path: Path, old: str) -> None:
    (tmp_path / "gates.toml").write_text(SHIPPED.replace(old, old.split(" = ", maxsplit=1)[0] + " = nan"), encoding="utf-8")

    with pytest.raises(ConfigError):
        gates.load_gates(tmp_path / "gates.toml")


# -- flips: "a score that is gone, where there was one, is a loss" says its docstring; the code skips it -------------


def test_a_score_that_is_gone_is_a_loss() -> None:
    case = read(OWED)
    before = reference_of(Run({"suite": "core"}, [Row(case, SEEN, {"outcome": Score(1.0)})]), "baseline")

    found = gates.flips(Run({"suite": "core"}, [Row(case, replace(SEEN, error="连不上"), {"outcome": Score(None)})]), before)

    assert found.lost == {"wages-901": ("outcome",)}


# -- a baseline whose row holds no map of values is read without complaint and breaks later ------------------------


def test_a_baseline_with_damaged_values_is_named(tmp_path: Path) -> None:
    (tmp_path / "core.json").write_text('{"header": {}, "rows": {"wages-901": {"values": 1, "hash": "", "base": ""}}}', encoding="utf-8")

    with pytest.raises(ConfigError):
        records.read_reference(tmp_path / "core.json")


# -- two months one after the other were read as one date, so a right answer counted as a figure without an origin -----------


def test_two_months_since_which_figures_hold_are_read_as_two_months() -> None:
    said = "\n".join(months_said([date(2026, 1, 1), date(2026, 2, 1)]))

    assert [(int(number.value), number.unit) for number in find_numbers(said)] == [(2026, "年"), (1, "月份"), (2026, "年"), (2, "月份")]
