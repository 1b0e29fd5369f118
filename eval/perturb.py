"""Make disturbed variants of cases: what thumbs, pinyin input, voice input and old handsets do to a question.

Deterministic: the same case always gives the same variants. Figures are left alone, so that the expectations still hold.
Dialect is not made here: people write it (tags `dialect`), a table of words would only imitate it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import get_args

import opencc
from pypinyin import Style, pinyin

from eval.cases import Case, Perturbation

NAMES: Mapping[Perturbation, str] = {
    "homophone": "拼音打错字",
    "shape": "形近字",
    "dropped": "漏字",
    "doubled": "重字",
    "unpunctuated": "没标点",
    "traditional": "繁体字",
    "full_width": "全角",
    "fillers": "口头语",
}
# One character in twelve, two at most: more than that and people do not understand it either.
_RATE, _MOST = 12, 2
# Common characters of workers' questions; a homophone is drawn from these, as an input method offers them first.
_COMMON = (
    "的一是不了人我在有他这中大来上个国说们到时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去"
    "法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全"
    "三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度"
    "门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建"
    "务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色"
    "路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运笔供病费伤班钱薪假险赔偿辞退签厂车板仲"
    "裁补贴休孕养"
)
_SHAPES = {
    "己": "已", "已": "己", "未": "末", "末": "未", "工": "土", "土": "工", "日": "曰", "天": "夭", "夭": "天", "人": "入", "入": "人",
    "大": "太", "太": "大", "薪": "新", "资": "姿", "班": "斑", "伤": "份", "仲": "伸", "裁": "栽", "签": "鉴", "险": "脸", "赔": "陪",
    "偿": "尝", "辞": "辛", "退": "腿", "假": "暇", "孕": "孚", "休": "体", "体": "休", "病": "痛", "住": "往", "往": "住", "社": "杜",
    "保": "褓", "合": "台", "同": "冋", "欠": "久", "板": "扳", "扣": "扪", "钱": "线", "线": "钱", "厂": "广", "广": "厂", "免": "兔",
    "申": "甲", "请": "情", "拖": "施", "按": "桉", "夜": "液", "晚": "脱", "师": "帅", "治": "冶", "炼": "练", "待": "侍", "侍": "待",
}  # fmt: skip
_FILLERS = ("那个", "嗯", "就是说", "怎么说呢", "这个这个", "哎", "然后吧", "就那啥")
_NUMERAL = "[\\d零〇一二三四五六七八九十百千万两半俩仨]"
# 个小时, 个工作日: how far a unit reaches after its figure.
_UNIT = 4
_MARK = r"[，。！？、；：,.!?;:…“”‘’\"'（）()《》\s]"


def variants(cases: Iterable[Case], kinds: Iterable[Perturbation] = get_args(Perturbation)) -> list[Case]:
    """Return a variant of each case for each kind, those left out that change nothing; planted and private cases have none."""
    made = []
    for case in cases:
        if case.variant_of or case.planted or case.secrets:
            continue
        for kind in kinds:
            turns = tuple(turn.model_copy(update={"question": disturb(turn.question, kind, case.id)}) for turn in case.turns)
            if turns != case.turns:
                made.append(
                    case.model_copy(update={"id": f"{case.id}~{kind}", "turns": turns, "variant_of": case.id, "perturbation": kind})
                )
    return made


def disturb(text: str, kind: Perturbation, seed: str = "") -> str:
    """Return *text* disturbed in the way of *kind*, always the same for the same *seed*."""
    return _WAYS[kind](text, random.Random(f"{kind} {seed} {text}"))


def _homophone(text: str, chance: random.Random) -> str:
    return _replaced(text, chance, lambda char: [other for other in _by_sound().get(_sound(char), ()) if other != char])


def _shape(text: str, chance: random.Random) -> str:
    return _replaced(text, chance, lambda char: [_SHAPES[char]] if char in _SHAPES else [])


def _dropped(text: str, chance: random.Random) -> str:
    places = set(_places(text, chance, _han(text)))
    return "".join(char for place, char in enumerate(text) if place not in places)


def _doubled(text: str, chance: random.Random) -> str:
    places = set(_places(text, chance, _han(text)))
    return "".join(char * 2 if place in places else char for place, char in enumerate(text))


def _unpunctuated(text: str, _chance: random.Random) -> str:
    """Marks and spaces go, but for one between two figures, which would become another figure without it."""
    return re.sub(rf"(?<!{_NUMERAL})(?:{_MARK})+|(?:{_MARK})+(?!{_NUMERAL}|{_MARK})", "", text)


def _traditional(text: str, _chance: random.Random) -> str:
    return str(_to_traditional().convert(text))


def _full_width(text: str, _chance: random.Random) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


def _fillers(text: str, chance: random.Random) -> str:
    pieces = re.split(r"(?<=[，。！？,])", text)
    where = {0, chance.randrange(len(pieces))}
    return "".join((chance.choice(_FILLERS) if place in where and piece else "") + piece for place, piece in enumerate(pieces))


_WAYS: Mapping[Perturbation, Callable[[str, random.Random], str]] = {
    "homophone": _homophone,
    "shape": _shape,
    "dropped": _dropped,
    "doubled": _doubled,
    "unpunctuated": _unpunctuated,
    "traditional": _traditional,
    "full_width": _full_width,
    "fillers": _fillers,
}


def _replaced(text: str, chance: random.Random, others: Callable[[str], list[str]]) -> str:
    fitting = [place for place in _han(text) if others(text[place])]
    characters = list(text)
    for place in _places(text, chance, fitting):
        characters[place] = chance.choice(others(text[place]))
    return "".join(characters)


def _places(text: str, chance: random.Random, fitting: list[int]) -> list[int]:
    wanted = min(_MOST, max(1, len(text) // _RATE), len(fitting))
    return chance.sample(fitting, wanted)


def _han(text: str) -> list[int]:
    """Where a Han character stands that is neither part of a numeral nor of the unit after one."""
    figures = {place for match in re.finditer(_NUMERAL, text) for place in range(match.start(), match.end() + _UNIT)}
    return [place for place, char in enumerate(text) if "\u4e00" <= char <= "\u9fff" and place not in figures]


@cache
def _by_sound() -> dict[str, tuple[str, ...]]:
    sounds: dict[str, list[str]] = {}
    for char in dict.fromkeys(_COMMON):
        if re.match(_NUMERAL, char):
            continue
        sounds.setdefault(_sound(char), []).append(char)
    return {sound: tuple(chars) for sound, chars in sounds.items()}


@cache
def _sound(char: str) -> str:
    return str(pinyin(char, style=Style.NORMAL)[0][0])


@cache
def _to_traditional() -> opencc.OpenCC:
    return opencc.OpenCC("s2t")
