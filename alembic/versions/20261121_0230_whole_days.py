"""whole days: a due date without a time is stored as a local day."""

import sqlalchemy as sa
from alembic import op

revision = '2b1d0c5e8a0d'
down_revision = '2b1d0c5e8a07'
branch_labels = None
depends_on = None

EVERYBODY = "SELECT set_config('taskchat.user_id', '*', true)"
# A zone unknown to Postgres would abort the migration: tasks of users in such a zone keep their times.
ZONES = """
    WITH zones AS MATERIALIZED (SELECT id, timezone FROM users JOIN pg_timezone_names ON name = timezone)
"""
DAYS = {'due_day': 'due_at', 'recurrence_start_day': 'recurrence_start'}


def is_day_end(moment: str) -> str:
    """Return the condition that the moment is the last second of a day in the owner's zone."""
    next_day = f"(({moment} AT TIME ZONE timezone)::date + 1)::timestamp AT TIME ZONE timezone"
    return f"{moment} = ({next_day}) - interval '1 second'"


def upgrade() -> None:
    op.execute(EVERYBODY)
    for day, moment in DAYS.items():
        op.add_column('tasks', sa.Column(day, sa.Date(), nullable=True))
        op.execute(f"""{ZONES}
            UPDATE tasks SET {day} = ({moment} AT TIME ZONE timezone)::date FROM zones
            WHERE zones.id = user_id AND {is_day_end(moment)}
        """)  # noqa: S608 -- constants
        for snapshot in ('before', 'after'):
            then = f"({snapshot}->>'{moment}')::timestamptz"
            op.execute(f"""{ZONES}
                UPDATE changes SET {snapshot} = {snapshot} || jsonb_build_object(
                    '{day}', ({then} AT TIME ZONE timezone)::date::text)
                FROM zones
                WHERE zones.id = user_id AND kind = 'task' AND {is_day_end(then)}
            """)  # noqa: S608 -- constants


def downgrade() -> None:
    op.execute(EVERYBODY)
    for day in DAYS:
        for snapshot in ('before', 'after'):
            op.execute(f"UPDATE changes SET {snapshot} = {snapshot} - '{day}' WHERE {snapshot} ? '{day}'")  # noqa: S608 -- constants
        op.drop_column('tasks', day)
