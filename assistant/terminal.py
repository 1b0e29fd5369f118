"""What commands print: results on standard output, in UTF-8 whatever the terminal says, and remarks on standard error."""

from __future__ import annotations

import sys

from rich.console import Console

stderr = Console(stderr=True, highlight=False, soft_wrap=True)


def show(words: str) -> None:
    """Print a result."""
    sys.stdout.buffer.write(words.encode("utf-8", errors="replace") + b"\n")
    sys.stdout.flush()


def note(words: str) -> None:
    """Print a remark that is no result."""
    stderr.print(words, markup=False)
