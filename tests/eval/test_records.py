from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import ConfigError
from assistant.types import Answer, Citation, CitedArticle, Failure, Figure, Section
from eval import records
from eval.checks import Score
from eval.observe import Found, Observed
from eval.records import Row, Run
from tests.eval.small_cases import CRISIS, FOLLOW_UP, OWED, UNSIGNED, read

ANSWER = Answer(
    "answered",
    "单位必须按时足额发工资。",
    date(2026, 11, 21),
    "即墨",
    source="guide",
    sections=(Section("steps", ("先存好工资条。", "打 12333 投诉。")),),
    citations=(
        CitedArticle(Citation("劳动合同法", "85"), "用人单位有下列情形之一的……", "要加付赔偿金"),
        CitedArticle(Citation("劳动合同法", "30")),
    ),
    figures=(Figure("50%", "50", "%", "劳动合同法#85"),),
    guide_ids=("unpaid-wages",),
    notes=("以当地为准。",),
    suggestions=("没签劳动合同能要双倍工资吗",),
    index_version="0123456789ab",
    failures=(Failure("figure_without_origin", "3 倍"),),
    token="t0",
)
ASKED = Row(
    read(OWED),
    Observed(
        "wages-901",
        "wages-901",
        1,
        "老板欠我三个月工资怎么办",
        (),
        ANSWER,
        "单位必须按时足额发工资。（自动回复）",
        articles=(Found("劳动合同法#85", 0.81, {"words": 0.2, "guides": 0.9}),),
        guides=(Found("unpaid-wages", 0.9, {"ask_dense": 0.95}),),
        degraded=("dense",),
        evidence=("劳动合同法#85", "guide:unpaid-wages@2026-11-21"),
        milliseconds=12.5,
        leaks=("13…在日志里",),
        watched=True,
        judged={"in_time": 1.0},
    ),
    {"outcome": Score(1.0), "must_say": Score(0.5, "没有说：仲裁"), "figures_right": Score(None), "milliseconds": Score(12.5)},
)
FOLLOWED = Row(
    read(FOLLOW_UP),
    Observed("wages-903#2", "wages-903", 2, "要带什么去", ("老板欠我三个月工资怎么办",), ANSWER, "带身份证。", arm="model", repeat=3),
    {"outcome": Score(1.0), "must_say": Score(1.0)},
)
UNANSWERED = Row(
    read(CRISIS),
    Observed("other-901", "other-901", 1, "我不想活了", (), None, "", error="连不上"),
    {"outcome": Score(None), "emergency": Score(None)},
)
RUN = Run(
    {"suite": "core", "made_at": "2026-11-21T00:00:00+00:00", "cases": 3},
    [ASKED, FOLLOWED, UNANSWERED],
    {"劳动合同法#85": "用人单位有下列情形之一的……"},
    {"wages-999": "《旧规定》第一条在 2026-11-21 不是有效的规定"},
    ["guides/a.md:1: 坏了"],
)


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    """A run on disk."""
    records.write_run(RUN, tmp_path / "run", {"passes": True})
    return tmp_path / "run"


# -- write and read -----------------------------------------------------------------------------------------------


def test_what_is_read_is_what_was_written(folder: Path) -> None:
    assert records.read_run(folder) == RUN


def test_the_summary_lies_in_run_json_beside_the_header(folder: Path) -> None:
    written = json.loads((folder / "run.json").read_text(encoding="utf-8"))

    assert (written["passes"], written["header"]["suite"], written["stale"]) == (True, "core", RUN.stale)


anything = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(question=anything, why=anything, value=st.none() | st.floats(0, 1))
def test_any_words_and_values_come_back(tmp_path_factory: pytest.TempPathFactory, question: str, why: str, value: float | None) -> None:
    row = Row(read(UNSIGNED), replace(UNANSWERED.observed, question=question, text=why), {"outcome": Score(value, why)})
    folder = tmp_path_factory.mktemp("any")
    records.write_run(Run({"suite": "core"}, [row]), folder, {})

    assert records.read_run(folder).rows == [row]


def test_a_run_without_questions_comes_back(tmp_path: Path) -> None:
    records.write_run(Run({"suite": "core"}, [], knowledge_problems=[]), tmp_path, {})

    assert records.read_run(tmp_path) == Run({"suite": "core"}, [], knowledge_problems=[])


def test_a_run_written_over_another_replaces_it(folder: Path) -> None:
    records.write_run(Run({"suite": "safety"}, [UNANSWERED], knowledge_problems=[]), folder, {})

    assert records.read_run(folder) == Run({"suite": "safety"}, [UNANSWERED], knowledge_problems=[])


@pytest.mark.parametrize("name", ["run.json", "cases.jsonl", "passages.json"])
def test_a_file_that_is_missing_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()

    with pytest.raises(ConfigError, match=name):
        records.read_run(folder)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("run.json", b"{", id="a head cut off"),
        pytest.param("run.json", b"[]", id="a head that is a list"),
        pytest.param("run.json", b"\xff\xfe", id="a head that is no text"),
        pytest.param("cases.jsonl", b'{"case": {}}\n', id="a row without its parts"),
        pytest.param("cases.jsonl", b'{"case": \n', id="a row cut off"),
        pytest.param("cases.jsonl", b"\xff\xfe", id="rows that are no text"),
        pytest.param("passages.json", b"", id="empty passages"),
    ],
)
def test_a_damaged_file_is_named(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)

    with pytest.raises(ConfigError, match=rf"{name} 坏了"):
        records.read_run(folder)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        pytest.param("case", {"id": "wages-901"}, id="a case without its questions"),
        pytest.param("observed", {"id": "wages-901"}, id="an observation without its answer"),
        pytest.param("scores", {"outcome": [1, "a", "b"]}, id="a score of three parts"),
        pytest.param("scores", [], id="scores that are a list"),
    ],
)
def test_a_damaged_row_names_its_file(folder: Path, part: str, value: object) -> None:
    rows = [json.loads(line) for line in (folder / "cases.jsonl").read_text(encoding="utf-8").splitlines()]
    rows[1][part] = value
    (folder / "cases.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    with pytest.raises(ConfigError, match=r"cases\.jsonl 坏了"):
        records.read_run(folder)


def test_a_run_of_another_version_is_not_read(folder: Path) -> None:
    text = (folder / "run.json").read_text(encoding="utf-8")
    (folder / "run.json").write_text(text.replace('"schema_version": 1', '"schema_version": 2'), encoding="utf-8")

    with pytest.raises(ConfigError, match="另一个版本"):
        records.read_run(folder)


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")

    with pytest.raises(ConfigError, match="--out"):
        records.write_run(RUN, tmp_path / "file" / "run", {})


# -- junit ---------------------------------------------------------------------------------------------------------


def test_junit_counts_tests_failures_and_skipped() -> None:
    suite = ET.fromstring(records.junit(RUN))

    # Three questions and one stale case; only must_say of the first got less than the best.
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("4", "1", "1")


def test_junit_says_why_a_question_failed() -> None:
    suite = ET.fromstring(records.junit(RUN))

    assert [(test.get("name"), test[0].get("message")) for test in suite if test.find("failure") is not None] == [
        ("wages-901", "该说的说了：没有说：仲裁")
    ]


def test_junit_says_what_could_not_be_asked() -> None:
    suite = ET.fromstring(records.junit(RUN))

    assert [(test.get("name"), test[0].get("message")) for test in suite if test.find("error") is not None] == [("other-901", "连不上")]


def test_junit_skips_a_stale_case_with_the_reason() -> None:
    skipped = ET.fromstring(records.junit(RUN)).findall("testcase/skipped")

    assert [one.get("message") for one in skipped] == ["《旧规定》第一条在 2026-11-21 不是有效的规定"]


@pytest.mark.parametrize(
    "words",
    [
        pytest.param('"/><failure message="', id="a closed attribute"),
        pytest.param("]]></testsuite><script>alert(1)</script>", id="a closed suite"),
        pytest.param("<!--", id="a comment"),
        pytest.param("&lt;&amp;&nbsp;&#0;", id="entities"),
        pytest.param("'\"'\"", id="both kinds of quotes"),
        pytest.param("一行\n两行\t三行", id="line ends and tabs"),
        pytest.param("😀 𠮷", id="characters beyond the first plane"),
    ],
)
def test_junit_says_hostile_words_as_they_are(words: str) -> None:
    row = Row(read(OWED), replace(UNANSWERED.observed, error=words), {"must_say": Score(0.0, words)})
    suite = ET.fromstring(records.junit(Run({"suite": "core"}, [row], stale={"wages-999": words})))

    assert [one.get("message") for one in suite.findall("testcase/*")] == [f"该说的说了：{words}", words, words]


@given(words=anything)
def test_junit_is_well_formed_whatever_was_said(words: str) -> None:
    row = Row(read(OWED), replace(UNANSWERED.observed, error=words), {"must_say": Score(0.0, words)})

    suite = ET.fromstring(records.junit(Run({"suite": "core"}, [row], stale={"wages-999": words})))
    assert [case.get("name") for case in suite] == ["other-901", "wages-999"]


# -- what is wrong with a row, and what a measure is over rows -------------------------------------------------------


@pytest.mark.parametrize(
    ("scores", "wrong"),
    [
        pytest.param({"outcome": Score(0.0, "错了")}, ["结果对（答、问、拒、转、急）：错了"], id="a check that is 0"),
        pytest.param({"must_say": Score(0.5)}, ["该说的说了：0.50"], id="a part without a reason"),
        pytest.param({"outcome": Score(1.0, "好")}, [], id="a check that is 1"),
        pytest.param({"outcome": Score(None)}, [], id="a check that could not be scored"),
        pytest.param({"false_alarm": Score(1.0)}, ["误报成紧急情况：1.00"], id="a measure whose best is 0"),
        pytest.param({"false_alarm": Score(0.0)}, [], id="a measure whose best is 0 at 0"),
        pytest.param({"milliseconds": Score(900.0)}, [], id="a quantity"),
        pytest.param({"nDCG@10": Score(0.2), "citation_precision": Score(0.2)}, [], id="measures of degree"),
    ],
)
def test_only_what_is_wrong_counts_as_a_failure(scores: dict[str, Score], wrong: list[str]) -> None:
    assert records.failures(replace(ASKED, scores=scores)) == wrong


def test_a_share_is_counted_over_the_rows_that_could_be_scored() -> None:
    rows = [replace(ASKED, scores={"outcome": Score(value)}) for value in (1.0, 0.0, 1.0, None)]

    value = records.summarise(rows, "outcome")

    # Two of three are right; the fourth is not counted as wrong.
    assert (value.value, value.n, value.unscored, value.successes) == (pytest.approx(2 / 3), 3, 1, 2)


def test_a_measure_nobody_could_be_scored_on_has_no_value() -> None:
    value = records.summarise([replace(ASKED, scores={})], "outcome")

    assert (value.value, value.n, value.unscored) == (None, 0, 1)


def test_the_main_table_is_about_undisturbed_questions_asked_at_the_desk() -> None:
    variant = replace(ASKED, case=ASKED.case.model_copy(update={"variant_of": "wages-901", "perturbation": "shape"}))

    assert records.plain_rows(Run({"suite": "full"}, [ASKED, FOLLOWED, variant])) == [ASKED]


def test_a_question_asked_again_by_another_arm_is_another_row() -> None:
    assert [row.key for row in RUN.rows] == ["wages-901", "wages-903#2|model|3", "other-901"]


# -- references -----------------------------------------------------------------------------------------------------


def test_a_reference_holds_each_rows_values_but_not_what_could_not_be_scored() -> None:
    reference = records.reference_of(RUN, "one")

    assert reference.values == {
        "wages-901": {"outcome": 1.0, "must_say": 0.5, "milliseconds": 12.5},
        "wages-903#2|model|3": {"outcome": 1.0, "must_say": 1.0},
        "other-901": {},
    }
    assert reference.hashes["other-901"] == read(CRISIS).hash


@pytest.mark.parametrize(
    "of",
    [
        pytest.param(lambda folder: folder, id="the folder"),
        pytest.param(lambda folder: folder / "run.json", id="its run.json"),
    ],
)
def test_a_run_on_disk_is_a_reference(folder: Path, of: Callable[[Path], Path]) -> None:
    assert records.read_reference(of(folder)) == records.reference_of(RUN, str(folder))


def test_an_accepted_run_is_a_reference_without_its_times(tmp_path: Path) -> None:
    path = records.accept(RUN, "第一条基线", tmp_path)

    reference = records.read_reference(path)

    assert (path, reference.header) == (tmp_path / "core.json", RUN.header)
    assert reference.values["wages-901"] == {"outcome": 1.0, "must_say": 0.5}
    assert reference.hashes == records.reference_of(RUN, "").hashes


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'{"header": {}}', id="no rows"),
        pytest.param(b'{"header": {}, "rows": []}', id="rows that are a list"),
        pytest.param(b'{"header": {}, "rows": {"wages-901": {"values": {}}}}', id="a row without its hash"),
        pytest.param(b"\xff", id="no text"),
    ],
)
def test_a_file_that_is_no_baseline_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "other.json").write_bytes(content)

    with pytest.raises(ConfigError, match=r"other\.json 不是一次评测，也不是认可的基线"):
        records.read_reference(tmp_path / "other.json")


def test_a_reference_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"没有 .*nowhere\.json"):
        records.read_reference(tmp_path / "nowhere.json")


def test_a_baseline_has_one_line_for_each_row(tmp_path: Path) -> None:
    lines = records.accept(RUN, "第一条基线", tmp_path).read_text(encoding="utf-8").splitlines()

    assert [line.split('"')[1] for line in lines[1:-1]] == ["other-901", "wages-901", "wages-903#2|model|3"]


def test_accepting_the_same_run_twice_changes_nothing_in_the_baseline(tmp_path: Path) -> None:
    before = records.accept(RUN, "第一条基线", tmp_path).read_bytes()

    assert records.accept(RUN, "第一条基线", tmp_path).read_bytes() == before


def test_accepted_runs_stay_in_the_history_oldest_first(tmp_path: Path) -> None:
    records.accept(RUN, "第一条基线", tmp_path)
    records.accept(RUN, "换了权重", tmp_path)

    assert [row["reason"] for row in records.history("core", tmp_path)] == ["第一条基线", "换了权重"]


def test_the_history_holds_the_measures_over_the_plain_rows(tmp_path: Path) -> None:
    records.accept(RUN, "第一条基线", tmp_path)

    values = records.history("core", tmp_path)[0]["values"]

    # wages-901 got 1 at the desk; what the model got, and what could not be asked, do not count.
    assert (values["outcome"]["value"], values["outcome"]["n"], values["outcome"]["unscored"]) == (1.0, 1, 1)
    assert "figures_right" not in values


def test_the_history_of_a_suite_leaves_other_suites_out(tmp_path: Path) -> None:
    records.accept(RUN, "第一条基线", tmp_path)
    records.accept(replace(RUN, header={**RUN.header, "suite": "safety"}), "安全的", tmp_path)

    assert [row["reason"] for row in records.history("safety", tmp_path)] == ["安全的"]


def test_a_damaged_line_of_the_history_costs_only_itself(tmp_path: Path) -> None:
    records.accept(RUN, "第一条基线", tmp_path)
    with (tmp_path / "history.jsonl").open("a", encoding="utf-8") as lines:
        lines.write('{"header": {"sui\n[]\n{"header": 3}\n<<<<<<< ours\n\n')
    records.accept(RUN, "换了权重", tmp_path)

    assert [row["reason"] for row in records.history("core", tmp_path)] == ["第一条基线", "换了权重"]


def test_there_is_no_history_before_the_first_is_accepted(tmp_path: Path) -> None:
    assert records.history("core", tmp_path / "none") == []


def test_a_run_that_is_moved_can_still_be_read(folder: Path, tmp_path: Path) -> None:
    shutil.move(folder, tmp_path / "elsewhere")

    assert records.read_run(tmp_path / "elsewhere") == RUN
