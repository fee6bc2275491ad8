"""index of open proposals: expired ones are found without reading all decided ones."""

import sqlalchemy as sa
from alembic import op

revision = '2b1d0c5e8a40'
down_revision = '2b1d0c5e8a39'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        'ix_proposals_expires_at', 'proposals', ['expires_at'], postgresql_where=sa.text('decision IS NULL')
    )


def downgrade() -> None:
    op.drop_index('ix_proposals_expires_at', table_name='proposals')
