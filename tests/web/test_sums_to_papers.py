"""From a sum in an answer to the paper that claims it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from assistant.skills import handing
from assistant.types import Answer
from assistant.web.wechat.parts import write
from tests.web.conftest import WebClient
from tests.web.test_public import Page, answer_to

OWED = "老板拖欠我三个月工资，一个月4000，一共该要多少"


def answer(skill: dict[str, object] | None) -> Answer:
    return Answer("answered", "可以。", date(2026, 11, 21), "即墨", skill=skill)


def row(name: str, **inputs: object) -> dict[str, object]:
    return {"name": name, "inputs": inputs, "total": "1.00"}


def test_a_sum_of_an_answer_is_written_into_the_application_with_one_tap(client: WebClient) -> None:
    page = answer_to(client, OWED)
    form = re.search(r'<form[^>]*action="(/paper/arbitration_application)">(.*?)</form>', page, re.DOTALL)
    assert form is not None
    fields = {str(one["name"]): str(one["value"]) for one in Page(form[2]).all("input")}
    shown = client.post(form[1], data=fields)

    assert fields["claims"] == "unpaid_wages"
    assert shown.status_code == 200
    # three months of 4000
    assert "12000" in Page(shown.text).words
    assert "《劳动合同法》" in shown.text


def test_an_answer_without_a_sum_offers_no_application(client: WebClient) -> None:
    assert "/paper/arbitration_application" not in answer_to(client, "老板欠我三个月工资怎么办")


def test_the_fields_are_those_of_the_form() -> None:
    first = row("severance", reason="unlawful", start="2023-03-22", end="2026-11-21", average_wage="5000.00")
    second = row("overtime", monthly_wage="5000.00", worked_days=["2026-10-01", "2026-10-02"], approved=False)
    [claim] = handing.claims_of(answer({"name": "severance", "inputs": first["inputs"], "result": first, "others": [second]}))
    fields = claim.fields

    assert {
        ("start", "2023-03-22"),
        ("end", "2026-11-21"),
        ("claims.severance.reason", "unlawful"),
        ("claims.overtime.worked_days", "2026-10-01\n2026-10-02"),
        ("claims.overtime.approved", "false"),
    } <= set(fields)
    assert [value for key, value in fields if key == "claims"] == ["severance", "overtime"]


@pytest.mark.parametrize(
    "skill",
    [
        None,
        {"name": "severance", "inputs": {}, "result": None},
        {"name": "retirement", "inputs": {}, "result": row("retirement", kind="male")},
        {"name": "hardship", "inputs": {}, "result": {"name": "hardship", "inputs": {}, "verdict": "unknown"}},
    ],
)
def test_what_no_employer_owes_goes_into_no_application(skill: dict[str, object] | None) -> None:
    assert handing.claims_of(answer(skill)) == []


def test_each_case_of_a_sum_is_claimed_by_its_own_button_and_one_that_comes_to_nothing_by_none() -> None:
    proven = {**row("severance", reason="misconduct"), "when": "单位拿得出证据", "total": "0.00"}
    lawful = {**row("severance", reason="no_fault_notice"), "when": "单位合法辞退您"}
    unlawful = {**row("severance", reason="unlawful"), "when": "单位违法辞退您"}
    other = row("overtime", monthly_wage="5000.00")
    claims = handing.claims_of(answer({"name": "severance", "inputs": {}, "result": proven, "others": [lawful, unlawful, other]}))

    assert [claim.when for claim in claims] == ["单位合法辞退您", "单位违法辞退您"]
    assert [dict(claim.fields)["claims.severance.reason"] for claim in claims] == ["no_fault_notice", "unlawful"]
    assert all(("claims.overtime.monthly_wage", "5000.00") in claim.fields for claim in claims)


def test_a_sum_that_comes_to_nothing_is_claimed_by_nobody() -> None:
    resigned = {**row("severance", reason="resigned"), "total": "0.00"}
    other = row("overtime", monthly_wage="5000.00")

    assert handing.claims_of(answer({"name": "severance", "inputs": {}, "result": resigned})) == []
    [claim] = handing.claims_of(answer({"name": "severance", "inputs": {}, "result": resigned, "others": [other]}))
    assert [value for key, value in claim.fields if key == "claims"] == ["overtime"]


def test_the_page_says_when_each_button_is_right(real_client: WebClient) -> None:
    page = answer_to(real_client, "单位说我严重违纪开除我，干了5年，月平均工资4000元，赔多少")

    # 5 years of 4000, doubled, where the employer cannot prove it; nothing to claim where it can
    assert re.findall(r"<button>(.*写进仲裁申请书)</button>", page) == ["如果单位拿不出证据，就是违法辞退：把这笔账写进仲裁申请书"]


def test_a_day_that_was_only_worked_out_is_not_written_into_a_paper_as_one_that_was_told() -> None:
    counted = {**row("severance", start="2023-03-22", end="2026-11-21"), "inferred": ["end", "start"]}
    [claim] = handing.claims_of(answer({"name": "severance", "inputs": {}, "result": counted}))

    assert not {"start", "end"} & {name for name, _ in claim.fields}


def test_whoever_leaves_for_cause_is_shown_the_notice_too() -> None:
    skill = row("severance", reason="forced")

    assert handing.leaves_for_cause(answer({**skill, "result": skill}))
    assert not handing.leaves_for_cause(answer({"name": "severance", "inputs": {"reason": "unlawful"}, "result": skill}))


def test_the_link_in_wechat_says_that_the_page_writes_the_application() -> None:
    owed = row("unpaid_wages", owed="12000")
    with_sum = answer({"name": "unpaid_wages", "inputs": owed["inputs"], "result": owed})

    assert "写进仲裁申请书：https://example.org/a/t" in write(replace(with_sum, token="t"), "https://example.org").parts[0]
    assert "仲裁申请书" not in write(replace(answer(None), token="t"), "https://example.org").parts[0]


def test_what_was_told_is_written_into_the_paper_of_its_guide_with_one_tap(client: WebClient) -> None:
    told = "2023年3月1日进厂，到现在老板欠我三个月工资，怎么办"
    page = answer_to(client, told)
    form = re.search(r'<form[^>]*action="(/paper/inspection_complaint)">(.*?)</form>', page, re.DOTALL)
    assert form is not None
    shown = client.post(form[1], data={str(one["name"]): str(one["value"]) for one in Page(form[2]).all("input")})

    assert shown.status_code == 200
    assert told in Page(shown.text).words
    assert "2023年3月1日起在" in Page(shown.text).words


def test_a_day_or_a_wage_that_only_stood_in_is_asked_for_by_the_form() -> None:
    row = {
        "name": "work_injury",
        "inputs": {"kind": "death", "happened": "2026-03-01", "own_wage": "0.00"},
        "total": "1.00",
        "inferred": ["happened", "own_wage"],
    }
    [claim] = handing.claims_of(answer({"name": "work_injury", "inputs": row["inputs"], "result": row}))

    assert dict(claim.fields) == {"claims": "work_injury", "claims.work_injury.kind": "death"}


def test_the_link_says_which_paper_can_be_written() -> None:
    unpaid = replace(answer(None), guide_ids=("unpaid-wages",), token="t0k")

    assert "全文和法条，还能把您说的写进劳动保障监察投诉书：https://x.cn/a/t0k" in write(unpaid, "https://x.cn").parts[0]
