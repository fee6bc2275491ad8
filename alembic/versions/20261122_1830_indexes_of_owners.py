"""indexes of owners: deleting an account, or exporting it, reads its own rows instead of all users'."""

from alembic import op

revision = '2b1d0c5e8a39'
down_revision = '2b1d0c5e8a38'
branch_labels = None
depends_on = None

TABLES = ('thread_items', 'turns', 'tool_executions', 'proposals')


def upgrade() -> None:
    for table in TABLES:
        op.create_index(f'ix_{table}_user_id', table, ['user_id'])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_index(f'ix_{table}_user_id', table_name=table)
