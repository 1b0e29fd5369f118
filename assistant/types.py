"""The values that travel through one question; frozen, stdlib only, no behaviour beyond formatting.

Everything else in the package passes these around; what they mean in Chinese law is said beside each field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal, NamedTuple

Outcome = Literal["answered", "clarify", "declined", "handed_over", "crisis"]
SectionKind = Literal["steps", "documents", "where", "deadline", "refusal", "mistakes", "cases", "basis", "calculation", "reasons"]
GuideKind = Literal["guide", "report"]
PassageKind = Literal["article", "guide", "gist", "ask"]
CitationStatus = Literal["in_force", "unknown_instrument", "unknown_article", "not_yet_in_force", "out_of_force"]
AnswerSource = Literal["fixed", "guide", "cases", "article", "model"]
# What a figure in a question is about. `service` is the time with this employer, `total_service` that with all of them together,
# `seniority` says 工龄 or 一共 and may be either. `since_…` is the time that went by since then.
FactRole = Literal[
    "service", "total_service", "seniority", "wage", "base_wage", "daily_wage", "hourly_wage", "yearly_wage", "owed_money", "owed_time",
    "contract", "probation", "insured", "pension_paid", "age", "grade", "pregnant", "child_age", "since_birth", "since_injury", "since_end",
    "hours_a_day", "hours_a_week", "overtime_a_day", "overtime_a_month", "days_a_week", "days_a_month", "rest_a_week", "rest_a_month",
]  # fmt: skip
DayRole = Literal["began", "ended", "joined", "happened"]


class Citation(NamedTuple):
    """One article of one instrument. `article` is Arabic digits, `276之一` for an inserted article.

    A tuple, not a dataclass: a search asks for thousands of them in dictionaries, and a tuple is hashed without running Python.
    """

    law: str
    article: str


@dataclass(frozen=True, slots=True)
class Article:
    """The wording of one article (条) of a national statute, from the statute database."""

    citation: Citation
    text: str
    chapter: str = ""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """An article, or one paragraph (款) of it, that stopped being law before its instrument did."""

    article: str
    since: date
    by: str
    paragraph: int | None = None


@dataclass(frozen=True, slots=True)
class Caution:
    """An article that still stands but is no longer what is applied: what is, in one sentence."""

    article: str
    says: str


@dataclass(frozen=True, slots=True)
class Instrument:
    """A legal instrument: when it is law, and which article numbers it has.

    `articles` is the highest number, None where nobody has counted; then only `known_articles` may be cited.
    `version_from` is the day the wording in force today began; before it the article numbers may differ.
    """

    name: str
    full_name: str
    level: str
    region: str
    in_force_from: date
    version_from: date
    in_force_until: date | None = None
    replaced_by: str | None = None
    articles: int | None = None
    inserted: tuple[str, ...] = ()
    known_articles: tuple[str, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()
    cautions: tuple[Caution, ...] = ()
    aliases: tuple[str, ...] = ()
    has_text: bool = False
    search_all: bool = False
    checked: str = "unchecked"
    where: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A dated local figure. `value` is None where no reliable figure is known."""

    id: str
    name: str
    value: Decimal | None
    unit: str
    region: str
    since: date
    until: date | None
    document: str
    confidence: str
    confirmed: bool
    where: str = ""
    source: str = ""
    note: str = ""
    next_change: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a guide or an answer: its kind and its lines in order."""

    kind: SectionKind
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """An article of a guide's matter that the guide does not speak of, and why it belongs there."""

    citation: Citation
    why: str


@dataclass(frozen=True, slots=True)
class Decided:
    """What one ask of a guide turns on: the articles that decide it, the most deciding first, and those that are right as well.

    Both are empty where a guide answers without any article, as on a union's own programme.
    """

    articles: tuple[Citation, ...] = ()
    also: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Guide:
    """One answerable matter, in our words, with the articles it rests on (most important first).

    `see_also` are articles of the matter that the guide does not speak of: found with it, listed under its answer where they decide
    the question.
    A `report` is one statement of a union's work report: statistics with their source and year, no rule.
    `replaced_by` names the guide that says how the same matter is since this one's `valid_until`.
    `decided` says for asks that somebody looked at which of its articles answer just them.
    """

    id: str
    title: str
    topic: str
    region: str
    short: str
    sections: tuple[Section, ...]
    basis: tuple[Citation, ...]
    asks: tuple[str, ...]
    keywords: tuple[str, ...]
    related: tuple[str, ...]
    valid_from: date
    valid_until: date | None
    review_by: date
    status: str
    confidence: str
    path: str = ""
    kind: GuideKind = "guide"
    replaced_by: str | None = None
    sources: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    see_also: tuple[Beside, ...] = ()
    decided: Mapping[str, Decided] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """Return the lines of all sections."""
        return [item for section in self.sections for item in section.items]

    def articles(self) -> list[Citation]:
        """Return the articles it rests on and those beside it."""
        return [*self.basis, *(beside.citation for beside in self.see_also)]

    def lines_shown(self) -> list[str]:
        """Return the lines that an answer shows: 依据说明 is for whoever keeps the guide."""
        return [item for section in self.sections if section.kind != "basis" for item in section.items]

    def in_use(self, on: date) -> bool:
        """Say whether the guide may be shown for questions about day *on*."""
        if self.status != "published" or on < self.valid_from:
            return False
        return self.valid_until is None or on < self.valid_until


@dataclass(frozen=True, slots=True)
class Passage:
    """What is indexed, and what an answer may rest on: an article, a part of a guide, what it says of one article, or an ask.

    Of an ask, `rests_on` says how much each article has in its answer, 0…1.
    """

    id: str
    kind: PassageKind
    text: str
    citation: Citation | None = None
    guide_id: str | None = None
    rests_on: tuple[tuple[Citation, float], ...] = ()


@dataclass(frozen=True, slots=True)
class GuideHit:
    """A guide found for a question. `sources` holds each search's own score, unitless, higher is better."""

    guide_id: str
    score: float
    sources: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleHit:
    """An article found for a question, directly or because a matching guide rests on it."""

    citation: Citation
    score: float
    sources: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Alarm:
    """The kind of emergency a question sounds most like, and by how much more than like none, about −1…1."""

    kind: str
    margin: float


@dataclass(frozen=True, slots=True)
class Foreign:
    """How much more a question sounds like what no guide answers than like ours, about −1…1, and the reply such messages get."""

    reply_id: str = "handed_over_outside"
    margin: float = 0.0


@dataclass(frozen=True, slots=True)
class Signals:
    """What each search says of each candidate, before fusion: source name → id → score (higher is better).

    Dense sources hold cosines, word sources BM25 scores divided by what a perfect match of the question would get. `foreign` says
    how much the question sounds like what no guide answers, `within` what each article has in a guide's answer to it, from 0.
    """

    guides: Mapping[str, Mapping[str, float]]
    articles: Mapping[str, Mapping[Citation, float]]
    degraded: tuple[str, ...] = ()
    alarm: Alarm | None = None
    foreign: Foreign = Foreign()
    within: Mapping[str, Mapping[Citation, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One ranking of guides and one of articles, best first; `degraded` names the searches that failed.

    `lapsed` is the guide that would have led, had it been in use on the day asked about, `elsewhere` had it held in the place.
    `nearness` says how near the question is to anything we know (see `ranking.NEARNESS`), `foreign` how much it sounds like what is not
    ours to answer.
    """

    guides: tuple[GuideHit, ...] = ()
    articles: tuple[ArticleHit, ...] = ()
    degraded: tuple[str, ...] = ()
    alarm: Alarm | None = None
    lapsed: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    nearness: float = 0.0
    foreign: Foreign = Foreign()


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount, duration, rate or date said in an answer, and where it comes from."""

    text: str
    value: str
    unit: str
    origin: str


@dataclass(frozen=True, slots=True)
class CitedArticle:
    """A citation as shown to the worker: its wording where we hold it, else what it says in our words (`gist`)."""

    citation: Citation
    text: str | None = None
    gist: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question as it arrives. `budget_s` bounds the time a language model may take, in seconds.

    `asked` are the forks asked back in this matter, `open_fork` the one that the answer before asked. Where the channel keeps no
    state `asked` is None, and both are worked out from `history`.
    """

    text: str
    as_of: date
    region: str = "即墨"
    history: tuple[str, ...] = ()
    channel: str = "cli"
    subject: str | None = None
    budget_s: float | None = None
    asked: tuple[str, ...] | None = None
    open_fork: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What a composer or a language model wants to say, before the gate has looked at it; `applied` as in `Answer`."""

    source: AnswerSource
    short: str
    sections: tuple[Section, ...] = ()
    citations: tuple[CitedArticle, ...] = ()
    guide_ids: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    applied: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing the gate refused: which check, and the words it refused."""

    check: str
    detail: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One side of a fork: what a person sends for it, the guide it leads to, and the words that already say it."""

    says: str
    leads: str
    said_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fork:
    """A fact that decides between guides. `also` are guides that lack the fact, though no choice leads to them."""

    id: str
    question: str
    choices: tuple[Choice, ...]
    also: tuple[str, ...] = ()
    where: str = ""

    def guides(self) -> tuple[str, ...]:
        """Return the ids of the guides it stands between."""
        return (*(choice.leads for choice in self.choices), *self.also)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Articles that say different things of one matter. `says` tells which counts and why, both of them where that `is_open`.

    It is told with an answer made from one of `guides` that lists at least one of the articles.
    """

    id: str
    title: str
    articles: tuple[Citation, ...]
    guides: tuple[str, ...]
    says: str
    is_open: bool
    source: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Within:
    """What a row of a bracket asks of one fact: from *low* up to, but not including, *high*; None is without end."""

    role: FactRole
    low: Decimal
    high: Decimal | None


@dataclass(frozen=True, slots=True)
class BracketRow:
    """What holds where every fact lies within its bounds: a result, or words of its own, or nothing to say.

    `articles` are those of this row where they are not the bracket's.
    """

    when: tuple[Within, ...]
    result: str | None = None
    says: str | None = None
    articles: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Counting:
    """How years of `by` are counted: each full one, a rest of half a year or more, a shorter rest; all of it `times`.

    More than `most` years may count for no more (`Bracket.capped` says when).
    """

    by: FactRole
    year: Decimal
    half: Decimal
    less: Decimal
    times: Decimal
    most: Decimal


@dataclass(frozen=True, slots=True)
class Bracket:
    """A table of law in which a told fact decides the result by looking it up (5, 10 or 15 days), or a count (3 年 8 个月 is 4).

    `says` tells the result, `at_least` the least where only a lower bound is known, `unsure` what decides where two results are left,
    `whole` what to add where only whole years were told, `capped` what to add where the count may be cut. Nothing is said where the time
    began (of a table: the thing happened) before `only_since`, since that is counted otherwise, or where one of the words of `unless`
    is said: whom the rule is not for.
    """

    id: str
    guides: tuple[str, ...]
    articles: tuple[Citation, ...]
    unit: str
    says: str
    rows: tuple[BracketRow, ...] = ()
    counts: Counting | None = None
    at_least: str | None = None
    unsure: str | None = None
    whole: str | None = None
    capped: str | None = None
    only_since: date | None = None
    unless: tuple[str, ...] = ()
    source: str = ""
    where: str = ""

    def all_articles(self) -> tuple[Citation, ...]:
        """Return the articles of the table and of its rows, each once."""
        return tuple(dict.fromkeys((*self.articles, *(article for row in self.rows for article in row.articles))))


@dataclass(frozen=True, slots=True)
class AsksBack:
    """What an answer asks back: the id of the fork, the question, and what can be sent for an answer, in order."""

    fork: str
    question: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent. Every field needed to replay it is here; a channel only lays it out.

    `applied` is one sentence that applies the rule to what the person told (您说干了三年零八个月，…); it stands right under `short`.
    `prompt_hash` names the prompt file and its hash (`answer@7e5b…`); `failures` is what the gate refused, also where the rest was sent.

    An answer to several questions has an answer to each in `parts`, `matter` naming what that one is about. Its `short` says the short
    answer of each, its citations, figures and guides are theirs together; sections and notes stand with the part they belong to.

    `skill` is the sum it works out, `{"name", "inputs", "result"}` as JSON has it; `result` is None while something is missing.
    """

    outcome: Outcome
    short: str
    as_of: date
    region: str
    source: AnswerSource = "fixed"
    sections: tuple[Section, ...] = ()
    citations: tuple[CitedArticle, ...] = ()
    figures: tuple[Figure, ...] = ()
    guide_ids: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    reply_id: str | None = None
    model: str | None = None
    prompt_hash: str | None = None
    index_version: str | None = None
    failures: tuple[Failure, ...] = field(default=())
    asks_back: AsksBack | None = None
    token: str | None = None
    parts: tuple[Answer, ...] = ()
    matter: str = ""
    applied: str = ""
    skill: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """A fixed, reviewed reply, chosen by id and sent as it stands."""

    id: str
    outcome: Outcome
    short: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MenuButton:
    """A button of the 公众号's menu. It asks a question, gives a fixed reply (by id), opens a page, or shows the buttons below it."""

    name: str
    ask: str = ""
    reply: str = ""
    url: str = ""
    buttons: tuple[MenuButton, ...] = ()
    where: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """A term of law, what people say for it, and what it means in plain words (None of it quotes a statute).

    `in_answers` is how answers write it where a worker need not know the word: they say once what it means, but not beside a word of
    `unless`, where it means something else.
    """

    term: str
    says: tuple[str, ...]
    means: str
    citation: Citation | None = None
    where: str = ""
    in_answers: str = ""
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme or system of a union; `row` is its number in the list of 46 systems the product covers."""

    id: str
    name: str
    row: int | None
    owner: str
    available_in_jimo: str
    summary: str
    confirmed: bool
    parameters: tuple[str, ...]
    guides: tuple[str, ...]
    where: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A place people can go to; address, phone, hours and position (latitude, longitude) are None until the union confirms them."""

    id: str
    name: str
    host: str
    address: str | None
    phone: str | None
    hours: str | None
    confirmed: bool
    where: str = ""
    position: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    """One rule of a relief category: `measure` compared (`<`, `is`, …) with `times` × parameter `of`, or with `value`."""

    id: str
    category: str
    says: str
    measure: str
    compare: str
    times: Decimal | None
    of: str | None
    value: str | None
    excludes: bool
    confirmed: bool
    guide: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Covered:
    """A matter the knowledge has to cover (a heading of the facts, or a mistake often made), and what covers it."""

    id: str
    kind: str
    title: str
    guides: tuple[str, ...]
    cases: tuple[str, ...]
    where: str = ""


@dataclass(frozen=True, slots=True)
class ImportedText:
    """A document that was imported and published: its articles, in order. Drafts never get here."""

    name: str
    kind: str
    articles: tuple[Article, ...]
    where: str = ""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything `knowledge/` says, read and validated. `hash` changes when any file of it does.

    `orphans` names the phrasings whose guide is gone, or whose `decided_by` does not fit it: no index is published while there are any.
    `article_asks` are the questions that one article answers, `others` what people say that no guide answers,
    with the reply it gets.
    """

    guides: tuple[Guide, ...]
    instruments: tuple[Instrument, ...]
    parameters: tuple[Parameter, ...]
    emergencies: tuple[tuple[str, str], ...]
    others: tuple[tuple[str, str], ...]
    phones: frozenset[str]
    hosts: frozenset[str]
    hash: str
    orphans: tuple[str, ...] = ()
    article_asks: Mapping[Citation, tuple[str, ...]] = field(default_factory=dict)
    terms: tuple[Term, ...] = ()
    programmes: tuple[Programme, ...] = ()
    places: tuple[Place, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    coverage: tuple[Covered, ...] = ()
    texts: tuple[ImportedText, ...] = ()
    forks: tuple[Fork, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    brackets: tuple[Bracket, ...] = ()
