from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant import wechat_cases
from assistant.cli import main
from assistant.store import Store
from assistant.wechat_cases import Turn
from assistant.wechat_messages import sweep
from tests.conftest import REAL_KNOWLEDGE

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(name="store")
def _store(tmp_path: Path) -> Store:
    store = Store(f"sqlite:///{tmp_path / 'gonghui.sqlite3'}")
    store.migrate()
    turns = [Turn("老板不发工资，我叫[姓名]", "可以要回来。"), Turn("转人工", "")]
    wechat_cases.open_case(store, subject="s", receiver="sealed", reason="asked", transcript=turns, now=time.time())
    return store


@pytest.fixture(name="run")
def _run(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GONGHUI_DATABASE_URL", f"sqlite:///{tmp_path / 'gonghui.sqlite3'}")
    monkeypatch.setenv("GONGHUI_KNOWLEDGE_DIR", str(REAL_KNOWLEDGE))

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["gonghui", "wechat", "cases", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsysbinary.readouterr()
        return int(ended.value.code or 0), printed.out.decode(), printed.err.decode()

    return run


def test_open_cases_are_listed_with_the_last_words(run: Run) -> None:
    code, out, _ = run("list")

    assert code == 0
    assert out.startswith("1 号  ")
    assert "要找人  没有回  最后一句：转人工" in out


def test_a_case_is_shown_with_what_was_said(run: Run) -> None:
    assert run("show", "1")[1].split("\n")[1:4] == ["职工：老板不发工资，我叫[姓名]", "自动：可以要回来。", "职工：转人工"]


def test_a_reply_lies_ready_labelled_as_a_persons(run: Run, store: Store) -> None:
    assert run("reply", "1", "请带合同来，先打 12351。")[0] == 0
    due = sweep(store, owner="x", stale_after_s=5, over_after_s=16, now=time.time()).due

    assert [row.parts for row in due] == [("【人工回复】请带合同来，先打 12351。",)]
    assert "人工：请带合同来，先打 12351。" in run("show", "1")[1]


@pytest.mark.parametrize("text", ["打 13812345678 找我", "看 https://evil.example/x", "  ", "长" * 5001])
def test_a_reply_with_an_unknown_number_or_link_or_no_words_is_refused(run: Run, store: Store, text: str) -> None:
    code, _, err = run("reply", "1", text)

    assert code == 2
    assert "请" in err
    assert sweep(store, owner="x", stale_after_s=5, over_after_s=16, now=time.time()).due == []


def test_a_closed_case_is_listed_only_with_all(run: Run) -> None:
    assert run("close", "1")[0] == 0
    assert run("list")[1] == ""
    assert "办结" in run("list", "--all")[1]


@pytest.mark.parametrize("arguments", [("show", "9"), ("reply", "9", "好"), ("close", "9")])
def test_a_case_that_is_not_there_is_named_with_the_next_step(run: Run, arguments: tuple[str, ...]) -> None:
    code, _, err = run(*arguments)

    assert code == 2
    assert "没有 9 号记录" in err
