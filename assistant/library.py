"""The knowledge of one index generation, arranged for looking things up: guides, forks, the register, what a guide says on a day. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from assistant import brackets, composing, grounding, proving, ranking
from assistant.brackets import Applied
from assistant.composing import Composed
from assistant.dates import fact_date
from assistant.facts import told_in
from assistant.instruments import Register
from assistant.skills import answering, counting, testing
from assistant.skills.counting import Elsewhere, Wanted
from assistant.terms import Glossary
from assistant.types import Answer, Article, Citation, Failure, Fork, Guide, Knowledge, Question

# The place whose figures all hold.
HERE = next(iter(ranking.REGION_CHAIN))


@dataclass(frozen=True)
class Library:
    """The knowledge of one index generation, arranged for looking things up."""

    knowledge: Knowledge
    articles: Mapping[Citation, Article]
    version: str

    @cached_property
    def guides(self) -> dict[str, Guide]:
        """The published guides by id."""
        return {guide.id: guide for guide in self.knowledge.guides if guide.status == "published"}

    @cached_property
    def register(self) -> Register:
        """The instruments."""
        return Register(self.knowledge.instruments)

    @cached_property
    def allow(self) -> grounding.AllowList:
        """Phones and hosts that may be said."""
        return grounding.AllowList(self.knowledge.phones, self.knowledge.hosts)

    @cached_property
    def glossary(self) -> Glossary:
        """The words people say for terms of law."""
        return Glossary(self.knowledge.terms)

    def tells(self, guide_id: str, question: Question) -> bool:
        """Say whether a guide may be told on the day and in the place of *question*."""
        return guide_id in self.guides and ranking.is_told(self.guides[guide_id], question.as_of, question.region)

    def forks(self, question: Question) -> list[Fork]:
        """Return the forks of which every side may be told."""
        return [fork for fork in self.knowledge.forks if all(self.tells(choice.leads, question) for choice in fork.choices)]

    def guide_failures(self, guide: Guide, on: date) -> tuple[Failure, ...]:
        """Return what the gate has against the answers made from *guide* on a day."""
        return proving.guide_failures(guide, self.knowledge, self.articles, self.register, self.allow, on)

    def fork_failures(self, fork: Fork, on: date) -> tuple[Failure, ...]:
        """Return what the gate has against asking *fork* back on a day."""
        return proving.fork_failures(fork, self.knowledge, self.articles, self.register, self.allow, on)

    def compose(self, guide_id: str, on: date) -> Composed:
        """Return what a guide says on a day."""
        return composing.compose_guide(
            self.guides[guide_id], articles=self.articles, parameters=self.knowledge.parameters, register=self.register, as_of=on
        )

    def applied(self, guide_id: str, question: Question) -> Applied | None:
        """Return the guide's rule applied to what *question* and those before it tell; None where that decides nothing."""
        texts = (*question.history, question.text)
        happened = next((day for text in reversed(texts) if (day := fact_date(text, question.as_of))), None)
        tables = [
            one
            for one in self.knowledge.brackets
            if not any(word in text for word in one.unless for text in texts) and not brackets.is_before(one, happened)
        ]
        facts, matter = told_in(texts, question.as_of), brackets.matter_of(guide_id, self.guides)
        return brackets.apply(matter, facts, tables, self.register, question.as_of)

    def wanted(self, guide_id: str, question: Question, asked: str = "") -> Wanted | None:
        """Return the sums that *question*, answered by a guide, wants; *asked* is the part of it that asks."""
        texts = (*question.history, question.text)
        elsewhere = None if question.region == HERE else self._elsewhere(question.region)
        return counting.count(guide_id, texts, self.knowledge.parameters, question.as_of, asked=asked, elsewhere=elsewhere)

    def _elsewhere(self, region: str) -> Elsewhere:
        """What of ours holds in another place."""
        chain = ranking.REGION_CHAIN[region]
        parameters = tuple(one for one in self.knowledge.parameters if one.region in chain)
        return Elsewhere(parameters, frozenset(one.name for one in self.knowledge.instruments if one.region not in chain))

    def with_sums(self, answer: Answer, wanted: Wanted, *, goes_on: bool = False) -> Answer:
        """Return *answer* with the sums, past the gate."""
        return answering.with_sums(answer, wanted, self.register, self.allow, goes_on=goes_on)

    def tested(self, question: Question) -> Answer | None:
        """Return the next question of the self-test that *question* begins, or what it found; None where it begins none."""
        tested = testing.test(question.text, self.knowledge, question.as_of)
        if tested is None:
            return None
        blank = Answer("answered", "", question.as_of, question.region, index_version=self.version)
        titles = {id_: guide.title for id_, guide in self.guides.items() if self.tells(id_, question)}
        return testing.answer_of(tested, blank, self.articles, titles, self.register, self.allow)

    def invitation(self, guide_id: str) -> str | None:
        """Return what to send to begin the sum or the self-test that goes with a guide."""
        if skill := counting.skill_of(guide_id):
            return counting.invitation(skill)
        selftest = testing.of_guide(guide_id)
        return testing.invitation(selftest) if selftest else None

    def gists(self, on: date) -> Mapping[Citation, str]:
        """What the guides in use on a day say of each article they rest on."""
        in_use = (guide for guide in self.guides.values() if guide.in_use(on))
        return composing.gists_of(in_use, self.knowledge.parameters, self.register, on)
