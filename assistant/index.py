"""The search index of one generation: Chroma for vectors, `word_index` for words. The only importer of chromadb.

A generation on disk is sealed: nobody opens its Chroma folder. A process reads the vectors into memory (`nearest`) from the rows beside it,
or from a private copy of the collections, so any number of processes run side by side with exactly one owner for each folder
(chroma-core/chroma#7040: a second one would hang).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from pathlib import Path
from typing import IO, Any, TypeVar

import chromadb
import numpy as np
import structlog
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.config import Settings as ChromaSettings

from assistant import alarms
from assistant.embedding import Vectors
from assistant.errors import EmbeddingUnavailable, IndexBroken, StoreUnavailable
from assistant.nearest import Nearest, top
from assistant.passages import KINDS
from assistant.types import Alarm, Citation, Foreign, Passage, Signals
from assistant.word_index import WordIndex, guide_documents, read_words, word_texts
from assistant.words import tokens

ARTICLE_HITS = 250
HITS = {"article": ARTICLE_HITS, "gist": 300, "ask": 150}
WORD_HITS = 250
VECTORS_REMEMBERED = 2048
NEAREST_ASKS = 3
NEIGHBOURS, NEIGHBOUR_WIDTH = 20, 0.05
log = structlog.get_logger(__name__)
_BATCH = 2000
Item = TypeVar("Item")
Key = TypeVar("Key", str, Citation)
# Wide enough to find just what comparing with every vector would: a graph is built a little differently each time, and with
# the usual width (ef 200) one neighbour in twenty was missed, another one after each build. Of 600 questions, all get exactly
# the nearest at 2000 and at 1500, two miss one at 1000; 4000 took a third more time. Only a Chroma server searches it.
_GRAPH: Any = {"hnsw": {"space": "cosine", "ef_construction": 400, "max_neighbors": 32, "ef_search": 2000}}
_QUIET = ChromaSettings(anonymized_telemetry=False, is_persistent=True)


def no_more_words(_text: str) -> str:
    """Add nothing to a question."""
    return ""


def as_written(text: str) -> str:
    """Mend nothing in a question."""
    return text


def write_rows(folder: Path, passages: Sequence[Passage], vectors: Vectors) -> None:
    """Write the vectors of a new generation into *folder* as they stand in memory, one file a kind: read in a tenth of a second."""
    folder.mkdir()
    for kind in KINDS:
        rows = [row for row, passage in enumerate(passages) if passage.kind == kind]
        np.save(folder / f"{kind}.npy", np.ascontiguousarray(vectors[rows], dtype=np.float32), allow_pickle=False)


def write_vectors(folder: Path, names: Sequence[str], passages: Sequence[Passage], vectors: Vectors) -> None:
    """Write the collections of a new generation into the Chroma *folder*."""
    client = chromadb.PersistentClient(str(folder), settings=_QUIET)
    try:
        _fill(client, names, passages, vectors)
    finally:
        _close(client)


def write_vectors_to_server(url: str, names: Sequence[str], passages: Sequence[Passage], vectors: Vectors) -> None:
    """Write the collections to the Chroma server at *url*, replacing collections of the same name."""
    client = _server(url)
    for name in names:
        with contextlib.suppress(Exception):  # chromadb raises another type for "no such collection" in each version
            client.delete_collection(name)
    _fill(client, names, passages, vectors)


def _fill(client: Any, names: Sequence[str], passages: Sequence[Passage], vectors: Vectors) -> None:
    for name, kind in zip(names, KINDS, strict=True):
        rows = [row for row, passage in enumerate(passages) if passage.kind == kind]
        collection = client.create_collection(name, embedding_function=None, configuration=_GRAPH)
        for start in range(0, len(rows), _BATCH):
            part = rows[start : start + _BATCH]
            collection.add(ids=[passages[row].id for row in part], embeddings=vectors[part])


def _server(url: str) -> Any:
    host, _, port = url.removeprefix("https://").removeprefix("http://").partition(":")
    secure = url.startswith("https://")
    try:
        client = chromadb.HttpClient(
            host, port=int(port or (443 if secure else 80)), ssl=secure, settings=ChromaSettings(anonymized_telemetry=False)
        )
        client.heartbeat()
    except Exception as error:
        raise StoreUnavailable(f"连不上 Chroma 服务 {url}，请检查 GONGHUI_CHROMA_URL 或先启动它") from error
    return client


def _close(client: Any) -> None:
    """Let go of the folder: chromadb caches one system per path and has no public way to end it."""
    with contextlib.suppress(Exception):
        client._system.stop()  # noqa: SLF001
    SharedSystemClient.clear_system_cache()


class PrivateCopy:
    """A copy of a sealed folder that this process alone owns; gone at `close`, and swept by the next start after a crash."""

    def __init__(self, sealed: Path, parent: Path) -> None:
        parent.mkdir(parents=True, exist_ok=True)
        sweep(parent)
        self.path = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=parent))
        self._lock: IO[bytes] = (self.path / "owner").open("wb")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        try:
            shutil.copytree(sealed, self.path / "chroma")
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        """Remove the copy."""
        shutil.rmtree(self.path, ignore_errors=True)
        self._lock.close()


def sweep(parent: Path) -> None:
    """Remove private copies whose owner has died (its lock is free)."""
    for folder in parent.iterdir():
        owner = folder / "owner"
        with contextlib.suppress(OSError), owner.open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)


class Index:
    """One open generation. `search` is safe to call from several threads.

    *words* is what `write_words` wrote; without it the passages are split again, which takes seconds. *rows* is what `write_rows` wrote;
    where there is nothing, the vectors are read from the *sealed* collections, which takes seconds too.
    """

    def __init__(
        self,
        passages: Sequence[Passage],
        embed: Callable[[str], Vectors],
        *,
        names: Sequence[str],
        sealed: Path | None = None,
        copies: Path | None = None,
        server: str = "",
        words: Path | None = None,
        rows: Path | None = None,
        keywords: Iterable[tuple[str, str]] = (),
        match: Callable[[str, Vectors | None, int], tuple[dict[str, float], dict[Citation, float]]] | None = None,
        classify: Callable[[str, Vectors | None], dict[str, float]] | None = None,
        within: Callable[[Vectors | None], Mapping[str, Mapping[Citation, float]]] | None = None,
        alarm: Callable[[str, Vectors | None], Alarm | None] | None = None,
        foreign: Callable[[str, Vectors | None], Foreign] | None = None,
        split: Callable[[str], list[str]] = tokens,
        mend: Callable[[str], str] = as_written,
        expand: Callable[[str], str] = no_more_words,
    ) -> None:
        # A conversation searches for its questions again and again, and many people tap the same button. What fails is not remembered.
        self._embed = lru_cache(maxsize=VECTORS_REMEMBERED)(embed)
        # What the last search had to do without.
        self.without: tuple[str, ...] = ()
        self._mend = mend
        self._expand = expand
        self._split = split
        self._match = match
        self._classify = classify
        self._within = within
        self._alarm = alarm
        self._foreign = foreign
        self._passages = {passage.id: passage for passage in passages}
        self._articles = [passage for passage in passages if passage.kind == "article"]
        self._asks = [passage for passage in passages if passage.kind == "ask"]
        self._gists = [passage for passage in passages if passage.kind == "gist"]
        documents = guide_documents(passages, keywords)
        self._guides = [guide_id for guide_id, _ in documents]
        texts = word_texts(passages, documents)
        self._words = read_words(words) if words is not None else {kind: WordIndex.of(lines, split) for kind, lines in texts.items()}
        if any(self._words[kind].size != len(lines) for kind, lines in texts.items()):
            raise IndexBroken("索引的词表不完整，请运行 gonghui index build 重建")
        self._of_kind = {"article": self._articles, "gist": self._gists, "ask": self._asks}
        self._near: Mapping[str, Nearest] = {}
        self._collections: Mapping[str, Any] = {}
        # A server's answers side by side take two thirds of the time.
        self._searches = ThreadPoolExecutor(len(KINDS))
        try:
            if server:
                self._collections = _collections(_server(server), names)
                self._check(Counter({kind: collection.count() for kind, collection in self._collections.items()}))
            elif rows is not None and rows.is_dir():
                self._near = self._read_rows(rows)
            elif sealed is not None and copies is not None:
                self._near = self._read(sealed, copies, names)
        except StoreUnavailable as error:
            # The server may come back with the next start; until then words and what was learned answer, more plainly.
            log.error("no_vectors", error=str(error))
        except IndexBroken:
            raise
        except Exception as error:
            raise IndexBroken("索引的向量部分打不开，请运行 gonghui index build 重建") from error

    def _read_rows(self, folder: Path) -> dict[str, Nearest]:
        """Read what `write_rows` wrote."""
        rows = {kind: np.load(folder / f"{kind}.npy", allow_pickle=False) for kind in KINDS}
        self._check(Counter({kind: len(vectors) for kind, vectors in rows.items()}))
        return {kind: Nearest(vectors) for kind, vectors in rows.items()}

    def _read(self, sealed: Path, copies: Path, names: Sequence[str]) -> dict[str, Nearest]:
        """Read every vector from a private copy of the *sealed* folder, in the order of the passages."""
        with contextlib.closing(PrivateCopy(sealed, copies)) as copy:
            client = chromadb.PersistentClient(str(copy.path / "chroma"), settings=_QUIET)
            try:
                stored = {kind: _vectors_of(collection) for kind, collection in _collections(client, names).items()}
            finally:
                _close(client)
        self._check(Counter({kind: len(vectors) for kind, vectors in stored.items()}))
        return {kind: Nearest(_in_order(self._of_kind[kind], vectors)) for kind, vectors in stored.items()}

    def _check(self, counts: Mapping[str, int]) -> None:
        if any(counts[kind] != len(passages) for kind, passages in self._of_kind.items()):
            raise IndexBroken("索引不完整，请运行 gonghui index build 重建")

    def close(self) -> None:
        """Give back the threads."""
        self._searches.shutdown()

    def search(self, text: str, vector: Vectors | None = None) -> Signals:
        """Return what each search says about *text*; a search that fails is named in `degraded` and left out.

        *vector* is the text's own vector where the caller has it already. What may be a cry for help is searched for as it stands, all
        else as it was probably meant (`mend`).
        """
        vector = self._vector(text) if vector is None else vector
        alarm = self._alarm(text, vector) if self._alarm is not None else None
        if not alarms.may_be_emergency(alarm) and (meant := self._mend(text)) != text:
            text, vector = meant, self._vector(meant)
        words = self._split(text)
        asked = _top(self._asks, self._words["ask"].scores(words))
        guides: dict[str, dict[str, float]] = {
            "ask_words": _best(_by_guide(asked)),
            "guide_words": dict(_top(self._guides, self._words["guide"].scores(words))),
        }
        articles: dict[str, dict[Citation, float]] = {
            "words": _by_citation(_top(self._articles, self._words["article"].scores([*words, *self._split(self._expand(text))]))),
            "ask_words": _by_citation(asked),
            "gist_words": _by_citation(_top(self._gists, self._words["gist"].scores(words))),
        }
        degraded = [] if vector is not None else ["embedding"]
        try:
            if vector is not None:
                gists, wordings, nearest = self._nearest_of_each(vector, ("gist", "article", "ask"))
                articles["ask_dense"], articles["neighbours"] = _by_citation(nearest), _rested_on(nearest[:NEIGHBOURS])
                asks = _by_guide(nearest)
                guides["ask_dense"], guides["ask_dense_mean"] = _best(asks), _mean_of_nearest(asks)
                articles["gist_dense"] = _by_citation(gists)
                articles["dense"] = _by_citation(wordings)
        except Exception:  # chromadb has no base error: whatever it raises, words still find the law
            degraded.append("vectors")
        if self._match is not None:
            guides["learned"], articles["learned"] = self._match(text, vector, ARTICLE_HITS)
        if self._classify is not None:
            guides["classified"] = self._classify(text, vector)
        foreign = self._foreign(text, vector) if self._foreign is not None else Foreign()
        within = self._within(vector) if self._within is not None else {}
        self.without = tuple(degraded)
        return Signals(guides, articles, tuple(degraded), alarm, foreign, within)

    def _vector(self, text: str) -> Vectors | None:
        try:
            return self._embed(text)
        except EmbeddingUnavailable:
            return None

    def _nearest_of_each(self, vector: Vectors, kinds: Sequence[str]) -> Iterable[list[tuple[Passage, float]]]:
        if self._near:
            return [[(self._of_kind[kind][row], score) for row, score in self._near[kind].find(vector, HITS[kind])] for kind in kinds]
        return self._searches.map(partial(self._asked_of_server, vector), kinds)

    def _asked_of_server(self, vector: Vectors, kind: str) -> list[tuple[Passage, float]]:
        found = self._collections[kind].query(query_embeddings=[vector], n_results=HITS[kind], include=["distances"])
        return [(self._passages[id_], 1.0 - distance) for id_, distance in zip(found["ids"][0], found["distances"][0], strict=True)]


def _collections(client: Any, names: Sequence[str]) -> dict[str, Any]:
    return dict(zip(KINDS, (client.get_collection(name, embedding_function=None) for name in names), strict=True))


def _vectors_of(collection: Any) -> dict[str, Vectors]:
    """Every vector of a collection by its passage's id, some at a time: chromadb makes objects of all numbers it returns."""
    vectors: dict[str, Vectors] = {}
    for start in range(0, collection.count(), _BATCH):
        part = collection.get(include=["embeddings"], limit=_BATCH, offset=start)
        vectors.update(zip(part["ids"], np.asarray(part["embeddings"], dtype=np.float32), strict=True))
    return vectors


def _in_order(passages: Sequence[Passage], vectors: Mapping[str, Vectors]) -> Vectors:
    if any(passage.id not in vectors for passage in passages):
        raise IndexBroken("索引里有别的条目，请运行 gonghui index build 重建")
    return np.stack([vectors[passage.id] for passage in passages]) if passages else np.zeros((0, 0), dtype=np.float32)


def _top(items: Sequence[Item], scores: Vectors, limit: int = WORD_HITS) -> list[tuple[Item, float]]:
    rows = top(scores, limit, above=0.0)
    return [(items[row], score) for row, score in zip(rows.tolist(), scores[rows].tolist(), strict=True)]


def _by_guide(hits: Iterable[tuple[Passage, float]]) -> list[tuple[str, float]]:
    return [(passage.guide_id, score) for passage, score in hits if passage.guide_id is not None]


def _by_citation(hits: Iterable[tuple[Passage, float]]) -> dict[Citation, float]:
    return _best([(passage.citation, score) for passage, score in hits if passage.citation is not None])


def _best(pairs: Sequence[tuple[Key, float]]) -> dict[Key, float]:
    """The best score of each key; *pairs* come best first."""
    return dict(reversed(pairs))


def _rested_on(nearest: Sequence[tuple[Passage, float]]) -> dict[Citation, float]:
    """What the answers to the nearest asks rest on, 0…1: each ask counts by how near it is (a kernel over cosines)."""
    if not nearest:
        return {}
    weights = np.exp((np.array([score for _, score in nearest]) - nearest[0][1]) / NEIGHBOUR_WIDTH)
    found: dict[Citation, float] = {}
    for (ask, _), weight in zip(nearest, weights / weights.sum(), strict=True):
        for citation, worth in ask.rests_on:
            found[citation] = found.get(citation, 0.0) + worth * float(weight)
    return found


def _mean_of_nearest(pairs: Sequence[tuple[str, float]]) -> dict[str, float]:
    """The mean of each guide's three best scores; those beyond the hits count as the weakest hit.

    One ask may match by chance of wording, three seldom do.
    """
    weakest = min((score for _, score in pairs), default=0.0)
    scores: dict[str, list[float]] = {}
    for key, score in pairs:
        scores.setdefault(key, []).append(score)
    return {
        key: sum((sorted(found, reverse=True) + [weakest] * NEAREST_ASKS)[:NEAREST_ASKS]) / NEAREST_ASKS for key, found in scores.items()
    }
