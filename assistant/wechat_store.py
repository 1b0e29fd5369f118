"""What all processes share about the 公众号 itself: its access token (sealed), and whether it may write to people first (push).

A module of its own beside `store`, whose engine it uses: one row an account, nothing about any person.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from assistant.store import METADATA, Store

# The account may have been verified (认证) since: a refusal is believed for a day.
ASK_AGAIN_AFTER_S = 24 * 3600.0

WECHAT_ACCOUNTS = sa.Table(
    "wechat_accounts",
    METADATA,
    sa.Column("app_id", sa.String(64), primary_key=True),
    sa.Column("token", sa.Text, nullable=True),
    sa.Column("token_renew_at", sa.Float, nullable=True),
    sa.Column("push_ok", sa.Boolean, nullable=True),
    sa.Column("push_refused_at", sa.Float, nullable=True),
)


class KeptToken(NamedTuple):
    """An access token, sealed by whoever keeps it, and from when on (seconds of the epoch) a new one is to be had."""

    sealed: str
    renew_at: float


class PushRight(NamedTuple):
    """Whether messages may be pushed, as far as known; `refused_at` is the last refusal, in seconds of the epoch."""

    state: Literal["unknown", "permitted", "refused"] = "unknown"
    refused_at: float | None = None


def find_token(store: Store, app_id: str) -> KeptToken | None:
    """Return the token kept for the account, None where there is none."""
    row = _find(store, app_id)
    if row is None or row["token"] is None or row["token_renew_at"] is None:
        return None
    return KeptToken(row["token"], row["token_renew_at"])


def keep_token(store: Store, app_id: str, token: KeptToken) -> None:
    """Keep the token for every process that uses this database."""
    _put(store, app_id, token=token.sealed, token_renew_at=token.renew_at)


def push_right(store: Store, app_id: str, *, now: float) -> PushRight:
    """Return whether messages may be pushed; a refusal older than a day leaves it unknown, so that it is tried again."""
    row = _find(store, app_id)
    if row is None or row["push_ok"] is None:
        return PushRight()
    refused_at = row["push_refused_at"]
    if row["push_ok"]:
        return PushRight("permitted", refused_at)
    is_fresh = refused_at is not None and now - refused_at < ASK_AGAIN_AFTER_S
    return PushRight("refused" if is_fresh else "unknown", refused_at)


def permit_push(store: Store, app_id: str) -> None:
    """Note that a push was accepted; writes only where that is news."""
    row = _find(store, app_id)
    if row is None or not row["push_ok"]:
        _put(store, app_id, push_ok=True)


def refuse_push(store: Store, app_id: str, *, now: float) -> None:
    """Note that the platform refused a push for want of permission (48001)."""
    _put(store, app_id, push_ok=False, push_refused_at=now)


def _find(store: Store, app_id: str) -> Any:
    query = sa.select(WECHAT_ACCOUNTS).where(WECHAT_ACCOUNTS.c.app_id == app_id)
    return store.read(lambda connection: connection.execute(query).mappings().first())


def _put(store: Store, app_id: str, **values: Any) -> None:
    """Set *values* in the account's row. One statement: two processes cannot both find it missing."""

    def work(connection: sa.Connection) -> None:
        insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        row = insert(WECHAT_ACCOUNTS).values(app_id=app_id, **values)
        connection.execute(row.on_conflict_do_update(index_elements=["app_id"], set_=values))

    store.run(work)
