"""bases of changes: an entry of the log may store its snapshots as what differs from those of another."""

import sqlalchemy as sa
from alembic import op

revision = '2b1d0c5e8c30'
down_revision = '2b1d0c5e8b20'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('changes', sa.Column('base_id', sa.BigInteger(), nullable=True))


def downgrade() -> None:
    # Whole again, as earlier versions read them: what is based on others first.
    op.execute("""
        UPDATE changes SET before = state || changes.before, after = state || changes.after, base_id = NULL FROM (
            SELECT user_id, id, CASE WHEN base_id = id THEN COALESCE(before || after, before)
                ELSE COALESCE(after, before) END AS state
            FROM changes
        ) AS base
        WHERE base.user_id = changes.user_id AND base.id = changes.base_id AND changes.base_id <> changes.id
    """)
    op.execute("UPDATE changes SET after = before || after WHERE base_id = id")
    op.drop_column('changes', 'base_id')
