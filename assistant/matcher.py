"""Which guide a question belongs to, learned from all asks at once: ridge regression on what is said and how.

Nearest neighbours compare a question with one ask at a time; this weighs every word and every direction of the embedding by
how well it tells guides apart. Features: the centred, normalised embedding (384) and 4,096 hashed n-grams with idf, mixed
60 : 40; one linear system at build time, one row sum at question time. On left-out folds of 5,243 asks the first guide is
right in .53 alone (nearest ask alone .36), and in .59 instead of .55 when it joins the other searches (`eval/fusion.py`).
"""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from assistant.embedding import Vectors
from assistant.text import bare
from assistant.types import Alarm
from assistant.words import grams

HASHED = 4096
DENSE_SHARE = 0.6
CALM = "none"
RIDGE = 1.0


class Matcher(NamedTuple):
    """The learned weights: shape (dimension + HASHED, guides); `rarity` is the idf of each known n-gram by its hash."""

    guides: tuple[str, ...]
    mean: Vectors
    weights: Vectors
    documents: int
    frequency: dict[int, int]

    def scores(self, text: str, vector: Vectors | None) -> dict[str, float]:
        """Return each guide's score for *text*, about 0 for no and 1 for yes; without *vector* by words alone."""
        feature = np.zeros(self.weights.shape[0], dtype=np.float32)
        if vector is not None:
            feature[: len(self.mean)] = _dense(vector, self.mean)
        feature[len(self.mean) :] = _sparse(text, self.frequency, self.documents)
        used = np.flatnonzero(feature)
        found = feature[used] @ self.weights[used].astype(np.float32)
        return {guide: float(score) for guide, score in zip(self.guides, found, strict=True)}


def train(texts: Sequence[str], vectors: Vectors, labels: Sequence[str]) -> Matcher:
    """Fit the weights: minimise ‖Xw − y‖² + RIDGE ‖w‖² for each guide, in one solve."""
    guides = tuple(sorted(set(labels)))
    place = {guide: column for column, guide in enumerate(guides)}
    frequency = Counter(key for text in texts for key in {_key(gram) for gram in grams(text)})
    # An n-gram that only one text has says nothing about others.
    known = {key: count for key, count in frequency.items() if count > 1}
    mean = vectors.mean(axis=0)
    features = np.zeros((len(texts), vectors.shape[1] + HASHED), dtype=np.float32)
    targets = np.zeros((len(texts), len(guides)), dtype=np.float32)
    for row, (text, vector, label) in enumerate(zip(texts, vectors, labels, strict=True)):
        features[row, : len(mean)] = _dense(vector, mean)
        features[row, len(mean) :] = _sparse(text, known, len(texts))
        targets[row, place[label]] = 1.0
    system = features.T @ features
    system[np.diag_indices_from(system)] += RIDGE
    weights = np.linalg.solve(system, features.T @ targets)
    return Matcher(guides, mean, weights.astype(np.float16).astype(np.float32), len(texts), known)


def alarm(learned: Matcher, text: str, vector: Vectors | None) -> Alarm | None:
    """Return the emergency *text* sounds most like, None where *learned* knows no kind of `emergencies.yaml`."""
    scores = learned.scores(bare(text), vector)
    calm = scores.pop(CALM, 0.0)
    if not scores:
        return None
    kind = max(scores, key=scores.__getitem__)
    return Alarm(kind, scores[kind] - calm)


def save(matcher: Matcher, path: Path) -> None:
    """Write the weights (float16) to *path*."""
    np.savez(
        path,
        guides=np.array(matcher.guides),
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
            tuple(str(guide) for guide in stored["guides"]),
            stored["mean"],
            stored["weights"].astype(np.float32),
            int(stored["documents"]),
            frequency,
        )


def _key(gram: str) -> int:
    return zlib.crc32(gram.encode())


def _dense(vector: Vectors, mean: Vectors) -> Vectors:
    centred = vector - mean
    return centred * np.float32(math.sqrt(DENSE_SHARE) / max(float(np.linalg.norm(centred)), 1e-6))


def _sparse(text: str, frequency: dict[int, int], documents: int) -> Vectors:
    feature = np.zeros(HASHED, dtype=np.float32)
    for key in {_key(gram) for gram in grams(text)}:
        if count := frequency.get(key):
            feature[key % HASHED] += math.log(documents / count) * (1 if key & 0x80000000 else -1)
    return feature * np.float32(math.sqrt(1 - DENSE_SHARE) / max(float(np.linalg.norm(feature)), 1e-6))
