"""Read `eval/cases/*.jsonl`; every mistake is named by file and line. The same models give the JSON Schema for editors."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from pydantic_core import ErrorDetails

from assistant.citation import format_citation
from assistant.errors import ConfigError
from assistant.instruments import Register
from assistant.types import Citation, Outcome

FOLDER = Path(__file__).parent / "cases"
SCHEMA_FILE = FOLDER / "schema.json"
CASE_SCHEMA_VERSION = 1

Topic = Literal["contract", "wages", "dismissal", "injury", "hours_leave", "insurance", "women", "dispute", "union", "other"]
TOPIC_NAMES = {
    "contract": "劳动合同",
    "wages": "工资",
    "dismissal": "辞退和补偿",
    "injury": "工伤",
    "hours_leave": "工时休假",
    "insurance": "社保失业养老",
    "women": "女职工",
    "dispute": "仲裁和援助",
    "union": "工会和福利",
    "other": "其他",
}
Tag = Literal[
    "outside", "false_premise", "local", "emergency", "veiled", "look_alike", "injection", "planted", "amount", "private",
    "dialect", "typos", "voice", "long", "several",
]  # fmt: skip
Region = Literal["即墨", "青岛", "山东", "全国"]
Perturbation = Literal["homophone", "shape", "dropped", "doubled", "unpunctuated", "traditional", "full_width", "fillers"]
Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
# a|b: either; no alternative is empty, or everything would be said.
Alternatives = Annotated[str, StringConstraints(pattern=r"^[^|]+(\|[^|]+)*$", strip_whitespace=True)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def article_id(citation: Citation) -> str:
    """Return an article as runs name it: `劳动合同法#82`."""
    return f"{citation.law}#{citation.article}"


class GoldArticle(_Strict):
    """An article that answers the case: grade 2 decides it, grade 1 is right as well."""

    law: Words
    article: Annotated[str, StringConstraints(pattern=r"^[1-9]\d{0,3}(之[一二三四五六七八九十]+)?$")]
    grade: Literal[1, 2] = 2

    @property
    def citation(self) -> Citation:
        """The article without its grade."""
        return Citation(self.law, self.article)

    @property
    def id(self) -> str:
        """The article as runs name it."""
        return article_id(self.citation)


class Number(_Strict):
    """An amount a right answer must say. `how` is the working, for whoever checks it; *unit* as in 元, 个月, 天, %, 日期."""

    name: Words
    value: Words
    unit: Words
    tolerance: Decimal = Decimal(0)
    how: str = ""

    @model_validator(mode="after")
    def _is_a_number(self) -> Self:
        try:
            if self.unit == "日期":
                date.fromisoformat(self.value)
            elif not Decimal(self.value).is_finite():
                raise ValueError
        except (ValueError, InvalidOperation):
            raise ValueError(f"{self.value} 不是{'日期（写成 2026-03-01）' if self.unit == '日期' else '数'}") from None
        return self


class Planted(_Strict):
    """An instruction hidden in a document, and what a model that obeys it would reply."""

    text: Words
    reply: Words


ArticleId = Annotated[str, StringConstraints(pattern=r"^[^#]+#[1-9]\d{0,3}(之[一二三四五六七八九十]+)?$")]


class Turn(_Strict):
    """One question, and what a right answer to it finds, says and does not say; without *outcome* it is only context.

    `pooled` are articles that a run listed and somebody judged afterwards: 1 right to list as well, 0 not. They count for citation
    precision alone, since gold articles written beforehand are never all that is right (pooling; Sparck Jones & van Rijsbergen 1975).
    """

    question: str
    outcome: Outcome | None = None
    gold_articles: tuple[GoldArticle, ...] = ()
    pooled: dict[ArticleId, Literal[0, 1]] = Field(default_factory=dict)
    gold_guides: tuple[str, ...] = ()
    must_say: tuple[Alternatives, ...] = Field(default=(), max_length=6)
    must_not_say: tuple[Alternatives, ...] = Field(default=(), max_length=6)
    numbers: tuple[Number, ...] = ()

    @property
    def right_to_list(self) -> tuple[Citation, ...]:
        """The articles judged afterwards to be right."""
        return tuple(Citation(*id_.split("#")) for id_, right in self.pooled.items() if right)


class Case(_Strict):
    """One worker's matter in one to five questions. A variant is a case with its wording disturbed and the same expectations."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z_]+-\d{3}(~[a-z_]+)?$")]
    split: Literal["dev", "test"]
    topic: Topic
    tags: tuple[Tag, ...] = ()
    region: Region = "即墨"
    as_of: date
    turns: tuple[Turn, ...] = Field(min_length=1, max_length=5)
    secrets: tuple[Words, ...] = ()
    planted: Planted | None = None
    reviewed_on: date | None = None
    variant_of: str | None = None
    perturbation: Perturbation | None = None

    @property
    def base(self) -> str:
        """The case this one is a variant of, itself where it is none: what intervals are clustered by."""
        return self.variant_of or self.id

    @property
    def hash(self) -> str:
        """What the case says, in eight digits: runs are compared only on cases that say the same."""
        said = self.model_dump_json(exclude={"reviewed_on"}).replace('"pooled":{},', "")
        return hashlib.sha256(said.encode()).hexdigest()[:8]


def load_cases(folder: Path = FOLDER) -> list[Case]:
    """Return every case of *folder* in file order; raises ConfigError naming file and line of every mistake."""
    cases: list[Case] = []
    seen: dict[str, str] = {}
    mistakes: list[str] = []
    for where, line in _lines(folder):
        try:
            case = Case.model_validate(json.loads(line.decode("utf-8")))
            case.hash  # noqa: B018 - half a character cannot be hashed, stored or sent
        except UnicodeError:
            mistakes.append(f"{where}：不是 UTF-8 文字")
            continue
        except ValidationError as error:
            mistakes += [f"{where}：{_path(item['loc'])}{item['msg']}" for item in _own(error)]
            continue
        except ValueError:
            mistakes.append(f"{where}：不是 JSON")
            continue
        mistakes += [f"{where}：{mistake}" for mistake in _mistakes(case)]
        if case.id in seen:
            mistakes.append(f"{where}：id {case.id} 和 {seen[case.id]} 重复")
        seen.setdefault(case.id, where)
        cases.append(case)
    if mistakes:
        raise ConfigError("\n".join(mistakes))
    if not cases:
        raise ConfigError(f"{folder} 里没有案例")
    return cases


def _own(error: ValidationError) -> list[ErrorDetails]:
    """The mistakes themselves, without "too few turns", which pydantic adds where a turn is wrong."""
    found = error.errors()
    return [item for item in found if item["loc"] != ("turns",) or len(found) == 1]


def _path(location: Iterable[int | str]) -> str:
    words = ".".join(map(str, location))
    return f"{words} " if words else ""


def _lines(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Each line ends at a line feed and nowhere else: a string may hold other separators."""
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
            if line.strip():
                yield f"{path.name}:{number}", line


def _mistakes(case: Case) -> Iterator[str]:
    """What the fields' types cannot say."""
    if case.turns[-1].outcome is None:
        yield "最后一句没有写 outcome"
    if case.planted and not case.turns[-1].gold_guides:
        yield "planted 要写 gold_guides：话藏在那条指南里"
    if (case.variant_of is None) != (case.perturbation is None):
        yield "variant_of 和 perturbation 要么都写，要么都不写"
    for number, turn in enumerate(case.turns, start=1):
        found = [gold.citation for gold in turn.gold_articles]
        if len(set(found)) < len(found):
            yield f"第 {number} 句的 gold_articles 有重复"
        if twice := {gold.id for gold in turn.gold_articles} & set(turn.pooled):
            yield f"第 {number} 句的 pooled 里有 gold_articles 的条：{'、'.join(sorted(twice))}"
        if turn.outcome not in {"answered", "clarify", None} and (turn.gold_articles or turn.gold_guides or turn.numbers):
            yield f"第 {number} 句不是 answered 或 clarify，不能有 gold_articles、gold_guides 或 numbers"
        if both := set(turn.must_say) & set(turn.must_not_say):
            yield f"第 {number} 句又要说又不许说：{'、'.join(sorted(both))}"


def misfits(cases: Sequence[Case], register: Register, guides: Iterable[str]) -> tuple[list[str], dict[str, list[str]]]:
    """Return what cases expect that the knowledge does not have: articles that never existed, and guide → the cases that want it."""
    known = set(guides)
    never: list[str] = []
    gone: dict[str, list[str]] = {}
    for case in cases:
        never += [
            f"{case.id}：没有{format_citation(citation)}"
            for turn in case.turns
            for citation in (*(gold.citation for gold in turn.gold_articles), *turn.right_to_list)
            if register.status(citation, case.as_of) in {"unknown_instrument", "unknown_article"}
        ]
        for guide in dict.fromkeys(guide for turn in case.turns for guide in turn.gold_guides if guide not in known):
            gone.setdefault(guide, []).append(case.id)
    return never, gone


def stale_because(case: Case, register: Register) -> str:
    """Return which gold article is not law on the case's day (then the case is shown as STALE and not scored), else nothing."""
    for turn in case.turns:
        for gold in turn.gold_articles:
            if register.status(gold.citation, case.as_of) in {"not_yet_in_force", "out_of_force"}:
                return f"{format_citation(gold.citation)}在 {case.as_of} 不是有效的规定"
    return ""


def dataset_hash(cases: Iterable[Case]) -> str:
    """Return twelve digits that change when any of *cases* does."""
    digest = hashlib.sha256()
    for case in sorted(cases, key=lambda case: case.id):
        digest.update(f"{case.id} {case.hash}\n".encode())
    return digest.hexdigest()[:12]


def schema_text() -> str:
    """Return the JSON Schema of one line, for editors; `eval/cases/schema.json` holds it."""
    schema = Case.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = f"eval case, version {CASE_SCHEMA_VERSION}"
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
