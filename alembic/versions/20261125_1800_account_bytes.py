"""account bytes: a user's row holds how much the account stores."""

import sqlalchemy as sa
from alembic import op

revision = '2b1d0c5e8c40'
down_revision = '2b1d0c5e8b30'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('users', sa.Column('stored_bytes', sa.BigInteger(), server_default='0', nullable=False))
    op.add_column('users', sa.Column('counted_at', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column('users', 'counted_at')
    op.drop_column('users', 'stored_bytes')
