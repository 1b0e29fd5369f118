from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

import pytest

from assistant import composing, ingest
from assistant.citation import format_citation, without_citations
from assistant.claims import Claim, Doubt, Sources, find_claims, find_quotations
from assistant.composing import Composed
from assistant.grounding import Evidence, check
from assistant.library import Library
from assistant.types import Citation, Draft, Passage, Section
from tests.conftest import REAL_KNOWLEDGE

LAW_82, LAW_19, RULES_14 = Citation("劳动合同法", "82"), Citation("劳动合同法", "19"), Citation("工伤保险条例", "14")
NAMES = {"劳动合同法": "劳动合同法", "劳合法": "劳动合同法", "工伤保险条例": "工伤保险条例"}
SOURCES = Sources(
    (
        Passage(
            "劳动合同法#82",
            "article",
            "《劳动合同法》第八十二条：用人单位自用工之日起超过一个月不满一年未与劳动者订立书面劳动合同的，应当向劳动者每月支付二倍的工资。",
            citation=LAW_82,
        ),
        Passage("劳动合同法#19", "article", "《劳动合同法》第十九条：同一用人单位与同一劳动者只能约定一次试用期。", citation=LAW_19),
        Passage(
            "guide:g",
            "guide",
            "单位报销 300 元以内的药费，另给 150% 的加班费。\n"
            "单位 30 日内报工伤，单位不报你 1 年内可以自己报（《工伤保险条例》第十四条）。\n"
            "误：单位不用报（《工伤保险条例》第十四条）。正：单位应当报。",
        ),
    ),
    NAMES,
)


# -- what is claimed of which article --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "claims"),
    [
        pytest.param(
            "先协商。可以要二倍工资（《劳动合同法》第八十二条）。", [("可以要二倍工资", [LAW_82])], id="before a citation in brackets"
        ),
        pytest.param("可以要二倍工资（见《劳动合同法》第八十二条）。", [("可以要二倍工资", [LAW_82])], id="见 in the brackets"),
        pytest.param("《劳动合同法》第八十二条规定，要付二倍工资。打 12351。", [("规定，要付二倍工资", [LAW_82])], id="after a citation"),
        pytest.param("公司依照劳合法第82条要付二倍工资。", [("公司依照要付二倍工资", [LAW_82])], id="around a citation"),
        pytest.param("二倍工资见《劳动合同法》第八十二条；时限另看。", [("二倍工资见", [LAW_82])], id="见 without brackets"),
        pytest.param(
            "付二倍工资（《劳动合同法》第八十二条），30 日内报（《工伤保险条例》第十四条）。",
            [("付二倍工资", [LAW_82]), ("30 日内报", [RULES_14])],
            id="each its own words",
        ),
        pytest.param("试用期一次（《劳动合同法》第十九条、第八十二条）。", [("试用期一次", [LAW_19, LAW_82])], id="two articles together"),
        pytest.param("误：要三倍（《劳动合同法》第八十二条）。正：要二倍。", [], id="a mistake that is quoted"),
        pytest.param("先打 12351。", [], id="no citation"),
    ],
)
def test_words_are_said_of_the_article_they_stand_beside(line: str, claims: list[tuple[str, list[Citation]]]) -> None:
    found = [Claim("".join(claim.text.split(" ")), claim.citations) for claim in find_claims(line, NAMES)]

    assert found == [Claim(text.replace(" ", ""), tuple(citations)) for text, citations in claims]


MONTHLY_WAGE = (Decimal(4500).normalize(), "元")


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("不签合同要付 2 倍工资（《劳动合同法》第八十二条）。", id="the same figure in digits"),
        pytest.param("不签合同每月按 200% 付（《劳动合同法》第八十二条）。", id="the same figure as a share"),
        pytest.param("你工资 4500 元，可以要二倍（《劳动合同法》第八十二条）。", id="the worker's own figure"),
        pytest.param("单位 30 日内报（《工伤保险条例》第十四条）。", id="a guide's line on an article we don't hold"),
        pytest.param(
            "你去报，报销 300 元（《工伤保险条例》第十四条）。", id="of an article we don't hold, a figure the guide gives to none"
        ),
        pytest.param("打 12351，2008 年以后的按这条，第二天就去（《劳动合同法》第八十二条）。", id="no figures of a rule"),
        pytest.param("公司 1 个月没签合同，你就去要二倍（《劳动合同法》第八十二条）。", id="a paraphrase"),
        pytest.param("公司必须每月支付职工二倍的工资（《劳动合同法》第八十二条）。", id="other words for both sides"),
        pytest.param("你 1 年内可以自己报，单位 30 日内报（《工伤保险条例》第十四条）。", id="parts that changed places"),
        pytest.param("干满 5 年给 9 个月（《失业保险条例》第十七条）。", id="an article of which nothing is held"),
        pytest.param("第八十二条说不签合同不用付三倍。", id="nothing cited"),
    ],
)
def test_what_an_article_says_in_other_words_is_not_doubted(line: str) -> None:
    assert SOURCES.doubts(line, {MONTHLY_WAGE}) == []


@pytest.mark.parametrize(
    ("line", "doubt"),
    [
        pytest.param("不签合同要付 3 倍工资（《劳动合同法》第八十二条）。", Doubt("claim_figure", "3 倍"), id="another multiple"),
        pytest.param("超过 2 个月没签就要付（《劳动合同法》第八十二条）。", Doubt("claim_figure", "2 个月"), id="another duration"),
        pytest.param("不签合同另给 150%（《劳动合同法》第八十二条）。", Doubt("claim_figure", "150%"), id="a figure of another line"),
        pytest.param("可以要 2 到 5 倍（《劳动合同法》第八十二条）。", Doubt("claim_figure", "5 倍"), id="one end of a range"),
        pytest.param("单位 60 日内报（《工伤保险条例》第十四条）。", Doubt("claim_figure", "60 日内"), id="not that line's figure"),
        pytest.param(
            "单位不用向劳动者每月支付二倍的工资（《劳动合同法》第八十二条）。",
            Doubt("claim_negation", "单位不用向劳动者每月支付二倍的工资"),
            id="a duty that is denied",
        ),
        pytest.param(
            "同一单位与同一劳动者不能约定一次试用期（《劳动合同法》第十九条）。",
            Doubt("claim_negation", "同一单位与同一劳动者不能约定一次试用期"),
            id="a permission that is denied",
        ),
        pytest.param(
            "劳动者 30 日内报工伤，单位不报你 1 年内可以自己报（《工伤保险条例》第十四条）。",
            Doubt("claim_subject", "劳动者 30 日内报工伤，单位不报你 1 年内可以自己报"),
            id="the other side has the duty",
        ),
        pytest.param(
            "单位不报的先打 12351，劳动者 30 日内报工伤（《工伤保险条例》第十四条）。",
            Doubt("claim_subject", "劳动者 30 日内报工伤"),
            id="the other side, in one part of the sentence",
        ),
    ],
)
def test_what_an_article_does_not_say_is_doubted(line: str, doubt: Doubt) -> None:
    assert SOURCES.doubts(line, {MONTHLY_WAGE}) == [doubt]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        pytest.param("《劳动合同法》第十九条规定：“同一用人单位。”", [(LAW_19, "同一用人单位。")], id="规定"),
        pytest.param("劳合法第82条写的是“二倍”。", [(LAW_82, "二倍")], id="写的是"),
        pytest.param("《劳动合同法》第十九条：「一次试用期」", [(LAW_19, "一次试用期")], id="corner marks"),
        pytest.param("就说：“请付二倍工资。”（《劳动合同法》第八十二条）", [], id="what a worker says, with its source after it"),
        pytest.param("依据是合同（《劳动合同法》第十九条）要违约金的，说：“不能约定。”", [], id="what a worker says next"),
    ],
)
def test_a_quotation_stands_right_after_its_citation(line: str, found: list[tuple[Citation, str]]) -> None:
    assert find_quotations(line, NAMES) == found


@pytest.mark.parametrize(
    ("line", "is_exact"),
    [
        pytest.param("《劳动合同法》第十九条规定：“同一用人单位与同一劳动者只能约定一次试用期。”", True, id="word for word"),
        pytest.param("《劳动合同法》第十九条规定：“同一用人单位……只能约定一次试用期”。", True, id="with words left out"),
        pytest.param("《劳动合同法》第十九条规定：“同一单位与同一职工只能约定一次试用期。”", False, id="in other words"),
        pytest.param("《劳动合同法》第十九条规定：“应当向劳动者每月支付二倍的工资”。", False, id="of another article"),
        pytest.param("《工伤保险条例》第十四条写明：“单位应当及时报告。”", False, id="of an article we don't hold"),
        pytest.param("《工伤保险条例》第十四条写明：“单位 30 日内报工伤”。", True, id="the guide's own words"),
    ],
)
def test_a_quotation_is_exact_or_doubted(line: str, is_exact: bool) -> None:
    assert ("quotation_not_exact" not in {doubt.check for doubt in SOURCES.doubts(line, ())}) is is_exact


# -- how much of what is wrong is caught: seeded mutations of the real guides and statutes ------------------------

DAY = date(2026, 11, 21)
STEP = 4  # every fourth guide
_AMOUNT = re.compile(r"\d+(?=(?:\.\d+)? ?(?:个月|个工作日|天|日|年|%|元|小时|万元))")
_TIMES = {"二倍": "三倍", "两倍": "三倍", "2 倍": "3 倍", "三倍": "二倍", "3 倍": "2 倍", "1 倍": "2 倍"}
_OPPOSITE = {
    "应当": "不用", "必须": "可以不", "不得": "可以", "不能": "可以", "不用": "应当", "无需": "必须", "可以": "不得", "不准": "可以",
    "要付": "不用付", "要给": "不用给",
}  # fmt: skip
_SIDES = re.compile(r"(?<![向给对与和为把让被跟同替帮找叫求派])(?:(?P<employer>用人单位|单位|公司)|劳动者|职工|你)(?!的)")
_OTHER_WORDS = (
    ("用人单位", "单位", "公司"), ("支付", "付"), ("劳动者", "职工", "员工"), ("应当", "应该", "必须"), ("不得", "不能", "不准"),
    ("解除劳动合同", "解除合同"), ("或者", "或"), ("按照", "按"), ("可以要求", "可以要"), ("不用", "不必", "无需"), ("没有", "没"),
    ("天", "日"), ("要是", "如果"), ("打 12333 投诉", "向 12333 投诉"),
)  # fmt: skip


def _changed_amount(text: str, chance: random.Random) -> str:
    amounts = list(_AMOUNT.finditer(text))
    if not amounts:
        return text
    amount = chance.choice(amounts)
    return f"{text[: amount.start()]}{int(amount.group()) + chance.choice((1, 2, 5, 10))}{text[amount.end() :]}"


def _replaced_once(text: str, words: dict[str, str]) -> str:
    wrong = next((word for word in words if word in text), None)
    return text.replace(wrong, words[wrong], 1) if wrong else text


def _other_side(text: str, _chance: random.Random) -> str:
    return _SIDES.sub(lambda match: "劳动者" if match["employer"] else "用人单位", text, count=1)


MUTATIONS: dict[str, Callable[[str, random.Random], str]] = {
    "amount": _changed_amount,
    "multiple": lambda text, _: _replaced_once(text, _TIMES),
    "negation": lambda text, _: _replaced_once(text, _OPPOSITE),
    "subject": _other_side,
}


def _reworded(text: str, chance: random.Random) -> str:
    """Other words for the same, parts left out or moved: as a model writes what it has read."""
    for words in _OTHER_WORDS:
        used = next((word for word in words if word in text), None)
        if used and chance.random() < 0.7:
            text = text.replace(used, chance.choice([word for word in words if word != used]), 1)
    parts = re.split("(?<=，)", text)
    if len(parts) > 2 and chance.random() < 0.6:
        del parts[chance.randrange(len(parts) - 1)]
    if len(parts) > 2 and chance.random() < 0.3:
        parts[0], parts[1] = parts[1], parts[0]
    return "".join(parts)


@pytest.fixture(name="real", scope="module")
def _real() -> Library:
    knowledge, articles, _ = ingest.read_sources(REAL_KNOWLEDGE)
    return Library(knowledge, {article.citation: article for article in articles}, "real")


def _composed(library: Library) -> Iterator[Composed]:
    guides = [guide for guide in library.guides.values() if guide.kind == "guide" and guide.in_use(DAY)]
    for guide in guides[::STEP]:
        yield composing.compose_guide(
            guide, articles=library.articles, parameters=library.knowledge.parameters, register=library.register, as_of=DAY
        )


def _sentences(composed: Composed, library: Library) -> Iterator[tuple[str, str, str]]:
    """What a model may write: where it is from, the words, and the words with `{}` for them and the citation beside them."""
    names = library.register.names
    for line in (composed.draft.short, *(item for section in composed.draft.sections for item in section.items)):
        for claim in find_claims(line, names):
            cited = "、".join(format_citation(citation) for citation in claim.citations)
            yield "guide", claim.text, f"{{}}（{cited}）。"
    for cited_article in composed.draft.citations:
        for sentence in re.split(r"[。\n]", cited_article.text or "")[:2]:
            if 12 < len(sentence) < 90 and without_citations(sentence, names) == sentence:
                yield "law", sentence, f"{format_citation(cited_article.citation)}规定，{{}}。"


def test_mutated_sentences_are_caught_and_paraphrases_pass(real: Library, capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(20261121)
    tried: Counter[tuple[str, str]] = Counter()
    refused: Counter[tuple[str, str]] = Counter()

    def is_refused(composed: Composed, sentence: str) -> bool:
        evidence = Evidence(composed.passages, "", composed.citations, composed.figures.used, DAY)
        draft = Draft("model", "先协商。", sections=(Section("steps", (sentence,)),))
        return bool(check(draft, evidence, register=real.register, allow=real.allow).failures)

    for composed in _composed(real):
        for origin, words, frame in _sentences(composed, real):
            for style, text in (("copied", words), ("reworded", _reworded(words, chance))):
                key = f"{origin} {style}"
                tried[key, "as it is"] += 1
                if is_refused(composed, frame.format(text)):
                    refused[key, "as it is"] += 1
                    continue
                for kind, mutate in MUTATIONS.items():
                    if (wrong := mutate(text, chance)) != text:
                        tried[key, kind] += 1
                        refused[key, kind] += is_refused(composed, frame.format(wrong))
    with capsys.disabled():
        for key, count in sorted(tried.items()):
            print(f"\n{key[0]:<15} {key[1]:<9} refused {refused[key]:>3} of {count:>3} = {refused[key] / count:.3f}", end="")
    share = {key: refused[key] / count for key, count in tried.items()}

    assert {key[0]: refused[key] for key in tried if key[1] == "as it is" and "copied" in key[0]} == {"guide copied": 0, "law copied": 0}
    assert max(share["guide reworded", "as it is"], share["law reworded", "as it is"]) <= 0.01
    assert [key for key, floor in FLOORS.items() if share[key] < floor] == []


# Measured on all guides, a little below each. What only the law's wording is held of and said in quite other words is not among them:
# there figures are caught as well, negation and subject hardly (one in forty).
FLOORS = {
    ("guide copied", "amount"): 0.97,
    ("guide copied", "multiple"): 0.99,
    ("guide copied", "negation"): 0.95,
    ("guide copied", "subject"): 0.95,
    ("guide reworded", "amount"): 0.95,
    ("guide reworded", "negation"): 0.85,
    ("guide reworded", "subject"): 0.9,
    ("law copied", "negation"): 0.97,
    ("law copied", "subject"): 0.97,
    ("law reworded", "negation"): 0.93,
    ("law reworded", "subject"): 0.93,
}
