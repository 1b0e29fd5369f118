"""Where a page stands, in public or in the staff console: the same pages serve both, and differ in this only.

The forms of sums, self-tests and papers and the answers are included in both; their addresses begin with `base`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import Request
from markupsafe import Markup

CONSOLE = "/console"
# The field that says that a form is one of ours, made for this session; no input of a form may have this name.
FORM_TOKEN = "form_token"  # noqa: S105 - the name of the field
_FIELD = Markup('<input type="hidden" name="{}" value="{}">')


@dataclass(frozen=True)
class SignedIn:
    """Who is at the console. `form_token` goes into every form of this session, and comes back with it."""

    staff_id: int
    name: str
    must_choose: bool
    session: str
    form_token: str


def is_console(request: Request) -> bool:
    """Whether the address is one of the console's."""
    return is_console_path(request.url.path)


def is_console_path(path: str) -> bool:
    """Whether *path* is `/console` or below it."""
    return path == CONSOLE or path.startswith(f"{CONSOLE}/")


def channel_of(request: Request) -> str:
    """Return under which channel what is asked here is kept and counted."""
    return "console" if is_console(request) else "web"


def signed_in(request: Request) -> SignedIn | None:
    """Return who is signed in; nobody is on the public pages."""
    found: SignedIn | None = getattr(request.state, "signed_in", None)
    return found


def for_templates(request: Request) -> dict[str, Any]:
    """What every template is given: the beginning of its addresses, who is signed in, and what each form that is sent must hold."""
    who = signed_in(request)
    return {
        "base": CONSOLE if is_console(request) else "",
        "who": who,
        "form_token": _FIELD.format(FORM_TOKEN, who.form_token) if who else "",
    }
