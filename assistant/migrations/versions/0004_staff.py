"""The staff of the hotline: who may sign in, who is signed in, and who tried in vain."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; nobody may sign in yet."""
    op.create_table(
        "staff",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("name", sa.String(32), nullable=False, unique=True),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("initial_until", sa.Float, nullable=True),
        sa.Column("disabled_at", sa.Float, nullable=True),
        sa.Column("added_at", sa.Float, nullable=False),
        sa.Column("signed_in_at", sa.Float, nullable=True),
        if_not_exists=True,  # SQLite commits each table: one killed in between is finished by the next start
    )
    op.create_table(
        "staff_sessions",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("staff_id", sa.Integer, nullable=False),
        sa.Column("opened_at", sa.Float, nullable=False),
        sa.Column("seen_at", sa.Float, nullable=False),
        if_not_exists=True,
    )
    op.create_index("ix_staff_sessions_staff_id", "staff_sessions", ["staff_id"], if_not_exists=True)
    op.create_table(
        "staff_tries",
        sa.Column("who", sa.String(32), primary_key=True),
        sa.Column("address", sa.String(32), primary_key=True),
        sa.Column("wrong", sa.Integer, nullable=False),
        sa.Column("tried_at", sa.Float, nullable=False),
        sa.Column("next_at", sa.Float, nullable=False),
        sa.Column("is_known", sa.Boolean, nullable=False),
        if_not_exists=True,
    )
    op.create_index("ix_staff_tries_tried_at", "staff_tries", ["tried_at"], if_not_exists=True)


def downgrade() -> None:
    """Drop all three; staff are added again."""
    op.drop_table("staff_tries")
    op.drop_table("staff_sessions")
    op.drop_table("staff")
