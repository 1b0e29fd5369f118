"""Make what people type comparable: script, width, noise, numerals, sentences, byte budgets. Pure."""

from __future__ import annotations

import html
import re
import unicodedata
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from math import prod
from typing import NamedTuple

import opencc

MAX_QUESTION_CHARACTERS = 2000

INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufe00-\ufe0f]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_COMMENT_OR_SCRIPT = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")
_PARTICLE = re.compile("(?<![名专原编显卓土遗论巨译])著(?![名作称述者])")
_SPACES = re.compile(r"[ \t\u3000]+")
_REPEATED = re.compile(r"([^\w\s])\1{2,}")
_SENTENCE_END = re.compile(r"(?<=[。！？!\n])(?![”’」』）)])|(?<=[。！？][”’」』])")


@cache
def _to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def normalise(raw: str) -> str:
    """Return *raw* in simplified Chinese, half width, without markup, invisible or control characters.

    Punctuation that NFKC would narrow (，。！？；：（）) is kept in its Chinese form so sentences stay readable.
    """
    text = "".join(char if char in "，。！？；：（）～" else unicodedata.normalize("NFKC", char) for char in raw)
    if "<" in text or "&" in text:
        # Twice, since what is unescaped may be markup again.
        for _ in range(2):
            text = html.unescape(_TAG.sub(" ", _COMMENT_OR_SCRIPT.sub(" ", text)))
        text = _TAG.sub(" ", _COMMENT_OR_SCRIPT.sub(" ", text))
    text = INVISIBLE.sub("", _CONTROL.sub(" ", text))
    # OpenCC leaves 活著, 站著 as they are; 著名 and 著作 are right.
    text = simplify(text)
    text = _REPEATED.sub(r"\1\1", text)
    lines = (_SPACES.sub(" ", line).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def simplify(text: str) -> str:
    """Return *text* in simplified characters, nothing else about it changed."""
    return _PARTICLE.sub("着", _to_simplified().convert(text))


def has_words(text: str) -> bool:
    """Say whether *text* holds at least one letter, digit or Han character."""
    return any(char.isalnum() for char in text)


def is_chinese(text: str) -> bool:
    """Say whether at least a fifth of the letters of *text* are Han characters."""
    letters = [char for char in text if char.isalpha()]
    han = sum("\u4e00" <= char <= "\u9fff" for char in letters)
    return bool(letters) and han * 5 >= len(letters)


def bare(text: str) -> str:
    """Return *text* lower-cased with everything but letters, digits and Han characters removed."""
    return "".join(char for char in text.lower() if char.isalnum())


def sentences(text: str) -> list[str]:
    """Split *text* after 。！？ and line breaks; the pieces keep their punctuation and none is empty."""
    return [piece.strip() for piece in _SENTENCE_END.split(text) if piece.strip()]


def cut_bytes(text: str, limit: int) -> str:
    """Return the longest start of *text* within *limit* UTF-8 bytes that ends at a sentence or line end.

    Where the first sentence alone is longer, it is cut at a character and closed with `…`.
    """
    if len(text.encode()) <= limit:
        return text
    cut = text.encode()[: max(0, limit - 3)].decode(errors="ignore")
    ends = [match.end() for match in re.finditer(r"[。！？；]|\n", cut)]
    if ends and ends[-1] * 2 >= len(cut):
        return cut[: ends[-1]].rstrip()
    return cut.rstrip() + "…"


# -- numerals and figures ---------------------------------------------------------------------

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2, "仨": 3}
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_SHORT_SCALES = {"k": 1000, "w": 10_000}
# 三千五 without a unit is an amount; 一百 may be anything.
_LEAST_SAID_SHORT = 1000
_CHINESE_NUMBER = "零〇一二三四五六七八九十百千万亿两"
# 1.2万, 5k, 1.2w; 1万2, 1万2千 and 1万2000.
_SCALED = re.compile(r"(?P<number>\d+(?:\.\d+)?)(?P<scales>[百千万亿]+|[kKwW])(?:(?P<tenths>\d)|(?P<rest>\d{4}|\d[百千]))?")


def parse_number(text: str) -> Decimal | None:
    """Return the value of an Arabic or Chinese numeral (`1,234.5`, `三千六百`, `1.2万`, `5k`, `1万2`, `二〇二五`), or None."""
    text = text.replace(",", "").replace("，", "")
    if scaled := _SCALED.fullmatch(text):
        return _scaled(scaled)
    if re.fullmatch(r"\d+(?:\.\d+)?", text):
        try:
            return Decimal(text)
        except InvalidOperation:  # pragma: no cover - the pattern above only lets numbers through
            return None
    return _parse_chinese(text)


def _scaled(match: re.Match[str]) -> Decimal:
    """1万2 is 12,000 as 一万二 is: a digit after the scale counts tenths of it."""
    scales = [(_SCALES | _SHORT_SCALES)[char] for char in match["scales"].lower()]
    rest = parse_number(match["rest"]) if match["rest"] else Decimal(match["tenths"] or 0) * scales[-1] / 10
    return Decimal(match["number"]) * prod(scales) + (rest or 0)


def _parse_chinese(text: str) -> Decimal | None:
    if not text or any(char not in _DIGITS and char not in _SCALES for char in text):
        return None
    if all(char in _DIGITS for char in text):
        return Decimal("".join(str(_DIGITS[char]) for char in text))
    # 三千五 is said for 3500: a last digit right after 百, 千 or 万 counts tenths of it.
    if len(text) > 2 and text[-1] in _DIGITS and text[-1] != "零" and _SCALES.get(text[-2], 0) >= 100:
        tenths = _parse_chinese(text[:-1])
        return tenths + Decimal(_DIGITS[text[-1]] * _SCALES[text[-2]]) / 10 if tenths is not None else None
    total = section = digit = 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif _SCALES[char] < 10_000:
            section += (digit or 1) * _SCALES[char]
            digit = 0
        else:
            total = (total + section + digit) * _SCALES[char]
            section = digit = 0
    return Decimal(total + section + digit)


def to_chinese_number(value: int) -> str:
    """Return the plain Chinese numeral of 1 ≤ *value* ≤ 9999, as article numbers are written (八十二)."""
    names = "零一二三四五六七八九"
    parts, pending_zero = "", False
    for scale, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // scale % 10
        if digit:
            parts += ("零" if pending_zero and parts else "") + names[digit] + name
            pending_zero = False
        else:
            pending_zero = bool(parts)
    return parts[1:] if 10 <= value < 20 else parts


class Number(NamedTuple):
    """A figure found in a text: the words, the value in *unit*, and where it starts."""

    text: str
    value: Decimal
    unit: str
    start: int


_UNITS = {
    "元": "元", "块": "元", "块钱": "元", "万元": "万元", "亿元": "亿元", "元/月": "元", "元/小时": "元",
    "天": "日", "日": "日", "个工作日": "工作日", "工作日": "工作日", "个月": "月", "月": "月份", "年": "年",
    "周岁": "岁", "岁": "岁", "小时": "小时", "个小时": "小时", "%": "%", "％": "%", "倍": "倍", "人": "人",
    "级": "级", "次": "次", "周": "周", "份": "份", "分钟": "分钟", "℃": "度", "度": "度",
}  # fmt: skip
_UNIT_PATTERN = "|".join(sorted((re.escape(unit) for unit in _UNITS), key=len, reverse=True))
_SCALE = r"[百千万亿]+|[kKwW](?![A-Za-z])"
_GUESSED = re.compile(r"[一二两三四五六七八九]{2}[十百千万]")
# Of 1万2 the 2, of 3万5月 none.
_TENTHS = rf"(?:\d{{4}}(?!\d)|\d[百千]|\d(?![\d.]|\s*(?:{_UNIT_PATTERN})))?+"
NUMERAL = rf"\d[\d,]*(?:\.\d+)?(?:{_SCALE}){_TENTHS}|\d[\d,]*(?:\.\d+)?|[{_CHINESE_NUMBER}]+"
_FIGURE = re.compile(
    rf"(?P<percent>百分之)(?P<share>[{_CHINESE_NUMBER}\d.]+)"
    rf"|(?P<whole>[{_CHINESE_NUMBER}\d]+)分之(?P<part>[{_CHINESE_NUMBER}\d]+)"
    r"|(?P<halved>半)\s*(?P<half_of>年|个月|月|天|日|个工作日)|(?P<extra>[NnＮ])\s*[+＋]\s*(?P<more>\d+)"
    rf"|(?P<number>{NUMERAL})(?P<half>个半月|年半)?(?P<about>[来多余几])?\s*(?P<unit>{_UNIT_PATTERN})?(?P<within>内|之内|以内)?"
)
_DATE = re.compile(r"(\d{4})\s*[-年./]\s*(\d{1,2})\s*[-月./]\s*(\d{1,2})\s*日?")
_DOCUMENT_NUMBER = re.compile(r"[〔\[［](?:19|20)\d{2}[〕\]］]\s*第?\s*\d+\s*号|(?:第\s*)?\d+\s*号(?:令|文)?")


def find_numbers(text: str) -> list[Number]:
    """Return every figure with a unit in *text*, in order: money in 元, 天 as 日, 百分之五十 as 50 %.

    Dates come as one figure of unit `日期` (yyyymmdd). Bare numbers of three or more digits, and amounts said short (5k, 一万二), come
    with unit ``.
    Article numbers must be removed by the caller first (`citation.without_citations`).
    """
    return list(_numbers_of(text))


# So many texts are remembered with what was found in them: the lines of all guides are 6,000, with their sentences and clauses 20,000.
# What is found in a text depends on it (and on the register's names) alone, so nothing remembered can be out of date.
REMEMBERED = 16384


@lru_cache(maxsize=REMEMBERED)
def _numbers_of(text: str) -> tuple[Number, ...]:
    """The gate asks for the same line several times an answer."""
    text = _DOCUMENT_NUMBER.sub(lambda match: " " * len(match.group()), text)
    found = [
        Number(match.group(), Decimal(int(match[1]) * 10_000 + int(match[2]) * 100 + int(match[3])), "日期", match.start())
        for match in _DATE.finditer(text)
    ]
    text = _DATE.sub(lambda match: " " * len(match.group()), text)
    found += [number for match in _FIGURE.finditer(text) if (number := _number(match)) is not None]
    return tuple(sorted(found, key=lambda number: number.start))


def _number(match: re.Match[str]) -> Number | None:
    """The figure a match stands for, None where it is only a word with a numeral in it."""
    words, start = match.group().strip(), match.start()
    if match["percent"]:
        share = parse_number(match["share"].rstrip("."))
        return Number(words, share, "%", start) if share is not None else None
    if match["whole"]:
        whole, part = parse_number(match["whole"]), parse_number(match["part"])
        return Number(words, (part / whole).quantize(Decimal("0.0001")), "比例", start) if whole and part else None
    if match["halved"]:
        return Number(words, Decimal("0.5"), _UNITS[match["half_of"]].replace("月份", "月"), start)
    if match["extra"]:
        return Number(words, Decimal(match["more"]), "N+", start)
    value, unit = parse_number(match["number"]), _UNITS.get(match["unit"] or "", "")
    if value is None or not _is_figure(match, unit):
        return None
    if unit in {"万元", "亿元"}:
        value, unit = value * _SCALES[unit[0]], "元"
    if match["half"]:
        value, unit = value + Decimal("0.5"), "月" if match["half"] == "个半月" else "年"
    return Number(words, value, unit, start)


def is_guess(numeral: str) -> bool:
    """Say whether *numeral* is a guess and no figure: 两三天, 三五个人, 七八千块; a year has four digits."""
    is_row = len(numeral) in {2, 3} and all(char in _DIGITS for char in numeral) and "零" not in numeral
    return is_row or bool(_GUESSED.search(numeral))


def _is_figure(match: re.Match[str], unit: str) -> bool:
    if match["half"]:
        return True
    number = match["number"]
    if is_guess(number):
        return False
    if not unit:
        has_digit = any(char in _DIGITS or char.isdigit() for char in number)
        return len(re.sub(r"\D", "", number)) >= 3 or (has_digit and (parse_number(number) or 0) >= _LEAST_SAID_SHORT)
    # 一次, 一人, 一份, 一天 in running prose are words, not figures (within 一天内 they are); so are 万 and 亿 alone.
    if number in {"一", "万", "亿", "千", "百"} and unit in {"次", "人", "份", "日", "周", "级", "度"}:
        return bool(match["within"]) and number == "一" and unit in {"日", "周"}
    return any(char in _DIGITS or char.isdigit() or char == "十" for char in number)
