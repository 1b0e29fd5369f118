from __future__ import annotations

from pathlib import Path

import pytest

from assistant.ranking import ARTICLE_WEIGHTS, GUIDE_WEIGHTS
from assistant.settings import Settings
from eval.ablate import DENSE, WORDS, ablations
from tests.eval.small_cases import CRISIS, MINIMUM, OWED, read, with_turn

# Without vectors the words alone lead to the guide on contracts; with them to the one on the minimum wage.
BY_SENSE = {**with_turn(MINIMUM, question="那要准备什么材料", numbers=[]), "id": "wages-906"}
ROWS = [
    "现在这样",
    "去掉向量",
    "去掉词（BM25）",
    "去掉学到的（matcher）",
    "去掉指南的概率（classifier）",
    "去掉指南里哪条法条（within）",
    "去掉 ask_dense_mean",
    "去掉 ask_words",
    "去掉 guide_words",
    "去掉 neighbours",
    "去掉 gist_words",
    "去掉 gist_dense",
    "权重都一样",
    "法条只靠自己，不经过指南",
    "去掉二元组（只按词）",
    "去掉 phrasings/ 里的问法",
]
MEASURED = {"recall@5", "recall@10", "MRR@10", "nDCG@10", "第一条指南对"}
Table = dict[str, dict[str, float]]


@pytest.fixture(name="told", scope="module")
def _told() -> list[tuple[int, int]]:
    """The progress that was told."""
    return []


@pytest.fixture(name="table", scope="module")
def _table(examined_knowledge: Path, examined_data: Path, told: list[tuple[int, int]]) -> Table:
    """The table over two answerable cases; the emergency has no article to find."""
    settings = Settings(data_dir=examined_data, knowledge_dir=examined_knowledge)
    cases = [read(OWED), read(BY_SENSE), read(CRISIS)]
    return ablations(cases, settings, lambda done, total: told.append((done, total)))


def test_every_part_has_its_row(table: Table) -> None:
    assert list(table) == ROWS


@pytest.mark.parametrize("row", ROWS)
def test_every_row_has_every_measure_between_0_and_1(table: Table, row: str) -> None:
    assert set(table[row]) == MEASURED
    assert all(0.0 <= value <= 1.0 for value in table[row].values())


def test_each_source_goes_with_one_part() -> None:
    parts = [DENSE, WORDS, {"guides"}, {"learned"}]

    assert {source: sum(source in part for part in parts) for source in (*GUIDE_WEIGHTS, *ARTICLE_WEIGHTS)} == dict.fromkeys(
        (*GUIDE_WEIGHTS, *ARTICLE_WEIGHTS), 1
    )


def test_only_cases_with_articles_to_find_are_searched(table: Table, told: list[tuple[int, int]]) -> None:
    assert {total for _, total in told} == {2}


def test_as_it_is_one_of_two_first_guides_is_right(table: Table) -> None:
    assert table["现在这样"]["第一条指南对"] == 0.5


def test_without_vectors_one_of_two_first_guides_is_wrong(table: Table) -> None:
    assert table["去掉向量"]["第一条指南对"] == 0.5


def test_articles_found_without_guides_are_found_no_better(table: Table) -> None:
    assert table["法条只靠自己，不经过指南"]["nDCG@10"] <= table["现在这样"]["nDCG@10"]


def test_without_phrasings_nothing_changes_where_there_are_none(table: Table) -> None:
    # The small knowledge has no phrasings/.
    assert table["去掉 phrasings/ 里的问法"] == table["现在这样"]


def test_nothing_is_left_in_the_knowledge(table: Table, examined_knowledge: Path) -> None:
    assert not (examined_knowledge / "phrasings").exists()
    assert sorted(path.name for path in examined_knowledge.iterdir()) == [
        "figures.yaml", "guides", "instruments.yaml", "parameters", "places.yaml", "replies.yaml", "vectors",
    ]  # fmt: skip
