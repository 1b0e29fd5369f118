from __future__ import annotations

import functools
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from assistant.citation import format_article
from assistant.cleaning import clean
from assistant.documents import extract
from assistant.structure import Document, read_structure
from tests.test_documents import page, printed, printed_together, saved, word, written

LAWS = written("*.md", folders=["laws"])
SEEDS = written("*.txt", folders=["seeds"])

REGULATION = [
    "海州市工人休息办法",
    "（2025年3月1日海州市人民政府令第7号公布　自2025年5月1日起施行）",
    "第一章　总则",
    "第一条　为了让在本市干活的工人歇得好、干得稳，不因为歇着少拿工钱，制定本办法。",
    "第二条　本市的工厂、工地和店铺安排工人歇着，照本办法办。老板和工人商量好的办法对工人更好的，照商量好的办；没有商量过的，照本办法办。",
    "机关请的临时帮手，也照本办法办。",
    "第二章　怎么歇",
    "第一节　平时",
    "第三条　工人连着干满四小时，有权歇二十分钟；有下列情形之一的，再加十分钟：",
    "（一）在三十五度以上的天气里露天干活的；",
    "（二）一个人看两台以上机器的；",
    "（三）夜里十点以后还在干的。",
    "第四条　工人歇着的时候工钱照发。老板扣了工钱的，按照工人平时每小时的工钱补，并且依照本办法第二条、第三条规定的时间另外安排一次。",
    "第四条之一　歇着的地方要有凳子和水。",
    "第三章　附则",
    "第五条　本办法自2025年5月1日起施行。",
]
ARTICLES = {
    "第一条": REGULATION[3].removeprefix("第一条　"),
    "第二条": "\n".join(REGULATION[4:6]).removeprefix("第二条　"),
    "第三条": "\n".join(REGULATION[8:12]).removeprefix("第三条　"),
    "第四条": REGULATION[12].removeprefix("第四条　"),
    "第四条之一": REGULATION[13].removeprefix("第四条之一　"),
    "第五条": REGULATION[15].removeprefix("第五条　"),
}


def read(*lines: str) -> Document:
    return read_structure(lines, fallback_name="文件名")


def read_file(name: str, data: bytes) -> Document:
    """The whole way of a document, as the importer goes it."""
    extracted = extract(Path(name), data)
    return read_structure(clean(extracted.lines, wrapped=extracted.wrapped).lines, fallback_name=Path(name).stem)


def texts(document: Document) -> dict[str, str]:
    return {format_article(article.citation.article): article.text for article in document.articles}


def without_blanks(document: Document) -> dict[str, list[str]]:
    return {label: ["".join(line.split()) for line in text.split("\n")] for label, text in texts(document).items()}


def labels(text: str) -> list[str]:
    """The articles of a law as a simple search finds them, for comparison."""
    return re.findall(r"(?m)^(第[一二三四五六七八九十百]+条(?:之[一二三])?)(?=\s|$)", re.sub(r"(?s)<!--.*?-->", "", text))


def paragraphs_of(path: Path) -> list[str]:
    text = re.sub(r"(?s)<!--.*?-->", "", path.read_text(encoding="utf-8"))
    return [line.strip().lstrip("# ") for line in text.split("\n") if line.strip()]


@functools.cache
def pdfs() -> dict[str, bytes]:
    """Every text we were given as a PDF, by the name of its file."""
    return printed_together({path.name: paragraphs_of(path) for path in (*LAWS, *SEEDS)}, header="法规汇编")


# -- a regulation -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "make"),
    [
        pytest.param("a.txt", lambda: "\n".join(REGULATION).encode(), id="text"),
        pytest.param("a.txt", lambda: "\r\n".join(REGULATION).encode("gb18030"), id="text of Windows"),
        pytest.param(
            "a.txt", lambda: "\n".join(re.sub("^第(..?)条　", r"第 \1 条　", line) for line in REGULATION).encode(), id="spaced text"
        ),
        pytest.param("a.md", "\n\n".join(re.sub("^(第.[章节]|海州)", r"## \1", line) for line in REGULATION).encode, id="Markdown"),
        pytest.param(
            "a.md", lambda: "\n\n".join(re.sub(r"^(第\S+条\S*)　", r"**\1** ", line) for line in REGULATION).encode(), id="in bold"
        ),
        pytest.param("a.html", lambda: page("".join(f"<p>　　{line}</p>" for line in REGULATION), "<title>政府网</title>"), id="page"),
        pytest.param("a.html", lambda: page("<br>\n".join(REGULATION)), id="page of line breaks"),
        pytest.param("a.docx", lambda: saved(word(REGULATION)), id="Word"),
        pytest.param("a.docx", lambda: saved(word(f"　　{line}" for line in REGULATION)), id="Word with blanks"),
        pytest.param("a.pdf", lambda: printed(REGULATION), id="PDF"),
        pytest.param("a.pdf", lambda: printed(REGULATION, header="海州市人民政府公报", rows=7), id="PDF of three pages"),
    ],
)
def test_a_regulation_has_the_same_articles_whatever_it_is_kept_in(name: str, make: Callable[[], bytes]) -> None:
    document = read_file(name, make())

    assert texts(document) == ARTICLES
    assert (document.name, document.kind, document.issuer, document.number) == (
        "海州市工人休息办法",
        "regulation",
        "海州市人民政府",
        "海州市人民政府令第7号",
    )
    assert (document.issued_on, document.in_force_from) == (date(2025, 3, 1), date(2025, 5, 1))
    assert document.findings == ()


def test_each_article_knows_its_chapter() -> None:
    chapters = [article.chapter for article in read(*REGULATION).articles]

    assert chapters == ["第一章 总则", "第一章 总则", "第一节 平时", "第一节 平时", "第一节 平时", "第三章 附则"]


def test_the_body_is_markdown_with_a_heading_for_each_chapter_and_article() -> None:
    body = read(*REGULATION).body

    assert body[:4] == ("# 海州市工人休息办法", "## 第一章 总则", "### 第一条", ARTICLES["第一条"])
    assert [line for line in body if line.startswith("## ")] == ["## 第一章 总则", "## 第二章 怎么歇", "## 第一节 平时", "## 第三章 附则"]


def test_a_table_of_contents_is_neither_chapters_nor_articles() -> None:
    lines = [*REGULATION[:2], "目　录", "第一章　总则", "第二章　怎么歇", "第三章　附则", *REGULATION[2:]]

    assert (texts(read(*lines)), read(*lines).articles[0].chapter) == (ARTICLES, "第一章 总则")


@pytest.mark.parametrize(
    "reference",
    [
        "第二条规定的工厂，要挂出歇着的时间。",
        "第二条、第三条规定的时间可以合起来用。",
        "第二条和第三条规定的时间可以合起来用。",
        "第三条第一款第（二）项说的机器，包括车。",
        "第三条所列情形由工会认定。",
        "第三条的规定不影响老板多给。",
    ],
)
def test_a_paragraph_that_begins_with_another_article_is_no_article(reference: str) -> None:
    document = read(*REGULATION[:-2], reference, *REGULATION[-2:])

    assert texts(document) == ARTICLES | {"第四条之一": f"{ARTICLES['第四条之一']}\n{reference}"}
    assert document.findings == ()


@pytest.mark.parametrize(
    "text", ["中国境内的工厂照办。", "及时发工钱。", "所有工厂都照办。", "和气生财。", "：工人可以歇。", " 规定另外公布。"]
)
def test_an_article_needs_no_blank_after_its_number(text: str) -> None:
    assert texts(read("海州市办法", "第一条甲。", f"第二条{text}", "第三条乙。"))["第二条"] == text.lstrip("： ")


def test_an_article_that_is_missing_comes_twice_or_is_empty_is_reported() -> None:
    findings = read("海州市办法", "第一条 甲。", "第三条 乙。", "第三条 丙。", "第五条", "第四条 丁。").findings

    for said in ("第 2 条没有找到", "第三条出现了两次", "第 5 条是空的", "先后顺序是乱的"):
        assert any(said in finding for finding in findings), (said, findings)


def test_what_follows_the_last_article_belongs_to_none() -> None:
    document = read(*REGULATION, "附件：歇着登记表", "第一条 表里的字", "抄送：市总工会")

    assert texts(document) == ARTICLES
    assert document.body[-3:] == ("## 附件：歇着登记表", "第一条 表里的字", "抄送：市总工会")
    assert document.findings == ("“附件：歇着登记表”以后的 3 行不算在任何一条里，只放在文末，请核对",)


@pytest.mark.parametrize("line", ["2025年3月1日", "海州市人民政府", "抄送：市总工会，各区总工会", "海州市人民政府办公室 2025年3月2日印发"])
def test_a_signature_below_the_last_article_is_not_in_it(line: str) -> None:
    document = read(*REGULATION, line)

    assert texts(document) == ARTICLES
    assert document.findings == (f"有一行不在任何一条里，没有收：“{line}”",)


def test_a_heading_of_markdown_within_an_article_does_not_end_it() -> None:
    document = read("# 海州市办法", "第一条 甲。", "## 说明", "乙。", "第二条 丙。", "第三条 丁。")

    assert texts(document)["第一条"] == "甲。\n说明\n乙。"
    assert "## 说明" not in document.body


# -- titles, issuers, days ------------------------------------------------------------------------------------------

BODY = ["第一条 甲。", "第二条 乙。", "第三条 丙。"]


@pytest.mark.parametrize(
    ("head", "name"),
    [
        pytest.param(["中华人民共和国海州法"], "海州法", id="the short name of a law"),
        pytest.param(["《海州市工人休息办法》"], "海州市工人休息办法", id="in brackets"),
        pytest.param(["海州市工人休息办法(试行)"], "海州市工人休息办法（试行）", id="an edition"),
        pytest.param(["海州市人民政府", "关于工人休息的规定"], "海州市人民政府关于工人休息的规定", id="on two lines"),
        pytest.param(
            ["海州市人民政府", "关于工人休息和工人", "吃饭若干问题的", "规定"],
            "海州市人民政府关于工人休息和工人吃饭若干问题的规定",
            id="on four lines",
        ),
        pytest.param(
            ["海州市人民政府关于印发《海州市工人休息办法》的通知", "海政发〔2025〕3号", "各区人民政府：", "海州市工人休息办法"],
            "海州市工人休息办法",
            id="behind the notice that brings it",
        ),
        pytest.param([], "文件名", id="none"),
    ],
)
def test_a_regulation_is_called_what_its_head_says(head: list[str], name: str) -> None:
    assert read(*head, *BODY).name == name


def test_a_document_without_a_title_says_that_its_file_name_was_taken() -> None:
    assert read(*BODY).findings == ("没有找到标题，用文件名代替，请核对",)


@pytest.mark.parametrize(
    ("line", "issuer"),
    [
        ("（2016年11月26日山东省第十二届人民代表大会常务委员会第二十四次会议通过）", "山东省第十二届人民代表大会常务委员会"),
        ("2004年11月1日 中华人民共和国国务院令第423号公布", "国务院"),
        ("最高人民法院", "最高人民法院"),
        ("2025年7月1日由青岛市即墨区总工会印发", "青岛市即墨区总工会"),
        ("根据工作需要，海州市人民政府的同志都要学习", None),
    ],
)
def test_who_enacted_a_text_stands_in_its_head(line: str, issuer: str | None) -> None:
    assert read("工人休息办法", line, *BODY).issuer == issuer


@pytest.mark.parametrize(
    ("line", "issued", "in_force"),
    [
        ("2018年6月29日 国务院令第700号公布", date(2018, 6, 29), None),
        ("1994年1月2日发布 2010年12月20日修订", date(2010, 12, 20), None),
        ("一九九四年十二月六日发布，自一九九五年一月一日起施行", date(1994, 12, 6), date(1995, 1, 1)),
        ("二○二五年二月三日公布 自公布之日起施行", date(2025, 2, 3), date(2025, 2, 3)),
        ("2018年10月1日 施行", None, date(2018, 10, 1)),
        ("2025年2月30日公布", None, None),
    ],
)
def test_the_days_of_a_text_stand_in_its_head(line: str, issued: date | None, in_force: date | None) -> None:
    document = read("工人休息办法", line, *BODY)

    assert (document.issued_on, document.in_force_from) == (issued, in_force)


def test_the_day_a_text_holds_from_may_stand_in_its_last_article() -> None:
    assert read("工人休息办法", *BODY, "第四条 本办法自2025年5月1日起施行。").in_force_from == date(2025, 5, 1)


# -- notices and reports --------------------------------------------------------------------------------------------

NOTICE = [
    "关于做好高温天气防暑工作的通知",
    "海工发〔2025〕9号",
    "各街道总工会：",
    "天热了，大家注意防暑。",
    "一、备好水",
    "每人每天两瓶。",
    "二、少干活",
    "正午不出工。",
    "海州市总工会",
    "2025年7月3日",
    "（此件公开发布）",
]


def test_a_notice_has_its_parts_as_headings_and_no_articles() -> None:
    document = read(*NOTICE)

    assert (document.kind, document.number, document.articles) == ("notice", "海工发〔2025〕9号", ())
    assert [line for line in document.body if line.startswith("#")] == [
        "# 关于做好高温天气防暑工作的通知",
        "## 一、备好水",
        "## 二、少干活",
    ]


def test_a_notice_is_signed_and_dated_at_its_end() -> None:
    document = read(*NOTICE)

    assert (document.issuer, document.issued_on) == ("海州市总工会", date(2025, 7, 3))


def test_a_report_is_neither() -> None:
    document = read("海州市总工会2025年工作总结", "今年一年，工会办了三件事。", "一是送水，二是送药，三是送清凉。")

    assert (document.kind, document.name, document.issuer) == ("report", "海州市总工会2025年工作总结", "海州市总工会")


def test_captions_at_the_head_of_a_page_are_no_title() -> None:
    captions = ["举行技能竞赛", "召开代表大会", "开展送清凉", "参加运动会"]

    assert read(*captions, "海州市工会一年来，办了三件事，送水送药送清凉。").name == "文件名"


# -- the texts we were given ----------------------------------------------------------------------------------------

if LAWS:

    @pytest.mark.parametrize("kind", ["md", "txt", "docx", "pdf"])
    @pytest.mark.parametrize("path", LAWS, ids=lambda path: path.stem[:20])
    def test_every_law_has_all_its_articles_in_order_in_every_format(path: Path, kind: str) -> None:
        text, paragraphs = path.read_text(encoding="utf-8"), paragraphs_of(path)
        data = {
            "md": text.encode,
            "txt": text.encode,
            "docx": lambda: saved(word(paragraphs)),
            "pdf": lambda: pdfs()[path.name],
        }[kind]()

        document = read_file(f"a.{kind}", data)

        assert list(texts(document)) == labels(text)
        assert document.name == paragraphs[0].removeprefix("中华人民共和国")
        assert without_blanks(document) == without_blanks(read_file("a.md", text.encode()))

    def test_the_annex_of_a_law_is_not_part_of_its_last_article() -> None:
        path = next(path for path in LAWS if path.name.startswith("女职工劳动保护特别规定"))

        assert "附录" not in texts(read_file("a.md", path.read_bytes()))["第十六条"]


if SEEDS:

    @pytest.mark.parametrize("kind", ["txt", "docx", "pdf"])
    @pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.name[:3])
    def test_every_report_is_read_in_every_format(path: Path, kind: str) -> None:
        paragraphs = paragraphs_of(path)
        data = {"txt": path.read_bytes, "docx": lambda: saved(word(paragraphs)), "pdf": lambda: pdfs()[path.name]}[kind]()

        document = read_file(f"{path.stem}.{kind}", data)

        assert (document.kind, document.articles) == ("report", ())
        figures = re.findall(r"\d+(?:\.\d+)?[万余]*(?:人|元|家|场)", "".join(document.body))
        assert figures == re.findall(r"\d+(?:\.\d+)?[万余]*(?:人|元|家|场)", "".join(read_file("a.txt", path.read_bytes()).body))
