"""Runs a command of `gonghui` in this process, with the real knowledge: for the tests of its commands."""

from __future__ import annotations

import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from assistant.cli import main
from tests.calculators.given import KNOWLEDGE

# Arguments and what is typed in → exit code, output, complaint.
Run = Callable[..., tuple[int, str, str]]


def runner(command: str, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes], folder: Path) -> Run:
    """Return what runs *command* with *folder* as the current one."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("GONGHUI_KNOWLEDGE_DIR", str(KNOWLEDGE))

    def run(*arguments: str, given: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["gonghui", command, *arguments])
        monkeypatch.setattr(sys, "stdin", StringIO(given))
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsysbinary.readouterr()
        return int(ended.value.code or 0), printed.out.decode(), printed.err.decode()

    return run
