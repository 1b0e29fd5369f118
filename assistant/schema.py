"""What each file of `knowledge/` must look like, and the readers that name every mistake by file and line. The only importer of yaml."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from assistant.types import FactRole, Outcome

TOPICS = (
    "contract", "wages", "hours", "leave", "dismissal", "injury", "insurance", "women", "retirement", "dispute", "union", "benefits",
)  # fmt: skip
Region = Literal["全国", "山东", "青岛", "即墨"]
Union = Literal["即墨", "青岛", "莱西", "诸城", "奎屯-独山子", "山东", "全国"]
Confidence = Literal["high", "medium", "low"]

# YAML reads 82 as a number and 276之一 as a string; both are article numbers.
Text = Annotated[str, BeforeValidator(lambda value: str(value) if isinstance(value, int) else value)]
# 劳动合同法 82: the name of `instruments.yaml` and the article.
ShortCitation = Annotated[str, Field(pattern=r"^\S.* [1-9]\d{0,3}(之[一二三四五六七八九十]+)?$")]
Model = TypeVar("Model", bound=BaseModel)
_PLACEHOLDER = re.compile(r"\{([a-z]+)\}")


class Strict(BaseModel):
    """A row that refuses keys it does not know."""

    model_config = ConfigDict(extra="forbid")


class BasisRow(Strict):
    """An article of an instrument, by names of `instruments.yaml`."""

    instrument: str
    article: Text


class SeeAlsoRow(BasisRow):
    """An article that belongs to the matter although the guide does not speak of it, and why."""

    why: str = Field(min_length=1, max_length=40)


class GuideHead(Strict):
    """The front matter of a guide. `replaced_by` names the guide that holds from its `valid_until` on."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    title: str
    topic: Literal[TOPICS]  # type: ignore[valid-type]
    audience: list[Literal["worker", "union_officer", "employer"]]
    region: Region
    basis: list[BasisRow]
    see_also: list[SeeAlsoRow] = []
    valid_from: date
    valid_until: date | None = None
    replaced_by: str | None = None
    review_by: date
    status: Literal["draft", "published", "retired"]
    confidence: Confidence
    sources: list[str]
    keywords: list[Text] = []
    asks: list[str]
    skills: list[str] = []
    related: list[str] = []


class EmergencyRow(Strict):
    """Cries for help of one kind, and calm sentences that only sound like them."""

    kind: Literal["self_harm", "injury_now", "violence", "none"]
    says: list[Text] = Field(min_length=1)


class OtherRow(Strict):
    """Messages that get no answer from a guide, however much they sound like it, and the fixed reply they get."""

    matter: Text
    reply: Text = "handed_over_outside"
    says: list[Text] = Field(min_length=1)


class PhrasingRow(Strict):
    """Questions that one guide answers, or that one article does.

    `decided_by` names the articles of the guide that answer just these questions, `also` those that are right as well.
    """

    guide: str | None = None
    article: BasisRow | None = None
    decided_by: list[ShortCitation] | None = None
    also: list[ShortCitation] = []
    asks: list[Text] = Field(min_length=1)

    @model_validator(mode="after")
    def _points_to_one_thing(self) -> PhrasingRow:
        if (self.guide is None) == (self.article is None):
            raise ValueError("guide 和 article 要写而且只写一个")
        if self.decided_by is None and self.also:
            raise ValueError("写了 also 就要写 decided_by，没有就写 []")
        if self.decided_by is not None and self.guide is None:
            raise ValueError("decided_by 只跟 guide 一起写")
        return self


class WithdrawnRow(Strict):
    """An article, or a paragraph of it, that is no longer law."""

    article: Text
    paragraph: int | None = None
    since: date = Field(alias="from")
    by: str


class SupersededRow(Strict):
    """An article that stands but is not what is applied."""

    article: Text
    says: str


class InstrumentRow(Strict):
    """A legal instrument."""

    name: str
    full_name: str
    aliases: list[str] = []
    level: Literal[
        "law", "regulation", "judicial_interpretation", "department_rule", "local_regulation", "local_rule", "normative_document"
    ]
    issuer: str | None = None
    number: str | None = None
    region: str
    in_force_from: date | None
    version_from: date | None = None
    in_force_until: date | None = None
    replaced_by: str | None = None
    articles: int | None = None
    inserted: list[Text] = []
    known_articles: list[Text] = []
    out_of_force: list[WithdrawnRow] = []
    cautions: list[SupersededRow] = []
    text: Literal["statute_database", "none"] = "none"
    search: Literal["all", "cited"] = "cited"
    checked: str = "unchecked"
    note: str | None = None


class ParameterRow(Strict):
    """A dated local figure."""

    id: str
    name: str
    value: Decimal | None
    unit: str
    region: str
    since: date | None = Field(alias="from")
    until: date | None = None
    document: str | None = None
    source: str
    confidence: Confidence
    confirmed: bool
    note: str | None = None
    next_change: str | None = None


class ReplyRow(Strict):
    """A fixed reply. Nobody's reading is written down as null: those texts are waiting for a second reader."""

    id: str
    outcome: Outcome
    short: str
    lines: list[str] = []
    reviewed_on: date | None
    second_reader_on: date | None


class MenuLeafRow(Strict):
    """A button that does something; what a press asks, or which fixed reply it gives, travels in its key."""

    name: Text
    ask: Text | None = None
    reply: str | None = None
    url: str | None = None

    def does(self) -> tuple[object, ...]:
        """Return what a button can do, one of which it does."""
        return (self.ask, self.reply, self.url)

    @model_validator(mode="after")
    def _does_one_thing(self) -> MenuLeafRow:
        if sum(map(bool, self.does())) != 1:
            raise ValueError("ask（问话）、reply（固定答复）、url（网址）、一级的 buttons（二级菜单）要写而且只写一个")
        return self


class MenuRow(MenuLeafRow):
    """A button of the menu's first level; there are two levels."""

    buttons: list[MenuLeafRow] = []

    def does(self) -> tuple[object, ...]:
        """Return what a button can do; this one may also show those below it."""
        return (*super().does(), self.buttons)


class HotlineRow(Strict):
    """A telephone number that may be said."""

    id: str | None = None
    number: Text
    name: str
    use: str
    confirmed: bool
    note: str | None = None


class PlaceRow(Strict):
    """A place people can go to; what nobody has confirmed stays empty."""

    id: str
    name: str
    kind: str
    area: str
    host: str
    offers: list[str]
    address: str | None
    phone: Text | None
    hours: str | None
    confirmed: bool
    source: str
    note: str | None = None
    last_verified: date | None = None
    position: tuple[Annotated[float, Field(ge=-90, le=90)], Annotated[float, Field(ge=-180, le=180)]] | None = None


class PlacesFile(Strict):
    """`places.yaml`: the only telephone numbers and hosts that may be said."""

    places: list[PlaceRow] = []
    hotlines: list[HotlineRow]
    links: list[str]


class ProgrammeRow(Strict):
    """A programme or system of a union; `table_d` is its row in the list of systems the product covers."""

    id: str
    name: str
    table_d: int | None = None
    owner: Union
    also_by: list[Union] = []
    available_in_jimo: Literal["yes", "no", "unknown"]
    summary: str
    who: str
    apply: str
    papers: str
    confirmed: bool
    source: str
    confidence: Confidence
    statistics_only: bool
    parameters: list[str] = []
    guides: list[str] = Field(min_length=1)
    note: str | None = None


class CriterionRow(Strict):
    """One rule of a relief category, as data: *measure* compared with *times* the parameter *of*, or with *value*."""

    id: str
    category: str
    says: str
    measure: str
    compare: Literal["<", "<=", ">", ">=", "is"]
    times: Decimal | None = None
    of: str | None = None
    value: Text | None = None
    excludes: bool = False
    region: Region
    source: str
    confidence: Confidence
    confirmed: bool
    guide: str
    note: str | None = None

    @model_validator(mode="after")
    def _compares_with_something(self) -> CriterionRow:
        if (self.of is None) == (self.value is None):
            raise ValueError("of（参数）和 value（数）要写而且只写一个")
        return self


class TermRow(Strict):
    """A term of law, what people say for it, and what it means in plain words.

    `in_answers` is how answers write it where a worker need not know the word: they say once what it means, but not beside a word of
    `unless`, where it means something else.
    """

    term: str
    in_answers: str = ""
    unless: list[Text] = []
    says: list[Text] = Field(min_length=1)
    means: str
    article: BasisRow | None = None


class ReportFact(Strict):
    """One statement a union's report makes, in our words, and how people ask for it."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    title: str
    says: str
    asks: list[str] = Field(min_length=3)
    keywords: list[Text] = []
    related: list[str] = []


class ReportFile(Strict):
    """`reports/<id>.yaml`: the facts of one union's work report. They are statistics, not what a person can claim."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    union: Union
    title: str
    period: str
    since: date
    review_by: date
    confidence: Confidence
    source: str
    note: str | None = None
    facts: list[ReportFact]


class FigureRow(Strict):
    """Figures (`30日`, `2倍`) that an article has whose wording we do not hold, or that a guide has from elsewhere."""

    article: BasisRow | None = None
    guide: str | None = None
    figures: list[Text]
    because: str

    @model_validator(mode="after")
    def _points_to_one_thing(self) -> FigureRow:
        if (self.guide is None) == (self.article is None):
            raise ValueError("guide 和 article 要写而且只写一个")
        return self


class CoverageRow(Strict):
    """One matter the knowledge has to cover, and the guides (and cases) that do."""

    id: str
    kind: Literal["heading", "mistake"]
    title: str
    guides: list[str] = Field(min_length=1)
    cases: list[str] = []


class ChoiceRow(Strict):
    """One side of a fork."""

    says: Text
    leads: str
    said_by: list[Text] = Field(min_length=1)


class ForkRow(Strict):
    """A fact that decides between guides: asked back where a question leaves it out."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    question: str
    choices: list[ChoiceRow] = Field(min_length=2, max_length=6)
    also: list[str] = []


class ConflictRow(Strict):
    """Two texts that say different things of one matter: which counts and why, or that it is open."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    title: str
    articles: list[BasisRow] = Field(min_length=2)
    guides: list[str] = Field(min_length=1)
    open: bool
    says: str
    source: str


class BracketLine(Strict):
    """One row of a table: the bounds of each fact (`[1, 10]`, the second not included; one number is just that), and the result."""

    when: dict[FactRole, Decimal | tuple[Decimal, Decimal | None]] = Field(min_length=1)
    result: Text | None = None
    says: str | None = None
    articles: list[ShortCitation] = []

    @model_validator(mode="after")
    def _says_one_thing(self) -> BracketLine:
        if self.result is not None and self.says is not None:
            raise ValueError("result 和 says 只写一个")
        return self


class CountingRow(Strict):
    """How years are counted: a full one, a rest of half a year or more, a shorter rest, all of it `times`; what is more than `most`."""

    by: FactRole
    year: Decimal
    half: Decimal
    less: Decimal
    times: Decimal
    most: Decimal


class BracketRow(Strict):
    """A table of law that a told fact is looked up in, or a count of years."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    guides: list[str] = Field(min_length=1)
    articles: list[ShortCitation] = Field(min_length=1)
    unit: Literal["年", "月", "级", "岁"]
    rows: list[BracketLine] = []
    counts: CountingRow | None = None
    says: str
    at_least: str | None = None
    unsure: str | None = None
    whole: str | None = None
    capped: str | None = None
    only_since: date | None = None
    unless: list[Text] = []
    source: str

    @model_validator(mode="after")
    def _is_a_table_or_a_count(self) -> BracketRow:
        if bool(self.rows) == (self.counts is not None):
            raise ValueError("rows 和 counts 要写而且只写一个")
        return self

    @model_validator(mode="after")
    def _fills_what_it_knows(self) -> BracketRow:
        known = ((self.says, "result"), (self.at_least, "result"), (self.unsure, "low、high、bound"), (self.whole, ""), (self.capped, ""))
        for words, names in known:
            said = words or ""
            if set(_PLACEHOLDER.findall(said)) - set(names.split("、")) or {"{", "}"} & set(_PLACEHOLDER.sub("", said)):
                raise ValueError(f"“{said}”里的花括号只能写 {names}" if names else f"“{said}”里不能有花括号")
        return self


class TextHead(Strict):
    """The front matter of `texts/*.md`: a regulation, notice or report that was imported from a document."""

    name: str
    kind: Literal["regulation", "notice", "report"]
    issuer: str | None = None
    number: str | None = None
    issued_on: date | None = None
    in_force_from: date | None = None
    status: Literal["draft", "published", "retired"]
    source: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    imported_on: date
    findings: list[str] = []


def text_of(path: Path, problems: list[str]) -> str | None:
    """Return the text of *path* with plain line ends, None (and a problem) where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8").replace("\r\n", "\n").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        problems.append(f"{path}:{line}: 不是 UTF-8 文字，请另存为 UTF-8")
    except OSError as error:
        problems.append(f"{path}:1: 读不了：{error.strerror}")
    return None


def rows(path: Path, model: type[Model], problems: list[str]) -> list[Model]:
    """Return the entries of a list in YAML."""
    return [row for row, _ in placed_rows(path, model, problems)]


def placed_rows(path: Path, model: type[Model], problems: list[str]) -> list[tuple[Model, int]]:
    """The entries of a list in YAML, each with the line it begins on."""
    text = text_of(path, problems)
    if text is None:
        return []
    try:
        entries = yaml.load(text, Loader=_LOADER)  # noqa: S506 - it is the safe loader
    except (yaml.YAMLError, ValueError) as error:
        problems.append(_yaml_problem(path, error, 1, text))
        return []
    if not isinstance(entries, list):
        problems.append(f"{path}:1: 应当是一列以 “- ” 开头的条目")
        return []
    starts = [number for number, line in enumerate(text.split("\n"), start=1) if line.startswith("- ")]
    found: list[tuple[Model, int]] = []
    for index, row in enumerate(entries):
        line = starts[index] if index < len(starts) else 1
        try:
            found.append((model.model_validate(row), line))
        except ValidationError as error:
            problems.extend(f"{path}:{line}: 第 {index + 1} 条：{_reason(item)}" for item in error.errors())
    return found


def parse(text: str, model: type[Model], path: Path, first_line: int, problems: list[str]) -> Model | None:
    """Return the mapping in YAML that begins on *first_line* of *path*, None (and its problems) where it is wrong."""
    try:
        return model.model_validate(yaml.load(text, Loader=_LOADER))  # noqa: S506 - it is the safe loader
    except ValidationError as error:
        lines = text.split("\n")
        for item in error.errors():
            key = str(item["loc"][0]) if item["loc"] else ""
            line = next((number for number, row in enumerate(lines) if row.startswith(f"{key}:")), 0) + first_line
            problems.append(f"{path}:{line}: {_reason(item)}")
    except (yaml.YAMLError, ValueError) as error:
        problems.append(_yaml_problem(path, error, first_line, text))
    return None


def _yaml_problem(path: Path, error: Exception, first_line: int, text: str) -> str:
    mark = getattr(error, "problem_mark", None)
    if mark is not None:
        return f"{path}:{mark.line + first_line}: YAML 写法不对：{getattr(error, 'problem', None) or error}"
    for number, line in enumerate(text.split("\n"), start=first_line):
        if (day := re.search(r"\b\d{4}-\d{2}-\d{2}\b", line)) and not _is_day(day.group()):
            return f"{path}:{number}: 没有 {day.group()} 这一天"
    return f"{path}:{first_line}: YAML 写法不对：{error}"


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _reason(item: Any) -> str:
    where = ".".join(str(part) for part in item["loc"])
    reasons = {"missing": "缺这一项", "extra_forbidden": "不认识这一项", "too_short": "太少了"}
    return f"{where} {reasons.get(item['type'], item['msg'].removeprefix('Value error, '))}"


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def to_yaml(value: Any) -> str:
    """Return *value* as YAML, keys in their own order, Chinese as it is."""
    return str(yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=1000))
