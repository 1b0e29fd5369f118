"""The sums and self-tests of a conversation, as one question sees them. A fault in one leaves the answer as it is without it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from assistant import dialogue, ranking
from assistant.errors import AssistantError
from assistant.library import Library
from assistant.skills import counting, talking, testing
from assistant.skills.counting import Wanted
from assistant.skills.heard import ADDED, WANTED, added_to, own_words
from assistant.skills.registry import every_ask
from assistant.types import Answer, Question, SearchResult

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Sums:
    """What is worked out beside the answers of *library*.

    `search` finds what a question is about, may raise AssistantError; `asks_fork` says whether the answer to a question asks a fork back.
    """

    library: Library
    search: Callable[[Question], SearchResult]
    asks_fork: Callable[[Question], bool]

    def wanted(self, result: SearchResult, question: Question) -> Wanted | None:
        """Return the sums that *question*, for which *result* was found, wants; None where it wants none."""
        if not (ranking.is_answer(result, question.text) or ranking.is_nearly_an_answer(result, question.text)):
            return None
        try:
            return self.library.wanted(result.guides[0].guide_id, question)
        except Exception:
            log.exception("sum_broken")
            return None

    def beside(self, answer: Answer, wanted: Wanted, *, goes_on: bool = False) -> Answer:
        """Return *answer* with the sums that are *wanted*, or with what is missing for them."""
        try:
            return self.library.with_sums(answer, wanted, goes_on=goes_on)
        except Exception:
            log.exception("sum_broken")
            return answer

    def tested(self, question: Question) -> Answer | None:
        """Return what the self-test that *question* begins asks next or found; None where it begins none."""
        try:
            return self.library.tested(question)
        except Exception:
            log.exception("selftest_broken")
            return None

    def said_to(self, question: Question) -> str | None:
        """Return the question before with what *question* says to the sum it began: a reply, its name, or that it should go on."""
        try:
            return self._said_to(question)
        except Exception:
            log.exception("sum_broken")
            return None

    def _said_to(self, question: Question) -> str | None:
        earlier = [replace(question, text=text, history=question.history[:place]) for place, text in enumerate(question.history)]
        before = dialogue.standalone(question.history[-1], question.history[:-1])
        if testing.begins(question.text):
            return question.text
        if skill := counting.begins(question.text):
            return added_to(before, WANTED, skill.title)
        if talking.goes_on(question.text):
            begun = next(
                (turn for turn in reversed(earlier) if ADDED in turn.text or testing.begins(turn.text) or self._earlier(turn)), None
            )
            return dialogue.standalone(begun.text, begun.history) if begun else None
        if question.asked is not None:
            asks = filter(None, [talking.find_ask(question.open_fork)])
        else:
            # The channel keeps no state: what the answer before asked is worked out once more, for what could be a reply.
            could = [ask for ask in (*every_ask(), *testing.every_ask()) if talking.reply_to(ask, question.text, before, question.as_of)]
            asks = filter(None, [talking.find_ask(self._asked(earlier[-1]))] if could else [])
        return next((talking.reply_to(ask, question.text, before, question.as_of) for ask in asks), None)

    def _asked(self, question: Question) -> str | None:
        """Return the id of what the answer to *question* asks back for a sum; None where it asks nothing of the kind."""
        if tested := self.tested(question):
            return tested.asks_back.fork if tested.asks_back else None
        # Once it replied to a sum, the conversation goes on with that and asks no fork.
        wanted = self._earlier(question) if ADDED in question.text or not self.asks_fork(question) else None
        return talking.asks_back(wanted.skill.name, wanted.missing).fork if wanted and wanted.skill and wanted.missing else None

    def _earlier(self, question: Question) -> Wanted | None:
        """Return the sums that an earlier *question* wanted."""
        try:
            result = self.search(replace(question, text=own_words(question.text)))
        except AssistantError as error:
            log.error("search_failed", error=str(error))
            return None
        return self.wanted(result, question) if ranking.is_answer(result, own_words(question.text)) else None
