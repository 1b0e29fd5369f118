"""What the tests of papers share: the real figures, a fixed day, inputs full of words of their own, and random ones."""

from __future__ import annotations

import io
import random
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import docx

from assistant.calculators.values import Input
from assistant.instruments import Register
from assistant.knowledge import load_instruments, load_parameters
from assistant.paperwork.content import Written
from assistant.paperwork.paper import Paper
from assistant.paperwork.registry import fill

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
PARAMETERS = load_parameters(KNOWLEDGE)
REGISTER = Register(load_instruments(KNOWLEDGE))
TODAY = date(2026, 11, 22)
CLAIMS = [
    {"name": "severance", "inputs": {"reason": "forced", "start": "2023-03-01", "end": "2026-10-31", "average_wage": 5000}},
    {"name": "unpaid_wages", "inputs": {"owed": 12_345}},
]
JUNK: tuple[object, ...] = (
    -1, 1e400, 10**400, float("nan"), True, None, [], [[]], {}, {"a": 1}, [1], [None], "", " ", "\u200b", "x" * 1_000_000, "\x00", "\ud800",
    "\ufffe", "2026-02-30", "9999-12-31", "<w:p/>", "]]>", "=1+1", "\u202e反", "👨‍👩‍👧", "é" + "\u0301" * 500, [{"name": "severance"}],
    [{"名": 1}], [{"name": "\x07"}], [{}] * 10_000, "行一\r\n行二\v行三",
)  # fmt: skip


def written(name: str, /, **told: object) -> Written:
    """Fill a paper as of TODAY."""
    return fill(name, told, PARAMETERS, TODAY)


def words_of(document: bytes) -> str:
    """All the text of a Word document that somebody reads: paragraphs and foot."""
    opened = docx.Document(io.BytesIO(document))
    foot = [paragraph.text for section in opened.sections for paragraph in section.footer.paragraphs]
    return "\n".join([*(paragraph.text for paragraph in opened.paragraphs), *foot])


def sentinels(inputs: tuple[Input, ...], numbers: count[int] | None = None) -> dict[str, Any]:
    """A value for each input that stands in no fixed word of ours: texts, amounts and days of their own."""
    numbers = numbers or count(1)
    told: dict[str, Any] = {}
    for field in inputs:
        number = next(numbers)
        match field.type:
            case "text":
                told[field.name] = f"甲{number}乙"
            case "money" | "integer":
                told[field.name] = 7001 + number if field.type == "money" else 7
            case "date":
                told[field.name] = (date(2001, 1, 1) + timedelta(days=number)).isoformat()
            case "choice":
                told[field.name] = field.choices[0][0]
            case "records":
                told[field.name] = [sentinels(field.parts, numbers), sentinels(field.parts, numbers)]
    return told


def random_told(inputs: tuple[Input, ...], draw: random.Random, wrong: float) -> dict[str, object]:
    """Inputs of a paper; each left out, or wrong, now and then."""
    told: dict[str, object] = {}
    for field in inputs:
        chance = draw.random()
        if chance < wrong:
            told[field.name] = draw.choice(JUNK)
        elif chance < 0.5:
            told[field.name] = _sensible(field, draw, wrong)
    return told


def _sensible(field: Input, draw: random.Random, wrong: float) -> object:
    match field.type:
        case "text":
            return "".join(chr(draw.choice([draw.randint(0x4E00, 0x9FFF), draw.randint(32, 0x2FFFF)])) for _ in range(draw.randint(0, 12)))
        case "choice":
            return draw.choice(field.choices)[0]
        case "date":
            return (TODAY - timedelta(days=draw.randint(0, 9000))).isoformat()
        case "records":
            return [random_told(field.parts, draw, wrong) for _ in range(draw.randint(1, 4))]
        case "claims":
            return draw.choice([CLAIMS, CLAIMS[:1], [{"name": "severance", "inputs": {}}]])
    return draw.choice([1, 7, 19.5, 3000])


def paper_ids(paper: Paper) -> str:
    """Name a paper in a list of tests."""
    return paper.name
