from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assistant.lint import lint
from tests.small_knowledge import edit, line_of

DAY = date(2026, 11, 21)
GUIDE = "guides/wages/unpaid-wages.md"
OTHER = "guides/contract/unsigned-contract.md"
LOCAL = "guides/wages/minimum-wage.md"
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


def test_an_instruments_problem_names_the_line_of_its_entry(knowledge: Path) -> None:
    edit(knowledge / "instruments.yaml", "articles: 15", "articles: 0")

    path = knowledge / "instruments.yaml"
    assert lint(knowledge, DAY)[0].startswith(f"{path}:{line_of(path, '- name: 最低工资规定')}: ")


def test_an_article_that_the_text_lacks_is_named(knowledge: Path) -> None:
    edit(knowledge / "instruments.yaml", "articles: 98", "articles: 120")
    edit(knowledge / OTHER, 'article: "10"', 'article: "110"')
    edit(knowledge / OTHER, "第十条", "第一百一十条")

    assert lint(knowledge, DAY) == [f"{knowledge / 'instruments.yaml'}:1: 法条库里没有《劳动合同法》第一百一十条"]


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
    assert any(problem.startswith(f"{knowledge / GUIDE}:") and "outcome_promised" in problem for problem in problems), problems


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
        "phrasings/more.yaml:1: 没有指南 gone，它的问法没处放"
    ]
