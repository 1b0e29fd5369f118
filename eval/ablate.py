"""`gonghui eval ablate`: what each part of the search is worth. Retrieval only; nothing is changed on disk that a service uses.

Weights are changed in the sum, not learned again. Without phrasings means an index built and a matcher trained without them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant import ranking, words
from assistant.ranking import Part
from assistant.settings import Settings, knowledge_dir
from assistant.types import Question, Signals
from eval import measures
from eval.cases import Case, GoldArticle, stale_because
from eval.observe import Progress, Subject, copied, questions, searched, subject, turn_id

Weights = Mapping[str, float]
WITHIN = "within"
DENSE = frozenset({"ask_dense", "ask_dense_mean", "neighbours", "gist_dense", "dense", WITHIN})
WORDS = frozenset({"ask_words", "guide_words", "gist_words", "words"})


def ablations(cases: Sequence[Case], settings: Settings, progress: Progress) -> dict[str, dict[str, float]]:
    """Return row → measure → value: the search as it is, then without each part in turn."""
    with subject(settings) as examined:
        chosen = [case for case in cases if not stale_because(case, examined.library.register) and not case.planted]
        asked = [
            (turn_id(case, number), question, case.turns[number - 1].gold_articles)
            for case in chosen
            for number, question in questions(case)
        ]
        asked = [(id_, question, gold) for id_, question, gold in asked if gold and question.text.strip()]
        guides = {turn_id(case, number): case.turns[number - 1].gold_guides for case in chosen for number, _ in questions(case)}
        found = _search(asked, examined, progress)
        table = {"现在这样": _measure(asked, found, guides, examined)}
        for title, without in _PARTS.items():
            table[title] = _measure(asked, _dropped(found, without), guides, examined)
        equal: Weights = dict.fromkeys(ranking.GUIDE_WEIGHTS, sum(ranking.GUIDE_WEIGHTS.values()) / len(ranking.GUIDE_WEIGHTS))
        table["权重都一样"] = _measure(asked, found, guides, examined, guide_weights=equal)
        table["法条只靠自己，不经过指南"] = _measure(
            asked,
            found,
            guides,
            examined,
            article_weights={**ranking.ARTICLE_WEIGHTS, "guides": 0.0},
        )
    with subject(settings, split=words.whole_words) as examined:
        table["去掉二元组（只按词）"] = _measure(asked, _search(asked, examined, progress), guides, examined)
    with copied(settings) as bare_settings:
        for path in (knowledge_dir(bare_settings) / "phrasings").glob("*.yaml"):
            path.unlink()
        with subject(bare_settings) as examined:
            table["去掉 phrasings/ 里的问法"] = _measure(asked, _search(asked, examined, progress), guides, examined)
    return table


_PARTS: Mapping[str, frozenset[str]] = {
    "去掉向量": DENSE,
    "去掉词（BM25）": WORDS,
    "去掉学到的（matcher）": frozenset({"learned"}),
    "去掉指南的概率（classifier）": frozenset({ranking.CLASSIFIED}),
    "去掉指南里哪条法条（within）": frozenset({WITHIN}),
    **{
        f"去掉 {name}": frozenset({name})
        for name in (*ranking.GUIDE_WEIGHTS, "neighbours", "gist_words", "gist_dense")
        if name != "learned"
    },
}
Asked = Sequence[tuple[str, Question, Sequence[GoldArticle]]]


def _search(asked: Asked, examined: Subject, progress: Progress) -> dict[str, list[Part]]:
    found = {}
    for done, (id_, question, _) in enumerate(asked, start=1):
        found[id_] = searched(examined.opened.index, question, examined.library)
        progress(done, len(asked))
    return found


def _dropped(found: Mapping[str, list[Part]], without: frozenset[str]) -> dict[str, list[Part]]:
    return {id_: [part._replace(signals=_without(part.signals, without)) for part in parts] for id_, parts in found.items()}


def _without(signals: Signals, sources: frozenset[str]) -> Signals:
    return replace(
        signals,
        guides={name: scores for name, scores in signals.guides.items() if name not in sources},
        articles={name: scores for name, scores in signals.articles.items() if name not in sources},
        within={} if WITHIN in sources else signals.within,
    )


def _measure(
    asked: Asked, found: Mapping[str, list[Part]], guides: Mapping[str, Sequence[str]], examined: Subject, *,
    guide_weights: Weights = ranking.GUIDE_WEIGHTS, article_weights: Weights = ranking.ARTICLE_WEIGHTS,
) -> dict[str, float]:  # fmt: skip
    library = examined.library
    results = {
        id_: ranking.select(
            ranking.fuse_turns(found[id_], library.guides, guide_weights=guide_weights, article_weights=article_weights),
            library.guides, library.register, as_of=question.as_of, region=question.region,
        )
        for id_, question, _ in asked
    }  # fmt: skip
    rankings = {id_: [hit.citation for hit in result.articles[:20]] for id_, result in results.items()}
    values = measures.retrieval({id_: gold for id_, _, gold in asked}, rankings)
    table = {
        name: sum(by_id.values()) / len(by_id) for name, by_id in values.items() if name in {"recall@5", "recall@10", "MRR@10", "nDCG@10"}
    }
    first = [results[id_].guides[0].guide_id in guides[id_] for id_, _, _ in asked if guides[id_] and results[id_].guides]
    return {**table, "第一条指南对": sum(first) / len(first) if first else 0.0}
