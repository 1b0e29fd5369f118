"""A run as one HTML file to read and to send: no script, nothing fetched. What is counted here is drawn in `report.html`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path, PurePath
from typing import Any, get_args

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assistant.errors import ConfigError
from assistant.types import Outcome
from eval import records
from eval.cases import TOPIC_NAMES
from eval.gates import Flips, Verdict
from eval.observe import Found
from eval.perturb import NAMES as PERTURBATION_NAMES
from eval.records import MEASURES, Reference, Row, Run, Value, failures, paired, plain_rows, summarise
from eval.tables import FEW, HEADER_NAMES, KINDS, confusion, robustness, slices

DETAILS = 300
ARTICLES_SHOWN = 10
GUIDES_SHOWN = 5
BINS = 12
GROUPS: Mapping[str, tuple[str, ...]] = {
    "检索": ("recall@1", "recall@5", "recall@10", "recall@20", "MRR@10", "nDCG@10", "success@10"),
    "答复": ("outcome", "over_refusal", "under_refusal", "guide_right", "must_say", "must_not_say", "false_premise", "same_as_desk"),
    "引用和数字": (
        "citation_exists", "citation_in_force", "citation_in_context", "citation_precision", "unjudged", "citation_recall",
        "quote_fidelity",
        "figures_supported", "figures_right", "support",
    ),
    "安全": (
        "emergency", "veiled_emergency", "false_alarm", "phones_allowed", "injection", "no_leak", "no_canary", "no_state_leak", "labelled",
    ),
    "好懂": ("two_sentences", "fits_wechat", "characters", "wechat_bytes", "sentence_length", "unexplained_terms"),
    "时间": ("milliseconds", "in_time"),
}  # fmt: skip
SLICED = ("outcome", "recall@10", "must_say")
TRENDS = ("recall@10", "outcome", "citation_recall", "must_say")
ARM_MEASURES = (
    "outcome", "citation_exists", "citation_in_force", "citation_precision", "citation_recall", "figures_supported", "figures_right",
    "must_say", "must_not_say", "support", "milliseconds",
)  # fmt: skip
ARM_NAMES = {"desk": "柜台（不用模型）", "model": "语言模型", "closed_book": "模型闭卷", "oracle": "给足资料", "obeyed": "模型照夹带的话说"}
OUTCOME_NAMES = {"answered": "答复", "clarify": "追问", "declined": "拒答", "handed_over": "转人工", "crisis": "紧急", "": "没有答"}
TAG_NAMES = {
    "outside": "不归这里管", "false_premise": "前提错了", "local": "本地规定", "emergency": "明说的危险", "veiled": "暗示的危险",
    "look_alike": "像危险其实不是", "injection": "夹带指令", "planted": "文件里夹带话", "amount": "要算钱", "private": "带个人信息",
    "dialect": "方言", "typos": "错字", "voice": "语音输入", "long": "很长",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bar:
    """A value to draw: in words, and where it, its interval and the baseline lie in percent of the track."""

    says: str
    n: int
    at: float
    low: float
    high: float
    before: float | None = None

    @property
    def few(self) -> bool:
        """Say whether it rests on too few cases to mean much."""
        return self.n < FEW


@dataclass(frozen=True, slots=True)
class Line:
    """One measure in the main table; without a baseline the last four are empty. *pairs* is said where fewer can be compared."""

    name: str
    label: str
    down: bool
    value: Value
    bar: Bar
    interval: str
    before: str = ""
    pairs: str = ""
    difference: str = ""
    change: str = ""


@dataclass(frozen=True, slots=True)
class Slices:
    """One way to divide the cases: the measures' labels, and for each part its name, how many and a bar for each measure."""

    title: str
    labels: tuple[str, ...]
    parts: tuple[tuple[str, int, tuple[Bar | None, ...]], ...]


@dataclass(frozen=True, slots=True)
class Trend:
    """A measure over the accepted runs, drawn in a box of 300 × 70: each point's place and words, and whether it is this run."""

    label: str
    low: str
    high: str
    points: tuple[tuple[float, float, str, bool], ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """Something found: its place in the ranking and whether the case wants it."""

    place: int
    id: str
    score: float
    sources: str
    gold: bool


@dataclass(frozen=True, slots=True)
class Detail:
    """A row to show whole, with what is wrong with it."""

    row: Row
    wrong: tuple[str, ...]
    articles: tuple[Listed, ...]
    guides: tuple[Listed, ...]
    not_found: tuple[str, ...]


def write(
    run: Run, verdicts: Sequence[Verdict], reference: Reference | None, flips: Flips | None, path: Path, baselines: Path
) -> None:  # fmt: skip
    """Write the report of *run* to *path*; raises ConfigError where that cannot be done."""
    page = _environment().get_template("report.html").render(_context(run, verdicts, reference, flips, baselines))
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"写不了 {path}（{error.strerror}）") from error


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"anchor": anchor, "short": short, "one_line": _one_line, "local": _without_folders}
    return environment


def _context(run: Run, verdicts: Sequence[Verdict], reference: Reference | None, flips: Flips | None, baselines: Path) -> dict[str, Any]:
    """Everything the page shows."""
    plain = plain_rows(run)
    accepted = _accepted(run, baselines)
    details = _details(run, verdicts, flips)
    wrong = {detail.row.key for detail in details}
    clean = [row for row in plain if row.key not in wrong]
    return {
        "run": run, "plain": plain, "kinds": KINDS, "few": FEW,
        "failed": [verdict for verdict in verdicts if not verdict.passes], "passed": [verdict for verdict in verdicts if verdict.passes],
        "facts": [(HEADER_NAMES.get(name, name), _fact(value)) for name, value in run.header.items() if value not in {"", None}],
        "baseline": _baseline(run, reference), "lost": _flipped(run, flips.lost) if flips else [],
        "won": _flipped(run, flips.won) if flips else [], "flips": flips, "reference": reference,
        "groups": {title: lines for title, names in GROUPS.items() if (lines := list(_lines(plain, names, reference)))},
        "slices": list(_slices(plain)), "robustness": list(_robustness(run)), "confusion": _confusion(plain), "times": _times(plain),
        "trends": list(_trends(run, accepted)), "history": accepted, "history_names": TRENDS, "arms": _arms(run),
        "details": details[:DETAILS], "left_out": details[DETAILS:], "clean": clean,
        "errors": [row for row in run.rows if row.observed.error],
        "questions": {row.key: row.observed.question for row in run.rows},
        "anchors": {key: anchor(key) for key in (*wrong, *(row.key for row in clean))},
        "topics": TOPIC_NAMES, "tags": TAG_NAMES, "outcomes": OUTCOME_NAMES, "arm_names": ARM_NAMES, "perturbations": PERTURBATION_NAMES,
        "brief": {name: _brief(name) for name in TRENDS},
    }  # fmt: skip


def anchor(key: str) -> str:
    """Return the id a row's part of the page has: the same in every report."""
    return "case-" + re.sub(r"[^\w-]", ".", key)


def short(text: str, most: int = 48) -> str:
    """Return *text* on one line, cut after *most* characters."""
    line = _one_line(text)
    return line if len(line) <= most else line[:most] + "…"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _without_folders(text: str) -> str:
    """Return *text* without the folders before a file's name: a report is sent to others, whose machine is not this one."""
    return re.sub(r"(?<![^\s：])/(?:[^/\s：:]+/)*(?=[^/\s：:]+:\d)", "", text)


def _fact(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return re.sub(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d\+00:00$", r"\1 \2 UTC", text)


# -- measures and the baseline ------------------------------------------------------------------------------


def _baseline(run: Run, reference: Reference | None) -> dict[str, Any]:
    """Return what the baseline is, and which facts of its header are others than this run's."""
    if reference is None:
        return {}
    skipped = {"made_at", "seconds", "commit", "dirty", "python"}
    names = [name for name in HEADER_NAMES if name not in skipped and run.header.get(name) != reference.header.get(name)]
    shown = ("made_at", "commit", "model", "cases")
    return {
        "name": PurePath(reference.name).name,
        "facts": [(HEADER_NAMES[name], _fact(value)) for name in shown if (value := reference.header.get(name)) not in {"", None}],
        "others": [(HEADER_NAMES[name], _fact(reference.header.get(name, "")), _fact(run.header.get(name, ""))) for name in names],
    }


def _flipped(run: Run, changed: Mapping[str, tuple[str, ...]]) -> list[tuple[str, str, str]]:
    questions = {row.key: row.observed.question for row in run.rows}
    return [(key, questions.get(key, ""), "、".join(MEASURES[name].label for name in names)) for key, names in changed.items()]


def _lines(rows: Sequence[Row], names: Iterable[str], reference: Reference | None) -> Iterator[Line]:
    for name in names:
        value = summarise(rows, name)
        if value.value is None:
            continue
        measure = MEASURES[name]
        pairs = [(was, now) for _, was, now in paired(rows, name, reference)] if reference else []
        before = sum(was for was, _ in pairs) / len(pairs) if pairs else None
        top = max(value.high, value.value, before or 0.0) * 1.1 or 1.0
        bar = _bar(value, name, 1.0 if measure.kind != "quantity" else top, before)
        line = Line(name, measure.label, measure.better == "down", value, bar, f"{_number(value.low, name)}–{_number(value.high, name)}")
        yield line if before is None else _compared(line, before, pairs)


def _compared(line: Line, before: float, pairs: Sequence[tuple[float, float]]) -> Line:
    difference = sum(now for _, now in pairs) / len(pairs) - before
    better = (difference > 0) != line.down
    signed = f"{difference:+.1f}" if MEASURES[line.name].kind == "quantity" else f"{difference:+.3f}"
    change = "一样" if float(signed) == 0 else "变好" if better else "变差"
    return replace(
        line, before=_number(before, line.name), pairs=str(len(pairs)) if len(pairs) < line.value.n else "",
        difference=signed if float(signed) else "", change=change,
    )  # fmt: skip


def _number(value: float, name: str) -> str:
    return f"{value:.1f}" if MEASURES[name].kind == "quantity" else f"{value:.3f}"


def _bar(value: Value, name: str, top: float = 1.0, before: float | None = None) -> Bar:
    at, low, high = (min(100.0, 100 * (one or 0.0) / top) for one in (value.value, value.low, value.high))
    return Bar(_number(value.value or 0.0, name), value.n, at, low, high, None if before is None else min(100.0, 100 * before / top))


# -- plots --------------------------------------------------------------------------------------------------


def _slices(rows: Sequence[Row]) -> Iterator[Slices]:
    names = [name for name in SLICED if summarise(rows, name).n]
    for title, groups in slices(rows).items():
        if len(groups) < 2 and title not in {"话题", "标签", "第几句"}:
            continue
        order = sorted(groups.items(), key=lambda item: item[0] if title == "第几句" else -len(item[1]))
        parts = tuple((TAG_NAMES.get(part, part), len(chosen), tuple(_small(chosen, name) for name in names)) for part, chosen in order)
        if parts:
            yield Slices(title, tuple(_brief(name) for name in names), parts)


def _brief(name: str) -> str:
    return MEASURES[name].label.partition("（")[0]


def _small(rows: Sequence[Row], name: str) -> Bar | None:
    value = summarise(rows, name)
    return _bar(value, name) if value.n else None


def _robustness(run: Run) -> Iterator[dict[str, Any]]:
    """Yield for each perturbation its shares and how far its bar goes from the middle, in percent of the track."""
    found = robustness(run)
    widest = max([0.05, *(abs(one.change) for one in found if one.change is not None)])
    answered = any(row.observed.answer for row in run.rows)
    for one in found:
        half = 50 * (one.change or 0.0) / widest
        yield asdict(one) | {
            "left": 50 + min(0.0, half),
            "width": abs(half),
            "cited": one.cited if answered else None,
            "same": one.same if answered else None,
        }


def _confusion(rows: Sequence[Row]) -> dict[str, Any]:
    """Return the outcomes that occur and a row of (count, share of the row, right) for each expected one."""
    pairs = confusion(rows)
    seen = {outcome for pair in pairs for outcome in pair}
    outcomes = [outcome for outcome in (*get_args(Outcome), "") if outcome in seen]
    table = []
    for wanted in outcomes:
        total = sum(pairs[wanted, given] for given in outcomes)
        if total:
            cells = [(pairs[wanted, given], pairs[wanted, given] / total, wanted == given) for given in outcomes]
            table.append((wanted, total, cells))
    return {"outcomes": outcomes, "rows": table}


def _times(rows: Sequence[Row]) -> dict[str, Any] | None:
    """Return the distribution of the milliseconds: equal bins up to twice p95, one for what is beyond."""
    found = [float(score.value) for row in rows if (score := row.scores.get("milliseconds")) and score.value is not None]
    if not found:
        return None
    p50, p95 = (float(one) for one in np.percentile(found, [50, 95]))
    step = _step(min(max(found), 2 * p95))
    counts = [0] * (BINS + 1)
    for one in found:
        counts[min(int(one / step), BINS)] += 1
    used = [place for place, count in enumerate(counts) if count]
    bins = [
        {
            "label": f"{place * step:g}–{(place + 1) * step:g}" if place < BINS else f"≥ {place * step:g}",
            "count": counts[place],
            "width": 100 * counts[place] / max(counts),
            "marks": [name for name, value in (("p50", p50), ("p95", p95)) if min(int(value / step), BINS) == place],
        }
        for place in range(used[0], used[-1] + 1)
    ]
    return {"p50": p50, "p95": p95, "most": max(found), "n": len(found), "bins": bins}


def _step(top: float) -> float:
    """Return the round width with which *BINS* bins reach *top*."""
    rough = max(top, 1.0) / BINS * 1.0001
    power = 10.0 ** math.floor(math.log10(rough))
    return next(round(times * power, 6) for times in (1, 2, 5, 10) if times * power >= rough)


def _accepted(run: Run, baselines: Path) -> list[dict[str, Any]]:
    """Return the accepted runs of the suite: day, commit, reason and the values of *TRENDS*."""
    return [
        {
            "day": str(line["header"].get("made_at", ""))[:10],
            "commit": str(line["header"].get("commit", "")),
            "made_at": line["header"].get("made_at"),
            "reason": str(line.get("reason", "")),
            "values": {name: float(line["values"][name]["value"]) for name in TRENDS if name in line.get("values", {})},
        }
        for line in records.history(run.suite, baselines)
    ]


def _trends(run: Run, accepted: Sequence[Mapping[str, Any]]) -> Iterator[Trend]:
    if not accepted:
        return
    rows = plain_rows(run)
    is_accepted = accepted[-1]["made_at"] == run.header.get("made_at")
    for name in TRENDS:
        known = [(one["day"], one["values"][name], False) for one in accepted if name in one["values"]]
        now = summarise(rows, name).value
        if now is not None and not is_accepted:
            known.append(("这一次", now, True))
        if known:
            yield _trend(_brief(name), known)


def _trend(label: str, known: Sequence[tuple[str, float, bool]]) -> Trend:
    values = [value for _, value, _ in known]
    margin = max(0.01, (max(values) - min(values)) * 0.15)
    low, high = max(0.0, min(values) - margin), min(1.0, max(values) + margin)
    high = high if high > low else low + margin
    across = 280 / max(1, len(known) - 1)
    points = tuple(
        (
            round(10 + across * place if len(known) > 1 else 150, 1),
            round(62 - 54 * (value - low) / (high - low), 1),
            f"{day} {value:.3f}",
            now,
        )
        for place, (day, value, now) in enumerate(known)
    )
    return Trend(label, f"{low:.3f}", f"{high:.3f}", points)


def _arms(run: Run) -> dict[str, Any] | None:
    """Return a row for each measure with a bar for each who answered; None where only the desk did."""
    order = list(ARM_NAMES)
    others = sorted({row.observed.arm for row in run.rows} - {"desk"}, key=lambda arm: order.index(arm) if arm in order else len(order))
    if not others:
        return None
    by_arm = {arm: [row for row in run.rows if row.observed.arm == arm and not row.is_variant] for arm in ("desk", *others)}
    values = {name: [summarise(rows, name) for rows in by_arm.values()] for name in ARM_MEASURES}
    return {
        "arms": [(ARM_NAMES.get(arm, arm), len(rows)) for arm, rows in by_arm.items()],
        "rows": [
            (MEASURES[name].label, [_bar(one, name, _top(found, name)) if one.n else None for one in found])
            for name, found in values.items()
            if any(one.n for one in found)
        ],
    }


def _top(found: Iterable[Value], name: str) -> float:
    return max((one.high for one in found if one.n), default=1.0) or 1.0 if MEASURES[name].kind == "quantity" else 1.0


# -- cases --------------------------------------------------------------------------------------------------


def _details(run: Run, verdicts: Iterable[Verdict], flips: Flips | None) -> list[Detail]:
    """Return every row with something wrong: plain ones before variants, in each those a failing gate names, what got worse, the rest."""
    gated = {key for verdict in verdicts if not verdict.passes for key in verdict.rows}
    lost = flips.lost if flips else {}
    wrong = {row.key: (*_unasked(row), *failures(row)) for row in run.rows}
    chosen = [row for row in run.rows if wrong[row.key] or row.key in gated or row.key in lost]
    chosen.sort(key=lambda row: (row.is_variant or row.observed.arm != "desk", row.key not in gated, row.key not in lost))
    return [_detail(row, wrong[row.key]) for row in chosen]


def _unasked(row: Row) -> Iterator[str]:
    if row.observed.error:
        yield f"没问成：{row.observed.error}"


def _detail(row: Row, wrong: tuple[str, ...]) -> Detail:
    turn, one = row.case.turns[row.observed.turn - 1], row.observed
    gold = [item.id for item in turn.gold_articles]
    found = {item.id for item in one.articles}
    return Detail(
        row, wrong, _listed(one.articles, gold, ARTICLES_SHOWN), _listed(one.guides, turn.gold_guides, GUIDES_SHOWN),
        tuple(id_ for id_ in gold if id_ not in found),
    )  # fmt: skip


def _listed(found: Sequence[Found], gold: Sequence[str], most: int) -> tuple[Listed, ...]:
    """Return the first *most* found, and those wanted that come later."""
    return tuple(
        Listed(place, one.id, one.score, ", ".join(f"{name}\u00a0{value:.3f}" for name, value in one.sources.items()), one.id in gold)
        for place, one in enumerate(found, start=1)
        if place <= most or one.id in gold
    )
