"""The generations of the index on disk: which is in use, what each is made of, reading one back, going back to an earlier one.

    DATA_DIR/index/CURRENT                 the version in use
    DATA_DIR/index/generations/<version>/  manifest.json, knowledge/, what was learned (matcher, alarm, foreign, classifier,
                                           within: .npz each), chroma/ (sealed),
                                           read/ (the knowledge as JSON, the articles, the words, the vectors, lexicon.json
                                           with how ours sound: what a start would else make anew)

A generation carries its own copy of the knowledge it was built from: what is being edited never reaches a worker
before it has been built, and a rollback brings back text and index together. `ingest` builds them.
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
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import IndexBroken, IndexMissing
from assistant.knowledge import from_json, knowledge_hash
from assistant.learning import Learned, learned_of
from assistant.passages import KINDS, passages_of
from assistant.spelling import Lexicon
from assistant.types import Article, Citation, Knowledge, Passage

READ, WORDS, ROWS, LEXICON = "read", "words", "vectors", "lexicon.json"
KEEP = 3


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
    learned: Learned
    lexicon: Lexicon

    @property
    def words(self) -> Path:
        """Where its word indexes lie."""
        return self.path / READ / WORDS

    @property
    def rows(self) -> Path:
        """Where its vectors lie as they stand in memory; nothing there where a server has them."""
        return self.path / READ / ROWS


def collection_names(version: str) -> list[str]:
    """Return the names of a generation's collections, in the order of `index.KINDS`."""
    return [f"{kind}-{version}" for kind in KINDS]


def current_version(data_dir: Path) -> str:
    """Return the version in use; raises IndexMissing where nothing was ever built."""
    try:
        return (data_dir / "index" / "CURRENT").read_text(encoding="utf-8").strip()
    except OSError as error:
        raise IndexMissing("还没有索引，请运行 gonghui index build") from error


def published(data_dir: Path) -> tuple[str, int]:
    """Return the version in use and when it was put into use, in nanoseconds; raises IndexMissing where nothing was ever built.

    One that was broken and is built again has the version it had.
    """
    version = current_version(data_dir)
    with contextlib.suppress(OSError):
        return version, (data_dir / "index" / "CURRENT").stat().st_mtime_ns
    return version, 0


def find_all(data_dir: Path) -> list[Manifest]:
    """Return the manifests of every whole generation, newest first."""
    found = []
    for path in folder_of(data_dir).glob("*/manifest.json"):
        if path.parent.suffix != ".tmp":
            with contextlib.suppress(IndexBroken):
                found.append(read_manifest(path.parent))
    return sorted(found, key=lambda manifest: (manifest.built_at, manifest.version), reverse=True)


def load(data_dir: Path) -> Generation:
    """Read the generation in use; raises IndexMissing or IndexBroken with what to run."""
    return load_from(folder_of(data_dir) / current_version(data_dir))


def load_from(path: Path) -> Generation:
    """Read the generation at *path*; raises IndexBroken where it is not whole."""
    manifest = read_manifest(path)
    try:
        whole = (knowledge_hash(path / "knowledge"), hash_of(path / READ)) == (manifest.knowledge_hash, manifest.read_hash)
        if not whole:
            raise IndexBroken(f"索引 {manifest.version} 和它的清单对不上，请运行 gonghui index build 重建")
        knowledge = from_json((path / READ / "knowledge.json").read_bytes())
        rows = [json.loads(line) for line in (path / READ / "articles.jsonl").read_text(encoding="utf-8").splitlines()]
        articles = [Article(Citation(law, number), text, chapter) for law, number, text, chapter in rows]
        lexicon = Lexicon(**json.loads((path / READ / LEXICON).read_text(encoding="utf-8")))
        learned = learned_of(path)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise IndexBroken(f"索引 {manifest.version} 坏了，请运行 gonghui index build 重建") from error
    passages = tuple(passages_of(knowledge, articles))
    if len(passages) != manifest.passages:
        raise IndexBroken(f"索引 {manifest.version} 和它的清单对不上，请运行 gonghui index build 重建")
    return Generation(manifest, path, knowledge, {article.citation: article for article in articles}, passages, learned, lexicon)


def rollback(data_dir: Path) -> Manifest:
    """Point back to the generation built before the one in use; raises IndexMissing where there is none."""
    current = current_version(data_dir)
    built = find_all(data_dir)
    place = next((number for number, manifest in enumerate(built) if manifest.version == current), -1)
    if place + 1 >= len(built):
        raise IndexMissing("没有更早的索引可以退回")
    point_to(data_dir, built[place + 1].version)
    return built[place + 1]


def read_manifest(path: Path) -> Manifest:
    """Read what the generation at *path* is made of; raises IndexBroken."""
    try:
        return Manifest(**json.loads((path / "manifest.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise IndexBroken(f"索引 {path.name} 不完整，请运行 gonghui index build 重建") from error


def point_to(data_dir: Path, version: str) -> None:
    """Put the generation *version* into use."""
    pointer = data_dir / "index" / "CURRENT"
    temporary = pointer.with_suffix(".tmp")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(version + "\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, pointer)


def forget_old(data_dir: Path, version: str) -> None:
    """Delete all but the newest few and *version*."""
    others = [manifest for manifest in find_all(data_dir) if manifest.version != version]
    for manifest in others[KEEP - 1 :]:
        shutil.rmtree(folder_of(data_dir) / manifest.version, ignore_errors=True)


@contextlib.contextmanager
def build_lock(data_dir: Path, patience_s: float = 120.0) -> Iterator[None]:
    """Keep other builds out; raises IndexBroken where another one does not end."""
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


def folder_of(data_dir: Path) -> Path:
    """Return the folder that holds the generations."""
    return data_dir / "index" / "generations"


def hash_of(folder: Path) -> str:
    """Return the hash of the names and bytes of all files below *folder*."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
