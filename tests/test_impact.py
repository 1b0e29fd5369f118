from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.errors import ConfigError
from assistant.impact import checklist, impact
from assistant.knowledge import load_knowledge, load_replies
from tests.small_knowledge import BRACKETS, edit

CASE = {"id": "wages-901", "turns": [{"question": "欠薪", "gold_articles": [{"law": "劳动合同法", "article": "85"}]}, {"question": "那呢"}]}


def found(root: Path, law: str, *articles: str, cases: Path | None = None) -> list[tuple[str, str]]:
    return [(item.kind, item.why) for item in impact(load_knowledge(root), list(load_replies(root).values()), law, articles, cases=cases)]


def test_an_article_names_the_guides_that_rest_on_it_and_their_phrasings(knowledge: Path) -> None:
    assert found(knowledge, "劳动合同法", "82") == [
        ("指南", "没签劳动合同能要双倍工资吗：《劳动合同法》第八十二条"),
        ("问法", "20 个问法由这条指南答，其中 0 个标着靠这一条"),
        ("计算器", "仲裁请求清单：《劳动合同法》第八十二条"),
        ("计算器", "各种期限，最近的还有几天：《劳动合同法》第八十二条"),
        ("计算器", "试用期多长、多少钱：《劳动合同法》第八十二条"),
        ("计算器", "没签劳动合同的二倍工资差额：《劳动合同法》第八十二条"),
        ("法规登记", "《劳动合同法》自己这一条：施行日、条数、失效的条"),
    ]


def test_asks_that_an_article_decides_are_counted(knowledge: Path) -> None:
    (knowledge / "phrasings").mkdir()
    (knowledge / "phrasings/wages.yaml").write_text(
        "- guide: unpaid-wages\n  decided_by: [劳动合同法 85]\n  asks: [能多要一半吗]\n"
        "- guide: unpaid-wages\n  decided_by: [劳动合同法 30]\n  also: [劳动合同法 85]\n  asks: [工资几号该发, 欠薪能不能要赔偿]\n",
        encoding="utf-8",
    )

    assert ("问法", "22 个问法由这条指南答，其中 3 个标着靠这一条") in found(knowledge, "劳动合同法", "85")


def test_a_whole_law_names_every_guide_that_rests_on_any_of_it(knowledge: Path) -> None:
    assert [why.partition("：")[0] for kind, why in found(knowledge, "劳动合同法") if kind == "指南"] == [
        "没签劳动合同能要双倍工资吗", "即墨最低工资是多少", "老板拖欠工资怎么要回来",
    ]  # fmt: skip


@pytest.mark.parametrize("written", ["85", "第八十五条", "第85条", "八十五"])
def test_an_article_may_be_written_as_people_write_it(knowledge: Path, written: str) -> None:
    assert found(knowledge, "劳动合同法", written)[0] == ("指南", "老板拖欠工资怎么要回来：《劳动合同法》第八十五条")


@pytest.mark.parametrize("name", ["《劳动合同法》", "中华人民共和国劳动合同法", "劳合法"])
def test_a_law_may_be_called_by_any_of_its_names(knowledge: Path, name: str) -> None:
    assert found(knowledge, name, "82") == found(knowledge, "劳动合同法", "82")


def test_an_article_only_named_in_the_prose_counts(knowledge: Path) -> None:
    edit(knowledge / "guides/wages/unpaid-wages.md", '  - {instrument: 劳动合同法, article: "30"}\n', "")

    assert ("指南", "老板拖欠工资怎么要回来：《劳动合同法》第三十条") in found(knowledge, "劳动合同法", "30")


def test_a_parameter_counts_where_its_document_is_the_law(knowledge: Path) -> None:
    edit(knowledge / "parameters/wages.yaml", "document: 鲁政字〔2025〕140号", "document: 最低工资规定")

    assert ("参数", "minimum_wage_month（即墨月最低工资）：最低工资规定") in found(knowledge, "最低工资规定")


def test_a_conflict_that_the_article_stands_in_counts(knowledge: Path) -> None:
    (knowledge / "conflicts.yaml").write_text(
        "- id: paid-late\n  title: 拖欠加付多少\n  articles:\n    - {instrument: 劳动合同法, article: 85}\n"
        "    - {instrument: 最低工资规定, article: 12}\n"
        "  guides: [unpaid-wages]\n  open: false\n  says: 按法律算。\n  source: 测试\n",
        encoding="utf-8",
    )

    row = ("说法不一的规定", "paid-late（拖欠加付多少）：《劳动合同法》第八十五条")
    assert row in found(knowledge, "劳动合同法", "85")
    assert row not in found(knowledge, "劳动合同法", "82")


def test_a_table_that_the_article_stands_in_counts(knowledge: Path) -> None:
    (knowledge / "brackets.yaml").write_text(BRACKETS, encoding="utf-8")

    assert ("查表", "unsigned-so-long：《劳动合同法》第十条") in found(knowledge, "劳动合同法", "10")
    assert all(kind != "查表" for kind, _ in found(knowledge, "劳动合同法", "85"))


def test_the_rule_that_a_law_replaced_counts_only_for_the_whole_law(knowledge: Path) -> None:
    replaced = ("法规登记", "《企业最低工资规定》写着由它代替")

    assert replaced in found(knowledge, "最低工资规定")
    assert replaced not in found(knowledge, "最低工资规定", "12")


def test_phrasings_of_the_article_itself_count(knowledge: Path) -> None:
    (knowledge / "phrasings").mkdir()
    (knowledge / "phrasings/more.yaml").write_text(
        '- article: {instrument: 劳动合同法, article: "82"}\n  asks: [没合同能多要一份吗, 一直没签字]\n', encoding="utf-8"
    )

    assert ("问法", "2 个问法直接指着这一条") in found(knowledge, "劳动合同法", "82")


def test_terms_and_replies_that_rest_on_it_count(knowledge: Path) -> None:
    (knowledge / "terms.yaml").write_text(
        '- {term: 经济补偿, says: [遣散费], means: 离开时给的钱。, article: {instrument: 劳动合同法, article: "46"}}\n', encoding="utf-8"
    )
    edit(knowledge / "replies.yaml", "short: 别人的住址", "short: 依据《劳动合同法》第四十六条，别人的住址")

    kinds = dict(found(knowledge, "劳动合同法", "46"))
    assert (kinds["名词"], kinds["固定答复"]) == ("经济补偿：《劳动合同法》第四十六条", "declined_private")


def test_a_calculator_counts_through_the_guide_that_uses_it(knowledge: Path) -> None:
    edit(knowledge / "guides/contract/unsigned-contract.md", "skills: []", "skills: [double_wage]")

    assert ("计算器", "指南 unsigned-contract 用它算") in found(knowledge, "劳动合同法", "82")


def test_a_calculator_counts_whose_lines_cite_the_article(knowledge: Path) -> None:
    calculators = [why for kind, why in found(knowledge, "劳动合同法", "87") if kind == "计算器"]

    assert calculators == ["仲裁请求清单：《劳动合同法》第八十七条", "经济补偿、代通知金、违法解除赔偿金：《劳动合同法》第八十七条"]


def test_a_calculator_counts_that_uses_a_figure_of_the_document(knowledge: Path) -> None:
    edit(knowledge / "parameters/wages.yaml", "document: 鲁政字〔2025〕140号", "document: 最低工资规定")

    assert ("计算器", "最低工资够不够：用参数 minimum_wage_month") in found(knowledge, "最低工资规定")


def test_a_figure_names_the_guides_that_show_it_and_the_calculators_that_use_it(knowledge: Path) -> None:
    items = found(knowledge, "minimum_wage_month")

    assert {kind for kind, _ in items} == {"指南", "参数", "计算器"}
    assert ("计算器", "试用期多长、多少钱：用参数 minimum_wage_month") in items
    assert ("指南", "即墨最低工资是多少：里面显示这个数") in items


def test_a_self_test_counts_that_cites_the_article(knowledge: Path) -> None:
    self_tests = [why for kind, why in found(knowledge, "劳动合同法", "85") if kind == "自测"]

    assert self_tests == ["该找谁：《劳动合同法》第八十五条"]


def test_a_figure_names_the_self_tests_that_hold_a_household_against_it(knowledge: Path) -> None:
    shown = knowledge / "parameters/wages.yaml"
    shown.write_text(
        shown.read_text(encoding="utf-8").replace("id: minimum_wage_month", "id: subsistence_allowance_month", 1), encoding="utf-8"
    )

    assert ("自测", "困难职工自测：用参数 subsistence_allowance_month") in found(knowledge, "subsistence_allowance_month")


def test_cases_of_the_evaluation_count(knowledge: Path, tmp_path: Path) -> None:
    cases = tmp_path / "cases"
    cases.mkdir()
    (cases / "wages.jsonl").write_text(f"\n{json.dumps(CASE)}\n", encoding="utf-8")

    items = impact(load_knowledge(knowledge), [], "劳动合同法", ["85"], cases=cases)
    assert items[-1] == ("评测案例", "wages.jsonl:2", "wages-901：《劳动合同法》第八十五条")


def test_a_law_nobody_knows_is_refused_with_what_was_perhaps_meant(knowledge: Path) -> None:
    with pytest.raises(ConfigError, match=r"没有《劳动合同》，是不是：.*劳动合同法"):
        found(knowledge, "劳动合同")


def test_what_is_no_article_number_is_refused(knowledge: Path) -> None:
    with pytest.raises(ConfigError, match="“甲”不像条号"):
        found(knowledge, "劳动合同法", "甲")


def test_the_checklist_has_a_box_for_each_thing(knowledge: Path) -> None:
    text = checklist(impact(load_knowledge(knowledge), [], "劳动合同法", ["82"]))

    assert text.splitlines()[:2] == [
        "## 指南（1）",
        "- [ ] guides/contract/unsigned-contract.md 没签劳动合同能要双倍工资吗：《劳动合同法》第八十二条",
    ]


def test_nothing_found_is_said() -> None:
    assert checklist([]) == "没有哪一处用到它"
