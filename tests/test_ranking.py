from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.instruments import Register
from assistant.ranking import (
    ARTICLE_WEIGHTS,
    AS_WRITTEN,
    BASIS_DECAY,
    COSINE_CEILING,
    COSINE_FLOOR,
    DECIDING_SHARE,
    DECIDING_SHARE_GOING_ON,
    DEGRADED_FLOOR,
    FOREIGN_WEIGHT,
    GUIDE_FLOOR,
    GUIDE_WEIGHTS,
    HARDLY_LESS,
    LEAST_FIT,
    NEARNESS,
    RANK_DECAY,
    SUGGESTION_FLOOR,
    SURELY_OURS,
    VAGUE_LEAD,
    Part,
    article_sources,
    deciding,
    find_matters,
    fuse,
    fuse_turns,
    is_answer,
    is_nearly_an_answer,
    is_of_another_day,
    is_of_another_place,
    is_vague,
    known_since,
    put_first,
    select,
)
from assistant.types import Alarm, ArticleHit, Beside, Citation, Foreign, Guide, GuideHit, Instrument, SearchResult, Signals

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
    signals = Signals(guides={"guide_words": {"double-wage": 0.6}, "ask_dense_mean": {"double-wage": middle}}, articles={})

    result = fuse(signals, GUIDES)

    assert result.guides[0].score == pytest.approx(GUIDE_WEIGHTS["guide_words"] * 0.6 + GUIDE_WEIGHTS["ask_dense_mean"] * 0.5)


def test_a_guide_every_search_is_sure_of_scores_all_weights() -> None:
    signals = Signals(guides={name: {"double-wage": 1.0} for name in GUIDE_WEIGHTS}, articles={})

    assert fuse(signals, GUIDES).guides[0].score == pytest.approx(sum(GUIDE_WEIGHTS.values()))


@settings(deadline=None)
@given(SCORES, SCORES, SCORES)
def test_no_guide_scores_below_zero_or_above_all_weights(asks: dict[str, float], words: dict[str, float], dense: dict[str, float]) -> None:
    words = {guide_id: abs(score) for guide_id, score in words.items()}
    weights = sum(GUIDE_WEIGHTS[name] for name in ("learned", "guide_words", "ask_dense_mean"))

    result = fuse(Signals(guides={"learned": asks, "guide_words": words, "ask_dense_mean": dense}, articles={}), GUIDES)

    assert [hit.score for hit in result.guides if not 0 <= hit.score <= weights + 1e-9] == []


@settings(deadline=None)
@given(SCORES, SCORES)
def test_guides_come_best_first(asks: dict[str, float], dense: dict[str, float]) -> None:
    scores = [hit.score for hit in fuse(Signals(guides={"ask_dense": asks, "ask_dense_mean": dense}, articles={}), GUIDES).guides]

    assert scores == sorted(scores, reverse=True)


def _told_from_written(cosine: float) -> Signals:
    """Every search prefers overtime and what was learned calls it somebody else's; one ask of double-wage is as near as *cosine*."""
    sources = {name: {"overtime": 0.5, "double-wage": 0.1} for name in GUIDE_WEIGHTS}
    return Signals({**sources, "ask_dense": {"overtime": 0.7, "double-wage": cosine}}, {}, foreign=Foreign(margin=0.9))


def test_the_guide_that_has_the_question_among_its_asks_leads_whatever_else_is_found() -> None:
    result = fuse(_told_from_written(AS_WRITTEN), GUIDES)

    assert [hit.guide_id for hit in result.guides] == ["double-wage", "overtime"]
    assert is_answer(result, "押金收条丢了，咋要回来")


def test_a_question_that_only_resembles_an_ask_is_ranked_by_all_searches() -> None:
    result = fuse(_told_from_written(AS_WRITTEN - 0.01), GUIDES)

    assert [hit.guide_id for hit in result.guides] == ["overtime", "double-wage"]
    assert not is_answer(result, "押金收条丢了，咋要回来")


def test_an_earlier_question_that_was_an_ask_does_not_lead_the_next() -> None:
    now = Signals({name: {"overtime": 0.5, "double-wage": 0.1} for name in GUIDE_WEIGHTS}, {})

    result = fuse_turns([Part(now), Part(_told_from_written(1.0), 0.3, own=False, decides=False)], GUIDES)

    assert result.guides[0].guide_id == "overtime"


def test_guides_of_equal_score_come_in_the_order_of_their_names() -> None:
    signals = Signals(guides={"guide_words": {"overtime": 0.5, "double-wage": 0.5}}, articles={})

    assert [hit.guide_id for hit in fuse(signals, GUIDES).guides] == ["double-wage", "overtime"]


def test_a_hit_keeps_what_each_search_said() -> None:
    signals = Signals(guides={"guide_words": {"overtime": 0.5}, "ask_dense_mean": {"overtime": 0.912345}}, articles={})

    assert fuse(signals, GUIDES).guides[0].sources == (("guide_words", 0.5), ("ask_dense_mean", 0.9123))


def test_a_guide_that_is_no_longer_there_is_left_out() -> None:
    assert fuse(Signals(guides={"guide_words": {"deleted": 1.0}}, articles={}), GUIDES).guides == ()


def test_a_guide_brings_the_articles_it_rests_on_the_first_one_first() -> None:
    result = fuse(Signals(guides={"guide_words": {"double-wage": 1.0}}, articles={}), GUIDES)

    assert [hit.citation.article for hit in result.articles] == ["82", "10"]


def test_what_several_guides_lend_to_one_article_adds_up() -> None:
    # 劳动合同法第十条 is second in both guides; the better guide scores 1.0 of the words.
    signals = Signals(guides={"guide_words": {"double-wage": 1.0, "overtime": 0.5}}, articles={})

    scores = {hit.citation: hit.score for hit in fuse(signals, GUIDES).articles}

    best = GUIDE_WEIGHTS["guide_words"] * BASIS_DECAY
    # The other guide has half the score and trails by half, which counts twice, and lends as the second.
    assert scores[Citation("劳动合同法", "10")] == pytest.approx(ARTICLE_WEIGHTS["guides"] * best * (1 + 0.125 * RANK_DECAY))


def test_an_article_found_by_itself_and_through_a_guide_scores_both() -> None:
    signals = Signals(guides={"guide_words": {"double-wage": 1.0}}, articles={"words": {Citation("劳动合同法", "82"): 0.5}})

    hit = fuse(signals, GUIDES).articles[0]

    lent = ARTICLE_WEIGHTS["guides"] * GUIDE_WEIGHTS["guide_words"]
    assert hit.score == pytest.approx(lent + ARTICLE_WEIGHTS["words"] * 0.5)


def test_an_article_that_no_guide_rests_on_is_found_too() -> None:
    signals = Signals(guides={}, articles={"dense": {Citation("劳动法", "3"): 0.9}})

    assert [hit.citation for hit in fuse(signals, GUIDES).articles] == [Citation("劳动法", "3")]


def found(score: float, guide: str = "double-wage", **values: object) -> Signals:
    return replace(Signals(guides={"learned": {guide: score}}, articles={}), **values)  # type: ignore[arg-type]


def test_several_searches_of_one_question_are_averaged_by_what_they_count() -> None:
    result = fuse_turns([Part(found(1.0), 3.0), Part(found(1.0, "overtime"), 1.0)], GUIDES)

    assert [(hit.guide_id, hit.score) for hit in result.guides] == [
        ("double-wage", pytest.approx(0.75 * GUIDE_WEIGHTS["learned"])),
        ("overtime", pytest.approx(0.25 * GUIDE_WEIGHTS["learned"])),
    ]
    assert {hit.citation for hit in result.articles} == {*GUIDE.basis, *OTHER.basis}


def test_articles_are_lent_by_the_guides_that_all_searches_find_together() -> None:
    signals = found(1.0), found(1.0, "overtime")

    together = fuse_turns([Part(signals[0], 0.75), Part(signals[1], 0.25)], GUIDES)

    lent = article_sources([Part(signals[0])], together.guides, GUIDES)["guides"]
    assert {hit.citation: hit.score for hit in together.articles} == pytest.approx(
        {citation: ARTICLE_WEIGHTS["guides"] * lent.get(citation, 0.0) for citation in {*GUIDE.basis, *OTHER.basis}}
    )


@pytest.mark.parametrize(
    ("probabilities", "first"),
    [
        pytest.param({"double-wage": 0.1, "overtime": 0.9}, "overtime", id="the probable one passes the one found a little better"),
        pytest.param({"double-wage": 0.5, "overtime": 0.5}, "double-wage", id="equally probable"),
        pytest.param({"double-wage": 0.9}, "double-wage", id="only the better found one was learned"),
        pytest.param({}, "double-wage", id="nothing was learned"),
    ],
)
def test_of_guides_found_alike_the_more_probable_one_comes_first(probabilities: dict[str, float], first: str) -> None:
    signals = Signals({"guide_words": {"double-wage": 0.6, "overtime": 0.5}, "classified": probabilities}, {})

    assert fuse(signals, GUIDES).guides[0].guide_id == first


def test_a_probability_finds_no_guide_that_nothing_else_finds() -> None:
    signals = Signals({"guide_words": {"double-wage": 0.01}, "classified": {"overtime": 1.0}}, {})

    assert [(hit.guide_id, hit.score > 0) for hit in fuse(signals, GUIDES).guides] == [("double-wage", True), ("overtime", False)]


def test_a_sure_guide_scores_what_it_is_found_with() -> None:
    found_alone = {"guide_words": {"double-wage": 0.6}}

    assert fuse(Signals({**found_alone, "classified": {"double-wage": 1.0}}, {}), GUIDES).guides[0].score == pytest.approx(
        fuse(Signals(found_alone, {}), GUIDES).guides[0].score
    )


@pytest.mark.parametrize("share", [0.0, 0.2, 1.0])
def test_how_near_a_question_is_does_not_hang_on_which_guide_is_probable(share: float) -> None:
    found_alone = {"guide_words": {"double-wage": 0.6, "overtime": 0.5}}

    with_shares = fuse(Signals({**found_alone, "classified": {"double-wage": share}}, {}), GUIDES)
    assert with_shares.nearness == fuse(Signals(found_alone, {}), GUIDES).nearness


def test_articles_of_a_search_are_averaged_and_those_of_one_that_is_not_its_own_left_out() -> None:
    law = {number: Signals(guides={}, articles={"gist_words": {Citation("劳动法", number): 1.0}}) for number in ("1", "2", "3")}

    result = fuse_turns([Part(law["1"], 0.3), Part(law["2"], 0.1), Part(law["3"], 5.0, own=False)], GUIDES)

    assert {hit.citation.article: hit.score for hit in result.articles} == pytest.approx(
        {"1": 0.75 * ARTICLE_WEIGHTS["gist_words"], "2": 0.25 * ARTICLE_WEIGHTS["gist_words"]}
    )


def test_the_guides_of_a_search_that_is_not_its_own_count() -> None:
    result = fuse_turns([Part(found(1.0), 0.9), Part(found(1.0, "overtime"), 0.1, own=False)], GUIDES)

    assert [(hit.guide_id, hit.score) for hit in result.guides] == [
        ("double-wage", pytest.approx(0.9 * GUIDE_WEIGHTS["learned"])),
        ("overtime", pytest.approx(0.1 * GUIDE_WEIGHTS["learned"])),
    ]


def test_the_first_of_several_searches_says_what_kind_of_question_it_is() -> None:
    alarm = Alarm("injury_now", 0.5)

    result = fuse_turns([Part(found(0.2, foreign=Foreign(margin=0.3))), Part(found(1.0, alarm=alarm, degraded=("embedding",)))], GUIDES)

    assert (result.nearness, result.alarm) == (fuse(found(0.2, foreign=Foreign(margin=0.3)), GUIDES).nearness, None)
    assert result.degraded == ("embedding",)


def test_a_hit_of_several_searches_keeps_what_the_first_that_found_it_said() -> None:
    result = fuse_turns([Part(found(0.2)), Part(found(1.0)), Part(found(0.7, "overtime"))], GUIDES)

    assert {hit.guide_id: hit.sources for hit in result.guides} == {"double-wage": (("learned", 0.2),), "overtime": (("learned", 0.7),)}


def test_one_search_alone_is_fused_as_it_is() -> None:
    assert fuse_turns([Part(found(0.4), 0.3)], GUIDES) == fuse(found(0.4), GUIDES)


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
        pytest.param("这事儿该怎么弄才好呢", GUIDE_FLOOR, True, id="near enough, without a word of work"),
        pytest.param("离婚了孩子抚养费怎么要", SURELY_OURS - 0.01, False, id="another matter"),
        pytest.param("个人能拿这个贷款不", SURELY_OURS, True, id="a word of another matter where the guide is surely it"),
    ],
)
def test_a_guide_far_from_the_question_is_no_answer(text: str, score: float, expected: bool) -> None:
    assert is_answer(SearchResult(guides=(GuideHit("double-wage", 0.3),), nearness=score), text) is expected


def test_without_a_guide_there_is_no_answer() -> None:
    assert not is_answer(SearchResult(articles=(ArticleHit(Citation("劳动法", "44"), 0.9),), nearness=2.0), "加班费怎么算")


@pytest.mark.parametrize(
    ("text", "first", "second", "expected"),
    [
        pytest.param("工资", 0.6, 0.59, True, id="two guides fit a bare word"),
        pytest.param("产假", 0.6, 0.6 - VAGUE_LEAD - 0.01, False, id="one guide leads"),
        pytest.param("产假", 0.0, 0.0, True, id="nothing is near"),
        pytest.param("产假几天", 0.6, 0.59, False, id="long enough to tell"),
        pytest.param("你好", 0.6, 0.59, False, id="not about work"),
    ],
)
def test_a_word_that_fits_many_guides_is_vague(text: str, first: float, second: float, expected: bool) -> None:
    result = SearchResult(guides=(GuideHit("double-wage", first), GuideHit("overtime", second)), nearness=GUIDE_FLOOR if first else 0.0)

    assert is_vague(result, text) is expected


def test_a_vague_word_is_no_answer_to_itself() -> None:
    result = SearchResult(guides=(GuideHit("double-wage", 0.9), GuideHit("overtime", 0.89)), nearness=2.0)

    assert not is_answer(result, "工资")


# -- a guide of another day ------------------------------------------------------------------------------------

SINCE = date(2024, 1, 1)
NOW = replace(GUIDE, valid_from=SINCE)
BEFORE = replace(GUIDE, id="double-wage-before", valid_until=SINCE, replaced_by="double-wage")
DATED = {"double-wage": NOW, "double-wage-before": BEFORE, "overtime": OTHER}
UNDATED = {"double-wage": NOW, "overtime": OTHER}
LAST_DAY = date(2023, 12, 31)
BOTH, FIRST, SECOND = Citation("劳动合同法", "10"), Citation("劳动合同法", "82"), Citation("劳动法", "44")
WAGES = "公司没签劳动合同怎么办"


def choose(guides: dict[str, Guide], on: date, *found: tuple[str, float], region: str = "即墨", nearness: float = 2.0) -> SearchResult:
    hits = tuple(GuideHit(guide_id, score) for guide_id, score in found)
    return select(SearchResult(hits, nearness=nearness), guides, REGISTER, as_of=on, region=region)


def test_a_guide_not_yet_in_use_gives_its_place_to_the_one_before_it() -> None:
    chosen = choose(DATED, LAST_DAY, ("double-wage", 0.9), ("overtime", 0.5))

    assert [(hit.guide_id, hit.score) for hit in chosen.guides] == [("double-wage-before", 0.9), ("overtime", 0.5)]
    assert chosen.lapsed == ()


def test_from_its_first_day_on_the_later_guide_stands_for_itself() -> None:
    chosen = choose(DATED, SINCE, ("double-wage", 0.9), ("double-wage-before", 0.8))

    assert [hit.guide_id for hit in chosen.guides] == ["double-wage"]


def test_a_matter_is_known_since_the_first_guide_after_the_day() -> None:
    first = replace(BEFORE, id="double-wage-first", valid_from=date(2015, 1, 1), valid_until=BEFORE.valid_from, replaced_by=BEFORE.id)
    guides = {**DATED, first.id: first}

    assert known_since(NOW, guides, LAST_DAY) == NOW.valid_from
    assert known_since(NOW, guides, BEFORE.valid_from - timedelta(1)) == BEFORE.valid_from
    assert known_since(NOW, guides, first.valid_from - timedelta(1)) == first.valid_from


def test_the_guide_before_stands_once_where_it_was_found_itself_too() -> None:
    chosen = choose(DATED, LAST_DAY, ("double-wage", 0.9), ("overtime", 0.5), ("double-wage-before", 0.4))

    assert [(hit.guide_id, hit.score) for hit in chosen.guides] == [("double-wage-before", 0.9), ("overtime", 0.5)]


def test_words_of_the_guide_that_gave_way_lead_to_the_one_that_followed_it() -> None:
    chosen = choose(DATED, DAY, ("double-wage-before", 0.9), ("overtime", 0.5))

    assert ([hit.guide_id for hit in chosen.guides], chosen.lapsed) == (["double-wage", "overtime"], ())


def test_what_followed_is_not_told_before_its_day() -> None:
    guides = {**DATED, "double-wage": replace(NOW, valid_from=date(2030, 1, 1))}

    assert choose(guides, DAY, ("double-wage-before", 0.9)).lapsed == ("double-wage-before",)


def test_a_day_between_two_guides_of_a_matter_is_a_gap() -> None:
    guides = {**DATED, "double-wage-before": replace(BEFORE, valid_until=date(2022, 1, 1))}

    assert choose(guides, LAST_DAY, ("double-wage", 0.9), ("overtime", 0.5)).lapsed == ("double-wage",)


@pytest.mark.parametrize(
    ("guide", "on"),
    [
        pytest.param(NOW, LAST_DAY, id="before it begins"),
        pytest.param(replace(GUIDE, valid_until=SINCE), SINCE, id="on the day it has ended"),
    ],
)
def test_a_leader_of_another_day_that_nobody_stands_in_for_is_named(guide: Guide, on: date) -> None:
    chosen = choose({"double-wage": guide, "overtime": OTHER}, on, ("double-wage", 0.9), ("overtime", 0.8))

    assert (chosen.lapsed, [hit.guide_id for hit in chosen.guides]) == (("double-wage",), ["overtime"])


def test_a_matter_older_than_the_guide_before_is_a_gap_too() -> None:
    assert choose(DATED, date(2019, 12, 31), ("double-wage", 0.9)).lapsed == ("double-wage",)


def test_a_guide_of_another_day_behind_one_in_use_is_no_gap() -> None:
    assert choose(UNDATED, LAST_DAY, ("overtime", 0.9), ("double-wage", 0.8)).lapsed == ()


def test_only_the_first_of_several_guides_of_another_day_is_named() -> None:
    guides = {"double-wage": NOW, "overtime": replace(OTHER, valid_from=SINCE)}

    assert choose(guides, LAST_DAY, ("overtime", 0.9), ("double-wage", 0.8)).lapsed == ("overtime",)


def test_a_guide_of_another_day_and_another_place_is_no_gap() -> None:
    guides = {"double-wage": replace(NOW, region="即墨"), "overtime": OTHER}

    chosen = choose(guides, LAST_DAY, ("double-wage", 0.9), ("overtime", 0.5), region="青岛")
    assert (chosen.lapsed, [hit.guide_id for hit in chosen.guides]) == ((), ["overtime"])


def test_where_nothing_is_found_nothing_has_lapsed() -> None:
    chosen = choose(DATED, DAY)

    assert (chosen.guides, chosen.lapsed) == ((), ())


def test_the_next_best_guide_is_no_answer_to_a_question_of_another_day() -> None:
    chosen = choose(UNDATED, LAST_DAY, ("double-wage", 0.9), ("overtime", 0.9))

    assert not is_answer(chosen, WAGES)
    assert is_answer(choose(UNDATED, SINCE, ("double-wage", 0.9), ("overtime", 0.9)), WAGES)


@pytest.mark.parametrize(
    ("text", "nearness", "expected"),
    [
        pytest.param(WAGES, GUIDE_FLOOR, True, id="near enough, with a word of work"),
        pytest.param(WAGES, GUIDE_FLOOR - 0.01, False, id="too far"),
        pytest.param("这事儿该怎么弄才好呢", GUIDE_FLOOR, True, id="near enough, without a word of work"),
        pytest.param("离婚了孩子抚养费怎么要", SURELY_OURS - 0.01, False, id="another matter"),
        pytest.param("个人能拿这个贷款不", SURELY_OURS, True, id="a word of another matter where the guide is surely it"),
    ],
)
def test_a_question_is_of_another_day_where_it_would_have_been_answered_on_one(text: str, nearness: float, expected: bool) -> None:
    assert is_of_another_day(choose(UNDATED, LAST_DAY, ("double-wage", 0.3), nearness=nearness), text) is expected


def test_without_vectors_a_word_of_another_matter_rules_out_every_guide() -> None:
    found = SearchResult(guides=(GuideHit("double-wage", 0.3),), nearness=2.0, degraded=("vectors",))

    assert not is_answer(found, "离婚了孩子抚养费怎么要")


def test_without_vectors_the_lower_floor_decides_whether_a_question_is_of_another_day() -> None:
    lapsed = choose(UNDATED, LAST_DAY, ("double-wage", 0.3), nearness=DEGRADED_FLOOR)

    assert not is_of_another_day(lapsed, WAGES)
    assert is_of_another_day(replace(lapsed, degraded=("vectors",)), WAGES)
    assert not is_of_another_day(replace(lapsed, degraded=("vectors",), nearness=DEGRADED_FLOOR - 0.001), WAGES)


def test_a_question_with_an_answer_is_of_its_own_day() -> None:
    assert not is_of_another_day(choose(UNDATED, DAY, ("double-wage", 0.9)), WAGES)


def test_what_else_a_search_found_is_kept_by_the_choice() -> None:
    alarm = Alarm("violence", 0.2)
    chosen = select(SearchResult(degraded=("vectors",), alarm=alarm), DATED, REGISTER, as_of=DAY, region="即墨")

    assert (chosen.degraded, chosen.alarm) == (("vectors",), alarm)


def test_of_three_guides_that_followed_each_other_the_first_is_found_for_its_days() -> None:
    first = replace(GUIDE, id="double-wage-first", valid_until=date(2022, 1, 1), replaced_by="double-wage-before")
    guides = {**DATED, "double-wage-first": first, "double-wage-before": replace(BEFORE, valid_from=date(2022, 1, 1))}

    assert [hit.guide_id for hit in choose(guides, date(2021, 6, 1), ("double-wage", 0.9)).guides] == ["double-wage-first"]


def test_the_guide_before_is_shown_only_in_its_place() -> None:
    guides = {**DATED, "double-wage-before": replace(BEFORE, region="即墨")}

    assert choose(guides, LAST_DAY, ("double-wage", 0.9), region="全国").guides == ()


def test_a_matter_known_only_for_another_place_is_named_and_the_next_guide_is_no_answer() -> None:
    guides = {**DATED, "double-wage": replace(NOW, region="即墨")}
    chosen = choose(guides, DAY, ("double-wage", 0.9), ("overtime", 0.8), region="全国")

    assert (chosen.elsewhere, chosen.lapsed) == (("double-wage",), ())
    assert not is_answer(chosen, WAGES)
    assert is_of_another_place(chosen, WAGES)


@pytest.mark.parametrize(("share", "named"), [(HARDLY_LESS, ()), (HARDLY_LESS - 0.01, ("double-wage",))])
def test_a_guide_that_may_be_told_and_is_hardly_less_near_takes_the_place_of_one_of_another_place(
    share: float, named: tuple[str, ...]
) -> None:
    guides = {**DATED, "double-wage": replace(NOW, region="即墨")}

    chosen = choose(guides, DAY, ("double-wage", 0.5), ("overtime", 0.5 * share), region="全国")
    assert (chosen.elsewhere, [hit.guide_id for hit in chosen.guides]) == (named, ["overtime"])


def test_a_guide_of_another_place_behind_one_of_this_place_changes_nothing() -> None:
    guides = {**DATED, "double-wage": replace(NOW, region="即墨")}
    chosen = choose(guides, DAY, ("overtime", 0.9), ("double-wage", 0.8), region="全国")

    assert chosen.elsewhere == ()
    assert is_answer(chosen, WAGES)
    assert not is_of_another_place(chosen, WAGES)


@pytest.mark.parametrize(
    ("text", "nearness", "degraded", "expected"),
    [
        pytest.param(WAGES, SUGGESTION_FLOOR, (), True, id="nearly, in words of work"),
        pytest.param(WAGES, SUGGESTION_FLOOR - 0.01, (), False, id="far"),
        pytest.param("这事儿该怎么弄才好呢", SUGGESTION_FLOOR, (), False, id="without a word of work"),
        pytest.param("离婚了孩子抚养费怎么要", SUGGESTION_FLOOR, (), False, id="another matter"),
        pytest.param(WAGES, DEGRADED_FLOOR - 0.01, ("vectors",), False, id="without vectors"),
    ],
)
def test_guides_are_worth_naming_where_a_question_of_work_is_nearly_answered(
    text: str, nearness: float, degraded: tuple[str, ...], expected: bool
) -> None:
    found = SearchResult(guides=(GuideHit("double-wage", 0.3),), nearness=nearness, degraded=degraded)

    assert is_nearly_an_answer(found, text) is expected
    assert not is_answer(found, text)


# -- how near a question is ------------------------------------------------------------------------------------


def test_a_question_is_near_by_its_best_guide_and_its_nearest_asks() -> None:
    guides = {"guide_words": {"double-wage": 0.5}, "ask_dense_mean": {"overtime": COSINE_CEILING, "double-wage": COSINE_FLOOR}}

    best = max(GUIDE_WEIGHTS["guide_words"] * 0.5, GUIDE_WEIGHTS["ask_dense_mean"])
    assert fuse(Signals(guides, {}), GUIDES).nearness == pytest.approx(best + NEARNESS)


def test_a_question_is_farther_by_what_it_has_of_other_peoples_business() -> None:
    guides = {"guide_words": {"double-wage": 0.5}}

    near, far = fuse(Signals(guides, {}), GUIDES), fuse(Signals(guides, {}, foreign=Foreign(margin=0.4)), GUIDES)
    assert near.nearness - far.nearness == pytest.approx(FOREIGN_WEIGHT * 0.4)


def test_without_vectors_a_question_is_as_near_as_its_best_guide() -> None:
    signals = Signals({"guide_words": {"double-wage": 0.5}}, {"gist_dense": {FIRST: 0.99}}, degraded=("vectors",))

    assert fuse(signals, GUIDES).nearness == pytest.approx(GUIDE_WEIGHTS["guide_words"] * 0.5)


def test_where_nothing_is_found_nothing_is_near() -> None:
    assert fuse(Signals({}, {}), GUIDES).nearness == 0.0


# -- what guides lend to articles ------------------------------------------------------------------------------

LENT = Signals(guides={}, articles={})
HITS = (GuideHit("double-wage", 0.8), GuideHit("overtime", 0.4))


def test_what_guides_lend_adds_up_and_counts_less_with_each_further_guide_and_the_further_it_trails() -> None:
    # The second guide trails by half: half of its score, less a half twice over.
    lent = article_sources([Part(LENT)], HITS, GUIDES)["guides"]

    second = 0.4 * 0.25 * RANK_DECAY
    assert lent == pytest.approx({FIRST: 0.8, BOTH: 0.8 * BASIS_DECAY + second * BASIS_DECAY, SECOND: second})


def test_a_guide_lends_to_each_article_the_share_that_it_has_in_the_answer_to_this_question() -> None:
    signals = Signals({}, {}, within={"double-wage": {FIRST: 0.1, BOTH: 0.9}, "overtime": {BOTH: 0.5}})

    assert article_sources([Part(signals)], HITS, GUIDES)["guides"] == pytest.approx(
        {FIRST: 0.08, BOTH: 0.72 + 0.4 * 0.25 * RANK_DECAY * 0.5}
    )


def test_of_several_searches_the_shares_within_a_guide_are_averaged_by_what_they_count() -> None:
    before = Signals({}, {}, within={"double-wage": {FIRST: 1.0}})
    now = Signals({}, {}, within={"double-wage": {BOTH: 1.0}})

    lent = article_sources([Part(now, 3.0), Part(before, 1.0)], HITS[:1], GUIDES)["guides"]

    assert lent == pytest.approx({BOTH: 0.6, FIRST: 0.2})


def test_a_search_that_does_not_decide_says_nothing_of_the_shares_within_a_guide() -> None:
    told = Signals({}, {}, within={"double-wage": {FIRST: 1.0}})
    asked = Signals({}, {}, within={"double-wage": {BOTH: 1.0}})

    lent = article_sources([Part(told, 3.0, decides=False), Part(asked, 1.0)], HITS[:1], GUIDES)["guides"]

    assert lent == pytest.approx({BOTH: 0.8})


def test_where_no_search_decides_all_of_them_do() -> None:
    told = Signals({}, {}, within={"double-wage": {FIRST: 1.0}})

    lent = article_sources([Part(told, 3.0, decides=False)], HITS[:1], GUIDES)["guides"]

    assert lent == pytest.approx({FIRST: 0.8})


def test_only_the_first_ten_guides_lend() -> None:
    guides = {f"g{number:02}": replace(GUIDE, id=f"g{number:02}", basis=(Citation("劳动法", str(number)),)) for number in range(1, 12)}
    hits = [GuideHit(guide_id, 0.5) for guide_id in guides]

    sources = article_sources([Part(LENT)], hits, guides)
    assert [citation.article for citation in sources["guides"]] == [str(number) for number in range(1, 11)]


@pytest.mark.parametrize("hits", [(), (GuideHit("double-wage", 0.0),)], ids=["no guide", "a guide of no worth"])
def test_without_a_guide_nothing_is_lent(hits: tuple[GuideHit, ...]) -> None:
    assert all(set(lent.values()) <= {0.0} for lent in article_sources([Part(LENT)], hits, GUIDES).values())


@pytest.mark.parametrize("name", sorted({*ARTICLE_WEIGHTS} - {"guides"}))
def test_each_search_of_articles_counts_by_its_weight(name: str) -> None:
    hit = fuse(Signals(guides={}, articles={name: {SECOND: 1.0}}), GUIDES).articles[0]

    assert (hit.citation, hit.score) == (SECOND, pytest.approx(ARTICLE_WEIGHTS[name]))


@pytest.mark.parametrize("name", ["dense", "gist_dense", "ask_dense"])
def test_likeness_of_articles_counts_within_its_narrow_band(name: str) -> None:
    middle = (COSINE_FLOOR + COSINE_CEILING) / 2

    assert fuse(Signals(guides={}, articles={name: {SECOND: middle}}), GUIDES).articles[0].score == pytest.approx(ARTICLE_WEIGHTS[name] / 2)


def test_a_hit_of_an_article_keeps_what_searches_and_guides_said() -> None:
    signals = Signals(guides={"guide_words": {"double-wage": 1.0}}, articles={"gist_dense": {FIRST: 0.91234}})

    hit = next(hit for hit in fuse(signals, GUIDES).articles if hit.citation == FIRST)
    lent = GUIDE_WEIGHTS["guide_words"]
    assert dict(hit.sources) == pytest.approx({"gist_dense": 0.9123, "guides": lent})


def test_the_articles_that_decide_are_those_of_the_guide_near_the_best_of_them() -> None:
    numbers = {"10": 2.0, "99": 1.9, "82": 1.3, "14": 1.2, "20": 0.9}
    hits = tuple(ArticleHit(Citation("劳动合同法", number), score, ()) for number, score in numbers.items())
    guide = replace(
        GUIDE,
        basis=tuple(Citation("劳动合同法", number) for number in ("82", "10", "20")),
        see_also=(Beside(Citation("劳动合同法", "14"), "满一年"),),
    )

    found = deciding(SearchResult(articles=hits), guide)

    # 99 is another guide's; 20 trails the best by more than the share allows.
    assert [citation.article for citation in found] == ["10", "82", "14"]


def test_fewer_articles_decide_a_question_that_goes_on_about_the_one_before() -> None:
    scores = {"10": 1.0, "82": DECIDING_SHARE_GOING_ON + 0.01, "20": (DECIDING_SHARE + DECIDING_SHARE_GOING_ON) / 2}
    hits = tuple(ArticleHit(Citation("劳动合同法", number), score, ()) for number, score in scores.items())
    guide = replace(GUIDE, basis=tuple(hit.citation for hit in hits), see_also=())

    first, later = (deciding(SearchResult(articles=hits), guide, goes_on=goes_on) for goes_on in (False, True))

    assert [citation.article for citation in first] == ["10", "82", "20"]
    assert [citation.article for citation in later] == ["10", "82"]


def test_no_article_decides_where_the_guide_has_none() -> None:
    assert (
        deciding(SearchResult(articles=(ArticleHit(Citation("劳动合同法", "10"), 2.0, ()),)), replace(GUIDE, basis=(), see_also=())) == ()
    )


def test_a_guide_that_hardly_fits_is_no_answer_however_near_the_question_sounds() -> None:
    near = SearchResult(guides=(GuideHit(GUIDE.id, LEAST_FIT - 0.01, ()),), nearness=1.0)

    assert not is_answer(near, "明儿下雪不")
    assert is_answer(replace(near, guides=(GuideHit(GUIDE.id, LEAST_FIT, ()),)), "明儿下雪不")
    assert is_answer(near, "厂里明儿下雪发不发工资")


# -- several questions of one message -------------------------------------------------------------------------


def result_of(*guides: str, nearness: float = 1.0) -> SearchResult:
    return SearchResult(guides=tuple(GuideHit(guide, 0.9 - place / 10) for place, guide in enumerate(guides)), nearness=nearness)


A, B = result_of("a", "x", "y"), result_of("b", "z", "a")
ASKED = ["工资怎么要", "社保怎么补"]


def test_questions_with_a_lead_of_their_own_are_matters() -> None:
    assert find_matters(A, "工资和社保", [A, B], ASKED) == ((0, 1), False, False)


@pytest.mark.parametrize(
    "second",
    [
        pytest.param(result_of("a", "b"), id="the same lead"),
        pytest.param(result_of("x", "a"), id="each among the first of the other"),
        pytest.param(result_of("b", nearness=0.23), id="one that is no answer"),
        pytest.param(replace(result_of("b"), lapsed=("c",)), id="one of another day"),
        pytest.param(SearchResult(nearness=1.0), id="nothing found"),
    ],
)
def test_questions_without_a_lead_of_their_own_are_one_matter(second: SearchResult) -> None:
    assert find_matters(A, "工资和社保", [A, second], ASKED) is None


def test_the_guide_of_the_whole_message_is_not_lost() -> None:
    assert find_matters(result_of("w"), "工资和社保", [A, B], ASKED) is None
    assert find_matters(result_of("z"), "工资和社保", [A, B], ASKED) is not None
    assert find_matters(result_of("w", nearness=0.1), "工资和社保", [A, B], ASKED) is not None


@pytest.mark.parametrize(("score", "is_cut"), [(0.89, True), (0.9, False)])
def test_a_message_whose_questions_are_each_answered_better_than_the_whole_is_cut(score: float, is_cut: bool) -> None:
    whole = replace(result_of("w"), guides=(GuideHit("w", score, ()),))

    assert (find_matters(whole, "工资和社保", [A, B], ASKED) is not None) is is_cut


@pytest.mark.parametrize(
    ("text", "nearness", "expected"),
    [
        pytest.param("离婚孩子归谁", SUGGESTION_FLOOR, ((0,), True, False), id="another matter, far"),
        pytest.param("路灯坏了找谁", 0.1, ((0,), True, False), id="no word of work, very far"),
        pytest.param("路灯坏了找谁", SUGGESTION_FLOOR, None, id="no word of work, not so far"),
        pytest.param("班车晚点扣工资吗", 0.1, None, id="a word of work, very far"),
    ],
)
def test_only_what_is_clearly_not_ours_is_called_so(text: str, nearness: float, expected: object) -> None:
    assert find_matters(A, "工资和别的", [A, result_of("b", nearness=nearness)], ["工资怎么要", text]) == expected


def test_without_vectors_nothing_is_called_not_ours() -> None:
    far = replace(result_of("b", nearness=0.0), degraded=("embedding",))

    assert find_matters(A, "工资和别的", [A, far], ["工资怎么要", "路灯坏了找谁"]) is None


def test_of_three_questions_one_that_is_not_understood_is_left_over() -> None:
    assert find_matters(A, "三件", [A, B, result_of("c", nearness=SUGGESTION_FLOOR)], [*ASKED, "工装谁洗"]) == ((0, 1), False, True)
