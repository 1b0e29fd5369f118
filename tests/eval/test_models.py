from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from assistant.errors import ModelUnavailable, StoreUnavailable
from assistant.prompting import Message
from assistant.settings import Settings
from assistant.types import Answer, Section
from eval import models
from eval.models import OutsideDown, support
from eval.observe import Observed, Subject
from tests.eval.small_cases import CRISIS, OWED, read
from tests.fakes import FakeChatModel
from tests.test_llm import Script, fails, says, serving

RIGHT = "【简答】可以要回来，先打 12333 投诉。\n【怎么办】\n1. 监察会责令单位限期付清（《劳动合同法》第八十五条）。"
INVENTED = "【简答】可以要回来。\n【怎么办】\n1. 依据《劳动合同法》第一百二十条。"


def by_model(**scripts: Script) -> Script:
    """Plays another script for each model that is asked; the server's last request says which."""

    def script(handler: Any) -> None:
        scripts[handler.server.requests[-1][2]["model"]](handler)

    return script


def observed(settings: Settings, examined: Subject, script: Script, judge: str = "", **more: Any) -> tuple[list[Observed], list[Any]]:
    """What the suite sees of a case and an emergency while *script* plays the language model, and what that was sent."""
    with serving(script) as server:
        address = f"http://127.0.0.1:{server.server_address[1]}/v1"
        asking = settings.model_copy(update={"llm_base_url": address, "llm_model": "writer", "llm_timeout_s": 10.0})
        found = list(models.observe([read(OWED), read(CRISIS)], examined, asking, judge, more.get("announce", lambda _: None), None))
        return found, list(server.requests)  # type: ignore[attr-defined]


@pytest.fixture(name="asked", scope="module")
def _asked(examined: Subject) -> tuple[list[Observed], list[Any]]:
    """The case asked with a writer that answers well and a judge that finds the second of its three sentences not borne out."""
    return observed(examined.settings, examined, by_model(writer=says(RIGHT), judge=says("1. 有\n2. 无\n3. 有")), judge="judge")


# -- the arms ------------------------------------------------------------------------------------------------------


def test_each_answerable_case_is_asked_three_ways_three_times(asked: tuple[list[Observed], list[Any]]) -> None:
    # The emergency is no answerable case: nobody asks a model about it.
    assert Counter((one.id, one.arm, one.repeat) for one in asked[0]) == Counter(
        ("wages-901", arm, repeat) for arm in ("model", "closed_book", "oracle") for repeat in (1, 2, 3)
    )


def test_the_model_answers_from_our_passages(asked: tuple[list[Observed], list[Any]]) -> None:
    answers = [one.answer for one in asked[0] if one.arm == "model"]

    assert [(answer.source, answer.model) for answer in answers if answer] == [("model", "writer")] * 3


def sent_to_writer(requests: list[Any]) -> list[str]:
    """What the writer was sent, in order: model, closed book and oracle, three times."""
    return ["\n".join(message["content"] for message in body["messages"]) for _, _, body in requests if body["model"] == "writer"]


def test_with_a_closed_book_the_model_gets_no_passage(asked: tuple[list[Observed], list[Any]]) -> None:
    closed = sent_to_writer(asked[1])[1]

    assert "老板欠我三个月工资怎么办" in closed
    assert "<资料" not in closed


def test_with_the_gold_articles_the_model_gets_these_and_no_guide(asked: tuple[list[Observed], list[Any]]) -> None:
    oracle = sent_to_writer(asked[1])[2]

    # Articles 85 and 30 of the case; the guide's own words are not among them.
    assert oracle.count("<资料") == 2
    assert "百分之五十以上百分之一百以下" in oracle
    assert "先存好工资条" not in oracle


def test_the_oracle_rests_on_the_gold_articles(asked: tuple[list[Observed], list[Any]]) -> None:
    evidence = {one.evidence for one in asked[0] if one.arm == "oracle"}

    assert evidence == {("劳动合同法#85", "劳动合同法#30")}


def test_what_a_model_invents_without_the_gate_is_taken_as_it_is(settings: Settings, examined: Subject) -> None:
    found, _ = observed(settings, examined, says(INVENTED))

    texts = {one.arm: one.text for one in found}
    assert "第一百二十条" not in texts["model"]
    assert "第一百二十条" in texts["closed_book"]
    assert "第一百二十条" in texts["oracle"]


def test_an_answer_that_the_gate_refused_is_the_guides_and_is_not_judged(settings: Settings, examined: Subject) -> None:
    found, requests = observed(settings, examined, by_model(writer=says(INVENTED), judge=says("1. 有")), judge="judge")

    assert {one.answer.source for one in found if one.arm == "model" and one.answer} == {"guide"}
    assert not [body for _, _, body in requests if body["model"] == "judge"]


# -- the judge -------------------------------------------------------------------------------------------------------


def test_support_is_the_share_of_sentences_borne_out(asked: tuple[list[Observed], list[Any]]) -> None:
    # Two sentences of its own, and the deadline that the guide adds; the second is not borne out.
    assert [one.judged for one in asked[0] if one.arm == "model"] == [{"support": 2 / 3}] * 3


def test_only_answers_from_our_passages_are_judged(asked: tuple[list[Observed], list[Any]]) -> None:
    assert [one.judged for one in asked[0] if one.arm != "model"] == [{}] * 6


def test_the_judge_is_given_the_sentences_and_the_passages(asked: tuple[list[Observed], list[Any]]) -> None:
    sent = next(body for _, _, body in asked[1] if body["model"] == "judge")["messages"][1]["content"]

    assert "1. 可以要回来，先打 12333 投诉。\n2. 监察会责令单位限期付清" in sent
    assert "百分之五十以上百分之一百以下" in sent


def test_without_a_judge_that_is_said_once_and_nothing_is_judged(settings: Settings, examined: Subject) -> None:
    told: list[str] = []
    found, _ = observed(settings, examined, says(RIGHT), announce=told.append)

    assert len(told) == 1
    assert {str(one.judged) for one in found} == {"{}"}


TWO_SENTENCES = Observed(
    "wages-901", "wages-901", 1, "问", (), Answer("answered", "可以要回来。", date(2026, 11, 21), "即墨", source="model",
    sections=(Section("steps", ("先打 12333 投诉。",)),)), "", evidence=("劳动合同法#85",),
)  # fmt: skip


@pytest.mark.parametrize(
    ("reply", "share"),
    [
        pytest.param("1. 有\n2. 有", 1.0, id="both"),
        pytest.param("1. 无\n2. 无", 0.0, id="neither"),
        pytest.param("1、有\n2：无", 0.5, id="other punctuation"),
        pytest.param("2. 无\n1. 有", 0.5, id="the other order"),
        pytest.param("好的，核对如下：\n1. 有\n2. 无", 0.5, id="with a word before"),
        pytest.param("我不知道", None, id="nonsense"),
        pytest.param("1. 有", None, id="one sentence left out"),
        pytest.param("1. 有\n2. 无\n3. 有", None, id="a sentence there is not"),
        pytest.param("有\n无", None, id="no numbers"),
        pytest.param("1. yes\n2. no", None, id="other words"),
    ],
)
def test_a_judge_that_cannot_be_read_gives_no_share_and_not_0(reply: str, share: float | None) -> None:
    assert support(TWO_SENTENCES, FakeChatModel(reply), {}) == share


def test_nothing_is_judged_where_nothing_was_said() -> None:
    assert support(replace(TWO_SENTENCES, answer=None), FakeChatModel(), {}) is None


def test_a_judge_that_talks_nonsense_leaves_the_answer_unjudged(settings: Settings, examined: Subject) -> None:
    found, _ = observed(settings, examined, by_model(writer=says(RIGHT), judge=says("我不知道")), judge="judge")

    assert [one.judged for one in found if one.arm == "model"] == [{}] * 3


# -- the model is down -------------------------------------------------------------------------------------------------


def test_a_server_that_answers_500_ends_the_run(settings: Settings, examined: Subject) -> None:
    asked = []

    def broken(handler: Any) -> None:
        asked.append(json.dumps(handler.server.requests[-1][2], ensure_ascii=False))
        fails(500)(handler)

    with pytest.raises(OutsideDown, match="writer"):
        observed(settings, examined, broken)

    # The first question, asked three times; then no other.
    assert len(asked) == 3


def test_a_model_that_is_busy_for_a_moment_is_asked_again() -> None:
    model = models.Patient(FakeChatModel(ModelUnavailable("忙"), "好"))

    assert (model.complete([Message("user", "在吗")]), model.model_id) == ("好", "fake-model")


def test_no_model_at_all_is_said(settings: Settings, examined: Subject) -> None:
    with pytest.raises(StoreUnavailable, match="没有设语言模型"):
        list(models.observe([read(OWED)], examined, settings, "", lambda _: None, None))


def test_a_model_that_is_down_is_not_taken_for_an_answer_without_it() -> None:
    # The product turns every Exception of a model into its own answer; this one must get past.
    assert not issubclass(OutsideDown, Exception)
