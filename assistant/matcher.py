"""Which guide a question belongs to and which articles decide it, learned from all asks at once: ridge regression on what is said and how.

Nearest neighbours compare a question with one ask at a time; this weighs every word and every direction of the embedding by
how well it tells guides apart. Features: the centred, normalised embedding (384) and 4,096 hashed n-grams with idf, mixed
60 : 40; one linear system at build time, one row sum at question time. Alone it puts the right guide first in .77 of the cases'
questions (dev and test), with the other searches in .84 and .83. Other shares and ridges gave no more.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from assistant.embedding import Vectors, centred, sum_of_rows
from assistant.nearest import top
from assistant.types import Citation, Passage
from assistant.words import gram_key, gram_keys

HASHED = 4096
BLOCK, COLUMNS = 2048, 512
DENSE_SHARE = 0.6
RIDGE = 1.0


class Matcher(NamedTuple):
    """The learned weights: shape (dimension + HASHED, labels); `frequency` counts the texts with each known n-gram, by its hash."""

    labels: tuple[str, ...]
    mean: Vectors
    weights: Vectors
    documents: int
    frequency: dict[int, int]

    def count(self, gram: str) -> int:
        """Return how many texts have *gram*, 0 where it is but one."""
        return self.frequency.get(gram_key(gram), 0)

    def found(self, text: str, vector: Vectors | None, most: int | None = None) -> tuple[dict[str, float], dict[Citation, float]]:
        """Return the scores of guides and those of the articles that score most, best first: all of them or *most*."""
        return split(self.labels, self._scores(text, vector), most)

    def _scores(self, text: str, vector: Vectors | None) -> Vectors:
        """Return each label's score for *text*, about 0 for no and 1 for yes; without *vector* by words alone."""
        width = len(self.mean)
        sparse = _sparse(text, self.frequency, self.documents)
        used = np.flatnonzero(sparse)
        found = sum_of_rows(sparse[used], self.weights[width + used])
        if vector is not None:
            found += sum_of_rows(centred(vector, self.mean, math.sqrt(DENSE_SHARE)), self.weights[:width])
        return found


def train(texts: Sequence[str], vectors: Vectors, targets: Sequence[Mapping[str, float]]) -> Matcher:
    """Fit the weights: minimise ‖Xw − y‖² + RIDGE ‖w‖² for each label, in one solve; *targets* hold each text's labels."""
    labels = tuple(sorted({label for target in targets for label in target}))
    place = {label: column for column, label in enumerate(labels)}
    frequency = Counter(key for text in texts for key in gram_keys(text))
    # An n-gram that only one text has says nothing about others.
    known = {key: count for key, count in frequency.items() if count > 1}
    mean = vectors.mean(axis=0)
    width = vectors.shape[1] + HASHED

    def block(rows: Sequence[int]) -> tuple[Vectors, Vectors]:
        features, wanted = np.zeros((len(rows), width), dtype=np.float32), np.zeros((len(rows), len(labels)), dtype=np.float32)
        for line, row in enumerate(rows):
            features[line, : len(mean)] = centred(vectors[row], mean, math.sqrt(DENSE_SHARE))
            features[line, len(mean) :] = _sparse(texts[row], known, len(texts))
            for label, worth in targets[row].items():
                wanted[line, place[label]] = worth
        return features, wanted

    if len(texts) <= BLOCK:  # the same weights from a system of texts instead of features
        features, wanted = block(range(len(texts)))
        weights = features.T @ np.linalg.solve(features @ features.T + RIDGE * np.eye(len(texts), dtype=np.float32), wanted)
    else:
        weights = _solve(*_system(block, len(texts)))
    return Matcher(labels, mean, weights.astype(np.float16).astype(np.float32), len(texts), known)


def _system(block: Callable[[Sequence[int]], tuple[Vectors, Vectors]], texts: int) -> tuple[Vectors, Vectors]:
    """The system of all features and its right side, some texts at a time: all their features at once would take half a gigabyte."""
    system: Vectors | float = 0.0
    right: Vectors | float = 0.0
    for start in range(0, texts, BLOCK):
        features, wanted = block(range(start, min(start + BLOCK, texts)))
        system, right = system + features.T @ features, right + features.T @ wanted
    system, right = np.asarray(system), np.asarray(right)
    system[np.diag_indices_from(system)] += RIDGE
    return system, right


def _solve(system: Vectors, right: Vectors) -> Vectors:
    """Solve a symmetric system by its Schur complement: all at once numpy would hold half a gigabyte of doubles."""
    half = len(system) // 2
    upper, across, lower = system[:half, :half], system[:half, half:], system[half:, half:]
    inner, outer = _by_columns(upper, across), _by_columns(upper, right[:half])
    second = _by_columns(lower - across.T @ inner, right[half:] - across.T @ outer)
    return np.concatenate([outer - inner @ second, second])


def _by_columns(system: Vectors, right: Vectors) -> Vectors:
    parts = [np.linalg.solve(system, right[:, start : start + COLUMNS]) for start in range(0, right.shape[1], COLUMNS)]
    return np.concatenate(parts, axis=1)


def targets(ask: Passage) -> dict[str, float]:
    """Return what an ask teaches: its guide, if it is a guide's, and each article as far as its answer rests on it."""
    of_guide = {ask.guide_id: 1.0} if ask.guide_id is not None else {}
    return of_guide | {f"{citation.law}#{citation.article}": worth for citation, worth in ask.rests_on}


def split(labels: tuple[str, ...], scores: Vectors, most: int | None = None) -> tuple[dict[str, float], dict[Citation, float]]:
    """Return the scores of guides and those of the articles that score most, best first: all of them or *most*."""
    guides, of_guides, articles, of_articles = _parted(labels)
    scores_of_articles = scores[of_articles]
    best = top(scores_of_articles, len(articles) if most is None else most)
    found = {articles[row]: score for row, score in zip(best.tolist(), scores_of_articles[best].tolist(), strict=True)}
    return dict(zip(guides, scores[of_guides].tolist(), strict=True)), found


class _Parted(NamedTuple):
    """The labels that are guides and those that are articles, with their places among all."""

    guides: tuple[str, ...]
    of_guides: npt.NDArray[np.intp]
    articles: tuple[Citation, ...]
    of_articles: npt.NDArray[np.intp]


@cache
def _parted(labels: tuple[str, ...]) -> _Parted:
    is_article = np.array(["#" in label for label in labels], dtype=bool)
    guides = tuple(label for label in labels if "#" not in label)
    articles = tuple(Citation(*label.rsplit("#", 1)) for label in labels if "#" in label)
    return _Parted(guides, np.flatnonzero(~is_article), articles, np.flatnonzero(is_article))


def save(matcher: Matcher, path: Path) -> None:
    """Write the weights (float16) to *path*."""
    np.savez(
        path,
        labels=np.array(matcher.labels),
        mean=matcher.mean,
        weights=matcher.weights.astype(np.float16),
        documents=np.array(matcher.documents),
        keys=np.fromiter(matcher.frequency.keys(), dtype=np.uint32),
        counts=np.fromiter(matcher.frequency.values(), dtype=np.uint32),
    )


def load(path: Path) -> Matcher:
    """Read what `save` wrote; raises OSError, ValueError or KeyError where it is damaged."""
    with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
        frequency = dict(zip(stored["keys"].tolist(), stored["counts"].tolist(), strict=True))
        return Matcher(
            tuple(str(label) for label in stored["labels"]),
            stored["mean"],
            stored["weights"].astype(np.float32),
            int(stored["documents"]),
            frequency,
        )


def _sparse(text: str, frequency: dict[int, int], documents: int) -> Vectors:
    feature = np.zeros(HASHED, dtype=np.float32)
    for key in gram_keys(text):
        if count := frequency.get(key):
            feature[key % HASHED] += math.log(documents / count) * (1 if key & 0x80000000 else -1)
    return feature * np.float32(math.sqrt(1 - DENSE_SHARE) / max(float(np.linalg.norm(feature)), 1e-6))
