"""From a conversation to the papers that go with its answer."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.paperwork.begun import GUIDES, begun_papers, titles
from assistant.paperwork.registry import find_paper
from assistant.types import Answer
from assistant.web import forms
from tests.conftest import REAL_KNOWLEDGE

DAY = date(2026, 11, 21)


def answer(*guides: str, skill: dict[str, object] | None = None, outcome: str = "answered") -> Answer:
    return Answer(outcome, "可以。", DAY, "即墨", guide_ids=guides, skill=skill)  # type: ignore[arg-type]


def fields(text: str, *guides: str, history: tuple[str, ...] = ()) -> dict[str, dict[str, str]]:
    return {paper.name: dict(paper.fields) for paper in begun_papers(answer(*guides), text, history)}


def test_a_complaint_is_begun_with_what_was_told() -> None:
    text = "2023年3月1日进的厂，没签合同，一个月4000，老板欠我三个月工资"

    assert fields(text, "unpaid-wages") == {
        "inspection_complaint": {
            "complaints.1.kind": "wages", "start": "2023-03-01", "wage": "4000", "contract": "unsigned", "facts": text,
        }
    }  # fmt: skip


def test_a_month_is_no_day_and_no_day_is_made_up() -> None:
    assert fields("2023年3月进的厂，欠我工资", "unpaid-wages")["inspection_complaint"].keys() == {"complaints.1.kind", "facts"}


def test_an_outline_for_the_injury_has_its_day() -> None:
    found = fields("2026年11月3日在车间让机器轧伤了手，厂里不给报工伤", "injury-first-steps")

    assert found["injury_outline"]["happened"] == "2026-11-03"


def test_a_notice_names_the_reasons_that_were_told_and_no_last_day() -> None:
    found = fields("老板拖欠工资，也没给交社保，2026年11月20日我不干了", "forced-resignation")["resignation_notice"]

    assert (found["reasons.1.reason"], found["reasons.2.reason"]) == ("wages", "insurance")
    assert "end" not in found


def test_what_was_told_before_on_the_same_matter_is_in_it() -> None:
    found = fields("那怎么投诉", "labour-inspection", history=("老板欠我三个月工资，一个月4000",))

    assert "欠我三个月工资" in found["inspection_complaint"]["facts"]


def test_a_sum_that_can_be_claimed_has_a_button_of_its_own() -> None:
    row = {"name": "severance", "inputs": {"reason": "unlawful"}, "total": "1.00"}
    skill = {"name": "severance", "inputs": {"reason": "unlawful"}, "result": row}

    assert [paper.name for paper in begun_papers(answer("unlawful-dismissal"), "被辞了")] == ["arbitration_application"]
    assert begun_papers(answer("unlawful-dismissal", skill=skill), "被辞了") == []


def test_who_leaves_for_cause_is_offered_the_notice() -> None:
    skill = {"name": "severance", "inputs": {"reason": "forced"}, "result": None}

    assert titles(answer("economic-compensation-sum", skill=skill)) == ["被迫解除劳动合同通知书"]


@pytest.mark.parametrize("outcome", ["crisis", "declined", "handed_over", "clarify"])
def test_what_is_no_answer_has_no_paper(outcome: str) -> None:
    assert begun_papers(answer("unpaid-wages", outcome=outcome), "欠我工资") == []
    assert titles(answer("unpaid-wages", outcome=outcome)) == []


def test_two_guides_of_one_paper_begin_it_once() -> None:
    assert titles(answer("unpaid-wages", "minimum-wage")) == ["劳动保障监察投诉书"]


@pytest.mark.parametrize("guide", sorted(GUIDES))
def test_every_guide_of_it_is_there_and_its_form_knows_each_field(guide: str) -> None:
    assert list(REAL_KNOWLEDGE.glob(f"guides/*/{guide}.md"))
    for paper in begun_papers(answer(guide), "2023年3月1日进厂，没签合同，一个月4000，拖欠工资，没交社保"):
        inputs = find_paper(paper.name).inputs
        assert {key for key, _ in paper.fields} <= forms.keys(inputs)
        assert find_paper(paper.name).fill(forms.raw(inputs, list(paper.fields)), (), DAY)


def test_a_long_story_is_cut_to_what_the_form_takes() -> None:
    text = "老板欠我工资。" * 2000
    longest = next(one.most for one in find_paper("inspection_complaint").inputs if one.name == "facts")

    assert len(fields(text, "unpaid-wages")["inspection_complaint"]["facts"]) == longest
