"""What holds for every self-test and checklist, whatever is told."""

from __future__ import annotations

import ast
import json
import random
import re
from pathlib import Path

import pytest

from assistant.citation import find_citations
from assistant.errors import InputError
from assistant.selftests.finding_text import as_text
from assistant.selftests.registry import SELFTESTS, AnySelfTest, examine
from assistant.selftests.selftest import as_row, declared
from assistant.selftests.values import VERDICTS, Checklist, Finding
from assistant.types import Criterion, Parameter
from tests.calculators.given import JUNK, KNOWLEDGE
from tests.calculators.test_frame import bare_figures
from tests.selftests.given import GROUND, LOCAL, REGISTER, TODAY, person, read, some_of, with_line

FOLDER = Path(__file__).parents[2] / "assistant" / "selftests"
RULES = {selftest.name: selftest for selftest in SELFTESTS}
SOURCES = [FOLDER / f"{name}.py" for name in RULES]
EACH = [pytest.param(selftest, id=selftest.name) for selftest in SELFTESTS]
JUDGING = [pytest.param(selftest, id=selftest.name) for selftest in SELFTESTS if selftest.name not in ("evidence", "path")]
PHONES = {"12351", "12333", "12348", "12345", "12356", "110", "119", "120"}
GUIDES = {path.stem for path in (KNOWLEDGE / "guides").rglob("*.md")}


def found(selftest: AnySelfTest, told: dict[str, object]) -> Finding | Checklist:
    return selftest.run(told, LOCAL, TODAY)


def verdict_of(selftest: AnySelfTest, told: dict[str, object]) -> str:
    outcome = found(selftest, told)
    assert isinstance(outcome, Finding)
    return outcome.verdict


def some_outcomes(selftest: AnySelfTest, seed: int = 7, count: int = 300) -> list[Finding | Checklist]:
    draw = random.Random(seed)
    return [found(selftest, some_of(person(selftest, draw), draw)) for _ in range(count)]


def sentences(outcome: Finding | Checklist) -> list[str]:
    """Every sentence a worker reads."""
    said = [outcome.says, *outcome.steps, *outcome.warnings, *outcome.missing]
    if isinstance(outcome, Finding):
        return [*said, *outcome.papers, *(reason.text for reason in outcome.reasons)]
    return [*said, *(words for item in outcome.items for words in (item.what, item.why, item.time, item.cost, item.limit) if words)]


@pytest.mark.parametrize("selftest", EACH)
def test_whatever_is_told_only_the_declared_error_is_raised(selftest: AnySelfTest) -> None:
    draw, done = random.Random(1), 0
    for _ in range(600):
        told = some_of(person(selftest, draw), draw)
        if draw.random() < 0.5:
            told[draw.choice(selftest.inputs).name] = draw.choice(JUNK)
        try:
            json.dumps(as_row(found(selftest, told)), ensure_ascii=False).encode()
            done += 1
        except InputError:
            continue
    assert done > 200


@pytest.mark.parametrize("selftest", EACH)
@pytest.mark.parametrize("raw", [None, [], "x", 5, True, float("nan"), {"没有这一项": 1}, {1: 2}])
def test_what_is_no_object_of_known_fields_is_refused(selftest: AnySelfTest, raw: object) -> None:
    with pytest.raises(InputError):
        selftest.run(raw, LOCAL, TODAY)


@pytest.mark.parametrize("selftest", EACH)
def test_every_input_may_be_left_out_and_then_something_is_missing(selftest: AnySelfTest) -> None:
    outcome = found(selftest, {})

    assert outcome.missing
    assert outcome == found(selftest, {field.name: None for field in selftest.inputs})
    if isinstance(outcome, Finding):
        assert outcome.verdict == "unknown"


@pytest.mark.parametrize("selftest", JUDGING)
def test_what_is_said_without_knowing_everything_stays_true_whatever_the_rest_is(selftest: AnySelfTest) -> None:
    """From half of the answers it may look like something only where no other half could make it look otherwise."""
    draw, settled = random.Random(11), 0
    for _ in range(500):
        told = some_of(person(selftest, draw), draw)
        early = verdict_of(selftest, told)
        if early != "unknown":
            settled += 1
            assert {verdict_of(selftest, {**person(selftest, draw), **told}) for _ in range(12)} == {early}, told
    assert settled > 20


@pytest.mark.parametrize("selftest", EACH)
def test_asking_on_comes_to_the_same_as_telling_everything_at_once(selftest: AnySelfTest) -> None:
    """`next_input` asks nothing twice, ends, and what it leaves out would have changed nothing."""
    draw, asked_in_all = random.Random(13), 0
    for _ in range(200):
        whole, told = person(selftest, draw), dict[str, object]()
        while (field := selftest.next_input(read(selftest, told), ground=GROUND)) is not None:
            assert field.name not in told
            told[field.name] = whole[field.name]
        asked_in_all += len(told)
        asked, all_at_once = found(selftest, told), found(selftest, whole)
        assert sentences(asked) == sentences(all_at_once), whole
    assert asked_in_all < 200 * len(selftest.inputs)


@pytest.mark.parametrize("selftest", EACH)
def test_what_is_unknown_is_not_asked_again_and_the_questions_end(selftest: AnySelfTest) -> None:
    draw = random.Random(17)
    for _ in range(100):
        whole, told, unknown = person(selftest, draw), dict[str, object](), set[str]()
        while (field := selftest.next_input(read(selftest, told), unknown)) is not None:
            assert field.name not in {*told, *unknown}
            if draw.random() < 0.5:
                unknown.add(field.name)
            else:
                told[field.name] = whole[field.name]
        assert len(told) + len(unknown) <= len(selftest.inputs)
    everything = {field.name for field in selftest.inputs}
    assert selftest.next_input({}, everything) is None


@pytest.mark.parametrize("selftest", EACH)
def test_every_question_is_asked_of_somebody(selftest: AnySelfTest) -> None:
    """An input nobody is ever asked for is dead."""
    draw, asked = random.Random(19), set[str]()
    for _ in range(600):
        whole, told = person(selftest, draw), dict[str, object]()
        while (field := selftest.next_input(read(selftest, told))) is not None:
            told[field.name] = whole[field.name]
        asked |= set(told)

    assert asked == {field.name for field in selftest.inputs}


@pytest.mark.parametrize("selftest", JUDGING)
def test_it_begins_with_how_it_looks_and_takes_two_sentences(selftest: AnySelfTest) -> None:
    verdicts = set()
    for outcome in some_outcomes(selftest, count=600):
        assert isinstance(outcome, Finding)
        verdicts.add(outcome.verdict)
        assert outcome.says.startswith(VERDICTS[outcome.verdict])
        assert outcome.says.count("。") <= 3
        assert not (outcome.verdict != "unknown" and outcome.missing)
        assert outcome.reasons or outcome.verdict != "may_be"
    assert verdicts >= {"may_be", "unknown"}


@pytest.mark.parametrize("selftest", EACH)
def test_nothing_is_decided_or_promised(selftest: AnySelfTest) -> None:
    for outcome in some_outcomes(selftest):
        for sentence in sentences(outcome):
            assert not re.search(r"一定能|肯定|(?<!低)保证|包赢|必须给您|您符合|您不符合|认定为困难", sentence), sentence


@pytest.mark.parametrize("selftest", EACH)
def test_sentences_are_short_and_plain(selftest: AnySelfTest) -> None:
    for outcome in some_outcomes(selftest):
        for sentence in sentences(outcome):
            bare = re.sub(r"《[^《》]*(?:《[^《》]*》[^《》]*)?》第[一二三四五六七八九十百零]+条", "", sentence)
            assert not re.search(r"其(?![他它余实中])|予以|之(?![前后外间内一])|该当|申请人|受援人", bare), sentence
            assert max(len(part) for part in re.split(r"[。；！？]", bare)) <= 75, sentence


@pytest.mark.parametrize("selftest", EACH)
def test_only_hotlines_we_know_are_named(selftest: AnySelfTest) -> None:
    for path in SOURCES:
        for number in re.findall(r"(?<![\d.])\d{5,12}(?![\d.])", path.read_text(encoding="utf-8")):
            assert number in PHONES, path
    for outcome in some_outcomes(selftest):
        for sentence in sentences(outcome):
            assert set(re.findall(r"打 (\d+)", sentence)) <= PHONES, sentence


@pytest.mark.parametrize("selftest", EACH)
def test_what_it_rests_on_is_declared_and_in_force(selftest: AnySelfTest) -> None:
    used = set()
    for outcome in some_outcomes(selftest, count=600):
        parts = outcome.reasons if isinstance(outcome, Finding) else outcome.items
        used |= {citation for part in parts for citation in part.basis}
        used |= {cited.citation for words in sentences(outcome) for cited in find_citations(words, REGISTER.names)}

    assert used <= set(selftest.laws)
    assert {citation: REGISTER.status(citation, TODAY) for citation in selftest.laws} == dict.fromkeys(selftest.laws, "in_force")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_every_article_that_a_sentence_names_is_known_and_declared(path: Path) -> None:
    named = {
        cited.citation
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for cited in find_citations(node.value, REGISTER.names)
    }

    assert named <= set(RULES[path.stem].laws)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_a_figure_of_law_stands_beside_its_article(path: Path) -> None:
    assert bare_figures(ast.parse(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("selftest", EACH)
def test_every_parameter_programme_and_guide_it_names_exists(selftest: AnySelfTest) -> None:
    named = {guide for outcome in some_outcomes(selftest, count=600) for guide in outcome.guides}

    assert named <= set(selftest.guides) <= GUIDES
    assert set(selftest.programmes) <= {programme.id for programme in LOCAL.programmes}
    assert set(selftest.parameters) <= {parameter.id for parameter in LOCAL.parameters}


def test_every_measure_of_a_criterion_can_be_taken() -> None:
    """A criterion somebody adds to knowledge/relief/ with a new measure needs a question."""
    from assistant.selftests.hardship import _MEASURES

    assert {criterion.measure for criterion in LOCAL.criteria} <= set(_MEASURES)


@pytest.mark.parametrize("selftest", EACH)
def test_what_it_asks_is_declared_in_full(selftest: AnySelfTest) -> None:
    row = declared(selftest, TODAY)

    assert json.loads(json.dumps(row, ensure_ascii=False)) == row
    assert set(row) == {"name", "title", "inputs", "laws", "parameters", "programmes", "guides"}
    for field in row["inputs"]:  # type: ignore[attr-defined]
        assert (field["required"], bool(re.search(r"[一-鿿]", field["prompt"]))) == (False, True)
        assert field["type"] in ("boolean", "choice") or field["bounds"]
        assert field["type"] != "choice" or len(field["choices"]) >= 2


@pytest.mark.parametrize("selftest", EACH)
def test_in_words_it_says_everything(selftest: AnySelfTest) -> None:
    for outcome in some_outcomes(selftest, count=40):
        text = as_text(outcome)
        assert text.startswith(f"{outcome.title}：")
        assert [sentence for sentence in sentences(outcome) if sentence not in text] == []


def test_a_self_test_nobody_knows_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match="是不是 hardship"):
        examine("hardships", {}, LOCAL, TODAY)


def test_a_near_miss_of_a_field_is_named() -> None:
    with pytest.raises(InputError, match="是不是 income"):
        examine("hardship", {"incom": 1}, LOCAL, TODAY)


def test_the_values_it_rests_on_are_those_of_the_real_knowledge() -> None:
    assert all(isinstance(one, Criterion) for one in LOCAL.criteria)
    assert all(isinstance(one, Parameter) for one in with_line("1000", confirmed=True).parameters)
    assert len(LOCAL.criteria) >= 6
