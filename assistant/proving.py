"""What the gate has against the knowledge itself: guides' own answers, and what is asked back. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from assistant import brackets, composing
from assistant.grounding import AllowList, Evidence, check, check_lines
from assistant.instruments import Register
from assistant.types import Article, Citation, Failure, Fork, Guide, Knowledge


def guide_failures(
    guide: Guide,
    knowledge: Knowledge,
    articles: Mapping[Citation, Article],
    register: Register,
    allow: AllowList,
    on: date,
) -> tuple[Failure, ...]:
    """Return what the gate has against the answers made from *guide* on a day.

    They are the usual one, each that tells of a conflict, and each with a sentence that a bracket may add.
    """
    failures: dict[Failure, None] = {}
    variants: list[tuple[Sequence[Citation], brackets.Applied | None]] = [((), None)]
    variants += [(conflict.articles, None) for conflict in knowledge.conflicts if guide.id in conflict.guides]
    matter = brackets.matter_of(guide.id, {one.id: one for one in knowledge.guides})
    tables = [one for one in knowledge.brackets if brackets.is_of(one, matter, register, on)]
    variants += [((), sample) for one in tables for sample in brackets.samples(one)]
    for deciding, applied in variants:
        composed = composing.compose_guide(
            guide,
            articles=articles,
            parameters=knowledge.parameters,
            register=register,
            as_of=on,
            deciding=deciding,
            conflicts=knowledge.conflicts,
            applied=applied,
        )
        evidence = Evidence(composed.passages, "", composed.citations, composed.figures.used, on)
        failures |= dict.fromkeys(check(composed.draft, evidence, register=register, allow=allow).failures)
    return tuple(failures)


def fork_failures(
    fork: Fork,
    knowledge: Knowledge,
    articles: Mapping[Citation, Article],
    register: Register,
    allow: AllowList,
    on: date,
) -> tuple[Failure, ...]:
    """Return what the gate has against asking *fork* back on a day: its words may rest on the guides it stands between."""
    lines = (fork.question, *(choice.says for choice in fork.choices))
    nothing = Evidence((), "", frozenset(), {}, on)
    if not check_lines(lines, nothing, register=register, allow=allow):
        return ()  # most name no figure, law or phone: nothing has to be composed
    told = [
        composing.compose_guide(guide, articles=articles, parameters=knowledge.parameters, register=register, as_of=on)
        for guide in knowledge.guides
        if guide.id in fork.guides() and guide.in_use(on)
    ]
    evidence = Evidence(
        [passage for composed in told for passage in composed.passages],
        "",
        frozenset().union(*(composed.citations for composed in told)),
        {id_: figure for composed in told for id_, figure in composed.figures.used.items()},
        on,
    )
    return check_lines(lines, evidence, register=register, allow=allow)
