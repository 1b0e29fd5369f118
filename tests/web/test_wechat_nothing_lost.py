"""What goes wrong beside the answer: the database out of reach for a moment, everybody busy, a message far too long."""

from __future__ import annotations

import asyncio
import contextlib
import re
import sqlite3
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from assistant import wechat_messages
from assistant.errors import StoreUnavailable
from assistant.web.wechat import channel as channels
from assistant.web.wechat import conversation, phrases
from assistant.web.wechat.messages import LONGEST_CONTENT, Message
from assistant.web.wechat.parts import LIMIT, STAFF, of_staff
from assistant.web.wechat.simulated_platform import event, text_message
from tests.web.phones import service, wait_until
from tests.web.test_wechat_talk import ANSWER, OTHER, QUESTION, kept

PERSON = "oWorker-0001"


@contextlib.contextmanager
def held(folder: Path) -> Iterator[None]:
    """The database, while another program writes to it."""
    with contextlib.closing(sqlite3.connect(folder / "gonghui.sqlite3", isolation_level=None)) as holder:
        holder.execute("begin immediate")
        try:
            yield
        finally:
            holder.execute("rollback")


def test_whoever_leaves_while_the_database_is_held_is_forgotten_once_it_is_free(tmp_path: Path, small_data: Path) -> None:
    with service(tmp_path, data_dir=small_data, scale=1.0) as one:
        one.says(QUESTION)
        with held(tmp_path):
            leaving = threading.Thread(target=one.deliver, args=(event("unsubscribe", sender=PERSON),))
            leaving.start()
            time.sleep(2.5)
            still_there = kept(one, "answers", PERSON)
        wait_until(lambda: not kept(one, "answers", PERSON) and not kept(one, "wechat_messages", PERSON))
        leaving.join(20)

    assert still_there


def test_what_was_said_without_the_database_is_the_answer_and_no_other_follows(
    tmp_path: Path, small_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find, broken_until = wechat_messages.find, 0.0

    def sometimes(*given: Any) -> Any:
        if time.monotonic() < broken_until:
            raise StoreUnavailable("busy")
        return find(*given)

    monkeypatch.setattr(wechat_messages, "find", sometimes)
    with service(tmp_path, data_dir=small_data, scale=1.0, slow={"工资": 2}) as one:
        broken_until = time.monotonic() + 1.5
        message = text_message(QUESTION)
        first = one.deliver(message)
        again = one.deliver(message).seen
        time.sleep(3)
        later = one.says("查看回答")
        [row] = [row for row in kept(one, "wechat_messages", PERSON) if row["key"].endswith(message["MsgId"])]

    assert ANSWER in str(first.seen)
    assert again == first.seen
    assert later == phrases.NOTHING_LEFT
    assert (row["state"], row["reply"]) == ("sent", first.seen)


def test_a_message_let_lie_is_taken_up_again_while_others_are_still_being_answered(
    tmp_path: Path, small_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, let_lie = wechat_messages.begin, threading.Event()

    def once_out_of_reach(*given: Any, **named: Any) -> Any:
        if not let_lie.is_set():
            let_lie.set()
            raise StoreUnavailable("busy")
        return begin(*given, **named)

    monkeypatch.setattr(wechat_messages, "begin", once_out_of_reach)
    with service(tmp_path, data_dir=small_data, scale=0.2, slow={"双倍": 60}) as one:
        other = one.later(OTHER, sender="oWorker-0002")
        one.deliver(text_message(QUESTION + "，", sender=PERSON))
        wait_until(lambda: [row for row in kept(one, "wechat_messages", PERSON) if row["parts"]], seconds=8)
        [busy] = kept(one, "wechat_messages", "oWorker-0002")
        other()

    assert let_lie.is_set()
    assert busy["state"] == "running"


def test_a_message_that_breaks_the_program_is_answered_all_the_same_and_once(
    tmp_path: Path, small_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: Any, **_named: Any) -> Any:
        raise ValueError("a mistake of ours")

    monkeypatch.setattr(wechat_messages, "begin", broken)
    with service(tmp_path, data_dir=small_data, scale=0.2) as one:
        message = text_message(QUESTION + "，", sender=PERSON)
        said = one.deliver(message).seen
        again = one.deliver(message).seen

    assert phrases.STILL_BUSY in str(said)
    assert again == said


def test_who_waits_for_two_answers_may_still_ask_for_a_person(tmp_path: Path, small_data: Path) -> None:
    with service(tmp_path, data_dir=small_data, scale=1.0, slow={"三个月工资": 8, "双倍": 8}) as one:
        waiting = [one.later(words) for words in (QUESTION, OTHER)]
        wait_until(lambda: len(one.searched) == 2)
        wanted = one.says("转人工")
        third = one.says("产假有几天")
        for wait in waiting:
            wait()

    assert "记录号" in wanted
    assert third == phrases.TOO_MANY


@pytest.mark.parametrize(
    ("busy", "words", "told"),
    [
        pytest.param("_workers", "我不想活了", "12356", id="an emergency while answers are made"),
        pytest.param("_picture_workers", QUESTION, ANSWER, id="a question while pictures are read"),
    ],
)
def test_what_may_not_wait_for_others_has_threads_of_its_own(tmp_path: Path, small_data: Path, busy: str, words: str, told: str) -> None:
    free = threading.Event()
    with service(tmp_path, data_dir=small_data) as one:
        for _ in range(2 * channels.WORKERS):
            getattr(one.channel, busy).submit(free.wait, 30)
        try:
            said = one.says(words)
        finally:
            free.set()

    assert told in said


def test_a_database_in_trouble_is_told_by_one_thread_and_one_row_s_trouble_holds_up_no_other(tmp_path: Path, small_data: Path) -> None:
    at_once, most, done = 0, 0, list[str]()

    def work(name: str, *, fails: bool = False) -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        time.sleep(0.02)
        at_once -= 1
        if fails:
            raise StoreUnavailable("this row, always")
        done.append(name)

    async def owe(channel: channels.Channel) -> None:
        channel.owe("broken", lambda: work("broken", fails=True))
        for told in [channel.owe(f"m{number}", partial(work, f"m{number}")) for number in range(20)]:
            await asyncio.wait_for(told.wait(), 10)

    with service(tmp_path, data_dir=small_data) as one:
        asyncio.run(owe(one.channel))

    assert done == [f"m{number}" for number in range(20)]
    assert most == 1


def test_of_a_message_far_too_long_no_more_is_looked_at_than_its_beginning(
    tmp_path: Path, small_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at = list[int]()

    def noted(message: Message) -> Any:
        looked_at.append(len(message.content))
        return body_of(message)

    body_of = conversation.body_of
    monkeypatch.setattr(conversation, "body_of", noted)
    with service(tmp_path, data_dir=small_data) as one:
        looked_at.clear()
        said = one.says("13800138000，" * 2000)

    assert "太长" in said
    assert looked_at == [LONGEST_CONTENT]


def test_every_part_of_what_a_person_of_the_union_wrote_says_so() -> None:
    written = of_staff("请带上合同和工资条来找我们。" * 200)

    assert len(written.parts) > 1
    assert [part for part in written.parts if not part.startswith(STAFF) or len(part.encode()) > LIMIT] == []


def test_no_reply_holds_the_sender_s_name(tmp_path: Path, small_data: Path) -> None:
    sender = "oKQZ7SecretSender"
    with service(tmp_path, data_dir=small_data, public_base_url="https://gonghui.example") as one:
        seen = [one.says(words, sender) for words in (QUESTION, "1", "①", "转人工", "查看回答")] + [one.does("subscribe", sender)]

    assert re.search(r"https://gonghui\.example/a/[\w-]{20,}", seen[0])
    assert [text for text in seen if sender in text] == []


@pytest.mark.parametrize("other", [{"sender": "oB"}, {"created": "2"}, {"event": "SCAN"}, {"event_key": "x"}])
def test_events_that_differ_in_one_thing_are_two(other: dict[str, str]) -> None:
    one = {"sender": "oA", "recipient": "gh", "kind": "event", "created": "1", "event": "CLICK", "event_key": "k"}

    assert Message(**one).key != Message(**{**one, **other}).key
