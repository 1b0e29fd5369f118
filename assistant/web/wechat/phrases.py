"""What the 公众号 says that is no answer: sentences for pictures and voice, for waiting, for too many questions, and the welcome. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from assistant.rendering import FIXED_LABEL
from assistant.types import Place, Reply
from assistant.web.wechat.parts import tap

_ONLY_TEXT = "现在只能看懂文字，请把您的问题打字发给我。"
_URGENT = "急事打 12351，有人受伤打 120。"
_OF_KIND = {
    "image": "图片里的字我看不到，请把要紧的几句打出来，身份证号、银行卡号别发。",
    "voice": "语音我听不了。按住输入法上的话筒说话，字就出来了，再发给我。",
    "video": "视频我看不了，请说说里面是什么事。",
    "shortvideo": "视频我看不了，请说说里面是什么事。",
    "file": "文件我打不开，请把要紧的几句复制过来。",
    "link": "网页我打不开，请把要紧的几句复制过来，或者说说您遇到的事。",
}
NOT_AS_READ = "好，图上的不算。请把要紧的几句打字发给我，或者把纸放平、光线亮一点再拍一张。" + FIXED_LABEL
STILL_RUNNING = "还在查，已经用了"
STILL_BUSY = "还没有查完，对不起。请过一分钟把问题再发一次，或者直接打 12351。" + FIXED_LABEL
TOO_MANY = "前面的问题还在查，一个一个来，等答完再问这个。" + _URGENT + FIXED_LABEL
TOO_FAST = "您发得太快了，我跟不上，请过一分钟再发。" + _URGENT + FIXED_LABEL
NOTHING_LEFT = "没有没看完的回答了，请直接打字问。" + FIXED_LABEL
NO_ARTICLE = "前面的回答里没有这一条，请看一下号，或者把法律名字和第几条打给我。" + FIXED_LABEL
NO_PLACE = "附近的服务点在哪、几点有人，工会还没有确认，我不能乱说。请打 12351 问离您最近的地方。" + FIXED_LABEL
NEAREST = 3


def only_text(kind: str) -> str:
    """Return what is said to a message that is no text."""
    return _ONLY_TEXT + _OF_KIND.get(kind, "") + _URGENT + FIXED_LABEL


def in_a_while() -> str:
    """Return what is said where the answer takes longer than the platform waits: how to get it."""
    return f"这个问题要多查一会儿。过半分钟{tap('查看回答', 1)}，或者回复 1 看。急事打 12351。{FIXED_LABEL}"


def still_running(seconds: float) -> str:
    """Return what is said to whoever asks for an answer that is not there yet."""
    return f"{STILL_RUNNING} {max(1, round(seconds))} 秒。过一会儿再回复 1 看，急事打 12351。{FIXED_LABEL}"


def fixed(reply: Reply) -> str:
    """Return a reviewed reply as it is sent."""
    return "\n".join((reply.short, *(f"· {line}" for line in reply.lines)))


def welcome(replies: Mapping[str, Reply], *, model: str, filing: str) -> str:
    """Return what a new follower is told; where a language model may write answers, which one, and under what number it is filed (备案)."""
    named = f"\n· 有的回答由大模型“{model}”写成，写明“AI生成”" + (f"，备案号：{filing}。" if filing else "。") if model else ""
    return fixed(replies["welcome"]) + named


def places(known: Iterable[Place], at: Sequence[float]) -> str:
    """Return the confirmed service points nearest to *at* (latitude, longitude); those whose position nobody noted come after them."""
    confirmed = [place for place in known if place.confirmed and place.address]
    if not confirmed:
        return NO_PLACE
    nearest = sorted(confirmed, key=lambda place: _distance(place.position, at))[:NEAREST]
    lines = (
        f"· {place.name}：{place.address}" + (f"，{place.hours}" if place.hours else "") + (f"，电话 {place.phone}" if place.phone else "")
        for place in nearest
    )
    return "\n".join(("离您近的服务点：", *lines, "去之前先打 12351 问一声。")) + FIXED_LABEL


def _distance(position: tuple[float, float] | None, at: Sequence[float]) -> float:
    """The way between two places on earth in radians (haversine); a place without position is farther than all."""
    if position is None:
        return math.inf
    (latitude, longitude), (other_latitude, other_longitude) = (map(math.radians, one) for one in (position, at))
    half = math.sin((other_latitude - latitude) / 2) ** 2
    half += math.cos(latitude) * math.cos(other_latitude) * math.sin((other_longitude - longitude) / 2) ** 2
    return 2 * math.asin(min(1.0, math.sqrt(half)))
