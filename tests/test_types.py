from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from datetime import date

import pytest

from assistant.types import Answer, Citation, Guide

GUIDE = Guide(
    id="double-wage",
    title="没签合同",
    topic="contract",
    region="全国",
    short="可以要双倍工资。",
    sections=(),
    basis=(),
    asks=(),
    keywords=(),
    related=(),
    valid_from=date(2020, 1, 1),
    valid_until=date(2026, 12, 1),
    review_by=date(2027, 1, 1),
    status="published",
    confidence="high",
)


@pytest.mark.parametrize(
    ("guide", "on", "expected"),
    [
        pytest.param(GUIDE, date(2020, 1, 1), True, id="its first day"),
        pytest.param(GUIDE, date(2019, 12, 31), False, id="the day before"),
        pytest.param(GUIDE, date(2026, 11, 30), True, id="its last day"),
        pytest.param(GUIDE, date(2026, 12, 1), False, id="the day it ended"),
        pytest.param(replace(GUIDE, valid_until=None), date(2099, 1, 1), True, id="without an end"),
        pytest.param(replace(GUIDE, status="draft"), date(2026, 1, 1), False, id="a draft"),
    ],
)
def test_a_guide_is_in_use_on_its_days(guide: Guide, on: date, expected: bool) -> None:
    assert guide.in_use(on) is expected


def test_an_answer_cannot_be_changed_after_the_gate() -> None:
    answer = Answer("answered", "可以。", date(2026, 11, 21), "即墨")

    with pytest.raises(FrozenInstanceError):
        answer.short = "不可以。"  # type: ignore[misc]


def test_citations_of_one_law_are_sorted_together() -> None:
    citations = [Citation("工会法", "6"), Citation("劳动法", "48"), Citation("工会法", "3")]

    assert sorted(citations) == [Citation("劳动法", "48"), Citation("工会法", "3"), Citation("工会法", "6")]
