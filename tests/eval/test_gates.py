from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.errors import ConfigError
from eval import gates
from eval.cases import Perturbation
from eval.checks import Score
from eval.gates import Gates, Verdict
from eval.observe import Observed
from eval.records import MEASURES, Reference, Row, Run, reference_of
from tests.eval.small_cases import CRISIS, OWED, read, with_turn

NO_GATES = Gates((), {}, (), {}, 0, "")
SHIPPED = """\
[hard]
measures = ["citation_exists", "emergency"]
[floor]
"recall@10" = 0.80
[kept]
measures = ["outcome"]
[no_worse]
"nDCG@10" = 0.005
[stale]
max = 5
[judge]
model = "judge-1"
"""


def row(number: int, **values: float | None) -> Row:
    """A question of its own case with these scores."""
    case = read({**OWED, "id": f"wages-{number}"})
    observed = Observed(case.id, case.id, 1, case.turns[0].question, (), None, "")
    return Row(case, observed, {name.replace("_at_", "@"): Score(value) for name, value in values.items()})


def run_of(*rows: Row, **more: object) -> Run:
    return Run({"suite": "core"}, rows, **more)  # type: ignore[arg-type]


def verdict_of(run: Run, rules: Gates, reference: Reference | None = None) -> Verdict:
    """The verdict of the one gate in *rules*; those about figures and stale cases are always there."""
    found = [one for one in gates.judge(run, rules, reference) if one.kind != "figures"]
    assert len(found) == 2
    return found[0]


def before(*rows: Row) -> Reference:
    return reference_of(run_of(*rows), "baseline")


# -- gates.toml ----------------------------------------------------------------------------------------------------


def test_the_gates_that_ship_can_be_read() -> None:
    shipped = gates.load_gates()

    # What may never happen is not for a maintainer in a hurry to take out.
    assert {"citation_exists", "citation_in_force", "figures_supported", "phones_allowed", "no_leak", "emergency"} <= set(shipped.hard)
    assert {"outcome", "citation_recall", "must_say", "figures_right"} <= set(shipped.kept)


def test_gates_are_read_as_they_are_written(tmp_path: Path) -> None:
    (tmp_path / "gates.toml").write_text(SHIPPED, encoding="utf-8")

    assert gates.load_gates(tmp_path / "gates.toml") == Gates(
        ("citation_exists", "emergency"), {"recall@10": 0.8}, ("outcome",), {"nDCG@10": 0.005}, 5, "judge-1"
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        pytest.param("[hard]", "[hard", "不是 TOML", id="a bracket left open"),
        pytest.param("[floor]", "[flor]", "floor", id="a section by another name"),
        pytest.param('[judge]\nmodel = "judge-1"\n', "", "judge", id="a section left out"),
        pytest.param('measures = ["outcome"]', "", "measures", id="a list left out"),
        pytest.param('"outcome"', '"outcom"', "没有这样的指标：outcom", id="a measure there is not, among the kept"),
        pytest.param('"emergency"', '"emergancy"', "没有这样的指标：emergancy", id="a measure there is not, among the hard"),
        pytest.param('"recall@10" =', '"recall@11" =', "没有这样的指标：recall@11", id="a measure there is not, among the floors"),
        pytest.param('"nDCG@10" =', '"nDCG" =', "没有这样的指标：nDCG", id="a measure there is not, among those compared"),
        pytest.param('"recall@10" = 0.80', '"recall@10" = "high"', "high", id="a bound that is no number"),
        pytest.param("max = 5", 'max = "few"', "few", id="a count that is no number"),
        pytest.param("max = 5", "", "max", id="a count left out"),
        pytest.param('["outcome"]', "3", "缺少或写错了", id="a list that is a number"),
        pytest.param('[floor]\n"recall@10" = 0.80', "", "floor", id="floors left out"),
    ],
)
def test_a_mistake_in_the_gates_is_one_sentence(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in SHIPPED
    (tmp_path / "gates.toml").write_text(SHIPPED.replace(old, new), encoding="utf-8")

    with pytest.raises(ConfigError, match=words) as raised:
        gates.load_gates(tmp_path / "gates.toml")

    assert str(raised.value).startswith(str(tmp_path / "gates.toml")) or str(raised.value).startswith("读不了")
    assert len(str(raised.value).splitlines()) == 1


def test_gates_that_are_not_there_are_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"读不了 .*gates\.toml"):
        gates.load_gates(tmp_path / "gates.toml")


def test_gates_that_are_no_text_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "gates.toml").write_bytes(b"\xff\xfe")

    with pytest.raises(ConfigError, match="不是 TOML"):
        gates.load_gates(tmp_path / "gates.toml")


# -- hard ----------------------------------------------------------------------------------------------------------

HARD = replace(NO_GATES, hard=("citation_exists",))


def test_one_case_is_enough_to_fail_a_hard_gate_and_is_named() -> None:
    found = verdict_of(run_of(row(101, citation_exists=1.0), row(102, citation_exists=0.0), row(103, citation_exists=1.0)), HARD)

    assert (found.kind, found.measure, found.passes, found.rows) == ("hard", "citation_exists", False, ("wages-102",))
    assert "1/3 例不对" in found.says


def test_a_hard_gate_holds_where_every_case_is_right() -> None:
    found = verdict_of(run_of(row(101, citation_exists=1.0), row(102, citation_exists=None)), HARD)

    # What could not be scored is neither right nor wrong. Wilson's upper bound of 0/1 is 79.3 %.
    assert (found.passes, found.rows) == (True, ())
    assert "0/1 例不对（95% 上限 79.3%）" in found.says


def test_a_hard_gate_that_nothing_was_scored_on_is_not_said_to_hold() -> None:
    assert [one.kind for one in gates.judge(run_of(row(101, citation_exists=None)), HARD, None)] == ["stale"]


def test_a_disturbed_question_counts_for_a_hard_gate() -> None:
    variant = row(101, citation_exists=0.0)
    variant = replace(variant, case=variant.case.model_copy(update={"variant_of": "wages-101", "perturbation": "homophone"}))

    assert not verdict_of(run_of(variant), HARD).passes


@pytest.mark.parametrize(
    ("perturbation", "passes"),
    [
        pytest.param("dropped", True, id="a character dropped"),
        pytest.param("homophone", True, id="a character of the same sound"),
        pytest.param("shape", True, id="a character of like shape"),
        pytest.param("doubled", True, id="a character doubled"),
        pytest.param("unpunctuated", False, id="no punctuation"),
        pytest.param("traditional", False, id="traditional characters"),
        pytest.param("full_width", False, id="full width"),
        pytest.param("fillers", False, id="fillers"),
    ],
)
def test_an_emergency_must_be_recognised_however_it_is_written_but_for_wrong_characters(perturbation: Perturbation, passes: bool) -> None:
    case = read(CRISIS)
    seen = Observed("other-901", "other-901", 1, "我不想活了", (), None, "")
    clean = Row(case, seen, {"emergency": Score(1.0)})
    variant = Row(case.model_copy(update={"variant_of": "other-901", "perturbation": perturbation}), seen, {"emergency": Score(0.0)})

    assert verdict_of(run_of(clean, variant), replace(NO_GATES, hard=("emergency",))).passes is passes


# -- floors ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bound", "passes"),
    [
        pytest.param(0.7, True, id="above"),
        pytest.param(0.75, True, id="just at it"),
        pytest.param(0.76, False, id="below"),
    ],
)
def test_a_floor_is_about_the_mean(bound: float, passes: bool) -> None:
    # (1 + 0.5) / 2 = 0.75
    run = run_of(row(101, recall_at_10=1.0), row(102, recall_at_10=0.5), row(103, recall_at_10=None))

    assert verdict_of(run, replace(NO_GATES, floor={"recall@10": bound})).passes is passes


def test_a_floor_that_is_broken_names_the_worst_first() -> None:
    run = run_of(row(101, recall_at_10=1.0), row(102, recall_at_10=0.0), row(103, recall_at_10=0.5))

    assert verdict_of(run, replace(NO_GATES, floor={"recall@10": 0.9})).rows[:2] == ("wages-102", "wages-103")


def test_a_floor_that_holds_names_nobody() -> None:
    assert verdict_of(run_of(row(101, recall_at_10=1.0)), replace(NO_GATES, floor={"recall@10": 0.9})).rows == ()


@pytest.mark.parametrize(("bound", "passes"), [pytest.param(0.5, True, id="at it"), pytest.param(0.4, False, id="above")])
def test_the_floor_of_a_measure_that_should_be_low_is_a_ceiling(bound: float, passes: bool) -> None:
    run = run_of(row(101, false_alarm=1.0), row(102, false_alarm=0.0))

    assert verdict_of(run, replace(NO_GATES, floor={"false_alarm": bound})).passes is passes


def test_the_worst_of_a_measure_that_should_be_low_are_the_highest() -> None:
    run = run_of(row(101, false_alarm=0.0), row(102, false_alarm=1.0))

    assert verdict_of(run, replace(NO_GATES, floor={"false_alarm": 0.1})).rows[0] == "wages-102"


def test_disturbed_questions_do_not_count_for_a_floor() -> None:
    variant = row(102, recall_at_10=0.0)
    variant = replace(variant, case=variant.case.model_copy(update={"variant_of": "wages-101", "perturbation": "shape"}))

    assert verdict_of(run_of(row(101, recall_at_10=1.0), variant), replace(NO_GATES, floor={"recall@10": 0.9})).passes


# -- kept ------------------------------------------------------------------------------------------------------------

KEPT = replace(NO_GATES, kept=("outcome",))


def test_one_case_that_was_right_and_is_wrong_fails_and_is_named() -> None:
    found = verdict_of(run_of(row(101, outcome=1.0), row(102, outcome=0.0)), KEPT, before(row(101, outcome=1.0), row(102, outcome=1.0)))

    assert (found.kind, found.passes, found.rows) == ("kept", False, ("wages-102",))
    assert "1 例比基线差" in found.says


def test_a_case_that_was_wrong_before_may_stay_wrong() -> None:
    assert verdict_of(run_of(row(101, outcome=0.0)), KEPT, before(row(101, outcome=0.0))).passes


def test_a_case_that_got_better_does_not_make_up_for_one_that_got_worse() -> None:
    found = verdict_of(
        run_of(row(101, outcome=1.0), row(102, outcome=0.0)), KEPT, before(row(101, outcome=0.0), row(102, outcome=1.0))
    )  # fmt: skip

    assert (found.passes, found.rows) == (False, ("wages-102",))


def test_another_measure_may_get_worse() -> None:
    assert verdict_of(run_of(row(101, must_say=0.0)), KEPT, before(row(101, must_say=1.0))).passes


def test_without_a_baseline_nothing_is_compared() -> None:
    assert [one.kind for one in gates.judge(run_of(row(101, outcome=0.0)), replace(KEPT, no_worse={"outcome": 0.0}), None)] == ["stale"]


# -- no worse --------------------------------------------------------------------------------------------------------

NO_WORSE = replace(NO_GATES, no_worse={"nDCG@10": 0.05})


def test_a_measure_that_fell_by_more_than_its_margin_fails_and_names_the_cases() -> None:
    # Every case falls by 0.2, so the whole interval lies at -0.2, below -0.05.
    rows = [row(number, nDCG_at_10=0.6) for number in (101, 102, 103)]
    found = verdict_of(run_of(*rows), NO_WORSE, before(*(row(number, nDCG_at_10=0.8) for number in (101, 102, 103))))

    assert (found.kind, found.passes, found.rows) == ("no_worse", False, ("wages-101", "wages-102", "wages-103"))
    assert "差 -0.2000（95% 区间 -0.2000…-0.2000" in found.says
    assert "3 对" in found.says


def test_a_measure_that_fell_within_its_margin_holds() -> None:
    rows = [row(number, nDCG_at_10=0.78) for number in (101, 102, 103)]

    found = verdict_of(run_of(*rows), NO_WORSE, before(*(row(number, nDCG_at_10=0.8) for number in (101, 102, 103))))

    # -0.02 each: inside the margin; three pairs cannot have p < .05 (2/2^3 = .25).
    assert (found.passes, found.rows) == (True, ())


def test_a_small_fall_of_very_many_cases_fails_though_it_is_within_the_margin() -> None:
    # Twelve cases each 0.01 worse: -0.01 is inside the margin, but p = 2/2^12 < .05.
    numbers = range(101, 113)
    found = verdict_of(
        run_of(*(row(number, nDCG_at_10=0.79) for number in numbers)),
        NO_WORSE,
        before(*(row(number, nDCG_at_10=0.8) for number in numbers)),
    )

    assert (found.passes, len(found.rows)) == (False, 12)


def test_a_rise_never_fails() -> None:
    numbers = range(101, 113)
    found = verdict_of(
        run_of(*(row(number, nDCG_at_10=0.9) for number in numbers)), NO_WORSE, before(*(row(number, nDCG_at_10=0.5) for number in numbers))
    )

    assert found.passes


def test_a_measure_that_should_be_low_may_not_rise() -> None:
    numbers = (101, 102, 103)
    found = verdict_of(
        run_of(*(row(number, sentence_length=20.0) for number in numbers)),
        replace(NO_GATES, no_worse={"sentence_length": 0.5}),
        before(*(row(number, sentence_length=15.0) for number in numbers)),
    )

    assert not found.passes


def test_a_measure_that_should_be_low_may_fall() -> None:
    numbers = (101, 102, 103)
    found = verdict_of(
        run_of(*(row(number, sentence_length=10.0) for number in numbers)),
        replace(NO_GATES, no_worse={"sentence_length": 0.5}),
        before(*(row(number, sentence_length=15.0) for number in numbers)),
    )

    assert found.passes


def test_the_turns_and_variants_of_one_case_are_one_pair_of_means() -> None:
    def variant(value: float) -> Row:
        one = row(101, nDCG_at_10=value)
        return Row(
            one.case.model_copy(update={"id": "wages-101~shape", "variant_of": "wages-101", "perturbation": "shape"}),
            replace(one.observed, id="wages-101~shape", case="wages-101~shape"),
            one.scores,
        )

    change = gates.changes(
        run_of(row(101, nDCG_at_10=0.2), variant(0.6), row(102, nDCG_at_10=0.5)),
        before(row(101, nDCG_at_10=0.8), variant(0.8), row(102, nDCG_at_10=0.5)),
        ["nDCG@10"],
    )[0]

    # wages-101: (0.2 + 0.6)/2 - 0.8 = -0.4; wages-102: 0; mean over the two cases -0.2.
    assert (change.pairs, change.difference) == (2, pytest.approx(-0.2))


# -- stale and knowledge ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("most", "passes"), [pytest.param(2, True, id="as many as may be"), pytest.param(1, False, id="one more")])
def test_too_many_stale_cases_fail_and_are_named(most: int, passes: bool) -> None:
    run = run_of(row(101), stale={"wages-201": "旧了", "wages-202": "旧了"})

    found = gates.judge(run, replace(NO_GATES, max_stale=most), None)

    assert [(one.kind, one.passes, one.rows) for one in found] == [("stale", passes, ("wages-201", "wages-202"))]


def test_knowledge_that_lint_refuses_fails_with_its_words() -> None:
    run = run_of(row(101), knowledge_problems=["guides/a.md:3: 没有这一条", "guides/b.md:1: 没有日期"])

    found = gates.judge(run, NO_GATES, None)

    assert [(one.kind, one.passes, one.says) for one in found[:2]] == [
        ("knowledge", False, "guides/a.md:3: 没有这一条"),
        ("knowledge", False, "guides/b.md:1: 没有日期"),
    ]


# -- flips -------------------------------------------------------------------------------------------------------------


def test_flips_name_each_case_with_what_changed() -> None:
    found = gates.flips(
        run_of(row(101, outcome=0.0, must_say=0.5), row(102, outcome=1.0), row(103, outcome=1.0)),
        before(row(101, outcome=1.0, must_say=1.0), row(102, outcome=0.0), row(103, outcome=1.0)),
    )

    assert (found.lost, found.won) == ({"wages-101": ("outcome", "must_say")}, {"wages-102": ("outcome",)})


@pytest.mark.parametrize(
    ("was", "now", "lost"),
    [
        pytest.param({"false_alarm": 0.0}, {"false_alarm": 1.0}, True, id="a false alarm more"),
        pytest.param({"false_alarm": 1.0}, {"false_alarm": 0.0}, False, id="a false alarm less"),
        pytest.param({"milliseconds": 10.0}, {"milliseconds": 900.0}, False, id="a quantity"),
        pytest.param({"must_say": 0.5}, {"must_say": 0.4999}, False, id="less than a thousandth"),
        pytest.param({"outcome": 1.0}, {"outcome": 1.0, "must_say": 0.0}, False, id="a score there was not before"),
    ],
)
def test_what_counts_as_worse(was: Mapping[str, float], now: Mapping[str, float], lost: bool) -> None:
    assert bool(gates.flips(run_of(row(101, **now)), before(row(101, **was))).lost) is lost


def test_a_changed_case_is_not_compared() -> None:
    changed = row(101, outcome=0.0)
    changed = replace(changed, case=read({**with_turn(OWED, must_say=["仲裁"]), "id": "wages-101"}))

    found = gates.flips(run_of(changed), before(row(101, outcome=1.0)))

    assert (found.lost, found.incomparable, found.missing) == ({}, ("wages-101",), ())


def test_a_changed_case_counts_for_no_difference() -> None:
    changed = row(101, nDCG_at_10=0.0)
    changed = replace(changed, case=read({**with_turn(OWED, must_say=["仲裁"]), "id": "wages-101"}))

    found = gates.changes(
        run_of(changed, row(102, nDCG_at_10=1.0)), before(row(101, nDCG_at_10=1.0), row(102, nDCG_at_10=1.0)), ["nDCG@10"]
    )

    assert [(one.difference, one.pairs) for one in found] == [(0.0, 1)]


def test_a_changed_case_passes_the_gates_that_compare() -> None:
    changed = row(101, outcome=0.0)
    changed = replace(changed, case=read({**with_turn(OWED, must_say=["仲裁"]), "id": "wages-101"}))

    assert verdict_of(run_of(changed), KEPT, before(row(101, outcome=1.0))).passes


def test_a_case_checked_again_by_a_person_is_still_the_same_case() -> None:
    reviewed = row(101, outcome=0.0)
    reviewed = replace(reviewed, case=read({**OWED, "id": "wages-101", "reviewed_on": "2026-12-01"}))

    assert gates.flips(run_of(reviewed), before(row(101, outcome=1.0))).lost == {"wages-101": ("outcome",)}


def test_a_removed_case_is_missing_and_not_compared() -> None:
    found = gates.flips(run_of(row(102, outcome=1.0)), before(row(101, outcome=1.0), row(102, outcome=1.0)))

    assert (found.lost, found.missing) == ({}, ("wages-101",))


def test_a_stale_case_is_not_missing() -> None:
    found = gates.flips(run_of(row(102, outcome=1.0), stale={"wages-101": "旧了"}), before(row(101, outcome=1.0), row(102, outcome=1.0)))

    assert found.missing == ()


def test_a_new_case_is_neither_better_nor_worse() -> None:
    found = gates.flips(run_of(row(101, outcome=0.0)), before(row(102, outcome=1.0)))

    assert (found.lost, found.won, found.incomparable) == ({}, {}, ())


def test_every_measure_of_a_verdict_has_a_name_for_people() -> None:
    rules = gates.load_gates()

    assert all(MEASURES[name].label for name in (*rules.hard, *rules.floor, *rules.kept, *rules.no_worse))


def test_a_model_asked_without_the_product_is_not_gated() -> None:
    wrong = row(101, citation_exists=0.0)
    closed = replace(wrong, observed=replace(wrong.observed, arm="closed_book"))
    sent = replace(wrong, observed=replace(wrong.observed, arm="model"))

    assert [one.kind for one in gates.judge(run_of(closed), HARD, None) if not one.passes] == []
    assert [one.kind for one in gates.judge(run_of(sent), HARD, None) if not one.passes] == ["hard"]
