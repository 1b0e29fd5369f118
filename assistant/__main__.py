"""`python -m assistant` is `gonghui`."""

from __future__ import annotations

from assistant.cli import main

main()
