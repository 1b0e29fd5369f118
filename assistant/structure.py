"""Clean lines of a document → its title, issuer, dates and 章 / 条 / 款 / 项. Pure. What looks wrong is said in `findings`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from assistant.citation import parse_label
from assistant.text import parse_number
from assistant.types import Article, Citation

_NUMERAL = "一二三四五六七八九十百千零〇两\\d"
# 「第三条规定的情形」「第十条、第十一条」 at the beginning of a line is no heading.
_REFERENCE = r"规定|、?第|[的，,。；;）)款项之]|[和与及或至][第本]|以及|所[列称指述规]|中规定"
_ARTICLE = re.compile(
    rf"(?:[#*\s]*)(第\s*[{_NUMERAL}]+\s*条(?:\s*之\s*[一二三四五六七八九十]+)?)(?!{_REFERENCE})([*\s　:：、]*)(.*)", re.DOTALL
)
_CHAPTER = re.compile(rf"(?:[#*\s]*)(第\s*[{_NUMERAL}]+\s*[编章节])[*\s　]*(\S.*)?")
_ITEM = re.compile(r"\s*[（(][一二三四五六七八九十]+[）)]")
_NOTICE_PART = re.compile(r"[一二三四五六七八九十]{1,3}、")
_CHINESE = "[一二三四五六七八九十]"
_DAY_WORDS = (
    rf"(?:\d{{4}}|[一二三四五六七八九〇零○]{{4}})\s*年\s*(?:\d{{1,2}}|{_CHINESE}{{1,2}})\s*月\s*(?:\d{{1,2}}|{_CHINESE}{{1,3}})\s*日"
)
_DAY = re.compile(_DAY_WORDS)
_NUMBER = re.compile(
    r"[\u4e00-\u9fff]{1,10}[〔\[［(（]\s*(?:19|20)\d{2}\s*[〕\]］)）]\s*第?\s*\d+\s*号|(?:中华人民共和国)?[\u4e00-\u9fff]{2,20}令\s*第?\s*[\d一二三四五六七八九十百]+\s*号"
)
_IN_FORCE = re.compile(
    rf"[自从于]\s*({_DAY_WORDS})\s*(?:起|开始)\s*(?:正式)?(?:施行|实施|执行|生效)|自\s*(发布|公布|印发)之日起\s*(?:施行|实施|执行)"
)
# 「2018年10月1日 施行」 as collections of laws print it in the head.
_IN_FORCE_LINE = re.compile(rf"({_DAY_WORDS})\s*起?\s*(?:施行|实施|执行|生效)")
# What may follow the last article and belongs to none.
_APPENDIX = re.compile(r"[#*\s]*附\s*[件录表]\s*[一二三四五六七八九十\d]*\s*(?:[:：]?|[:：].{1,40}(?<![。；]))[*\s]*")
_PRINTED = re.compile(rf"[（(]?\s*{_DAY_WORDS}\s*(?:印发)?[）)]?|[#*\s]*(?:抄送|主送|印发)\s*[:：].*|.{{2,30}}\s{_DAY_WORDS}\s*印发")
# 「某市人民政府关于印发《某市工人休息办法》的通知」 stands before the text it brings.
_BRINGS = re.compile(r"(?:印发|发布|公布|颁布|下发|转发|批转).{0,3}《(.{2,60})》.{0,10}(?:通知|公告|令|决定)")
_ISSUERS = re.compile(
    r"国务院(?=令)|全国人民代表大会常务委员会|全国人民代表大会|最高人民法院|最高人民检察院|国务院办公厅|国务院(?!关于|有关|令)|人力资源和?社会保障部|劳动和社会保障部|劳动部"
    r"|中华全国总工会|[\u4e00-\u9fff-]{2,14}(?:省|市|自治区|区|县)(?:第[一二三四五六七八九十]+届)?(?:人民代表大会常务委员会|人民政府办公厅|人民政府|总工会|人力资源和社会保障[厅局]|医疗保障局|住房公积金管理中心)"
)
FEWEST_ARTICLES = 3
_EDITION = re.compile(r"[（(](?:试行|暂行|草案|\d{4}.{0,6})[）)]$")
_ENACTED = re.compile(r"公布|发布|通过|修订|修正|印发|批准|颁布")
_TITLE_END = re.compile(
    r"(?:条例|规定|办法|决定|法|解释(?:[（(][一二三四五六七八九十][）)])?|规则|细则|通知|意见|批复|复函|公告|方案|总结|综述|报告|回顾)$"
)


class Document(NamedTuple):
    """What a document says of itself, its articles (none for notices and reports) and its body as Markdown lines."""

    name: str
    kind: str
    issuer: str | None
    number: str | None
    issued_on: date | None
    in_force_from: date | None
    articles: tuple[Article, ...]
    body: tuple[str, ...]
    findings: tuple[str, ...]


def read_structure(lines: Sequence[str], *, fallback_name: str) -> Document:
    """Return what *lines* say; *fallback_name* (the file's name) is the title where the lines have none."""
    lines = [line.strip() for line in lines if line.strip()]
    findings: list[str] = []
    first = next((number for number, line in enumerate(lines) if _ARTICLE.match(line)), None)
    is_regulation = sum(bool(_ARTICLE.match(line)) for line in lines) >= FEWEST_ARTICLES
    head = _head(lines, first if is_regulation else None)
    name, title = _title(head, fallback_name, findings)
    if is_regulation and (brings := _BRINGS.search(name)):
        name = _short_name(brings[1])
    about = [line for line in head if line.lstrip("# ") not in title]
    whole = "\n".join(_DAY.sub(" ", line) for line in about)
    full_title = "".join(title)
    kind = (
        "regulation"
        if is_regulation
        else "notice"
        if _NUMBER.search(whole) or re.search(r"通知|公告|意见|复函|批复", full_title)
        else "report"
    )
    articles: tuple[Article, ...] = ()
    body = tuple(_notice_body(lines, title))
    signed_by, signed_on = _signature(lines) if kind == "notice" else (None, None)
    if is_regulation:
        articles, body = _articles(name, lines[first or 0 :] if first is not None else lines, _chapter_before(lines, first or 0), findings)
    number = _NUMBER.search(whole)
    return Document(
        name=name,
        kind=kind,
        issuer=_issuer(about, full_title) or signed_by,
        number=re.sub(r"\s", "", number.group()) if number else None,
        issued_on=_issued(about) or signed_on,
        in_force_from=_in_force_from(about, articles),
        articles=articles,
        body=body,
        findings=tuple(findings),
    )


def _head(lines: Sequence[str], first: int | None) -> list[str]:
    """The lines before the first article or chapter; of a text without articles, its first lines."""
    if first is None:
        return list(lines[:8])
    chapter = next((number for number, line in enumerate(lines[:first]) if _CHAPTER.fullmatch(line)), first)
    contents = next((number for number, line in enumerate(lines[:first]) if re.fullmatch(r"目\s*录", line)), first)
    return list(lines[: min(chapter, contents)])


def _title(head: Sequence[str], fallback: str, findings: list[str]) -> tuple[str, tuple[str, ...]]:
    """The short name as the register has it, and the lines of the title as they stand."""
    plain = [_plain(line) for line in head[:6]]
    for place, line in enumerate(plain):
        # A long title runs over several lines: 山东省人民政府办公厅 / 关于……的 / 通知.
        for count in (1, 2, 3) if line.startswith("关于") else (1,):
            pieces = plain[place : place + count]
            whole = "".join(pieces)
            if _TITLE_END.search(_EDITION.sub("", whole)) and len(whole) <= 80 and not any(mark in whole for mark in "。：:"):
                by = plain[place - 1] if line.startswith("关于") and place and _ISSUERS.fullmatch(plain[place - 1]) else ""
                return _short_name(by + whole), tuple(piece.lstrip("#* ") for piece in head[place : place + count])
    # Several short lines without a stop at the head of a page are captions of its pictures, and a line that ends in a colon greets.
    captions = len(plain) > 3 and all(len(line) <= 40 and line[-1:] not in "。；" for line in plain[:4])
    if plain and 4 <= len(plain[0]) <= 60 and plain[0][-1] not in "。：:，" and not captions:
        return _short_name(plain[0]), (head[0].lstrip("#* "),)
    findings.append("没有找到标题，用文件名代替，请核对")
    return _short_name(fallback), (fallback,)


def _plain(line: str) -> str:
    line = re.sub(r"^[*#—–\s-]+|[*\s]+$", "", line)
    return line[1:-1] if line.startswith("《") and line.endswith("》") else line


def _short_name(title: str) -> str:
    title = re.sub(r"\s", "", title).replace("(", "（").replace(")", "）")
    return title.removeprefix("中华人民共和国") if "《" not in title else title


def _chapter_before(lines: Sequence[str], first: int) -> str:
    """The chapter heading right above the first article (a table of contents further up is not one)."""
    found = ""
    for line in lines[max(0, first - 3) : first]:
        if match := _CHAPTER.fullmatch(line):
            found = _heading(match)
    return found


def _heading(match: re.Match[str]) -> str:
    return f"{_close(match[1])} {' '.join((match[2] or '').split())}".strip()


def _close(label: str) -> str:
    """第 一 条 → 第一条."""
    return "".join(label.split())


def _articles(name: str, lines: Sequence[str], chapter: str, findings: list[str]) -> tuple[tuple[Article, ...], tuple[str, ...]]:
    body = [f"# {name}"]
    if chapter:
        body.append(f"## {chapter}")
    texts: dict[str, list[str]] = {}
    chapters: dict[str, str] = {}
    current: str | None = None
    for place, whole_line in enumerate(lines):
        if texts and _APPENDIX.fullmatch(whole_line):
            body += [f"## {_plain(whole_line)}", *(line.lstrip("#* ") for line in lines[place + 1 :])]
            findings.append(f"“{_plain(whole_line)[:20]}”以后的 {len(lines) - place} 行不算在任何一条里，只放在文末，请核对")
            break
        line = whole_line
        if (match := _CHAPTER.fullmatch(line)) and len(line) <= 40:
            chapter, current = _heading(match), None
            body.append(f"## {chapter}")
            continue
        match = _ARTICLE.fullmatch(line)
        number = parse_label(_close(match[1])) if match else None
        if match and number is not None:
            if number in texts:
                findings.append(f"{match[1]}出现了两次，只留了第一次，请核对原文")
                current = None
                continue
            current = number
            texts[number], chapters[number] = [], chapter
            body.append(f"### {_close(match[1])}")
            line = match[3]
        elif current is not None and (_PRINTED.fullmatch(line) or _ISSUERS.fullmatch(line)):
            current = None
        line = line.lstrip("#* ").strip()
        if line and current is not None:
            texts[current].append(line)
            body.append(line)
        elif line:
            findings.append(f"有一行不在任何一条里，没有收：“{line[:40]}”")
    findings += _gaps([int(number) for number in texts if number.isdecimal()])
    findings += [f"第 {number} 条是空的，请核对原文" for number, parts in texts.items() if not parts]
    articles = (Article(Citation(name, number), "\n".join(parts), chapters[number]) for number, parts in texts.items())
    return tuple(articles), tuple(body)


def _gaps(numbers: Sequence[int]) -> list[str]:
    found = [f"第 {number} 条没有找到，请核对原文" for number in sorted(set(range(1, max(numbers, default=0) + 1)) - set(numbers))[:20]]
    if list(numbers) != sorted(numbers):
        found.append("条的先后顺序是乱的，请核对原文")
    return found


def _notice_body(lines: Sequence[str], title: Sequence[str]) -> list[str]:
    body = [f"# {''.join(title)}"]
    for line in lines:
        if line.lstrip("#* ") in title:
            continue
        body.append(f"## {line}" if _NOTICE_PART.match(line) and len(line) <= 40 else line.lstrip("# "))
    return body


def _signature(lines: Sequence[str]) -> tuple[str | None, date | None]:
    """Who signs a notice at its end, and on which day."""
    last = lines[-12:]
    place = next((place for place in reversed(range(len(last))) if _DAY.fullmatch(last[place].strip("（）() "))), None)
    if place is None:
        return None, None
    names = (_named(line) for line in reversed(last[max(0, place - 2) : place]) if len(line) <= 30 and "。" not in line)
    return next((name for name in names if name), None), _day(_DAY.search(last[place]))


def _issuer(about: Sequence[str], title: str) -> str | None:
    """Who enacted it: named in a line that says so or that stands alone, else in the title; a name in running text is not it."""
    for line in (*(line for line in about if _ENACTED.search(line) or _NUMBER.search(line) or _ISSUERS.fullmatch(line)), title):
        if name := _named(line):
            return name
    return None


def _named(line: str) -> str | None:
    """The first authority that *line* names, without the words before it."""
    match = _ISSUERS.search(_DAY.sub(" ", line))
    return re.sub(r"^.*(?:关于|转发|印发|根据)|^由|^经(?!济)", "", match.group()) if match else None


def _issued(about: Sequence[str]) -> date | None:
    """The last day on which the text was enacted or amended, as its head says it."""
    lines = (line for line in about if _ENACTED.search(line) or _DAY.fullmatch(line))
    days = [_day(match) for line in lines for match in _DAY.finditer(_IN_FORCE.sub("", line))]
    return max((day for day in days if day is not None), default=None)


def _in_force_from(about: Sequence[str], articles: Sequence[Article]) -> date | None:
    """The day from which the text says it holds: in its head, else in one of its last articles."""
    for line in about:
        if match := _IN_FORCE_LINE.fullmatch(line):
            return _day(_DAY.search(match[1]))
    for text in (*about, *(article.text for article in reversed(articles[-3:]))):
        if match := _IN_FORCE.search(text):
            return _day(_DAY.search(match[1])) if match[1] else _issued(about)
    return None


def _day(match: re.Match[str] | None) -> date | None:
    """The day that 2025年1月2日 or 二〇二五年一月二日 names, None where there is no such day."""
    if match is None:
        return None
    numbers = [parse_number(part.strip()) for part in re.split("[年月日]", match.group().replace("○", "〇"))[:3]]
    try:
        year, month, day = (int(number) for number in numbers if number is not None)
        return date(year, month, day)
    except ValueError:
        return None
