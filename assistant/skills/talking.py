"""What a message says to a sum that is being worked out: a reply, a fact more, or that it should go on. Pure."""

from __future__ import annotations

import re
from datetime import date

from assistant.quantities import find_quantities
from assistant.skills import testing
from assistant.skills.asks import Ask
from assistant.skills.days import find_all_days
from assistant.skills.heard import UNKNOWN, added_to, read_value
from assistant.skills.registry import BY_NAME
from assistant.text import bare
from assistant.types import AsksBack

_ID = "calc:{skill}:{label}"
LONGEST_REPLY = 30
# What may stand beside a figure that replies: 我一共干了5年半吧, 一个月到手四千块左右.
_BESIDE_A_VALUE = re.compile(
    r"[\s\d，,。.零一二两三四五六七八九十百千万]|我|俺|们|家|里|在|这|那|厂|单位|公司|干|做|工作|上班|交|缴|签|怀|是|有|就|也|都|才|共|总|一共|大概|差不多|左右|上下|多|吧|了|的|得"
    r"|每|个|月|年|天|日|号|小时|钟头|口|人|件|级|元|块|钱|工资|应得|到手|平均|底薪|说好|从|开始|到|现在|整|满|半|生|出生"
)
_MOST_BESIDE = 2
_NUMBER = re.compile(r"(?:选|第|我选|回复)?(?P<number>1\d|[1-9]|[一二三四五六七八九])(?:个|种|项|条)?(?:吧|的)?")
_NOT_KNOWN = re.compile(
    r"(?:我|俺|这个?)?(?:也|都|还|实在)?(?:不太?|说不|弄不|搞不|记不|想不|分不|拿不)(?:知道|清楚|清|准|明白|懂|得|起来|了)(?:了|啊|呀|呢)?|不好说|忘了|不记得了?|没数|不晓得|木知道|还没评|没评"
)
_YES = frozenset({"是", "是的", "对", "对的", "有", "有的", "嗯", "嗯嗯", "是啊", "好", "算", "认", "交了", "要", "会"})
_NO = frozenset({"不是", "不是的", "不对", "没有", "没", "不", "否", "无", "不算", "不认", "没交", "木有", "不要", "不会"})
_ASKS = re.compile(r"[?？]|吗|怎么|咋|多少|多久|几[个天年级]|什么|啥|哪|呢|能不能|行不行|算不算|为何|为啥")
_GO_ON = re.compile(
    r"(?:那|好|好的|行)?(?:继续|接着|再|回去)(?:给我|帮我|往下)?算(?:吧|一算|一下|账|完|下去)?|(?:刚才|前面)(?:那个|的)?(?:账|数)?(?:继续|接着|再)?算(?:完|一下)?"
)


def asks_back(skill: str, ask: Ask) -> AsksBack:
    """Return *ask* as an answer asks it."""
    return AsksBack(_ID.format(skill=skill, label=ask.label), ask.question, tuple(says for says, _ in ask.choices))


def find_ask(id_: str | None) -> Ask | None:
    """Return the Ask that an answer asked back under *id_*, for a sum or a self-test."""
    if id_ and (ask := testing.find_ask(id_)):
        return ask
    _, _, rest = (id_ or "").partition(":")
    skill, _, label = rest.partition(":")
    return next((ask for ask in BY_NAME[skill].asks if ask.label == label), None) if skill in BY_NAME else None


def reply_to(ask: Ask, text: str, before: str, as_of: date) -> str | None:
    """Return the question *before* with what *text* replies to *ask* added; None where it is no reply but a question of its own."""
    words = bare(text)
    if not words or len(words) > LONGEST_REPLY:
        return None
    if _NOT_KNOWN.fullmatch(words) or words == UNKNOWN:
        return added_to(before, ask.label, UNKNOWN)
    if ask.kind == "choice":
        says = _chosen(ask, words)
        return added_to(before, ask.label, says) if says else None
    if _ASKS.search(text):
        return None
    said = text.strip("。，,！! ；;：:")
    value = read_value(ask, said, as_of) if is_only_a_value(said, as_of) else None
    return added_to(before, ask.label, said.replace("；", "，").replace("：", "，")) if value is not None else None


def is_only_a_value(said: str, as_of: date) -> bool:
    """Say whether *said* is a figure or a day and hardly more: 周六周天算在里头 is no time of six weeks."""
    plain = list(said)
    places = [(one.start, one.end) for one in find_quantities(said)] + [(one.start, one.end) for one in find_all_days(said, as_of)]
    for start, end in places:
        plain[start:end] = " " * (end - start)
    return len(_BESIDE_A_VALUE.sub("", "".join(plain))) <= _MOST_BESIDE


def _chosen(ask: Ask, words: str) -> str | None:
    if [says for says, _ in ask.choices] == [testing.YES, testing.NO] and words in _YES | _NO:
        return testing.YES if words in _YES else testing.NO
    if number := _NUMBER.fullmatch(words):
        said = number["number"]
        place = int(said) if said.isdigit() else "零一二三四五六七八九".index(said)
        return ask.choices[place - 1][0] if place <= len(ask.choices) else None
    fitting = [says for says, _ in ask.choices if bare(says) == words or (len(words) >= 2 and words in bare(says))]
    return fitting[0] if len(fitting) == 1 else None


def goes_on(text: str) -> bool:
    """Say whether *text* wants to go on with a sum that was left: 接着算."""
    return bool(_GO_ON.fullmatch(bare(text)))
