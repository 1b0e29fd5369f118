"""Who of the hotline's staff may sign in to the console, and who is signed in. Passwords come and stay as hashes (`passwords`).

A session is a random token that only the browser has; the database keeps its SHA-256. A module beside `store`, whose engine it uses.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from typing import Any, NamedTuple

import sqlalchemy as sa

from assistant.store import METADATA, Store

# OWASP ASVS 5.0: 7.3.1 and 7.3.2. How long somebody may do nothing, and a session may last in all.
IDLE_S, LONGEST_S = 30 * 60.0, 12 * 3600.0
# An initial password nobody used.
INITIAL_LASTS_S = 7 * 86400.0
# A session is noted as seen so often, not at each request.
_NOTED_EVERY_S = 30.0
_NAME = re.compile(r"[^\W_][\w.\-]{1,31}")

STAFF = sa.Table(
    "staff",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("name", sa.String(32), nullable=False, unique=True),
    sa.Column("password", sa.Text, nullable=False),
    # An initial password holds until then, 0 where it was used; None: the person chose the password.
    sa.Column("initial_until", sa.Float, nullable=True),
    sa.Column("disabled_at", sa.Float, nullable=True),
    sa.Column("added_at", sa.Float, nullable=False),
    sa.Column("signed_in_at", sa.Float, nullable=True),
)
SESSIONS = sa.Table(
    "staff_sessions",
    METADATA,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("staff_id", sa.Integer, nullable=False, index=True),
    sa.Column("opened_at", sa.Float, nullable=False),
    sa.Column("seen_at", sa.Float, nullable=False),
)


class Person(NamedTuple):
    """One of the staff; `password` is a hash, times are seconds of the epoch."""

    id: int
    name: str
    password: str
    initial_until: float | None
    disabled_at: float | None
    added_at: float
    signed_in_at: float | None

    @property
    def must_choose(self) -> bool:
        """Whether the password is one that we made up."""
        return self.initial_until is not None

    def may_sign_in(self, now: float) -> bool:
        """Whether the password still opens anything; an initial one does so once, and for a week."""
        return self.disabled_at is None and (self.initial_until is None or now < self.initial_until)


class Session(NamedTuple):
    """Somebody who is signed in; whoever must choose a password may do nothing else."""

    staff_id: int
    name: str
    must_choose: bool


def clean_name(text: str) -> str | None:
    """Return the name as it is kept, None where it is none: 2 to 32 letters (or Han), digits, `.`, `-`, `_`; case does not count."""
    name = unicodedata.normalize("NFKC", text.strip()).casefold()
    return name if _NAME.fullmatch(name) else None


def add(store: Store, name: str, password: str, *, now: float) -> bool:
    """Add somebody with an initial password; False where there is one of that name."""
    row = {"name": name, "password": password, "initial_until": now + INITIAL_LASTS_S, "added_at": now}

    def work(connection: sa.Connection) -> bool:
        if _find(connection, STAFF.c.name == name) is not None:
            return False
        connection.execute(sa.insert(STAFF).values(row))
        return True

    return store.run(work)


def people(store: Store) -> list[Person]:
    """Return all staff by name, those who may not sign in any more too."""
    query = sa.select(STAFF).order_by(STAFF.c.name)
    return store.read(lambda connection: [Person(**row) for row in connection.execute(query).mappings()])


def find(store: Store, name: str) -> Person | None:
    """Return the person of that name."""
    return store.read(lambda connection: _find(connection, STAFF.c.name == name))


def give_initial(store: Store, name: str, password: str, *, now: float) -> bool:
    """Put an initial password in place of the one there was, and end all sessions; False where there is nobody of that name."""
    return _changed(store, name, password=password, initial_until=now + INITIAL_LASTS_S)


def disable(store: Store, name: str, *, now: float) -> bool:
    """Let somebody sign in no more, and end all sessions; False where there is nobody of that name."""
    return _changed(store, name, disabled_at=now)


def enable(store: Store, name: str) -> bool:
    """Let somebody sign in again, with the password there was; False where there is nobody of that name."""
    return _changed(store, name, disabled_at=None)


def open_session(store: Store, person: Person, *, now: float, instead_of: str | None = None) -> str | None:
    """Sign in whose password was right: returns a new token and ends the session *instead_of* which it is.

    None where meanwhile the password changed, an initial one was used by another, or the person was disabled.
    """
    token = secrets.token_urlsafe(32)
    as_found = sa.and_(
        STAFF.c.id == person.id,
        STAFF.c.password == person.password,
        STAFF.c.initial_until.is_(None) if person.initial_until is None else STAFF.c.initial_until == person.initial_until,
        STAFF.c.disabled_at.is_(None),
    )
    used = {"signed_in_at": now, "initial_until": 0.0 if person.must_choose else None}

    def work(connection: sa.Connection) -> str | None:
        if not connection.execute(sa.update(STAFF).where(as_found).values(used)).rowcount:
            return None
        connection.execute(sa.delete(SESSIONS).where(_is_over(now)))
        if instead_of:
            connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.key == _key(instead_of)))
        connection.execute(sa.insert(SESSIONS).values(key=_key(token), staff_id=person.id, opened_at=now, seen_at=now))
        return token

    return store.run(work) if person.may_sign_in(now) else None


def find_session(store: Store, token: str, *, now: float) -> Session | None:
    """Return whose session it is, None where it is none, is over, or the person was disabled; notes that it was used."""
    key = _key(token)
    query = (
        sa.select(SESSIONS.c.seen_at, STAFF.c.id, STAFF.c.name, STAFF.c.initial_until)
        .join(STAFF, STAFF.c.id == SESSIONS.c.staff_id)
        .where(SESSIONS.c.key == key, sa.not_(_is_over(now)), STAFF.c.disabled_at.is_(None))
    )
    row = store.read(lambda connection: connection.execute(query).mappings().first())
    if row is None:
        return None
    if now - row["seen_at"] >= _NOTED_EVERY_S:
        store.run(lambda connection: connection.execute(sa.update(SESSIONS).where(SESSIONS.c.key == key).values(seen_at=now)))
    return Session(row["id"], row["name"], row["initial_until"] is not None)


def end_session(store: Store, token: str) -> None:
    """Sign out."""
    store.run(lambda connection: connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.key == _key(token))))


def choose(store: Store, person: Person, password: str) -> bool:
    """Put a password of the person's own in place of the one there was, and end all sessions; False where it changed meanwhile."""

    def work(connection: sa.Connection) -> bool:
        as_found = sa.and_(STAFF.c.id == person.id, STAFF.c.password == person.password, STAFF.c.disabled_at.is_(None))
        if not connection.execute(sa.update(STAFF).where(as_found).values(password=password, initial_until=None)).rowcount:
            return False
        connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.staff_id == person.id))
        return True

    return store.run(work)


def _changed(store: Store, name: str, **values: Any) -> bool:
    def work(connection: sa.Connection) -> bool:
        if not connection.execute(sa.update(STAFF).where(STAFF.c.name == name).values(values)).rowcount:
            return False
        whose = sa.select(STAFF.c.id).where(STAFF.c.name == name).scalar_subquery()
        connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.staff_id == whose))
        return True

    return store.run(work)


def _find(connection: sa.Connection, which: sa.ColumnElement[bool]) -> Person | None:
    row = connection.execute(sa.select(STAFF).where(which)).mappings().first()
    return Person(**row) if row is not None else None


def _is_over(now: float) -> sa.ColumnElement[bool]:
    # A clock that was set back must not make a session last.
    return sa.or_(SESSIONS.c.seen_at <= now - IDLE_S, SESSIONS.c.opened_at <= now - LONGEST_S, SESSIONS.c.opened_at > now + LONGEST_S)


def _key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
