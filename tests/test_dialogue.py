from __future__ import annotations

import pytest

from assistant.dialogue import standalone

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
