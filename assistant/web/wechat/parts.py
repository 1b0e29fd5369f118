"""An answer as the 公众号 shows it: parts within the platform's bytes, each with its label, and what can be tapped or typed next. Pure.

The platform takes 2048 bytes of UTF-8 in a text (measured by others, not documented). A part leaves room for its label, for the line
that says how to go on, and for the line over what lay in the mailbox. Further questions stand in the last part only, so that 1 goes on
where there is more and picks where there is not; where the first part asks back, its numbers pick, and 继续 goes on. Where it asks for
a figure, a number is that figure: then nothing else is numbered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from assistant.paperwork import begun
from assistant.rendering import ASKING, UNKNOWN, label, short_text
from assistant.skills import handing
from assistant.text import cut_bytes, sentences
from assistant.types import Answer

LIMIT = 2048
PAGE, PAGE_WITH_CLAIM, PAGE_WITH_PAPER = "全文和法条", "全文和法条，还能把这笔账写进仲裁申请书", "全文和法条，还能把您说的写进{}"
MORE, MORE_IN_WORDS = "（未完，回复 1 看下一段）", "（未完，回复“继续”看下一段）"
WAITING = "（还有一个问题的回答，回复 1 看）"
EARLIER = "上一个问题的回答："
STAFF = "【人工回复】"
READ_ARTICLE, READ_ARTICLES = "回复①看原文。", "回复①看原文，别的号也一样。"
RIGHT_OR_WRONG = ("对", "不对")
PICK = "点一下，或者回复前面的数字。"
_RESERVED = len(f"{EARLIER}\n\n\n{WAITING}\n".encode())
_LEAST_ROOM = 200
# More than any answer has; only to have the whole of it.
_EVERYTHING = 200_000
_SOURCES = re.compile(r"^依据：①.*$", re.MULTILINE)
# What would end a link, or be markup of its own.
_UNSAFE = re.compile(r"""[<>"'&#%?=\\\s]""")


class Written(NamedTuple):
    """An answer written for WeChat: its parts without label, the label each is shown with, and what the next message may pick."""

    parts: tuple[str, ...]
    label: str
    offers: Mapping[str, Any]


def _page_of(answer: Answer) -> str:
    """What the page of an answer has more than the message."""
    if handing.claims_of(answer):
        return PAGE_WITH_CLAIM
    return PAGE_WITH_PAPER.format(found[0]) if (found := begun.titles(answer)) else PAGE


def write(answer: Answer, public_base_url: str = "") -> Written:
    """Return the whole *answer* in parts: first what is worth most, with what is asked back, last the further questions.

    An answer to several questions is one part, as `short_text` shares the room out among them.
    """
    closing = label(answer)
    room = _room(closing)
    link = f"{_page_of(answer)}：{public_base_url}/a/{answer.token}" if public_base_url and answer.token else ""
    asked, further = _picks(answer)
    below = "".join(f"\n\n{block}" for block in (asked, link) if block)
    bare = replace(answer, asks_back=None, suggestions=())
    first, *others = _pieces(bare, max(room - len(below.encode()), _LEAST_ROOM), room)
    pieces = [first, *others]
    if further and len(f"{pieces[-1]}\n\n{further}{'' if others else below}".encode()) <= room:
        pieces[-1] = f"{pieces[-1]}\n\n{further}"
    elif further:
        pieces.append(further)
    return Written((pieces[0] + below, *pieces[1:]), closing, _offers(answer))


def _pieces(answer: Answer, first_room: int, room: int) -> list[str]:
    """The text of the answer: what fits into the first piece in the order of its worth, then what that left out, in order."""
    first = _text(answer, first_room)
    if answer.parts:
        return [first]
    whole = _text(answer, _EVERYTHING)
    blocks = whole.split("\n\n")
    shown = first.split("\n\n")
    left = [block for block in blocks if block not in shown]
    if not left:
        return [first]
    if blocks[0] != shown[0] or (len(blocks) > 1 and blocks[1] not in shown):
        # What is to be done first does not go in whole: then it is read in order.
        return split(whole, first_room, room)
    return [first, *split("\n\n".join(left), room, room)]


def of_text(text: str, closing: str = "") -> Written:
    """Return a *text* of ours in parts, each with *closing* as its label."""
    room = _room(closing)
    return Written(tuple(split(text, room, room)), closing, {})


def to_confirm(text: str, closing: str, offers: Mapping[str, Any]) -> Written:
    """Return a *text* that asks whether it is right, with what can be tapped or typed; *offers* is what that then is about."""
    lines = "\n".join(f"{place} {tap(says, place)}" for place, says in enumerate(RIGHT_OR_WRONG, start=1))
    return Written((f"{text}\n{lines}\n{PICK}",), closing, offers)


def of_staff(words: str) -> Written:
    """Return what a person of the union wrote in parts, each marked as such."""
    room = _room("") - len(STAFF.encode())
    return Written(tuple(f"{STAFF}{piece}" for piece in split(words, room, room)), "", {})


def _room(closing: str) -> int:
    """The bytes a part has beside its label and the lines round it; whatever the label, a part goes forward."""
    return max(LIMIT - _RESERVED - len(f"\n\n{closing}".encode()), _LEAST_ROOM)


def bubble(part: str, closing: str, *, below: str = "", above: str = "") -> str:
    """Return one bubble: *above*, the part, *below* (how to go on) and the label."""
    tail = "\n".join(filter(None, (below, closing)))
    return "\n\n".join(filter(None, (f"{above}\n{part}" if above else part, tail)))


def going_on(offers: Mapping[str, Any], place: int) -> str:
    """Return the line under part *place* of an answer that has more: where it asks back, the numbers are taken."""
    return MORE_IN_WORDS if offers.get("open") or (place == 0 and offers.get("choices")) else MORE


def split(text: str, first_room: int, room: int) -> list[str]:
    """Return *text* in pieces of at most *first_room*, then *room* bytes, cut between lines, else sentences, else characters."""
    pieces: list[str] = []
    piece = ""
    for unit, joint in _units(text, min(first_room, room)):
        longer = f"{piece}{joint}{unit}" if piece else unit
        if len(longer.encode()) <= (room if pieces else first_room):
            piece = longer
        else:
            kept, _, heading = piece.rpartition("\n")
            # A heading goes with what stands under it.
            goes_on = bool(kept) and heading.endswith("：") and len(f"{heading}\n{unit}".encode()) <= room
            pieces.append((kept if goes_on else piece).rstrip())
            piece = f"{heading}\n{unit}" if goes_on else unit
    return [*pieces, piece.rstrip()]


def _units(text: str, room: int) -> list[tuple[str, str]]:
    """The smallest pieces *text* may be cut into, each with what stands before it."""
    units: list[tuple[str, str]] = []
    blank = ""
    for line in text.split("\n"):
        if not line.strip():
            blank = "\n"
            continue
        joint = f"\n{blank}"
        blank = ""
        if len(line.encode()) <= room:
            units.append((line, joint))
            continue
        for sentence in sentences(line):
            units += [(cut, joint if place == 0 else "") for place, cut in enumerate(_cut(sentence, room))]
            joint = ""
    return units or [("", "")]


def _cut(sentence: str, room: int) -> list[str]:
    cuts: list[str] = []
    while len(sentence.encode()) > room:
        head = sentence.encode()[:room].decode(errors="ignore")
        cuts.append(head)
        sentence = sentence[len(head) :]
    return [*cuts, sentence]


def _text(answer: Answer, room: int) -> str:
    """The answer in at most *room* bytes, without its label; where it names articles, how to read them."""
    closing = f"\n\n{label(answer)}"
    hint = f"\n{READ_ARTICLES if len(answer.citations) > 1 else READ_ARTICLE}" if answer.citations and answer.source != "article" else ""
    text = short_text(answer, room - len(hint.encode()) + len(closing.encode())).removesuffix(closing)
    text = _SOURCES.sub(lambda match: match.group() + hint, text, count=1)
    return text if len(text.encode()) <= room else cut_bytes(text, room)


def _picks(answer: Answer) -> tuple[str, str]:
    """What can be tapped or typed next, numbered through: the choices of what is asked back, and the further questions."""
    asks, number, asked = answer.asks_back, 0, ""
    if asks:
        lines = [f"{place} {tap(says, place)}" for place, says in enumerate(asks.choices, start=1)]
        how = "点一下，或者回复前面的数字" if lines else "直接打字回复就行"
        asked = "\n".join((f"{ASKING}{asks.question}", *lines, f"{how}；说不准就回复“{UNKNOWN}”。"))
        number = len(asks.choices)
    further = () if asks and not asks.choices else answer.suggestions
    lines = [f"{place} {tap(says, place)}" for place, says in enumerate(further, start=number + 1)]
    return asked, "\n".join(("还可以问：", *lines, PICK)) if lines else ""


def tap(words: str, number: int) -> str:
    """Return a link that sends *words* when tapped. No page of the platform says so, so a number to type stands beside it."""
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={_UNSAFE.sub("", words)}&msgmenuid={number}">{_UNSAFE.sub("", words)}</a>'


def _offers(answer: Answer) -> dict[str, Any]:
    asks = answer.asks_back
    return {
        "choices": len(asks.choices) if asks else 0,
        "open": bool(asks and not asks.choices),
        "suggestions": [] if asks and not asks.choices else list(answer.suggestions),
        "citations": [[cited.citation.law, cited.citation.article] for cited in answer.citations],
    }
