"""劳动关系, held by hand against 劳社部发〔2005〕12号 1: right parties, managed and paid work, part of the business, all together."""

from __future__ import annotations

import pytest

from tests.selftests.given import laws_of, look

UNIT = {"employer": "unit", "who_are_you": "ordinary"}
LIKE_STAFF = {**UNIT, "paper": "none", "managed": True, "core": True, "paid": "regular", "may_refuse": False}
NOTICE = ("关于确立劳动关系有关事项的通知", "1")


@pytest.mark.parametrize(
    ("told", "expected", "law"),
    [
        # all three, whatever the paper is called
        pytest.param(LIKE_STAFF, "may_be", NOTICE, id="no paper"),
        pytest.param({**LIKE_STAFF, "paper": "other"}, "may_be", NOTICE, id="called cooperation"),
        # a labour contract says it
        pytest.param({**UNIT, "paper": "labour"}, "may_be", ("劳动合同法", "7"), id="labour contract"),
        # free to come and go, paid by the piece: contract for work
        pytest.param({**LIKE_STAFF, "managed": False, "paid": "piece"}, "unlikely", ("民法典", "770"), id="own tools by the piece"),
        pytest.param({**LIKE_STAFF, "managed": False, "may_refuse": True}, "unlikely", NOTICE, id="free to refuse"),
        # not managed, but paid monthly and bound to come: mixed
        pytest.param({**LIKE_STAFF, "managed": False}, "unknown", NOTICE, id="mixed"),
        # managed, yet free to refuse: mixed
        pytest.param({**LIKE_STAFF, "may_refuse": True}, "unknown", NOTICE, id="managed but free"),
        pytest.param({**LIKE_STAFF, "core": False}, "unknown", NOTICE, id="not the business"),
        pytest.param({**LIKE_STAFF, "paid": "piece"}, "unknown", NOTICE, id="managed but by the piece"),
        pytest.param({**LIKE_STAFF, "core": None}, "unknown", NOTICE, id="business not told"),
        pytest.param({**LIKE_STAFF, "who_are_you": None}, "unknown", NOTICE, id="who not told"),
        # 解释（一） 2 (4), 民法典 1192: a household
        pytest.param({**LIKE_STAFF, "employer": "person"}, "unlikely", ("民法典", "1192"), id="household"),
        # 解释（二） 1: whoever gave the work to a man without a licence answers for it, which is no labour relation
        pytest.param(
            {**LIKE_STAFF, "employer": "boss"}, "unknown", ("最高人民法院关于审理劳动争议案件适用法律问题的解释（二）", "1"), id="boss"
        ),
        # 超龄规定 6: an agreement of its own kind
        pytest.param({**LIKE_STAFF, "who_are_you": "retired"}, "unknown", ("超龄劳动者基本权益保障暂行规定", "6"), id="retired"),
        pytest.param({**LIKE_STAFF, "who_are_you": "student"}, "unknown", ("山东省劳动合同条例", "61"), id="student"),
        pytest.param({**LIKE_STAFF, "who_are_you": "child"}, "unknown", ("劳动法", "15"), id="child"),
    ],
)
def test_how_the_work_is_run_is_held_against_the_notice(told: dict[str, object], expected: str, law: tuple[str, str]) -> None:
    row = look("employment_relation", **told)

    assert row["verdict"] == expected
    assert law in laws_of(row)


def test_what_the_rules_for_platforms_say_is_marked_as_not_checked() -> None:
    row = look("employment_relation", **{**LIKE_STAFF, "managed": False, "may_refuse": True})

    assert [reason["confirmed"] for reason in row["reasons"] if "56号" in reason["text"]] == [False]


def test_whoever_works_for_a_household_is_not_sent_to_arbitration() -> None:
    row = look("employment_relation", employer="person")

    assert not any("申请仲裁" in step for step in row["steps"])
    # 民法典 188: three years to sue
    assert any("3 年内到法院" in step for step in row["steps"])
    assert row["guides"] == ["domestic-workers"]
