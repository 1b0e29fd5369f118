from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.citation import (
    Request,
    find_citations,
    find_request,
    find_unknown_request,
    format_article,
    format_citation,
    parse_article,
    without_citations,
)
from assistant.instruments import Names
from assistant.types import Citation

NAMES = {
    "劳动法": "劳动法",
    "劳动合同法": "劳动合同法",
    "中华人民共和国劳动合同法": "劳动合同法",
    "劳合法": "劳动合同法",
    "劳动合同法实施条例": "劳动合同法实施条例",
    "刑法": "刑法",
    "民法典": "民法典",
    "最高人民法院关于审理劳动争议案件适用法律问题的解释（一）": "最高人民法院关于审理劳动争议案件适用法律问题的解释（一）",
}
ARTICLES = st.one_of(
    st.integers(1, 1260).map(str),
    st.tuples(st.integers(1, 1260), st.sampled_from("一二三四五六七八九十")).map(lambda pair: f"{pair[0]}之{pair[1]}"),
)


@settings(deadline=None)
@given(st.sampled_from(sorted(set(NAMES.values()))), ARTICLES)
def test_a_citation_written_out_reads_back(law: str, article: str) -> None:
    citation = Citation(law, article)

    found = find_citations(f"依照{format_citation(citation)}，可以要双倍工资。", NAMES)

    assert [one.citation for one in found] == [citation]


@settings(deadline=None)
@given(ARTICLES)
def test_a_request_by_number_reads_back(article: str) -> None:
    assert find_request(f"民法典{format_article(article)}", NAMES) == Request(Citation("民法典", article))


def test_an_article_is_written_in_chinese_numerals() -> None:
    assert format_citation(Citation("劳动合同法", "82")) == "《劳动合同法》第八十二条"


def test_an_inserted_article_keeps_its_insert() -> None:
    assert format_citation(Citation("刑法", "276之一")) == "《刑法》第二百七十六条之一"


@pytest.mark.parametrize(
    ("number", "insert", "expected"),
    [
        pytest.param("八十二", None, "82", id="Chinese"),
        pytest.param("82", None, "82", id="Arabic"),
        pytest.param("二百七十六", "一", "276之一", id="inserted"),
        pytest.param("0", None, None, id="no article zero"),
        pytest.param("一万", None, None, id="no law is that long"),
        pytest.param("甲", None, None, id="no number"),
    ],
)
def test_an_article_number_is_possible_or_none(number: str, insert: str | None, expected: str | None) -> None:
    assert parse_article(number, insert) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("《劳动合同法》第八十二条", [("劳动合同法", "82")], id="bracketed"),
        pytest.param("劳动合同法第82条", [("劳动合同法", "82")], id="plain, Arabic"),
        pytest.param("《中华人民共和国劳动合同法》第八十二条", [("劳动合同法", "82")], id="full title"),
        pytest.param("劳合法第八十二条", [("劳动合同法", "82")], id="alias"),
        pytest.param("《劳动合同法》（2012修正）的第十条", [("劳动合同法", "10")], id="a version between"),
        pytest.param("《劳动法》第三条、第五条和第八十二条", [("劳动法", "3"), ("劳动法", "5"), ("劳动法", "82")], id="list"),
        pytest.param("《劳动合同法》第40条、41条", [("劳动合同法", "40"), ("劳动合同法", "41")], id="list with one 第"),
        pytest.param("《劳动法》第三条第一款第（二）项、第四条", [("劳动法", "3"), ("劳动法", "4")], id="paragraphs between"),
        pytest.param("《劳动法》第三条，《刑法》第五条", [("劳动法", "3"), ("刑法", "5")], id="two laws"),
        pytest.param("《刑法》第二百七十六条之一", [("刑法", "276之一")], id="inserted"),
        pytest.param(
            "《最高人民法院关于审理劳动争议案件适用法律问题的解释(一)》第一条",
            [("最高人民法院关于审理劳动争议案件适用法律问题的解释（一）", "1")],
            id="half width brackets in a title",
        ),
        pytest.param("《劳动合同法》对这件事有规定", [], id="a title alone"),
        pytest.param("第三条说得很清楚", [], id="an article of nothing"),
    ],
)
def test_citations_in_prose_are_found_in_order(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(found.citation.law, found.citation.article) for found in find_citations(text, NAMES)] == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("劳动合同法实施条例第六条", id="plain"),
        pytest.param("《劳动合同法实施条例》第六条", id="bracketed"),
    ],
)
def test_the_longest_title_wins(text: str) -> None:
    found = find_citations(text, NAMES)

    assert [one.citation for one in found] == [Citation("劳动合同法实施条例", "6")]


def test_a_title_nobody_knows_is_found_as_unknown() -> None:
    found = find_citations("《职工幸福法》第三条", NAMES)

    assert [(one.citation, one.known) for one in found] == [(Citation("职工幸福法", "3"), False)]


def test_a_title_in_the_register_is_found_as_known() -> None:
    found = find_citations("《劳动法》第三条", NAMES)

    assert [one.known for one in found] == [True]


def test_the_span_covers_the_words_of_the_citation() -> None:
    text = "请看《劳动合同法》第三十八条第一款，再说"

    found = find_citations(text, NAMES)

    assert [text[one.start : one.end] for one in found] == ["《劳动合同法》第三十八条第一款"]


def test_without_citations_no_number_of_an_article_is_left() -> None:
    text = "《劳动合同法》第八十二条第一款、第八十五条第（二）项：赔2倍"

    assert without_citations(text, NAMES).split() == ["：赔2倍"]


@settings(deadline=None)
@given(st.text(alphabet="《》劳动合同法第三十八2条款项（）、之一和 赔倍", max_size=60))
def test_blanking_citations_keeps_every_position(text: str) -> None:
    left = without_citations(text, NAMES)

    assert [char for char, old in zip(left, text, strict=True) if char not in (old, " ")] == []


@pytest.mark.parametrize(
    ("text", "article"),
    [
        pytest.param("劳合法八十二", "82", id="alias and bare numeral"),
        pytest.param("劳动合同法82条", "82", id="without 第"),
        pytest.param("劳动合同法82", "82", id="bare digits"),
        pytest.param("劳动合同法第82条是啥", "82", id="what is it"),
        pytest.param("帮我查一下劳动合同法第八十二条原文", "82", id="look it up for me"),
        pytest.param("俺想看看《劳动合同法》第八十二条", "82", id="dialect"),
        pytest.param("请问中华人民共和国劳动合同法第八十二条怎么规定的？", "82", id="polite, full title"),
        pytest.param("劳动合同法第八十二条现在还有效吗", "82", id="is it still law"),
        pytest.param("劳动合同法 第 八十二 条", "82", id="spaces"),
        pytest.param("劳动合同法里第三十八条说的什么内容", "38", id="in the law"),
    ],
)
def test_an_article_asked_for_by_number_is_a_request(text: str, article: str) -> None:
    assert find_request(text, NAMES) == Request(Citation("劳动合同法", article))


def test_a_request_can_name_a_paragraph() -> None:
    request = find_request("劳动合同法第四十条第一款第（二）项说的啥", NAMES)

    assert request == Request(Citation("劳动合同法", "40"), paragraph=1)


def test_an_inserted_article_can_be_asked_for() -> None:
    assert find_request("刑法276条之一", NAMES) == Request(Citation("刑法", "276之一"))


def test_a_request_for_the_longer_title_is_not_one_for_the_shorter() -> None:
    assert find_request("劳动合同法实施条例25", NAMES) == Request(Citation("劳动合同法实施条例", "25"))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("劳动合同法2倍工资", id="times"),
        pytest.param("劳动合同法3个月", id="months"),
        pytest.param("劳动合同法五%", id="per cent"),
        pytest.param("劳动合同法8小时", id="hours"),
        pytest.param("劳动合同法第0条", id="article zero"),
        pytest.param("劳动合同法", id="a title alone"),
        pytest.param("八十二条", id="an article of nothing"),
        pytest.param("公司没签合同，按劳动合同法第八十二条我能拿多少钱", id="a question that cites an article"),
    ],
)
def test_a_question_that_is_not_for_an_article_is_no_request(text: str) -> None:
    assert find_request(text, NAMES) is None


@pytest.mark.parametrize(
    ("text", "title"),
    [
        pytest.param("对外劳务合作管理条例第二十三条", "对外劳务合作管理条例", id="a title and a number"),
        pytest.param("请问《中华人民共和国教育法》第31条怎么规定的？", "教育法", id="polite, full title"),
        pytest.param("帮我查一下法官法第七条第一款（二）", "法官法", id="look it up for me"),
        pytest.param("对外劳务合作管理条例第二十三条怎么说的", "对外劳务合作管理条例", id="what does it say"),
        pytest.param(
            "最高人民法院关于审理著作权纠纷案件的解释（一）第3条", "最高人民法院关于审理著作权纠纷案件的解释（一）", id="an interpretation"
        ),
    ],
)
def test_an_article_of_a_rule_nobody_knows_is_asked_for_by_its_title(text: str, title: str) -> None:
    assert find_unknown_request(text, NAMES) == title


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("劳动合同法第八十二条", id="a rule that is known"),
        pytest.param("中华人民共和国劳动合同法第八十二条", id="a known rule by its full title"),
        pytest.param("公司说按交通法第三条扣我钱", id="a story"),
        pytest.param("海商法第三条规定的船员，单位不给他交社保能不能要求补缴", id="a question that cites an article"),
        pytest.param("第八十二条", id="no title"),
        pytest.param("没有办法第二天就走了", id="no article"),
    ],
)
def test_what_asks_for_no_article_of_an_unknown_rule_is_left_alone(text: str) -> None:
    assert find_unknown_request(text, NAMES) is None


def test_an_empty_register_finds_no_request() -> None:
    assert find_request("劳动合同法第八十二条", {}) is None


def test_a_text_read_before_is_read_by_the_names_of_each_register() -> None:
    text = "《甲法》第三条"
    knows = Names({"甲法": "甲法"})
    knows_not = Names({"乙法": "乙法"})

    assert [found.known for _ in range(2) for found in find_citations(text, knows)] == [True, True]
    assert [found.known for found in find_citations(text, knows_not)] == [False]


def test_what_is_done_with_the_citations_found_does_not_change_them() -> None:
    names = Names({"甲法": "甲法"})
    find_citations("《甲法》第三条", names).clear()

    assert len(find_citations("《甲法》第三条", names)) == 1
