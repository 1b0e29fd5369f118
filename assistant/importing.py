"""Documents of regulations and notices → drafts in `knowledge/texts/` for a person to review; never live by themselves.

Each file is read, cleaned and taken apart before anything is written; a draft is written whole or not at all (one rename).
The original is kept under its hash in the data folder.
"""

from __future__ import annotations

import difflib
import hashlib
import itertools
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assistant.citation import format_article
from assistant.cleaning import clean
from assistant.documents import KINDS, extract, read
from assistant.errors import DocumentError, KnowledgeError
from assistant.instruments import Register
from assistant.schema import TextHead, text_of, to_yaml
from assistant.statutes import load_articles
from assistant.structure import Document, read_structure
from assistant.text import bare
from assistant.texts import articles_of, split_text
from assistant.types import Article, Citation, Instrument

MOST_FILES = 2000
# What people take for a document that can be imported; each gets its sentence instead of being passed over.
ALMOST = frozenset({".doc", ".docm", ".dot", ".wps", ".rtf", ".odt", ".ofd", ".mht", ".mhtml"})
LONGEST_NAME_BYTES = 180


@dataclass(frozen=True, slots=True)
class Change:
    """How one article differs from the text we have: added, removed, or changed with its two wordings."""

    article: str
    what: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Imported:
    """What importing one document did: the draft's path (None where nothing was written), and what a reviewer must know."""

    source: Path
    document: Document
    draft: Path | None
    compared_with: str | None
    changes: tuple[Change, ...]
    findings: tuple[str, ...]
    next_steps: tuple[str, ...]


def find_documents(path: Path) -> list[Path]:
    """Return *path* itself, or every document below it in order; raises DocumentError where there is none."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise DocumentError(f"{path}：没有这个文件或文件夹")
    found = sorted(
        file
        for file in path.rglob("*")
        if file.is_file() and file.suffix.lower() in {*KINDS, *ALMOST} and not file.name.startswith((".", "~$"))
    )
    if not found:
        raise DocumentError(f"{path}：里面没有 .docx .pdf .html .txt .md 文件")
    if len(found) > MOST_FILES:
        raise DocumentError(f"{path}：里面有 {len(found)} 个文件，超过 {MOST_FILES} 个，请分批导入")
    return found


def import_document(path: Path, *, knowledge_dir: Path, data_dir: Path | None, instruments: Sequence[Instrument], today: date) -> Imported:
    """Read *path*, compare it with what is there and write a draft; raises DocumentError, and then nothing was written.

    Without *data_dir* (a rehearsal) nothing is written in any case.
    """
    data = read(path)
    extracted = extract(path, data)
    cleaned = clean(extracted.lines, wrapped=extracted.wrapped)
    if not cleaned.lines:
        raise DocumentError(f"{path.name}：清理以后没有剩下文字，没有导入")
    document = read_structure(cleaned.lines, fallback_name=_printable(path.stem))
    digest = hashlib.sha256(data).hexdigest()
    register = Register(instruments)
    known = register.find(document.name)
    name = known.name if known else document.name
    target = _target(knowledge_dir, name)
    findings = (*extracted.findings, *cleaned.findings, *document.findings, *_against_register(document, known))
    compared_with, before, body = _present(name, known, knowledge_dir)
    changes = tuple(_changes(before, document.articles)) if compared_with else ()
    if compared_with and not changes and not document.articles:
        changes = tuple(_body_changes(body, document.body))
    draft = None
    if data_dir is not None:
        head = TextHead(
            name=name,
            kind=document.kind,
            issuer=document.issuer,
            number=document.number,
            issued_on=document.issued_on,
            in_force_from=document.in_force_from,
            status="draft",
            source=_printable(path.name),
            sha256=digest,
            imported_on=today,
            findings=list(findings),
        )
        draft = _write(target, head, document, data, data_dir / "imports" / f"{digest}{path.suffix.lower()}")
    return Imported(path, document, draft, compared_with, changes, findings, tuple(_next_steps(document, known, name)))


def _printable(name: str) -> str:
    """A file's name as text, whatever bytes it has."""
    return name.encode("utf-8", errors="replace").decode()


def _target(knowledge_dir: Path, name: str) -> Path:
    """Where the draft goes: beside the texts of the same name that are no drafts, never over one."""
    return next(path for path in _places(knowledge_dir, name) if not path.exists() or _is_draft(path))


def _places(knowledge_dir: Path, name: str) -> Iterator[Path]:
    safe = "".join(char for char in name if char.isalnum() or char in "（）〔〕《》、—-“”")
    safe = safe.encode()[:LONGEST_NAME_BYTES].decode(errors="ignore") or "未命名"
    yield knowledge_dir / "texts" / f"{safe}.md"
    yield knowledge_dir / "texts" / f"{safe}.新稿.md"
    yield from (knowledge_dir / "texts" / f"{safe}.新稿{number}.md" for number in itertools.count(2))


def _is_draft(path: Path) -> bool:
    parts = _split(path)
    return parts is not None and parts[0].status == "draft"


def _split(path: Path) -> tuple[TextHead, str] | None:
    text = text_of(path, []) if path.is_file() else None
    return split_text(text, path, []) if text is not None else None


def _write(target: Path, head: TextHead, document: Document, data: bytes, original: Path) -> Path:
    text = f"---\n{to_yaml(head.model_dump(mode='python'))}---\n" + "\n".join(document.body) + "\n"
    for path, content in ((original, data), (target, text.encode())):
        temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(content)
            os.replace(temporary, path)
        except OSError as error:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise DocumentError(f"写不了 {path}（{error.strerror}），没有导入") from error
    return target


def _present(name: str, known: Instrument | None, knowledge_dir: Path) -> tuple[str | None, tuple[Article, ...], Sequence[str]]:
    """Where the latest text of this name is that we have, its articles and its lines."""
    existing = list(itertools.takewhile(Path.exists, _places(knowledge_dir, name)))
    for path in reversed(existing):
        if parts := _split(path):
            return f"knowledge/texts/{path.name}", tuple(articles_of(name, parts[1], path, [])), parts[1].splitlines()
    if known is not None and known.has_text:
        return "法条库", tuple(load_articles([known], frozenset())), ()
    return None, (), ()


def _changes(before: Sequence[Article], after: Sequence[Article]) -> Iterator[Change]:
    old: Mapping[Citation, Article] = {article.citation: article for article in before}
    new: Mapping[Citation, Article] = {article.citation: article for article in after}
    for citation in [*old, *(citation for citation in new if citation not in old)]:
        label = format_article(citation.article)
        if citation not in new:
            yield Change(label, "少了")
        elif citation not in old:
            yield Change(label, "多了")
        elif bare(old[citation].text) != bare(new[citation].text):
            yield Change(label, "变了", _diff(old[citation].text.split("\n"), new[citation].text.split("\n")))


def _body_changes(before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    """How a text without articles differs."""
    if bare("".join(before)) != bare("".join(after)):
        yield Change("正文", "变了", _diff(before, after))


def _diff(before: Sequence[str], after: Sequence[str]) -> tuple[str, ...]:
    lines = list(difflib.unified_diff(before, after, lineterm="", n=0))
    return tuple(line for line in lines[2:] if not line.startswith("@@"))


def _against_register(document: Document, known: Instrument | None) -> Iterator[str]:
    """What does not agree with `instruments.yaml`: the reviewer decides which of the two is out of date."""
    if known is None or document.kind != "regulation":
        return
    highest = max((int(article.citation.article) for article in document.articles if article.citation.article.isdecimal()), default=0)
    if known.articles is not None and highest != known.articles:
        yield f"instruments.yaml 写着 {known.articles} 条，这份最大是第 {highest} 条，可能不是同一个版本"
    latest = max((day for day in (document.issued_on, document.in_force_from) if day), default=None)
    if latest and known.version_from > latest:
        yield f"这份写的最晚日子是 {latest}，instruments.yaml 的现行文本从 {known.version_from} 起，这份可能是旧的"
    if known.in_force_until is not None:
        yield f"instruments.yaml 写着它从 {known.in_force_until} 起失效"


def _next_steps(document: Document, known: Instrument | None, name: str) -> Iterator[str]:
    yield "对照原文看一遍草稿，没有错就把 status 改成 published，再跑 gonghui knowledge lint 和 gonghui index build"
    if known is None and document.kind == "regulation":
        highest = max((int(article.citation.article) for article in document.articles if article.citation.article.isdecimal()), default=0)
        row = {
            "name": name,
            "full_name": name,
            "level": "待填",
            "issuer": document.issuer,
            "number": document.number,
            "region": "待填",
            "in_force_from": document.in_force_from,
            "articles": highest,
            "checked": "导入的文本",
        }
        yield "instruments.yaml 里还没有它，核对后加上：\n" + to_yaml([row])
    if known is not None and document.articles:
        yield f"有没有指南要跟着改：gonghui knowledge impact {name}"


def import_all(
    paths: Sequence[Path], *, knowledge_dir: Path, data_dir: Path | None, instruments: Sequence[Instrument], today: date
) -> Iterator[Imported | DocumentError]:
    """Import each document by itself: one that fails takes no other with it."""
    for path in paths:
        try:
            yield import_document(path, knowledge_dir=knowledge_dir, data_dir=data_dir, instruments=instruments, today=today)
        except DocumentError as error:
            yield error
        except KnowledgeError as error:
            yield DocumentError(str(error))
        except Exception as error:  # the last resort: what a library makes of one strange file is no reason to lose the others
            yield DocumentError(f"{path.name}：读它的时候程序出错了（{type(error).__name__}），没有导入，请把文件发给维护的人")
