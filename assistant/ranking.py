"""Fuse what the searches say into one ranking of guides and one of articles; keep what is law on the day. Pure.

Each source is brought to 0…1 and weighted. The best guide leads the answer; whether there is one at all is said by `nearness`,
how near the question is to anything we know: below `GUIDE_FLOOR` nothing is an answer, however far it leads the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
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

# Found on the dev half of the cases (python -m eval.weights prints these, others, and what they give on both halves).
GUIDE_WEIGHTS = {"ask_dense": 0.05, "ask_dense_mean": 0.18, "ask_words": 0.07, "guide_words": 0.27, "learned": 0.4}
# Articles are found through guides first: a worker's words and the law's share few, and e5 does not bridge the gap alone.
ARTICLE_WEIGHTS = {
    "guides": 1.0, "all_guides": 0.12, "first_guide": 0.36, "learned": 0.76, "ask_dense": 0.13, "ask_words": 0.65,
    "gist_words": 0.46, "gist_dense": 0.22, "words": 0.02, "dense": 0.05,
}  # fmt: skip
# Cosines of e5-small lie in a narrow band: unrelated Chinese texts get about .80, paraphrases .92 and more.
COSINE_FLOOR, COSINE_CEILING = 0.80, 0.96
# How near a question is to anything we know: the best fused score tells less than how near the nearest asks and what guides say
# of articles are (on the dev half .87 of pairs of an answerable and another question are in the right order, by the score alone .82).
NEARNESS = {"ask_dense_mean": 1.0, "gist_dense": 0.5}
# One answerable question in twenty is below, four in ten of those about other matters that no rule of `triage` caught are above.
GUIDE_FLOOR = 1.305
GUIDE_FLOOR_WITHOUT_WORK = 1.365
# Without vectors scores are low and tell less; only words of work make a question ours (found on the same cases).
DEGRADED_FLOOR = 0.055
DEGRADED_FLOOR_WITHOUT_WORK = 0.14
LENDING_GUIDES = 10
BASIS_DECAY = 0.97
RANK_DECAY = 0.8
VAGUE_CHARACTERS = 3
VAGUE_LEAD = 0.03


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
    sources = article_sources(signals, guide_hits, guides)
    raw = {**sources, **signals.articles}
    article_hits = [
        ArticleHit(citation, _weighted(citation, sources, article_weights), _of(citation, raw))
        for citation in {citation for scores in sources.values() for citation in scores}
    ]
    article_hits.sort(key=lambda hit: (-hit.score, hit.citation))
    return SearchResult(tuple(guide_hits), tuple(article_hits), signals.degraded, signals.alarm, nearness=_nearness(guide_hits, signals))


def _nearness(hits: Sequence[GuideHit], signals: Signals) -> float:
    """Without vectors the fused score is all there is to go by."""
    score = hits[0].score if hits else 0.0
    if signals.degraded:
        return score
    nearest = {
        "ask_dense_mean": max(signals.guides.get("ask_dense_mean", {}).values(), default=0.0),
        "gist_dense": max(signals.articles.get("gist_dense", {}).values(), default=0.0),
    }
    return score + sum(NEARNESS[name] * value for name, value in _scaled("dense", nearest).items())


def article_sources(signals: Signals, hits: Sequence[GuideHit], guides: Mapping[str, Guide]) -> dict[str, dict[Citation, float]]:
    """Return what each source, 0…1, and the guides found say of each article."""
    return {name: _scaled(name, scores) for name, scores in signals.articles.items()} | _through_guides(hits, guides)


def select(result: SearchResult, guides: Mapping[str, Guide], register: Register, *, as_of: date, region: str) -> SearchResult:
    """Return *result* with the guides in use that day and in that place, and the articles in force.

    A guide of another day gives its place to the one that said the same matter then; where nobody wrote that one, it is
    named in `lapsed` if no guide in use comes before it: the answer to another question would be wrong.
    """
    chain = REGION_CHAIN[region]
    here = [hit for hit in result.guides if guides[hit.guide_id].region in chain]
    earlier = {guide.replaced_by: guide.id for guide in guides.values() if guide.replaced_by and guide.in_use(as_of)}
    kept: dict[str, GuideHit] = {}
    lapsed: list[str] = []
    for hit in here:
        guide_id = hit.guide_id if guides[hit.guide_id].in_use(as_of) else earlier.get(hit.guide_id)
        if guide_id is not None:
            kept.setdefault(guide_id, replace(hit, guide_id=guide_id))
        elif not kept and guides[hit.guide_id].replaced_by is None:
            lapsed.append(hit.guide_id)
    return SearchResult(
        tuple(kept.values()),
        tuple(hit for hit in result.articles if register.status(hit.citation, as_of) == "in_force"),
        result.degraded,
        result.alarm,
        tuple(lapsed[:1]),
        result.nearness,
    )


def put_first(result: SearchResult, citation: Citation) -> SearchResult:
    """Return *result* with *citation*, which was asked for by number, at the head of the articles."""
    others = tuple(hit for hit in result.articles if hit.citation != citation)
    top = (others[0].score if others else 0.0) + 1.0
    return replace(result, articles=(ArticleHit(citation, top, (("requested", 1.0),)), *others))


def is_answer(result: SearchResult, text: str) -> bool:
    """Say whether the best guide is near enough to be the answer to *text*."""
    return bool(result.guides) and not result.lapsed and _is_near(result, text) and not is_vague(result, text)


def is_of_another_day(result: SearchResult, text: str) -> bool:
    """Say whether the question is about a matter for which only the rules of another day are known."""
    return bool(result.lapsed) and _is_near(result, text)


def _is_near(result: SearchResult, text: str) -> bool:
    if triage.is_other_matter(text):
        return False
    if result.degraded:
        floor = DEGRADED_FLOOR if triage.has_words_of_work(text) else DEGRADED_FLOOR_WITHOUT_WORK
    else:
        floor = GUIDE_FLOOR if triage.has_words_of_work(text) else GUIDE_FLOOR_WITHOUT_WORK
    return result.nearness >= floor


def is_vague(result: SearchResult, text: str) -> bool:
    """Say whether *text* is about our matters but too short to tell which: 工资 fits twenty guides."""
    if len(bare(text)) > VAGUE_CHARACTERS or not triage.has_words_of_work(text) or not result.guides:
        return False
    scores = [hit.score for hit in result.guides[:2]] + [0.0]
    return result.nearness < GUIDE_FLOOR or scores[0] - scores[1] < VAGUE_LEAD


def _through_guides(hits: Sequence[GuideHit], guides: Mapping[str, Guide]) -> dict[str, dict[Citation, float]]:
    """What guides lend to their articles, a little less to each further one and the less the further they trail the best.

    `guides` is the most that one of them lends, `all_guides` what they lend together (the later ones less), `first_guide`
    what the best one lends alone.
    """
    most: dict[Citation, float] = {}
    together: dict[Citation, float] = {}
    first: dict[Citation, float] = {}
    best = hits[0].score if hits else 0.0
    for rank, hit in enumerate(hits[:LENDING_GUIDES]):
        trail = hit.score / best if best > 0 else 0.0
        for place, citation in enumerate(guides[hit.guide_id].basis):
            lent = hit.score * trail * BASIS_DECAY**place
            most[citation] = max(most.get(citation, 0.0), lent)
            together[citation] = together.get(citation, 0.0) + lent * RANK_DECAY**rank
            if rank == 0:
                first[citation] = lent
    return {"guides": most, "all_guides": together, "first_guide": first}


def _scaled(name: str, scores: Mapping[Key, float]) -> dict[Key, float]:
    if "dense" not in name:
        return {key: min(max(score, 0.0), 1.0) for key, score in scores.items()}
    width = COSINE_CEILING - COSINE_FLOOR
    return {key: min(max((score - COSINE_FLOOR) / width, 0.0), 1.0) for key, score in scores.items()}


def _weighted(key: Key, sources: Mapping[str, Mapping[Key, float]], weights: Mapping[str, float]) -> float:
    return sum(weights[name] * scores.get(key, 0.0) for name, scores in sources.items())


def _of(key: Key, sources: Mapping[str, Mapping[Key, float]]) -> tuple[tuple[str, float], ...]:
    return tuple((name, round(scores[key], 4)) for name, scores in sources.items() if key in scores)
