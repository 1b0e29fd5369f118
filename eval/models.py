"""With a language model: its answers from our passages (`model`), from nothing (`closed_book`), from the gold articles (`oracle`).

Each is asked `REPEATS` times. The difference between the rows says what retrieval is worth and what it costs. The sentences
of `model` answers are given to a pinned judge. The model being down is nobody's pass or failure: it ends the run (exit 3).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from assistant import composing, prompting
from assistant.ask import ChatModel
from assistant.build import build_chat_model, load_template
from assistant.composing import Composed
from assistant.errors import ModelUnavailable, StoreUnavailable
from assistant.passages import Figures, article_passage
from assistant.prompting import Message, Template, parse_template
from assistant.rendering import full_text
from assistant.settings import Settings
from assistant.text import sentences
from assistant.types import Answer, Draft, Passage, Question
from eval.cases import Case, GoldArticle
from eval.observe import Observed, Progress, Subject, ask_case, questions, turn_id

REPEATS = 3
JUDGE_PROMPT = Path(__file__).parent / "judge.md"
ATTEMPTS = 3


def observe(
    cases: Sequence[Case],
    subject: Subject,
    settings: Settings,
    judge_model: str,
    announce: Callable[[str], None],
    progress: Progress | None,
) -> Iterator[Observed]:
    """Ask the answerable cases three ways, three times each; raises OutsideDown where the model stays away."""
    model = _model(settings)
    judge = _model(settings.model_copy(update={"llm_model": judge_model})) if judge_model else None
    if judge is None:
        announce("gates.toml 的 [judge] 没有写评判模型：不评“每句都有依据”")
    template = load_template()
    chosen = [case for case in cases if any(turn.outcome == "answered" for turn in case.turns)]
    for repeat in range(1, REPEATS + 1):
        for done, case in enumerate(chosen, start=1):
            for one in _by_model(case, subject, model, template, repeat):
                yield _judged(one, judge, subject) if judge and one.answer and one.answer.source == "model" else one
            yield from _without_retrieval(case, subject, model, template, repeat)
            if progress:
                progress(done + (repeat - 1) * len(chosen), REPEATS * len(chosen))


def _model(settings: Settings) -> ChatModel:
    model = build_chat_model(settings)
    if model is None:
        raise StoreUnavailable("没有设语言模型")
    return Patient(model)


class Patient:
    """Asks again where a model is busy for a moment; raises OutsideDown where it stays so."""

    def __init__(self, model: ChatModel) -> None:
        self._model = model

    @property
    def model_id(self) -> str:
        """The model's name."""
        return self._model.model_id

    def complete(self, messages: Sequence[Message], *, budget_s: float | None = None) -> str:
        """Return the reply."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._model.complete(messages, budget_s=budget_s)
            except ModelUnavailable as error:
                if attempt == ATTEMPTS:
                    raise OutsideDown(f"语言模型 {self.model_id} 用不了：{error}") from error
                time.sleep(2.0**attempt)
        raise AssertionError("unreachable")


class OutsideDown(BaseException):
    """The model is down. Not an Exception: the product turns those of a model into an answer without it."""


def _by_model(case: Case, subject: Subject, model: ChatModel, template: Template, repeat: int) -> Iterator[Observed]:
    assistant = replace(subject.assistant, chat_model=model, template=template)
    yield from ask_case(case, subject, assistant=assistant, arm="model", repeat=repeat)


def _without_retrieval(case: Case, subject: Subject, model: ChatModel, template: Template, repeat: int) -> Iterator[Observed]:
    """Closed book: no passages. Oracle: the gold articles and nothing else. What comes is taken as it is, without the gate."""
    for number, question in questions(case):
        turn = case.turns[number - 1]
        if turn.outcome != "answered":
            continue
        for arm, passages in (("closed_book", ()), ("oracle", tuple(_gold(turn.gold_articles, subject)))):
            if arm == "oracle" and not passages:
                continue
            started = time.perf_counter()
            reply = model.complete(
                prompting.messages(question.text, passages, template=template, as_of=question.as_of, region=question.region)
            )
            answer = _taken(reply, passages, question)
            yield Observed(
                turn_id(case, number), case.id, number, question.text, question.history, answer, full_text(answer),
                evidence=tuple(passage.id for passage in passages), milliseconds=round((time.perf_counter() - started) * 1000, 1),
                arm=arm, repeat=repeat,
            )  # fmt: skip


def _gold(articles: Sequence[GoldArticle], subject: Subject) -> Iterator[Passage]:
    for gold in articles:
        article = subject.library.articles.get(gold.citation)
        if article:
            passage = article_passage(article)
            subject.passages.setdefault(passage.id, passage.text)
            yield passage


def _taken(reply: str, passages: Sequence[Passage], question: Question) -> Answer:
    citations = tuple(passage.citation for passage in passages if passage.citation)
    empty = Composed(Draft("model", ""), tuple(passages), frozenset(citations), Figures((), question.as_of))
    draft = composing.parse_reply(reply, empty)
    return Answer("answered", draft.short, question.as_of, question.region, source="model", sections=draft.sections, model="")


# -- the judge ----------------------------------------------------------------------------------------------


def _judged(one: Observed, judge: ChatModel, subject: Subject) -> Observed:
    """Return *one* with the share of its sentences that the judge finds borne out by the passages; without it where it cannot tell."""
    share = support(one, judge, subject.passages)
    return one if share is None else replace(one, judged={**one.judged, "support": share})


def support(one: Observed, judge: ChatModel, passages: dict[str, str]) -> float | None:
    """Return the share of *one*'s sentences borne out by its passages (ALCE's recall of citations, judged by a model)."""
    answer = one.answer
    if answer is None:
        return None
    claims = [
        sentence for line in (answer.short, *(item for part in answer.sections for item in part.items)) for sentence in sentences(line)
    ]
    template = parse_template(JUDGE_PROMPT.read_text(encoding="utf-8"))
    numbered = "\n".join(f"{number}. {claim}" for number, claim in enumerate(claims, start=1))
    evidence = [Passage(id_, "guide", passages.get(id_, "")) for id_ in one.evidence]
    messages = prompting.messages(numbered, evidence, template=template, as_of=answer.as_of, region=answer.region)
    verdicts: dict[str, str] = dict(re.findall(r"(\d+)\s*[.、:：]?\s*(有|无)", judge.complete(messages)))
    if set(verdicts) != {str(number) for number in range(1, len(claims) + 1)}:
        return None
    return sum(verdict == "有" for verdict in verdicts.values()) / len(claims) if claims else None
