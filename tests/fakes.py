"""Stand-ins for the three seams: retriever and embedder, chat model, history. Plain classes that satisfy the Protocols."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence

import numpy as np

from assistant.embedding import Vectors
from assistant.errors import IndexBroken, StoreUnavailable
from assistant.prompting import Message
from assistant.ranking import COSINE_CEILING, COSINE_FLOOR
from assistant.types import Alarm, Answer, Citation, Foreign, Question, Signals

GUIDE_SOURCES = ("ask_dense", "ask_dense_mean", "ask_words", "guide_words", "learned")


class FakeChatModel:
    """Gives its replies in turn, raising those that are exceptions; records the messages and budgets it was called with."""

    model_id = "fake-model"

    def __init__(self, *replies: str | Exception) -> None:
        self._replies = list(replies)
        self.calls: list[list[Message]] = []
        self.budgets: list[float | None] = []

    def complete(self, messages: Sequence[Message], *, budget_s: float | None = None) -> str:
        self.calls.append(list(messages))
        self.budgets.append(budget_s)
        reply = self._replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply

    @property
    def heard(self) -> str:
        """Everything it was ever told."""
        return "\n".join(message.content for call in self.calls for message in call)


class FakeRetriever:
    """Finds the same guides whatever is asked, each with the fused score it is given; records the texts searched for."""

    def __init__(
        self,
        guides: Mapping[str, float] | None = None,
        articles: Mapping[Citation, float] | None = None,
        degraded: tuple[str, ...] = (),
        alarm: Alarm | None = None,
        foreign: Foreign | None = None,
        within: Mapping[str, Mapping[Citation, float]] | None = None,
    ) -> None:
        self._within = within or {}
        self._foreign = foreign or Foreign()
        self._guides = dict(guides or {})
        self._articles = dict(articles or {})
        self._degraded = degraded
        self._alarm = alarm
        self.texts: list[str] = []

    def search(self, text: str) -> Signals:
        self.texts.append(text)
        width = COSINE_CEILING - COSINE_FLOOR
        return Signals(
            {
                source: {id_: COSINE_FLOOR + width * score if "dense" in source else score for id_, score in self._guides.items()}
                for source in GUIDE_SOURCES
            },
            {"words": self._articles},
            self._degraded,
            self._alarm,
            self._foreign,
            self._within,
        )


class WordRetriever:
    """Finds for a text the guides of the first word it holds, as `FakeRetriever` does; nothing where it holds none."""

    def __init__(self, found: Mapping[str, Mapping[str, float]]) -> None:
        self._found = {word: FakeRetriever(guides) for word, guides in found.items()}
        self.texts: list[str] = []

    def search(self, text: str) -> Signals:
        self.texts.append(text)
        return next((found for word, found in self._found.items() if word in text), FakeRetriever()).search(text)


class BrokenRetriever:
    """An index that cannot be searched."""

    def search(self, text: str) -> Signals:
        raise IndexBroken("索引打不开")


class HashEmbedder:
    """Character unigrams and bigrams hashed into 64 dimensions: deterministic, instant; like texts get like vectors."""

    model_id = "hash-64"
    dimension = 64

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def query(self, text: str) -> Vectors:
        return self._embed(text)

    def passages(self, texts: Sequence[str]) -> Vectors:
        return np.array([self._embed(text) for text in texts], dtype=np.float32).reshape(len(texts), self.dimension)

    def _embed(self, text: str) -> Vectors:
        self.embedded.append(text)
        vector = np.zeros(self.dimension, dtype=np.float32)
        for gram in (*text, *(text[start : start + 2] for start in range(len(text) - 1))):
            vector[zlib.crc32(gram.encode(errors="replace")) % self.dimension] += 1.0
        length = float(np.linalg.norm(vector))
        return vector / length if length else vector


class MemoryHistory:
    """Keeps what was answered in a list."""

    def __init__(self) -> None:
        self.kept: list[tuple[Question, Answer]] = []

    def record(self, question: Question, answer: Answer) -> str:
        self.kept.append((question, answer))
        return f"token-{len(self.kept)}"


class FailingHistory:
    """A database that cannot be written."""

    def record(self, question: Question, answer: Answer) -> str:
        raise StoreUnavailable("磁盘满了")
