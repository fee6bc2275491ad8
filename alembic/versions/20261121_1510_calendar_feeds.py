"""calendar feeds: addresses with a secret at which calendar programs read tasks."""

import sqlalchemy as sa
from alembic import op

revision = '2b1d0c5e8a21'
down_revision = '2b1d0c5e8a37'
branch_labels = None
depends_on = None

# As in the migration of row-level security.
NAMED = "current_setting('taskchat.user_id', true)"


def upgrade() -> None:
    op.create_table(
        'calendar_feeds',
        sa.Column('user_id', sa.String, nullable=False),
        sa.Column('id', sa.String, nullable=False),
        sa.Column('view', sa.String, nullable=False),
        sa.Column('kind', sa.String, nullable=False),
        sa.Column('secret', sa.String, nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('last_read_at', sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint('user_id', 'id', name='pk_calendar_feeds'),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name='fk_calendar_feeds_user_id_users', ondelete='CASCADE'),
    )
    op.create_index('ix_calendar_feeds_user_id_secret', 'calendar_feeds', ['user_id', 'secret'], unique=True)
    op.execute("ALTER TABLE calendar_feeds ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY own_rows ON calendar_feeds USING (user_id = {NAMED} OR {NAMED} = '*')")


def downgrade() -> None:
    op.drop_table('calendar_feeds')
