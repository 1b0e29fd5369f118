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

from assistant.text import MAX_QUESTION_CHARACTERS
from assistant.types import Passage

# Counted in characters, because every model counts tokens another way; in Chinese a token is one to two characters with all of them,
# so this is a bound of tokens too. The guide with the most to rest on has 6,216 characters.
PASSAGE_CHARACTERS = 7000


class Message(NamedTuple):
    """One chat message; *role* is `system` or `user`."""

    role: str
    content: str


class Template(NamedTuple):
    """A prompt file: its two parts, and the hash of its text and its name, which every reply made with it carries."""

    system: str
    user: str
    hash: str
    name: str = "prompt"

    @property
    def version(self) -> str:
        """Which prompt in which wording: `answer@` and twelve hexadecimal digits; `prompts/README.md` lists them."""
        return f"{self.name}@{self.hash}"


def parse_template(text: str, name: str = "prompt") -> Template:
    """Read a prompt file of two parts headed `# system` and `# user`; raises ValueError where one is missing."""
    head, mark, user = text.partition("\n# user\n")
    if not mark or not head.startswith("# system\n"):
        raise ValueError("提示词文件要有“# system”和“# user”两节")
    return Template(head.removeprefix("# system\n").strip(), user.strip(), hashlib.sha256(text.encode()).hexdigest()[:12], name)


def messages(question: str, passages: Sequence[Passage], *, template: Template, as_of: date, region: str) -> list[Message]:
    """Return the messages for *question*; passages beyond `PASSAGE_CHARACTERS` characters are left out whole.

    Of the question there go out as many characters as a person may send.
    """
    blocks: list[str] = []
    room = PASSAGE_CHARACTERS
    for number, passage in enumerate(passages, start=1):
        block = f'<资料 编号="{number}">\n{_data(passage.text)}\n</资料>'
        if len(block) > room:
            break
        room -= len(block)
        blocks.append(block)
    values = {
        "passages": "\n".join(blocks),
        "question": _data(question[:MAX_QUESTION_CHARACTERS]),
        "as_of": as_of.isoformat(),
        "region": region,
    }
    return [
        Message("system", string.Template(template.system).substitute(values)),
        Message("user", string.Template(template.user).substitute(values)),
    ]


def _data(text: str) -> str:
    return text.replace("<", "〈").replace(">", "〉")
