"""knowledge/ → a new index generation beside the old one, self-tested, then published by one atomic rename (`generations`).

Vectors embedded here are kept in DATA_DIR/index/vectors/<model>.npz, beside those shipped in knowledge/vectors/.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np

from assistant import clock, grounding, proving
from assistant.embedding import Embedder, Vectors
from assistant.errors import EmbeddingUnavailable, IndexBroken, KnowledgeError
from assistant.generations import (
    LEXICON,
    READ,
    ROWS,
    WORDS,
    Manifest,
    build_lock,
    collection_names,
    folder_of,
    forget_old,
    hash_of,
    load_from,
    point_to,
    read_manifest,
)  # fmt: skip
from assistant.index import Index, write_rows, write_vectors, write_vectors_to_server
from assistant.instruments import Register
from assistant.knowledge import knowledge_files, load_knowledge, load_replies, to_json
from assistant.learning import emergency_passages, learn, other_passages
from assistant.lexicon import build_lexicon
from assistant.passages import KINDS, cited_in, passages_of
from assistant.statutes import database_version, load_articles
from assistant.types import Article, Knowledge, Passage
from assistant.word_index import write_words

LAYOUT = 16
CANARIES = 12
# Writing all vectors takes seconds, so an interrupted build loses at most this many.
SAVE_EVERY = 1000
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did: the manifest, whether anything was new, and how many passages had to be embedded."""

    manifest: Manifest
    is_new: bool
    embedded: int


def build(
    knowledge_dir: Path,
    data_dir: Path,
    embedder: Embedder,
    *,
    chroma_url: str = "",
    progress: Progress | None = None,
    shipped: Path | None = None,
    today: date | None = None,
    prove: bool = True,
) -> Built:
    """Build and publish the generation of *knowledge_dir*; nothing is published where anything fails.

    *shipped* is a folder whose vectors are used first; newly embedded ones are kept in the data folder.
    Only an examination, which wants to see what a bad guide does, says *prove* = False; the gate still stands before sending.
    """
    with build_lock(data_dir):
        work = folder_of(data_dir) / "building.tmp"
        shutil.rmtree(work, ignore_errors=True)
        # Read a copy: what somebody saves while we build belongs to the next build.
        copy_knowledge(knowledge_dir, work / "knowledge")
        knowledge, articles, passages = _read_copy(work / "knowledge", knowledge_dir)
        version = _version(knowledge, embedder)
        target = folder_of(data_dir) / version
        if not chroma_url and _is_whole(target, data_dir):
            shutil.rmtree(work)
            point_to(data_dir, version)
            return Built(read_manifest(target), False, 0)
        if prove:
            check_guides(knowledge, articles, today or clock.today())
        cries, others = emergency_passages(knowledge), other_passages(knowledge)
        dense = [passage for passage in passages if passage.kind in KINDS]
        everything, embedded = embed_passages([*dense, *cries, *others], embedder, _caches(data_dir, shipped, embedder), progress)
        vectors = everything[: len(dense)]
        read_hash = _keep_read(work / READ, knowledge, articles, passages, rows=None if chroma_url else (dense, vectors))
        manifest = _manifest_of(version, read_hash, knowledge, articles, passages, embedder.model_id, int(vectors.shape[1]))
        (work / "manifest.json").write_text(json.dumps(asdict(manifest), ensure_ascii=False, indent=1), encoding="utf-8")
        if chroma_url:
            write_vectors_to_server(chroma_url, collection_names(version), dense, vectors)
        else:
            write_vectors(work / "chroma", collection_names(version), dense, vectors)
        learn(work, knowledge, (dense, cries, others), everything)
        asks = [(passage, vector) for passage, vector in zip(dense, vectors, strict=True) if passage.kind == "ask"]
        self_test(passages, asks, work, data_dir, manifest, chroma_url)
        _sync(work)
        shutil.rmtree(target, ignore_errors=True)
        os.replace(work, target)
        point_to(data_dir, version)
        forget_old(data_dir, version)
        return Built(manifest, True, embedded)


def _manifest_of(
    version: str,
    read_hash: str,
    knowledge: Knowledge,
    articles: Sequence[Article],
    passages: Sequence[Passage],
    model_id: str,
    dimension: int,
) -> Manifest:
    return Manifest(
        version=version,
        built_at=datetime.now(timezone.utc).isoformat(timespec="microseconds"),
        knowledge_hash=knowledge.hash,
        statutes=database_version(),
        model_id=model_id,
        dimension=dimension,
        guides=sum(guide.kind == "guide" for guide in knowledge.guides),
        articles=len(articles),
        asks=sum(passage.kind == "ask" for passage in passages),
        passages=len(passages),
        read_hash=read_hash,
    )


def copy_knowledge(source: Path, target: Path) -> None:
    """Copy every knowledge file of *source*; raises KnowledgeError where there is no such folder."""
    if not source.is_dir():
        raise KnowledgeError(f"{source}: 没有这个知识目录，请检查 GONGHUI_KNOWLEDGE_DIR 或重新安装")
    for path in knowledge_files(source):
        copy = target / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)


def _read_copy(copy: Path, original: Path) -> tuple[Knowledge, list[Article], tuple[Passage, ...]]:
    """Read the copy; problems name the files a person edits."""
    try:
        return read_sources(copy)
    except KnowledgeError as error:
        raise KnowledgeError([problem.replace(str(copy), str(original)) for problem in error.problems]) from error


def read_sources(knowledge_dir: Path) -> tuple[Knowledge, list[Article], tuple[Passage, ...]]:
    """Read knowledge and statutes and return them with every passage to be indexed."""
    knowledge = load_knowledge(knowledge_dir)
    load_replies(knowledge_dir)
    articles = [
        *load_articles(knowledge.instruments, cited_in(knowledge)),
        *(article for text in knowledge.texts for article in text.articles),
    ]
    return knowledge, articles, tuple(passages_of(knowledge, articles))


def _version(knowledge: Knowledge, embedder: Embedder) -> str:
    parts = (str(LAYOUT), knowledge.hash, database_version(), embedder.model_id)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


# -- vectors ------------------------------------------------------------------------------------------------


def content_key(passage: Passage) -> str:
    """Return the key a passage's vector is kept under: its text and how it is embedded."""
    return hashlib.sha256(f"{passage.kind == 'ask'}\0{passage.text}".encode()).hexdigest()[:32]


def vectors_file(folder: Path, model_id: str) -> Path:
    """Return the file of *folder* that keeps the vectors of one model."""
    return folder / ("".join(char if char.isalnum() or char in ".-_" else "_" for char in model_id) + ".npz")


def load_vectors(path: Path) -> dict[str, Vectors]:
    """Return key → vector from *path* (float16 on disk); empty where there is none, KnowledgeError where it is damaged."""
    if not path.is_file():
        return {}
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            keys, vectors = stored["keys"], stored["vectors"].astype(np.float32)
        return {str(key): vector for key, vector in zip(keys, vectors, strict=True)}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise KnowledgeError(f"{path}:1: 向量文件坏了，请删掉它再运行 gonghui index build") from error


def save_vectors(path: Path, vectors: dict[str, Vectors]) -> None:
    """Write key → vector to *path* as float16, in key order so that the same vectors give the same file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    keys = sorted(vectors)
    temporary = path.with_suffix(".tmp.npz")
    np.savez_compressed(temporary, keys=np.array(keys, dtype="U32"), vectors=np.array([vectors[key] for key in keys], dtype=np.float16))
    os.replace(temporary, path)


def _caches(data_dir: Path, shipped: Path | None, embedder: Embedder) -> tuple[Path | None, Path]:
    here = vectors_file(data_dir / "index" / "vectors", embedder.model_id)
    return (vectors_file(shipped, embedder.model_id) if shipped else None), here


def embed_passages(
    passages: Sequence[Passage], embedder: Embedder, caches: tuple[Path | None, Path], progress: Progress | None
) -> tuple[Vectors, int]:
    """Return one vector a passage, embedding only those no cache holds; asks are embedded as questions are."""
    shipped, here = caches
    known = (load_vectors(shipped) if shipped else {}) | load_vectors(here)
    keys = [content_key(passage) for passage in passages]
    missing = [row for row, key in enumerate(keys) if key not in known]
    fresh: dict[str, Vectors] = {}
    for done, row in enumerate(missing):
        if progress:
            progress(done, len(missing))
        passage = passages[row]
        vector = embedder.query(passage.text) if passage.kind == "ask" else embedder.passages([passage.text])[0]
        fresh[keys[row]] = known[keys[row]] = vector
        if len(fresh) % SAVE_EVERY == 0:
            save_vectors(here, load_vectors(here) | fresh)
    if fresh:
        save_vectors(here, load_vectors(here) | fresh)
    if progress and missing:
        progress(len(missing), len(missing))
    # Always through float16, so that a vector is the same whether it was shipped or embedded just now.
    return np.array([known[key] for key in keys], dtype=np.float16).astype(np.float32), len(missing)


def ship_vectors(knowledge_dir: Path, data_dir: Path, embedder: Embedder) -> int:
    """Write the vectors of every passage of *knowledge_dir* into its `vectors/`; returns how many."""
    knowledge, _, indexed = read_sources(knowledge_dir)
    passages = [*(passage for passage in indexed if passage.kind in KINDS), *emergency_passages(knowledge), *other_passages(knowledge)]
    target = vectors_file(knowledge_dir / "vectors", embedder.model_id)
    vectors, _ = embed_passages(passages, embedder, (target, vectors_file(data_dir / "index" / "vectors", embedder.model_id)), None)
    save_vectors(target, {content_key(passage): vector for passage, vector in zip(passages, vectors, strict=True)})
    return len(passages)


# -- publishing ---------------------------------------------------------------------------------------------


def check_guides(knowledge: Knowledge, articles: Sequence[Article], today: date) -> None:
    """Refuse knowledge with a guide whose own answer, or a fork whose words the gate would not send; raises KnowledgeError with all."""
    register = Register(knowledge.instruments)
    allow = grounding.AllowList(knowledge.phones, knowledge.hosts)
    texts = {article.citation: article for article in articles}
    problems = [
        f"{guide.path}:1: 过不了发送检查：{failure.check} {failure.detail}"
        for guide in knowledge.guides
        if guide.status == "published"
        for failure in proving.guide_failures(guide, knowledge, texts, register, allow, today if guide.in_use(today) else guide.valid_from)
    ]
    problems += [
        f"{fork.where}: 岔路 {fork.id} 过不了发送检查：{failure.check} {failure.detail}"
        for fork in knowledge.forks
        for failure in proving.fork_failures(fork, knowledge, texts, register, allow, today)
    ]
    if problems or knowledge.orphans:
        raise KnowledgeError([*knowledge.orphans, *problems])


def self_test(
    passages: Sequence[Passage], asks: Sequence[tuple[Passage, Vectors]], work: Path, data_dir: Path, manifest: Manifest, chroma_url: str
) -> None:
    """Refuse a generation that does not find its own asks, by the rows a start reads and by the sealed collections behind them."""
    canaries = asks[:: max(1, len(asks) // CANARIES)]
    by_text = {ask.text: vector for ask, vector in canaries}
    sealed, copies = work / "chroma", data_dir / "index" / "open"
    sources: tuple[dict[str, Any], ...] = ({"server": chroma_url},)
    if not chroma_url:
        sources = ({"rows": work / READ / ROWS}, {"sealed": sealed, "copies": copies})
    for source in sources:
        index = Index(passages, by_text.__getitem__, names=collection_names(manifest.version), words=work / READ / WORDS, **source)
        with contextlib.closing(index):
            for ask, _ in canaries:
                found = index.search(ask.text)
                guide_id, citation = ask.guide_id, ask.citation
                of_guide = found.guides.get("ask_dense", {}).get(guide_id or "", 0.0)
                cosine = found.articles.get("ask_dense", {}).get(citation, 0.0) if citation is not None else of_guide
                if found.degraded or cosine < 0.99:
                    raise IndexBroken(f"新索引自检没过：搜“{ask.text}”找不到它自己，旧索引照常使用")


def _keep_read(
    folder: Path,
    knowledge: Knowledge,
    articles: Sequence[Article],
    passages: Sequence[Passage],
    *,
    rows: tuple[Sequence[Passage], Vectors] | None,
) -> str:
    """Write what was read, and the vectors of *rows*, in a form that a start reads fast; returns its hash."""
    folder.mkdir()
    if rows is not None:
        write_rows(folder / ROWS, *rows)
    (folder / "knowledge.json").write_bytes(to_json(knowledge))
    with (folder / "articles.jsonl").open("w", encoding="utf-8") as lines:
        for article in articles:
            row = [article.citation.law, article.citation.article, article.text, article.chapter]
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
    write_words(folder / WORDS, passages, keywords(knowledge))
    lexicon = build_lexicon((passage.text for passage in passages if passage.kind == "ask"), _own_words(knowledge))
    (folder / LEXICON).write_text(json.dumps(asdict(lexicon), ensure_ascii=False), encoding="utf-8")
    return hash_of(folder)


def keywords(knowledge: Knowledge) -> list[tuple[str, str]]:
    """Return the keywords of the published guides, each with its guide."""
    return [(guide.id, keyword) for guide in knowledge.guides if guide.status == "published" for keyword in guide.keywords]


def _own_words(knowledge: Knowledge) -> Iterator[str]:
    """The keywords of the guides, and the terms of law with what people say for them."""
    yield from (keyword for _, keyword in keywords(knowledge))
    for term in knowledge.terms:
        yield from (term.term, *term.says)


def _sync(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())


def _is_whole(path: Path, data_dir: Path) -> bool:
    """Say whether the generation at *path* can be read and searched; one that cannot is built again."""
    if not path.is_dir():
        return False
    try:
        generation = load_from(path)
        if not generation.rows.is_dir():
            return False  # built by a program that kept the vectors in the collections only: read slowly
        Index(
            generation.passages,
            _no_vector,
            names=collection_names(generation.manifest.version),
            sealed=path / "chroma",
            copies=data_dir / "index" / "open",
            words=generation.words,
        ).close()
    except IndexBroken:
        return False
    return True


def _no_vector(_text: str) -> Vectors:
    raise EmbeddingUnavailable("这里不查找")
