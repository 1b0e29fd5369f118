"""Read `knowledge/` into frozen values; every mistake comes back as `path:line: reason`, all of them at once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from assistant.errors import KnowledgeError
from assistant.types import (
    Caution,
    Citation,
    Guide,
    Instrument,
    Knowledge,
    Outcome,
    Parameter,
    Reply,
    Section,
    SectionKind,
    Withdrawal,
)

HEADINGS: dict[str, SectionKind | Literal["short"]] = {
    "一句话答案": "short", "怎么办": "steps", "要准备什么": "documents", "去哪里办": "where",
    "时限": "deadline", "常见误区": "mistakes", "依据说明": "basis",
}  # fmt: skip
# A start nobody knows: the rule is taken to hold on every day we are asked about.
UNKNOWN_DAY = date.min
TOPICS = (
    "contract", "wages", "hours", "leave", "dismissal", "injury", "insurance", "women", "retirement", "dispute", "union", "benefits",
)  # fmt: skip

# YAML reads 82 as a number and 276之一 as a string; both are article numbers.
Text = Annotated[str, BeforeValidator(lambda value: str(value) if isinstance(value, int) else value)]
Model = TypeVar("Model", bound=BaseModel)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Basis(_Strict):
    instrument: str
    article: Text


class _GuideHead(_Strict):
    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    title: str
    topic: Literal[TOPICS]  # type: ignore[valid-type]
    audience: list[Literal["worker", "union_officer", "employer"]]
    region: Literal["全国", "山东", "青岛", "即墨"]
    basis: list[_Basis]
    valid_from: date
    valid_until: date | None = None
    review_by: date
    status: Literal["draft", "published", "retired"]
    confidence: Literal["high", "medium", "low"]
    sources: list[str]
    keywords: list[Text] = []
    asks: list[str] = Field(min_length=10)
    skills: list[str] = []
    related: list[str] = []


class _EmergencyRow(_Strict):
    kind: Literal["self_harm", "injury_now", "violence", "none"]
    says: list[Text] = Field(min_length=1)


class _PhrasingRow(_Strict):
    guide: str
    asks: list[Text] = Field(min_length=1)


class _Withdrawn(_Strict):
    article: Text
    paragraph: int | None = None
    since: date = Field(alias="from")
    by: str


class _Superseded(_Strict):
    article: Text
    says: str


class _InstrumentRow(_Strict):
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
    out_of_force: list[_Withdrawn] = []
    cautions: list[_Superseded] = []
    text: Literal["statute_database", "none"] = "none"
    search: Literal["all", "cited"] = "cited"
    checked: str = "unchecked"
    note: str | None = None


class _ParameterRow(_Strict):
    id: str
    name: str
    value: Decimal | None
    unit: str
    region: str
    since: date | None = Field(alias="from")
    until: date | None = None
    document: str | None = None
    source: str
    confidence: Literal["high", "medium", "low"]
    confirmed: bool
    note: str | None = None
    next_change: str | None = None


class _ReplyRow(_Strict):
    id: str
    outcome: Outcome
    short: str
    lines: list[str] = []


class _Hotline(_Strict):
    id: str | None = None
    number: Text
    name: str
    use: str
    confirmed: bool
    note: str | None = None


class _Places(BaseModel):
    hotlines: list[_Hotline]
    links: list[str]


def load_knowledge(root: Path) -> Knowledge:
    """Read everything below *root*; raises KnowledgeError with all problems found."""
    if not root.is_dir():
        raise KnowledgeError(f"{root}: 没有这个知识目录，请检查 GONGHUI_KNOWLEDGE_DIR 或重新安装")
    problems: list[str] = []
    guides, orphans = _with_phrasings(tuple(_collect(_read_guide, sorted(root.glob("guides/*/*.md")), root, problems)), root, problems)
    instruments = tuple(_instrument(row, line) for row, line in _placed_rows(root / "instruments.yaml", _InstrumentRow, problems))
    parameters = tuple(
        _parameter(row, f"parameters/{path.name}:{line}")
        for path in sorted(root.glob("parameters/*.yaml"))
        for row, line in _placed_rows(path, _ParameterRow, problems)
    )
    places = _places(root / "places.yaml", problems)
    examples = root / "emergencies.yaml"
    emergencies = _rows(examples, _EmergencyRow, problems) if examples.is_file() else []
    if problems:
        raise KnowledgeError(problems)
    return Knowledge(
        guides=guides,
        instruments=instruments,
        parameters=parameters,
        emergencies=tuple((row.kind, words) for row in emergencies for words in row.says),
        phones=frozenset(row.number for row in places.hotlines) if places else frozenset(),
        hosts=frozenset(places.links) if places else frozenset(),
        hash=knowledge_hash(root),
        orphans=orphans,
    )


def load_replies(root: Path) -> dict[str, Reply]:
    """Read the fixed replies alone: emergencies are answered from them even where everything else is broken."""
    problems: list[str] = []
    rows = _rows(root / "replies.yaml", _ReplyRow, problems)
    if problems:
        raise KnowledgeError(problems)
    return {row.id: Reply(row.id, row.outcome, row.short, tuple(row.lines)) for row in rows}


def knowledge_files(root: Path) -> list[Path]:
    """Return every knowledge file below *root* in a fixed order; vectors are not knowledge."""
    return sorted(path for path in root.rglob("*") if path.suffix in {".md", ".yaml"} and path.is_file())


def knowledge_hash(root: Path) -> str:
    """Return a hash of the names and bytes of every knowledge file."""
    digest = hashlib.sha256()
    for path in knowledge_files(root):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _collect(
    read: Callable[[Path, Path, list[str]], Guide | None], paths: Iterable[Path], root: Path, problems: list[str]
) -> Iterator[Guide]:
    for path in paths:
        if (guide := read(path, root, problems)) is not None:
            yield guide


def _with_phrasings(guides: tuple[Guide, ...], root: Path, problems: list[str]) -> tuple[tuple[Guide, ...], tuple[str, ...]]:
    """Add the phrasings of `phrasings/*.yaml` to the asks of their guides; second come those whose guide is gone."""
    orphans: list[str] = []
    more: dict[str, list[str]] = {guide.id: [] for guide in guides}
    for path in sorted(root.glob("phrasings/*.yaml")):
        for row in _rows(path, _PhrasingRow, problems):
            if row.guide in more:
                more[row.guide] += row.asks
            else:
                orphans.append(f"{path.relative_to(root)}:1: 没有指南 {row.guide}，它的问法没处放")
    return tuple(replace(guide, asks=(*guide.asks, *more[guide.id])) for guide in guides), tuple(orphans)


def _text_of(path: Path, problems: list[str]) -> str | None:
    try:
        return path.read_text(encoding="utf-8").replace("\r\n", "\n").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        problems.append(f"{path}:{line}: 不是 UTF-8 文字，请另存为 UTF-8")
    except OSError as error:
        problems.append(f"{path}:1: 读不了：{error.strerror}")
    return None


def _read_guide(path: Path, root: Path, problems: list[str]) -> Guide | None:
    text = _text_of(path, problems)
    if text is None:
        return None
    match = re.match(r"---\n(.*?)\n---\n(.*)\Z", text, re.DOTALL)
    if match is None:
        problems.append(f"{path}:1: 开头要有两行 --- 夹着的说明部分")
        return None
    head = _parse(match[1], _GuideHead, path, 2, problems)
    sections = _read_sections(match[2], path, match[1].count("\n") + 4, problems)
    if head is None or sections is None:
        return None
    if head.id != path.stem:
        problems.append(f"{path}:2: id {head.id} 和文件名不一样")
    return Guide(
        id=head.id,
        title=head.title,
        topic=head.topic,
        region=head.region,
        short="".join(sections.get("short", ())),
        sections=tuple(Section(kind, items) for kind, items in sections.items() if kind != "short"),
        basis=tuple(Citation(row.instrument, row.article) for row in head.basis),
        asks=tuple(head.asks),
        keywords=tuple(head.keywords),
        related=tuple(head.related),
        valid_from=head.valid_from,
        valid_until=head.valid_until,
        review_by=head.review_by,
        status=head.status,
        confidence=head.confidence,
        path=path.relative_to(root).as_posix(),
    )


def _read_sections(
    body: str, path: Path, first_line: int, problems: list[str]
) -> dict[SectionKind | Literal["short"], tuple[str, ...]] | None:
    sections: dict[SectionKind | Literal["short"], list[str]] = {}
    current: list[str] | None = None
    good = True
    for number, line in enumerate(body.split("\n"), start=first_line):
        if line.startswith("#"):
            kind = HEADINGS.get(line.lstrip("#").strip())
            if kind is None or kind in sections:
                problems.append(f"{path}:{number}: 小节标题“{line.strip()}”不认识或写了两次")
                good = False
                kind = None
            current = sections.setdefault(kind, []) if kind else None
        elif line.strip() and current is not None:
            item = re.sub(r"^\s*(?:[-*]|\d+\.)\s+", "", line).strip()
            if line.startswith((" ", "\t")) and current and item == line.strip():
                current[-1] += item
            else:
                current.append(item)
        elif line.strip() and current is None and good:
            problems.append(f"{path}:{number}: 文字要写在“## 小节”下面")
            good = False
    for heading in ("一句话答案", "怎么办", "依据说明"):
        if good and not sections.get(HEADINGS[heading]):
            problems.append(f"{path}:{first_line}: 缺“## {heading}”")
            good = False
    return {kind: tuple(items) for kind, items in sections.items()} if good else None


def _rows(path: Path, model: type[Model], problems: list[str]) -> list[Model]:
    return [row for row, _ in _placed_rows(path, model, problems)]


def _placed_rows(path: Path, model: type[Model], problems: list[str]) -> list[tuple[Model, int]]:
    """The entries of a list in YAML, each with the line it begins on."""
    text = _text_of(path, problems)
    if text is None:
        return []
    try:
        rows = yaml.load(text, Loader=_LOADER)  # noqa: S506 - it is the safe loader
    except (yaml.YAMLError, ValueError) as error:
        problems.append(_yaml_problem(path, error, 1, text))
        return []
    if not isinstance(rows, list):
        problems.append(f"{path}:1: 应当是一列以 “- ” 开头的条目")
        return []
    starts = [number for number, line in enumerate(text.split("\n"), start=1) if line.startswith("- ")]
    found: list[tuple[Model, int]] = []
    for index, row in enumerate(rows):
        line = starts[index] if index < len(starts) else 1
        try:
            found.append((model.model_validate(row), line))
        except ValidationError as error:
            problems.extend(f"{path}:{line}: 第 {index + 1} 条：{_reason(item)}" for item in error.errors())
    return found


def _places(path: Path, problems: list[str]) -> _Places | None:
    text = _text_of(path, problems)
    return _parse(text, _Places, path, 1, problems) if text is not None else None


def _parse(text: str, model: type[Model], path: Path, first_line: int, problems: list[str]) -> Model | None:
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
    return f"{where} {reasons.get(item['type'], item['msg'])}"


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _instrument(row: _InstrumentRow, line: int) -> Instrument:
    return Instrument(
        name=row.name,
        full_name=row.full_name,
        level=row.level,
        region=row.region,
        in_force_from=row.in_force_from or UNKNOWN_DAY,
        version_from=row.version_from or row.in_force_from or UNKNOWN_DAY,
        in_force_until=row.in_force_until,
        replaced_by=row.replaced_by,
        articles=row.articles,
        inserted=tuple(row.inserted),
        known_articles=tuple(row.known_articles),
        withdrawals=tuple(Withdrawal(item.article, item.since, item.by, item.paragraph) for item in row.out_of_force),
        cautions=tuple(Caution(item.article, item.says) for item in row.cautions),
        aliases=tuple(row.aliases),
        has_text=row.text == "statute_database",
        search_all=row.search == "all",
        checked=row.checked,
        where=f"instruments.yaml:{line}",
    )


def _parameter(row: _ParameterRow, where: str) -> Parameter:
    return Parameter(
        id=row.id,
        name=row.name,
        value=row.value,
        unit=row.unit,
        region=row.region,
        since=row.since or UNKNOWN_DAY,
        until=row.until,
        document=row.document or "",
        confidence=row.confidence,
        confirmed=row.confirmed,
        where=where,
    )
