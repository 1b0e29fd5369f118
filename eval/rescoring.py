"""Score a saved run again with today's cases, checks and register, without asking anything."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.grounding import AllowList
from assistant.instruments import Register
from assistant.knowledge import load_knowledge
from assistant.settings import Settings, knowledge_dir
from eval.cases import Case, dataset_hash, stale_because
from eval.checks import Referee, score_all, successors_of
from eval.perturb import variants
from eval.records import Row, Run


def rescored(run: Run, cases: Sequence[Case], settings: Settings) -> tuple[Run, int]:
    """Return *run* scored anew and how many rows changed; rows whose question is asked differently now are left out."""
    knowledge = load_knowledge(knowledge_dir(settings))
    register = Register(knowledge.instruments)
    referee = Referee(register, AllowList(knowledge.phones, knowledge.hosts), run.passages, successors_of(knowledge.guides))
    stale = {case.id: why for case in cases if (why := stale_because(case, register))}
    now = {case.id: case for case in (*cases, *variants(cases)) if case.base not in stale}
    kept = [row for row in run.rows if _asks_the_same(row, now.get(row.case.id))]
    by_id = {row.case.id: now[row.case.id] for row in kept}
    scores = score_all(by_id, [row.observed for row in kept], referee)
    rows = [Row(by_id[row.case.id], row.observed, new) for row, new in zip(kept, scores, strict=True)]
    changed = sum(row.scores != old.scores for row, old in zip(rows, kept, strict=True))
    base = [case for case in by_id.values() if case.variant_of is None]
    counts = {"cases": len(base), "variants": len(by_id) - len(base)}
    header = {**run.header, **counts, "dataset": dataset_hash(base), "rescored": True}
    return Run(header, rows, run.passages, stale, run.knowledge_problems, run.unproven), changed


def _asks_the_same(row: Row, case: Case | None) -> bool:
    if case is None or (case.region, case.planted) != (row.case.region, row.case.planted) or row.observed.turn > len(case.turns):
        return False
    questions = [turn.question for turn in case.turns[: row.observed.turn]]
    return case.turns[row.observed.turn - 1].outcome is not None and questions == [*row.observed.history, row.observed.question]
