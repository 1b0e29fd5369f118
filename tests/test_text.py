from __future__ import annotations

import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.text import bare, cut_bytes, find_numbers, has_words, is_chinese, normalise, parse_number, sentences, to_chinese_number


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param("勞動合同沒簽", "劳动合同没签", id="traditional characters"),
        pytest.param("ＡＢＣ１２３％", "ABC123%", id="full width letters and digits"),
        pytest.param("劳动法，第３条。对吗？（急）", "劳动法，第3条。对吗？（急）", id="Chinese punctuation stays"),
        pytest.param("工\u200b资\ufeff", "工资", id="invisible characters"),
        pytest.param("工\u202e资", "工资", id="a direction override"),
        pytest.param("工资\x00没发\x07", "工资 没发", id="control characters"),
        pytest.param("\ud800工资", "工资", id="half of a surrogate pair"),
        pytest.param("<b>工资</b>没发", "工资 没发", id="tags"),
        pytest.param("<!-- 悄悄话 -->工资", "工资", id="a comment and what it hides"),
        pytest.param("工资<script>alert(1)</script>", "工资", id="a script and what it does"),
        pytest.param("工资<script>alert(1)", "工资", id="a script that is never closed"),
        pytest.param("&lt;b&gt;工资&lt;/b&gt;", "工资", id="escaped tags"),
        pytest.param("工资<5000元，加班>36小时", "工资<5000元，加班>36小时", id="less and more are no tags"),
        pytest.param("不发工资！！！！！！", "不发工资！！", id="repeated marks"),
        pytest.param("1000000元", "1000000元", id="repeated digits stay"),
        pytest.param("  工资\t\t 没发 \n\n\n 咋办　", "工资 没发\n咋办", id="spaces and empty lines"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_what_people_type_becomes_comparable(raw: str, expected: str) -> None:
    assert normalise(raw) == expected


@settings(deadline=None)
@given(st.text().filter(lambda text: "&" not in text))
def test_no_control_or_surrogate_character_is_left(raw: str) -> None:
    left = {char for char in normalise(raw) if unicodedata.category(char) in {"Cc", "Cs"}}

    assert left <= {"\n"}


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param("<" * 10_000, id="open brackets"),
        pytest.param("<a " * 3_000, id="tags that never close"),
        pytest.param("<!--" * 2_500, id="comments that never close"),
        pytest.param("<script>" * 1_250, id="scripts that never close"),
        pytest.param("&lt;" * 2_500, id="escapes"),
        pytest.param("！" * 10_000, id="one mark"),
    ],
)
def test_hostile_markup_is_no_longer_afterwards(hostile: str) -> None:
    assert len(normalise(hostile)) <= len(hostile)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("工资", True, id="words"),
        pytest.param("7", True, id="a digit"),
        pytest.param("？？……👍 ", False, id="marks and pictures"),
        pytest.param("", False, id="nothing"),
    ],
)
def test_a_text_without_letters_has_no_words(text: str, expected: bool) -> None:
    assert has_words(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("公司不给交社保", True, id="Chinese"),
        pytest.param("HR说OK了", True, id="one Han character in five letters"),
        pytest.param("my boss does not pay 工资", False, id="English with a Chinese word"),
        pytest.param("12345", False, id="digits only"),
    ],
)
def test_a_fifth_of_han_characters_makes_a_text_chinese(text: str, expected: bool) -> None:
    assert is_chinese(text) is expected


def test_bare_words_have_no_marks_and_no_capitals() -> None:
    assert bare(" HR 说：工资，5000 元！") == "hr说工资5000元"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("先协商。不行？再仲裁！好", ["先协商。", "不行？", "再仲裁！", "好"], id="three ends"),
        pytest.param("先协商\n再仲裁", ["先协商", "再仲裁"], id="lines"),
        pytest.param("补偿是工资的1.5倍。", ["补偿是工资的1.5倍。"], id="a decimal point is no end"),
        pytest.param("他说“不赔。”", ["他说“不赔。”"], id="the closing quote stays"),
        pytest.param("（可以去。）再说", ["（可以去。）再说"], id="an end inside brackets is no end"),
        pytest.param("", [], id="nothing"),
        pytest.param(" \n\n ", [], id="only space"),
    ],
)
def test_a_text_splits_into_its_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@settings(deadline=None)
@given(st.text(alphabet="工资发。！？!?\n “”（）"))
def test_splitting_loses_no_word(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


@settings(deadline=None)
@given(st.text(alphabet="工资a1é👍。！；\n"), st.integers(3, 200))
def test_a_cut_text_fits_the_bytes_given(text: str, limit: int) -> None:
    assert len(cut_bytes(text, limit).encode()) <= limit


@settings(deadline=None)
@given(st.text(alphabet="工资a1é👍。！；\n"), st.integers(3, 200))
def test_a_cut_text_is_a_start_of_the_whole(text: str, limit: int) -> None:
    assert text.startswith(cut_bytes(text, limit).removesuffix("…"))


def test_a_text_that_fits_is_not_cut() -> None:
    assert cut_bytes("先协商。再仲裁。", 24) == "先协商。再仲裁。"


def test_a_text_is_cut_after_a_whole_sentence() -> None:
    assert cut_bytes("先去协商。再去仲裁。", 27) == "先去协商。"


def test_a_first_sentence_that_is_too_long_is_closed_with_dots() -> None:
    assert cut_bytes("先去跟公司协商再去仲裁", 12) == "先去跟…"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("1,234.5", Decimal("1234.5"), id="thousands"),
        pytest.param("1，234", Decimal(1234), id="full width comma"),
        pytest.param("1.2万", Decimal(12000), id="ten thousands"),
        pytest.param("3万亿", Decimal(3_000_000_000_000), id="two scales"),
        pytest.param("三千六百", Decimal(3600), id="Chinese"),
        pytest.param("一万二千", Decimal(12000), id="Chinese ten thousands"),
        pytest.param("一千零一", Decimal(1001), id="a zero between"),
        pytest.param("十二", Decimal(12), id="ten without one"),
        pytest.param("两百", Decimal(200), id="the other two"),
        pytest.param("二〇二五", Decimal(2025), id="a year digit by digit"),
        pytest.param("三亿", Decimal(300_000_000), id="hundred million"),
        pytest.param("5k", Decimal(5000), id="k"),
        pytest.param("1.2W", Decimal(12000), id="w"),
        pytest.param("3千", Decimal(3000), id="figures with a Chinese scale"),
        pytest.param("1万2", Decimal(12000), id="the next place after it"),
        pytest.param("1万2000", Decimal(12000), id="the rest after it"),
        pytest.param("1万2千", Decimal(12000), id="the rest with its scale"),
        pytest.param("一万二", Decimal(12000), id="the next place in Chinese"),
        pytest.param("5kg", None, id="a weight"),
        pytest.param("1.2.3", None, id="two points"),
        pytest.param("工资", None, id="a word"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_a_numeral_has_one_value(text: str, expected: Decimal | None) -> None:
    assert parse_number(text) == expected


@given(st.integers(1, 9999))
@settings(max_examples=300, deadline=None)
def test_a_number_written_in_chinese_reads_back(value: int) -> None:
    assert parse_number(to_chinese_number(value)) == value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(10, "十", id="ten"),
        pytest.param(15, "十五", id="teens have no one"),
        pytest.param(82, "八十二", id="two digits"),
        pytest.param(110, "一百一十", id="the one of ten stays inside"),
        pytest.param(101, "一百零一", id="zero inside"),
        pytest.param(1001, "一千零一", id="two zeros are said once"),
        pytest.param(1260, "一千二百六十", id="the last article of the civil code"),
    ],
)
def test_a_number_is_written_as_articles_are(value: int, expected: str) -> None:
    assert to_chinese_number(value) == expected


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        pytest.param("30天", "30", "日", id="days"),
        pytest.param("三十日", "30", "日", id="the law's days"),
        pytest.param("一百五十八天", "158", "日", id="long Chinese"),
        pytest.param("十五个工作日", "15", "工作日", id="working days are other days"),
        pytest.param("12个月", "12", "月", id="months"),
        pytest.param("11月", "11", "月份", id="a month of the year is no duration"),
        pytest.param("一个半月", "1.5", "月", id="a month and a half"),
        pytest.param("两年半", "2.5", "年", id="two years and a half"),
        pytest.param("4200.50元", "4200.5", "元", id="money"),
        pytest.param("5,000块钱", "5000", "元", id="spoken money"),
        pytest.param("1.2万元", "12000", "元", id="ten thousands of money"),
        pytest.param("两万块", "20000", "元", id="Chinese ten thousands"),
        pytest.param("1亿元", "100000000", "元", id="hundred million"),
        pytest.param("百分之五十", "50", "%", id="spoken per cent"),
        pytest.param("50％", "50", "%", id="full width per cent"),
        pytest.param("二倍", "2", "倍", id="times"),
        pytest.param("36 小时", "36", "小时", id="hours after a space"),
        pytest.param("16周岁", "16", "岁", id="age"),
        pytest.param("2026年11月21日", "20261121", "日期", id="a date"),
        pytest.param("2026-11-21", "20261121", "日期", id="an ISO date"),
        pytest.param("交了20000", "20000", "", id="a bare long number"),
        pytest.param("月薪5k", "5000", "", id="an amount said short"),
        pytest.param("1.2w块", "12000", "元", id="an amount said short with its unit"),
        pytest.param("5千块", "5000", "元", id="thousands in a figure"),
        pytest.param("工资一万二", "12000", "", id="a bare Chinese amount"),
        pytest.param("三千五", "3500", "", id="a bare Chinese amount and the next place"),
    ],
)
def test_a_figure_is_read_as_value_and_unit(text: str, value: str, unit: str) -> None:
    found = [(number.value, number.unit) for number in find_numbers(text)]

    assert found == [(Decimal(value), unit)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("第一次去", id="the first time"),
        pytest.param("有一天", id="one day"),
        pytest.param("一人一份", id="one each"),
        pytest.param("上万人", id="ten thousand alone"),
        pytest.param("人社部发〔2005〕12号", id="a document number"),
        pytest.param("第12号令", id="an order number"),
        pytest.param("3楼", id="a short number without a unit"),
        pytest.param("几天", id="some days"),
        pytest.param("七八千块", id="a guess of money"),
        pytest.param("千万别签", id="a word of scales"),
        pytest.param("万一", id="another word of scales"),
        pytest.param("一百", id="a small bare number"),
        pytest.param("5kg", id="a weight"),
    ],
)
def test_words_that_hold_a_numeral_are_no_figures(text: str) -> None:
    assert find_numbers(text) == []


def test_figures_come_in_the_order_of_the_text() -> None:
    found = [(number.start, number.unit) for number in find_numbers("2年，2026-01-02起，50元")]

    assert found == [(0, "年"), (3, "日期"), (15, "元")]
