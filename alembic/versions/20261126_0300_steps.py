"""steps: the number of the task that a task is a step of."""

import sqlalchemy as sa
from alembic import op

revision = '2b1d0c5eb010'
down_revision = '2b1d0c5e9b10'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('tasks', sa.Column('parent_number', sa.Integer(), nullable=True))
    op.create_index(
        'ix_tasks_user_id_parent_number',
        'tasks',
        ['user_id', 'parent_number'],
        postgresql_where=sa.text('parent_number IS NOT NULL'),
    )


def downgrade() -> None:
    op.drop_index('ix_tasks_user_id_parent_number', table_name='tasks')
    op.drop_column('tasks', 'parent_number')
