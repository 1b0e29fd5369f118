"""The script of a rehearsal: lines of text → steps, and the one sentence for a line that is none. What a step does: `simulator`."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from assistant.errors import ConfigError
from assistant.web.wechat.simulated_faults import FAULTS

WRITER = "我"
LONGEST_WAIT_S = 600.0
MODEL = "slow-model"
# What a service asks of the platform while people talk.
CALLS = ("send", "typing", "token")


class Step(NamedTuple):
    """One line: who does what. *command* is a name of `COMMANDS`, or say, burst, expect, refuse."""

    line: int
    person: str
    command: str
    words: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What follows the command."""
        return " ".join(self.words)


class Command(NamedTuple):
    """How many words follow, what is wrong with them (None for nothing), and how the line is written."""

    least: int
    most: int
    wrong: Callable[[tuple[str, ...]], str | None]
    form: str


def _anything(_words: tuple[str, ...]) -> str | None:
    return None


def _seconds(words: tuple[str, ...]) -> str | None:
    return None if _is_number(words[0]) and 0 <= float(words[0]) <= LONGEST_WAIT_S else f"秒数要在 0 到 {LONGEST_WAIT_S:g} 之间"


def _place(words: tuple[str, ...]) -> str | None:
    is_place = all(map(_is_number, words[:2])) and -90 <= float(words[0]) <= 90 and -180 <= float(words[1]) <= 180
    return None if is_place else "要写纬度和经度，例如 36.39 120.45"


def _switch(words: tuple[str, ...]) -> str | None:
    return None if words[0] in {"on", "off"} else "要写 on 或 off"


def _fault(words: tuple[str, ...]) -> str | None:
    _, fault = what_fails(words)
    if fault == "off" or re.fullmatch(r"-1|[0-9]{5}", fault) or fault in FAULTS:
        return None
    return f"要写五位返回码（例如 45015）、off，或者：{'、'.join(FAULTS)}；前面可以写是哪个接口：{'、'.join(CALLS)}"


def _quota(words: tuple[str, ...]) -> str | None:
    is_number = re.fullmatch(r"[0-9]{1,6}", words[-1]) is not None
    return None if words[0] in CALLS and is_number else f"要写接口（{'、'.join(CALLS)}）和一天能用几次，例如 send 3"


def what_fails(words: tuple[str, ...]) -> tuple[str, str]:
    """Return which call of the platform fails, and how: +fault 45015 disturbs sending, +fault token 40164 the token."""
    name, rest = (words[0], words[1:]) if words[0] in CALLS else ("send", words)
    return name, " ".join(rest)


def _is_number(word: str) -> bool:
    return re.fullmatch(r"-?[0-9]{1,6}(\.[0-9]{1,8})?", word) is not None


COMMANDS: Mapping[str, Command] = {
    "subscribe": Command(0, 1, _anything, "+subscribe [场景]"),
    "unsubscribe": Command(0, 0, _anything, "+unsubscribe"),
    "scan": Command(1, 1, _anything, "+scan 场景"),
    "click": Command(1, 20, _anything, "+click 菜单的KEY"),
    "event": Command(1, 2, _anything, "+event 名字 [KEY]"),
    "location": Command(2, 20, _place, "+location 纬度 经度 [地名]"),
    "image": Command(1, 20, _anything, "+image 文件"),
    "voice": Command(0, 0, _anything, "+voice"),
    "video": Command(0, 0, _anything, "+video"),
    "file": Command(0, 0, _anything, "+file"),
    "link": Command(0, 0, _anything, "+link"),
    "tap": Command(1, 20, _anything, "+tap 编号或字"),
    "wait": Command(1, 1, _seconds, "+wait 秒"),
    "fault": Command(1, 5, _fault, "+fault [接口] 返回码"),
    "quota": Command(2, 2, _quota, "+quota 接口 次数"),
    "permission": Command(1, 1, _switch, "+permission on|off"),
    MODEL: Command(1, 1, _seconds, f"+{MODEL} 秒"),
    "kill": Command(0, 0, _anything, "+kill"),
}
_PREFIXES = {">>": "burst", ">": "say", "?": "expect", "？": "expect", "期望": "expect", "!": "refuse", "！": "refuse", "不许": "refuse"}


def parse(lines: Iterable[str]) -> list[Step]:
    """Return the steps of a script; raises ConfigError with the number of the first line that is none."""
    steps: list[Step] = []
    acted: set[str] = set()
    for number, raw in enumerate(lines, start=1):
        line = raw.strip().lstrip("\ufeff")
        if not line or line.startswith("#"):
            continue
        step = _step(number, line)
        if step.command in {"expect", "refuse"} and step.person not in acted:
            raise ConfigError(f"剧本第 {number} 行：{step.person} 还什么都没做，先写一行 > 开头的话，再写要看到什么")
        acted.add(step.person)
        steps.append(step)
    if not steps:
        raise ConfigError("剧本是空的，例如写一行：> 老板欠我三个月工资怎么办")
    return steps


def parse_chat(line: str) -> Step:
    """Return the step of a line typed in a chat: what does not begin with + or @ is written to the 公众号. Raises ConfigError."""
    person, rest = _person(0, line)
    if rest.startswith("+"):
        return _command(0, person, rest[1:])
    return Step(0, person, "say", (_said(0, rest),))


def _step(number: int, line: str) -> Step:
    person, rest = _person(number, line)
    if rest.startswith("+"):
        return _command(number, person, rest[1:])
    for prefix, command in _PREFIXES.items():
        if rest.startswith(prefix):
            return Step(number, person, command, (_said(number, rest.removeprefix(prefix)),))
    raise ConfigError(f"剧本第 {number} 行看不懂：每行以 > >> ? ! + @ 或 # 开头，要写的话前面加 > 和空格")


def _said(number: int, words: str) -> str:
    if not (words := words.strip().replace("\\n", "\n")):
        raise ConfigError(f"{_where(number)}缺了后面的话，请补上")
    return words


def _person(number: int, line: str) -> tuple[str, str]:
    if not line.startswith("@"):
        return WRITER, line
    name, _, rest = line[1:].partition(" ")
    if not name or len(name) > 16 or not rest.strip():
        raise ConfigError(f"{_where(number)}@ 后面要写名字（最多 16 个字）、空格和这个人做的事，例如 @老王 > 没签合同怎么办")
    return name, rest.strip()


def _command(number: int, person: str, rest: str) -> Step:
    name, *words = rest.split()[:40] or [""]
    if (command := COMMANDS.get(name)) is None:
        near = difflib.get_close_matches(name, COMMANDS, n=1, cutoff=0)[0]
        raise ConfigError(f"{_where(number)}没有 +{name[:20]}，是不是想写 {COMMANDS[near].form}")
    if not command.least <= len(words) <= command.most:
        raise ConfigError(f"{_where(number)}要写成 {command.form}")
    if (wrong := command.wrong(tuple(words))) is not None:
        raise ConfigError(f"{_where(number)}{wrong}")
    return Step(number, person, name, tuple(words))


def _where(number: int) -> str:
    return f"剧本第 {number} 行：" if number else ""
