from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.calculators.registry import CALCULATORS
from assistant.knowledge import load_parameters
from assistant.settings import knowledge_dir, load_settings
from assistant.skills import counting, saying, talking
from assistant.skills.asks import Ask
from assistant.skills.employment import AVERAGE_WAGE, SERVICE
from assistant.skills.ending import ENDED, REASON
from assistant.skills.heard import ADDED, NOT_KNOWN, UNKNOWN, Heard, added_to, back, own_words
from assistant.skills.registry import SKILLS, every_ask
from assistant.skills.skill import Skill

TODAY = date(2026, 11, 21)
PARAMETERS = load_parameters(knowledge_dir(load_settings()))
BEFORE = "被辞退了赔多少？"


def told(ask: Ask, text: str) -> object:
    """What a reply is understood as; None where it is no reply."""
    question = talking.reply_to(ask, text, BEFORE, TODAY)
    return Heard([question], TODAY).reply(ask) if question else None


@pytest.mark.parametrize(
    ("ask", "text", "wanted"),
    [
        (ENDED, "1", "dismissed"),
        (ENDED, "第三个", "expired"),
        (ENDED, "我自己想走", "resigned"),
        (ENDED, "裁员", "layoff"),
        (REASON, "说我严重违纪。", "misconduct"),
        (SERVICE, "三年零八个月", Decimal(44)),
        (SERVICE, "干了5年半", Decimal(66)),
        (AVERAGE_WAGE, "5000", Decimal(5000)),
        (AVERAGE_WAGE, "四千五", Decimal(4500)),
        (AVERAGE_WAGE, "一个月六千块", Decimal(6000)),
        (Ask("哪一天", "?", "day"), "今年3月1号", date(2026, 3, 1)),
        (Ask("哪一天", "?", "day"), "昨天", date(2026, 11, 20)),
        (Ask("加班小时数", "?", "count"), "36小时", Decimal(36)),
    ],
)
def test_a_reply_is_a_number_a_choice_or_a_figure_in_words(ask: Ask, text: str, wanted: object) -> None:
    assert told(ask, text) == wanted


@pytest.mark.parametrize("text", ["不知道", "说不准", "我也不清楚", "忘了", "不记得了"])
def test_not_to_know_is_a_reply(text: str) -> None:
    assert told(SERVICE, text) is NOT_KNOWN


@pytest.mark.parametrize(
    ("ask", "text"),
    [
        (ENDED, "9"),
        (ENDED, "那仲裁要钱吗"),
        (SERVICE, "工资怎么算"),
        (SERVICE, "5000"),
        (AVERAGE_WAGE, "三年"),
        (AVERAGE_WAGE, "社保没交能要多少补偿"),
        (SERVICE, "三年" * 30),
        (SERVICE, ""),
    ],
)
def test_what_asks_or_tells_something_else_is_no_reply(ask: Ask, text: str) -> None:
    assert talking.reply_to(ask, text, BEFORE, TODAY) is None


def test_a_reply_stands_in_the_question_and_a_later_one_takes_its_place() -> None:
    once = added_to(BEFORE, "月平均工资", "5000元")
    twice = added_to(added_to(once, "干了多久", "3年"), "月平均工资", "6000元")

    assert once == "被辞退了赔多少；补充：月平均工资：5000元"
    assert twice == "被辞退了赔多少；补充：干了多久：3年；月平均工资：6000元"
    assert own_words(twice) == "被辞退了赔多少"


@pytest.mark.parametrize(
    ("end", "months", "first"),
    [
        # 44 months that end on 21 November 2026, both days counted, began on 22 March 2023
        (date(2026, 11, 21), Decimal(44), date(2023, 3, 22)),
        (date(2026, 10, 31), Decimal(12), date(2025, 11, 1)),
        # six months that end on the last of August began on 1 March
        (date(2026, 8, 31), Decimal(6), date(2026, 3, 1)),
        (date(2026, 11, 21), Decimal("0.5"), date(2026, 11, 7)),
    ],
)
def test_a_time_is_counted_back_from_its_last_day(end: date, months: Decimal, first: date) -> None:
    assert back(end, months) == first


@pytest.mark.parametrize("skill", SKILLS, ids=lambda skill: skill.name)
def test_every_calculation_that_is_talked_through_exists(skill: Skill) -> None:
    assert skill.name in {calculator.name for calculator in CALCULATORS}
    assert skill.asks
    assert not any(mark in ask.label for ask in skill.asks for mark in "；：:")


def test_two_questions_of_one_name_are_the_same_question() -> None:
    assert len({ask.label for ask in every_ask()}) == len(every_ask())


@pytest.mark.parametrize("skill", SKILLS, ids=lambda skill: skill.name)
def test_whatever_is_tapped_leads_on(skill: Skill) -> None:
    """No reply gets the same question again."""
    for ask in skill.asks:
        for says, _ in (*ask.choices, (UNKNOWN, None)):
            question = talking.reply_to(ask, says, f"帮我算一算{skill.title}", TODAY)
            assert question is not None
            missing = skill.read(Heard([question], TODAY)).missing
            assert missing is None or missing.label != ask.label


@pytest.mark.parametrize("text", ["接着算", "继续算", "继续帮我算", "刚才那个账接着算"])
def test_a_sum_that_was_left_can_be_gone_on_with(text: str) -> None:
    assert talking.goes_on(text)


@pytest.mark.parametrize("text", ["怎么算", "算工伤吗", "继续上班算旷工吗"])
def test_a_question_does_not_go_on_with_a_sum(text: str) -> None:
    assert not talking.goes_on(text)


def wanted(guide: str, *texts: str) -> counting.Wanted | None:
    return counting.count(guide, texts, PARAMETERS, TODAY)


def test_a_question_that_asks_for_no_sum_gets_none() -> None:
    assert wanted("unlawful-dismissal", "无故辞退我，干了三年，一个月5000，去哪里告") is None


def test_a_sum_is_said_with_its_lines_and_articles() -> None:
    found = wanted("unlawful-dismissal", "无故辞退我，干了三年，一个月5000，赔多少")

    assert found is not None
    # three months of 5000, doubled
    assert saying.sentences_of(found.sums) == (
        "按您说的（单位违法辞退或违法终止，入职的日子：2023年11月22日，离开的日子：2026年11月21日，月平均工资：5000元）算，"
        "违法解除赔偿金（2N）是 30000 元。"
    )
    assert any(
        "5000元 × 3个月 × 2 = 30000元" in line and "《劳动合同法》第四十八条、第八十七条" in line for line in saying.lines_of(found.sums)
    )
    assert any("没说哪天离开的" in note for note in saying.notes_of(found.sums))


def test_each_case_is_said_and_what_they_share_is_said_once() -> None:
    text = added_to(added_to("赔多少", "怎么离开的", "单位辞退我"), "辞退的理由", UNKNOWN)
    text = added_to(added_to(text, "干了多久", "5年"), "月平均工资", "4000")
    found = wanted("economic-compensation-sum", text)

    assert found is not None
    assert saying.sentences_of(found.sums) == (
        "按您说的（入职的日子：2021年11月22日，离开的日子：2026年11月21日，月平均工资：4000元）算，"
        "如果单位合法辞退您，经济补偿（N）是 20000 元；如果单位违法辞退您，违法解除赔偿金（2N）是 40000 元。"
    )
    assert sum("算几个月工资" in line for line in saying.lines_of(found.sums)) == 1


def test_what_a_calculator_refuses_is_said_in_one_sentence_without_names_for_programs() -> None:
    found = wanted("work-injury", added_to("伤残补助金多少", "要算", "工伤待遇") + "；伤残等级：11；本人工资：5000")

    assert found is not None
    assert found.sums == ()
    assert "伤残等级" in found.problem
    assert "grade" not in found.problem


def test_whoever_does_not_know_what_decides_is_told_where_to_look() -> None:
    found = wanted("economic-compensation-sum", f"无故辞退我赔多少{ADDED}干了多久：{UNKNOWN}")

    assert found is not None
    assert "工资条" in found.problem


@pytest.mark.parametrize("skill", SKILLS, ids=lambda skill: skill.name)
def test_every_guide_that_a_sum_goes_with_exists(skill: Skill) -> None:
    guides = {path.stem for path in (knowledge_dir(load_settings()) / "guides").rglob("*.md")}

    assert skill.guides <= guides


PIECES = (
    "干了", "三年零八个月", "3年", "一个月", "半年多", "五千", "5000元", "1e9", "一万二", "99999999999", "0", "-3", "八级",
    "11级", "76年3月生", "2026年2月30号", "昨天", "前天", "这个月底", "13月40号", "从2022年3月1号到2020年1月1号",
    "国庆1、2、99号", "10月1号到7号", "辞退", "没理由", "到期不续", "协商", "裁员", "赔多少", "补偿", "加班费", "周末", "年假",
    "最低工资", "试用期", "转正工资", "产假", "双胞胎", "流产", "怀孕", "退休", "失业金", "社保", "最晚哪天", "收到裁决书",
    "离职", "受伤", "，", "。", "；补充：", "；", "：", "不知道", "干了多久：", "伤残等级：", "本人工资：", "月平均工资：",
    "哪一天：", "\n",
)  # fmt: skip


@settings(deadline=None, max_examples=1500)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=14), st.sampled_from(SKILLS))
def test_whatever_is_said_a_sum_is_made_asked_for_or_refused_in_a_sentence(pieces: list[str], skill: Skill) -> None:
    text = "".join(pieces)
    found = counting.count(next(iter(skill.guides)), (text,), PARAMETERS, TODAY)
    asked = counting.count("", (added_to(text, "要算", skill.title),), PARAMETERS, TODAY)

    for one in filter(None, (found, asked)):
        assert one.sums or one.missing or one.problem
        assert "None" not in saying.sentences_of(one.sums) + "".join(saying.lines_of(one.sums))


def test_a_very_long_story_is_read_in_time_that_grows_with_it() -> None:
    """Nothing in it backtracks without end; the suite's own time limit would tell."""
    counting.count("unlawful-dismissal", ("无故辞退我，干了三年，一个月5000，赔多少" * 120,), PARAMETERS, TODAY)
