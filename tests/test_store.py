from __future__ import annotations

import contextlib
import json
import resource
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import StoreUnavailable
from assistant.store import METADATA, Store, Thread, answer_from_json, answer_to_json
from assistant.types import Answer, AsksBack, Citation, CitedArticle, Failure, Figure, Question, Section
from assistant.wechat_messages import Arrival, register

DAY = date(2026, 11, 21)
QUESTION = Question("老板欠我三个月工资怎么办", DAY, channel="wechat", subject="a1b2")
ANSWER = Answer(
    "answered",
    "可以要回来。",
    DAY,
    "即墨",
    source="guide",
    sections=(Section("steps", ("先存证据。", "再投诉。")),),
    citations=(CitedArticle(Citation("劳动合同法", "85"), "用人单位有下列情形之一的……", None),),
    figures=(Figure("2400 元/月", "2400", "元/月", "parameter:minimum_wage_month"),),
    guide_ids=("unpaid-wages",),
    notes=("用之前请打 12351。",),
    applied="您说干了三年，按 3 个月算。",
    suggestions=("没签合同怎么办",),
    index_version="0123456789ab",
    failures=(Failure("nothing_cited", "model"),),
)


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "gonghui.sqlite3"


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


# -- answers ---------------------------------------------------------------------------------------------------


def test_an_answer_kept_is_found_by_its_token(store: Store) -> None:
    token = store.record(QUESTION, ANSWER)

    found = store.find_answer(token)
    assert found is not None
    assert (found.question, found.answer) == (QUESTION.text, replace(ANSWER, token=token))


def test_an_unknown_token_finds_nothing(store: Store) -> None:
    store.record(QUESTION, ANSWER)

    assert store.find_answer("x" * 22) is None


def test_every_answer_gets_a_token_nobody_can_guess(store: Store) -> None:
    tokens = {store.record(QUESTION, ANSWER) for _ in range(20)}

    assert len(tokens) == 20
    assert min(len(token) for token in tokens) >= 20


PLAIN_ANSWERS = st.builds(Answer, parts=st.just(()))
# A part has no page of its own.
PARTS = st.lists(PLAIN_ANSWERS.map(lambda part: replace(part, token=None)), max_size=2).map(tuple)


@given(st.builds(Answer, parts=PARTS))
def test_every_answer_survives_being_written_as_json(answer: Answer) -> None:
    assert answer_from_json(json.loads(json.dumps(answer_to_json(answer))), answer.token) == answer


def test_an_answer_kept_before_there_were_parts_is_read() -> None:
    row = answer_to_json(ANSWER)
    del row["parts"], row["matter"]

    assert answer_from_json(row) == ANSWER


def test_answers_are_counted_by_outcome(store: Store) -> None:
    store.record(QUESTION, ANSWER)
    store.record(QUESTION, ANSWER)
    store.record(QUESTION, replace(ANSWER, outcome="crisis"))

    assert store.count_outcomes() == {"answered": 2, "crisis": 1}


def test_what_the_gate_refused_is_counted_by_check(store: Store) -> None:
    figure, phone = Failure("claim_figure", "3 倍"), Failure("phone_not_allowed", '说了"failures": []')
    for failures in ((figure, phone), (), (figure,)):
        store.record(QUESTION, replace(ANSWER, failures=failures))

    assert store.count_failures(datetime.now(timezone.utc) - timedelta(days=7)) == {"claim_figure": 2, "phone_not_allowed": 1}


def test_what_the_gate_refused_before_the_time_is_not_counted(store: Store) -> None:
    store.record(QUESTION, ANSWER)

    assert store.count_failures(datetime.now(timezone.utc) + timedelta(seconds=5)) == {}


def recently() -> datetime:
    return datetime.now(timezone.utc) - timedelta(minutes=5)


def test_a_thread_is_what_a_person_asked_in_this_matter_oldest_first(store: Store) -> None:
    store.record(replace(QUESTION, text="第一问"), ANSWER)
    store.record(replace(QUESTION, text="第二问", history=("第一问",)), ANSWER)

    assert store.thread("a1b2", since=recently()) == Thread(("第一问", "第二问"))


def test_a_thread_says_what_was_asked_back_and_which_question_is_still_open(store: Store) -> None:
    asks = AsksBack("contract-signed", "签合同了吗？", ("没签过", "签了"))
    store.record(QUESTION, replace(ANSWER, asks_back=asks))
    asked_back = store.thread("a1b2", since=recently())
    store.record(replace(QUESTION, text="第二问", history=asked_back.history, asked=asked_back.asked), ANSWER)

    assert asked_back == Thread((QUESTION.text,), ("contract-signed",), "contract-signed")
    assert store.thread("a1b2", since=recently()) == Thread((QUESTION.text, "第二问"), ("contract-signed",))


def test_a_thread_survives_a_restart(path: Path) -> None:
    with opened(path) as store:
        store.record(replace(QUESTION, history=("第一问",)), ANSWER)
    with opened(path) as store:
        assert store.thread("a1b2", since=recently()).history == ("第一问", QUESTION.text)


def test_a_long_thread_keeps_its_end(store: Store) -> None:
    store.record(replace(QUESTION, history=tuple(f"第{number}问" for number in range(9))), ANSWER)

    assert store.thread("a1b2", since=recently()).history == (*(f"第{number}问" for number in range(2, 9)), QUESTION.text)


def test_after_forget_it_nothing_is_leant_on(store: Store) -> None:
    store.record(QUESTION, ANSWER)
    store.record(replace(QUESTION, text="清空", history=(QUESTION.text,)), replace(ANSWER, outcome="clarify", reply_id="clarify_forgotten"))

    assert store.thread("a1b2", since=recently()) == Thread()


def test_a_cry_for_help_is_no_part_of_a_matter(store: Store) -> None:
    store.record(QUESTION, ANSWER)
    store.record(replace(QUESTION, text="有人晕倒了"), replace(ANSWER, outcome="crisis"))

    assert store.thread("a1b2", since=recently()).history == (QUESTION.text,)


def test_the_questions_of_somebody_else_are_no_thread(store: Store) -> None:
    store.record(replace(QUESTION, subject="somebody else"), ANSWER)

    assert store.thread("a1b2", since=recently()) == Thread()


def test_questions_before_the_time_are_no_thread(store: Store) -> None:
    store.record(QUESTION, ANSWER)

    assert store.thread("a1b2", since=datetime.now(timezone.utc) + timedelta(seconds=1)) == Thread()


def test_whoever_is_forgotten_has_no_thread(store: Store) -> None:
    store.record(QUESTION, ANSWER)
    store.forget("a1b2")

    assert store.thread("a1b2", since=recently()) == Thread()


def test_an_answer_kept_before_anything_was_asked_back_is_still_read(store: Store) -> None:
    row = answer_to_json(ANSWER)
    del row["asks_back"]

    assert answer_from_json(row) == ANSWER


# -- forgetting ------------------------------------------------------------------------------------------------


def test_forgetting_somebody_deletes_answers_and_messages(path: Path, store: Store) -> None:
    store.record(QUESTION, ANSWER)
    register(store, Arrival("m1", "a1b2"), owner="one", stale_after_s=30, now=1000.0)

    assert store.forget("a1b2") == 2
    with contextlib.closing(sqlite3.connect(path)) as connection:
        left = [connection.execute(f"select count(*) from {table}").fetchone()[0] for table in ("answers", "wechat_messages")]
    assert left == [0, 0]


def test_forgetting_somebody_leaves_the_others(store: Store) -> None:
    token = store.record(replace(QUESTION, subject="somebody else"), ANSWER)

    store.forget("a1b2")

    assert store.find_answer(token) is not None


# -- the database itself ---------------------------------------------------------------------------------------


def test_what_is_committed_survives_a_power_cut(store: Store) -> None:
    with store._engine.connect() as connection:
        settings = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]

    assert settings == ["wal", 2]  # 2 is FULL: https://sqlite.org/pragma.html#pragma_synchronous


def test_a_second_writer_waits_instead_of_failing(path: Path, store: Store) -> None:
    with contextlib.closing(sqlite3.connect(path, check_same_thread=False)) as other:
        other.execute("begin immediate")
        release = threading.Timer(0.5, other.rollback)
        release.start()

        assert register(store, Arrival("m1", "s"), owner="one", stale_after_s=30, now=1000.0).is_mine
        release.join()


def test_threads_of_one_process_write_in_turn(store: Store) -> None:
    """SQLite would let the second one sleep and try again, which costs whoever waits up to a tenth of a second each time."""
    order, entered, go_on = list[str](), threading.Event(), threading.Event()

    def first(_connection: sa.Connection) -> None:
        entered.set()
        assert go_on.wait(5)
        order.append("first is done")

    with ThreadPoolExecutor(2) as threads:
        threads.submit(store.run, first)
        assert entered.wait(5)
        second = threads.submit(store.run, lambda _connection: order.append("second begins"))
        time.sleep(0.1)
        go_on.set()
        second.result(5)

    assert order == ["first is done", "second begins"]


def test_a_thread_whose_turn_does_not_come_says_that_the_database_is_unavailable(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.store.BUSY_S", 0.05)
    entered, go_on = threading.Event(), threading.Event()

    def first(_connection: sa.Connection) -> None:
        entered.set()
        assert go_on.wait(5)

    with ThreadPoolExecutor(1) as threads:
        holding = threads.submit(store.run, first)
        assert entered.wait(5)
        with pytest.raises(StoreUnavailable, match="GONGHUI_DATABASE_URL"):
            store.run(lambda _connection: None)
        go_on.set()
        holding.result(5)

    store.check_writable()


def test_migrating_twice_changes_nothing(store: Store) -> None:
    token = store.record(QUESTION, ANSWER)

    store.migrate()

    assert store.find_answer(token) is not None


def test_checking_that_it_can_be_written_leaves_nothing_behind(store: Store) -> None:
    token = store.record(QUESTION, ANSWER)
    before = how_many_rows(store)

    store.check_writable()
    store.check_writable()

    assert how_many_rows(store) == before
    assert store.find_answer(token) is not None


def how_many_rows(store: Store) -> dict[str, int]:
    counts = {table.name: sa.select(sa.func.count()).select_from(table) for table in METADATA.sorted_tables}
    return store.read(lambda connection: {name: connection.execute(count).scalar_one() for name, count in counts.items()})


def test_checking_that_it_can_be_written_reaches_the_disk_each_time(store: Store, path: Path) -> None:
    written = Path(f"{path}-wal")
    sizes = [written.stat().st_size]
    for _ in range(3):
        store.check_writable()
        sizes.append(written.stat().st_size)

    assert sizes == sorted(set(sizes))


def test_a_disk_that_takes_nothing_more_is_noticed(store: Store) -> None:
    with no_file_takes_a_byte(), pytest.raises(StoreUnavailable, match="磁盘"):
        store.check_writable()

    store.check_writable()


@contextlib.contextmanager
def no_file_takes_a_byte() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_file_that_is_no_database_is_refused_with_the_setting_to_check(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"this is no database, it only looks like a file" * 100)
    store = Store(f"sqlite:///{path}")

    with pytest.raises(StoreUnavailable, match="GONGHUI_DATABASE_URL"):
        store.migrate()
    store.close()


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = Store(f"sqlite:///{tmp_path / 'file' / 'gonghui.sqlite3'}")

    with pytest.raises(StoreUnavailable):
        store.migrate()
    store.close()


@pytest.mark.parametrize(
    "address", [pytest.param("not an address", id="no address"), pytest.param("oracle+nodriver://h/db", id="an unknown driver")]
)
def test_a_wrong_address_is_refused_with_the_setting_to_check(address: str) -> None:
    with pytest.raises(StoreUnavailable, match="GONGHUI_DATABASE_URL"):
        Store(address)


def test_reading_before_the_tables_exist_says_that_the_database_is_unavailable(path: Path) -> None:
    path.parent.mkdir()
    store = Store(f"sqlite:///{path}")

    with pytest.raises(StoreUnavailable):
        store.find_answer("x")
    store.close()
