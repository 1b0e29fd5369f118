from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.settings import Settings
from eval.observe import Subject, subject
from tests import small_knowledge
from tests.conftest import REAL_KNOWLEDGE, SMALL_VECTORS


@pytest.fixture(name="examined_knowledge", scope="session")
def _examined_knowledge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small knowledge with its vectors beside it; not to be changed."""
    folder = small_knowledge.write(tmp_path_factory.mktemp("examined") / "knowledge", REAL_KNOWLEDGE)
    shutil.copytree(SMALL_VECTORS, folder / "vectors")
    return folder


@pytest.fixture(name="examined_data", scope="session")
def _examined_data(small_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder where the harness finds the small knowledge already indexed; tests that change it take a copy."""
    data = tmp_path_factory.mktemp("examined") / "data"
    shutil.copytree(small_data, data / "eval")
    return data


@pytest.fixture(name="settings")
def _settings(examined_knowledge: Path, examined_data: Path) -> Settings:
    """The settings that `gonghui eval` would read."""
    return Settings(data_dir=examined_data, knowledge_dir=examined_knowledge)


@pytest.fixture(name="examined", scope="module")
def _examined(examined_knowledge: Path, examined_data: Path) -> Iterator[Subject]:
    """The small knowledge as the harness examines it."""
    with subject(Settings(data_dir=examined_data, knowledge_dir=examined_knowledge)) as found:
        yield found
