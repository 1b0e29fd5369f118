"""`gonghui eval show`: one question of a run, from what was found to which check failed and why."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console

from eval.observe import Found
from eval.records import MEASURES, Row, failures

ARTICLES_SHOWN = 10
GUIDES_SHOWN = 5


def show_case(row: Row, console: Console) -> None:
    """Print the question, what was found with every search's score, the answer, and the checks."""
    for line in (*_question(row), *_found(row), *_answer(row), *_checks(row)):
        console.print(line, soft_wrap=True)


def _question(row: Row) -> Iterator[str]:
    case, one = row.case, row.observed
    turn = case.turns[one.turn - 1]
    yield f"== {row.key}  {case.topic}  {case.split}  {case.region}  {case.as_of}  {' '.join(case.tags)}"
    if case.variant_of:
        yield f"{case.variant_of} 的变体：{case.perturbation}"
    yield from (f"之前：{earlier}" for earlier in one.history)
    yield f"问：{one.question}"
    yield f"应为：{turn.outcome}"
    if turn.gold_articles:
        yield f"应引：{'、'.join(f'{item.id}（{item.grade}）' for item in turn.gold_articles)}"
    if turn.pooled:
        yield f"事后判过的：{'、'.join(f'{id_}（{right}）' for id_, right in turn.pooled.items())}"
    for title, words in (("应用指南", turn.gold_guides), ("该说", turn.must_say), ("不该说", turn.must_not_say)):
        if words:
            yield f"{title}：{'、'.join(words)}"
    for number in turn.numbers:
        yield f"该算出：{number.name} {number.value}{number.unit}" + (f"（{number.how}）" if number.how else "")


def _found(row: Row) -> Iterator[str]:
    one, turn = row.observed, row.case.turns[row.observed.turn - 1]
    gold = [item.id for item in turn.gold_articles]
    yield "\n查到的指南："
    yield from (_line(place, found, right=found.id in turn.gold_guides) for place, found in enumerate(one.guides[:GUIDES_SHOWN], start=1))
    yield "查到的法条："
    for place, found in enumerate(one.articles, start=1):
        if place <= ARTICLES_SHOWN or found.id in gold:
            yield _line(place, found, right=found.id in gold)
    if missing := [id_ for id_ in gold if id_ not in {found.id for found in one.articles}]:
        yield f"  前 {len(one.articles)} 条里没有：{'、'.join(missing)}"
    if one.degraded:
        yield f"用不了的查找：{'、'.join(one.degraded)}"


def _line(place: int, found: Found, *, right: bool) -> str:
    sources = "  ".join(f"{name} {value:.3f}" for name, value in found.sources.items())
    return f"  {'★' if right else ' '}{place:>2}. {found.id}  {found.score:.3f}  （{sources}）"


def _answer(row: Row) -> Iterator[str]:
    one = row.observed
    yield f"\n答（{one.arm}，{one.milliseconds:.0f} 毫秒）："
    if one.answer is not None:
        yield f"结果 {one.answer.outcome}，来自 {one.answer.reply_id or '、'.join(one.answer.guide_ids) or one.answer.source}"
        yield from (f"发送检查拦下：{failure.check} {failure.detail}" for failure in one.answer.failures)
    yield one.text or one.error


def _checks(row: Row) -> Iterator[str]:
    wrong = failures(row)
    yield "\n没过的：" if wrong else "\n都过了。"
    yield from (f"  ✗ {why}" for why in wrong)
    scored = [f"{MEASURES[name].label} {score.value:.2f}" for name, score in row.scores.items() if score.value is not None]
    yield f"各项：{'，'.join(scored)}\n"
