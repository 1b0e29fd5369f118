"""What is measured, as pure functions; None means "could not be scored" and is left out of means, never counted as 0."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import ir_measures
from ir_measures import RR, R, nDCG

from assistant.text import normalise, parse_number
from assistant.types import Citation
from eval.cases import Case

RETRIEVAL = {
    "recall@1": R @ 1,
    "recall@5": R @ 5,
    "recall@10": R @ 10,
    "recall@20": R @ 20,
    "MRR@10": RR @ 10,
    "nDCG@10": nDCG @ 10,
}
_CHINESE_NUMERAL = re.compile(r"[零〇一二三四五六七八九十百千万两]+")


def retrieval(cases: Sequence[Case], rankings: Mapping[str, Sequence[Citation]]) -> dict[str, float]:
    """Return recall@k, MRR@10 and nDCG@10 over the cases that have gold articles, by ir-measures (trec_eval)."""
    qrels = [ir_measures.Qrel(case.id, _key(gold.citation), gold.grade) for case in cases for gold in case.gold_articles]
    scored = {case.id for case in cases if case.gold_articles}
    run = [
        ir_measures.ScoredDoc(case_id, _key(citation), 1000.0 - place)
        for case_id, ranking in rankings.items()
        if case_id in scored
        for place, citation in enumerate(ranking)
    ]
    values = ir_measures.calc_aggregate(list(RETRIEVAL.values()), qrels, run)
    return {name: float(values[measure]) for name, measure in RETRIEVAL.items()}


def success_at(case: Case, ranking: Sequence[Citation], k: int) -> bool | None:
    """Say whether any gold article is among the first *k*; None where the case has none."""
    gold = {item.citation for item in case.gold_articles}
    return any(citation in gold for citation in ranking[:k]) if gold else None


def citation_precision(case: Case, cited: Sequence[Citation]) -> float | None:
    """Return the share of cited articles that are gold; None where nothing is cited or the case has no gold."""
    gold = {item.citation for item in case.gold_articles}
    return sum(citation in gold for citation in cited) / len(cited) if gold and cited else None


def citation_recall(case: Case, cited: Sequence[Citation]) -> float | None:
    """Return the share of the deciding articles (grade 2, else all gold) that are cited; None where there is no gold."""
    deciding = {item.citation for item in case.gold_articles if item.grade == 2} or {item.citation for item in case.gold_articles}
    return sum(citation in deciding for citation in cited) / len(deciding) if deciding else None


def says(text: str, wanted: str) -> bool:
    """Say whether *text* holds *wanted*, spaces aside and numerals alike (二倍 = 2倍, 百分之五十 = 50%)."""
    return _comparable(wanted) in _comparable(text)


def without_mistakes(lines: Iterable[str]) -> list[str]:
    """Return *lines* with the wrong belief of each 误：…正：… taken out: quoting it to put it right is no fault."""
    return [re.sub(r"误：.*?(?=正：)", "", line) for line in lines]


def _comparable(text: str) -> str:
    text = re.sub(r"(?<=\d)[,，](?=\d{3})", "", re.sub(r"\s", "", normalise(text)))
    text = re.sub(rf"百分之({_CHINESE_NUMERAL.pattern}|[\d.]+)", lambda match: f"{parse_number(match[1]) or match[1]}%", text)
    return _CHINESE_NUMERAL.sub(lambda match: str(parse_number(match[0]) if parse_number(match[0]) is not None else match[0]), text)


def _key(citation: Citation) -> str:
    return f"{citation.law}#{citation.article}"


def mean(values: Iterable[float | bool | None]) -> tuple[float | None, int]:
    """Return the mean of what could be scored, and how many that was."""
    scored = [float(value) for value in values if value is not None]
    return (sum(scored) / len(scored) if scored else None), len(scored)


def wilson(successes: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """Return the 95 % Wilson interval of a share; (0, 1) where nothing was scored."""
    if n == 0:
        return 0.0, 1.0
    share = successes / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * ((share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5) / (1 + z * z / n)
    return centre - half, centre + half
