"""Read what was typed, said or scanned wrong as the words of ours it stands for: 老动和同 as 劳动合同, gongzi as 工资. Pure.

Only the search reads a question so; nothing of it is shown or stored. A run of characters is changed into a word of our asks that sounds
or looks the same where our asks make that much likelier (by runs of three characters) than what stands there.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import NamedTuple

# A figure stays as it was written, and so do who is meant (俺 is no mistyped 安) and a word that nobody writes by mistake where it matters.
UNTOUCHED = frozenset("俺恁咱零〇一二三四五六七八九十百千万亿两半俩仨死刀")
LONGEST_WORD = 5
ROUNDS, CLEAR = 4, 2
# What changing the first and each further character costs, in natural logarithms of likelihood: the gain has to be more. Who mistakes
# one character of a word easily mistakes the next; one that belongs to a word of the dictionary (公司) costs more. Found on every other
# line of tests/data/misspelt.jsonl and on asks left out of the counts: of long ones, which are rightly written, 1.3 % are changed.
CHANGED, FURTHER, IN_A_WORD = 4.5, 2.5, 3.0
# Two characters that this many asks have side by side are no mistake.
USUAL = 20
# Likelihood of a character by the two before it, by the one before it, and by itself; none is quite impossible, or a word
# that our asks merely lack would look like a mistake.
BY_TWO, BY_ONE, BY_ITSELF, LEAST = 0.6, 0.3, 0.1, 1e-3
SHORTEST_TYPED, LONGEST_TYPED = 4, 6 * LONGEST_WORD

# What people take for each other who write by hand, and what a scan takes for each other.
_LOOK_ALIKES = (
    "己已巳 未末 土士工 日曰 夭天 入人八 午牛 今令 无元 刀力 刁习 方万 广厂 子孑 王玉主 田由甲申 目自白 贝见"
    " 兔免 乌鸟 住往佳位 拆折析 拔拨 侯候 徒徙 待侍 休体 帖贴 律津 返退 劲动 仲伸 台合 考老 施拖 贵费 汉议仪"
    " 归妇 朋明 肋助 埋理 新薪 姿资 斑班 份伤 栽载裁 陪赔培倍 尝偿徜 假暇 孕孚 杜社 久欠 扳板版 残线钱 清请情晴"
    " 帅师 冶治 练炼 肓育 歹残 极级 职识织 补朴扑 准淮 续读 订钉 徐除 约均 连违 法祛 仅权 限眼银 欺期 拭试 甩用"
    " 廷延 倒到 旱早 矿旷 押抻 低抵 么公 匠医 调凋 冈岗 草单 位泣 项顶须 仓仑 没设投 诉拆 吉告 时吋 失矢夫"
    " 坏怀杯 捕哺 孔乳 盐监 温湿 署暑 执热 妨防仿 户护 庄压 问间闻 爱受 偏编骗 各名 支丈 因困 慰尉 幸辛 若苦"
    " 遗遣 役疫 验险检脸 狭侠 徽微 竟竞 密蜜 戴载 幢撞 膊博 率摔 延廷 复夏 恳垦 人入 干于 大太 单草"
)
_LATIN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][a-z]*(?: +[a-z]+)*(?![A-Za-z0-9])")
# How people here and voice input mix sounds up: zh/z ch/c sh/s, n/l, ing/in, eng/en, r/y (人银, 热夜).
_INITIALS = {"zh": "z", "ch": "c", "sh": "s", "n": "l", "r": "y"}


def _shapes() -> dict[str, str]:
    shapes: dict[str, str] = {}
    for group in _LOOK_ALIKES.split():
        for char in group:
            shapes[char] = shapes.get(char, "") + group.replace(char, "")
    return shapes


_SHAPES = _shapes()


@dataclass(frozen=True)
class Lexicon:
    """Our words with the number of asks that have them and their sound (`gong zi`), and the sounds of each character; no tones."""

    words: Mapping[str, tuple[int, str]]
    sounds: Mapping[str, Sequence[str]]


class _Mending(NamedTuple):
    gain: float
    start: int
    word: str


class Speller:
    """Mends questions; safe to use from several threads.

    *count* says how many asks have a run of one to three characters (or a Latin word), *split* cuts a text into words of the
    dictionary, a character that belongs to none by itself.
    """

    def __init__(self, lexicon: Lexicon, count: Callable[[str], int], split: Callable[[str], list[str]]) -> None:
        self._words, self._sounds = lexicon.words, lexicon.sounds
        self._count, self._split = count, split
        self._alike = {char: tuple(dict.fromkeys(map(_roughly, sounds))) for char, sounds in lexicon.sounds.items()}
        self._by_sound: dict[tuple[str, ...], list[str]] = {}
        for word, (_, sound) in lexicon.words.items():
            self._by_sound.setdefault(tuple(map(_roughly, sound.split())), []).append(word)
        self._typed = _typed(lexicon, count)
        self._asks = sum(worth for worth, _ in lexicon.words.values()) + 1
        self._characters = sum(map(count, lexicon.sounds)) + 1

    def mend(self, text: str) -> str:
        """Return *text* as it was probably meant; the same where nothing is clearly likelier."""
        text = self._without_repeats(_LATIN.sub(self._from_pinyin, text))
        for _ in range(ROUNDS):
            mended = self._mended(text)
            if mended == text:
                break
            text = mended
        return text

    def _mended(self, text: str) -> str:
        """Return *text* with the mendings that gain most and stand clear of each other; one may make another one clear."""
        done: set[int] = set()
        for mending in sorted(self._mendings(text), reverse=True):
            end = mending.start + len(mending.word)
            if done.isdisjoint(range(mending.start - CLEAR, end + CLEAR)):
                text = text[: mending.start] + mending.word + text[end:]
                done.update(range(mending.start, end))
        return text

    def _mendings(self, text: str) -> Iterator[_Mending]:
        usual = [self._count(text[place : place + 2]) >= USUAL for place in range(len(text) - 1)]
        if all(usual):
            return
        odd = [not all(usual[max(0, place - 1) : place + 1]) for place in range(len(text))]
        in_word = [len(word) > 1 for word in self._split(text) for _ in word]
        for start in range(len(text) - 1):
            for end in range(start + 1, min(start + LONGEST_WORD, len(text)) + 1):
                if text[end - 1] not in self._sounds:
                    break
                written = text[start:end]
                if end - start > 1 and any(odd[start:end]) and written not in self._words:
                    for word in self._candidates(written):
                        gain = self._gain(text, start, word) - self._cost(written, word, in_word[start:end])
                        if gain > 0:
                            yield _Mending(gain, start, word)

    def _candidates(self, written: str) -> set[str]:
        """Our words of the same length that sound like *written*, or look like it in one character."""
        heard = {word for sound in product(*(self._alike[char] for char in written)) for word in self._by_sound.get(sound, ())}
        looks = (written[:place] + other + written[place + 1 :] for place, char in enumerate(written) for other in _SHAPES.get(char, ""))
        return heard | {word for word in looks if word in self._words}

    def _cost(self, written: str, word: str, in_word: Sequence[bool]) -> float:
        changed = [known for char, other, known in zip(written, word, in_word, strict=True) if char != other]
        return CHANGED + FURTHER * (len(changed) - 1) + IN_A_WORD * sum(changed)

    def _gain(self, text: str, start: int, word: str) -> float:
        """How much likelier *text* becomes with *word* at *start*: what changes and the two characters after it are compared."""
        changed = [start + place for place, char in enumerate(word) if char != text[start + place]]
        mended = text[:start] + word + text[start + len(word) :]
        return self._likelihood(mended, changed[0], changed[-1] + 3) - self._likelihood(text, changed[0], changed[-1] + 3)

    def _likelihood(self, text: str, start: int, end: int) -> float:
        return sum(self._likely(text[max(0, place - 2) : place], text[place]) for place in range(start, min(end, len(text))))

    def _likely(self, before: str, char: str) -> float:
        share = LEAST + BY_ITSELF * self._count(char) / self._characters
        for weight, known in ((BY_ONE, before[-1:]), (BY_TWO, before if len(before) > 1 else "")):
            if known and (times := self._count(known)):
                share += weight * self._count(known + char) / times
        return math.log(share)

    def _without_repeats(self, text: str) -> str:
        """Leave out a character that stands alone beside one of our words that has it there already (工工资, 加班班费)."""
        pieces = ["", *self._split(text), ""]
        return "".join(
            piece for before, piece, after in zip(pieces, pieces[1:], pieces[2:], strict=False) if not self._repeats(before, piece, after)
        )

    def _repeats(self, before: str, piece: str, after: str) -> bool:
        beside = (before.endswith(piece) and before in self._words) or (after.startswith(piece) and after in self._words)
        return piece in self._sounds and beside and not self._count(piece * 2)

    def _from_pinyin(self, typed: re.Match[str]) -> str:
        """The words that *typed* spells out as a whole, the likeliest ones; itself where it spells none of ours or is a word itself."""
        letters = typed.group().replace(" ", "").lower()
        if len(letters) < SHORTEST_TYPED or self._count(letters):
            return typed.group()
        read: list[tuple[float, tuple[str, ...]] | None] = [(0.0, ()), *[None] * len(letters)]
        for end in range(1, len(letters) + 1):
            for start in range(max(0, end - LONGEST_TYPED), end):
                before, word = read[start], self._typed.get(letters[start:end])
                if before is not None and word is not None:
                    found = (before[0] + math.log(self._words.get(word, (1, ""))[0] / self._asks), (*before[1], word))
                    read[end] = max(found, read[end] or found)
        whole = read[-1]
        # Of single characters almost anything can be made.
        return "".join(whole[1]) if whole is not None and any(len(word) > 1 for word in whole[1]) else typed.group()


def _typed(lexicon: Lexicon, count: Callable[[str], int]) -> dict[str, str]:
    """What our words look like in pinyin, whole or with the last syllable only written out (nmgong); single characters last."""
    typed: dict[str, str] = {}
    for word, (_, sound) in sorted(lexicon.words.items(), key=lambda item: (-item[1][0], item[0])):
        syllables = sound.split()
        typed.setdefault("".join(syllables), word)
        if len(word) > 2:
            typed.setdefault("".join(syllable[0] for syllable in syllables[:-1]) + syllables[-1], word)
    for char in sorted(lexicon.sounds, key=lambda char: (-count(char), char)):
        if count(char) >= USUAL:
            typed.setdefault(lexicon.sounds[char][0], char)
    return typed


@cache
def _roughly(syllable: str) -> str:
    """Return one spelling for the syllables that are mixed up."""
    initial = next((initial for initial in _INITIALS if syllable.startswith(initial)), "")
    rough = _INITIALS.get(initial, "") + syllable[len(initial) :]
    rough = rough[:-1] if rough.endswith(("ing", "eng")) else rough
    return "yin" if rough == "yen" else rough
