from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.speech import number_words, say, seconds
from assistant.text import parse_number


@pytest.mark.parametrize(
    ("written", "said"),
    [
        pytest.param("按 21.75 天折算", "按二十一点七五天折算", id="a decimal"),
        pytest.param("0.5%", "百分之零点五", id="less than one"),
        pytest.param("1,234.5 元", "一千二百三十四点五元", id="a comma in thousands"),
        pytest.param("扣 10%", "扣百分之十", id="per cent"),
        pytest.param("50% 到 100%", "百分之五十到百分之一百", id="two shares"),
        pytest.param("50%~100%", "百分之五十到百分之一百", id="a range of shares"),
        pytest.param("给 1/2", "给二分之一", id="a fraction"),
        pytest.param("2026-11-21", "二零二六年十一月二十一日", id="a date"),
        pytest.param("2026-01-05", "二零二六年一月五日", id="a date with zeros"),
        pytest.param("2008 年以前", "二零零八年以前", id="a year"),
        pytest.param("2025-2026 年", "二零二五到二零二六年", id="two years"),
        pytest.param("2000 元", "两千元", id="money like a year"),
        pytest.param("打 12351 问", "打幺二三五幺问", id="a hotline"),
        pytest.param("先打 110，再打 120。", "先打幺幺零，再打幺二零。", id="emergency numbers"),
        pytest.param("罚 110 元、120 天", "罚一百一十元、一百二十天", id="amounts like emergency numbers"),
        pytest.param("12333.gov.cn", "幺二三三三点gov点cn", id="an address"),
        pytest.param("2 年内、2 个月、2 倍", "两年内、两个月、两倍", id="two of something"),
        pytest.param("2 到 3 天", "两到三天", id="two to three"),
        pytest.param("2 月 2 日、2 级、第 2 天、12 个月", "二月二日、二级、第二天、十二个月", id="two that is counted off"),
        pytest.param("22000 元", "两万两千元", id="ten thousands"),
        pytest.param("给 N+1", "给N加一", id="N and one"),
        pytest.param("给 2N", "给二N", id="two N"),
        pytest.param("最低 2200 元/月", "最低每月两千二百元", id="money a month"),
        pytest.param("每月 2200 元/月", "每月两千二百元", id="money a month said before"),
        pytest.param("24 元/小时", "每小时二十四元", id="money an hour"),
        pytest.param("20000 × 15 = 300000 元", "两万乘十五等于三十万元", id="a sum"),
        pytest.param("月工资÷21.75÷8", "月工资除以二十一点七五除以八", id="a division"),
        pytest.param("法释〔2026〕1号", "法释二零二六年第一号", id="a document's number"),
        pytest.param("第二百七十六条之一", "第二百七十六条之一", id="an inserted article"),
        pytest.param("《刑法》第 276 条之一", "刑法第二百七十六条之一", id="an inserted article in digits"),
        pytest.param("第一款第（二）项", "第一款第二项", id="an item of a paragraph"),
        pytest.param("（一）克扣的；\n（二）拖欠的。", "第一，克扣的。第二，拖欠的。", id="a list of the law"),
    ],
)
def test_what_is_written_is_said_right(written: str, said: str) -> None:
    assert say(written) == said


@settings(deadline=None)
@given(st.integers(0, 99_999_999))
def test_a_number_said_is_the_number_written(number: int) -> None:
    assert parse_number(number_words(str(number))) == number


def test_a_number_too_long_to_be_an_amount_is_read_digit_by_digit() -> None:
    assert (number_words("0070"), number_words("1234567890123456")) == ("零零七零", "一二三四五六七八九零一二三四五六")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        pytest.param("1 年内提（《劳动争议调解仲裁法》第二十七条）。", "一年内提。", id="one article"),
        pytest.param("可以起诉（《劳动争议解释（一）》第十五条、第十六条）。", "可以起诉。", id="brackets inside the title"),
        pytest.param("能领（实施《社会保险法》若干规定第十三条）。", "能领。", id="a title that begins before its marks"),
    ],
)
def test_a_citation_in_brackets_is_for_the_eye(written: str, said: str) -> None:
    assert say(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        pytest.param(
            "工会费 2%（2026 年起改的，见《工会法》第四十三条）。", "工会费百分之二，二零二六年起改的，见工会法第四十三条。", id="a law"
        ),
        pytest.param("单位的全名（查营业执照）。", "单位的全名，查营业执照。", id="at the end"),
        pytest.param("是农民工（给单位干活的农村居民）的，能投诉", "是农民工的，给单位干活的农村居民，能投诉", id="before 的"),
        pytest.param("经济补偿（N）怎么算", "经济补偿N怎么算", id="a letter"),
        pytest.param("没有合上（括号", "没有合上，括号", id="never closed"),
    ],
)
def test_what_else_stands_in_brackets_is_said_between_pauses(written: str, said: str) -> None:
    assert say(written) == said


def test_an_unconfirmed_figure_is_said_to_be_unconfirmed() -> None:
    assert say("每月 2200 元/月（待工会确认），单位出。") == "每月两千二百元，这个数还没有最后核实，单位出。"


def test_a_minute_of_speech_is_two_hundred_and_sixty_characters() -> None:
    assert round(seconds("字，" * 260)) == 60
