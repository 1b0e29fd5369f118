from __future__ import annotations

import ast
from datetime import date
from decimal import Decimal
from pathlib import Path

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
from assistant.skills.registry import BY_NAME, SKILLS, every_ask
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


@pytest.mark.parametrize(
    ("guide", "text", "name"),
    [
        ("sick-leave", "总共上班9年，在这个单位6年，住院歇了两个月，还能歇多久", "sick_leave"),
        ("sick-leave", "累计工作9年，在这厂6年，病了歇俩月，医疗期一共几个月", "sick_leave"),
        ("labour-inspection", "老板欠俺三个月工资，一共16200，欠的能要多少", "unpaid_wages"),
        ("construction-wages", "包工头跑了，欠俺工资12000，欠的能要多少", "unpaid_wages"),
    ],
)
def test_a_neighbour_of_the_guide_begins_the_sum_as_well(guide: str, text: str, name: str) -> None:
    found = wanted(guide, text)

    assert found is not None
    assert [one.skill.name for one in found.sums] == [name]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("合同三年的，试用期最长能几个月", "probation"),
        ("今年3月5号给我下的开除通知，去仲裁最晚哪天", "deadline"),
        ("老板欠俺两笔工资，一共该给俺多少", "unpaid_wages"),
        ("公司倒闭了，失业金一个月大概多少", "unemployment"),
        ("男的，68年3月生，俺哪年哪月退休", "retirement"),
        ("总共上班8年，这家2年，医疗期有几个月", "sick_leave"),
    ],
)
def test_a_sum_asked_for_by_its_name_is_begun_whatever_the_guide(text: str, name: str) -> None:
    found = wanted("canteen", text)

    assert found is not None
    assert name in {*(one.skill.name for one in found.sums), *([found.skill.name] if found.skill else [])}


@pytest.mark.parametrize(
    ("guide", "text"),
    [
        ("unemployment-benefit", "公司把俺辞了，失业金要多久到账"),
        ("arbitration-time-limit", "仲裁交上去了，几天能出结果"),
        ("injury-recognition", "工伤认定几天能下来"),
        ("labour-inspection", "欠薪的老板把俺拉黑了，劳动监察的电话是多少"),
        ("severance-pay", "告公司要补偿，律师费多少"),
        ("union-not-notified", "公司解除我，收到工会的文书，多少天内要回话"),
        ("maternity-leave", "俺媳妇快生了，俺个当爹的能歇几天"),
    ],
)
def test_how_long_an_office_takes_and_what_help_costs_begin_no_sum(guide: str, text: str) -> None:
    assert wanted(guide, text) is None


def test_who_leaves_with_a_grade_is_not_told_that_nothing_is_owed() -> None:
    found = wanted("injury-leaving-grants", "工伤十级，下月想自己辞职，保险给的医疗补助金是几个月，厂里给的就业补助金又是几个月")

    assert found is not None
    assert found.skill is not None
    assert (found.skill.name, found.sums) == ("work_injury", ())


def test_sick_pay_begins_no_sum_of_the_medical_period() -> None:
    assert wanted("sick-leave", "病假工资一个月给多少") is None


def test_a_sum_is_said_with_its_lines_and_articles() -> None:
    found = wanted("unlawful-dismissal", "无故辞退我，干了三年，一个月5000，赔多少")

    assert found is not None
    # three months of 5000, doubled
    assert saying.sentences_of(found.sums) == (
        "按您说的（单位违法辞退或违法终止，干了三年，月平均工资：5000元）算，违法解除赔偿金（2N）是 30000 元。"
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
        "按您说的（干了5年，月平均工资：4000元）算，"
        "如果单位合法辞退您，经济补偿（N）是 20000 元；如果单位违法辞退您，违法解除赔偿金（2N）是 40000 元。"
    )
    assert sum("算几个月工资" in line for line in saying.lines_of(found.sums)) == 1


def test_what_a_calculator_refuses_is_said_in_one_sentence_without_names_for_programs() -> None:
    found = wanted("work-injury", added_to("伤残补助金多少", "要算", "工伤待遇") + "；伤残等级：11；本人工资：5000")

    assert found is not None
    assert found.sums == ()
    assert "伤残等级" in found.problem
    assert "grade" not in found.problem


def test_an_injury_of_before_2011_gets_no_sum_but_whom_to_ask() -> None:
    old = wanted("injury-benefits", "2009年受的工伤，评了九级，本人工资5000，赔多少")
    new = wanted("injury-benefits", "2019年受的工伤，评了九级，本人工资5000，赔多少")

    assert old is not None
    assert new is not None
    assert (old.sums, old.problem.count("。")) == ((), 1)
    assert "12333" in old.problem
    assert "happened" not in old.problem
    # 5000 × 9
    assert "45000 元" in saying.sentences_of(new.sums)
    assert "2019年出的事" in saying.sentences_of(new.sums)


def test_what_nobody_has_settled_who_pays_is_named_as_such_in_the_sentence() -> None:
    found = wanted("maternity-allowance", "单位平均工资6000，我自己工资3000，有生育保险，产假津贴多少")

    assert found is not None
    # 200 × 98 by the fund; 100 × 60 if the employer pays, 200 × 60 if the fund does
    assert saying.sentences_of(found.sums).endswith(
        "生育津贴（国家规定的98天）是 19600 元，山东另加的60天的钱是 6000 元（谁付待工会确认），一共 25600 元；"
        "换一种算法（山东另加的60天由基金付），是 31600 元。"
    )


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
    """Nothing in it backtracks without end: the suite's own time limit would tell."""
    once = wanted("unlawful-dismissal", "无故辞退我，干了三年，一个月5000，赔多少")
    often = wanted("unlawful-dismissal", "无故辞退我，干了三年，一个月5000，赔多少" * 120)

    assert once is not None
    assert often is not None
    assert often.sums == once.sums != ()


SAID = [
    # (the guide, what was said, what the sum says it understood, what nobody said)
    ("unlawful-dismissal", "无故辞退我，2023年3月来的，一个月5000，赔多少", "2023年3月来的", ["3月1日", "2026年11月21日"]),
    ("annual-leave", "今年5天年假没休，月薪4000，能拿多少钱", "一年有5天年假，月平均工资：4000元，哪一年：2026年", ["几年：1"]),
    ("annual-leave", "我一共工作8年，年假没休，月薪4000，补多少", "一共工作8年，月平均工资：4000元", ["哪一年"]),
    ("retirement-age", "我76年3月生，车间女工，哪年退休", "1976年3月生", ["3月1日"]),
    ("unpaid-wages", "欠我3个月工资，月薪5000，责令限期了还没给，加付多少", "欠3个月，每月5000元，责令过没有：是", ["15000元，责"]),
    ("unemployment-benefit", "失业保险交了3年8个月，被辞退了，能领几个月失业金", "失业保险交了3年8个月", ["3.6667"]),
    ("medical-period", "累计工作8年，这家干了3年8个月，医疗期多久", "一共工作8年，在这家3年8个月", ["3.6667"]),
    ("injury-benefits", "九级，工资4000，赔多少", "本人工资：4000元，伤残等级：9级", ["参加工伤保险"]),
    ("injury-benefits", "九级，工资4000，厂里没交社保，赔多少", "参加工伤保险：没有", []),
    ("overtime-pay", "国庆1、2、3号加班，一天200元，加班费多少", "一天200元，10月1日到10月3日上班", ["4350", "个）"]),
    ("unsigned-contract", "去年3月进的厂，没签合同，月薪4500，双倍工资多少", "2025年3月来的", ["3月1日）", "2025年3月1日，"]),
]


@pytest.mark.parametrize(("guide", "text", "says", "never"), SAID)
def test_what_a_sum_says_it_understood_is_what_was_said(guide: str, text: str, says: str, never: list[str]) -> None:
    found = wanted(guide, text)

    assert found is not None
    sentence = saying.sentences_of(found.sums)
    told = sentence[sentence.index("（") : sentence.rindex("）算") + 1] if "）算" in sentence else sentence
    assert says in told
    assert not [words for words in never if words in told]


def test_holidays_are_said_in_their_order_however_they_were_told() -> None:
    found = wanted("overtime-pay", "月薪4350，国庆3、1、2号都上班，加班费多少")

    assert found is not None
    assert "10月1日到10月3日上班" in saying.sentences_of(found.sums)


def test_what_was_taken_for_granted_is_said_beside_the_sum() -> None:
    found = wanted("injury-benefits", "九级，工资4000，赔多少")
    insured = wanted("injury-benefits", "九级，工资4000，厂里交着工伤保险，赔多少")

    assert found is not None
    assert insured is not None
    assert any("没说单位有没有给您参加工伤保险，按参加了算" in note for note in saying.notes_of(found.sums))
    assert not any("没说单位" in note for note in saying.notes_of(insured.sums))


@pytest.mark.parametrize("born", ["1976年2月30号生", "76年2月31号生", "六三年十一月31号的人"])
def test_a_day_that_does_not_exist_is_asked_for_again(born: str) -> None:
    read = BY_NAME["retirement"].read(Heard([f"女工，{born}，啥时候退休"], TODAY))

    assert read.missing is not None
    assert read.missing.label == "出生年月"


# -- elsewhere -------------------------------------------------------------------------------------------------

NOWHERE = counting.Elsewhere((), frozenset({"山东省劳动合同条例"}))


def elsewhere(guide: str, text: str) -> counting.Wanted | None:
    return counting.count(guide, (text,), PARAMETERS, TODAY, elsewhere=NOWHERE)


def test_a_sum_of_another_place_that_our_figures_do_not_touch_is_told_with_what_is_not_known_there() -> None:
    found = elsewhere("unlawful-dismissal", "无故辞退我，干了三年，一个月5000，赔多少")

    assert found is not None
    assert "30000 元" in saying.sentences_of(found.sums)
    # what a very high wage is limited to there nobody here knows
    assert any("没有那一年的平均工资" in note for note in saying.notes_of(found.sums))


@pytest.mark.parametrize(
    ("guide", "text"),
    [
        ("minimum-wage", "一个月2000，比最低工资少多少"),
        ("unlawful-dismissal", "无故辞退我，干了三年，一个月50000，赔多少"),
        ("unemployment-benefit", "失业保险交了5年，被辞退了，失业金能领多少"),
        ("maternity-leave", "剖腹产，产假多少天"),
        ("injury-benefits", "九级，工资4000，有工伤保险，现在离职了，赔多少"),
        # what is missing is not asked for where the sum could not be told
        ("minimum-wage", "比最低工资少多少"),
    ],
)
def test_a_sum_that_goes_by_our_figures_is_not_made_for_another_place(guide: str, text: str) -> None:
    here, there = wanted(guide, text), elsewhere(guide, text)

    assert here is not None
    assert here.sums or here.missing
    assert there is not None
    assert (there.sums, there.missing) == ((), None)
    assert "没有替您算" in there.problem


# -- figures ---------------------------------------------------------------------------------------------------

# Whole numbers that measure words and lists, not law.
OF_WORDS = {"_NEAR_KIND", "MOST_SUMS", "MOST_NAMED", "LONGEST_REPLY", "_MOST_BESIDE", "_LEAST_LISTED", "_OWN_GUIDES"}
ROUNDINGS = {"0", "1", "0.01", "0.0001", "0.1"}


def bare_figures(tree: ast.Module) -> list[str]:
    """Numbers by name, and decimals anywhere, that are not declared with their article."""
    named = [
        node.targets[0].id
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, int | float)
    ]
    decimals = [
        call.args[0].value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Decimal"
        if call.args and isinstance(call.args[0], ast.Constant)
    ]
    return [*sorted(set(named) - OF_WORDS), *(str(value) for value in decimals if str(value) not in ROUNDINGS)]


@pytest.mark.parametrize("path", sorted(Path(counting.__file__).parent.glob("*.py")), ids=lambda path: path.stem)
def test_a_figure_of_law_is_not_written_into_the_reading(path: Path) -> None:
    assert bare_figures(ast.parse(path.read_text(encoding="utf-8"))) == []


def test_a_figure_written_into_the_reading_would_be_found() -> None:
    assert bare_figures(ast.parse("_LONGEST_STEP = 240")) == ["_LONGEST_STEP"]
    assert bare_figures(ast.parse('PAID_DAYS = Decimal("21.75")')) == ["21.75"]
    assert bare_figures(ast.parse('PAID_DAYS = figure("21.75", law("企业职工带薪年休假实施办法", 11))')) == []
