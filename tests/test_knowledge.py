from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.errors import KnowledgeError
from assistant.knowledge import UNKNOWN_DAY, knowledge_files, knowledge_hash, load_knowledge, load_replies
from assistant.types import Citation, Guide, Instrument, Section, Withdrawal
from tests.small_knowledge import edit

GUIDE = "guides/wages/unpaid-wages.md"


def guide(root: Path, id_: str = "unpaid-wages") -> Guide:
    return next(one for one in load_knowledge(root).guides if one.id == id_)


def instrument(root: Path, name: str) -> Instrument:
    return next(one for one in load_knowledge(root).instruments if one.name == name)


# -- what is read ----------------------------------------------------------------------------------------------


def test_a_guides_short_answer_is_its_first_section(knowledge: Path) -> None:
    assert guide(knowledge).short == "单位必须按时足额发工资，拖欠的可以要回来。先打 12333 投诉，不行就申请劳动仲裁。"


def test_the_lines_of_a_section_lose_their_bullets_and_numbers(knowledge: Path) -> None:
    sections = {section.kind: section.items for section in guide(knowledge).sections}

    assert sections["steps"][0] == "先存好工资条、转账记录和考勤。"
    assert sections["documents"] == ("身份证和单位全名。",)


def test_a_line_that_begins_with_a_figure_keeps_it(knowledge: Path) -> None:
    edit(knowledge / GUIDE, "- 离开单位的，一年内申请仲裁。", "- 30 日内答复。")

    assert Section("deadline", ("30 日内答复。",)) in guide(knowledge).sections


def test_an_indented_line_goes_on_with_the_one_before(knowledge: Path) -> None:
    edit(knowledge / GUIDE, "- 身份证和单位全名。", "- 身份证\n  和单位全名。")

    assert Section("documents", ("身份证和单位全名。",)) in guide(knowledge).sections


def test_a_guide_rests_on_its_articles_in_order(knowledge: Path) -> None:
    assert guide(knowledge).basis == (Citation("劳动合同法", "30"), Citation("劳动合同法", "85"))


@pytest.mark.parametrize("written", ['"85"', "85"], ids=["as words", "as a number"])
def test_an_article_number_may_be_written_as_words_or_as_a_number(knowledge: Path, written: str) -> None:
    edit(knowledge / GUIDE, 'article: "85"', f"article: {written}")

    assert guide(knowledge).basis[1] == Citation("劳动合同法", "85")


def test_phrasings_are_added_to_the_asks_of_their_guide(knowledge: Path) -> None:
    (knowledge / "phrasings").mkdir()
    (knowledge / "phrasings" / "wages.yaml").write_text("- guide: unpaid-wages\n  asks: [老板耍赖, 12345]\n", encoding="utf-8")

    assert guide(knowledge).asks[-2:] == ("老板耍赖", "12345")


def test_a_parameter_of_two_periods_is_two_parameters(knowledge: Path) -> None:
    parameters = load_knowledge(knowledge).parameters

    assert [(one.value, one.since, one.until) for one in parameters] == [
        (Decimal(2200), date(2023, 10, 1), date(2025, 10, 1)),
        (Decimal(2400), date(2025, 10, 1), None),
    ]


def test_a_figure_nobody_knows_is_no_figure(knowledge: Path) -> None:
    edit(knowledge / "parameters/wages.yaml", 'value: "2400"', "value:")

    assert load_knowledge(knowledge).parameters[1].value is None


def test_an_instrument_without_a_version_day_is_as_it_was_on_its_first(knowledge: Path) -> None:
    assert instrument(knowledge, "最低工资规定").version_from == date(2004, 3, 1)


def test_an_instrument_of_unknown_age_holds_on_every_day(knowledge: Path) -> None:
    edit(knowledge / "instruments.yaml", "  in_force_from: 2004-03-01\n", "  in_force_from:\n")

    assert instrument(knowledge, "最低工资规定").in_force_from == UNKNOWN_DAY


def test_a_withdrawn_article_is_read_with_its_paragraph_and_its_day(knowledge: Path) -> None:
    edit(
        knowledge / "instruments.yaml",
        "  search: all\n",
        "  search: all\n  out_of_force: [{article: 32, paragraph: 1, from: 2025-09-01, by: 新解释}]\n",
    )

    assert instrument(knowledge, "劳动合同法").withdrawals == (Withdrawal("32", date(2025, 9, 1), "新解释", 1),)


def test_phones_and_links_come_from_the_places(knowledge: Path) -> None:
    read = load_knowledge(knowledge)

    assert read.phones == {"12351", "12333", "12348", "12345", "12356", "110", "119", "120"}
    assert read.hosts == {"12333.gov.cn"}


def test_a_reply_is_found_by_its_id(knowledge: Path) -> None:
    replies = load_replies(knowledge)

    assert (replies["crisis_self_harm"].outcome, "12356" in replies["crisis_self_harm"].short) == ("crisis", True)


@pytest.mark.parametrize(
    "rewrite",
    [
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="line ends of Windows"),
        pytest.param(lambda text: "\ufeff" + text, id="a byte order mark"),
        pytest.param(lambda text: "\ufeff" + text.replace("\n", "\r\n"), id="both, as Notepad saves"),
    ],
)
def test_a_guide_reads_the_same_however_it_was_saved(knowledge: Path, rewrite: Callable[[str], str]) -> None:
    before = guide(knowledge)
    path = knowledge / GUIDE
    path.write_bytes(rewrite(path.read_text(encoding="utf-8")).encode())

    assert guide(knowledge) == before


# -- the hash --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", [GUIDE, "instruments.yaml", "parameters/wages.yaml", "places.yaml", "replies.yaml"], ids=lambda name: name.rsplit("/", 1)[-1]
)
def test_the_hash_changes_with_every_file(knowledge: Path, name: str) -> None:
    before = knowledge_hash(knowledge)
    with (knowledge / name).open("a", encoding="utf-8") as file:
        file.write("\n")

    assert knowledge_hash(knowledge) != before


def test_the_hash_changes_when_a_file_is_renamed(knowledge: Path) -> None:
    before = knowledge_hash(knowledge)
    (knowledge / "parameters/wages.yaml").rename(knowledge / "parameters/pay.yaml")

    assert knowledge_hash(knowledge) != before


def test_the_hash_does_not_change_with_times_or_vectors(knowledge: Path) -> None:
    before = knowledge_hash(knowledge)
    os.utime(knowledge / GUIDE, (0, 0))
    (knowledge / "vectors").mkdir()
    (knowledge / "vectors" / "model.npz").write_bytes(b"x")

    assert knowledge_hash(knowledge) == before


def test_what_an_editor_leaves_behind_is_no_knowledge(knowledge: Path) -> None:
    (knowledge / f"{GUIDE}~").write_text("x", encoding="utf-8")

    assert knowledge / f"{GUIDE}~" not in knowledge_files(knowledge)


# -- what is wrong ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "old", "new", "says", "line"),
    [
        pytest.param(GUIDE, "topic: wages", "topic: money", "topic", 4, id="an unknown topic"),
        pytest.param(GUIDE, "region: 全国", "region: 火星", "region", 6, id="an unknown place"),
        pytest.param(GUIDE, "status: published", "status: done", "status", 13, id="an unknown status"),
        pytest.param(GUIDE, "review_by: 2027-06-30", "review_by: 明年", "review_by", 12, id="a day that is none"),
        pytest.param(GUIDE, "keywords:", "keyword:", "keyword 不认识这一项", 16, id="an unknown key"),
        pytest.param(GUIDE, "  - 欠薪能不能要赔偿\n", "", "asks", 17, id="too few asks"),
        pytest.param(GUIDE, "audience: [worker]", "audience: [worker", "YAML 写法不对", 6, id="broken YAML"),
        pytest.param(GUIDE, "id: unpaid-wages", "id: unpaid_wages", "id", 2, id="an id with wrong characters"),
        pytest.param(GUIDE, "id: unpaid-wages", "id: wages", "和文件名不一样", 2, id="an id that is not the file's"),
        pytest.param(GUIDE, "## 时限", "## 期限", "小节标题“## 期限”不认识", 41, id="an unknown section"),
        pytest.param(GUIDE, "## 时限", "## 怎么办", "写了两次", 41, id="a section twice"),
        pytest.param(GUIDE, "## 一句话答案\n", "多出来的一行\n## 一句话答案\n", "文字要写在", 31, id="words outside sections"),
        pytest.param("instruments.yaml", "level: law", "level: rule", "level", 1, id="an unknown level"),
        pytest.param("instruments.yaml", "articles: 15", "articles: many", "第 2 条：articles", 11, id="no count"),
        pytest.param("parameters/wages.yaml", 'value: "2400"', "value: 很多", "第 2 条：value", 12, id="no figure"),
        pytest.param("places.yaml", "links: [12333.gov.cn]", "links: 12333.gov.cn", "links", 10, id="links that are no list"),
        pytest.param("replies.yaml", "outcome: crisis", "outcome: panic", "第 1 条：outcome", 2, id="no outcome"),
    ],
)
def test_a_mistake_names_its_file_its_line_and_what_is_wrong(knowledge: Path, name: str, old: str, new: str, says: str, line: int) -> None:
    edit(knowledge / name, old, new)

    with pytest.raises(KnowledgeError) as caught:
        (load_replies if name == "replies.yaml" else load_knowledge)(knowledge)
    assert caught.value.problems[0].startswith(f"{knowledge / name}:{line}: ")
    assert says in caught.value.problems[0]


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        pytest.param(GUIDE, "review_by: 2027-06-30", "review_by: 2027-02-30", id="in a guide"),
        pytest.param("parameters/wages.yaml", "from: 2023-10-01", "from: 2023-13-01", id="in a parameter"),
        pytest.param("instruments.yaml", "version_from: 2013-07-01", "version_from: 2013-06-31", id="in an instrument"),
    ],
)
def test_a_day_no_calendar_has_names_its_file(knowledge: Path, name: str, old: str, new: str) -> None:
    edit(knowledge / name, old, new)

    with pytest.raises(KnowledgeError, match=rf"{name}:\d+: "):
        load_knowledge(knowledge)


def test_a_guide_without_its_head_is_named(knowledge: Path) -> None:
    (knowledge / GUIDE).write_text("## 一句话答案\n可以要。\n", encoding="utf-8")

    with pytest.raises(KnowledgeError, match=r"unpaid-wages\.md:1: 开头要有两行 ---"):
        load_knowledge(knowledge)


@pytest.mark.parametrize("heading", ["一句话答案", "怎么办", "依据说明"])
def test_a_section_that_every_guide_needs_is_missed(knowledge: Path, heading: str) -> None:
    path = knowledge / "guides/contract/unsigned-contract.md"
    text = path.read_text(encoding="utf-8")
    start = text.index(f"## {heading}")
    end = text.find("\n## ", start)
    path.write_text(text[:start] + (text[end + 1 :] if end != -1 else ""), encoding="utf-8")

    with pytest.raises(KnowledgeError, match=f"缺“## {heading}”"):
        load_knowledge(knowledge)


def test_all_mistakes_are_named_at_once(knowledge: Path) -> None:
    edit(knowledge / GUIDE, "topic: wages", "topic: money")
    edit(knowledge / "guides/wages/minimum-wage.md", "region: 即墨", "region: 火星")
    edit(knowledge / "instruments.yaml", "level: law", "level: rule")

    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(knowledge)
    assert len(caught.value.problems) == 3


def test_phrasings_for_a_guide_that_is_not_there_are_named(knowledge: Path) -> None:
    (knowledge / "phrasings").mkdir()
    (knowledge / "phrasings/x.yaml").write_text("- guide: nobody\n  asks: [老板耍赖]\n", encoding="utf-8")

    assert load_knowledge(knowledge).orphans == ("phrasings/x.yaml:1: 没有指南 nobody，它的问法没处放",)


def test_a_file_in_another_encoding_is_named_with_the_line(knowledge: Path) -> None:
    text = (knowledge / GUIDE).read_text(encoding="utf-8")
    (knowledge / GUIDE).write_bytes(text.encode("gb18030"))

    with pytest.raises(KnowledgeError, match=r"unpaid-wages\.md:3: 不是 UTF-8"):
        load_knowledge(knowledge)


@pytest.mark.parametrize("name", ["instruments.yaml", "places.yaml"])
def test_a_file_that_is_missing_is_named(knowledge: Path, name: str) -> None:
    (knowledge / name).unlink()

    with pytest.raises(KnowledgeError, match=rf"{name}:1: 读不了"):
        load_knowledge(knowledge)


def test_a_folder_that_is_not_there_is_named_with_its_setting(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match=r"nowhere.*GONGHUI_KNOWLEDGE_DIR"):
        load_knowledge(tmp_path / "nowhere")


def test_a_list_that_is_none_is_named(knowledge: Path) -> None:
    (knowledge / "instruments.yaml").write_text("劳动合同法: 98\n", encoding="utf-8")

    with pytest.raises(KnowledgeError, match=r"instruments\.yaml:1: 应当是一列"):
        load_knowledge(knowledge)


def test_no_python_is_run_from_yaml(knowledge: Path, tmp_path: Path) -> None:
    edit(knowledge / GUIDE, "keywords: [欠薪, 拖欠工资]", f"keywords: [!!python/object/apply:os.mkdir ['{tmp_path / 'made'}']]")

    with pytest.raises(KnowledgeError):
        load_knowledge(knowledge)
    assert not (tmp_path / "made").exists()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80, deadline=None)
@given(body=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_file_at_all_is_read_or_refused_by_name(knowledge: Path, body: bytes) -> None:
    (knowledge / "places.yaml").write_bytes(body)

    with pytest.raises(KnowledgeError, match=r"places\.yaml:\d+: "):
        load_knowledge(knowledge)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80, deadline=None)
@given(place=st.integers(0, 1500), noise=st.text(alphabet="-#:[]{}&*!|>'\"%@`, \n\t工1", max_size=8))
def test_a_guide_with_noise_in_it_is_read_or_refused_by_name(knowledge: Path, small_knowledge: Path, place: int, noise: str) -> None:
    text = (small_knowledge / GUIDE).read_text(encoding="utf-8")
    (knowledge / GUIDE).write_text(text[:place] + noise + text[place:], encoding="utf-8")

    assert all(problem.startswith(f"{knowledge / GUIDE}:") for problem in _problems(knowledge))


def _problems(root: Path) -> list[str]:
    try:
        load_knowledge(root)
    except KnowledgeError as error:
        return error.problems
    return []
