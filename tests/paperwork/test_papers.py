from __future__ import annotations

import ast
import random
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from assistant.calculators.values import Input
from assistant.citation import find_citations, find_unknown_titles
from assistant.errors import InputError
from assistant.grounding import find_promises
from assistant.paperwork.content import LABEL, UNDERLINE, Blank, Said, Written, shown
from assistant.paperwork.paper import Paper, declared
from assistant.paperwork.plain_text import as_list, as_text
from assistant.paperwork.registry import PAPERS, find_paper
from assistant.paperwork.word import as_docx
from tests.paperwork.given import CLAIMS, PARAMETERS, REGISTER, TODAY, paper_ids, random_told, sentinels, words_of, written

EACH = pytest.mark.parametrize("paper", PAPERS, ids=paper_ids)
FOLDER = Path(__file__).parents[2] / "assistant" / "paperwork"
HOTLINES = {"12351", "12333", "12348", "12345", "12356", "110", "119", "120"}
BLANK = re.compile(rf"{UNDERLINE}（[^（）]*[一-鿿][^（）]*）")


@cache
def texts(paper: Paper) -> list[str]:
    """The paper with nothing told, with everything told, and with each choice told in turn."""
    full = sentinels(paper.inputs)
    rounds = [{}, full, {**full, "claims": CLAIMS}] if any(field.name == "claims" for field in paper.inputs) else [{}, full]
    rounds += [{**full, **chosen} for chosen in choices(paper.inputs)]
    return [as_text(paper.fill(told, PARAMETERS, TODAY)) for told in rounds]


def choices(inputs: tuple[Input, ...]) -> list[dict[str, object]]:
    """Each input that has choices, or whose records have, with each of them."""
    found: list[dict[str, object]] = [{field.name: value} for field in inputs for value, _ in field.choices]
    for field in inputs:
        found += [{field.name: [chosen]} for chosen in choices(field.parts)]
    return found


@EACH
def test_with_nothing_told_everything_is_a_marked_blank(paper: Paper) -> None:
    empty = paper.fill({}, PARAMETERS, TODAY)

    told = [piece for paragraph in empty.paragraphs for piece in paragraph.pieces if isinstance(piece, Said)]
    assert told == []
    assert len(empty.blanks()) == as_text(empty).count(UNDERLINE) - sum(piece.by_hand for piece in blanks(paper, {})) >= 8
    assert as_text(empty).count(UNDERLINE) == len(BLANK.findall(as_text(empty)))


@EACH
def test_whatever_is_told_stands_in_the_paper_as_it_was_told(paper: Paper) -> None:
    told = sentinels(paper.inputs)
    text = as_text(paper.fill({**told, "status": "left"} if "status" in told else told, PARAMETERS, TODAY))

    # Who applies for oneself has no other name.
    own = {"applicant_name", "applicant_phone"}
    assert [value for name, value in leaves(told) if name not in own and spoken(value) not in text] == []


def leaves(told: dict[str, object]) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for name, value in told.items():
        if isinstance(value, list):
            found += [pair for one in value for pair in leaves(one)]
        elif not isinstance(value, str) or value.startswith("甲") or re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            found.append((name, value))
    return found


def spoken(value: object) -> str:
    if isinstance(value, str) and (match := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", value)):
        return f"{match[1]}年{int(match[2])}月{int(match[3])}日"
    return str(value)


@EACH
def test_told_words_change_nothing_else_in_the_paper(paper: Paper) -> None:
    told = sentinels(paper.inputs)

    first, second = (own_words(paper.fill(one, PARAMETERS, TODAY)) for one in (told, renamed(told)))

    assert first == second
    assert not re.search(r"[甲丙]\d+乙", "".join(first))


def own_words(written: Written) -> list[str]:
    """Our own words, those of hints included, without anything that was told."""
    return ["".join("…" if isinstance(piece, Said) else shown(piece) for piece in paragraph.pieces) for paragraph in written.paragraphs]


def renamed(value: Any) -> Any:
    """The same with other words and other amounts."""
    if isinstance(value, dict):
        return {name: renamed(one) for name, one in value.items()}
    if isinstance(value, list):
        return [renamed(one) for one in value]
    return value.replace("甲", "丙") if isinstance(value, str) else value + 1


@EACH
def test_every_blank_says_what_to_write_there(paper: Paper) -> None:
    for text in texts(paper):
        assert text.count(UNDERLINE) == len(BLANK.findall(text)), text


# What may be left out without a blank: what only some have, or what follows from something else that was told.
ONLY_WHERE_TOLD = {"status", "work_unit", "group", "other_employers", "other_claims", "claims"}


@EACH
def test_what_is_left_out_leaves_a_blank(paper: Paper) -> None:
    full = {name: value for name, value in sentinels(paper.inputs).items() if name != "other_claims"}
    if "applicant" in full:
        full["applicant"] = "relative"
    whole = len(blanks(paper, full))

    for field in paper.inputs:
        if field.name not in ONLY_WHERE_TOLD:
            assert len(blanks(paper, {name: value for name, value in full.items() if name != field.name})) > whole, field.name


def blanks(paper: Paper, told: dict[str, object]) -> list[Blank]:
    filled = paper.fill(told, PARAMETERS, TODAY)
    return [piece for paragraph in filled.paragraphs for piece in paragraph.pieces if isinstance(piece, Blank)]


@EACH
def test_every_article_it_cites_is_declared_and_law_today(paper: Paper) -> None:
    for text in texts(paper):
        cited = {found.citation for found in find_citations(text, REGISTER.names)}
        assert find_unknown_titles(text, REGISTER.names) == []
        assert {citation: REGISTER.status(citation, TODAY) for citation in cited} == dict.fromkeys(cited, "in_force")
        if "算法：" not in text:
            assert cited <= set(paper.laws), cited - set(paper.laws)


@EACH
def test_every_article_that_is_declared_is_used(paper: Paper) -> None:
    cited = {found.citation for text in texts(paper) for found in find_citations(text, REGISTER.names)}

    assert set(paper.laws) <= cited


@EACH
def test_no_outcome_is_promised_and_no_number_but_hotlines_is_named(paper: Paper) -> None:
    empty = as_text(paper.fill({}, PARAMETERS, TODAY))

    assert [promise for text in texts(paper) for line in text.splitlines() for promise in find_promises(line)] == []
    assert set(re.findall(r"(?<!\d)\d{3,}(?![\d%])", empty)) <= HOTLINES


@EACH
def test_it_says_that_the_office_may_want_its_own_form_and_that_a_program_wrote_it(paper: Paper) -> None:
    text = as_text(paper.fill({}, PARAMETERS, TODAY))

    assert "可能要用它自己的表格" in text
    assert text.startswith(f"（{LABEL}）")
    assert text.endswith(f"（{LABEL}）")


def test_the_application_has_what_the_law_asks_for() -> None:
    text = as_text(written("arbitration_application"))

    wanted = (
        "姓名",
        "性别",
        "出生日期",
        "职业",
        "工作单位",
        "住所",
        "法定代表人或者主要负责人",
        "职务",
        "仲裁请求",
        "事实和理由",
        "证据和证据来源",
        "证人",
        "副本",
    )
    assert [word for word in wanted if word not in text] == []


def test_the_complaint_and_the_outline_have_what_the_law_asks_for() -> None:
    complaint, outline = as_text(written("inspection_complaint")), as_text(written("injury_outline"))

    wanted = ("姓名", "性别", "职业", "工作单位", "住所", "联系电话", "被投诉单位", "负责人姓名", "职务", "投诉请求", "事实和理由")
    assert [word for word in wanted if word not in complaint] == []
    wanted = ("时间", "地点", "原因和经过", "受伤部位和程度", "工伤认定申请表", "劳动关系", "诊断证明")
    assert [word for word in wanted if word not in outline] == []


def test_a_claim_that_was_worked_out_has_its_formula_and_articles() -> None:
    text = as_text(written("arbitration_application", claims=CLAIMS, other_claims=[{"what": "高温津贴", "amount": 800}]))

    assert (
        "1．支付经济补偿（N）：20000.00元。算法：5000元 × 4个月 = 20000元。依据：《劳动合同法》第三十八条、第四十六条、第四十七条" in text
    )
    assert "2．支付欠的工资：12345.00元。" in text
    assert "3．高温津贴：800元（金额是本人自己算的）。" in text


def test_what_the_employer_does_not_owe_is_no_request_and_is_told_why() -> None:
    injury = [{"name": "work_injury", "inputs": {"own_wage": 5000, "grade": 9, "happened": "2025-01-01"}}]
    text = as_text(written("arbitration_application", claims=injury))

    asked, told = text.split("给您的提示")
    assert "工伤待遇" not in asked
    assert "工伤待遇：按您说的数，没有单位要付的钱" in told


def test_a_limit_of_the_law_is_no_request() -> None:
    assert "终局" not in as_text(written("arbitration_application", claims=CLAIMS)).split("给您的提示")[0]


def test_a_wrong_claim_is_refused_with_its_place() -> None:
    with pytest.raises(InputError, match="第 1 项（经济补偿"):
        written("arbitration_application", claims=[{"name": "severance", "inputs": {}}])


def test_a_reason_nobody_told_is_not_guessed() -> None:
    text = as_text(written("resignation_notice", name="张三", claims=CLAIMS)).split("给您的提示")[0]

    assert "没有及时足额支付劳动报酬" not in text
    assert f"1．{UNDERLINE}（单位的错" in text


@pytest.mark.parametrize(("told", "says"), [({"status": "working"}, "申请人还在上班。"), ({}, f"申请人{UNDERLINE}（写还在上班")])
def test_whether_the_job_has_ended_is_not_guessed(told: dict[str, object], says: str) -> None:
    text = as_text(written("arbitration_application", **told))

    assert says in text
    assert ("离开，原因是" in text, "还在上班。" in text) == (False, bool(told))


def test_who_has_left_does_not_work_there_any_more() -> None:
    worker = as_text(written("arbitration_application", employer="海风厂", status="left")).split("被申请人：")[0]

    assert "海风厂" not in worker
    assert "工作单位：海风厂" in as_text(written("arbitration_application", employer="海风厂", status="working"))


def test_a_second_employer_is_a_second_respondent_with_a_copy_of_its_own() -> None:
    text = as_text(written("arbitration_application", employer="派遣公司甲", other_employers=[{"name": "用工单位乙"}]))

    assert text.count("被申请人：") == 2
    assert "附：本申请书副本2份。" in text


def test_neither_signature_nor_day_is_ever_filled_in() -> None:
    for paper in PAPERS:
        text = as_text(paper.fill(sentinels(paper.inputs), PARAMETERS, TODAY))
        assert f"日期：{UNDERLINE}（签名那天的年月日）" in text
        assert f"{UNDERLINE}（本人签名或者按手印）" in text


def test_the_last_day_to_apply_is_told_where_the_accident_is() -> None:
    text = as_text(written("injury_outline", happened="2026-10-01"))

    assert "2027-10-01" in text.split("给您的提示")[1]
    assert "2027" not in as_text(written("injury_outline"))


def test_a_sentence_told_with_its_full_stop_has_one() -> None:
    text = as_text(written("resignation_notice", reasons=[{"reason": "wages", "details": "欠了三个月。"}]))

    assert "具体情况：欠了三个月。依据：" in text


def test_each_line_told_of_the_facts_is_a_paragraph() -> None:
    paragraphs = written("arbitration_application", facts="七月没发。\r\n\n八月也没发。").paragraphs

    assert [piece.text for paragraph in paragraphs for piece in paragraph.pieces if isinstance(piece, Said)] == [
        "七月没发。",
        "八月也没发。",
    ]


def test_a_tag_told_is_no_link_in_a_chat() -> None:
    assert "＜a href=" in as_text(written("arbitration_application", name="<a href='x'>点</a>"))


def test_what_was_told_is_not_in_what_is_printed_of_the_value() -> None:
    assert "张三丰" not in repr(written("arbitration_application", name="张三丰"))


def test_whatever_is_told_only_the_declared_error_is_raised_and_every_paper_opens() -> None:
    draw, filled = random.Random(11), 0
    for number in range(800):
        paper = PAPERS[number % len(PAPERS)]
        told = random_told(paper.inputs, draw, wrong=0.01)
        try:
            made = paper.fill(told, PARAMETERS, TODAY)
        except InputError as error:
            assert "\n" not in str(error)  # noqa: PT017 - one sentence, whatever was told
            continue
        filled += 1
        if number % 10 == 0:
            assert LABEL in words_of(as_docx(made))
    assert filled > 150


@pytest.mark.parametrize("raw", [None, [], "x", 5, True, {"没有这一项": 1}, {1: 2}])
@EACH
def test_what_is_no_object_of_known_fields_is_refused(paper: Paper, raw: object) -> None:
    with pytest.raises(InputError):
        paper.fill(raw, PARAMETERS, TODAY)


def test_a_paper_nobody_knows_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match="是不是 injury_outline"):
        find_paper("injury_outlin")


@EACH
def test_what_it_asks_is_declared_in_full(paper: Paper) -> None:
    row = declared(paper, TODAY)

    for field in row["inputs"]:  # type: ignore[attr-defined]
        assert re.search(r"[一-鿿]", field["prompt"])
        assert field["required"] is False
        assert field["bounds"] or field["type"] in ("choice", "claims")
        assert (field["type"] == "records") == bool(field.get("parts"))
    assert all(f"{field.name}（{field.type}）" in as_list([paper]) for field in paper.inputs)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_a_figure_of_law_stands_in_a_sentence_that_names_its_article(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    described = {id(node.body[0].value) for node in ast.walk(tree) if isinstance(node, OWNERS) and isinstance(node.body[0], ast.Expr)}
    said = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in described
    ]

    assert [text for text in said if FIGURE.search(text) and not ARTICLE.search(text) and not text.startswith(ARTICLE_BESIDE)] == []


OWNERS = (ast.Module, ast.FunctionDef, ast.ClassDef)
FIGURE = re.compile(r"\d+\s*(?:个工作日|小时|日|天|年(?!工资流水)|个月|%|倍)")
ARTICLE = re.compile(r"第[一二三四五六七八九十百]+条")
# The demand has its article right behind it, the sudden illness in its row.
ARTICLE_BESIDE = ("出具解除劳动合同的证明，并在15日内", "在工作时间和工作岗位，突发疾病死亡或者在48小时之内")
