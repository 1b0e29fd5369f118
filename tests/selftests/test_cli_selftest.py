"""`gonghui selftest`, with the real knowledge."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.selftests.registry import SELFTESTS
from tests.commands import Run, runner


@pytest.fixture(name="run")
def _run(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path) -> Run:
    return runner("selftest", monkeypatch, capsysbinary, tmp_path)


def test_a_finding_is_told_as_one_line_of_json(run: Run) -> None:
    code, out, err = run("legal_aid", "--json", '{"matter": "wages", "has_lawyer": false, "migrant": true}')

    row = json.loads(out)
    assert (code, err, out.count("\n"), row["verdict"]) == (0, "", 1, "may_be")
    assert set(row) == {
        "name", "title", "inputs", "says", "verdict", "reasons", "missing", "papers", "steps", "guides", "warnings",
    }  # fmt: skip


def test_a_checklist_is_told_alike_without_a_verdict(run: Run) -> None:
    code, out, _ = run("evidence", "--json", '{"dispute": "overtime"}')

    row = json.loads(out)
    assert (code, "verdict" in row) == (0, False)
    assert all(set(item) == {"what", "why", "basis", "time", "cost", "limit"} for item in row["items"])


def test_a_finding_is_told_in_words_from_standard_input(run: Run) -> None:
    code, out, _ = run("injury_check", "-", given='{"what": "commute", "blame": "main"}')

    assert code == 0
    assert out.startswith("像不像工伤：看着不像：")
    assert "（《工伤保险条例》第十四条" in out


def test_the_list_names_each_self_test_with_what_it_may_ask(run: Run) -> None:
    code, out, _ = run("--list", "--json")

    rows = json.loads(out)
    assert (code, [row["name"] for row in rows]) == (0, [selftest.name for selftest in SELFTESTS])
    assert "subsistence_allowance_month" in run("--list")[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param((), "--list", id="nothing"),
        pytest.param(("hardship", "{"), "不是 JSON", id="no JSON"),
        pytest.param(("hardship", '{"people": 0}'), "1 到 30 人", id="out of range"),
        pytest.param(("hardhsip", "{}"), "是不是 hardship", id="misspelt"),
    ],
)
def test_a_mistake_is_one_sentence_and_exit_code_two(run: Run, arguments: tuple[str, ...], said: str) -> None:
    code, out, err = run(*arguments)

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err
