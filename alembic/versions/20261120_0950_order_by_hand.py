"""order by hand: adds a position to every task, the newest task first."""

import sqlalchemy as sa
from alembic import op

revision = '2b1d0c5e8a01'
down_revision = '90ceadc011ab'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('tasks', sa.Column('position', sa.Numeric(), nullable=True))
    op.execute('UPDATE tasks SET position = -number')
    op.alter_column('tasks', 'position', nullable=False)
    op.create_index('ix_tasks_user_id_position', 'tasks', ['user_id', 'position'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_tasks_user_id_position', table_name='tasks')
    op.drop_column('tasks', 'position')
