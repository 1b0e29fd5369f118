"""What people say ↔ what the law calls it (`knowledge/terms.yaml`): used to search with the law's words and to explain them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.types import Term

MOST_EXPLAINED = 1


class Glossary:
    """The terms, found in a text by the longest of what people say."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._terms: dict[str, list[Term]] = {}
        for term in terms:
            for said in term.says:
                self._terms.setdefault(said, []).append(term)
        words = sorted(self._terms, key=len, reverse=True)
        self._pattern = re.compile("|".join(re.escape(word) for word in words)) if words else re.compile(r"(?!)")

    def find(self, text: str) -> list[tuple[str, Term]]:
        """Return the words of *text* that stand for a term of law, with the term, in order and each term once."""
        found: dict[str, tuple[str, Term]] = {}
        for match in self._pattern.finditer(text):
            for term in self._terms[match.group()]:
                found.setdefault(term.term, (match.group(), term))
        return list(found.values())

    def expand(self, text: str) -> str:
        """Return the terms of law that *text* does not say itself but means, with spaces between."""
        return " ".join(term.term for _, term in self.find(text) if term.term not in text)

    def explain(self, question: str, answer: str) -> tuple[str, ...]:
        """Return a sentence for a term that *answer* uses and *question* says otherwise; empty where there is none."""
        notes = [
            f"您说的“{said}”，法律上叫“{term.term}”：{term.means}"
            for said, term in self.find(question)
            if term.term in answer and term.term not in question
        ]
        return tuple(notes[:MOST_EXPLAINED])
