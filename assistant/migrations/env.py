"""Alembic's entry: run the revisions on the connection that `Store.migrate` hands over."""

from __future__ import annotations

from alembic import context

import assistant.staff
import assistant.staff_tries
import assistant.wechat_cases
import assistant.wechat_messages  # noqa: F401 - their tables
from assistant.wechat_store import WECHAT_ACCOUNTS

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=WECHAT_ACCOUNTS.metadata,  # the tables of `store` are in it too
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
context.config.attributes["connection"].commit()
