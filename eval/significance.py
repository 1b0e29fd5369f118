"""Intervals and tests. Observations of one base case (its turns, variants, repeats) hang together: they are one cluster.

Wilson 1927 for shares, with Kish's effective sample size for clusters; percentile bootstrap over clusters for means;
paired sign-flip permutation over clusters between two runs; Holm 1979 over the measures gated together.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from scipy import stats

SEED = 20_261_121
RESAMPLES = 2000
Z95 = 1.959964


def wilson(successes: float, n: float, z: float = Z95) -> tuple[float, float]:
    """Return the 95 % Wilson interval of a share; (0, 1) where nothing was scored. *n* may be an effective size."""
    if n <= 0:
        return 0.0, 1.0
    share = successes / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(max(0.0, share * (1 - share) / n + z * z / (4 * n * n))) / (1 + z * z / n)
    return max(0.0, centre - half), min(1.0, centre + half)


def share_interval(values: Sequence[float], clusters: Sequence[str]) -> tuple[float, float]:
    """Return the Wilson interval of the mean of 0/1 *values*; observations of one cluster count as fewer."""
    n = len(values)
    groups = _grouped(values, clusters)
    if n == 0:
        return 0.0, 1.0
    share = sum(values) / n
    if share in {0.0, 1.0} or len(groups) < 2:
        return wilson(share * len(groups), len(groups))
    # Kish: n_eff = n / deff, deff = variance of the mean between clusters / variance as if independent.
    totals = np.array([sum(group) - share * len(group) for group in groups])
    between = float(totals @ totals) / n**2
    effect = max(1.0, between / (share * (1 - share) / n))
    return wilson(share * n / effect, n / effect)


def mean_interval(values: Sequence[float], clusters: Sequence[str]) -> tuple[float, float]:
    """Return the 95 % percentile bootstrap interval of the mean, drawing whole clusters; one cluster gives (mean, mean)."""
    groups = _grouped(values, clusters)
    sums = np.array([sum(group) for group in groups])
    sizes = np.array([len(group) for group in groups], dtype=float)
    if len(groups) < 2:
        mean = float(sums.sum() / sizes.sum()) if len(groups) else math.nan
        return mean, mean
    draws = np.random.default_rng(SEED).integers(0, len(groups), (RESAMPLES, len(groups)))
    means = sums[draws].sum(axis=1) / sizes[draws].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def paired_difference(before: Mapping[str, float], after: Mapping[str, float]) -> tuple[float, float, float, float, int]:
    """Return difference of means (after - before), its 95 % bootstrap interval, the two-sided permutation p, and how many pairs.

    The maps hold one mean a cluster; only clusters in both are compared.
    """
    both = sorted(set(before) & set(after))
    if not both:
        return 0.0, 0.0, 0.0, 1.0, 0
    differences = np.array([after[key] - before[key] for key in both])
    changed = differences[differences != 0]
    if not len(changed):
        return 0.0, 0.0, 0.0, 1.0, len(both)
    draws = np.random.default_rng(SEED).integers(0, len(both), (RESAMPLES, len(both)))
    low, high = np.percentile(differences[draws].mean(axis=1), [2.5, 97.5])
    # Flipping the sign of no difference changes nothing, so only the changed ones are permuted: exact for up to ten.
    p = (
        stats.permutation_test(
            (changed, np.zeros_like(changed)),
            lambda one, other, axis: np.mean(one - other, axis=axis),
            permutation_type="samples",
            vectorized=True,
            n_resamples=RESAMPLES,
            rng=np.random.default_rng(SEED),
        ).pvalue
        if len(changed) > 1
        else 1.0
    )
    return float(differences.mean()), float(low), float(high), float(p), len(both)


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Return Holm's adjusted p-values: the k-th smallest times (m - k + 1), never falling, at most 1."""
    adjusted: dict[str, float] = {}
    highest = 0.0
    for place, (name, p) in enumerate(sorted(p_values.items(), key=lambda item: item[1])):
        highest = max(highest, min(1.0, p * (len(p_values) - place)))
        adjusted[name] = highest
    return adjusted


def cluster_means(values: Sequence[float], clusters: Sequence[str]) -> dict[str, float]:
    """Return cluster → mean of its *values*."""
    grouped: dict[str, list[float]] = {}
    for value, cluster in zip(values, clusters, strict=True):
        grouped.setdefault(cluster, []).append(value)
    return {cluster: sum(group) / len(group) for cluster, group in grouped.items()}


def _grouped(values: Sequence[float], clusters: Sequence[str]) -> list[list[float]]:
    grouped: dict[str, list[float]] = {}
    for value, cluster in zip(values, clusters, strict=True):
        grouped.setdefault(cluster, []).append(float(value))
    return list(grouped.values())
