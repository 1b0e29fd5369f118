"""Searching by words: bm25s, whose only importer this is."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import bm25s
import numpy as np

from assistant.embedding import Vectors
from assistant.errors import IndexBroken
from assistant.passages import KINDS
from assistant.types import Passage
from assistant.words import tokens

WORD_KINDS = (*KINDS, "guide")


class WordIndex:
    """BM25 over some thousand short texts."""

    def __init__(self, model: bm25s.BM25 | None) -> None:
        self._model = model
        self.size: int = model.scores["num_docs"] if model is not None else 0

    @classmethod
    def of(cls, texts: Sequence[str], split: Callable[[str], list[str]] = tokens) -> WordIndex:
        """Return the index of *texts*; *split* makes words of a text."""
        if not texts:
            return cls(None)
        model = bm25s.BM25(method="lucene", k1=1.2, b=0.6)
        model.index([split(text) or ["_"] for text in texts], show_progress=False)
        return cls(model)

    @classmethod
    def load(cls, folder: Path) -> WordIndex:
        """Read what `save` wrote; raises OSError, ValueError, KeyError or EOFError where it is damaged."""
        return cls(bm25s.BM25.load(folder, show_progress=False) if folder.is_dir() else None)

    def save(self, folder: Path) -> None:
        """Write the index into *folder*; no texts, no folder."""
        if self._model is not None:
            self._model.save(folder, show_progress=False)

    def scores(self, question: Sequence[str]) -> Vectors:
        """Return one score a text: its BM25 score divided by what a text with all the words would get, 0…1.

        A word that no text has counts in the divisor as the rarest: a question about something else scores low.
        """
        if self._model is None or not any(token in self._model.vocab_dict for token in question):
            return np.zeros(self.size, dtype=np.float32)
        raw = np.asarray(self._model.get_scores(list(question)), dtype=np.float32)
        return raw / sum(self._rarity(self._model, token) for token in question)

    def _rarity(self, model: bm25s.BM25, token: str) -> float:
        """The idf of BM25 as lucene computes it; a term's score never exceeds it."""
        column, starts = model.vocab_dict.get(token), model.scores["indptr"]
        frequency = int(starts[column + 1] - starts[column]) if column is not None else 0
        return math.log1p((self.size - frequency + 0.5) / (frequency + 0.5))


def write_words(folder: Path, passages: Sequence[Passage], keywords: Iterable[tuple[str, str]]) -> None:
    """Write the word indexes of a new generation into *folder*, one a kind of passage."""
    for kind, texts in word_texts(passages, guide_documents(passages, keywords)).items():
        WordIndex.of(texts).save(folder / kind)


def read_words(folder: Path) -> dict[str, WordIndex]:
    """Read what `write_words` wrote; raises IndexBroken where it is damaged."""
    try:
        return {kind: WordIndex.load(folder / kind) for kind in WORD_KINDS}
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise IndexBroken("索引的词表坏了，请运行 gonghui index build 重建") from error


def word_texts(passages: Sequence[Passage], guides: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """What is searched by words: the texts of each kind in the order of their passages, and one for each guide."""
    texts = {kind: [passage.text for passage in passages if passage.kind == kind] for kind in KINDS}
    return texts | {"guide": [text for _, text in guides]}


def guide_documents(parts: Sequence[Passage], keywords: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """One text a guide: its parts among *parts*, and its keywords twice over since a keyword is worth more than a word."""
    texts: dict[str, list[str]] = {}
    for part in parts:
        if part.kind == "guide" and part.guide_id is not None:
            texts.setdefault(part.guide_id, []).append(part.text)
    for guide_id, keyword in keywords:
        texts.setdefault(guide_id, []).append(f"{keyword} {keyword}")
    return [(guide_id, " ".join(lines)) for guide_id, lines in texts.items()]
