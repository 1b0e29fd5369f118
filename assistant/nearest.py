"""The vectors of one kind of passage in memory, compared with a question's one by one: exact, and a tenth of what a graph costs."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from assistant.embedding import Vectors


class Nearest:
    """Some thousand vectors, one a row; safe to use from several threads, which do not wait for each other while they compare."""

    def __init__(self, vectors: Vectors) -> None:
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        # Kept in half precision on the way here, they are not quite of length one.
        self._rows = np.ascontiguousarray(vectors / np.maximum(lengths, np.float32(1e-12)), dtype=np.float32)

    def find(self, vector: Vectors, most: int) -> list[tuple[int, float]]:
        """Return the rows nearest to *vector*, which has length one, with their cosines, best first; of equals the first row."""
        if not len(self._rows):
            return []
        # In this thread alone: BLAS hands the product to every core and waits for the busiest, 10 ms instead of 3.
        cosines = np.einsum("ij,j->i", self._rows, vector)
        rows = top(cosines, most)
        return list(zip(rows.tolist(), cosines[rows].tolist(), strict=True))


def top(scores: Vectors, most: int, above: float = -np.inf) -> npt.NDArray[np.intp]:
    """Return the places of the highest of *scores*, those *above* a bound, best first; of equals the first."""
    near = np.flatnonzero(scores > above)
    if len(near) > most:  # sorting them all would cost more than scoring them
        found = scores[near]
        near = near[found >= np.partition(found, -most)[-most]]
    order: npt.NDArray[np.intp] = near[np.argsort(-scores[near], kind="stable")][:most]
    return order
