from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import generations, ingest
from assistant.embedding import Vectors
from assistant.errors import EmbeddingUnavailable, IndexBroken
from assistant.index import Index, PrivateCopy, sweep, write_rows
from assistant.terms import Glossary
from assistant.types import Alarm, Citation, Foreign, Passage
from assistant.word_index import WordIndex, guide_documents, write_words
from assistant.words import tokens
from tests import more_knowledge, small_knowledge
from tests.conftest import REAL_KNOWLEDGE
from tests.fakes import HashEmbedder
from tests.more_knowledge import REST_RULES

ASK = "老板欠我三个月工资怎么办"


@pytest.fixture(name="generation", scope="module")
def _generation(hash_index: Path) -> generations.Generation:
    return generations.load(hash_index)


@pytest.fixture(name="open_index")
def _open_index(generation: generations.Generation, tmp_path: Path) -> Iterator[Callable[..., Index]]:
    """Opens the small knowledge, each time as another process would; what is opened is closed at the end."""
    with contextlib.ExitStack() as stack:

        def make(embed: Callable[[str], Vectors] | None = None, **changes: Any) -> Index:
            values: dict[str, Any] = {
                "names": generations.collection_names(generation.manifest.version),
                "sealed": generation.path / "chroma",
                "copies": tmp_path / "open",
            }
            passages = changes.pop("passages", generation.passages)
            index = Index(passages, embed or HashEmbedder().query, **(values | changes))
            stack.callback(index.close)
            return index

        yield make


# -- words -----------------------------------------------------------------------------------------------------


def test_the_text_with_all_the_words_scores_highest() -> None:
    index = WordIndex.of(["拖欠工资可以投诉", "没签合同可以要双倍工资", "女职工产假天数"])

    scores = index.scores(tokens("拖欠工资"))
    assert list(np.argsort(-scores)) == [0, 1, 2]


def test_a_text_without_any_of_the_words_scores_nothing() -> None:
    assert WordIndex.of(["拖欠工资", "女职工产假"]).scores(tokens("拖欠工资"))[1] == 0.0


def test_words_that_no_text_has_lower_every_score() -> None:
    index = WordIndex.of(["拖欠工资", "女职工产假"])

    assert index.scores(tokens("拖欠工资股票跌停"))[0] < index.scores(tokens("拖欠工资"))[0]


@given(texts=st.lists(st.text("工资拖欠合同双倍产假 a1", max_size=20), max_size=6), asked=st.text("工资拖欠合同双倍产假股票", max_size=12))
def test_a_words_score_lies_between_nothing_and_one(texts: list[str], asked: str) -> None:
    scores = WordIndex.of(texts).scores(tokens(asked))

    assert scores.shape == (len(texts),)
    assert all(0.0 <= score <= 1.0 + 1e-5 for score in scores)


def test_a_word_is_worth_more_the_fewer_texts_have_it_and_most_where_none_has() -> None:
    index = WordIndex.of(["工资 工资 拖欠", "工资 产假", "工资 合同"], str.split)

    # What lucene's BM25 gives for the only word of a question, at most its idf: log(1 + (N - n + 0.5) / (n + 0.5)).
    share = {word: float(index.scores([word, "股票"]).max() / index.scores([word]).max()) for word in ("工资", "拖欠")}
    idf = {n: np.log1p((3 - n + 0.5) / (n + 0.5)) for n in (0, 1, 3)}
    assert share == {"工资": pytest.approx(idf[3] / (idf[3] + idf[0])), "拖欠": pytest.approx(idf[1] / (idf[1] + idf[0]))}


@pytest.mark.parametrize("texts", [["拖欠工资可以投诉", "没签合同可以要双倍工资", "？"], []], ids=["some texts", "no texts"])
def test_words_saved_are_read_back_as_they_were(texts: list[str], tmp_path: Path) -> None:
    built = WordIndex.of(texts)
    built.save(tmp_path / "words")

    read = WordIndex.load(tmp_path / "words")
    assert read.size == len(texts)
    assert read.scores(tokens("拖欠双倍工资股票")).tolist() == built.scores(tokens("拖欠双倍工资股票")).tolist()


def test_a_guides_keyword_counts_more_than_a_word_of_its_text() -> None:
    parts = [Passage("guide:a#short", "guide", "欠薪找监察", guide_id="a")]

    assert guide_documents(parts, [("a", "讨薪"), ("b", "产假")]) == [("a", "欠薪找监察 讨薪 讨薪"), ("b", "产假 产假")]


# -- searching -------------------------------------------------------------------------------------------------


def test_a_guides_own_ask_finds_it_with_full_likeness(open_index: Callable[..., Index]) -> None:
    found = open_index().search(ASK)

    assert found.guides["ask_dense"]["unpaid-wages"] == pytest.approx(1.0, abs=1e-3)
    assert max(found.guides["ask_dense"], key=found.guides["ask_dense"].__getitem__) == "unpaid-wages"


def test_an_article_is_found_by_its_words_and_by_its_vector(open_index: Callable[..., Index]) -> None:
    found = open_index().search("用人单位自用工之日起超过一个月不满一年未与劳动者订立书面劳动合同的")

    best = [max(found.articles[source], key=found.articles[source].__getitem__) for source in ("words", "dense")]
    assert best == [Citation("劳动合同法", "82")] * 2


def test_a_search_that_goes_well_is_not_degraded(open_index: Callable[..., Index]) -> None:
    assert open_index().search(ASK).degraded == ()


def test_without_the_embedding_model_words_still_find_the_guide(open_index: Callable[..., Index]) -> None:
    def unavailable(_: str) -> Vectors:
        raise EmbeddingUnavailable("没有模型")

    found = open_index(unavailable).search(ASK)

    assert found.degraded == ("embedding",)
    assert max(found.guides["ask_words"], key=found.guides["ask_words"].__getitem__) == "unpaid-wages"
    assert "ask_dense" not in found.guides


def test_when_the_vectors_fail_words_still_find_the_guide(open_index: Callable[..., Index]) -> None:
    found = open_index(lambda _: np.ones(7, dtype=np.float32)).search(ASK)  # 7 dimensions, the collections have 64

    assert found.degraded == ("vectors",)
    assert "unpaid-wages" in found.guides["ask_words"]


def test_a_vector_the_caller_has_is_not_made_again(open_index: Callable[..., Index]) -> None:
    def never(_: str) -> Vectors:
        raise AssertionError("embedded again")

    assert open_index(never).search(ASK, HashEmbedder().query(ASK)).degraded == ()


def test_a_text_searched_for_again_is_embedded_once_in_each_index(open_index: Callable[..., Index]) -> None:
    embedded: list[str] = []

    def noting(text: str) -> Vectors:
        embedded.append(text)
        return HashEmbedder().query(text)

    index, other = open_index(noting), open_index(lambda text: -HashEmbedder().query(text))
    first = index.search(ASK)

    assert (index.search(ASK), embedded) == (first, [ASK])
    assert other.search(ASK).guides["ask_dense"] != first.guides["ask_dense"]


def test_a_model_that_failed_once_is_asked_again(open_index: Callable[..., Index]) -> None:
    failing = [True]

    def sometimes(text: str) -> Vectors:
        if failing:
            raise EmbeddingUnavailable("没有模型")
        return HashEmbedder().query(text)

    index = open_index(sometimes)
    degraded = index.search(ASK).degraded
    failing.clear()

    assert (degraded, index.search(ASK).degraded) == (("embedding",), ())


def test_what_was_learned_of_guides_and_emergencies_is_part_of_the_signals(open_index: Callable[..., Index]) -> None:
    index = open_index(
        match=lambda _text, _vector, _most: ({"unpaid-wages": 0.7}, {}),
        alarm=lambda _text, _vector: Alarm("violence", 0.4),
        foreign=lambda _text, _vector: Foreign("declined_unlawful", 0.3),
        within=lambda _vector: {"unpaid-wages": {Citation("劳动法", "50"): 0.6}},
    )

    found = index.search(ASK)

    assert (found.guides["learned"], found.alarm, found.foreign) == (
        {"unpaid-wages": 0.7},
        Alarm("violence", 0.4),
        Foreign("declined_unlawful", 0.3),
    )
    assert found.within == {"unpaid-wages": {Citation("劳动法", "50"): 0.6}}


def test_what_is_misspelt_is_searched_for_as_it_was_meant(open_index: Callable[..., Index]) -> None:
    misspelt = "老版欠我三个月工姿怎么办"

    found = open_index(mend=lambda text: ASK if text == misspelt else text).search(misspelt)

    assert found == open_index().search(ASK)


def test_an_emergency_is_heard_in_what_was_written(open_index: Callable[..., Index]) -> None:
    heard: list[str] = []

    def alarm(text: str, vector: Vectors | None) -> Alarm:
        assert vector is not None
        assert np.array_equal(vector, HashEmbedder().query(text))
        heard.append(text)
        return Alarm("violence", -0.5)

    open_index(mend=lambda _text: ASK, alarm=alarm).search("老版欠我钱")

    assert heard == ["老版欠我钱"]


def test_what_may_be_a_cry_for_help_is_not_mended(open_index: Callable[..., Index]) -> None:
    cry = "老版要打死人"

    found = open_index(mend=lambda _text: ASK, alarm=lambda _text, _vector: Alarm("violence", -0.3)).search(cry)

    assert found == open_index(alarm=lambda _text, _vector: Alarm("violence", -0.3)).search(cry)


def test_the_vector_of_what_was_written_is_not_used_for_what_was_meant(open_index: Callable[..., Index]) -> None:
    found = open_index(mend=lambda _text: ASK).search("工姿", HashEmbedder().query("工姿"))

    assert found == open_index().search(ASK)


@pytest.mark.parametrize(
    "text", ["", "？！", "😭", "qwertyuiop", "工" * 3000, "\x00"], ids=["nothing", "marks", "emoji", "latin", "long", "nul"]
)
def test_any_text_can_be_searched_for(open_index: Callable[..., Index], text: str) -> None:
    assert open_index().search(text).degraded == ()


def test_several_threads_that_share_an_index_find_what_one_alone_finds(open_index: Callable[..., Index]) -> None:
    index = open_index()
    texts = [ASK, "上班半年没签合同怎么办", "即墨最低工资多少钱", "离职了工资还没结清"] * 5
    alone = [index.search(text) for text in texts]

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(index.search, texts))

    assert together == alone


def test_words_read_from_a_generation_find_what_words_split_anew_find(
    open_index: Callable[..., Index], generation: generations.Generation
) -> None:
    read, anew = (open_index(words=words, keywords=ingest.keywords(generation.knowledge)) for words in (generation.words, None))

    for text in (ASK, "离职证明不给开", "股票跌停"):
        assert read.search(text) == anew.search(text)


def test_words_of_other_passages_say_what_to_run(
    open_index: Callable[..., Index], generation: generations.Generation, tmp_path: Path
) -> None:
    write_words(tmp_path / "words", generation.passages[:-1], ())

    with pytest.raises(IndexBroken, match="gonghui index build"):
        open_index(words=tmp_path / "words")


@pytest.mark.parametrize("file", ["vocab.index.json", "params.index.json", "data.csc.index.npy"])
@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(path.read_bytes()[:9])], ids=["gone", "cut short"])
def test_damaged_words_say_what_to_run(
    open_index: Callable[..., Index], generation: generations.Generation, tmp_path: Path, file: str, damage: Callable[[Path], object]
) -> None:
    write_words(tmp_path / "words", generation.passages, ())
    damage(tmp_path / "words" / "ask" / file)

    with pytest.raises(IndexBroken, match="gonghui index build"):
        open_index(words=tmp_path / "words")


def test_rows_find_what_the_collections_find(open_index: Callable[..., Index], generation: generations.Generation) -> None:
    from_rows, from_collections = open_index(rows=generation.rows), open_index()

    for text in (ASK, "没签合同能要双倍工资吗", "最低工资是多少", "随便问问"):
        rows, collections = from_rows.search(text), from_collections.search(text)
        assert rows.guides["ask_dense"] == pytest.approx(collections.guides["ask_dense"])
        assert rows.articles["gist_dense"] == pytest.approx(collections.articles["gist_dense"])
        assert rows.articles["dense"] == pytest.approx(collections.articles["dense"])


def test_rows_of_other_passages_say_what_to_run(
    open_index: Callable[..., Index], generation: generations.Generation, tmp_path: Path
) -> None:
    asks = [passage for passage in generation.passages if passage.kind == "ask"]
    write_rows(tmp_path / "rows", asks, np.zeros((len(asks), 8), dtype=np.float32))

    with pytest.raises(IndexBroken, match="gonghui index build"):
        open_index(rows=tmp_path / "rows")


# -- articles --------------------------------------------------------------------------------------------------

WALK_OUT, PAID_LESS, BREAKS = Citation("劳动合同法", "38"), Citation("最低工资规定", "12"), Citation(REST_RULES, "2")


@pytest.fixture(name="full", scope="module")
def _full(tmp_path_factory: pytest.TempPathFactory) -> generations.Generation:
    """The small knowledge with one of everything, indexed."""
    folder = tmp_path_factory.mktemp("full")
    knowledge = more_knowledge.add(small_knowledge.write(folder / "knowledge", REAL_KNOWLEDGE))
    ingest.build(knowledge, folder / "data", HashEmbedder())
    return generations.load(folder / "data")


@pytest.fixture(name="open_full")
def _open_full(full: generations.Generation, open_index: Callable[..., Index]) -> Callable[..., Index]:
    def make(embed: Callable[[str], Vectors] | None = None, **changes: Any) -> Index:
        of_full = {
            "passages": full.passages,
            "names": generations.collection_names(full.manifest.version),
            "sealed": full.path / "chroma",
            "match": full.learned.matcher.found,
        }
        return open_index(embed, **(of_full | changes))

    return make


def best(scores: Mapping[Citation, float]) -> Citation:
    return max(scores, key=scores.__getitem__)


@pytest.mark.parametrize("source", ["ask_dense", "ask_words", "learned"])
def test_an_articles_own_ask_finds_it(open_full: Callable[..., Index], source: str) -> None:
    assert best(open_full().search("单位犯错我能不能马上走人").articles[source]) == WALK_OUT


def test_an_articles_own_ask_finds_it_with_full_likeness(open_full: Callable[..., Index]) -> None:
    assert open_full().search("单位犯错我能不能马上走人").articles["ask_dense"][WALK_OUT] == pytest.approx(1.0, abs=1e-3)


def test_an_articles_ask_speaks_for_no_guide(open_full: Callable[..., Index], full: generations.Generation) -> None:
    found = open_full().search("单位犯错我能不能马上走人")

    guides = {guide.id for guide in full.knowledge.guides}
    assert {guide_id for scores in found.guides.values() for guide_id in scores} <= guides
    assert found.guides["ask_dense"] != {}


def test_a_guides_ask_speaks_for_no_article(open_full: Callable[..., Index]) -> None:
    found = open_full().search(ASK)

    assert found.articles["ask_words"].keys() <= {WALK_OUT, PAID_LESS}
    assert found.articles["ask_dense"].keys() <= {WALK_OUT, PAID_LESS}


@pytest.mark.parametrize("source", ["gist_words", "gist_dense"])
def test_an_article_whose_wording_we_do_not_hold_is_found_by_what_guides_say_of_it(open_full: Callable[..., Index], source: str) -> None:
    found = open_full().search("加班费、夜班津贴不算在最低工资里").articles

    assert best(found[source]) == PAID_LESS
    assert PAID_LESS not in found["words"]
    assert PAID_LESS not in found["dense"]


def test_an_article_of_an_imported_text_is_found_by_its_words(open_full: Callable[..., Index]) -> None:
    found = open_full().search("单位应当有歇脚的屋子").articles

    assert best(found["words"]) == best(found["dense"]) == BREAKS


def test_the_nearest_asks_name_the_articles_their_answers_rest_on(open_full: Callable[..., Index]) -> None:
    found = open_full().search("单位犯错我能不能马上走人").articles["neighbours"]

    assert max(found, key=found.__getitem__) == WALK_OUT
    assert all(0.0 < worth <= 1.0 for worth in found.values())


def test_an_article_learned_from_the_asks_of_its_guide_is_found(open_full: Callable[..., Index]) -> None:
    found = open_full().search(ASK)

    assert best(found.articles["learned"]) == Citation("劳动合同法", "30")  # the first of the guide's basis
    assert max(found.guides["learned"], key=found.guides["learned"].__getitem__) == "unpaid-wages"


def test_no_more_than_250_articles_are_learned_of(open_full: Callable[..., Index]) -> None:
    wanted: list[int] = []

    open_full(match=lambda _text, _vector, most: (wanted.append(most), ({}, {}))[1]).search(ASK)

    assert wanted == [250]


def test_where_nothing_was_learned_nothing_is_said_of_it(open_full: Callable[..., Index]) -> None:
    found = open_full(match=None).search(ASK)

    assert ("learned" in found.guides, "learned" in found.articles) == (False, False)


def test_without_the_embedding_model_articles_are_still_found_by_words_and_by_what_was_learned(open_full: Callable[..., Index]) -> None:
    def unavailable(_: str) -> Vectors:
        raise EmbeddingUnavailable("没有模型")

    found = open_full(unavailable).search("单位犯错我能不能马上走人").articles

    assert set(found) == {"words", "ask_words", "gist_words", "learned"}
    assert best(found["ask_words"]) == best(found["learned"]) == WALK_OUT


def test_words_of_the_law_are_added_to_what_people_say(open_full: Callable[..., Index], full: generations.Generation) -> None:
    plain = open_full().search("双份钱").articles["words"]
    expanded = open_full(expand=Glossary(full.knowledge.terms).expand).search("双份钱").articles["words"]

    assert plain == {}
    assert best(expanded) == Citation("劳动合同法", "82")


def test_words_of_the_law_are_added_for_the_wording_of_articles_only(open_full: Callable[..., Index], full: generations.Generation) -> None:
    plain = open_full().search("老板不给双份钱")
    expanded = open_full(expand=Glossary(full.knowledge.terms).expand).search("老板不给双份钱")

    assert expanded.guides == plain.guides
    assert expanded.articles != plain.articles
    assert expanded.articles | {"words": {}} == plain.articles | {"words": {}}


def test_a_guide_is_near_by_its_three_nearest_asks(open_full: Callable[..., Index]) -> None:
    found = open_full().search(ASK).guides

    assert found["ask_dense_mean"]["unpaid-wages"] < found["ask_dense"]["unpaid-wages"]
    assert max(found["ask_dense_mean"], key=found["ask_dense_mean"].__getitem__) == "unpaid-wages"


@pytest.mark.parametrize("kind", ["article", "gist", "ask"])
def test_an_index_whose_vectors_are_one_short_says_what_to_run(
    open_full: Callable[..., Index], full: generations.Generation, kind: str
) -> None:
    extra = next(replace(passage, id="one-more") for passage in full.passages if passage.kind == kind)

    with pytest.raises(IndexBroken, match="gonghui index build"):
        open_full(passages=(*full.passages, extra))


def test_parts_of_guides_have_no_vectors(open_full: Callable[..., Index], full: generations.Generation) -> None:
    extra = next(replace(passage, id="one-more") for passage in full.passages if passage.kind == "guide")

    assert open_full(passages=(*full.passages, extra)).search(ASK).degraded == ()


# -- one sealed folder, many owners of copies --------------------------------------------------------------------


def test_searching_leaves_the_sealed_folder_as_it_is(open_index: Callable[..., Index], generation: generations.Generation) -> None:
    before = _contents(generation.path / "chroma")

    open_index().search(ASK)

    assert _contents(generation.path / "chroma") == before


def test_two_open_indexes_do_not_disturb_each_other(open_index: Callable[..., Index]) -> None:
    one, other = open_index(), open_index()
    expected = other.search(ASK)

    one.close()

    assert other.search(ASK) == expected


def test_an_open_index_needs_its_copy_no_more(open_index: Callable[..., Index], tmp_path: Path) -> None:
    index = open_index()

    assert list((tmp_path / "open").iterdir()) == []
    assert index.search(ASK).degraded == ()


def test_closing_twice_does_no_harm(open_index: Callable[..., Index], tmp_path: Path) -> None:
    index = open_index()
    index.close()
    index.close()

    assert list((tmp_path / "open").iterdir()) == []


def test_the_copy_of_a_killed_process_is_swept_by_the_next_start(open_index: Callable[..., Index], tmp_path: Path) -> None:
    left = _copy_of_a_dead_process(tmp_path / "open")

    open_index()

    assert not left.exists()


def test_the_copy_of_a_living_process_is_not_swept(generation: generations.Generation, tmp_path: Path) -> None:
    with contextlib.closing(PrivateCopy(generation.path / "chroma", tmp_path / "open")) as copy:
        sweep(tmp_path / "open")

        assert list((tmp_path / "open").iterdir()) == [copy.path]

    assert list((tmp_path / "open").iterdir()) == []


def _copy_of_a_dead_process(copies: Path) -> Path:
    sealed = copies.parent / "sealed"
    sealed.mkdir()
    script = (
        "import os, sys\nfrom pathlib import Path\nfrom assistant.index import PrivateCopy\n"
        "copy = PrivateCopy(Path(sys.argv[1]), Path(sys.argv[2]))\nprint(copy.path, flush=True)\nos.kill(os.getpid(), 9)\n"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)}
    dead = subprocess.run(
        [sys.executable, "-c", script, str(sealed), str(copies)], env=environment, check=False, capture_output=True, text=True, timeout=60
    )
    left = Path(dead.stdout.strip())
    assert left.is_dir(), dead.stderr
    return left


def _contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()
    }


# -- what is broken --------------------------------------------------------------------------------------------


def test_an_index_that_lacks_passages_says_what_to_run(open_index: Callable[..., Index], generation: generations.Generation) -> None:
    more = (*generation.passages, Passage("ask:unpaid-wages#99", "ask", "新的问法", guide_id="unpaid-wages"))

    with pytest.raises(IndexBroken, match="gonghui index build"):
        open_index(passages=more)


def test_an_index_without_its_collections_says_what_to_run(open_index: Callable[..., Index]) -> None:
    with pytest.raises(IndexBroken, match="gonghui index build"):
        open_index(names=generations.collection_names("another"))


def test_an_index_without_its_folder_says_what_to_run(open_index: Callable[..., Index], tmp_path: Path) -> None:
    with pytest.raises(IndexBroken, match="gonghui index build"):
        open_index(sealed=tmp_path / "nowhere")


def test_an_index_that_cannot_be_opened_leaves_no_copy_behind(open_index: Callable[..., Index], tmp_path: Path) -> None:
    with pytest.raises(IndexBroken):
        open_index(names=generations.collection_names("another"))

    assert list((tmp_path / "open").iterdir()) == []


def test_an_article_that_is_also_a_guides_basis_is_found_once(generation: generations.Generation) -> None:
    ids = [passage.id for passage in generation.passages]

    assert len(set(ids)) == len(ids)


def test_a_passage_changed_after_the_build_is_not_searched_by_an_old_vector(
    open_index: Callable[..., Index], generation: generations.Generation
) -> None:
    fewer = tuple(replace(passage, kind="guide") if passage.kind == "ask" else passage for passage in generation.passages)

    with pytest.raises(IndexBroken):
        open_index(passages=fewer)
