from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.types import Citation
from eval.cases import GoldArticle, Number
from eval.measures import (
    LEGAL_TERMS,
    RETRIEVAL,
    citation_precision,
    citation_recall,
    retrieval,
    says,
    says_number,
    sentence_length,
    success_at,
    unexplained_terms,
    without_mistakes,
)

LAW = "劳动合同法"
DECIDES = GoldArticle(law=LAW, article="82")
RIGHT_AS_WELL = GoldArticle(law=LAW, article="10", grade=1)
OTHER = Citation(LAW, "1")


def amount(value: str, unit: str, tolerance: str = "0") -> Number:
    return Number(name="数", value=value, unit=unit, tolerance=Decimal(tolerance))


# -- what was found -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        # Found: a wrong one, the right as well (grade 1), the deciding one (grade 2).
        pytest.param("recall@1", 0.0, id="recall@1: none of two"),
        pytest.param("recall@5", 1.0, id="recall@5: both of two"),
        pytest.param("MRR@10", 0.5, id="MRR@10: the first right one is second"),
        # DCG = 1/log2(3) + 2/log2(4) = 0.6309 + 1; ideal = 2/log2(2) + 1/log2(3) = 2.6309.
        pytest.param("nDCG@10", 1.6309 / 2.6309, id="nDCG@10: the better one stands behind"),
    ],
)
def test_a_ranking_gets_the_values_worked_out_by_hand(measure: str, expected: float) -> None:
    values = retrieval({"q": [DECIDES, RIGHT_AS_WELL]}, {"q": [OTHER, RIGHT_AS_WELL.citation, DECIDES.citation]})

    assert values[measure]["q"] == pytest.approx(expected, abs=1e-4)


def test_half_of_the_articles_found_is_half_the_recall() -> None:
    values = retrieval({"q": [DECIDES, RIGHT_AS_WELL]}, {"q": [RIGHT_AS_WELL.citation, OTHER]})

    assert values["recall@10"]["q"] == 0.5


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        # place is counted from 1: recall@1, @5, @10, @20
        pytest.param(1, [1.0, 1.0, 1.0, 1.0], id="first"),
        pytest.param(5, [0.0, 1.0, 1.0, 1.0], id="fifth"),
        pytest.param(6, [0.0, 0.0, 1.0, 1.0], id="sixth"),
        pytest.param(10, [0.0, 0.0, 1.0, 1.0], id="tenth"),
        pytest.param(11, [0.0, 0.0, 0.0, 1.0], id="eleventh"),
        pytest.param(21, [0.0, 0.0, 0.0, 0.0], id="twenty-first"),
    ],
)
def test_recall_counts_the_places_up_to_its_own(place: int, expected: list[float]) -> None:
    wrong = [Citation("工会法", str(number)) for number in range(1, 25)]
    ranking = [*wrong[: place - 1], DECIDES.citation, *wrong[place:]]

    values = retrieval({"q": [DECIDES]}, {"q": ranking})
    assert [values[name]["q"] for name in ("recall@1", "recall@5", "recall@10", "recall@20")] == expected


def test_our_order_decides_and_no_tie_is_broken_by_name() -> None:
    before, after = Citation("工会法", "1"), Citation("阿法", "1")
    gold = [GoldArticle(law="工会法", article="1")]

    values = retrieval({"first": gold, "second": gold}, {"first": [before, after], "second": [after, before]})
    assert values["MRR@10"] == {"first": 1.0, "second": 0.5}


def test_an_article_ranked_twice_stands_at_its_better_place() -> None:
    values = retrieval({"q": [DECIDES]}, {"q": [DECIDES.citation, OTHER, DECIDES.citation]})

    assert values["MRR@10"]["q"] == 1.0


def test_a_question_for_which_nothing_was_found_gets_nought() -> None:
    values = retrieval({"found": [DECIDES], "lost": [DECIDES]}, {"found": [DECIDES.citation], "lost": []})

    assert {name: scores["lost"] for name, scores in values.items()} == dict.fromkeys(RETRIEVAL, 0.0)


def test_a_question_without_gold_articles_is_not_scored() -> None:
    values = retrieval({"q": [DECIDES], "chat": []}, {"q": [DECIDES.citation], "chat": [OTHER]})

    assert list(values["recall@10"]) == ["q"]


def test_where_no_question_has_gold_articles_nothing_is_scored() -> None:
    assert retrieval({"chat": []}, {"chat": [OTHER]}) == {}


@pytest.mark.parametrize(
    ("gold", "ranking", "expected"),
    [
        pytest.param([DECIDES], [OTHER, DECIDES.citation], True, id="the second of two"),
        pytest.param([DECIDES], [OTHER, OTHER, DECIDES.citation], False, id="the third"),
        pytest.param([DECIDES, RIGHT_AS_WELL], [RIGHT_AS_WELL.citation], True, id="one that is right as well"),
        pytest.param([DECIDES], [], False, id="nothing found"),
        pytest.param([], [OTHER], None, id="no gold"),
    ],
)
def test_success_at_two_wants_any_gold_article_among_two(gold: list[GoldArticle], ranking: list[Citation], expected: bool | None) -> None:
    assert success_at(gold, ranking, 2) is expected


# -- what was cited -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gold", "cited", "expected"),
    [
        pytest.param([DECIDES, RIGHT_AS_WELL], [DECIDES.citation, RIGHT_AS_WELL.citation], 1.0, id="both gold"),
        pytest.param([DECIDES], [DECIDES.citation, OTHER], 0.5, id="one of two"),
        pytest.param([DECIDES], [OTHER], 0.0, id="only a wrong one"),
        pytest.param([DECIDES], [], None, id="nothing cited"),
        pytest.param([], [OTHER], None, id="no gold"),
    ],
)
def test_citation_precision_is_the_share_of_the_cited_that_are_gold(
    gold: list[GoldArticle], cited: list[Citation], expected: float | None
) -> None:
    assert citation_precision(gold, cited) == expected


@pytest.mark.parametrize(
    ("gold", "cited", "expected"),
    [
        pytest.param([DECIDES, RIGHT_AS_WELL], [DECIDES.citation], 1.0, id="what is right as well need not be cited"),
        pytest.param([DECIDES, RIGHT_AS_WELL], [RIGHT_AS_WELL.citation], 0.0, id="what is right as well is not enough"),
        pytest.param([RIGHT_AS_WELL], [RIGHT_AS_WELL.citation], 1.0, id="where nothing decides, all of it counts"),
        pytest.param([DECIDES, GoldArticle(law=LAW, article="14")], [DECIDES.citation, OTHER], 0.5, id="one of two that decide"),
        pytest.param([DECIDES], [], 0.0, id="nothing cited"),
        pytest.param([], [OTHER], None, id="no gold"),
    ],
)
def test_citation_recall_is_the_share_of_the_deciding_that_are_cited(
    gold: list[GoldArticle], cited: list[Citation], expected: float | None
) -> None:
    assert citation_recall(gold, cited) == expected


# -- what was said ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted", "expected"),
    [
        pytest.param("每月付二倍的工资", "二倍", True, id="the words themselves"),
        pytest.param("每月付2倍的工资", "二倍", True, id="Chinese numeral wanted, Arabic said"),
        pytest.param("每月付两倍的工资", "2倍", True, id="Arabic numeral wanted, Chinese said"),
        pytest.param("一共付 9,000 元", "9000元", True, id="thousands and spaces"),
        pytest.param("加付百分之五十", "50%", True, id="a percentage in words"),
        pytest.param("加付50％", "百分之五十", True, id="a full-width percentage"),
        pytest.param("赔三千六百元", "3600元", True, id="a long numeral"),
        pytest.param("每月付雙倍工資", "双倍工资", True, id="traditional characters"),
        pytest.param("先调解再仲裁", "诉讼|仲裁", True, id="the second alternative"),
        pytest.param("先调解", "诉讼|仲裁", False, id="no alternative"),
        pytest.param("每月付三倍的工资", "二倍", False, id="another numeral"),
        pytest.param("", "二倍", False, id="nothing said"),
        pytest.param("最多11个月", "1个月", False, id="a number inside a longer one"),
        pytest.param("十五天以内", "5天", False, id="a numeral inside a longer one"),
        pytest.param("赔1万元", "一万元", True, id="ten thousand either way"),
        pytest.param("赔1万元", "10元", False, id="ten thousand is not ten"),
    ],
)
def test_words_are_said_whatever_their_numerals_and_spaces(text: str, wanted: str, expected: bool) -> None:
    assert says(text, wanted) is expected


@settings(deadline=None)
@given(st.integers(1, 9999), st.integers(1, 9999))
def test_a_number_of_months_is_said_only_by_itself(said: int, wanted: int) -> None:
    assert says(f"可以要{said}个月的工资", f"{wanted}个月") is (said == wanted)


@pytest.mark.parametrize(
    ("text", "number", "expected"),
    [
        pytest.param("差额是9000元", amount("9000", "元"), True, id="the amount"),
        pytest.param("差额是 9,000 块", amount("9000", "元"), True, id="thousands, in the people's word"),
        pytest.param("差额是九千元", amount("9000", "元"), True, id="in Chinese numerals"),
        pytest.param("能要0.9万元", amount("9000", "元"), True, id="in ten thousands"),
        pytest.param("差额是9001元", amount("9000", "元"), False, id="one too much"),
        pytest.param("差额是9001元", amount("9000", "元", "1"), True, id="one too much within a tolerance of one"),
        pytest.param("差额是8998.9元", amount("9000", "元", "1"), False, id="a little more than the tolerance below"),
        pytest.param("能拿9000天", amount("9000", "元"), False, id="another unit"),
        pytest.param("每月 2400 元/月", amount("2400", "元"), True, id="a month's amount"),
        pytest.param("最低 2400 元", amount("2400", "元/月"), True, id="an amount where a month's is wanted"),
        pytest.param("能要11个月", amount("11", "个月"), True, id="months"),
        pytest.param("在11月里", amount("11", "个月"), False, id="November is not eleven months"),
        pytest.param("休15天", amount("15", "天"), True, id="days"),
        pytest.param("休15日", amount("15", "天"), True, id="days in the law's word"),
        pytest.param("15个工作日里", amount("15", "天"), False, id="working days are not days"),
        pytest.param("加付百分之五十", amount("50", "%"), True, id="a percentage in words"),
        pytest.param("两倍工资", amount("2", "倍"), True, id="times"),
        pytest.param("满60岁退休", amount("60", "周岁"), True, id="years of age"),
        pytest.param("每周四十小时", amount("40", "小时"), True, id="hours"),
        pytest.param("九千", amount("9000", "元"), False, id="no unit"),
        pytest.param("", amount("9000", "元"), False, id="nothing said"),
    ],
)
def test_an_amount_is_said_in_its_unit_and_within_its_tolerance(text: str, number: Number, expected: bool) -> None:
    assert says_number(text, number) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("最晚 2026年3月1日", True, id="as people write it"),
        pytest.param("最晚 2026-03-01", True, id="as computers write it"),
        pytest.param("最晚2026.3.1前", True, id="with dots"),
        pytest.param("最晚 2026年3月10日", False, id="a later day that begins alike"),
        pytest.param("最晚 2025年3月1日", False, id="another year"),
        pytest.param("最晚3月1日", False, id="no year"),
    ],
)
def test_a_day_is_said_however_it_is_written(text: str, expected: bool) -> None:
    assert says_number(text, amount("2026-03-01", "日期")) is expected


@settings(deadline=None)
@given(st.integers(1, 9_999_999), st.integers(0, 500), st.integers(-1000, 1000))
def test_an_amount_is_right_up_to_its_tolerance_and_no_further(value: int, tolerance: int, off: int) -> None:
    said = f"一共{value + 1000 + off}元"

    assert says_number(said, amount(str(value + 1000), "元", str(tolerance))) is (abs(off) <= tolerance)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("误：没签合同就没有工资。正：干了活就有。", "正：干了活就有。", id="a belief and its correction"),
        pytest.param("常见误：要交钱。正：不收费。", "常见正：不收费。", id="inside a line"),
        pytest.param("误：没签合同就没有工资。", "误：没签合同就没有工资。", id="a belief nobody puts right"),
        pytest.param("干了活就有工资。", "干了活就有工资。", id="no belief"),
    ],
)
def test_a_wrong_belief_that_is_put_right_is_not_asserted(line: str, expected: str) -> None:
    assert without_mistakes([line]) == [expected]


# -- reading ease -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # 先协商 3, 不行再仲裁 5
        pytest.param("先协商，不行再仲裁。", 4.0, id="two pieces"),
        # 先协商 3, 再仲裁 3; 去 alone is no piece
        pytest.param("先协商\n再仲裁。去！", 3.0, id="a single character is left out"),
        # 要准备什么 5, 身份证 3, 打卡记录 4
        pytest.param("要准备什么：身份证；打卡记录", 4.0, id="a colon and a semicolon"),
        pytest.param("", None, id="nothing"),
        pytest.param("。，\n", None, id="only marks"),
    ],
)
def test_the_length_of_a_breath_is_the_mean_of_its_pieces(text: str, expected: float | None) -> None:
    assert sentence_length(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("可以要经济补偿。", (1.0, ["经济补偿"]), id="a term left alone"),
        pytest.param("可以要经济补偿，每满一年给一个月。", (0.0, []), id="a term explained"),
        pytest.param("去申请支付令，也要注意时效，法院会帮你催。", (0.5, ["时效"]), id="one of two explained"),
        pytest.param("可以要赔偿金" + "。" * 80 + "双倍", (1.0, ["赔偿金"]), id="explained 80 characters too late"),
        pytest.param("可以要赔偿金" + "。" * 78 + "双倍", (0.0, []), id="explained at the last of 80 characters"),
        pytest.param("可以要赔偿金" + "。" * 200 + "赔偿金就是双倍", (0.0, []), id="explained where it comes again"),
        pytest.param("先打电话问。", (None, []), id="no term"),
    ],
)
def test_a_legal_term_counts_unless_plain_words_stand_nearby(text: str, expected: tuple[float | None, list[str]]) -> None:
    assert unexplained_terms(text) == expected


def test_no_legal_term_explains_itself() -> None:
    assert [term for term in LEGAL_TERMS if unexplained_terms(term) != (1.0, [term])] == []
