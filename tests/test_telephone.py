from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.asking import joined
from assistant.composing import UNCONFIRMED_NOTE
from assistant.speech import seconds
from assistant.telephone import FIRST_PART_S, in_two, spoken_text
from assistant.types import Answer, Citation, CitedArticle, Section
from tests.answers import ANSWER, ANSWERS, PART, SECOND

SPOKEN_LABEL = "本回答由程序自动整理，依据截至二零二六年十一月二十一日即墨适用的规定，仅供参考，不是律师意见。"
WRITTEN_ONLY = re.compile(r"[（）()《》\[\]【】〔〕①-⑳·；%×÷=+/0-9]")


def test_an_answer_is_read_aloud_in_the_order_of_a_call() -> None:
    assert spoken_text(ANSWER) == (
        "没签合同可以要双倍工资。这主要是按劳动合同法第八十二条说的。\n\n"
        "用之前请打幺二三五幺问一下。\n\n"
        "先这样办。第一，先收集证据。第二，再申请仲裁。\n\n"
        "时间要记住。一年内申请。\n\n" + SPOKEN_LABEL + "\n\n"
        "要不要我接着说要带什么、去哪里？\n\n"
        "要带的东西。工资条。\n\n"
        "去哪里办。即墨区劳动人事争议仲裁院。\n\n"
        "依据还有，山东省办法第三条。\n\n"
        "您可能还想问。双倍工资最多几个月。"
    )


def test_what_is_said_at_once_ends_with_the_question_whether_to_go_on() -> None:
    told, more = in_two(spoken_text(ANSWER))

    assert (told[0], told[-1]) == ("没签合同可以要双倍工资。这主要是按劳动合同法第八十二条说的。", "要不要我接着说要带什么、去哪里？")
    assert more[0] == "要带的东西。工资条。"


@settings(deadline=None)
@given(ANSWERS)
def test_cut_in_two_nothing_spoken_is_lost(answer: Answer) -> None:
    told, more = in_two(spoken_text(answer))

    assert told
    assert "\n\n".join([*told, *more]) == spoken_text(answer)


@settings(deadline=None)
@given(ANSWERS)
def test_nothing_spoken_can_only_be_read(answer: Answer) -> None:
    assert WRITTEN_ONLY.findall(spoken_text(answer)) == []


def spoken_of(*sections: Section, short: str = "可以要。", notes: tuple[str, ...] = (), source: str = "guide") -> str:
    answer = Answer("answered", short, date(2026, 11, 21), "即墨", source=source, sections=sections, notes=notes)  # type: ignore[arg-type]
    return spoken_text(answer)


def test_steps_that_do_not_fit_the_first_part_are_said_after_the_question() -> None:
    first, _, rest = spoken_of(Section("steps", ("先收集证据。", "写" * 200 + "。", "再申请仲裁。"))).partition("要不要我接着说下去？")

    assert "先这样办。先收集证据。" in first
    assert rest == f"\n\n接着怎么办。第二步，{'写' * 200}。第三步，再申请仲裁。"


def test_of_a_step_the_first_sentence_is_said_first_and_what_limits_it_with_it() -> None:
    first, _, rest = spoken_of(Section("steps", ("可以直接起诉。但要先有欠条。没有的先仲裁。",))).partition("要不要")

    assert "先这样办。可以直接起诉。但要先有欠条。\n" in first
    assert rest.endswith("接着怎么办。第一步还要知道，没有的先仲裁。")


def test_the_deadline_that_the_caller_can_miss_is_said_first() -> None:
    first, _, rest = spoken_of(Section("deadline", ("单位 15 日内付清。", "1 年内申请仲裁。"))).partition("要不要")

    assert "时间要记住。一年内申请仲裁。" in first
    assert "还有别的时限。单位十五日内付清。" in rest


def test_an_unconfirmed_figure_of_the_short_answer_comes_with_the_warning() -> None:
    first = spoken_of(short="每月 2200 元/月（待工会确认）。", notes=(UNCONFIRMED_NOTE,)).partition(SPOKEN_LABEL)[0]

    assert first == "每月两千二百元，这个数还没有最后核实。\n\n没有核实的数，用之前请打幺二三五幺问一下。\n\n"


def test_a_term_of_law_explained_can_wait() -> None:
    first, _, rest = spoken_of(notes=("您说的“开除”，法律上叫“解除”：合同不再履行。",)).partition("要不要")

    assert ("开除" in first, "法律上叫“解除”" in rest) == (False, True)


def test_a_mistake_put_right_is_said_as_people_say_it() -> None:
    text = spoken_of(Section("mistakes", ("误：被辞退都是 N+1。正：那一个月只有三种情形才有。",)))

    assert text.endswith("有些话别信。有人说，被辞退都是N加一。这不对。那一个月只有三种情形才有。")


def test_what_a_model_wrote_is_said_to_be_a_models() -> None:
    text = spoken_of(source="model")

    assert text.startswith("下面的话是人工智能写的。可以要。")
    assert "本回答由人工智能生成" in text


def test_a_fixed_reply_is_read_whole_without_a_question() -> None:
    sections = (Section("steps", ("打 12345。",)),)
    reply = Answer("declined", "这不归我管。", date(2026, 11, 21), "即墨", sections=sections, suggestions=("欠薪怎么办",))

    assert spoken_text(reply) == "这不归我管。\n\n打幺二三四五。\n\n您是不是想问。欠薪怎么办。\n\n自动回答，仅供参考。"


def test_in_an_emergency_a_person_speaks() -> None:
    reply = Answer("crisis", "请先打 120。", date(2026, 11, 21), "即墨", sections=(Section("steps", ("按住伤口。", "别动伤者。")),))

    assert spoken_text(reply) == "请先打幺二零。\n\n按住伤口。别动伤者。"


def test_of_a_long_article_asked_for_as_much_is_read_as_fits() -> None:
    cited = CitedArticle(Citation("劳动合同法", "82"), "付二倍工资。" * 60)
    short = "《劳动合同法》第八十二条的原文在下面。"
    first, _, rest = spoken_text(Answer("answered", short, date(2026, 11, 21), "即墨", source="article", citations=(cited,))).partition(
        "要不要我接着说下去？"
    )

    assert first.startswith("劳动合同法第八十二条的原文是这样的。\n\n付二倍工资。")
    assert seconds(first.partition(SPOKEN_LABEL)[0]) <= FIRST_PART_S
    assert (first + rest).count("付二倍工资。") == 60


def test_several_answers_are_read_aloud_in_short_first_and_then_each_from_its_first_step() -> None:
    second = replace(SECOND, notes=(*PART.notes, "先问清楚。"), sections=SECOND.sections[:1])

    assert spoken_text(joined([PART, second], left=["年假"], has_more=False)) == (
        "您问的不止两件事，先说两件，剩下的请一件一件再问。\n\n"
        "第一件，双倍工资。没签合同可以要双倍工资。这主要是按劳动合同法第八十二条说的。用之前请打幺二三五幺问一下。\n\n"
        "第二件，补社保。先投诉。这是按劳动合同法第八十二条说的。先问清楚。\n\n"
        "时间要记住。第一件，一年内申请。\n\n" + SPOKEN_LABEL + "\n\n"
        "要不要我接着说怎么办？\n\n"
        "第一件，双倍工资。先这样办。第一，先收集证据。第二，再申请仲裁。\n\n"
        "要带的东西。工资条。\n\n"
        "去哪里办。即墨区劳动人事争议仲裁院。\n\n"
        "依据还有，山东省办法第三条。\n\n"
        "第二件，补社保。先这样办。第一，先收集证据。第二，再申请仲裁。\n\n"
        "您可能还想问。年假。"
    )


def test_of_several_matters_one_that_is_not_ours_is_said_once_and_has_nothing_more() -> None:
    foreign = Answer("handed_over", "这不是工会的事。", date(2026, 11, 21), "即墨", matter="另外问的那件")

    text = spoken_text(joined([PART, foreign], left=[], has_more=False))

    assert text.count("第二件，另外问的那件。这不是工会的事。") == text.count("第二件") == 1


@settings(deadline=None)
@given(st.lists(ANSWERS, min_size=2, max_size=4))
def test_nothing_spoken_of_several_answers_can_only_be_read(parts: list[Answer]) -> None:
    assert WRITTEN_ONLY.findall(spoken_text(joined([replace(part, matter="工资") for part in parts], left=[], has_more=False))) == []


LABELLED = "本回答由"


def first_part(*parts: Answer) -> str:
    return spoken_text(joined(list(parts), left=[], has_more=False)).partition("要不要我接着说")[0]


def rest(*parts: Answer) -> str:
    return spoken_text(joined(list(parts), left=[], has_more=False)).partition("要不要我接着说")[2]


def with_deadlines(*lines: str, short: str = "可以要。", matter: str = "工资") -> Answer:
    return replace(PART, matter=matter, short=short, notes=(), sections=(Section("deadline", lines),))


def test_of_several_matters_the_deadline_that_ends_first_is_said_though_time_is_short() -> None:
    long = "单位要付钱，" * 40 + "不付就投诉。"
    year, fortnight = with_deadlines("1 年内申请仲裁。", short=long), with_deadlines("收到裁决书 15 日内起诉。", short=long, matter="裁决")

    assert first_part(year, fortnight).partition(LABELLED)[0].endswith("时间要记住。第二件，收到裁决书十五日内起诉。\n\n")
    assert "还有别的时限。一年内申请仲裁。" in rest(year, fortnight)
    assert "十五日" not in rest(year, fortnight)


@pytest.mark.parametrize("short", ["先投诉。还不给，1 年内申请仲裁。", "1 年内申请仲裁。先投诉也行。"])
def test_a_deadline_that_the_short_answer_says_is_not_said_twice(short: str) -> None:
    told = with_deadlines("离职后 1 年内提（《劳动争议调解仲裁法》第二十七条）。", short=short)

    first = first_part(told, replace(SECOND, sections=()))

    assert first.count("一年内") == 1
    assert "一年内申请仲裁。" in first


def test_a_deadline_that_two_matters_have_is_said_once() -> None:
    first = first_part(with_deadlines("1 年内申请仲裁。"), with_deadlines("1 年内申请仲裁。", matter="补社保"))

    assert "时间要记住。第一件和第二件，一年内申请仲裁。" in first
    assert first.count("一年内") == 1


def test_an_offices_time_is_no_deadline_to_remember() -> None:
    assert "时间要记住" not in first_part(with_deadlines("提取：受理后 3 日内给决定。"), replace(SECOND, sections=()))


def test_of_several_short_answers_the_second_sentence_waits_where_there_is_no_time() -> None:
    brief = replace(PART, short="可以要。先投诉。", sections=(), notes=())
    long = replace(PART, short="可以要。" + "先去投诉再说，" * 40 + "也行。", sections=(), notes=(), matter="补社保")

    assert "可以要。先投诉。" in first_part(brief, long)
    assert "先去投诉再说" not in first_part(brief, long)
    assert rest(brief, long).split("\n\n")[2].startswith("第二件，补社保。先去投诉再说，")


def test_which_of_two_rules_counts_is_said_whole_or_later() -> None:
    weighed = "国家写 98 天。山东写 158 天，按山东的算。"
    short_of_time = replace(PART, short="可以休，" * 50 + "能休。", notes=(weighed, "先问清楚。"), sections=())

    for first, expected in ((replace(PART, notes=(weighed,), sections=()), True), (short_of_time, False)):
        assert ("国家写九十八天" in first_part(first, SECOND)) is expected
        assert ("国家写九十八天。山东写一百五十八天，按山东的算。" in rest(first, SECOND)) is not expected
    assert "先问清楚。" in first_part(short_of_time, SECOND)


def test_two_matters_of_usual_length_are_told_in_a_minute() -> None:
    short = "单位要按月足额发工资，拖欠的可以要回来，先打 12333 向劳动监察投诉。不行就去申请劳动仲裁，仲裁不收费，先把证据存好。"
    part = replace(PART, short=short, sections=(Section("deadline", ("从知道或应当知道吃亏那天起 1 年内申请仲裁；离职后 1 年内提。",)),))

    told = first_part(
        replace(part, notes=("国家写 98 天。" + "山东另有规定，按山东的算，" * 8 + "先问。",)), replace(part, matter="拖欠工资，怎么要回来")
    )

    assert 45 <= seconds(told) <= 62
