"""What is remembered from one answer to the next is never that of another day, register, place, index or conversation."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest

from assistant import citation, claims, clock, composing, grounding, triage
from assistant import text as text_module
from assistant.build import Desk
from assistant.citation import find_citations, without_citations
from assistant.grounding import AllowList, Evidence
from assistant.index import Index
from assistant.instruments import Register
from assistant.settings import Settings
from assistant.types import Citation, Draft, Guide, Instrument, Parameter, Passage, Question, Section

LAW = Instrument("劳动合同法", "中华人民共和国劳动合同法", "law", "全国", date(2008, 1, 1), date(2013, 7, 1), articles=98)
LINE = "每月 2400 元，见《劳动合同法》第八十二条。"
EARLIER, LATER = date(2025, 3, 1), date(2026, 11, 21)


def register(*aliases: str, until: date | None = None) -> Register:
    return Register([replace(LAW, aliases=aliases, in_force_until=until)])


def refused(draft: Draft, evidence: Evidence, known: Register) -> list[str]:
    checked = grounding.check(draft, evidence, register=known, allow=AllowList(frozenset(), frozenset()))
    return [failure.check for failure in checked.failures]


@pytest.mark.parametrize("turn", [0, 1], ids=["the one that knows it first", "the one that does not first"])
def test_a_line_is_read_with_the_names_of_its_own_register(turn: int) -> None:
    text = f"依照老合同法第八十二条，{turn} 个月内要。"
    one, other = register("老合同法"), register()

    for names, found in ((one.names, 1), (other.names, 0))[:: 1 if turn == 0 else -1]:
        assert len(find_citations(text, names)) == found
        assert len(claims.find_claims(text, names)) == found
        assert ("老合同法" in without_citations(text, names)) is (found == 0)


def test_an_article_that_is_out_of_force_on_another_day_is_refused_though_its_line_was_read_before() -> None:
    known = register(until=date(2026, 1, 1))
    passage = Passage("guide:a", "guide", LINE, guide_id="a")
    draft = Draft("guide", LINE)

    def failures(on: date) -> list[str]:
        evidence = Evidence((passage,), "", frozenset({Citation("劳动合同法", "82")}), {}, on)
        return refused(draft, evidence, known)

    assert [failures(on) for on in (EARLIER, LATER, EARLIER)] == [[], ["citation_out_of_force"], []]


def test_a_figure_proven_by_one_answers_passages_is_not_proven_by_anothers() -> None:
    known = register()

    def failures(source: str, question: str = "") -> list[str]:
        evidence = Evidence((Passage("guide:a", "guide", source, guide_id="a"),), question, frozenset(), {}, LATER)
        return refused(Draft("guide", "一共 2400 元。"), evidence, known)

    assert [failures("2400 元"), failures("2300 元"), failures("2300 元", "我有2400元"), failures("2300 元")] == [
        [],
        ["figure_without_origin"],
        [],
        ["figure_without_origin"],
    ]


def test_what_a_guide_says_of_an_article_has_the_figure_of_the_day() -> None:
    line = "《劳动合同法》第八十二条：每月 {{wage}}。"
    guide = Guide(
        id="a", title="工资", topic="wages", short="按 {{wage}} 算。", sections=(Section("basis", (line,)),),
        basis=(Citation("劳动合同法", "82"),), asks=(), keywords=(), related=(), region="全国", valid_from=date(2020, 1, 1),
        valid_until=None, review_by=date(2030, 1, 1), confidence="high", status="published",
    )  # fmt: skip
    wage = Parameter(
        id="wage", name="工资", value=Decimal(2100), unit="元", region="即墨", since=date(2020, 1, 1), until=date(2026, 1, 1),
        document="", confidence="high", confirmed=True,
    )  # fmt: skip
    parameters = (wage, replace(wage, value=Decimal(2400), since=date(2026, 1, 1), until=None))
    known = register()

    def gist(on: date) -> str | None:
        composed = composing.compose_guide(guide, articles={}, parameters=parameters, register=known, as_of=on)
        return composed.draft.citations[0].gist

    assert [gist(on) for on in (EARLIER, LATER, EARLIER)] == ["每月 2100 元。", "每月 2400 元。", "每月 2100 元。"]


@pytest.fixture(name="desk", scope="module")
def _desk(small_data: Path) -> Desk:
    return Desk(Settings(_env_file=None, data_dir=small_data), history=None)


VARIED: dict[str, Callable[[Question], Question]] = {
    "another day": lambda asked: replace(asked, as_of=date(2024, 3, 1)),
    "another place": lambda asked: replace(asked, region="全国"),
    "another history": lambda asked: replace(asked, history=("老板欠我三个月工资怎么办",)),
    "asked back before": lambda asked: replace(asked, history=("没签合同怎么办",), asked=("who-ended-it",)),
    "nothing else": lambda asked: asked,
}


@pytest.mark.parametrize("text", ["上班半年没签合同怎么办", "即墨最低工资多少钱", "那要多久"])
@pytest.mark.parametrize("varied", VARIED)
def test_an_answer_is_the_same_whatever_was_asked_before_it(desk: Desk, text: str, varied: str) -> None:
    asked = VARIED[varied](Question(text, LATER))
    forget_everything()
    alone = desk.assistant.ask(asked)

    forget_everything()
    for other in VARIED.values():
        desk.assistant.ask(other(Question(text, LATER)))

    assert desk.assistant.ask(asked) == alone


def forget_everything() -> None:
    """Empty what is remembered of texts, as if the program had just been started."""
    for module in (citation, claims, composing, grounding, text_module, triage):
        for remembered in vars(module).values():
            if hasattr(remembered, "cache_clear"):
                remembered.cache_clear()


def test_what_is_read_ahead_changes_no_answer_and_is_not_read_again(small_data: Path) -> None:
    desk = Desk(Settings(_env_file=None, data_dir=small_data), history=None)
    asked = Question("上班半年没签合同怎么办", clock.today())
    before = desk.assistant.ask(asked)

    desk.read_ahead()
    missed = grounding._said_in.cache_info().misses

    assert desk.assistant.ask(asked) == before
    assert grounding._said_in.cache_info().misses == missed
    desk.close()


def test_what_stays_is_not_looked_through_for_garbage_again(small_data: Path) -> None:
    """A look through the whole index holds up everybody for a quarter of a second, and comes again with every few hundred questions."""
    desk = Desk(Settings(_env_file=None, data_dir=small_data), history=None)
    gc.unfreeze()

    desk.warm_up()

    assert share_that_stays() > 0.9
    desk.close()


def test_an_index_that_another_replaced_is_given_back_whole(small_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not looked through for garbage is not freed either: the old one would stay as long as the service."""
    monkeypatch.setattr("assistant.build.RETIRED_AFTER_S", 0.0)
    desk = Desk(Settings(_env_file=None, data_dir=small_data), history=None)
    desk.warm_up()
    old = weakref.ref(hang_a_circle_on(index_in_use(desk)))
    gc.freeze()
    # The generation on disk now passes for a newer one.
    desk._opened = replace(desk._opened, library=replace(desk._opened.library, version="earlier"))  # type: ignore[type-var, union-attr]
    desk._tried = ("", 0)

    assert desk.renew()
    wait_until(lambda: old() is None)
    wait_until(lambda: share_that_stays() > 0.9)
    desk.close()


def wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)


class Circle:
    """Only a look through all objects finds out that nobody holds it."""

    def __init__(self) -> None:
        self.itself = self


def hang_a_circle_on(index: Index) -> Circle:
    index.circle = Circle()  # type: ignore[attr-defined]
    return index.circle  # type: ignore[attr-defined, no-any-return]


def share_that_stays() -> float:
    stays = gc.get_freeze_count()
    return stays / (stays + len(gc.get_objects()))


def index_in_use(desk: Desk) -> Index:
    assert desk._opened is not None
    return desk._opened.index


def test_reading_ahead_ends_with_the_service(small_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(Settings(_env_file=None, data_dir=small_data), history=None)
    proven: list[str] = []
    monkeypatch.setattr("assistant.library.Library.guide_failures", lambda _self, guide, _on: proven.append(guide.id))

    desk.close()
    desk.read_ahead()

    assert proven == []


def test_reading_ahead_waits_while_questions_come_in(small_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(Settings(_env_file=None, data_dir=small_data), history=None)
    proven: list[str] = []
    monkeypatch.setattr("assistant.library.Library.guide_failures", lambda _self, guide, _on: proven.append(guide.id))
    monkeypatch.setattr("assistant.build.LONGEST_ASIDE_S", 600.0)
    monkeypatch.setattr("assistant.build.time", SimpleNamespace(monotonic=lambda: 0.1))
    desk.assistant.ask(Question("上班半年没签合同怎么办", clock.today()))
    reading = threading.Thread(target=desk.read_ahead)
    reading.start()
    reading.join(0.3)
    while_asked = list(proven)
    monkeypatch.setattr("assistant.build.time", SimpleNamespace(monotonic=lambda: 60.0))
    reading.join(30)
    desk.close()

    assert desk.assistant.library is not None
    assert (while_asked, proven) == ([], list(desk.assistant.library.guides))


def test_a_guide_that_the_gate_refuses_today_is_named_in_the_log(
    small_data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = Desk(Settings(_env_file=None, data_dir=small_data), history=None)
    assert desk.assistant.library is not None
    guide = next(iter(desk.assistant.library.guides.values()))
    monkeypatch.setattr(
        "assistant.library.Library.guide_failures",
        lambda _self, one, _on: (grounding.Failure("claim_figure", "3 倍"),) if one.id == guide.id else (),
    )

    desk.read_ahead()
    desk.close()

    assert guide.id in capsys.readouterr().out
