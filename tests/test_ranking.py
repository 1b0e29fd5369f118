from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.instruments import Register
from assistant.ranking import (
    ARTICLE_WEIGHTS,
    BASIS_DECAY,
    COSINE_CEILING,
    COSINE_FLOOR,
    GUIDE_FLOOR,
    GUIDE_FLOOR_WITHOUT_WORK,
    GUIDE_WEIGHTS,
    VAGUE_LEAD,
    fuse,
    is_answer,
    is_vague,
    put_first,
    select,
)
from assistant.types import ArticleHit, Citation, Guide, GuideHit, Instrument, SearchResult, Signals

DAY = date(2026, 11, 21)
GUIDE = Guide(
    id="double-wage",
    title="没签合同",
    topic="contract",
    region="全国",
    short="可以要双倍工资。",
    sections=(),
    basis=(Citation("劳动合同法", "82"), Citation("劳动合同法", "10")),
    asks=(),
    keywords=(),
    related=(),
    valid_from=date(2020, 1, 1),
    valid_until=None,
    review_by=date(2027, 1, 1),
    status="published",
    confidence="high",
)
OTHER = replace(GUIDE, id="overtime", basis=(Citation("劳动法", "44"), Citation("劳动合同法", "10")))
GUIDES = {"double-wage": GUIDE, "overtime": OTHER}
REGISTER = Register(
    [
        Instrument("劳动合同法", "劳动合同法", "law", "全国", date(2008, 1, 1), date(2013, 7, 1), articles=98),
        Instrument("劳动法", "劳动法", "law", "全国", date(1995, 1, 1), date(2018, 12, 29), articles=107),
        Instrument("旧办法", "旧办法", "rule", "全国", date(1995, 1, 1), date(1995, 1, 1), in_force_until=date(2017, 11, 24), articles=11),
    ]
)
SCORES = st.dictionaries(st.sampled_from(["double-wage", "overtime"]), st.floats(-1, 3))


def test_a_guide_scores_the_weighted_sum_of_its_searches() -> None:
    middle = (COSINE_FLOOR + COSINE_CEILING) / 2
    signals = Signals(guides={"guide_words": {"double-wage": 0.6}, "ask_dense": {"double-wage": middle}}, articles={})

    result = fuse(signals, GUIDES)

    assert result.guides[0].score == pytest.approx(GUIDE_WEIGHTS["guide_words"] * 0.6 + GUIDE_WEIGHTS["ask_dense"] * 0.5)


def test_a_guide_every_search_is_sure_of_scores_all_weights() -> None:
    signals = Signals(guides={name: {"double-wage": 1.0} for name in GUIDE_WEIGHTS}, articles={})

    assert fuse(signals, GUIDES).guides[0].score == pytest.approx(sum(GUIDE_WEIGHTS.values()))


@settings(deadline=None)
@given(SCORES, SCORES, SCORES)
def test_no_guide_scores_below_zero_or_above_all_weights(asks: dict[str, float], words: dict[str, float], dense: dict[str, float]) -> None:
    words = {guide_id: abs(score) for guide_id, score in words.items()}
    weights = sum(GUIDE_WEIGHTS[name] for name in ("ask_dense", "guide_words", "guide_dense"))

    result = fuse(Signals(guides={"ask_dense": asks, "guide_words": words, "guide_dense": dense}, articles={}), GUIDES)

    assert [hit.score for hit in result.guides if not 0 <= hit.score <= weights + 1e-9] == []


@settings(deadline=None)
@given(SCORES, SCORES)
def test_guides_come_best_first(asks: dict[str, float], dense: dict[str, float]) -> None:
    scores = [hit.score for hit in fuse(Signals(guides={"ask_dense": asks, "guide_dense": dense}, articles={}), GUIDES).guides]

    assert scores == sorted(scores, reverse=True)


def test_guides_of_equal_score_come_in_the_order_of_their_names() -> None:
    signals = Signals(guides={"guide_words": {"overtime": 0.5, "double-wage": 0.5}}, articles={})

    assert [hit.guide_id for hit in fuse(signals, GUIDES).guides] == ["double-wage", "overtime"]


def test_a_hit_keeps_what_each_search_said() -> None:
    signals = Signals(guides={"guide_words": {"overtime": 0.5}, "guide_dense": {"overtime": 0.912345}}, articles={})

    assert fuse(signals, GUIDES).guides[0].sources == (("guide_words", 0.5), ("guide_dense", 0.9123))


def test_a_guide_that_is_no_longer_there_is_left_out() -> None:
    assert fuse(Signals(guides={"guide_words": {"deleted": 1.0}}, articles={}), GUIDES).guides == ()


def test_a_guide_brings_the_articles_it_rests_on_the_first_one_first() -> None:
    result = fuse(Signals(guides={"guide_words": {"double-wage": 1.0}}, articles={}), GUIDES)

    assert [hit.citation.article for hit in result.articles] == ["82", "10"]


def test_an_article_is_lent_the_score_of_its_best_guide() -> None:
    # 劳动合同法第十条 is second in both guides; the better guide scores 1.0 of the words.
    signals = Signals(guides={"guide_words": {"double-wage": 1.0, "overtime": 0.5}}, articles={})

    scores = {hit.citation: hit.score for hit in fuse(signals, GUIDES).articles}

    assert scores[Citation("劳动合同法", "10")] == pytest.approx(ARTICLE_WEIGHTS["guides"] * GUIDE_WEIGHTS["guide_words"] * BASIS_DECAY)


def test_an_article_found_by_itself_and_through_a_guide_scores_both() -> None:
    signals = Signals(guides={"guide_words": {"double-wage": 1.0}}, articles={"words": {Citation("劳动合同法", "82"): 0.5}})

    hit = fuse(signals, GUIDES).articles[0]

    assert hit.score == pytest.approx(ARTICLE_WEIGHTS["guides"] * GUIDE_WEIGHTS["guide_words"] + ARTICLE_WEIGHTS["words"] * 0.5)


def test_an_article_that_no_guide_rests_on_is_found_too() -> None:
    signals = Signals(guides={}, articles={"dense": {Citation("劳动法", "3"): 0.9}})

    assert [hit.citation for hit in fuse(signals, GUIDES).articles] == [Citation("劳动法", "3")]


def test_searches_that_failed_stay_named() -> None:
    assert fuse(Signals(guides={}, articles={}, degraded=("dense",)), GUIDES).degraded == ("dense",)


def test_a_repealed_article_is_never_selected() -> None:
    result = SearchResult(articles=(ArticleHit(Citation("旧办法", "3"), 0.9), ArticleHit(Citation("劳动法", "44"), 0.5)))

    selected = select(result, GUIDES, REGISTER, as_of=DAY, region="即墨")

    assert [hit.citation for hit in selected.articles] == [Citation("劳动法", "44")]


def test_an_article_is_selected_for_a_day_when_it_was_law() -> None:
    result = SearchResult(articles=(ArticleHit(Citation("旧办法", "3"), 0.9),))

    selected = select(result, GUIDES, REGISTER, as_of=date(2017, 11, 23), region="即墨")

    assert [hit.citation for hit in selected.articles] == [Citation("旧办法", "3")]


@pytest.mark.parametrize(
    ("guide", "expected"),
    [
        pytest.param(GUIDE, ["double-wage"], id="published"),
        pytest.param(replace(GUIDE, status="draft"), [], id="a draft"),
        pytest.param(replace(GUIDE, valid_from=date(2026, 11, 22)), [], id="from tomorrow"),
        pytest.param(replace(GUIDE, valid_until=DAY), [], id="ended today"),
        pytest.param(replace(GUIDE, valid_until=date(2026, 11, 22)), ["double-wage"], id="ends tomorrow"),
    ],
)
def test_only_guides_in_use_that_day_are_selected(guide: Guide, expected: list[str]) -> None:
    result = SearchResult(guides=(GuideHit("double-wage", 0.9),))

    selected = select(result, {"double-wage": guide}, REGISTER, as_of=DAY, region="即墨")

    assert [hit.guide_id for hit in selected.guides] == expected


@pytest.mark.parametrize(
    ("guide_region", "asked_from", "expected"),
    [
        pytest.param("即墨", "即墨", 1, id="the same place"),
        pytest.param("全国", "即墨", 1, id="the country holds for the district"),
        pytest.param("青岛", "即墨", 1, id="the city holds for the district"),
        pytest.param("即墨", "青岛", 0, id="the district does not hold for the city"),
        pytest.param("青岛", "山东", 0, id="the city does not hold for the province"),
        pytest.param("山东", "全国", 0, id="the province does not hold for the country"),
    ],
)
def test_a_guide_holds_for_its_own_place_and_those_inside(guide_region: str, asked_from: str, expected: int) -> None:
    result = SearchResult(guides=(GuideHit("double-wage", 0.9),))

    selected = select(result, {"double-wage": replace(GUIDE, region=guide_region)}, REGISTER, as_of=DAY, region=asked_from)

    assert len(selected.guides) == expected


def test_an_article_asked_for_by_number_comes_first_and_once() -> None:
    result = SearchResult(articles=(ArticleHit(Citation("劳动法", "44"), 0.9), ArticleHit(Citation("劳动合同法", "82"), 0.4)))

    first = put_first(result, Citation("劳动合同法", "82"))

    assert [hit.citation.article for hit in first.articles] == ["82", "44"]


def test_an_article_asked_for_by_number_scores_above_all_others() -> None:
    result = put_first(SearchResult(articles=(ArticleHit(Citation("劳动法", "44"), 0.9),)), Citation("劳动合同法", "82"))

    assert result.articles[0].score > 0.9


def test_an_article_asked_for_by_number_needs_no_other() -> None:
    assert [hit.citation.article for hit in put_first(SearchResult(), Citation("劳动合同法", "82")).articles] == ["82"]


@pytest.mark.parametrize(
    ("text", "score", "expected"),
    [
        pytest.param("公司没签劳动合同怎么办", GUIDE_FLOOR, True, id="near enough, with a word of work"),
        pytest.param("公司没签劳动合同怎么办", GUIDE_FLOOR - 0.01, False, id="too far"),
        pytest.param("这事儿该怎么弄才好呢", GUIDE_FLOOR, False, id="near, without a word of work"),
        pytest.param("这事儿该怎么弄才好呢", GUIDE_FLOOR_WITHOUT_WORK, True, id="very near, without a word of work"),
        pytest.param("离婚了孩子抚养费怎么要", 0.9, False, id="another matter"),
    ],
)
def test_a_guide_far_from_the_question_is_no_answer(text: str, score: float, expected: bool) -> None:
    assert is_answer(SearchResult(guides=(GuideHit("double-wage", score),)), text) is expected


def test_without_a_guide_there_is_no_answer() -> None:
    assert not is_answer(SearchResult(articles=(ArticleHit(Citation("劳动法", "44"), 0.9),)), "加班费怎么算")


@pytest.mark.parametrize(
    ("text", "first", "second", "expected"),
    [
        pytest.param("工资", 0.6, 0.59, True, id="two guides fit a bare word"),
        pytest.param("产假", 0.6, 0.6 - VAGUE_LEAD - 0.01, False, id="one guide leads"),
        pytest.param("产假", GUIDE_FLOOR - 0.01, 0.0, True, id="the leader is too far"),
        pytest.param("产假几天", 0.6, 0.59, False, id="long enough to tell"),
        pytest.param("你好", 0.6, 0.59, False, id="not about work"),
    ],
)
def test_a_word_that_fits_many_guides_is_vague(text: str, first: float, second: float, expected: bool) -> None:
    result = SearchResult(guides=(GuideHit("double-wage", first), GuideHit("overtime", second)))

    assert is_vague(result, text) is expected


def test_a_vague_word_is_no_answer_to_itself() -> None:
    result = SearchResult(guides=(GuideHit("double-wage", 0.9), GuideHit("overtime", 0.89)))

    assert not is_answer(result, "工资")
