"""The pages of sums and deadlines: the list, and a form each that shows its result. Nothing told is kept, logged or put in an address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request, Response

from assistant.calculators.calculator import Calculator
from assistant.calculators.ics import as_calendar
from assistant.calculators.registry import SHELVES, find_calculator
from assistant.calculators.sheet_text import shown
from assistant.calculators.values import Result
from assistant.errors import InputError
from assistant.rendering import sum_label
from assistant.web import forms
from assistant.web.public import PRIVATE, Typed, error_page, templates

router = APIRouter(include_in_schema=False)
templates.env.globals.update(shown=shown, sum_label=sum_label)
_WORDS = {calculator.name: words for _, shelf in SHELVES for calculator, words in shelf}
# The button that only asks for the next part of a form; no input may have this name.
GO_ON = "go_on"


@router.get("/calc")
def calculators(request: Request) -> Response:
    """List the sums and deadlines in plain words."""
    return templates.TemplateResponse(request, "calc_list.html", {"shelves": SHELVES})


@router.get("/calc/{name}")
def empty_form(request: Request, name: str) -> Response:
    """Show the form of one calculator."""
    if isinstance(calculator := _find(request, name), Response):
        return calculator
    return _page(request, _Shown(calculator, forms.make(calculator.inputs, (), date.today()), date.today()))


@router.post("/calc/{name}")
def calculate(request: Request, name: str, pairs: Typed) -> Response:
    """Show the result above the form, or the form with the one sentence that says what to change."""
    if isinstance(calculator := _find(request, name), Response):
        return calculator
    today = date.today()
    told = [pair for pair in pairs if pair[0] != GO_ON]
    if len(told) < len(pairs):
        return _page(request, _Shown(calculator, forms.make(calculator.inputs, told, today), today))
    try:
        result = _run(request, calculator, told, today)
    except InputError as error:
        return _refused(request, calculator, told, today, error)
    request.app.state.metrics.count_calculation("web", calculator.name)
    has_days = "BEGIN:VEVENT" in as_calendar(result, today)
    return _page(request, _Shown(calculator, forms.make(calculator.inputs, told, today), today, result, told if has_days else ()))


@router.post("/calc/{name}/days.ics")
def calendar(request: Request, name: str, pairs: Typed) -> Response:
    """Return the days of the result as a file that a phone adds to its calendar."""
    if isinstance(calculator := _find(request, name), Response):
        return calculator
    today = date.today()
    try:
        result = _run(request, calculator, pairs, today)
    except InputError as error:
        return _refused(request, calculator, pairs, today, error)
    headers = {**PRIVATE, "Content-Disposition": 'attachment; filename="days.ics"'}
    return Response(as_calendar(result, today), media_type="text/calendar; charset=utf-8", headers=headers)


@dataclass(frozen=True)
class _Shown:
    """What stands on the page of one calculator; `saved` is what the button that saves the days sends."""

    calculator: Calculator
    form: forms.Form
    today: date
    result: Result | None = None
    saved: forms.Pairs = ()
    problem: str = ""
    problem_at: str = ""


def _find(request: Request, name: str) -> Calculator | Response:
    try:
        return find_calculator(name)
    except InputError:
        return error_page(request, 404, "没有这一项可以算，请回去重新选。")


def _run(request: Request, calculator: Calculator, pairs: forms.Pairs, today: date) -> Result:
    return calculator.run(forms.raw(calculator.inputs, pairs), request.app.state.desk.parameters, today)


def _refused(request: Request, calculator: Calculator, pairs: forms.Pairs, today: date, error: InputError) -> Response:
    form = forms.make(calculator.inputs, pairs, today, error)
    problem, key = forms.sentence(error, calculator.inputs, today), forms.key_of(error, pairs)
    return _page(request, _Shown(calculator, form, today, problem=problem, problem_at=key), 400)


def _page(request: Request, page: _Shown, status: int = 200) -> Response:
    values = {"page": page, "words": _WORDS[page.calculator.name], "go_on": GO_ON}
    headers = PRIVATE if request.method == "POST" else None
    return templates.TemplateResponse(request, "calc.html", values, status_code=status, headers=headers)
