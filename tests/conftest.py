from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from assistant import ingest
from assistant.embedding import BundledEmbedder
from assistant.knowledge import load_replies
from assistant.library import Library
from assistant.types import Reply
from tests import small_knowledge
from tests.fakes import HashEmbedder

REPOSITORY = Path(__file__).parent.parent
REAL_KNOWLEDGE = REPOSITORY / "knowledge"
# The bundled model's vectors of the small knowledge, by content: what is not in them is embedded, half a second each.
SMALL_VECTORS = Path(__file__).parent / "data" / "vectors"


@pytest.fixture(name="clean_environment", autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No setting of the machine the tests run on, no proxy; afterwards logs go where they went before."""
    for name in list(os.environ):
        if name.upper().startswith("GONGHUI_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    yield
    structlog.reset_defaults()


@pytest.fixture(name="shared_folder", scope="session")
def _shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all pytest-xdist workers of one run have in common."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shared"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(name="small_knowledge", scope="session")
def _small_knowledge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small knowledge folder; not to be changed: tests that edit take `knowledge`."""
    return small_knowledge.write(tmp_path_factory.mktemp("small") / "knowledge", REAL_KNOWLEDGE)


@pytest.fixture(name="knowledge")
def _knowledge(small_knowledge: Path, tmp_path: Path) -> Path:
    """A small knowledge folder of this test's own."""
    return Path(shutil.copytree(small_knowledge, tmp_path / "knowledge"))


@pytest.fixture(name="library", scope="session")
def _library(small_knowledge: Path) -> Library:
    """The small knowledge, arranged for answering."""
    knowledge, articles, _ = ingest.read_sources(small_knowledge)
    return Library(knowledge, {article.citation: article for article in articles}, "small")


@pytest.fixture(name="replies", scope="session")
def _replies() -> dict[str, Reply]:
    """The real fixed replies."""
    return load_replies(REAL_KNOWLEDGE)


@pytest.fixture(name="hash_index", scope="session")
def _hash_index(small_knowledge: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the small knowledge indexed by `HashEmbedder`; tests that change it take a copy."""
    data = tmp_path_factory.mktemp("hash") / "data"
    ingest.build(small_knowledge, data, HashEmbedder())
    return data


@pytest.fixture(name="small_data", scope="session")
def _small_data(small_knowledge: Path, shared_folder: Path) -> Path:
    """A data folder with the small knowledge indexed by the bundled model; built once for all workers."""
    return _built_once(shared_folder / "small", small_knowledge, SMALL_VECTORS)


@pytest.fixture(name="real_data", scope="session")
def _real_data(shared_folder: Path) -> Path:
    """A data folder with the real knowledge indexed by the bundled model from the shipped vectors; built once for all workers."""
    return _built_once(shared_folder / "real", REAL_KNOWLEDGE, REAL_KNOWLEDGE / "vectors")


def _built_once(data: Path, knowledge: Path, vectors: Path) -> Path:
    """Whoever comes first builds, the others wait for the lock and find it built."""
    with data.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (data / "index" / "CURRENT").is_file():
            ingest.build(knowledge, data, BundledEmbedder(), shipped=vectors)
    return data
