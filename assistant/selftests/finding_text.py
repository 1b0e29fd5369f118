"""A finding or a checklist as a person reads it on a terminal: how it looks first, then why, what is missing, what to do."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.citation import format_citation
from assistant.selftests.values import TO_CONFIRM, Checklist, Finding, Item
from assistant.types import Citation


def as_text(found: Finding | Checklist) -> str:
    """Return the finding or checklist in words."""
    return "\n".join(_lines(found))


def _lines(found: Finding | Checklist) -> Iterator[str]:
    yield f"{found.title}：{found.says}"
    if isinstance(found, Finding):
        for reason in found.reasons:
            open_point = "" if reason.confirmed or TO_CONFIRM in reason.text else f"（{TO_CONFIRM}）"
            yield f"· {reason.text}{open_point}{_cited(reason.basis)}"
    else:
        for number, item in enumerate(found.items, start=1):
            yield from _item(number, item)
    if found.missing:
        yield f"还差：{'、'.join(found.missing)}"
    if isinstance(found, Finding) and found.papers:
        yield f"要准备：{'；'.join(found.papers)}"
    yield from (f"今天做什么：{step}" if number == 0 else f"    {step}" for number, step in enumerate(found.steps))
    yield from (f"注意：{sentence}" for sentence in found.warnings)


def _item(number: int, item: Item) -> Iterator[str]:
    yield f"{number}. {item.what}"
    yield f"    {item.why}{_cited(item.basis)}"
    for label, words in (("多久", item.time), ("花钱", item.cost), ("期限", item.limit)):
        if words:
            yield f"    {label}：{words}"


def _cited(basis: tuple[Citation, ...]) -> str:
    return f"（{'、'.join(format_citation(citation) for citation in basis)}）" if basis else ""
