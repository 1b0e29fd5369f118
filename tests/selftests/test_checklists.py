"""证据清单 and 该找谁: what stands on the list, in which order."""

from __future__ import annotations

from typing import Any

import pytest

from tests.selftests.given import laws_of, look

INTERPRETATION = "最高人民法院关于审理劳动争议案件适用法律问题的解释（一）"


def doors(**told: object) -> list[str]:
    """The doors of the path in order, by their first words."""
    return [item["what"].partition("：")[0] for item in look("path", **told)["items"]]


def door(name: str, **told: object) -> dict[str, Any]:
    return next(item for item in look("path", **told)["items"] if item["what"].startswith(name))


@pytest.mark.parametrize(
    ("dispute", "law"),
    [
        ("wages", (INTERPRETATION, "15")),
        ("overtime", (INTERPRETATION, "42")),
        ("dismissal", (INTERPRETATION, "44")),
        ("forced_leave", ("劳动合同法", "38")),
        ("relation", ("关于确立劳动关系有关事项的通知", "2")),
        ("injury", ("工伤保险条例", "19")),
        ("insurance", ("社会保险法", "82")),
    ],
)
def test_each_dispute_has_its_own_evidence_and_what_the_employer_must_hand_over(dispute: str, law: tuple[str, str]) -> None:
    row = look("evidence", dispute=dispute)

    assert law in laws_of(row)
    assert ("劳动争议调解仲裁法", "39") in laws_of(row)
    assert "verdict" not in row


def test_what_is_only_within_reach_at_work_is_named_while_there() -> None:
    staying = [item["what"] for item in look("evidence", dispute="wages", still_there=True)["items"]]
    gone = [item["what"] for item in look("evidence", dispute="wages", still_there=False)["items"]]

    assert [what for what in staying if what not in gone] == [what for what in staying if what.startswith("趁还在上班")]


def test_records_of_a_building_site_are_kept_three_years() -> None:
    assert ("保障农民工工资支付条例", "50") in laws_of(look("evidence", dispute="wages", building_site=True))
    assert ("保障农民工工资支付条例", "50") not in laws_of(look("evidence", dispute="wages", building_site=False))


def test_a_list_can_be_had_before_anything_is_told() -> None:
    assert len(look("evidence")["items"]) == 4
    assert doors() == ["工会", "调解", "劳动仲裁", "法院"]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        # owed and admitted: the inspection can order it
        pytest.param({"dispute": "wages", "admits": True, "since": "year", "has_iou": False},
                     ["工会", "劳动监察", "调解", "劳动仲裁", "法院", "法院执行"], id="wages admitted"),
        # 监察条例 21: a dispute about the sum is for arbitration
        pytest.param({"dispute": "wages", "admits": False, "since": "year", "has_iou": False},
                     ["工会", "调解", "劳动仲裁", "法院", "法院执行"], id="wages denied"),
        # 监察条例 20: after two years the inspection no longer looks
        pytest.param({"dispute": "wages", "admits": True, "since": "longer", "has_iou": False},
                     ["工会", "调解", "劳动仲裁", "法院", "法院执行"], id="wages after two years"),
        # 解释（一） 15: a note of debt opens the court at once
        pytest.param({"dispute": "wages", "admits": True, "since": "year", "has_iou": True},
                     ["工会", "劳动监察", "调解", "法院", "劳动仲裁", "法院", "法院执行"], id="note of debt"),
        pytest.param({"dispute": "dismissal", "since": "year"}, ["工会", "调解", "劳动仲裁", "法院", "法院执行"], id="dismissal"),
        # 工伤保险条例 17: recognition before anything else
        pytest.param({"dispute": "injury"}, ["工伤认定", "工会", "劳动能力鉴定", "劳动仲裁", "法院", "法院执行"], id="injury"),
        # 社会保险法 63
        pytest.param({"dispute": "insurance"}, ["工会", "社保征收机构、劳动监察", "劳动仲裁", "法院"], id="insurance"),
    ],
)  # fmt: skip
def test_the_doors_stand_in_order(told: dict[str, object], expected: list[str]) -> None:
    assert doors(**told) == expected


def test_a_door_says_how_long_what_it_costs_and_until_when() -> None:
    arbitration = door("劳动仲裁", dispute="dismissal")

    # 调解仲裁法 43: 45 days and 15 more; 53: free; 27: one year
    assert "45 日" in arbitration["time"]
    assert "15 日" in arbitration["time"]
    assert "不收费" in arbitration["cost"]
    assert "1 年内" in arbitration["limit"]


def test_after_a_year_it_warns_unless_wages_are_owed_by_the_present_employer() -> None:
    gone = look("path", dispute="wages", since="two_years", still_there=False)["warnings"]
    there = look("path", dispute="wages", since="two_years", still_there=True)["warnings"]

    assert any("可能说过期" in warning for warning in gone)
    assert any("不受 1 年限制" in warning for warning in there)
    assert not any("可能说过期" in warning for warning in there)
    # Overtime pay is remuneration as well (调解仲裁法 27, labour facts 4)
    assert look("path", dispute="overtime", since="two_years", still_there=True)["warnings"] == there


def test_whoever_needs_the_money_to_live_hears_of_payment_in_advance() -> None:
    assert any("先予执行" in step for step in look("path", dispute="wages", urgent=True)["steps"])
    assert not any("先予执行" in step for step in look("path", dispute="wages", urgent=False)["steps"])


def test_ten_people_hear_of_representatives() -> None:
    assert any("推几个代表" in step for step in look("path", dispute="dismissal", many=True)["steps"])
