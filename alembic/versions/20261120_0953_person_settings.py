"""User settings: language (empty: the browser's language) and first day of the week."""

import sqlalchemy as sa
from alembic import op

revision = '2b1d0c5e8a04'
down_revision = '2b1d0c5e8a03'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("language", sa.String(), server_default="", nullable=False))
    op.add_column("users", sa.Column("week_start", sa.String(), server_default="monday", nullable=False))


def downgrade() -> None:
    op.drop_column("users", "week_start")
    op.drop_column("users", "language")
