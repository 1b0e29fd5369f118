"""Run cases through the product's own Assistant and print what came of it. Exit 0 when every gate holds, else 1."""

from __future__ import annotations

import json
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assistant.ask import Assistant
from assistant.citation import find_citations, format_citation
from assistant.rendering import full_text
from assistant.types import Answer, Citation, Question
from eval import measures
from eval.cases import Case

RECALL_FLOOR = 0.85


@dataclass(frozen=True)
class Score:
    """What one case gave. `problems` are its own words for what went wrong, empty where nothing did."""

    case: Case
    answer: Answer
    ranking: tuple[Citation, ...]
    bad_citations: tuple[str, ...]
    seconds: float
    problems: tuple[str, ...] = field(default=())


def score(case: Case, assistant: Assistant) -> Score:
    """Ask one case and compare the answer with what the case expects."""
    question = Question(case.question, case.as_of, region=case.region, history=case.history, channel="eval")
    ranking = tuple(hit.citation for hit in assistant.search(question).articles[:20])
    started = time.perf_counter()
    answer = assistant.ask(question)
    seconds = time.perf_counter() - started
    bad = bad_citations(answer, assistant)
    return Score(case, answer, ranking, bad, seconds, tuple(_problems(case, answer, bad)))


def bad_citations(answer: Answer, assistant: Assistant) -> tuple[str, ...]:
    """Return every citation in *answer*, listed or in its words, that does not exist or is not in force that day."""
    library = assistant.library
    if library is None or answer.outcome != "answered":
        return ()
    words = [answer.short, *(item for section in answer.sections for item in section.items)]
    cited = [item.citation for item in answer.citations]
    cited += [found.citation for line in words for found in find_citations(line, library.register.names)]
    return tuple(
        f"{format_citation(citation)} {status}"
        for citation in dict.fromkeys(cited)
        if (status := library.register.status(citation, answer.as_of)) != "in_force"
    )


def _problems(case: Case, answer: Answer, bad: Sequence[str]) -> list[str]:
    problems = [f"引了{one}" for one in bad]
    if answer.outcome != case.outcome:
        problems.append(f"结果是 {answer.outcome}，应为 {case.outcome}")
    text = full_text(answer)
    if answer.outcome == case.outcome:
        problems += [f"没有说“{wanted}”" for wanted in case.must_say if not measures.says(text, wanted)]
    checked = "\n".join(measures.without_mistakes(text.splitlines()))
    problems += [f"说了“{wrong}”" for wrong in case.must_not_say if measures.says(checked, wrong)]
    if case.gold_guides and answer.outcome == "answered" and not set(case.gold_guides) & set(answer.guide_ids):
        problems.append(f"用了指南 {'、'.join(answer.guide_ids) or '无'}，应为 {'、'.join(case.gold_guides)}")
    return problems


def report(scores: Sequence[Score], header: dict[str, str]) -> tuple[str, bool]:
    """Return the report and whether the gates hold: recall@10 and no citation that is not law."""
    cases = [one.case for one in scores]
    lines = ["  ".join(f"{name}={value}" for name, value in header.items()), ""]
    found = measures.retrieval(cases, {one.case.id: one.ranking for one in scores})
    with_gold = sum(bool(case.gold_articles) for case in cases)
    lines.append(f"检索（{with_gold} 例有应找到的法条）：" + "  ".join(f"{name} {value:.3f}" for name, value in found.items()))
    hit, n = measures.mean(measures.success_at(one.case, one.ranking, 10) for one in scores)
    lines.append(f"前十条里有应找到的法条：{_share(hit, n)}")
    guides = [one for one in scores if one.case.gold_guides and one.answer.outcome == "answered"]
    right = sum(bool(set(one.case.gold_guides) & set(one.answer.guide_ids)) for one in guides)
    lines.append(f"指南选对：{_share(right / len(guides) if guides else None, len(guides))}")
    answered = [one for one in scores if one.answer.outcome == "answered"]
    for name, measure in (("引用准确率", measures.citation_precision), ("引用召回率", measures.citation_recall)):
        value, n = measures.mean(measure(one.case, [item.citation for item in one.answer.citations]) for one in answered)
        lines.append(f"{name}：{value:.3f}（{n} 例可算）" if value is not None else f"{name}：没有可算的")
    bad = [reason for one in scores for reason in one.bad_citations]
    upper = measures.wilson(len(bad), len(scores))[1]
    lines.append(f"不存在或已失效的引用：{len(bad)}（{len(scores)} 例，95% 上限 {upper:.1%} 的例）")
    lines += ["", "应为 → 实为：", *_confusion(scores), ""]
    milliseconds = sorted(one.seconds * 1000 for one in scores)
    cut = statistics.quantiles(milliseconds, n=20)
    lines.append(f"一次回答用时：p50 {statistics.median(milliseconds):.0f} 毫秒，p95 {cut[18]:.0f} 毫秒")
    faulty = [one for one in scores if one.problems]
    lines += ["", f"没有毛病的：{_share(1 - len(faulty) / len(scores), len(scores))}"]
    lines += [f"  {one.case.id}  {one.case.question[:40]}  →  {'；'.join(one.problems)}" for one in faulty]
    passes = found["recall@10"] >= RECALL_FLOOR and not bad
    lines += ["", f"{'PASS' if passes else 'FAIL'}  recall@10 ≥ {RECALL_FLOOR}：{found['recall@10']:.3f}，失效引用 0：{len(bad)}"]
    return "\n".join(lines), passes


def _share(value: float | None, n: int) -> str:
    if value is None:
        return "没有可算的"
    low, high = measures.wilson(round(value * n), n)
    return f"{round(value * n)}/{n} = {value:.3f}（95% 区间 {low:.3f}–{high:.3f}）"


def _confusion(scores: Sequence[Score]) -> list[str]:
    pairs = Counter((one.case.outcome, one.answer.outcome) for one in scores)
    return [f"  {wanted} → {given}：{count}" + ("" if wanted == given else "  ✗") for (wanted, given), count in sorted(pairs.items())]


def write_rows(scores: Sequence[Score], path: Path) -> None:
    """Write one JSON line a case: what was asked, what came, what was wrong with it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as lines:
        for one in scores:
            row = {
                "id": one.case.id,
                "split": one.case.split,
                "outcome": one.answer.outcome,
                "guides": one.answer.guide_ids,
                "articles": [f"{citation.law}#{citation.article}" for citation in one.ranking],
                "cited": [f"{item.citation.law}#{item.citation.article}" for item in one.answer.citations],
                "problems": one.problems,
                "ms": round(one.seconds * 1000, 1),
            }
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
