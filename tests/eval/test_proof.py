from __future__ import annotations

from dataclasses import replace
from datetime import date

from assistant.library import Library
from assistant.types import Article, Citation, Section
from eval import gates
from eval.gates import Gates
from eval.proof import unproven_figures
from eval.records import Run, reference_of

NO_GATES = Gates((), {}, (), {}, 5, "")


def with_guide(library: Library, short: str, article: str) -> Library:
    """The small knowledge with one guide that says *short* and rests on one article whose text is *article*."""
    citation = Citation("劳动合同法", "82")
    guide = replace(library.guides["unsigned-contract"], short=short, sections=(Section("steps", ("先打 12333。",)),), basis=(citation,))
    return Library(replace(library.knowledge, guides=(guide,), parameters=()), {citation: Article(citation, article)}, "small")


def test_a_figure_of_the_article_is_proven_however_it_is_written(library: Library) -> None:
    assert unproven_figures(with_guide(library, "满 1 个月没签，要 2 倍工资。", "超过一个月的，每月支付二倍的工资。")) == {}


def test_a_figure_that_no_article_says_is_listed(library: Library) -> None:
    assert unproven_figures(with_guide(library, "满 1 个月没签，要 3 倍工资。", "超过一个月的，每月支付二倍的工资。")) == {
        "指南 unsigned-contract": ["3倍"]
    }


def test_a_parameter_is_listed_with_its_day(library: Library) -> None:
    found = unproven_figures(library)["参数 minimum_wage_month"]

    assert [one for one in found if one.startswith("2400元/月")] != []


def test_a_figure_that_is_new_since_the_baseline_is_named() -> None:
    before = reference_of(Run({"suite": "core"}, [], unproven={"指南 a": ["3倍"], "参数 b": ["10元（2025-01-01 起）"]}), "基线")
    after = Run({"suite": "core"}, [], unproven={"指南 a": ["3倍", "4倍"], "参数 b": ["12元（2025-01-01 起）"]})

    found = next(one for one in gates.judge(after, NO_GATES, before) if one.kind == "figures")

    assert (found.passes, found.says) == (False, "新出现的、条文里找不到的数：指南 a 的 4倍；参数 b 的 12元（2025-01-01 起）")


def test_a_figure_that_is_gone_is_no_fault() -> None:
    before = reference_of(Run({"suite": "core"}, [], unproven={"指南 a": ["3倍"]}), "基线")

    found = gates.judge(Run({"suite": "core"}, [], unproven={}), NO_GATES, before)

    assert all(one.passes for one in found)


def test_the_day_a_figure_begins_is_part_of_it(library: Library) -> None:
    first = library.knowledge.parameters[0]
    moved = replace(first, since=date(2020, 1, 1))
    changed = Library(replace(library.knowledge, parameters=(moved,)), library.articles, "small")

    assert unproven_figures(changed)[f"参数 {first.id}"] != unproven_figures(library)[f"参数 {first.id}"]
