"""Passages → an answer, without a language model. Pure: a guide's own sentences with the day's figures put in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from assistant import orders
from assistant.brackets import Applied
from assistant.citation import find_citations, format_article, format_citation
from assistant.dates import Named
from assistant.instruments import Register
from assistant.passages import SECTION_TITLES, Figures
from assistant.periods import dated
from assistant.text import sentences, to_chinese_number
from assistant.types import Article, Citation, CitedArticle, Conflict, Draft, Guide, Parameter, Passage, Section, SectionKind

MAX_SUGGESTIONS = 3
GUIDES_REMEMBERED = 512
DECISIVE = 3
# A shorter part of a sentence (7 日、3 日、15 日) says little by itself.
SHORTEST_PART = 14
UNCONFIRMED_NOTE = "标了“待工会确认”的数还没有最后核实，用之前请打 12351 问一下。"
_MODEL_HEADINGS: Mapping[str, SectionKind] = {
    "怎么办": "steps", "步骤": "steps", "要准备": "documents", "要准备什么": "documents", "材料": "documents",
    "去哪里": "where", "去哪里办": "where", "时限": "deadline", "期限": "deadline", "常见误区": "mistakes",
}  # fmt: skip


class Composed(NamedTuple):
    """A draft, the passages and articles it rests on, and the local figures it says."""

    draft: Draft
    passages: tuple[Passage, ...]
    citations: frozenset[Citation]
    figures: Figures


def compose_guide(
    guide: Guide,
    *,
    articles: Mapping[Citation, Article],
    parameters: Sequence[Parameter],
    register: Register,
    as_of: date,
    suggestions: Sequence[str] = (),
    explained: Sequence[str] = (),
    deciding: Sequence[Citation] = (),
    facts: date | None = None,
    conflicts: Sequence[Conflict] = (),
    applied: Applied | None = None,
    past: Named | None = None,
) -> Composed:
    """Return the guide as an answer for day *as_of*, with the wording of the articles it rests on where we hold it.

    *deciding* are those of its articles that decide the question asked (`ranking.deciding`), else the first of its basis; these are
    listed, and those that the short answer names.
    *explained* are sentences on terms of law that the question says otherwise. *facts* is the day on which what the question tells
    happened, where it says one: the answer stays that of *as_of*, but says where it is younger than the facts. Of *conflicts* it says
    those of this guide that one of the listed articles stands in. *applied* is the rule applied to what the question tells. *past* is
    the time the question is about, where it names one: the short answer's figures that were not in use then are said to be of today.
    """
    figures = Figures(parameters, as_of)
    short = figures.fill(guide.short)
    of_then = dated(tuple(figures.used), parameters, as_of, past)
    filled = tuple(Section(section.kind, tuple(figures.fill(item) for item in section.items)) for section in guide.sections)
    sections = tuple(section for section in filled if section.kind != "basis")
    gists = {beside.citation: beside.why for beside in guide.see_also} | _gists(filled, register)
    in_force = [citation for citation in guide.articles() if register.status(citation, as_of) == "in_force"]
    basis = tuple(_cited(citation, articles, gists) for citation in guide.basis if citation in in_force)
    chosen = [citation for citation in deciding if citation in in_force] or [item.citation for item in basis[:DECISIVE]]
    named = _named_in(short, register)
    listed = [*chosen, *(item.citation for item in basis if item.citation in named and item.citation not in chosen)]
    cited = tuple(_cited(citation, articles, gists) for citation in listed)
    said = _said(short, sections, register)
    shown = (*cited, *(item for item in basis if item.citation in said and item.citation not in listed))
    differing = _conflicts_of(guide, conflicts, listed, register, as_of)
    which_counts = tuple(figures.fill(conflict.says) for conflict in differing)
    draft = Draft(
        "guide",
        short,
        sections=sections,
        citations=cited,
        guide_ids=(guide.id,),
        notes=(
            *explained,
            *which_counts,
            *_guide_notes(guide, figures, as_of),
            *_facts_notes(guide, shown, register, as_of, facts),
            *_register_notes(shown, register, as_of),
        ),
        suggestions=tuple(suggestions)[:MAX_SUGGESTIONS],
        applied="".join(said.sentence for said in (of_then, applied) if said),
    )
    added = (*(of_then.figures if of_then else ()), *(applied.figures if applied else ()))
    figures.used.update({f"{figure.origin}:{figure.text}": figure for figure in added})
    also = (*(citation for conflict in differing for citation in conflict.articles), *(applied.citations if applied else ()))
    beside = [citation for citation in also if citation not in (*listed, *guide.basis)]
    rested_on = (
        *cited,
        *(item for item in basis if item.citation not in listed),
        *(_cited(citation, articles, gists) for citation in dict.fromkeys(beside)),
    )
    passages = (_guide_passage(draft, filled, guide), *_article_passages(rested_on))
    return Composed(draft, passages, _rested_on(rested_on, draft.notes, register), figures)


def _conflicts_of(
    guide: Guide, conflicts: Sequence[Conflict], listed: Sequence[Citation], register: Register, as_of: date
) -> list[Conflict]:
    """The conflicts of this guide that one of its listed articles stands in; texts differ only while each of them is law."""
    return [
        conflict
        for conflict in conflicts
        if guide.id in conflict.guides
        and any(citation in listed for citation in conflict.articles)
        and all(register.status(citation, as_of) == "in_force" for citation in conflict.articles)
    ]


def _said(short: str, sections: Sequence[Section], register: Register) -> frozenset[Citation]:
    """The articles that the answer's short form, its steps and its deadlines name: what the register says of them is said too."""
    lines = (short, *(item for section in sections if section.kind in {"steps", "deadline"} for item in section.items))
    return frozenset(found.citation for line in lines for found in find_citations(line, register.names))


def gists_of(guides: Iterable[Guide], parameters: Sequence[Parameter], register: Register, on: date) -> dict[Citation, str]:
    """Return what guides say in our words of each article they rest on, for articles whose wording we do not hold."""
    figures = Figures(parameters, on)
    best: dict[Citation, _Account] = {}
    for guide in guides:
        for citation, account in _accounts(guide.sections, register).items():
            if citation not in best or account.nearness > best[citation].nearness:
                best[citation] = account
    return {citation: figures.fill(account.gist) for citation, account in best.items()}


class _Account(NamedTuple):
    """What a line says of an article, and how much it is about just that one.

    3 where it opens with it, 2 where whole sentences name no other, 1 where a part of one does, 0 where it is one of several.
    """

    nearness: int
    gist: str


def _gists(sections: Sequence[Section], register: Register) -> dict[Citation, str]:
    """What each article says in the guide's own words."""
    return dict(_gists_before(tuple(sections), register))


@lru_cache(maxsize=GUIDES_REMEMBERED)
def _gists_before(sections: tuple[Section, ...], register: Register) -> tuple[tuple[Citation, str], ...]:
    """A guide with the same figures says the same of its articles, whatever was asked."""
    return tuple((citation, account.gist) for citation, account in _accounts(sections, register).items())


def _accounts(sections: Sequence[Section], register: Register) -> dict[Citation, _Account]:
    """Of each article the line that is most about it; of lines alike the one of 依据说明, then the first.

    What a worker may say to his boss, and a mistake put right, are no account of an article.
    """
    best: dict[Citation, _Account] = {}
    telling = [section for section in sections if section.kind not in {"refusal", "mistakes"}]
    for section in sorted(telling, key=lambda section: section.kind != "basis"):
        for item in section.items:
            for citation, account in _told_of(item, register).items():
                if citation not in best or account.nearness > best[citation].nearness:
                    best[citation] = account
    return best


def _told_of(item: str, register: Register) -> dict[Citation, _Account]:
    """What one line says of each article it names: where it names several, only the sentences, or parts of one, that name this one."""
    named = dict.fromkeys(found.citation for found in find_citations(item, register.names))
    if len(named) > 1:
        return {citation: _of_several(item, citation, register) for citation in named}
    return {citation: _Account(_opening(item, register), _without_name(item, citation, register)) for citation in named}


def _of_several(item: str, citation: Citation, register: Register) -> _Account:
    pieces = sentences(item)
    about = [sentence for sentence in pieces if citation in _named_in(sentence, register)]
    if about[0] != pieces[0] and about[0].startswith(_LEANING):
        return _Account(0, _without_name(item, citation, register))
    gist = _without_name("".join(about), citation, register)
    if _named_in("".join(about), register) == {citation}:
        return _Account(_opening(about[0], register), gist)
    parts = [part for sentence in about for part in _parts(sentence, register) if citation in _named_in(part, register)]
    part = _without_name("；".join(part.rstrip("；。") for part in parts) + "。", citation, register)
    alone = _named_in("".join(parts), register) == {citation}
    return _Account(1, part) if alone and len(part) >= SHORTEST_PART and not part.startswith(_LEANING) else _Account(0, gist)


def _opening(words: str, register: Register) -> int:
    """3 where *words* begin with an article's name, else 2."""
    return 3 if find_citations(words, register.names)[0].start == 0 else 2


def _named_in(words: str, register: Register) -> set[Citation]:
    return {found.citation for found in find_citations(words, register.names)}


def _parts(sentence: str, register: Register) -> list[str]:
    """The parts of a sentence between half stops (；), each up to the articles that bear it out; what follows the last belongs to it."""
    parts, open_part = [], ""
    for clause in re.split(r"(?<=；)(?![^（]*）)", sentence):
        open_part += clause
        if _named_in(clause, register):
            parts.append(open_part)
            open_part = ""
    return [*parts[:-1], parts[-1] + open_part] if parts else [open_part]


# What begins so leans on what stands before it and may say something else without it.
_LEANING = (
    "没",
    "不",
    "否则",
    "也",
    "还",
    "又",
    "再",
    "但",
    "它",
    "他",
    "她",
    "这",
    "那",
    "其",
    "逾期",
    "到期",
    "拿不",
    "超过",
    "满",
    "上",
)
_ONLY_NAMES = re.compile(r"(?:[、，；和及与]|以及|依据是?|根据|见)*")
_NAMED_IN_BRACKETS = re.compile(r"（((?:[^（）]|（[^（）]*）)*)）")


def _without_name(words: str, citation: Citation, register: Register) -> str:
    """*words* without the article's own name where it leads (《…》第六条：), ends (，见《…》第六条。) or stands in brackets."""

    def around_names(part: str) -> str | None:
        """What *part* says beside names of articles, or None where this article is not among them."""
        found = find_citations(part, register.names)
        left = "".join(char for place, char in enumerate(part) if not any(one.start <= place < one.end for one in found))
        return left.strip() if citation in {one.citation for one in found} else None

    def only_names(part: str) -> bool:
        left = around_names(part)
        return left is not None and _ONLY_NAMES.fullmatch(left) is not None

    words = _NAMED_IN_BRACKETS.sub(lambda match: "" if only_names(match[1]) else match.group(), words).strip()
    body, seen, names = words.rpartition("，见")
    if seen and only_names(names.rstrip("。")) and _named_in(names, register) == {citation}:
        words = body + "。"
    lead, colon, rest = words.partition("：")
    if not colon or (left := around_names(lead)) is None:
        return words
    since = re.fullmatch(r"（([^（）]*)）", left)
    return f"{since[1]}：{rest.strip()}" if since else rest.strip() if _ONLY_NAMES.fullmatch(left) else words


def _guide_passage(draft: Draft, sections: Sequence[Section], guide: Guide) -> Passage:
    """The whole guide, figures filled in, as the one passage that its answer rests on; orders to a program are no part of it."""
    lines = [guide.title, draft.short]
    for section in sections:
        lines += [SECTION_TITLES[section.kind], *(item for item in section.items if not orders.speaks_to_machine(item))]
    return Passage(f"guide:{guide.id}", "guide", "\n".join((*lines, *draft.notes)), guide_id=guide.id)


def compose_articles(
    citations: Sequence[Citation],
    *,
    articles: Mapping[Citation, Article],
    gists: Mapping[Citation, str],
    register: Register,
    as_of: date,
    short: str,
    suggestions: Sequence[str] = (),
) -> Composed:
    """Return an answer that only shows articles, led by the sentence *short*."""
    cited = tuple(_cited(citation, articles, gists) for citation in citations)
    notes = _register_notes(cited, register, as_of)
    draft = Draft("article", short, citations=cited, notes=notes, suggestions=tuple(suggestions)[:MAX_SUGGESTIONS])
    passages = (*_article_passages(cited), Passage("register", "guide", "\n".join(notes)))
    return Composed(draft, passages, _rested_on(cited, notes, register), Figures((), as_of))


def requested_article(citation: Citation, *, has_text: bool, has_gist: bool) -> str:
    """Return the lead sentence for an article asked for by number."""
    if has_text:
        return f"{format_citation(citation)}的原文在下面。"
    if has_gist:
        return f"{format_citation(citation)}现在有效，下面是它的大意，原文请到国家法律法规数据库查看。"
    return f"有{format_citation(citation)}这一条，现在有效，但我这里没有存它的原文。请到国家法律法规数据库查看，或打 12351。"


def parse_reply(reply: str, composed: Composed) -> Draft:
    """Read a language model's reply into a draft with the same guide, notes, suggestions and applied rule as *composed*.

    The reply's headings are 【简答】【怎么办】…; a reply without them is a short answer of two sentences and steps.
    """
    from_reply = _split_headings(reply)
    short = " ".join(from_reply.pop("简答", ()))
    sections = tuple(
        Section(_MODEL_HEADINGS[heading], items) for heading, items in from_reply.items() if heading in _MODEL_HEADINGS and items
    )
    return Draft(
        "model",
        short,
        sections=sections,
        citations=composed.draft.citations,
        guide_ids=composed.draft.guide_ids,
        notes=composed.draft.notes,
        suggestions=composed.draft.suggestions,
        applied=composed.draft.applied,
    )


def _split_headings(reply: str) -> dict[str, tuple[str, ...]]:
    parts = re.split(r"【([^【】]{1,8})】", reply)
    if len(parts) == 1:
        lines = _lines(reply)
        return {"简答": tuple(lines[:1]), "怎么办": tuple(lines[1:])}
    return {heading.strip(): tuple(_lines(body)) for heading, body in zip(parts[1::2], parts[2::2], strict=True)}


def _lines(body: str) -> list[str]:
    lines = (re.sub(r"^\s*(?:[-*•·]|\d{1,2}[.、)）])\s*", "", line).strip().replace("**", "") for line in body.splitlines())
    return [line for line in lines if line]


def _cited(citation: Citation, articles: Mapping[Citation, Article], gists: Mapping[Citation, str]) -> CitedArticle:
    article = articles.get(citation)
    return CitedArticle(citation, article.text) if article else CitedArticle(citation, None, gists.get(citation))


def _article_passages(cited: Sequence[CitedArticle]) -> tuple[Passage, ...]:
    return tuple(
        Passage(
            f"{item.citation.law}#{item.citation.article}",
            "article",
            f"《{item.citation.law}》{format_article(item.citation.article)}：{_told_to_people(item.text or '')}",
            citation=item.citation,
        )
        for item in cited
    )


def _told_to_people(text: str) -> str:
    """An imported document may order a program about: that is no evidence, and no language model gets to read it."""
    if not orders.commands_machine(text):
        return text
    return "".join(sentence for sentence in sentences(text) if not orders.commands_machine(sentence))


def _guide_notes(guide: Guide, figures: Figures, as_of: date) -> tuple[str, ...]:
    # Where a report's figure comes from, and that nobody can claim it, is said with the figure.
    notes = [item for section in guide.sections for item in section.items] if guide.kind == "report" else []
    if figures.unconfirmed:
        notes.append(UNCONFIRMED_NOTE)
    if guide.confidence == "low":
        notes.append("这件事我掌握的资料不全，请以工会当年的通知为准，可打 12351。")
    if as_of > guide.review_by:
        notes.append("这份说明已过了复查的日子，内容可能变了，用之前请打 12351 核对。")
    return tuple(notes)


def _facts_notes(guide: Guide, cited: Sequence[CitedArticle], register: Register, as_of: date, facts: date | None) -> tuple[str, ...]:
    """Say that what happened before the guide's rule or before a cited instrument may have had another rule."""
    if facts is None or facts >= as_of:
        return ()
    instruments = (register.find(item.citation.law) for item in cited)
    younger = [item.name for item in instruments if item is not None and facts < max(item.version_from, item.in_force_from) <= as_of]
    if not younger and facts >= guide.valid_from:
        return ()
    why = "".join(f"《{law}》" for law in dict.fromkeys(younger)) + "后来才施行或者改过" if younger else "这里写的是后来的规定"
    return (f"您说的事发生得早，{why}，那时的规定可能不一样，请打 12351 或 12333 问清楚。",)


def _version_notes(cited: Sequence[CitedArticle], register: Register, as_of: date) -> tuple[str, ...]:
    changed = [
        item.citation.law
        for item in cited
        if (instrument := register.find(item.citation.law)) is not None and as_of < instrument.version_from
    ]
    if not changed:
        return ()
    laws = "".join(f"《{law}》" for law in dict.fromkeys(changed))
    return (f"{laws}后来改过，下面是现在的条文，您问的那天的条文可能不一样。",)


def _rested_on(cited: Sequence[CitedArticle], notes: Sequence[str], register: Register) -> frozenset[Citation]:
    """The articles an answer may name: its basis, and those that the register's own notes name."""
    named = (found.citation for note in notes for found in find_citations(note, register.names))
    return frozenset((*(item.citation for item in cited), *named))


def _register_notes(cited: Sequence[CitedArticle], register: Register, as_of: date) -> tuple[str, ...]:
    """What the register says of the articles shown: changed since, partly withdrawn, or no longer what is applied."""
    cautions = (caution for item in cited for caution in register.cautions(item.citation))
    return (*_version_notes(cited, register, as_of), *_withdrawal_notes(cited, register, as_of), *dict.fromkeys(cautions))


def _withdrawal_notes(cited: Sequence[CitedArticle], register: Register, as_of: date) -> tuple[str, ...]:
    return tuple(
        f"{format_citation(item.citation)}的第{to_chinese_number(gone.paragraph or 1)}款"
        f"从 {gone.since.isoformat()} 起已经废止（{gone.by}），不能再用。"
        for item in cited
        for gone in register.withdrawals(item.citation, as_of)
    )
