"""The register of legal instruments: which articles exist and are law on a given day. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from assistant.types import Citation, CitationStatus, Instrument, Withdrawal


class Names(dict[str, str]):
    """What an instrument may be called → its name, filled once: a text is then read for citations once, however often it is asked."""

    def __hash__(self) -> int:  # type: ignore[override]
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other


class Register:
    """Every instrument we know, by its short title and by every other name people use for it."""

    def __init__(self, instruments: Iterable[Instrument]) -> None:
        self._by_name = {instrument.name: instrument for instrument in instruments}
        names: dict[str, str] = {}
        for instrument in self._by_name.values():
            for name in (instrument.name, instrument.full_name, *instrument.aliases):
                names[name] = instrument.name
        self.names: Mapping[str, str] = Names(names)

    def __iter__(self) -> Iterator[Instrument]:
        return iter(self._by_name.values())

    def __len__(self) -> int:
        return len(self._by_name)

    def find(self, name: str) -> Instrument | None:
        """Return the instrument called *name* (title, full title or alias), or None."""
        return self._by_name.get(self.names.get(name, name))

    def status(self, citation: Citation, on: date) -> CitationStatus:
        """Say whether *citation* names an article that exists and is law on day *on*."""
        instrument = self.find(citation.law)
        if instrument is None:
            return "unknown_instrument"
        if not _has_article(instrument, citation.article):
            return "unknown_article"
        if on < instrument.in_force_from:
            return "not_yet_in_force"
        if instrument.in_force_until is not None and on >= instrument.in_force_until:
            return "out_of_force"
        if any(item.article == citation.article and item.paragraph is None and on >= item.since for item in instrument.withdrawals):
            return "out_of_force"
        return "in_force"

    def withdrawals(self, citation: Citation, on: date) -> list[Withdrawal]:
        """Return the paragraphs of *citation* that are no longer law on day *on*."""
        instrument = self.find(citation.law)
        found = instrument.withdrawals if instrument else ()
        return [item for item in found if item.article == citation.article and item.paragraph is not None and on >= item.since]

    def cautions(self, citation: Citation) -> list[str]:
        """Return what must be said whenever *citation* is shown, because another rule is applied instead."""
        instrument = self.find(citation.law)
        return [item.says for item in instrument.cautions if item.article == citation.article] if instrument else []


def _has_article(instrument: Instrument, article: str) -> bool:
    if article in instrument.inserted or article in instrument.known_articles:
        return True
    return instrument.articles is not None and article.isdecimal() and 1 <= int(article) <= instrument.articles
