"""What became of each WeChat message, who unsubscribed, and the cases that people of the union answer."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _columns() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("kind", sa.String(12), nullable=False, server_default="question"),
        sa.Column("state", sa.String(8), nullable=False, server_default="running"),
        sa.Column("way", sa.String(8), nullable=True),
        sa.Column("receiver", sa.Text, nullable=True),
        sa.Column("body", sa.Text, nullable=True),
        sa.Column("begins_at", sa.Float, nullable=True),
        sa.Column("parts", sa.Text, nullable=True),
        sa.Column("label", sa.Text, nullable=True),
        sa.Column("offers", sa.Text, nullable=True),
        sa.Column("shown", sa.Integer, nullable=False, server_default="0"),
        sa.Column("touched_at", sa.Float, nullable=True),
    )


def upgrade() -> None:
    """Add the columns and tables that are not there yet: SQLite commits each, and one killed in between is finished by the next start."""
    there = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("wechat_messages")}
    for column in _columns():
        if column.name not in there:
            op.add_column("wechat_messages", column)
    op.execute("UPDATE wechat_messages SET state = 'sent' WHERE reply IS NOT NULL AND state = 'running'")
    op.create_index("ix_wechat_messages_state", "wechat_messages", ["state"], if_not_exists=True)
    op.create_table(
        "wechat_left",
        sa.Column("who", sa.String(64), primary_key=True),
        sa.Column("left_at", sa.Float, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "wechat_cases",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("receiver", sa.Text, nullable=False),
        sa.Column("opened_at", sa.Float, nullable=False),
        sa.Column("reason", sa.String(12), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("transcript", sa.Text, nullable=False),
        sa.Column("replies", sa.Text, nullable=False),
        if_not_exists=True,
    )
    for column_name in ("subject", "state"):
        op.create_index(f"ix_wechat_cases_{column_name}", "wechat_cases", [column_name], if_not_exists=True)


def downgrade() -> None:
    """Drop what was added; which message was answered is kept."""
    op.drop_table("wechat_cases")
    op.drop_table("wechat_left")
    op.drop_index("ix_wechat_messages_state", "wechat_messages")
    with op.batch_alter_table("wechat_messages") as batch:
        for column in _columns():
            batch.drop_column(column.name)
