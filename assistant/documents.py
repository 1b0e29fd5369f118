"""A document file → its visible lines. The only importer of python-docx, pypdfium2 and Beautiful Soup.

What a reader of the document cannot see is not read: hidden runs, white or tiny letters, invisible text of a PDF, comments,
scripts, deleted revisions. Each kind is counted in `findings`. Whatever is wrong with a file is one sentence, and nothing of it
is returned: too big, unpacks to too much, encrypted, without text, damaged, or not what its name says.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator
from ctypes import byref, c_uint
from pathlib import Path
from typing import Any, NamedTuple

import docx
import pypdfium2
from bs4 import BeautifulSoup, Comment, Tag, UnusualUsageWarning
from bs4.element import CData, NavigableString
from docx.oxml.ns import qn
from pypdfium2 import raw

from assistant.cleaning import INDENT
from assistant.errors import DocumentError

LARGEST_FILE = 30 * 2**20
LARGEST_UNPACKED = 200 * 2**20
LARGEST_PART = 60 * 2**20
MOST_PAGES = 2000
# Pages nest some thirty tags; the parser's time grows with the square of the depth.
DEEPEST_PAGE = 500
KINDS = {".docx": "docx", ".pdf": "pdf", ".html": "html", ".htm": "html", ".txt": "text", ".md": "text"}
_NAMES = {"docx": "Word 文档（.docx）", "pdf": "PDF", "html": "网页", "text": "文字"}
TINY_POINTS = 2.0
NEAR_WHITE = 245
FEWEST_CHARACTERS_A_PAGE = 10
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*(?:0|0?\.0\d*)(?![.\d])"
    r"|font-size\s*:\s*(?:(?:[01](?:\.\d+)?|\.\d+)(?:px|pt)|0?\.0\d*r?em|0(?:\.0+)?(?:r?em|%)?)(?![.\d\w%])"
    r"|(?<![-\w])color\s*:\s*(?:#fff(?:fff)?\b|white\b|rgba?\(\s*255\s*,\s*255\s*,\s*255\b|transparent\b)"
    r"|(?:left|top|text-indent)\s*:\s*-(?:\d{4,}|999)",
    re.IGNORECASE,
)
_BLOCKS = (
    "p", "div", "li", "tr", "br", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "blockquote", "dt", "dd", "td", "th",
)  # fmt: skip
_UNSEEN_TAGS = ("script", "style", "template", "noscript", "head", "iframe", "object", "svg")


class Extracted(NamedTuple):
    """The lines a reader sees; `wrapped` where line ends are the page's and not the author's (a new paragraph may begin with INDENT)."""

    kind: str
    lines: list[str]
    wrapped: bool
    findings: list[str]


def read(path: Path) -> bytes:
    """Return the bytes of a document, and never more of them than one may have; raises DocumentError."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
            size = path.stat().st_size
    except OSError as error:
        raise DocumentError(f"{path}：读不了（{error.strerror}）") from error
    if len(data) > LARGEST_FILE:
        raise DocumentError(f"{path.name}：有 {size / 2**20:.0f} MB，超过 {LARGEST_FILE // 2**20} MB，请拆开再导入")
    return data


def extract(path: Path, data: bytes) -> Extracted:
    """Return the visible lines of a document; raises DocumentError with one sentence."""
    expected = KINDS.get(path.suffix.lower())
    if expected is None:
        raise DocumentError(f"{path.name}：不认识“{path.suffix or '没有扩展名'}”，只收 .docx .pdf .html .txt .md")
    if not data.strip():
        raise DocumentError(f"{path.name}：是空文件")
    found = _sniff(path, data)
    if found != expected:
        raise DocumentError(f"{path.name}：扩展名是 {path.suffix}，内容却是{_NAMES[found]}，请改对扩展名再导入")
    extracted = {"docx": _docx, "pdf": _pdf, "html": _html, "text": _text}[found](path, data)
    if not any(any(char.isalnum() for char in line) for line in extracted.lines):
        raise DocumentError(f"{path.name}：里面没有文字（可能是扫描件或图片），请先做文字识别再导入")
    return extracted


def _sniff(path: Path, data: bytes) -> str:
    """What the bytes are, whatever the name says."""
    start = data[:1024].lstrip()
    if data[:1024].find(b"%PDF-") >= 0:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _zip_kind(path, data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise DocumentError(f"{path.name}：是旧的 .doc，或者加了密码的文档，请在 Word 里去掉密码、另存为 .docx 再导入")
    for magic, name in (
        (b"{\\rtf", "RTF"),
        (b"\x89PNG", "图片"),
        (b"\xff\xd8\xff", "图片"),
        (b"GIF8", "图片"),
        (b"Rar!", "压缩包"),
        (b"7z\xbc\xaf", "压缩包"),
    ):
        if data.startswith(magic):
            raise DocumentError(f"{path.name}：内容是{name}，请另存为 .docx、.pdf 或 .txt 再导入")
    if re.match(rb"(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", start, re.IGNORECASE | re.DOTALL):
        return "html"
    return "html" if KINDS.get(path.suffix.lower()) == "html" else "text"


def _zip_kind(path: Path, data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            members = package.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise DocumentError(f"{path.name}：文件坏了，打不开，请重新下载或另存") from error
    # Looked at before anything is unpacked: the sizes a bomb declares are already too much.
    if sum(member.file_size for member in members) > LARGEST_UNPACKED or any(member.file_size > LARGEST_PART for member in members):
        raise DocumentError(f"{path.name}：解开以后太大（像是压缩炸弹），没有打开它")
    if not any(member.filename == "word/document.xml" for member in members):
        raise DocumentError(f"{path.name}：是压缩包或别的 Office 文件，不是 Word 文档，请取出里面的文件、另存为 .docx 再导入")
    return "docx"


# -- plain text --------------------------------------------------------------------------------------------


def decode(path: Path, data: bytes) -> tuple[str, list[str]]:
    """Return the text of *data* (UTF-8, UTF-16 with a mark, or GB18030) and what is worth saying about it."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        codes = ["utf-16"]
    elif b"\0" in data:
        raise DocumentError(f"{path.name}：不是文字文件（里面有二进制内容）")
    else:
        codes = ["utf-8-sig", "gb18030"]
    for code in codes:
        try:
            text = data.decode(code)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break  # UTF-32, or no text at all
        if code != "gb18030":
            return text, []
        if _is_chinese(text):
            return text, ["文字是 GB18030 编码，已转成 UTF-8"]
    raise DocumentError(f"{path.name}：文字编码认不出来，请另存为 UTF-8 再导入")


# In Chinese of any kind every fifth character is one of these; in Big5, Japanese or Korean bytes read as GB18030, one in a hundred.
_EVERYWHERE = frozenset(
    "的一不是在有人和大国中会工为為上年月日到法条第以个要本定用业单位员当应下制行于時时规動动同部作生市地区通知好天可能全学实發发这這来來与與及其他自者"
)


def _is_chinese(text: str) -> bool:
    """Say whether *text* reads as Chinese: nearly any bytes decode as GB18030, and Korean ones even to common characters."""
    signs = [char for char in text if ord(char) > 127]
    letters = [char for char in signs if char.isalpha()]
    chinese = sum("\u4e00" <= char <= "\u9fff" or char in "，。、；：？！“”‘’（）《》〔〕　—…·" for char in signs)
    return bool(letters) and chinese >= 0.8 * len(signs) and sum(char in _EVERYWHERE for char in letters) >= 0.05 * len(letters)


def _text(path: Path, data: bytes) -> Extracted:
    text, findings = decode(path, data)
    text, comments = re.subn(r"<!--.*?(?:-->|\Z)", "", text, flags=re.DOTALL)
    if comments:
        findings.append(f"去掉了 {comments} 处注释")
    return Extracted("text", re.split(r"\r\n|[\r\n\f\v\x85\u2028\u2029]", text), False, findings)


# -- web pages ---------------------------------------------------------------------------------------------


def _html(path: Path, data: bytes) -> Extracted:
    text, findings = decode(path, _as_declared(data))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UnusualUsageWarning)  # that a page is XHTML, or only an address, is no news to its reader
        soup = BeautifulSoup(text, "lxml")
    if _is_too_deep(soup):
        raise DocumentError(f"{path.name}：网页里的标签套了 {DEEPEST_PAGE} 层以上，没有读它，请在浏览器里另存为文字再导入")
    counts: Counter[str] = Counter()
    title = soup.title.get_text(strip=True) if soup.title else ""
    hiding = _hiding_names("".join(sheet.get_text() for sheet in soup.find_all("style")))
    seen = _visible(soup, hiding, counts, breaks=soup.find(_BLOCKS) is None)
    lines = [" ".join(line.split()) for line in seen.split("\n")]
    if title and not any(line.startswith(title[:20]) for line in lines):
        lines.insert(0, title)
    findings += [f"去掉了 {count} 处{what}" for what, count in counts.items()]
    return Extracted("html", lines, False, findings)


def _is_too_deep(soup: BeautifulSoup) -> bool:
    depths = {id(soup): 0}
    for tag in soup.descendants:
        if isinstance(tag, Tag):
            depths[id(tag)] = depths[id(tag.parent)] + 1
    return max(depths.values()) > DEEPEST_PAGE


def _visible(root: Tag, hiding: frozenset[str], counts: Counter[str], *, breaks: bool = False) -> str:
    """The text below *root* with line ends where a browser puts them: around blocks and rows, in the source's places only if *breaks*."""
    parts: list[str] = []
    waiting: list[Any] = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Comment):
            counts["注释"] += 1
        elif isinstance(node, Tag):
            if what := _left_out(node, hiding):
                counts.update([what] * bool(node.get_text(strip=True)))
            elif node.name not in _UNSEEN_TAGS:
                row = _row(node, hiding, counts) if node.name == "tr" else None
                ends = ["\n"] if node.name in _BLOCKS else []
                parts += ends
                waiting += [*ends, *reversed(node.contents if row is None else [row])]
        elif type(node) is NavigableString and not breaks and not node.find_parent("pre"):
            parts.append(re.sub(r"(?<!\s)\s*\n\s*", _joint, node))
        elif type(node) in {NavigableString, CData, str}:
            parts.append(node)
    return "".join(parts)


def _row(row: Tag, hiding: frozenset[str], counts: Counter[str]) -> str | None:
    """A row of figures as one line; None for one that lays out the page."""
    cells = row.find_all(("td", "th"), recursive=False)
    if len(cells) < 2 or any(len(cell.find_all((*_BLOCKS, "table"), limit=2)) > 1 for cell in cells):
        return None
    texts = [" ".join(_visible(cell, hiding, counts).split()) for cell in cells]
    return " | ".join(text for text in texts if text)


def _left_out(tag: Tag, hiding: frozenset[str]) -> str | None:
    """What a tag holds that is not to be read; the header of an article is its title, that of the page is the site's."""
    if _is_hidden(tag, hiding):
        return "看不见的文字"
    is_furniture = tag.name in {"nav", "footer", "aside"} or (tag.name == "header" and not tag.find_parent(("article", "main")))
    return "导航和页脚" if is_furniture else None


def _joint(match: re.Match[str]) -> str:
    """A line end of the source is a space, between two Chinese characters nothing."""
    before, after = match.string[match.start() - 1 : match.start()], match.string[match.end() : match.end() + 1]
    return "" if before and after and not before.isascii() and not after.isascii() else " "


def _as_declared(data: bytes) -> bytes:
    """Turn a page in Big5 into UTF-8; one that only says so and is UTF-8 stays as it is."""
    declared = re.search(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", data[:4096], re.IGNORECASE)
    if declared is None or declared[1].lower() not in {b"big5", b"big5-hkscs"}:
        return data
    try:
        data.decode()
    except UnicodeDecodeError:
        return data.decode("big5hkscs", errors="replace").encode()
    return data


def _hiding_names(sheet: str) -> frozenset[str]:
    """The classes (.x) and ids (#x) that a style sheet hides from every reader."""
    sheet = re.sub(r"/\*.*?(?:\*/|\Z)", "", sheet, flags=re.DOTALL)
    sheet = re.sub(r"@[\w-]++[^{};@]*+(?:;|\{(?:[^{}]*+\{[^{}]*+\})*+[^{}]*+\})", "", sheet)
    return frozenset(
        name.strip()
        for names, style in re.findall(r"(?:^|(?<=[{}]))([^{}]++)\{([^{}]*+)\}", sheet)
        if _HIDDEN_STYLE.search(style)
        for name in names.split(",")
        if re.fullmatch(r"\s*[.#][\w-]+\s*", name)
    )


def _is_hidden(tag: Tag, hiding: frozenset[str]) -> bool:
    style = str(tag.get("style") or "")
    names = {f"#{tag.get('id')}", *(f".{name}" for name in tag.get_attribute_list("class"))}
    colour = str(tag.get("color") or "").lower() if tag.name == "font" else ""
    return (
        tag.has_attr("hidden")
        or tag.get("aria-hidden") == "true"
        or bool(_HIDDEN_STYLE.search(style))
        or str(tag.get("type")) == "hidden"
        or bool(names & hiding)
        or colour in {"white", "#fff", "#ffffff"}
    )


# -- Word --------------------------------------------------------------------------------------------------


def _docx(path: Path, data: bytes) -> Extracted:
    counts: Counter[str] = Counter()
    try:
        document = docx.Document(io.BytesIO(data))
        styles = _Styles(document.styles.element)
        lines = list(_docx_lines(document.element.body, styles, counts))
    except Exception as error:  # python-docx raises what zipfile, lxml and its own parts raise
        raise DocumentError(f"{path.name}：Word 文档坏了，打不开，请用 Word 重新保存再导入") from error
    numbered, notes = counts.pop(_NUMBERED, 0), counts.pop(_NOTES, 0)
    findings = [f"去掉了 {count} 处{what}" for what, count in counts.items()]
    findings += [f"有 {numbered} 段的编号是 Word 自动编的，编号没有读出来，请在 Word 里把编号转成文字再导入"] if numbered else []
    findings += [f"有 {notes} 处脚注或尾注没有收，请核对"] if notes else []
    return Extracted("docx", lines, False, findings)


_NUMBERED, _NOTES = "自动编号", "脚注"


class _Styles:
    """The run properties that named styles give, the styles they are based on first."""

    def __init__(self, element: Any) -> None:
        self._by_id = {style.get(qn("w:styleId")): style for style in element.iter(qn("w:style"))}
        default = (style for style in self._by_id.values() if style.get(qn("w:default")) in {"1", "true"})
        self._default = next((style.get(qn("w:styleId")) for style in default if style.get(qn("w:type")) == "paragraph"), None)

    def of(self, paragraph: Any, run: Any) -> list[Any]:
        """Every element of run properties that holds for *run*, the strongest last."""
        found = [*self._chain(_value(paragraph, "w:pPr", "w:pStyle") or self._default), *self._chain(_value(run, "w:rPr", "w:rStyle"))]
        own = run.find(qn("w:rPr"))
        return found if own is None else [*found, own]

    def is_numbered(self, paragraph: Any) -> bool:
        """Say whether Word writes a number before *paragraph* that is not in its text."""
        style: str | None = _value(paragraph, "w:pPr", "w:pStyle") or self._default
        number = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}")
        for _ in range(20):
            if number is not None or style not in self._by_id:
                break
            number = self._by_id[style].find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}")
            style = _value(self._by_id[style], "w:basedOn")
        return number is not None and number.get(qn("w:val")) != "0"

    def _chain(self, style: str | None) -> list[Any]:
        found: list[Any] = []
        for _ in range(20):  # a chain that bites its own tail ends too
            if style not in self._by_id:
                break
            properties = self._by_id[style].find(qn("w:rPr"))
            found[:0] = [properties] if properties is not None else []
            style = _value(self._by_id[style], "w:basedOn")
        return found


def _value(element: Any, *names: str) -> str | None:
    found = element.find("/".join(qn(name) for name in names))
    return found.get(qn("w:val")) if found is not None else None


def _docx_lines(body: Any, styles: _Styles, counts: Counter[str]) -> Iterator[str]:
    for block in body.iterchildren():
        if block.tag == qn("w:p"):
            yield _docx_paragraph(block, styles, counts)
        elif block.tag == qn("w:tbl"):
            for row in block.iterchildren(qn("w:tr")):
                yield from _docx_row(row, styles, counts)
        elif block.tag in {qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml"), qn("w:ins"), qn("w:moveTo")}:
            yield from _docx_lines(block, styles, counts)


def _docx_row(row: Any, styles: _Styles, counts: Counter[str]) -> Iterator[str]:
    """A row is one line, but where only one cell of it says anything, that cell is a frame around its paragraphs."""
    cells = [[line for line in _docx_lines(cell, styles, counts) if line.strip()] for cell in row.iter(qn("w:tc")) if _row_of(cell) is row]
    cells = [lines for lines in cells if lines]
    if len(cells) == 1:
        yield from cells[0]
    else:
        yield " | ".join(" ".join(" ".join(lines).split()) for lines in cells)


def _row_of(cell: Any) -> Any:
    return next(cell.iterancestors(qn("w:tr")))


_SKIPPED = {qn("w:del"), qn("w:moveFrom")}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def _docx_paragraph(paragraph: Any, styles: _Styles, counts: Counter[str]) -> str:
    parts = []
    for run in paragraph.iter(qn("w:r")):
        text = "".join(_docx_text(piece) for piece in run.iterchildren())
        above = {parent.tag for parent in run.iterancestors()}
        counts[_NOTES] += len(run.findall(qn("w:footnoteReference"))) + len(run.findall(qn("w:endnoteReference")))
        if above & _SKIPPED:
            counts["已删除的修订"] += 1
        elif text.strip() and _docx_is_hidden(styles.of(paragraph, run)):
            counts["看不见的文字"] += 1
        elif _FALLBACK not in above:  # a text box stands there twice, for new and for old versions of Word
            parts.append(text)
    counts[_NUMBERED] += bool("".join(parts).strip()) and styles.is_numbered(paragraph)
    return "".join(parts)


def _docx_text(piece: Any) -> str:
    if piece.tag == qn("w:t"):
        return piece.text or ""
    return "\n" if piece.tag in {qn("w:br"), qn("w:cr")} else " " if piece.tag == qn("w:tab") else ""


def _docx_is_hidden(properties: list[Any]) -> bool:
    vanish, colour, size = (_last(properties, name) for name in ("w:vanish", "w:color", "w:sz"))
    half_points = str(size.get(qn("w:val"))) if size is not None else ""
    return (
        (vanish is not None and vanish.get(qn("w:val")) not in {"0", "false", "off"})
        or (colour is not None and (_is_near_white(str(colour.get(qn("w:val")))) or colour.get(qn("w:themeColor")) in _WHITE_THEMES))
        or (half_points.isdecimal() and int(half_points) < 2 * TINY_POINTS)
    )


_WHITE_THEMES = {"background1", "light1"}


def _last(properties: list[Any], name: str) -> Any:
    return next((found for element in reversed(properties) if (found := element.find(qn(name))) is not None), None)


def _is_near_white(hexadecimal: str) -> bool:
    if not re.fullmatch(r"[0-9A-Fa-f]{6}", hexadecimal):
        return False
    return all(int(hexadecimal[place : place + 2], 16) >= NEAR_WHITE for place in (0, 2, 4))


# -- PDF ---------------------------------------------------------------------------------------------------


def _pdf(path: Path, data: bytes) -> Extracted:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if re.search("password|security", str(error), re.IGNORECASE):
            raise DocumentError(f"{path.name}：PDF 加了密码，请先去掉密码再导入") from error
        raise DocumentError(f"{path.name}：PDF 坏了，打不开，请重新下载再导入") from error
    try:
        if len(document) > MOST_PAGES:
            raise DocumentError(f"{path.name}：有 {len(document)} 页，超过 {MOST_PAGES} 页，请拆开再导入")
        hidden = 0
        pages: list[list[str]] = []
        for number in range(len(document)):
            lines, unseen = _pdf_page(document[number])
            hidden += unseen
            pages.append(lines)
    except pypdfium2.PdfiumError as error:
        raise DocumentError(f"{path.name}：PDF 的第 {len(pages) + 1} 页坏了，读不出来，请重新下载再导入") from error
    finally:
        document.close()
    empty = [number for number, lines in enumerate(pages, start=1) if sum(map(len, lines)) < FEWEST_CHARACTERS_A_PAGE]
    if len(empty) == len(pages):
        raise DocumentError(f"{path.name}：里面没有文字（可能是扫描件），请先做文字识别再导入")
    pages, furniture = _without_furniture(pages)
    findings = [f"第 {'、'.join(map(str, empty[:10]))} 页几乎没有文字，可能是图片，请核对"] if empty else []
    findings += [f"去掉了 {furniture} 行页眉、页脚和页码"] if furniture else []
    findings += [f"去掉了 {hidden} 个看不见的字"] if hidden else []
    return Extracted("pdf", [line for page in pages for line in page], True, findings)


def _pdf_page(page: Any) -> tuple[list[str], int]:
    """The lines of a page that a reader sees, those indented by about two characters with INDENT; how many characters were left out."""
    textpage = page.get_textpage()
    edges = page.get_bbox()  # of the page as it lies, before it is turned for display
    lines: list[list[tuple[str, float, float]]] = [[]]
    unseen = 0
    for index in range(textpage.count_chars()):
        code = raw.FPDFText_GetUnicode(textpage, index)
        char = chr(code) if not 0xD800 <= code <= 0xDFFF else "\ufffd"
        if char in "\r\n":
            lines.append([])
        elif char in "\0\x02\ufffe":  # a glyph without a character, a hyphen at a line's end
            continue
        elif char.isspace():
            lines[-1].append((" ", 0.0, 0.0))
        else:
            left, bottom, right, top = textpage.get_charbox(index, loose=True)
            if _pdf_is_hidden(textpage, index, (left, bottom, right, top), edges):
                unseen += 1
            else:
                lines[-1].append((char, left, top - bottom))
    return _pdf_lines(lines), unseen


def _pdf_lines(lines: list[list[tuple[str, float, float]]]) -> list[str]:
    kept = [(" ".join("".join(char for char, _, _ in line).split()), *_first_box(line)) for line in lines]
    kept = [line for line in kept if line[0]]
    margin = min((left for text, left, _ in kept if len(text) >= FEWEST_CHARACTERS_A_PAGE), default=0.0)
    return [(INDENT if 1.2 * size < left - margin < 2.6 * size else "") + text for text, left, size in kept]


def _first_box(line: list[tuple[str, float, float]]) -> tuple[float, float]:
    """Where the first visible character of a line stands, and its size."""
    return next(((left, size) for char, left, size in line if not char.isspace()), (0.0, 0.0))


def _pdf_is_hidden(textpage: Any, index: int, box: tuple[float, float, float, float], edges: tuple[float, float, float, float]) -> bool:
    red, green, blue, alpha = c_uint(), c_uint(), c_uint(), c_uint()
    if raw.FPDFText_GetFillColor(textpage, index, byref(red), byref(green), byref(blue), byref(alpha)) and (
        alpha.value == 0 or min(red.value, green.value, blue.value) >= NEAR_WHITE
    ):
        return True
    text_object = raw.FPDFText_GetTextObject(textpage, index)
    if text_object and raw.FPDFTextObj_GetTextRenderMode(text_object) == raw.FPDF_TEXTRENDERMODE_INVISIBLE:
        return True
    if not text_object:
        return False  # a space or line end that pdfium put in
    off_page = box[2] < edges[0] or box[3] < edges[1] or box[0] > edges[2] or box[1] > edges[3]
    # The box of the font, not of the glyph: 一 is flat at any size.
    return bool(off_page or 0 < max(box[2] - box[0], box[3] - box[1]) < TINY_POINTS)


_PAGE_NUMBER = re.compile(
    r"[-—–·.\s]*(?:第\s*)?\d{1,4}\s*页?[\s，,（(]*(?:[/／]|共)?\s*\d{0,4}\s*页?[-—–·.\s）)]*|\s*第[一二三四五六七八九十]+页\s*"
)


def _without_furniture(pages: list[list[str]]) -> tuple[list[list[str]], int]:
    """Drop page numbers at a page's edges, and first or last lines that most pages share."""
    edges = Counter(line for page in pages for line in {line.strip() for line in (*page[:2], *page[-2:])})
    shared = {line for line, count in edges.items() if len(pages) > 1 and count > len(pages) / 2}
    dropped = 0
    cleaned = []
    for page in pages:
        kept = []
        for place, line in enumerate(page):
            at_edge = place < 2 or place >= len(page) - 2
            if at_edge and (line.strip() in shared or _PAGE_NUMBER.fullmatch(line)):
                dropped += 1
            else:
                kept.append(line)
        cleaned.append(kept)
    return cleaned, dropped
