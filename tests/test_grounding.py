from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import grounding
from assistant.citation import format_article
from assistant.grounding import CHECKS, AllowList, Evidence, check, cites_something, find_hosts, find_phones
from assistant.instruments import Register
from assistant.types import Citation, CitationStatus, CitedArticle, Draft, Failure, Figure, Instrument, Passage, Section

LAW_82 = Citation("劳动合同法", "82")
REGISTER = Register(
    [
        Instrument(
            "劳动合同法", "中华人民共和国劳动合同法", "law", "全国", date(2008, 1, 1), date(2013, 7, 1), articles=98, aliases=("劳合法",)
        ),
        Instrument("旧办法", "旧办法", "rule", "全国", date(1995, 1, 1), date(1995, 1, 1), in_force_until=date(2017, 11, 24), articles=11),
        Instrument("新办法", "新办法", "rule", "全国", date(2027, 1, 1), date(2027, 1, 1), articles=11),
    ]
)
ALLOW = AllowList(phones=frozenset({"12351", "053288512351"}), hosts=frozenset({"jimo.gov.cn", "12371.cn"}))
EVIDENCE = Evidence(
    passages=(
        Passage(
            "guide:double-wage",
            "guide",
            "提前三十日通知。补偿每满一年一个月工资，最高不超过十二年。加班费是百分之三百。",
            guide_id="double-wage",
        ),
        Passage("劳动合同法#82", "article", "《劳动合同法》第八十二条：应当每月支付二倍的工资。", citation=LAW_82),
    ),
    question="我一个月4500元，2024年3月15日入职",
    citations=frozenset({LAW_82}),
    figures={"minimum_wage": Figure("2200 元/月", "2200", "元/月", "parameter:minimum_wage 青政字〔2025〕9号")},
    as_of=date(2026, 11, 21),
)


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("依照《劳动合同法》第八十二条可以要。", id="an article used"),
        pytest.param("依照劳合法第82条可以要。", id="an article used, by alias and in digits"),
        pytest.param("依照《劳动合同法》第八十二条第一款可以要。", id="a paragraph of an article used"),
        pytest.param("公司要提前三十日说。", id="the passage's own figure"),
        pytest.param("公司要提前30天说。", id="三十日 is 30 天"),
        pytest.param("公司要提前 30 日说。", id="三十日 is 30 日"),
        pytest.param("公司要给两倍工资。", id="二倍 is 两倍"),
        pytest.param("公司要给2倍工资。", id="二倍 is 2 倍"),
        pytest.param("加班费是300%。", id="百分之三百 is 300%"),
        pytest.param("最高不超过12年。", id="十二年 is 12 年"),
        pytest.param("您的工资是四千五百元。", id="the question's figure in Chinese numerals"),
        pytest.param("您的工资是4,500块钱。", id="the question's figure as spoken"),
        pytest.param("您 2024-03-15 入职。", id="the question's date in another form"),
        pytest.param("每月不低于2200元。", id="a parameter"),
        pytest.param("截至2026年11月21日有效。", id="the day of the question"),
        pytest.param("请打 12351。", id="the union's hotline"),
        pytest.param("请打 0532-88512351。", id="an allowed landline"),
        pytest.param("请看 https://www.jimo.gov.cn/gh/。", id="a page below an allowed host"),
        pytest.param("不一定能赢。", id="no promise"),
        pytest.param("没有人能保证结果。", id="the word alone is no promise"),
        pytest.param("这一次先去协商。", id="no figure at all"),
    ],
)
def test_what_is_proven_is_sent(sentence: str) -> None:
    checked = check(Draft("model", sentence), EVIDENCE, register=REGISTER, allow=ALLOW)

    assert (checked.failures, checked.draft and checked.draft.short) == ((), sentence)


@pytest.mark.parametrize(
    ("sentence", "failure"),
    [
        pytest.param(
            "依照《劳动合同法》第九十九条可以要。", Failure("citation_unknown_article", "《劳动合同法》第九十九条"), id="invented article"
        ),
        pytest.param(
            "依照《劳动合同法》第八十二条之一可以要。",
            Failure("citation_unknown_article", "《劳动合同法》第八十二条之一"),
            id="invented insert",
        ),
        pytest.param("依照《旧办法》第三条可以要。", Failure("citation_out_of_force", "《旧办法》第三条"), id="repealed article"),
        pytest.param("依照《新办法》第三条可以要。", Failure("citation_not_yet_in_force", "《新办法》第三条"), id="article of tomorrow"),
        pytest.param("依照《劳动合同法》第十条可以要。", Failure("citation_not_in_context", "《劳动合同法》第十条"), id="article not used"),
        pytest.param(
            "依照劳合法第10条可以要。", Failure("citation_not_in_context", "《劳动合同法》第十条"), id="article not used, by alias"
        ),
        pytest.param(
            "依照《职工幸福法》第三条可以要。", Failure("citation_unknown_instrument", "《职工幸福法》第三条"), id="unknown title"
        ),
        pytest.param(
            "依照《劳动合同法》第八十二条、第九十九条可以要。",
            Failure("citation_unknown_article", "《劳动合同法》第九十九条"),
            id="one wrong article in a list",
        ),
        pytest.param("公司要提前60天说。", Failure("figure_without_origin", "60天"), id="wrong figure"),
        pytest.param("公司要提前六十日说。", Failure("figure_without_origin", "六十日"), id="wrong figure in Chinese numerals"),
        pytest.param("公司要提前30个工作日说。", Failure("figure_without_origin", "30个工作日"), id="right number, wrong unit"),
        pytest.param("公司要提前三十个月说。", Failure("figure_without_origin", "三十个月"), id="months for days"),
        pytest.param("能拿1.2万元。", Failure("figure_without_origin", "1.2万元"), id="invented amount"),
        pytest.param("能拿一万二千元。", Failure("figure_without_origin", "一万二千元"), id="invented amount in Chinese numerals"),
        pytest.param("加班费是百分之二百。", Failure("figure_without_origin", "百分之二百"), id="wrong rate"),
        pytest.param("2026年12月31日前申请。", Failure("figure_without_origin", "2026年12月31日"), id="invented date"),
        pytest.param("请打 0532-88888888。", Failure("phone_not_allowed", "053288888888"), id="unknown landline"),
        pytest.param("请打 13812345678。", Failure("phone_not_allowed", "13812345678"), id="a mobile"),
        pytest.param("有事找12345。", Failure("phone_not_allowed", "12345"), id="another hotline"),
        pytest.param("请看 http://evil.com/a。", Failure("link_not_allowed", "evil.com"), id="unknown link"),
        pytest.param("请看 jimo.gov.cn.evil.top。", Failure("link_not_allowed", "jimo.gov.cn.evil.top"), id="allowed host as a lure"),
        pytest.param("请看 notjimo.gov.cn。", Failure("link_not_allowed", "notjimo.gov.cn"), id="host that only ends alike"),
        pytest.param("这官司一定能赢。", Failure("outcome_promised", "一定能赢"), id="promise to win"),
        pytest.param("您肯定能拿到这笔钱。", Failure("outcome_promised", "肯定能拿到"), id="promise of money"),
        pytest.param("我们保证赢。", Failure("outcome_promised", "保证赢"), id="guarantee"),
    ],
)
def test_what_is_not_proven_is_refused(sentence: str, failure: Failure) -> None:
    checked = check(Draft("model", f"先去协商。{sentence}"), EVIDENCE, register=REGISTER, allow=ALLOW)

    assert (checked.failures, checked.draft and checked.draft.short) == ((failure,), "先去协商。")


def test_a_mistake_that_is_quoted_to_put_it_right_is_no_promise() -> None:
    draft = Draft("guide", "先协商。", sections=(Section("mistakes", ("误：一定能赢。正：要看证据。",)),))

    checked = check(draft, EVIDENCE, register=REGISTER, allow=ALLOW)

    assert checked.failures == ()


def test_a_promise_that_puts_a_mistake_right_is_refused() -> None:
    draft = Draft("guide", "先协商。", sections=(Section("mistakes", ("误：要看证据。正：一定能赢。",)),))

    checked = check(draft, EVIDENCE, register=REGISTER, allow=ALLOW)

    assert checked.failures == (Failure("outcome_promised", "一定能赢"),)


@settings(deadline=None)
@given(st.integers(1, 999))
def test_no_article_but_the_one_used_is_ever_sent(article: int) -> None:
    draft = Draft("model", f"先协商。依照《劳动合同法》{format_article(str(article))}办。")

    checked = check(draft, EVIDENCE, register=REGISTER, allow=ALLOW)

    assert (checked.failures == ()) is (article == 82)


@settings(deadline=None)
@given(st.integers(2, 99_999), st.sampled_from(["元", "天", "个月", "年", "倍", "%", "小时", "周岁"]))
def test_no_figure_without_an_origin_is_ever_sent(value: int, unit: str) -> None:
    proven = {(4500, "元"), (2200, "元"), (30, "天"), (12, "年"), (2, "倍"), (300, "%")}

    checked = check(Draft("model", f"先协商。要{value}{unit}。"), EVIDENCE, register=REGISTER, allow=ALLOW)

    assert (checked.failures == ()) is ((value, unit) in proven)


def test_one_sentence_with_two_faults_names_both() -> None:
    checked = check(Draft("model", "先协商。依照《旧办法》第三条能拿9000元。"), EVIDENCE, register=REGISTER, allow=ALLOW)

    assert [failure.check for failure in checked.failures] == ["citation_out_of_force", "figure_without_origin"]


def test_a_draft_is_repaired_line_by_line() -> None:
    draft = Draft(
        "model",
        "可以要二倍工资。能拿9000元。",
        sections=(Section("steps", ("先收集证据。", "再打 13812345678。")), Section("deadline", ("90天内。",))),
        notes=("请打 12351。", "包赢。"),
    )

    checked = check(draft, EVIDENCE, register=REGISTER, allow=ALLOW)

    assert checked.draft is not None
    assert (checked.draft.short, checked.draft.sections, checked.draft.notes) == (
        "可以要二倍工资。",
        (Section("steps", ("先收集证据。",)),),
        ("请打 12351。",),
    )


def test_without_its_short_answer_nothing_is_left() -> None:
    draft = Draft("model", "能拿9000元。", sections=(Section("steps", ("先收集证据。",)),))

    assert check(draft, EVIDENCE, register=REGISTER, allow=ALLOW).draft is None


def test_an_empty_short_answer_is_none() -> None:
    assert check(Draft("model", ""), EVIDENCE, register=REGISTER, allow=ALLOW).draft is None


def test_a_short_answer_has_at_most_two_sentences() -> None:
    checked = check(Draft("model", "先协商。再仲裁。后起诉。"), EVIDENCE, register=REGISTER, allow=ALLOW)

    assert checked.draft is not None
    assert checked.draft.short == "先协商。再仲裁。"


@pytest.mark.parametrize(
    ("citation", "failure"),
    [
        pytest.param(Citation("旧办法", "3"), "citation_out_of_force", id="repealed"),
        pytest.param(Citation("劳动合同法", "99"), "citation_unknown_article", id="invented"),
        pytest.param(Citation("职工幸福法", "1"), "citation_unknown_instrument", id="unknown law"),
    ],
)
def test_a_source_that_is_not_law_is_taken_out(citation: Citation, failure: str) -> None:
    draft = Draft("guide", "先协商。", citations=(CitedArticle(citation), CitedArticle(LAW_82)))

    checked = check(draft, EVIDENCE, register=REGISTER, allow=ALLOW)

    assert checked.draft is not None
    assert (checked.draft.citations, [found.check for found in checked.failures]) == ((CitedArticle(LAW_82),), [failure])


def test_an_article_repealed_today_was_law_for_a_question_about_then() -> None:
    evidence = replace(EVIDENCE, citations=frozenset({Citation("旧办法", "3")}), as_of=date(2017, 11, 23))

    checked = check(Draft("model", "依照《旧办法》第三条可以要。"), evidence, register=REGISTER, allow=ALLOW)

    assert checked.failures == ()


@pytest.mark.parametrize(
    ("sentence", "figure"),
    [
        pytest.param("提前30天说。", Figure("30天", "30", "日", "guide:double-wage"), id="a guide"),
        pytest.param("要两倍工资。", Figure("两倍", "2", "倍", "劳动合同法#82"), id="an article"),
        pytest.param("您的工资是4500元。", Figure("4500元", "4500", "元", "question"), id="the question"),
        pytest.param("不低于2200元。", Figure("2200元", "2200", "元", "parameter:minimum_wage 青政字〔2025〕9号"), id="a parameter"),
        pytest.param("截至2026年11月21日。", Figure("2026年11月21日", "20261121", "日期", "as_of"), id="the day"),
    ],
)
def test_a_figure_is_traced_to_its_origin(sentence: str, figure: Figure) -> None:
    checked = check(Draft("model", sentence), EVIDENCE, register=REGISTER, allow=ALLOW)

    assert checked.draft is not None
    assert checked.draft.figures == (figure,)


def test_a_figure_said_by_a_parameter_is_traced_there_even_where_the_question_says_it_too() -> None:
    evidence = replace(EVIDENCE, question="工资2200元合法吗")

    checked = check(Draft("model", "不低于2200元。"), evidence, register=REGISTER, allow=ALLOW)

    assert checked.draft is not None
    assert checked.draft.figures[0].origin == "parameter:minimum_wage 青政字〔2025〕9号"


def test_a_figure_said_twice_is_listed_once() -> None:
    draft = Draft("model", "提前30天说。", sections=(Section("steps", ("提前三十日写信。",)),), notes=("30 日要数自然日。",))

    checked = check(draft, EVIDENCE, register=REGISTER, allow=ALLOW)

    assert checked.draft is not None
    assert [figure.text for figure in checked.draft.figures] == ["30天"]


def test_a_figure_that_was_refused_is_not_listed() -> None:
    checked = check(Draft("model", "提前30天说。能拿9000元。"), EVIDENCE, register=REGISTER, allow=ALLOW)

    assert checked.draft is not None
    assert [figure.value for figure in checked.draft.figures] == ["30"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("拨打12351", ["12351"], id="hotline"),
        pytest.param("报警打110，急救120", ["110", "120"], id="emergency numbers"),
        pytest.param("0532-88512351", ["053288512351"], id="landline"),
        pytest.param("(0532)88512351", ["88512351"], id="landline with area code in brackets"),
        pytest.param("400-123-4567", ["4001234567"], id="service number"),
        pytest.param("13812345678", ["13812345678"], id="mobile"),
        pytest.param("电话：1234", ["1234"], id="any number after 电话"),
        pytest.param("工资12345元", [], id="an amount"),
        pytest.param("12333人", [], id="people"),
        pytest.param("120天", [], id="days"),
        pytest.param("2025年", [], id="a year"),
        pytest.param("打2个月官司", [], id="a duration after 打"),
    ],
)
def test_telephone_numbers_are_found(text: str, expected: list[str]) -> None:
    assert find_phones(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("看 https://www.jimo.gov.cn/gh。", ["www.jimo.gov.cn"], id="with a scheme"),
        pytest.param("看 12371.cn", ["12371.cn"], id="without a scheme"),
        pytest.param("看 www.EVIL.com", ["www.evil.com"], id="capitals"),
        pytest.param("补偿1.5倍", [], id="a decimal"),
        pytest.param("关注公众号abc", [], id="no link"),
    ],
)
def test_links_are_found(text: str, expected: list[str]) -> None:
    assert find_hosts(text) == expected


@pytest.mark.parametrize(
    ("draft", "expected"),
    [
        pytest.param(Draft("model", "依照《劳动合同法》第八十二条办。", citations=(CitedArticle(LAW_82),)), True, id="in the short answer"),
        pytest.param(
            Draft("model", "可以。", sections=(Section("steps", ("劳合法第82条",)),), citations=(CitedArticle(LAW_82),)),
            True,
            id="in a step",
        ),
        pytest.param(Draft("model", "可以。", citations=(CitedArticle(LAW_82),)), False, id="nowhere"),
        pytest.param(Draft("model", "可以。"), True, id="there is nothing to cite"),
    ],
)
def test_an_answer_that_could_cite_and_does_not_is_noticed(draft: Draft, expected: bool) -> None:
    assert cites_something(draft, REGISTER) is expected


# -- what is said of an article is what it says -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "checks"),
    [
        pytest.param("不签合同要付二倍工资（《劳动合同法》第八十二条）。", [], id="its figure"),
        pytest.param("不签合同要付 12 年工资（《劳动合同法》第八十二条）。", ["claim_figure"], id="a figure of another passage"),
        pytest.param(
            "不签合同要付 5 倍工资（《劳动合同法》第八十二条）。", ["figure_without_origin"], id="a figure of nowhere is named once"
        ),
        pytest.param("你工资 4500 元，要付二倍（《劳动合同法》第八十二条）。", [], id="the worker's own figure"),
        pytest.param("不低于 2200 元，要付二倍（《劳动合同法》第八十二条）。", [], id="a local figure"),
        pytest.param("不用每月支付二倍的工资（《劳动合同法》第八十二条）。", ["claim_negation"], id="the opposite"),
        pytest.param("《劳动合同法》第八十二条规定：“应当每月支付二倍的工资。”", [], id="its words"),
        pytest.param("《劳动合同法》第八十二条规定：“应当每月多付工资。”", ["quotation_not_exact"], id="not its words"),
    ],
)
def test_what_is_said_of_an_article_is_what_it_says(sentence: str, checks: list[str]) -> None:
    checked = check(Draft("model", f"先协商。{sentence}"), EVIDENCE, register=REGISTER, allow=ALLOW)

    assert [failure.check for failure in checked.failures] == checks
    assert checked.draft is not None
    assert checked.draft.short == ("先协商。" if checks else f"先协商。{sentence}")


def test_what_a_worker_asks_proves_nothing_of_an_article() -> None:
    evidence = replace(EVIDENCE, question="不签合同能要 3 倍工资吗")

    checked = check(Draft("model", "能要 3 倍（《劳动合同法》第八十二条）。"), evidence, register=REGISTER, allow=ALLOW)

    assert [failure.check for failure in checked.failures] == ["claim_figure"]


@pytest.mark.parametrize(
    ("citation", "text", "shown", "checks"),
    [
        pytest.param(LAW_82, "应当每月支付二倍的工资。", "应当每月支付二倍的工资。", [], id="the same"),
        pytest.param(LAW_82, "可以每月支付二倍的工资。", "应当每月支付二倍的工资。", ["quotation_not_exact"], id="other words"),
        pytest.param(Citation("劳动合同法", "10"), "应当订立书面劳动合同。", None, ["quotation_not_exact"], id="words we do not hold"),
    ],
)
def test_the_wording_shown_under_a_citation_is_the_articles_own(
    citation: Citation, text: str, shown: str | None, checks: list[str]
) -> None:
    draft = Draft("guide", "先协商。", citations=(CitedArticle(citation, text),))

    checked = check(draft, EVIDENCE, register=REGISTER, allow=ALLOW)

    assert checked.draft is not None
    assert ([cited.text for cited in checked.draft.citations], [failure.check for failure in checked.failures]) == ([shown], checks)


def test_every_check_that_can_fail_has_words_for_whoever_runs_the_service() -> None:
    source = "".join((Path(grounding.__file__).with_name(f"{name}.py")).read_text() for name in ("grounding", "claims", "ask"))
    named = set(re.findall(r'(?:Failure|Doubt)\("(\w+)"', source)) | {f"citation_{status}" for status in get_args(CitationStatus)}

    assert named - {"citation_in_force"} <= set(CHECKS)
