"""Self-tests and checklists in the conversation: one question at a time, what was said standing in the text as everywhere. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from assistant import grounding
from assistant.calculators import inputs
from assistant.calculators.values import Given, Input
from assistant.citation import format_citation
from assistant.errors import InputError
from assistant.grounding import AllowList
from assistant.instruments import Register
from assistant.selftests.registry import SELFTESTS, AnySelfTest
from assistant.selftests.selftest import Ground, as_row
from assistant.selftests.values import Checklist, Finding, Item, Reason
from assistant.skills.asks import Ask, Kind
from assistant.skills.heard import ADDED, NOT_KNOWN, Heard, own_words
from assistant.skills.saying import by_law
from assistant.types import Answer, Article, AsksBack, Citation, CitedArticle, Knowledge, Section

BEGIN = "测一测"
ORIGIN = "selftest:"
YES, NO = "是", "不是"
_BEGIN = re.compile(
    r"(?:请|麻烦)?(?:帮|给|替)?(?:我|俺|咱)?(?:来|做|做一下|做个)?(?:测一测|测一下|测测|自测|看看|查一查|列一列)[：:，, ]*(?P<title>.+)"
)
_KINDS: Mapping[str, Kind] = {"money": "money", "number": "count", "integer": "count", "date": "day"}
_ID = "test:{name}:{label}"
FIRST = "下面一句一句问您，不用写姓名。说不准的就说“不知道”。"
NEXT = "记下了。"
NOTHING_DECIDED = "这是自测，不是认定。算不算，由办事的单位定。"


@dataclass(frozen=True, slots=True)
class Tested:
    """How far a self-test has come: the question to ask next, or what it found; `problem` says what could not be understood."""

    selftest: AnySelfTest
    asks: Ask | None = None
    found: Finding | Checklist | None = None
    problem: str = ""
    is_first: bool = False


def begins(text: str) -> AnySelfTest | None:
    """Return the self-test that *text* asks for by its title: 测一测困难职工自测."""
    words = own_words(text).strip("？?。！! ")
    match = _BEGIN.fullmatch(words)
    named = {words, match["title"].removeprefix(BEGIN) if match else ""}
    return next((one for one in SELFTESTS if one.title in named and (match or one.title.endswith("自测"))), None)


def invitation(selftest: AnySelfTest) -> str:
    """Return what to send to begin a self-test."""
    return selftest.title if selftest.title.endswith("自测") else f"{BEGIN}{selftest.title}"


def of_guide(guide_id: str) -> AnySelfTest | None:
    """Return the self-test to offer beside a guide: the first whose own first guides it is one of."""
    return next((one for one in SELFTESTS if guide_id in one.guides[:_OWN_GUIDES]), None)


_OWN_GUIDES = 3


def asks_back(selftest: AnySelfTest, ask: Ask) -> AsksBack:
    """Return *ask* as an answer asks it."""
    return AsksBack(_ID.format(name=selftest.name, label=ask.label), ask.question, tuple(says for says, _ in ask.choices))


def find_ask(id_: str) -> Ask | None:
    """Return the question that an answer asked back under *id_*."""
    kind, _, rest = id_.partition(":")
    name, _, label = rest.partition(":")
    selftest = next((one for one in SELFTESTS if one.name == name), None) if kind == "test" else None
    return next((ask_of(field) for field in selftest.inputs if field.label == label), None) if selftest else None


def every_ask() -> Iterator[Ask]:
    """Return everything that any self-test asks."""
    return (ask_of(field) for selftest in SELFTESTS for field in selftest.inputs)


def ask_of(field: Input) -> Ask:
    """Return one question of a self-test as the conversation asks it."""
    if field.type == "boolean":
        return Ask(field.label, field.prompt, "choice", ((YES, True), (NO, False)))
    if field.type == "choice":
        return Ask(field.label, field.prompt, "choice", tuple((label, value) for value, label in field.choices))
    return Ask(field.label, field.prompt, _KINDS[field.type])


def test(text: str, knowledge: Knowledge, today: date) -> Tested | None:
    """Return how far the self-test has come that *text* begins, with the replies in it; None where it begins none."""
    selftest = begins(text)
    if selftest is None:
        return None
    heard = Heard((text,), today)
    raw: dict[str, object] = {}
    told: dict[str, Given] = {}
    unknown: set[str] = set()
    problem = ""
    for field in selftest.inputs:
        given = heard.reply(ask_of(field))
        if given is NOT_KNOWN:
            unknown.add(field.name)
        elif given is not None:
            written = f"{given:f}" if isinstance(given, Decimal) else given.isoformat() if isinstance(given, date) else given
            try:
                told |= inputs.read((field,), {field.name: written}, today).values
            except InputError as error:
                problem = re.sub(r"（[a-z_]+）", "", str(error)) + "。"
            else:
                raw[field.name] = written
    missing = selftest.next_input(told, unknown, ground=Ground(knowledge, today))
    if missing is not None:
        return Tested(selftest, ask_of(missing), problem=problem, is_first=ADDED not in text)
    return Tested(selftest, found=selftest.run(raw, knowledge, today))


def answer_of(
    tested: Tested, blank: Answer, articles: Mapping[Citation, Article], titles: Mapping[str, str], register: Register, allow: AllowList
) -> Answer:
    """Return *blank* as the answer that asks on, or says what was found; what the gate refuses of it is left out and counted.

    *titles* are those of the guides that may be told.
    """
    selftest, found = tested.selftest, tested.found
    if found is None:
        short = tested.problem or (f"{selftest.title}：{FIRST}" if tested.is_first else NEXT)
        asked = asks_back(selftest, tested.asks) if tested.asks else None
        return replace(blank, short=short, asks_back=asked, skill={"name": selftest.name, "inputs": {}, "result": None})
    sections = tuple(_passing(_sections(found), register, allow, blank.as_of))
    lines = (found.says, *(item for section in sections for item in section.items))
    cited = [one for one in _citations(found) if register.status(one, blank.as_of) == "in_force"]
    row = as_row(found)
    return replace(
        blank,
        short=found.says,
        source="guide",
        sections=sections,
        citations=tuple(CitedArticle(one, articles[one].text if one in articles else None) for one in cited),
        figures=tuple(grounding.figures_of(lines, f"{ORIGIN}{found.name}", register)),
        guide_ids=tuple(id_ for id_ in found.guides if id_ in titles),
        notes=(*_notes(found),),
        suggestions=tuple(titles[id_] for id_ in found.guides if id_ in titles)[:3],
        skill={"name": found.name, "inputs": row["inputs"], "result": row},
    )


def _passing(sections: Sequence[Section], register: Register, allow: AllowList, as_of: date) -> Iterator[Section]:
    for section in sections:
        kept = tuple(item for item in section.items if not grounding.sum_failures((item,), (), register=register, allow=allow, as_of=as_of))
        if kept:
            yield Section(section.kind, kept)


def _sections(found: Finding | Checklist) -> list[Section]:
    if isinstance(found, Finding):
        return [
            Section("reasons", tuple(map(_reason, found.reasons))),
            Section("steps", found.steps),
            Section("documents", found.papers),
        ]
    return [Section("steps", (*map(_item, found.items), *found.steps))]


def _reason(reason: Reason) -> str:
    basis = by_law(reason.basis)
    return f"{reason.text}{f'（{basis}）' if basis else ''}{'' if reason.confirmed else '（待工会确认）'}"


def _item(item: Item) -> str:
    beside = "；".join(f"{name}：{words}" for name, words in (("时间", item.time), ("花费", item.cost), ("期限", item.limit)) if words)
    basis = by_law(one for one in item.basis if format_citation(one) not in beside)
    return f"{item.what}：{item.why}" + (f"（{beside}）" if beside else "") + (f"（{basis}）" if basis else "")


def _notes(found: Finding | Checklist) -> Iterator[str]:
    if found.missing:
        yield f"还差这些，知道了能说得更准：{'、'.join(found.missing)}。"
    yield from found.warnings
    if isinstance(found, Finding):
        yield NOTHING_DECIDED


def _citations(found: Finding | Checklist) -> tuple[Citation, ...]:
    each = found.reasons if isinstance(found, Finding) else found.items
    return tuple(dict.fromkeys(citation for one in each for citation in one.basis))
