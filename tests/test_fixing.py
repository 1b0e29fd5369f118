from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assistant.fixing import fix
from assistant.lint import lint
from tests.conftest import REAL_KNOWLEDGE
from tests.small_knowledge import edit

GUIDE = "guides/wages/unpaid-wages.md"


def test_good_knowledge_is_left_as_it_is(knowledge: Path) -> None:
    before = {path: path.read_bytes() for path in knowledge.rglob("*") if path.is_file()}

    assert fix(knowledge) == []
    assert {path: path.read_bytes() for path in knowledge.rglob("*") if path.is_file()} == before


def test_the_shipped_knowledge_needs_no_mending(tmp_path: Path) -> None:
    import shutil

    copy = Path(shutil.copytree(REAL_KNOWLEDGE, tmp_path / "knowledge"))

    assert fix(copy) == []


@pytest.mark.parametrize(
    ("old", "new", "mended"),
    [
        pytest.param("## 怎么办\n", "## 怎么办  \r\n", "换行和行尾空格", id="line ends of another system"),
        pytest.param("先打 12333 问。", "先打 １２３３３ 问。", "标点和数字的全角半角", id="wide digits"),
        pytest.param("地点先打", "地点,先打", "标点和数字的全角半角", id="a narrow comma"),
        pytest.param("  - 欠薪能不能要赔偿\n", "  - 欠薪能不能要赔偿\n  - 欠薪能不能要赔偿？\n", "重复的问法", id="an ask twice"),
    ],
)
def test_what_needs_no_judgement_is_mended(knowledge: Path, old: str, new: str, mended: str) -> None:
    good = (knowledge / GUIDE).read_text(encoding="utf-8")
    edit(knowledge / GUIDE, old, new)

    assert fix(knowledge) == [f"{knowledge / GUIDE}: 改好了{mended}"]
    assert (knowledge / GUIDE).read_text(encoding="utf-8").replace("地点，先打", "地点先打") == good
    assert lint(knowledge, date(2026, 11, 21)) == []


def test_a_byte_order_mark_is_dropped(knowledge: Path) -> None:
    path = knowledge / GUIDE
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())

    fix(knowledge)

    assert path.read_bytes().startswith(b"---\n")


def test_a_comma_in_yaml_is_grammar_and_stays(knowledge: Path) -> None:
    before = (knowledge / "instruments.yaml").read_text(encoding="utf-8")
    edit(knowledge / GUIDE, "keywords: [欠薪, 拖欠工资]", "keywords: [欠薪,拖欠工资]")

    fix(knowledge)

    assert "keywords: [欠薪,拖欠工资]" in (knowledge / GUIDE).read_text(encoding="utf-8")
    assert (knowledge / "instruments.yaml").read_text(encoding="utf-8") == before


def test_the_wording_of_an_imported_text_is_not_touched(knowledge: Path) -> None:
    (knowledge / "texts").mkdir()
    path = knowledge / "texts/某条例.md"
    path.write_text("---\nname: 某条例\n---\n# 某条例\n### 第一条\n应当,依照１２条办理\n", encoding="utf-8")

    fix(knowledge)

    assert path.read_text(encoding="utf-8").endswith("应当,依照１２条办理\n")


def test_a_file_in_another_encoding_is_left_to_the_linter(knowledge: Path) -> None:
    path = knowledge / GUIDE
    path.write_bytes("老板拖欠工资".encode("gb18030"))

    assert fix(knowledge) == []
    assert path.read_bytes() == "老板拖欠工资".encode("gb18030")


def test_the_same_words_in_two_guides_are_left_to_a_person(knowledge: Path) -> None:
    edit(knowledge / GUIDE, "工资一直拖着不发找谁", "单位一直不跟我签合同")

    assert fix(knowledge) == []
    assert any("重复" in problem for problem in lint(knowledge, date(2026, 11, 21)))
