from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import typer.main

from assistant.cli import app
from assistant.settings import PREFIX, Settings
from eval.cli import app as evaluation

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
FENCED = re.compile(r"```[a-z]*\n(.*?)```", re.DOTALL)
CODE = [*"\n".join(FENCED.findall(README)).splitlines(), *re.findall(r"`([^`\n]+)`", FENCED.sub("", README))]
NAMES = [PREFIX + name.upper() for name in Settings.model_fields]
TARGETS = sorted({target for line in CODE for target in re.findall(r"\bmake (?:[A-Z_]+=\S+ )*([a-z][a-z-]*)", line)})
COMMANDS = sorted({match for line in CODE for match in re.findall(r"\bgonghui((?: [a-z][a-z|-]*)+(?: [^#\n]*)?)", line)})


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_is_explained(name: str) -> None:
    assert re.search(rf"`{name}`", README)


def test_every_setting_that_is_named_exists() -> None:
    assert [name for name in re.findall(rf"{PREFIX}[A-Z_]*[A-Z]", README) if name not in NAMES] == []


def test_the_readme_says_how_to_run_and_to_test() -> None:
    assert {"run", "test"} <= set(TARGETS)


@pytest.mark.parametrize("target", TARGETS)
def test_every_make_target_that_is_named_exists(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_readme_names_commands() -> None:
    assert COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_that_is_named_exists_with_its_options(command: str) -> None:
    for node in commands_of(command):
        known = {option for parameter in node.params for option in parameter.opts}
        assert set(re.findall(r"(?<!\S)--[a-z-]+", command)) <= known | {"--help", "--debug"}


def commands_of(command: str) -> list[Any]:
    """The commands a line means: `index build|status` are two; raises KeyError for one that is not there."""
    nodes: list[Any] = [typer.main.get_command(app)]
    for word in command.split():
        if not hasattr(nodes[0], "commands"):
            break
        nodes = [typer.main.get_command(evaluation) if one == "eval" else nodes[0].commands[one] for one in word.split("|")]
    return nodes


def test_every_file_that_is_linked_exists() -> None:
    linked = re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", README)

    assert [address for address in linked if not (ROOT / address).exists()] == []
