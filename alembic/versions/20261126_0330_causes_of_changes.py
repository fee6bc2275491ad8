"""causes of changes: the number of the task whose change a change of its step follows from."""

import sqlalchemy as sa
from alembic import op

revision = '2b1d0c5eb020'
down_revision = '2b1d0c5eb010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('changes', sa.Column('cause_number', sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column('changes', 'cause_number')
