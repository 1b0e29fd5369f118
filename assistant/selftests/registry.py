"""Every self-test and checklist by its name."""

from __future__ import annotations

import difflib
from datetime import date

from assistant.errors import InputError
from assistant.selftests.benefits import BENEFITS
from assistant.selftests.employment_relation import EMPLOYMENT_RELATION
from assistant.selftests.evidence import EVIDENCE
from assistant.selftests.hardship import HARDSHIP
from assistant.selftests.injury_check import INJURY_CHECK
from assistant.selftests.legal_aid import LEGAL_AID
from assistant.selftests.path import PATH
from assistant.selftests.selftest import SelfTest
from assistant.selftests.values import Checklist, Finding
from assistant.types import Knowledge

AnySelfTest = SelfTest[Finding] | SelfTest[Checklist]
SELFTESTS: tuple[AnySelfTest, ...] = (HARDSHIP, BENEFITS, LEGAL_AID, INJURY_CHECK, EMPLOYMENT_RELATION, EVIDENCE, PATH)
_BY_NAME = {selftest.name: selftest for selftest in SELFTESTS}


def examine(name: str, raw: object, knowledge: Knowledge, today: date) -> Finding | Checklist:
    """Return what the self-test *name* finds in what *raw* tells; raises InputError, also where nobody knows the name."""
    return find_selftest(name).run(raw, knowledge, today)


def find_selftest(name: str) -> AnySelfTest:
    """Return the self-test called *name*; raises InputError where there is none."""
    found = _BY_NAME.get(name)
    if found is None:
        near = difflib.get_close_matches(name, _BY_NAME, n=1)
        raise InputError("name", f"没有叫“{name[:40]}”的自测，" + (f"是不是 {near[0]}" if near else f"可以写：{'、'.join(_BY_NAME)}"))
    return found
