"""Which articles of a guide decide a question, learned from that guide's own asks: one small ridge regression a guide.

`matcher` learns of each article over all asks what calls for it; this learns what, among the questions of one guide, calls for one of its
articles rather than another. Where four fifths of the cases' articles are listed, .79 (dev and test) of those listed are right with it and
.75 and .77 without, all other weights the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

import numpy as np

from assistant.embedding import Vectors, centred, sum_of_rows
from assistant.types import Citation, Passage

RIDGE = 0.3


class Within(NamedTuple):
    """Of each guide and article the share it has in an average ask (`usual`) and how that changes: `weights` (dimension, labels).

    `labels` holds the articles of each guide; theirs are that many columns, one guide's after the other's.
    """

    labels: Mapping[str, tuple[Citation, ...]]
    mean: Vectors
    usual: Vectors
    weights: Vectors

    def shares(self, vector: Vectors | None) -> Shares:
        """Return what each article has in each guide's answer to a question, from 0; without its *vector* what it usually has."""
        return Shares(self, None if vector is None else centred(vector, self.mean, 1.0))


class Shares(Mapping[str, Mapping[Citation, float]]):
    """Each guide's articles with their shares above 0, worked out when asked for: of hundreds of guides ten are."""

    def __init__(self, learned: Within, features: Vectors | None) -> None:
        self._learned, self._features = learned, features
        self._ends = dict(zip(learned.labels, accumulate(len(citations) for citations in learned.labels.values()), strict=True))

    def __getitem__(self, guide_id: str) -> dict[Citation, float]:
        citations, end = self._learned.labels[guide_id], self._ends[guide_id]
        columns = slice(end - len(citations), end)
        shares = self._learned.usual[columns]
        if self._features is not None:
            shares = shares + sum_of_rows(self._features, self._learned.weights[:, columns])
        return {citation: share for citation, share in zip(citations, shares.tolist(), strict=True) if share > 0.0}

    def __iter__(self) -> Iterator[str]:
        return iter(self._learned.labels)

    def __len__(self) -> int:
        return len(self._learned.labels)


def train(asks: Sequence[Passage], vectors: Vectors) -> Within:
    """Fit each guide's weights to what its *asks* rest on; *vectors* of shape (asks, dimension)."""
    rows: dict[str, list[int]] = {}
    for row, ask in enumerate(asks):
        if ask.guide_id is not None:
            rows.setdefault(ask.guide_id, []).append(row)
    mean = vectors.mean(axis=0) if len(vectors) else np.zeros(0, dtype=np.float32)
    labels: dict[str, tuple[Citation, ...]] = {}
    usual, weights = [np.zeros(0, dtype=np.float32)], [np.zeros((len(mean), 0), dtype=np.float32)]
    for guide_id, own in rows.items():
        citations = tuple(dict.fromkeys(citation for row in own for citation, _ in asks[row].rests_on))
        if not citations:
            continue
        shares = np.array([[dict(asks[row].rests_on).get(citation, 0.0) for citation in citations] for row in own], dtype=np.float32)
        features = np.stack([centred(vectors[row], mean, 1.0) for row in own])
        # A guide has some fifty asks and the embedding hundreds of directions: a system of asks is the smaller one.
        system = features @ features.T + RIDGE * np.eye(len(own), dtype=np.float32)
        labels[guide_id] = citations
        usual.append(shares.mean(axis=0))
        weights.append(features.T @ np.linalg.solve(system, shares - usual[-1]))
    return Within(labels, mean, np.concatenate(usual), np.concatenate(weights, axis=1))


def save(within: Within, path: Path) -> None:
    """Write the weights (float16) to *path*."""
    np.savez(
        path,
        labels=np.array([(id_, *citation) for id_, own in within.labels.items() for citation in own], dtype=str).reshape(-1, 3),
        mean=within.mean,
        usual=within.usual,
        weights=within.weights.astype(np.float16),
    )


def load(path: Path) -> Within:
    """Read what `save` wrote; raises OSError, ValueError or KeyError where it is damaged."""
    with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
        labels: dict[str, tuple[Citation, ...]] = {}
        for guide_id, law, article in stored["labels"].tolist():
            labels[guide_id] = (*labels.get(guide_id, ()), Citation(law, article))
        return Within(labels, stored["mean"], stored["usual"], stored["weights"].astype(np.float32))
