"""The pages of self-tests and checklists: the list, and a form for each that says how it looks. Any question may stay open."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from assistant import clock
from assistant.errors import InputError
from assistant.rendering import check_label
from assistant.selftests.registry import SELFTESTS
from assistant.selftests.values import TO_CONFIRM
from assistant.web.form_pages import FormPage, FormSent, list_page, no_such_page
from assistant.web.place import channel_of
from assistant.web.public import templates

router = APIRouter(prefix="/check", include_in_schema=False)
templates.env.globals.update(check_label=check_label, to_confirm=TO_CONFIRM)
_WORDS = "知道的填上，不知道的不选也行。只说像不像、该怎么办，不是认定。"
_BY_NAME = {selftest.name: selftest for selftest in SELFTESTS}
_PAGES = {
    selftest.name: FormPage("check.html", f"/check/{selftest.name}", selftest.title, _WORDS, selftest.inputs, "看结果")
    for selftest in SELFTESTS
}


@router.get("")
def selftests(request: Request) -> Response:
    """List the self-tests."""
    return list_page(
        request, "测一测：像不像、够不够条件、该找谁", _WORDS, [("", [(page.address, page.title) for page in _PAGES.values()])]
    )


@router.get("/{name}")
def empty_form(request: Request, name: str) -> Response:
    """Show the questions of one self-test."""
    page = _PAGES.get(name)
    return page.show(request) if page else no_such_page(request)


@router.post("/{name}")
def examine(request: Request, name: str, told: FormSent) -> Response:
    """Show how it looks above the questions, or the one sentence that says what to change."""
    page, selftest = _PAGES.get(name), _BY_NAME.get(name)
    if page is None or selftest is None:
        return no_such_page(request)
    knowledge = request.app.state.desk.knowledge
    try:
        found = selftest.run(page.read(told), knowledge, clock.today())
    except InputError as error:
        return page.refuse(request, told, error)
    request.app.state.metrics.count_skill(channel_of(request), "check", name)
    titles = {guide.id: guide.title for guide in knowledge.guides}
    return page.show(request, told, result=found, reading=[titles[guide] for guide in found.guides if guide in titles])
