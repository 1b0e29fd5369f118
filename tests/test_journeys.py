"""Whole answers from the real knowledge, through everything but a channel."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant import forks
from assistant.ask import Assistant
from assistant.build import build_assistant, open_index
from assistant.knowledge import load_menu
from assistant.settings import Settings
from assistant.types import Answer, Citation, Question, Signals
from assistant.web.wechat.parts import LIMIT
from assistant.web.wechat.render import reply_text
from tests.conftest import REAL_KNOWLEDGE

DAY = date(2026, 11, 21)


@pytest.fixture(name="assistant", scope="module")
def _assistant(real_data: Path) -> Iterator[Assistant]:
    settings = Settings(_env_file=None, data_dir=real_data)  # type: ignore[call-arg]
    opened = open_index(settings)
    yield build_assistant(settings, opened=opened)
    opened.index.close()


def ask(assistant: Assistant, text: str, *history: str, as_of: date = DAY) -> Answer:
    return assistant.ask(Question(text, as_of, history=history))


def test_nineteen_of_twenty_cries_for_help_are_heard_and_few_look_alikes(assistant: Assistant) -> None:
    lines = (Path(__file__).parent / "data" / "crisis.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    heard = [row["crisis"] for row in rows if ask(assistant, row["text"]).outcome == "crisis"]
    cries = sum(row["crisis"] for row in rows)

    assert sum(heard) >= 0.95 * cries
    assert len(heard) - sum(heard) <= 5


@pytest.mark.parametrize(
    ("text", "guide"),
    [
        ("老板欠俺仨月工资咋办", "unpaid-wages"),
        ("干了八个月一直没签合同", "unsigned-contract"),
        ("下班路上被车撞了，对方全责，算工伤不", "injury-commute"),
        ("怀孕了老板要辞退我", "pregnant-dismissal"),
        ("签了自愿放弃社保还能要回来吗", "social-insurance-waiver"),
        ("困难职工自测在哪做", "hardship-self-test"),
        ("送外卖的能入工会吗", "platform-worker-union"),
        ("惠工卡怎么领", "not-in-jimo"),
    ],
)
def test_a_question_finds_its_guide(assistant: Assistant, text: str, guide: str) -> None:
    assert ask(assistant, text).guide_ids == (guide,)


def test_a_phrasing_of_a_guide_put_as_a_question_leads_to_it(assistant: Assistant) -> None:
    """One in eighty of those in use; only danger goes before its guide, and what is about nothing (想换掉他) may be asked about."""
    library = assistant.library
    assert library
    asks = [(text, guide.id) for guide in library.guides.values() if guide.in_use(DAY) and not guide.replaced_by for text in guide.asks]

    led = [(answer.outcome, guide in answer.guide_ids) for text, guide in asks[::80] for answer in [ask(assistant, text)]]

    told = [is_led for outcome, is_led in led if outcome not in ("crisis", "clarify")]
    assert sum(told) / len(told) >= 0.99
    assert len(told) / len(led) >= 0.98


def test_every_question_of_the_menu_is_answered_by_the_guide_it_stands_in(assistant: Assistant) -> None:
    asks = [leaf.ask for button in load_menu(REAL_KNOWLEDGE) for leaf in button.buttons if leaf.ask]
    answers = {text: ask(assistant, text) for text in asks}
    fixed = {text: answer.reply_id for text, answer in answers.items() if answer.reply_id}
    guides = assistant.library.guides if assistant.library else {}

    assert fixed == {"转人工": "handed_over_person", "清空记录": "clarify_forgotten"}
    assert [text for text, answer in answers.items() if text not in fixed and text not in guides[answer.guide_ids[0]].asks] == []


def test_an_unconfirmed_local_figure_says_so_in_the_answer(assistant: Assistant) -> None:
    answer = ask(assistant, "即墨最低工资一个月多少钱")

    assert "2400 元/月（待工会确认）" in answer.short
    assert any("待工会确认" in note for note in answer.notes)


def test_a_rule_newer_than_the_day_asked_about_is_not_told(assistant: Assistant) -> None:
    assert "retirees-working" not in ask(assistant, "超过退休年龄打工单位要不要交工伤保险", as_of=date(2026, 6, 30)).guide_ids


@pytest.mark.parametrize("text", ["退休年龄是多少岁", "男的多大年纪退休", "现在法定退休年龄是多少"])
def test_the_age_of_retirement_is_the_old_one_for_a_day_before_it_changed(assistant: Assistant, text: str) -> None:
    answer = ask(assistant, text, as_of=date(2024, 6, 1))

    assert answer.guide_ids == ("retirement-age-before-2025",)
    assert "60 周岁" in answer.short
    assert "63" not in answer.short
    assert answer.failures == ()


def test_the_age_of_retirement_is_the_new_one_today(assistant: Assistant) -> None:
    answer = ask(assistant, "退休年龄是多少岁")

    assert answer.guide_ids == ("retirement-age",)
    assert "63" in answer.short


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("职业伤害保障怎么领", "2021-01-01"),
        ("育儿假一年几天", "2022-11-01"),
        ("即墨最低工资一个月多少钱", "2025-10-01"),
    ],
)
def test_a_question_of_2020_about_a_rule_of_later_is_handed_over_and_not_answered_wrong(
    assistant: Assistant, text: str, since: str
) -> None:
    answer = ask(assistant, text, as_of=date(2020, 6, 1))

    assert (answer.outcome, answer.reply_id, answer.citations) == ("handed_over", "handed_over_other_day", ())
    assert f"从 {since} 起" in answer.short
    assert ask(assistant, text).outcome == "answered"


@pytest.mark.parametrize("text", ["即墨最低工资一个月多少钱", "青岛的最低工资是多少"])
def test_a_local_matter_asked_from_elsewhere_is_not_answered_by_another_guide(assistant: Assistant, text: str) -> None:
    assert assistant.ask(Question(text, DAY, region="全国")).outcome != "answered"


def test_a_figure_of_a_report_is_told_as_a_statistic_of_its_union(assistant: Assistant) -> None:
    answer = ask(assistant, "莱西2018年工会调研了多少家企业")

    assert answer.guide_ids == ("report-laixi-2018-research-visits",)
    assert "不是即墨" in answer.short
    assert any("出自《莱西市总工会2018年" in note and "这是工作统计，不是每个人能领的标准" in note for note in answer.notes)


def test_what_people_say_is_explained_by_what_the_law_calls_it(assistant: Assistant) -> None:
    notes = ask(assistant, "退休年龄是多少岁").notes

    assert len([note for note in notes if note.startswith("您说的“")]) == 1
    assert notes[0].startswith("您说的“退休年龄”，法律上叫“法定退休年龄”：")


def test_the_law_is_searched_with_its_own_word_for_what_people_say(assistant: Assistant) -> None:
    assert assistant.retriever is not None
    words = assistant.retriever.search("遣散费").articles["words"]

    assert max(words, key=words.__getitem__) == Citation("劳动合同法", "47")


def test_an_article_asked_for_by_number_is_shown_in_its_own_words(assistant: Assistant) -> None:
    cited = ask(assistant, "劳合法八十二").citations[0]

    assert (cited.citation.law, cited.citation.article) == ("劳动合同法", "82")
    assert (cited.text or "").startswith("用人单位自用工之日起超过一个月不满一年未与劳动者订立书面劳动合同的")


def test_an_article_that_is_no_longer_applied_says_what_is(assistant: Assistant) -> None:
    assert any("1 年" in note and "第二十七条" in note for note in ask(assistant, "劳动法第八十二条").notes)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param(
            "山东产假多少天", ("98 天", "158 天", "《人口与计划生育法》第二十五条", "按山东的数休"), id="national law and province"
        ),
        pytest.param("没休年假的300%是不是另外给", ("《职工带薪年休假条例》第五条", "包含平时的工资", "200%"), id="two texts of the state"),
        pytest.param("经济补偿三倍封顶用哪个平均工资", ("34342.75", "22863", "待工会确认", "12333"), id="open"),
    ],
)
def test_where_two_texts_differ_both_are_shown_and_which_counts(assistant: Assistant, text: str, parts: tuple[str, ...]) -> None:
    answer = ask(assistant, text)

    assert any(all(part in note for part in parts) for note in answer.notes)
    assert answer.failures == ()


def test_a_follow_up_is_answered_from_the_matter_before_it(assistant: Assistant) -> None:
    assert ask(assistant, "那要几天内申请", "上班时手被压伤了怎么申请工伤认定").guide_ids == ("injury-recognition",)


@pytest.mark.parametrize("text", ["离婚财产怎么分", "红烧肉怎么做", "高铁票怎么退", "股票跌了怎么办", "明天限行吗"])
def test_what_the_knowledge_does_not_cover_goes_to_a_person(assistant: Assistant, text: str) -> None:
    answer = ask(assistant, text)

    assert (answer.outcome, answer.citations) == ("handed_over", ())
    assert "12351" in answer.short


# -- asking back, and what is said to it -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("老板不给钱", "单位现在是什么样？"),
        ("N+1怎么算", "单位是拿什么理由辞您的？"),
        ("我和单位有没有劳动关系", "您干的是哪一种活？"),
        ("去哪里仲裁", "您干活的地方在即墨吗？"),
        ("年假有几天", "您的年假是哪一种情况？"),
    ],
)
def test_a_question_that_leaves_out_what_decides_it_is_answered_and_asked_back(assistant: Assistant, text: str, question: str) -> None:
    answer = ask(assistant, text)

    assert answer.outcome == "answered"
    assert answer.asks_back is not None
    assert answer.asks_back.question == question


@pytest.mark.parametrize(
    "text", ["干了八个月一直没签合同", "下班路上被车撞了，对方全责，算工伤不", "签了自愿放弃社保还能要回来吗", "怀孕了老板要辞退我"]
)
def test_a_question_that_says_what_decides_it_is_not_asked_back(assistant: Assistant, text: str) -> None:
    assert ask(assistant, text).asks_back is None


@pytest.mark.parametrize("reply", ["老板跑了", "2", "人跑路了", "联系不上"])
def test_a_choice_leads_to_its_guide_and_the_next_question_to_the_same_matter(assistant: Assistant, reply: str) -> None:
    assert ask(assistant, reply, "老板不给钱").guide_ids == ("boss-ran-away",)
    assert ask(assistant, "那要多久", "老板不给钱", reply).guide_ids == ("boss-ran-away",)


def test_whoever_does_not_know_is_told_each_case_with_its_law(assistant: Assistant) -> None:
    answer = ask(assistant, "不知道", "我离职了有没有补偿")

    assert (answer.outcome, answer.asks_back, answer.failures) == ("answered", None, ())
    assert answer.guide_ids == ("forced-resignation", "forced-to-resign", "resignation")
    assert [line.partition("：")[0] for line in answer.sections[0].items] == [
        "如果是“欠薪或没交社保”",
        "如果是“单位逼我写辞职”",
        "如果是“我自己想走”",
    ]
    assert {cited.citation for cited in answer.citations} >= {Citation("劳动合同法", "38"), Citation("劳动合同法", "37")}


def test_the_same_is_not_asked_back_twice_in_a_matter(assistant: Assistant) -> None:
    first = ask(assistant, "老板不给钱").asks_back
    second = ask(assistant, "老板就是不给钱", "老板不给钱").asks_back

    assert first is not None
    assert second is None or second.fork != first.fork


def test_a_figure_put_right_keeps_the_matter(assistant: Assistant) -> None:
    first = "我干了三年单位不要我了赔多少"

    assert ask(assistant, "不是三年是五年", first).guide_ids == ask(assistant, first).guide_ids == ("dismissal-what-am-i-owed",)


def test_what_a_person_is_changes_the_rule_that_holds_for_him(assistant: Assistant) -> None:
    assert ask(assistant, "我是送外卖的呢", "受伤了能赔多少钱").guide_ids == ("platform-injury-cover",)


@pytest.mark.parametrize("text", ["清空", "换个问题", "重新开始"])
def test_forget_it_is_answered_by_a_fixed_reply(assistant: Assistant, text: str) -> None:
    answer = ask(assistant, text, "老板不给钱")

    assert (answer.outcome, answer.reply_id) == ("clarify", "clarify_forgotten")
    assert ask(assistant, "那要多久", "老板跑了不给工资", text).guide_ids == ask(assistant, "那要多久").guide_ids


def test_a_question_asked_back_is_asked_only_where_every_side_of_it_is_law_that_day(assistant: Assistant) -> None:
    now = ask(assistant, "受伤了单位赔吗").asks_back
    before = ask(assistant, "受伤了单位赔吗", as_of=date(2025, 3, 1)).asks_back

    assert (now and now.fork, before) == ("injury-insured", None)


def test_every_case_of_every_fork_passes_the_gate(assistant: Assistant) -> None:
    assert assistant.library is not None
    question = Question("不知道", DAY, asked=())
    said = {
        fork.id: assistant.ask(Question("不知道", DAY, history=("怎么办",), asked=(fork.id,), open_fork=fork.id))
        for fork in assistant.library.forks(question)
    }

    assert len(said) == len(assistant.library.knowledge.forks) >= 40
    assert {id_: answer.failures for id_, answer in said.items() if answer.failures} == {}
    assert all(len(said[fork.id].sections[0].items) == len(fork.choices) for fork in assistant.library.knowledge.forks)


def test_questions_that_say_enough_are_seldom_asked_back(assistant: Assistant) -> None:
    """The asks of the guides are known to the index: who asks in their words has said what is needed."""
    assert assistant.library is not None
    asks = [guide.asks[-1] for guide in assistant.library.guides.values() if guide.kind == "guide" and guide.asks][::4]
    back = [
        text
        for text in asks
        if assistant.library and forks.find_fork(assistant.search(Question(text, DAY)), text, assistant.library.knowledge.forks)
    ]

    assert len(back) <= len(asks) / 10


# -- several questions in one message -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "guides"),
    [
        (
            "我在厂里干了三年没签合同，上个月把我辞退了，能要双倍工资吗？社保也没交，能补吗",
            ("unsigned-contract", "social-insurance-not-paid"),
        ),
        ("针织厂挡车工，一天干十二个小时从没给过加班费，能要回来吗？年休假也没休过，能折成钱吗？", ("overtime-pay", "annual-leave")),
        ("我怀孕四个月了，厂里能辞退我吗？另外生育津贴怎么领？", ("pregnant-dismissal", "maternity-allowance")),
        ("开货车送货把腰砸伤了算工伤不？老板还欠我两个月工资没给咋要", ("injury-what-counts", "unpaid-wages")),
        ("保洁夏天在外面扫地，有没有高温补贴？国庆节让来上班也没多给钱，怎么算？", ("heat", "statutory-holidays")),
        ("保安夜班有补贴吗？让我签自愿不交社保的协议，签了算数吗？", ("night-shift", "social-insurance-waiver")),
        ("俺在火锅店端盘子，一月就歇两天，加班费该咋算？打碎盘子要俺赔三百，从工资里扣，能扣吗？", ("overtime-pay", "wage-deduction")),
        (
            "我给物流公司开车，昨天老板在电话里说明天不用来了，我该咋办？今年的年假一天没休，能给钱吗？",
            ("verbal-dismissal", "annual-leave-refused"),
        ),
        (
            "我六十二了在小区当保安，摔断了胳膊算不算工伤呀？合同去年到期没续，一直干着，这样行吗",
            ("retiree-injured", "contract-expired-still-working"),
        ),
        ("送水摔骨折了，工伤认定该谁去申请？养伤这几个月工资还发不发？", ("injury-recognition", "injury-wages-and-care")),
        ("1.即墨最低工资多少？2.周末加班按几倍给？", ("minimum-wage", "overtime-pay")),
        ("①最低工资标准是多少 ②高温津贴发几个月", ("minimum-wage", "heat")),
        ("咋加入工会？医疗互助怎么参加？", ("join-union", "medical-mutual-aid")),
        ("女的在冷库干活，主管老动手动脚怎么办？来例假能不下冷库吗？", ("sexual-harassment", "forbidden-work")),
        (
            "我想问三个问题：一、没签合同能要双倍工资吗？二、加班费没给怎么要？三、社保没交能补吗？",
            ("unsigned-contract", "overtime-pay", "social-insurance-not-paid"),
        ),
    ],
)
def test_each_matter_of_a_message_is_answered(assistant: Assistant, text: str, guides: tuple[str, ...]) -> None:
    answer = ask(assistant, text)

    assert answer.guide_ids == guides
    assert all(part.outcome == "answered" and part.short in answer.short and part.citations for part in answer.parts[: len(guides)])
    assert len(reply_text(answer).encode()) <= LIMIT
    assert answer.short in reply_text(answer)


@pytest.mark.parametrize(
    "text",
    [
        "老板拖欠工资三个月，去哪里投诉？要带什么材料？",
        "我被辞退了，这样合法吗？该怎么办？",
        "老板说“你要不要干？不干就走人，还想要加班费吗？”，我能要回加班费吗",
        "上班路上被车撞了，算工伤吗？还是只能找肇事司机？",
        "干了八年不给签合同，凭什么？这不是欺负人吗？能要双倍工资吗？",
        "你说这合理吗？一天干十四个小时，一分加班费没有，怎么要？",
        "在吗？请问一下，产假多少天？",
        "加班费怎么算？是按基本工资还是全部工资？",
        "我在缝纫厂十年了，老板让我自己写辞职报告，写了还有补偿吗？不写他就不发工资，我到底写不写？",
        "开送货车路上被追尾了，公司叫我先垫钱，合适吗？钱谁出？",
        "怀孕七个月还让我上夜班，有这样的规定吗？我能拒绝吗？",
        "端盘子一个月歇一天，算不算违法？能告吗？去哪告？",
        "保安一天十二小时没有加班费，正常吗？公司说签了综合工时，那就可以不给吗？",
        "受了工伤，单位没交保险，是不是就白受伤了？钱找谁出？",
        "生二胎产假给多少天？我对象能休几天陪产假？",
    ],
)
def test_what_only_looks_like_several_questions_gets_one_answer(assistant: Assistant, text: str) -> None:
    answer = ask(assistant, text)

    assert answer.parts == ()
    assert answer == ask(replace(assistant, retriever=OneQuestion(assistant)), text)


class OneQuestion:
    """The real search, which knows only the whole message: what is asked of it besides is found nowhere."""

    def __init__(self, assistant: Assistant) -> None:
        assert assistant.retriever is not None
        self._retriever = assistant.retriever
        self._first: str | None = None

    def search(self, text: str) -> Signals:
        self._first = self._first or text
        return self._retriever.search(text) if text == self._first else Signals({}, {})


def test_beside_a_matter_of_ours_another_is_said_to_be_none(assistant: Assistant) -> None:
    answer = ask(assistant, "老板欠我俩月工资怎么要？还有我离婚孩子判给谁？")

    assert answer.guide_ids == ("unpaid-wages",)
    assert "二、另外问的那件：不是工作和工会的事，我不能乱答。" in answer.short


def test_a_follow_up_to_several_answers_is_answered_from_the_message_before_it(assistant: Assistant) -> None:
    before = "咋加入工会？医疗互助怎么参加？"

    assert ask(assistant, "那互助要交多少钱", before).guide_ids == ("medical-mutual-aid",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2025年的社保缴费基数下限是多少", "2025 年时社保缴费基数下限是 4504 元/月（待工会确认）"),
        ("2024年即墨最低工资标准是多少", "从 2025 年 10 月起才是这个数，2024 年时是多少我这里没有"),
    ],
)
def test_a_figure_of_another_year_is_not_told_as_that_of_today(assistant: Assistant, text: str, said: str) -> None:
    answer = ask(assistant, text)

    assert said in answer.applied
    assert answer.failures == ()


def test_a_figure_asked_for_today_is_told_without_its_past(assistant: Assistant) -> None:
    assert ask(assistant, "即墨最低工资标准是多少").applied == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("我评了五级，每个月能领多少", "每月给本人工资的 70%"),
        ("我评了五级，一次性补助金几个月", "一次性伤残补助金是 18 个月本人工资"),
    ],
)
def test_who_asks_for_a_monthly_sum_is_not_told_the_single_one(assistant: Assistant, text: str, said: str) -> None:
    assert said in ask(assistant, text).applied
