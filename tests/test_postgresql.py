"""What holds of the database holds with PostgreSQL too: every test of these modules that needs a store and nothing else runs again."""

from __future__ import annotations

import inspect
import itertools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from assistant.errors import StoreUnavailable
from assistant.store import METADATA, Store
from assistant.web.wechat.conversation import TRANSFER
from assistant.wechat_messages import Arrival, register, settle
from tests import test_staff, test_store, test_wechat_messages, test_wechat_store
from tests.postgresql_server import is_installed, postgresql_server

pytestmark = pytest.mark.skipif(not is_installed(), reason="PostgreSQL or its driver is not installed")

# What is said there of power cuts, of turns and of the number of statements is SQLite's alone.
ONLY_SQLITE = {
    "test_what_is_committed_survives_a_power_cut",
    "test_threads_of_one_process_write_in_turn",
    "test_a_message_costs_ten_statements_and_four_transactions",
    "test_a_disk_that_takes_nothing_more_is_noticed",
}
AGAIN = [
    pytest.param(test, id=f"{module.__name__.removeprefix('tests.test_')}: {name}")
    for module in (test_staff, test_store, test_wechat_messages, test_wechat_store)
    for name, test in vars(module).items()
    if name.startswith("test_") and list(inspect.signature(test).parameters) == ["store"] and name not in ONLY_SQLITE
]
DATABASES = itertools.count(1)


@pytest.fixture(name="server", scope="module")
def _server() -> Iterator[str]:
    with postgresql_server() as address:
        yield address


@pytest.fixture(name="address")
def _address(server: str) -> str:
    """An empty database."""
    name = f"gonghui{next(DATABASES)}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"create database {name}"))
    engine.dispose()
    return server.replace("/postgres?", f"/{name}?")


@pytest.fixture(name="store")
def _store(address: str) -> Iterator[Store]:
    store = Store(address)
    store.migrate()
    yield store
    store.close()


@pytest.mark.parametrize("test", AGAIN)
def test_what_holds_with_sqlite_holds_with_postgresql(test: Callable[[Store], Any], store: Store) -> None:
    test(store)


def test_the_migrations_make_the_tables_the_program_describes(address: str, store: Store) -> None:
    engine = sa.create_engine(address)
    there = sa.inspect(engine)
    made = {table: {column["name"] for column in there.get_columns(table)} for table in there.get_table_names()}
    engine.dispose()

    assert made == {table.name: set(table.c.keys()) for table in METADATA.sorted_tables} | {"alembic_version": {"version_num"}}


def test_two_processes_that_start_at_once_make_the_tables_once(address: str) -> None:
    stores = [Store(address) for _ in range(4)]
    with ThreadPoolExecutor(4) as starting:
        list(starting.map(Store.migrate, stores))
    revisions = stores[0].read(lambda connection: connection.execute(sa.text("select version_num from alembic_version")).scalars().all())
    for store in stores:
        store.check_writable()
        store.close()

    assert len(revisions) == 1


def test_of_many_who_claim_one_message_one_owns_it(address: str, store: Store) -> None:
    others = [Store(address) for _ in range(8)]
    barrier = threading.Barrier(8)

    def claim(own: Store) -> list[bool]:
        mine = []
        for number in range(10):
            barrier.wait()
            arrival = Arrival(f"m{number}", "s", body={"text": "工资"})
            mine.append(register(own, arrival, owner=str(id(own)), stale_after_s=30, now=1000.0).is_mine)
        return mine

    with ThreadPoolExecutor(8) as pool:
        claimed = list(pool.map(claim, others))
    for own in others:
        own.close()

    assert [sum(mine) for mine in zip(*claimed, strict=True)] == [1] * 10


def test_bubbles_of_one_person_that_come_at_once_are_one_question(address: str, store: Store) -> None:
    others = [Store(address) for _ in range(6)]
    barrier = threading.Barrier(6)

    def write(number: int) -> str:
        barrier.wait()
        arrival = Arrival(f"b{number}", "s", body={"kind": "text", "text": f"第{number}句"}, kind="question", gathers_s=2.0)
        return register(others[number], arrival, owner="one", stale_after_s=30, now=1000.0).verdict

    with ThreadPoolExecutor(6) as pool:
        verdicts = list(pool.map(write, range(6)))
    for own in others:
        own.close()

    assert sorted(verdicts) == ["joined"] * 5 + ["mine"]


def test_a_message_is_handed_to_the_platform_s_own_seats(store: Store) -> None:
    """PostgreSQL takes no NUL, which once began the mark for it."""
    register(store, Arrival("m1", "s", body={"text": "转人工"}), owner="one", stale_after_s=30, now=1000.0)

    assert settle(store, "m1", TRANSFER) == TRANSFER


def test_a_server_that_is_gone_says_which_setting_to_check(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="GONGHUI_DATABASE_URL"):
        Store(f"postgresql://gonghui@/postgres?host={tmp_path}").migrate()
