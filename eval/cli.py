"""`gonghui eval …`. Exit codes: 0 passes, 1 a gate does not hold, 2 wrong input, 3 something outside is down."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Annotated, Any, Literal, cast

import structlog
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from assistant.errors import AssistantError, ConfigError, KnowledgeError, StoreUnavailable
from assistant.settings import Settings, load_settings
from eval import cases as case_files
from eval import gates as gate_rules
from eval import records, tables
from eval.models import OutsideDown
from eval.observe import runs_folder

app = typer.Typer(
    no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False,
    help="评测：改了指南、提示词、模型或权重以后，看哪里好了、哪里坏了、能不能发布",
)  # fmt: skip
PASS, REGRESSION, WRONG_INPUT, OUTSIDE = 0, 1, 2, 3

SuiteName = Literal["core", "full", "retrieval", "safety", "channel"]
RunFolder = Annotated[Path | None, typer.Option("--run", help="哪一次评测的目录，默认最近一次")]
CasesFolder = Annotated[Path, typer.Option("--cases", help="案例目录")]
GatesFile = Annotated[Path, typer.Option("--gates", help="门槛文件")]
Baselines = Annotated[Path, typer.Option("--baselines", help="基线目录")]


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    # What the examined program logs would drown the result; only what is wrong is shown.
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR), logger_factory=structlog.PrintLoggerFactory(sys.stderr)
    )
    try:
        result = app(arguments, standalone_mode=False, prog_name="gonghui eval")
    except OutsideDown as error:
        return _sorry(error, OUTSIDE)
    except StoreUnavailable as error:
        return _sorry(error, OUTSIDE)
    except AssistantError as error:
        return _sorry(error, WRONG_INPUT)
    except typer.Exit as stop:
        return stop.exit_code
    except (typer.Abort, KeyboardInterrupt):
        return _sorry("停下了，没有写结果", WRONG_INPUT)
    except typer.TyperException as error:  # an option that does not exist, a value that cannot be
        return _sorry(error.format_message(), WRONG_INPUT)
    return result if isinstance(result, int) else PASS


def _sorry(words: object, code: int) -> int:
    print(words, file=sys.stderr)
    return code


@app.command()
def run(
    suite: Annotated[SuiteName, typer.Option("--suite", help="core、full、retrieval、safety 或 channel")] = "core",
    against: Annotated[Path | None, typer.Option("--against", help="和哪一次比：评测目录、run.json 或基线文件；默认认可的基线")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="结果写到哪个目录")] = None,
    split: Annotated[Literal["dev", "test"] | None, typer.Option("--split", help="只跑一半（这样就不和基线比）")] = None,
    cases: CasesFolder = case_files.FOLDER,
    gates: GatesFile = gate_rules.FILE,
    baselines: Baselines = records.BASELINES,
) -> int:
    """跑一套案例，打印结果，写报告；门槛不过退出码是 1。"""
    from eval import report as pages
    from eval.suites import run_suite

    settings = load_settings()
    rules = gate_rules.load_gates(gates)
    loaded = [case for case in case_files.load_cases(cases) if split in {None, case.split}]
    reference = _reference(suite, against, baselines, split)
    folder = out or _new_folder(settings, suite)
    _refuse_to_overwrite(folder)
    console = _console()
    with _progress("评测") as progress, _progress("计算向量") as embedding:
        try:
            done = run_suite(
                suite, loaded, settings, progress=progress, embedding=embedding, announce=lambda words: print(words, file=sys.stderr),
                judge_model=rules.judge,
            )  # fmt: skip
        except KnowledgeError as error:
            raise ConfigError(str(error)) from error
    if split:
        done = replace(done, header={**done.header, "split": split})
    verdicts = gate_rules.judge(done, rules, reference)
    flips = gate_rules.flips(done, reference) if reference else None
    records.write_run(done, folder, _summary(done, verdicts, reference, rules))
    pages.write(done, verdicts, reference, flips, folder / "report.html", baselines)
    tables.print_run(done, verdicts, reference, flips, console, str(folder))
    console.print(f"报告：{folder / 'report.html'}", soft_wrap=True)
    return PASS if all(verdict.passes for verdict in verdicts) else REGRESSION


@app.command()
def diff(
    before: Annotated[Path, typer.Argument(help="前一次：评测目录、run.json 或基线文件")],
    after: Annotated[Path, typer.Argument(help="后一次的评测目录")],
) -> int:
    """比较两次评测：各项差多少、哪些案例变了。后一次有变差的，退出码是 1。"""
    reference, done = records.read_reference(before), records.read_run(_run_folder(after))
    console = _console()
    tables.print_changes(gate_rules.changes(done, reference, list(records.MEASURES)), console)
    flips = gate_rules.flips(done, reference)
    tables.print_flips(done, flips, console)
    return REGRESSION if flips.lost else PASS


@app.command()
def show(case: Annotated[str, typer.Argument(help="案例的 id，如 wages-101 或 wages-130#2")], run: RunFolder = None) -> int:
    """一个案例：问的什么、查到什么、答了什么、哪项没过、为什么。"""
    from eval.show import show_case

    folder = _latest(run)
    done = records.read_run(folder)
    rows = [row for row in done.rows if case in {row.key, row.observed.id, row.case.id}]
    if not rows:
        import difflib

        near = difflib.get_close_matches(case, [row.key for row in done.rows], n=3, cutoff=0.4)
        raise ConfigError(f"{folder} 里没有案例 {case}" + (f"，是不是 {'、'.join(near)}" if near else ""))
    console = _console()
    for row in rows:
        show_case(row, console)
    return PASS


@app.command()
def report(
    run: Annotated[Path | None, typer.Argument(help="评测目录，默认最近一次")] = None, baselines: Baselines = records.BASELINES
) -> int:
    """重新写一次评测的网页报告。"""
    from eval import report as pages

    folder = _latest(run)
    done = records.read_run(folder)
    rules = gate_rules.load_gates()
    reference = _reference(cast("SuiteName", done.suite), None, baselines, None)
    verdicts = gate_rules.judge(done, rules, reference)
    flips = gate_rules.flips(done, reference) if reference else None
    pages.write(done, verdicts, reference, flips, folder / "report.html", baselines)
    print(folder / "report.html")
    return PASS


@app.command()
def rescore(
    run: Annotated[Path, typer.Argument(help="评测目录")],
    out: Annotated[Path | None, typer.Option("--out", help="写到哪里，默认原目录")] = None,
    cases: CasesFolder = case_files.FOLDER,
    gates: GatesFile = gate_rules.FILE,
    baselines: Baselines = records.BASELINES,
) -> int:
    """不重新提问，用现在的案例和打分办法给旧结果重新打分。"""
    from eval import report as pages
    from eval.rescoring import rescored

    settings = load_settings()
    rules = gate_rules.load_gates(gates)
    done, changed = rescored(records.read_run(_run_folder(run)), case_files.load_cases(cases), settings)
    reference = _reference(cast("SuiteName", done.suite), None, baselines, None)
    verdicts = gate_rules.judge(done, rules, reference)
    flips = gate_rules.flips(done, reference) if reference else None
    folder = out or _run_folder(run)
    records.write_run(done, folder, _summary(done, verdicts, reference, rules))
    pages.write(done, verdicts, reference, flips, folder / "report.html", baselines)
    console = _console()
    tables.print_run(done, verdicts, reference, flips, console, str(folder))
    console.print(f"打分变了的 {changed} 次；问题改了、要重新问的已去掉")
    return PASS if all(verdict.passes for verdict in verdicts) else REGRESSION


@app.command()
def accept(
    run: Annotated[Path, typer.Argument(help="评测目录")],
    reason: Annotated[str, typer.Option("--reason", help="为什么认可，写给以后的人看")],
    gates: GatesFile = gate_rules.FILE,
    baselines: Baselines = records.BASELINES,
) -> int:
    """把一次评测认作新基线。“一例都不许”和底线不过的不收。"""
    if len(reason.strip()) < 4:
        raise ConfigError("请用 --reason 写清楚为什么认可这一次")
    done = records.read_run(_run_folder(run))
    if done.header.get("split"):
        raise ConfigError("只跑了一半的评测不能当基线")
    refused = [verdict for verdict in gate_rules.judge(done, gate_rules.load_gates(gates), None) if not verdict.passes]
    if refused:
        for verdict in refused:
            print(f"不过  {tables.KINDS[verdict.kind]}  {verdict.says}", file=sys.stderr)
        print("这几道过不了，不能认作基线", file=sys.stderr)
        return REGRESSION
    print(f"基线写到 {records.accept(done, reason.strip(), baselines)}，请和这次改动一起提交")
    return PASS


@app.command()
def ablate(cases: CasesFolder = case_files.FOLDER) -> int:
    """逐个去掉一部分（问法、向量、词、二元组、权重……），看检索各差多少。"""
    from eval.ablate import ablations

    settings = load_settings()
    console = _console()
    with _progress("查找") as progress:
        found = ablations(case_files.load_cases(cases), settings, progress)
    names = list(next(iter(found.values())))
    table = tables.new_table(console, "去掉什么", *names)
    for title, values in found.items():
        table.add(title, *(f"{value:.3f}" for value in values.values()))
    table.print()
    return PASS


@app.command()
def schema(check: Annotated[bool, typer.Option("--check", help="只检查 schema.json 是不是最新的")] = False) -> int:
    """写出案例的 JSON Schema（eval/cases/schema.json），给编辑器用。"""
    if check:
        current = case_files.SCHEMA_FILE.read_text(encoding="utf-8") if case_files.SCHEMA_FILE.is_file() else ""
        return PASS if current == case_files.schema_text() else REGRESSION
    case_files.SCHEMA_FILE.write_text(case_files.schema_text(), encoding="utf-8")
    return PASS


def _summary(
    done: records.Run, verdicts: list[gate_rules.Verdict], reference: records.Reference | None, rules: gate_rules.Gates
) -> dict[str, Any]:
    rows = records.plain_rows(done)
    values = {name: records.summarise(rows, name) for name in records.MEASURES}
    return {
        "measures": {name: asdict(value) for name, value in values.items() if value.n},
        "verdicts": [asdict(verdict) for verdict in verdicts],
        "against": reference.name if reference else "",
        "changes": [asdict(change) for change in gate_rules.changes(done, reference, rules.no_worse)] if reference else [],
        "passes": all(verdict.passes for verdict in verdicts),
    }


# These ask the same questions in the same way: without a baseline of their own they are compared on those.
_ASKED_AS_IN_CORE = frozenset({"full", "safety", "retrieval"})


def _reference(suite: SuiteName, against: Path | None, baselines: Path, split: str | None) -> records.Reference | None:
    if against is not None:
        return records.read_reference(against)
    path = records.baseline_file(suite, baselines)
    if not path.is_file() and suite in _ASKED_AS_IN_CORE:
        path = records.baseline_file("core", baselines)
    return records.read_reference(path) if path.is_file() and split is None else None


def _new_folder(settings: Settings, suite: str) -> Path:
    stamp = datetime.now(timezone.utc).astimezone().strftime("%Y%m%d-%H%M%S")
    folder = runs_folder(settings) / f"{stamp}-{suite}"
    number = 1
    while folder.exists():
        number += 1
        folder = folder.with_name(f"{stamp}-{suite}-{number}")
    return folder


def _refuse_to_overwrite(folder: Path) -> None:
    """A folder that holds something else than a run is not written into."""
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir()) and not (folder / "run.json").is_file()):
        raise ConfigError(f"{folder} 里已经有别的东西，请用 --out 换一个目录")


def _run_folder(path: Path) -> Path:
    return path.parent if path.name == "run.json" else path


def _latest(run: Path | None) -> Path:
    if run is not None:
        return _run_folder(run)
    folder = runs_folder(load_settings())
    runs = sorted((path.parent for path in folder.glob("*/run.json")), key=lambda path: path.stat().st_mtime)
    if not runs:
        raise ConfigError("还没有评测结果，请先运行 gonghui eval run")
    return runs[-1]


def _console() -> Console:
    return Console(highlight=False, markup=False, soft_wrap=False)


@contextmanager
def _progress(title: str) -> Iterator[Any]:
    """A bar on a terminal; elsewhere one plain line each tenth of the way."""
    if not sys.stderr.isatty():
        shown = -1

        def line(done: int, total: int) -> None:
            nonlocal shown
            if total and done * 10 // total > shown:
                shown = done * 10 // total
                print(f"{title} {done}/{total}", file=sys.stderr, flush=True)

        yield line
        return
    bar = Progress(
        TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=Console(stderr=True), transient=True
    )
    task = bar.add_task("", total=None)
    started = False

    def update(done: int, total: int) -> None:
        nonlocal started
        if not started:
            bar.start()
            started = True
        bar.update(task, completed=done, total=total)

    try:
        yield update
    finally:
        if started:
            bar.stop()
