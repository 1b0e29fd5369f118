"""困难职工自测, worked out by hand. The line: (income − spending) ÷ 12 ÷ people below 低保, or below twice 低保 (union facts B1)."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from assistant.errors import InputError
from assistant.selftests.hardship import HARDSHIP, LINE
from assistant.selftests.selftest import Ground
from tests.selftests.given import GROUND, LOCAL, TODAY, look, person, read, verdict, with_line

# Not shut out, no accident, from the town: what the rows below add to.
PLAIN = {"private_school": False, "accident_cost": 0, "harmed": False, "migrant": False}
FAMILY = {**PLAIN, "people": 3, LINE: 1000}
MIGRANT = {**FAMILY, "income": 40_000, "spending": 10_000, "migrant": True}


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        # (72000 − 48000) ÷ 12 ÷ 3 = 666.67 < 1000: below the line itself
        pytest.param({**FAMILY, "income": 72_000, "spending": 48_000}, "may_be", id="below the line"),
        # (84000 − 24000) ÷ 12 ÷ 3 = 1666.67: not below 1000, below 2000
        pytest.param({**FAMILY, "income": 84_000, "spending": 24_000}, "may_be", id="below twice the line"),
        # (96000 − 24000) ÷ 12 ÷ 3 = 2000: not below 2000
        pytest.param({**FAMILY, "income": 96_000, "spending": 24_000}, "unlikely", id="just at twice the line"),
        # (95999.64 − 24000) ÷ 12 ÷ 3 = 1999.99
        pytest.param({**FAMILY, "income": "95999.64", "spending": 24_000}, "may_be", id="a cent below twice the line"),
        # 150000 ÷ 12 ÷ 3 = 4166.67
        pytest.param({**FAMILY, "income": 150_000, "spending": 0}, "unlikely", id="far above"),
        # what must be spent is more than what comes in: less than nothing is left
        pytest.param({**FAMILY, "income": 30_000, "spending": 90_000}, "may_be", id="in debt"),
        # a child abroad shuts the door however poor
        pytest.param({**FAMILY, "income": 10_000, "spending": 0, "private_school": True}, "unlikely", id="private school"),
        # 130000 of 150000 is 87 %: above 80 %
        pytest.param({**FAMILY, "income": 150_000, "spending": 0, "accident_cost": 130_000}, "may_be", id="accident 87 %"),
        # 120000 of 150000 is 80 %: not above
        pytest.param({**FAMILY, "income": 150_000, "spending": 0, "accident_cost": 120_000}, "unlikely", id="accident just 80 %"),
        # hurt or dead by a disaster is the other case of 意外致困, whatever the income
        pytest.param({**FAMILY, "income": 150_000, "spending": 0, "harmed": True}, "may_be", id="harmed"),
        # no income at all, and a cost: any cost is more than 80 % of nothing; the household is below the line anyway
        pytest.param({**FAMILY, "income": 0, "spending": 0, "accident_cost": 1}, "may_be", id="no income"),
        # from the countryside: lives in the city, a year of work
        pytest.param({**MIGRANT, "lives_in_city": True, "labour_relation_years": 1}, "may_be", id="migrant with a year"),
        pytest.param({**MIGRANT, "lives_in_city": True, "labour_relation_years": "0.9"}, "unlikely", id="migrant without a year"),
        # the city says no to a village, the province names workers of towns: open
        pytest.param({**MIGRANT, "lives_in_city": False, "labour_relation_years": 3}, "unknown", id="migrant in a village"),
        # nobody knows the line, nothing else fits
        pytest.param({**PLAIN, "people": 3, "income": 60_000, "spending": 0}, "unknown", id="no line"),
        # income alone does not say it without the line, but the accident does: 90 %
        pytest.param({**PLAIN, "income": 100_000, "accident_cost": 90_000}, "may_be", id="accident without a line"),
        # whether a child is abroad was not told
        pytest.param({**FAMILY, "income": 10_000, "spending": 0, "private_school": None}, "unknown", id="school not told"),
        # whether from the countryside was not told
        pytest.param({**FAMILY, "income": 10_000, "spending": 0, "migrant": None}, "unknown", id="migrant not told"),
    ],
)
def test_a_household_is_held_against_the_published_formula(told: dict[str, object], expected: str) -> None:
    assert verdict("hardship", **told) == expected


def test_the_sum_is_shown_with_the_figures_told() -> None:
    row = look("hardship", **{**FAMILY, "income": 84_000, "spending": 24_000})

    assert row["says"] == "可能符合：困难职工里的“相对困难”。自测不等于认定，要工会核实才算。"
    assert "（84000元 − 24000元）÷ 12 ÷ 3 = 1666.67元/月" in row["reasons"][0]["text"]
    assert "1000元/月 × 2 = 2000元，低于这条线" in row["reasons"][0]["text"]


def test_the_line_is_asked_for_as_long_as_nobody_confirmed_one() -> None:
    told, asked = {"private_school": False}, list[str]()
    while (field := HARDSHIP.next_input(told, asked, ground=GROUND)) is not None:
        asked.append(field.name)

    assert asked[:3] == ["income", "spending", "people"]
    field = HARDSHIP.next_input(read(HARDSHIP, {**told, "income": 1, "spending": 1, "people": 1}), ground=GROUND)
    assert field is not None
    assert field.name == LINE


def test_a_line_told_by_the_worker_is_called_so_and_the_official_one_is_pointed_to() -> None:
    row = look("hardship", **{**FAMILY, "income": 72_000, "spending": 48_000})

    assert "按您写的低保标准1000元/月" in row["reasons"][0]["text"]
    assert any("低保标准没有确认" in warning for warning in row["warnings"])


def test_a_confirmed_line_is_used_and_not_asked_for() -> None:
    knowledge = with_line("1100", confirmed=True)
    # (75000 − 0) ÷ 12 ÷ 3 = 2083.33 < 2 × 1100; with the 1000 the worker heard somewhere it would not be below
    told = {**PLAIN, "income": 75_000, "spending": 0, "people": 3, LINE: 1000}

    found = HARDSHIP.run(told, knowledge, TODAY)
    assert found.verdict == "may_be"
    assert "低保标准是1100元/月" in found.reasons[0].text
    assert not any("低保标准没有确认" in warning for warning in found.warnings)
    told_so_far = read(HARDSHIP, {"private_school": False, "income": 75_000, "spending": 0, "people": 3})
    field = HARDSHIP.next_input(told_so_far, ground=Ground(knowledge, TODAY))
    assert field is not None
    assert field.name != LINE


def test_a_line_nobody_confirmed_is_shown_but_decides_nothing() -> None:
    told = {**PLAIN, "income": 75_000, "spending": 0, "people": 3}

    found = HARDSHIP.run(told, with_line("1100", confirmed=False), TODAY)
    assert (found.verdict, "当地每月的低保标准" in found.missing) == ("unknown", True)


def test_reasons_that_are_only_reported_are_marked_as_not_confirmed() -> None:
    row = look("hardship", **{**FAMILY, "income": 72_000, "spending": 48_000})

    assert [reason["confirmed"] for reason in row["reasons"]] == [False]


def family(draw: random.Random) -> dict[str, object]:
    """A household near the line, so that a little more or less decides."""
    accident = draw.choice([0, 0, draw.randint(1, 90_000)])
    return {
        "private_school": draw.random() < 0.1,
        "income": draw.randint(0, 120_000),
        "spending": draw.randint(0, 60_000),
        "people": draw.randint(1, 5),
        LINE: draw.choice([900, 1100, 2000]),
        "accident_cost": accident,
        "harmed": draw.random() < 0.1,
    }


def test_more_income_never_turns_unlikely_into_may_be() -> None:
    draw, steps = random.Random(23), 0
    order = {"may_be": 0, "unknown": 1, "unlikely": 2}
    for _ in range(300):
        told = {**person(HARDSHIP, draw), **family(draw), "income": draw.randint(0, 120_000)}
        richer = {**told, "income": int(str(told["income"])) + draw.randint(1, 60_000)}
        before, after = (HARDSHIP.run(one, LOCAL, TODAY).verdict for one in (told, richer))
        assert order[after] >= order[before], (told, richer)
        steps += after != before
    assert steps > 5


def test_more_spending_never_turns_may_be_into_unlikely() -> None:
    draw = random.Random(29)
    order = {"may_be": 0, "unknown": 1, "unlikely": 2}
    for _ in range(300):
        told = {**person(HARDSHIP, draw), **family(draw), "spending": draw.randint(0, 60_000)}
        poorer = {**told, "spending": int(str(told["spending"])) + draw.randint(1, 60_000)}
        assert order[HARDSHIP.run(poorer, LOCAL, TODAY).verdict] <= order[HARDSHIP.run(told, LOCAL, TODAY).verdict]


def test_a_changed_criterion_changes_the_result_without_a_change_of_the_program() -> None:
    told = {**FAMILY, "income": 84_000, "spending": 24_000}
    stricter = tuple(replace(one, times=one.times and one.times / 2) for one in LOCAL.criteria)

    assert HARDSHIP.run(told, LOCAL, TODAY).verdict == "may_be"
    assert HARDSHIP.run(told, replace(LOCAL, criteria=stricter), TODAY).verdict == "unlikely"


def test_without_criteria_nothing_is_said() -> None:
    assert HARDSHIP.run({**FAMILY, "income": 1, "spending": 0}, replace(LOCAL, criteria=()), TODAY).verdict == "unknown"


@pytest.mark.parametrize(
    ("told", "field"), [({"people": 0}, "people"), ({"income": -1}, "income"), ({"people": 2.5}, "people"), ({LINE: 0}, LINE)]
)
def test_what_cannot_be_is_refused_with_the_range(told: dict[str, object], field: str) -> None:
    with pytest.raises(InputError, match=field):
        look("hardship", **told)
