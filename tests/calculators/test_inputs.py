from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.calculators.calculator import declared_input
from assistant.calculators.inputs import read
from assistant.calculators.values import Input
from assistant.errors import InputError

TODAY = date(2026, 11, 22)
NAME = Input("name", "text", "姓名", "您叫什么？", required=False, most=10)
STORY = Input("story", "text", "经过", "发生了什么？", most=100, has_lines=True)
DAY = Input("day", "date", "哪天", "哪天？", required=False)
WITNESSES = Input("witnesses", "records", "证人", "有没有证人？", required=False, most=3, parts=(NAME, DAY))


def text(told: object, field: Input = NAME) -> str | None:
    return read((field,), {field.name: told}, TODAY).find_text(field.name)


@pytest.mark.parametrize(
    ("told", "understood"),
    [
        pytest.param("  张三 ", "张三", id="blanks around it"),
        pytest.param("张\n\n三", "张 三", id="lines where none are kept"),
        pytest.param("张\t三", "张 三", id="a tab"),
        pytest.param("\u202a138\u202c", "138", id="marks of direction that a phone copies with a number"),
        pytest.param("\ufeff张\u200b三", "张三", id="characters of no width"),
        pytest.param("买买提·艾力", "买买提·艾力", id="a name with a dot"),
        pytest.param("䶮𬱖", "䶮𬱖", id="rare characters"),
        pytest.param("", None, id="nothing"),
        pytest.param(" \u3000\u200b\n", None, id="nothing that can be seen"),
    ],
)
def test_a_text_is_what_can_be_seen_of_it(told: str, understood: str | None) -> None:
    assert text(told) == understood


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029", "\n \n"])
def test_lines_are_kept_where_they_matter(ends: str) -> None:
    assert text(f"七月{ends}八月", STORY) == "七月\n八月"


@pytest.mark.parametrize("told", ["张\x00三", "\x1b[2J", "\x7f", "\x9b", "\udfff", "\uffff", "\U0001fffe"])
def test_what_cannot_stand_in_a_document_is_refused(told: str) -> None:
    with pytest.raises(InputError, match=r"^姓名（name）里有看不见的控制字符，请删掉或者重新打一遍$"):
        text(told)


@pytest.mark.parametrize("told", [5, 1.5, True, ["张三"], {"name": "张三"}])
def test_what_is_no_text_is_refused(told: object) -> None:
    with pytest.raises(InputError, match=r"^姓名（name）要写 1 到 10 个字，放进引号，请改$"):
        text(told)


@pytest.mark.parametrize("told", ["字" * 11, "字" * 1_000_000, "字 " * 6, "\u200b" * 50])
def test_a_text_that_is_too_long_is_refused_with_its_length(told: str) -> None:
    with pytest.raises(InputError, match=f"要写 1 到 10 个字，放进引号，您写了 {len(told)} 个字，请写短一点"):
        text(told)


def test_a_text_of_just_the_length_is_taken() -> None:
    assert text("字" * 10) == "字" * 10


def test_a_text_that_must_be_told_is_missed_where_it_is_empty() -> None:
    with pytest.raises(InputError, match="还差经过（story），要写 1 到 100 个字，放进引号，请补上"):
        text(" ", STORY)


def test_each_record_is_read_by_its_parts() -> None:
    told = read((WITNESSES,), {"witnesses": [{"name": "王五", "day": "2026-11-01"}, {}]}, TODAY).records("witnesses")

    assert [(one.find_text("name"), one.find_day("day")) for one in told] == [("王五", date(2026, 11, 1)), (None, None)]
    assert read((WITNESSES,), {}, TODAY).records("witnesses") == ()


@pytest.mark.parametrize(
    ("told", "field", "says"),
    [
        pytest.param(
            [{"name": "好"}, {"name": "\x00"}], "witnesses[2].name", "证人（witnesses）第 2 项：姓名（name）里有看不见", id="a part"
        ),
        pytest.param([{"nam": "好"}], "witnesses[1].nam", "没有“nam”这一项，是不是 name", id="an unknown part"),
        pytest.param([], "witnesses", "要写 1 到 3 项，放进方括号，每项写成对象，里面有：name、day", id="none"),
        pytest.param([{}] * 4, "witnesses", "要写 1 到 3 项", id="too many"),
        pytest.param(["王五"], "witnesses", "要写 1 到 3 项", id="no object"),
        pytest.param("王五", "witnesses", "要写 1 到 3 项", id="no list"),
    ],
)
def test_a_wrong_record_is_refused_with_its_place(told: object, field: str, says: str) -> None:
    with pytest.raises(InputError) as refused:
        read((WITNESSES,), {"witnesses": told}, TODAY)

    assert refused.value.field == field
    assert says in str(refused.value)


def test_a_text_and_records_are_declared_with_bounds_and_parts() -> None:
    assert declared_input(NAME, TODAY)["bounds"] == {"min": "1", "max": "10"}
    assert [part["name"] for part in declared_input(WITNESSES, TODAY)["parts"]] == ["name", "day"]  # type: ignore[attr-defined]
    assert "parts" not in declared_input(NAME, TODAY)


@given(st.text(alphabet=st.characters(), max_size=60) | st.integers() | st.none())
def test_whatever_is_told_a_text_can_be_written_down_or_is_refused(told: object) -> None:
    try:
        understood = text(told)
    except InputError:
        return
    assert understood is None or (understood.strip() == understood and 1 <= len(understood) <= 10)
    assert understood is None or not set(understood) & {"\n", "\t", "\x00", "\u202e"}
