"""index of reminders: without tasks that have none, so that Postgres does not read it for lists."""

import sqlalchemy as sa
from alembic import op

revision = '2b1d0c5e8a11'
down_revision = '2b1d0c5e8a10'
branch_labels = None
depends_on = None

OPEN = 'completed_at IS NULL AND deleted_at IS NULL'


def upgrade() -> None:
    op.drop_index('ix_tasks_remind_at', table_name='tasks')
    op.create_index('ix_tasks_remind_at', 'tasks', ['remind_at'],
                    postgresql_where=sa.text(f'{OPEN} AND remind_at IS NOT NULL'))


def downgrade() -> None:
    op.drop_index('ix_tasks_remind_at', table_name='tasks')
    op.create_index('ix_tasks_remind_at', 'tasks', ['remind_at'], postgresql_where=sa.text(OPEN))
