"""The commands `gonghui knowledge …`: examine the files, say what a changed law touches, count, and draft from documents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant import clock
from assistant.cli_calc import AsJson, AsOf
from assistant.errors import KnowledgeError
from assistant.terminal import note, show

if TYPE_CHECKING:
    from assistant.importing import Imported

app = typer.Typer(no_args_is_help=True, help="检查知识文件")


@app.command("lint")
def check(
    folder: Annotated[Path | None, typer.Argument(help="知识目录，默认用设置里的")] = None,
    mend: Annotated[bool, typer.Option("--fix", help="先把不用判断的毛病改好：换行、行尾空格、全角半角、重复的问法")] = False,
) -> None:
    """检查知识文件：依据、数字、参数、电话、日期、重复、读不读得懂。"""
    from assistant.fixing import fix
    from assistant.lint import lint
    from assistant.settings import knowledge_dir, load_settings

    root = folder or knowledge_dir(load_settings())
    for done in fix(root) if mend else ():
        note(done)
    problems = lint(root, clock.today())
    if problems:
        raise KnowledgeError([*problems, f"共 {len(problems)} 处要改"])
    show("知识文件没有问题")


@app.command("impact")
def rests_on(
    instrument: Annotated[str, typer.Argument(help="法规名称，例如 劳动合同法；或参数的名字，例如 minimum_wage_month")],
    articles: Annotated[list[str] | None, typer.Argument(help="条号，例如 82 或第八十二条；不写就是整部")] = None,
    folder: Annotated[Path | None, typer.Option("--knowledge", help="知识目录，默认用设置里的")] = None,
    cases: Annotated[Path | None, typer.Option("--cases", help="评测案例目录，默认用源码目录里的")] = None,
    as_json: AsJson = False,
) -> None:
    """一部法规（或其中几条）变了，列出要跟着看的指南、问法、参数、计算器和评测案例。"""
    from assistant.impact import checklist, impact
    from assistant.knowledge import load_knowledge, load_replies
    from assistant.settings import cases_dir, knowledge_dir, load_settings

    root = folder or knowledge_dir(load_settings())
    found = impact(load_knowledge(root), list(load_replies(root).values()), instrument, articles or (), cases=cases or cases_dir())
    show(json.dumps([item._asdict() for item in found], ensure_ascii=False) if as_json else checklist(found))


@app.command("stats")
def count(
    folder: Annotated[Path | None, typer.Argument(help="知识目录，默认用设置里的")] = None, as_of: AsOf = None, as_json: AsJson = False
) -> None:
    """有多少知识、答得上哪些事、哪些该复查、哪些数没有确认。"""
    from assistant import stats
    from assistant.knowledge import load_knowledge
    from assistant.settings import knowledge_dir, load_settings

    knowledge, day = load_knowledge(folder or knowledge_dir(load_settings())), clock.known_day(as_of)
    if as_json:
        rows = [row._asdict() for row in stats.coverage(knowledge, day)]
        late = [guide.id for guide in stats.due(knowledge, day)]
        show(json.dumps({"counts": stats.counts(knowledge), "coverage": rows, "due": late}, ensure_ascii=False))
    else:
        show(stats.report(knowledge, day))


@app.command("import")
def import_documents(
    path: Annotated[Path, typer.Argument(help="一个文件，或者一个文件夹")],
    folder: Annotated[Path | None, typer.Option("--knowledge", help="知识目录，默认用设置里的")] = None,
    rehearse: Annotated[bool, typer.Option("--dry-run", help="只看会怎样，什么也不写")] = False,
) -> None:
    """导入法规、通知文件（.docx .pdf .html .txt .md）：写成草稿等人看，不会自己生效。"""
    from assistant.errors import DocumentError
    from assistant.importing import find_documents, import_all
    from assistant.knowledge import load_instruments
    from assistant.settings import knowledge_dir, load_settings

    settings = load_settings()
    root = folder or knowledge_dir(settings)
    data_dir = None if rehearse else settings.data_dir
    failed = 0
    for done in import_all(
        find_documents(path), knowledge_dir=root, data_dir=data_dir, instruments=load_instruments(root), today=clock.today()
    ):
        if isinstance(done, DocumentError):
            failed += 1
            note(_harmless(str(done)))
        else:
            show(_harmless(_import_report(done)))
    if failed:
        raise DocumentError(f"有 {failed} 个文件没有导入，原因在上面；其余的不受影响")


def _harmless(words: str) -> str:
    """The same without what commands a terminal: a file may be called anything."""
    return "".join(char if char.isprintable() or char in "\n　" else "?" for char in words)


def _import_report(done: Imported) -> str:
    """What a reviewer needs to know of one imported document."""
    document = done.document
    about = [document.issuer, document.number, document.issued_on and f"{document.issued_on} 公布"]
    about += [document.in_force_from and f"{document.in_force_from} 起施行", f"{len(document.articles)} 条" if document.articles else None]
    lines = [f"{done.source.name}：{document.name}（{'，'.join(str(item) for item in about if item) or '没有找到发文机关和日期'}）"]
    if done.compared_with:
        counts = {what: sum(change.what == what for change in done.changes) for what in ("多了", "少了", "变了")}
        said = "，".join(f"{what} {count} 条" for what, count in counts.items() if count) or "一字不差"
        lines.append(f"  和{done.compared_with}比：{said}")
        for change in done.changes[:20]:
            lines.append(f"    {change.article}{change.what}")
            lines += [f"      {line[:200]}" for line in change.lines[:6]]
    lines += [f"  注意：{finding}" for finding in done.findings]
    lines.append(f"  草稿：{done.draft}" if done.draft else "  只是演练，没有写文件")
    lines += [f"  下一步：{step}" for step in done.next_steps]
    return "\n".join(lines)
