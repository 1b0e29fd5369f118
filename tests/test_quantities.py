from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.quantities import Quantity, find_quantities

WORDS = "干了三年零八个月多来几半大小快不到仨俩两十百千万kKwW0123456789.,，。岁级天周小时块元今 前以上到至每第"


def said(text: str) -> list[tuple[str, str, str]]:
    return [(one.words, f"{one.value.normalize():f}", one.unit) for one in find_quantities(text)]


def bounds(text: str) -> tuple[str, str]:
    (one,) = find_quantities(text)
    return f"{one.low.normalize():f}", f"{one.high.normalize():f}"


@pytest.mark.parametrize(
    ("text", "words", "value", "unit"),
    [
        pytest.param("干了三年零八个月", "三年零八个月", "44", "月", id="years and months"),
        pytest.param("干了3年8个月", "3年8个月", "44", "月", id="in figures"),
        pytest.param("干了3年8月", "3年8月", "44", "月", id="months without 个"),
        pytest.param("三年半", "三年半", "42", "月", id="and a half"),
        pytest.param("干了年半", "年半", "18", "月", id="a year and a half in short"),
        pytest.param("半年", "半年", "6", "月", id="half a year"),
        pytest.param("仨月", "仨月", "3", "月", id="three, as they say here"),
        pytest.param("俩月", "俩月", "2", "月", id="two, as they say here"),
        pytest.param("三个半月", "三个半月", "3.5", "月", id="months and a half"),
        pytest.param("半个月", "半个月", "0.5", "月", id="half a month"),
        pytest.param("三年零十天", "三年零十天", "36.33", "月", id="years and days"),
        pytest.param("2个月20天", "2个月20天", "2.67", "月", id="months and days"),
        pytest.param("二十天", "二十天", "20", "日", id="days"),
        pytest.param("两周", "两周", "14", "日", id="weeks"),
        pytest.param("三个星期", "三个星期", "21", "日", id="weeks by another name"),
        pytest.param("月薪5k", "5k", "5000", "元", id="k"),
        pytest.param("月薪1.2w", "1.2w", "12000", "元", id="w"),
        pytest.param("一万二", "一万二", "12000", "元", id="ten thousands and the next place"),
        pytest.param("三千五", "三千五", "3500", "元", id="thousands and the next place"),
        pytest.param("1万2", "1万2", "12000", "元", id="the same in figures"),
        pytest.param("八百块", "八百块", "800", "元", id="with its unit"),
        pytest.param("20块", "20块", "20", "元", id="a small amount has a unit"),
        pytest.param("50周岁", "50周岁", "50", "岁", id="an age"),
        pytest.param("今年五十八了", "五十八", "58", "岁", id="an age without its unit"),
        pytest.param("十级", "十级", "10", "级", id="a grade"),
        pytest.param("十二个半小时", "十二个半小时", "12.5", "小时", id="hours"),
        pytest.param("10个钟头", "10个钟头", "10", "小时", id="hours by another name"),
    ],
)
def test_a_quantity_is_read_with_its_words(text: str, words: str, value: str, unit: str) -> None:
    assert said(text) == [(words, value, unit)]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        pytest.param("三年零八个月", "44", "44", id="exact"),
        pytest.param("三年多", "36", "48", id="over three years"),
        pytest.param("十多年", "120", "240", id="over ten before the unit"),
        pytest.param("十年多", "120", "132", id="over ten after the unit"),
        pytest.param("二十几年", "240", "360", id="twenty-odd"),
        pytest.param("十来年", "108", "156", id="ten or so"),
        pytest.param("快三年", "24", "36", id="nearly"),
        pytest.param("不到三年", "24", "36", id="not quite"),
        pytest.param("不满一年", "0", "12", id="less than"),
        pytest.param("三年左右", "30", "42", id="about"),
        pytest.param("大概五个月", "4.5", "5.5", id="about months"),
        pytest.param("半年多", "6", "12", id="over half a year"),
        pytest.param("大半年", "6", "12", id="most of a year"),
        pytest.param("小半年", "1", "6", id="less than half a year"),
        pytest.param("8个多月", "8", "9", id="months and more"),
        pytest.param("五千多", "5000", "6000", id="over five thousand"),
        pytest.param("4500多", "4500", "4600", id="over what is said to the hundred"),
        pytest.param("快50岁", "49", "50", id="nearly fifty"),
        pytest.param("五十多岁", "50", "60", id="over fifty"),
    ],
)
def test_what_is_said_roughly_has_bounds(text: str, low: str, high: str) -> None:
    assert bounds(text) == (low, high)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("三四年", id="a guess"),
        pytest.param("七八千块", id="a guess of money"),
        pytest.param("三到五年", id="a range"),
        pytest.param("3-5年", id="a range in figures"),
        pytest.param("一级到十级", id="a range of grades"),
        pytest.param("九级十级", id="two grades"),
        pytest.param("第三年", id="a place in a row"),
        pytest.param("每满一年", id="a rule"),
        pytest.param("十年以上", id="the bound of a rule"),
        pytest.param("30天内", id="a deadline"),
        pytest.param("一年半载", id="a manner of speaking"),
        pytest.param("五年级", id="a class at school"),
        pytest.param("3月份", id="a month of the year"),
        pytest.param("百分之二十", id="a share"),
        pytest.param("1001年", id="nobody lives so long"),
        pytest.param("十二级", id="no grade"),
        pytest.param("千万别签", id="a word with numerals"),
    ],
)
def test_what_is_no_quantity_of_ones_own_is_none(text: str) -> None:
    assert [one for one in said(text) if one[2] != "元"] == []


def test_times_in_days_have_the_bounds_of_a_month() -> None:
    (sixteen_weeks,) = find_quantities("怀孕16周")
    low, high = sixteen_weeks.in_months()

    assert low < 4 < high


def test_quantities_come_in_the_order_of_the_text() -> None:
    assert said("干了三年，月薪5k，评了十级") == [("三年", "36", "月"), ("5k", "5000", "元"), ("十级", "10", "级")]


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet=WORDS, max_size=60))
def test_whatever_is_said_bounds_hold_the_value_and_words_stand_in_the_text(text: str) -> None:
    for one in find_quantities(text):
        assert isinstance(one, Quantity)
        assert Decimal(0) <= one.low <= one.high
        assert one.low <= one.value <= one.high
        assert one.words in text[one.start : one.end]


@pytest.mark.parametrize("text", ["一" * 2000, "9" * 2000, "1年" * 1000, "不到" * 1000], ids=["numerals", "digits", "years", "nearly"])
def test_a_hostile_text_gives_few_quantities(text: str) -> None:
    assert len(find_quantities(text)) <= 80
