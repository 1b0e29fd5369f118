from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant import forks
from assistant.forks import find_fork, reply_to, said, understand
from assistant.types import Choice, Fork, GuideHit, Question, SearchResult

DAY = date(2026, 11, 21)
WHO = Fork(
    "who-ended-it",
    "是谁提出不干的？",
    (Choice("单位不要我了", "dismissal", ("辞退", "让我走")), Choice("我自己要走", "resignation", ("辞职", "自己走"))),
    also=("sum",),
)
SIGNED = Fork("signed", "签合同了吗？", (Choice("没签", "unsigned", ("没合同",)), Choice("签了", "dismissal", ("有合同",))))
UNCLEAR = "补偿金到底是怎么个算法呢"


def found(*scores: tuple[str, float]) -> SearchResult:
    return SearchResult(tuple(GuideHit(id_, score) for id_, score in scores))


NEAR = found(("dismissal", 0.8), ("other", 0.75), ("resignation", 0.7))


def test_a_fork_is_asked_back_where_two_of_its_guides_are_near() -> None:
    assert find_fork(NEAR, UNCLEAR, [WHO]) == WHO


def test_a_guide_that_no_choice_leads_to_may_lack_the_fact_too() -> None:
    assert find_fork(found(("sum", 0.8), ("resignation", 0.7)), UNCLEAR, [WHO]) == WHO


@pytest.mark.parametrize(
    ("result", "text", "asked"),
    [
        pytest.param(NEAR, "公司辞退我给多少补偿金", (), id="it is said already"),
        pytest.param(NEAR, UNCLEAR, ("who-ended-it",), id="it was asked before"),
        pytest.param(found(("dismissal", 0.8), ("resignation", 0.5)), UNCLEAR, (), id="the other guide is far"),
        pytest.param(found(("dismissal", 0.8), ("other", 0.79)), UNCLEAR, (), id="the near guide is of no fork"),
        pytest.param(found(("other", 0.9), ("dismissal", 0.8), ("resignation", 0.8)), UNCLEAR, (), id="the best guide is of no fork"),
        pytest.param(NEAR, UNCLEAR * 4, (), id="a long story tells its facts"),
        pytest.param(found(), UNCLEAR, (), id="nothing is found"),
    ],
)
def test_nothing_is_asked_back(result: SearchResult, text: str, asked: tuple[str, ...]) -> None:
    assert find_fork(result, text, [WHO], asked=asked) is None


def test_a_question_of_few_words_is_asked_back_sooner() -> None:
    assert find_fork(found(("dismissal", 0.8), ("resignation", 0.45)), "补偿怎么算", [WHO]) == WHO


def test_of_two_forks_the_one_whose_other_guide_is_nearest_is_asked() -> None:
    assert find_fork(found(("dismissal", 0.8), ("unsigned", 0.78), ("resignation", 0.7)), UNCLEAR, [WHO, SIGNED]) == SIGNED


def test_what_is_denied_is_not_said() -> None:
    assert said(WHO, "老板没有辞退我") == []
    assert said(SIGNED, "没有合同") == []
    assert said(SIGNED, "有合同") == [SIGNED.choices[1]]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("单位不要我了", 0),
        ("1", 0),
        ("２".translate({0xFF12: "2"}), 1),
        ("选2", 1),
        ("第二个", 1),
        ("老板让我走的", 0),
        ("俺自己走的。", 1),
    ],
)
def test_a_reply_chooses(text: str, place: int) -> None:
    assert reply_to(WHO, text) == (WHO, WHO.choices[place])


@pytest.mark.parametrize("text", ["不知道", "我也不清楚", "记不得了", "说不清", "不好说"])
def test_a_reply_says_that_the_person_does_not_know(text: str) -> None:
    assert reply_to(WHO, text) == (WHO, None)


@pytest.mark.parametrize("text", ["3", "那辞退赔多少", "产假多少天", "老板让我走以后我又去了一家别的厂子干活", "12"])
def test_another_question_is_no_reply(text: str) -> None:
    assert reply_to(WHO, text) is None


def unasked(_question: Question) -> Fork | None:
    raise AssertionError("a channel that keeps its state is not worked out again")


KEPT = Question("1", DAY, history=("补偿怎么算？",), asked=("who-ended-it",), open_fork="who-ended-it")


def test_a_choice_is_added_to_the_question_it_belongs_to() -> None:
    meant = understand(KEPT, [WHO], unasked)

    assert (meant.question.text, meant.question.history, meant.question.open_fork) == ("补偿怎么算，单位不要我了", (), None)
    assert meant.reply == (WHO, WHO.choices[0])


def test_not_knowing_leaves_the_question_as_it_was() -> None:
    meant = understand(replace(KEPT, text="不知道"), [WHO], unasked)

    assert (meant.question.text, meant.reply) == ("补偿怎么算？", (WHO, None))


def test_a_number_chooses_nothing_where_no_fork_is_open() -> None:
    meant = understand(replace(KEPT, open_fork=None), [WHO], unasked)

    assert (meant.question.text, meant.question.history, meant.reply) == ("1", ("补偿怎么算？",), None)


def test_without_kept_state_the_open_fork_is_worked_out_from_the_texts() -> None:
    meant = understand(Question("那要多久", DAY, history=("补偿怎么算？", "1")), [WHO], lambda _: WHO)

    assert (meant.question.text, meant.question.history) == ("那要多久", ("补偿怎么算，单位不要我了",))


def test_without_kept_state_forget_it_is_heeded_too() -> None:
    assert understand(Question("那要多久", DAY, history=("补偿怎么算？", "清空")), [WHO], lambda _: None).question.history == ()


def test_another_question_announced_drops_the_matter() -> None:
    meant = understand(replace(KEPT, text="换个问题，年假几天"), [WHO], unasked)

    assert (meant.question.history, meant.question.asked, meant.question.open_fork) == ((), (), None)


def test_what_is_asked_besides_keeps_what_was_told_before() -> None:
    meant = understand(replace(KEPT, text="另外今年的年假一天没休，能折多少钱"), [WHO], unasked)

    assert meant.question.history == KEPT.history


def test_a_mended_figure_is_looked_for_as_before() -> None:
    meant = understand(Question("不是三年是五年", DAY, history=("干了三年赔多少",), asked=()), [WHO], unasked)

    assert meant.question.text == "干了五年赔多少"
    assert meant.searched is not None
    assert meant.searched.text == "干了三年赔多少"


def test_the_guide_chosen_leads_whatever_was_found() -> None:
    result = forks.lead(replace(NEAR, lapsed=("x",), nearness=0.1), WHO.choices[1])

    assert [hit.guide_id for hit in result.guides] == ["resignation", "dismissal", "other"]
    assert (result.guides[0].score, result.lapsed) == (0.8, ())
