"""row-level security: a transaction accesses only the rows of its user."""

from alembic import op

revision = '2b1d0c5e8a05'
down_revision = '2b1d0c5e8a04'
branch_labels = None
depends_on = None

OWNER_COLUMNS = {
    'users': 'id',
    'logins': 'user_id',
    'tasks': 'user_id',
    'rings': 'user_id',
    'changes': 'user_id',
    'threads': 'user_id',
    'thread_items': 'user_id',
    'message_words': 'user_id',
    'turns': 'user_id',
    'tool_executions': 'user_id',
    'proposals': 'user_id',
    'idempotency_keys': 'user_id',
}
# Evaluated for each row of a scan; a subquery would cost more, in the planning of every statement.
NAMED = "current_setting('taskchat.user_id', true)"


def upgrade() -> None:
    for table, column in OWNER_COLUMNS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_rows ON {table} USING ({column} = {NAMED} OR {NAMED} = '*')")
    # Postgres does not use an index for @@ behind a policy, since @@ is not leakproof: it finds rows by the user's index.
    op.create_index('ix_message_words_user_id', 'message_words', ['user_id'])
    op.drop_index('ix_message_words_search', table_name='message_words', postgresql_using='gin')
    op.drop_index('ix_tasks_search', table_name='tasks', postgresql_using='gin')


def downgrade() -> None:
    op.create_index('ix_tasks_search', 'tasks', ['search'], postgresql_using='gin')
    op.create_index('ix_message_words_search', 'message_words', ['search'], postgresql_using='gin')
    op.drop_index('ix_message_words_user_id', table_name='message_words')
    for table in OWNER_COLUMNS:
        op.execute(f"DROP POLICY own_rows ON {table}")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY")
