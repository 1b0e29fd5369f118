"""Which of several kinds a question is, as probabilities: softmax regression over every n-gram of what was learned and the embedding.

Three are trained: which of our guides a question belongs to, whether it is ours at all (`foreign`), whether it is a cry for help (`alarm`).

The ridge regression of `matcher` scores each guide by itself; this one learns what tells guides apart, and its words keep a row each
instead of sharing hashed ones. On the cases' first questions it alone puts the right guide first in .90 (dev) and .89 (test), where the
ridge has .79 and .82; hashed to the same 4,096 rows it has .88. A guide's probability says *which* of ours, never whether any: of a
question that none answers the shares add up to one as well. That is what the second is for: with `ranking`'s floors 5 of the cases' 101
questions that must not be answered are, with a ridge regression instead 16.
Of pairs of a cry for help that no rule spells out and a calm question it puts .985 (dev) and .996 (test) in the right order, a ridge
regression .967 and .977.

Trained by Adam (Kingma & Ba 2015) on batches in an order that is always the same: 25 s for 24,000 asks and 407 guides and facts.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from assistant.embedding import Vectors, centred, sum_of_rows
from assistant.text import bare
from assistant.types import Alarm, Foreign
from assistant.words import gram_keys

DENSE_SHARE = 0.4
# An n-gram counts where more than one ask in so many has it (ten or more of 24,000): rarer ones gain nothing and double the size.
RAREST = 2400
OURS, CALM = "ours", "none"
BATCH, EPOCHS, LEAST_STEPS = 512, 5, 100
RATE, MOMENTUM, SQUARES, TINY = 0.02, 0.9, 0.999, 1e-8


class Classifier(NamedTuple):
    """The learned weights, as float16: `dense` (dimension, labels), `sparse` (n-grams, labels); `rows` names each n-gram's by its hash."""

    labels: tuple[str, ...]
    mean: Vectors
    rows: dict[int, int]
    rarity: Vectors
    dense: npt.NDArray[np.float16]
    sparse: npt.NDArray[np.float16]
    bias: Vectors

    def probabilities(self, text: str, vector: Vectors | None) -> dict[str, float]:
        """Return each label's probability, 1 together; without *vector* by words alone, nothing where nothing was learned."""
        if not self.labels:
            return {}
        found, worth = _sparse(text, self.rows, self.rarity)
        scores = self.bias + sum_of_rows(worth, self.sparse[found].astype(np.float32))
        if vector is not None:
            scores = scores + sum_of_rows(centred(vector, self.mean, math.sqrt(DENSE_SHARE)), self.dense.astype(np.float32))
        return dict(zip(self.labels, _softmax(scores[None])[0].tolist(), strict=True))


def train(texts: Sequence[str], vectors: Vectors, labels: Sequence[str], *, epochs: int = EPOCHS) -> Classifier:
    """Fit the weights: the cross-entropy of each text's label, from zero; *vectors* of shape (texts, dimension)."""
    names = tuple(sorted(set(labels)))
    if not names:
        nothing, no_weights = np.zeros(0, np.float32), np.zeros((0, 0), np.float16)
        return Classifier((), nothing, {}, nothing, no_weights, no_weights, nothing)
    place = {name: column for column, name in enumerate(names)}
    wanted = np.array([place[label] for label in labels])
    frequency = Counter(key for text in texts for key in gram_keys(text))
    kept = sorted(key for key, count in frequency.items() if count > max(1, len(texts) // RAREST))
    rows = {key: row for row, key in enumerate(kept)}
    rarity = np.array([math.log(len(texts) / frequency[key]) for key in kept], dtype=np.float32)
    mean = vectors.mean(axis=0)
    words = [_sparse(text, rows, rarity) for text in texts]
    dense = np.stack([centred(vector, mean, math.sqrt(DENSE_SHARE)) for vector in vectors])
    of_words, of_vector = (np.zeros((size, len(names)), dtype=np.float32) for size in (len(kept), dense.shape[1]))
    bias = np.zeros(len(names), dtype=np.float32)
    _descend(words, dense, wanted, (of_words, of_vector, bias), epochs)
    return Classifier(names, mean, rows, rarity, of_vector.astype(np.float16), of_words.astype(np.float16), bias)


class _Adam:
    """Changes weights in place by their gradient; only the rows it is given."""

    def __init__(self, weights: Vectors) -> None:
        self._weights, self._mean, self._square = weights, np.zeros_like(weights), np.zeros_like(weights)

    def lower(self, gradient: Vectors, rate: float, step: int, rows: npt.NDArray[np.intp] | slice = slice(None)) -> None:
        mean = MOMENTUM * self._mean[rows] + (1 - MOMENTUM) * gradient
        square = SQUARES * self._square[rows] + (1 - SQUARES) * gradient * gradient
        self._mean[rows], self._square[rows] = mean, square
        self._weights[rows] -= rate / (1 - MOMENTUM**step) * mean / (np.sqrt(square / (1 - SQUARES**step)) + TINY)


def _descend(
    words: Sequence[tuple[npt.NDArray[np.intp], Vectors]], dense: Vectors, wanted: npt.NDArray[np.intp],
    weights: tuple[Vectors, Vectors, Vectors], epochs: int,
) -> None:  # fmt: skip
    """Change the weights in place; of the n-grams only the rows that a batch uses."""
    of_words, of_vector, bias = weights
    chance = np.random.default_rng(7)
    batches = math.ceil(len(words) / BATCH)
    steps = batches * max(epochs, math.ceil(LEAST_STEPS / batches))
    adam = [_Adam(part) for part in weights]
    step = 0
    while step < steps:
        order = chance.permutation(len(words))
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            used, sparse = _block([words[row] for row in batch])
            off = _softmax(sparse @ of_words[used] + dense[batch] @ of_vector + bias)
            off[np.arange(len(batch)), wanted[batch]] -= 1.0
            off /= len(batch)
            rate = RATE * (1.0 - step / steps)
            step += 1
            adam[0].lower(sparse.T @ off, rate, step, used)
            adam[1].lower(dense[batch].T @ off, rate, step)
            adam[2].lower(off.sum(axis=0), rate, step)


def _block(words: Sequence[tuple[npt.NDArray[np.intp], Vectors]]) -> tuple[npt.NDArray[np.intp], Vectors]:
    """The n-grams that some texts use, and the texts' worth of each, shape (texts, n-grams used)."""
    lines = np.repeat(np.arange(len(words)), [len(found) for found, _ in words])
    used, columns = np.unique(np.concatenate([found for found, _ in words]), return_inverse=True)
    block = np.zeros((len(words), len(used)), dtype=np.float32)
    block[lines, columns] = np.concatenate([worth for _, worth in words])
    return used, block


def alarm(learned: Classifier, text: str, vector: Vectors | None) -> Alarm | None:
    """Return the emergency *text* sounds most like, and how much more probably than something calm, −1 to 1.

    None where *learned* knows no kind of `emergencies.yaml`.
    """
    shares = learned.probabilities(bare(text), vector)
    calm = shares.pop(CALM, 0.0)
    if not shares:
        return None
    return Alarm(max(shares, key=shares.__getitem__), 1.0 - 2.0 * calm)


def foreign(learned: Classifier, text: str, vector: Vectors | None) -> Foreign:
    """Return how much more probably *text* is something no guide answers (`others.yaml`) than ours, −1 to 1, and which reply that gets."""
    shares = learned.probabilities(bare(text), vector)
    ours = shares.pop(OURS, 0.0)
    if not shares:
        return Foreign()
    return Foreign(max(shares, key=shares.__getitem__), 1.0 - 2.0 * ours)


def save(classifier: Classifier, path: Path) -> None:
    """Write the weights to *path*."""
    np.savez(
        path,
        labels=np.array(classifier.labels, dtype=str),
        mean=classifier.mean,
        keys=np.fromiter(classifier.rows.keys(), dtype=np.uint32),
        rarity=classifier.rarity,
        dense=classifier.dense,
        sparse=classifier.sparse,
        bias=classifier.bias,
    )


def load(path: Path) -> Classifier:
    """Read what `save` wrote; raises OSError, ValueError or KeyError where it is damaged."""
    with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
        return Classifier(
            tuple(str(label) for label in stored["labels"]),
            stored["mean"],
            {key: row for row, key in enumerate(stored["keys"].tolist())},
            stored["rarity"],
            stored["dense"],
            stored["sparse"],
            stored["bias"],
        )


def _softmax(scores: Vectors) -> Vectors:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)


def _sparse(text: str, rows: dict[int, int], rarity: Vectors) -> tuple[npt.NDArray[np.intp], Vectors]:
    found = np.array(sorted({rows[key] for key in gram_keys(text) if key in rows}), dtype=np.intp)
    worth = rarity[found]
    return found, np.asarray(worth * (math.sqrt(1 - DENSE_SHARE) / max(float(np.linalg.norm(worth)), 1e-6)), dtype=np.float32)
