from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.asking import joined
from assistant.rendering import full_text, label, short_text
from assistant.telephone import spoken_text
from assistant.types import Answer, AsksBack, Citation, CitedArticle, Section
from tests.answers import ANSWER, ANSWERS, PART, SECOND

LABEL = "（本回答由程序自动整理，依据截至 2026-11-21 即墨适用的规定，仅供参考，不是律师意见）"
MODEL_LABEL = "（本回答由人工智能生成，依据截至 2026-11-21 即墨适用的规定，仅供参考，不是律师意见）"

LINKS = st.none() | st.just("https://example.org/a/0123456789abcdef")


@settings(deadline=None)
@given(ANSWERS, st.integers(300, 2500), LINKS)
def test_a_short_text_fits_the_bytes_given(answer: Answer, limit: int, link: str | None) -> None:
    assert len(short_text(answer, limit, link=link).encode()) <= limit


@settings(deadline=None)
@given(ANSWERS, st.integers(300, 2500), LINKS)
def test_a_short_text_ends_with_the_label(answer: Answer, limit: int, link: str | None) -> None:
    assert short_text(answer, limit, link=link).endswith(label(answer))


@settings(deadline=None)
@given(ANSWERS)
def test_a_full_text_ends_with_the_label(answer: Answer) -> None:
    assert full_text(answer).endswith(label(answer))


@settings(deadline=None)
@given(ANSWERS, st.integers(800, 2500))
def test_a_short_text_begins_with_the_short_answer(answer: Answer, limit: int) -> None:
    assert short_text(answer, limit).removeprefix("【AI生成】").startswith(answer.short)


@settings(deadline=None)
@given(ANSWERS)
def test_a_full_text_holds_every_line_of_the_answer(answer: Answer) -> None:
    text = full_text(answer)
    lines = [answer.short, *(item for section in answer.sections for item in section.items), *answer.notes, *answer.suggestions]

    assert [line for line in lines if line not in text] == []


def test_a_full_text_has_its_parts_in_reading_order() -> None:
    assert full_text(ANSWER) == (
        "没签合同可以要双倍工资。\n\n"
        "怎么办：\n1. 先收集证据。\n2. 再申请仲裁。\n\n"
        "要准备什么：\n· 工资条\n\n"
        "去哪里办：\n· 即墨区劳动人事争议仲裁院\n\n"
        "时限：\n· 一年内申请。\n\n"
        "法律依据：\n"
        "①《劳动合同法》第八十二条：用人单位自用工之日起超过一个月不满一年未与劳动者订立书面劳动合同的，应当向劳动者每月支付二倍的工资。\n"
        "②《山东省办法》第三条（大意）：市里另有规定。\n\n"
        "用之前请打 12351 问一下。\n\n"
        "您可能还想问：\n· 双倍工资最多几个月\n\n" + LABEL
    )


def test_with_room_a_short_text_names_its_sources_without_their_wording() -> None:
    assert short_text(ANSWER, 2000) == (
        "没签合同可以要双倍工资。\n\n"
        "怎么办：\n1. 先收集证据。\n2. 再申请仲裁。\n\n"
        "时限：\n· 一年内申请。\n\n"
        "用之前请打 12351 问一下。\n\n"
        "依据：①《劳动合同法》第八十二条、②《山东省办法》第三条\n\n"
        "要准备什么：\n· 工资条\n\n"
        "去哪里办：\n· 即墨区劳动人事争议仲裁院\n\n"
        "还可以问：\n· 双倍工资最多几个月\n\n" + LABEL
    )


def test_what_is_applied_to_the_case_stands_right_under_the_short_answer() -> None:
    answer = replace(ANSWER, applied="您说干了3年，二倍工资最多补 11 个月（《劳动合同法》第八十二条）。")

    head = f"{ANSWER.short}\n{answer.applied}\n\n怎么办："
    assert full_text(answer).startswith(head)
    assert short_text(answer, 2000).startswith(head)
    assert spoken_text(answer).startswith("没签合同可以要双倍工资。您说干了三年，二倍工资最多补十一个月。")


def test_a_part_that_does_not_fit_is_left_out_whole_and_a_smaller_one_takes_its_place() -> None:
    answer = Answer(
        outcome="answered",
        short="可以要。",
        as_of=date(2026, 11, 21),
        region="即墨",
        source="guide",
        sections=(Section("steps", ("先收集证据。" * 20,)), Section("deadline", ("一年内。",))),
    )

    assert short_text(answer, 200) == f"可以要。\n\n时限：\n· 一年内。\n\n{LABEL}"


def test_a_short_answer_too_long_for_the_bytes_is_cut_and_labelled() -> None:
    answer = Answer("answered", "可以要双倍工资。" * 40, date(2026, 11, 21), "即墨", source="guide")

    assert short_text(answer, 200) == f"{'可以要双倍工资。' * 3}\n\n{LABEL}"


def test_the_link_stands_before_the_label() -> None:
    text = short_text(ANSWER, 2000, link="https://example.org/a/abc")

    assert text.endswith(f"\n\n全文和法条：https://example.org/a/abc\n{LABEL}")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("guide", LABEL, id="our words"),
        pytest.param("article", LABEL, id="the law's words"),
        pytest.param("fixed", "（自动回答，仅供参考）", id="a fixed reply"),
        pytest.param("model", MODEL_LABEL, id="a language model's words"),
    ],
)
def test_the_label_says_how_the_answer_was_made(source: str, expected: str) -> None:
    assert label(Answer("answered", "可以。", date(2026, 11, 21), "即墨", source=source)) == expected  # type: ignore[arg-type]


def test_what_a_model_wrote_is_marked_at_the_beginning_too() -> None:
    answer = Answer("answered", "可以。", date(2026, 11, 21), "即墨", source="model")

    assert (full_text(answer), short_text(answer, 2000)) == (f"【AI生成】可以。\n\n{MODEL_LABEL}", f"【AI生成】可以。\n\n{MODEL_LABEL}")


def test_a_reply_that_is_no_answer_has_no_headings() -> None:
    answer = Answer("crisis", "请先打 120。", date(2026, 11, 21), "即墨", sections=(Section("steps", ("按住伤口。", "别动伤者。")),))

    assert full_text(answer) == "请先打 120。\n\n· 按住伤口。\n· 别动伤者。\n\n（自动回复）"


def quote_of(text: str, source: str = "guide") -> str:
    cited = CitedArticle(Citation("劳动合同法", "82"), text)
    answer = Answer("answered", "可以。", date(2026, 11, 21), "即墨", source=source, citations=(cited,))  # type: ignore[arg-type]
    return full_text(answer).partition("第八十二条：")[2].partition("\n\n")[0]


CUT = "……（没有列完，后面还有，全文请到国家法律法规数据库查看）"


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        pytest.param("短" * 199 + "。", "短" * 199 + "。", id="short enough"),
        pytest.param("甲" * 99 + "。" + "乙" * 150 + "。", "甲" * 99 + "。" + CUT, id="at the end of a sentence"),
        pytest.param("甲" * 99 + "；\n" + "乙" * 150 + "。", "甲" * 99 + "；" + CUT, id="at the end of an item"),
        pytest.param("甲" * 250 + "。" + "乙。", "甲" * 250 + "。" + CUT, id="a long first sentence is quoted whole"),
        pytest.param("甲" * 300, "甲" * 300, id="no place to cut"),
    ],
)
def test_a_long_article_is_quoted_up_to_the_end_of_a_sentence_and_says_that_more_follows(text: str, quoted: str) -> None:
    assert quote_of(text) == quoted


def test_a_quoted_sentence_is_never_parted_from_the_one_that_limits_it() -> None:
    limited = "可以解除。" + "甲" * 150 + "。但是，" + "乙" * 60 + "。"

    assert quote_of(limited + "丙" * 60 + "。") == "可以解除。" + CUT


def test_an_article_asked_for_by_its_number_is_quoted_whole() -> None:
    assert quote_of("甲" * 150 + "。" + "乙" * 150 + "。", "article") == "甲" * 150 + "。" + "乙" * 150 + "。"


@pytest.mark.parametrize(
    ("limit", "ending"),
    [
        pytest.param(2000, "甲" * 150 + "。" + "乙" * 150 + "。", id="whole"),
        pytest.param(1000, "甲" * 150 + "。" + CUT, id="its beginning"),
        pytest.param(300, "依据：①《劳动合同法》第八十二条", id="its name"),
    ],
)
def test_a_short_text_shows_as_much_of_an_article_asked_for_as_fits(limit: int, ending: str) -> None:
    cited = CitedArticle(Citation("劳动合同法", "82"), "甲" * 150 + "。" + "乙" * 150 + "。")
    answer = Answer("answered", "原文在下面。", date(2026, 11, 21), "即墨", source="article", citations=(cited,))

    assert short_text(answer, limit).removesuffix(f"\n\n{LABEL}").endswith(ending)


def test_an_article_without_wording_is_named() -> None:
    answer = Answer("answered", "可以。", date(2026, 11, 21), "即墨", source="guide", citations=(CitedArticle(Citation("工会法", "6")),))

    assert full_text(answer) == f"可以。\n\n法律依据：\n①《工会法》第六条\n\n{LABEL}"


def test_more_than_twenty_sources_are_numbered_in_brackets() -> None:
    cited = tuple(CitedArticle(Citation("工会法", str(number))) for number in range(1, 22))

    text = full_text(Answer("answered", "可以。", date(2026, 11, 21), "即墨", citations=cited))

    assert "⑳《工会法》第二十条\n(21)《工会法》第二十一条" in text


ASKS_BACK = AsksBack("signed", "签合同了吗？", ("没签过", "签了"))
ASKED_BACK = "再问您一句，好答得更准：签合同了吗？"


def test_what_is_asked_back_comes_with_a_number_for_each_choice_and_before_suggestions() -> None:
    text = full_text(replace(ANSWER, asks_back=ASKS_BACK))

    assert f"{ASKED_BACK}\n1 没签过\n2 签了\n" in text
    assert text.index(ASKED_BACK) < text.index("您可能还想问")


def test_a_short_text_ends_with_what_is_asked_back() -> None:
    text = short_text(replace(ANSWER, asks_back=ASKS_BACK), 2048)

    assert text.removesuffix(LABEL).rstrip().endswith("回复前面的数字就行，说不准就回复“不知道”。")
    assert f"{ASKED_BACK}\n1 没签过  2 签了\n" in text


def test_the_steps_are_worth_more_than_asking_back() -> None:
    long = replace(ANSWER, sections=(Section("steps", ("先收集证据。" * 30,)),), asks_back=ASKS_BACK)
    text = short_text(long, 800)

    assert "先收集证据。" in text
    assert ASKED_BACK not in text


def test_the_cases_of_a_fork_come_first_in_a_short_text() -> None:
    cases = replace(ANSWER, sections=(Section("cases", ("如果是“没签”：要双倍。",)),))

    assert "看您是哪一种：\n· 如果是“没签”：要双倍。" in short_text(cases, 2048)


SEVERAL = joined([PART, SECOND], left=["年假"], has_more=False)


def test_several_answers_begin_with_the_short_answer_of_each_and_end_with_one_label() -> None:
    for text in (full_text(SEVERAL), short_text(SEVERAL, 2000)):
        assert text.startswith(
            "您问的不止两件事，先说两件，剩下的请一件一件再问。\n一、双倍工资：没签合同可以要双倍工资。\n二、补社保：先投诉。\n\n"
        )
        assert text.count(LABEL) == 1
        assert text.endswith(LABEL)


def test_the_full_text_of_several_answers_says_each_under_its_name() -> None:
    text = full_text(SEVERAL)

    first, second = text.index("一、双倍工资\n\n怎么办：\n1. 先收集证据。"), text.index("二、补社保\n\n怎么办：")
    assert first < text.index("法律依据：") < second < text.rindex("法律依据：")
    assert text.count("①《劳动合同法》第八十二条：") == 2
    assert text.count("②") == 1


def test_the_short_text_of_several_answers_has_the_steps_of_each_before_anything_else() -> None:
    text = short_text(SEVERAL, 2000)

    order = ["一、怎么办：\n1. 先收集证据。\n2. 再申请仲裁。", "二、怎么办：\n1. ", "一、时限：", "二、时限：", "用之前", "依据：①"]
    assert [text.index(part) for part in order] == sorted(text.index(part) for part in order)
    assert text.count("用之前请打 12351 问一下。") == 1


def test_in_little_room_each_of_several_answers_has_its_first_steps() -> None:
    steps = Section("steps", tuple(f"第{number}步，" + "把证据收好。" * 10 for number in "一二三四五"))
    answer = joined([replace(PART, sections=(steps,)), replace(SECOND, sections=(steps,))], left=[], has_more=False)

    text, linked = short_text(answer, 1200), short_text(answer, 1200, link="https://example.org/a/b")

    assert "一、怎么办：\n1. 第一步" in text
    assert "二、怎么办：\n1. 第一步" in text
    assert text.count("……后面的步骤，把这一件单独再问一次。") == 2
    assert linked.count("……后面的步骤在全文里。") == 2


def test_in_little_room_each_of_several_answers_has_its_most_urgent_deadline_and_fewer_steps() -> None:
    steps = Section("steps", tuple(f"第{number}步，" + "把证据收好。" * 5 for number in "一二三四五"))
    deadlines = Section("deadline", ("单位 15 日内付清，" + "要一次付清。" * 5, "1 年内申请仲裁。"))
    answer = joined([replace(PART, sections=(steps, deadlines)), replace(SECOND, sections=(steps, deadlines))], left=[], has_more=False)

    text = short_text(answer, 1200)

    for number in "一二":
        assert f"{number}、怎么办：\n1. 第一步" in text
        assert f"{number}、时限：\n· 1 年内申请仲裁。\n……还有别的时限。" in text
    assert "第五步" not in text


def test_of_several_answers_all_deadlines_are_shown_where_they_fit_the_most_urgent_first() -> None:
    deadlines = Section("deadline", ("单位 15 日内付清。", "1 年内申请仲裁。"))

    text = short_text(joined([replace(PART, sections=(deadlines,)), SECOND], left=[], has_more=False), 2048)

    assert "一、时限：\n· 1 年内申请仲裁。\n· 单位 15 日内付清。\n\n" in text


def test_a_first_step_is_worth_more_than_a_deadline() -> None:
    part = replace(PART, sections=(Section("steps", ("先收集证据。" * 10,)), Section("deadline", ("一年内申请。" * 10,))))

    text = short_text(joined([part, replace(part, matter="补社保")], left=[], has_more=False), 1000)

    assert text.count("怎么办：\n1. 先收集证据。") == 2
    assert text.count("时限：") == 1


@settings(deadline=None)
@given(st.lists(ANSWERS, min_size=2, max_size=4), st.integers(300, 2500), LINKS)
def test_several_answers_fit_the_bytes_given_and_end_with_the_label(parts: list[Answer], limit: int, link: str | None) -> None:
    answer = joined([replace(part, matter="工资") for part in parts], left=[], has_more=False)

    text = short_text(answer, limit, link=link)
    assert len(text.encode()) <= limit
    assert text.endswith(label(answer))
