"""Text → words for searching by word. The only importer of rjieba."""

from __future__ import annotations

import re
import zlib
from functools import lru_cache

import rjieba

_WORD = re.compile(r"[\u4e00-\u9fff]+|[a-z0-9]+")
# Words that every question has, whatever it asks: they would make 股票跌了怎么办 look like a labour question.
_FILLERS = re.compile(
    r"怎么办理?|怎么样|怎么着|怎么弄|怎么|怎样|咋办|咋整|咋治|咋样|咋弄|咋着|咋|什么|啥时候|啥|多少|能不能|可不可以|是不是|有没有|会不会|要不要|该不该"
    r"|可以|请问|问一下|问问|想问|我想|我们|俺们|俺|我|你们|你|您|恁|他们|他|她|它|这个|那个|这|那|吗|呢|吧|啊|呀|嘛|了|的|得|地|就|都|也|还|又|才|给|让|被|把|和|跟|在|是|有|没|去|来|到|要|想|说|该|应该|现在|一个|一下|哪里|哪儿|哪|为什么|为啥|如何"
)


def tokens(text: str) -> list[str]:
    """Return the words of *text* (two characters or more) and the bigrams of its Han runs, for BM25; fillers are left out."""
    runs = _WORD.findall(_FILLERS.sub(" ", text.lower()))
    bigrams = [run[start : start + 2] for run in runs for start in range(len(run) - 1) if run[0] > "z"]
    return whole_words(text) + bigrams


def whole_words(text: str) -> list[str]:
    """Return the words of *text*, two characters or more, without fillers."""
    return [word for word in rjieba.cut(_FILLERS.sub(" ", text.lower())) if len(word) > 1 and _WORD.fullmatch(word)]


def dictionary_words(text: str) -> list[str]:
    """Return *text* cut into words of the dictionary, nothing left out; a character that belongs to none stands by itself."""
    cut: list[str] = rjieba.cut(text, False)
    return cut


def gram_key(gram: str) -> int:
    """Return the hash under which what is learned from *gram* is kept: CRC-32 of its UTF-8, the same on every machine."""
    return zlib.crc32(gram.encode())


@lru_cache(maxsize=64)
def gram_keys(text: str) -> frozenset[int]:
    """Return the `gram_key` of each of the `grams` of *text*: of one question four models ask."""
    return frozenset([gram_key(gram) for gram in grams(text)])


def grams(text: str) -> list[str]:
    """Return the runs of one to three characters of *text*, fillers included, and its `tokens`: how somebody talks."""
    run = "".join(_WORD.findall(text.lower()))
    return [run[start : start + size] for size in (1, 2, 3) for start in range(len(run) - size + 1)] + tokens(text)
