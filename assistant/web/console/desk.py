"""The look-up desk: what to read to the caller first, then the answer as a worker sees it, then why it is this one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup

from assistant import batch, clock
from assistant.citation import format_citation
from assistant.errors import AssistantError, ConfigError
from assistant.grounding import CHECKS
from assistant.ranking import REGION_CHAIN
from assistant.store import Thread
from assistant.telephone import in_two, spoken_text
from assistant.text import normalise
from assistant.types import Answer, Citation, Question
from assistant.web.console.door import DESK
from assistant.web.form_pages import FormSent
from assistant.web.public import EXAMPLES, answer_shown, answered, find_kept, templates

router = APIRouter(include_in_schema=False)

HERE = "即墨"
MOST_HITS = 8
LONGEST_QUESTION = 200_000
OUTCOMES = {"answered": "答了", "clarify": "请说清楚", "declined": "谢绝", "handed_over": "转人工", "crisis": "紧急"}
SOURCES = {"fixed": "固定答复", "guide": "指南", "cases": "指南（各种情形）", "article": "法条", "model": "语言模型整理，过了检查"}
# What each search is called; the keys are those of `gonghui search --json`.
SEARCHES = {
    "ask_dense_mean": "像哪些问法", "ask_dense": "像哪个问法", "ask_words": "和问法同词", "guide_words": "和指南同词", "learned": "学过的",
    "classified": "最可能是哪条", "guides": "由指南带出", "neighbours": "邻近问法的法条",
    "gist_words": "和法条大意同词", "gist_dense": "像法条大意", "words": "和法条同词", "dense": "像法条",
    "requested": "点名要的", "chosen": "反问时选的",
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """For which day and place staff ask; as typed, where it cannot be read."""

    as_of: date
    region: str
    typed: str = ""

    def query(self) -> str:
        """What the address of an answer says of it: nothing for today and here."""
        chosen = {"as_of": self.typed} if self.typed else {}
        return urlencode(chosen | ({"region": self.region} if self.region != HERE else {}))

    def fields(self) -> Markup:
        """The same as hidden fields, for the questions that go on from an answer."""
        one = Markup('<input type="hidden" name="{}" value="{}">')
        return Markup("").join([one.format("as_of", self.typed), one.format("region", self.region)])


@router.get("/")
def desk(request: Request) -> Response:
    """Show the box to look something up."""
    return _desk(request, Asked(clock.today(), HERE))


@router.post("/")
def look_up(request: Request, told: FormSent) -> Response:
    """Answer, keep the answer as of any other question, and lead to its page; where nothing can be kept, show it at once."""
    fields = dict(told.pairs)
    question = fields.get("question", "")[:LONGEST_QUESTION]
    try:
        asked = _asked(fields.get("as_of", ""), fields.get("region", ""))
        if not normalise(question):
            raise ConfigError("请先写下要查的问题。")
    except ConfigError as error:
        return _desk(request, Asked(clock.today(), HERE, fields.get("as_of", "")[:20]), question[:2000], str(error))
    answer, before = answered(request, question, fields.get("after", "")[:64], as_of=asked.as_of, region=asked.region)
    if answer.token:
        query = asked.query()
        return RedirectResponse(f"{DESK}a/{answer.token}{'?' if query else ''}{query}", status_code=303)
    return _answer(request, normalise(question)[:500], answer, before, asked)


@router.get("/a/{token}")
def answer_page(request: Request, token: str, as_of: str = "", region: str = "") -> Response:
    """Show one kept answer, the sentences to read aloud first; the day and place in the address go on to the next question."""
    kept = find_kept(request, token)
    if isinstance(kept, Response):
        return kept
    try:
        asked = _asked(as_of, region)
    except ConfigError:
        asked = Asked(clock.today(), HERE)
    return _answer(request, kept.question, kept.answer, kept.before, asked)


def _asked(as_of: str, region: str) -> Asked:
    """Read day and place; nothing typed is today and here. Raises ConfigError."""
    if region not in {"", *REGION_CHAIN}:
        raise ConfigError(f"不认识这个地方，可以选：{'、'.join(REGION_CHAIN)}。")
    typed = as_of.strip()
    try:
        day = clock.known_day(date.fromisoformat(typed) if typed else None)
    except ValueError as error:
        raise ConfigError("日子没有看懂，请写成 2024-05-01 这样。") from error
    return Asked(day, region or HERE, "" if day == clock.today() else day.isoformat())


def _desk(request: Request, asked: Asked, question: str = "", problem: str = "") -> Response:
    shown = {"examples": EXAMPLES, "question": question, "problem": problem, **_choices(asked)}
    return templates.TemplateResponse(request, "console/desk.html", shown, status_code=400 if problem else 200)


def _answer(request: Request, question: str, answer: Answer, before: Thread, asked: Asked) -> Response:
    more = {
        "carried": asked.fields(),
        "aloud": in_two(spoken_text(answer)),
        "why": _why(request, question, answer, before),
        **_choices(asked),
    }
    return answer_shown(request, question, answer, before.history, template="console/answer.html", **more)


def _choices(asked: Asked) -> dict[str, Any]:
    return {"as_of": asked.typed, "region": asked.region, "regions": tuple(REGION_CHAIN)}


def _why(request: Request, question: str, answer: Answer, before: Thread) -> dict[str, Any]:
    """What was found for the question, with what each search gave it, as `gonghui search --json` tells; looked up in the index of now."""
    library = request.app.state.desk.assistant.library
    titles = {guide.id: guide.title for guide in library.knowledge.guides} if library else {}
    told = {
        "outcome": OUTCOMES[answer.outcome],
        "source": SOURCES[answer.source],
        "reply": answer.reply_id,
        "guides": [titles.get(guide, guide) for guide in answer.guide_ids],
        "index": answer.index_version,
        "is_other_index": bool(answer.index_version and library and library.version != answer.index_version),
        "model": answer.model,
        "refused": [f"{CHECKS.get(failure.check, failure.check)}：{failure.detail}" for failure in answer.failures],
    }
    asked = Question(question, answer.as_of, region=answer.region, history=before.history, asked=before.asked, channel="console")
    try:
        found = batch.search_row(request.app.state.desk.assistant, asked, None, MOST_HITS)
    except AssistantError as error:
        return told | {"problem": str(error), "hits": ()}
    guides = [(titles.get(hit["id"], hit["id"]), hit) for hit in found["guides"]]
    articles = [(format_citation(Citation(hit["law"], hit["article"])), hit) for hit in found["articles"]]
    hits = [(title, [_hit(*one) for one in rows]) for title, rows in (("指南", guides), ("法条", articles)) if rows]
    return told | {"problem": "", "hits": hits}


def _hit(title: str, hit: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": title,
        "score": f"{hit['score']:.3f}",
        "sources": [(SEARCHES.get(name, name), f"{score:.3f}") for name, score in hit["sources"].items()],
    }
