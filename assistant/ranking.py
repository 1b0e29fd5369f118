"""Fuse what the searches say into one ranking of guides and one of articles; keep what is law on the day. Pure.

Each source is brought to 0…1 and weighted. The best guide leads the answer; whether there is one at all is said by `nearness`,
how near the question is to anything we know: below `GUIDE_FLOOR` nothing is an answer, however far it leads the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple, TypeVar

from assistant import triage
from assistant.instruments import Register
from assistant.text import bare
from assistant.types import ArticleHit, Citation, Foreign, Guide, GuideHit, SearchResult, Signals

Key = TypeVar("Key", str, Citation)

REGION_CHAIN: Mapping[str, tuple[str, ...]] = {
    "即墨": ("即墨", "青岛", "山东", "全国"),
    "青岛": ("青岛", "山东", "全国"),
    "山东": ("山东", "全国"),
    "全国": ("全国",),
}

# Found on the dev half of the cases (python -m eval.weights prints these, others, and what they give on both halves).
GUIDE_WEIGHTS = {"ask_dense_mean": 0.18, "ask_words": 0.195, "guide_words": 0.23, "learned": 0.19}
# What tells our guides apart multiplies what they are found with, never adds to it: it cannot know whether any of them answers. With the
# root of its probability the first guide is right in .868 (dev) and .862 (test) of the questions, .851 and .836 without it.
CLASSIFIED = "classified"
CLASSIFIED_SHARE, CLASSIFIED_ROOT = 0.5, 0.25
# Articles are found through guides and asks: a worker's words and the law's share few, and the encoder does not bridge the gap alone.
# Found by what of the articles listed is right where .77 to .83 of the right ones are listed, by recall@10 and MRR of the dev half, and
# by those of asks of articles that no index knew: the geometric mean of several searches, each on a sample. `python -m eval.weights`
# searches again and prints what both give.
ARTICLE_WEIGHTS = {
    "guides": 6.0, "learned": 1.1, "neighbours": 0.7, "ask_dense": 0.25, "ask_words": 1.8, "gist_words": 0.4, "gist_dense": 0.35,
    "words": 0.2, "dense": 0.15,
}  # fmt: skip
# Of our encoder the nearest ask of an answerable question has a cosine of .55 to .84 (nine in ten), the 150th one .34 to .52.
COSINE_FLOOR, COSINE_CEILING = 0.40, 0.85
# A question as near to an ask as this is that ask, a character aside: its guide leads, and the question is ours. (Of the 234 questions
# of the cases that are not, the nearest to any ask stands at .90; of 2,300 asks put as questions .04 went elsewhere or were sent away.)
AS_WRITTEN, LEADS_BY = 0.95, 1.05
# How near a question is to anything we know: the best fused score and how near the nearest asks are, less what the question has of
# what no guide answers (`others.yaml`, `vague.yaml`). Of pairs of an answerable question of the cases and another one .96 are in the
# right order on either half, those that a rule of `triage` catches first among them.
NEARNESS = 0.5
FOREIGN_WEIGHT = 0.5
# Of 972 messages of other people's business, each learned without those its own author wrote, .05 are at or above it, of the 700 answerable
# questions of the dev half .04 below; with .47 .085 and .023.
GUIDE_FLOOR = 0.57
# A word of other people's business (贷款, 结婚证) says nothing where a guide is as near as this: of the cases with such a word those that
# are not ours stay below 0 (of 36 others written for it below .64), those that are stand at .9 and above but for one.
SURELY_OURS = 0.75
# A guide that may be told and scores this share of one of another place is told in its place.
HARDLY_LESS = 0.95
# Without a word of work a guide that fits as badly as this is none, however little the question sounds like other people's business
# (明儿下雪不).
LEAST_FIT = 0.033
# Between the two the guides found are named, none is told.
SUGGESTION_FLOOR = 0.30
# Without vectors scores are low and tell less; only words of work make a question ours (found on the same cases).
DEGRADED_FLOOR = 0.24
DEGRADED_FLOOR_WITHOUT_WORK = 0.26
# An article of the guide told is listed as deciding the question where its score is this share of the best one's: of the turns of the dev
# half that are answered .851 of those listed are right then, and .831 of the right ones listed; with .55 .854 and .821, with .57 .862
# and .813.
DECIDING_SHARE, DECIDING_MOST = 0.53, 6
# Of follow-ups fewer: of all turns of the dev half .856 of those listed are right then and .829 of the right ones are listed; with .55 .851
# and .831, with .65 .859 and .828.
DECIDING_SHARE_GOING_ON = 0.6
LENDING_GUIDES = 10
HITS = 200
# Of so many hits what each search said of them is kept: for people who look, nothing is decided by it.
TOLD_OF = 50
BASIS_DECAY = 0.97
RANK_DECAY = 0.8
FIRST_GUIDES = 3
VAGUE_CHARACTERS = 3
VAGUE_LEAD = 0.03


class Matters(NamedTuple):
    """Of the questions of a message: the places of those to answer, whether one is not our business, whether one was not understood."""

    own: tuple[int, ...]
    foreign: bool
    unclear: bool


class Part(NamedTuple):
    """One of several searches for a question and what it counts; of a search that is not its *own* (`following`) only the guides do.

    Which articles of a guide answer the question is said by the searches that *decide*.
    """

    signals: Signals
    share: float = 1.0
    own: bool = True
    decides: bool = True


def fuse(
    signals: Signals,
    guides: Mapping[str, Guide],
    *,
    guide_weights: Mapping[str, float] = GUIDE_WEIGHTS,
    article_weights: Mapping[str, float] = ARTICLE_WEIGHTS,
) -> SearchResult:
    """Return the fused rankings; an article scores by itself and through the guides that rest on it."""
    return fuse_turns([Part(signals)], guides, guide_weights=guide_weights, article_weights=article_weights)


def fuse_turns(
    parts: Sequence[Part],
    guides: Mapping[str, Guide],
    *,
    guide_weights: Mapping[str, float] = GUIDE_WEIGHTS,
    article_weights: Mapping[str, float] = ARTICLE_WEIGHTS,
) -> SearchResult:
    """Return the weighted mean of several searches for one question; the first says what kind of question it is."""
    found = [_best(_all_scaled(part.signals.guides), guide_weights) for part in parts]
    hits, own = _hits(parts, found, guides), [part for part in parts if part.own]
    sources = article_sources(own, hits, guides)
    raw = {**sources, **_raw([part.signals.articles for part in own])}
    first = parts[0].signals
    return SearchResult(
        tuple(hits),
        tuple(
            ArticleHit(citation, score, _of(citation, raw) if place < TOLD_OF else ())
            for place, (citation, score) in enumerate(_best(sources, article_weights))
        ),
        tuple(dict.fromkeys(name for part in parts for name in part.signals.degraded)),
        first.alarm,
        nearness=_nearness(next((score for guide_id, score in found[0] if guide_id in guides), 0.0), first),
        foreign=first.foreign,
    )


def guide_hits(parts: Sequence[Part], guides: Mapping[str, Guide], weights: Mapping[str, float] = GUIDE_WEIGHTS) -> list[GuideHit]:
    """Return the guides that the searches find together, best first."""
    return _hits(parts, [_best(_all_scaled(part.signals.guides), weights) for part in parts], guides)


def _hits(parts: Sequence[Part], found: Sequence[list[tuple[str, float]]], guides: Mapping[str, Guide]) -> list[GuideHit]:
    """What each of the *parts* has *found*, as one ranking."""
    raw = _raw([part.signals.guides for part in parts])
    ranked = [(guide_id, score) for guide_id, score in _together(parts, found) if guide_id in guides]
    return [GuideHit(guide_id, score, _of(guide_id, raw) if place < TOLD_OF else ()) for place, (guide_id, score) in enumerate(ranked)]


def _together(parts: Sequence[Part], found: Sequence[list[tuple[str, float]]]) -> list[tuple[str, float]]:
    told_apart = [_told_apart(one, part.signals.guides.get(CLASSIFIED)) for part, one in zip(parts, found, strict=True)]
    each = [_led(one, _as_written(part.signals) if part.own else None) for part, one in zip(parts, told_apart, strict=True)]
    if len(each) == 1:
        return each[0]
    scores = {str(place): dict(one) for place, one in enumerate(each)}
    return _best(scores, {str(place): share for place, share in enumerate(_shares(parts))})


def _told_apart(found: list[tuple[str, float]], probabilities: Mapping[str, float] | None) -> list[tuple[str, float]]:
    """Lower each guide's score the less probable it is among our guides; as found where nothing was learned of that."""
    if not probabilities:
        return found
    rest = 1.0 - CLASSIFIED_SHARE
    told = [(id_, score * (rest + CLASSIFIED_SHARE * probabilities.get(id_, 0.0) ** CLASSIFIED_ROOT)) for id_, score in found]
    return sorted(told, key=lambda item: (-item[1], item[0]))


def _as_written(signals: Signals) -> str | None:
    """Return the guide that has the question among its asks, all but word for word."""
    guide_id, cosine = max(signals.guides.get("ask_dense", {}).items(), key=lambda item: item[1], default=("", 0.0))
    return guide_id if cosine >= AS_WRITTEN else None


def _led(found: list[tuple[str, float]], leader: str | None) -> list[tuple[str, float]]:
    """Put *leader* in front, by no more than that: what else fits may still be asked back about. As found where it is there already."""
    if leader is None or leader not in dict(found) or found[0][0] == leader:
        return found
    return [(leader, found[0][1] * LEADS_BY), *(item for item in found if item[0] != leader)]


def _shares(parts: Sequence[Part]) -> list[float]:
    total = sum(part.share for part in parts)
    return [part.share / total for part in parts]


def _raw(searches: Sequence[Mapping[str, Mapping[Key, float]]]) -> Mapping[str, Mapping[Key, float]]:
    """What each source says of each candidate: the first search that found it."""
    if len(searches) == 1:
        return searches[0]
    raw: dict[str, dict[Key, float]] = {}
    for sources in searches:
        for name, scores in sources.items():
            raw[name] = {**scores, **raw.get(name, {})}
    return raw


def _best(sources: Mapping[str, Mapping[Key, float]], weights: Mapping[str, float]) -> list[tuple[Key, float]]:
    """Return the keys that score most, best first, those of equal score in their own order."""
    totals: dict[Key, float] = {}
    total = totals.get
    for name in (*weights, *(name for name in sources if name not in weights)):
        weight = weights.get(name, 0.0)
        for key, score in sources.get(name, {}).items():
            totals[key] = total(key, 0.0) + weight * score
    items = list(totals.items())
    if len(items) > HITS:  # a sort of numbers alone takes a fifth of the time
        bound = sorted(totals.values(), reverse=True)[HITS - 1]
        items = [item for item in items if item[1] >= bound]
    return sorted(items, key=lambda item: (-item[1], item[0]))[:HITS]


def _nearness(best: float, signals: Signals) -> float:
    """Without vectors the fused score and the learned difference are all there is to go by."""
    score = best - FOREIGN_WEIGHT * signals.foreign.margin
    if signals.degraded:
        return score
    nearest = max(signals.guides.get("ask_dense_mean", {}).values(), default=0.0)
    near = score + NEARNESS * _scaled("dense", {"": nearest})[""]
    return max(near, SURELY_OURS) if _as_written(signals) else near


def article_sources(parts: Sequence[Part], hits: Sequence[GuideHit], guides: Mapping[str, Guide]) -> dict[str, dict[Citation, float]]:
    """Return what each source, 0…1, and the guides found say of each article."""
    lent = {"guides": _lent(parts, hits, guides)}
    if len(parts) == 1:
        return _all_scaled(parts[0].signals.articles) | lent
    sources: dict[str, dict[Citation, float]] = {}
    for part, share in zip(parts, _shares(parts), strict=True):
        for name, scores in _all_scaled(part.signals.articles).items():
            _add(scores, share, sources.setdefault(name, {}))
    return sources | lent


def select(result: SearchResult, guides: Mapping[str, Guide], register: Register, *, as_of: date, region: str) -> SearchResult:
    """Return *result* with the guides in use that day and in that place, and the articles in force.

    A guide of another day gives its place to the one that says the same matter on that day; where nobody wrote that one,
    or it holds elsewhere only, it is named in `lapsed` or `elsewhere` if no guide in use comes before it: the answer to another
    question would be wrong. One that holds elsewhere gives its place to a guide that is hardly less near.
    """
    chain = REGION_CHAIN[region]
    kept: dict[str, GuideHit] = {}
    passed_over: list[tuple[Guide, float]] = []
    for hit in result.guides:
        told = _on_the_day(guides[hit.guide_id], guides, as_of)
        if told is not None and is_told(told, as_of, region):
            kept.setdefault(told.id, hit if told.id == hit.guide_id else replace(hit, guide_id=told.id))
        elif not kept:
            passed_over.append((told or guides[hit.guide_id], hit.score))
    lead = next(iter(kept.values())).score if kept else 0.0
    unsaid = next((guide for guide, score in passed_over if guide.region in chain or lead < HARDLY_LESS * score), None)
    return replace(
        result,
        guides=tuple(kept.values()),
        articles=tuple(hit for hit in result.articles if register.status(hit.citation, as_of) == "in_force"),
        lapsed=(unsaid.id,) if unsaid is not None and unsaid.region in chain else (),
        elsewhere=(unsaid.id,) if unsaid is not None and unsaid.region not in chain else (),
    )


def _on_the_day(guide: Guide, guides: Mapping[str, Guide], on: date) -> Guide | None:
    """Return the guide that says the matter of *guide* on a day: itself, one before it or one after it."""
    told: Guide | None = guide
    while told is not None and not told.in_use(on):
        if on < told.valid_from:
            told = next((one for one in guides.values() if one.replaced_by == told.id), None)
            if told is not None and told.valid_until is not None and on >= told.valid_until:
                return None  # nobody wrote what held between the two
        else:
            told = guides.get(told.replaced_by) if told.replaced_by else None
            if told is not None and on < told.valid_from:
                return None
    return told


def known_since(guide: Guide, guides: Mapping[str, Guide], on: date) -> date:
    """Return the first day after *on* whose rule on the matter of *guide* is known: by itself or by one before it."""
    before = next((one for one in guides.values() if one.replaced_by == guide.id and one.valid_from > on), None)
    return guide.valid_from if before is None else known_since(before, guides, on)


def is_told(guide: Guide, on: date, region: str) -> bool:
    """Say whether *guide* may be told on a day in a place."""
    return guide.in_use(on) and guide.region in REGION_CHAIN[region]


def put_first(result: SearchResult, citation: Citation) -> SearchResult:
    """Return *result* with *citation*, which was asked for by number, at the head of the articles."""
    others = tuple(hit for hit in result.articles if hit.citation != citation)
    top = (others[0].score if others else 0.0) + 1.0
    return replace(result, articles=(ArticleHit(citation, top, (("requested", 1.0),)), *others))


def deciding(result: SearchResult, guide: Guide, *, goes_on: bool = False) -> tuple[Citation, ...]:
    """Return the articles of *guide*, and beside it, that decide the question: those that trail the best of them by little.

    A question that *goes on* about the one before asks for less of the matter: fewer decide it.
    """
    own, share = frozenset(guide.articles()), DECIDING_SHARE_GOING_ON if goes_on else DECIDING_SHARE
    hits = [hit for hit in result.articles if hit.citation in own]
    return tuple(hit.citation for hit in hits[:DECIDING_MOST] if hit.score >= share * hits[0].score)


def is_answer(result: SearchResult, text: str) -> bool:
    """Say whether the best guide is near enough to be the answer to *text*."""
    unsaid = result.lapsed or result.elsewhere
    return bool(result.guides) and not unsaid and _is_near(result, text) and not is_vague(result, text)


def find_matters(whole: SearchResult, text: str, results: Sequence[SearchResult], texts: Sequence[str]) -> Matters | None:
    """Return which of a message's questions *texts*, searched for one by one, are matters of their own; None where it is one matter.

    Two leads that both stand among the first guides of the other's result are one matter. What answers the message as a *whole*
    has to be among the first of a part: cutting a message may add an answer, not lose the one it has; unless each part is answered
    better than the whole.
    """
    near = [place for place, result in enumerate(results) if is_answer(result, texts[place])]
    own: list[int] = []
    for place in near:
        if not any(_leads_into(results[place], results[other]) and _leads_into(results[other], results[place]) for other in own):
            own.append(place)
    foreign = [place for place, result in enumerate(results) if place not in near and _is_not_ours(result, texts[place])]
    keeps = not is_answer(whole, text) or any(_leads_into(whole, results[place]) for place in own) or _are_better(results, own, whole)
    if not own or not keeps or len(own) + bool(foreign) < 2:
        return None
    return Matters(tuple(own), foreign=bool(foreign), unclear=len(near) + len(foreign) < len(results))


def _are_better(results: Sequence[SearchResult], own: Sequence[int], whole: SearchResult) -> bool:
    return all(results[place].guides[0].score > whole.guides[0].score for place in own)


def _leads_into(one: SearchResult, other: SearchResult) -> bool:
    return one.guides[0].guide_id in {hit.guide_id for hit in other.guides[:FIRST_GUIDES]}


def _is_not_ours(result: SearchResult, text: str) -> bool:
    """Say whether *text*, one question among others, is clearly somebody else's business."""
    if result.degraded or result.nearness >= GUIDE_FLOOR:
        return False
    return _is_other_matter(result, text) or (result.nearness < SUGGESTION_FLOOR and not triage.has_words_of_work(text))


def is_nearly_an_answer(result: SearchResult, text: str) -> bool:
    """Say whether the guides found are worth naming though none is near enough to be told."""
    return bool(
        result.guides
        and not result.degraded
        and result.nearness >= SUGGESTION_FLOOR
        and triage.has_words_of_work(text)
        and not _is_other_matter(result, text)
    )


def reply_to_foreign(result: SearchResult) -> str:
    """Return the id of the reply for a question that nothing answers: that of the messages it sounds like, if it is like any."""
    return result.foreign.reply_id if result.foreign.margin > 0 else Foreign().reply_id


def is_of_another_day(result: SearchResult, text: str) -> bool:
    """Say whether the question is about a matter for which only the rules of another day are known."""
    return bool(result.lapsed) and _is_near(result, text)


def is_of_another_place(result: SearchResult, text: str) -> bool:
    """Say whether the question is about a matter for which only the rules of another place are known."""
    return bool(result.elsewhere) and _is_near(result, text)


def _is_other_matter(result: SearchResult, text: str) -> bool:
    return (bool(result.degraded) or result.nearness < SURELY_OURS) and triage.is_other_matter(text)


def _is_near(result: SearchResult, text: str) -> bool:
    if _is_other_matter(result, text):
        return False
    if not result.degraded:
        fits = not result.guides or result.guides[0].score >= LEAST_FIT or triage.has_words_of_work(text)
        return fits and result.nearness >= GUIDE_FLOOR
    return result.nearness >= (DEGRADED_FLOOR if triage.has_words_of_work(text) else DEGRADED_FLOOR_WITHOUT_WORK)


def is_vague(result: SearchResult, text: str) -> bool:
    """Say whether *text* is about our matters but too short to tell which: 工资 fits twenty guides."""
    if len(bare(text)) > VAGUE_CHARACTERS or not triage.has_words_of_work(text) or not result.guides:
        return False
    scores = [hit.score for hit in result.guides[:2]] + [0.0]
    return result.nearness < GUIDE_FLOOR or scores[0] - scores[1] < VAGUE_LEAD


def _lent(parts: Sequence[Part], hits: Sequence[GuideHit], guides: Mapping[str, Guide]) -> dict[Citation, float]:
    """What the first guides lend to their articles together: the share each would have in their answer, the less the further they trail."""
    lent: dict[Citation, float] = {}
    best = hits[0].score if hits else 0.0
    for rank, hit in enumerate(hits[:LENDING_GUIDES]):
        trail = hit.score / best if best > 0 else 0.0
        _add(_within(parts, guides[hit.guide_id]), hit.score * trail**2 * RANK_DECAY**rank, lent)
    return lent


def _within(parts: Sequence[Part], guide: Guide) -> Mapping[Citation, float]:
    """What each article has in the guide's answer; where its asks say nothing of it, a little less the later it stands in the basis."""
    shares: dict[Citation, float] = {}
    parts = [part for part in parts if part.decides] or parts
    for part, share in zip(parts, _shares(parts), strict=True):
        _add(part.signals.within.get(guide.id, {}), share, shares)
    return shares or {citation: BASIS_DECAY**place for place, citation in enumerate(guide.basis)}


def _add(scores: Mapping[Citation, float], share: float, to: dict[Citation, float]) -> None:
    for citation, score in scores.items():
        to[citation] = to.get(citation, 0.0) + share * score


def _all_scaled(sources: Mapping[str, Mapping[Key, float]]) -> dict[str, dict[Key, float]]:
    return {name: _scaled(name, scores) for name, scores in sources.items()}


def _scaled(name: str, scores: Mapping[Key, float]) -> dict[Key, float]:
    # Written out, since it is done two thousand times a question: min and max are calls.
    if "dense" not in name:
        return {key: score if 0.0 <= score <= 1.0 else float(score > 0.0) for key, score in scores.items()}
    width = COSINE_CEILING - COSINE_FLOOR
    return {
        key: (score - COSINE_FLOOR) / width if COSINE_FLOOR <= score <= COSINE_CEILING else float(score > COSINE_FLOOR)
        for key, score in scores.items()
    }


def _of(key: Key, sources: Mapping[str, Mapping[Key, float]]) -> tuple[tuple[str, float], ...]:
    return tuple([(name, round(score, 4)) for name, scores in sources.items() if (score := scores.get(key)) is not None])
