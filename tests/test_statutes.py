from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.errors import KnowledgeError
from assistant.knowledge import load_knowledge
from assistant.statutes import database_path, database_version, load_articles
from assistant.types import Citation, Instrument

NONE: frozenset[Citation] = frozenset()
CONTRACT_LAW = Instrument(
    "劳动合同法", "中华人民共和国劳动合同法", "law", "全国", date(2008, 1, 1), date(2013, 7, 1), articles=98, has_text=True
)
CRIMINAL_LAW = replace(CONTRACT_LAW, name="刑法", full_name="中华人民共和国刑法", articles=452)
WAGE_CRIME = frozenset({Citation("刑法", "276"), Citation("刑法", "276之一")})
REAL = load_knowledge(Path(__file__).parent.parent / "knowledge")


def test_every_article_of_a_law_is_read_in_the_laws_own_order() -> None:
    articles = load_articles([CONTRACT_LAW], NONE)

    assert [article.citation for article in articles] == [Citation("劳动合同法", str(number)) for number in range(1, 99)]


def test_an_article_has_the_wording_of_the_law() -> None:
    articles = {article.citation.article: article for article in load_articles([CONTRACT_LAW], NONE)}

    assert articles["82"].text.startswith(
        "用人单位自用工之日起超过一个月不满一年未与劳动者订立书面劳动合同的，应当向劳动者每月支付二倍的工资。"
    )


def test_the_wording_is_that_of_the_version_in_force() -> None:
    articles = {article.citation.article: article for article in load_articles([CONTRACT_LAW], NONE)}

    # Article 57 of 2007 asked for 500,000 yuan; that of 2012, in force from 2013-07-01, asks for two million.
    assert "二百万元" in articles["57"].text


def test_an_inserted_article_keeps_its_double_number() -> None:
    articles = {article.citation: article.text for article in load_articles([CRIMINAL_LAW], WAGE_CRIME)}

    assert "逃避支付劳动者的劳动报酬" in articles[Citation("刑法", "276之一")]


def test_an_inserted_article_does_not_hide_the_one_before_it() -> None:
    articles = {article.citation: article.text for article in load_articles([CRIMINAL_LAW], WAGE_CRIME)}

    assert "破坏生产经营" not in articles[Citation("刑法", "276之一")]
    assert "机器设备" in articles[Citation("刑法", "276")]


def test_an_article_knows_its_chapter() -> None:
    assert all(article.chapter for article in load_articles([CONTRACT_LAW], NONE))


def test_an_instrument_without_a_text_gives_no_articles() -> None:
    assert load_articles([replace(CONTRACT_LAW, has_text=False)], NONE) == []


def test_a_law_the_database_does_not_have_is_named_with_the_file_to_change() -> None:
    with pytest.raises(KnowledgeError, match=r"《中华人民共和国幸福法》.*instruments\.yaml"):
        load_articles([replace(CONTRACT_LAW, full_name="中华人民共和国幸福法")], NONE)


@pytest.mark.parametrize("name", [item.name for item in REAL.instruments if item.has_text])
def test_a_registered_law_has_as_many_articles_as_the_register_says(name: str) -> None:
    instrument = next(item for item in REAL.instruments if item.name == name)
    every = frozenset(Citation(name, str(number)) for number in range(1, (instrument.articles or 0) + 1))

    whole = [article for article in load_articles([instrument], every) if "之" not in article.citation.article]

    assert len(whole) == instrument.articles


def test_no_article_of_the_registered_laws_is_read_twice() -> None:
    articles = load_articles(REAL.instruments, NONE)

    assert len({article.citation for article in articles}) == len(articles)


def test_no_article_of_the_registered_laws_is_empty() -> None:
    assert [article.citation for article in load_articles(REAL.instruments, NONE) if len(article.text) < 8] == []


def test_every_inserted_article_of_the_registered_laws_is_known_to_the_register() -> None:
    inserted = {article.citation for article in load_articles(REAL.instruments, NONE) if "之" in article.citation.article}
    registered = {Citation(item.name, number) for item in REAL.instruments for number in item.inserted}

    assert inserted <= registered


def test_a_law_the_database_marks_as_amended_gives_only_the_articles_cited() -> None:
    articles = load_articles([CRIMINAL_LAW], WAGE_CRIME)

    assert {article.citation for article in articles} == WAGE_CRIME


def test_reading_leaves_the_database_as_it_is() -> None:
    before = hashlib.sha256(database_path().read_bytes()).hexdigest()

    load_articles([CONTRACT_LAW, CRIMINAL_LAW], NONE)

    assert hashlib.sha256(database_path().read_bytes()).hexdigest() == before
    assert [path.name for path in database_path().parent.glob("laws.db-*")] == []


def test_the_database_is_the_version_we_quote() -> None:
    assert database_version() == "0.1.1"
