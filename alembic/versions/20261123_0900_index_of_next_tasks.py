"""index of next tasks: completing and reopening find the next task of a repeating one without reading all tasks."""

import sqlalchemy as sa
from alembic import op

revision = '2b1d0c5e8a41'
down_revision = '2b1d0c5e8a40'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        'ix_tasks_user_id_repeats_number',
        'tasks',
        ['user_id', 'repeats_number'],
        postgresql_where=sa.text('repeats_number IS NOT NULL'),
    )


def downgrade() -> None:
    op.drop_index('ix_tasks_user_id_repeats_number', table_name='tasks')
