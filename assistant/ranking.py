"""Fuse what the searches say into one ranking of guides and one of articles; keep what is law on the day. Pure.

Each source is brought to 0…1 and weighted; the sum is at most 1.4 and can be read as "how sure are we":
a guide below `GUIDE_FLOOR` is not an answer, however far it leads the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypeVar

from assistant import triage
from assistant.instruments import Register
from assistant.text import bare
from assistant.types import ArticleHit, Citation, Guide, GuideHit, SearchResult, Signals

Key = TypeVar("Key", str, Citation)

REGION_CHAIN: Mapping[str, tuple[str, ...]] = {
    "即墨": ("即墨", "青岛", "山东", "全国"),
    "青岛": ("青岛", "山东", "全国"),
    "山东": ("山东", "全国"),
    "全国": ("全国",),
}

# Chosen on the guides' own asks, each left out in turn (eval/fusion.py prints the figures for these and other weights).
GUIDE_WEIGHTS = {"ask_dense": 0.16, "ask_dense_mean": 0.24, "ask_words": 0.05, "guide_words": 0.27, "guide_dense": 0.28, "learned": 0.4}
# Articles are found through guides first: a worker's words and the law's share few, and e5 does not bridge the gap alone.
ARTICLE_WEIGHTS = {"words": 0.2, "dense": 0.1, "guides": 1.0}
# Cosines of e5-small lie in a narrow band: unrelated Chinese texts get about .80, paraphrases .92 and more.
COSINE_FLOOR, COSINE_CEILING = 0.80, 0.96
# The answerable cases score .52 and more; of questions about other matters one in three does, but few of those have a
# word of work, and those without one must score .555.
GUIDE_FLOOR = 0.50
GUIDE_FLOOR_WITHOUT_WORK = 0.555
# Without vectors scores are low and tell less; only words of work make a question ours (found on the same cases).
DEGRADED_FLOOR = 0.055
DEGRADED_FLOOR_WITHOUT_WORK = 0.14
LENDING_GUIDES = 8
BASIS_DECAY = 0.95
VAGUE_CHARACTERS = 3
VAGUE_LEAD = 0.06


def fuse(
    signals: Signals,
    guides: Mapping[str, Guide],
    *,
    guide_weights: Mapping[str, float] = GUIDE_WEIGHTS,
    article_weights: Mapping[str, float] = ARTICLE_WEIGHTS,
) -> SearchResult:
    """Return the fused rankings; an article scores by itself and through the guides that rest on it."""
    guide_sources = {name: _scaled(name, scores) for name, scores in signals.guides.items()}
    guide_hits = [
        GuideHit(guide_id, _weighted(guide_id, guide_sources, guide_weights), _of(guide_id, signals.guides))
        for guide_id in {guide_id for scores in guide_sources.values() for guide_id in scores if guide_id in guides}
    ]
    guide_hits.sort(key=lambda hit: (-hit.score, hit.guide_id))
    article_sources = {name: _scaled(name, scores) for name, scores in signals.articles.items()}
    article_sources["guides"] = _through_guides(guide_hits, guides)
    raw = {**signals.articles, "guides": article_sources["guides"]}
    article_hits = [
        ArticleHit(citation, _weighted(citation, article_sources, article_weights), _of(citation, raw))
        for citation in {citation for scores in article_sources.values() for citation in scores}
    ]
    article_hits.sort(key=lambda hit: (-hit.score, hit.citation))
    return SearchResult(tuple(guide_hits), tuple(article_hits), signals.degraded, signals.alarm)


def select(result: SearchResult, guides: Mapping[str, Guide], register: Register, *, as_of: date, region: str) -> SearchResult:
    """Return *result* without guides not in use that day or of another place, and without articles not in force."""
    chain = REGION_CHAIN[region]
    return SearchResult(
        tuple(hit for hit in result.guides if guides[hit.guide_id].in_use(as_of) and guides[hit.guide_id].region in chain),
        tuple(hit for hit in result.articles if register.status(hit.citation, as_of) == "in_force"),
        result.degraded,
        result.alarm,
    )


def put_first(result: SearchResult, citation: Citation) -> SearchResult:
    """Return *result* with *citation*, which was asked for by number, at the head of the articles."""
    others = tuple(hit for hit in result.articles if hit.citation != citation)
    top = (others[0].score if others else 0.0) + 1.0
    return SearchResult(result.guides, (ArticleHit(citation, top, (("requested", 1.0),)), *others), result.degraded, result.alarm)


def is_answer(result: SearchResult, text: str) -> bool:
    """Say whether the best guide is near enough to be the answer to *text*."""
    if not result.guides or triage.is_other_matter(text):
        return False
    if result.degraded:
        floor = DEGRADED_FLOOR if triage.has_words_of_work(text) else DEGRADED_FLOOR_WITHOUT_WORK
    else:
        floor = GUIDE_FLOOR if triage.has_words_of_work(text) else GUIDE_FLOOR_WITHOUT_WORK
    return result.guides[0].score >= floor and not is_vague(result, text)


def is_vague(result: SearchResult, text: str) -> bool:
    """Say whether *text* is about our matters but too short to tell which: 工资 fits twenty guides."""
    if len(bare(text)) > VAGUE_CHARACTERS or not triage.has_words_of_work(text) or not result.guides:
        return False
    scores = [hit.score for hit in result.guides[:2]] + [0.0]
    return scores[0] < GUIDE_FLOOR or scores[0] - scores[1] < VAGUE_LEAD


def _through_guides(hits: list[GuideHit], guides: Mapping[str, Guide]) -> dict[Citation, float]:
    """A guide lends its score to its articles, a little less to each further one and the less the further it trails the best."""
    lent: dict[Citation, float] = {}
    for hit in hits[:LENDING_GUIDES]:
        trail = hit.score / hits[0].score if hits[0].score > 0 else 0.0
        for place, citation in enumerate(guides[hit.guide_id].basis):
            lent[citation] = max(lent.get(citation, 0.0), hit.score * trail * BASIS_DECAY**place)
    return lent


def _scaled(name: str, scores: Mapping[Key, float]) -> dict[Key, float]:
    if "dense" not in name:
        return {key: min(max(score, 0.0), 1.0) for key, score in scores.items()}
    width = COSINE_CEILING - COSINE_FLOOR
    return {key: min(max((score - COSINE_FLOOR) / width, 0.0), 1.0) for key, score in scores.items()}


def _weighted(key: Key, sources: Mapping[str, Mapping[Key, float]], weights: Mapping[str, float]) -> float:
    return sum(weights[name] * scores.get(key, 0.0) for name, scores in sources.items())


def _of(key: Key, sources: Mapping[str, Mapping[Key, float]]) -> tuple[tuple[str, float], ...]:
    return tuple((name, round(scores[key], 4)) for name, scores in sources.items() if key in scores)
