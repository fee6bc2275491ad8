"""Meanings of words in dates that a user prefers, with blanks between."""

import sqlalchemy as sa
from alembic import op

revision = '2b1d0c5e9b10'
down_revision = '2b1d0c5e8f20'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("due_meanings", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("users", "due_meanings")
