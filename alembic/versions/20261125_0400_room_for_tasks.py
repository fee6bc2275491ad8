"""room for tasks: a user's row notes up to which task number the list has room."""

import sqlalchemy as sa
from alembic import op

revision = '2b1d0c5e8a42'
down_revision = '2b1d0c5e8a41'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('users', sa.Column('room_until_number', sa.Integer(), server_default='0', nullable=False))


def downgrade() -> None:
    op.drop_column('users', 'room_until_number')
