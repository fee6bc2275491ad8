"""start of tasks: when a task begins, an instant or a day."""

import sqlalchemy as sa
from alembic import op

revision = '2b1d0c5e8f10'
down_revision = '2b1d0c5e8c40'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('tasks', sa.Column('start_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('tasks', sa.Column('start_day', sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column('tasks', 'start_day')
    op.drop_column('tasks', 'start_at')
