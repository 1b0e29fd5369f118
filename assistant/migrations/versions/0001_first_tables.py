"""First tables: answers given, WeChat messages received."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both tables and their indexes."""
    op.create_table(
        "answers",
        sa.Column("token", sa.String(32), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(64), nullable=True),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        if_not_exists=True,  # SQLite commits each table: one killed in between is finished by the next start
    )
    for column in ("created_at", "subject", "outcome"):
        op.create_index(f"ix_answers_{column}", "answers", [column], if_not_exists=True)
    op.create_table(
        "wechat_messages",
        sa.Column("key", sa.String(160), primary_key=True),
        sa.Column("received_at", sa.Float, nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("claimed_at", sa.Float, nullable=False),
        sa.Column("reply", sa.Text, nullable=True),
        if_not_exists=True,
    )
    for column in ("received_at", "subject"):
        op.create_index(f"ix_wechat_messages_{column}", "wechat_messages", [column], if_not_exists=True)


def downgrade() -> None:
    """Drop both tables."""
    op.drop_table("wechat_messages")
    op.drop_table("answers")
