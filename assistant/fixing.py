"""`gonghui knowledge lint --fix`: mend what needs no judgement. No word and no figure is changed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from assistant.knowledge import knowledge_files
from assistant.text import bare

_HAN = "\u4e00-\u9fff"
_HALF_WIDTH = {",": "，", ";": "；", "?": "？", "!": "！", ":": "："}
_BETWEEN_HAN = re.compile(rf"(?<=[{_HAN}”》）])([,;?!])(?=[{_HAN}“《（]|$)|(?<=[{_HAN}”》）])(:)(?=[{_HAN}“《])")
_FULL_WIDTH_DIGITS = str.maketrans("０１２３４５６７８９％．", "0123456789%.")
_ASK = re.compile(r"\s+- (?P<words>.+)")


def fix(root: Path) -> list[str]:
    """Mend every knowledge file below *root*; returns `path: what was mended` for each that changed."""
    return [done for path in knowledge_files(root) if (done := _fix_file(path))]


def _fix_file(path: Path) -> str | None:
    """Mend one file with one rename; one that cannot be read is left to the linter."""
    data = path.read_bytes()
    try:
        before = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    after, what = before, []
    for name, mend in (("换行和行尾空格", _line_ends), ("标点和数字的全角半角", _widths), ("重复的问法", _repeated_asks)):
        # The wording of an imported document is not ours to change.
        if path.parent.name == "texts" and mend is not _line_ends:
            continue
        mended = mend(after, path)
        if mended != after:
            what.append(name)
        after = mended
    if after == before:
        return None
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    temporary.write_bytes(after.encode("utf-8"))
    os.replace(temporary, path)
    return f"{path}: 改好了{'、'.join(what)}"


def _line_ends(text: str, _path: Path) -> str:
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).rstrip("\n") + "\n"


def _widths(text: str, path: Path) -> str:
    """In the prose of guides only: a comma or colon in YAML is part of its grammar."""
    if path.suffix != ".md" or not (match := re.match(r"(---\n.*?\n---\n)(.*)\Z", text, re.DOTALL)):
        return text
    body = _BETWEEN_HAN.sub(lambda found: _HALF_WIDTH[found.group()], match[2])
    return match[1] + body.translate(_FULL_WIDTH_DIGITS)


def _repeated_asks(text: str, path: Path) -> str:
    """Drop an ask that the same guide (or the same entry of phrasings) has already."""
    if path.parent.name != "phrasings" and path.parent.parent.name != "guides":
        return text
    return "\n".join(_without_repeats(text.split("\n")))


def _without_repeats(lines: list[str]) -> Iterator[str]:
    seen: set[str] = set()
    in_asks = False
    for line in lines:
        if re.match(r"\s*asks:\s*$", line):
            in_asks, seen = True, set()
        elif not (match := _ASK.fullmatch(line)):
            in_asks = False
        elif in_asks:
            key = bare(match["words"].strip("'\""))
            if key in seen:
                continue
            seen.add(key)
        yield line
