"""What a typed message means beside a question: more of an answer, one of what was offered, an article, or that more is to come. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from assistant import triage
from assistant.rendering import CIRCLED
from assistant.text import bare, normalise

_MORE = re.compile(
    r"(?:请)?(?:继续|接着)(?:说|看|讲|发)?(?:吧|呀|啊)?|(?:看)?下一?[段页条]|(?:点此)?(?:查看|看)(?:一下)?(?:回答|答复|结果)|(?:回答|答复)(?:呢|好了吗?|出来了吗?)"
)
_NUMBER = re.compile(r"(?:我?选|第|回复|点)?([1-9])(?:个|种|项|条)?(?:吧|的)?")
_ARTICLE = re.compile(rf"(?:请|我?想|我?要)?(?:看|查看|回复|查)?(?:一下)?(?:原文)?([{CIRCLED}])(?:的)?(?:原文|法条|条)?[。.]?")
_WORDING = re.compile(r"(?:请|我?想|我?要)?(?:看|查看|查)?(?:一下)?(?:法条)?原文([1-9]\d?)?|看法条([1-9]\d?)?")
# Chinese that goes on: the sentence has no end yet.
_OPEN_END = re.compile(
    r"[，,、：:；;]$|(?:…|\.{2,}|。{2,})$"
    r"|(?:然后|就是|就是说|因为|但是|可是|不过|而且|还有|所以|如果|要是|那个|结果|后来|另外|并且|以及|或者|比如|我想|想问|我说|我跟你说|是这样|这样的)$"
)
_OPENING = re.compile(
    r"(?:你好|您好|恁好|在吗|请问)?(?:我|俺)?(?:是)?(?:想|要|来|能不能)?(?:[跟和](?:你们?|您))?(?:问|咨询|请教|打听|了解|反映|说)(?:你们?|您)?(?:一?[下个点些件]|几个)?(?:事情?|问题|情况)?(?:儿)?|请问(?:一下)?|(?:情况|事情?|问题)是这样的?"
)
# Said of us, not of an employer.
_ANGRY = re.compile(
    r"答非所问|驴唇不对马嘴|牛头不对马嘴|听不懂人话|不说人话|(?:白|瞎)问了?|问了(?:也)?(?:等于)?白问|什么(?:破|烂|垃圾|玩意|狗屁)"
    r"|(?:你们?|您|这|机器人?|程序|自动回复|公众号).{0,6}(?:垃圾|废物|智障|弱智|傻|笨|没用|不管用|糊弄|忽悠|敷衍|骗人|气人|气死|搞笑|滚|屁用|太差|真差)"
    r"|^(?:垃圾|废物|滚|智障|弱智|骗子|什么玩意儿?|没用|一点用(?:都|也)?没有)[!！。~]*$"
)
_LONGEST_ANGRY = 30
# The reply to whoever wants a person.
WANTED = "handed_over_person"

_RIGHT = re.compile(r"(?:嗯+|是|对|没错|正确)(?:的|了|啊|呀|呢|哈|就?是这样|没错)*|(?:都|全)?(?:是|对)(?:的|着呢)?|没(?:有)?(?:错|问题)|1")
_WRONG = re.compile(r"(?:都|全)?不(?:对|是|准)(?:的|啊|呀)?|(?:都|全)?(?:认|读|看|写)?错了?|有(?:的地方)?错(?:的|了)?|2")

Kind = Literal["ask", "more", "article"]


class Intent(NamedTuple):
    """What a message means; `text` is what to ask. `must` says that nothing else can be meant: 查看回答 is no question, 1 may be one."""

    kind: Kind
    text: str
    number: int = 0
    must: bool = False


def article(raw: str) -> int | None:
    """Return the place of the article whose wording is asked for (①, 看②, 原文, 原文2), None where none is. Normalising makes 1 of ①."""
    text = raw.strip()
    if circled := _ARTICLE.fullmatch(text):
        return CIRCLED.index(circled[1]) + 1
    wording = _WORDING.fullmatch(bare(normalise(text)))
    return int(wording[1] or wording[2] or 1) if wording else None


def read(text: str, offers: Mapping[str, Any], *, has_more: bool, asks_back: bool) -> Intent:
    """Return what *text* means after an answer with *offers*, of which the person has not seen everything (*has_more*).

    A number replies where the last answer asked for a figure, and picks a choice where it asked back with some; else 1 goes on where
    there is more; else it picks a further question.
    """
    words = bare(normalise(text))
    if _MORE.fullmatch(words):
        return Intent("more", text, must=True)
    match = _NUMBER.fullmatch(words)
    if match is None or offers.get("open"):
        return Intent("ask", text)
    number, choices = int(match[1]), int(offers.get("choices", 0)) if asks_back else 0
    if number <= choices:
        return Intent("ask", text)
    suggestions = offers.get("suggestions", [])
    if not has_more and number - choices <= len(suggestions):
        return Intent("ask", suggestions[number - choices - 1])
    return Intent("more", text) if number == 1 else Intent("ask", text)


def confirms(text: str) -> bool | None:
    """Return whether *text* says that what was read from a picture is right (对, 1) or wrong (不对, 2), None where it says neither."""
    words = bare(normalise(text))
    return True if _RIGHT.fullmatch(words) else False if _WRONG.fullmatch(words) else None


def asks_nothing_new(text: str) -> bool:
    """Whether *text* may ask for what is there already (1, 继续), or asks for a person: that waits for no other answer."""
    words = bare(normalise(text))
    return bool(_MORE.fullmatch(words) or _NUMBER.fullmatch(words)) or triage.classify(text).reply_id == WANTED


def is_unfinished(raw: str) -> bool:
    """Say whether *raw* sounds as if the next bubble will finish it (我想问一下, 我在厂里上班，)."""
    text = normalise(raw)
    if not 0 < len(text) <= 200:
        return False
    return bool(_OPEN_END.search(text) or _OPENING.fullmatch(bare(text)))


def is_angry(text: str) -> bool:
    """Say whether *text* is anger at us; what is said of a boss is not."""
    words = normalise(text)
    of_work = triage.has_words_of_work(words.replace("工会", "").replace("12351", ""))
    return len(words) <= _LONGEST_ANGRY and not of_work and bool(_ANGRY.search(words))
