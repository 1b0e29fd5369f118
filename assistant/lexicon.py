"""Our asks, keywords and terms → the words that are ours and how they and all usual characters sound. The only importer of pypinyin."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from assistant.spelling import LONGEST_WORD, UNTOUCHED, Lexicon
from assistant.words import dictionary_words

# A word is ours where this many asks have it.
LEAST_ASKS = 8
_HAN = re.compile(r"[\u4e00-\u9fff]+")


def build_lexicon(asks: Iterable[str], own: Iterable[str]) -> Lexicon:
    """Return the words of the dictionary and those of *own* that *asks* have, with their sounds."""
    # Half a second and 60 MB that only a build needs: a service reads what it wrote.
    from pypinyin import Style, lazy_pinyin, pinyin

    own = frozenset(own)
    counted = Counter(word for ask in asks for word in {*dictionary_words(ask), *own.intersection(_runs(ask))} if _is_word(word))
    spoken = {word: lazy_pinyin(word) for word, times in sorted(counted.items()) if times >= LEAST_ASKS}
    sounds = {char: [pinyin(char, style=Style.NORMAL)[0][0]] for char in _usual_characters()}
    # 行 is hang in 银行: of the readings a character may have, those it has in our words count.
    for word, syllables in spoken.items():
        for char, syllable in zip(word, syllables, strict=True):
            if syllable not in sounds.setdefault(char, []):
                sounds[char].append(syllable)
    return Lexicon({word: (counted[word], " ".join(syllables)) for word, syllables in spoken.items()}, sounds)


def _is_word(text: str) -> bool:
    return 2 <= len(text) <= LONGEST_WORD and bool(_HAN.fullmatch(text)) and not UNTOUCHED & set(text)


def _runs(ask: str) -> Iterator[str]:
    return (ask[start : start + size] for start in range(len(ask)) for size in range(2, LONGEST_WORD + 1))


def _usual_characters() -> Iterator[str]:
    """The 6,763 characters of GB 2312, which input methods offer first; those that stay as they are apart."""
    for row in range(0xB0, 0xF8):
        for cell in range(0xA1, 0xFF):
            char = bytes((row, cell)).decode("gb2312", errors="ignore")
            if char and char not in UNTOUCHED:
                yield char
