"""The 公众号 itself: the access token that processes share, and whether it may push."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table; nothing is known of the account yet."""
    op.create_table(
        "wechat_accounts",
        sa.Column("app_id", sa.String(64), primary_key=True),
        sa.Column("token", sa.Text, nullable=True),
        sa.Column("token_renew_at", sa.Float, nullable=True),
        sa.Column("push_ok", sa.Boolean, nullable=True),
        sa.Column("push_refused_at", sa.Float, nullable=True),
        if_not_exists=True,  # SQLite commits each table: one killed in between is finished by the next start
    )


def downgrade() -> None:
    """Drop the table: the token is had again, and so is the right to push."""
    op.drop_table("wechat_accounts")
