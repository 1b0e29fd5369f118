from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.nearest import Nearest, top


def vectors(count: int, seed: int = 1) -> np.ndarray:
    drawn = np.random.default_rng(seed).normal(size=(count, 16)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


@given(count=st.integers(0, 60), most=st.integers(1, 70), seed=st.integers(0, 9))
def test_the_nearest_are_those_of_the_highest_cosines_best_first(count: int, most: int, seed: int) -> None:
    rows, asked = vectors(count, seed), vectors(1, seed + 100)[0]

    found = Nearest(rows).find(asked, most)

    cosines = rows @ asked
    assert [row for row, _ in found] == list(np.argsort(-cosines, kind="stable")[:most])
    assert [score for _, score in found] == pytest.approx(sorted(cosines.tolist(), reverse=True)[:most], abs=1e-6)


def test_a_vector_kept_a_little_too_long_is_no_nearer_for_it() -> None:
    rows = vectors(2)

    (_, plain), *_ = Nearest(rows).find(rows[0], 1)
    (_, longer), *_ = Nearest(rows * np.float32(1.01)).find(rows[0], 1)
    assert longer == pytest.approx(plain, abs=1e-6)


def test_a_vector_of_another_model_is_refused() -> None:
    with pytest.raises(ValueError, match="operand"):
        Nearest(vectors(3)).find(np.ones(7, dtype=np.float32), 2)


@given(scores=st.lists(st.integers(0, 4), max_size=40), most=st.integers(1, 45))
def test_of_equal_scores_the_first_are_taken_and_none_that_is_not_above_the_bound(scores: list[int], most: int) -> None:
    found = top(np.array(scores, dtype=np.float32), most, above=0.0).tolist()

    above = [place for place, score in enumerate(scores) if score > 0]
    assert found == sorted(above, key=lambda place: (-scores[place], place))[:most]
