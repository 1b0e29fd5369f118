from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.calculators.registry import CALCULATORS
from tests.commands import Run, runner

SEVERANCE = '{"reason": "unlawful", "start": "2023-03-01", "end": "2026-10-31", "average_wage": 5000}'
LEFT = '{"event": "left_job", "happened": "2026-09-30"}'


@pytest.fixture(name="run")
def _run(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path) -> Run:
    return runner("calc", monkeypatch, capsysbinary, tmp_path)


def test_a_sum_is_told_as_one_line_of_json(run: Run) -> None:
    code, out, err = run("severance", "--json", SEVERANCE, "--as-of", "2026-11-22")

    row = json.loads(out)
    assert (code, err, out.count("\n")) == (0, "", 1)
    assert set(row) >= {"name", "inputs", "total", "unit", "lines", "assumptions", "warnings"}
    assert (row["name"], row["total"], row["unit"], row["inputs"]["average_wage"]) == ("severance", "40000.00", "元", "5000.00")
    assert all(set(line) >= {"label", "amount", "formula", "basis"} for line in row["lines"])
    assert row["lines"][-1]["formula"] == "5000元 × 4个月 × 2 = 40000元"
    assert {"law": "劳动合同法", "article": "87"} in row["lines"][-1]["basis"]


def test_a_sum_is_told_in_words(run: Run) -> None:
    code, out, _ = run("severance", SEVERANCE, "--as-of", "2026-11-22")

    assert code == 0
    assert out.startswith("经济补偿、代通知金、违法解除赔偿金：40000.00 元\n")
    assert "5000元 × 4个月 × 2 = 40000元（《劳动合同法》第四十八条" in out


def test_the_list_names_each_calculator_with_what_it_asks(run: Run) -> None:
    code, out, _ = run("--list", "--json")

    rows = json.loads(out)
    assert (code, [row["name"] for row in rows]) == (0, [calculator.name for calculator in CALCULATORS])
    assert {"name", "type", "unit", "required", "bounds", "prompt"} <= set(rows[0]["inputs"][0])


def test_the_list_in_words_names_them_too(run: Run) -> None:
    assert all(f"{calculator.name}  {calculator.title}\n" in run("--list")[1] for calculator in CALCULATORS[:3])


def test_what_is_told_may_come_from_standard_input(run: Run) -> None:
    assert json.loads(run("severance", "--json", "-", given=SEVERANCE)[1])["total"] == "40000.00"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(("severance", "--json", "{}"), "还差怎么离开的（reason）", id="nothing told"),
        pytest.param(
            ("severance", "--json", SEVERANCE.replace("5000", "-1")), "月平均工资（average_wage）要写 0 到 1000000 元", id="negative"
        ),
        pytest.param(("severance", "--json", SEVERANCE.replace("5000", "NaN")), "average_wage", id="not a number"),
        pytest.param(("severance", "--json", SEVERANCE.replace("5000", "1" * 5000)), "不是 JSON", id="a number of 5000 digits"),
        pytest.param(("severance", "--json", "[" * 100_000), "不是 JSON", id="deep"),
        pytest.param(("severance", "--json", "5000元"), "不是 JSON", id="no JSON"),
        pytest.param(("work_injury", "--json", '{"own_wage": 5000, "grade": 11}'), "伤残等级（grade）要写 1 到 10 级", id="grade 11"),
        pytest.param(("severence", "--json", "{}"), "是不是 severance", id="a name nobody knows"),
        pytest.param(("severance",), "要写计算器的名字和要算的事", id="no inputs"),
        pytest.param((), "要写计算器的名字和要算的事", id="nothing at all"),
        pytest.param(("--list", "--json", "--as-of", "9999-12-31"), "日子要在 1995-01-01 到三年以后之间", id="the list of the last day"),
        pytest.param(("--list", "--json", "--as-of", "0001-01-01"), "日子要在 1995-01-01 到三年以后之间", id="the list of the first day"),
        pytest.param(("severance", SEVERANCE, "--as-of", "9999-12-31"), "日子要在 1995-01-01 到三年以后之间", id="a day far ahead"),
        pytest.param(("severance", SEVERANCE, "--ics", "x.ics"), "没有还没到的日子", id="a calendar of no days"),
        pytest.param(("deadline", LEFT, "--as-of", "2026-11-22", "--ics", "no/such/folder/x.ics"), "写不进去", id="a calendar nowhere"),
    ],
)
def test_what_is_wrong_ends_with_two_and_one_sentence(run: Run, arguments: tuple[str, ...], says: str) -> None:
    code, _, err = run(*arguments)

    assert (code, err.count("\n")) == (2, 1)
    assert says in err


def test_days_are_saved_as_a_calendar(run: Run, tmp_path: Path) -> None:
    code, _, _ = run("deadline", "--json", LEFT, "--as-of", "2026-11-22", "--ics", "days.ics")

    assert code == 0
    assert (tmp_path / "days.ics").read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")


def test_a_broken_parameter_ends_with_one_and_file_and_line(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "parameters").mkdir()
    (tmp_path / "parameters/wages.yaml").write_text("- id: minimum_wage_month\n  value: many\n", encoding="utf-8")
    monkeypatch.setenv("GONGHUI_KNOWLEDGE_DIR", str(tmp_path))

    code, _, err = run("severance", SEVERANCE)

    assert (code, "wages.yaml:" in err) == (1, True)
