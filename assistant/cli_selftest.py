"""The command `gonghui selftest`: self-tests and checklists, from what is told as JSON."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from assistant.cli_calc import AsJson, AsOf, parse_told
from assistant.clock import known_day
from assistant.errors import ConfigError
from assistant.terminal import show

Name = Annotated[str | None, typer.Argument(help="自测的名字，用 --list 看有哪些")]
Told = Annotated[str | None, typer.Argument(help="知道的事，写成 JSON，不知道的不写，例如 '{\"people\": 3}'；写 - 就从标准输入读")]
IsList = Annotated[bool, typer.Option("--list", help="列出全部自测和它们要问的事")]


def selftest(name: Name = None, told: Told = None, as_json: AsJson = False, is_list: IsList = False, as_of: AsOf = None) -> None:
    """自测困难职工、福利、法律援助、工伤、劳动关系，列证据清单和该找谁；只说像不像，不是认定。"""
    from assistant.calculators.sheet_text import as_list
    from assistant.knowledge import load_local
    from assistant.selftests.finding_text import as_text
    from assistant.selftests.registry import SELFTESTS, examine
    from assistant.selftests.selftest import as_row, declared
    from assistant.settings import knowledge_dir, load_settings

    today = known_day(as_of)
    if is_list:
        rows = [declared(one, today) for one in SELFTESTS]
        show(json.dumps(rows, ensure_ascii=False) if as_json else as_list(SELFTESTS))
        return
    if name is None or told is None:
        raise ConfigError("要写自测的名字和知道的事，例如 gonghui selftest hardship --json '{…}'；有哪些用 gonghui selftest --list 看")
    raw = parse_told(sys.stdin.read() if told == "-" else told)
    found = examine(name, raw, load_local(knowledge_dir(load_settings())), today)
    show(json.dumps(as_row(found), ensure_ascii=False) if as_json else as_text(found))
