from __future__ import annotations

import pytest

from assistant.dialogue import (
    ALONE,
    BEFORE,
    MATTER,
    TOGETHER,
    TOLD_TOGETHER,
    Wording,
    begins_again,
    beside,
    changes_topic,
    corrected,
    differ_in_figures_only,
    goes_on,
    is_besides,
    is_of_another,
    points_at_nothing,
    searched,
    standalone,
    with_status,
)

HISTORY = ("工伤怎么认定", "公司没交社保怎么办")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("那我要准备什么材料", id="opens with 那"),
        pytest.param("还有别的办法吗现在去", id="opens with 还有"),
        pytest.param("多久能办下来", id="asks how long"),
        pytest.param("需要带身份证原件吗", id="asks what is needed"),
        pytest.param("要多久", id="a few words"),
        pytest.param("材料呢", id="one word"),
    ],
)
def test_a_follow_up_is_joined_to_the_question_before_it(text: str) -> None:
    assert standalone(text, HISTORY) == f"公司没交社保怎么办 {text}"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("加班费应该按什么标准算", id="a question of its own"),
        pytest.param("换个问题，那产假多少天", id="another question announced"),
        pytest.param("顺便问，年假", id="by the way"),
        pytest.param("如果" + "我在厂里上了三年班没有签过合同" * 3, id="a long story that opens with 如果"),
    ],
)
def test_a_question_that_stands_alone_is_left_alone(text: str) -> None:
    assert standalone(text, HISTORY) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("对了，厂里还压着我九月的工资没发，这个找谁", True, id="asks about a matter it names"),
        pytest.param("另外加班费一直没给过，能一块要不", True, id="ends as a question does"),
        pytest.param("还有，要带什么材料，几天能有准话", False, id="names no matter"),
        pytest.param("还有那个赔偿金和工资一般多久能到账", False, id="points back"),
        pytest.param("还有我一个月工资到手是五千块钱", False, id="tells more"),
        pytest.param("另外我月工资5000干了三年，一共能拿多少", False, id="asks for all of it"),
        pytest.param("另外加班费呢", False, id="too short to stand alone"),
    ],
)
def test_what_is_thought_of_besides_is_another_matter_only_where_it_asks_about_one(text: str, expected: bool) -> None:
    assert is_besides(text) is expected
    assert (searched(text, HISTORY, "社保") == (Wording(text),)) is expected


def test_what_is_thought_of_besides_leaves_what_was_told_before_in_force() -> None:
    text = "另外今年的年假一天没休，能折多少钱"

    assert is_besides(text)
    assert not changes_topic(text)
    assert standalone(text, ("我干了五年，一个月6000，辞退我赔多少",)) == f"我干了五年，一个月6000，辞退我赔多少 {text}"


def test_a_first_question_is_left_alone() -> None:
    assert standalone("要多久", ()) == "要多久"
    assert searched("要多久", ()) == (Wording("要多久", 1.0, alone=True),)


def test_a_follow_up_to_a_follow_up_goes_back_to_where_the_matter_began() -> None:
    assert (
        standalone("那要是没给休呢", ("年休假公司不让休怎么办", "周六算在里头不")) == "年休假公司不让休怎么办 周六算在里头不 那要是没给休呢"
    )


def test_of_a_long_talk_the_beginning_of_the_matter_and_the_last_two_are_kept() -> None:
    talk = ("产假多少天", "年休假公司不让休怎么办", "周六算在里头不", "多久能批", "去哪办")

    assert standalone("材料呢", talk) == "年休假公司不让休怎么办 去哪办 材料呢"


def test_what_comes_before_another_question_announced_is_left_out() -> None:
    assert standalone("要多久", ("公司没交社保怎么办", "换个问题，产假")) == "换个问题，产假 要多久"


def test_a_follow_up_is_searched_for_together_alone_and_with_the_name_of_the_matter() -> None:
    assert searched("要多久", HISTORY, "社保") == (
        Wording("公司没交社保怎么办 要多久", TOGETHER, alone=False),
        Wording("要多久", ALONE, alone=True),
        Wording("社保 要多久", MATTER, alone=False),
    )


def test_where_no_guide_was_found_before_there_is_no_matter_to_name() -> None:
    assert searched("要多久", HISTORY) == (
        Wording("公司没交社保怎么办 要多久", TOGETHER, alone=False),
        Wording("要多久", ALONE, alone=True),
    )


def test_a_question_that_stands_alone_says_itself_what_it_is_and_may_go_on_all_the_same() -> None:
    own = "加班费应该按什么标准算"

    assert searched(own, HISTORY, "社保") == (
        Wording(own, ALONE, alone=True),
        Wording(f"公司没交社保怎么办 {own}", TOGETHER, alone=False),
        Wording(f"社保 {own}", MATTER, alone=False),
    )


def test_the_new_words_count_more_than_any_other_wording_and_what_was_found_before_least() -> None:
    assert ALONE > TOGETHER > MATTER > BEFORE > 0


COURIER = ("我送外卖的，送单时摔断鼻梁骨，平台说我不是员工",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("那我老婆在超市理货，货架倒了砸的脚，她也走这个吗", True),
        ("那俺娘呢？她才47，同一个厂干了九年，也一块撵了，啥理由木有", True),
        ("那我同事呢", False),
        ("那我对象能不能也跟我一块去啊，行不行", False),
        ("那我要是在超市理货，货架倒了砸的脚，也走这个吗", False),
    ],
)
def test_somebody_else_with_facts_of_her_own_is_told_from_somebody_in_the_same_matter(text: str, expected: bool) -> None:
    assert is_of_another(text, COURIER) is expected


def test_a_person_spoken_of_before_is_nobody_else() -> None:
    assert not is_of_another("我老婆在超市理货，货架倒了砸的脚", ("我老婆上班受伤了，算工伤吗",))


def test_what_is_told_of_somebody_else_counts_far_more_than_the_matter_before() -> None:
    text = "那我老婆在超市理货，货架倒了砸的脚，她也走这个吗"
    together, alone = searched(text, COURIER, "新就业形态职业伤害")
    assert (alone.text, together.text) == (text, f"{COURIER[0]} {text}")
    assert alone.share > 2 * together.share


def test_what_follows_on_somebody_else_leaves_the_first_one_out() -> None:
    wife = "那我老婆在超市理货，货架倒了砸的脚，她也走这个吗"
    assert standalone("要多久之内报", (*COURIER, wife)) == f"{wife} 要多久之内报"


def test_what_stands_for_a_name_or_a_number_is_not_searched_for() -> None:
    assert searched("俺叫[姓名]，身份证[身份证号]，厂里欠俺工资", ()) == (Wording("俺叫，身份证，厂里欠俺工资"),)
    assert searched("多久能批", ("我叫[姓名]，年假不让休",))[0].text == "我叫，年假不让休 多久能批"


def test_nothing_but_a_number_is_left_as_it_is() -> None:
    assert searched("[身份证号]", ()) == (Wording("[身份证号]"),)


def test_another_question_announced_is_searched_alone() -> None:
    assert searched("换个问题，那产假多少天", HISTORY, "社保") == (Wording("换个问题，那产假多少天"),)


@pytest.mark.parametrize(
    ("text", "history", "expected"),
    [
        pytest.param("要多久", HISTORY, True, id="after a question"),
        pytest.param("要多久", (), False, id="the first one"),
        pytest.param("换个问题，那产假多少天", HISTORY, False, id="another question announced"),
    ],
)
def test_a_question_goes_on_where_one_was_asked_and_no_other_is_announced(text: str, history: tuple[str, ...], expected: bool) -> None:
    assert goes_on(text, history) is expected


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        pytest.param("不是三年是五年", "我干了三年被辞退赔多少", "我干了五年被辞退赔多少", id="not this but that"),
        pytest.param("不是3年，是5年。", "我干了三年被辞退赔多少", "我干了5年被辞退赔多少", id="other numerals"),
        pytest.param("说错了，是5000", "老板欠我3000块", "老板欠我5000块", id="a bare amount"),
        pytest.param("说错了，应该是两个月", "欠我三个月工资", "欠我两个月工资", id="another duration"),
        pytest.param("更正一下：是5个月", "欠了3个月工资，一个月4000元", "欠了5个月工资，一个月4000元", id="only the same unit"),
        pytest.param("不是辞退是我自己走的", "公司辞退我给补偿吗", "公司我自己走的我给补偿吗", id="words that were said"),
    ],
)
def test_a_correction_puts_right_the_question_it_is_about(text: str, before: str, after: str) -> None:
    assert corrected(text, (before,)) == (after,)


def test_a_correction_finds_the_fact_further_back() -> None:
    assert corrected("不是三年是五年", ("干了三年被辞退", "那赔多少")) == ("干了五年被辞退", "那赔多少")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("不是工伤是什么", id="a question"),
        pytest.param("说错了，是5公里", id="a unit nobody said"),
        pytest.param("不是六天是五天", id="a figure nobody said"),
        pytest.param("三年", id="no correction"),
    ],
)
def test_what_corrects_nothing_leaves_the_questions_alone(text: str) -> None:
    assert corrected(text, ("我干了三年被辞退赔多少",)) is None


def test_of_two_figures_of_a_unit_none_is_guessed_at() -> None:
    assert corrected("说错了，是五年", ("合同签了三年，我干了两年",)) is None


def test_a_mended_figure_is_no_other_matter() -> None:
    assert differ_in_figures_only(("干了三年赔多少",), ("干了5年赔多少",))
    assert not differ_in_figures_only(("被辞退赔多少",), ("辞职赔多少",))


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("我是送外卖的呢", "受伤了能赔多少", "我是送外卖的，受伤了能赔多少"),
        ("那我是临时工呢", "我是正式工，加班给不给钱", "我是临时工，加班给不给钱"),
        ("我是外卖的呢", "我送快递受伤了算工伤吗", "我是外卖的，受伤了算工伤吗"),
    ],
)
def test_what_a_person_is_is_added_or_put_right(text: str, before: str, after: str) -> None:
    assert with_status(text, (before,)) == after


@pytest.mark.parametrize("text", ["我是被辞退的", "我是不是骑手怎么认定劳动关系的标准", "送外卖受伤了"])
def test_what_says_nothing_of_the_person_adds_nothing(text: str) -> None:
    assert with_status(text, ("受伤了能赔多少",)) is None


@pytest.mark.parametrize("text", ["清空", "重新开始吧", "换个问题", "前面说的都不算了。", "清空聊天记录"])
def test_forget_it_is_understood(text: str) -> None:
    assert begins_again(text)


@pytest.mark.parametrize("text", ["换个问题，年假几天", "工伤重新鉴定", "重新开始算工龄吗"])
def test_a_question_is_not_taken_for_forget_it(text: str) -> None:
    assert not begins_again(text)


@pytest.mark.parametrize(
    "text",
    [
        "这样合法吗",
        "这样行不行？",
        "那样可以吗",
        "公司这么做违法不",
        "咋整啊",
        "俺家里人替我去办行不行",
        "一般要等多久",
        "还需要啥材料",
        "老板太过分了咋办",
    ],
)
def test_a_question_that_points_at_what_nobody_told_cannot_be_answered(text: str) -> None:
    assert points_at_nothing(text, ())
    assert not points_at_nothing(text, HISTORY)


@pytest.mark.parametrize(
    "text",
    ["这样扣工资合法吗", "产假这样算对吗", "工伤可以私了吗", "仲裁要带啥材料", "该找哪个部门", "老板太过分了不发工资咋办", "单位不要我了"],
)
def test_a_question_that_names_its_matter_points_at_something(text: str) -> None:
    assert not points_at_nothing(text, ())


def test_one_of_several_questions_is_searched_for_alone_and_with_what_was_told() -> None:
    assert beside("能辞退我吗", "我怀孕了，") == (
        Wording("能辞退我吗", 1.0, alone=True),
        Wording("我怀孕了，能辞退我吗", TOLD_TOGETHER, alone=False),
    )


def test_where_nothing_was_told_there_is_nothing_to_stand_beside() -> None:
    assert beside("能辞退我吗", "") == ()
