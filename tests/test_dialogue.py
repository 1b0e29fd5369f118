from __future__ import annotations

import pytest

from assistant.dialogue import TOLD_TOGETHER, beside, searched, standalone

HISTORY = ("工伤怎么认定", "公司没交社保怎么办")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("那我要准备什么材料", id="opens with 那"),
        pytest.param("还有别的办法吗现在去", id="opens with 还有"),
        pytest.param("多久能办下来", id="asks how long"),
        pytest.param("需要带身份证原件吗", id="asks what is needed"),
        pytest.param("要多久", id="a few words"),
        pytest.param("材料呢", id="one word"),
    ],
)
def test_a_follow_up_is_joined_to_the_question_before_it(text: str) -> None:
    assert standalone(text, HISTORY) == f"公司没交社保怎么办 {text}"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("加班费应该按什么标准算", id="a question of its own"),
        pytest.param("换个问题，那产假多少天", id="another question announced"),
        pytest.param("顺便问，年假", id="by the way"),
        pytest.param("如果" + "我在厂里上了三年班没有签过合同" * 3, id="a long story that opens with 如果"),
    ],
)
def test_a_question_that_stands_alone_is_left_alone(text: str) -> None:
    assert standalone(text, HISTORY) == text


def test_a_first_question_is_left_alone() -> None:
    assert standalone("要多久", ()) == "要多久"
    assert searched("要多久", ()) == (("要多久", 1.0),)


def test_a_follow_up_to_a_follow_up_goes_back_to_where_the_matter_began() -> None:
    assert (
        standalone("那要是没给休呢", ("年休假公司不让休怎么办", "周六算在里头不")) == "年休假公司不让休怎么办 周六算在里头不 那要是没给休呢"
    )


def test_of_a_long_talk_the_beginning_of_the_matter_and_the_last_two_are_kept() -> None:
    talk = ("产假多少天", "年休假公司不让休怎么办", "周六算在里头不", "多久能批", "去哪办")

    assert standalone("材料呢", talk) == "年休假公司不让休怎么办 去哪办 材料呢"


def test_what_comes_before_another_question_announced_is_left_out() -> None:
    assert standalone("要多久", ("公司没交社保怎么办", "换个问题，产假")) == "换个问题，产假 要多久"


def test_a_follow_up_counts_most_together_then_alone_then_what_went_before() -> None:
    found = searched("要多久", HISTORY)

    assert [words for words, _ in found] == ["公司没交社保怎么办 要多久", "要多久", "公司没交社保怎么办"]
    assert [weight for _, weight in found] == sorted((weight for _, weight in found), reverse=True)


def test_a_question_that_stands_alone_counts_more_than_the_one_before_it() -> None:
    (own, most), (before, less) = searched("加班费应该按什么标准算", HISTORY)

    assert (own, before) == ("加班费应该按什么标准算", "公司没交社保怎么办")
    assert most > less > 0


def test_what_stands_for_a_name_or_a_number_is_not_searched_for() -> None:
    assert searched("俺叫[姓名]，身份证[身份证号]，厂里欠俺工资", ()) == (("俺叫，身份证，厂里欠俺工资", 1.0),)
    assert searched("多久能批", ("我叫[姓名]，年假不让休",))[0][0] == "我叫，年假不让休 多久能批"


def test_nothing_but_a_number_is_left_as_it_is() -> None:
    assert searched("[身份证号]", ()) == (("[身份证号]", 1.0),)


def test_another_question_announced_is_searched_alone() -> None:
    assert searched("换个问题，那产假多少天", HISTORY) == (("换个问题，那产假多少天", 1.0),)


def test_one_of_several_questions_is_searched_for_alone_and_with_what_was_told() -> None:
    assert beside("能辞退我吗", "我怀孕了，") == (("能辞退我吗", 1.0), ("我怀孕了，能辞退我吗", TOLD_TOGETHER))


def test_where_nothing_was_told_there_is_nothing_to_stand_beside() -> None:
    assert beside("能辞退我吗", "") == ()
