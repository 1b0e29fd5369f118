from __future__ import annotations

import pytest

from assistant import errors


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(error, id=name)
        for name, error in vars(errors).items()
        if isinstance(error, type) and issubclass(error, Exception) and error is not errors.AssistantError
    ],
)
def test_every_error_can_be_caught_as_ours(error: type[Exception]) -> None:
    assert issubclass(error, errors.AssistantError)


def test_every_error_is_in_the_tree_that_is_drawn() -> None:
    names = {name for name, error in vars(errors).items() if isinstance(error, type) and issubclass(error, Exception)}

    assert {name for name in names if f"{name} " in (errors.__doc__ or "")} == names


def test_several_problems_of_the_knowledge_are_said_one_a_line() -> None:
    error = errors.KnowledgeError(["a.md:1: 没有标题", "b.md:2: 没有依据"])

    assert str(error) == "a.md:1: 没有标题\nb.md:2: 没有依据"


def test_one_problem_of_the_knowledge_is_a_list_of_one() -> None:
    assert errors.KnowledgeError("a.md:1: 没有标题").problems == ["a.md:1: 没有标题"]
