from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant import learning, matcher
from assistant.embedding import Vectors
from assistant.library import Library
from assistant.matcher import Matcher, split, targets, train
from assistant.passages import article_ask_passages, guide_passages
from assistant.types import Citation, Passage
from tests.fakes import HashEmbedder

WAGES = ("老板欠我工资", "工资拖着不发", "欠薪找谁要工资", "老板不发工资")
CONTRACT = ("没有签合同", "单位不签合同", "合同没给我签", "一直不签劳动合同")
SECOND = 0.85
OWED, UNSIGNED = Citation("劳动合同法", "85"), Citation("劳动合同法", "82")


def embed(text: str) -> Vectors:
    return HashEmbedder().query(text)


def learn(*rows: tuple[tuple[str, ...], dict[str, float]]) -> Matcher:
    texts = [text for asks, _ in rows for text in asks]
    return train(texts, np.array([embed(text) for text in texts]), [target for asks, target in rows for _ in asks])


def _learned_anew() -> Matcher:
    return learn(
        (WAGES, {"unpaid-wages": 1.0, "劳动合同法#85": 1.0, "劳动法#50": SECOND}),
        (CONTRACT, {"unsigned-contract": 1.0, "劳动合同法#82": 1.0}),
    )


@pytest.fixture(name="learned", scope="module")
def _learned() -> Matcher:
    return _learned_anew()


# -- labels ----------------------------------------------------------------------------------------------------


def test_an_ask_teaches_its_guide_and_its_articles_as_far_as_its_answer_rests_on_them() -> None:
    ask = Passage("ask:a#1", "ask", "工资拖着不发", guide_id="a", rests_on=((OWED, 1.0), (Citation("刑法", "276之一"), 0.5)))

    assert targets(ask) == {"a": 1.0, "劳动合同法#85": 1.0, "刑法#276之一": 0.5}


def test_an_ask_of_an_article_teaches_no_guide() -> None:
    assert targets(Passage("ask:b#1", "ask", "没签合同", citation=UNSIGNED, rests_on=((UNSIGNED, 1.0),))) == {"劳动合同法#82": 1.0}


def test_an_ask_that_no_article_decides_teaches_none() -> None:
    assert targets(Passage("ask:c#1", "ask", "活动室几点开门", guide_id="c")) == {"c": 1.0}


def test_the_scores_of_guides_and_of_articles_are_told_apart() -> None:
    guides, articles = split(("unpaid-wages", "劳动合同法#85", "刑法#276之一"), np.array([0.75, 0.5, -0.25]))

    assert guides == {"unpaid-wages": 0.75}
    assert articles == {OWED: 0.5, Citation("刑法", "276之一"): -0.25}


def test_of_many_articles_those_that_score_most_are_kept_best_first() -> None:
    labels = ("unpaid-wages", "劳动法#50", "劳动合同法#85", "劳动法#51", "劳动法#52")

    guides, articles = split(labels, np.array([0.1, 0.2, 0.4, 0.4, -0.1]), 3)
    assert (guides, list(articles)) == ({"unpaid-wages": 0.1}, [OWED, Citation("劳动法", "51"), Citation("劳动法", "50")])


def test_what_becomes_a_label_comes_back_as_the_article_it_was() -> None:
    citations = [OWED, Citation("刑法", "276之一"), Citation("最高人民法院关于审理劳动争议案件适用法律问题的解释（一）", "32")]

    taught = targets(Passage("ask:a#1", "ask", "几条一起问", rests_on=tuple((citation, 0.5) for citation in citations)))
    _, articles = split(tuple(taught), np.array(list(taught.values())))
    assert list(articles) == citations


# -- learning --------------------------------------------------------------------------------------------------


def test_the_labels_of_all_targets_are_learned_in_order(learned: Matcher) -> None:
    assert learned.labels == ("unpaid-wages", "unsigned-contract", "劳动合同法#82", "劳动合同法#85", "劳动法#50")


@pytest.mark.parametrize(
    ("text", "guide", "article"),
    [
        pytest.param("工资一直欠着", "unpaid-wages", OWED, id="of wages"),
        pytest.param("合同还没有签", "unsigned-contract", UNSIGNED, id="of a contract"),
    ],
)
@pytest.mark.parametrize("has_vector", [True, False], ids=["with its vector", "by words alone"])
def test_a_question_nobody_asked_before_finds_its_guide_and_its_article(
    learned: Matcher, text: str, guide: str, article: Citation, has_vector: bool
) -> None:
    guides, articles = learned.found(text, embed(text) if has_vector else None)

    assert max(guides, key=guides.__getitem__) == guide
    assert max(articles, key=articles.__getitem__) == article


def test_the_vector_has_its_say(learned: Matcher) -> None:
    # No n-gram of the text was ever seen: only the vector can tell.
    by_words, _ = learned.found("zzz", None)
    by_vector, _ = learned.found("zzz", embed("老板欠我工资"))

    assert set(by_words.values()) == {0.0}
    assert by_vector["unpaid-wages"] > by_vector["unsigned-contract"]


def test_a_later_article_of_the_basis_scores_less(learned: Matcher) -> None:
    _, articles = learned.found(WAGES[0], embed(WAGES[0]))

    assert articles[Citation("劳动法", "50")] == pytest.approx(SECOND * articles[OWED], rel=0.02)


def test_an_ngram_that_only_one_text_has_is_not_learned() -> None:
    once = learn((("工资欠着", "工资拖着"), {"a": 1.0}), (("合同丢了",), {"b": 1.0}))

    assert len(once.frequency) < len(learn((("工资欠着", "工资欠着"), {"a": 1.0})).frequency)
    assert set(once.frequency.values()) <= {2}


def test_few_texts_are_learned_as_many_are(learned: Matcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matcher, "BLOCK", 3)

    np.testing.assert_allclose(_learned_anew().weights, learned.weights, atol=1e-3)


def test_a_label_that_no_text_has_is_not_learned(learned: Matcher) -> None:
    assert "minimum-wage" not in learned.labels


def test_the_weights_are_those_that_will_be_read_back(learned: Matcher, tmp_path: Path) -> None:
    matcher.save(learned, tmp_path / "m.npz")
    read = matcher.load(tmp_path / "m.npz")

    assert read.found("工资一直欠着", embed("工资一直欠着")) == learned.found("工资一直欠着", embed("工资一直欠着"))
    assert (read.labels, read.documents, read.frequency) == (learned.labels, learned.documents, learned.frequency)


# -- from passages ---------------------------------------------------------------------------------------------


def test_asks_of_guides_and_asks_of_articles_are_learned_together(library: Library) -> None:
    guides = library.knowledge.guides
    asks = [passage for guide in guides for passage in guide_passages(guide, {}) if passage.kind == "ask"]
    walk_out = Citation("劳动合同法", "38")
    asks += article_ask_passages(walk_out, ["单位犯错我马上走人", "单位犯错能不能马上走人", "马上走人行不行"])

    learned = learning.train_matcher(asks, np.array([embed(ask.text) for ask in asks]))

    of_guides, articles = learned.found("犯错马上走人", embed("犯错马上走人"))
    assert set(of_guides) == {guide.id for guide in guides}
    assert max(articles, key=articles.__getitem__) == walk_out
    assert max(of_guides.values()) < articles[walk_out]
