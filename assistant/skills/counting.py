"""Which sums a question wants, and what they come to or what is missing for them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from assistant import dialogue
from assistant.calculators.registry import calculate, find_calculator
from assistant.calculators.values import Result
from assistant.errors import InputError
from assistant.skills.amounts import NO_SUM, QUANTITY
from assistant.skills.asks import Ask, Read
from assistant.skills.heard import ADDED, Heard, own_words
from assistant.skills.registry import SKILLS
from assistant.skills.skill import Skill
from assistant.types import Parameter

MOST_SUMS = 2
# Names of inputs are for programs.
_INPUT_NAME = re.compile(r"（[a-z_]+）")
_HOW_MUCH = re.compile(QUANTITY)
# What a sum answers as well, where all of it was told.
_RIGHT_SO = re.compile(
    rf"{QUANTITY}|多少|几倍|最长|最多|最少|至少|标准|对不对|对吗|对么|低不低|够不够|合不合适|多扣|过期|有补偿|有没有补偿"
    r"|一分(?:钱)?(?:没|不)|别的没有|多久|多长|亏不亏|给不给钱|合适吗|够吗|够数"
)
_ASKS = re.compile(r"[?？]|吗|么|怎么|咋|多少|多久|几|啥|什么|哪|能不能|行不行|算不算|有没有|为何|为啥|[不没][。！]?$")
NOT_THERE = "您问的地方不归这里管，{title}要用当地的数，我没有，这笔账没有替您算。请在当地打 12333 问。"
NOT_KNOWN_YET = "{title}还算不出来，差的那一样要问清楚。可以看工资条、银行流水、合同、社保记录，知道了再告诉我。"
# What is tapped or typed to begin a sum: 帮我算一算经济补偿.
BEGIN = "帮我算一算"
_BEGIN = re.compile(r"(?:请|麻烦)?(?:帮|给|替)?(?:我|俺|咱)?(?:来)?算(?:一算|一下|下|算|一个)?(?P<title>.+)")


@dataclass(frozen=True, slots=True)
class Sum:
    """One sum worked out: a result for each case, with the words for when it holds; what was taken for granted, which inputs were told.

    `says` is how an input was told where that is not how the calculation names it: nothing where nobody told it.
    """

    skill: Skill
    results: tuple[tuple[str, Result], ...]
    taken: tuple[str, ...] = ()
    told: frozenset[str] = frozenset()
    says: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a question wants worked out: the sums there are, what is missing for the next one, and why one could not be made."""

    sums: tuple[Sum, ...] = ()
    skill: Skill | None = None
    missing: Ask | None = None
    problem: str = ""


class Elsewhere(NamedTuple):
    """Another place than ours: the local figures that hold there too, and the laws of ours that are none there."""

    parameters: Sequence[Parameter]
    no_laws: frozenset[str]


def begins(text: str) -> Skill | None:
    """Return the calculation that *text* asks to begin by its title."""
    match = _BEGIN.fullmatch(own_words(text).strip("？?。！! "))
    return next((skill for skill in SKILLS if match and match["title"] in (skill.title, skill.name)), None)


def invitation(skill: Skill) -> str:
    """Return what to send to begin *skill*."""
    return f"{BEGIN}{skill.title}"


def skill_of(guide_id: str) -> Skill | None:
    """Return the calculation to offer beside a guide."""
    return next((skill for skill in SKILLS if guide_id in skill.guides), None)


def count(
    guide_id: str,
    texts: Sequence[str],
    parameters: Sequence[Parameter],
    as_of: date,
    *,
    asked: str = "",
    elsewhere: Elsewhere | None = None,
) -> Wanted | None:
    """Return what *texts* (one matter, the newest last), answered by a guide, want worked out; None where they ask for no sum.

    *asked* is the question where it is only a part of the newest text. *elsewhere* only that is worked out which comes to the same
    without our place's figures and laws.
    """
    heard = Heard(texts, as_of)
    named = begins(texts[-1]) or next((skill for skill in SKILLS if skill.title == heard.wanted), None)
    newest = asked or own_words(texts[-1])
    # 要是剖腹产呢 asks what was asked before; what asks something itself does not.
    asking = newest if _ASKS.search(newest) else own_words(dialogue.standalone(texts[-1], tuple(texts[:-1])))
    asking = NO_SUM.sub("", asking)
    is_running = named is not None or ADDED in texts[-1]
    if not is_running and not _RIGHT_SO.search(asking):
        return None
    skills = [named] if named else [skill for skill in SKILLS if _is_wanted(skill, guide_id, heard.text if is_running else asking)]
    rules = _Rules(parameters, as_of, elsewhere)
    may_ask = is_running or bool(_HOW_MUCH.search(asking))
    tried = [_tried(skill, skill.read(heard), rules, may_ask=may_ask, has_replied=ADDED in texts[-1]) for skill in skills]
    found = [one.found for one in tried if one.found]
    problem = next((one.problem for one in tried if one.problem), "")
    missing = next(((skill, one.missing) for skill, one in zip(skills, tried, strict=True) if one.missing), None)
    if missing and not found:
        return Wanted(skill=missing[0], missing=missing[1], problem=problem)
    return Wanted(tuple(found[:MOST_SUMS]), problem=problem) if found or problem else None


class _Rules(NamedTuple):
    """By what sums go."""

    parameters: Sequence[Parameter]
    as_of: date
    elsewhere: Elsewhere | None


class _Tried(NamedTuple):
    """What came of one calculation: its sum, what it lacks, or why there is none."""

    found: Sum | None = None
    missing: Ask | None = None
    problem: str = ""


def _tried(skill: Skill, read: Read, rules: _Rules, *, may_ask: bool, has_replied: bool) -> _Tried:
    not_there = _Tried(problem=NOT_THERE.format(title=skill.title))
    if read.missing is not None:
        is_ours = rules.elsewhere is None or _goes_by(skill) <= {one.id for one in rules.elsewhere.parameters}
        return _Tried() if not may_ask else _Tried(missing=read.missing) if is_ours else not_there
    try:
        found = _worked_out(skill, read, rules.parameters, rules.as_of)
        if found and rules.elsewhere:
            there = _worked_out(skill, read, rules.elsewhere.parameters, rules.as_of)
            return _Tried(there) if there and _is_same(found, there, rules.elsewhere) else not_there
    except InputError as error:
        return _Tried(problem=f"{skill.title}没有算出来：{_INPUT_NAME.sub('', str(error))}。")
    return _Tried(found, problem=NOT_KNOWN_YET.format(title=skill.title) if found is None and has_replied else "")


def _is_wanted(skill: Skill, guide_id: str, text: str) -> bool:
    if skill.unless and skill.unless.search(text):
        return False
    return bool(guide_id in skill.guides and skill.wanted.search(text)) or bool(skill.named and skill.named.search(text))


def _goes_by(skill: Skill) -> set[str]:
    """The local figures that a sum may turn on."""
    return set(find_calculator(skill.name).parameters)


def _is_same(ours: Sum, theirs: Sum, elsewhere: Elsewhere) -> bool:
    """Say whether a sum of another place, worked out without what holds only in ours, comes to the same by laws that hold there."""
    pairs = [(here, there) for (_, here), (_, there) in zip(ours.results, theirs.results, strict=True)]
    is_law = all(one.law not in elsewhere.no_laws for here, _ in pairs for line in here.lines for one in line.basis)
    return is_law and all(here.lines == there.lines and here.total == there.total for here, there in pairs)


def _worked_out(skill: Skill, read: Read, parameters: Sequence[Parameter], as_of: date) -> Sum | None:
    if not read.cases:
        return None
    results = tuple((case.when, calculate(case.calculator, dict(case.inputs), parameters, as_of)) for case in read.cases)
    return Sum(skill, results, read.taken, frozenset(name for case in read.cases for name in case.inputs), read.says)
