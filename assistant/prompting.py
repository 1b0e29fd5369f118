"""Template + question + passages → the messages a language model gets. Pure; the template is an argument.

User words and passages are data: they are fenced, and angle brackets in them are removed, so neither can close the fence.
What the model answers is never trusted for that: `grounding` decides what is sent.
"""

from __future__ import annotations

import hashlib
import string
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from assistant.types import Passage

PASSAGE_CHARACTERS = 7000


class Message(NamedTuple):
    """One chat message; *role* is `system` or `user`."""

    role: str
    content: str


class Template(NamedTuple):
    """A prompt file: its two parts and the hash that every reply made with it carries."""

    system: str
    user: str
    hash: str


def parse_template(text: str) -> Template:
    """Read a prompt file of two parts headed `# system` and `# user`; raises ValueError where one is missing."""
    head, mark, user = text.partition("\n# user\n")
    if not mark or not head.startswith("# system\n"):
        raise ValueError("提示词文件要有“# system”和“# user”两节")
    return Template(head.removeprefix("# system\n").strip(), user.strip(), hashlib.sha256(text.encode()).hexdigest()[:12])


def messages(question: str, passages: Sequence[Passage], *, template: Template, as_of: date, region: str) -> list[Message]:
    """Return the messages for *question*; passages beyond `PASSAGE_CHARACTERS` characters are left out whole."""
    blocks: list[str] = []
    room = PASSAGE_CHARACTERS
    for number, passage in enumerate(passages, start=1):
        block = f'<资料 编号="{number}">\n{_data(passage.text)}\n</资料>'
        if len(block) > room:
            break
        room -= len(block)
        blocks.append(block)
    values = {"passages": "\n".join(blocks), "question": _data(question), "as_of": as_of.isoformat(), "region": region}
    return [
        Message("system", string.Template(template.system).substitute(values)),
        Message("user", string.Template(template.user).substitute(values)),
    ]


def _data(text: str) -> str:
    return text.replace("<", "〈").replace(">", "〉")
