"""法律援助, held by hand against 法律援助法: 31 which matters, 32 and 42 who is not asked whether the household is poor."""

from __future__ import annotations

import pytest

from tests.selftests.given import laws_of, look, verdict

NOBODY = {"has_lawyer": False, "migrant": False, "gets_relief": False, "no_income": False}
AID = "法律援助法"


@pytest.mark.parametrize(
    ("told", "expected", "article"),
    [
        # 42 (3): wages and injuries of workers who came to the city
        pytest.param({"matter": "wages", "has_lawyer": False, "migrant": True}, "may_be", "42", id="migrant wages"),
        pytest.param({"matter": "injury", "has_lawyer": False, "migrant": True}, "may_be", "42", id="migrant injury"),
        # 42 (3) names those two alone: for a relation the household counts
        pytest.param({"matter": "relation", **NOBODY, "migrant": True, "cannot_pay": False}, "unlikely", "31", id="migrant relation"),
        pytest.param({"matter": "insurance", **NOBODY, "migrant": True, "cannot_pay": True}, "may_be", "41", id="migrant insurance, poor"),
        # 42 (2): whoever gets relief
        pytest.param({"matter": "relation", "has_lawyer": False, "gets_relief": True}, "may_be", "42", id="gets relief"),
        # 42 (1): no steady income and old, young or disabled
        pytest.param({"matter": "wages", **NOBODY, "no_income": True}, "may_be", "42", id="old without income"),
        # 31 and 41: poor, to be stated honestly
        pytest.param({"matter": "wages", **NOBODY, "cannot_pay": True}, "may_be", "41", id="poor"),
        # none of them
        pytest.param({"matter": "wages", **NOBODY, "cannot_pay": False}, "unlikely", "31", id="can pay"),
        # 31: has no representative
        pytest.param({"matter": "wages", "has_lawyer": True, "migrant": True}, "unlikely", "31", id="has a lawyer"),
        # 32: no means test at all
        pytest.param({"matter": "brave"}, "may_be", "32", id="brave"),
        pytest.param({"matter": "abused"}, "may_be", "32", id="abused"),
        # compensation for dismissal stands in no item of 31
        pytest.param({"matter": "dismissal", **NOBODY, "cannot_pay": True}, "unknown", "31", id="dismissal"),
        pytest.param({"matter": "other"}, "unknown", "31", id="other"),
        # whether there is a lawyer was not told
        pytest.param({"matter": "wages", "migrant": True}, "unknown", "31", id="lawyer not told"),
        # can pay, but perhaps came to the city: nobody told
        pytest.param({**NOBODY, "matter": "wages", "cannot_pay": False, "migrant": None}, "unknown", "31", id="migrant not told"),
    ],
)
def test_a_matter_is_held_against_the_articles(told: dict[str, object], expected: str, article: str) -> None:
    row = look("legal_aid", **told)

    assert row["verdict"] == expected
    assert (AID, article) in laws_of(row)


def test_whoever_is_exempt_is_not_asked_about_the_household() -> None:
    assert "家里困难" not in "".join(look("legal_aid", matter="wages", has_lawyer=False, migrant=True)["missing"])


def test_the_standard_of_shandong_is_marked_as_open() -> None:
    row = look("legal_aid", matter="wages", **NOBODY, cannot_pay=True)

    assert [reason["confirmed"] for reason in row["reasons"] if "2 倍" in reason["text"]] == [False]


def test_the_union_is_named_where_the_state_does_not_help() -> None:
    assert verdict("legal_aid", matter="wages", has_lawyer=True) == "unlikely"
    assert any("12351" in step for step in look("legal_aid", matter="wages", has_lawyer=True)["steps"])
