"""Written Chinese as it is said: figures, dates, hotlines, titles, brackets. Pure; what to say when is for `telephone`.

cn2an spells whole numbers and decimals. Its `transform` for running text is not used: it reads 2026-11-21 as a sum and 12351 as an amount.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import cn2an

# An unhurried voice on the telephone: 260 characters a minute.
CHARACTERS_A_SECOND = 260 / 60

_DIGIT_NAMES = dict(zip("0123456789", "零一二三四五六七八九", strict=True))
# A telephone's 1 is said yao, so that nobody hears 7.
_PHONE_NAMES = _DIGIT_NAMES | {"1": "幺"}
_LONGEST_NUMBER = 15

_UNITS_AFTER = r"(?:元|块|人|%|％|个|天|日|月|年|次|级|倍|岁|小时|万)"
HOTLINE = re.compile(rf"(?<![\d.])(?:110|119|120|12333|12345|12348|12351|12356)(?![\d.]|\s*{_UNITS_AFTER})")

_NUMBER = r"\d[\d,]*(?:\.\d+)?"
# Before these a single 2 is 两; not before 月, 日, 号, 级, which are counted off: 二月, 二级.
_COUNTED = r"(?:个|年|天|周|倍|次|人|份|万|千|亿|元|块|种|家|名|条|项|小时|分钟|张|步|档|岁|遍|成)"
_WRITTEN = re.compile(
    rf"(?P<url>(?:https?://)?(?:[A-Za-z0-9-]+\.)+(?:cn|com|org|net)(?:/[\w./-]*)?)"
    r"|(?P<day>\d{4}(?P<mark>[-/.])\d{1,2}(?P=mark)\d{1,2})(?!\d)"
    r"|〔(?P<issued>\d{4})〕\s*第?\s*(?P<issue>\d+)\s*号"
    r"|(?P<year>(?<!\d)(?:19|20)\d{2})(?=\s*(?:年|[-–~～至到]\s*(?:19|20)\d{2}\s*年))"
    rf"|(?P<hotline>{HOTLINE.pattern})"
    r"|(?P<phone>(?<!\d)(?:0\d{2,3}-?\d{7,8}|1\d{10}|[48]00-?\d{3}-?\d{4})(?!\d))"
    rf"|(?P<share>{_NUMBER})\s*[%％]"
    r"|(?<![\d./])(?P<part>\d{1,2})/(?P<whole>\d{1,2})(?![\d./])"
    rf"|(?P<pay>{_NUMBER})\s*(?P<money>万?元)/(?P<each>月|小时|天|日|年|人|次|户)"
    r"|第\s*(?P<place>\d+)"
    rf"|(?P<number>{_NUMBER})"
    r"|(?P<to>(?<=[\d%％年月日元])\s*[-–~～]\s*(?=\d))"
    r"|(?P<sign>\s*[×÷=＝+＋－→]\s*|——|[/／])"
)  # fmt: skip
_SIGNS = {
    "×": "乘",
    "÷": "除以",
    "=": "等于",
    "＝": "等于",
    "+": "加",
    "＋": "加",
    "－": "减",
    "→": "，",
    "——": "，",
    "/": "或",
    "／": "或",
}

# What is left of brackets that never closed, of bullets and of circled numbers.
_LEFT_OVER = str.maketrans(dict.fromkeys("（）()[]［］{}", "，") | dict.fromkeys("·•*①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳", " "))

_PLACE = r"[零一二三四五六七八九十百千\d]+"
_ARTICLE = rf"第{_PLACE}条(?:之[一二三四五六七八九十])?(?:第{_PLACE}款)?(?:第（?{_PLACE}）?项)?"
_CITED = re.compile(rf"《(?:[^《》]|《[^《》]*》)*》|{_ARTICLE}")
_JOINING = re.compile(r"(?:实施|若干规定|依据是?|根据|参见|见|按照?|以及|[、，；和及与至的：\s])*")
_BRACKETS = re.compile(r"[（(\[［]((?:[^（）()\[\]［］]|[（(][^（）()]*[）)])*)[）)\]］](的?)")
_ITEM = re.compile(r"(?:^|(?<=[：；。\n]))\s*（([一二三四五六七八九十]+)）")
_LISTED = re.compile(r"第[（(]([一二三四五六七八九十\d]+)[）)]项")
_SAID_OF = {"待工会确认": "，这个数还没有最后核实，", "具体数待工会确认": "，具体是多少还要问工会，"}


def number_words(digits: str) -> str:
    """Return the Chinese words of a number in Arabic digits: `1,234.5` → 一千二百三十四点五, `2000` → 两千.

    What is no amount (a leading zero, more than fifteen digits) is read digit by digit.
    """
    plain = digits.replace(",", "").rstrip(".")
    if len(plain) > _LONGEST_NUMBER or re.match(r"0\d", plain):
        return digit_words(plain)
    words: str = cn2an.an2cn(plain, "low")
    return re.sub(r"(?<![十百])二(?=千|万|亿)", "两", words)


def digit_words(digits: str) -> str:
    """Return *digits* one by one, as years are said: `2026` → 二零二六."""
    return "".join(_DIGIT_NAMES.get(char, "点" if char == "." else "") for char in digits)


def phone_words(digits: str) -> str:
    """Return a telephone number as it is said: `12351` → 幺二三五幺."""
    return "".join(_PHONE_NAMES.get(char, "") for char in digits)


def seconds(text: str) -> float:
    """Return about how long *text* takes to read aloud; marks and spaces take no time of their own."""
    return sum(char.isalnum() for char in text) / CHARACTERS_A_SECOND


def say(text: str) -> str:
    """Return *text* as a person would say it: no digits, brackets, titles' marks or signs; nothing left out but citations in brackets."""
    text = _BRACKETS.sub(_bracket, _ITEM.sub(r"第\1，", _LISTED.sub(r"第\1项", _titles(text))))
    text = _WRITTEN.sub(_written, text)
    return _smooth(text)


def _titles(text: str) -> str:
    """Brackets inside a title are part of its name: 《…解释（一）》 is said 解释一."""
    return re.sub(r"《[^《》]*》", lambda match: re.sub(r"[（）()]", "", match.group()), text)


def _bracket(match: re.Match[str]) -> str:
    inside = match[1].strip()
    if inside in _SAID_OF:
        return match[2] + _SAID_OF[inside]
    # A citation in brackets is for the eye: the law is named once, in words.
    if _JOINING.fullmatch(_CITED.sub("", inside)):
        return match[2]
    if inside.isascii():
        return inside + match[2]
    return f"{match[2]}，{_BRACKETS.sub(_bracket, inside)}，"


def _written(match: re.Match[str]) -> str:
    kind = next(name for name in _SAYING if match[name] is not None)
    return _SAYING[kind](match)


def _address(match: re.Match[str]) -> str:
    spelled = re.sub(r"\d+", lambda digits: f" {phone_words(digits.group())} ", match["url"].partition("://")[2] or match["url"])
    return " " + spelled.replace(".", " 点 ").replace("/", " 斜杠 ") + " "


def _day(match: re.Match[str]) -> str:
    year, month, day = match["day"].split(match["mark"])
    return f"{digit_words(year)}年{number_words(str(int(month)))}月{number_words(str(int(day)))}日"


def _pay(match: re.Match[str]) -> str:
    """2200 元/月 is 每月两千二百元, unless 每月 was just said."""
    each = f"每{match['each']}"
    clause = re.split(r"[，。；：、（(]", match.string[: match.start()])[-1]
    return ("" if each in clause else each) + _counted(match["pay"], match["money"]) + match["money"]


def _counted(number: str, after: str) -> str:
    """A single 2 before what is counted is 两, in a range too: 2 到 3 年."""
    pair = number == "2" and re.match(rf"\s*(?:(?:[-–~～到至或、]\s*)?\d+\s*)?{_COUNTED}", after)
    return "两" if pair else number_words(number)


_SAYING: dict[str, Callable[[re.Match[str]], str]] = {
    "url": _address,
    "day": _day,
    "issued": lambda match: f"{digit_words(match['issued'])}年第{number_words(match['issue'])}号",
    "year": lambda match: digit_words(match["year"]),
    "hotline": lambda match: phone_words(match["hotline"]),
    "phone": lambda match: phone_words(match["phone"]),
    "share": lambda match: f"百分之{number_words(match['share'])}",
    "part": lambda match: f"{number_words(match['whole'])}分之{number_words(match['part'])}",
    "pay": _pay,
    "place": lambda match: f"第{number_words(match['place'])}",
    "number": lambda match: _counted(match["number"], match.string[match.end() :]),
    "to": lambda _: "到",
    "sign": lambda match: _SIGNS[match["sign"].strip()],
}


def _smooth(text: str) -> str:
    """Sentences instead of half stops, one mark where two met, no spaces beside Chinese characters."""
    text = re.sub(r"[《》〈〉〔〕【】]", "", text).replace("；", "。").replace("\n", " ")
    text = text.translate(_LEFT_OVER)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", text).strip()
    text = re.sub(r"[，、]+([，。？！：”])", r"\1", re.sub(r"([。！？：“])[，。]+", r"\1", re.sub(r"，+", "，", text)))
    return text.lstrip("，。、： ")
