"""Read `knowledge/` into frozen values; every mistake comes back as `path:line: reason`, all of them at once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, TypeAdapter

from assistant import schema
from assistant.errors import KnowledgeError
from assistant.guides import read_guides, short_citation, with_phrasings
from assistant.schema import parse, placed_rows, rows, text_of
from assistant.texts import read_texts
from assistant.types import (
    Bracket,
    BracketRow,
    Caution,
    Choice,
    Citation,
    Conflict,
    Counting,
    Covered,
    Criterion,
    Fork,
    Instrument,
    Knowledge,
    MenuButton,
    Parameter,
    Place,
    Programme,
    Reply,
    Term,
    Withdrawal,
    Within,
)

# A start nobody knows: the rule is taken to hold on every day we are asked about.
UNKNOWN_DAY = date.min
# What people say that no guide answers: not ours, and too vague to tell.
UNANSWERED = ("others.yaml", "vague.yaml")
MENU = "wechat_menu.yaml"
Row = TypeVar("Row", bound=BaseModel)
Value = TypeVar("Value")
# The questions that one article answers stand beside the rest: JSON has no keys but text.
Kept = tuple[Knowledge, tuple[tuple[Citation, tuple[str, ...]], ...]]


def load_knowledge(root: Path) -> Knowledge:
    """Read everything below *root*; raises KnowledgeError with all problems found."""
    if not root.is_dir():
        raise KnowledgeError(f"{root}: 没有这个知识目录，请检查 GONGHUI_KNOWLEDGE_DIR 或重新安装")
    problems: list[str] = []
    guides, article_asks, orphans = with_phrasings(read_guides(root, problems), root, problems)
    places_text = text_of(root / "places.yaml", problems)
    places = parse(places_text, schema.PlacesFile, root / "places.yaml", 1, problems) if places_text is not None else None
    emergencies = [row for path in _existing(root, "emergencies.yaml") for row in rows(path, schema.EmergencyRow, problems)]
    others = [row for name in UNANSWERED for path in _existing(root, name) for row in rows(path, schema.OtherRow, problems)]

    def read(pattern: str, model: type[Row], make: Callable[[Row, str], Value]) -> tuple[Value, ...]:
        return _placed(root, pattern, model, make, problems)

    instruments = _instruments(root, problems)
    knowledge = Knowledge(
        guides=guides,
        instruments=instruments,
        parameters=read("parameters/*.yaml", schema.ParameterRow, _parameter),
        emergencies=tuple((row.kind, words) for row in emergencies for words in row.says),
        others=tuple((row.reply, words) for row in others for words in row.says),
        phones=frozenset(row.number for row in places.hotlines) if places else frozenset(),
        hosts=frozenset(places.links) if places else frozenset(),
        hash=knowledge_hash(root),
        orphans=orphans,
        article_asks=article_asks,
        terms=read("terms.yaml", schema.TermRow, _term),
        programmes=read("programmes/*.yaml", schema.ProgrammeRow, _programme),
        places=tuple(_place(row) for row in places.places) if places else (),
        criteria=read("relief/*.yaml", schema.CriterionRow, _criterion),
        coverage=read("coverage.yaml", schema.CoverageRow, _covered),
        texts=read_texts(root, problems),
        forks=read("forks.yaml", schema.ForkRow, _fork),
        conflicts=read("conflicts.yaml", schema.ConflictRow, _conflict),
        brackets=read("brackets.yaml", schema.BracketRow, _bracket),
    )
    if problems:
        raise KnowledgeError(problems)
    return knowledge


def load_instruments(root: Path) -> tuple[Instrument, ...]:
    """Read the register of instruments alone; raises KnowledgeError."""
    problems: list[str] = []
    instruments = _instruments(root, problems)
    if problems:
        raise KnowledgeError(problems)
    return instruments


def load_parameters(root: Path) -> tuple[Parameter, ...]:
    """Read the dated local figures alone; raises KnowledgeError."""
    problems: list[str] = []
    found = _placed(root, "parameters/*.yaml", schema.ParameterRow, _parameter, problems)
    if problems:
        raise KnowledgeError(problems)
    return found


def load_local(root: Path) -> Knowledge:
    """Read what self-tests rest on alone, local figures, criteria of relief and programmes; raises KnowledgeError."""
    problems: list[str] = []
    knowledge = Knowledge(
        guides=(),
        instruments=(),
        parameters=_placed(root, "parameters/*.yaml", schema.ParameterRow, _parameter, problems),
        emergencies=(),
        others=(),
        phones=frozenset(),
        hosts=frozenset(),
        hash="",
        programmes=_placed(root, "programmes/*.yaml", schema.ProgrammeRow, _programme, problems),
        criteria=_placed(root, "relief/*.yaml", schema.CriterionRow, _criterion, problems),
    )
    if problems:
        raise KnowledgeError(problems)
    return knowledge


def _placed(root: Path, pattern: str, model: type[Row], make: Callable[[Row, str], Value], problems: list[str]) -> tuple[Value, ...]:
    """Read the rows of every file that fits *pattern*, each with its place."""
    return tuple(
        make(row, f"{path.relative_to(root).as_posix()}:{line}")
        for path in _existing(root, pattern)
        for row, line in placed_rows(path, model, problems)
    )


def _instruments(root: Path, problems: list[str]) -> tuple[Instrument, ...]:
    found = placed_rows(root / "instruments.yaml", schema.InstrumentRow, problems)
    return tuple(_instrument(row, f"instruments.yaml:{line}") for row, line in found)


def load_replies(root: Path) -> dict[str, Reply]:
    """Read the fixed replies alone: emergencies are answered from them even where everything else is broken."""
    problems: list[str] = []
    found = rows(root / "replies.yaml", schema.ReplyRow, problems)
    if problems:
        raise KnowledgeError(problems)
    return {row.id: Reply(row.id, row.outcome, row.short, tuple(row.lines)) for row in found}


def load_contacts(root: Path) -> tuple[frozenset[str], frozenset[str]]:
    """Read the telephone numbers and hosts that may be said; raises KnowledgeError."""
    problems: list[str] = []
    text = text_of(root / "places.yaml", problems)
    places = parse(text, schema.PlacesFile, root / "places.yaml", 1, problems) if text is not None else None
    if problems or places is None:
        raise KnowledgeError(problems)
    return frozenset(row.number for row in places.hotlines), frozenset(places.links)


def load_menu(root: Path) -> tuple[MenuButton, ...]:
    """Read the menu of the 公众号, empty where the folder has none; raises KnowledgeError."""
    problems: list[str] = []
    found = tuple(
        _menu_button(row, f"{path.relative_to(root).as_posix()}:{line}")
        for path in _existing(root, MENU)
        for row, line in placed_rows(path, schema.MenuRow, problems)
    )
    if problems:
        raise KnowledgeError(problems)
    return found


def knowledge_files(root: Path) -> list[Path]:
    """Return every knowledge file below *root* in a fixed order; vectors are not knowledge."""
    return sorted(path for path in root.rglob("*") if path.suffix in {".md", ".yaml"} and path.is_file())


def knowledge_hash(root: Path) -> str:
    """Return a hash of the names and bytes of every knowledge file."""
    digest = hashlib.sha256()
    for path in knowledge_files(root):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


@cache
def _kept() -> TypeAdapter[Kept]:
    return TypeAdapter(Kept)


def to_json(knowledge: Knowledge) -> bytes:
    """Return *knowledge* as JSON, which is read six times faster than the files it came from."""
    return _kept().dump_json((replace(knowledge, article_asks={}), tuple(knowledge.article_asks.items())))


def from_json(kept: bytes) -> Knowledge:
    """Return what `to_json` was given; raises ValueError where *kept* is something else."""
    knowledge, article_asks = _kept().validate_json(kept)
    return replace(knowledge, article_asks=dict(article_asks))


def _existing(root: Path, pattern: str) -> Iterator[Path]:
    """The files of *pattern*, none where the knowledge (a small one) does without."""
    yield from sorted(root.glob(pattern))


def _instrument(row: schema.InstrumentRow, where: str) -> Instrument:
    return Instrument(
        name=row.name,
        full_name=row.full_name,
        level=row.level,
        region=row.region,
        in_force_from=row.in_force_from or UNKNOWN_DAY,
        version_from=row.version_from or row.in_force_from or UNKNOWN_DAY,
        in_force_until=row.in_force_until,
        replaced_by=row.replaced_by,
        articles=row.articles,
        inserted=tuple(row.inserted),
        known_articles=tuple(row.known_articles),
        withdrawals=tuple(Withdrawal(item.article, item.since, item.by, item.paragraph) for item in row.out_of_force),
        cautions=tuple(Caution(item.article, item.says) for item in row.cautions),
        aliases=tuple(row.aliases),
        has_text=row.text == "statute_database",
        search_all=row.search == "all",
        checked=row.checked,
        where=where,
    )


def _parameter(row: schema.ParameterRow, where: str) -> Parameter:
    return Parameter(
        id=row.id,
        name=row.name,
        value=row.value,
        unit=row.unit,
        region=row.region,
        since=row.since or UNKNOWN_DAY,
        until=row.until,
        document=row.document or "",
        confidence=row.confidence,
        confirmed=row.confirmed,
        where=where,
        source=row.source,
        note=row.note or "",
        next_change=row.next_change or "",
    )


def _term(row: schema.TermRow, where: str) -> Term:
    citation = Citation(row.article.instrument, row.article.article) if row.article else None
    return Term(row.term, tuple(row.says), row.means, citation, where, row.in_answers, tuple(row.unless))


def _programme(row: schema.ProgrammeRow, where: str) -> Programme:
    return Programme(
        id=row.id,
        name=row.name,
        row=row.table_d,
        owner=row.owner,
        available_in_jimo=row.available_in_jimo,
        summary=row.summary,
        confirmed=row.confirmed,
        parameters=tuple(row.parameters),
        guides=tuple(row.guides),
        where=where,
    )


def _place(row: schema.PlaceRow) -> Place:
    return Place(row.id, row.name, row.host, row.address, row.phone, row.hours, row.confirmed, "places.yaml", row.position)


def _criterion(row: schema.CriterionRow, where: str) -> Criterion:
    return Criterion(
        id=row.id,
        category=row.category,
        says=row.says,
        measure=row.measure,
        compare=row.compare,
        times=row.times,
        of=row.of,
        value=row.value,
        excludes=row.excludes,
        confirmed=row.confirmed,
        guide=row.guide,
        where=where,
    )


def _menu_button(row: schema.MenuLeafRow, where: str) -> MenuButton:
    below = tuple(_menu_button(button, where) for button in row.buttons) if isinstance(row, schema.MenuRow) else ()
    return MenuButton(row.name, row.ask or "", row.reply or "", row.url or "", below, where)


def _covered(row: schema.CoverageRow, where: str) -> Covered:
    return Covered(row.id, row.kind, row.title, tuple(row.guides), tuple(row.cases), where)


def _fork(row: schema.ForkRow, where: str) -> Fork:
    choices = tuple(Choice(choice.says, choice.leads, tuple(choice.said_by)) for choice in row.choices)
    return Fork(row.id, row.question, choices, tuple(row.also), where)


def _conflict(row: schema.ConflictRow, where: str) -> Conflict:
    articles = tuple(Citation(article.instrument, article.article) for article in row.articles)
    return Conflict(row.id, row.title, articles, tuple(row.guides), row.says, row.open, row.source, where)


def _bracket(row: schema.BracketRow, where: str) -> Bracket:
    return Bracket(
        id=row.id,
        guides=tuple(row.guides),
        articles=tuple(map(short_citation, row.articles)),
        unit=row.unit,
        says=row.says,
        rows=tuple(_bracket_line(line) for line in row.rows),
        counts=Counting(**row.counts.model_dump()) if row.counts else None,
        at_least=row.at_least,
        unsure=row.unsure,
        whole=row.whole,
        capped=row.capped,
        only_since=row.only_since,
        unless=tuple(row.unless),
        source=row.source,
        where=where,
    )


def _bracket_line(line: schema.BracketLine) -> BracketRow:
    when = tuple(Within(role, *(bounds if isinstance(bounds, tuple) else (bounds, bounds + 1))) for role, bounds in line.when.items())
    return BracketRow(when, line.result, line.says, tuple(map(short_citation, line.articles)))
