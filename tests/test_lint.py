from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assistant.knowledge import load_knowledge
from assistant.lint import lint
from tests import more_knowledge
from tests.more_knowledge import REST_RULES
from tests.small_knowledge import edit, line_of

DAY = date(2026, 11, 21)
GUIDE = "guides/wages/unpaid-wages.md"
OTHER = "guides/contract/unsigned-contract.md"
LOCAL = "guides/wages/minimum-wage.md"
EARLIER = "guides/wages/unpaid-wages-before-2024.md"
REAL_KNOWLEDGE = Path(__file__).parent.parent / "knowledge"


def test_good_knowledge_has_no_problems(knowledge: Path) -> None:
    assert lint(knowledge, DAY) == []


def test_the_shipped_knowledge_has_no_problems() -> None:
    assert lint(REAL_KNOWLEDGE, DAY) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "at", "says"),
    [
        pytest.param(
            GUIDE,
            '劳动合同法, article: "30"',
            '欠薪惩治法, article: "3"',
            "欠薪惩治法",
            "instruments.yaml 里没有这部规定",
            id="an unknown law",
        ),
        pytest.param(OTHER, '劳动合同法, article: "10"', '劳动合同法, article: "99"', "劳动合同法", "没有这一条", id="no such article"),
        pytest.param(
            LOCAL, '最低工资规定, article: "12"', '企业最低工资规定, article: "12"', "企业最低工资规定", "已经失效", id="a repealed rule"
        ),
        pytest.param(
            GUIDE,
            "（《劳动合同法》第三十条）",
            "（《劳动合同法》第三十八条）",
            "第三十八条",
            "basis 里没有",
            id="an article not in the basis",
        ),
        pytest.param(
            LOCAL,
            "{{minimum_wage_month}} 比一比",
            "{{minimum_wage_day}} 比一比",
            "minimum_wage_day",
            "参数 minimum_wage_day 没有登记",
            id="an unknown figure",
        ),
        pytest.param(
            GUIDE, "地点先打 12333 问", "地点先打 4008123123 问", "4008123123", "号码 4008123123 不在 places.yaml", id="a strange number"
        ),
        pytest.param(
            GUIDE, "地点先打 12333 问", "地点上 pay-back.top 查", "pay-back.top", "网址 pay-back.top 不在名单里", id="a strange link"
        ),
        pytest.param(
            GUIDE, "review_by: 2027-06-30", "review_by: 2023-06-30", "review_by", "复查日不晚于生效日", id="a review before its time"
        ),
        pytest.param(
            GUIDE, "valid_until:\n", "valid_until: 2023-12-31\n", "valid_until", "停用日不晚于生效日", id="an end before its beginning"
        ),
        pytest.param(
            OTHER,
            "单位每月要付二倍的工资。",
            "单位每月要付二倍的工资。要先存证据。再去仲裁。",
            "再去仲裁。",
            "超过两句",
            id="a short answer of three sentences",
        ),
        pytest.param(
            OTHER,
            "单位每月要付二倍的工资。",
            f"{'单位要付钱，' * 30}单位每月要付二倍的工资。",
            "上班满一个月还没签",
            "超过 150 字",
            id="a long short answer",
        ),
        pytest.param(OTHER, "单位每月要付", "单位自用工之日起每月要付", "用工之日起每月", "难懂的“之日”", id="a hard word"),
        pytest.param(
            OTHER, "related: [unpaid-wages]", "related: [nobody]", "related", "related 里的 nobody 没有这条指南", id="nothing related"
        ),
        pytest.param(OTHER, "合同一直没给我签", "单位一直不跟我签合同", "单位一直不跟我签合同", "重复", id="an ask twice in one guide"),
        pytest.param(GUIDE, "工资一直拖着不发找谁", "单位一直不跟我签合同", "单位一直不跟我签合同", "重复", id="an ask of another guide"),
    ],
)
def test_a_guides_problem_names_its_file_and_line(knowledge: Path, name: str, old: str, new: str, at: str, says: str) -> None:
    edit(knowledge / name, old, new)

    problems = lint(knowledge, DAY)
    assert any(problem.startswith(f"{knowledge / name}:{line_of(knowledge / name, at)}: ") and says in problem for problem in problems), (
        problems
    )


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        pytest.param("instruments.yaml", "aliases: [劳合法]", "aliases: [最低工资规定]", "同时指", id="a name of two instruments"),
        pytest.param(
            "instruments.yaml", "version_from: 2013-07-01", "version_from: 2007-07-01", "version_from 早于", id="a version before its law"
        ),
        pytest.param(
            "instruments.yaml",
            "in_force_until: 2004-03-01",
            "in_force_until: 1990-01-01",
            "失效日不晚于施行日",
            id="an end before the beginning",
        ),
        pytest.param("instruments.yaml", "replaced_by: 最低工资规定", "replaced_by: 新最低工资规定", "没有登记", id="an unknown successor"),
        pytest.param("instruments.yaml", "articles: 15", "articles: 0", "条数不对", id="no articles"),
        pytest.param("instruments.yaml", "  articles: 98\n", "", "有原文却没写条数", id="a text without a count"),
    ],
)
def test_an_instruments_problem_names_its_file(knowledge: Path, name: str, old: str, new: str, says: str) -> None:
    edit(knowledge / name, old, new)

    problems = lint(knowledge, DAY)
    assert any(problem.startswith(f"{knowledge / name}:") and says in problem for problem in problems), problems


def test_an_instrument_may_have_a_single_article(knowledge: Path) -> None:
    edit(knowledge / "instruments.yaml", "articles: 34", "articles: 1")

    assert lint(knowledge, DAY) == []


def test_an_instruments_problem_names_the_line_of_its_entry(knowledge: Path) -> None:
    edit(knowledge / "instruments.yaml", "articles: 15", "articles: 0")

    path = knowledge / "instruments.yaml"
    assert lint(knowledge, DAY)[0].startswith(f"{path}:{line_of(path, '- name: 最低工资规定')}: ")


def test_an_article_that_the_text_lacks_is_named(knowledge: Path) -> None:
    edit(knowledge / "instruments.yaml", "articles: 98", "articles: 120")
    edit(knowledge / OTHER, 'article: "10"', 'article: "110"')
    edit(knowledge / OTHER, "第十条", "第一百一十条")

    assert lint(knowledge, DAY) == [
        f"{knowledge / 'instruments.yaml'}:1: 法条库里没有《劳动合同法》第一百一十条，请核对条号或者改 text 一项"
    ]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        pytest.param("until: 2025-10-01", "until: 2023-01-01", "结束日不晚于开始日", id="an end before the beginning"),
        pytest.param("until: 2025-10-01", "until: 2026-01-01", "重叠", id="two periods at once"),
        pytest.param('value: "2200"', "value:", "没有数却写成已确认", id="confirmed without a figure"),
    ],
)
def test_a_parameters_problem_names_its_file_and_line(knowledge: Path, old: str, new: str, says: str) -> None:
    edit(knowledge / "parameters/wages.yaml", old, new)

    problems = lint(knowledge, DAY)
    assert any(problem.startswith(f"{knowledge / 'parameters/wages.yaml'}:1: ") and says in problem for problem in problems), problems


def test_a_short_answer_that_stands_in_two_guides_is_named(knowledge: Path) -> None:
    edit(
        knowledge / OTHER,
        "上班满一个月还没签书面合同，单位每月要付二倍的工资。",
        "单位必须按时足额发工资，拖欠的可以要回来。先打 12333 投诉，不行就申请劳动仲裁。",
    )

    problems = lint(knowledge, DAY)
    assert any(problem.startswith(f"{knowledge / GUIDE}:1: ") and "一样" in problem for problem in problems), problems


def test_an_id_that_stands_in_two_guides_is_named(knowledge: Path) -> None:
    text = (knowledge / GUIDE).read_text(encoding="utf-8")
    (knowledge / "guides/union").mkdir()
    (knowledge / "guides/union/unpaid-wages.md").write_text(text, encoding="utf-8")

    problems = lint(knowledge, DAY)
    assert any(problem.startswith(f"{knowledge / GUIDE}:2: id unpaid-wages 和") for problem in problems), problems


def test_a_strange_number_in_a_reply_is_named(knowledge: Path) -> None:
    edit(knowledge / "replies.yaml", "12356 心理援助热线", "4008123123 心理援助热线")

    problems = lint(knowledge, DAY)
    assert any(
        problem.startswith(f"{knowledge / 'replies.yaml'}:") and "crisis_self_harm 里的号码 4008123123" in problem for problem in problems
    )


def test_a_guide_whose_answer_the_gate_would_not_send_is_named(knowledge: Path) -> None:
    edit(knowledge / GUIDE, "拖欠的可以要回来。", "拖欠的一定能要回来。")

    problems = lint(knowledge, DAY)
    assert any(problem.startswith(f"{knowledge / GUIDE}:") and "在保证结果" in problem for problem in problems), problems


def test_a_file_that_cannot_be_read_is_the_only_thing_named(knowledge: Path) -> None:
    edit(knowledge / GUIDE, "topic: wages", "topic: money")
    edit(knowledge / OTHER, "related: [unpaid-wages]", "related: [nobody]")

    problems = lint(knowledge, DAY)
    assert len(problems) == 1
    assert problems[0].startswith(f"{knowledge / GUIDE}:4: ")


def test_every_problem_is_named_at_once(knowledge: Path) -> None:
    edit(knowledge / GUIDE, "地点先打 12333 问", "地点先打 4008123123 问")
    edit(knowledge / OTHER, "related: [unpaid-wages]", "related: [nobody]")

    assert len(lint(knowledge, DAY)) == 2


def test_a_rule_repealed_later_is_a_problem_from_that_day_on(knowledge: Path) -> None:
    edit(
        knowledge / "instruments.yaml",
        "  in_force_from: 2004-03-01\n  articles: 15",
        "  in_force_from: 2004-03-01\n  in_force_until: 2027-01-01\n  articles: 15",
    )

    assert lint(knowledge, date(2026, 12, 31)) == []
    assert any("已经失效" in problem for problem in lint(knowledge, date(2027, 1, 1)))


def test_phrasings_of_a_guide_that_is_gone_are_named(knowledge: Path) -> None:
    (knowledge / "phrasings").mkdir(exist_ok=True)
    (knowledge / "phrasings" / "more.yaml").write_text("- guide: gone\n  asks: [老板跑了咋办]\n", encoding="utf-8")

    assert [problem.removeprefix(f"{knowledge}/") for problem in lint(knowledge, date(2026, 11, 21))] == [
        "phrasings/more.yaml:1: 没有指南 gone，它的问法没处放，请删掉它，或者把指南、条文加回来"
    ]


# -- guides of earlier and later days --------------------------------------------------------------------------


@pytest.fixture(name="full")
def _full(knowledge: Path) -> Path:
    """A knowledge folder of this test's own with one of everything."""
    return more_knowledge.add(knowledge)


def test_a_guide_that_gives_way_to_nobody_known_is_named(full: Path) -> None:
    edit(full / EARLIER, "replaced_by: unpaid-wages", "replaced_by: nobody")

    problems = lint(full, DAY)
    assert f"{full / EARLIER}:{line_of(full / EARLIER, 'replaced_by')}: replaced_by 写的 nobody 没有这条指南，请改名" in problems


def test_a_guide_that_gives_way_says_from_which_day(full: Path) -> None:
    edit(full / EARLIER, "valid_until: 2024-01-01\n", "valid_until:\n")

    problems = lint(full, DAY)
    line = line_of(full / EARLIER, "replaced_by")
    assert f"{full / EARLIER}:{line}: 写了 replaced_by 就要写 valid_until，请补上停用的日子" in problems


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        pytest.param(
            "valid_until: 2024-01-01", "valid_until: 2024-03-01", "从 2024-01-01 起用，这条到 2024-03-01 才停用", id="days that both hold"
        ),
        pytest.param("replaced_by: unpaid-wages", "replaced_by: unpaid-wages-before-2024", "写的是它自己", id="itself"),
    ],
)
def test_a_guide_and_the_one_that_follows_it_never_hold_together(full: Path, old: str, new: str, says: str) -> None:
    edit(full / EARLIER, old, new)

    line = line_of(full / EARLIER, "replaced_by")
    assert any(problem.startswith(f"{full / EARLIER}:{line}: ") and says in problem for problem in lint(full, DAY))


def test_a_gap_between_a_guide_and_the_one_that_follows_it_may_be_meant(full: Path) -> None:
    edit(full / EARLIER, "valid_until: 2024-01-01", "valid_until: 2023-06-01")

    assert lint(full, DAY) == []


def test_a_guide_does_not_give_way_to_a_draft(full: Path) -> None:
    edit(full / GUIDE, "status: published", "status: draft")

    line = line_of(full / EARLIER, "replaced_by")
    assert f"{full / EARLIER}:{line}: replaced_by 写的 unpaid-wages 没有发布，请先发布它或者改名" in lint(full, DAY)


def test_the_answer_of_a_guide_that_has_ended_goes_through_the_gate_too(full: Path) -> None:
    text = (full / EARLIER).read_text(encoding="utf-8")
    step = text.index("## 怎么办\n1. ") + len("## 怎么办\n1. ")
    (full / EARLIER).write_text(text[:step] + "看第九十九条。" + text[step:], encoding="utf-8")

    assert any("过不了发送检查" in problem and str(full / EARLIER) in problem for problem in lint(full, DAY))


# -- see also --------------------------------------------------------------------------------------------------


def _see_also(root: Path, *rows: str) -> None:
    edit(
        root / GUIDE,
        "valid_from: 2024-01-01",
        "see_also:\n" + "".join(f"  - {{{row}, why: 国家法的同一条}}\n" for row in rows) + "valid_from: 2024-01-01",
    )


def test_an_article_beside_a_guide_that_is_law_is_fine(knowledge: Path) -> None:
    _see_also(knowledge, 'instrument: 劳动合同法, article: "38"')

    assert lint(knowledge, DAY) == []


@pytest.mark.parametrize(
    ("row", "says"),
    [
        pytest.param('instrument: 劳动合同法, article: "99"', "没有这一条，请核对条号", id="no such article"),
        pytest.param('instrument: 还没登记的办法, article: "1"', "请先登记它", id="no such law"),
        pytest.param('instrument: 劳动合同法, article: "30"', "已经写过了，请删掉", id="in the basis"),
    ],
)
def test_an_article_beside_a_guide_is_law_today_and_not_in_its_basis(knowledge: Path, row: str, says: str) -> None:
    _see_also(knowledge, row)

    problems = lint(knowledge, DAY)
    assert len(problems) == 1
    assert "see_also 的" in problems[0]
    assert says in problems[0]


def test_an_article_beside_a_guide_is_written_once(knowledge: Path) -> None:
    _see_also(knowledge, *['instrument: 劳动合同法, article: "38"'] * 2)

    assert any("已经写过了" in problem for problem in lint(knowledge, DAY))


def test_an_article_beside_a_guide_says_why_it_is_there(knowledge: Path) -> None:
    edit(knowledge / GUIDE, "valid_from: 2024-01-01", 'see_also:\n  - {instrument: 劳动合同法, article: "38"}\nvalid_from: 2024-01-01')

    assert any("why" in problem for problem in lint(knowledge, DAY))


def test_a_basis_that_is_not_yet_law_on_the_guides_first_day_is_named(full: Path) -> None:
    edit(full / EARLIER, "valid_from: 2008-01-01", "valid_from: 2007-12-31")

    problems = lint(full, DAY)
    assert any(
        problem.startswith(f"{full / EARLIER}:{line_of(full / EARLIER, '劳动合同法')}: ") and "还没有施行" in problem
        for problem in problems
    )


def test_a_guide_of_earlier_days_may_rest_on_what_was_law_then(full: Path) -> None:
    edit(full / EARLIER, 'instrument: 劳动合同法, article: "30"', 'instrument: 企业最低工资规定, article: "3"')
    edit(full / EARLIER, "（《劳动合同法》第三十条）", "（《企业最低工资规定》第三条）")
    edit(full / EARLIER, "valid_from: 2008-01-01", "valid_from: 2000-01-01")

    assert lint(full, DAY) == []


def test_a_guide_of_coming_days_may_rest_on_what_will_be_law_then(knowledge: Path) -> None:
    edit(
        knowledge / "instruments.yaml",
        "  in_force_from: 2004-03-01\n  articles: 15",
        "  in_force_from: 2027-01-01\n  articles: 15",
    )
    edit(knowledge / LOCAL, "valid_from: 2025-10-01", "valid_from: 2026-12-31")
    before = lint(knowledge, DAY)
    edit(knowledge / LOCAL, "valid_from: 2026-12-31", "valid_from: 2027-01-01")

    assert any("还没有施行" in problem for problem in before)
    assert lint(knowledge, DAY) == []


def test_the_basis_of_a_draft_may_still_be_wrong(knowledge: Path) -> None:
    edit(knowledge / OTHER, '劳动合同法, article: "10"', '还没登记的办法, article: "1"')
    edit(knowledge / OTHER, "（《劳动合同法》第十条）", "")
    edit(knowledge / OTHER, "status: published", "status: draft")

    assert lint(knowledge, DAY) == []


# -- asks ------------------------------------------------------------------------------------------------------


def test_a_guide_with_nineteen_asks_is_named_and_one_more_anywhere_is_enough(knowledge: Path) -> None:
    edit(knowledge / OTHER, "  - 单位说口头讲好就行\n", "")
    path = knowledge / OTHER
    before = lint(knowledge, DAY)
    (knowledge / "phrasings").mkdir()
    (knowledge / "phrasings/more.yaml").write_text("- guide: unsigned-contract\n  asks: [说好了就是没写下来]\n", encoding="utf-8")

    assert before == [f"{path}:{line_of(path, 'asks')}: 连 phrasings/ 里的一共 19 个问法，至少 20 个，请补上"]
    assert lint(knowledge, DAY) == []


def test_a_draft_may_have_few_asks(knowledge: Path) -> None:
    edit(knowledge / OTHER, "  - 单位说口头讲好就行\n", "")
    edit(knowledge / OTHER, "status: published", "status: draft")

    assert lint(knowledge, DAY) == []


@pytest.mark.parametrize(
    ("says", "at"),
    [
        pytest.param("[老板欠我三个月工资怎么办]", "unpaid-wages", id="an ask"),
        pytest.param("[离婚了房子归谁, 离婚了房子归谁？]", "others.yaml 或 vague.yaml", id="twice"),
    ],
)
def test_what_is_not_our_business_is_no_ask_and_is_written_once(knowledge: Path, says: str, at: str) -> None:
    (knowledge / "others.yaml").write_text(f"- matter: 家事\n  says: {says}\n", encoding="utf-8")

    problems = lint(knowledge, DAY)
    assert len(problems) == 1
    assert problems[0].endswith(f"重复，另一处是 {at}，请删掉一个")


def test_an_articles_ask_that_a_guide_has_too_is_named(full: Path) -> None:
    edit(full / "phrasings/articles.yaml", "- 被逼着辞职算谁的", "- 工地欠薪找哪个部门？")

    assert lint(full, DAY) == [
        f"{full / 'phrasings'}:1: 《劳动合同法》第三十八条的问法“工地欠薪找哪个部门？”和 unpaid-wages 的一样，请删掉一个"
    ]


def test_an_ask_of_two_articles_is_named(full: Path) -> None:
    edit(full / "phrasings/articles.yaml", "- 被逼着辞职算谁的", "- 夜班津贴算不算在那条线里！")

    assert lint(full, DAY) == [
        f"{full / 'phrasings'}:1: 《最低工资规定》第十二条的问法“夜班津贴算不算在那条线里”和 《劳动合同法》第三十八条 的一样，请删掉一个"
    ]


# -- reading ---------------------------------------------------------------------------------------------------


def _steps(root: Path, words: str) -> None:
    edit(root / OTHER, "1. 先存好打卡、工资转账和工作群记录。", f"1. {words}")


@pytest.mark.parametrize("word", ["之日", "予以", "其中之", "该等", "上述", "系指", "亦", "兹"])
def test_a_word_of_the_offices_is_named(knowledge: Path, word: str) -> None:
    _steps(knowledge, f"先存好打卡，{word}记录。")

    line = line_of(knowledge / OTHER, f"1. 先存好打卡，{word}")
    assert lint(knowledge, DAY) == [f"{knowledge / OTHER}:{line}: 有难懂的“{word}”，请换成平常说的话"]


@pytest.mark.parametrize(("characters", "wrong"), [(45, False), (46, True)])
def test_a_clause_without_a_pause_is_named_from_46_characters(knowledge: Path, characters: int, wrong: bool) -> None:
    _steps(knowledge, f"存好{'打卡' * 30}"[:characters] + "，再去。")

    assert [f"连着 {characters} 字没有停顿" in problem for problem in lint(knowledge, DAY)] == [True] * wrong


@pytest.mark.parametrize("mark", list("，；：、！？“”（）"))
def test_every_mark_is_a_pause(knowledge: Path, mark: str) -> None:
    _steps(knowledge, f"{'存' * 30}{mark}{'存' * 30}。")

    assert lint(knowledge, DAY) == []


@pytest.mark.parametrize(("characters", "wrong"), [(150, False), (151, True)])
def test_a_sentence_is_named_from_151_characters(knowledge: Path, characters: int, wrong: bool) -> None:
    _steps(knowledge, ("存好打卡记录，" * 30)[: characters - 1] + "。")

    assert [f"这一句有 {characters} 字，超过 150 字" in problem for problem in lint(knowledge, DAY)] == [True] * wrong


def test_a_citation_and_a_placeholder_are_not_read_aloud(knowledge: Path) -> None:
    edit(
        knowledge / LOCAL,
        "不补就打 12333 投诉。",
        f"不补就{'去' * 20}《最低工资规定》第十二条、第十二条和{'去' * 5}{{{{minimum_wage_month}}}}{'去' * 15}投诉。",
    )

    assert lint(knowledge, DAY) == []


@pytest.mark.parametrize(("more", "wrong"), [(0, False), (1, True)])
def test_an_answer_and_its_steps_must_fit_into_one_message(knowledge: Path, more: int, wrong: bool) -> None:
    guide = next(guide for guide in load_knowledge(knowledge).guides if guide.id == "unsigned-contract")
    steps = next(section.items for section in guide.sections if section.kind == "steps")
    left = 1750 - 200 - len(guide.short.encode()) - sum(len(step.encode()) + 4 for step in steps) - 4 + more
    sentence = "先存好证据。"
    whole, rest = divmod(left, len(sentence.encode()))
    edit(knowledge / OTHER, "## 时限", f"3. {sentence * whole}{'a' * rest}\n## 时限")

    line = line_of(knowledge / OTHER, guide.short)
    problem = f"{knowledge / OTHER}:{line}: 答案加步骤有 1751 字节，公众号一条消息放不下（上限 1750），请把步骤写短"
    assert lint(knowledge, DAY) == [problem] * wrong


# -- figures ---------------------------------------------------------------------------------------------------


def test_a_figure_that_no_article_of_the_basis_has_is_named(knowledge: Path) -> None:
    _steps(knowledge, "45 天里去申请。")

    line = line_of(knowledge / OTHER, "1. 45 天里")
    assert lint(knowledge, DAY) == [
        f"{knowledge / OTHER}:{line}: 数“45日”在依据的条文里找不到，请改成条文里的数，或者核对后写进 figures.yaml 的 unsigned-contract"
    ]


def test_a_figure_in_the_short_answer_is_looked_at_too(knowledge: Path) -> None:
    edit(knowledge / OTHER, "单位每月要付二倍的工资。", "单位每月要付三倍的工资。")

    assert any("数“3倍”在依据的条文里找不到" in problem for problem in lint(knowledge, DAY))


def test_a_figure_of_an_article_outside_the_basis_is_named(knowledge: Path) -> None:
    # One month stands in 第十条, which the guide rests on; thirty days in 第三十七条, which it does not.
    _steps(knowledge, "一个月里去签，30 天前说一声。")

    assert ["数“30日”" in problem for problem in lint(knowledge, DAY)] == [True]


@pytest.mark.parametrize(
    "row",
    [
        pytest.param("- guide: unsigned-contract\n", id="of the guide"),
        pytest.param('- article: {instrument: 劳动合同法, article: "82"}\n', id="of an article of its basis"),
    ],
)
def test_a_figure_in_the_ledger_is_proven(knowledge: Path, row: str) -> None:
    _steps(knowledge, "45 天里去申请。")
    with (knowledge / "figures.yaml").open("a", encoding="utf-8") as file:
        file.write(row + '  figures: ["45日"]\n  because: 测试\n')

    assert lint(knowledge, DAY) == []


@pytest.mark.parametrize(
    "row",
    [
        pytest.param("- guide: minimum-wage\n", id="of another guide"),
        pytest.param('- article: {instrument: 劳动合同法, article: "38"}\n', id="of an article outside the basis"),
    ],
)
def test_a_figure_in_another_row_of_the_ledger_is_not(knowledge: Path, row: str) -> None:
    _steps(knowledge, "45 天里去申请。")
    with (knowledge / "figures.yaml").open("a", encoding="utf-8") as file:
        file.write(row + '  figures: ["45日"]\n  because: 测试\n')

    assert ["数“45日”" in problem for problem in lint(knowledge, DAY)] == [True]


def test_the_figure_of_a_parameter_needs_no_article(knowledge: Path) -> None:
    edit(knowledge / LOCAL, "不补就打 12333 投诉。", "低于 {{ minimum_wage_month }} 就打 12333 投诉。")

    assert lint(knowledge, DAY) == []


def test_a_parameters_figure_written_out_is_named(knowledge: Path) -> None:
    edit(knowledge / LOCAL, "不补就打 12333 投诉。", "低于 2400 元就打 12333 投诉。")

    assert ["数“2400元”" in problem for problem in lint(knowledge, DAY)] == [True]


def test_a_figure_of_an_imported_text_proves_a_guide_that_rests_on_it(full: Path) -> None:
    edit(full / OTHER, '  - {instrument: 劳动合同法, article: "10"}\n', f'  - {{instrument: {REST_RULES}, article: "3"}}\n')
    edit(full / OTHER, "单位要在用工起一个月内签书面合同（《劳动合同法》第十条）", f"从 2020 年 1 月 1 日起（《{REST_RULES}》第三条）")
    proven = lint(full, DAY)
    edit(full / f"texts/{REST_RULES}.md", "status: published", "status: draft")

    assert proven == []
    assert any("20200101日期" in problem for problem in lint(full, DAY))


def test_a_draft_may_have_figures_that_nothing_proves(knowledge: Path) -> None:
    _steps(knowledge, "45 天里去申请。")
    edit(knowledge / OTHER, "status: published", "status: draft")

    assert lint(knowledge, DAY) == []


# -- reports ---------------------------------------------------------------------------------------------------


def test_a_report_has_figures_and_few_asks_of_its_own(full: Path) -> None:
    edit(full / "reports/jimo-2025.yaml", "发展会员 12046 名。", "发展会员 12046 名，花了 350 万元，用了 45 天。")

    assert lint(full, DAY) == []


def test_a_report_may_name_an_article_that_is_nobodys_basis(full: Path) -> None:
    edit(full / "reports/jimo-2025.yaml", "发展会员 12046 名。", "按《劳动合同法》第五十条帮了 3 个人。")

    assert not any("basis" in problem for problem in lint(full, DAY))


def test_a_strange_number_in_a_report_is_named(full: Path) -> None:
    edit(full / "reports/jimo-2025.yaml", "发展会员 12046 名。", "热线 4008123123 打通了。")

    path = full / "reports/jimo-2025.yaml"
    problem = f"{path}:{line_of(path, '4008123123')}: 号码 4008123123 不在 places.yaml 的名单里，请删掉，改成名单里的号码"
    assert problem in lint(full, DAY)
