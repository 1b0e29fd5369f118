"""One question → one answer: the single orchestration that every channel calls. Its collaborators are named here."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import structlog

from assistant import alarms, asking, composing, dialogue, following, forks, grounding, prompting, ranking, triage
from assistant.citation import Request, find_request, find_unknown_request, format_citation
from assistant.composing import Composed
from assistant.dates import fact_date, past_span
from assistant.errors import AssistantError, ModelUnavailable, StoreUnavailable
from assistant.library import Library
from assistant.privacy import mask
from assistant.prompting import Message, Template
from assistant.regions import region_of
from assistant.sums import Sums
from assistant.text import normalise
from assistant.triage import Verdict
from assistant.types import (
    Answer,
    Draft,
    Failure,
    Fork,
    Guide,
    Outcome,
    Question,
    Reply,
    SearchResult,
    Section,
    Signals,
)

log = structlog.get_logger(__name__)

# What a guide must score to be named first among what the person may ask next; the `related` ones follow, and fill up.
NEIGHBOUR_SCORE = 0.12
ORDERS = "declined_injection"
NOT_OBEYED = "我只回答劳动和工会的问题，别的指令没有照做。"
TURNS_LOOKED_AT = 3


def no_timing(_step: str, _seconds: float) -> None:
    """Measure nothing."""


class Retriever(Protocol):
    """Finds passages for words."""

    def search(self, text: str) -> Signals:
        """Return what each search says; may raise AssistantError when nothing can be searched."""


class ChatModel(Protocol):
    """Writes a reply from messages."""

    @property
    def model_id(self) -> str:
        """The model's name, kept with every reply it wrote."""

    def complete(self, messages: Sequence[Message], *, budget_s: float | None = None) -> str:
        """Return the whole reply within the time; raises ModelUnavailable."""


class History(Protocol):
    """Keeps what was answered."""

    def record(self, question: Question, answer: Answer) -> str:
        """Keep the answer and return its token; raises StoreUnavailable."""


def _masked(question: Question) -> Question:
    """Return *question* as it is searched for and kept: normalised, personal data masked, its history too; of the place it names."""
    text, history = mask(normalise(question.text)), tuple(mask(normalise(one)) for one in question.history)
    return replace(question, text=text, history=history, region=region_of(" ".join((*history, text)), question.region))


@dataclass(frozen=True)
class Assistant:
    """The collaborators one answer needs; `build.build_assistant` makes the real one.

    *library* and *retriever* are None where no index could be opened: emergencies and the way to a person still work.
    """

    replies: Mapping[str, Reply]
    library: Library | None = None
    retriever: Retriever | None = None
    chat_model: ChatModel | None = None
    template: Template | None = None
    history: History | None = None
    on_timing: Callable[[str, float], None] = no_timing

    def ask(self, question: Question) -> Answer:
        """Return the answer to *question*; never raises for anything a person can type."""
        verdict = triage.classify(question.text)
        if verdict.reply_id == ORDERS and (rest := triage.without_orders(question.text)):
            # Nothing behind this line ever sees the orders.
            return self._asked(replace(question, text=rest), triage.ANSWER, (NOT_OBEYED,))
        return self._asked(question, verdict)

    def _asked(self, question: Question, verdict: Verdict, notes: tuple[str, ...] = ()) -> Answer:
        masked = _masked(question)
        if verdict.reply_id is None and dialogue.begins_again(masked.text):
            return self._recorded(masked, self._fixed(dialogue.FORGOTTEN, question))
        if verdict.reply_id is not None:
            return self._recorded(masked, self._fixed(verdict.reply_id, question))
        meant = self._meant(masked)
        answer = self._answer(meant)
        return self._recorded(meant.question, replace(answer, notes=(*notes, *answer.notes)))

    def search(self, question: Question) -> SearchResult:
        """Return the guides and articles found for *question*, those in use on its day and in its place, best first."""
        return self._found(self._meant(_masked(question)))

    def _meant(self, question: Question) -> forks.Meant:
        known = self.library.knowledge.forks if self.library else ()
        said_to_sum = self._sums(self.library).said_to if self.library else lambda _: None
        meant = forks.understand(question, known, self._fork_asked, said_to_sum)
        # A reply of one word is about the place of what it replies to.
        return meant._replace(question=replace(meant.question, region=region_of(meant.question.text, question.region)))

    def _sums(self, library: Library) -> Sums:
        return Sums(library, self._search, lambda question: self._fork_asked(question) is not None)

    def _found(self, meant: forks.Meant) -> SearchResult:
        """Return what is found, the guide that a reply chose in front."""
        result = self._search(meant.searched or meant.question)
        choice = meant.reply.choice if meant.reply else None
        if choice and self.library and self.library.tells(choice.leads, meant.question):
            return forks.lead(result, choice)
        return result

    def _search(self, question: Question, wordings: tuple[dialogue.Wording, ...] = ()) -> SearchResult:
        if self.library is None or self.retriever is None:
            raise StoreUnavailable("没有可用的索引，请运行 gonghui index build")
        library = self.library
        search = self.retriever.search
        started = time.perf_counter()
        parts = following.parts_of(wordings, search) or following.searched(question, search, library)
        result = ranking.fuse_turns(parts, library.guides)
        self.on_timing("search", time.perf_counter() - started)
        if result.degraded:
            log.warning("search_degraded", without=result.degraded)
        whole = wordings[0].text if wordings else dialogue.standalone(question.text, question.history)
        requested = find_request(whole, library.register.names)
        result = ranking.select(result, library.guides, library.register, as_of=question.as_of, region=question.region)
        if requested and library.register.status(requested.citation, question.as_of) == "in_force":
            return ranking.put_first(result, requested.citation)
        return result

    def _answer(self, meant: forks.Meant) -> Answer:
        question = meant.question
        if self.library is None or self.retriever is None:
            return self._fixed("handed_over_broken", question)
        if requested := find_request(question.text, self.library.register.names):
            return self._requested(requested, question, self.library)
        if title := find_unknown_request(question.text, self.library.register.names):
            said = f"我手里没有《{title}》的条文，不能凭空说它写了什么。请核对名字，或者直接说您遇到的事，也可以打 12351。"
            return self._said("handed_over", said, question, reply_id="handed_over_no_article")
        if meant.reply is None and dialogue.points_at_nothing(question.text, question.history):
            return self._fixed("clarify_vague", question)
        if tested := self._sums(self.library).tested(question):
            return tested
        if meant.reply and meant.reply.choice is None:
            return self._cases(meant.reply.fork, question, self.library)
        try:
            result = self._found(meant)
        except AssistantError as error:
            log.error("search_failed", error=str(error))
            return self._fixed("handed_over_broken", question)
        return self._from_found(result, meant, self.library)

    def _from_found(self, result: SearchResult, meant: forks.Meant, library: Library) -> Answer:
        """Say what was found: an emergency heard in it, several matters, one guide, or that it is not ours to tell."""
        question = meant.question
        sums = self._sums(library)
        wanted = sums.wanted(result, question)
        # What is nearly an answer is one where its sum can be worked out whole from what was told.
        is_whole = bool(wanted and wanted.sums) and not (result.lapsed or result.elsewhere)
        is_told = ranking.is_answer(result, question.text) or is_whole
        composed = self._composed(result, question, library) if is_told else None
        fit = result.guides[0].score if composed else None
        if emergency := alarms.heed(result.alarm, question.text, fit=fit, foreign=result.foreign.margin):
            return self._fixed(emergency, question)
        if not meant.reply and (several := self._several(result, question, library)):
            return several
        if composed is None and ranking.is_of_another_day(result, question.text):
            return self._of_another_day(library.guides[result.lapsed[0]], question, library)
        if composed is None and ranking.is_of_another_place(result, question.text):
            return self._of_another_place(library.guides[result.elsewhere[0]], question)
        if composed is None:
            return self._not_found(result, question)
        answer = self._checked(composed, question, library)
        if answer.outcome != "answered":
            return answer
        is_sum = wanted is not None and (bool(wanted.sums) or meant.goes_on)
        fork = None if is_sum else self._missing(result, question, library)
        if fork is None and wanted:
            return sums.beside(answer, wanted, goes_on=meant.goes_on)
        if fork is None:
            offer = library.invitation(result.guides[0].guide_id)
            return replace(answer, suggestions=(offer, *answer.suggestions)) if offer else answer
        if refused := self._refused(fork, question, library):
            return replace(answer, failures=(*answer.failures, *refused))
        return replace(answer, asks_back=forks.asks_back(fork))

    def _refused(self, fork: Fork, question: Question, library: Library) -> tuple[Failure, ...]:
        """Return what the gate has against asking *fork* back."""
        try:
            return library.fork_failures(fork, question.as_of)
        except Exception:
            log.exception("gate_broken")
            return (Failure("gate_broken", fork.id),)

    def _missing(self, result: SearchResult, question: Question, library: Library) -> Fork | None:
        """Return the fork to ask back with the answer: one at a time, none twice in a matter."""
        asked, text = question.asked, dialogue.standalone(question.text, question.history)
        fork = forks.find_fork(result, text, library.forks(question), asked=asked or ())
        if fork is None or asked is not None or not question.history:
            return fork
        # The channel keeps no state: what earlier answers asked is worked out once more.
        turns = [replace(question, text=said, history=question.history[:place]) for place, said in enumerate(question.history)]
        asked = tuple(earlier.id for turn in turns[-TURNS_LOOKED_AT:] if (earlier := self._fork_asked(turn)))
        return forks.find_fork(result, text, library.forks(question), asked=asked)

    def _fork_asked(self, question: Question) -> Fork | None:
        """Return the fork that the answer to *question* asks back, as far as can be said without what came before."""
        try:
            result = self._search(question)
        except AssistantError as error:
            log.error("search_failed", error=str(error))
            return None
        if self.library is None or not ranking.is_answer(result, question.text):
            return None
        fork = forks.find_fork(result, dialogue.standalone(question.text, question.history), self.library.forks(question))
        # What the gate refused was not asked, and an answer to several questions asks nothing back.
        return None if fork and (self._refused(fork, question, self.library) or self._several(result, question, self.library)) else fork

    def _cases(self, fork: Fork, question: Question, library: Library) -> Answer:
        """Answer for each side of a fork whose fact nobody knows; the sides must stay apart, so no model writes."""
        told = [choice for choice in fork.choices if library.tells(choice.leads, question)]
        cases = {choice.says: library.compose(choice.leads, question.as_of) for choice in told}
        if not cases:
            return self._fixed("handed_over_outside", question)
        return self._checked(forks.compose_cases(cases, question.as_of), question, library)

    def _several(self, whole: SearchResult, question: Question, library: Library) -> Answer | None:
        """Answer each of several matters by itself; None where the message asks one thing, or its questions lead to one.

        No language model writes these: its time is measured for one reply.
        """
        everything = asking.asked(question.text)
        if len(everything) < 2:
            return None
        questions = everything[: asking.MOST_SEARCHED]
        words = [one.words for one in questions]
        # What is told of last year's wages must not hide that somebody lies under a machine now.
        if emergency := next(filter(None, (triage.classify(one).crisis for one in words)), None):
            return self._fixed(emergency, question)
        try:
            results = [self._search(replace(question, text=one.words), dialogue.beside(one.words, one.told)) for one in questions]
        except AssistantError as error:
            log.error("search_failed", error=str(error))
            return None
        matters = ranking.find_matters(whole, question.text, results, words)
        if matters is None:
            return None
        told = [(library.guides[results[place].guides[0].guide_id].title, place) for place in matters.own]
        parts = [
            replace(self._part(results[place], replace(question, text=questions[place].text), library), matter=title)
            for title, place in told[: asking.MOST_ANSWERED]
        ]
        if matters.foreign:
            parts.append(replace(self._said("handed_over", asking.NOT_OURS, question, reply_id="handed_over_outside"), matter=asking.OTHER))
        left = [title for title, _ in told[asking.MOST_ANSWERED :]]
        return asking.joined(parts, left=left, has_more=matters.unclear or len(everything) > len(questions))

    def _part(self, result: SearchResult, question: Question, library: Library) -> Answer:
        if not ranking.is_answer(result, question.text):
            return self._not_found(result, question)
        answer = self._checked(self._composed(result, question, library), question, library, written=False)
        sums = self._sums(library)
        wanted = sums.wanted(result, question)
        return sums.beside(answer, wanted) if wanted and wanted.sums and answer.outcome == "answered" else answer

    def _composed(self, result: SearchResult, question: Question, library: Library) -> Composed:
        best = library.guides[result.guides[0].guide_id]
        return composing.compose_guide(
            best,
            explained=library.glossary.explain(question.text, "".join((best.short, *best.lines_shown()))),
            articles=library.articles,
            parameters=library.knowledge.parameters,
            register=library.register,
            as_of=question.as_of,
            suggestions=self._suggestions(best, result, question, library),
            deciding=ranking.deciding(result, best, goes_on=dialogue.goes_on(question.text, question.history)),
            facts=fact_date(question.text, question.as_of),
            conflicts=library.knowledge.conflicts,
            applied=library.applied(best.id, question),
            past=past_span(question.text, question.as_of),
        )

    def _suggestions(self, best: Guide, result: SearchResult, question: Question, library: Library) -> list[str]:
        near = [hit.guide_id for hit in result.guides[1:4] if hit.score >= NEIGHBOUR_SCORE]
        ids = dict.fromkeys([*near[:1], *best.related, *near[1:]])
        guides = [library.guides[id_] for id_ in ids if id_ in library.guides and id_ != best.id]
        return [guide.title for guide in guides if ranking.is_told(guide, question.as_of, question.region)][: composing.MAX_SUGGESTIONS]

    def _requested(self, request: Request, question: Question, library: Library) -> Answer:
        """Answer a request for one article by its number."""
        citation, day = request.citation, question.as_of.isoformat()
        status = library.register.status(citation, question.as_of)
        gone = [item for item in library.register.withdrawals(citation, question.as_of) if item.paragraph == request.paragraph]
        words = {
            "unknown_article": f"没有查到{format_citation(citation)}，这部规定里可能没有这一条。请核对条号，或者打 12351。",
            "not_yet_in_force": f"{format_citation(citation)}在 {day} 还没有施行。",
            "out_of_force": f"{format_citation(citation)}在 {day} 已经失效，不能再用。",
        }
        if gone:
            said = f"{format_citation(citation)}的这一款从 {gone[0].since.isoformat()} 起已经废止，不能再用。废止它的是{gone[0].by}。"
            return self._said("answered", said, question, reply_id=None)
        if status != "in_force":
            return self._said("handed_over", words[status], question, reply_id="handed_over_no_article")
        article, gists = library.articles.get(citation), library.gists(question.as_of)
        composed = composing.compose_articles(
            [citation],
            articles=library.articles,
            gists=gists,
            register=library.register,
            as_of=question.as_of,
            short=composing.requested_article(citation, has_text=article is not None, has_gist=citation in gists),
            suggestions=[
                guide.title
                for guide in library.guides.values()
                if citation in guide.basis[: composing.DECISIVE] and ranking.is_told(guide, question.as_of, question.region)
            ],
        )
        return self._checked(composed, question, library)

    def _checked(self, composed: Composed, question: Question, library: Library, *, written: bool = True) -> Answer:
        """Let a language model write, where there is one and it may; send what passes the gate, or else the composed answer."""
        evidence = grounding.Evidence(composed.passages, question.text, composed.citations, composed.figures.used, question.as_of)
        refused: tuple[Failure, ...] = ()
        if written and self.chat_model is not None and self.template is not None and composed.draft.source == "guide":
            reply, refused = self._written(composed, evidence, question, library, self.chat_model, self.template)
            if reply is not None:
                return reply
        try:
            checked = grounding.check(composed.draft, evidence, register=library.register, allow=library.allow)
        except Exception:
            # The guide was proven when the index was built, so it may be sent where the gate itself breaks.
            log.exception("gate_broken")
            return self._from_draft(composed.draft, question, (*refused, Failure("gate_broken", composed.draft.source)))
        if checked.draft is None:
            return replace(self._fixed("handed_over_broken", question), failures=(*refused, *checked.failures))
        return self._from_draft(checked.draft, question, (*refused, *checked.failures))

    def _written(
        self, composed: Composed, evidence: grounding.Evidence, question: Question, library: Library, model: ChatModel, template: Template
    ) -> tuple[Answer | None, tuple[Failure, ...]]:
        """Return what the gate lets through of the model's answer, or None where it is not worth sending; and why."""
        started = time.perf_counter()
        messages = prompting.messages(question.text, composed.passages, template=template, as_of=question.as_of, region=question.region)
        try:
            reply = model.complete(messages, budget_s=question.budget_s)
            draft = composing.parse_reply(reply, composed)
            checked = grounding.accept(draft, composed.draft, evidence, register=library.register, allow=library.allow)
        except ModelUnavailable as error:
            log.warning("model_unavailable", error=str(error))
            return None, (Failure("model_unavailable", str(error)),)
        except Exception:
            log.exception("gate_broken")
            return None, (Failure("gate_broken", "model"),)
        finally:
            self.on_timing("model", time.perf_counter() - started)
        if checked.failures:
            log.warning("model_refused", checks=[failure.check for failure in checked.failures], all=checked.draft is None)
        if checked.draft is None:
            return None, checked.failures
        answer = self._from_draft(checked.draft, question, checked.failures)
        return replace(answer, model=model.model_id, prompt_hash=template.version), checked.failures

    def _of_another_day(self, guide: Guide, question: Question, library: Library) -> Answer:
        """The matter is ours, but what we know of it holds on other days: say so instead of telling the wrong day's rule."""
        day = question.as_of.isoformat()
        if question.as_of < guide.valid_from:
            since = ranking.known_since(guide, library.guides, question.as_of).isoformat()
            said = f"“{guide.title}”这件事，我知道的规定从 {since} 起，{day} 那天怎么规定我没有查到。"
        else:
            until = guide.valid_until or question.as_of
            said = f"“{guide.title}”这件事，我知道的规定到 {until.isoformat()} 就停用了，{day} 怎么规定我还没有查到。"
        return self._said("handed_over", said + "请打 12351 或 12333 问清楚。", question, reply_id="handed_over_other_day")

    def _of_another_place(self, guide: Guide, question: Question) -> Answer:
        """The matter is ours, but what we know of it holds in another place: say so instead of telling that place's rule."""
        where = "别的地方和全国都一样的规定" if question.region == "全国" else f"{question.region}的规定"
        said = f"“{guide.title}”这件事，我知道的是{guide.region}的规定，{where}我没有查到。"
        ask = f"请打 12333 问清楚，在{guide.region}上班的请说明再问一遍。"
        return self._said("handed_over", said + ask, question, reply_id="handed_over_other_place")

    def _not_found(self, result: SearchResult, question: Question) -> Answer:
        """Nothing is near enough to be an answer: say what such messages get, ask for more words where they tell too little.

        What is nearly an answer, in words of work, is named: one of those titles may be what the person meant.
        """
        reply_id = ranking.reply_to_foreign(result)
        vague = reply_id == "clarify_vague" or ranking.is_vague(result, question.text)
        nearly = ranking.is_nearly_an_answer(result, question.text) and not reply_id.startswith("declined")
        if self.library is None or not (vague or nearly):
            return self._fixed(reply_id, question)
        answer = self._fixed("clarify_vague" if vague else "handed_over_near", question)
        nearest = result.guides[: composing.MAX_SUGGESTIONS]
        return replace(answer, suggestions=tuple(self.library.guides[hit.guide_id].title for hit in nearest))

    def _from_draft(self, draft: Draft, question: Question, failures: tuple[Failure, ...]) -> Answer:
        return Answer(
            outcome="answered",
            short=draft.short,
            as_of=question.as_of,
            region=question.region,
            source=draft.source,
            sections=draft.sections,
            citations=draft.citations,
            figures=draft.figures,
            guide_ids=draft.guide_ids,
            notes=draft.notes,
            applied=draft.applied,
            suggestions=draft.suggestions,
            index_version=self.library.version if self.library else None,
            failures=failures,
        )

    def _fixed(self, reply_id: str, question: Question) -> Answer:
        reply = self.replies[reply_id]
        answer = self._said(reply.outcome, reply.short, question, reply_id=reply_id)
        return replace(answer, sections=(Section("steps", reply.lines),) if reply.lines else ())

    def _said(self, outcome: Outcome, short: str, question: Question, *, reply_id: str | None) -> Answer:
        version = self.library.version if self.library else None
        return Answer(outcome, short, question.as_of, question.region, reply_id=reply_id, index_version=version)

    def _recorded(self, question: Question, answer: Answer) -> Answer:
        if self.history is None:
            return answer
        try:
            return replace(answer, token=self.history.record(question, answer))
        except StoreUnavailable as error:
            # An answer that cannot be kept is still an answer; readiness and the log show the broken database.
            log.error("answer_not_recorded", error=str(error))
            return answer
