"""Which articles of a guide decide a question: learned from its own asks."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from assistant import learning, within
from assistant.embedding import Vectors
from assistant.types import Citation, Passage
from assistant.within import Within, train
from tests.fakes import HashEmbedder

AMOUNT, DELAY, BACK = Citation("劳动合同法", "87"), Citation("劳动合同法", "85"), Citation("劳动合同法", "48")
DISMISSAL = {
    "赔多少钱": AMOUNT, "能赔多少": AMOUNT, "赔我几个月的钱": AMOUNT, "按几个月赔钱": AMOUNT,
    "我想回去上班": BACK, "能不能回去接着干": BACK, "回原来岗位上班": BACK, "不要钱就想回去干": BACK,
}  # fmt: skip


def embed(text: str) -> Vectors:
    return HashEmbedder().query(text)


def ask(text: str, *rests_on: tuple[Citation, float], guide_id: str | None = "dismissal") -> Passage:
    return Passage(f"ask:{guide_id}#{text}", "ask", text, guide_id=guide_id, rests_on=rests_on)


def learn(*asks: Passage) -> Within:
    return train(asks, np.array([embed(one.text) for one in asks], dtype=np.float32).reshape(len(asks), len(embed(""))))


@pytest.fixture(name="learned", scope="module")
def _learned() -> Within:
    return learn(
        *(ask(text, (citation, 1.0)) for text, citation in DISMISSAL.items()),
        ask("工资拖着不发", (DELAY, 1.0), guide_id="unpaid-wages"),
        ask("欠我三个月工资", (DELAY, 1.0), guide_id="unpaid-wages"),
    )


@pytest.mark.parametrize(("text", "decides", "other"), [("公司该赔多少钱给我", AMOUNT, BACK), ("我就想回去干", BACK, AMOUNT)])
def test_of_one_guide_that_article_decides_whose_asks_the_question_is_like(
    learned: Within, text: str, decides: Citation, other: Citation
) -> None:
    shares = learned.shares(embed(text))["dismissal"]

    assert shares[decides] > 0.6 > shares.get(other, 0.0)


def test_without_a_vector_each_article_has_what_it_has_in_an_average_ask(learned: Within) -> None:
    assert learned.shares(None) == {"dismissal": {AMOUNT: 0.5, BACK: 0.5}, "unpaid-wages": {DELAY: 1.0}}


def test_an_article_right_as_well_has_less_than_the_one_that_decides() -> None:
    learned = learn(ask("赔多少钱", (AMOUNT, 1.0), (BACK, 0.5)), ask("能赔多少", (AMOUNT, 1.0), (BACK, 0.5)))

    shares = learned.shares(embed("赔多少钱"))["dismissal"]

    assert shares == {AMOUNT: pytest.approx(1.0), BACK: pytest.approx(0.5)}


def test_no_share_is_below_nothing(learned: Within) -> None:
    for text in (*DISMISSAL, "zzz", ""):
        assert all(share > 0 for shares in learned.shares(embed(text)).values() for share in shares.values())


def test_asks_of_no_guide_and_asks_that_rest_on_nothing_teach_no_article() -> None:
    learned = learn(ask("工资", (DELAY, 1.0), guide_id=None), ask("你好"))

    assert learned.shares(embed("工资")) == {}


def test_of_no_asks_nothing_is_learned(tmp_path: Path) -> None:
    within.save(learn(), tmp_path / "within.npz")

    assert within.load(tmp_path / "within.npz").shares(None) == {}


def test_what_was_learned_is_read_back_as_it_was(learned: Within, tmp_path: Path) -> None:
    within.save(learned, tmp_path / "within.npz")
    found = within.load(tmp_path / "within.npz")

    assert found.labels == learned.labels
    assert found.shares(None) == learned.shares(None)
    text = embed("我就想回去干")
    assert found.shares(text)["dismissal"] == pytest.approx(learned.shares(text)["dismissal"], abs=1e-3)


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 half of it"], ids=["empty", "cut off"])
def test_a_damaged_file_is_not_read(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "within.npz"
    path.write_bytes(damage)

    with pytest.raises((OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)):
        within.load(path)


def test_only_asks_of_guides_are_learned_from() -> None:
    passages = [
        Passage("guide:a#short", "guide", "工资", guide_id="a"),
        ask("欠我工资", (DELAY, 1.0), guide_id="a"),
        ask("工资", (AMOUNT, 1.0), guide_id=None),
    ]

    learned = learning.train_within(passages, np.array([embed(passage.text) for passage in passages]))

    assert learned.labels == {"a": (DELAY,)}
