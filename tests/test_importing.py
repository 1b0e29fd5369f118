from __future__ import annotations

import hashlib
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from assistant import generations, importing, ingest
from assistant.ask import Assistant
from assistant.cli import main
from assistant.errors import DocumentError, KnowledgeError
from assistant.importing import Imported, find_documents, import_all, import_document
from assistant.knowledge import load_instruments, load_knowledge, load_replies
from assistant.library import Library
from assistant.lint import lint
from assistant.schema import TextHead
from assistant.texts import articles_of, read_texts, split_text
from assistant.types import Answer, Citation, Question
from tests.conftest import REPOSITORY
from tests.fakes import FakeRetriever, HashEmbedder
from tests.generations import opened
from tests.small_knowledge import edit
from tests.test_documents import ORDER, page, printed, saved, word, zipped
from tests.test_structure import ARTICLES, NOTICE, REGULATION

DAY = date(2026, 11, 21)
NAME = "海州市工人休息办法"
DRAFT = f"texts/{NAME}.md"
BESIDE = f"texts/{NAME}.新稿.md"
ROW = f"""\
- name: {NAME}
  full_name: {NAME}
  aliases: [海州歇息办法]
  level: local_rule
  region: 即墨
  in_force_from: 2025-05-01
  articles: 5
  inserted: [4之一]
"""


# A process of its own that imports sys.argv[1].
IMPORTS = """\
import os, sys
from datetime import date
from pathlib import Path
from assistant import importing
def take():
    paper, knowledge, data = map(Path, sys.argv[1:])
    importing.import_document(paper, knowledge_dir=knowledge, data_dir=data, instruments=[], today=date(2026, 11, 21))
"""


@pytest.fixture(name="data")
def _data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture(name="paper")
def _paper(tmp_path: Path) -> Path:
    """The regulation as a text file."""
    return put(tmp_path / "in" / "办法.txt", "\n".join(REGULATION))


def put(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def take(path: Path, knowledge: Path, data: Path | None) -> Imported:
    return import_document(path, knowledge_dir=knowledge, data_dir=data, instruments=load_instruments(knowledge), today=DAY)


def head_and_body(path: Path) -> tuple[TextHead, str]:
    problems: list[str] = []
    parts = split_text(path.read_text(encoding="utf-8"), path, problems)
    assert parts is not None, problems
    return parts


def tree(*roots: Path) -> dict[str, bytes]:
    """Every file below *roots* with its bytes."""
    return {str(path): path.read_bytes() for root in roots for path in sorted(root.rglob("*")) if path.is_file()}


# -- what an import writes ------------------------------------------------------------------------------------------


def test_an_import_writes_a_draft_that_says_where_it_comes_from(paper: Path, knowledge: Path, data: Path) -> None:
    done = take(paper, knowledge, data)

    assert done.draft == knowledge / DRAFT
    head, body = head_and_body(done.draft)
    assert (head.name, head.kind, head.status, head.source, head.imported_on) == (NAME, "regulation", "draft", "办法.txt", DAY)
    assert (head.issuer, head.number) == ("海州市人民政府", "海州市人民政府令第7号")
    assert (head.issued_on, head.in_force_from) == (date(2025, 3, 1), date(2025, 5, 1))
    assert head.sha256 == hashlib.sha256(paper.read_bytes()).hexdigest()
    assert [article.text for article in articles_of(NAME, body, done.draft, [])] == list(ARTICLES.values())


def test_the_original_is_kept_under_its_hash(paper: Path, knowledge: Path, data: Path) -> None:
    done = take(paper, knowledge, data)

    head, _ = head_and_body(done.draft or Path())
    assert (data / "imports" / f"{head.sha256}.txt").read_bytes() == paper.read_bytes()


def test_what_was_found_stands_in_the_draft_for_its_reviewer(tmp_path: Path, knowledge: Path, data: Path) -> None:
    lines = [*REGULATION[:4], f"{ORDER}。", *REGULATION[4:]]

    done = take(put(tmp_path / "a.txt", "\n".join(lines)), knowledge, data)
    head, body = head_and_body(done.draft or Path())
    assert head.findings == [f"第 5 行像是写给程序的命令，已拿掉，请人看：“{ORDER}。”"] == list(done.findings)
    assert ORDER not in body


@pytest.mark.parametrize(
    ("name", "make"),
    [
        pytest.param("a.docx", lambda: saved(word(REGULATION)), id="Word"),
        pytest.param("a.pdf", lambda: printed(REGULATION, header="公报", rows=8), id="PDF"),
        pytest.param("a.html", lambda: page("".join(f"<p>{line}</p>" for line in REGULATION)), id="page"),
        pytest.param("a.md", lambda: "\n\n".join(REGULATION).encode(), id="Markdown"),
    ],
)
def test_the_draft_is_the_same_whatever_the_document_was_kept_in(
    name: str, make: Callable[[], bytes], paper: Path, tmp_path: Path, knowledge: Path
) -> None:
    _, from_text = head_and_body(take(paper, knowledge, tmp_path / "one").draft or Path())

    _, body = head_and_body(take(put(tmp_path / name, make()), knowledge, tmp_path / "two").draft or Path())
    assert body == from_text


def test_a_draft_changes_nothing_of_the_knowledge_in_use(paper: Path, knowledge: Path, data: Path) -> None:
    before = load_knowledge(knowledge)

    take(paper, knowledge, data)
    assert load_knowledge(knowledge).texts == before.texts == ()
    assert lint(knowledge, DAY) == []


def test_a_rehearsal_writes_nothing(paper: Path, knowledge: Path, data: Path) -> None:
    before = tree(knowledge)

    done = take(paper, knowledge, None)
    assert (done.draft, len(done.document.articles)) == (None, 6)
    assert tree(knowledge) == before
    assert not data.exists()


def test_the_next_steps_name_the_row_that_the_register_lacks(paper: Path, knowledge: Path, data: Path) -> None:
    steps = "\n".join(take(paper, knowledge, data).next_steps)

    assert f"- name: {NAME}" in steps
    assert "articles: 5" in steps
    assert "in_force_from: 2025-05-01" in steps


# -- what is there already ------------------------------------------------------------------------------------------


def published(knowledge: Path, name: str = DRAFT) -> str:
    edit(knowledge / name, "status: draft", "status: published")
    return (knowledge / name).read_text(encoding="utf-8")


def changed(paper: Path) -> Path:
    edit(paper, "歇二十分钟", "歇三十分钟")
    edit(paper, "第四条之一　歇着的地方要有凳子和水。\n", "")
    edit(paper, "第五条　", "第五条　工会可以看老板的账。\n第六条　")
    return paper


def test_importing_the_same_document_twice_changes_nothing(paper: Path, knowledge: Path, data: Path) -> None:
    take(paper, knowledge, data)
    before = tree(knowledge, data)

    again = take(paper, knowledge, data)
    assert (again.compared_with, again.changes) == (f"knowledge/{DRAFT}", ())
    assert tree(knowledge, data) == before


def test_a_changed_document_is_compared_article_by_article(paper: Path, knowledge: Path, data: Path) -> None:
    take(paper, knowledge, data)

    changes = {change.article: change for change in take(changed(paper), knowledge, data).changes}
    assert {article: change.what for article, change in changes.items()} == {
        "第三条": "变了",
        "第四条之一": "少了",
        "第五条": "变了",
        "第六条": "多了",
    }
    assert [line[0] for line in changes["第三条"].lines] == ["-", "+"]
    assert "歇三十分钟" in changes["第三条"].lines[1]


def test_a_published_text_is_never_written_over(paper: Path, knowledge: Path, data: Path) -> None:
    take(paper, knowledge, data)
    text = published(knowledge)

    done = take(changed(paper), knowledge, data)
    assert done.draft == knowledge / BESIDE
    assert done.compared_with == f"knowledge/{DRAFT}"
    assert (knowledge / DRAFT).read_text(encoding="utf-8") == text
    assert load_knowledge(knowledge).texts[0].articles[2].text == ARTICLES["第三条"]


def test_a_new_draft_that_was_published_is_not_written_over_either(paper: Path, knowledge: Path, data: Path) -> None:
    take(paper, knowledge, data)
    edit(knowledge / DRAFT, "status: draft", "status: retired")
    take(changed(paper), knowledge, data)
    text = published(knowledge, BESIDE)

    done = take(paper, knowledge, data)
    assert done.draft == knowledge / f"texts/{NAME}.新稿2.md"
    assert done.compared_with == f"knowledge/{BESIDE}"
    assert (knowledge / BESIDE).read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("某人自己写的笔记".encode(), id="no front matter"),
        pytest.param("笔记".encode("gb18030"), id="not even UTF-8"),
        pytest.param(b"---\nname: [\n---\n", id="broken front matter"),
    ],
)
def test_a_file_of_that_name_that_is_no_draft_is_left_alone(content: bytes, paper: Path, knowledge: Path, data: Path) -> None:
    put(knowledge / DRAFT, content)

    assert take(paper, knowledge, data).draft == knowledge / BESIDE
    assert (knowledge / DRAFT).read_bytes() == content


def test_a_draft_saved_by_notepad_is_still_a_draft(paper: Path, knowledge: Path, data: Path) -> None:
    take(paper, knowledge, data)
    path = knowledge / DRAFT
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

    assert take(paper, knowledge, data).draft == path


def test_two_published_texts_of_one_name_are_a_problem(paper: Path, knowledge: Path, data: Path) -> None:
    take(paper, knowledge, data)
    published(knowledge)
    take(changed(paper), knowledge, data)
    published(knowledge, BESIDE)

    with pytest.raises(KnowledgeError, match="请把旧的一份改成 retired"):
        load_knowledge(knowledge)


def test_a_notice_that_changed_is_said_to_have_changed(tmp_path: Path, knowledge: Path, data: Path) -> None:
    paper = put(tmp_path / "a.txt", "\n".join(NOTICE))
    take(paper, knowledge, data)
    assert take(paper, knowledge, data).changes == ()
    edit(paper, "每人每天两瓶", "每人每天三瓶")

    (change,) = take(paper, knowledge, data).changes
    assert (change.article, change.what) == ("正文", "变了")
    assert change.lines == ("-每人每天两瓶。", "+每人每天三瓶。")


def test_a_regulation_is_compared_with_the_statute_database(tmp_path: Path, knowledge: Path, data: Path) -> None:
    lines = ["中华人民共和国劳动合同法", "第一条 甲。", "第二条 乙。", "第九十九条 丙。"]

    done = take(put(tmp_path / "a.txt", "\n".join(lines)), knowledge, data)
    assert (done.compared_with, done.document.name) == ("法条库", "劳动合同法")
    assert {change.article: change.what for change in done.changes}["第九十九条"] == "多了"
    assert any("instruments.yaml 写着 98 条，这份最大是第 99 条" in finding for finding in done.findings)


def test_what_the_register_says_of_the_text_is_held_against_it(paper: Path, knowledge: Path, data: Path) -> None:
    with (knowledge / "instruments.yaml").open("a", encoding="utf-8") as file:
        file.write(ROW.replace("articles: 5", "articles: 9\n  version_from: 2026-01-01\n  in_force_until: 2026-06-01"))

    said = "\n".join(take(paper, knowledge, data).findings)
    for words in ("写着 9 条，这份最大是第 5 条", "现行文本从 2026-01-01 起，这份可能是旧的", "从 2026-06-01 起失效"):
        assert words in said


# -- files and folders ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["a b'\"$(x).txt", "-rf.txt", "[red]x[b].txt", "换\n行.txt", "超长" * 40 + ".txt", "e\u0301.txt", "🙂.txt", "..txt"],
    ids=["blanks and quotes", "like an option", "markup", "a line end", "as long as may be", "two marks", "a face", "dots"],
)
def test_a_files_name_may_be_anything(name: str, tmp_path: Path, knowledge: Path, data: Path) -> None:
    path = put(tmp_path / "in" / name, "第一条 甲甲。\n第二条 乙乙。\n第三条 丙丙。")

    done = take(path, knowledge, data)
    assert done.draft is not None
    assert done.draft.parent == knowledge / "texts"
    assert head_and_body(done.draft)[0].source == name


def test_a_files_name_may_be_bytes_that_are_no_text(tmp_path: Path, knowledge: Path, data: Path) -> None:
    path = tmp_path / os.fsdecode("办法.txt".encode("gb18030"))
    put(path, "第一条 甲甲。\n第二条 乙乙。\n第三条 丙丙。")

    done = take(path, knowledge, data)
    assert "?" in head_and_body(done.draft or Path())[0].source


@pytest.mark.parametrize("title", ["../../../海州办法", "海州/市\\办法", "海州\x00办法", "海州办法" * 15])
def test_a_title_cannot_lead_out_of_the_folder(title: str, tmp_path: Path, knowledge: Path, data: Path) -> None:
    path = tmp_path / "a.docx"
    document = word([title.replace("\x00", "\u200b"), *REGULATION[3:]])
    put(path, saved(document))

    draft = take(path, knowledge, data).draft
    assert draft is not None
    assert draft.parent == knowledge / "texts"
    again = take(path, knowledge, data)  # and it is found again for comparison
    assert (again.draft, again.changes, again.compared_with) == (draft, (), f"knowledge/texts/{draft.name}")


def test_a_folder_gives_its_documents_in_order_and_nothing_else(tmp_path: Path) -> None:
    for name in ("b/2.DOCX", "a.txt", "b/1.pdf", ".hidden.txt", "~$lock.docx", "c.jpg", "b/old.doc", "Thumbs.db"):
        put(tmp_path / name, "x")

    assert [path.relative_to(tmp_path).as_posix() for path in find_documents(tmp_path)] == ["a.txt", "b/1.pdf", "b/2.DOCX", "b/old.doc"]


@pytest.mark.parametrize(
    ("make", "says"),
    [
        pytest.param(lambda root: root / "nothing", "没有这个文件或文件夹", id="nothing there"),
        pytest.param(lambda root: root, "里面没有 .docx .pdf .html .txt .md 文件", id="an empty folder"),
        pytest.param(lambda root: Path("/dev/zero"), "没有这个文件或文件夹", id="a device"),
    ],
)
def test_a_path_without_documents_is_refused(make: Callable[[Path], Path], says: str, tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=says):
        find_documents(make(tmp_path))


def test_a_folder_of_too_many_documents_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "MOST_FILES", 2)
    for number in range(3):
        put(tmp_path / f"{number}.txt", "x")

    with pytest.raises(DocumentError, match="里面有 3 个文件，超过 2 个，请分批导入"):
        find_documents(tmp_path)


def test_one_bad_document_takes_no_other_with_it(tmp_path: Path, knowledge: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(path: Path, content: bytes) -> importing.Document:
        raise RecursionError if path.name == "2.txt" else DocumentError(f"{path.name}：坏了")

    monkeypatch.setattr(importing, "extract", stumble)
    paths = [put(tmp_path / f"{number}.txt", "x") for number in (1, 2, 3)]

    done = list(import_all(paths, knowledge_dir=knowledge, data_dir=data, instruments=[], today=DAY))
    assert [str(one) for one in done] == [
        "1.txt：坏了",
        "2.txt：读它的时候程序出错了（RecursionError），没有导入，请把文件发给维护的人",
        "3.txt：坏了",
    ]


# -- writing that fails ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("in_the_way", ["knowledge/texts", "data/imports"])
def test_a_folder_that_cannot_be_written_is_one_sentence_and_nothing_half_done(
    in_the_way: str, paper: Path, tmp_path: Path, knowledge: Path, data: Path
) -> None:
    put(tmp_path / in_the_way, "a file where the folder should be")

    with pytest.raises(DocumentError, match=r"^写不了 .*，没有导入$"):
        take(paper, knowledge, data)
    assert list(knowledge.rglob("*海州*")) == []


@contextmanager
def little_room(size: int) -> Iterator[None]:
    """No file may grow beyond *size* bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_leaves_the_old_draft_and_no_rest_of_the_new_one(paper: Path, knowledge: Path, data: Path) -> None:
    take(paper, knowledge, data)
    before = tree(knowledge)
    changed(paper)

    with little_room(300), pytest.raises(DocumentError, match="没有导入"):
        take(paper, knowledge, data)
    assert tree(knowledge) == before
    assert list(data.rglob("*.tmp")) == []


def test_an_import_killed_in_the_middle_leaves_nothing_that_is_taken_for_a_text(paper: Path, knowledge: Path, data: Path) -> None:
    script = (
        IMPORTS
        + """
replace, moved = os.replace, []
def die(a, b):
    moved.append(b)
    replace(a, b) if len(moved) == 1 else os._exit(9)
importing.os.replace = die
take()
"""
    )
    ended = subprocess.run(
        [sys.executable, "-c", script, paper, knowledge, data], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )

    assert ended.returncode == 9, ended.stderr
    assert len(list((knowledge / "texts").glob(".*.tmp"))) == 1
    assert (read_texts(knowledge, []), lint(knowledge, DAY)) == ((), [])
    assert take(paper, knowledge, data).draft == knowledge / DRAFT


def test_two_imports_at_once_leave_one_of_the_two_texts_whole(tmp_path: Path, knowledge: Path, data: Path) -> None:
    texts = ["\n".join(line.replace("歇着", word * 300) for line in REGULATION) for word in ("歇着", "休息")]
    papers = [put(tmp_path / "in" / f"{number}.txt", text) for number, text in enumerate(texts)]
    script = IMPORTS + "sys.stdin.readline()\nfor _ in range(40):\n    take()\n"
    running = [
        subprocess.Popen(
            [sys.executable, "-c", script, paper, knowledge, data], cwd=REPOSITORY, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for paper in papers
    ]
    for process in running:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    complaints = [process.communicate()[1] for process in running]

    assert [process.returncode for process in running] == [0, 0], complaints
    assert [path.name for path in (knowledge / "texts").iterdir()] == [f"{NAME}.md"]
    written = (knowledge / DRAFT).read_text(encoding="utf-8")
    assert written in [(take(paper, knowledge, data).draft or Path()).read_text(encoding="utf-8") for paper in papers]


# -- from the document to the answer --------------------------------------------------------------------------------


@contextmanager
def asking(knowledge: Path, data: Path) -> Iterator[Callable[[str], Answer]]:
    """An assistant over an index of its own, built from *knowledge* as it is."""
    ingest.build(knowledge, data, HashEmbedder(), today=DAY)
    generation = generations.load(data)
    library = Library(generation.knowledge, generation.articles, generation.manifest.version)
    with opened(data) as index:
        assistant = Assistant(replies=load_replies(knowledge), library=library, retriever=index)
        yield lambda text: assistant.ask(Question(text, DAY))


def found(knowledge: Path, words: str) -> set[Citation]:
    """The articles whose passages hold *words*: what a build would make searchable."""
    _, _, passages = ingest.read_sources(knowledge)
    return {passage.citation for passage in passages if passage.citation and words in passage.text}


def test_a_published_text_is_searched_and_quoted_article_by_article(paper: Path, knowledge: Path, data: Path) -> None:
    take(paper, knowledge, data)
    published(knowledge)
    with (knowledge / "instruments.yaml").open("a", encoding="utf-8") as file:
        file.write(ROW)
    assert lint(knowledge, DAY) == []

    with asking(knowledge, data) as ask:
        for question, label in (
            (f"《{NAME}》第三条", "第三条"),
            ("海州歇息办法第四条之一说什么", "第四条之一"),
            (f"{NAME}第5条", "第五条"),
        ):
            answer = ask(question)
            assert answer.outcome == "answered"
            (cited,) = answer.citations
            assert (cited.citation.law, cited.text) == (NAME, ARTICLES[label])
        assert ask(f"{NAME}第六条").outcome == "handed_over"
    assert found(knowledge, "一个人看两台以上机器") == {Citation(NAME, "3")}


@pytest.mark.parametrize("status", ["draft", "retired"])
def test_a_text_that_is_not_published_is_never_found(status: str, paper: Path, knowledge: Path, data: Path) -> None:
    take(paper, knowledge, data)
    if status != "draft":
        edit(knowledge / DRAFT, "status: draft", f"status: {status}")
    with (knowledge / "instruments.yaml").open("a", encoding="utf-8") as file:
        file.write(ROW)

    read, articles, _ = ingest.read_sources(knowledge)
    library = Library(read, {article.citation: article for article in articles}, "small")
    answer = Assistant(replies=load_replies(knowledge), library=library, retriever=FakeRetriever()).ask(Question(f"《{NAME}》第三条", DAY))
    assert "二十分钟" not in "".join((answer.short, *(cited.text or "" for cited in answer.citations)))
    assert found(knowledge, "一个人看两台以上机器") == set()


# -- the command ----------------------------------------------------------------------------------------------------


class Ran(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture(name="run")
def _run(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes], knowledge: Path, data: Path) -> Callable[..., Ran]:
    """Runs `gonghui knowledge import` in this process, over a knowledge folder of this test's own."""
    monkeypatch.setenv("GONGHUI_DATA_DIR", str(data))
    monkeypatch.setenv("GONGHUI_KNOWLEDGE_DIR", str(knowledge))

    def run(*arguments: str | Path) -> Ran:
        monkeypatch.setattr(sys, "argv", ["gonghui", "knowledge", "import", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        printed_out = capsysbinary.readouterr()
        return Ran(int(ended.value.code or 0), printed_out.out.decode("utf-8"), printed_out.err.decode("utf-8"))

    return run


def test_the_command_says_what_it_took_and_what_to_do_next(run: Callable[..., Ran], paper: Path, knowledge: Path) -> None:
    ran = run(paper)

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"办法.txt：{NAME}（海州市人民政府，海州市人民政府令第7号，2025-03-01 公布，2025-05-01 起施行，6 条）\n")
    assert f"草稿：{knowledge / DRAFT}" in ran.out
    assert "把 status 改成 published" in ran.out


def test_the_command_shows_what_differs_from_what_is_there(run: Callable[..., Ran], paper: Path) -> None:
    run(paper)
    assert "一字不差" in run(paper).out

    out = run(changed(paper)).out
    assert f"和knowledge/{DRAFT}比：多了 1 条，少了 1 条，变了 2 条" in out
    assert "第四条之一少了" in out
    assert "      -工人连着干满四小时，有权歇二十分钟" in out


def test_the_command_can_rehearse(run: Callable[..., Ran], paper: Path, knowledge: Path, data: Path) -> None:
    before = tree(knowledge)

    ran = run(paper, "--dry-run")
    assert (ran.code, "只是演练，没有写文件" in ran.out) == (0, True)
    assert tree(knowledge) == before
    assert not data.exists()


def test_of_a_folder_the_good_documents_are_taken_and_the_bad_ones_named(run: Callable[..., Ran], tmp_path: Path, knowledge: Path) -> None:
    folder = tmp_path / "in"
    put(folder / "1.docx", saved(word(REGULATION)))
    put(folder / "2 bad.docx", zipped(a_xml="<a/>"))
    put(folder / "3.txt", "\n".join(NOTICE).encode("gb18030"))
    put(folder / "4.pdf", b"%PDF-1.7 broken")
    put(folder / "old" / "5.doc", b"\xd0\xcf\x11\xe0")
    put(folder / "6.txt", b"")

    ran = run(folder)
    assert ran.code == 1
    assert [line.partition("：")[0] for line in ran.err.splitlines()] == [
        "2 bad.docx",
        "4.pdf",
        "6.txt",
        "5.doc",
        "有 4 个文件没有导入，原因在上面；其余的不受影响",
    ]
    assert sorted(path.name for path in (knowledge / "texts").iterdir()) == ["关于做好高温天气防暑工作的通知.md", f"{NAME}.md"]


@pytest.mark.parametrize(
    ("name", "content"), [("a.txt", b""), ("a.pdf", b"%PDF-1.4"), ("a.docx", zipped(word__document_xml=b"\0" * 70_000_000))]
)
def test_a_document_that_is_refused_leaves_nothing_behind(
    name: str, content: bytes, run: Callable[..., Ran], tmp_path: Path, knowledge: Path, data: Path
) -> None:
    before = tree(knowledge)

    ran = run(put(tmp_path / name, content))
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (1, "", 2)
    assert tree(knowledge) == before
    assert not data.exists()


def test_what_a_document_holds_cannot_command_the_terminal(run: Callable[..., Ran], tmp_path: Path) -> None:
    ran = run(put(tmp_path / "[b]a\x1b[31m.txt", "\x1b[2J海州市办法\x07\n第一条 甲\x9b。\n第二条 [red]乙[/red]。\n第三条 丙。\n"))

    assert ran.code == 0
    assert not [char for char in ran.out + ran.err if not char.isprintable() and char != "\n"]
