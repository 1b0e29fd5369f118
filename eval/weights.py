"""`python -m eval.weights`: how the weights of the search were found, and what they give on both halves of the cases.

Both are searched for on the dev half by what they give there: the first guide and recall@10 for the weights of guides; for those of
articles how many of those listed for the guide told are right where so many of the right ones are listed, a little of recall@10 and of
how high the first right one stands, and the same two for questions that only an article answers: one ask of each article that has three,
taken out of `phrasings/` before the index was built. Of these the odd ones are only measured, as the test half is.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import yaml
from numpy.typing import NDArray

from assistant import clock, ranking
from assistant.instruments import Register
from assistant.knowledge import load_knowledge
from assistant.library import Library
from assistant.ranking import Part
from assistant.settings import knowledge_dir, load_settings
from assistant.types import Citation, Question
from eval.cases import FOLDER, load_cases, stale_because
from eval.observe import Subject, copied, questions, searched, subject

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
MULTIPLES = (0.0, 0.5, 0.75, 1.35, 2.0)
CUT = 10
SHARES = np.arange(0.4, 0.86, 0.02)
RECALLS = (0.83, 0.81, 0.79, 0.77)
RECALL, FIRST = 0.4, 0.2
ALONE_RECALL, ALONE_FIRST = 0.5, 0.25
ASKS_TO_SPARE = 3
MOST = 160
SAMPLES, TRIES, STEP = 8, 250, 0.3


class Asked(NamedTuple):
    """One question with its gold, the articles that must be and that may be listed, and what the searches said of it."""

    split: str
    question: Question
    guides: frozenset[str]
    articles: frozenset[Citation]
    must: frozenset[Citation]
    may: frozenset[Citation]
    parts: list[Part]


class Candidates(NamedTuple):
    """Of each question MOST articles: their scores (questions × articles × sources), which are the guide's, right to list, and gold."""

    scores: Array
    own: Mask
    right: Mask
    gold: Mask
    wanted: Array

    def of(self, rows: NDArray[np.intp]) -> Candidates:
        """These questions alone."""
        return Candidates(self.scores[rows], self.own[rows], self.right[rows], self.gold[rows], self.wanted[rows])


def main() -> int:
    """Print the weights in use and those found now, with what they give."""
    settings = load_settings()
    with subject(settings) as examined:
        library, asked = examined.library, _of_cases(examined)
    with copied(settings) as spared:
        asks = _hold_back(knowledge_dir(spared))
        with subject(spared) as examined:
            alone = [_of_article(ask, citation, examined) for ask, citation in asks]
    halves = {split: [one for one in asked if one.split == split] for split in ("dev", "test")}
    guide_weights = _fit_guides(halves["dev"], library)
    article_weights = _fit_articles(
        _candidates([one for one in halves["dev"] if one.articles], library, guide_weights), _candidates(alone[::2], library, guide_weights)
    )
    for name, guides, articles in (
        ("现在用的", ranking.GUIDE_WEIGHTS, ranking.ARTICLE_WEIGHTS),
        ("这次找到的", guide_weights, article_weights),
    ):
        weights = np.array(list(articles.values()))
        print(name, {key: round(value, 2) for key, value in guides.items()}, {key: round(value, 2) for key, value in articles.items()})
        for split, half in halves.items():
            first, recall = _measure(half, library, guides, articles)
            listed = _listed(_candidates([one for one in half if one.articles], library, guides), weights)
            print(f"  {split}：第一条指南对 {first:.3f}，recall@{CUT} {recall:.3f}，列对的占 {listed:.3f}（{len(half)} 问）")
        recall, first = _found(_candidates(alone[1::2], library, guides), weights)
        print(f"  只有法条答的：recall@{CUT} {recall:.3f}，MRR@{CUT} {first:.3f}（{len(alone[1::2])} 问）")
    return 0


def _of_cases(examined: Subject) -> list[Asked]:
    asked = []
    for case in load_cases(FOLDER):
        if stale_because(case, examined.library.register) or case.planted:
            continue
        for number, question in questions(case):
            turn = case.turns[number - 1]
            if turn.outcome == "answered" and (turn.gold_guides or turn.gold_articles):
                gold = frozenset(row.citation for row in turn.gold_articles)
                must = frozenset(row.citation for row in turn.gold_articles if row.grade == 2) or gold
                parts = searched(examined.opened.index, question, examined.library)
                asked.append(Asked(case.split, question, frozenset(turn.gold_guides), gold, must, gold | {*turn.right_to_list}, parts))
    return asked


def _of_article(ask: str, citation: Citation, examined: Subject) -> Asked:
    gold = frozenset({citation})
    return Asked("", Question(ask, clock.today()), frozenset(), gold, gold, gold, [Part(examined.opened.index.search(ask))])


def _hold_back(folder: Path) -> list[tuple[str, Citation]]:
    """Take one ask of each article that has ASKS_TO_SPARE out of the knowledge in *folder* and return them."""
    register, chance = Register(load_knowledge(folder).instruments), np.random.default_rng(3)
    asks = []
    for path in sorted((folder / "phrasings").glob("*.yaml")):
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))
        for row in rows:
            if "article" in row and len(row["asks"]) >= ASKS_TO_SPARE:
                law, article = row["article"]["instrument"], str(row["article"]["article"])
                asks.append((row["asks"].pop(int(chance.integers(len(row["asks"])))), Citation(register.names.get(law, law), article)))
        path.write_text(yaml.safe_dump(rows, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return asks


def _fit_guides(asked: Sequence[Asked], library: Library) -> dict[str, float]:
    """One weight after the other at a few multiples, kept where the first guide and recall@10 gain."""
    weights = dict(ranking.GUIDE_WEIGHTS)
    best = sum(_measure(asked, library, weights, ranking.ARTICLE_WEIGHTS))
    for name in weights:
        for multiple in MULTIPLES:
            tried = {**weights, name: ranking.GUIDE_WEIGHTS[name] * multiple}
            if (found := sum(_measure(asked, library, tried, ranking.ARTICLE_WEIGHTS))) > best:
                best, weights = found, tried
    return weights


def _fit_articles(cases: Candidates, alone: Candidates) -> dict[str, float]:
    """The geometric mean of what a random search finds on samples of the questions, drawn with replacement: one alone fits by chance."""
    names = list(ranking.ARTICLE_WEIGHTS)
    start = np.array([ranking.ARTICLE_WEIGHTS[name] for name in names])
    chance = np.random.default_rng(0)
    each = [_search(_sample(cases, chance), _sample(alone, chance), start, chance) for _ in range(SAMPLES)]
    weights: Array = np.exp(np.mean(np.log(each), axis=0))
    scale = ranking.ARTICLE_WEIGHTS["guides"] / weights[names.index("guides")]
    return dict(zip(names, (weights * scale).tolist(), strict=True))


def _sample(found: Candidates, chance: np.random.Generator) -> Candidates:
    return found.of(chance.integers(0, len(found.wanted), len(found.wanted)))


def _search(cases: Candidates, alone: Candidates, weights: Array, chance: np.random.Generator) -> Array:
    """Change a third of the weights by chance, and keep what gains."""
    best = _worth(cases, alone, weights)
    for _ in range(TRIES):
        changed = chance.random(len(weights)) < 1 / 3
        tried = weights * np.exp(chance.normal(0.0, STEP, len(weights)) * changed)
        if (worth := _worth(cases, alone, tried)) > best:
            best, weights = worth, tried
    scale: float = np.exp(np.log(weights).mean())
    return weights / scale


def _worth(cases: Candidates, alone: Candidates, weights: Array) -> float:
    recall, first = _found(cases, weights)
    alone_recall, alone_first = _found(alone, weights)
    return _listed(cases, weights) + RECALL * recall + FIRST * first + ALONE_RECALL * alone_recall + ALONE_FIRST * alone_first


def _found(found: Candidates, weights: Array) -> tuple[float, float]:
    """The mean recall of the first CUT articles, and of one over the place of the first right one."""
    top = np.argsort(-(found.scores @ weights), axis=1, kind="stable")[:, :CUT]
    right = np.take_along_axis(found.gold, top, axis=1)
    first = np.where(right.any(axis=1), 1 / (right.argmax(axis=1) + 1), 0.0).mean()
    return float((right.sum(axis=1) / found.wanted).mean()), float(first)


def _listed(found: Candidates, weights: Array) -> float:
    """How many of the articles listed are right, the mean of where RECALLS of the gold ones are among them."""
    found = found.of(np.flatnonzero(found.own.any(axis=1)))
    scores = np.where(found.own, found.scores @ weights, -1.0)
    best, place = scores.max(axis=1, keepdims=True), np.argsort(np.argsort(-scores, axis=1, kind="stable"), axis=1)
    precision, recall = [], []
    for share in SHARES:
        listed = found.own & (place < ranking.DECIDING_MOST) & (scores >= share * best)
        precision.append(((listed & found.right).sum(axis=1) / np.maximum(listed.sum(axis=1), 1)).mean())
        recall.append(((listed & found.gold).sum(axis=1) / found.wanted).mean())
    return float(np.interp([-one for one in RECALLS], [-one for one in recall], precision).mean())


def _candidates(asked: Sequence[Asked], library: Library, guide_weights: Mapping[str, float]) -> Candidates:
    return Candidates(*(np.array(part) for part in zip(*(_of(one, library, guide_weights) for one in asked), strict=True)))


def _of(one: Asked, library: Library, guide_weights: Mapping[str, float]) -> tuple[Array, Mask, Mask, Mask, int]:
    found = ranking.fuse_turns(one.parts, library.guides, guide_weights=guide_weights)
    found = ranking.select(found, library.guides, library.register, as_of=one.question.as_of, region=one.question.region)
    kept = [hit.citation for hit in found.articles][:MOST]
    guide = library.guides[found.guides[0].guide_id].articles() if found.guides else ()
    scaled = ranking.article_sources([part for part in one.parts if part.own], found.guides, library.guides)
    scores = np.zeros((MOST, len(ranking.ARTICLE_WEIGHTS)))
    scores[: len(kept)] = [[scaled.get(name, {}).get(citation, 0.0) for name in ranking.ARTICLE_WEIGHTS] for citation in kept]
    own, right, gold = (_among(kept, some) for some in (guide, one.may, one.must))
    return scores, own, right, gold, len(one.must)


def _among(kept: Sequence[Citation], some: Collection[Citation]) -> Mask:
    return np.array([citation in some for citation in kept] + [False] * (MOST - len(kept)))


def _measure(
    asked: Sequence[Asked], library: Library, guide_weights: Mapping[str, float], article_weights: Mapping[str, float]
) -> tuple[float, float]:
    """The share of questions whose first guide is right, and the mean recall of the first ten articles."""
    first, recall = [], []
    for one in asked:
        found = ranking.fuse_turns(one.parts, library.guides, guide_weights=guide_weights, article_weights=article_weights)
        found = ranking.select(found, library.guides, library.register, as_of=one.question.as_of, region=one.question.region)
        if one.guides:
            first.append(bool(found.guides) and found.guides[0].guide_id in one.guides)
        if one.articles:
            top = {hit.citation for hit in found.articles[:CUT]}
            recall.append(len(top & one.articles) / len(one.articles))
    return float(np.mean(first)), float(np.mean(recall))


if __name__ == "__main__":
    sys.exit(main())
