"""What people say ↔ what the law calls it (`knowledge/terms.yaml`): used to search with the law's words and to explain them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.types import Term

MOST_SAID_OTHERWISE, MOST_HARD = 1, 2


class Glossary:
    """The terms, found in a text by the longest of what people say."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._terms: dict[str, list[Term]] = {}
        terms = tuple(terms)
        self._hard = [term for term in terms if term.in_answers]
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
        """Return what to say of terms that *answer* uses: one that *question* says otherwise, and the first ones a worker need not know.

        What stands in the question is known to whoever asks, and what the answer itself explains is not explained again.
        """
        otherwise = [(said, term) for said, term in self.find(question) if term.term in answer and term.term not in question]
        otherwise = otherwise[:MOST_SAID_OTHERWISE]
        known = {term.term for _, term in otherwise}
        hard = sorted(
            (place, row, term)
            for row, term in enumerate(self._hard)
            if term.term not in known
            and term.in_answers not in question
            and not any(word in answer for word in term.unless)
            and (place := _unexplained(term.in_answers, answer)) is not None
        )
        words = "".join(f"“{term.in_answers}”：{term.means}" for _, _, term in hard[:MOST_HARD])
        return (
            *(f"您说的“{said}”，法律上叫“{term.term}”：{term.means}" for said, term in otherwise),
            *([f"词的意思：{words}"] if words else []),
        )


def _unexplained(word: str, text: str) -> int | None:
    """The place of *word* in *text*; None where it is not there, or right where it stands it is said what it means."""
    if re.search(rf"{re.escape(word)}[”）]?(?:，?就是|，?是指|，?指的是|，?也就是|（|：)", text):
        return None
    place = text.find(word)
    return place if place >= 0 else None
