from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from assistant import stats
from assistant.knowledge import load_knowledge
from assistant.stats import Coverage
from assistant.types import Guide, Knowledge, Parameter
from tests import more_knowledge
from tests.conftest import REAL_KNOWLEDGE
from tests.small_knowledge import edit

DAY = date(2026, 11, 21)
SOON = DAY + timedelta(days=90)


@pytest.fixture(name="full")
def _full(knowledge: Path) -> Path:
    """A knowledge folder of this test's own with one of everything."""
    return more_knowledge.add(knowledge)


def with_guide(knowledge: Knowledge, id_: str, **changes: object) -> Knowledge:
    """*knowledge* with one guide changed."""
    return replace(knowledge, guides=tuple(replace(guide, **changes) if guide.id == id_ else guide for guide in knowledge.guides))


def ids(items: list[Guide]) -> list[str]:
    return [guide.id for guide in items]


# -- how much there is -----------------------------------------------------------------------------------------


def test_each_kind_of_knowledge_is_counted(full: Path) -> None:
    assert stats.counts(load_knowledge(full)) == {
        "指南": 4,
        "指南的问法": 61,
        "标了靠哪几条法的问法": 1,
        "直接指向法条的问法": 3,
        "有问法的法条": 2,
        "报告里的事实": 2,
        "名词": 2,
        "俗话": 4,
        "参数": 1,
        "没有确认的参数": 1,
        "法律文件": 4,
        "工会项目": 46,
        "地点": 2,
        "救助条件": 2,
        "反问的岔路": 0,
        "说法不一的规定": 0,
        "其中没有定论的": 0,
        "查表": 0,
        "导入并发布的文本": 1,
    }


def test_a_draft_counts_nowhere(full: Path) -> None:
    edit(full / "guides/contract/unsigned-contract.md", "status: published", "status: draft")
    knowledge = load_knowledge(full)

    counts = stats.counts(knowledge)
    assert (counts["指南"], counts["指南的问法"]) == (3, 40)
    assert stats.by_topic(knowledge) == {"wages": 3}


def test_the_guides_of_each_topic_are_counted_and_reports_are_none(full: Path) -> None:
    assert stats.by_topic(load_knowledge(full)) == {"wages": 3, "contract": 1}


# -- what is covered -------------------------------------------------------------------------------------------


def test_a_matter_names_the_guides_in_use_and_those_that_are_missing(full: Path) -> None:
    rows = stats.coverage(load_knowledge(full), DAY)

    assert rows[:2] == [
        Coverage("labour-01", "工资支付与拖欠", ("unpaid-wages",), ("unpaid-wages-before-2024",)),
        Coverage("mistake-01", "没签合同就要不到工资", ("unpaid-wages",), ()),
    ]


def test_what_is_covered_depends_on_the_day(full: Path) -> None:
    row = stats.coverage(load_knowledge(full), date(2023, 12, 31))[0]

    assert (row.guides, row.missing) == (("unpaid-wages-before-2024",), ("unpaid-wages",))


def test_the_46_systems_follow_in_their_order_with_their_union(full: Path) -> None:
    edit(full / "programmes/all.yaml", "table_d: 1\n", "table_d: 99\n")
    edit(full / "programmes/all.yaml", "table_d: 46\n", "table_d: 1\n")
    edit(full / "programmes/all.yaml", "table_d: 45\n", "table_d:\n")

    systems = stats.coverage(load_knowledge(full), DAY)[2:]
    assert [row.id for row in systems] == [*(f"system-{number:02}" for number in range(1, 45)), "system-99"]
    assert (systems[0].title, systems[1].title) == ("第 46 个系统（即墨）", "第 2 个系统（莱西）")
    assert systems[0].guides == ("unpaid-wages",)


def test_the_shipped_knowledge_covers_everything_it_has_to() -> None:
    rows = stats.coverage(load_knowledge(REAL_KNOWLEDGE), DAY)

    assert [row.id for row in rows if not row.guides or row.missing] == []
    assert {row.id for row in rows} >= {f"system-{number:02}" for number in range(1, 47)}


# -- what must be looked at again ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("review_by", "is_due"),
    [
        pytest.param(DAY - timedelta(days=1), True, id="passed"),
        pytest.param(SOON, True, id="in ninety days"),
        pytest.param(SOON + timedelta(days=1), False, id="in ninety-one days"),
    ],
)
def test_a_guide_is_due_for_review_ninety_days_ahead(full: Path, review_by: date, is_due: bool) -> None:
    knowledge = with_guide(load_knowledge(full), "minimum-wage", review_by=review_by)

    assert ids(stats.due(knowledge, DAY)) == ["minimum-wage"] * is_due


def test_the_most_overdue_comes_first(full: Path) -> None:
    knowledge = with_guide(load_knowledge(full), "unpaid-wages", review_by=DAY - timedelta(days=30))
    knowledge = with_guide(knowledge, "minimum-wage", review_by=DAY - timedelta(days=60))

    assert ids(stats.due(knowledge, DAY)) == ["minimum-wage", "unpaid-wages"]


def test_a_report_is_due_like_any_guide(full: Path) -> None:
    assert "report-jimo-2025-members" in ids(stats.due(load_knowledge(full), date(2027, 3, 31)))


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"status": "draft"}, id="a draft"),
        pytest.param({"valid_until": DAY}, id="ended"),
        pytest.param({"valid_from": DAY + timedelta(days=1)}, id="not yet begun"),
    ],
)
def test_a_guide_that_is_not_in_use_is_not_due(full: Path, changes: dict[str, object]) -> None:
    knowledge = with_guide(load_knowledge(full), "minimum-wage", review_by=DAY, **changes)

    assert stats.due(knowledge, DAY) == []


# -- what ends -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("valid_until", "ends"),
    [
        pytest.param(DAY, False, id="ended today"),
        pytest.param(DAY + timedelta(days=1), True, id="ends tomorrow"),
        pytest.param(SOON, True, id="ends in ninety days"),
        pytest.param(SOON + timedelta(days=1), False, id="ends later"),
        pytest.param(None, False, id="does not end"),
    ],
)
def test_a_guide_that_ends_within_ninety_days_is_named(full: Path, valid_until: date | None, ends: bool) -> None:
    knowledge = with_guide(load_knowledge(full), "minimum-wage", valid_until=valid_until)

    assert [item.id for item in stats.ending(knowledge, DAY)] == ["minimum-wage"] * ends


def test_a_guide_that_somebody_follows_does_not_leave_a_gap(full: Path) -> None:
    knowledge = with_guide(load_knowledge(full), "minimum-wage", valid_until=SOON, replaced_by="unpaid-wages")

    assert stats.ending(knowledge, DAY) == []


def periods(knowledge: Knowledge, *days: tuple[date, date | None]) -> Knowledge:
    """*knowledge* with one parameter of these periods."""
    one: Parameter = knowledge.parameters[0]
    return replace(knowledge, parameters=tuple(replace(one, since=since, until=until) for since, until in days))


@pytest.mark.parametrize(
    ("until", "ends"),
    [
        pytest.param(DAY, False, id="ended today"),
        pytest.param(SOON, True, id="ends in ninety days"),
        pytest.param(SOON + timedelta(days=1), False, id="ends later"),
    ],
)
def test_a_figure_that_ends_with_nothing_after_it_is_named(full: Path, until: date, ends: bool) -> None:
    knowledge = periods(load_knowledge(full), (date(2025, 1, 1), until))

    assert [item.id for item in stats.ending(knowledge, DAY)] == ["minimum_wage_month"] * ends


def test_a_figure_whose_next_period_is_known_leaves_no_gap(full: Path) -> None:
    assert stats.ending(periods(load_knowledge(full), (date(2025, 1, 1), SOON), (SOON, None)), DAY) == []


def test_a_figure_not_yet_in_force_does_not_end(full: Path) -> None:
    assert stats.ending(periods(load_knowledge(full), (DAY + timedelta(days=1), SOON)), DAY) == []


# -- the report ------------------------------------------------------------------------------------------------


def test_the_report_says_all_of_it(full: Path) -> None:
    edit(full / "guides/wages/minimum-wage.md", "review_by: 2027-03-31", "review_by: 2026-11-20")
    edit(full / "guides/contract/unsigned-contract.md", "review_by: 2027-06-30", "review_by: 2026-12-31")
    edit(full / "guides/wages/unpaid-wages.md", "valid_until:\n", "valid_until: 2027-01-01\n")

    lines = stats.report(load_knowledge(full), DAY).splitlines()
    assert lines[0] == "指南：4"
    assert "各主题的指南：contract 1，wages 3" in lines
    assert "该答得上的事：47/48" in lines
    assert "  labour-01     工资支付与拖欠 → unpaid-wages；没有或停用了：unpaid-wages-before-2024" in lines
    assert "  mistake-01    没签合同就要不到工资 → unpaid-wages" in lines
    start = lines.index("该复查的指南（2）：")
    assert lines[start + 1 : start + 3] == [
        "  2026-11-20（已过） guides/wages/minimum-wage.md 即墨最低工资是多少",
        "  2026-12-31 guides/contract/unsigned-contract.md 没签劳动合同能要双倍工资吗",
    ]
    assert lines[lines.index("快停用、还没有接上的：") + 1] == "  unpaid-wages"
    assert lines[-1] == "  minimum_wage_month 即墨月最低工资：2400 元/月（鲁政字〔2025〕140号；high）"


def test_a_matter_that_nobody_answers_says_so(full: Path) -> None:
    edit(full / "coverage.yaml", "[unpaid-wages, unpaid-wages-before-2024]", "[unpaid-wages-before-2024]")

    assert "→ 没有指南；没有或停用了：unpaid-wages-before-2024" in stats.report(load_knowledge(full), DAY)


def test_where_nothing_ends_the_report_says_so(full: Path) -> None:
    assert "快停用、还没有接上的：\n  没有\n" in stats.report(load_knowledge(full), DAY)


def test_a_figure_nobody_knows_is_said_to_be_missing(full: Path) -> None:
    edit(full / "parameters/wages.yaml", 'value: "2400"', "value:")
    edit(full / "parameters/wages.yaml", "  document: 鲁政字〔2025〕140号\n", "")

    assert stats.report(load_knowledge(full), DAY).splitlines()[-1] == "  minimum_wage_month 即墨月最低工资：没有数（测试；high）"
