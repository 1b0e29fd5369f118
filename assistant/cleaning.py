"""Lines of a document → clean lines, with everything that was taken out or is doubtful said in `findings`. Pure.

Nothing is made up: a number that lost its digits is marked, not guessed; a line that gives a program orders is taken out and
shown to the reviewer; text that is already simplified keeps every character of its wording.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import NamedTuple

from assistant import orders
from assistant.text import INVISIBLE, simplify

LOST = "［数字缺失］"
MISSING = "［缺字］"
# What stands before a line of a page that begins a paragraph two characters in.
INDENT = "\u3000\u3000"
# Besides what people's messages hold: fillers, tags (letters nobody sees) and the marks that choose a form of a character.
_UNSEEN = re.compile(f"{INVISIBLE.pattern}|[\u034f\u061c\u115f\u1160\u2800\u3164\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# ⼯会: a PDF may hold the signs of a dictionary's radicals where the characters are meant.
_RADICAL = re.compile("[\u2e80-\u2fd5\uf900-\ufaff]")
_HAN = r"\u4e00-\u9fff\u3400-\u4dbf"
_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüêńňǹḿ"
_PINYIN = re.compile(rf"(?<=[{_HAN}])[(（]((?:[a-zɡ{_TONED}] ?){{1,6}})[)）]")
_ENTITY = re.compile(r"&(?:nbsp|ensp|emsp|amp|lt|gt|quot|#\d{1,6});")
_MARKUP = re.compile(
    r"(?:[<＜][?？]?\s*|[?？]\s*)?\bbr\s+style\s*=\s*[\"“”][^\"“”]*[\"“”]\s*/?\s*[>＞]?|</?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>\n]{0,500})?/?>"
)
_CAPTION = re.compile(
    r"\s*(?:[（(【]?\s*(?:图片|图|照片|点击查看.{0,10}|视频|海报|二维码|长按.{0,20}|扫码.{0,20})\s*\d*[）)】]?|[<＜《]左右滑动.{0,10}[>＞》]|文\s*[/／]\s*图[^。]{0,40}|(?:图为|上图|下图|右图|左图)[^。]{0,60}。?|(?:摄影|供图|图片来源|来源|编辑|责任编辑|审核|校对|记者)\s*[:：/／][^。]{0,40})\s*"
)
_MARKS = "，。、；：！？,;:!?"
_RUN = re.compile(rf"[{_MARKS}](?:[ \t\u3000]*[{_MARKS}])+")
_STRENGTH = "。！？!?；;：:、，,"
# 「獎?wù)?人」: of 章(zhāng) a few bytes are left; which character it was can only be guessed.
_MANGLED = re.compile(rf"[?？](?=[a-z]*[{_TONED}])[a-z{_TONED}]{{1,6}}[)）]|\ufffd+")
# 「?00余人」「獎章?3人」「咨詢?000余人次」: the digits before were lost on the way. 「可以吗？个人……」 only asks.
_UNIT = "(?:人|名|件|次|家|个|户|元|场|项|份|处|期|册)"
_LOST = re.compile(
    rf"(?<={MISSING[-1]})[?？]\s*(?:\d[\d,.]*)?\s*(?=[余多万亿千百]*{_UNIT})"
    rf"|(?<=[{_HAN}])(?<![吗呢么谁几少啥何])(?<!几.)\?\s*(?:\d[\d,.]*\s*(?=[余多万亿千百]*(?:{_UNIT}|[万亿余]))|(?=[余多万亿千百]+{_UNIT})|(?={_UNIT}(?:[，,。；;、）)]|$)))"
)
_NUMBER_ALONE = re.compile(r"[-—\s]*\d{1,3}[-—\s]*")
MOST_QUOTED = 60
LONG_LINE = 30
_STOPS = "。！？；：.!?;:”’）)」』…】》"


class Cleaned(NamedTuple):
    """The lines that are left, and what happened to the others."""

    lines: list[str]
    findings: list[str]


def clean(lines: Sequence[str], *, wrapped: bool = False) -> Cleaned:
    """Return *lines* without noise; where they are *wrapped* at the page's edge, they are joined into paragraphs."""
    findings: list[str] = []
    text = "\n".join(lines)
    text = _counted(_UNSEEN, "", text, "个看不见的字符（零宽、方向控制）", findings)
    text = _counted(_CONTROL, " ", text, "个控制字符", findings)
    text = _ENTITY.sub(lambda found: html.unescape(found.group()), text)
    text = _counted(_MARKUP, " ", text, "处网页代码", findings)
    text = _RADICAL.sub(lambda found: unicodedata.normalize("NFKC", found.group()), text)
    if wrapped:
        # Before anything is taken out of a line: its length says where the page's edge was.
        text = "\n".join(join_wrapped([line for line in text.split("\n") if line.strip()], findings))
    text = _without_pinyin(text, findings)
    text, mangled = _MANGLED.subn(MISSING, text)
    findings += [f"有 {mangled} 处字坏了，标成{MISSING}，后面一个字也可能是错的，请对照原文"] if mangled else []
    text = _in_simplified(text, findings)
    text = _single_marks(text, findings)
    kept = [" ".join(line.split()) for line in text.split("\n")]
    kept = _dropped(kept, lambda line: bool(_CAPTION.fullmatch(line)), "行图片说明和编辑信息", findings)
    alone = [line for line in kept if line and _NUMBER_ALONE.fullmatch(line)]
    findings += [f"去掉了 {len(alone)} 行单独的数字（页码或序号）：{'、'.join(alone[:10])}"] if alone else []
    kept = [line for line in kept if line and not _NUMBER_ALONE.fullmatch(line)]
    kept = _rejoined(kept, findings)
    kept = _without_orders(kept, findings)
    kept = _marked_losses(kept, findings)
    return Cleaned(kept, findings)


def _counted(pattern: re.Pattern[str], by: str, text: str, what: str, findings: list[str]) -> str:
    text, count = pattern.subn(by, text)
    if count:
        findings.append(f"去掉了 {count} {what}")
    return text


def _without_pinyin(text: str, findings: list[str]) -> str:
    """Drop the reading in brackets after a character. Without a tone it may be a word, unless the document is full of readings."""
    toned = sum(bool(set(found) & set(_TONED)) for found in _PINYIN.findall(text))
    if not toned:
        return text
    everywhere = toned >= 10
    return _counted_if(_PINYIN, lambda found: everywhere or bool(set(found[1]) & set(_TONED)), text, "处夹在字后面的拼音", findings)


def _counted_if(pattern: re.Pattern[str], is_noise: Callable[[re.Match[str]], bool], text: str, what: str, findings: list[str]) -> str:
    count = 0

    def replaced(match: re.Match[str]) -> str:
        nonlocal count
        if not is_noise(match):
            return match.group()
        count += 1
        return ""

    text = pattern.sub(replaced, text)
    if count:
        findings.append(f"去掉了 {count} {what}")
    return text


def _in_simplified(text: str, findings: list[str]) -> str:
    """Convert a text in traditional characters; one in simplified characters is left exactly as it is."""
    converted = simplify(text)
    if len(converted) == len(text):
        changed = sum(before != after for before, after in zip(text, converted, strict=True))
        han = sum("\u4e00" <= char <= "\u9fff" for char in text)
        # A name or two of a short notice may be written the old way.
        if changed < 0.02 * max(han, 1) or (changed < 4 and changed < 0.1 * han):
            return text
    findings.append("原文是繁体字，已转成简体，请核对人名、地名")
    return converted


def _single_marks(text: str, findings: list[str]) -> str:
    """Of several marks in a row keep the one that says most; ？！ and ?! together stand for a mark that was lost."""

    def one(match: re.Match[str]) -> str:
        marks = [mark for mark in match.group() if not mark.isspace()]
        if {"?", "？"} & set(marks) and {"!", "！"} & set(marks):
            return "。"
        return min(marks, key=_STRENGTH.index)

    text, count = _RUN.subn(one, text)
    if count:
        findings.append(f"改掉了 {count} 处连在一起的标点")
    return text


def _dropped(lines: Sequence[str], is_noise: Callable[[str], bool], what: str, findings: list[str]) -> list[str]:
    kept = [line for line in lines if not (line and is_noise(line))]
    if len(kept) < len(lines):
        findings.append(f"去掉了 {len(lines) - len(kept)} {what}")
    return kept


def _without_orders(lines: Sequence[str], findings: list[str]) -> list[str]:
    """Take out lines that give a program orders, and show them: a document tells people something, never us."""
    kept = []
    for number, line in enumerate(lines, start=1):
        plain = unicodedata.normalize("NFKC", line)
        if orders.commands_machine(line) or orders.commands_machine(plain) or orders.commands_machine("".join(plain.split())):
            findings.append(f"第 {number} 行像是写给程序的命令，已拿掉，请人看：{_quoted(line)}")
        else:
            kept.append(line)
    return kept


def _marked_losses(lines: Sequence[str], findings: list[str]) -> list[str]:
    marked = []
    for line in lines:
        better = _LOST.sub(LOST, line)
        if better != line:
            places = (found.start() for found in re.finditer(LOST, better))
            findings += [f"数字丢了，不能引用：{_quoted(better[max(0, place - 20) : place + 30])}" for place in places]
        marked.append(better)
    return marked


def _quoted(line: str) -> str:
    return f"“{line[:MOST_QUOTED]}……”" if len(line) > MOST_QUOTED else f"“{line}”"


def _rejoined(lines: Sequence[str], findings: list[str]) -> list[str]:
    """Join a long line that breaks off in the middle of a sentence with the next one, as newspaper columns leave them."""
    joined: list[str] = []
    count = 0
    for line in lines:
        before = joined[-1] if joined else ""
        # A heading has no comma in it; prose of that length does.
        is_prose = len(before) >= LONG_LINE and any(mark in before for mark in "，,。；、")
        breaks_off = is_prose and before[-1] not in _STOPS and not before.startswith("#")
        if breaks_off and not _NEW_PARAGRAPH.match(line) and not line.startswith(("#", "——")):
            joined[-1] += line
            count += 1
        else:
            joined.append(line)
    if count:
        findings.append(f"接上了 {count} 处断在句子中间的行，请核对")
    return joined


_CHINESE = "[一二三四五六七八九十]"
# 「依照第十条规定」「前款第（一）、（二）项」「3.5 倍」 may stand at a line's beginning and begin nothing.
_NEW_PARAGRAPH = re.compile(
    r"第\s*[一二三四五六七八九十百千零〇两\d]+\s*[条章节编](?!规定|[第、的，,。；;）)之款项]|[和与及或至][第本]|以及|所[列称指述规]|中规定)"
    rf"|[（(][一二三四五六七八九十\d]+[）)](?!\s*[项款目、至和或])|{_CHINESE}+、(?!{_CHINESE}+[、款项条])|\d+(?:、|[.．](?!\d))"
    r"|\d{4}年\d{1,2}月\d{1,2}日\s|附\s*[件录表]\s*[一二三四五六七八九十\d]*\s*(?:[:：]|$)|目\s*录$"
)
# Of 20 | 000 the parts belong together.
_BETWEEN_WORDS = re.compile(r"[a-zA-Z][a-zA-Z0-9]|\d[a-zA-Z]")
_PARAGRAPH_END = "。：；！？"
# Of a line that goes on in the next one at most a long word is missing.
FULL_LINE = 0.85
# A page whose author indents paragraphs says where each begins; without that, line ends have to.
INDENTED = 0.1


def join_wrapped(lines: Sequence[str], findings: list[str]) -> list[str]:
    """Join lines that end at the page's edge into paragraphs.

    A new one begins with INDENT where the document has it, else after a full stop at a line's end; or with a number of its own.
    """
    width = FULL_LINE * _page_width(lines)
    by_indent = sum(line.startswith(INDENT) for line in lines) >= max(2, INDENTED * len(lines))
    paragraphs: list[str] = []
    open_end = in_doubt = False
    guessed = 0
    for line in lines:
        plain = line.strip()
        goes_on = not _NEW_PARAGRAPH.match(plain) and not (by_indent and line.startswith(INDENT))
        guessed += in_doubt and goes_on
        if open_end and goes_on:
            paragraphs[-1] += (" " if _BETWEEN_WORDS.search(paragraphs[-1][-1:] + plain[:1]) else "") + plain
        else:
            paragraphs.append(plain)
        # A short line without a full stop is a heading; a full one goes on in the next line.
        is_full = _width(line) >= width
        stops = plain.rstrip("”’」』)）")[-1:] in _PARAGRAPH_END
        open_end = is_full and (by_indent or not stops)
        in_doubt = is_full and not open_end
    if guessed:
        findings.append(f"有 {guessed} 行写满一行又以句号一类结束，是不是一款的结尾只能猜，请对照原文看分段")
    return paragraphs


def _page_width(lines: Sequence[str]) -> float:
    """The width that several lines have; a single one that is wider (of a table, of a page on its side) says nothing."""
    widths = sorted((_width(line) for line in lines), reverse=True)
    several = (width for place, width in enumerate(widths[:-2]) if widths[place + 2] >= FULL_LINE * width)
    return next(several, widths[0] if widths else 0.0)


def _width(line: str) -> float:
    """How wide a line is, in Chinese characters."""
    return sum(0.5 if char.isascii() else 1.0 for char in line)
