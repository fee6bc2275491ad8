"""counted tasks: counts without a policy check of each row, and searches that read only what they find."""

from alembic import op

revision = '2b1d0c5e8a38'
down_revision = '2b1d0c5e8a22'
branch_labels = None
depends_on = None

# As in words_by_user: they run as the owner, and see the rows of the transaction's user only. Each count reads a range of
# ix_tasks_counts. With row-level security, Postgres would call current_setting for each entry, twice as long as reading it.
COUNT = """
    CREATE OR REPLACE FUNCTION counted_tasks(now timestamptz, today_ends timestamptz, OUT open_tasks bigint,
        OUT done_tasks bigint, OUT overdue bigint, OUT today bigint, OUT upcoming bigint, OUT next_due timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
    DECLARE
        owner text := current_setting('taskchat.user_id', true);
    BEGIN
        SELECT count(*) INTO open_tasks FROM tasks
            WHERE user_id = owner AND deleted_at IS NULL AND completed_at IS NULL;
        SELECT count(*) INTO done_tasks FROM tasks
            WHERE user_id = owner AND deleted_at IS NULL AND completed_at IS NOT NULL;
        SELECT count(*) INTO overdue FROM tasks
            WHERE user_id = owner AND deleted_at IS NULL AND completed_at IS NULL AND due_at < now;
        IF today_ends IS NOT NULL THEN
            SELECT count(*) INTO today FROM tasks
                WHERE user_id = owner AND deleted_at IS NULL AND completed_at IS NULL AND due_at <= today_ends;
            SELECT count(*) INTO upcoming FROM tasks
                WHERE user_id = owner AND deleted_at IS NULL AND completed_at IS NULL AND due_at > today_ends;
            SELECT min(due_at) INTO next_due FROM tasks
                WHERE user_id = owner AND deleted_at IS NULL AND completed_at IS NULL AND due_at >= now;
        END IF;
    END $$
"""
# Joined with '', user_id is no condition for an index: Postgres would read the entries of all of the user's rows. The
# generic plan expects one row of 200 of the whole table: worth parallel workers and compiling, which cost 6 ms.
FIND = """
    CREATE OR REPLACE FUNCTION {function}(words text[], suffix text) RETURNS SETOF {type}
    LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER SET search_path = {schema}, pg_temp
    SET max_parallel_workers_per_gather = 0 SET jit = off AS $$
    DECLARE
        owner text := current_setting('taskchat.user_id', true);
        sought tsquery := words_query(words, suffix);
        own tsquery := words_query(words, suffix, user_key(owner));
    BEGIN
        IF row_security_active('{table}') THEN
            RETURN QUERY SELECT {key}::{type} FROM {table} WHERE user_id = owner AND search @@ sought;
        ELSE
            RETURN QUERY SELECT {key}::{type} FROM {table}
                WHERE {compared} = owner AND own_words(user_id, search) @@ own;
        END IF;
    END $$
"""
FOUND = {'found_tasks': ('tasks', 'number', 'integer'), 'found_messages': ('message_words', 'item_id', 'text')}


def upgrade() -> None:
    op.execute(COUNT.format(schema=_schema()))
    _replace_searches("user_id || ''")


def downgrade() -> None:
    _replace_searches('user_id')
    op.execute('DROP FUNCTION counted_tasks')


def _replace_searches(compared: str) -> None:
    for function, (table, key, kind) in FOUND.items():
        op.execute(
            FIND.format(function=function, table=table, key=key, type=kind, schema=_schema(), compared=compared)
        )


def _schema() -> str:
    return op.get_bind().exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
