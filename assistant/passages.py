"""Turn articles and guides into passages: what is indexed, and what an answer may rest on. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from assistant.citation import find_citations, format_article
from assistant.instruments import Register
from assistant.types import Article, Citation, Figure, Guide, Knowledge, Parameter, Passage

# The kinds that have vectors and are searched by words too: one collection each, in this order.
KINDS = ("article", "gist", "ask")
# A citation in brackets is the same for every sentence that rests on it.
_IN_BRACKETS = re.compile(r"（《[^（）]*?）")
PLACEHOLDER = re.compile(r"\{\{\s*([a-z0-9_]+)\s*\}\}")
UNCONFIRMED = "（待工会确认）"
# Where a local figure comes from.
PARAMETER = "parameter:"
DECAY = 0.85
ALSO = 0.5
ARTICLES_SHARED = 8

SECTION_TITLES = {
    "calculation": "怎么算的",
    "reasons": "为什么这么说",
    "steps": "怎么办",
    "documents": "要准备什么",
    "where": "去哪里办",
    "deadline": "时限",
    "refusal": "单位不认怎么办",
    "mistakes": "常见误区",
    "cases": "看您是哪一种",
    "basis": "依据说明",
}


def cited_in(knowledge: Knowledge) -> frozenset[Citation]:
    """Return the articles that guides rest on or bring along, or that questions lead to."""
    of_guides = (citation for guide in knowledge.guides for citation in guide.articles())
    return frozenset((*of_guides, *knowledge.article_asks))


def passages_of(knowledge: Knowledge, articles: Sequence[Article]) -> Iterator[Passage]:
    """Yield every passage to be indexed."""
    cited = cited_in(knowledge)
    whole = {instrument.name for instrument in knowledge.instruments if instrument.search_all} | {text.name for text in knowledge.texts}
    for article in articles:
        if article.citation.law in whole or article.citation in cited:
            yield article_passage(article)
    names = {parameter.id: parameter.name for parameter in knowledge.parameters}
    register = Register(knowledge.instruments)
    for guide in knowledge.guides:
        if guide.status == "published":
            yield from guide_passages(guide, names)
            yield from gist_passages(guide, names, register.names)
    for citation, asks in knowledge.article_asks.items():
        yield from article_ask_passages(citation, asks)


def article_passage(article: Article) -> Passage:
    """Return the passage of one article; its text leads with the title so that both searches see the law's name."""
    citation = article.citation
    text = f"{citation.law}{format_article(citation.article)} {article.text}"
    return Passage(f"{citation.law}#{citation.article}", "article", text, citation=citation)


def guide_passages(guide: Guide, parameter_names: Mapping[str, str]) -> list[Passage]:
    """Return one passage for the guide's answer, one for each longer section, and one for each of its asks.

    Placeholders become the parameter's name, not its value, so that a vector does not change with a figure.
    """
    passages = [Passage(f"guide:{guide.id}#short", "guide", _named(f"{guide.title} {guide.short}", parameter_names), guide_id=guide.id)]
    for section in guide.sections if guide.kind == "guide" else ():
        if section.kind in {"steps", "deadline", "refusal", "mistakes", "basis"}:
            text = _named(f"{guide.title} {' '.join(section.items)}", parameter_names)
            passages.append(Passage(f"guide:{guide.id}#{section.kind}", "guide", text, guide_id=guide.id))
    usually = tuple(_shares(guide.basis[:ARTICLES_SHARED], ()))
    decided = {ask: tuple(_shares(what.articles, what.also)) for ask, what in guide.decided.items()}
    passages += [
        Passage(f"ask:{guide.id}#{number}", "ask", ask, guide_id=guide.id, rests_on=decided.get(ask, usually))
        for number, ask in enumerate((guide.title, *guide.asks))
    ]
    return passages


def _shares(deciding: Sequence[Citation], also: Sequence[Citation]) -> Iterator[tuple[Citation, float]]:
    """What each article has in an answer: the first decides it, each further one a little less, those right as well half."""
    yield from ((citation, DECAY**place) for place, citation in enumerate(deciding))
    yield from ((citation, ALSO) for citation in also)


def gist_passages(guide: Guide, parameter_names: Mapping[str, str], instrument_names: Mapping[str, str]) -> list[Passage]:
    """Return one passage for each article of the basis that lines of the guide name: what it says of it, in our words.

    For an article beside the guide it is the reason why it is there.
    A worker's words and a law's share few; these stand between them, also for articles whose wording we do not hold.
    """
    lines: dict[Citation, list[str]] = {}
    for line in (guide.short, *guide.lines()):
        named = {found.citation for found in find_citations(line, instrument_names)}
        for citation in guide.basis:
            if citation in named:
                lines.setdefault(citation, []).append(_named(_IN_BRACKETS.sub("", line), parameter_names))
    lines |= {beside.citation: [beside.why] for beside in guide.see_also}
    return [
        Passage(
            f"gist:{guide.id}:{citation.law}#{citation.article}", "gist", f"{guide.title} {' '.join(said)}", citation, guide_id=guide.id
        )
        for citation, said in lines.items()
    ]


def article_ask_passages(citation: Citation, asks: Iterable[str]) -> list[Passage]:
    """Return one passage for each question that an article answers."""
    return [
        Passage(f"ask:{citation.law}#{citation.article}#{number}", "ask", ask, citation=citation, rests_on=((citation, 1.0),))
        for number, ask in enumerate(asks)
    ]


def _named(text: str, parameter_names: Mapping[str, str]) -> str:
    return PLACEHOLDER.sub(lambda match: parameter_names.get(match[1], match[1]), text)


class Figures:
    """The local figures of one day, put into sentences; remembers which were used and which are unconfirmed."""

    def __init__(self, parameters: Iterable[Parameter], on: date) -> None:
        self._in_force = {
            parameter.id: parameter
            for parameter in parameters
            if parameter.since <= on and (parameter.until is None or on < parameter.until)
        }
        self._marked: set[str] = set()
        self.used: dict[str, Figure] = {}

    def fill(self, text: str) -> str:
        """Return *text* with each `{{id}}` replaced by its figure of the day; the first use of one not confirmed says so."""
        return PLACEHOLDER.sub(lambda match: _spaced(match, self._say(match[1])), text)

    def _say(self, parameter_id: str) -> str:
        parameter = self._in_force.get(parameter_id)
        if parameter is None or parameter.value is None:
            return "（具体数待工会确认）"
        words = f"{plain(parameter.value)} {parameter.unit}"
        origin = f"{PARAMETER}{parameter.id}" + (f" {parameter.document}" if parameter.document else "")
        self.used[parameter_id] = Figure(words, plain(parameter.value), parameter.unit, origin)
        if parameter.confirmed or parameter_id in self._marked:
            return words
        self._marked.add(parameter_id)
        return words + UNCONFIRMED

    @property
    def unconfirmed(self) -> bool:
        """Say whether a figure said so far is not confirmed."""
        return bool(self._marked)


def _spaced(match: re.Match[str], words: str) -> str:
    """A figure stands apart from the Chinese character before it, as everywhere in the texts."""
    before = match.string[match.start() - 1 : match.start()]
    return f" {words}" if "\u4e00" <= before <= "\u9fff" and words[0].isdigit() else words


def plain(value: Decimal) -> str:
    """Return *value* as it is written: 2400, 0.7."""
    return f"{value.normalize():f}"
