"""How well questions find their guide, measured on the guides' own asks: each fold left out of everything that is learned.

    .venv/bin/python -m eval.fusion

Prints first-right and in-first-three for each search alone, for the weighted sum of `ranking.GUIDE_WEIGHTS`, and for the
sum without each search in turn. No evaluation case is read here, so weights chosen on this do not leak into `make eval`.
"""

from __future__ import annotations

import sys

import numpy as np

from assistant import ingest, matcher
from assistant.build import build_index, knowledge_dir
from assistant.embedding import Vectors, build_embedder
from assistant.index import WordIndex, guide_documents
from assistant.ranking import COSINE_CEILING, COSINE_FLOOR, GUIDE_WEIGHTS
from assistant.settings import load_settings
from assistant.words import tokens

FOLDS = 4


def main() -> int:
    """Print the table."""
    settings = load_settings()
    build_index(settings)
    embedder = build_embedder(settings.embedding)
    knowledge, _, passages = ingest.read_sources(knowledge_dir(settings))
    shipped = ingest.vectors_file(knowledge_dir(settings) / "vectors", embedder.model_id)
    here = ingest.vectors_file(settings.data_dir / "index" / "vectors", embedder.model_id)
    vectors, _ = ingest.embed_passages(passages, embedder, (shipped, here), None)
    asks = np.array([row for row, passage in enumerate(passages) if passage.kind == "ask"])
    parts = np.array([row for row, passage in enumerate(passages) if passage.kind == "guide"])
    guides = sorted({passages[row].guide_id or "" for row in asks})
    place = {guide: column for column, guide in enumerate(guides)}
    of_ask = np.array([place[passages[row].guide_id or ""] for row in asks])
    of_part = np.array([place[passages[row].guide_id or ""] for row in parts])
    documents = guide_documents([passages[row] for row in parts], [(g.id, word) for g in knowledge.guides for word in g.keywords])
    guide_words = WordIndex([text for _, text in documents])
    of_document = np.array([place[guide] for guide, _ in documents])

    order = np.random.default_rng(0).permutation(len(asks))
    sources = {name: np.zeros((len(asks), len(guides)), dtype=np.float32) for name in GUIDE_WEIGHTS}
    for fold in range(FOLDS):
        left = order[fold::FOLDS]
        kept = np.setdiff1d(order, left)
        texts = [passages[row].text for row in asks[kept]]
        ask_words = WordIndex(texts)
        learned = matcher.train(texts, vectors[asks[kept]], [guides[column] for column in of_ask[kept]])
        for number in left:
            text, vector = passages[asks[number]].text, vectors[asks[number]]
            words = tokens(text)
            cosines = vectors[asks[kept]] @ vector
            sources["ask_dense"][number] = _best(_scaled(cosines), of_ask[kept], len(guides))
            sources["ask_dense_mean"][number] = _mean_of_three(_scaled(cosines), of_ask[kept], len(guides))
            sources["guide_dense"][number] = _best(_scaled(vectors[parts] @ vector), of_part, len(guides))
            sources["ask_words"][number] = _best(ask_words.scores(words), of_ask[kept], len(guides))
            sources["guide_words"][number] = _best(guide_words.scores(words), of_document, len(guides))
            scores = learned.scores(text, vector)
            sources["learned"][number] = [scores.get(guide, 0.0) for guide in guides]
    for name, found in sources.items():
        _print(f"只用 {name}", found, of_ask)
    everything = sum(weight * sources[name] for name, weight in GUIDE_WEIGHTS.items())
    _print("全部，按现在的权重", np.asarray(everything), of_ask)
    for name, weight in GUIDE_WEIGHTS.items():
        _print(f"去掉 {name}", np.asarray(everything - weight * sources[name]), of_ask)
    return 0


def _scaled(cosines: Vectors) -> Vectors:
    return np.asarray(np.clip((cosines - COSINE_FLOOR) / (COSINE_CEILING - COSINE_FLOOR), 0, 1), dtype=np.float32)


def _best(scores: Vectors, owners: np.ndarray[tuple[int], np.dtype[np.int64]], size: int) -> Vectors:
    best = np.zeros(size, dtype=np.float32)
    np.maximum.at(best, owners, scores)
    return best


def _mean_of_three(scores: Vectors, owners: np.ndarray[tuple[int], np.dtype[np.int64]], size: int) -> Vectors:
    found = np.zeros(size, dtype=np.float32)
    order = np.lexsort((-scores, owners))
    starts = np.searchsorted(owners[order], np.arange(size))
    ends = np.searchsorted(owners[order], np.arange(size), side="right")
    for column in range(size):
        top = scores[order[starts[column] : min(starts[column] + 3, ends[column])]]
        found[column] = top.mean() if len(top) else 0.0
    return found


def _print(name: str, scores: Vectors, right: np.ndarray[tuple[int], np.dtype[np.int64]]) -> None:
    rank = (scores > scores[np.arange(len(right)), right][:, None]).sum(axis=1)
    print(f"{name:<28} 第一个就对 {(rank == 0).mean():.3f}  前三个里有 {(rank < 3).mean():.3f}")


if __name__ == "__main__":
    sys.exit(main())
