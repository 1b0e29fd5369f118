"""Find and mask personal data before anything is stored, logged or sent to a model. Pure.

Masked: 身份证 (18 digits with check digit, and 15 digits), mobile and landline numbers, bank cards (Luhn), email, WeChat
and QQ ids after a cue, car plates; in any width, spacing or separator, and in Chinese digits. Names and addresses cannot be
found reliably: only those after a plain cue (我叫…) are masked. Public hotlines, article numbers, amounts and dates stay.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

_CHINESE_DIGITS = {char: str(value) for value, char in enumerate("零一二三四五六七八九")} | {
    "〇": "0", "幺": "1", "壹": "1", "贰": "2", "叁": "3", "肆": "4", "伍": "5", "陆": "6",
    "柒": "7", "捌": "8", "玖": "9", "两": "2", "○": "0",
}  # fmt: skip
_SEPARATORS = " \t\n\r\u00a0\u3000-_.·—–－,，、/\\|*()（）\u2009\u200b\u200c\u200d\u2060\ufeff:：~～。．#＃+＋"
_MAX_GAP = 4
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"

_MOBILE = r"(?:0?0?86)?1[3-9]\d{9}"
_STRONG = re.compile(_MOBILE + r"(?!\d)")
# A UnionPay number begins with 62; mistyped ones, which fail the check digit, are as private.
_LOOKALIKES = (
    (re.compile(_MOBILE), "手机号"),
    (re.compile(r"0(?:10|2\d|[3-9]\d\d)[2-9]\d{6,7}(?!\d)"), "电话号码"),
    (re.compile(r"62\d{14,17}(?!\d)"), "银行卡号"),
)

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}[@＠][A-Za-z0-9-]{1,63}(?:[.．][A-Za-z0-9-]{1,63}){1,4}")
_ACCOUNT = re.compile(
    r"(?P<cue>微信号?|薇信|威信|vx|VX|wx|WX|QQ号?|qq号?|扣扣)(?P<sep>\s{0,3}(?:是|为|:|：)?\s{0,3})(?P<id>[A-Za-z0-9][A-Za-z0-9_-]{4,19})"
)
_PLATE = re.compile(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·\s]?[A-HJ-NP-Z0-9]{5,6}(?![A-Za-z0-9])")
_CUE = r"(?P<cue>[我俺]叫|[我俺]的名字[是叫]|(?:本人)?姓名\s*[:：是]?\s*)"
_AFTER_NAME = r"(?=[，。,.;；、\s\d]|$|是|在|今年|身份|电话|手机|住|男|女)"
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高梁郑谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白"
    "孟秦邱侯江尹薛闫雷龙史陶贺毛段郝顾龚邵覃武钱戴莫孔向常汤康易乔赖文栾矫臧辛曲迟宫綦蓝兰耿焦柳邢安葛庄鲁柴隋匡牟逄纪解管宿"
)
# A name with nothing after it to show its end: three characters, the third of which may be one too many.
_NAME = re.compile(rf"{_CUE}(?P<name>[\u4e00-\u9fff]{{2,3}}?{_AFTER_NAME}|[{_SURNAMES}][\u4e00-\u9fff]{{1,2}})")


def mask(text: str) -> str:
    """Return *text* with every piece of personal data replaced by its kind in brackets, e.g. `[身份证号]`."""
    text = _EMAIL.sub("[邮箱]", text)
    text = _mask_digit_runs(text)
    text = _ACCOUNT.sub(lambda match: f"{match['cue']}{match['sep']}[账号]", text)
    text = _PLATE.sub("[车牌号]", text)
    return _NAME.sub(lambda match: f"{match['cue']}[姓名]", text)


def _digit(char: str) -> str | None:
    if "0" <= char <= "9":
        return char
    if char in _CHINESE_DIGITS:
        return _CHINESE_DIGITS[char]
    if char.isdigit() or char.isdecimal():
        value = unicodedata.digit(char, None)
        return None if value is None else str(value)
    return None


def _mask_digit_runs(text: str) -> str:
    """Replace identity, card and phone numbers in runs of digits that may have separators between them."""
    positions: list[int] = []
    digits: list[str] = []
    out = text
    edits: list[tuple[int, int, str]] = []

    def close() -> None:
        edits.extend(_personal_spans("".join(digits), positions, text))
        positions.clear()
        digits.clear()

    gap = 0
    for index, char in enumerate(text):
        digit = _digit(char)
        if digit is None and char in "xXｘＸ×" and len(digits) >= 17:
            digit = "X"
        if digit is not None:
            positions.append(index)
            digits.append(digit)
            gap = 0
        elif char in _SEPARATORS and gap < _MAX_GAP:
            gap += 1
        else:
            close()
            gap = 0
    close()
    for start, end, label in reversed(edits):
        out = out[:start] + label + out[end:]
    return out


def _personal_spans(digits: str, positions: list[int], text: str) -> list[tuple[int, int, str]]:
    """Find personal numbers that begin where a written number begins, or right after another one found."""
    spans: list[tuple[int, int, str]] = []
    index = 0
    while index < len(digits):
        begins = index == 0 or _breaks(text, positions, index) or (bool(spans) and spans[-1][1] == positions[index])
        kind = _kind_at(digits, positions, index, text) if begins else None
        if kind is None:
            index += 1
            continue
        length, label = kind
        first, last = positions[index], positions[index + length - 1]
        start = _with_country_code(text, first) if label == "手机号" else first
        spans.append((start, last + 1, f"[{label}]"))
        index += length
    return spans


def _breaks(text: str, positions: list[int], index: int) -> bool:
    """A written number ends where the next digit stands apart, or is of the other script (张三13812345678)."""
    before, after = positions[index - 1], positions[index]
    return after != before + 1 or (text[before] in _CHINESE_DIGITS) != (text[after] in _CHINESE_DIGITS)


def _kind_at(digits: str, positions: list[int], index: int, text: str) -> tuple[int, str] | None:
    """Return length and kind of the personal number that begins at *index*, or None."""
    rest = digits[index : index + 40]

    def ends(length: int) -> bool:
        """The number ends where the written digits end, or another personal number follows at once."""
        after = index + length
        if after >= len(digits) or _breaks(text, positions, after):
            return True
        return bool(_STRONG.match(rest[length:])) or is_identity_number(rest[length : length + 18])

    if is_identity_number(rest[:18]):
        return 18, "身份证号"
    for length in (19, 18, 17, 16):
        if is_card_number(rest[:length], length) and ends(length):
            return length, "银行卡号"
    for pattern, label in _LOOKALIKES:
        if (found := pattern.match(rest)) and ends(found.end()) and not (label == "电话号码" and _inside_date(text, positions[index])):
            return found.end(), label
    if _looks_like_identity_number(rest[:18]) and ends(18):
        return 18, "身份证号"
    if is_old_identity_number(rest[:15]) and ends(15):
        return 15, "身份证号"
    # Any other long unbroken run of digits is nobody's wage: an account, a mistyped card or identity number.
    unbroken = next((n for n in range(1, len(rest)) if _breaks(text, positions, index + n)), len(rest))
    return (unbroken, "号码") if unbroken >= 15 else None


def _inside_date(text: str, start: int) -> bool:
    """The 03 of 2025-03-15 begins no area code."""
    return start > 0 and text[start - 1] in "-./年月"


def _with_country_code(text: str, start: int) -> int:
    prefix = re.search(r"[+＋]\s*$", text[:start])
    return prefix.start() if prefix else start


def is_identity_number(digits: str) -> bool:
    """Say whether *digits* is an 18-digit identity number: a date of birth inside and the MOD 11-2 check digit."""
    if not re.fullmatch(r"[1-9]\d{16}[\dX]", digits) or not _is_birth_date(digits[6:14]):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, _ID_WEIGHTS, strict=False))
    return _ID_CHECK[total % 11] == digits[17]


def _looks_like_identity_number(digits: str) -> bool:
    """A mistyped identity number is as private as a right one: only the date of birth must be possible."""
    return bool(re.fullmatch(r"[1-8]\d{16}[\dX]", digits)) and _is_birth_date(digits[6:14])


def is_old_identity_number(digits: str) -> bool:
    """Say whether *digits* looks like a 15-digit identity number (before 1999; it has no check digit)."""
    return bool(re.fullmatch(r"[1-8]\d{14}", digits)) and _is_birth_date("19" + digits[6:12])


def _is_birth_date(text: str) -> bool:
    try:
        born = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return 1900 <= born.year <= 2100


def is_card_number(digits: str, length: int) -> bool:
    """Say whether *digits* is a bank card number of *length* digits by the Luhn check (ISO/IEC 7812-1)."""
    if len(digits) != length or not digits.isdigit() or len(set(digits)) < 2:
        return False
    if digits[0] not in "3456" and not digits.startswith("9558"):
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
