from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.dialogue import ALONE, BEFORE, MATTER, TOGETHER
from assistant.following import TURNS_SEARCHED, searched
from assistant.library import Library
from assistant.types import Question
from tests.fakes import FakeRetriever, WordRetriever

DAY = date(2026, 11, 21)
OWED, UNSIGNED = "老板欠我三个月工资怎么办", "没签合同能要双倍工资吗"


def retriever() -> WordRetriever:
    return WordRetriever({"合同": {"unsigned-contract": 0.9}, "欠": {"unpaid-wages": 0.9}})


def test_a_first_question_is_searched_for_once(library: Library) -> None:
    parts = searched(Question(OWED, DAY), retriever().search, library)

    assert [(part.share, part.own) for part in parts] == [(1.0, True)]


def test_what_the_question_before_found_counts_a_little_and_only_for_guides(library: Library) -> None:
    parts = searched(Question("那要多久", DAY, history=(OWED,)), retriever().search, library)

    assert [(part.share, part.own) for part in parts] == [(TOGETHER, True), (ALONE, True), (MATTER, True), (BEFORE, False)]


@pytest.mark.parametrize("history", [(), (OWED,)], ids=["a first question", "a follow-up"])
def test_what_decides_within_a_guide_is_read_from_the_new_words_alone(history: tuple[str, ...], library: Library) -> None:
    heard = retriever()

    parts = searched(Question("那要多久", DAY, history=history), heard.search, library)

    searched_now = heard.texts[-sum(part.own for part in parts) :]
    assert [searched_now[place] for place, part in enumerate(parts) if part.decides] == ["那要多久"]


def test_what_lies_further_back_counts_less_and_less(library: Library) -> None:
    parts = searched(Question("要带啥", DAY, history=(OWED, "那要多久")), retriever().search, library)

    before, total = [part.share for part in parts if not part.own], TOGETHER + ALONE + MATTER + BEFORE
    assert sum(before) == pytest.approx(BEFORE)
    assert before[-1] == pytest.approx(BEFORE * BEFORE / total)


def test_the_matter_is_that_of_the_guide_found_for_the_turn_before(library: Library) -> None:
    heard = retriever()

    searched(Question("要带啥", DAY, history=(OWED, UNSIGNED)), heard.search, library)

    assert heard.texts[-1] == "没签合同 要带啥"


def test_only_so_many_turns_before_are_searched_for_once_more(library: Library) -> None:
    heard, talk = retriever(), (OWED, "去哪告", "要带啥", "几天有信")

    searched(Question("他不给呢", DAY, history=talk), heard.search, library)

    first, *_ = heard.texts
    assert first == f"{OWED} 去哪告 要带啥"
    assert len(heard.texts) == 2 + 3 * TURNS_SEARCHED


@pytest.mark.parametrize("text", ["换个问题，产假多少天", "对了，劳动合同一直没给我签，这合法吗"], ids=["announced", "thought of besides"])
def test_what_came_before_another_question_counts_nothing(text: str, library: Library) -> None:
    parts = searched(Question(text, DAY, history=(OWED,)), retriever().search, library)

    assert [(part.share, part.own) for part in parts] == [(1.0, True)]


def test_a_guide_that_may_not_be_told_names_no_matter(library: Library) -> None:
    heard = FakeRetriever({"minimum-wage": 0.9, "unpaid-wages": 0.5})

    for region in ("即墨", "全国"):
        searched(Question("那要多久", DAY, region=region, history=(OWED,)), heard.search, library)

    assert [heard.texts[3], heard.texts[7]] == ["最低工资 那要多久", "欠薪 那要多久"]


def test_a_guide_without_keywords_lends_the_first_words_of_its_title(library: Library) -> None:
    guides = [replace(guide, keywords=(), title="工资欠着，怎么要") for guide in library.knowledge.guides if guide.id == "unpaid-wages"]
    plain, heard = replace(library, knowledge=replace(library.knowledge, guides=tuple(guides))), retriever()

    searched(Question("那要多久", DAY, history=(OWED,)), heard.search, plain)

    assert heard.texts[-1] == "工资欠着 那要多久"


def test_where_the_question_before_found_nothing_no_matter_is_named(library: Library) -> None:
    heard = FakeRetriever()

    searched(Question("那要多久", DAY, history=("你好呀",)), heard.search, library)

    assert heard.texts == ["你好呀", "你好呀 那要多久", "那要多久"]
