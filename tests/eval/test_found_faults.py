"""Faults of cases, measures and checks that were found by testing and mended."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import ConfigError
from assistant.grounding import AllowList
from assistant.instruments import Register
from assistant.rendering import full_text
from assistant.text import find_numbers, normalise
from assistant.types import Answer, Citation, CitedArticle, Instrument
from eval.cases import FOLDER, SCHEMA_FILE, Case, load_cases, schema_text
from eval.checks import CHECKS, Referee, Seen
from eval.measures import says
from eval.observe import Observed
from eval.perturb import disturb
from eval.records import Row, Run, read_run, write_run
from eval.significance import share_interval, wilson

TURN: dict[str, Any] = {"question": "老板不跟我签合同", "outcome": "answered"}
LINE: dict[str, Any] = {"id": "contract-901", "split": "dev", "topic": "contract", "as_of": "2026-11-21", "turns": [TURN]}


def figures(words: str) -> list[tuple[str, str]]:
    return [(str(number.value), number.unit) for number in find_numbers(normalise(words))]


# perturb leaves figures alone, so that the expectations still hold
@pytest.mark.parametrize(
    ("kind", "text"),
    [
        pytest.param("dropped", "每天干4个小时", id="a unit of three characters: 个小时 -> 个小"),
        pytest.param("homophone", "每天干4个小时", id="小时 -> 小使"),
        pytest.param("dropped", "2026年3月15日说的", id="the second number is swallowed as the unit of the first: 2026年315日"),
        pytest.param("dropped", "给20块一小时", id="一 is swallowed as part of 20's unit, so 小时 is free"),
        pytest.param("dropped", "每小时18.5元", id="the unit after a decimal"),
        pytest.param("homophone", "鉴定是九级", id="是 -> 十 makes 九级 十九级"),
        pytest.param("unpunctuated", "拖了4500、2000元", id="two figures run into one: 45002000"),
        pytest.param("unpunctuated", "鉴定是7级，2个月没上班，工龄10，3年合同", id="10，3年 becomes 103年"),
        pytest.param("unpunctuated", "六十四，十月里摔的", id="六十四，十月 becomes 六十四十月"),
    ],
)
def test_figures_are_left_alone(kind: Any, text: str) -> None:
    assert {tuple(figures(disturb(text, kind, str(seed)))) for seed in range(200)} == {tuple(figures(text))}


# perturb: a half-width full stop or comma after a figure stays although "没标点"
@pytest.mark.parametrize("text", ["欠我3000,咋办", "欠我3000.咋办", "欠我3000:咋办"])
def test_a_mark_after_a_figure_is_taken_out_too(text: str) -> None:
    assert disturb(text, "unpunctuated") == "欠我3000咋办"


# cases: a line separator inside a JSON string (valid JSON) breaks the line; so does NEL
@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\u0085"])
def test_a_line_ends_only_at_a_line_feed(tmp_path: Path, separator: str) -> None:
    line = LINE | {"turns": [TURN | {"question": f"没签合同{separator}咋办"}]}
    (tmp_path / "a.jsonl").write_text(json.dumps(line, ensure_ascii=False) + "\n", encoding="utf-8")

    assert len(load_cases(tmp_path)) == 1


# records: the same in a run: what was written cannot be read back
def test_a_run_with_a_line_separator_in_a_question_can_be_read_back(tmp_path: Path) -> None:
    case = Case.model_validate(LINE | {"turns": [TURN | {"question": "没签合同\u2028咋办"}]})
    seen = Observed("contract-901", "contract-901", 1, "没签合同\u2028咋办", (), None, "")
    write_run(Run({"suite": "core"}, [Row(case, seen, {})]), tmp_path / "run", {})

    assert read_run(tmp_path / "run").rows[0].case == case


# cases: a BOM (Windows Notepad) is "不是 JSON"; knowledge files with one are read (assistant/knowledge.py _text_of)
def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("\ufeff" + json.dumps(LINE), encoding="utf-8")

    assert len(load_cases(tmp_path)) == 1


# cases: "naming file and line of every mistake": a file that is not UTF-8 hides all the others and has no line
def test_a_file_that_is_not_utf_8_hides_no_other_mistake(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("{", encoding="utf-8")
    (tmp_path / "b.jsonl").write_bytes(json.dumps(LINE, ensure_ascii=False).encode("gb18030"))

    with pytest.raises(ConfigError) as caught:
        load_cases(tmp_path)
    assert "a.jsonl:1" in str(caught.value)
    assert "b.jsonl:1" in str(caught.value)


# cases: a value that is no number loads, and the run dies of decimal.InvalidOperation when it is scored
@pytest.mark.parametrize(
    ("value", "unit"),
    [
        pytest.param("两千", "元", id="Chinese numerals"),
        pytest.param("约2000", "元", id="about"),
        pytest.param("明年", "日期", id="no day"),
    ],
)
def test_an_amount_that_is_no_number_is_refused(tmp_path: Path, value: str, unit: str) -> None:
    line = LINE | {"turns": [TURN | {"numbers": [{"name": "差额", "value": value, "unit": unit}]}]}
    (tmp_path / "a.jsonl").write_text(json.dumps(line), encoding="utf-8")

    with pytest.raises(ConfigError, match=r"a\.jsonl:1"):
        load_cases(tmp_path)


# cases: one mistake in the only turn is reported twice, the second time untruly ("turns Tuple should have at least 1 item")
def test_a_wrong_turn_is_one_mistake(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps(LINE | {"turns": [TURN | {"outcome": "refused"}]}), encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        load_cases(tmp_path)
    assert len(str(caught.value).splitlines()) == 1


# cases/measures: an empty alternative is said by everything (and by every answer that must not say it); the loader lets it in
def test_an_empty_alternative_is_never_said() -> None:
    assert not says("单位要发工资", "仲裁|")


# measures: a mixed numeral other than 万 is not read ("numerals alike")
def test_two_thousand_is_said_either_way() -> None:
    assert says("赔2千元", "2000元")


# -- checks -------------------------------------------------------------------------------------------------

REGISTER = Register([
    Instrument("劳动合同法", "中华人民共和国劳动合同法", "law", "全国", date(2008, 1, 1), date(2013, 7, 1), articles=98),
    Instrument("企业最低工资规定", "企业最低工资规定", "department_rule", "全国", date(1993, 11, 24), date(1993, 11, 24),
               in_force_until=date(2004, 3, 1), replaced_by="最低工资规定", articles=34),
])  # fmt: skip
ALLOW = AllowList(frozenset({"12351", "110", "053288512351"}), frozenset({"12333.gov.cn"}))
PASSAGES = {"p": "赔 1100 元", "劳动合同法#30": "用人单位应当按照劳动合同约定，向劳动者及时足额支付劳动报酬。"}


def look(short: str, *, evidence: tuple[str, ...] = (), **changes: Any) -> Seen:
    answer = Answer(**{"outcome": "answered", "short": short, "as_of": date(2026, 11, 21), "region": "即墨", "source": "guide"} | changes)
    case = Case.model_validate(LINE)
    seen = Observed("contract-901", "contract-901", 1, "", (), answer, full_text(answer), evidence=evidence)
    return Seen(case, case.turns[0], seen, answer, Referee(REGISTER, ALLOW, PASSAGES))


# figures_supported: an unsupported amount hides behind a phone number of the same digits (a gated check lets it pass)
def test_an_amount_does_not_hide_behind_a_phone_number() -> None:
    assert CHECKS["figures_supported"](look("打 110 报警。能要 110 元。")).value == 0.0


# figures_supported: taking the phone out cuts the same digits out of other figures (1100 -> 0): a right answer fails
def test_a_phone_number_leaves_other_figures_whole() -> None:
    assert CHECKS["figures_supported"](look("打 110 报警，赔 1100 元。", evidence=("p",))).value == 1.0


# figures_supported: a landline with a dash and the digits of a link are taken for figures
@pytest.mark.parametrize("short", ["请打 0532-88512351。", "上 https://12333.gov.cn 查。", "上 12333.gov.cn 查。"])
def test_phones_and_links_are_no_figures(short: str) -> None:
    assert CHECKS["figures_supported"](look(short)).value == 1.0


# citation_in_force: "the same sentence says that it is not": the code takes the whole line, and 旧 inside 依旧
@pytest.mark.parametrize(
    "short",
    [
        pytest.param("《企业最低工资规定》第三条要求发够。以前的办法不算数。", id="another sentence of the line"),
        pytest.param("《企业最低工资规定》第三条依旧要求发够。", id="依旧"),
    ],
)
def test_a_repealed_article_must_be_called_so_in_its_own_sentence(short: str) -> None:
    assert CHECKS["citation_in_force"](look(short)).value == 0.0


# quote_fidelity: "whole or from its beginning": a piece out of the middle passes as the article's wording
def test_a_piece_from_the_middle_is_not_the_wording_of_an_article() -> None:
    cited = (CitedArticle(Citation("劳动合同法", "30"), "足额支付劳动报酬"),)
    assert CHECKS["quote_fidelity"](look("要发工资。", citations=cited)).value == 0.0


# citation_precision: an answer that cites wrong articles only in its words is left out as if it cited nothing
def test_an_article_cited_in_the_words_counts_for_precision() -> None:
    case = Case.model_validate(LINE | {"turns": [TURN | {"gold_articles": [{"law": "劳动合同法", "article": "30"}]}]})
    seen = look("看《劳动合同法》第四十条。")
    assert CHECKS["citation_precision"](Seen(case, case.turns[0], seen.observed, seen.answer, seen.referee)).value == 0.0


# significance: clusters of one are taken for clusters (effect n / (n - 1)): n independent cases count as n - 1
def test_cases_asked_once_each_count_in_full() -> None:
    assert share_interval([1.0, 1.0, 1.0, 0.0] * 25, [str(number) for number in range(100)]) == pytest.approx(wilson(75, 100))


# -- the data -----------------------------------------------------------------------------------------------


def test_the_schema_file_is_up_to_date() -> None:
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text()


def test_an_eighth_of_the_legal_cases_is_about_the_union() -> None:
    legal = [case.topic for case in load_cases(FOLDER) if case.variant_of is None and case.topic != "other"]
    assert 100 * legal.count("union") / len(legal) >= 12


def test_cases_about_amounts_want_one() -> None:
    assert [case.id for case in load_cases(FOLDER) if "amount" in case.tags and not any(turn.numbers for turn in case.turns)] == []
