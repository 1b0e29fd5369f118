"""The command `gonghui calc`: sums and deadlines by rules of law, from what is told as JSON."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from assistant.clock import known_day
from assistant.errors import ConfigError
from assistant.terminal import show

Name = Annotated[str | None, typer.Argument(help="计算器的名字，用 --list 看有哪些")]
Inputs = Annotated[str | None, typer.Argument(help='要算的事，写成 JSON，例如 \'{"start": "2020-03-01"}\'；写 - 就从标准输入读')]
AsJson = Annotated[bool, typer.Option("--json", help="输出一行 JSON；不写就输出给人看的文字")]
IsList = Annotated[bool, typer.Option("--list", help="列出全部计算器和它们要问的事")]
AsOf = Annotated[datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="把哪一天当今天，默认今天")]

Calendar = Annotated[Path | None, typer.Option("--ics", help="算出的日子另存成日历文件，手机打开就能加进日历")]


def calc(
    name: Name = None, told: Inputs = None, as_json: AsJson = False, is_list: IsList = False, as_of: AsOf = None, calendar: Calendar = None
) -> None:
    """算经济补偿、加班费、年休假、工伤待遇、退休时间和各种期限，每一行都有算式和依据。"""
    from assistant.calculators.calculator import as_row, declared
    from assistant.calculators.ics import as_calendar
    from assistant.calculators.registry import CALCULATORS, calculate
    from assistant.calculators.sheet_text import as_list, as_text
    from assistant.knowledge import load_parameters
    from assistant.settings import knowledge_dir, load_settings

    today = known_day(as_of)
    if is_list:
        rows = [declared(calculator, today) for calculator in CALCULATORS]
        show(json.dumps(rows, ensure_ascii=False) if as_json else as_list(CALCULATORS))
        return
    if name is None or told is None:
        raise ConfigError("要写计算器的名字和要算的事，例如 gonghui calc severance --json '{…}'；有哪些用 gonghui calc --list 看")
    result = calculate(name, parse_told(sys.stdin.read() if told == "-" else told), load_parameters(knowledge_dir(load_settings())), today)
    show(json.dumps(as_row(result), ensure_ascii=False) if as_json else as_text(result))
    if calendar is not None:
        _save(calendar, as_calendar(result, today))


def _save(path: Path, calendar: str) -> None:
    if "BEGIN:VEVENT" not in calendar:
        raise ConfigError("没有还没到的日子，不用存日历文件；去掉 --ics 就好")
    try:
        path.write_bytes(calendar.encode())
    except OSError as error:
        raise ConfigError(f"{path} 写不进去（{error.strerror}），请换一个地方") from error


def parse_told(told: str) -> object:
    """Return what was written as JSON; raises ConfigError."""
    try:
        return json.loads(told)
    except (ValueError, RecursionError) as error:
        # ValueError also stands for a number of more digits than Python reads.
        raise ConfigError(f"写的不是 JSON（{type(error).__name__}），要写成 '{{\"名字\": 值, …}}'，请改") from error
