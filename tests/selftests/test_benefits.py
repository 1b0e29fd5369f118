"""Which programmes are told to whom; another place's never, and what only the city has never as ours."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from assistant.selftests.benefits import BENEFITS
from tests.selftests.given import LOCAL, TODAY, look, person, verdict

NOTHING = {
    "work": "odd_jobs", "outdoor": False, "member": True, "hardship": False, "illness": False, "injured": False, "school_child": "none",
    "dispute": False, "sex": "man", "nursing": False, "plan": "none", "distress": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("told", "expected", "guide"),
    [
        # 夏送清凉 and the free mutual aid of 即墨 are for riders
        pytest.param({"work": "platform"}, "may_be", "platform-mutual-aid", id="rider"),
        pytest.param({"work": "odd_jobs", "outdoor": True}, "may_be", "summer-cool", id="outdoors"),
        pytest.param({**NOTHING, "work": "jobless"}, "may_be", "unemployment-benefit", id="jobless"),
        pytest.param({"hardship": True}, "may_be", "winter-warmth", id="hardship"),
        pytest.param({"hardship": True, "school_child": "college"}, "may_be", "autumn-scholarship", id="hardship and college"),
        pytest.param({"work": "employee", "illness": True}, "may_be", "medical-mutual-aid", id="ill with an employer"),
        pytest.param({"dispute": True}, "may_be", "jimo-legal-service-points", id="dispute"),
        pytest.param({"injured": True}, "may_be", "injury-first-steps", id="injured"),
        pytest.param({**NOTHING, "member": False}, "may_be", "sector-federation", id="odd jobs, no member"),
        pytest.param({**NOTHING, "plan": "start_up"}, "may_be", "business-start-up", id="own business"),
        # only the city is known to have these
        pytest.param({**NOTHING, "school_child": "primary"}, "unknown", "childcare-and-mothers-room", id="holiday childcare"),
        pytest.param({**NOTHING, "plan": "study"}, "unknown", "education-dream", id="study"),
        pytest.param({**NOTHING, "sex": "woman", "nursing": True}, "unknown", "mothers-room", id="nursing"),
        pytest.param({**NOTHING, "distress": True}, "unknown", "psychological-help", id="distress"),
        pytest.param({**NOTHING, "work": "employee"}, "unknown", "health-check", id="check-up"),
        # nothing fits; what is for everybody is still told
        pytest.param(NOTHING, "unlikely", "union-app", id="nothing"),
    ],
)
def test_a_programme_is_told_to_whom_it_is_for(told: dict[str, object], expected: str, guide: str) -> None:
    row = look("benefits", **told)

    assert row["verdict"] == expected
    assert guide in row["guides"]


def test_a_school_child_alone_is_no_hardship() -> None:
    assert "autumn-scholarship" not in look("benefits", **{**NOTHING, "school_child": "college"})["guides"]


def test_what_is_here_comes_before_what_only_the_city_has() -> None:
    texts = [reason["text"] for reason in look("benefits", work="platform", hardship=True, distress=True)["reasons"]]
    only_city = ["青岛市级有这一项" in text for text in texts]

    assert only_city == sorted(only_city)
    assert {True, False} == set(only_city)


def test_what_nobody_confirmed_is_marked() -> None:
    confirmed = {programme.name: programme.confirmed for programme in LOCAL.programmes}
    for reason in look("benefits", work="platform", hardship=True, dispute=True)["reasons"]:
        assert reason["confirmed"] == confirmed[reason["text"].partition("：")[0]]
        assert reason["confirmed"] or "待工会确认" in reason["text"]


def test_a_programme_of_another_place_is_never_told() -> None:
    elsewhere = {programme.id for programme in LOCAL.programmes if programme.available_in_jimo == "no"}
    draw = random.Random(31)

    assert elsewhere
    assert elsewhere & set(BENEFITS.programmes) == set()
    for _ in range(200):
        row = look("benefits", **person(BENEFITS, draw))
        assert not any(place in str(row) for place in ("莱西", "诸城", "奎屯", "奎独", "惠工卡"))


def test_a_programme_that_turns_out_to_be_elsewhere_is_no_longer_told() -> None:
    moved = replace(
        LOCAL,
        programmes=tuple(replace(one, available_in_jimo="no") if one.id == "platform-mutual-aid" else one for one in LOCAL.programmes),
    )

    found = BENEFITS.run({"work": "platform"}, moved, TODAY)
    assert "platform-mutual-aid" not in found.guides


def test_only_what_the_city_has_never_makes_it_may_be() -> None:
    nowhere = replace(LOCAL, programmes=tuple(replace(one, available_in_jimo="unknown") for one in LOCAL.programmes))
    draw = random.Random(37)

    assert {BENEFITS.run(person(BENEFITS, draw), nowhere, TODAY).verdict for _ in range(200)} <= {"unknown", "unlikely"}


def test_distress_is_answered_first() -> None:
    assert look("benefits", work="platform", distress=True)["steps"][0].startswith("心里难受现在就打 12356")


def test_whoever_is_no_member_hears_how_to_join() -> None:
    assert any("入会" in warning for warning in look("benefits", **{**NOTHING, "member": False})["warnings"])
    assert verdict("benefits", member=False) == "unknown"
