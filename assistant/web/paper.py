"""The pages of papers: the list, a form for each that shows the paper with its blanks, and the paper as a Word file."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from assistant import clock
from assistant.errors import InputError
from assistant.paperwork.plain_text import as_text
from assistant.paperwork.registry import PAPERS
from assistant.paperwork.word import as_docx
from assistant.web.form_pages import FormPage, FormSent, list_page, no_such_page
from assistant.web.place import channel_of
from assistant.web.public import PRIVATE

router = APIRouter(prefix="/paper", include_in_schema=False)
_WORDS = "知道的填上，不知道的空着，打印出来再用笔写。写好了可以存成 Word 文件。"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_BY_NAME = {paper.name: paper for paper in PAPERS}
_PAGES = {
    paper.name: FormPage("paper.html", f"/paper/{paper.name}", paper.title, _WORDS, paper.inputs, "写好看看", "先空着") for paper in PAPERS
}


@router.get("")
def papers(request: Request) -> Response:
    """List the papers."""
    return list_page(request, "写材料：申请书、投诉书、通知书", _WORDS, [("", [(page.address, page.title) for page in _PAGES.values()])])


@router.get("/{name}")
def empty_form(request: Request, name: str) -> Response:
    """Show the questions of one paper."""
    page = _PAGES.get(name)
    return page.show(request) if page else no_such_page(request)


@router.post("/{name}")
def preview(request: Request, name: str, told: FormSent) -> Response:
    """Show the paper above the questions, or the one sentence that says what to change."""
    page, paper = _PAGES.get(name), _BY_NAME.get(name)
    if page is None or paper is None:
        return no_such_page(request)
    if told.go_on:
        return page.show(request, told)
    try:
        written = paper.fill(page.read(told), request.app.state.desk.knowledge.parameters, clock.today())
    except InputError as error:
        return page.refuse(request, told, error)
    return page.show(request, told, result=written, blanks=written.blanks(), text=as_text(written))


@router.post("/{name}/paper.docx")
def word_file(request: Request, name: str, told: FormSent) -> Response:
    """Return the paper as a Word file."""
    page, paper = _PAGES.get(name), _BY_NAME.get(name)
    if page is None or paper is None:
        return no_such_page(request)
    try:
        written = paper.fill(page.read(told), request.app.state.desk.knowledge.parameters, clock.today())
    except InputError as error:
        return page.refuse(request, told, error)
    request.app.state.metrics.count_skill(channel_of(request), "paper", name)
    file = f"attachment; filename=\"paper.docx\"; filename*=UTF-8''{quote(written.title)}.docx"
    return Response(as_docx(written), media_type=_WORD, headers={**PRIVATE, "Content-Disposition": file})
