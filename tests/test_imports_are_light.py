from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        pytest.param(
            "assistant",
            {
                "chromadb",
                "langchain_core",
                "langchain_openai",
                "torch",
                "sentence_transformers",
                "sqlalchemy",
                "fastapi",
                "numpy",
                "pydantic",
            },
            id="the package",
        ),
        pytest.param(
            "assistant.ask", {"chromadb", "langchain_core", "langchain_openai", "torch", "sqlalchemy", "fastapi", "numpy"}, id="asking"
        ),
        pytest.param(
            "assistant.cli",
            {"chromadb", "langchain_core", "langchain_openai", "torch", "sqlalchemy", "fastapi", "uvicorn", "docx"},
            id="the command",
        ),
        pytest.param(
            "assistant.build",
            {"langchain_core", "langchain_openai", "torch", "sentence_transformers", "onnxruntime", "pypinyin"},
            id="the wiring",
        ),
    ],
)
def test_importing_loads_nothing_heavy(module: str, heavy: set[str]) -> None:
    code = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"

    loaded = subprocess.run([sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)

    assert set(loaded.stdout.split()) & heavy == set()
