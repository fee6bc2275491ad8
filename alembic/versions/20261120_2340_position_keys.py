"""position keys: the manual order as text keys instead of decimals."""

import sqlalchemy as sa
from alembic import op

from taskchat_app.domain.tasks.positions import parse_position

revision = '2b1d0c5e8a06'
down_revision = '2b1d0c5e8a05'
branch_labels = None
depends_on = None

EVERYBODY = "SELECT set_config('taskchat.user_id', '*', true)"
CONVERT = sa.text('UPDATE tasks SET position = :key WHERE user_id = :user_id AND number = :number')
# Counted back from -1 in each user's order; new tasks stand before all of these, at minus their numbers.
COUNT_BACK = """
    UPDATE tasks SET position = ordered.place - ordered.count - 1
    FROM (
        SELECT user_id, number, row_number() OVER (PARTITION BY user_id ORDER BY position, number) AS place,
            count(*) OVER (PARTITION BY user_id) AS count
        FROM tasks
    ) AS ordered
    WHERE tasks.user_id = ordered.user_id AND tasks.number = ordered.number
"""


def upgrade() -> None:
    op.execute(EVERYBODY)
    op.drop_index('ix_tasks_user_id_position', table_name='tasks')
    op.execute('ALTER TABLE tasks ALTER COLUMN position TYPE text COLLATE "C" USING position::text')
    connection = op.get_bind()
    positions = connection.execute(sa.text('SELECT user_id, number, position FROM tasks')).all()
    keys = [
        {'user_id': user_id, 'number': number, 'key': parse_position(position)}
        for user_id, number, position in positions
    ]
    if keys:
        connection.execute(CONVERT, keys)
    op.create_index('ix_tasks_user_id_position', 'tasks', ['user_id', 'position'], unique=False)


def downgrade() -> None:
    op.execute(EVERYBODY)
    op.drop_index('ix_tasks_user_id_position', table_name='tasks')
    op.execute(COUNT_BACK)
    op.execute('ALTER TABLE tasks ALTER COLUMN position TYPE numeric USING position::numeric')
    # The earlier version reads a snapshot without a position, but none with a key.
    op.execute("UPDATE changes SET before = before - 'position' WHERE before->>'position' ~ '^[A-Za-z]'")
    op.execute("UPDATE changes SET after = after - 'position' WHERE after->>'position' ~ '^[A-Za-z]'")
    op.create_index('ix_tasks_user_id_position', 'tasks', ['user_id', 'position'], unique=False)
