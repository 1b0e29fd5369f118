"""A paper as a Word document (.docx), A4, in fonts that Chinese offices have. The only place that makes one."""

from __future__ import annotations

import io
from typing import Any

from assistant.paperwork.content import LABEL, Blank, Kind, Paragraph, Piece, Written, shown

_TEXT_FONT, _TITLE_FONT, _LATIN_FONT = "仿宋", "宋体", "Times New Roman"
_PAGE_MM = (210, 297)
_TOP_MM, _SIDE_MM = 30, 27
_POINTS: dict[Kind, float] = {"title": 22, "heading": 14, "page": 16, "note": 12}
_BODY_POINTS, _LABEL_POINTS = 14.0, 9.0
_LINE_SPACING = 1.4
_INDENTED = frozenset({"body"})
# Two characters, in hundredths.
_INDENT_CHARACTERS = 200


def as_docx(written: Written) -> bytes:
    """Return the paper as the bytes of a Word document; the label stands at the foot of each page."""
    import docx

    document = docx.Document()
    _lay_out(document)
    for paragraph in written.paragraphs:
        _write(document, paragraph)
    _foot(document)
    properties = document.core_properties
    properties.title, properties.comments = written.title, LABEL
    properties.author = properties.last_modified_by = ""
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _lay_out(document: Any) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = (Mm(side) for side in _PAGE_MM)
    section.top_margin = section.bottom_margin = Mm(_TOP_MM)
    section.left_margin = section.right_margin = Mm(_SIDE_MM)
    style = document.styles["Normal"]
    style.font.size = Pt(_BODY_POINTS)
    _set_font(style, _TEXT_FONT)
    style.paragraph_format.line_spacing = _LINE_SPACING
    style.paragraph_format.space_after = Pt(0)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")


def _write(document: Any, paragraph: Paragraph) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    made = document.add_paragraph()
    layout = made.paragraph_format
    if paragraph.kind in ("title", "page"):
        made.alignment = WD_ALIGN_PARAGRAPH.CENTER
        layout.space_after = Pt(_BODY_POINTS)
    layout.page_break_before = paragraph.kind == "page"
    layout.keep_with_next = paragraph.kind == "heading"
    if paragraph.kind in ("heading", "closing"):
        layout.space_before = Pt(_BODY_POINTS / 2)
    if paragraph.kind == "closing":
        layout.left_indent = Pt(_BODY_POINTS * 10)
    if paragraph.kind in _INDENTED:
        _indent_first_line(made)
    for piece in paragraph.pieces:
        _run(made, piece, paragraph.kind)


def _run(made: Any, piece: Piece, kind: Kind) -> None:
    from docx.enum.text import WD_COLOR_INDEX
    from docx.shared import Pt

    run = made.add_run(shown(piece))
    run.font.size = Pt(_POINTS.get(kind, _BODY_POINTS))
    run.font.bold = kind in ("title", "heading", "page")
    _set_font(run, _TITLE_FONT if kind in ("title", "heading", "page") else _TEXT_FONT)
    if isinstance(piece, Blank) and not piece.by_hand:
        run.font.highlight_color = WD_COLOR_INDEX.YELLOW


def _set_font(owner: Any, name: str) -> None:
    """Set both fonts: Word takes one for Latin letters and another (w:eastAsia) for Chinese."""
    from docx.oxml.ns import qn

    owner.font.name = _LATIN_FONT
    owner.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _indent_first_line(made: Any) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    made.paragraph_format.first_line_indent = Pt(_BODY_POINTS * _INDENT_CHARACTERS / 100)
    made._p.pPr.ind.set(qn("w:firstLineChars"), str(_INDENT_CHARACTERS))  # noqa: SLF001 - python-docx knows no indent in characters


def _foot(document: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    made = document.sections[0].footer.paragraphs[0]
    made.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = made.add_run(LABEL)
    run.font.size = Pt(_LABEL_POINTS)
    _set_font(run, _TEXT_FONT)
