"""The pages of sums and deadlines: the list, a form for each that shows its result, and its days as a calendar file."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from assistant import clock
from assistant.calculators.ics import as_calendar
from assistant.calculators.registry import CALCULATORS, SHELVES
from assistant.calculators.sheet_text import by_payer, shown
from assistant.calculators.values import paid_by
from assistant.errors import InputError
from assistant.rendering import sum_label
from assistant.web.form_pages import FormPage, FormSent, list_page, no_such_page
from assistant.web.place import channel_of
from assistant.web.public import PRIVATE, templates

router = APIRouter(prefix="/calc", include_in_schema=False)
templates.env.globals.update(shown=shown, by_payer=by_payer, paid_by=paid_by, sum_label=sum_label)
_BY_NAME = {calculator.name: calculator for calculator in CALCULATORS}
_PAGES = {
    calculator.name: FormPage("calc.html", f"/calc/{calculator.name}", calculator.title, words, calculator.inputs, "算一算")
    for _, shelf in SHELVES
    for calculator, words in shelf
}


@router.get("")
def calculators(request: Request) -> Response:
    """List the sums and deadlines in plain words."""
    shelves = [(title, [(f"/calc/{calculator.name}", words) for calculator, words in shelf]) for title, shelf in SHELVES]
    words = "选一样，把知道的填上，马上算出来。每一步怎么算、依据哪一条法，都写给您看。"
    return list_page(request, "算一算：补偿、加班费、年休假、各种期限", words, shelves)


@router.get("/{name}")
def empty_form(request: Request, name: str) -> Response:
    """Show the form of one calculator."""
    page = _PAGES.get(name)
    return page.show(request, calculator=_BY_NAME[name]) if page else no_such_page(request)


@router.post("/{name}")
def calculate(request: Request, name: str, told: FormSent) -> Response:
    """Show the result above the form, or the form with the one sentence that says what to change."""
    page, calculator, today = _PAGES.get(name), _BY_NAME.get(name), clock.today()
    if page is None or calculator is None:
        return no_such_page(request)
    if told.go_on:
        return page.show(request, told)
    try:
        result = calculator.run(page.read(told), request.app.state.desk.knowledge.parameters, today)
    except InputError as error:
        return page.refuse(request, told, error)
    request.app.state.metrics.count_skill(channel_of(request), "calc", name)
    return page.show(request, told, calculator=calculator, result=result, has_days="BEGIN:VEVENT" in as_calendar(result, today))


@router.post("/{name}/days.ics")
def calendar(request: Request, name: str, told: FormSent) -> Response:
    """Return the days of the result as a file that a phone adds to its calendar."""
    page, calculator, today = _PAGES.get(name), _BY_NAME.get(name), clock.today()
    if page is None or calculator is None:
        return no_such_page(request)
    try:
        result = calculator.run(page.read(told), request.app.state.desk.knowledge.parameters, today)
    except InputError as error:
        return page.refuse(request, told, error)
    headers = {**PRIVATE, "Content-Disposition": 'attachment; filename="days.ics"'}
    return Response(as_calendar(result, today), media_type="text/calendar; charset=utf-8", headers=headers)
