"""due readings: the words that a due date was read from, and what else they could mean."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '2b1d0c5e9a20'
down_revision = '2b1d0c5e8f10'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('tasks', sa.Column('due_reading', postgresql.JSONB(none_as_null=True), nullable=True))


def downgrade() -> None:
    op.drop_column('tasks', 'due_reading')
