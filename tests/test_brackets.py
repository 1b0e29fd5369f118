from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import brackets, composing, grounding, proving
from assistant.brackets import apply, count
from assistant.facts import told_in
from assistant.instruments import Register
from assistant.knowledge import load_knowledge
from assistant.statutes import load_articles
from assistant.text import normalise, sentences
from assistant.types import Article, Citation, Counting, Failure, Knowledge
from tests.conftest import REAL_KNOWLEDGE

TODAY = date(2026, 11, 21)
SEVERANCE = Counting("service", year=Decimal(1), half=Decimal(1), less=Decimal("0.5"), times=Decimal(1), most=Decimal(12))


@pytest.fixture(name="real")
def _real() -> Knowledge:
    return known()


@pytest.fixture(name="register", scope="module")
def _register() -> Register:
    return Register(known().instruments)


@pytest.fixture(name="articles", scope="module")
def _articles() -> Mapping[Citation, Article]:
    cited = frozenset(citation for bracket in known().brackets for citation in bracket.all_articles())
    based = frozenset(citation for guide in known().guides for citation in guide.basis)
    return {article.citation: article for article in load_articles(known().instruments, cited | based)}


def said(real: Knowledge, register: Register, guide: str, *texts: str, on: date = TODAY) -> str:
    """What a guide adds of what the texts tell, without the telling and the articles."""
    applied = apply([guide], told_in([normalise(text) for text in texts], on), real.brackets, register, on)
    return applied.sentence.partition("，")[2].rpartition("（《")[0] if applied else ""


@pytest.mark.parametrize(
    ("months", "counted"),
    [
        pytest.param("1", "0.5", id="a month"),
        pytest.param("5.97", "0.5", id="a day less than half a year"),
        pytest.param("6", "1", id="half a year"),
        pytest.param("11.97", "1", id="a day less than a year"),
        pytest.param("12", "1", id="a year"),
        pytest.param("12.03", "1.5", id="a year and a day"),
        pytest.param("18", "2", id="a year and a half"),
        pytest.param("44", "4", id="three years and eight months"),
        pytest.param("36", "3", id="three years"),
        pytest.param("40", "3.5", id="three years and four months"),
        pytest.param("0", "0", id="no time"),
    ],
)
def test_years_are_counted_as_the_law_rounds_them(months: str, counted: str) -> None:
    # 劳动合同法第四十七条
    assert count(Decimal(months), SEVERANCE) == Decimal(counted)
    assert count(Decimal(months), replace(SEVERANCE, times=Decimal(2))) == 2 * Decimal(counted)


@given(st.decimals(0, 500, places=2), st.decimals(0, 500, places=2))
def test_who_worked_longer_never_counts_for_less(one: Decimal, other: Decimal) -> None:
    assert count(min(one, other), SEVERANCE) <= count(max(one, other), SEVERANCE)


@pytest.mark.parametrize(
    ("guide", "text", "body"),
    [
        # -- 劳动合同法第四十七条、第八十七条
        pytest.param("economic-compensation-sum", "干了三年零八个月", "经济补偿（N）按 4 个月工资算", id="over half a year counts as one"),
        pytest.param("economic-compensation-sum", "干了3年4个月", "经济补偿（N）按 3.5 个月工资算", id="less counts as a half"),
        pytest.param("economic-compensation-sum", "干了五个月", "经济补偿（N）按半个月工资算", id="half a month"),
        pytest.param("economic-compensation-sum", "干了6个月", "经济补偿（N）按 1 个月工资算", id="just half a year"),
        pytest.param("economic-compensation-sum", "干了3年", "经济补偿（N）按 3 个月工资算，有零头的另加", id="whole years, said roughly"),
        pytest.param(
            "economic-compensation-sum",
            "干了三年多",
            "零头满 6 个月按 1 年算，不满 6 个月给半个月工资",
            id="over three years leaves it open",
        ),
        pytest.param("economic-compensation-sum", "2019年3月进的厂", "算到今天，经济补偿（N）按 8 个月工资算", id="since a month"),
        pytest.param("economic-compensation-sum", "干了12年", "经济补偿（N）按 12 个月工资算，有零头的另加", id="just twelve years"),
        pytest.param(
            "economic-compensation-sum",
            "干了12年1个月",
            "经济补偿（N）按 12.5 个月工资算，月工资高过封顶线的最多算 12 年",
            id="more than twelve may be capped",
        ),
        pytest.param("economic-compensation-sum", "2005年就进厂了", "", id="before the law began"),
        pytest.param("economic-compensation-sum", "干了二十年", "", id="so long that it began before the law"),
        pytest.param("economic-compensation-sum", "累计工龄12年", "", id="with others is not with this employer"),
        pytest.param("economic-compensation-sum", "干了三四年", "", id="a guess"),
        pytest.param("unlawful-dismissal", "干了5年8个月", "要是违法辞退，赔偿金（2N）按 12 个月工资算", id="twice the count"),
        pytest.param("probation-dismissal", "干了2个月20天", "要是违法辞退，赔偿金（2N）按 1 个月工资算", id="twice half a month"),
        # -- 职工带薪年休假条例第三条
        pytest.param("annual-leave", "累计工龄11个月", "累计不满 1 年的还没有年假", id="less than a year"),
        pytest.param("annual-leave", "累计工龄1年", "一年的年假是 5 天", id="just a year"),
        pytest.param("annual-leave", "累计工龄九年十一个月", "一年的年假是 5 天", id="just less than ten"),
        pytest.param("annual-leave", "工龄十年", "一年的年假是 10 天", id="just ten"),
        pytest.param("annual-leave", "总工龄20年", "一年的年假是 15 天", id="just twenty"),
        pytest.param(
            "annual-leave", "干了12年", "一年的年假至少 10 天，以前在别的单位干过的年头也加上算", id="what is known is only the least"
        ),
        pytest.param("annual-leave", "干了22年", "一年的年假是 15 天", id="more cannot matter"),
        pytest.param("annual-leave", "工龄十来年", "一年的年假是 5 天还是 10 天，看累计工龄满没满 10 年", id="about ten"),
        pytest.param("annual-leave", "工龄快十年", "一年的年假是 5 天", id="nearly ten"),
        # -- 企业职工患病或非因工负伤医疗期规定第三条
        pytest.param("medical-period", "总工龄9年，在这个厂4年", "医疗期是 3 个月", id="under ten, under five"),
        pytest.param("medical-period", "总工龄9年，在这个厂5年", "医疗期是 6 个月", id="under ten, just five"),
        pytest.param("medical-period", "总工龄10年，在这个厂4年", "医疗期是 6 个月", id="just ten, under five"),
        pytest.param("medical-period", "总工龄12年，在这个厂9年", "医疗期是 9 个月", id="ten and more, under ten here"),
        pytest.param("medical-period", "总工龄12年，在这个厂10年", "医疗期是 12 个月", id="just ten here"),
        pytest.param("medical-period", "在这个厂15年", "医疗期是 18 个月", id="who was here so long worked so long"),
        pytest.param("medical-period", "在这个厂20年", "医疗期是 24 个月", id="just twenty here"),
        pytest.param("medical-period", "在这个厂干了6年", "医疗期至少 6 个月，总工龄满 10 年的更长", id="the least"),
        pytest.param("medical-period", "工龄四年", "医疗期是 3 个月", id="four years in all are at most four here"),
        pytest.param("medical-period", "工龄十二年", "", id="twelve years in all may be any here"),
        # -- 劳动合同法第十九条
        pytest.param("probation", "签了两个月的合同", "不满 3 个月的合同不能有试用期", id="under three months"),
        pytest.param("probation", "签了三个月的合同", "试用期最多 1 个月", id="just three months"),
        pytest.param("probation", "合同签了11个月", "试用期最多 1 个月", id="under a year"),
        pytest.param("probation", "签一年合同", "试用期最多 2 个月", id="just a year"),
        pytest.param("probation", "签了两年合同试用期六个月", "试用期最多 2 个月", id="under three years"),
        pytest.param("probation", "签了三年合同", "试用期最多 6 个月", id="just three years"),
        pytest.param("probation", "试用期三个月", "", id="no contract told"),
        # -- 劳动合同法实施条例第七条
        pytest.param("unsigned-contract", "干了20天没签合同", "还不满 1 个月，单位在满 1 个月以前签合同就不晚", id="under a month"),
        pytest.param("unsigned-contract", "干了8个月没签合同", "", id="under a year the short answer says it all"),
        pytest.param(
            "unsigned-contract", "干了一年没签合同", "二倍工资的差额最多算 11 个月，申请仲裁有 1 年时效，要尽快", id="just a year"
        ),
        pytest.param("open-ended-contract", "干了十年", "要是在一个单位连着干满 10 年，就可以要求签无固定期限合同", id="just ten years"),
        pytest.param("open-ended-contract", "干了九年十一个月", "", id="not yet ten years"),
        # -- 工伤保险条例第三十五条、第三十六条、第三十七条
        pytest.param("injury-benefits", "评了一级", "一次性伤残补助金是 27 个月本人工资", id="the worst grade"),
        pytest.param("injury-benefits", "鉴定五级", "一次性伤残补助金是 18 个月本人工资", id="the fifth"),
        pytest.param("injury-benefits", "工伤九级", "一次性伤残补助金是 9 个月本人工资", id="the ninth"),
        pytest.param("injury-benefits", "评了十级", "一次性伤残补助金是 7 个月本人工资", id="the tenth"),
        pytest.param("injury-disability-pension", "评了四级", "工伤基金每月给本人工资的 75%", id="a monthly share"),
        pytest.param("injury-disability-pension", "评了五级", "单位安排不了合适的活，就每月给本人工资的 70%", id="from the employer"),
        pytest.param("injury-disability-pension", "评了七级", "", id="none from the seventh on"),
        # -- 社会保险法第四十五条、第四十六条
        pytest.param("unemployment-benefit", "失业保险交了11个月", "失业保险不满 1 年的还领不了失业金", id="under a year"),
        pytest.param("unemployment-benefit", "社保交了1年", "失业保险交满这么久的，失业金最长领 12 个月", id="just a year paid"),
        pytest.param("unemployment-benefit", "社保交了5年", "失业保险交满这么久的，失业金最长领 18 个月", id="just five years"),
        pytest.param("unemployment-benefit", "社保交了10年", "失业保险交满这么久的，失业金最长领 24 个月", id="just ten years paid"),
        pytest.param("unemployment-benefit", "养老保险交了10年", "", id="another insurance"),
        # -- 女职工劳动保护特别规定第六条、第七条
        pytest.param("miscarriage-leave", "怀孕三个月流产", "流产的产假是 15 天", id="under four months"),
        pytest.param("miscarriage-leave", "怀孕四个月流产", "流产的产假是 42 天", id="just four months"),
        pytest.param(
            "miscarriage-leave", "怀孕16周流产", "流产的产假是 15 天还是 42 天，看怀孕满没满 4 个月", id="weeks that may be four months"
        ),
        pytest.param("night-shift", "怀孕七个月还上夜班", "怀孕满 7 个月的，单位不能安排加班和夜班", id="seven months"),
        pytest.param("night-shift", "怀孕六个多月", "", id="not yet seven"),
        # -- 劳动法第十五条、第五十八条、第六十四条
        pytest.param("students-and-minors", "我15岁", "不满 16 岁的，除了国家对文艺、体育这些另有规定的，单位不能招用", id="under sixteen"),
        pytest.param("students-and-minors", "我16岁", "单位可以招，但不能安排下矿井、有毒有害和最重的活", id="just sixteen"),
        pytest.param("students-and-minors", "我18岁", "", id="grown up"),
    ],
)
def test_a_told_fact_is_looked_up(real: Knowledge, register: Register, guide: str, text: str, body: str) -> None:
    assert said(real, register, guide, text) == body


def test_the_sentence_begins_with_what_was_told_and_ends_with_its_article(real: Knowledge, register: Register) -> None:
    applied = apply(["economic-compensation-sum"], told_in(["干了三年零八个月"], TODAY), real.brackets, register, TODAY)

    assert applied is not None
    assert applied.sentence == "您说干了三年零八个月，经济补偿（N）按 4 个月工资算（《劳动合同法》第四十七条）。"
    assert applied.citations == (Citation("劳动合同法", "47"),)
    assert [(figure.text, figure.origin) for figure in applied.figures] == [
        ("三年", "question"),
        ("零八个月", "question"),
        ("4 个月", "count:severance-months"),
    ]


@pytest.mark.parametrize(
    ("texts", "begins"),
    [
        pytest.param(["总工龄12年，在这个厂4年"], "您说累计工龄12年、在这里干了4年，", id="two facts"),
        pytest.param(["工龄十三年，本厂四年，在这个厂四年"], "您说工龄十三年、在这里干了四年，", id="工龄 is all of it"),
    ],
)
def test_every_fact_that_decides_is_said_again(real: Knowledge, register: Register, texts: list[str], begins: str) -> None:
    applied = apply(["medical-period"], told_in(texts, TODAY), real.brackets, register, TODAY)

    assert applied is not None
    assert applied.sentence.startswith(begins)


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        pytest.param("2019年3月进的厂", "您说2019年3月来的，算到今天，", id="still there"),
        pytest.param("2016年3月1日入职，2024年3月1日被辞退", "您说2016年3月1日来、2024年3月1日走，", id="gone"),
    ],
)
def test_a_day_is_said_again_as_the_day(real: Knowledge, register: Register, text: str, begins: str) -> None:
    applied = apply(["economic-compensation-sum"], told_in([text], TODAY), real.brackets, register, TODAY)

    assert applied is not None
    assert applied.sentence.startswith(begins)


def test_a_correction_changes_the_result(real: Knowledge, register: Register) -> None:
    assert said(real, register, "economic-compensation-sum", "干了三年零八个月", "其实干了五年零两个月") == "经济补偿（N）按 5.5 个月工资算"


def test_before_its_articles_were_law_nothing_is_said(real: Knowledge, register: Register) -> None:
    assert said(real, register, "probation", "签了三年合同", on=date(2007, 6, 1)) == ""


def test_a_guide_without_a_bracket_adds_nothing(real: Knowledge, register: Register) -> None:
    assert said(real, register, "hotline-12351", "干了三年零八个月") == ""


def test_each_sentence_is_one_and_passes_the_gate_with_each_of_its_guides(
    real: Knowledge, register: Register, articles: Mapping[Citation, Article]
) -> None:
    allow = grounding.AllowList(real.phones, real.hosts)
    guides = {guide.id: guide for guide in real.guides}
    for bracket in real.brackets:
        assert all(len(sentences(sample.sentence)) == 1 for sample in brackets.samples(bracket))
        for id_ in bracket.guides:
            assert proving.guide_failures(guides[id_], real, articles, register, allow, TODAY) == ()


def test_the_table_of_a_matter_goes_for_its_guides_of_earlier_days_and_passes_the_gate_on_their_last_day(
    real: Knowledge, register: Register, articles: Mapping[Citation, Article]
) -> None:
    allow = grounding.AllowList(real.phones, real.hosts)
    guides = {guide.id: guide for guide in real.guides}
    told = 0
    for guide in real.guides:
        if guide.replaced_by is None or guide.valid_until is None:
            continue
        last, matter = guide.valid_until - timedelta(1), brackets.matter_of(guide.id, guides)
        assert matter[:2] == (guide.id, guide.replaced_by)
        told += any(brackets.is_of(one, matter, register, last) for one in real.brackets)
        assert proving.guide_failures(guide, real, articles, register, allow, last) == ()
    assert told >= 5


def test_a_table_whose_article_was_no_law_yet_goes_for_no_guide_of_earlier_days(real: Knowledge, register: Register) -> None:
    guides = {guide.id: guide for guide in real.guides}
    table = next(one for one in real.brackets if "unsigned-contract" in one.guides)
    matter = brackets.matter_of("unsigned-contract-before-2025-09", guides)

    assert brackets.is_of(table, matter, register, date(2025, 8, 31))
    assert not brackets.is_of(table, matter, register, date(2008, 9, 17))


@pytest.mark.parametrize(
    ("right", "wrong", "check"),
    [
        pytest.param("按 4 个月", "按 5.5 个月", "figure_without_origin", id="another count"),
        pytest.param("第四十七条", "第四百七十条", "citation_unknown_article", id="no article"),
        pytest.param("第四十七条", "第九十条", "citation_not_in_context", id="an article it does not rest on"),
        pytest.param("工资算", "工资算，一定能赢", "outcome_promised", id="a promise"),
    ],
)
def test_the_gate_refuses_a_sentence_that_was_changed(
    real: Knowledge, register: Register, articles: Mapping[Citation, Article], right: str, wrong: str, check: str
) -> None:
    applied = apply(["forced-resignation"], told_in(["干了三年零八个月"], TODAY), real.brackets, register, TODAY)
    assert applied is not None

    failures, kept = gated(
        real, register, articles, "forced-resignation", applied._replace(sentence=applied.sentence.replace(right, wrong))
    )

    assert kept == ""
    assert check in {failure.check for failure in failures}


def test_the_gate_refuses_a_row_whose_figure_its_article_does_not_have(
    real: Knowledge, register: Register, articles: Mapping[Citation, Article]
) -> None:
    (table,) = (bracket for bracket in real.brackets if bracket.id == "probation-longest")
    rows = tuple(replace(row, result="8 个月" if row.result == "2 个月" else row.result) for row in table.rows)
    applied = apply(["probation"], told_in(["签了两年合同"], TODAY), [replace(table, rows=rows)], register, TODAY)
    assert applied is not None
    assert "8 个月" in applied.sentence

    failures, kept = gated(real, register, articles, "probation", applied)

    assert (kept, [(failure.check, failure.detail) for failure in failures]) == ("", [("claim_figure", "8 个月")])


def gated(
    real: Knowledge, register: Register, articles: Mapping[Citation, Article], guide: str, applied: brackets.Applied
) -> tuple[tuple[Failure, ...], str]:
    """What the gate has against the answer that says *applied*, and what it leaves of that sentence."""
    (found,) = (one for one in real.guides if one.id == guide)
    composed = composing.compose_guide(
        found, articles=articles, parameters=real.parameters, register=register, as_of=TODAY, applied=applied
    )
    evidence = grounding.Evidence(composed.passages, "", composed.citations, composed.figures.used, TODAY)
    checked = grounding.check(composed.draft, evidence, register=register, allow=grounding.AllowList(real.phones, real.hosts))
    assert checked.draft is not None
    return checked.failures, checked.draft.applied


@settings(deadline=None, max_examples=200)
@given(
    st.integers(0, 40), st.integers(0, 11), st.sampled_from(["", "多", "左右"]), st.sampled_from(["干了", "累计工龄", "工龄", "签了合同"])
)
def test_whatever_is_told_a_guide_adds_one_sentence_or_none(years: int, months: int, about: str, lead: str) -> None:
    knowledge = known()
    facts = told_in([f"{lead}{years}年{months}个月{about}"], TODAY)
    for guide in ("economic-compensation-sum", "annual-leave", "medical-period", "probation", "unsigned-contract"):
        applied = apply([guide], facts, knowledge.brackets, Register(knowledge.instruments), TODAY)
        assert applied is None or len(sentences(applied.sentence)) == 1


@cache
def known() -> Knowledge:
    """The real knowledge: hypothesis takes no fixture."""
    return load_knowledge(REAL_KNOWLEDGE)
