"""push: devices that reminders are sent to, the messages to be sent, and the server's own keys."""

import sqlalchemy as sa
from alembic import op

revision = '2b1d0c5e8b30'
down_revision = '2b1d0c5e8c30'
branch_labels = None
depends_on = None

# As in the migration of row-level security.
NAMED = "current_setting('taskchat.user_id', true)"


def upgrade() -> None:
    op.create_table(
        'push_devices',
        sa.Column('user_id', sa.String, nullable=False),
        sa.Column('id', sa.String, nullable=False),
        sa.Column('name', sa.String, nullable=False),
        sa.Column('url', sa.String, nullable=False),
        sa.Column('topic', sa.String, nullable=False),
        sa.Column('p256dh', sa.String, nullable=False),
        sa.Column('auth', sa.String, nullable=False),
        sa.Column('login_id', sa.String, nullable=True),
        sa.Column('language', sa.String, nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('user_id', 'id', name='pk_push_devices'),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name='fk_push_devices_user_id_users', ondelete='CASCADE'),
    )
    op.create_index('ix_push_devices_url', 'push_devices', ['url'])
    op.create_table(
        'reminder_messages',
        sa.Column('user_id', sa.String, nullable=False),
        sa.Column('device_id', sa.String, nullable=False),
        sa.Column('task_number', sa.Integer, nullable=False),
        sa.Column('rang_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('attempts', sa.Integer, nullable=False),
        sa.Column('next_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('user_id', 'device_id', 'task_number', name='pk_reminder_messages'),
        sa.ForeignKeyConstraint(
            ['user_id'], ['users.id'], name='fk_reminder_messages_user_id_users', ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['user_id', 'device_id'],
            ['push_devices.user_id', 'push_devices.id'],
            name='fk_reminder_messages_user_id_push_devices',
            ondelete='CASCADE',
        ),
    )
    op.create_index('ix_reminder_messages_next_at', 'reminder_messages', ['next_at'])
    for table in ('push_devices', 'reminder_messages'):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_rows ON {table} USING (user_id = {NAMED} OR {NAMED} = '*')")
    op.create_table(
        'server_keys',
        sa.Column('name', sa.String, nullable=False),
        sa.Column('value', sa.String, nullable=False),
        sa.PrimaryKeyConstraint('name', name='pk_server_keys'),
    )


def downgrade() -> None:
    op.drop_table('server_keys')
    op.drop_table('reminder_messages')
    op.drop_table('push_devices')
