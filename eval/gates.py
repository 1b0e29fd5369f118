"""Whether a run may be published: hard gates, floors, cases that must stay right, and paired comparison with the baseline."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assistant.errors import ConfigError
from eval import significance
from eval.records import MEASURES, Reference, Row, Run, paired, plain_rows, summarise

FILE = Path(__file__).parent / "gates.toml"
ALPHA = 0.05
# What a worker can be sent. Closed book and oracle bypass the product on purpose; `obeyed` is a model that saw an order the desk
# had cut out, to show what the gate alone stops. They are compared (`kept` holds for them as well), not gated.
SENT = frozenset({"desk", "model"})
Kind = Literal["hard", "floor", "kept", "no_worse", "stale", "knowledge", "error", "figures"]


@dataclass(frozen=True)
class Gates:
    """What `gates.toml` says."""

    hard: tuple[str, ...]
    floor: Mapping[str, float]
    kept: tuple[str, ...]
    no_worse: Mapping[str, float]
    max_stale: int
    judge: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """One gate: whether it holds, in words why, and the rows to look at."""

    kind: Kind
    measure: str
    passes: bool
    says: str
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A measure against the baseline: the difference of means over the same cases, its interval, p and Holm's p."""

    measure: str
    difference: float
    low: float
    high: float
    p: float
    p_holm: float
    pairs: int


@dataclass(frozen=True)
class Flips:
    """What changed case by case: row → the measures that did."""

    lost: Mapping[str, tuple[str, ...]]
    won: Mapping[str, tuple[str, ...]]
    incomparable: tuple[str, ...]
    missing: tuple[str, ...]


def load_gates(path: Path = FILE) -> Gates:
    """Read the gates; raises ConfigError naming what is wrong."""
    try:
        stored = tomllib.loads(path.read_text(encoding="utf-8"))
        gates = Gates(
            tuple(stored["hard"]["measures"]),
            {name: float(value) for name, value in stored["floor"].items()},
            tuple(stored["kept"]["measures"]),
            {name: float(value) for name, value in stored["no_worse"].items()},
            int(stored["stale"]["max"]),
            str(stored["judge"]["model"]),
        )
    except OSError as error:
        raise ConfigError(f"读不了 {path}（{error.strerror}）") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} 不是 TOML：{error}") from error
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise ConfigError(f"{path} 缺少或写错了 {error}") from error
    unknown = [str(name) for name in (*gates.hard, *gates.floor, *gates.kept, *gates.no_worse) if str(name) not in MEASURES]
    if unknown:
        raise ConfigError(f"{path} 里没有这样的指标：{'、'.join(unknown)}")
    if not all(math.isfinite(value) for value in (*gates.floor.values(), *gates.no_worse.values())):
        raise ConfigError(f"{path} 里的底线和容许的量要是普通的数")
    return gates


def judge(run: Run, gates: Gates, reference: Reference | None) -> list[Verdict]:
    """Return every gate's verdict; without a reference nothing is compared."""
    verdicts = [*_knowledge(run), *_hard(run, gates), *_floors(run, gates)]
    if reference is not None:
        changed = flips(run, reference)
        verdicts += [_figures(run, reference), *_kept(gates, changed), *_no_worse(run, gates, reference, changed)]
    stale = len(run.stale)
    broken = [row.key for row in run.rows if row.observed.error]
    if broken:
        verdicts.append(Verdict("error", "", False, f"{len(broken)} 个问题没问成，程序自己出错了", tuple(broken)))
    verdicts.append(Verdict("stale", "", stale <= gates.max_stale, f"过期案例 {stale} 个，最多 {gates.max_stale} 个", tuple(run.stale)))
    return verdicts


def _knowledge(run: Run) -> list[Verdict]:
    problems = run.knowledge_problems
    return [Verdict("knowledge", "", False, problem) for problem in problems]


def _hard(run: Run, gates: Gates) -> list[Verdict]:
    verdicts = []
    for name in gates.hard:
        # Spoken clearly means as it was typed: a dropped or wrong character may change what an emergency says.
        rows = [row for row in run.rows if row.observed.arm in SENT and (name != "emergency" or row.case.perturbation not in _GARBLED)]
        scored = [row for row in rows if row.scores.get(name) and row.scores[name].value is not None]
        wrong = [row for row in scored if row.scores[name].value != 1.0]
        if scored:
            upper = significance.wilson(len(wrong), len(scored))[1]
            says = f"{MEASURES[name].label}：{len(wrong)}/{len(scored)} 例不对（95% 上限 {upper:.1%}）"
            verdicts.append(Verdict("hard", name, not wrong, says, tuple(row.key for row in wrong)))
    return verdicts


_GARBLED = frozenset({"homophone", "shape", "dropped", "doubled"})


def _floors(run: Run, gates: Gates) -> list[Verdict]:
    verdicts = []
    for name, bound in gates.floor.items():
        found = summarise(plain_rows(run), name)
        if found.value is not None:
            up = MEASURES[name].better == "up"
            holds = found.value >= bound if up else found.value <= bound
            says = f"{MEASURES[name].label} {found.value:.3f}，要{'不低于' if up else '不高于'} {bound:g}"
            verdicts.append(Verdict("floor", name, holds, says, () if holds else tuple(_worst(plain_rows(run), name))))
    return verdicts


def _worst(rows: Sequence[Row], name: str) -> list[str]:
    scored = [(row.scores[name].value or 0.0, row.key) for row in rows if row.scores.get(name) and row.scores[name].value is not None]
    scored.sort(reverse=MEASURES[name].better == "down")
    return [key for _, key in scored[:10]]


def _figures(run: Run, reference: Reference) -> Verdict:
    """A figure that no text bears out and that was not there when the baseline was accepted: somebody wrote it or changed it."""
    new = {owner: [one for one in found if one not in reference.unproven.get(owner, ())] for owner, found in run.unproven.items()}
    named = [f"{owner} 的 {'、'.join(figures)}" for owner, figures in new.items() if figures]
    says = f"新出现的、条文里找不到的数：{'；'.join(named)}" if named else "没有新出现的、条文里找不到的数"
    return Verdict("figures", "", not named, says)


def _kept(gates: Gates, changed: Flips) -> list[Verdict]:
    verdicts = []
    for name in gates.kept:
        lost = tuple(key for key, measures in changed.lost.items() if name in measures)
        verdicts.append(Verdict("kept", name, not lost, f"{MEASURES[name].label}：{len(lost)} 例比基线差", lost))
    return verdicts


def _no_worse(run: Run, gates: Gates, reference: Reference, changed: Flips) -> list[Verdict]:
    verdicts = []
    for change in changes(run, reference, gates.no_worse):
        sign = 1 if MEASURES[change.measure].better == "up" else -1
        worst = change.low if sign > 0 else -change.high
        margin = gates.no_worse[change.measure]
        worse = worst < -margin or (change.p_holm < ALPHA and sign * change.difference < 0)
        says = (
            f"{MEASURES[change.measure].label} 差 {change.difference:+.4f}（95% 区间 {change.low:+.4f}…{change.high:+.4f}，"
            f"p={change.p:.3f}，Holm p={change.p_holm:.3f}，{change.pairs} 对），容许变差 {margin:g}"
        )
        rows = tuple(key for key, measures in changed.lost.items() if change.measure in measures) if worse else ()
        verdicts.append(Verdict("no_worse", change.measure, not worse, says, rows))
    return verdicts


def changes(run: Run, reference: Reference, names: Sequence[str] | Mapping[str, float]) -> list[Change]:
    """Return each measure's paired difference over the cases that both runs have and that say the same, with Holm's p over all."""
    found: dict[str, tuple[float, float, float, float, int]] = {}
    for name in names:
        if pairs := paired(run.rows, name, reference):
            clusters = [row.case.base for row, _, _ in pairs]
            before = significance.cluster_means([was for _, was, _ in pairs], clusters)
            after = significance.cluster_means([round(now, 4) for _, _, now in pairs], clusters)
            found[name] = significance.paired_difference(before, after)
    adjusted = significance.holm({name: change[3] for name, change in found.items()})
    return [Change(name, diff, low, high, p, adjusted[name], n) for name, (diff, low, high, p, n) in found.items()]


def flips(run: Run, reference: Reference) -> Flips:
    """Return which rows got better or worse on which measures.

    A score that is gone is neither (the outcome tells), but where the question could not be asked everything is lost.
    """
    lost: dict[str, tuple[str, ...]] = {}
    won: dict[str, tuple[str, ...]] = {}
    incomparable = []
    for row in run.rows:
        if row.key not in reference.values:
            continue
        if reference.hashes[row.key] != row.case.hash:
            incomparable.append(row.key)
            continue
        worse, better = _changed(row, reference.values[row.key])
        if worse:
            lost[row.key] = worse
        if better:
            won[row.key] = better
    here = {row.key for row in run.rows}
    same_suite = reference.header.get("suite") == run.header.get("suite")
    missing = tuple(key for key in reference.values if key not in here and key not in run.stale) if same_suite else ()
    return Flips(lost, won, tuple(incomparable), missing)


def _changed(row: Row, before: Mapping[str, float]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    worse: list[str] = []
    better: list[str] = []
    for name, measure in MEASURES.items():
        if measure.kind == "quantity":
            continue
        score = row.scores.get(name)
        was, now = before.get(name), score.value if score else None
        if was is not None and row.observed.error:
            worse.append(name)
        elif was is not None and now is not None and abs(now - was) >= 1e-3:
            (better if (now > was) == (measure.better == "up") else worse).append(name)
    return tuple(worse), tuple(better)
