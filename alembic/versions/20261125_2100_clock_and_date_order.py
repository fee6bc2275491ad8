"""Clock and order of day and month of a user; empty until the browser's locale or the user tells them."""

import sqlalchemy as sa
from alembic import op

revision = '2b1d0c5e8f20'
down_revision = '2b1d0c5e9a20'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("clock", sa.String(), server_default="", nullable=False))
    op.add_column("users", sa.Column("date_order", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("users", "date_order")
    op.drop_column("users", "clock")
