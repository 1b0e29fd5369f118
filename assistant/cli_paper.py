"""The command `gonghui paper`: a paper filled from what is told as JSON, saved as a Word document. Nothing told is kept or logged."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer

from assistant.cli_calc import AsJson, AsOf
from assistant.clock import known_day
from assistant.errors import ConfigError
from assistant.terminal import show

Name = Annotated[str | None, typer.Argument(help="文书的名字，用 --list 看有哪些")]
Inputs = Annotated[str | None, typer.Argument(help='说过的事，写成 JSON，例如 \'{"name": "姓名"}\'；写 - 就从标准输入读；没说的留空')]
Out = Annotated[Path | None, typer.Option("--out", help="存成哪个 Word 文件（.docx）")]
AsText = Annotated[bool, typer.Option("--text", help="把文书的文字显示出来")]
IsList = Annotated[bool, typer.Option("--list", help="列出全部文书和它们要问的事")]
Force = Annotated[bool, typer.Option("--force", help="文件已经有了也覆盖")]


def paper(
    name: Name = None,
    told: Inputs = None,
    out: Out = None,
    as_text: AsText = False,
    as_json: AsJson = False,
    is_list: IsList = False,
    force: Force = False,
    as_of: AsOf = None,
) -> None:
    """写仲裁申请书、监察投诉书、被迫解除通知书、工伤认定提纲、法律援助申请书：说过的填进去，没说的留空。"""
    from assistant.cli_calc import parse_told
    from assistant.knowledge import load_parameters
    from assistant.paperwork import plain_text
    from assistant.paperwork.paper import declared
    from assistant.paperwork.registry import PAPERS, fill
    from assistant.settings import knowledge_dir, load_settings

    today = known_day(as_of)
    if is_list:
        show(json.dumps([declared(one, today) for one in PAPERS], ensure_ascii=False) if as_json else plain_text.as_list(PAPERS))
        return
    if name is None or told is None or (out is None and not as_text):
        raise ConfigError(
            "要写文书的名字、说过的事和存到哪里，例如 gonghui paper injury_outline --json '{…}' --out 申请书.docx；有哪些用 --list 看"
        )
    written = fill(name, parse_told(sys.stdin.read() if told == "-" else told), load_parameters(knowledge_dir(load_settings())), today)
    if out is not None:
        from assistant.paperwork.word import as_docx

        _save(out, as_docx(written), force=force)
    words = plain_text.as_text(written)
    if as_json:
        row = {"name": written.name, "title": written.title, "blanks": list(written.blanks()), "file": None if out is None else str(out)}
        show(json.dumps({**row, "text": words} if as_text else row, ensure_ascii=False))
        return
    if as_text:
        show(words)
    if out is not None:
        show(f"《{written.title}》存在 {out}，还有 {len(written.blanks())} 处要自己填；交之前从头到尾对一遍。")


def _save(path: Path, document: bytes, *, force: bool) -> None:
    """Write the whole document or nothing: beside its place first, readable by its owner only, then moved."""
    if path.suffix.lower() != ".docx":
        raise ConfigError(f"{path} 要以 .docx 结尾，请改名字")
    temporary = path.with_name(f".{uuid4().hex}.docx")
    try:
        if path.exists() and not force:
            raise ConfigError(f"{path} 已经有了，没有动它；要覆盖就加 --force")
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(document)
        os.replace(temporary, path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise ConfigError(f"{path} 写不进去（{error.strerror}），请换一个地方") from error
