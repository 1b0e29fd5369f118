from __future__ import annotations

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from eval.significance import cluster_means, holm, mean_interval, paired_difference, share_interval, wilson

SHARES = st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
SCORES = st.lists(st.tuples(st.sampled_from([0.0, 1.0]), st.sampled_from("abcdefgh")), min_size=1, max_size=60)
SIXTEENTHS = st.integers(-16, 16).map(lambda number: number / 16)  # exact in binary: sums do not round
RUNS = st.dictionaries(st.sampled_from("abcdefghij"), st.tuples(SIXTEENTHS, SIXTEENTHS), min_size=1)


def apart(count: int) -> list[str]:
    """A cluster of its own for each of *count* observations."""
    return [str(number) for number in range(count)]


# -- Wilson -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("n", "at_nine_tenths", "at_six_tenths"),
    # The design's table holds the textbook half-widths, z √(p (1 - p) / n); Wilson's differ from them by less than 0.0025 from 82 on.
    [(82, 0.065, 0.106), (100, 0.059, 0.096), (200, 0.042, 0.068), (300, 0.034, 0.055), (1000, 0.019, 0.030)],
)
def test_half_the_width_is_that_of_the_design_table(n: int, at_nine_tenths: float, at_six_tenths: float) -> None:
    halves = [(high - low) / 2 for low, high in (wilson(0.9 * n, n), wilson(0.6 * n, n))]

    assert halves == pytest.approx([at_nine_tenths, at_six_tenths], abs=0.0025)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        # z² = 3.841459. Nothing of n: 0 … z² / (n + z²) = 3.841459 / 103.841459
        pytest.param(0, 100, 0.0, 0.036994, id="none of 100"),
        # All of n: n / (n + z²) = 10 / 13.841459
        pytest.param(10, 10, 0.722467, 1.0, id="all of 10"),
        # Half of n: 1/2 ± z / (2 √(n + z²)) = 0.5 ± 1.959964 / (2 × 3.720411)
        pytest.param(5, 10, 0.236593, 0.763407, id="5 of 10"),
        # centre (0.9 + 0.01920730) / 1.03841459 = 0.88520241; half 1.959964 √(0.0009 + 0.0000960365) / 1.03841459 = 0.0595685
        pytest.param(90, 100, 0.825634, 0.944771, id="90 of 100"),
    ],
)
def test_wilson_gives_the_values_worked_out_by_hand(successes: int, n: int, low: float, high: float) -> None:
    assert wilson(successes, n) == pytest.approx((low, high), abs=2e-6)


def test_nothing_scored_could_be_any_share() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


@settings(deadline=None)
@given(SHARES)
def test_wilson_holds_the_share_and_stays_between_nought_and_one(counted: tuple[int, int]) -> None:
    successes, n = counted

    low, high = wilson(successes, n)
    assert 0.0 <= low <= successes / n + 1e-12
    assert successes / n - 1e-12 <= high <= 1.0


@settings(deadline=None)
@given(SHARES)
def test_wilson_of_the_failures_is_the_mirror_image(counted: tuple[int, int]) -> None:
    successes, n = counted

    low, high = wilson(n - successes, n)
    assert (1 - high, 1 - low) == pytest.approx(wilson(successes, n))


@settings(deadline=None)
@given(SHARES)
def test_more_observations_of_the_same_share_tell_more(counted: tuple[int, int]) -> None:
    successes, n = counted

    (low, high), (nearer_low, nearer_high) = wilson(successes, n), wilson(2 * successes, 2 * n)
    assert nearer_high - nearer_low < high - low


# -- shares of clusters -------------------------------------------------------------------------------------


def test_four_like_answers_of_a_case_count_as_one() -> None:
    # 10 cases, each asked 4 times with the same result, 5 right. Totals about the mean: ±2, so between = 10 × 4 / 40² = 1/40;
    # as if independent 0.25 / 40 = 1/160; effect 160/40 = 4, so 40 count as 10.
    values, clusters = [1.0] * 20 + [0.0] * 20, [str(number // 4) for number in range(40)]

    assert share_interval(values, clusters) == pytest.approx(wilson(5, 10))


def test_clusters_of_like_answers_widen_the_interval() -> None:
    values = [1.0] * 30 + [0.0] * 10

    low, high = share_interval(values, apart(40))
    wide_low, wide_high = share_interval(values, [str(number // 4) for number in range(40)])
    assert wide_low < low < high < wide_high


def test_clusters_of_unlike_answers_narrow_nothing() -> None:
    # Each case once right, once wrong: no variance between cases, and the effect is held at 1.
    assert share_interval([1.0, 0.0] * 10, [str(number // 2) for number in range(20)]) == wilson(10, 20)


@pytest.mark.parametrize(
    ("value", "expected"), [pytest.param(1.0, wilson(5, 5), id="all right"), pytest.param(0.0, wilson(0, 5), id="all wrong")]
)
def test_where_all_are_alike_the_clusters_are_counted(value: float, expected: tuple[float, float]) -> None:
    assert share_interval([value] * 20, [str(number // 4) for number in range(20)]) == expected


def test_one_case_is_one_observation_however_often_it_was_asked() -> None:
    assert share_interval([1.0, 0.0, 1.0, 1.0], ["a"] * 4) == wilson(0.75, 1)


def test_no_share_is_any_share() -> None:
    assert share_interval([], []) == (0.0, 1.0)


@settings(deadline=None)
@given(SCORES)
def test_an_interval_of_clusters_is_never_narrower_than_without_them(scores: list[tuple[float, str]]) -> None:
    values, clusters = [value for value, _ in scores], [cluster for _, cluster in scores]

    low, high = share_interval(values, clusters)
    plain_low, plain_high = wilson(sum(values), len(values))
    assert high - low >= plain_high - plain_low - 1e-12


@settings(deadline=None)
@given(SCORES)
def test_the_interval_of_the_failures_is_the_mirror_image(scores: list[tuple[float, str]]) -> None:
    values, clusters = [value for value, _ in scores], [cluster for _, cluster in scores]

    low, high = share_interval([1 - value for value in values], clusters)
    assert (1 - high, 1 - low) == pytest.approx(share_interval(values, clusters))


# -- means --------------------------------------------------------------------------------------------------


def test_the_interval_of_a_mean_is_near_the_normal_one() -> None:
    # 400 values, half 0 and half 1: standard error 0.5 / 20 = 0.025, so 0.5 ± 1.96 × 0.025 = 0.451 … 0.549.
    assert mean_interval([0.0, 1.0] * 200, apart(400)) == pytest.approx((0.451, 0.549), abs=0.004)


def test_clusters_widen_the_interval_of_a_mean() -> None:
    # 100 clusters of 4 like values: standard error 0.5 / 10 = 0.05, so 0.5 ± 0.098.
    values, clusters = [float(number // 4 % 2) for number in range(400)], [str(number // 4) for number in range(400)]

    assert mean_interval(values, clusters) == pytest.approx((0.402, 0.598), abs=0.008)


def test_the_interval_of_a_mean_is_the_same_each_time() -> None:
    assert mean_interval([0.1, 0.7, 0.4], apart(3)) == mean_interval([0.1, 0.7, 0.4], apart(3))


def test_one_cluster_has_no_spread() -> None:
    assert mean_interval([0.0, 1.0], ["a", "a"]) == (0.5, 0.5)


def test_no_values_have_no_mean() -> None:
    assert all(math.isnan(end) for end in mean_interval([], []))


@settings(deadline=None, max_examples=30)
@given(st.lists(SIXTEENTHS, min_size=1, max_size=30))
def test_the_interval_of_a_mean_lies_within_the_values(values: list[float]) -> None:
    low, high = mean_interval(values, apart(len(values)))

    assert min(values) <= low <= high <= max(values)


# -- two runs -----------------------------------------------------------------------------------------------


def test_the_difference_is_after_less_before_over_what_both_have() -> None:
    difference, *_, pairs = paired_difference({"a": 0.5, "b": 0.5, "gone": 0.0}, {"a": 1.0, "b": 0.75, "new": 1.0})

    # a half and a quarter better: 0.375 on the mean
    assert (difference, pairs) == (0.375, 2)


@pytest.mark.parametrize(
    ("changes", "p"),
    [
        # Of the 2^n ways to flip the signs, how many give at least this sum; times two for both sides, at most 1.
        pytest.param([1.0], 1.0, id="one change proves nothing"),
        pytest.param([1.0, 1.0], 0.5, id="two alike: 1/4"),
        pytest.param([1.0, 1.0, 1.0], 0.25, id="three alike: 1/8"),
        pytest.param([1.0, 1.0, -1.0], 1.0, id="two against one: 4/8"),
        pytest.param([3.0, 2.0, 1.0, -1.0], 0.375, id="sum 5 of 7: none or one of the two ones flipped, 3/16"),
        pytest.param([-3.0, -2.0, -1.0, 1.0], 0.375, id="the same for the worse"),
        pytest.param([1.0] * 5, 0.0625, id="five alike: 1/32"),
        pytest.param([1.0] * 10, 2 / 1024, id="ten alike: 1/1024"),
    ],
)
def test_p_is_exact_for_up_to_ten_changes(changes: list[float], p: float) -> None:
    before = {str(number): 0.0 for number in range(len(changes) + 3)}  # three more that did not change
    after = before | {str(number): change for number, change in enumerate(changes)}

    assert paired_difference(before, after)[3] == pytest.approx(p)


def test_cases_that_did_not_change_leave_p_alone_but_not_the_difference() -> None:
    before, after = {"a": 0.0, "b": 0.0, "c": 0.0}, {"a": 1.0, "b": 1.0, "c": 1.0}
    same = {str(number): 0.5 for number in range(97)}

    few, many = paired_difference(before, after), paired_difference(before | same, after | same)
    assert (few[0], few[3], many[0], many[3]) == (1.0, 0.25, pytest.approx(0.03), 0.25)


def test_many_changes_one_way_are_significant() -> None:
    before, after = dict.fromkeys(apart(40), 0.0), dict.fromkeys(apart(40), 1.0)

    # At most 2 / 2001: none of 2000 random flips gives as much.
    assert paired_difference(before, after)[3] <= 2 / 2001


def test_many_changes_both_ways_are_not_significant() -> None:
    before, after = dict.fromkeys(apart(40), 0.0), {str(number): float(number % 2 * 2 - 1) for number in range(40)}

    assert paired_difference(before, after)[3] > 0.5


def test_the_interval_of_a_difference_that_is_everywhere_the_same_is_a_point() -> None:
    assert paired_difference({"a": 0.0, "b": 0.25}, {"a": 0.5, "b": 0.75})[:3] == (0.5, 0.5, 0.5)


def test_the_interval_of_a_difference_is_near_the_normal_one() -> None:
    # 100 of 400 got better by 1: mean 0.25, standard error √(0.25 × 0.75 / 400) = 0.02165, so 0.25 ± 0.0424.
    before = dict.fromkeys(apart(400), 0.0)
    after = before | dict.fromkeys(apart(100), 1.0)

    assert paired_difference(before, after)[1:3] == pytest.approx((0.2076, 0.2924), abs=0.006)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param({"a": 0.5}, {"b": 0.5}, (0.0, 0.0, 0.0, 1.0, 0), id="nothing in common"),
        pytest.param({"a": 0.5, "b": 1.0}, {"a": 0.5, "b": 1.0}, (0.0, 0.0, 0.0, 1.0, 2), id="nothing changed"),
        pytest.param({}, {}, (0.0, 0.0, 0.0, 1.0, 0), id="nothing at all"),
    ],
)
def test_where_nothing_changed_nothing_is_different(
    before: dict[str, float], after: dict[str, float], expected: tuple[float, float, float, float, int]
) -> None:
    assert paired_difference(before, after) == expected


@settings(deadline=None, max_examples=25)
@given(RUNS)
def test_looking_from_the_other_run_turns_the_difference_round(runs: dict[str, tuple[float, float]]) -> None:
    one, other = {key: pair[0] for key, pair in runs.items()}, {key: pair[1] for key, pair in runs.items()}

    difference, low, high, p, pairs = paired_difference(one, other)
    assert paired_difference(other, one) == pytest.approx((-difference, -high, -low, p, pairs))


@settings(deadline=None, max_examples=25)
@given(RUNS)
def test_p_is_a_probability_and_the_interval_holds_together(runs: dict[str, tuple[float, float]]) -> None:
    assume(any(one != other for one, other in runs.values()))

    _, low, high, p, _ = paired_difference({key: pair[0] for key, pair in runs.items()}, {key: pair[1] for key, pair in runs.items()})
    assert (0 < p <= 1, low <= high) == (True, True)


# -- many measures ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("p_values", "expected"),
    [
        # 0.01 × 3; 0.03 × 2; 0.04 × 1 is less than the one before, which it may not fall below
        pytest.param({"a": 0.01, "b": 0.04, "c": 0.03}, {"a": 0.03, "b": 0.06, "c": 0.06}, id="three"),
        # 0.01 × 4, 0.02 × 3, 0.03 × 2 = 0.06 again, 0.04 × 1 raised to 0.06
        pytest.param({"a": 0.04, "b": 0.03, "c": 0.02, "d": 0.01}, {"a": 0.06, "b": 0.06, "c": 0.06, "d": 0.04}, id="four backwards"),
        pytest.param({"a": 0.5, "b": 0.9}, {"a": 1.0, "b": 1.0}, id="never above one"),
        pytest.param({"a": 0.04}, {"a": 0.04}, id="one alone"),
        pytest.param({}, {}, id="none"),
    ],
)
def test_holm_gives_the_values_worked_out_by_hand(p_values: dict[str, float], expected: dict[str, float]) -> None:
    assert holm(p_values) == pytest.approx(expected)


@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=3), st.floats(0, 1), max_size=12))
def test_holm_never_lowers_a_p_and_keeps_their_order(p_values: dict[str, float]) -> None:
    adjusted = holm(p_values)

    assert all(p <= adjusted[name] <= 1 for name, p in p_values.items())
    ordered = sorted(p_values, key=lambda name: p_values[name])
    assert sorted(adjusted[name] for name in ordered) == [adjusted[name] for name in ordered]


def test_a_cluster_is_worth_the_mean_of_its_values() -> None:
    assert cluster_means([1.0, 0.0, 0.5], ["a", "a", "b"]) == {"a": 0.5, "b": 0.5}
