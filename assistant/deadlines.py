"""Which of an answer's deadlines the worker can miss, and how soon each is. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import inf

from assistant.text import parse_number

_UNITS = {"小时": 1 / 24, "工作日": 1.4, "个工作日": 1.4, "日": 1.0, "天": 1.0, "周": 7.0, "个月": 30.0, "年": 365.0}
_WITHIN = re.compile(rf"([\d一二两三四五六七八九十]+)\s*({'|'.join(sorted(_UNITS, key=len, reverse=True))})(?:内|(?=[，；。]))")
# What the worker does in time. 收到申请 60 日内 and 仲裁委 5 日内 are times for an office.
_ACTS = r"(?:(?<!收到)(?<!接到)申请(?![后起那前])|仲裁(?!委)|起诉|复议|再次鉴定|职工这边|近亲属)"
_WORKERS = re.compile(rf".*?{_ACTS}[^。；]*?{_WITHIN.pattern}|.*?{_WITHIN.pattern}[^，。；]{{0,8}}(?:申请|提|起诉|交)")
# What may come later, once an office has decided, and the office's own period beside that of arbitration.
_LATER = re.compile(r"对[^：，]*(?:决定|经办|机构)[^：，]*不服|(?:劳动)?监察")
_SOUNDS_SO = re.compile(r"申请|仲裁|起诉|提出")
# 《劳动争议调解仲裁法》 behind a line says nothing of what is to be done.
_CITED = re.compile(r"（[^（）]*《(?:[^（）]|（[^（）]*）)*）")


def most_urgent(lines: Sequence[str]) -> str | None:
    """Return of these deadlines the one the worker can miss: the first period for something to be applied for, else the first."""
    words = {line: _CITED.sub("", line) for line in lines}
    own = (line for line, said in words.items() if _WORKERS.match(said) and not _LATER.match(said))
    others = (line for line, said in words.items() if _SOUNDS_SO.search(said))
    return next(iter((*own, *others, *lines)), None)


def days(line: str) -> float:
    """Return about how many days the worker has by *line*; no end where it is an office's time, or begins only with a decision."""
    said = _CITED.sub("", line)
    match = _WITHIN.search(said)
    count = parse_number(match[1]) if match else None
    if match is None or count is None or not _WORKERS.match(said) or _LATER.match(said):
        return inf
    return float(count) * _UNITS[match[2]]


def is_said(line: str, by: str) -> bool:
    """Say whether *by* tells the deadline of *line* already: what to apply for, within the same periods."""
    periods, told = _periods(line), _periods(by)
    return bool(periods) and periods <= told and _WORKERS.match(by) is not None


def _periods(text: str) -> frozenset[tuple[float, str]]:
    found = _WITHIN.findall(_CITED.sub("", text))
    return frozenset((float(parse_number(count) or 0), unit.removeprefix("个")) for count, unit in found)
