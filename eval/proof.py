"""Figures that no text we hold bears out: those of guides that stand in none of their articles, and every local parameter.

Most of them are right (regulations whose wording we do not hold, sums of an example, a city's notice), so being listed is no
fault. But one that is new was written or changed by somebody: the gate names it, and accepting it is a decision with a reason.
"""

from __future__ import annotations

from assistant.library import Library
from assistant.passages import PLACEHOLDER
from assistant.types import Guide
from eval.checks import figures


def unproven_figures(library: Library) -> dict[str, list[str]]:
    """Return guide or parameter → its figures (`30日`, `2倍`, `2400元/月（2025-10-01 起）`); those without any are left out."""
    found = {f"指南 {guide.id}": _of_guide(guide, library) for guide in library.guides.values()}
    for parameter in library.knowledge.parameters:
        value = "没有数" if parameter.value is None else f"{parameter.value.normalize():f}{parameter.unit}"
        found.setdefault(f"参数 {parameter.id}", []).append(f"{value}（{parameter.since} 起）")
    return {owner: listed for owner, listed in sorted(found.items()) if listed}


def _of_guide(guide: Guide, library: Library) -> list[str]:
    register = library.register
    texts = [article.text for citation in guide.basis if (article := library.articles.get(citation))]
    proven = {figure for text in texts for figure in figures(text, register)}
    # A placeholder's figure is a parameter's and has its own line.
    lines = [PLACEHOLDER.sub("", text) for text in (guide.short, *(item for section in guide.sections for item in section.items))]
    said = {figure for line in lines for figure in figures(line, register)}
    return sorted(f"{value}{unit}" for value, unit in said - proven)
