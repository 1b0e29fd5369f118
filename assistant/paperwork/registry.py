"""Every paper by its name."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from datetime import date

from assistant.errors import InputError
from assistant.paperwork.arbitration_application import ARBITRATION_APPLICATION
from assistant.paperwork.content import Written
from assistant.paperwork.injury_outline import INJURY_OUTLINE
from assistant.paperwork.inspection_complaint import INSPECTION_COMPLAINT
from assistant.paperwork.legal_aid_application import LEGAL_AID_APPLICATION
from assistant.paperwork.paper import Paper
from assistant.paperwork.resignation_notice import RESIGNATION_NOTICE
from assistant.types import Parameter

PAPERS: tuple[Paper, ...] = (
    ARBITRATION_APPLICATION,
    INSPECTION_COMPLAINT,
    RESIGNATION_NOTICE,
    INJURY_OUTLINE,
    LEGAL_AID_APPLICATION,
)
_SHOWN = 40
_BY_NAME = {paper.name: paper for paper in PAPERS}


def fill(name: str, raw: object, parameters: Sequence[Parameter], today: date) -> Written:
    """Return the paper *name* filled from what *raw* tells; raises InputError, also where nobody knows the name."""
    return find_paper(name).fill(raw, parameters, today)


def find_paper(name: str) -> Paper:
    """Return the paper called *name*; raises InputError where there is none."""
    found = _BY_NAME.get(name)
    if found is None:
        near = difflib.get_close_matches(name[:_SHOWN], _BY_NAME, n=1)
        raise InputError("name", f"没有叫“{name[:_SHOWN]}”的文书，" + (f"是不是 {near[0]}" if near else f"可以写：{'、'.join(_BY_NAME)}"))
    return found
