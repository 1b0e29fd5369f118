"""`python -m eval [--split dev|test]`: run the cases against the index in use (built first where it is missing or old)."""

from __future__ import annotations

import argparse
import hashlib
import sys
from datetime import date
from pathlib import Path

from assistant.build import build_assistant, build_index, open_index
from assistant.errors import AssistantError
from assistant.settings import load_settings
from assistant.types import Question
from eval.cases import FOLDER, load_cases
from eval.run import report, score, write_rows


def main() -> int:
    """Run, print, write `var/eval/cases.jsonl`; 0 pass, 1 a gate failed, 2 bad cases or configuration."""
    parser = argparse.ArgumentParser(prog="python -m eval", description="跑评测案例")
    parser.add_argument("--split", choices=["dev", "test"], help="只跑一半")
    split = parser.parse_args().split
    try:
        settings = load_settings()
        cases = [case for case in load_cases() if split in {None, case.split}]
        build_index(settings)
        opened = open_index(settings)
    except AssistantError as error:
        print(error, file=sys.stderr)
        return 2
    try:
        assistant = build_assistant(settings, opened=opened)
        assistant.search(Question("工资", date.today()))
        scores = [score(case, assistant) for case in cases]
    finally:
        opened.index.close()
    write_rows(scores, settings.data_dir / "eval" / "cases.jsonl")
    header = {
        "索引": opened.library.version,
        "向量模型": opened.embedder.model_id,
        "语言模型": settings.llm_model or "无",
        "案例": _hash(FOLDER),
        "例数": str(len(cases)),
    }
    text, passes = report(scores, header)
    print(text)
    return 0 if passes else 1


def _hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.jsonl")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


if __name__ == "__main__":
    raise SystemExit(main())
