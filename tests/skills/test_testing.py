from __future__ import annotations

from datetime import date

import pytest

from assistant.grounding import AllowList
from assistant.instruments import Register
from assistant.knowledge import load_knowledge
from assistant.selftests.registry import SELFTESTS, AnySelfTest
from assistant.settings import knowledge_dir, load_settings
from assistant.skills import talking, testing
from assistant.skills.heard import UNKNOWN
from assistant.types import Answer, Knowledge

TODAY = date(2026, 11, 21)


@pytest.fixture(name="known", scope="module")
def _known() -> Knowledge:
    return load_knowledge(knowledge_dir(load_settings()))


def talk(known: Knowledge, begun: str, *replies: str) -> testing.Tested:
    """Where a self-test stands after the replies."""
    text = begun
    for reply in replies:
        tested = testing.test(text, known, TODAY)
        assert tested is not None
        assert tested.asks is not None
        asked = talking.find_ask(testing.asks_back(tested.selftest, tested.asks).fork)
        assert asked == tested.asks
        text = talking.reply_to(asked, reply, text, TODAY) or ""
        assert text, reply
    tested = testing.test(text, known, TODAY)
    assert tested is not None
    return tested


@pytest.mark.parametrize("text", ["困难职工自测", "测一测困难职工自测", "帮我测一测像不像工伤", "测一测该找谁？", "列一列证据清单"])
def test_a_self_test_begins_with_its_title(text: str) -> None:
    assert testing.begins(text) is not None


@pytest.mark.parametrize("text", ["困难职工怎么认定", "该找谁", "像不像工伤", "证据清单", "测一测"])
def test_a_plain_question_begins_none(text: str) -> None:
    assert testing.begins(text) is None


@pytest.mark.parametrize("selftest", SELFTESTS, ids=lambda selftest: selftest.name)
def test_every_self_test_is_begun_by_its_invitation(selftest: AnySelfTest) -> None:
    assert testing.begins(testing.invitation(selftest)) == selftest


@pytest.mark.parametrize("selftest", SELFTESTS, ids=lambda selftest: selftest.name)
def test_whoever_knows_nothing_comes_to_an_end(known: Knowledge, selftest: AnySelfTest) -> None:
    text = testing.invitation(selftest)
    for _ in range(len(selftest.inputs) + 1):
        tested = testing.test(text, known, TODAY)
        assert tested is not None
        if tested.asks is None:
            break
        text = talking.reply_to(tested.asks, UNKNOWN, text, TODAY) or ""
    assert tested.found is not None


def test_a_crash_on_the_way_home_with_equal_blame_may_be_an_injury_at_work(known: Knowledge) -> None:
    # 工伤保险条例 14 (6): on the way to or from work, not mainly to blame
    tested = talk(known, "测一测像不像工伤", "上下班路上出事", "是", "1", "1", "都没有", "1", "1")

    assert tested.found is not None
    assert tested.found.says.startswith("可能符合")


def test_a_family_between_the_lines_is_told_what_is_missing(known: Knowledge) -> None:
    # (90000 - 54000) / 12 / 3 = 1000 a month; what 低保 is nobody has confirmed
    tested = talk(known, "困难职工自测", "没有", "9万", "5万4", "三口人", "不知道", "0", "没有", "不是")

    assert tested.found is not None
    assert tested.found.says.startswith("还说不准")


def test_what_cannot_be_right_is_asked_again_in_one_sentence(known: Knowledge) -> None:
    tested = talk(known, "困难职工自测", "没有", "9万", "5万4", "5000")

    assert tested.asks is not None
    assert tested.asks.label == "一起生活的人数"
    assert "一起生活的人数" in tested.problem
    assert "people" not in tested.problem


def test_a_finding_becomes_an_answer_with_its_articles_and_that_nothing_is_decided(known: Knowledge) -> None:
    tested = talk(known, "测一测像不像工伤", "上下班路上出事", "是", "1", "2")
    blank = Answer("answered", "", TODAY, "即墨")
    answer = testing.answer_of(
        tested, blank, {}, {"injury-commute": "上下班路上"}, Register(known.instruments), AllowList(known.phones, known.hosts)
    )

    assert answer.short.startswith("看着不像")
    assert {section.kind for section in answer.sections} == {"reasons", "steps", "documents"}
    assert ("工伤保险条例", "14") in {(cited.citation.law, cited.citation.article) for cited in answer.citations}
    assert testing.NOTHING_DECIDED in answer.notes
    assert answer.suggestions == ("上下班路上",)
    assert answer.skill is not None
    assert answer.skill["result"]["verdict"] == "unlikely"


def test_what_the_gate_refuses_is_not_said(known: Knowledge) -> None:
    tested = talk(known, "测一测像不像工伤", "上下班路上出事", "是", "1", "2")
    blank = Answer("answered", "", TODAY, "即墨")
    answer = testing.answer_of(tested, blank, {}, {}, Register(known.instruments), AllowList(frozenset(), frozenset()))

    assert not any("12351" in item for section in answer.sections for item in section.items)
