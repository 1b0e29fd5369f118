from __future__ import annotations

import io
import re
import zipfile

import docx
import pytest
from docx.oxml.ns import qn

from assistant.errors import InputError
from assistant.paperwork.content import LABEL, UNDERLINE, shown
from assistant.paperwork.paper import Paper
from assistant.paperwork.registry import PAPERS
from assistant.paperwork.word import as_docx
from tests.paperwork.given import PARAMETERS, TODAY, paper_ids, sentinels, words_of, written

EACH = pytest.mark.parametrize("paper", PAPERS, ids=paper_ids)


@EACH
def test_the_document_says_what_the_paper_says_and_has_the_label_at_its_foot(paper: Paper) -> None:
    made = paper.fill(sentinels(paper.inputs), PARAMETERS, TODAY)

    opened = docx.Document(io.BytesIO(as_docx(made)))

    assert [paragraph.text for paragraph in opened.paragraphs] == ["".join(map(shown, paragraph.pieces)) for paragraph in made.paragraphs]
    assert [paragraph.text for paragraph in opened.sections[0].footer.paragraphs] == [LABEL]
    assert (opened.core_properties.author, opened.core_properties.title, opened.core_properties.comments) == ("", paper.title, LABEL)


@EACH
def test_it_is_a4_with_fonts_for_chinese_on_every_word(paper: Paper) -> None:
    opened = docx.Document(io.BytesIO(as_docx(paper.fill({}, PARAMETERS, TODAY))))
    section = opened.sections[0]

    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert {round(margin.mm) for margin in (section.left_margin, section.right_margin, section.top_margin, section.bottom_margin)} == {
        27,
        30,
    }
    runs = [run for paragraph in opened.paragraphs for run in paragraph.runs]
    assert {run._r.rPr.rFonts.get(qn("w:eastAsia")) for run in runs} == {"宋体", "仿宋"}
    assert min(run.font.size.pt for run in runs) >= 12


def test_a_blank_can_be_seen_and_a_place_to_sign_is_not_marked() -> None:
    opened = docx.Document(io.BytesIO(as_docx(written("resignation_notice", name="张三"))))
    marked = {run.text: run.font.highlight_color for paragraph in opened.paragraphs for run in paragraph.runs}

    assert marked[f"{UNDERLINE}（身份证号）"] is not None
    assert (marked["张三"], marked[f"{UNDERLINE}（本人签名或者按手印）"]) == (None, None)


def test_the_remarks_begin_a_page_that_is_not_handed_in() -> None:
    opened = docx.Document(io.BytesIO(as_docx(written("arbitration_application"))))
    begun = [paragraph.text for paragraph in opened.paragraphs if paragraph.paragraph_format.page_break_before]

    assert begun == ["给您的提示（这一页不用交）"]


@pytest.mark.parametrize(
    ("told", "stands"),
    [
        pytest.param("<w:p><w:t>x</w:t></w:p>&amp;]]><!--", "<w:p><w:t>x</w:t></w:p>&amp;]]><!--", id="XML"),
        pytest.param("👷‍♀️张三🏭", "👷♀️张三🏭", id="emoji"),
        pytest.param("\u202e三张\u200f甲\u2066乙\u2069", "三张甲乙", id="marks of direction"),
        pytest.param("=SUM(A1)|' DDEAUTO cmd", "=SUM(A1)|' DDEAUTO cmd", id="formulas"),
        pytest.param("\ufdd0𠮷𪚥\U000e0041", "\ufdd0𠮷𪚥", id="rare characters"),
        pytest.param("a\tb\u2028c\x85d", "a b c d", id="line ends and tabs"),
        pytest.param("{ HYPERLINK x }", "{ HYPERLINK x }", id="fields"),
    ],
)
def test_hostile_text_stands_there_as_words_only(told: str, stands: str) -> None:
    document = as_docx(written("arbitration_application", name=told))

    assert f"申请人：{stands}，" in words_of(document)
    with zipfile.ZipFile(io.BytesIO(document)) as opened:
        assert re.search(rb"<w:(?:instrText|fldSimple|hyperlink|altChunk)", opened.read("word/document.xml")) is None


@pytest.mark.parametrize("told", ["a\x00b", "\x1b[31m红", "\x07", "\ud800", "\ufffe", "x" * 1_000_000, "字" * 61])
def test_what_no_document_can_hold_is_refused_in_one_sentence_that_does_not_repeat_it(told: str) -> None:
    with pytest.raises(InputError) as refused:
        written("arbitration_application", name=told)

    said = str(refused.value)
    assert said.startswith("姓名（name）")
    assert (said.count("。"), len(said) < 120, told[:3] in said) == (0, True, False)
