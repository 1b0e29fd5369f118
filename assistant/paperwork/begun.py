"""From what was told in a conversation to the papers that go with its answer: their forms, filled in as far as it was told. Pure.

Only what the person said goes in: days and sums as they were told, and the own words as what happened. The rest stays blank.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from assistant import dialogue
from assistant.paperwork.registry import find_paper
from assistant.skills import handing
from assistant.skills.care import hurt_on
from assistant.skills.ending import OWES_INSURANCE, OWES_WAGES
from assistant.skills.heard import Heard
from assistant.skills.pay import UNWRITTEN
from assistant.types import Answer

_COMPLAINT, _INJURY, _NOTICE, _APPLICATION, _LEGAL_AID = (
    "inspection_complaint",
    "injury_outline",
    "resignation_notice",
    "arbitration_application",
    "legal_aid_application",
)
_KIND = "complaints.1.kind"
# Which paper somebody who got the answer of a guide may want to hand in, and what of it the guide says already.
_OF_GUIDE: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    **dict.fromkeys(
        (
            "unpaid-wages", "delayed-pay", "boss-ran-away", "construction-wages", "wage-deduction", "final-pay-on-leaving",
            "additional-compensation",
        ),
        (_COMPLAINT, ((_KIND, "wages"),)),
    ),
    "minimum-wage": (_COMPLAINT, ((_KIND, "minimum_wage"),)),
    "overtime-pay": (_COMPLAINT, ((_KIND, "overtime_pay"),)),
    "forced-overtime": (_COMPLAINT, ((_KIND, "hours"),)),
    "social-insurance-not-paid": (_COMPLAINT, ((_KIND, "insurance"),)),
    "deposit-and-penalty": (_COMPLAINT, ((_KIND, "deposit"),)),
    "leaving-certificate": (_COMPLAINT, ((_KIND, "certificate"),)),
    **dict.fromkeys(("labour-inspection", "inspection-or-arbitration"), (_COMPLAINT, ())),
    **dict.fromkeys(
        ("injury-first-steps", "injury-recognition", "injury-what-counts", "injury-commute", "injury-off-site", "injury-sudden-illness"),
        (_INJURY, ()),
    ),
    "forced-resignation": (_NOTICE, ()),
    **dict.fromkeys(
        ("arbitration-application", "arbitration-steps", "unlawful-dismissal", "verbal-dismissal", "unsigned-contract", "reinstatement"),
        (_APPLICATION, ()),
    ),
    "legal-aid": (_LEGAL_AID, ()),
}  # fmt: skip
GUIDES = frozenset(_OF_GUIDE)
_REASONS = (("wages", OWES_WAGES), ("insurance", OWES_INSURANCE))


class BegunPaper(NamedTuple):
    """A paper that goes with an answer: its name and title, and the fields of its form that are told already."""

    name: str
    title: str
    fields: tuple[tuple[str, str], ...]


def begun_papers(answer: Answer, question: str, history: tuple[str, ...] = ()) -> list[BegunPaper]:
    """Return the papers that go with *answer*, each once, with what *question* and those before it on its matter told.

    Where a sum of the answer can be claimed, the application is for `handing.claims_of`.
    """
    if answer.outcome != "answered":
        return []
    heard = Heard([dialogue.standalone(question, history)], answer.as_of)
    return [_begun(name, heard, known) for name, known in _wanted(answer).items()]


def titles(answer: Answer) -> list[str]:
    """Return what the papers that go with *answer* are called."""
    return [find_paper(name).title for name in _wanted(answer)] if answer.outcome == "answered" else []


def _wanted(answer: Answer) -> dict[str, tuple[tuple[str, str], ...]]:
    wanted: dict[str, tuple[tuple[str, str], ...]] = {}
    for name, known in [_OF_GUIDE[guide] for guide in answer.guide_ids if guide in _OF_GUIDE]:
        wanted.setdefault(name, known)
    if handing.leaves_for_cause(answer):
        wanted.setdefault(_NOTICE, ())
    if handing.claims_of(answer):
        wanted.pop(_APPLICATION, None)
    return wanted


def _begun(name: str, heard: Heard, known: tuple[tuple[str, str], ...]) -> BegunPaper:
    paper = find_paper(name)
    longest = {one.name: one.most for one in paper.inputs}
    told = [(key, value) for key, value in _told(heard, name) if key.partition(".")[0] in longest]
    return BegunPaper(name, paper.title, (*known, *((key, value[: longest[key]] if key == "facts" else value) for key, value in told)))


def _told(heard: Heard, name: str) -> Iterator[tuple[str, str]]:
    """What was told of the job and the matter, by the names of the forms; of days only those told to the day."""
    days = {
        "start": heard.start(),
        "end": heard.end() if name != _NOTICE else None,
        "happened": hurt_on(heard) if name == _INJURY else None,
    }
    yield from ((key, day[0].isoformat()) for key, day in days.items() if day and day[0] == day[1] and day[1] <= heard.as_of)
    if (wage := heard.figure("wage", "base_wage")) is not None:
        yield "wage", f"{wage:f}"
    if heard.says(UNWRITTEN):
        yield "contract", "unsigned"
    if name == _NOTICE:
        yield from _reasons(heard)
    yield "facts", "\n".join(heard.own_texts)


def _reasons(heard: Heard) -> Iterator[tuple[str, str]]:
    found = (reason for reason, words in _REASONS if heard.says(words))
    yield from ((f"reasons.{number}.reason", reason) for number, reason in enumerate(found, 1))
