"""How fast somebody may try names and passwords of the console. Names and addresses come here as keyed hashes.

Each wrong try slows down what may try next, and none of it locks out whose name it is:
- a name from one address: after three wrong tries 2, 4, 8 … 300 seconds between two;
- an address with all its names: after ten wrong tries 2, 4 … 60 seconds between two;
- a name from all addresses: after ten wrong tries each is held for two seconds, and then looked at all the same;
- a name from an address from which it was signed in before passes all of that: its tries stand in line, two seconds apart at most.
What is refused is not looked at, counts for nothing and costs no hash. After an hour without tries all begins anew.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from assistant.store import METADATA, Store

FREE_TRIES, FREE_TRIES_OF_ALL = 3, 10
LONGEST_S, LONGEST_OF_ADDRESS_S, LONGEST_IF_KNOWN_S = 300.0, 60.0, 2.0
HELD_S = 2.0
# Who stands in line for longer is refused as well: somebody sends many tries at once.
LONGEST_HELD_S = 10.0
FORGIVEN_AFTER_S = 3600.0
KEPT_S, KNOWN_FOR_S = 86400.0, 90 * 86400.0
# Stands for every name in the row of an address, and for every address in the row of a name.
_ALL = ""

TRIES = sa.Table(
    "staff_tries",
    METADATA,
    sa.Column("who", sa.String(32), primary_key=True),
    sa.Column("address", sa.String(32), primary_key=True),
    sa.Column("wrong", sa.Integer, nullable=False),
    sa.Column("tried_at", sa.Float, nullable=False, index=True),
    sa.Column("next_at", sa.Float, nullable=False),
    sa.Column("is_known", sa.Boolean, nullable=False),
)


class Turn(NamedTuple):
    """What becomes of a try: refused for so many seconds more, or to be held for so many and then looked at."""

    wait_s: float
    is_refused: bool = False


class _Count(NamedTuple):
    wrong: int = 0
    next_at: float = 0.0
    is_known: bool = False


def begin(store: Store, who: str, address: str, *, now: float) -> Turn:
    """Say when a try may be looked at, and count it as a wrong one (`succeed` takes that back): of many at once each is counted."""

    def work(connection: sa.Connection) -> Turn:
        _forget(connection, now)
        if _count(connection, who, address, now).is_known:
            return _known(connection, who, address, now)
        # Locked in one order, whoever comes: two processes cannot wait for each other.
        everybody = _locked(connection, _ALL, address, now)
        own = _locked(connection, who, address, now)
        wait = max(own.next_at, everybody.next_at) - now
        if wait > 0:
            return Turn(wait, is_refused=True)
        everywhere = _locked(connection, who, _ALL, now)
        own_gap = _gap(own.wrong + 1 - FREE_TRIES, LONGEST_S)
        _put(connection, who, address, now, own.wrong + 1, now + own_gap)
        gap = _gap(everybody.wrong + 1 - FREE_TRIES_OF_ALL, LONGEST_OF_ADDRESS_S)
        _put(connection, _ALL, address, now, everybody.wrong + 1, now + gap)
        _put(connection, who, _ALL, now, everywhere.wrong + 1, 0.0)
        return Turn(HELD_S if everywhere.wrong >= FREE_TRIES_OF_ALL else 0.0)

    return store.run(work)


def succeed(store: Store, who: str, address: str, *, now: float) -> None:
    """Note that the password was right: from this address the name is known from now on, and its wrong tries are forgiven."""

    def work(connection: sa.Connection) -> None:
        for of, at in ((_ALL, address), (who, _ALL)):
            update = sa.update(TRIES).where(TRIES.c.who == of, TRIES.c.address == at, TRIES.c.wrong > 0)
            connection.execute(update.values(wrong=TRIES.c.wrong - 1))
        _put(connection, who, address, now, 0, 0.0, is_known=True)

    store.run(work)


def _known(connection: sa.Connection, who: str, address: str, now: float) -> Turn:
    own = _locked(connection, who, address, now)
    wait = max(own.next_at - now, 0.0)
    if wait > LONGEST_HELD_S:
        return Turn(wait, is_refused=True)
    gap = _gap(own.wrong + 1 - FREE_TRIES, LONGEST_IF_KNOWN_S)
    _put(connection, who, address, now, own.wrong + 1, now + wait + gap, is_known=True)
    return Turn(wait)


def _gap(over: int, longest: float) -> float:
    return min(2.0 ** min(over, 20), longest) if over > 0 else 0.0


def _count(connection: sa.Connection, who: str, address: str, now: float) -> _Count:
    row = connection.execute(sa.select(TRIES).where(TRIES.c.who == who, TRIES.c.address == address)).mappings().first()
    if row is None:
        return _Count()
    # What lies ahead of a clock that was set back counts for nothing either.
    is_old = abs(now - row["tried_at"]) > FORGIVEN_AFTER_S
    return _Count(is_known=row["is_known"]) if is_old else _Count(row["wrong"], row["next_at"], row["is_known"])


def _locked(connection: sa.Connection, who: str, address: str, now: float) -> _Count:
    """The count, which no other try changes until this one is written down."""
    row = {"who": who, "address": address, "wrong": 0, "tried_at": now, "next_at": 0.0, "is_known": False}
    _upsert(connection, row, {"wrong": TRIES.c.wrong})
    return _count(connection, who, address, now)


def _put(connection: sa.Connection, who: str, address: str, now: float, wrong: int, next_at: float, *, is_known: bool = False) -> None:
    values = {"wrong": wrong, "tried_at": now, "next_at": next_at, "is_known": is_known}
    _upsert(connection, {"who": who, "address": address} | values, values)


def _upsert(connection: sa.Connection, row: dict[str, Any], values: dict[str, Any]) -> None:
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(insert(TRIES).values(row).on_conflict_do_update(index_elements=["who", "address"], set_=values))


def _forget(connection: sa.Connection, now: float) -> None:
    kept = sa.case((TRIES.c.is_known, KNOWN_FOR_S), else_=KEPT_S)
    connection.execute(sa.delete(TRIES).where(TRIES.c.tried_at < now - kept))
