from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from assistant.errors import ConfigError
from assistant.types import Answer, Outcome
from eval import records, report
from eval.cases import Case, GoldArticle, Turn
from eval.checks import Score
from eval.gates import Flips, Verdict, flips
from eval.observe import Found, Observed
from eval.records import MEASURES, Reference, Row, Run, reference_of

HOSTILE = "<script>alert(1)</script>]]>&\"'<img src=https://evil.example/x onerror=alert(2)>{{ 7*7 }}😀" + "A" * 2000
Write = Callable[..., str]
GOLD = (GoldArticle(law="劳动合同法", article="82"),)
GOOD = {
    "recall@10": 1.0, "recall@5": 1.0, "outcome": 1.0, "citation_exists": 1.0, "citation_recall": 1.0, "must_say": 1.0, "false_alarm": 0.0,
    "milliseconds": 30.0,
}  # fmt: skip


def a_row(
    id_: str, *, values: Mapping[str, float | None] = {}, why: str = "", question: str = "没签合同怎么办", text: str = "能要双倍工资。",
    given: Outcome = "answered", history: tuple[str, ...] = (), arm: str = "desk", repeat: int = 1, error: str = "", answered: bool = True,
    variant_of: str | None = None,
) -> Row:  # fmt: skip
    case = Case(
        id=id_, split="dev", topic="contract", as_of=date(2026, 11, 21), variant_of=variant_of,
        perturbation="dropped" if variant_of else None, tags=("dialect",),
        turns=(Turn(question=question, outcome="answered", gold_articles=GOLD, gold_guides=("unsigned-contract",)),),
    )  # fmt: skip
    answer = Answer(given, text, date(2026, 11, 21), "即墨", guide_ids=("unsigned-contract",)) if answered else None
    found = tuple(Found(f"劳动合同法#{number}", 1 / number, {"words": 0.5}) for number in (10, 14, 82))
    observed = Observed(
        id_, id_, 1, question, history, answer, text if answered else "", found, (Found("unsigned-contract", 0.9, {"dense": 0.9}),),
        arm=arm, repeat=repeat, error=error, milliseconds=30.0,
    )  # fmt: skip
    return Row(case, observed, {name: Score(value, why) for name, value in {**GOOD, **values}.items()})


def wrong_row(id_: str, **changes: object) -> Row:
    return a_row(id_, values={"must_say": 0.0}, why="没有说：一年内", **changes)  # type: ignore[arg-type]


def a_run(*rows: Row, suite: str = "core", **changes: object) -> Run:
    header = {
        "suite": suite,
        "made_at": "2026-11-21T07:00:00+00:00",
        "commit": "abcdef123456",
        "dirty": True,
        "model": "",
        "cases": len(rows),
    }
    return Run(header, rows, **changes)  # type: ignore[arg-type]


class Elements(HTMLParser):
    """Every element of a page with its attributes, and the text between them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self.text += " "

    def handle_data(self, data: str) -> None:
        self.text += data

    def values(self, name: str, tag: str = "") -> list[str]:
        return [attributes[name] or "" for found, attributes in self.found if name in attributes and tag in {"", found}]


@pytest.fixture(name="written")
def _written(tmp_path: Path) -> Write:
    def write(run: Run, *verdicts: Verdict, reference: Reference | None = None, changed: Flips | None = None) -> str:
        path = tmp_path / "report.html"
        report.write(run, verdicts, reference, changed, path, tmp_path / "baseline")
        return path.read_text(encoding="utf-8")

    return write


def words_of(page: str) -> str:
    """What a reader sees, without the style sheet, on one line."""
    return " ".join(Elements(re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)).text.split())


def section(page: str, id_: str) -> str:
    return words_of(page[page.index(f'<section id="{id_}"') :].partition("</section>")[0])


def everything(tmp_path: Path) -> Run:
    """A run with all that a report can show, hostile text wherever a person or a model wrote something; two runs are accepted before it."""
    good = [a_row(f"contract-{number:03}") for number in range(1, 30)]
    for day in ("2026-10-01", "2026-11-01"):
        before = replace(a_run(*good), header={**a_run().header, "made_at": day})
        records.accept(before, HOSTILE, tmp_path / "baseline")
    bad = a_row("wages-001", values={"must_say": 0.0}, why=HOSTILE, question=HOSTILE, text=HOSTILE, history=(HOSTILE, HOSTILE))
    variant = wrong_row("wages-001~dropped", variant_of="wages-001")
    model = wrong_row("wages-001", arm="model", repeat=2)
    failed = a_row("wages-002", error=HOSTILE, answered=False, values=dict.fromkeys(GOOD))
    return a_run(*good, bad, variant, model, failed, stale={"wages-900": HOSTILE}, knowledge_problems=[HOSTILE])


# -- what it says -------------------------------------------------------------------------------------------


def test_the_verdict_stands_at_the_top(written: Write) -> None:
    failing, passing = Verdict("hard", "must_say", False, "错了", ()), Verdict("stale", "", True, "没有过期")

    assert words_of(written(a_run(a_row("contract-001")), failing, passing)).startswith("不通过")
    assert "✗ 不通过 1 道门槛不过，共 2 道" in words_of(written(a_run(a_row("contract-001")), failing, passing))
    assert "✓ 通过 1 道门槛都过了" in words_of(written(a_run(a_row("contract-001")), passing))


def test_the_header_says_what_was_examined_and_leaves_out_what_is_empty(written: Write) -> None:
    words = words_of(written(a_run(a_row("contract-001"))))

    assert "时间 2026-11-21 07:00 UTC" in words
    assert "有未提交的改动 是" in words
    assert "语言模型" not in words.split("门槛")[0]


def test_the_cases_of_a_failing_gate_are_linked_to_their_details(written: Write) -> None:
    run = a_run(a_row("contract-001"), wrong_row("wages-130"))
    page = written(run, Verdict("hard", "must_say", False, "该说的说了：1 例不对", ("wages-130",)))
    gates = page[page.index('<section id="gates"') : page.index('<section id="baseline"')]

    assert Elements(gates).values("href") == ["#case-wages-130"]
    assert Elements(page).values("id", "details") == ["case-wages-130"]


def test_a_case_that_only_a_gate_names_is_shown_whole_as_well(written: Write) -> None:
    page = written(a_run(a_row("contract-001")), Verdict("floor", "recall@10", False, "召回率低", ("contract-001",)))

    assert Elements(page).values("id", "details") == ["case-contract-001"]


def test_every_link_leads_somewhere_on_the_page(written: Write, tmp_path: Path) -> None:
    run = everything(tmp_path)
    keys = tuple(row.key for row in run.rows)
    page = Elements(
        written(run, Verdict("hard", "must_say", False, "x", keys), Verdict("stale", "", False, "x", ("wages-900", "unknown-1")))
    )
    links = [link for link in page.values("href", "a") if link.startswith("#")]

    assert len(links) > len(keys)
    assert {link.removeprefix("#") for link in links} <= set(page.values("id"))
    assert len(page.values("id")) == len(set(page.values("id")))


def test_a_wrong_case_shows_what_was_asked_found_and_answered_and_why_it_is_wrong(written: Write) -> None:
    words = section(written(a_run(wrong_row("wages-001", history=("我在饭店干活",), given="clarify"))), "cases")

    assert "该说的说了：没有说：一年内" in words
    assert "之前 我在饭店干活" in words
    assert "应为 答复，实为追问 ✗" in words
    assert "★ 劳动合同法#82 0.012" in words
    assert "劳动合同法#10 0.100 words 0.500" in words
    assert "★ unsigned-contract 0.900" in words
    assert "能要双倍工资。" in words


def test_a_case_with_nothing_wrong_is_only_named(written: Write) -> None:
    page = written(a_run(a_row("contract-001", text="没有毛病的答复"), wrong_row("wages-001")))

    assert "contract-001 没签合同怎么办" in section(page, "cases")
    assert "没有毛病的答复" not in page


def test_a_run_without_failures_says_so(written: Write) -> None:
    page = written(a_run(a_row("contract-001")), Verdict("hard", "must_say", True, "都对"))

    assert "没有不过的门槛" in section(page, "gates")
    assert "没有一例有毛病" in section(page, "cases")
    assert "没有过期的案例" in section(page, "left-out")
    assert "知识文件没有问题" in section(page, "left-out")


def test_a_run_without_a_single_row_can_be_reported(written: Write) -> None:
    assert "一项也没有可算的" in section(written(a_run()), "measures")


def test_plain_cases_come_before_variants_and_those_a_gate_names_before_the_rest(written: Write) -> None:
    rows = (wrong_row("wages-001~dropped", variant_of="wages-001"), wrong_row("wages-001"), wrong_row("wages-002"))
    page = written(a_run(*rows), Verdict("hard", "must_say", False, "x", ("wages-002",)))

    assert Elements(page).values("id", "details") == ["case-wages-002", "case-wages-001", "case-wages-001.dropped"]


def test_a_question_that_could_not_be_asked_is_among_the_wrong_ones(written: Write) -> None:
    page = written(a_run(a_row("wages-001", error="模型连不上", answered=False, values=dict.fromkeys(GOOD))))

    assert "没问成：模型连不上" in section(page, "cases")
    assert "1 次，没问成 1 次" in words_of(page)


def test_of_many_wrong_cases_only_some_are_shown_whole_and_the_rest_are_counted(written: Write) -> None:
    rows = [wrong_row(f"wages-{number:03}~{letter}", text="答" * 1300, variant_of="wages-001") for letter in "abc" for number in range(999)]
    page = written(a_run(*rows), Verdict("hard", "must_say", False, "x", tuple(row.key for row in rows)))

    assert len(Elements(page).values("id", "details")) == report.DETAILS
    assert f"有毛病、没有展开的 {len(rows) - report.DETAILS} 例" in section(page, "cases")
    assert len(page.encode()) < 3_000_000


# -- measures, baseline, plots ------------------------------------------------------------------------------


def test_every_measure_has_its_group() -> None:
    assert sorted(name for names in report.GROUPS.values() for name in names) == sorted(MEASURES)


def test_a_measure_is_shown_with_its_count_its_interval_and_what_was_not_scored(written: Write) -> None:
    rows = (a_row("contract-001"), wrong_row("contract-002"), a_row("contract-003", values={"outcome": None}))
    words = section(written(a_run(*rows)), "measures")

    assert re.search(r"结果对（答、问、拒、转、急） 1\.000 2/2 1\.000 2 例，少 0\.\d{3}–1\.000 1", words)
    assert "基线 差" not in words


@pytest.mark.parametrize(
    ("name", "before", "now", "says"),
    [
        pytest.param("recall@10", 0.5, 1.0, "+0.500 变好", id="higher is better"),
        pytest.param("false_alarm", 0.0, 1.0, "+1.000 变差", id="lower is better"),
        pytest.param("recall@10", 1.0, 0.9, "-0.100 变差", id="worse"),
        pytest.param("recall@10", 0.5, 0.5001, "一样", id="too little to say"),
    ],
)
def test_a_difference_to_the_baseline_is_said_in_words(name: str, before: float, now: float, says: str, written: Write) -> None:
    reference = reference_of(a_run(a_row("contract-001", values={name: before})), "before")

    assert says in section(written(a_run(a_row("contract-001", values={name: now})), reference=reference), "measures")


def test_a_difference_is_taken_over_the_cases_that_say_the_same(written: Write) -> None:
    before = a_run(a_row("contract-001"), a_row("contract-002", question="问法不一样", values={"recall@10": 0.0}))
    now = a_run(a_row("contract-001"), a_row("contract-002"), a_row("contract-003", values={"recall@10": 0.0}))
    words = section(written(now, reference=reference_of(before, "before")), "measures")

    assert re.search(r"法条召回率@10 0\.667 3 .*? 1\.000 1 例 一样", words)


def test_what_got_worse_and_better_is_listed_with_question_and_measures(written: Write) -> None:
    before = reference_of(a_run(a_row("contract-001"), wrong_row("contract-002"), a_row("contract-009")), "before")
    now = a_run(wrong_row("contract-001"), a_row("contract-002"))
    page = written(now, reference=before, changed=flips(now, before))
    words = section(page, "baseline")

    assert "变差 1 例 contract-001 没签合同怎么办 该说的说了" in words
    assert "变好 1 例 contract-002 没签合同怎么办 该说的说了" in words
    assert "不能比的 0 例；基线里有、这一次没有的 1 例" in words
    assert "contract-009" in words


def test_nothing_changed_is_said(written: Write) -> None:
    now = a_run(a_row("contract-001"))
    before = reference_of(now, "before")

    assert "没有一例变好或变差" in section(written(now, reference=before, changed=flips(now, before)), "baseline")


def test_without_a_baseline_the_report_says_how_to_get_one(written: Write) -> None:
    assert "gonghui eval accept" in section(written(a_run(a_row("contract-001"))), "baseline")


def test_a_report_does_not_tell_where_on_the_machine_things_lie(written: Write) -> None:
    problem = "/home/someone/main/knowledge/guides/unsigned.md:12: 没有这一条"
    run = a_run(a_row("contract-001"), knowledge_problems=[problem, "knowledge/guides/other.md:3: 也没有"])
    page = written(
        run, Verdict("knowledge", "", False, f"知识文件：{problem}"), reference=reference_of(run, "/home/someone/eval/core.json")
    )

    assert "/home" not in page
    assert "知识文件：unsigned.md:12: 没有这一条" in section(page, "gates")
    assert "knowledge/guides/other.md:3" in section(page, "left-out")
    assert "基线 core.json" in section(page, "baseline")


def test_few_cases_are_flagged(written: Write) -> None:
    few, many = (a_run(*(a_row(f"contract-{number:03}") for number in range(count))) for count in (19, 20))

    assert "劳动合同 19 1.000 19 例，少" in section(written(few), "plots")
    assert "劳动合同 20 1.000 20 例 1.000" in section(written(many), "plots")


def test_expected_and_given_outcomes_are_counted_against_each_other(written: Write) -> None:
    words = section(written(a_run(a_row("contract-001"), a_row("contract-002"), a_row("contract-003", given="clarify"))), "plots")

    assert "应为＼实为 答复 追问 答复 3 ✓ 2 ✗ 1" in words


def test_variants_are_compared_with_the_question_as_it_was_written(written: Write) -> None:
    worse = a_row("contract-001~dropped", variant_of="contract-001", values={"recall@10": 0.5})

    assert "漏字 1（少） -0.500 -0.500 … -0.500 1.000 1.000" in section(written(a_run(a_row("contract-001"), worse)), "plots")
    assert "打乱写法以后" not in section(written(a_run(a_row("contract-001"))), "plots")


def test_who_answered_is_compared_where_a_model_did(written: Write) -> None:
    run = a_run(a_row("contract-001"), a_row("contract-001", arm="oracle"), a_row("contract-001", arm="model"))

    assert "柜台（不用模型） 1 次 语言模型 1 次 给足资料 1 次" in section(written(run), "plots")
    assert "谁答的" not in section(written(a_run(a_row("contract-001"))), "plots")


def test_times_are_shown_with_their_median_and_their_95th_percentile(written: Write) -> None:
    rows = [a_row(f"contract-{number:03}", values={"milliseconds": float(number)}) for number in range(1, 101)]
    words = section(written(a_run(*rows)), "plots")

    assert "100 次：一半不超过 50（p50），95% 不超过 95（p95），最慢 100" in words
    assert "50–60 10 ← p50" in words


def test_one_slow_question_does_not_squeeze_the_others_into_one_bar(written: Write) -> None:
    rows = [a_row(f"contract-{number:03}", values={"milliseconds": 30.0 + number}) for number in range(40)]

    assert "≥" in section(written(a_run(*rows, a_row("wages-001", values={"milliseconds": 60_000.0}))), "plots")


def test_accepted_runs_are_drawn_with_their_days_and_reasons(written: Write, tmp_path: Path) -> None:
    first = a_run(a_row("contract-001", values={"recall@10": 0.5}))
    records.accept(first, "第一次认可", tmp_path / "baseline")
    one = written(first)
    records.accept(replace(first, header={**first.header, "made_at": "2026-12-01T00:00:00+00:00"}), "加了指南", tmp_path / "baseline")
    two = written(a_run(a_row("contract-001")))

    assert (one.count("<circle"), one.count("<polyline")) == (4, 0)
    assert two.count("<polyline") == 4
    assert "这一次 1.000" in two
    assert re.search("2026-11-21 abcdef123456 第一次认可 .*2026-12-01 abcdef123456 加了指南", section(two, "plots"))


def test_the_retrieval_suite_has_a_report_without_answers(written: Write) -> None:
    values = {"recall@10": 0.0, "outcome": None, "citation_exists": None, "citation_recall": None, "must_say": None, "false_alarm": None}
    page = written(a_run(a_row("contract-001", answered=False, values=values, why="前十条里没有"), a_row("contract-002", answered=False)))

    assert "应为＼实为" not in section(page, "plots")
    assert "检索" in section(page, "measures")


# -- the file -----------------------------------------------------------------------------------------------


def test_hostile_text_is_shown_and_never_part_of_the_page(written: Write, tmp_path: Path) -> None:
    run = everything(tmp_path)
    page = written(run, Verdict("hard", "must_say", False, HOSTILE, ("wages-001", HOSTILE)), reference=reference_of(run, HOSTILE))
    elements = Elements(page)

    assert {tag for tag, _ in elements.found} & {"script", "img", "iframe", "object", "form"} == set()
    assert [name for _, attributes in elements.found for name in attributes if name.startswith("on")] == []
    assert elements.text.count(HOSTILE) >= 6


def test_the_file_asks_nothing_of_the_network(written: Write, tmp_path: Path) -> None:
    page = written(everything(tmp_path))
    elements = Elements(page)
    style = re.search("<style>(.*?)</style>", page, re.DOTALL)

    assert [link for name in ("href", "src", "action", "srcset") for link in elements.values(name) if not link.startswith("#")] == [
        "data:,"
    ]
    assert style is not None
    assert not re.search(r"url\(|@import", style[1] + "".join(elements.values("style")))
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in elements.values("content")


def test_a_report_that_cannot_be_written_is_said_in_chinese(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="写不了"):
        report.write(a_run(), (), None, None, tmp_path / "no" / "folder.html", tmp_path)


# -- in a browser -------------------------------------------------------------------------------------------


@pytest.fixture(name="browser", scope="module")
def _browser() -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("google-chrome")
    assert found, "no Chromium: run tests/install_system_packages.sh"
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=flags)
        yield browser
        browser.close()


@pytest.fixture(name="page")
def _page(browser: Browser, written: Write, tmp_path: Path) -> Iterator[Page]:
    """The report of everything on a phone; errors, and requests for anything else, fail the test."""
    run = everything(tmp_path)
    before = reference_of(replace(run, rows=[wrong_row("contract-001"), *run.rows[1:]]), HOSTILE)
    written(run, Verdict("hard", "must_say", False, HOSTILE, ("wages-001",)), reference=before, changed=flips(run, before))
    context = browser.new_context(viewport={"width": 360, "height": 780}, locale="zh-CN")
    page, problems = context.new_page(), list[str]()
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith(("file:", "data:")) else problems.append(request.url))
    page.goto((tmp_path / "report.html").as_uri())
    yield page
    context.close()
    assert problems == []


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("folded", [True, False])
def test_the_report_does_not_scroll_sideways_on_a_phone(folded: bool, page: Page) -> None:
    page.eval_on_selector_all("details", "(all, folded) => all.forEach(one => one.open = !folded)", folded)

    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_a_link_to_a_folded_case_shows_it(page: Page) -> None:
    answer = page.locator("#case-wages-001 .answer")
    expect(answer).to_be_hidden()
    page.locator("#gates a[href='#case-wages-001']").click()

    expect(answer).to_be_visible()
    expect(page.locator("#case-wages-001 summary")).to_be_in_viewport()
