"""A run in memory and on disk.

`run.json` says what was examined and what came out, `cases.jsonl` everything of every question, `passages.json` the texts
that answers rested on; `junit.xml` is for build servers. The accepted run of a suite lies in `eval/baseline/`, values only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal
from xml.sax import saxutils
from xml.sax.saxutils import escape

from pydantic import TypeAdapter, ValidationError

from assistant.errors import ConfigError
from eval import significance
from eval.cases import Case
from eval.checks import Score
from eval.observe import Observed

SCHEMA_VERSION = 1
BASELINES = Path(__file__).parent / "baseline"
_OBSERVED = TypeAdapter(Observed)


@dataclass(frozen=True, slots=True)
class Measure:
    """How a measure is shown and compared. `share`: 0/1 values, with x/n; `mean`: values of 0…1; `quantity`: anything else."""

    label: str
    kind: Literal["share", "mean", "quantity"] = "share"
    better: Literal["up", "down"] = "up"


MEASURES: Mapping[str, Measure] = {
    "recall@1": Measure("法条召回率@1", "mean"),
    "recall@5": Measure("法条召回率@5", "mean"),
    "recall@10": Measure("法条召回率@10", "mean"),
    "recall@20": Measure("法条召回率@20", "mean"),
    "MRR@10": Measure("MRR@10", "mean"),
    "nDCG@10": Measure("nDCG@10", "mean"),
    "success@10": Measure("前十条里有对的"),
    "outcome": Measure("结果对（答、问、拒、转、急）"),
    "over_refusal": Measure("该答没答", better="down"),
    "under_refusal": Measure("不该答却答了", better="down"),
    "emergency": Measure("明说的危险认出来了"),
    "veiled_emergency": Measure("暗示的危险认出来了"),
    "false_alarm": Measure("误报成紧急情况", better="down"),
    "guide_right": Measure("指南选对"),
    "citation_exists": Measure("引的条文都存在"),
    "citation_in_force": Measure("引的条文那天都有效"),
    "citation_in_context": Measure("引的条文都查到过"),
    "citation_precision": Measure("引用准确率", "mean"),
    "unjudged": Measure("引的条文没人判过", "mean", "down"),
    "citation_recall": Measure("引用召回率", "mean"),
    "quote_fidelity": Measure("引文和原文一样"),
    "figures_supported": Measure("数字都有出处"),
    "figures_right": Measure("金额和天数算对", "mean"),
    "phones_allowed": Measure("电话和网址都在名单里"),
    "must_say": Measure("该说的说了", "mean"),
    "must_not_say": Measure("不该说的没说"),
    "false_premise": Measure("错误前提纠正了"),
    "injection": Measure("没有照夹带的指令做"),
    "no_leak": Measure("没有留下个人信息"),
    "no_canary": Measure("文件里夹带的话没说出来"),
    "no_state_leak": Measure("没有串别人的话"),
    "same_as_desk": Measure("公众号说的和柜台一样"),
    "in_time": Measure("公众号在时限内答了"),
    "labelled": Measure("带自动回答的标记"),
    "fits_wechat": Measure("公众号装得下"),
    "two_sentences": Measure("开头不超过两句"),
    "support": Measure("每句都有依据（评判模型）", "mean"),
    "characters": Measure("公众号里的字数", "quantity", "down"),
    "wechat_bytes": Measure("公众号里的字节", "quantity", "down"),
    "sentence_length": Measure("一口气读的字数", "quantity", "down"),
    "unexplained_terms": Measure("没解释的法律词", "mean", "down"),
    "milliseconds": Measure("用时（毫秒）", "quantity", "down"),
}


@dataclass(frozen=True)
class Row:
    """One question of a run: the case as it was, what came, how it scored."""

    case: Case
    observed: Observed
    scores: Mapping[str, Score]

    @property
    def key(self) -> str:
        """What makes the row the same in another run: turn, arm and repeat."""
        one = self.observed
        return one.id if (one.arm, one.repeat) == ("desk", 1) else f"{one.id}|{one.arm}|{one.repeat}"

    @property
    def is_variant(self) -> bool:
        """Say whether the question was disturbed."""
        return self.case.variant_of is not None


@dataclass(frozen=True)
class Run:
    """A suite's questions and what was examined.

    `stale` names the cases that were left out, with the reason; `unproven` the figures of each guide that no text bears out.
    """

    header: Mapping[str, Any]
    rows: Sequence[Row]
    passages: Mapping[str, str] = field(default_factory=dict)
    stale: Mapping[str, str] = field(default_factory=dict)
    knowledge_problems: Sequence[str] = ()
    unproven: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def suite(self) -> str:
        """The suite's name."""
        return str(self.header["suite"])


@dataclass(frozen=True, slots=True)
class Value:
    """A measure over some rows: None where nothing could be scored; `n` scored, `unscored` not."""

    value: float | None
    n: int
    unscored: int
    low: float = 0.0
    high: float = 0.0
    successes: int | None = None


@dataclass(frozen=True)
class Reference:
    """An earlier run to compare with: each row's values and its case's hash."""

    name: str
    header: Mapping[str, Any]
    values: Mapping[str, Mapping[str, float]]
    hashes: Mapping[str, str]
    unproven: Mapping[str, Sequence[str]] = field(default_factory=dict)


def summarise(rows: Iterable[Row], name: str) -> Value:
    """Return one measure over *rows* with its interval, clustered by base case."""
    chosen = list(rows)
    scored = [(float(score.value), row.case.base) for row in chosen if (score := row.scores.get(name)) and score.value is not None]
    unscored = len(chosen) - len(scored)
    if not scored:
        return Value(None, 0, unscored)
    values, clusters = [value for value, _ in scored], [cluster for _, cluster in scored]
    mean = sum(values) / len(values)
    if MEASURES[name].kind == "share":
        low, high = significance.share_interval(values, clusters)
        return Value(mean, len(values), unscored, low, high, round(sum(values)))
    low, high = significance.mean_interval(values, clusters)
    return Value(mean, len(values), unscored, low, high)


def plain_rows(run: Run) -> list[Row]:
    """Return the rows the main table is about: cases as they were written, asked at the desk."""
    return [row for row in run.rows if not row.is_variant and row.observed.arm == "desk"]


# -- on disk ------------------------------------------------------------------------------------------------


def write_run(run: Run, folder: Path, summary: Mapping[str, Any]) -> None:
    """Write the run's four machine-readable files into *folder*; raises ConfigError where that cannot be done."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "cases.jsonl").open("w", encoding="utf-8") as lines:
            for row in run.rows:
                lines.write(json.dumps(_row_out(row), ensure_ascii=False) + "\n")
        _dump(folder / "passages.json", dict(run.passages))
        (folder / "junit.xml").write_text(junit(run), encoding="utf-8")
        # Last, so that a folder with run.json is whole.
        _dump(
            folder / "run.json",
            {"schema_version": SCHEMA_VERSION, "header": dict(run.header), **summary, "stale": dict(run.stale),
             "knowledge_problems": list(run.knowledge_problems), "unproven": dict(run.unproven)},
        )  # fmt: skip
    except OSError as error:
        raise ConfigError(f"写不了 {folder}（{error.strerror}），请用 --out 换一个目录") from error


def read_run(folder: Path) -> Run:
    """Read what `write_run` wrote; raises ConfigError naming the damaged file."""
    path = folder / "run.json"
    try:
        head = json.loads(path.read_text(encoding="utf-8"))
        if head.get("schema_version") != SCHEMA_VERSION:
            raise ConfigError(f"{path} 是另一个版本的格式，请重新运行 gonghui eval run")
        header, stale, problems = dict(head["header"]), dict(head["stale"]), list(head["knowledge_problems"])
        unproven = dict(head["unproven"])
        header["suite"]
        path = folder / "cases.jsonl"
        rows = [_row_in(json.loads(line)) for line in path.read_text(encoding="utf-8").split("\n") if line]
        path = folder / "passages.json"
        passages = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{folder} 里没有一次完整的评测（{path.name}：{error.strerror}）") from error
    except (ValueError, KeyError, TypeError, AttributeError, ValidationError) as error:
        raise ConfigError(f"{path} 坏了，请重新运行 gonghui eval run") from error
    return Run(header, rows, passages, stale, problems, unproven)


def _row_out(row: Row) -> dict[str, Any]:
    scores = {name: [score.value, score.why] if score.why else [score.value] for name, score in row.scores.items()}
    return {"case": row.case.model_dump(mode="json", exclude_defaults=True), "observed": _OBSERVED.dump_python(row.observed, mode="json"),
            "scores": scores}  # fmt: skip


def _row_in(row: Mapping[str, Any]) -> Row:
    scores = {name: Score(*values) for name, values in row["scores"].items()}
    return Row(Case.model_validate(row["case"]), _OBSERVED.validate_python(row["observed"]), scores)


def _dump(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


# XML 1.0 has no place for these, escaped or not.
_NOT_XML = re.compile("[^\u0009\u000a\u000d\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(run: Run) -> str:
    """Return the run as JUnit XML: a test case a question, failed where one of its 0/1 checks is 0, skipped where stale."""
    tests, failed = [], 0

    def quoteattr(words: str) -> str:
        return saxutils.quoteattr(_NOT_XML.sub("\ufffd", words))

    for row in run.rows:
        name, seconds = quoteattr(row.key), row.observed.milliseconds / 1000
        why = failures(row)
        failed += bool(why)
        inner = f"<failure message={quoteattr('；'.join(why))}/>" if why else ""
        inner += f"<error message={quoteattr(row.observed.error)}/>" if row.observed.error else ""
        tests.append(
            f'<testcase classname="{escape(run.suite)}.{escape(row.case.topic)}" name={name} time="{seconds:.3f}">{inner}</testcase>'
        )
    tests += [f"<testcase name={quoteattr(id_)}><skipped message={quoteattr(why)}/></testcase>" for id_, why in run.stale.items()]
    counts = f'tests="{len(tests)}" failures="{failed}" skipped="{len(run.stale)}"'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="eval.{escape(run.suite)}" {counts}>'
        + "\n".join(tests)
        + "</testsuite>\n"
    )


def failures(row: Row) -> list[str]:
    """Return what is wrong with a row, in words: each check that is about right and wrong and did not get the best value."""
    wrong = []
    for name, score in row.scores.items():
        measure = MEASURES[name]
        if score.value is None or measure.kind == "quantity" or name in _NO_FAULT:
            continue
        if (score.value < 1) if measure.better == "up" else (score.value > 0):
            wrong.append(f"{measure.label}：{score.why or f'{score.value:.2f}'}")
    return wrong


# Measures of degree, not of right and wrong: an answer that cites more than gold is no failed case, and outcome says the rest.
_NO_FAULT = frozenset({
    "recall@1", "recall@5", "recall@10", "recall@20", "MRR@10", "nDCG@10", "citation_precision", "unjudged", "unexplained_terms",
    "over_refusal", "under_refusal", "false_premise", "injection", "support",
})  # fmt: skip


# -- references ---------------------------------------------------------------------------------------------


def reference_of(run: Run, name: str) -> Reference:
    """Return *run* as something to compare with."""
    return Reference(
        name,
        run.header,
        {row.key: {measure: score.value for measure, score in row.scores.items() if score.value is not None} for row in run.rows},
        {row.key: row.case.hash for row in run.rows},
        run.unproven,
    )


def paired(rows: Iterable[Row], name: str, reference: Reference) -> list[tuple[Row, float, float]]:
    """Return row, value in *reference* and value now, of the rows scored in both whose case says the same."""
    return [
        (row, reference.values[row.key][name], float(score.value))
        for row in rows
        if reference.hashes.get(row.key) == row.case.hash
        and (score := row.scores.get(name))
        and score.value is not None
        and name in reference.values[row.key]
    ]


def read_reference(path: Path) -> Reference:
    """Read a run's folder, its run.json, or an accepted baseline; raises ConfigError where it is none of them."""
    if path.is_dir() or path.name == "run.json":
        folder = path if path.is_dir() else path.parent
        return reference_of(read_run(folder), str(folder))
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        rows = stored["rows"]
        return Reference(
            str(path), dict(stored["header"]), {key: dict(row["values"]) for key, row in rows.items()},
            {key: row["hash"] for key, row in rows.items()},
            {owner: list(figures) for owner, figures in stored["unproven"].items()},
        )  # fmt: skip
    except OSError as error:
        raise ConfigError(f"没有 {path}（{error.strerror}）") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigError(f"{path} 不是一次评测，也不是认可的基线") from error


def baseline_file(suite: str, folder: Path = BASELINES) -> Path:
    """Return where the accepted run of a suite lies."""
    return folder / f"{suite}.json"


def accept(run: Run, reason: str, folder: Path = BASELINES) -> Path:
    """Make *run* the baseline of its suite, and add a line to the history that the report's trend shows."""
    reference = reference_of(run, "")
    rows = {
        key: {"hash": reference.hashes[key],
              "values": {name: round(value, 4) for name, value in values.items() if name != "milliseconds"}}
        for key, values in sorted(reference.values.items())
    }  # fmt: skip
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{folder} 不能当基线目录（{error.strerror}）") from error
    body = ",\n".join(f"{json.dumps(key)}: {json.dumps(row, ensure_ascii=False)}" for key, row in rows.items())
    head = json.dumps(
        {"schema_version": SCHEMA_VERSION, "header": dict(run.header), "reason": reason, "unproven": dict(run.unproven)}, ensure_ascii=False
    )
    # One row a line: a diff in version control shows which cases changed.
    path = baseline_file(run.suite, folder)
    path.write_text(f'{head[:-1]}, "rows": {{\n{body}\n}}}}\n', encoding="utf-8")
    values = {name: summarise(plain_rows(run), name) for name in MEASURES}
    line = {"header": dict(run.header), "reason": reason, "values": {name: asdict(value) for name, value in values.items() if value.n}}
    with (folder / "history.jsonl").open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(line, ensure_ascii=False) + "\n")
    return path


def history(suite: str, folder: Path = BASELINES) -> list[dict[str, Any]]:
    """Return the accepted runs of a suite, oldest first; damaged lines are left out."""
    path = folder / "history.jsonl"
    if not path.is_file():
        return []
    found = []
    for line in path.read_text(encoding="utf-8").split("\n"):
        try:
            row = json.loads(line)
            if row["header"]["suite"] == suite:
                found.append(row)
        except (ValueError, KeyError, TypeError):
            continue
    return found
