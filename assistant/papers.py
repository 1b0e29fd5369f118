"""What kind of paper a picture shows, by the words read from it, and the question whether that is right. Pure; reading is `recognising`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from assistant.text import cut_bytes

Kind = Literal["contract", "pay_slip", "dismissal_notice"]

NAMES: Mapping[Kind, str] = {"contract": "劳动合同", "pay_slip": "工资条", "dismissal_notice": "辞退或解除合同的通知"}
# What a person most often wants to know of such a paper, as they would ask it.
QUESTIONS: Mapping[Kind, tuple[str, ...]] = {
    "contract": ("试用期最长多久", "合同到期不续签有补偿吗"),
    "pay_slip": ("单位能随便扣工资吗", "加班费怎么算"),
    "dismissal_notice": ("被辞退能拿多少补偿", "不服辞退怎么办"),
}
# A title says it alone; of the words inside three are needed, for every paper speaks of wages and contracts.
_TITLES: Mapping[Kind, re.Pattern[str]] = {
    "dismissal_notice": re.compile(
        r"(?:解除|终止)(?:与.{0,12})?(?:劳动|用工|聘用)?(?:合同|关系).{0,6}(?:通知|决定|证明)|(?:辞退|开除|解雇|裁员|停工).{0,4}(?:通知|决定)"
    ),
    "pay_slip": re.compile(r"工资(?:条|单|表|明细)|薪[资酬](?:条|单|表|明细)|薪金明细"),
    "contract": re.compile(
        r"^(?:固定期限|无固定期限|全日制|非全日制)?(?:劳动合同书?|聘用合同书?|劳务派遣协议书?|用工协议书?|劳动协议书?)$"
    ),
}
_SIGNS: Mapping[Kind, str] = {
    "dismissal_notice": "解除与你 解除与您 解除劳动合同 解除劳动关系 终止劳动合同 辞退 开除 特此通知 严重违反 办理离职 经济补偿",
    "pay_slip": "应发 实发 基本工资 岗位工资 绩效 加班费 加班工资 扣款 代扣 个税 个人所得税 出勤 全勤 公积金",
    "contract": "甲方 乙方 合同期限 试用期 工作内容 工作地点 劳动报酬 工时制 社会保险 劳动纪律 签订日期 签字",
}
_TITLE_WEIGHT, _LEAST = 4, 3
# The first lines, where a title stands.
_TOP = 6
_SHOWN_BYTES = 900


class Recognised(NamedTuple):
    """What was read from a picture: its lines from top to bottom (masked), and what paper it looks like, None where it looks like none."""

    lines: tuple[str, ...]
    kind: Kind | None

    @property
    def text(self) -> str:
        """All that was read."""
        return "\n".join(self.lines)


def recognised(lines: Sequence[str]) -> Recognised:
    """Return what the *lines* of a picture look like."""
    return Recognised(tuple(lines), find_kind(lines))


def find_kind(lines: Sequence[str]) -> Kind | None:
    """Return the kind of paper, None where too little speaks for one or as much for two."""
    bare = [re.sub(r"[\s:：_—-]", "", line) for line in lines]
    together = "".join(bare)
    scores = {kind: _score(kind, bare[:_TOP], together) for kind in NAMES}
    best = max(scores, key=lambda kind: scores[kind])
    is_alone = sum(score == scores[best] for score in scores.values()) == 1
    return best if scores[best] >= _LEAST and is_alone else None


def _score(kind: Kind, top: Sequence[str], together: str) -> int:
    has_title = any(_TITLES[kind].search(line) for line in top)
    return _TITLE_WEIGHT * has_title + sum(sign in together for sign in _SIGNS[kind].split())


def shown(read: Recognised) -> str:
    """Return as much of what was read as a person is shown, and so can confirm."""
    return cut_bytes(read.text, _SHOWN_BYTES)


def confirmation(read: Recognised) -> str:
    """Return what a person is asked before anything is answered: is this what your picture says?"""
    looks = f"这张图看着是{NAMES[read.kind]}。" if read.kind else "图上的字读出来了，看不出是什么材料。"
    words = shown(read)
    rest = "" if words == read.text else "\n……"
    return "\n".join((f"{looks}读到的是：", words + rest, "", "机器认字会认错，钱数和日期请您对一遍，错了以纸上的为准。读得对吗？"))


def confirmed(kind: Kind | None) -> tuple[str, tuple[str, ...]]:
    """Return what is said once the words of a picture were confirmed, and what may be asked of such a paper."""
    return "好，图上写的我记下了，您再问，就照它算。要问什么，直接打字发给我。", QUESTIONS[kind] if kind else ()
