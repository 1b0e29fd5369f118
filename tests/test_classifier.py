from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest

from assistant import classifier, learning
from assistant.classifier import Classifier, train
from assistant.embedding import Vectors
from assistant.types import Alarm, Citation, Foreign, Passage
from tests.fakes import HashEmbedder

WAGES = ("老板欠我工资", "工资拖着不发", "欠薪找谁要工资", "老板不发工资")
CONTRACT = ("没有签合同", "单位不签合同", "合同没给我签", "一直不签劳动合同")


def embed(text: str) -> Vectors:
    return HashEmbedder().query(text)


def learn(*rows: tuple[str, tuple[str, ...]]) -> Classifier:
    texts = [text for _, asks in rows for text in asks]
    return train(texts, np.array([embed(text) for text in texts]), [label for label, asks in rows for _ in asks])


@pytest.fixture(name="learned", scope="module")
def _learned() -> Classifier:
    return learn(("unpaid-wages", WAGES), ("unsigned-contract", CONTRACT))


@pytest.mark.parametrize("has_vector", [True, False], ids=["with its vector", "by words alone"])
@pytest.mark.parametrize(("text", "guide"), [("老板拖着工资", "unpaid-wages"), ("合同单位没签", "unsigned-contract")])
def test_a_question_in_other_words_most_probably_belongs_to_the_guide_whose_asks_it_is_like(
    learned: Classifier, text: str, guide: str, has_vector: bool
) -> None:
    found = learned.probabilities(text, embed(text) if has_vector else None)

    assert max(found, key=found.__getitem__) == guide
    assert found[guide] > 0.8


@pytest.mark.parametrize("text", ["工资", "zzz", "", "合同" * 4000])
def test_probabilities_add_up_to_one_whatever_is_asked(learned: Classifier, text: str) -> None:
    found = learned.probabilities(text, embed(text))

    assert sum(found.values()) == pytest.approx(1.0, abs=1e-5)
    assert all(0.0 <= share <= 1.0 for share in found.values())


def test_what_is_like_both_is_left_open(learned: Classifier) -> None:
    assert max(learned.probabilities("没有", None).values()) < 0.75 < max(learned.probabilities("没有签合同", None).values())


def test_an_ngram_that_only_one_text_has_is_not_learned() -> None:
    learned = learn(("a", ("甲乙丙", "丁乙")), ("b", ("戊己", "戊庚")))

    assert len(learned.rows) == 2
    assert learned.probabilities("甲丙", None) == learned.probabilities("没见过", None)


def test_where_there_are_no_asks_nothing_is_learned_and_nothing_said(tmp_path: Path) -> None:
    classifier.save(train([], np.zeros((0, 8), dtype=np.float32), []), tmp_path / "c.npz")

    assert classifier.load(tmp_path / "c.npz").probabilities("老板欠我工资", embed("老板欠我工资")) == {}


def test_the_same_asks_are_learned_the_same(learned: Classifier) -> None:
    again = learn(("unpaid-wages", WAGES), ("unsigned-contract", CONTRACT))

    assert again.probabilities("老板欠钱", embed("老板欠钱")) == learned.probabilities("老板欠钱", embed("老板欠钱"))


def test_the_weights_are_those_that_will_be_read_back(learned: Classifier, tmp_path: Path) -> None:
    classifier.save(learned, tmp_path / "c.npz")

    read = classifier.load(tmp_path / "c.npz")
    assert read.probabilities("工资一直欠着", embed("工资一直欠着")) == learned.probabilities("工资一直欠着", embed("工资一直欠着"))


@pytest.mark.parametrize("left", [0, 100, 0.5, -1], ids=["nothing", "its beginning", "half", "all but one byte"])
def test_a_damaged_file_is_no_classifier(learned: Classifier, tmp_path: Path, left: float) -> None:
    path = tmp_path / "c.npz"
    classifier.save(learned, path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(left * len(whole)) if 0 < left < 1 else int(left)])

    with pytest.raises((OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error)):
        classifier.load(path)


def test_only_asks_of_guides_teach_which_guide_it_is() -> None:
    asks = [Passage(f"ask:a#{number}", "ask", text, guide_id="a") for number, text in enumerate(WAGES)]
    others = [
        Passage("ask:art#1", "ask", "没签合同", citation=Citation("劳动合同法", "82")),
        Passage("guide:b#short", "guide", "单位要签合同", guide_id="b"),
    ]

    passages = [*others, *asks]
    learned = learning.train_classifier(passages, np.array([embed(passage.text) for passage in passages]))
    assert learned.labels == ("a",)


# -- what is not ours ------------------------------------------------------------------------------------------

STRANGE = ("我要离婚房子归谁", "离婚孩子归谁", "买的房子漏水找谁", "房子买了能退吗")


def test_what_is_not_our_business_sounds_more_like_that_than_like_our_asks() -> None:
    learned = learn(("handed_over_outside", STRANGE), (classifier.OURS, WAGES))

    assert classifier.foreign(learned, "离婚的房子", embed("离婚的房子")).margin > 0.5
    assert classifier.foreign(learned, "老板拖着工资", embed("老板拖着工资")).margin < -0.5


def test_where_nothing_strange_was_learned_nothing_is_strange() -> None:
    assert classifier.foreign(learn((classifier.OURS, WAGES)), "离婚的房子", embed("离婚的房子")) == Foreign()


def test_what_no_guide_answers_names_the_reply_it_gets() -> None:
    unlawful = ("帮我弄张假病历", "假病历哪里能办")
    learned = learn(("handed_over_outside", STRANGE), ("declined_unlawful", unlawful), (classifier.OURS, WAGES))

    found = classifier.foreign(learned, "弄张假病历", embed("弄张假病历"))
    assert (found.reply_id, found.margin > 0.5) == ("declined_unlawful", True)


def test_signs_and_spaces_do_not_change_whose_business_it_is() -> None:
    learned = learn(("handed_over_outside", STRANGE), (classifier.OURS, WAGES))

    vector = embed("离婚的房子")
    assert classifier.foreign(learned, "离婚，的 房子？", vector) == classifier.foreign(learned, "离婚的房子", vector)


# -- emergencies -----------------------------------------------------------------------------------------------


def test_a_cry_for_help_is_told_from_a_question() -> None:
    learned = learn(("self_harm", ("我不想活了", "活着没意思不想活了", "真不想活了")), (classifier.CALM, (*WAGES, *CONTRACT)))

    cry = classifier.alarm(learned, "不想活了", embed("不想活了"))
    calm = classifier.alarm(learned, "老板欠工资不发", embed("老板欠工资不发"))

    assert cry is not None
    assert calm is not None
    assert (cry.kind, cry.margin > 0.5, calm.margin < -0.5) == ("self_harm", True, True)


def test_the_kind_it_sounds_most_like_is_named_and_is_sure_where_nothing_is_calm() -> None:
    learned = learn(("self_harm", ("我不想活了", "活够了不想活")), ("violence", ("拿刀砍死他", "拿刀砍他们")))

    assert classifier.alarm(learned, "拿刀砍人", embed("拿刀砍人")) == Alarm("violence", 1.0)


def test_without_examples_there_is_no_alarm() -> None:
    assert classifier.alarm(learn((classifier.CALM, WAGES)), "我不想活了", embed("我不想活了")) is None
