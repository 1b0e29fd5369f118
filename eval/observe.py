"""Ask a case and keep all that came of it: what was found with its scores, the answer, what it may rest on, the time.

What is kept can be scored again without asking (`eval rescore`), so nothing here judges.
"""

from __future__ import annotations

import json
import re
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from assistant import clock, composing, following, ingest
from assistant.ask import Assistant, Retriever
from assistant.brackets import is_of, matter_of, samples
from assistant.build import Opened, build_assistant, open_index
from assistant.calculators.registry import find_calculator
from assistant.calculators.sheet_text import as_text
from assistant.calculators.values import Result, plain
from assistant.citation import find_request
from assistant.embedding import build_embedder
from assistant.library import Library
from assistant.lint import lint
from assistant.passages import article_passage
from assistant.privacy import mask
from assistant.quantities import find_quantities
from assistant.ranking import Part
from assistant.rendering import full_text
from assistant.settings import Settings, knowledge_dir
from assistant.skills.days import find_all_days
from assistant.skills.heard import said_months
from assistant.text import normalise
from assistant.types import Answer, Bracket, Question, SearchResult, Signals
from assistant.words import tokens
from eval.cases import Case, article_id

ARTICLES_KEPT = 20
GUIDES_KEPT = 10
# In half months, twice over: thirty years of work.
LONGEST_COUNTED = 120
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Found:
    """A guide or an article found: its id (`劳动合同法#82`), the fused score and each search's own."""

    id: str
    score: float
    sources: dict[str, float]


@dataclass(frozen=True, slots=True)
class Observed:
    """All that one question gave. *arm* says who answered: the desk without a model, with it, or a model without our passages."""

    id: str
    case: str
    turn: int
    question: str
    history: tuple[str, ...]
    answer: Answer | None
    text: str
    articles: tuple[Found, ...] = ()
    guides: tuple[Found, ...] = ()
    degraded: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    milliseconds: float = 0.0
    arm: str = "desk"
    repeat: int = 1
    leaks: tuple[str, ...] = ()
    watched: bool = False
    error: str = ""
    judged: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Subject:
    """What is examined: an Assistant over an index of the knowledge as it lies in the folder, and what lint says of that."""

    assistant: Assistant
    opened: Opened
    settings: Settings
    knowledge_problems: tuple[str, ...]
    passages: dict[str, str]

    @property
    def library(self) -> Library:
        """The knowledge under examination."""
        return self.opened.library


@contextmanager
def subject(settings: Settings, *, progress: Progress | None = None, split: Callable[[str], list[str]] = tokens) -> Iterator[Subject]:
    """Build and open the examined index in a data folder of its own: the one a service uses is never touched.

    Knowledge that lint refuses is examined all the same (the run fails, but shows which cases that costs);
    knowledge that cannot be read raises KnowledgeError.
    """
    folder = knowledge_dir(settings)
    problems = tuple(lint(folder, clock.today()))
    settings = settings.model_copy(update={"data_dir": settings.data_dir / "eval", "chroma_url": "", "database_url": ""})
    embedder = build_embedder(settings.embedding)
    ingest.build(folder, settings.data_dir, embedder, progress=progress, shipped=folder / "vectors", prove=not problems)
    opened = open_index(settings, split)
    try:
        assistant = build_assistant(settings.model_copy(update={"llm_base_url": "", "llm_model": ""}), opened=opened)
        assistant = replace(assistant, retriever=Remembering(opened.index))
        assistant.search(Question("工资", clock.today()))  # the embedding model is loaded before anything is timed
        yield Subject(assistant, opened, settings, problems, {})
    finally:
        opened.index.close()


@contextmanager
def copied(settings: Settings) -> Iterator[Settings]:
    """Settings whose knowledge is a copy, to be changed before it is examined, and is indexed in a data folder of its own."""
    source = knowledge_dir(settings)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "knowledge"
        ingest.copy_knowledge(source, copy)
        (copy / "vectors").mkdir(exist_ok=True)
        for path in (source / "vectors").glob("*.npz"):
            (copy / "vectors" / path.name).symlink_to(path)
        yield settings.model_copy(update={"knowledge_dir": copy, "data_dir": Path(folder) / "data"})


class Remembering:
    """A retriever that keeps its last result: the harness looks at what was found without searching twice."""

    def __init__(self, retriever: Retriever) -> None:
        self._retriever = retriever
        self._last: tuple[str, Signals] | None = None

    def search(self, text: str) -> Signals:
        """Return what each search says about *text*."""
        if self._last is None or self._last[0] != text:
            self._last = (text, self._retriever.search(text))
        return self._last[1]


def questions(case: Case) -> Iterator[tuple[int, Question]]:
    """Return the number and the question of each scored turn, the turns before it as history."""
    for number, turn in enumerate(case.turns, start=1):
        if turn.outcome is not None:
            history = tuple(earlier.question for earlier in case.turns[: number - 1])
            yield number, Question(turn.question, case.as_of, region=case.region, history=history, channel="eval")


def searched(retriever: Retriever, question: Question, library: Library) -> list[Part]:
    """Search for every wording of *question* as `Assistant.search` does; what each finds, and what it counts."""
    text, history = mask(normalise(question.text)), tuple(mask(normalise(one)) for one in question.history)
    return following.searched(replace(question, text=text, history=history), retriever.search, library)


def ask_case(case: Case, subject: Subject, *, assistant: Assistant | None = None, arm: str = "desk", repeat: int = 1) -> Iterator[Observed]:
    """Ask each scored turn of *case*."""
    assistant = assistant or subject.assistant
    for number, question in questions(case):
        started = time.perf_counter()
        try:
            answer = assistant.ask(question)
        except Exception as error:  # a fault of the program costs this question, not the run; the run fails for it
            words = f"{type(error).__name__}: {error}"
            yield Observed(
                turn_id(case, number), case.id, number, question.text, question.history, None, "", arm=arm, repeat=repeat, error=words
            )
            continue
        seconds = time.perf_counter() - started
        found = search(question, subject)
        seen = _with_found(
            Observed(turn_id(case, number), case.id, number, question.text, question.history, answer, full_text(answer)), found
        )
        rests_on = tuple(evidence(question, answer, found, subject))
        yield replace(seen, evidence=rests_on, milliseconds=round(seconds * 1000, 1), arm=arm, repeat=repeat)


def search_case(case: Case, subject: Subject) -> Iterator[Observed]:
    """Only search for each scored turn of *case*."""
    for number, question in questions(case):
        seen = Observed(turn_id(case, number), case.id, number, question.text, question.history, None, "")
        started = time.perf_counter()
        found = search(question, subject)
        yield replace(_with_found(seen, found), milliseconds=round((time.perf_counter() - started) * 1000, 1))


def _with_found(seen: Observed, found: SearchResult) -> Observed:
    return replace(
        seen,
        articles=tuple(Found(article_id(hit.citation), round(hit.score, 4), dict(hit.sources)) for hit in found.articles[:ARTICLES_KEPT]),
        guides=tuple(Found(hit.guide_id, round(hit.score, 4), dict(hit.sources)) for hit in found.guides[:GUIDES_KEPT]),
        degraded=found.degraded,
    )


def turn_id(case: Case, number: int) -> str:
    """Return the name of one turn: the case's own where it has but one."""
    return case.id if len(case.turns) == 1 else f"{case.id}#{number}"


def search(question: Question, subject: Subject) -> SearchResult:
    """Return what is found for *question*; nothing where it is empty or no index can be searched."""
    return subject.assistant.search(question) if question.text.strip() else SearchResult()


def evidence(question: Question, answer: Answer, found: SearchResult, subject: Subject) -> Iterator[str]:
    """Return the ids of the passages the answer may rest on, and keep their texts in `subject.passages`.

    They are the articles found or asked for by number, the guides used with the day's figures, the articles under those guides and of
    conflicts told with them, the tables of law that a told fact is looked up in, and what the register itself says of an article. This is
    the harness's own notion, not the product's gate.
    """
    library = subject.library
    citations = [hit.citation for hit in found.articles[:ARTICLES_KEPT]]
    for guide_id in answer.guide_ids:
        if (guide := library.guides.get(guide_id)) is None:
            continue
        citations += guide.articles()
        matter = matter_of(guide_id, library.guides)
        for bracket in library.knowledge.brackets:
            if is_of(bracket, matter, library.register, question.as_of):
                citations += bracket.all_articles()
                yield _keep(subject, f"bracket:{bracket.id}", _bracket_text(bracket))
        citations += (citation for conflict in library.knowledge.conflicts if guide_id in conflict.guides for citation in conflict.articles)
        yield _keep(subject, f"guide:{guide_id}@{question.as_of}", _guide_text(guide_id, question.as_of, library))
    for name, inputs in _worked_out(answer):
        # Counted anew from what it says it was told: the figures an answer says must be those.
        calculator = find_calculator(name)
        citations += calculator.laws
        result = calculator.run(inputs, library.knowledge.parameters, question.as_of)
        yield _keep(
            subject,
            f"calc:{name}:{json.dumps(inputs, sort_keys=True)}@{question.as_of}",
            "\n".join((as_text(result), *_months(result), *_told(result, question))),
        )
    if requested := find_request(normalise(question.text), library.register.names):
        citations.append(requested.citation)
    for citation in dict.fromkeys(citations):
        article = library.articles.get(citation)
        id_ = article_id(citation)
        yield _keep(subject, id_, article_passage(article).text if article else id_)
        notes = [
            *library.register.cautions(citation),
            *(f"{gone.since} {gone.by}" for gone in library.register.withdrawals(citation, question.as_of)),
        ]
        if notes:
            yield _keep(subject, f"register:{id_}", "\n".join(notes))


def _months(result: Result) -> Iterator[str]:
    """The months of its days: who retires is told the month."""
    return (f"{line.amount.year}年{line.amount.month}月。" for line in result.lines if isinstance(line.amount, date))


def _told(result: Result, question: Question) -> Iterator[str]:
    """What the person said in figures or days, as the answer may say it again; whether it was read right is another measure's to say."""
    said = normalise(" ".join((*question.history, question.text)))
    numbers = {Decimal(one) for one in re.findall(r"\d+(?:\.\d+)?", said)}
    for quantity in find_quantities(said):
        numbers.add(quantity.value)
        yield said_months(quantity.value) if quantity.unit == "月" else f"{plain(quantity.value)}{quantity.unit}"
    years = {question.as_of.year - back for back, words in enumerate(("今年", "去年")) if words in said}
    years |= {1900 + int(one) if int(one) > question.as_of.year % 100 else 2000 + int(one) for one in re.findall(r"(?<!\d)(\d\d)年", said)}
    for named in find_all_days(said, question.as_of):
        years.add(named.first.year)
        yield from (f"{day.isoformat()}，{day.year}年{day.month}月。" for day in (named.first, named.last))
    yield from (f"{year}年。" for year in years)
    for asked in find_calculator(result.name).inputs:
        given = result.inputs.get(asked.name)
        if isinstance(given, Decimal) and given in numbers:
            yield f"{asked.label}：{plain(given)}{asked.unit}。"
        # 国庆1、2、3号 is told by its numbers.
        elif isinstance(given, tuple):
            yield from (f"{day.month}月{day.day}日。" for day in given if isinstance(day, date) and Decimal(day.day) in numbers)


def _worked_out(answer: Answer) -> Iterator[tuple[str, dict[str, object]]]:
    """Every sum that an answer, or a part of it, says it worked out: the calculator and what it was told."""
    for one in (answer, *answer.parts):
        rows = [one.skill["result"], *one.skill.get("others", ())] if one.skill and one.skill["result"] else []
        yield from ((row["name"], dict(row["inputs"])) for row in rows if "lines" in row)


def _guide_text(guide_id: str, on: date, library: Library) -> str:
    composed = composing.compose_guide(
        library.guides[guide_id],
        articles={},
        parameters=library.knowledge.parameters,
        register=library.register,
        as_of=on,
        deciding=library.guides[guide_id].articles(),
        conflicts=library.knowledge.conflicts,
    )
    # Since when a local figure holds may be said beside it.
    shown = sorted({one.since for one in library.knowledge.parameters if one.id in composed.figures.used})
    return "\n".join((composed.passages[0].text, *months_said(shown)))


def months_said(days: Iterable[date]) -> Iterator[str]:
    """Each day's month as an answer says it; closed by a full stop, for two of them one after the other read as one date."""
    return (f"{day.year} 年 {day.month} 月。" for day in days)


def _bracket_text(bracket: Bracket) -> str:
    """What a table may say; of a count every half month that years of work may come to."""
    counts = [f"{half / 2:g} 个月" for half in range(1, LONGEST_COUNTED + 1)] if bracket.counts is not None else []
    return "\n".join((*(sample.sentence for sample in samples(bracket)), *counts))


def _keep(subject: Subject, id_: str, text: str) -> str:
    subject.passages.setdefault(id_, text)
    return id_


def runs_folder(settings: Settings) -> Path:
    """Return where runs are written unless told otherwise."""
    return settings.data_dir / "eval" / "runs"
