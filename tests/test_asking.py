from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.asking import LONGEST_TOLD, Asked, asked, joined
from assistant.types import Answer, Citation, CitedArticle, Figure, Section

DAY = date(2026, 11, 21)


def words(text: str) -> list[str]:
    return [one.words for one in asked(text)]


# -- cutting ---------------------------------------------------------------------------------------------------


def test_two_matters_are_two_questions_and_what_was_told_stands_in_front_of_the_later_one() -> None:
    text = "我在厂里干了三年没签合同，上个月把我辞退了，能要双倍工资吗？社保也没交，能补吗"

    assert asked(text) == (
        Asked("我在厂里干了三年没签合同，上个月把我辞退了，能要双倍工资吗？"),
        Asked("社保也没交，能补吗", "我在厂里干了三年没签合同，上个月把我辞退了，"),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("年假有几天？公积金不给交找谁？", ["年假有几天？", "公积金不给交找谁？"], id="question marks"),
        pytest.param("没签合同能要双倍工资吗社保没交能补吗", ["没签合同能要双倍工资吗", "社保没交能补吗"], id="no marks at all"),
        pytest.param("欠我工资咋办呀公积金也没交", ["欠我工资咋办呀公积金也没交"], id="what follows asks nothing"),
        pytest.param("加班费能要吗，社保能补吗", ["加班费能要吗，", "社保能补吗"], id="commas after 吗"),
        pytest.param("产假几天\n生育津贴怎么领", ["产假几天", "生育津贴怎么领"], id="lines"),
        pytest.param("1.产假几天 2.生育津贴怎么领", ["1.产假几天", "2.生育津贴怎么领"], id="numbers"),
        pytest.param("1产假有几天2生育津贴怎么领", ["1产假有几天2生育津贴怎么领"], id="numbers that could be anything"),
        pytest.param("一、产假几天？二、津贴怎么领？", ["一、产假几天？", "二、津贴怎么领？"], id="Chinese numbers"),
        pytest.param("工资没发怎么要。另外，孩子上学有没有补助", ["工资没发怎么要。", "另外，孩子上学有没有补助"], id="another thing"),
        pytest.param("算工伤不？顺便问下房租涨了怎么办", ["算工伤不？", "顺便问下房租涨了怎么办"], id="by the way, and not our business"),
    ],
)
def test_each_sign_of_another_question_cuts(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("是去劳动仲裁还是去劳动监察？哪个快？", id="a choice"),
        pytest.param("上班路上被车撞了，算工伤吗？还是只能找肇事司机要钱？", id="a choice in two sentences"),
        pytest.param("加班费怎么算？是按基本工资还是全部工资？", id="a choice after a question"),
        pytest.param("我被辞退了，这样合法吗？该怎么办？", id="right, and what now"),
        pytest.param("工伤认定要几天？材料要准备什么？去哪交？", id="sides of one matter"),
        pytest.param("老板说“你要不要干？不干走人，加班费还想要吗？”我能要回加班费吗", id="what the boss said"),
        pytest.param("没签合同，凭什么？这不是欺负人吗？能要双倍工资吗？", id="complaints"),
        pytest.param("你说这合理吗？一天干十四个小时，一分加班费没有，怎么要？", id="asked to be told that one is right"),
        pytest.param("在吗？请问一下，产假多少天？", id="a greeting"),
        pytest.param("老板跑路了，工资找谁要？能不能找房东要？", id="what leans on the question before"),
        pytest.param("没有加班费正常吗？公司说签了综合工时，那就可以不给吗？", id="what follows from it"),
        pytest.param("我想辞职，领导不批怎么办？不批我能直接走吗？", id="the same word again"),
        pytest.param("也不知道怎么办，就来问问，加班费怎么要", id="not knowing is no question"),
        pytest.param("何苦呢，这点工资，到底合不合算", id="a sigh"),
        pytest.param("年终奖有没有我也不管了。最低工资要不要给够", id="what is left out on purpose"),
        pytest.param("能不能评残，有没有津贴，去哪鉴定", id="sides joined by commas"),
    ],
)
def test_one_matter_is_not_cut(text: str) -> None:
    assert asked(text) == (Asked(text),)


def test_of_a_long_story_the_last_whole_clauses_are_kept() -> None:
    told = "".join(f"第{number}年我在车间干得好好的，" for number in range(20))

    first, second = asked(f"{told}工资拖着不发怎么要？社保能补吗？")

    assert len(second.told) <= LONGEST_TOLD
    assert second.told.startswith("第")
    assert told.endswith(second.told)
    assert first.words.endswith("工资拖着不发怎么要？")
    assert len(first.words) <= LONGEST_TOLD + len(told)


def test_what_is_told_last_belongs_to_every_question() -> None:
    first, second = asked("能要双倍工资吗？社保能补吗？我在厂里干了三年，去年走的。")

    assert (first.told, second.told) == ("我在厂里干了三年，去年走的。", "我在厂里干了三年，去年走的。")


def test_a_question_with_what_was_told_stands_alone() -> None:
    assert Asked("能辞退我吗", "我怀孕了，").text == "我怀孕了，能辞退我吗"


@settings(deadline=None)
@given(st.text(alphabet="工资合同社保年假加班费吗呢？，。；\n怎么办咋能不还有另外一二、1.①（）“”？ ", max_size=200))
def test_whatever_is_typed_every_question_is_a_piece_of_it(text: str) -> None:
    questions = asked(text)

    assert questions
    assert all(one.words in text and one.told in text and len(one.told) <= LONGEST_TOLD for one in questions)


# -- joining ---------------------------------------------------------------------------------------------------

CITED, OTHER = CitedArticle(Citation("劳动合同法", "82"), "原文"), CitedArticle(Citation("社会保险法", "63"))
FIGURE = Figure("2400 元", "2400", "元", "parameter:x")


def part(matter: str, **changes: object) -> Answer:
    given = {"outcome": "answered", "short": f"{matter}的答案。", "as_of": DAY, "region": "即墨", "source": "guide"}
    return Answer(**(given | {"matter": matter} | changes))  # type: ignore[arg-type]


def test_each_short_answer_comes_first_under_the_name_of_its_matter() -> None:
    answer = joined([part("双倍工资"), part("补社保")], left=[], has_more=False)

    assert answer.short == "您问了两件事，分开说。\n一、双倍工资：双倍工资的答案。\n二、补社保：补社保的答案。"
    assert (answer.outcome, answer.source, answer.sections, answer.matter) == ("answered", "guide", (), "")


def test_the_whole_cites_and_says_what_its_parts_do_each_once() -> None:
    first = part("双倍工资", citations=(CITED,), guide_ids=("a",), figures=(FIGURE,), sections=(Section("steps", ("一步",)),))
    second = part("补社保", citations=(CITED, OTHER), guide_ids=("b",), figures=(FIGURE,))

    answer = joined([first, second], left=[], has_more=False)

    assert (answer.citations, answer.guide_ids, answer.figures) == ((CITED, OTHER), ("a", "b"), (FIGURE,))
    assert answer.parts == (first, second)


def test_what_is_left_is_said_and_suggested_first() -> None:
    answer = joined([part("甲", suggestions=("乙", "丁")), part("乙")], left=["丙"], has_more=False)

    assert answer.short.startswith("您问的不止两件事，先说两件，剩下的请一件一件再问。")
    assert answer.suggestions == ("丙", "丁")


def test_a_part_that_is_no_answer_does_not_make_the_whole_none() -> None:
    answer = joined([part("甲", outcome="handed_over", source="fixed"), part("乙")], left=[], has_more=False)

    assert (answer.outcome, answer.source) == ("answered", "guide")
