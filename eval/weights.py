"""`python -m eval.weights`: how the weights of the search were found, and what they give on both halves of the cases.

Both are searched for on the dev half by what they give there: the first guide and recall@10 for the weights of guides, recall at
a few cuts for those of articles (a softmax over the candidates, fitted to the gold articles, gave .86 where this gives .88). The
test half is only measured.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant import ranking
from assistant.library import Library
from assistant.ranking import Part
from assistant.settings import load_settings
from assistant.types import Citation, Question
from eval.cases import FOLDER, load_cases, stale_because
from eval.observe import questions, searched, subject

Array = NDArray[np.float64]
MULTIPLES = (0.0, 0.5, 0.75, 1.35, 2.0)
CUT = 10
CUTS = (6, 8, 10, 12, 16)
FIRST = 0.2
SAMPLES, TRIES, STEP = 8, 350, 0.3


class Asked(NamedTuple):
    """One question with its gold and what the searches said of it."""

    split: str
    question: Question
    guides: frozenset[str]
    articles: frozenset[Citation]
    parts: list[Part]


class Candidates(NamedTuple):
    """The articles any source names for a question: their scores (candidates × sources) and which of them are gold."""

    scores: Array
    gold: Array
    wanted: int


def main() -> int:
    """Print the weights in use and those found now, with what they give."""
    with subject(load_settings()) as examined:
        library = examined.library
        asked = []
        for case in load_cases(FOLDER):
            if stale_because(case, library.register) or case.planted:
                continue
            for number, question in questions(case):
                turn = case.turns[number - 1]
                if turn.outcome == "answered" and (turn.gold_guides or turn.gold_articles):
                    gold = frozenset(Citation(row.law, row.article) for row in turn.gold_articles)
                    parts = searched(examined.opened.index, question, library)
                    asked.append(Asked(case.split, question, frozenset(turn.gold_guides), gold, parts))
    halves = {split: [one for one in asked if one.split == split] for split in ("dev", "test")}
    guide_weights = _fit_guides(halves["dev"], library)
    article_weights = _fit_articles([_candidates(one, library, guide_weights) for one in halves["dev"] if one.articles])
    for name, guides, articles in (
        ("现在用的", ranking.GUIDE_WEIGHTS, ranking.ARTICLE_WEIGHTS),
        ("这次找到的", guide_weights, article_weights),
    ):
        print(name, {key: round(value, 2) for key, value in guides.items()}, {key: round(value, 2) for key, value in articles.items()})
        for split, half in halves.items():
            first, recall = _measure(half, library, guides, articles)
            print(f"  {split}：第一条指南对 {first:.3f}，recall@{CUT} {recall:.3f}（{len(half)} 问）")
    return 0


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


def _fit_articles(examples: Sequence[Candidates]) -> dict[str, float]:
    """The geometric mean of what a random search finds on samples of the questions, drawn with replacement: one alone fits by chance."""
    names = list(ranking.ARTICLE_WEIGHTS)
    start = np.array([ranking.ARTICLE_WEIGHTS[name] for name in names])
    chance = np.random.default_rng(0)
    found = [_search([examples[row] for row in chance.integers(0, len(examples), len(examples))], start, chance) for _ in range(SAMPLES)]
    weights: Array = np.exp(np.mean(np.log(found), axis=0))
    return dict(zip(names, (weights / weights[names.index("guides")]).tolist(), strict=True))


def _search(examples: Sequence[Candidates], weights: Array, chance: np.random.Generator) -> Array:
    """Change a third of the weights by chance, and keep what gains."""
    best = _worth(examples, weights)
    for _ in range(TRIES):
        changed = chance.random(len(weights)) < 1 / 3
        tried = weights * np.exp(chance.normal(0.0, STEP, len(weights)) * changed)
        if (worth := _worth(examples, tried)) > best:
            best, weights = worth, tried
    scale: float = np.exp(np.log(weights).mean())
    return weights / scale


def _worth(examples: Sequence[Candidates], weights: Array) -> float:
    """The mean recall at CUTS, and a little of how high the first right article stands: recall@10 alone moves in jumps."""
    total = 0.0
    for example in examples:
        top = np.argsort(-(example.scores @ weights), kind="stable")[: CUTS[-1]]
        right = np.flatnonzero(example.gold[top])
        total += sum(np.count_nonzero(right < cut) for cut in CUTS) / len(CUTS) / example.wanted
        total += FIRST / (right[0] + 1) if len(right) else 0.0
    return total / len(examples)


def _candidates(one: Asked, library: Library, guide_weights: Mapping[str, float]) -> Candidates:
    found = ranking.fuse_turns(one.parts, library.guides, guide_weights=guide_weights)
    kept = [hit.citation for hit in found.articles if library.register.status(hit.citation, one.question.as_of) == "in_force"]
    own = [part for part in one.parts if part.own]
    scaled = ranking.article_sources(own, found.guides, library.guides)
    scores = np.array([[scaled.get(name, {}).get(citation, 0.0) for name in ranking.ARTICLE_WEIGHTS] for citation in kept])
    return Candidates(scores, np.array([float(citation in one.articles) for citation in kept]), len(one.articles))


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
