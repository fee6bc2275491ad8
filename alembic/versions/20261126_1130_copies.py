"""copies: the number of the task that a task is a copy of."""

import sqlalchemy as sa
from alembic import op

revision = '2b1d0c5ec113'
down_revision = '2b1d0c5eb020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('tasks', sa.Column('copy_of_number', sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column('tasks', 'copy_of_number')
