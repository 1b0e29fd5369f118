"""A generation built with the fake embedder, opened as a service opens it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant import generations
from assistant.index import Index
from tests.fakes import HashEmbedder


@contextmanager
def opened(data: Path) -> Iterator[Index]:
    """The index of the generation in use; given back afterwards."""
    generation = generations.load(data)
    index = Index(
        generation.passages,
        HashEmbedder().query,
        names=generations.collection_names(generation.manifest.version),
        sealed=generation.path / "chroma",
        copies=data / "index" / "open",
    )
    try:
        yield index
    finally:
        index.close()
