from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assistant.lint import lint
from tests.small_knowledge import BRACKETS, edit

DAY = date(2026, 11, 21)
UNSIGNED = "guides/contract/unsigned-contract.md"
SEE_ALSO = 'see_also:\n  - {instrument: 劳动合同法, article: "47", why: 补偿怎么算}\n'
COUNT = """\
- id: years
  guides: [unsigned-contract]
  articles: [劳动合同法 47]
  unit: 年
  counts: {by: service, year: "1", half: "1", less: "0.5", times: "1", most: "12"}
  says: 按{result}工资算
  unsure: 零头满 6 个月按 1 年算
  source: 测试
"""


def linted(knowledge: Path, text: str) -> list[str]:
    (knowledge / "brackets.yaml").write_text(text, encoding="utf-8")
    return [problem.rpartition("brackets.yaml:")[2] for problem in lint(knowledge, DAY)]


def changed(old: str, new: str, text: str = BRACKETS) -> str:
    assert old in text
    return text.replace(old, new)


def test_a_good_table_has_no_problems(knowledge: Path) -> None:
    assert linted(knowledge, BRACKETS) == []


def test_a_good_count_has_no_problems(knowledge: Path) -> None:
    edit(
        knowledge / "guides/contract/unsigned-contract.md",
        'article: "10"}',
        'article: "10"}\nsee_also:\n  - {instrument: 劳动合同法, article: "47", why: 补偿怎么算}',
    )

    assert linted(knowledge, COUNT) == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        pytest.param("[unsigned-contract]", "[gone]", "2: 查表 unsigned-so-long 的指南 gone 没有或没发布", id="no guide"),
        pytest.param(
            "[unsigned-contract]",
            "[unpaid-wages]",
            "第八十二条，指南 unpaid-wages 的 basis 和 see_also 里没有",
            id="a guide without the article",
        ),
        pytest.param("劳动合同法 10]", "劳动合同法 99]", "的《劳动合同法》第九十九条没有这一条", id="no article"),
        pytest.param("[1, 12]", "[2, 12]", "没有哪一行管 service 1～2", id="a gap"),
        pytest.param("[1, 12]", "[0.5, 12]", "有两行都管 service 0.5～1", id="an overlap"),
        pytest.param("[12, null]", "[12, 12]", "有一行的范围 service 12～12 前后颠倒", id="bounds turned round"),
        pytest.param("{service: [12, null]}", "{age: [12, null]}", "每一行 when 里的事实要一样", id="another fact"),
        pytest.param("result: 二倍", "result: 五倍", "的数“5倍”在它的条文里找不到", id="a result of no article"),
        pytest.param("service: [12, null]", "service: [13, null]", "没有哪一行管 service 12～13", id="a bound that leaves a gap"),
        pytest.param("还不满 1 个月", "还不满 2 个月", "的数“2月”在它的条文里找不到", id="a figure of no article"),
        pytest.param("该付{result}工资", "该付{result}工资，最多 30 天", "的数“30日”在它的条文里找不到", id="a figure around the result"),
        pytest.param("{result}工资", "{result}工资。别忘了去要", "只能是一句", id="two sentences"),
        pytest.param("每月该付", "，" + "每一个月" * 20 + "，都该付", "字，请删到 95 字以内", id="too long"),
        pytest.param("没签的这段", "上述", "有难懂的“上述”", id="a hard word"),
        pytest.param("该付{result}工资", "该付{result}工资，打 4008123123 问", "过不了发送检查 phone_not_allowed", id="a phone"),
        pytest.param("该付{result}工资", "不得付{result}工资，一定能赢", "过不了发送检查 outcome_promised", id="a promise"),
    ],
)
def test_a_bad_table_is_named(knowledge: Path, old: str, new: str, says: str) -> None:
    problems = linted(knowledge, changed(old, new))

    assert any(says in problem for problem in problems) or any(says in problem for problem in lint(knowledge, DAY))


def test_a_bound_that_no_article_has_is_named(knowledge: Path) -> None:
    wrong = changed("[1, 12]", "[1, 13]").replace("[12, null]", "[13, null]")

    assert any("的数“13月”在它的条文里找不到" in problem for problem in linted(knowledge, wrong))


def test_a_table_with_the_id_of_another_is_named(knowledge: Path) -> None:
    assert any("查表 unsigned-so-long 的 id 重复" in problem for problem in linted(knowledge, BRACKETS * 2))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        pytest.param('year: "1"', 'year: "2"', "的数“2月”在它的条文里找不到", id="another month a year"),
        pytest.param('less: "0.5"', 'less: "0.75"', "的数“0.75月”在它的条文里找不到", id="another rest"),
        pytest.param('times: "1"', 'times: "2"', "的数“2倍”在它的条文里找不到", id="twice of what nobody doubles"),
    ],
)
def test_a_bad_count_is_named(knowledge: Path, old: str, new: str, says: str) -> None:
    edit(
        knowledge / "guides/contract/unsigned-contract.md",
        'article: "10"}',
        'article: "10"}\nsee_also:\n  - {instrument: 劳动合同法, article: "47", why: 补偿怎么算}',
    )

    assert any(says in problem for problem in linted(knowledge, changed(old, new, COUNT)))
