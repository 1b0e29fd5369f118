from __future__ import annotations

import pytest

from assistant.alarms import (
    ALARM,
    ALARM_FOREIGN,
    ALARM_HARDLY_FITS,
    ALARM_SHORT,
    ALARM_SHORT_UNANSWERED,
    ALARM_UNANSWERED,
    FIRM,
    SHORT,
    SURELY_FOREIGN,
    heed,
    may_be_emergency,
)
from assistant.types import Alarm


@pytest.mark.parametrize(
    ("margin", "fit", "reply_id"),
    [
        pytest.param(ALARM, FIRM, "crisis_self_harm", id="loud enough"),
        pytest.param(ALARM - 0.01, FIRM, None, id="a guide answers it well"),
        pytest.param(ALARM_HARDLY_FITS, FIRM - 0.01, "crisis_self_harm", id="a guide hardly answers it"),
        pytest.param(ALARM_HARDLY_FITS - 0.01, FIRM - 0.01, None, id="too faint for a guide that hardly fits"),
        pytest.param(ALARM_UNANSWERED, None, "crisis_self_harm", id="no guide answers it"),
        pytest.param(ALARM_UNANSWERED - 0.01, None, None, id="too faint"),
    ],
)
def test_a_learned_alarm_is_heeded_the_sooner_the_less_a_guide_fits(margin: float, fit: float | None, reply_id: str | None) -> None:
    assert heed(Alarm("self_harm", margin), "材料都放床头柜了，俺媳妇看得懂", fit=fit) == reply_id


@pytest.mark.parametrize(
    ("margin", "fit", "text", "reply_id"),
    [
        pytest.param(ALARM_SHORT - 0.01, None, "那就这样吧", "clarify_danger", id="hardly a hint"),
        pytest.param(ALARM_SHORT, None, "那就这样吧", "crisis_self_harm", id="short and sure"),
        pytest.param(ALARM_SHORT - 0.01, FIRM, "那就这样吧", "crisis_self_harm", id="a guide would be told instead"),
        pytest.param(ALARM_SHORT - 0.01, None, "家" * SHORT, "clarify_danger", id="the longest that is short"),
        pytest.param(ALARM_SHORT - 0.01, None, "家" * (SHORT + 1), "crisis_self_harm", id="long enough to hint"),
        pytest.param(ALARM_SHORT - 0.01, None, "家，" * SHORT, "clarify_danger", id="marks are no words"),
        pytest.param(ALARM_SHORT_UNANSWERED, None, "可能吧", "clarify_danger", id="the faintest hint that is asked about"),
        pytest.param(ALARM_SHORT_UNANSWERED - 0.01, None, "可能吧", None, id="only the end of a talk"),
        pytest.param(ALARM_SHORT_UNANSWERED - 0.01, None, "家" * (SHORT + 1), "crisis_self_harm", id="as faint, but long"),
    ],
)
def test_after_a_few_words_it_is_asked_whether_somebody_is_in_danger(
    margin: float, fit: float | None, text: str, reply_id: str | None
) -> None:
    assert heed(Alarm("self_harm", margin), text, fit=fit) == reply_id


@pytest.mark.parametrize(
    ("margin", "foreign", "fit", "reply_id"),
    [
        pytest.param(ALARM_FOREIGN, SURELY_FOREIGN, None, "crisis_self_harm", id="as probably a cry as not"),
        pytest.param(ALARM_FOREIGN - 0.01, SURELY_FOREIGN, None, None, id="surely another matter"),
        pytest.param(ALARM_FOREIGN - 0.01, SURELY_FOREIGN - 0.01, None, "crisis_self_harm", id="perhaps another matter"),
        pytest.param(ALARM_HARDLY_FITS, SURELY_FOREIGN, FIRM - 0.01, "crisis_self_harm", id="a guide answers it all the same"),
    ],
)
def test_what_is_surely_about_something_else_must_be_louder(margin: float, foreign: float, fit: float | None, reply_id: str | None) -> None:
    assert heed(Alarm("self_harm", margin), "蛤蜊怎么让它快点吐沙子", fit=fit, foreign=foreign) == reply_id


@pytest.mark.parametrize("fit", [None, 0.0, FIRM])
def test_what_cannot_be_an_emergency_is_never_heeded_as_one(fit: float | None) -> None:
    faint = Alarm("violence", ALARM_UNANSWERED - 0.01)

    assert may_be_emergency(Alarm("violence", ALARM_UNANSWERED))
    assert (may_be_emergency(faint), may_be_emergency(None), heed(faint, "", fit=fit)) == (False, False, None)


def test_without_an_alarm_nothing_is_heeded() -> None:
    assert heed(None, "", fit=None) is None
