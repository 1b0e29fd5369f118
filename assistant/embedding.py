"""Text → vector. The only importer of onnxruntime, of tokenizers and of sentence-transformers (an extra)."""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
import numpy.typing as npt

from assistant.errors import ConfigError, EmbeddingUnavailable

Vectors = npt.NDArray[np.float32]
ENCODER = Path(__file__).parent / "encoder"
LONGEST_QUERY = 240
LONGEST_PASSAGE = 384  # tokens
THREADS = 2
_MARKS = re.compile(r"</?s>|<pad>|<unk>")


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
    """Our own encoder: multilingual-e5-small cut to Chinese and tuned on our asks (`eval/train/`), in ONNX; 384 dimensions.

    Each text goes by itself, so a vector never depends on its neighbours; the session may be shared between threads.
    """

    dimension = 384

    def __init__(self, folder: Path = ENCODER) -> None:
        self._folder = folder
        self._lock = threading.Lock()

    @cached_property
    def model_id(self) -> str:
        """The name in the recipe beside the model: other weights, another name."""
        try:
            return str(json.loads((self._folder / "recipe.json").read_text(encoding="utf-8"))["name"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EmbeddingUnavailable(f"自带的向量模型不能用：读不了 {self._folder / 'recipe.json'}") from error

    @cached_property
    def _parts(self) -> tuple[Any, Any]:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = min(THREADS, os.cpu_count() or 1)
        options.log_severity_level = 3
        options.enable_cpu_mem_arena = False  # a text at a time needs no pool that only grows
        # Threads that wait by spinning take the cores from the search that follows: measured 77 instead of 44 ms for both.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        tokenizer.enable_truncation(LONGEST_PASSAGE)
        return tokenizer, onnxruntime.InferenceSession(str(self._folder / "model.onnx"), options, providers=["CPUExecutionProvider"])

    def query(self, text: str) -> Vectors:
        """Return the vector of a question; only its first characters are read, cost grows with length."""
        return self._embed(f"query: {text[:LONGEST_QUERY]}")

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of passages."""
        return np.array([self._embed(f"passage: {text}") for text in texts], dtype=np.float32).reshape(len(texts), self.dimension)

    def _embed(self, text: str) -> Vectors:
        try:
            with self._lock:  # the first questions of several threads load it once
                tokenizer, session = self._parts
            # A literal <s> in user text would be read as the sentence mark.
            ids = tokenizer.encode(_MARKS.sub(" ", text)).ids
            return np.asarray(session.run(None, {"ids": np.array([ids], dtype=np.int64)})[0][0], dtype=np.float32)
        except Exception as error:  # the libraries have no common error; whatever is the matter, words still find the law
            raise EmbeddingUnavailable(f"自带的向量模型不能用：{error}") from error


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
