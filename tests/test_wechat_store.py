from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from assistant import wechat_messages
from assistant.errors import StoreUnavailable
from assistant.store import Store
from assistant.types import Answer, Question
from assistant.wechat_store import (
    WECHAT_ACCOUNTS,
    KeptToken,
    PushRight,
    find_token,
    keep_token,
    permit_push,
    push_right,
    refuse_push,
)
from tests.conftest import REPOSITORY

APP = "wx0123456789abcdef"


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Path:
    return tmp_path / "gonghui.sqlite3"


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{path}")
    try:
        yield store
    finally:
        store.close()


@pytest.fixture(name="store")
def _store(path: Path) -> Iterator[Store]:
    with opened(path) as store:
        store.migrate()
        yield store


def at_revision(path: Path, revision: str) -> None:
    """Make the database as the program of *revision* made it."""
    config = Config()
    config.set_main_option("script_location", str(REPOSITORY / "assistant" / "migrations"))
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def tables(path: Path) -> set[str]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return {row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")}


# -- the token -------------------------------------------------------------------------------------------------


def test_at_first_there_is_no_token(store: Store) -> None:
    assert find_token(store, APP) is None


def test_a_token_kept_is_found_after_a_restart(path: Path, store: Store) -> None:
    keep_token(store, APP, KeptToken("sealed", 1000.5))

    with opened(path) as again:
        assert find_token(again, APP) == KeptToken("sealed", 1000.5)


def test_a_later_token_takes_the_place_of_an_earlier_one(store: Store) -> None:
    keep_token(store, APP, KeptToken("one", 1.0))
    keep_token(store, APP, KeptToken("two", 2.0))

    assert find_token(store, APP) == KeptToken("two", 2.0)


def test_each_account_has_its_own_token(store: Store) -> None:
    keep_token(store, APP, KeptToken("one", 1.0))

    assert find_token(store, "wxffffffffffffffff") is None


def test_many_who_keep_a_token_at_once_leave_one_row(path: Path, store: Store) -> None:
    barrier = threading.Barrier(8)
    failures: list[Exception] = []

    def work(number: int) -> None:
        with opened(path) as own:
            barrier.wait()
            try:
                keep_token(own, APP, KeptToken(f"t{number}", float(number)))
                refuse_push(own, APP, now=5.0)
            except StoreUnavailable as error:
                failures.append(error)

    workers = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert failures == []
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("select count(*), min(push_refused_at) from wechat_accounts").fetchall() == [(1, 5.0)]


# -- the right to push -----------------------------------------------------------------------------------------


def test_at_first_the_right_to_push_is_unknown(store: Store) -> None:
    assert push_right(store, APP, now=0) == PushRight("unknown", None)


def test_a_token_says_nothing_of_the_right_to_push(store: Store) -> None:
    keep_token(store, APP, KeptToken("sealed", 1.0))

    assert push_right(store, APP, now=0).state == "unknown"


@pytest.mark.parametrize(
    ("now", "state"), [(1000, "refused"), (1000 + 86399, "refused"), (1000 + 86400, "unknown"), (1000 + 10**7, "unknown")]
)
def test_a_refusal_holds_for_a_day(store: Store, now: float, state: str) -> None:
    refuse_push(store, APP, now=1000.0)

    assert push_right(store, APP, now=now) == PushRight(state, 1000.0)


def test_a_refusal_takes_the_right_away_and_a_later_push_gives_it_back(store: Store) -> None:
    permit_push(store, APP)
    before = push_right(store, APP, now=0).state
    refuse_push(store, APP, now=1000.0)
    refused = push_right(store, APP, now=1001).state
    permit_push(store, APP)

    assert (before, refused, push_right(store, APP, now=1002)) == ("permitted", "refused", PushRight("permitted", 1000.0))


def test_the_right_to_push_leaves_the_token_alone(store: Store) -> None:
    keep_token(store, APP, KeptToken("sealed", 1.0))
    refuse_push(store, APP, now=1000.0)
    permit_push(store, APP)

    assert find_token(store, APP) == KeptToken("sealed", 1.0)


def test_without_its_table_the_database_is_unavailable(path: Path) -> None:
    at_revision(path, "0001")

    with opened(path) as store, pytest.raises(StoreUnavailable):
        find_token(store, APP)


# -- from one version to the next ------------------------------------------------------------------------------


def test_a_database_of_the_first_version_is_brought_forward_with_all_it_holds(path: Path) -> None:
    at_revision(path, "0001")
    assert "wechat_accounts" not in tables(path)
    question = Question("老板欠我三个月工资怎么办", date(2026, 11, 21), channel="wechat", subject="a1b2")
    with opened(path) as store:
        token = store.record(question, Answer("answered", "可以要回来。", date(2026, 11, 21), "即墨"))
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.execute(
                "insert into wechat_messages values ('m1', 1000.0, 'a1b2', 'one', 1000.0, '答复'), ('m2', 1000, 'a1b2', 'o', 1000, null)"
            )
            connection.commit()

        store.migrate()

        answered, dead = wechat_messages.find(store, "m1"), wechat_messages.find(store, "m2")
        assert answered is not None
        assert dead is not None
        assert (answered.reply, answered.state, dead.reply, dead.state) == ("答复", "sent", None, "running")

        found = store.find_answer(token)
        assert found is not None
        assert (found.answer.short, push_right(store, APP, now=0).state) == ("可以要回来。", "unknown")
        keep_token(store, APP, KeptToken("sealed", 1.0))
        store.migrate()
        assert find_token(store, APP) == KeptToken("sealed", 1.0)


def test_a_database_killed_between_the_table_and_its_version_is_finished(path: Path) -> None:
    at_revision(path, "head")
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("update alembic_version set version_num = '0001'")
        connection.commit()

    with opened(path) as store:
        store.migrate()
        assert find_token(store, APP) is None


def test_the_migrations_make_the_tables_the_program_describes(path: Path) -> None:
    at_revision(path, "head")
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), WECHAT_ACCOUNTS.metadata)
    engine.dispose()

    assert differences == []
