"""What the pages of sums, self-tests and papers have in common: a form made of inputs, shown again with what was typed and what is wrong.

Nothing told is kept, logged or put in an address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Response

from assistant import clock
from assistant.calculators.values import Input
from assistant.errors import InputError
from assistant.web import forms
from assistant.web.place import FORM_TOKEN
from assistant.web.public import PRIVATE, error_page, templates

# The button that only asks for the next part of a form; no input may have this name.
GO_ON = "go_on"
templates.env.globals["go_on"] = GO_ON


@dataclass(frozen=True)
class Sent:
    """What a form sent: its fields in order, and which list is to have one more, or a part to fill in."""

    pairs: forms.Pairs
    go_on: str = ""


async def sent(request: Request) -> Sent:
    """Read the fields of a form; no files. What no page can show (U+0000) becomes a sign that it can."""
    form = await request.form(max_files=0)
    pairs = [(name, value.replace("\0", "\ufffd")) for name, value in form.multi_items() if isinstance(value, str)]
    return Sent([pair for pair in pairs if pair[0] not in {GO_ON, FORM_TOKEN}], dict(pairs).get(GO_ON, ""))


FormSent = Annotated[Sent, Depends(sent)]


@dataclass(frozen=True)
class FormPage:
    """The page of one form. `address` is the public one, that in the console stands below `place.CONSOLE`.

    `blank` is the choice of not answering a question that may be left open.
    """

    template: str
    address: str
    title: str
    words: str
    inputs: tuple[Input, ...]
    button: str
    blank: str = "不知道"

    def show(self, request: Request, told: Sent | None = None, **result: object) -> Response:
        """Show the form with what was typed in it, and the result if there is one."""
        form = forms.make(self.inputs, told.pairs if told else (), clock.today(), blank=self.blank, more=told.go_on if told else "")
        return self._page(request, 200, form, told, **result)

    def read(self, told: Sent) -> dict[str, object]:
        """Return what was told as JSON would have it; raises InputError."""
        return forms.raw(self.inputs, told.pairs)

    def refuse(self, request: Request, told: Sent, error: InputError) -> Response:
        """Show the form with what was typed in it and the one sentence that says what to change, at its field."""
        today = clock.today()
        form = forms.make(self.inputs, told.pairs, today, error, blank=self.blank)
        problem, key = forms.sentence(error, self.inputs, today), forms.key_of(error, self.inputs, told.pairs)
        return self._page(request, 400, form, told, problem=problem, problem_at=key)

    def _page(self, request: Request, status: int, form: forms.Form, told: Sent | None, **more: object) -> Response:
        values = {"page": self, "form": form, "today": clock.today(), "told": told.pairs if told else (), **more}
        return templates.TemplateResponse(request, self.template, values, status_code=status, headers=PRIVATE if told else None)


def no_such_page(request: Request) -> Response:
    """Say that there is nothing of that name."""
    return error_page(request, 404, "没有这一项，请回去重新选。")


def list_page(request: Request, title: str, words: str, shelves: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> Response:
    """List forms under headings, each with its address and what it answers in plain words."""
    return templates.TemplateResponse(request, "form_list.html", {"title": title, "words": words, "shelves": shelves})
