"""What people of the union do with a case, from the command line and in the console: say how it stands, and write back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from assistant import grounding, wechat_cases
from assistant.errors import ConfigError
from assistant.grounding import AllowList
from assistant.knowledge import load_contacts
from assistant.store import Store
from assistant.web.wechat import parts
from assistant.wechat_cases import Case, Replied
from assistant.wechat_messages import Made

LONGEST_REPLY = 5000
SPEAKERS = {"worker": "职工", "program": "自动", "person": "人工"}
REASONS = {"asked": "要找人", "angry": "对答复不满", "failed": "连续没有答上来"}
NO_CASE = "没有 {} 号记录，或者已经办结，请用 gonghui wechat cases list 看看"


def state_of(case: Case) -> str:
    """Say in words how a case stands."""
    if case.state == "closed":
        return "办结"
    if not case.replies:
        return "没有回"
    return f"回过 {len(case.replies)} 次" + ("，又来找了" if case.is_waiting else "")


def allow_list(knowledge: Path) -> AllowList:
    """Return the numbers and links that may be written to a worker; raises KnowledgeError."""
    return AllowList(*load_contacts(knowledge))


def reply(store: Store, number: int, text: str, *, allow: AllowList, now: float, seen: int | None = None) -> Replied:
    """Put in what a person wrote, marked as a person's: the service pushes it, or it lies ready.

    Raises ConfigError for what may not be said.
    *seen* is how many replies the writer had seen: where there are more by now, nothing is kept.
    """
    words = text.strip()
    if not words or len(words) > LONGEST_REPLY:
        raise ConfigError(f"回复要有字，最多 {LONGEST_REPLY} 个字，请改了再发")
    if problems := list(_may_not_be_said(words, allow)):
        raise ConfigError("；".join(problems))
    return wechat_cases.reply(store, number, words, Made(*parts.of_staff(words)), now=now, seen=seen)


def _may_not_be_said(text: str, allow: AllowList) -> Iterator[str]:
    """A person's words pass the list of numbers and links as well: a mistyped one sends a worker to a stranger."""
    for phone in grounding.find_phones(text):
        if phone not in allow.phones:
            yield f"号码 {phone} 不在 places.yaml 的名单里，请先登记，或者改成名单里的号码"
    for host in grounding.find_hosts(text):
        if not allow.has_host(host):
            yield f"网址 {host} 不在 places.yaml 的名单里，请先登记，或者删掉"
