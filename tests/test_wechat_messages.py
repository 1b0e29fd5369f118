from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from assistant import wechat_cases, wechat_messages
from assistant.store import Store
from assistant.types import Answer, Question
from assistant.web.wechat.delivery import compose
from assistant.wechat_cases import Turn
from assistant.wechat_messages import Arrival, Entry, Made, Row, register, settle

DAY = date(2026, 11, 21)


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Path:
    return tmp_path / "gonghui.sqlite3"


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{path}")
    store.migrate()
    try:
        yield store
    finally:
        store.close()


@pytest.fixture(name="store")
def _store(path: Path) -> Iterator[Store]:
    with opened(path) as store:
        yield store


def claim(store: Store, key: str, *, subject: str, owner: str, stale_after_s: float, now: float | None = None) -> Entry:
    at = time.time() if now is None else now
    return register(store, Arrival(key, subject, body={"text": key}), owner=owner, stale_after_s=stale_after_s, now=at)


def reply_of(store: Store, key: str) -> str | None:
    row = wechat_messages.find(store, key)
    assert row is not None
    return row.reply


# -- registering -----------------------------------------------------------------------------------------------


def test_whoever_registers_a_message_first_owns_it(store: Store) -> None:
    first = claim(store, "m1", subject="s", owner="one", stale_after_s=30)
    second = claim(store, "m1", subject="s", owner="two", stale_after_s=30)

    assert (first.is_mine, second.is_mine) == (True, False)


def test_of_many_threads_that_claim_one_message_one_owns_it(path: Path, store: Store) -> None:
    rounds, threads = 10, 8
    owners: list[list[str]] = [[] for _ in range(rounds)]
    barrier = threading.Barrier(threads)

    def work(name: str) -> None:
        own = Store(f"sqlite:///{path}")
        for number in range(rounds):
            barrier.wait()
            if claim(own, f"m{number}", subject="s", owner=name, stale_after_s=30).is_mine:
                owners[number].append(name)
        own.close()

    workers = [threading.Thread(target=work, args=(f"t{number}",)) for number in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert [len(names) for names in owners] == [1] * rounds


def test_a_stale_claim_is_taken_over_by_one_of_many(path: Path, store: Store) -> None:
    claim(store, "m1", subject="s", owner="dead", stale_after_s=30, now=1000.0)
    mine: list[bool] = []
    barrier = threading.Barrier(8)

    def work(name: str) -> None:
        barrier.wait()
        mine.append(claim(store, "m1", subject="s", owner=name, stale_after_s=30, now=1031.0).is_mine)

    workers = [threading.Thread(target=work, args=(f"t{number}",)) for number in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(mine) == [False] * 7 + [True]


def test_a_claim_not_yet_stale_is_not_taken_over(store: Store) -> None:
    claim(store, "m1", subject="s", owner="busy", stale_after_s=30, now=1000.0)

    assert not claim(store, "m1", subject="s", owner="two", stale_after_s=30, now=1029.0).is_mine


def test_a_claim_taken_over_keeps_the_time_the_message_came(store: Store) -> None:
    claim(store, "m1", subject="s", owner="dead", stale_after_s=30, now=1000.0)

    assert claim(store, "m1", subject="s", owner="two", stale_after_s=30, now=1031.0).row.received_at == 1000.0


def test_a_message_that_was_answered_is_never_taken_over(store: Store) -> None:
    claim(store, "m1", subject="s", owner="one", stale_after_s=30, now=1000.0)
    settle(store, "m1", "答复")

    entry = claim(store, "m1", subject="s", owner="two", stale_after_s=30, now=9999.0)
    assert (entry.is_mine, entry.row.reply) == (False, "答复")


def test_the_first_reply_to_a_message_counts(store: Store) -> None:
    claim(store, "m1", subject="s", owner="one", stale_after_s=30)
    settle(store, "m1", "先到的答复")

    assert settle(store, "m1", "后到的答复") == "先到的答复"


def test_a_message_has_no_reply_before_it_is_settled(store: Store) -> None:
    claim(store, "m1", subject="s", owner="one", stale_after_s=30)

    assert reply_of(store, "m1") is None


def test_a_reply_is_found_by_its_message(store: Store) -> None:
    claim(store, "m1", subject="s", owner="one", stale_after_s=30)
    settle(store, "m1", "答复")

    assert reply_of(store, "m1") == "答复"


def test_claims_and_replies_survive_closing_and_opening(path: Path) -> None:
    with opened(path) as store:
        claim(store, "m1", subject="s", owner="one", stale_after_s=30)
        claim(store, "m2", subject="s", owner="one", stale_after_s=30)
        settle(store, "m2", "答复")

    with opened(path) as store:
        again = [claim(store, key, subject="s", owner="two", stale_after_s=3600) for key in ("m1", "m2")]
    assert [(entry.is_mine, entry.row.reply) for entry in again] == [(False, None), (False, "答复")]


def test_a_claim_survives_the_death_of_its_process(path: Path) -> None:
    script = (
        "import os, sys, time\n"
        "from assistant.store import Store\n"
        "from assistant.wechat_messages import Arrival, register\n"
        "store = Store('sqlite:///' + sys.argv[1])\n"
        "store.migrate()\n"
        "assert register(store, Arrival('m1', 's'), owner='one', stale_after_s=30, now=time.time()).is_mine\n"
        "os.kill(os.getpid(), 9)\n"
    )
    root = str(Path(__file__).parent.parent)
    dead = subprocess.run(
        [sys.executable, "-c", script, str(path)], env=os.environ | {"PYTHONPATH": root}, check=False, capture_output=True, timeout=60
    )

    with opened(path) as store:
        entry = claim(store, "m1", subject="s", owner="two", stale_after_s=3600)
    assert (dead.returncode, entry.is_mine) == (-9, False)


def arrives(store: Store, key: str, text: str, *, now: float, gathers_s: float = 0.0, created: float = 2e9, subject: str = "s") -> Entry:
    arrival = Arrival(key, subject, "sealed", {"kind": "text", "text": text}, created=created, gathers_s=gathers_s)
    return register(store, arrival, owner="one", stale_after_s=5, now=now)


def test_a_bubble_is_added_to_the_unfinished_one_before_it(store: Store) -> None:
    arrives(store, "m1", "我在饭店上班，", now=100.0, gathers_s=2)
    second = arrives(store, "m2", "老板不发工资", now=101.0)

    assert (second.verdict, second.row.reply) == ("joined", "")
    assert second.joined is not None
    assert (second.joined.body["text"], second.joined.begins_at) == ("我在饭店上班，老板不发工资", 101.0)


def test_bubbles_are_waited_for_three_seconds_at_most(store: Store) -> None:
    arrives(store, "m1", "我想问一下", now=100.0, gathers_s=2)
    arrives(store, "m2", "就是", now=101.5, gathers_s=2)
    third = arrives(store, "m3", "那个", now=102.9, gathers_s=2)

    assert third.joined is not None
    assert third.joined.begins_at == 103.0
    assert arrives(store, "m4", "怎么办", now=103.1).verdict == "mine"


def test_a_bubble_is_not_begun_before_its_time_nor_by_another(store: Store) -> None:
    arrives(store, "m1", "我想问一下", now=100.0, gathers_s=2)

    def state(owner: str, now: float) -> str:
        row = wechat_messages.begin(store, "m1", owner=owner, now=now)
        assert row is not None
        return row.state

    assert (state("one", 101.9), state("two", 102.5), state("one", 102.1)) == ("new", "new", "running")


def test_the_same_words_are_another_question_after_half_a_minute(store: Store) -> None:
    arrives(store, "m1", "工资", now=100.0)

    assert arrives(store, "m2", "工资", now=129.0).verdict == "repeated"
    assert arrives(store, "m3", "工资", now=131.0).verdict == "mine"


def test_somebody_else_is_another_person(store: Store) -> None:
    arrives(store, "m1", "工资", now=100.0)

    assert arrives(store, "m2", "工资", now=101.0, subject="t").verdict == "mine"


def test_a_message_sent_before_its_sender_left_is_not_taken_in(store: Store) -> None:
    wechat_messages.forget(store, "s", left_at=1000.0)

    assert (arrives(store, "m1", "工资", now=100.0, created=999.0).verdict, wechat_messages.find(store, "m1")) == ("left", None)
    assert arrives(store, "m2", "工资", now=100.0, created=1001.0).verdict == "mine"


# -- answering -------------------------------------------------------------------------------------------------

MADE = Made(("第一段。", "第二段。", "第三段。"), "（自动回答）")


def test_the_first_answer_counts(store: Store) -> None:
    arrives(store, "m1", "工资", now=100.0)
    wechat_messages.finish(store, "m1", MADE, compose=compose, now=101.0)
    row = wechat_messages.finish(store, "m1", Made(("另一个。",)), compose=compose, now=102.0)

    assert row is not None
    assert (row.parts, row.shown, row.state) == (MADE.parts, 1, "sent")


def test_an_answer_is_recorded_only_by_whoever_still_has_to_make_it(store: Store) -> None:
    question, answer = Question("工资", DAY, channel="wechat", subject="s"), Answer("answered", "可以。", DAY, "即墨")
    arrives(store, "m1", "工资", now=100.0)

    def recorded(owner: str) -> bool:
        return bool(wechat_messages.record(store, "m1", owner=owner, question=question, answer=answer))

    before = (recorded("two"), recorded("one"))
    wechat_messages.finish(store, "m1", MADE, compose=None, now=101.0)
    assert (*before, recorded("one"), store.count_outcomes()) == (False, True, False, {"answered": 1})


def test_what_nobody_fetched_is_due_once_all_requests_are_over(store: Store) -> None:
    arrives(store, "m1", "工资", now=100.0)
    wechat_messages.finish(store, "m1", MADE, compose=None, now=101.0)

    def due(now: float) -> list[str]:
        return [row.key for row in wechat_messages.sweep(store, owner="two", stale_after_s=5, over_after_s=16, now=now).due]

    assert (due(110.0), due(117.0)) == ([], ["m1"])


def test_of_two_who_would_push_one_does(store: Store) -> None:
    arrives(store, "m1", "工资", now=100.0)
    wechat_messages.finish(store, "m1", MADE, compose=None, now=101.0)
    taken = [wechat_messages.begin_push(store, "m1", owner=owner, now=120.0) for owner in ("one", "two")]

    assert [row is not None for row in taken] == [True, False]


def test_old_messages_are_deleted_and_what_is_new_is_not(store: Store) -> None:
    arrives(store, "m1", "工资", now=100.0)
    arrives(store, "m2", "工资", now=700_000.0)

    assert wechat_messages.purge(store, now=700_001.0) == 1
    assert wechat_messages.find(store, "m2") is not None


def test_a_database_of_before_is_brought_back(path: Path, store: Store) -> None:
    import sqlalchemy as sa
    from alembic import command
    from alembic.config import Config

    from tests.conftest import REPOSITORY

    arrives(store, "m1", "工资", now=100.0)
    config = Config()
    config.set_main_option("script_location", str(REPOSITORY / "assistant" / "migrations"))
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0002")
    with engine.connect() as connection:
        names = [column["name"] for column in sa.inspect(connection).get_columns("wechat_messages")]
    engine.dispose()
    store.migrate()

    assert names == ["key", "received_at", "subject", "owner", "claimed_at", "reply"]
    assert wechat_messages.find(store, "m1") is not None


# -- cases -----------------------------------------------------------------------------------------------------


def test_a_closed_case_is_listed_no_more_and_a_new_one_can_be_opened(store: Store) -> None:
    def opened_case() -> int:
        return wechat_cases.open_case(store, subject="s", receiver="sealed", reason="asked", transcript=[Turn("转人工", "")], now=100.0)

    first = opened_case()
    assert (opened_case(), wechat_cases.close_case(store, first), wechat_cases.close_case(store, first)) == (first, True, False)
    second = opened_case()
    assert [case.id for case in wechat_cases.cases(store)] == [second]
    assert [case.state for case in wechat_cases.cases(store, closed=True)] == ["closed", "open"]


def test_what_is_said_later_is_added_to_the_open_case_behind_the_reply_and_nothing_is_lost(store: Store) -> None:
    def wanted(*said: str) -> int:
        turns = [Turn(one, "好的") for one in said]
        return wechat_cases.open_case(store, subject="s", receiver="sealed", reason="asked", transcript=turns, now=100.0)

    number = wanted("欠我工资", "转人工")
    wechat_cases.reply(store, number, "来一趟。", Made(("来一趟。",)), now=200.0)
    answered = wechat_cases.find_case(store, number)
    again = wanted("转人工", "去了没人", "转人工")
    case = wechat_cases.find_case(store, number)

    assert answered is not None
    assert case is not None
    assert again == number
    assert (answered.is_waiting, case.is_waiting) == (False, True)
    assert [text for speaker, text in case.talk() if speaker != "program"] == ["欠我工资", "转人工", "来一趟。", "去了没人", "转人工"]


def test_whoever_wants_a_person_days_later_in_the_same_words_is_waiting_again(store: Store) -> None:
    def wanted() -> int:
        return wechat_cases.open_case(store, subject="s", receiver="sealed", reason="asked", transcript=[Turn("转人工", "")], now=100.0)

    number = wanted()
    wechat_cases.reply(store, number, "来一趟。", Made(("来一趟。",)), now=200.0)
    wanted()
    case = wechat_cases.find_case(store, number)

    assert case is not None
    assert case.is_waiting
    assert list(case.talk()) == [("worker", "转人工"), ("person", "来一趟。"), ("worker", "转人工")]


def test_what_is_written_to_a_worker_is_kept_with_the_case_and_lies_ready(store: Store) -> None:
    number = wechat_cases.open_case(store, subject="s", receiver="sealed", reason="asked", transcript=[Turn("转人工", "好的")], now=100.0)
    assert wechat_cases.reply(store, number, "来一趟。", Made(("【人工回复】来一趟。",)), now=200.0) == "kept"
    case = wechat_cases.find_case(store, number)
    due = wechat_messages.sweep(store, owner="two", stale_after_s=5, over_after_s=16, now=200.0).due

    assert case is not None
    assert (case.replies, case.transcript) == (("来一趟。",), (Turn("转人工", "好的"),))
    assert [(row.parts, row.receiver) for row in due] == [(("【人工回复】来一趟。",), "sealed")]


# -- any order of things ---------------------------------------------------------------------------------------


@cache
def _empty() -> Path:
    """A database with its tables, to be copied."""
    path = Path(tempfile.mkdtemp()) / "gonghui.sqlite3"
    with opened(path):
        return path


class AnyOrder(RuleBasedStateMachine):
    """Requests, owners that die, pushes that fail and pulls, in any order: each part is shown once, and no reply ever changes."""

    messages = Bundle("messages")

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store(f"sqlite:///{shutil.copy(_empty(), self.folder.name)}")
        self.now = 1000.0
        self.count = 0
        self.replies: dict[str, str] = {}
        self.seen: list[str] = []

    def teardown(self) -> None:
        """Whatever happened: what was answered is had in the end, by asking for it often enough."""
        if not hasattr(self, "store"):
            return
        self.now += 100
        for row in wechat_messages.sweep(self.store, owner="two", stale_after_s=5, over_after_s=16, now=self.now).due:
            wechat_messages.to_mailbox(self.store, row.key)
        for _ in range(3 * self.count + 3):
            self.more_is_wanted(seconds=0.001)
        mailbox = wechat_messages.mailbox(self.store, "s")
        self.store.close()
        self.folder.cleanup()
        assert mailbox == []

    def take(self, row: Row | None) -> None:
        """What a request would show."""
        if row is None or row.reply is None:
            return
        if row.key not in self.replies:
            self.replies[row.key] = row.reply
            self.seen += [part for part in row.reply.split("#") if part.startswith("part")]
        assert self.replies[row.key] == row.reply

    @rule(target=messages, parts=st.integers(1, 3), seconds=st.floats(0, 100))
    def comes(self, parts: int, seconds: float) -> tuple[str, int]:
        self.now += seconds
        self.count += 1
        key = f"m{self.count}"
        arrival = Arrival(key, "s", "sealed", {"kind": "text", "text": key}, kind="other")
        assert register(self.store, arrival, owner="one", stale_after_s=5, now=self.now).is_mine
        return key, parts

    @rule(message=messages)
    def is_sent_again(self, message: tuple[str, int]) -> None:
        entry = register(self.store, Arrival(message[0], "s"), owner="two", stale_after_s=5, now=self.now)
        self.take(entry.row)

    @rule(message=messages, awaited=st.booleans())
    def is_answered(self, message: tuple[str, int], awaited: bool) -> None:
        made = Made(tuple(f"#part{message[0]}.{place}#" for place in range(message[1])))
        self.take(wechat_messages.finish(self.store, message[0], made, compose=compose if awaited else None, now=self.now))

    @rule(message=messages)
    def is_fetched(self, message: tuple[str, int]) -> None:
        self.take(wechat_messages.hand_over(self.store, message[0], compose, now=self.now))

    @rule(message=messages, way=st.sampled_from(["push", "mailbox"]))
    def is_let_go(self, message: tuple[str, int], way: Any) -> None:
        self.take(wechat_messages.let_go(self.store, message[0], way=way, reply="", now=self.now))

    @rule(message=messages, taken=st.integers(0, 3))
    def is_pushed(self, message: tuple[str, int], taken: int) -> None:
        row = wechat_messages.begin_push(self.store, message[0], owner="one", now=self.now)
        if row is None:
            return
        self.take(row)
        for place in range(row.shown, min(len(row.parts), row.shown + taken)):
            self.seen.append(row.parts[place].strip("#"))
            wechat_messages.note_pushed(self.store, row.key, place + 1, is_over=place + 1 == len(row.parts), now=self.now)
        wechat_messages.to_mailbox(self.store, row.key)

    @rule(seconds=st.floats(0, 30))
    def more_is_wanted(self, seconds: float) -> None:
        self.now += seconds
        self.count += 1
        key = f"p{self.count}"
        arrival = Arrival(key, "s", "sealed", {"kind": "text", "text": "1"}, kind="other")
        register(self.store, arrival, owner="one", stale_after_s=5, now=self.now)
        pulled = wechat_messages.pull(self.store, key, compose, late_s=float("inf"), now=self.now)
        if pulled.verdict == "shown":
            self.take(wechat_messages.find(self.store, key))
        else:
            wechat_messages.settle(self.store, key, "")

    @rule(seconds=st.floats(20, 60))
    def is_swept(self, seconds: float) -> None:
        self.now += seconds
        swept = wechat_messages.sweep(self.store, owner="two", stale_after_s=5, over_after_s=16, now=self.now)
        for row in swept.due:
            wechat_messages.to_mailbox(self.store, row.key)

    @invariant()
    def nothing_is_shown_twice(self) -> None:
        if hasattr(self, "seen"):
            assert len(self.seen) == len(set(self.seen))


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(
    max_examples=20, stateful_step_count=25, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)


# -- what a message costs --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("after_s", "verdict"), [(10.0, "shown"), (2.0, "nothing")])
def test_a_reply_to_the_last_request_is_given_again_to_whoever_asks_for_the_answer(store: Store, after_s: float, verdict: str) -> None:
    """That request may have been cut before the reply was there, and none came after it; after an earlier one the next brings the same."""
    claim(store, "m1", subject="s", owner="one", stale_after_s=30, now=1000.0)
    said = wechat_messages.finish(store, "m1", Made(("答",)), compose=compose, now=1000.0 + after_s)
    register(store, Arrival("m2", "s", body={"text": "查看回答"}, kind="other"), owner="one", stale_after_s=30, now=1030.0)
    pulled = wechat_messages.pull(store, "m2", compose, late_s=9.0, now=1030.0)

    assert said is not None
    assert (pulled.verdict, reply_of(store, "m2")) == (verdict, said.reply if verdict == "shown" else None)


def test_a_promise_to_the_last_request_is_not_given_again(store: Store) -> None:
    claim(store, "m1", subject="s", owner="one", stale_after_s=30, now=1000.0)
    wechat_messages.let_go(store, "m1", way="mailbox", reply="过半分钟回复 1 看。", now=1014.0)
    wechat_messages.finish(store, "m1", Made(("答",)), compose=None, now=1020.0)
    verdicts = []
    for number in range(2):
        register(store, Arrival(f"p{number}", "s", body={"text": "1"}, kind="other"), owner="one", stale_after_s=30, now=1030.0)
        verdicts.append(wechat_messages.pull(store, f"p{number}", compose, late_s=9.0, now=1030.0).verdict)

    assert (verdicts, reply_of(store, "p0")) == (["shown", "nothing"], "答")


@pytest.mark.parametrize(("may_wait", "verdict"), [(True, "busy"), (False, "mine")])
def test_what_need_not_wait_is_taken_beside_two_questions(store: Store, may_wait: bool, verdict: str) -> None:
    for number in range(wechat_messages.MOST_RUNNING):
        claim(store, f"m{number}", subject="s", owner="one", stale_after_s=30, now=1000.0)
    arrival = Arrival("more", "s", body={"text": "转人工"}, may_wait=may_wait)

    assert register(store, arrival, owner="one", stale_after_s=30, now=1001.0).verdict == verdict


def test_a_message_costs_ten_statements_and_four_transactions(store: Store) -> None:
    statements: list[str] = []

    def noted(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement.split(maxsplit=1)[0])

    commits: list[object] = []
    sa.event.listen(store._engine, "before_cursor_execute", noted)
    sa.event.listen(store._engine, "commit", commits.append)
    claim(store, "m1", subject="s1", owner="one", stale_after_s=30)
    wechat_messages.record(store, "m1", owner="one", question=Question("问", DAY), answer=Answer("answered", "答", DAY, "即墨"))
    row = wechat_messages.finish(store, "m1", Made(("答",)), compose=compose, now=time.time())

    assert row == wechat_messages.find(store, "m1")
    assert len(statements) <= 10
    assert len(commits) <= 4


def test_a_message_just_taken_in_is_told_as_the_database_has_it(store: Store) -> None:
    entry = claim(store, "m1", subject="s1", owner="one", stale_after_s=30)

    assert entry.row == wechat_messages.find(store, "m1")
