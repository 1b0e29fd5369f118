"""knowledge/ → a new index generation beside the old one, self-tested, then published by one atomic rename.

    DATA_DIR/index/CURRENT                 the version in use
    DATA_DIR/index/generations/<version>/  manifest.json, knowledge/, matcher.npz, alarm.npz, foreign.npz, chroma/ (sealed),
                                           read/ (the knowledge as JSON, the articles, the words, the vectors, lexicon.json
                                           with how ours sound: what a start would else make anew)
    DATA_DIR/index/vectors/<model>.npz     vectors embedded here, beside those shipped in knowledge/vectors/

A generation carries its own copy of the knowledge it was built from: what is being edited never reaches a worker
before it has been built, and a rollback brings back text and index together.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np

from assistant import grounding, proving
from assistant.embedding import Embedder, Vectors
from assistant.errors import EmbeddingUnavailable, IndexBroken, IndexMissing, KnowledgeError
from assistant.index import Index, write_rows, write_vectors, write_vectors_to_server
from assistant.instruments import Register
from assistant.knowledge import from_json, knowledge_files, knowledge_hash, load_knowledge, load_replies, to_json
from assistant.learning import emergency_passages, learn, learned_of, other_passages
from assistant.lexicon import build_lexicon
from assistant.matcher import Matcher
from assistant.passages import KINDS, article_ask_passages, article_passage, gist_passages, guide_passages
from assistant.spelling import Lexicon
from assistant.statutes import database_version, load_articles
from assistant.types import Article, Citation, Knowledge, Passage
from assistant.word_index import write_words

LAYOUT = 13
READ, WORDS, ROWS, LEXICON = "read", "words", "vectors", "lexicon.json"
KEEP = 3
CANARIES = 12
# Writing all vectors takes seconds, so an interrupted build loses at most this many.
SAVE_EVERY = 1000
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation is made of; all of it decides the version."""

    version: str
    built_at: str
    knowledge_hash: str
    statutes: str
    model_id: str
    dimension: int
    guides: int
    articles: int
    asks: int
    passages: int
    # Of what lies in `read/`; empty of a generation built by an earlier program, which cannot be opened any more.
    read_hash: str = ""


@dataclass(frozen=True, slots=True)
class Generation:
    """A generation read back from disk."""

    manifest: Manifest
    path: Path
    knowledge: Knowledge
    articles: dict[Citation, Article]
    passages: tuple[Passage, ...]
    matcher: Matcher
    alarm: Matcher
    foreign: Matcher
    lexicon: Lexicon

    @property
    def words(self) -> Path:
        """Where its word indexes lie."""
        return self.path / READ / WORDS

    @property
    def rows(self) -> Path:
        """Where its vectors lie as they stand in memory; nothing there where a server has them."""
        return self.path / READ / ROWS


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
    with _build_lock(data_dir):
        work = _generations(data_dir) / "building.tmp"
        shutil.rmtree(work, ignore_errors=True)
        # Read a copy: what somebody saves while we build belongs to the next build.
        copy_knowledge(knowledge_dir, work / "knowledge")
        knowledge, articles, passages = _read_copy(work / "knowledge", knowledge_dir)
        version = _version(knowledge, embedder)
        target = _generations(data_dir) / version
        if not chroma_url and _is_whole(target, data_dir):
            shutil.rmtree(work)
            _point_to(data_dir, version)
            return Built(_read_manifest(target), False, 0)
        if prove:
            check_guides(knowledge, articles, today or date.today())
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
        _point_to(data_dir, version)
        _forget_old(data_dir, version)
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
    cited = _cited(knowledge)
    articles = [*load_articles(knowledge.instruments, cited), *(article for text in knowledge.texts for article in text.articles)]
    return knowledge, articles, tuple(_passages(knowledge, articles, cited))


def _cited(knowledge: Knowledge) -> frozenset[Citation]:
    """The articles that guides rest on or bring along, or that questions lead to."""
    of_guides = (citation for guide in knowledge.guides for citation in guide.articles())
    return frozenset((*of_guides, *knowledge.article_asks))


def _passages(knowledge: Knowledge, articles: Sequence[Article], cited: frozenset[Citation]) -> Iterator[Passage]:
    whole = {instrument.name for instrument in knowledge.instruments if instrument.search_all} | {text.name for text in knowledge.texts}
    for article in articles:
        if article.citation.law in whole or article.citation in cited:
            yield article_passage(article)
    names = {parameter.id: parameter.name for parameter in knowledge.parameters}
    register = Register(knowledge.instruments)
    for guide in knowledge.guides:
        if guide.status == "published":
            yield from guide_passages(guide, names)
            yield from gist_passages(guide, names, register.names)
    for citation, asks in knowledge.article_asks.items():
        yield from article_ask_passages(citation, asks)


def _version(knowledge: Knowledge, embedder: Embedder) -> str:
    parts = (str(LAYOUT), knowledge.hash, database_version(), embedder.model_id)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def collection_names(version: str) -> list[str]:
    """Return the names of a generation's collections, in the order of `index.KINDS`."""
    return [f"{kind}-{version}" for kind in KINDS]


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
    return _hash_of(folder)


def keywords(knowledge: Knowledge) -> list[tuple[str, str]]:
    """Return the keywords of the published guides, each with its guide."""
    return [(guide.id, keyword) for guide in knowledge.guides if guide.status == "published" for keyword in guide.keywords]


def _own_words(knowledge: Knowledge) -> Iterator[str]:
    """The keywords of the guides, and the terms of law with what people say for them."""
    yield from (keyword for _, keyword in keywords(knowledge))
    for term in knowledge.terms:
        yield from (term.term, *term.says)


def _hash_of(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _sync(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())


def _point_to(data_dir: Path, version: str) -> None:
    pointer = data_dir / "index" / "CURRENT"
    temporary = pointer.with_suffix(".tmp")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(version + "\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, pointer)


def _forget_old(data_dir: Path, version: str) -> None:
    others = [manifest for manifest in generations(data_dir) if manifest.version != version]
    for manifest in others[KEEP - 1 :]:
        shutil.rmtree(_generations(data_dir) / manifest.version, ignore_errors=True)


@contextlib.contextmanager
def _build_lock(data_dir: Path, patience_s: float = 120.0) -> Iterator[None]:
    folder = data_dir / "index"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise IndexBroken(f"写不了数据目录 {data_dir}（{error.strerror}），请检查 GONGHUI_DATA_DIR") from error
    with (folder / "build.lock").open("w") as lock:
        deadline = time.monotonic() + patience_s
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise IndexBroken("另一个进程一直在建索引，请等它完成后再试") from None
                time.sleep(0.1)
        yield


def _generations(data_dir: Path) -> Path:
    return data_dir / "index" / "generations"


def _is_whole(path: Path, data_dir: Path) -> bool:
    """Say whether the generation at *path* can be read and searched; one that cannot is built again."""
    if not path.is_dir():
        return False
    try:
        generation = _load(path)
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


def _read_manifest(path: Path) -> Manifest:
    try:
        return Manifest(**json.loads((path / "manifest.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise IndexBroken(f"索引 {path.name} 不完整，请运行 gonghui index build 重建") from error


# -- reading ------------------------------------------------------------------------------------------------


def current_version(data_dir: Path) -> str:
    """Return the version in use; raises IndexMissing where nothing was ever built."""
    try:
        return (data_dir / "index" / "CURRENT").read_text(encoding="utf-8").strip()
    except OSError as error:
        raise IndexMissing("还没有索引，请运行 gonghui index build") from error


def generations(data_dir: Path) -> list[Manifest]:
    """Return the manifests of every whole generation, newest first."""
    found = []
    for path in _generations(data_dir).glob("*/manifest.json"):
        if path.parent.suffix != ".tmp":
            with contextlib.suppress(IndexBroken):
                found.append(_read_manifest(path.parent))
    return sorted(found, key=lambda manifest: (manifest.built_at, manifest.version), reverse=True)


def load_generation(data_dir: Path) -> Generation:
    """Read the generation in use; raises IndexMissing or IndexBroken with what to run."""
    return _load(_generations(data_dir) / current_version(data_dir))


def _load(path: Path) -> Generation:
    manifest = _read_manifest(path)
    try:
        whole = (knowledge_hash(path / "knowledge"), _hash_of(path / READ)) == (manifest.knowledge_hash, manifest.read_hash)
        if not whole:
            raise IndexBroken(f"索引 {manifest.version} 和它的清单对不上，请运行 gonghui index build 重建")
        knowledge = from_json((path / READ / "knowledge.json").read_bytes())
        rows = [json.loads(line) for line in (path / READ / "articles.jsonl").read_text(encoding="utf-8").splitlines()]
        articles = [Article(Citation(law, number), text, chapter) for law, number, text, chapter in rows]
        lexicon = Lexicon(**json.loads((path / READ / LEXICON).read_text(encoding="utf-8")))
        learned, alarm, foreign = learned_of(path)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise IndexBroken(f"索引 {manifest.version} 坏了，请运行 gonghui index build 重建") from error
    passages = tuple(_passages(knowledge, articles, _cited(knowledge)))
    if len(passages) != manifest.passages:
        raise IndexBroken(f"索引 {manifest.version} 和它的清单对不上，请运行 gonghui index build 重建")
    return Generation(
        manifest, path, knowledge, {article.citation: article for article in articles}, passages, learned, alarm, foreign, lexicon
    )


def rollback(data_dir: Path) -> Manifest:
    """Point back to the generation built before the one in use; raises IndexMissing where there is none."""
    current = current_version(data_dir)
    built = generations(data_dir)
    place = next((number for number, manifest in enumerate(built) if manifest.version == current), -1)
    if place + 1 >= len(built):
        raise IndexMissing("没有更早的索引可以退回")
    _point_to(data_dir, built[place + 1].version)
    return built[place + 1]
