"""The Markdown that imported documents are kept in, `knowledge/texts/*.md`: written for review, read when published.

---
name: 工伤保险条例
kind: regulation
status: draft
…
---
# 工伤保险条例
## 第一章 总则
### 第一条
the first paragraph (款)
（一）an item (项)
"""

from __future__ import annotations

import re
from pathlib import Path

from assistant.citation import parse_label
from assistant.schema import TextHead, parse, text_of
from assistant.types import Article, Citation, ImportedText

ARTICLE_HEADING = "### "
CHAPTER_HEADING = "## "
FRONT_MATTER = re.compile(r"---\n(.*?)\n---\n(.*)\Z", re.DOTALL)


def read_texts(root: Path, problems: list[str]) -> tuple[ImportedText, ...]:
    """Return the published texts below *root*; drafts are checked for form and left out."""
    found: list[ImportedText] = []
    for path in sorted(root.glob("texts/*.md")):
        text = text_of(path, problems)
        if text is None:
            continue
        parts = split_text(text, path, problems)
        if parts is None:
            continue
        head, body = parts
        if head.status == "published":
            where = f"{path.relative_to(root).as_posix()}:1"
            if other := next((text for text in found if text.name == head.name), None):
                problems.append(
                    f"{path}:1: 《{head.name}》在 {other.where.removesuffix(':1')} 里已经是 published，请把旧的一份改成 retired"
                )
            found.append(ImportedText(head.name, head.kind, tuple(articles_of(head.name, body, path, problems)), where))
    return tuple(found)


def split_text(text: str, path: Path, problems: list[str]) -> tuple[TextHead, str] | None:
    """Return the front matter and the body, None (and problems) where the file is not of this form."""
    match = FRONT_MATTER.match(text)
    if match is None:
        problems.append(f"{path}:1: 开头要有两行 --- 夹着的说明部分")
        return None
    head = parse(match[1], TextHead, path, 2, problems)
    return (head, match[2]) if head is not None else None


def articles_of(name: str, body: str, path: Path, problems: list[str]) -> list[Article]:
    """Return the articles of a body in this form; one that comes twice is a problem."""
    articles: dict[Citation, list[str]] = {}
    chapters: dict[Citation, str] = {}
    chapter, current = "", None
    for line in body.split("\n"):
        if line.startswith(ARTICLE_HEADING):
            number = parse_label(line.removeprefix(ARTICLE_HEADING).strip())
            if number is None or Citation(name, number) in articles:
                problems.append(f"{path}:1: 条的标题“{line.strip()}”看不懂或写了两次")
                current = None
                continue
            current = Citation(name, number)
            articles[current], chapters[current] = [], chapter
        elif line.startswith(CHAPTER_HEADING):
            chapter, current = line.removeprefix(CHAPTER_HEADING).strip(), None
        elif line.strip() and current is not None:
            articles[current].append(line.strip())
    return [Article(citation, "\n".join(lines), chapters[citation]) for citation, lines in articles.items()]
