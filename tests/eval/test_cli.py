from __future__ import annotations

import io
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

import pytest

from eval.cli import main
from tests.conftest import REPOSITORY
from tests.eval.small_cases import CASES, OUTSIDE, OWED, UNSIGNED, with_turn, write_cases
from tests.small_knowledge import edit

RUN_FILES = {"run.json", "cases.jsonl", "passages.json", "junit.xml", "report.html"}


class Ran(NamedTuple):
    """How a command ended, what it printed, and what it complained of."""

    code: int
    out: str
    err: str

    def named_by(self, gate: str) -> set[str]:
        """The cases that the failed gate beginning with *gate* points at."""
        shown = re.search(rf"^不过  {re.escape(gate)}.*\n((?:      .*\n)*)", self.out, re.MULTILINE)
        return set(re.findall(r"gonghui eval show (\S+) --run", shown[1])) if shown else set()


class Place(NamedTuple):
    """Cases of the small knowledge, their accepted baseline, the run it was accepted from, and how two runs of them ended."""

    cases: Path
    baselines: Path
    run: Path
    first: Ran
    second: Ran


Command = Callable[..., Ran]


@pytest.fixture(name="place", scope="module")
def _place(tmp_path_factory: pytest.TempPathFactory, examined_knowledge: Path, examined_data: Path) -> Place:
    """Run, accepted, and run again; not to be changed."""
    folder = tmp_path_factory.mktemp("place")
    cases, baselines = write_cases(folder / "cases"), folder / "baselines"
    ours = ["--cases", str(cases), "--baselines", str(baselines)]
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("GONGHUI_DATA_DIR", str(examined_data))
        environment.setenv("GONGHUI_KNOWLEDGE_DIR", str(examined_knowledge))
        first = printed(["run", *ours, "--out", str(folder / "run")])
        accepted = printed(["accept", str(folder / "run"), "--reason", "第一条基线", "--baselines", str(baselines)])
        second = printed(["run", *ours, "--out", str(folder / "second")])
    assert accepted.code == 0
    return Place(cases, baselines, folder / "run", first, second)


def printed(arguments: list[str]) -> Ran:
    """Run `gonghui eval` in this process."""
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        code = main(arguments)
    return Ran(code, out.getvalue(), err.getvalue())


@pytest.fixture(name="command")
def _command(examined_knowledge: Path, examined_data: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Command:
    """Runs `gonghui eval` over the small knowledge."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GONGHUI_DATA_DIR", str(examined_data))
    monkeypatch.setenv("GONGHUI_KNOWLEDGE_DIR", str(examined_knowledge))
    return lambda *arguments: printed([str(argument) for argument in arguments])


@pytest.fixture(name="again")
def _again(command: Command, place: Place, tmp_path: Path) -> Command:
    """Runs the accepted cases again, against the baseline, with the gates that ship."""

    def again(*more: str | Path) -> Ran:
        return command("run", "--cases", place.cases, "--baselines", place.baselines, "--out", tmp_path / "again", *more)

    return again


@pytest.fixture(name="own")
def _own(examined_knowledge: Path, examined_data: Path, command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A knowledge folder of this test's own to edit, and a data folder to index it in."""
    shutil.copytree(examined_data, tmp_path / "data")
    monkeypatch.setenv("GONGHUI_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("GONGHUI_KNOWLEDGE_DIR", str(tmp_path / "knowledge"))
    return Path(shutil.copytree(examined_knowledge, tmp_path / "knowledge"))


def rows_of(folder: Path) -> dict[str, Any]:
    """The rows of a run on disk by the name of the question."""
    lines = (folder / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    return {row["observed"]["id"]: row for row in map(json.loads, lines)}


# -- run -------------------------------------------------------------------------------------------------------


def test_a_run_that_passes_exits_0(place: Place) -> None:
    assert place.first.code == 0
    assert re.search(r"^PASS \d+ 道门槛，0 道不过$", place.first.out, re.MULTILINE)


def test_a_run_writes_its_files(place: Place) -> None:
    assert {path.name for path in place.run.iterdir()} == RUN_FILES


def test_run_json_says_what_was_examined_and_what_came_out(place: Place) -> None:
    written = json.loads((place.run / "run.json").read_text(encoding="utf-8"))

    # Six cases, none disturbed; one of them is an emergency, and it was recognised.
    assert (written["header"]["suite"], written["header"]["cases"], written["header"]["variants"]) == ("core", 6, 0)
    assert written["measures"]["emergency"]["value"] == 1.0
    assert written["passes"] is True


def test_cases_jsonl_has_a_row_for_each_scored_question(place: Place) -> None:
    assert set(rows_of(place.run)) == {"wages-901", "contract-901", "wages-902", "wages-903#2", "other-901", "other-902"}


def test_junit_names_every_question(place: Place) -> None:
    tests = ET.parse(place.run / "junit.xml").getroot().iter("testcase")

    assert {test.get("name") for test in tests} == {"wages-901", "contract-901", "wages-902", "wages-903#2", "other-901", "other-902"}


def test_the_report_is_a_page_with_every_question(place: Place) -> None:
    page = (place.run / "report.html").read_text(encoding="utf-8")

    assert page.lstrip().lower().startswith("<!doctype html>")
    assert "在即墨打工最低工资该发我多少钱" in page


def test_a_run_does_not_touch_the_index_of_the_service(place: Place, examined_data: Path) -> None:
    assert {path.name for path in examined_data.iterdir()} == {"eval"}


def test_what_is_printed_elsewhere_than_on_a_terminal_has_no_colours(place: Place) -> None:
    assert "\x1b" not in place.first.out + place.first.err


def test_a_second_run_holds_every_gate_against_the_accepted_one(place: Place) -> None:
    assert place.second.code == 0
    assert "不许变错  结果对（答、问、拒、转、急）：0 例比基线差" in place.second.out


def test_nothing_flips_between_two_runs_of_the_same(place: Place) -> None:
    assert not re.search(r"^变[好差] ", place.second.out, re.MULTILINE)


def test_half_of_the_cases_is_asked_alone_and_not_compared_with_the_baseline(again: Command, tmp_path: Path) -> None:
    done = again("--split", "test")

    assert set(rows_of(tmp_path / "again")) == {"wages-902"}
    assert "不许变错" not in done.out


# -- the gate can fail ------------------------------------------------------------------------------------------


def test_a_wrong_article_that_exists_is_found(again: Command, own: Path) -> None:
    guide = own / "guides/wages/unpaid-wages.md"
    guide.write_text(guide.read_text(encoding="utf-8").replace("第八十五条", "第八十四条").replace('"85"', '"84"'), encoding="utf-8")

    done = again()

    # Both questions that rest on that guide want article 85.
    assert (done.code, done.named_by("不许变错  引用召回率：2 例")) == (1, {"wages-901", "wages-903#2"})


def test_an_article_that_does_not_exist_is_found(again: Command, own: Path) -> None:
    guide = own / "guides/contract/unsigned-contract.md"
    guide.write_text(guide.read_text(encoding="utf-8").replace("第八十二条", "第一百八十二条").replace('"82"', '"182"'), encoding="utf-8")

    done = again()

    assert (done.code, done.named_by("不许变错  引用召回率：1 例")) == (1, {"contract-901"})
    assert re.search(r"^不过  知识文件  .*unsigned-contract\.md:\d+: .*第一百八十二条", done.out, re.MULTILINE)


def test_a_deleted_guide_is_found(again: Command, own: Path) -> None:
    (own / "guides/wages/minimum-wage.md").unlink()

    done = again()

    assert (done.code, done.named_by("不许变错  结果对（答、问、拒、转、急）：1 例")) == (1, {"wages-902"})
    assert "不过  知识文件  没有指南 minimum-wage，1 个案例要它：wages-902" in done.out


def test_a_swapped_figure_is_found(again: Command, own: Path) -> None:
    edit(own / "parameters/wages.yaml", '"2400"', '"4200"')

    done = again()

    assert (done.code, done.named_by("不许变错  金额和天数算对：1 例")) == (1, {"wages-902"})


def test_a_raised_threshold_is_found(again: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.ranking.GUIDE_FLOOR", 2.0)

    done = again()

    # The four answered questions are answered no more; the emergency and the weather are as they were.
    lost = {"wages-901", "contract-901", "wages-902", "wages-903#2"}
    assert (done.code, done.named_by("不许变错  结果对（答、问、拒、转、急）：4 例")) == (1, lost)


def test_an_emergency_that_is_not_recognised_is_found_without_a_baseline(command: Command, tmp_path: Path) -> None:
    cases = write_cases(tmp_path / "cases", [OWED, {**OUTSIDE, "id": "other-903", "tags": ["emergency"], "turns": [
        {"question": "明天青岛天气怎么样", "outcome": "crisis"}]}])  # fmt: skip

    done = command("run", "--cases", cases, "--baselines", tmp_path / "none", "--out", tmp_path / "run")

    assert (done.code, done.named_by("一例都不许  明说的危险认出来了：1/1 例")) == (1, {"other-903"})


# -- accept ----------------------------------------------------------------------------------------------------


def test_accepting_writes_the_baseline_with_its_reason(place: Place) -> None:
    stored = json.loads((place.baselines / "core.json").read_text(encoding="utf-8"))

    assert stored["reason"] == "第一条基线"
    assert set(stored["rows"]) == {"wages-901", "contract-901", "wages-902", "wages-903#2", "other-901", "other-902"}


def test_a_run_that_breaks_a_hard_gate_is_not_accepted(command: Command, place: Place, tmp_path: Path) -> None:
    bad = Path(shutil.copytree(place.run, tmp_path / "bad"))
    row = rows_of(bad)["wages-901"]
    row["scores"]["citation_exists"] = [0.0, "没有这样的条文"]
    (bad / "cases.jsonl").write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")

    done = command("accept", bad, "--reason", "就要这样", "--baselines", tmp_path / "baselines")

    assert done.code == 1
    assert not (tmp_path / "baselines").exists()


def test_a_run_is_not_accepted_without_a_reason(command: Command, place: Place, tmp_path: Path) -> None:
    done = command("accept", place.run, "--reason", "  好 ", "--baselines", tmp_path / "baselines")

    assert done.code == 2
    assert not (tmp_path / "baselines").exists()


def test_half_a_run_is_not_accepted(again: Command, command: Command, tmp_path: Path) -> None:
    again("--split", "test")

    assert_one_sentence(command("accept", tmp_path / "again", "--reason", "就要这样", "--baselines", tmp_path / "new"), "只跑了一半")


def test_baselines_that_are_a_file_are_one_sentence(command: Command, place: Place, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")

    assert_one_sentence(command("accept", place.run, "--reason", "就要这样", "--baselines", tmp_path / "file"), "file")


# -- show, diff, rescore, report ----------------------------------------------------------------------------------


def test_show_tells_what_was_asked_found_and_answered(command: Command, place: Place) -> None:
    done = command("show", "wages-902", "--run", place.run)

    assert "问：在即墨打工最低工资该发我多少钱" in done.out
    assert re.search(r"★ 1\. minimum-wage  \d", done.out)
    assert re.search(r"★ +\d+\. 最低工资规定#12  \d", done.out)
    assert "2400" in done.out
    assert "都过了。" in done.out


def test_show_finds_a_question_in_a_conversation_by_the_id_of_its_case(command: Command, place: Place) -> None:
    done = command("show", "wages-903", "--run", place.run)

    assert "之前：老板欠我三个月工资怎么办\n问：要带什么去" in done.out


def test_show_takes_the_latest_run_where_none_is_named(
    command: Command, place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GONGHUI_DATA_DIR", str(tmp_path))
    for name, day in (("older", 1_000_000_000), ("newer", 1_100_000_000)):
        folder = Path(shutil.copytree(place.run, tmp_path / "eval/runs" / name))
        text = (folder / "cases.jsonl").read_text(encoding="utf-8")
        (folder / "cases.jsonl").write_text(text.replace("明天青岛天气怎么样", f"{name}明天青岛天气怎么样"), encoding="utf-8")
        os.utime(folder, (day, day))

    assert "问：newer明天青岛天气怎么样" in command("show", "other-902").out


def test_the_same_run_twice_has_no_difference(command: Command, place: Place) -> None:
    done = command("diff", place.run, place.run)

    assert done.code == 0
    assert "没有一例变了" in done.out


@pytest.fixture(name="worse")
def _worse(place: Place, tmp_path: Path) -> Path:
    """The accepted run, but for one case that has another outcome."""
    folder = Path(shutil.copytree(place.run, tmp_path / "worse"))
    rows = rows_of(folder)
    rows["contract-901"]["scores"]["outcome"] = [0.0, "结果是 handed_over，应为 answered"]
    (folder / "cases.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows.values()), encoding="utf-8")
    return folder


def test_show_tells_why_a_case_is_wrong(command: Command, worse: Path) -> None:
    done = command("show", "contract-901", "--run", worse)

    assert done.code == 0
    assert "没过的：\n  ✗ 结果对（答、问、拒、转、急）：结果是 handed_over，应为 answered\n" in done.out


def test_a_case_that_got_worse_is_named_and_exits_1(command: Command, place: Place, worse: Path) -> None:
    done = command("diff", place.run, worse)

    assert done.code == 1
    assert "变差 1 例：\n  contract-901  没有签书面合同怎么办  →  结果是 handed_over，应为 answered" in done.out


def test_a_case_that_got_better_is_named_and_exits_0(command: Command, place: Place, worse: Path) -> None:
    done = command("diff", worse, place.run)

    assert done.code == 0
    assert "变好 1 例：\n  contract-901" in done.out


def test_a_run_is_compared_with_an_accepted_baseline_as_with_a_run(command: Command, place: Place, worse: Path) -> None:
    done = command("diff", place.baselines / "core.json", worse / "run.json")

    assert done.code == 1
    assert "变差 1 例：\n  contract-901" in done.out


def test_scoring_again_gives_the_same_scores(command: Command, place: Place, tmp_path: Path) -> None:
    command("rescore", place.run, "--cases", place.cases, "--baselines", place.baselines, "--out", tmp_path / "rescored")

    before, after = rows_of(place.run), rows_of(tmp_path / "rescored")
    assert {key: row["scores"] for key, row in after.items()} == {key: row["scores"] for key, row in before.items()}


def test_scoring_again_needs_no_index(command: Command, place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GONGHUI_DATA_DIR", str(tmp_path / "empty"))

    done = command("rescore", place.run, "--cases", place.cases, "--baselines", place.baselines, "--out", tmp_path / "rescored")

    assert done.code == 0
    assert "打分变了的 0 次" in done.out
    assert not (tmp_path / "empty").exists()


def test_a_corrected_case_is_scored_by_its_correction(command: Command, place: Place, tmp_path: Path) -> None:
    cases = write_cases(tmp_path / "cases", [with_turn(OWED, must_say=["12333", "一万块"]), *CASES[1:]])

    done = command("rescore", place.run, "--cases", cases, "--baselines", tmp_path / "none", "--out", tmp_path / "rescored")

    # One of the two things to say is said: 1/2.
    assert rows_of(tmp_path / "rescored")["wages-901"]["scores"]["must_say"] == [0.5, "没有说：一万块"]
    assert "打分变了的 1 次" in done.out


def test_a_case_that_is_asked_differently_now_is_not_scored_again(command: Command, place: Place, tmp_path: Path) -> None:
    cases = write_cases(tmp_path / "cases", [with_turn(OWED, question="老板欠我四个月工资怎么办"), UNSIGNED])

    command("rescore", place.run, "--cases", cases, "--baselines", tmp_path / "none", "--out", tmp_path / "rescored")

    assert set(rows_of(tmp_path / "rescored")) == {"contract-901"}


def test_the_header_of_a_run_scored_again_counts_the_cases_that_are_left(command: Command, place: Place, tmp_path: Path) -> None:
    cases = write_cases(tmp_path / "cases", [UNSIGNED])

    command("rescore", place.run, "--cases", cases, "--baselines", tmp_path / "none", "--out", tmp_path / "rescored")

    assert json.loads((tmp_path / "rescored/run.json").read_text(encoding="utf-8"))["header"]["cases"] == 1


def test_the_report_is_written_again(command: Command, place: Place, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(place.run, tmp_path / "run"))
    (folder / "report.html").unlink()

    done = command("report", folder, "--baselines", place.baselines)

    assert (done.code, done.out) == (0, f"{folder / 'report.html'}\n")
    assert "在即墨打工最低工资该发我多少钱" in (folder / "report.html").read_text(encoding="utf-8")


# -- exit codes ------------------------------------------------------------------------------------------------


def assert_one_sentence(done: Ran, words: str) -> None:
    assert (done.code, done.out) == (2, "")
    assert len(done.err.splitlines()) == 1
    assert words in done.err


def test_an_option_that_does_not_exist_is_one_sentence(command: Command) -> None:
    assert_one_sentence(command("run", "--suit", "core"), "--suit")


def test_a_suite_that_does_not_exist_is_one_sentence(command: Command) -> None:
    assert_one_sentence(command("run", "--suite", "everything"), "everything")


def test_a_command_that_does_not_exist_is_one_sentence(command: Command) -> None:
    assert_one_sentence(command("rnu"), "rnu")


def test_a_case_that_is_not_in_the_run_is_one_sentence_with_the_nearest(command: Command, place: Place) -> None:
    assert_one_sentence(command("show", "wages-911", "--run", place.run), "没有案例 wages-911，是不是 wages-901")


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["show", "wages-901", "--run"], id="show"),
        pytest.param(["report"], id="report"),
        pytest.param(["rescore"], id="rescore"),
        pytest.param(["accept", "--reason", "就要这样"], id="accept"),
        pytest.param(["diff", "nowhere"], id="diff"),
    ],
)
def test_a_run_folder_that_does_not_exist_is_one_sentence(command: Command, arguments: list[str]) -> None:
    assert_one_sentence(command(*arguments, "nowhere"), "nowhere")


def test_no_run_at_all_is_one_sentence(command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GONGHUI_DATA_DIR", str(tmp_path))

    assert_one_sentence(command("show", "wages-901"), "还没有评测结果")


def test_a_folder_without_cases_is_one_sentence(command: Command, tmp_path: Path) -> None:
    assert_one_sentence(command("run", "--cases", tmp_path, "--out", tmp_path / "run"), "里没有案例")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        pytest.param("{", "small.jsonl:1：不是 JSON", id="not JSON"),
        pytest.param(json.dumps({**OWED, "id": "Wages 901"}), "small.jsonl:1：id ", id="an id of another form"),
        pytest.param(json.dumps({**OWED, "colour": "red"}), "small.jsonl:1：colour ", id="a field there is not"),
        pytest.param(
            json.dumps(with_turn(OWED, gold_articles=[{"law": "劳动合同法", "article": "999"}])),
            "wages-901：没有《劳动合同法》第九百九十九条",
            id="an article that never existed",
        ),
    ],
)
def test_a_broken_case_is_one_sentence(command: Command, tmp_path: Path, line: str, words: str) -> None:
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases/small.jsonl").write_text(line + "\n", encoding="utf-8")

    assert_one_sentence(command("run", "--cases", tmp_path / "cases", "--out", tmp_path / "run"), words)


def test_broken_gates_are_one_sentence(again: Command, tmp_path: Path) -> None:
    (tmp_path / "gates.toml").write_text("[hard]\nmeasures = [\n", encoding="utf-8")

    assert_one_sentence(again("--gates", tmp_path / "gates.toml"), "gates.toml")


def test_broken_knowledge_is_one_sentence(again: Command, own: Path) -> None:
    edit(own / "parameters/wages.yaml", '"2400"', '"2400')

    assert_one_sentence(again(), "parameters/wages.yaml")


def test_knowledge_that_is_not_there_is_one_sentence(again: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GONGHUI_KNOWLEDGE_DIR", str(tmp_path / "nowhere"))

    assert_one_sentence(again(), "nowhere")


def test_a_baseline_that_is_none_is_one_sentence(again: Command, tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text("[]", encoding="utf-8")

    assert_one_sentence(again("--against", tmp_path / "other.json"), "other.json")


def test_a_folder_with_other_things_is_not_written_into(again: Command, tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    (tmp_path / "again/thesis.txt").write_text("六年的工作", encoding="utf-8")

    assert_one_sentence(again(), "里已经有别的东西")
    assert [path.name for path in (tmp_path / "again").iterdir()] == ["thesis.txt"]


def test_a_file_is_not_written_over(again: Command, tmp_path: Path) -> None:
    (tmp_path / "again").write_text("六年的工作", encoding="utf-8")

    assert_one_sentence(again(), "里已经有别的东西")


def test_a_wrong_setting_is_one_sentence(again: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGHUI_LLM_BASE_URL", "no address")

    assert_one_sentence(again(), "GONGHUI_LLM_BASE_URL")


def test_a_language_model_that_is_down_is_nobodys_pass_or_failure(
    command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        gone = listening.getsockname()[1]
    monkeypatch.setenv("GONGHUI_LLM_BASE_URL", f"http://127.0.0.1:{gone}/v1")
    monkeypatch.setenv("GONGHUI_LLM_MODEL", "scripted")
    cases = write_cases(tmp_path / "cases", [OWED])

    done = command("run", "--suite", "full", "--cases", cases, "--baselines", tmp_path, "--out", tmp_path / "run")

    assert done.code == 3
    assert "语言模型 scripted 用不了" in done.err.splitlines()[-1]
    assert "Traceback" not in done.err
    assert not (tmp_path / "run").exists()


def test_the_command_of_the_product_has_the_harness(examined_knowledge: Path, examined_data: Path, place: Place, tmp_path: Path) -> None:
    ours = {"PYTHONPATH": str(REPOSITORY), "GONGHUI_DATA_DIR": str(examined_data), "GONGHUI_KNOWLEDGE_DIR": str(examined_knowledge)}

    done = subprocess.run(
        [sys.executable, "-m", "assistant", "eval", "run", "--cases", place.cases, "--baselines", place.baselines, "--out", "run"],
        env=os.environ | ours, cwd=tmp_path, capture_output=True, check=False, timeout=120,
    )  # fmt: skip

    assert (done.returncode, {path.name for path in (tmp_path / "run").iterdir()}) == (0, RUN_FILES)
    assert b"\x1b" not in done.stdout + done.stderr
