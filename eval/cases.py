"""Read `eval/cases/*.jsonl`; every mistake is named by file and line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import ConfigError
from assistant.types import Citation, Outcome

FOLDER = Path(__file__).parent / "cases"


class GoldArticle(BaseModel):
    """An article that answers the case: grade 2 decides it, grade 1 is right as well."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    law: str
    article: str
    grade: Literal[1, 2] = 2

    @property
    def citation(self) -> Citation:
        """The article without its grade."""
        return Citation(self.law, self.article)


class Case(BaseModel):
    """One question with what a right answer finds, says and does not say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    split: Literal["dev", "test"]
    topic: str
    region: str = "即墨"
    as_of: date
    question: str
    history: tuple[str, ...] = ()
    gold_articles: tuple[GoldArticle, ...] = ()
    gold_guides: tuple[str, ...] = ()
    must_say: tuple[str, ...] = Field(default=(), max_length=6)
    must_not_say: tuple[str, ...] = ()
    outcome: Outcome


def load_cases(folder: Path = FOLDER) -> list[Case]:
    """Return every case of *folder* in file order; raises ConfigError naming file and line of the first mistake."""
    cases: list[Case] = []
    seen: dict[str, str] = {}
    for where, line in _lines(folder):
        try:
            case = Case.model_validate(json.loads(line))
        except ValidationError as error:
            first = error.errors()[0]
            raise ConfigError(f"{where}: {'.'.join(map(str, first['loc']))} {first['msg']}") from error
        except ValueError as error:
            raise ConfigError(f"{where}: 不是 JSON") from error
        if case.id in seen:
            raise ConfigError(f"{where}: id {case.id} 和 {seen[case.id]} 重复")
        seen[case.id] = where
        cases.append(case)
    return cases


def _lines(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if line.strip():
                yield f"{path}:{number}", line
