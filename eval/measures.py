"""Pure measures of one question: what was found, what was cited, what was said. None means "could not be scored", never 0."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import ir_measures
from ir_measures import RR, R, nDCG

from assistant.text import find_numbers, normalise, parse_number
from assistant.types import Citation
from eval.cases import GoldArticle, Number, article_id

RETRIEVAL = {
    "recall@1": R @ 1,
    "recall@5": R @ 5,
    "recall@10": R @ 10,
    "recall@20": R @ 20,
    "MRR@10": RR @ 10,
    "nDCG@10": nDCG @ 10,
}
_CHINESE_NUMERAL = re.compile(r"[零〇一二三四五六七八九十百千万两]+")
_UNIT_OF = {"天": "日", "个月": "月", "元/月": "元", "周岁": "岁"}


def retrieval(gold: Mapping[str, Sequence[GoldArticle]], rankings: Mapping[str, Sequence[Citation]]) -> dict[str, dict[str, float]]:
    """Return measure → question → value by ir-measures (trec_eval), for the questions of *gold* that have gold articles."""
    scored = {id_: articles for id_, articles in gold.items() if articles}
    if not scored:
        return {}
    qrels = [ir_measures.Qrel(id_, article_id(item.citation), item.grade) for id_, articles in scored.items() for item in articles]
    # Falling scores keep our order: trec_eval breaks ties by document id.
    run = [
        ir_measures.ScoredDoc(id_, article_id(citation), 1000.0 - place)
        for id_ in scored
        for place, citation in enumerate(dict.fromkeys(rankings[id_]))
    ]
    names = {str(measure): name for name, measure in RETRIEVAL.items()}
    values: dict[str, dict[str, float]] = {name: dict.fromkeys(scored, 0.0) for name in RETRIEVAL}
    for metric in ir_measures.iter_calc(list(RETRIEVAL.values()), qrels, run):
        values[names[str(metric.measure)]][metric.query_id] = float(metric.value)
    return values


def success_at(gold: Sequence[GoldArticle], ranking: Sequence[Citation], k: int) -> bool | None:
    """Say whether any gold article is among the first *k*; None where there is none."""
    wanted = {item.citation for item in gold}
    return any(citation in wanted for citation in ranking[:k]) if wanted else None


def citation_precision(gold: Sequence[GoldArticle], cited: Sequence[Citation], also: Iterable[Citation] = ()) -> float | None:
    """Return the share of cited articles that are gold, or one of *also*; None where nothing is cited or there is no gold."""
    wanted = {item.citation for item in gold}
    wanted |= set(also) if wanted else set()
    return sum(citation in wanted for citation in cited) / len(cited) if wanted and cited else None


def citation_recall(gold: Sequence[GoldArticle], cited: Sequence[Citation]) -> float | None:
    """Return the share of the deciding articles (grade 2, else all gold) that are cited; None where there is no gold."""
    deciding = {item.citation for item in gold if item.grade == 2} or {item.citation for item in gold}
    return sum(citation in deciding for citation in cited) / len(deciding) if deciding else None


def says(text: str, wanted: str) -> bool:
    """Say whether *text* holds one of *wanted*'s alternatives (a|b), spaces aside and numerals alike (二倍 = 2倍, 1万 = 10000).

    A number is held whole: 5天 is not in 15天.
    """
    comparable = _comparable(text)
    return any(_holds(comparable, _comparable(one)) for one in wanted.split("|") if one.strip())


def _holds(text: str, wanted: str) -> bool:
    before = r"(?<![\d.])" if wanted[:1].isdigit() else ""
    after = r"(?!\d|\.\d)" if wanted[-1:].isdigit() else ""
    return bool(re.search(before + re.escape(wanted) + after, text))


def says_number(text: str, number: Number) -> bool:
    """Say whether *text* says *number* within its tolerance; dates are compared as they are written (2026-03-01 = 2026年3月1日)."""
    if number.unit == "日期":
        return _plain_date(number.value) in {
            _plain_date(found) for found in re.findall(r"\d{4}\s*[-年./]\s*\d{1,2}\s*[-月./]\s*\d{1,2}", text)
        }
    wanted, unit = Decimal(number.value), _UNIT_OF.get(number.unit, number.unit)
    return any(
        abs((found.value * 10_000 if found.unit == "万元" else found.value) - wanted) <= number.tolerance
        for found in find_numbers(text)
        if _UNIT_OF.get(found.unit, found.unit) == unit or (found.unit == "万元" and unit == "元")
    )


def without_mistakes(lines: Iterable[str]) -> list[str]:
    """Return *lines* with the wrong belief of each 误：…正：… taken out: quoting it to put it right is no fault."""
    return [re.sub(r"误：.*?(?=正：)", "", line) for line in lines]


def _comparable(text: str) -> str:
    text = re.sub(r"(?<=\d)[,，](?=\d{3})", "", re.sub(r"\s", "", normalise(text)))
    text = re.sub(rf"百分之({_CHINESE_NUMERAL.pattern}|[\d.]+)", lambda match: f"{_plain(match[1])}%", text)
    text = re.sub(r"(\d+(?:\.\d+)?)([百千万亿]+)", lambda match: f"{Decimal(match[1]) * _scale(match[2]):f}", text)
    return _CHINESE_NUMERAL.sub(lambda match: _plain(match[0]), text)


def _scale(scales: str) -> Decimal:
    """What 千 or 百万 multiplies by, without the zeros after the point that a product would keep."""
    product = Decimal(1)
    for char in scales:
        product *= {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}[char]
    return product


def _plain(numeral: str) -> str:
    """A numeral in Arabic digits; a scale alone (万元, 千万) is no number."""
    if all(char in "百千万亿" for char in numeral):
        return numeral
    value = parse_number(numeral)
    return numeral if value is None else f"{value.normalize():f}"


def _plain_date(text: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", text)))


# -- reading ease -------------------------------------------------------------------------------------------

# Words of the law that a worker need not know, each with the plain words that explain it where they stand nearby.
LEGAL_TERMS: Mapping[str, tuple[str, ...]] = {
    "经济补偿": ("每满一年", "一年给一个月", "工资", "补偿金"),
    "赔偿金": ("两倍", "2 倍", "二倍", "加付", "双倍"),
    "停工留薪期": ("工资照发", "养伤", "治疗"),
    "劳动能力鉴定": ("评级", "等级", "几级", "评伤残"),
    "举证责任": ("谁来证明", "拿证据", "证明"),
    "管辖": ("归哪", "哪里的", "在哪"),
    "时效": ("一年内", "过期", "期限", "几年内"),
    "除斥期间": ("期限", "过期"),
    "先予执行": ("先拿", "先给"),
    "终局裁决": ("不能再", "生效", "一裁"),
    "强制执行": ("法院", "不给"),
    "支付令": ("法院", "催"),
    "无固定期限": ("没有到期", "没有期限", "一直干", "干到退休"),
    "竞业限制": ("同行", "不能去", "对手"),
    "用工主体责任": ("负责", "承担"),
    "劳务派遣": ("派", "劳务公司"),
    "医疗期": ("看病", "治病", "养病"),
    "连带责任": ("一起", "都要", "都得"),
    "代通知金": ("一个月工资", "提前"),
    "丧失劳动能力": ("不能干活", "等级", "级"),
    "一次性伤残补助金": ("个月", "级"),
    "非全日制": ("小时工", "钟点", "每天"),
    "缴费基数": ("工资", "按多少"),
    "统筹地区": ("青岛", "参保地", "当地"),
    "不可抗力": ("天灾", "地震", "台风"),
}  # fmt: skip


def sentence_length(text: str) -> float | None:
    """Return the mean length in characters of the pieces between 。！？；，and line ends: what is read in one breath."""
    pieces = [piece for piece in re.split(r"[。！？；，：\n]", text) if len(piece.strip()) > 1]
    return sum(len(piece.strip()) for piece in pieces) / len(pieces) if pieces else None


def unexplained_terms(text: str) -> tuple[float | None, list[str]]:
    """Return the share of the legal terms used that nothing nearby (80 characters) explains, and which; None where none is used."""
    used, bare = 0, []
    for term, plain in LEGAL_TERMS.items():
        places = [match.start() for match in re.finditer(term, text)]
        if not places:
            continue
        used += 1
        near = (text[max(0, place - 80) : place + len(term) + 80] for place in places)
        if not any(word in words.replace(term, "", 1) for words in near for word in plain):
            bare.append(term)
    return (len(bare) / used if used else None), bare
