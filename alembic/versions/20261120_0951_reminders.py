"""reminders."""

import sqlalchemy as sa
import sqlmodel

from alembic import op

revision = '2b1d0c5e8a02'
down_revision = '2b1d0c5e8a01'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('tasks', sa.Column('remind_before', sa.SmallInteger(), nullable=True))
    op.add_column('tasks', sa.Column('remind_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('tasks', sa.Column('rung_until', sa.DateTime(timezone=True), nullable=True))
    # A task with a time rings at that time, unless it has passed; a date without a time is its day's last second.
    # A zone unknown to Postgres would abort the migration: users in such a zone get no reminders here.
    op.execute("""
        WITH living AS MATERIALIZED (SELECT id, timezone FROM users JOIN pg_timezone_names ON name = timezone)
        UPDATE tasks SET remind_at = due_at, rung_until = now() FROM living
        WHERE living.id = tasks.user_id AND due_at IS NOT NULL
        AND (due_at AT TIME ZONE living.timezone)::time(0) <> '23:59:59'
    """)
    op.create_index(
        'ix_tasks_remind_at', 'tasks', ['remind_at'], unique=False,
        postgresql_where=sa.text('completed_at IS NULL AND deleted_at IS NULL'),
    )
    op.create_table('rings',
    sa.Column('user_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('task_number', sa.Integer(), nullable=False),
    sa.Column('rang_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('shown_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('shown_until', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_rings_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'task_number', name=op.f('pk_rings'))
    )


def downgrade() -> None:
    op.drop_table('rings')
    op.drop_index('ix_tasks_remind_at', table_name='tasks')
    op.drop_column('tasks', 'rung_until')
    op.drop_column('tasks', 'remind_at')
    op.drop_column('tasks', 'remind_before')
