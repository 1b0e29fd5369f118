"""`python -m eval.weights`: how the weights of the search were found, and what they give on both halves of the cases.

Guide weights: one after the other tried at a few multiples, kept where the first guide and recall@10 of the dev half gain.
Article weights: the sources' scores of each candidate go into a softmax over the candidates of a question (listwise; Cao et al.
2007, Learning to rank, ICML), fitted to the dev half's gold articles with a little L2. The test half is only measured.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from assistant import dialogue, ranking
from assistant.ask import Library
from assistant.privacy import mask
from assistant.settings import load_settings
from assistant.text import normalise
from assistant.types import Citation, Question, Signals
from eval.cases import FOLDER, load_cases, stale_because
from eval.observe import questions, subject

Array = NDArray[np.float64]
MULTIPLES = (0.0, 0.5, 0.75, 1.35, 2.0)
RIDGE = 0.0003
CUT = 10


class Asked(NamedTuple):
    """One question with its gold and what the searches said of it."""

    split: str
    question: Question
    guides: frozenset[str]
    articles: frozenset[Citation]
    signals: Signals


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
                    text = dialogue.standalone(mask(normalise(question.text)), question.history)
                    gold = frozenset(Citation(row.law, row.article) for row in turn.gold_articles)
                    asked.append(Asked(case.split, question, frozenset(turn.gold_guides), gold, examined.opened.index.search(text)))
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
    weights = dict(ranking.GUIDE_WEIGHTS)
    best = sum(_measure(asked, library, weights, ranking.ARTICLE_WEIGHTS))
    for name in weights:
        for multiple in MULTIPLES:
            tried = {**weights, name: ranking.GUIDE_WEIGHTS[name] * multiple}
            if (found := sum(_measure(asked, library, tried, ranking.ARTICLE_WEIGHTS))) > best:
                best, weights = found, tried
    return weights


def _fit_articles(examples: Sequence[Candidates]) -> dict[str, float]:
    names = list(ranking.ARTICLE_WEIGHTS)
    useful = [example for example in examples if example.gold.any()]

    def loss(weights: Array) -> tuple[float, Array]:
        value, slope = RIDGE * float(weights @ weights), 2 * RIDGE * weights
        for example in useful:
            scores = example.scores @ weights
            chance = np.exp(scores - scores.max())
            chance /= chance.sum()
            share = example.gold / example.gold.sum()
            value -= float(share @ np.log(chance + 1e-12)) / len(useful)
            slope = slope + example.scores.T @ (chance - share) / len(useful)
        return value, slope

    start = np.array([ranking.ARTICLE_WEIGHTS[name] for name in names]) * 4
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0.0, None)] * len(names)).x
    return dict(zip(names, (found / found[names.index("guides")]).tolist(), strict=True))


def _candidates(one: Asked, library: Library, guide_weights: Mapping[str, float]) -> Candidates:
    found = ranking.fuse(one.signals, library.guides, guide_weights=guide_weights)
    kept = [hit for hit in found.articles if library.register.status(hit.citation, one.question.as_of) == "in_force"]
    scaled = ranking.article_sources(one.signals, found.guides, library.guides)
    scores = np.array([[scaled.get(name, {}).get(hit.citation, 0.0) for name in ranking.ARTICLE_WEIGHTS] for hit in kept])
    return Candidates(scores, np.array([float(hit.citation in one.articles) for hit in kept]), len(one.articles))


def _measure(
    asked: Sequence[Asked], library: Library, guide_weights: Mapping[str, float], article_weights: Mapping[str, float]
) -> tuple[float, float]:
    """The share of questions whose first guide is right, and the mean recall of the first ten articles."""
    first, recall = [], []
    for one in asked:
        found = ranking.fuse(one.signals, library.guides, guide_weights=guide_weights, article_weights=article_weights)
        found = ranking.select(found, library.guides, library.register, as_of=one.question.as_of, region=one.question.region)
        if one.guides:
            first.append(bool(found.guides) and found.guides[0].guide_id in one.guides)
        if one.articles:
            top = {hit.citation for hit in found.articles[:CUT]}
            recall.append(len(top & one.articles) / len(one.articles))
    return float(np.mean(first)), float(np.mean(recall))


if __name__ == "__main__":
    sys.exit(main())
