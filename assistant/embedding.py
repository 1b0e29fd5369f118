"""Text → vector. The only importer of onnxruntime, of tokenizers and of sentence-transformers with what it brings (an extra)."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import threading
from collections.abc import Sequence
from functools import cached_property
from math import inf
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from assistant.errors import ConfigError, EmbeddingUnavailable

Vectors = npt.NDArray[np.float32]
ENCODER = Path(__file__).parent / "encoder"
LONGEST_QUERY = 240
LONGEST_PASSAGE = 384  # tokens
LONGEST_OF_OTHERS = 512  # tokens; some models would take 32,000 and a minute a text
# Of our own model: two threads make one question 24 instead of 39 ms, and of many at once 35 instead of 45 a second.
OWN_THREADS = 2
_MARKS = re.compile(r"</?s>|<pad>|<unk>")
_HUB_NAME = re.compile(r"\w[\w.-]*(?:/\w[\w.-]*)?")
# Beside the model: other formats of it, what a download leaves behind, and what people read.
_NOT_READ = re.compile(r"(?:^|/)(?:\.|onnx/|openvino/)|\.(?:md|png|jpe?g|svg|gif)$", re.IGNORECASE)
# Of the same length: a model that knows none of the characters cannot tell them apart.
_PROBES = ("老板拖欠工资怎么办", "女职工产假有几天呢")
ALIKE = 0.9999


def centred(vector: Vectors, mean: Vectors, length: float) -> Vectors:
    """Return how *vector* differs from the *mean* of what was learned from, at a *length* that says how much it counts beside words."""
    difference = vector - mean
    return np.asarray(difference * np.float32(length / max(float(np.linalg.norm(difference)), 1e-6)), dtype=np.float32)


def sum_of_rows(shares: Vectors, rows: Vectors) -> Vectors:
    """Return *shares* @ *rows*, in this thread alone: BLAS hands even this to every core and waits for the busiest (15 ms, not .5)."""
    return np.asarray(np.einsum("i,ij->j", shares, rows))


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

    def __init__(self, folder: Path = ENCODER, *, threads: int = OWN_THREADS) -> None:
        self._folder = folder
        self._threads = threads
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
        options.intra_op_num_threads = self._threads
        options.log_severity_level = 3
        options.enable_cpu_mem_arena = False  # a text at a time needs no pool that only grows
        # Threads that go on spinning take the cores from the search that follows: measured 77 instead of 44 ms for both.
        options.add_session_config_entry("session.force_spinning_stop", "1")
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
    """Any sentence-transformers model, in a folder or by its name on the hub; needs the extra `sentence-transformers`.

    A name is downloaded once; from then on what was downloaded is used, with or without a network.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.RLock()

    @cached_property
    def model_id(self) -> str:
        """The name and a hash of all files: other weights or prompts are another model, wherever they lie."""
        folder = self._given_folder
        name = self._name if folder is None else folder.resolve().name
        return f"sentence-transformers:{name}@{_hash_of(folder or self._downloaded_folder)}"

    @cached_property
    def _given_folder(self) -> Path | None:
        """The folder the setting names, None where it is a name on the hub; raises ConfigError for what can be neither."""
        folder = Path(self._name).expanduser()
        if folder.is_dir():
            # Without it the library takes the mean of all tokens, and the vectors of most models are worth nothing.
            if not (folder / "modules.json").is_file():
                raise ConfigError(f"{folder} 里没有 modules.json，不是 sentence-transformers 的模型目录，请把模型的全部文件放进去")
            return folder
        if not _HUB_NAME.fullmatch(self._name):
            raise ConfigError(f"GONGHUI_EMBEDDING 写的模型目录 {folder} 没有，请改成有模型的目录")
        return None

    @property
    def _downloaded_folder(self) -> Path:
        from huggingface_hub import snapshot_download

        with self._lock:
            _ = self._model  # downloads what is missing
        repository = self._name if "/" in self._name else f"sentence-transformers/{self._name}"
        try:
            return Path(snapshot_download(repository, local_files_only=True, cache_dir=os.getenv("SENTENCE_TRANSFORMERS_HOME")))
        except Exception as error:
            advice = "请先把它的全部文件下载到一个目录，再写那个目录"
            raise EmbeddingUnavailable(f"找不到下载好的向量模型 {self._name}（{_in_short(error)}）：{advice}") from error

    @cached_property
    def _model(self) -> Any:
        folder, library = self._given_folder, _library()
        try:
            return _load(library, str(folder or self._name), local_files_only=True)
        except Exception as error:  # the libraries have no common error
            if folder is not None:
                advice = "请把它的全部文件重新下载一遍，或者换一个模型"
                if "trust_remote_code" in str(error):
                    advice = "它要另外运行自己带的程序，我们不运行，请换一个模型"
                raise EmbeddingUnavailable(f"向量模型 {folder} 装不上（{_in_short(error)}）：{advice}") from error
        try:
            return _load(library, self._name, local_files_only=False)
        except Exception as error:
            advice = "请先把它的全部文件下载到一个目录，再写那个目录"
            raise EmbeddingUnavailable(f"向量模型 {self._name} 不在这台机器上，也没有下载成（{_in_short(error)}）：{advice}") from error

    @cached_property
    def dimension(self) -> int:
        """Length of a vector."""
        return len(self.query("工资"))

    def query(self, text: str) -> Vectors:
        """Return the vector of a question."""
        vectors: Vectors = self._embed([text[:LONGEST_QUERY]], "encode_query", ("query",))[0]
        return vectors

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of passages."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return self._embed(list(texts), "encode_document", ("document", "passage", "corpus"))

    def _embed(self, texts: list[str], encode: str, prompts: Sequence[str]) -> Vectors:
        """The vectors, each text with the first prompt of these names that the model has."""
        with self._lock:
            model = self._model
            # Named by us: the library takes an empty `document` for a prompt and never looks at `passage`.
            prompt = next((words for name in prompts if (words := model.prompts.get(name))), "")
            try:
                found = getattr(model, encode)(texts, prompt=prompt, normalize_embeddings=True, show_progress_bar=False)
            except Exception as error:
                raise EmbeddingUnavailable(f"向量模型 {self._name} 算不出向量：{_in_short(error)}") from error
        vectors = np.asarray(found, dtype=np.float32)
        if not np.isfinite(vectors).all():
            raise EmbeddingUnavailable(f"向量模型 {self._name} 算出来的不是数：请把它的全部文件重新下载一遍，或者换一个模型")
        return vectors


def _library() -> Any:
    """Return the class of the extra's models, its chatter silenced; raises ConfigError with what to install."""
    try:
        import transformers
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise ConfigError(
            "GONGHUI_EMBEDDING 要用 sentence-transformers，请先运行 pip install 'gonghui-assistant[sentence-transformers]'"
        ) from error
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
    return SentenceTransformer


def _load(library: Any, name: str, *, local_files_only: bool) -> Any:
    # In half precision, which many models are kept in, a vector would depend on its neighbours (by 0.004).
    model = library(name, local_files_only=local_files_only, model_kwargs={"dtype": "float32"})
    if LONGEST_OF_OTHERS < (model.max_seq_length or inf) < inf:
        model.max_seq_length = LONGEST_OF_OTHERS
    return model


def _in_short(error: Exception) -> str:
    """The first line of what a library complains of."""
    lines = str(error).strip().splitlines()
    return lines[0][:200].rstrip(".。") if lines else type(error).__name__


def _hash_of(folder: Path) -> str:
    """A hash of every file that may change a vector, by their places in *folder*; a gigabyte takes about a second."""
    digest = hashlib.sha256()
    try:
        for path in sorted(folder.rglob("*")):
            place = path.relative_to(folder).as_posix()
            if path.is_file() and not _NOT_READ.search(place):
                with path.open("rb") as file:
                    digest.update(place.encode() + b"\0" + hashlib.file_digest(file, "sha256").digest())
    except OSError as error:
        raise EmbeddingUnavailable(f"读不了向量模型的文件 {error.filename}（{error.strerror}），请检查权限") from error
    return digest.hexdigest()[:12]


def build_embedder(name: str) -> Embedder:
    """Return the embedder the setting `EMBEDDING` names."""
    if name == "bundled":
        return BundledEmbedder()
    return SentenceTransformersEmbedder(name.removeprefix("sentence-transformers:"))


def check_model(name: str) -> None:
    """Refuse a model that no index should be built with; raises ConfigError or EmbeddingUnavailable.

    Where files are missing, libraries load something all the same: weights made up anew each time, or a vocabulary of nothing.
    """
    if name == "bundled":
        return
    vectors, again = (build_embedder(name).passages(_PROBES) for _ in range(2))
    if not np.allclose(vectors, again, atol=1e-3):
        raise EmbeddingUnavailable(f"向量模型 {name} 每次装出来都不一样，它的文件不全：请把全部文件重新下载一遍，或者换一个模型")
    if float(vectors[0] @ vectors[1]) > ALIKE:
        raise EmbeddingUnavailable(f"向量模型 {name} 分不清中文的句子：它不认识中文，或者词表的文件不全，请换一个模型")
