"""Legal citations: find them in prose, recognise a bare request for one, write them the one right way. Pure.

`《劳动合同法》第八十二条` ⇄ `Citation("劳动合同法", "82")`. Names are resolved with the register's name table,
longest name first, so that 劳动合同法实施条例 is never read as 劳动合同法.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from assistant.instruments import Names
from assistant.text import REMEMBERED, parse_number, to_chinese_number
from assistant.types import Citation

_NUMERAL = r"[\d零〇一二三四五六七八九十百千两]+"
_ONE = rf"第?\s*(?P<number>{_NUMERAL})\s*条(?:\s*之\s*(?P<insert>[一二三四五六七八九十]))?"
_ARTICLE = re.compile(rf"第\s*(?P<number>{_NUMERAL})\s*条(?:\s*之\s*(?P<insert>[一二三四五六七八九十]))?")
_TAIL = re.compile(rf"(?:第\s*{_NUMERAL}\s*款)?(?:第\s*[（(]?{_NUMERAL}[）)]?\s*项)?(?:\s*[（(][一二三四五六七八九十、]+[）)])?")
# 第四十、四十一条: one 条 closes the list
_LISTED = re.compile(rf"第\s*(?P<number>{_NUMERAL})(?=(?:\s*[、，,和及与至]\s*第?\s*{_NUMERAL})+\s*条)")
_JOIN = re.compile(r"\s*(?:[、，,和及与或]|以及|至)\s*")
_SHORT_ITEM = re.compile(rf"(?P<number>{_NUMERAL})(?=\s*(?:[、，,和及与或至]|条))")
_BRACKETED = re.compile(r"《(?P<name>[^《》]{2,60}(?:《[^《》]{2,30}》[^《》]{0,20})?)》")


class Found(NamedTuple):
    """A citation in a text and the span of the words that make it; `law` is as written when unknown."""

    citation: Citation
    known: bool
    start: int
    end: int


def format_citation(citation: Citation) -> str:
    """Return `《劳动合同法》第八十二条`."""
    return f"《{citation.law}》{format_article(citation.article)}"


def format_article(article: str) -> str:
    """Return `第八十二条`, or `第二百七十六条之一` for `276之一`."""
    number, _, insert = article.partition("之")
    return f"第{to_chinese_number(int(number))}条" + (f"之{insert}" if insert else "")


def parse_article(number: str, insert: str | None = None) -> str | None:
    """Return the article as Arabic digits (`八十二` → `82`), or None when it is no possible number."""
    value = parse_number(number)
    if value is None or not 1 <= value <= 9999:
        return None
    return f"{int(value)}之{insert}" if insert else str(int(value))


def parse_label(label: str) -> str | None:
    """Return the article that a heading such as 第二百七十六条之一 names, or None where it is no such heading."""
    match = _ARTICLE.fullmatch(label.strip())
    return parse_article(match["number"], match["insert"]) if match else None


@lru_cache(maxsize=8)
def _name_pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """The longest name that begins at a place; names that begin alike stand together, so that few are tried there."""
    rests: dict[str, list[str]] = {}
    for name in sorted(names, key=len, reverse=True):
        rests.setdefault(name[:1], []).append(re.escape(name[1:]))
    return re.compile("|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in rests.items()) or r"(?!)")


def _clean_name(name: str) -> str:
    return re.sub(r"\s", "", name).replace("(", "（").replace(")", "）")


def find_citations(text: str, names: Mapping[str, str]) -> list[Found]:
    """Return every citation of *text* in order: bracketed or plain titles, and lists such as 第三条、第五条.

    A bracketed title that no one knows is returned too, with `known=False`, so that it can be refused.
    """
    return list(_found_before(text, names)) if isinstance(names, Names) else _find(text, names)


@lru_cache(maxsize=REMEMBERED)
def _found_before(text: str, names: Names) -> tuple[Found, ...]:
    """The gate and the composer ask for the same line some ten times an answer."""
    return tuple(_find(text, names))


def _find(text: str, names: Mapping[str, str]) -> list[Found]:
    found: list[Found] = []
    for start, end, name in _titles(text, names):
        known = name in names
        law = names.get(name, name)
        found.extend(_articles_after(text, start, end, law, known=known))
    return found


def _titles(text: str, names: Mapping[str, str]) -> list[tuple[int, int, str]]:
    titles: list[tuple[int, int, str]] = []
    for match in _BRACKETED.finditer(text):
        name = _clean_name(match["name"])
        titles.append((match.start(), match.end(), name if name in names else name.removeprefix("中华人民共和国")))
    taken = [(start, end) for start, end, _ in titles]
    for match in _name_pattern(tuple(names)).finditer(text):
        if not any(start <= match.start() < end for start, end in taken):
            titles.append((match.start(), match.end(), match.group()))
    return sorted(titles)


def _articles_after(text: str, start: int, end: int, law: str, *, known: bool) -> list[Found]:
    found: list[Found] = []
    position = end
    # （2018 修正）、的 between title and article number
    if skipped := re.compile(r"\s*(?:（[^（）]{1,20}）)?\s*的?\s*").match(text, position):
        position = skipped.end()
    while True:
        match = _ARTICLE.match(text, position) or _LISTED.match(text, position) or (_SHORT_ITEM.match(text, position) if found else None)
        if match is None:
            return found
        article = parse_article(match["number"], match.groupdict().get("insert"))
        position = match.end()
        if article is None:
            return found
        if text[position : position + 1] == "条":
            position += 1
        if tail := _TAIL.match(text, position):
            position = tail.end()
        found.append(Found(Citation(law, article), known, start, position))
        start = position
        joined = _JOIN.match(text, position)
        if joined is None:
            return found
        position = joined.end()


def find_articles_without_law(text: str, names: Mapping[str, str]) -> list[str]:
    """Return each 第…条 in *text* that belongs to no title: nobody can check it."""
    spans = [(found.start, found.end) for found in find_citations(text, names)]
    return [match.group() for match in _ARTICLE.finditer(text) if not any(start <= match.start() < end for start, end in spans)]


def find_unknown_titles(text: str, names: Mapping[str, str]) -> list[str]:
    """Return each bracketed title in *text* that is no instrument's name."""
    titles = (_clean_name(match["name"]) for match in _BRACKETED.finditer(text))
    return [title for title in titles if title not in names and title.removeprefix("中华人民共和国") not in names]


def without_citations(text: str, names: Mapping[str, str]) -> str:
    """Return *text* with titles, article numbers and their 款 and 项 blanked out; lengths are kept."""
    return _blanked_before(text, names) if isinstance(names, Names) else _blanked(text, names)


@lru_cache(maxsize=REMEMBERED)
def _blanked_before(text: str, names: Names) -> str:
    return _blanked(text, names)


def _blanked(text: str, names: Mapping[str, str]) -> str:
    spans = [(found.start, found.end) for found in find_citations(text, names)]
    spans += [match.span() for match in _BRACKETED.finditer(text)]
    spans += [(match.start(), tail.end() if (tail := _TAIL.match(text, match.end())) else match.end()) for match in _ARTICLE.finditer(text)]
    spans += [match.span() for match in re.finditer(rf"第\s*[（(]?{_NUMERAL}[）)]?\s*[款项类步]", text)]
    characters = list(text)
    for start, end in spans:
        characters[start:end] = " " * (end - start)
    return "".join(characters)


# A request has little else in it: 劳动合同法第38条我能走吗 asks what to do, not for the wording.
_ROOM_AROUND = 2
_REQUEST_REST = re.compile(
    r"[\s，。？?！!、:：]|请问|问下|查下|查一下|看看|看下|我想|想|帮我|帮俺|给我|看|查|找|的|是|什么|啥|怎么|说|写|规定|内容|原文|全文|条文|讲"
    r"|法条|那个|这个|一下|现在|还|管用|有效|有没有效|作数|算数|能用|用不用|不|第|条|款|项|吗|呢|了|中华人民共和国|《|》|里|咋"
)


_REQUEST_LEAD = re.compile(r"^(?:请问|问下|我想|想|帮我|帮俺|给我|查一下|看一下|看看|查下|看下|查|看|找)*")
# 公司说按交通法第三条… names no rule of that title.
_IN_A_TITLE = r"(?!我|俺|咱|说|按|根据|违反|老板)[\u4e00-\u9fff（）、]"
_TITLE_AND_ARTICLE = re.compile(
    rf"(?P<title>(?:{_IN_A_TITLE}){{1,30}}?(?:法典?|条例|规定|办法|细则|解释|意见|规则|决定)(?:（[^（）]{{1,12}}）)?)》?的?\s*{_ARTICLE.pattern}{_TAIL.pattern}"
)


class Request(NamedTuple):
    """An article asked for by its number, and the paragraph (款) of it where one is named."""

    citation: Citation
    paragraph: int | None = None


def find_request(text: str, names: Mapping[str, str]) -> Request | None:
    """Return the article that *text* asks for by number (劳合法八十二), or None where it asks something else."""
    compact = _clean_name(text)
    for match in _name_pattern(tuple(names)).finditer(compact):
        rest = compact[match.end() :].lstrip("》")
        number = re.match(
            rf"(?:的|里|中)?\s*{_ONE}|(?:的|第)?(?P<bare>{_NUMERAL[:-1]}++)(?:之(?P<bare_insert>[一二三四五六七八九十]))?(?!\s*(?:[天日个年月元块倍人%]|小时))",
            rest,
        )
        if number is None:
            continue
        article = parse_article(number["number"] or number["bare"], number["insert"] or number["bare_insert"])
        after = rest[number.end() :]
        tail = _TAIL.match(after)
        around = compact[: match.start()] + (after[tail.end() :] if tail else after)
        if article and len(_REQUEST_REST.sub("", around)) <= _ROOM_AROUND:
            return Request(Citation(names[match.group()], article), _paragraph(tail.group() if tail else ""))
    return None


def find_unknown_request(text: str, names: Mapping[str, str]) -> str | None:
    """Return the title of the rule of which *text* asks for an article by number where no instrument has that name, else None."""
    compact = _REQUEST_LEAD.sub("", _clean_name(text)).removeprefix("《").removeprefix("中华人民共和国")
    match = _TITLE_AND_ARTICLE.match(compact)
    if match is None or match["title"] in names or len(_REQUEST_REST.sub("", compact[match.end() :])) > _ROOM_AROUND:
        return None
    return match["title"]


def _paragraph(tail: str) -> int | None:
    """The number of the paragraph in 第一款第（二）项."""
    match = re.match(rf"第\s*({_NUMERAL})\s*款", tail)
    value = parse_number(match[1]) if match else None
    return int(value) if value else None
