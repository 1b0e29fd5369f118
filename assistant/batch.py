"""The batch line formats outsiders rely on: one question in, one JSON object out; shared by the command line and the API."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date
from typing import Any

import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from assistant import clock
from assistant.ask import Assistant
from assistant.citation import format_citation
from assistant.errors import AssistantError, ConfigError
from assistant.ranking import REGION_CHAIN
from assistant.rendering import full_text
from assistant.telephone import spoken_text
from assistant.text import normalise
from assistant.types import Answer, Citation, Question

log = structlog.get_logger(__name__)


class QuestionLine(BaseModel):
    """One line of a batch, and the body of `POST /api/v1/ask`; unknown keys are ignored."""

    model_config = ConfigDict(extra="ignore")

    id: str | int | None = None
    question: str
    as_of: date | None = None
    region: str | None = None
    history: list[str] = Field(default=[], max_length=50)

    @field_validator("id", "question", "region", mode="before")
    @classmethod
    def _whole_characters(cls, value: Any) -> Any:
        return _clean(value)

    @field_validator("history", mode="before")
    @classmethod
    def _whole_history(cls, value: Any) -> Any:
        return [_clean(item) for item in value] if isinstance(value, list) else value


def _clean(value: Any) -> Any:
    """Replace half surrogate pairs, which JSON may hold and nothing can write."""
    return value.encode(errors="replace").decode() if isinstance(value, str) else value


def question(text: str, *, region: str, as_of: date | None, history: tuple[str, ...] = (), channel: str = "cli") -> Question:
    """Return the Question, of today where no day is named; raises ConfigError for a place that is not ours or a day too far off."""
    if region not in REGION_CHAIN:
        raise ConfigError(f"不认识的地区“{region}”，可以用：{'、'.join(REGION_CHAIN)}")
    day, before = clock.known_day(as_of), tuple(item for item in history if normalise(item))
    return Question(text, day, region=region, history=before, channel=channel)


def from_line(line: QuestionLine, *, region: str, as_of: date, channel: str = "cli") -> Question:
    """Return the Question a line asks, with the caller's place and day where it names none."""
    return question(line.question, region=line.region or region, as_of=line.as_of or as_of, history=tuple(line.history), channel=channel)


def parse_line(raw: str) -> QuestionLine:
    """Read one JSON line; raises ConfigError that says what is wrong with it."""
    try:
        row = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise ConfigError("这一行不是 JSON") from error
    if not isinstance(row, dict):
        raise ConfigError("这一行不是 JSON 对象")
    try:
        return QuestionLine.model_validate(row)
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigError(f"这一行的 {'.'.join(str(part) for part in first['loc'])} 不对：{first['msg']}") from error


def _id_of(raw: str) -> Any:
    try:
        row = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    id_ = row.get("id") if isinstance(row, dict) else None
    return _clean(id_) if isinstance(id_, str | int) else None


def ask_line(assistant: Assistant, raw: str, *, region: str, as_of: date) -> dict[str, Any]:
    """Answer one line; one that is bad, or on which the work fails, gives `{"id", "error"}`."""

    def answered() -> dict[str, Any]:
        line = parse_line(raw)
        started = time.perf_counter()
        answer = assistant.ask(from_line(line, region=region, as_of=as_of))
        return answer_row(answer, line.id, (time.perf_counter() - started) * 1000)

    return _row_or_error(raw, answered)


def search_line(assistant: Assistant, raw: str, *, limit: int, region: str, as_of: date) -> dict[str, Any]:
    """Search for one line; one that is bad, or on which the work fails, gives `{"id", "error"}`."""

    def found() -> dict[str, Any]:
        line = parse_line(raw)
        return search_row(assistant, from_line(line, region=region, as_of=as_of), line.id, limit)

    return _row_or_error(raw, found)


def _row_or_error(raw: str, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return work()
    except AssistantError as error:
        return {"id": _id_of(raw), "error": str(error)}
    except Exception as error:  # whatever is wrong with one line, the rest go on
        log.exception("batch_line_failed")
        return {"id": _id_of(raw), "error": f"程序在这一行上自己出错了（{type(error).__name__}），请把日志发给维护的人"}


def answer_row(answer: Answer, id_: str | int | None, elapsed_ms: float) -> dict[str, Any]:
    """Return the `ask` output object of INTERFACES, and what more an Answer carries; `parts` are the answers to several questions."""
    return {
        "id": id_,
        "outcome": answer.outcome,
        "text": full_text(answer),
        "short": answer.short,
        "applied": answer.applied,
        "citations": _cited(answer),
        "guides": list(answer.guide_ids),
        "figures": [{"text": f.text, "value": f.value, "unit": f.unit, "origin": f.origin} for f in answer.figures],
        "skill": answer.skill,
        "asks_back": asdict(answer.asks_back) if answer.asks_back else None,
        "suggestions": list(answer.suggestions),
        "model": answer.model,
        "ms": round(elapsed_ms, 1),
        "sections": _sections(answer),
        "notes": list(answer.notes),
        "region": answer.region,
        "as_of": answer.as_of.isoformat(),
        "source": answer.source,
        "reply_id": answer.reply_id,
        "index_version": answer.index_version,
        "prompt_hash": answer.prompt_hash,
        "refused": [{"check": failure.check, "detail": failure.detail} for failure in answer.failures],
        "token": answer.token,
        "spoken": spoken_text(answer),
        "parts": [
            {
                "matter": part.matter,
                "outcome": part.outcome,
                "short": part.short,
                "applied": part.applied,
                "sections": _sections(part),
                "citations": _cited(part),
                "guides": list(part.guide_ids),
                "notes": list(part.notes),
                "reply_id": part.reply_id,
            }
            for part in answer.parts
        ],
    }


def _cited(answer: Answer) -> list[dict[str, Any]]:
    return [_citation(item.citation) | {"text": item.text, "gist": item.gist} for item in answer.citations]


def _sections(answer: Answer) -> list[dict[str, Any]]:
    return [{"kind": section.kind, "items": list(section.items)} for section in answer.sections]


def search_row(assistant: Assistant, asked: Question, id_: str | int | None, limit: int) -> dict[str, Any]:
    """Return the `search` output object of INTERFACES; each hit says what each search gave it."""
    started = time.perf_counter()
    if not normalise(asked.text):
        raise ConfigError("没有要找的词")
    result = assistant.search(replace(asked, text=asked.text[:2000]))
    return {
        "id": id_,
        "articles": [
            _citation(hit.citation) | {"score": round(hit.score, 4), "sources": dict(hit.sources)} for hit in result.articles[:limit]
        ],
        "guides": [{"id": hit.guide_id, "score": round(hit.score, 4), "sources": dict(hit.sources)} for hit in result.guides[:limit]],
        "ms": round((time.perf_counter() - started) * 1000, 1),
    }


def search_table(row: dict[str, Any]) -> str:
    """Return a search result for reading."""
    lines = ["指南："]
    lines += [f"  {hit['score']:.3f}  {hit['id']}" for hit in row["guides"]]
    lines.append("法条：")
    lines += [f"  {hit['score']:.3f}  {format_citation(Citation(hit['law'], hit['article']))}" for hit in row["articles"]]
    return "\n".join(lines)


def _citation(citation: Citation) -> dict[str, str]:
    return {"law": citation.law, "article": citation.article}
