"""Sums and self-tests in the conversation, through the real knowledge: once with kept state, once from the texts alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pytest

from assistant.ask import Assistant
from assistant.batch import answer_row
from assistant.build import build_assistant, open_index
from assistant.settings import Settings
from assistant.store import Store, Thread, answer_from_json, answer_to_json
from assistant.types import Answer, Question
from assistant.web.wechat.parts import LIMIT, bubble, write

DAY = date(2026, 11, 21)
BEGUN = "我在厂里干了3年8个月，月薪5000，被辞退赔多少"


@pytest.fixture(name="assistant", scope="module")
def _assistant(real_data: Path) -> Iterator[Assistant]:
    settings = Settings(_env_file=None, data_dir=real_data)  # type: ignore[call-arg]
    opened = open_index(settings)
    yield build_assistant(settings, opened=opened)
    opened.index.close()


@dataclass
class Person:
    """Somebody who talks with the assistant; *keeps* says whether the channel keeps what was said, or sends it along."""

    assistant: Assistant
    store: Store | None = None
    said: list[str] = field(default_factory=list)

    def says(self, text: str) -> Answer:
        if self.store is None:
            answer = self.assistant.ask(Question(text, DAY, history=tuple(self.said)))
            self.said.append(text)
            return answer
        before = self.thread()
        question = Question(text, DAY, history=before.history, asked=before.asked, open_fork=before.open_fork, channel="web")
        answer = replace(self.assistant, history=self.store).ask(question)
        self.said.append(str(answer.token))
        return answer

    def thread(self) -> Thread:
        kept = self.store.find_answer(self.said[-1]) if self.store and self.said else None
        return kept.thread() if kept else Thread()


@pytest.fixture(name="person", params=["kept", "sent along"])
def _person(request: pytest.FixtureRequest, assistant: Assistant, tmp_path: Path) -> Iterator[Person]:
    if request.param == "sent along":
        yield Person(assistant)
        return
    store = Store(f"sqlite:///{tmp_path / 'talk.sqlite3'}")
    store.migrate()
    yield Person(assistant, store)
    store.close()


def total(answer: Answer) -> str | None:
    return answer.skill["result"]["total"] if answer.skill and answer.skill["result"] else None


def test_a_severance_is_talked_through_changed_left_and_gone_on_with(person: Person) -> None:
    first = person.says(BEGUN)
    second = person.says("没说理由")
    changed = person.says("不是5000是6000")
    aside = person.says("那申请劳动仲裁要交钱吗")
    again = person.says("接着算")

    assert first.asks_back is not None
    # 3年8个月 is 4 months of wages, doubled: 40000; with 6000 a month 48000
    assert [total(second), total(changed), total(aside), total(again)] == ["40000.00", "48000.00", None, "48000.00"]
    assert "40000 元" in second.applied
    assert again.short.startswith("按您说的")


def test_a_sum_begun_by_its_name_asks_one_thing_at_a_time_and_counts_each_case(person: Person) -> None:
    answers = [person.says(text) for text in ("帮我算一算经济补偿", "单位辞退我", "不知道", "5年", "四千")]

    assert [bool(answer.asks_back) for answer in answers] == [True, True, True, True, False]
    assert [answer.short for answer in answers[1:4]] == ["记下了，还差一样就能算。"] * 3
    assert "20000 元" in answers[-1].short
    assert "40000 元" in answers[-1].short


def test_another_question_in_between_is_answered(person: Person) -> None:
    person.says("帮我算一算经济补偿")
    answer = person.says("产假有多少天")

    assert answer.guide_ids == ("maternity-leave",)
    assert answer.short != "记下了，还差一样就能算。"


def test_forgetting_forgets_the_sum(person: Person) -> None:
    person.says("帮我算一算经济补偿")
    person.says("清空")
    answer = person.says("单位辞退我")

    assert answer.short != "记下了，还差一样就能算。"


def test_a_self_test_is_talked_through(person: Person) -> None:
    answers = [person.says(text) for text in ("测一测像不像工伤", "上下班路上出事", "是", "1", "2")]

    assert [bool(answer.asks_back) for answer in answers] == [True, True, True, True, False]
    assert answers[-1].short.startswith("看着不像")
    assert any("不是认定" in note for note in answers[-1].notes)


def test_an_emergency_in_the_middle_of_a_sum_is_an_emergency(person: Person) -> None:
    person.says("帮我算一算工伤待遇")

    assert person.says("我手被机器绞进去了，血止不住").outcome == "crisis"


def test_what_is_told_in_one_message_is_worked_out_at_once(assistant: Assistant) -> None:
    answer = assistant.ask(Question("2019年4月8号进的服装厂，合同这个月底到期厂里不续了，平均每月4200，补偿多少", DAY))

    # 8 April 2019 to 30 November 2026: 7 years 7 months 23 days, 8 months of wages
    assert total(answer) == "33600.00"
    assert answer.sections[0].kind == "calculation"
    assert any(figure.origin == "calc:severance" for figure in answer.figures)


def test_a_sum_rests_on_the_law_of_its_day(assistant: Assistant) -> None:
    """On a day before the law there is nothing to count with."""
    answer = assistant.ask(Question(BEGUN + "，没说理由", date(2007, 1, 1)))

    assert total(answer) is None


def test_a_sum_is_kept_and_told_to_programs_as_the_interface_says(assistant: Assistant) -> None:
    answer = assistant.ask(Question(BEGUN + "，没说理由", DAY))
    row = answer_row(answer, "1", 1.0)

    assert set(row["skill"]) >= {"name", "inputs", "result"}
    assert row["skill"]["result"]["lines"][-1]["basis"]
    assert answer_from_json(answer_to_json(answer)) == answer


@pytest.mark.parametrize("text", [BEGUN + "，没说理由", "帮我算一算经济补偿", "测一测像不像工伤", "测一测该找谁"])
def test_each_part_of_it_fits_the_platform(assistant: Assistant, text: str) -> None:
    written = write(assistant.ask(Question(text, DAY)))

    assert all(len(bubble(part, written.label).encode()) <= LIMIT for part in written.parts)


@pytest.mark.parametrize(("year", "says"), [("2009", False), ("2019", True)])
def test_no_grant_of_today_is_told_of_an_injury_of_before_it(assistant: Assistant, year: str, says: bool) -> None:
    answer = assistant.ask(Question(f"我{year}年在厂里受的伤，评了九级，能拿多少", DAY))

    assert ("9 个月" in answer.applied) == says


STORIES = tuple(json.loads(line) for line in (Path(__file__).parent / "data" / "begun_sums.jsonl").read_text("utf-8").splitlines())


def begun(answer: Answer) -> str | None:
    skill = next((one.skill for one in (answer, *answer.parts) if one.skill), None)
    return skill and skill["name"]


def test_whoever_wants_a_sum_in_his_own_words_gets_it_begun_and_nobody_else(assistant: Assistant) -> None:
    """360 messages by people who saw neither the rules nor the guides; 110 of them have the same words and want none."""
    found = [(story["sum"], begun(assistant.ask(Question(story["text"], DAY)))) for story in STORIES]

    assert [pair for pair in found if pair[0] is None and pair[1]] == []
    assert sum(wanted is not None and wanted == name for wanted, name in found) >= 190
    assert sum(wanted is not None and name not in {None, wanted} for wanted, name in found) <= 5


def test_beside_a_guide_stands_the_sum_that_goes_with_it(assistant: Assistant) -> None:
    answer = assistant.ask(Question("合同到期单位不续签，有经济补偿吗", DAY))

    assert "帮我算一算经济补偿" in answer.suggestions or answer.asks_back is not None
