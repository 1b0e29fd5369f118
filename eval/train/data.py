"""What the encoder learns from: our own asks, what guides say of articles, and nothing of the evaluation's cases."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pypinyin import lazy_pinyin

from assistant import classifier
from assistant.ingest import read_sources
from assistant.learning import emergency_passages
from assistant.types import Knowledge, Passage

EMERGENCY = "emergency:"
GREETINGS = ("你好，", "请问，", "我想问下，", "那个，", "师傅我问一下，", "麻烦问问，", "老师您好，", "工会吗，")
ENDINGS = ("咋整", "谢谢", "怎么办", "，急", "啊", "？？", "，在线等", "，谢谢老师")
TRADES = (
    "纺织厂", "服装厂", "工地", "食品厂", "物业", "超市", "饭店", "快递站", "化工厂", "汽配厂", "幼儿园", "保安队", "环卫队", "机加工厂",
    "水产厂", "家政公司", "网约车平台", "外卖站", "医院", "印刷厂",
)  # fmt: skip
TIMES = ("去年三月", "今年五月", "前年底", "干了两年多", "干了八个月", "二〇二三年", "上个月", "干了十来年", "刚来俩月", "2024年6月")
FIGURES = "零〇一二三四五六七八九十百千万亿两半俩仨"
PAY = ("一个月四千八", "工资5200", "底薪三千加提成", "计件", "一天一百八", "月薪6000", "到手四千出头")


class Example(NamedTuple):
    """A question with the guide it belongs to, if it is a guide's, and the share each article has in its answer.

    A cry for help stands with its kind in the place of a guide: it must lie far from every question.
    """

    text: str
    guide: str | None
    articles: dict[str, float]


class Material(NamedTuple):
    """Everything the encoder sees; *gists* are (guide, article, text)."""

    examples: tuple[Example, ...]
    gists: tuple[tuple[str, str, str], ...]
    hash: str


def load(knowledge: Path) -> Material:
    """Read the material from a knowledge folder; the hash names exactly what was learned from."""
    known, _, passages = read_sources(knowledge)
    asks = [_example(passage) for passage in passages if passage.kind == "ask"]
    examples = (*asks, *_cries(known))
    gists = tuple(
        (passage.guide_id or "", f"{passage.citation.law}#{passage.citation.article}", passage.text)
        for passage in passages
        if passage.kind == "gist" and passage.citation is not None
    )
    digest = hashlib.sha256("\n".join([*(example.text for example in examples), *(text for *_, text in gists)]).encode())
    return Material(examples, gists, digest.hexdigest()[:16])


def _cries(known: Knowledge) -> Iterator[Example]:
    """The calm sentences among them belong to many guides, nobody wrote to which: they teach nothing here."""
    for passage in emergency_passages(known):
        kind = passage.id.split(":")[1].split("#")[0]
        if kind != classifier.CALM:
            yield Example(passage.text, f"{EMERGENCY}{kind}", {})


def _example(passage: Passage) -> Example:
    total = sum(worth for _, worth in passage.rests_on)
    return Example(
        passage.text, passage.guide_id, {f"{citation.law}#{citation.article}": worth / total for citation, worth in passage.rests_on}
    )


def disturbed(text: str, chance: random.Random) -> str:
    """Return *text* as a hurried thumb, a voice or a talkative person gives it: what is asked stays."""
    letters = list(text)
    slip = chance.random()
    if slip < 0.2 and len(letters) > 6:
        del letters[chance.randrange(len(letters))]
    elif slip < 0.3:
        place = chance.randrange(len(letters))
        letters.insert(place, letters[place])
    elif slip < 0.5:
        for place in chance.sample(range(len(letters)), min(len(letters), 1 + len(letters) // 12)):
            letters[place] = _sounds_alike(letters[place], chance)
    elif slip < 0.65:
        letters = [letter for letter in letters if letter not in "，。？！、,.?! "]
    said = "".join(letters)
    told = chance.random()
    if told < 0.2:
        return chance.choice(GREETINGS) + said
    if told < 0.6:
        return _story(chance) + said
    if told < 0.75:
        return said + chance.choice(ENDINGS)
    return said


def _sounds_alike(letter: str, chance: random.Random) -> str:
    """Return another usual character of the same sound; *letter* where there is none (figures stay as they are)."""
    others = [other for other in _by_sound().get(lazy_pinyin(letter)[0], ()) if other != letter]
    return chance.choice(others) if others and letter not in FIGURES else letter


@cache
def _by_sound() -> dict[str, list[str]]:
    """The 3,755 characters of GB 2312's first level by their sound without tone."""
    alike: dict[str, list[str]] = {}
    for row in range(0xB0, 0xD8):
        for cell in range(0xA1, 0xFF):
            if letter := bytes((row, cell)).decode("gb2312", errors="ignore"):
                alike.setdefault(lazy_pinyin(letter)[0], []).append(letter)
    return alike


def _story(chance: random.Random) -> str:
    """What people tell before they ask and what changes nothing."""
    parts = [f"我在{chance.choice(TRADES)}上班", chance.choice(TIMES), chance.choice(PAY)]
    kept: Sequence[str] = chance.sample(parts, chance.randint(1, 3))
    return "，".join(kept) + chance.choice(("，", "。", " "))
