"""webhooks: addresses that get messages about changes, and the log of deliveries."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = '2b1d0c5e8a22'
down_revision = '2b1d0c5e8a21'
branch_labels = None
depends_on = None

# As in the migration of row-level security.
NAMED = "current_setting('taskchat.user_id', true)"


def upgrade() -> None:
    op.create_table(
        'webhooks',
        sa.Column('user_id', sa.String, nullable=False),
        sa.Column('id', sa.String, nullable=False),
        sa.Column('url', sa.String, nullable=False),
        sa.Column('events', ARRAY(sa.Text), nullable=False),
        sa.Column('secret', sa.String, nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('last_change_id', sa.BigInteger, nullable=False),
        sa.Column('attempts', sa.Integer, nullable=False),
        sa.Column('next_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('lease_id', sa.String, nullable=True),
        sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
        sa.Column('disabled_at', sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint('user_id', 'id', name='pk_webhooks'),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name='fk_webhooks_user_id_users', ondelete='CASCADE'),
    )
    op.create_table(
        'webhook_deliveries',
        sa.Column('user_id', sa.String, nullable=False),
        sa.Column('id', sa.String, nullable=False),
        sa.Column('webhook_id', sa.String, nullable=False),
        sa.Column('message_id', sa.String, nullable=False),
        sa.Column('event', sa.String, nullable=False),
        sa.Column('task_number', sa.Integer, nullable=True),
        sa.Column('attempt', sa.Integer, nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('status', sa.Integer, nullable=True),
        sa.Column('error', sa.String, nullable=False),
        sa.Column('milliseconds', sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint('user_id', 'id', name='pk_webhook_deliveries'),
        sa.ForeignKeyConstraint(
            ['user_id'], ['users.id'], name='fk_webhook_deliveries_user_id_users', ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['user_id', 'webhook_id'],
            ['webhooks.user_id', 'webhooks.id'],
            name='fk_webhook_deliveries_user_id_webhook_id_webhooks',
            ondelete='CASCADE',
        ),
    )
    op.create_index(
        'ix_webhook_deliveries_user_id_webhook_id_at', 'webhook_deliveries', ['user_id', 'webhook_id', 'at']
    )
    op.create_index('ix_webhook_deliveries_at', 'webhook_deliveries', ['at'])
    for table in ('webhooks', 'webhook_deliveries'):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_rows ON {table} USING (user_id = {NAMED} OR {NAMED} = '*')")


def downgrade() -> None:
    op.drop_table('webhook_deliveries')
    op.drop_table('webhooks')
