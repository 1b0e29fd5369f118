"""A run in words: on a terminal with rich tables, elsewhere as plain lines. Pure but for the printing at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from eval.cases import TOPIC_NAMES, article_id
from eval.gates import Change, Flips, Verdict
from eval.perturb import NAMES as PERTURBATION_NAMES
from eval.records import MEASURES, Reference, Row, Run, Value, failures, paired, plain_rows, summarise
from eval.significance import mean_interval

FEW = 20
KINDS = {
    "hard": "一例都不许",
    "floor": "底线",
    "kept": "不许变错",
    "no_worse": "不许变差",
    "stale": "过期案例",
    "knowledge": "知识文件",
    "error": "程序出错",
    "figures": "没见过的数",
}
HEADER_NAMES = {
    "suite": "套件", "made_at": "时间", "commit": "版本", "dirty": "有未提交的改动", "knowledge": "知识", "index": "索引",
    "embedding": "向量模型",
    "model": "语言模型", "prompt": "提示词", "dataset": "案例集", "test_split": "test 半边", "cases": "案例", "variants": "变体",
    "seconds": "用时（秒）", "python": "Python", "libraries": "库",
    "split": "只跑半边", "rescored": "重新打过分",
}  # fmt: skip


def show_value(value: Value, name: str) -> str:
    """Return a value with its count and interval: `91/93 = 0.978（0.925–0.994）`."""
    if value.value is None:
        return "没有可算的"
    number = f"{value.value:.1f}" if MEASURES[name].kind == "quantity" else f"{value.value:.3f}"
    shown = f"{value.successes}/{value.n} = {number}" if value.successes is not None else f"{number}（{value.n} 例）"
    low_high = f"{value.low:.1f}–{value.high:.1f}" if MEASURES[name].kind == "quantity" else f"{value.low:.3f}–{value.high:.3f}"
    return f"{shown}  [{low_high}]"


def slices(rows: Sequence[Row]) -> dict[str, dict[str, list[Row]]]:
    """Return slice → its values → rows: by topic, place, split, style, and number of the turn."""
    groups: dict[str, dict[str, list[Row]]] = {"话题": {}, "地区": {}, "半边": {}, "标签": {}, "第几句": {}}
    for row in rows:
        groups["话题"].setdefault(TOPIC_NAMES[row.case.topic], []).append(row)
        groups["地区"].setdefault(row.case.region, []).append(row)
        groups["半边"].setdefault(row.case.split, []).append(row)
        if len(row.case.turns) > 1:
            groups["第几句"].setdefault(str(row.observed.turn), []).append(row)
        for tag in row.case.tags:
            groups["标签"].setdefault(tag, []).append(row)
    return groups


def confusion(rows: Iterable[Row]) -> Counter[tuple[str, str]]:
    """Return how often each expected outcome (first) became each given one."""
    pairs: Counter[tuple[str, str]] = Counter()
    for row in rows:
        if row.observed.answer is not None:
            pairs[row.case.turns[row.observed.turn - 1].outcome or "", row.observed.answer.outcome] += 1
    return pairs


@dataclass(frozen=True, slots=True)
class Robustness:
    """What one way of disturbing does to the questions that have a clean twin in the run; None where nothing could be compared.

    *change* is the mean difference of recall@10 (disturbed - clean) with its interval over base cases, *cited* the share
    citing the same gold articles, *same* the share with the same outcome.
    """

    name: str
    n: int
    change: float | None
    low: float
    high: float
    cited: float | None
    same: float


def robustness(run: Run) -> list[Robustness]:
    """Return what each way of disturbing does."""
    clean = {row.key: row for row in plain_rows(run)}
    found = []
    for kind, name in PERTURBATION_NAMES.items():
        pairs = [
            (twin, row)
            for row in run.rows
            if row.case.perturbation == kind and row.observed.arm == "desk" and (twin := clean.get(row.key.replace(f"~{kind}", "")))
        ]
        if pairs:
            found.append(_robustness(name, pairs))
    return found


def _robustness(name: str, pairs: Sequence[tuple[Row, Row]]) -> Robustness:
    differences = [
        (after - before, row.case.base)
        for twin, row in pairs
        if (before := twin.scores["recall@10"].value) is not None and (after := row.scores["recall@10"].value) is not None
    ]
    values, clusters = [value for value, _ in differences], [base for _, base in differences]
    low, high = mean_interval(values, clusters) if values else (0.0, 0.0)
    cited = [_gold_cited(twin) == _gold_cited(row) for twin, row in pairs if _gold_cited(twin) is not None]
    same = [_outcome(twin) == _outcome(row) for twin, row in pairs]
    return Robustness(
        name, len(pairs), sum(values) / len(values) if values else None, low, high,
        sum(cited) / len(cited) if cited else None, sum(same) / len(same),
    )  # fmt: skip


def _gold_cited(row: Row) -> frozenset[str] | None:
    gold = {item.id for item in row.case.turns[row.observed.turn - 1].gold_articles}
    answer = row.observed.answer
    if not gold or answer is None:
        return None
    return frozenset(gold & {article_id(item.citation) for item in answer.citations})


def _outcome(row: Row) -> str:
    return row.observed.answer.outcome if row.observed.answer else ""


def print_run(
    run: Run, verdicts: Sequence[Verdict], reference: Reference | None, flips: Flips | None, console: Console, folder: str
) -> None:
    """Print header, measures, slices, flips, what was left out, gates, and last `PASS` or `FAIL` with the number of gates."""
    console.print(
        "  ".join(f"{HEADER_NAMES[name]}={value}" for name, value in run.header.items() if value not in {"", None}), soft_wrap=True
    )
    if reference is not None:
        console.print(f"对比：{reference.name}", soft_wrap=True)
    _print_measures(run, reference, console)
    if run.suite != "retrieval":
        _print_confusion(run, console)
    _print_slices(run, console)
    _print_robustness(run, console)
    _print_arms(run, console)
    if flips is not None:
        _print_flips(run, flips, console)
    _print_left_out(run, console)
    _print_gates(verdicts, console, folder)


def _print_measures(run: Run, reference: Reference | None, console: Console) -> None:
    rows = plain_rows(run)
    table = new_table(console, "指标", "值 [95% 区间]", "没法算", *(["基线（同样的案例）", "差"] if reference else []))
    for name in MEASURES:
        value = summarise(rows, name)
        if value.n:
            table.add(MEASURES[name].label, show_value(value, name), str(value.unscored), *_compared(rows, reference, name))
    table.print()


def _compared(rows: Sequence[Row], reference: Reference | None, name: str) -> list[str]:
    """The baseline's mean and the difference, both over the rows that both runs scored."""
    if reference is None:
        return []
    pairs = paired(rows, name, reference)
    if not pairs:
        return ["", ""]
    before = sum(was for _, was, _ in pairs) / len(pairs)
    after = sum(now for _, _, now in pairs) / len(pairs)
    return [f"{before:.3f}", f"{after - before:+.3f}"]


def _print_confusion(run: Run, console: Console) -> None:
    table = new_table(console, "应为 → 实为", "次数", "")
    for (wanted, given), count in sorted(confusion(plain_rows(run)).items()):
        table.add(f"{wanted} → {given}", str(count), "" if wanted == given else "✗")
    table.print()


def _print_slices(run: Run, console: Console) -> None:
    names = [name for name in ("outcome", "recall@10", "citation_recall", "must_say") if summarise(plain_rows(run), name).n]
    for title, groups in slices(plain_rows(run)).items():
        if not groups:
            continue
        table = new_table(console, title, "例", *(MEASURES[name].label for name in names))
        for value, rows in sorted(groups.items(), key=lambda item: -len(item[1]) if title == "话题" else 0):
            few = "*" if len(rows) < FEW else ""
            found = [summarise(rows, name).value for name in names]
            table.add(value, f"{len(rows)}{few}", *("" if one is None else f"{one:.3f}" for one in found))
        table.print()
    console.print(f"* 不到 {FEW} 例，只能参考")


def _print_robustness(run: Run, console: Console) -> None:
    found = robustness(run)
    if found:
        table = new_table(console, "打乱写法", "例", "召回率@10 的差", "引的对的法条一样", "结果一样")
        for one in found:
            change = "" if one.change is None else f"{one.change:+.3f} [{one.low:+.3f}…{one.high:+.3f}]"
            table.add(one.name, str(one.n), change, "" if one.cited is None else f"{one.cited:.3f}", f"{one.same:.3f}")
        table.print()


def _print_arms(run: Run, console: Console) -> None:
    arms = sorted({row.observed.arm for row in run.rows} - {"desk"})
    if not arms:
        return
    names = (
        "citation_exists", "citation_in_force", "citation_precision", "citation_recall", "figures_supported", "figures_right",
        "must_say", "must_not_say", "support", "milliseconds",
    )  # fmt: skip
    table = new_table(console, "谁答的", "次", *(MEASURES[name].label for name in names))
    for arm in ("desk", *arms):
        rows = [row for row in run.rows if row.observed.arm == arm and not row.is_variant]
        found = [summarise(rows, name).value for name in names]
        table.add(arm, str(len(rows)), *("" if one is None else f"{one:.3f}" for one in found))
    table.print()


def _print_flips(run: Run, flips: Flips, console: Console) -> None:
    by_key = {row.key: row for row in run.rows}
    for title, changed in (("变差", flips.lost), ("变好", flips.won)):
        if changed:
            console.print(f"\n{title} {len(changed)} 例：")
        for key, names in changed.items():
            why = next((score.why for name in names if (score := by_key[key].scores.get(name)) and score.why), "")
            labels = "、".join(MEASURES[name].label for name in names)
            console.print(f"  {key}  {_short(by_key[key])}  →  {why if title == '变差' and why else labels}", soft_wrap=True)
    if flips.incomparable:
        console.print(f"案例改过、不能比的 {len(flips.incomparable)} 例：{'、'.join(flips.incomparable[:20])}", soft_wrap=True)
    if flips.missing:
        console.print(f"基线里有、这次没有的 {len(flips.missing)} 例：{'、'.join(flips.missing[:20])}", soft_wrap=True)


def _print_left_out(run: Run, console: Console) -> None:
    for id_, why in run.stale.items():
        console.print(f"过期 {id_}：{why}", soft_wrap=True)
    errors = [row for row in run.rows if row.observed.error]
    for row in errors:
        console.print(f"没问成 {row.key}：{row.observed.error}", soft_wrap=True)
    faulty = sum(bool(failures(row)) for row in plain_rows(run))
    console.print(
        f"\n问了 {len(run.rows)} 次，没问成 {len(errors)}，过期 {len(run.stale)}；原样的里面有毛病的 {faulty}/{len(plain_rows(run))}"
    )


def _print_gates(verdicts: Sequence[Verdict], console: Console, folder: str) -> None:
    console.print("")
    for verdict in verdicts:
        console.print(f"{'过' if verdict.passes else '不过'}  {KINDS[verdict.kind]}  {verdict.says}", soft_wrap=True)
        if not verdict.passes:
            for key in verdict.rows[:20]:
                console.print(f"      gonghui eval show {key} --run {folder}", soft_wrap=True)
            if len(verdict.rows) > 20:
                console.print(f"      还有 {len(verdict.rows) - 20} 例，见报告", soft_wrap=True)
    failed = sum(not verdict.passes for verdict in verdicts)
    console.print(f"\n{'FAIL' if failed else 'PASS'} {len(verdicts)} 道门槛，{failed} 道不过")


def print_changes(changes: Sequence[Change], console: Console) -> None:
    """Print the paired differences of `eval diff`."""
    table = new_table(console, "指标", "差", "95% 区间", "p", "Holm p", "对数")
    for change in changes:
        table.add(
            MEASURES[change.measure].label, f"{change.difference:+.4f}", f"{change.low:+.4f}…{change.high:+.4f}", f"{change.p:.3f}",
            f"{change.p_holm:.3f}", str(change.pairs),
        )  # fmt: skip
    table.print()


def print_flips(run: Run, flips: Flips, console: Console) -> None:
    """Print the cases that changed."""
    if not (flips.lost or flips.won or flips.incomparable or flips.missing):
        console.print("没有一例变了")
    _print_flips(run, flips, console)


def _short(row: Row) -> str:
    text = row.observed.question.replace("\n", " ")
    return text if len(text) <= 36 else text[:36] + "…"


class Lines:
    """A table that is a rich one on a terminal and tab-separated lines elsewhere."""

    def __init__(self, console: Console, columns: Sequence[str]) -> None:
        self._console = console
        self._columns = columns
        self._rows: list[tuple[str, ...]] = []

    def add(self, *cells: str) -> None:
        """Add a row."""
        self._rows.append(cells)

    def print(self) -> None:
        """Print it, where it has rows."""
        if not self._rows:
            return
        if self._console.is_terminal:
            table = Table(*self._columns)
            for row in self._rows:
                table.add_row(*row)
            self._console.print(table)
            return
        self._console.print("\n" + "\t".join(self._columns), soft_wrap=True)
        for row in self._rows:
            self._console.print("\t".join(row), soft_wrap=True)


def new_table(console: Console, *columns: str) -> Lines:
    """Return an empty table for *console*."""
    return Lines(console, columns)
