"""工伤, held by hand against 工伤保险条例 14 to 16 and the court's rules of 2014."""

from __future__ import annotations

import pytest

from tests.selftests.given import laws_of, look

OTHERWISE = {"excluded": "none", "works_for": "employer"}
AT_WORK = {"what": "at_work", "during_work": True, "cause": "work", **OTHERWISE}
COMMUTE = {"what": "commute", "usual_way": True, "accident": "vehicle", "blame": "less", **OTHERWISE}
ILLNESS = {"what": "illness", "at_post": "yes", "outcome": "in_hospital", **OTHERWISE}
RULES = "工伤保险条例"


@pytest.mark.parametrize(
    ("told", "expected", "article"),
    [
        # 14 (1): time, place, cause
        pytest.param(AT_WORK, "may_be", "14", id="at work"),
        # court's rules 4 (1), regulations 19: nobody proves another cause
        pytest.param({**AT_WORK, "cause": "unclear"}, "may_be", "19", id="cause unclear"),
        pytest.param({**AT_WORK, "cause": "private"}, "unlikely", "14", id="private quarrel"),
        pytest.param({**AT_WORK, "during_work": False}, "unlikely", "14", id="after hours"),
        pytest.param({**AT_WORK, "cause": None}, "unknown", "14", id="cause not told"),
        # 16
        pytest.param({**AT_WORK, "excluded": "drunk"}, "unlikely", "16", id="drunk"),
        pytest.param({**AT_WORK, "excluded": "crime"}, "unlikely", "16", id="crime"),
        pytest.param({**AT_WORK, "excluded": "self_harm"}, "unlikely", "16", id="self harm"),
        pytest.param({**AT_WORK, "excluded": None}, "unknown", "14", id="exclusions not told"),
        # 14 (2): getting ready and clearing up, at the workplace
        pytest.param({"what": "before_or_after", "in_workplace": True, **OTHERWISE}, "may_be", "14", id="cleaning up"),
        pytest.param({"what": "before_or_after", "in_workplace": False, **OTHERWISE}, "unlikely", "14", id="not at the workplace"),
        # 14 (3): because of the duty
        pytest.param({"what": "attacked", "during_work": True, "cause": "work", **OTHERWISE}, "may_be", "14", id="beaten on duty"),
        pytest.param({"what": "attacked", "during_work": True, "cause": "private", **OTHERWISE}, "unlikely", "14", id="private beating"),
        pytest.param({"what": "attacked", "during_work": True, "cause": "unclear", **OTHERWISE}, "unknown", "14", id="why beaten unclear"),
        # 14 (4): only with a diagnosis; without one it is still to be made
        pytest.param({"what": "disease", "diagnosed": True, **OTHERWISE}, "may_be", "14", id="diagnosed"),
        pytest.param({"what": "disease", "diagnosed": False, **OTHERWISE}, "unknown", "14", id="not diagnosed yet"),
        # 14 (5), court's rules 5: private affairs on a trip are not
        pytest.param({"what": "trip", "cause": "work", **OTHERWISE}, "may_be", "14", id="trip"),
        # 14 (6): not mainly to blame
        pytest.param(COMMUTE, "may_be", "14", id="commute, less"),
        pytest.param({**COMMUTE, "blame": "main"}, "unlikely", "14", id="commute, main blame"),
        pytest.param({**COMMUTE, "blame": "open"}, "unknown", "14", id="commute, blame open"),
        pytest.param({**COMMUTE, "accident": "rail"}, "may_be", "14", id="commute by train"),
        # 道路交通安全法 119: no vehicle, no traffic accident
        pytest.param({**COMMUTE, "accident": "foot"}, "unlikely", "14", id="stumbled on foot"),
        # court's rules 6: reasonable time and way
        pytest.param({**COMMUTE, "usual_way": False}, "unlikely", "14", id="far off the way"),
        # 15 (1): at once, or within 48 hours, 48 itself included (之内)
        pytest.param({**ILLNESS, "outcome": "at_once"}, "may_be", "15", id="died at once"),
        pytest.param({**ILLNESS, "hours": 47}, "may_be", "15", id="47 hours"),
        pytest.param({**ILLNESS, "hours": 48}, "may_be", "15", id="48 hours"),
        pytest.param({**ILLNESS, "hours": "48.01"}, "unlikely", "15", id="a little over 48 hours"),
        pytest.param({**ILLNESS, "hours": None}, "unknown", "15", id="hours not told"),
        pytest.param({**ILLNESS, "outcome": "alive"}, "unlikely", "15", id="saved"),
        pytest.param({**ILLNESS, "outcome": "treated"}, "unknown", "15", id="still treated"),
        pytest.param({**ILLNESS, "at_post": "left", "hours": 5}, "unknown", "15", id="felt ill at work, died at home"),
        pytest.param({**ILLNESS, "at_post": "no", "hours": 5}, "unlikely", "15", id="ill at home"),
        # 15 (2) saving others, 15 (3) an old wound of a soldier with the card
        pytest.param({"what": "rescue", **OTHERWISE}, "may_be", "15", id="rescue"),
        pytest.param({"what": "veteran", "veteran_card": True, **OTHERWISE}, "may_be", "15", id="veteran"),
        pytest.param({"what": "veteran", "veteran_card": False, **OTHERWISE}, "unlikely", "15", id="no card"),
        # court's rules 4 (2)
        pytest.param({"what": "activity", "organised": True, **OTHERWISE}, "may_be", "14", id="team outing"),
        pytest.param({"what": "activity", "organised": False, **OTHERWISE}, "unlikely", "14", id="own outing"),
        # a platform: another cover comes first
        pytest.param({**AT_WORK, "works_for": "platform"}, "unknown", "14", id="platform"),
        pytest.param({**AT_WORK, "works_for": None}, "unknown", "14", id="for whom not told"),
    ],
)
def test_what_happened_is_held_against_the_articles(told: dict[str, object], expected: str, article: str) -> None:
    row = look("injury_check", **told)

    assert row["verdict"] == expected
    assert (RULES, article) in laws_of(row)


def test_work_for_a_household_goes_another_way() -> None:
    row = look("injury_check", **{**AT_WORK, "works_for": "person"})

    assert (row["verdict"], laws_of(row)) == ("unlikely", {("民法典", "1192")})


def test_a_year_gone_by_is_warned_of_but_changes_no_verdict() -> None:
    row = look("injury_check", **AT_WORK, since="over_year")

    assert row["verdict"] == "may_be"
    assert any("超过了申请的期限" in warning for warning in row["warnings"])


def test_whoever_has_a_clear_exclusion_is_asked_nothing_more() -> None:
    from assistant.selftests.injury_check import INJURY_CHECK

    told = {"what": "at_work", "during_work": True, "cause": "work", "excluded": "drunk"}
    assert INJURY_CHECK.next_input(told) is None


def test_whoever_harmed_himself_hears_first_where_help_is() -> None:
    assert "12356" in look("injury_check", **{**AT_WORK, "excluded": "self_harm"})["steps"][0]


def test_the_guide_of_the_case_comes_first() -> None:
    assert look("injury_check", **COMMUTE)["guides"][0] == "injury-commute"
    assert look("injury_check", **{**AT_WORK, "works_for": "platform"})["guides"][0] == "platform-injury-cover"
