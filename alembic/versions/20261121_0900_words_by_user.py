"""words by user: the indexes on words begin with the user; an index for the counts of a list."""

import sqlalchemy as sa
from alembic import op

revision = '2b1d0c5e8a10'
down_revision = '2b1d0c5e8a0d'
branch_labels = None
depends_on = None

# OR REPLACE: restoring a backup of an older version leaves the functions.
# Two users have the same key once in 4 billion pairs; the functions below compare the user, too.
USER_KEY = """
    CREATE OR REPLACE FUNCTION user_key(user_id text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT left(md5(user_id), 8) $$
"""
# The cost makes Postgres read the index instead of calling the function for each of the user's rows.
OWN_WORDS = """
    CREATE OR REPLACE FUNCTION own_words(user_id text, words tsvector) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 100000
    AS $$ SELECT array_to_tsvector(ARRAY(
        SELECT left(md5(user_id), 8) || word FROM unnest(tsvector_to_array(words)) AS word)) $$
"""
WORDS_QUERY = r"""
    CREATE OR REPLACE FUNCTION words_query(words text[], suffix text, user_key text DEFAULT '') RETURNS tsquery
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT string_agg('''' || replace(replace(user_key || word, '\', '\\'), '''', '''''') || '''' || suffix,
        ' & ')::tsquery FROM unnest(words) AS word $$
"""
# @@ is not leakproof: behind a policy Postgres does not use an index for it. These run as the owner, whom no policy
# binds, and find rows of the transaction's user only. If the policies bind the owner, they compare each row's words.
FIND = """
    CREATE OR REPLACE FUNCTION {function}(words text[], suffix text) RETURNS SETOF {type}
    LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
    DECLARE
        owner text := current_setting('taskchat.user_id', true);
        sought tsquery := words_query(words, suffix);
        own tsquery := words_query(words, suffix, user_key(owner));
    BEGIN
        IF row_security_active('{table}') THEN
            RETURN QUERY SELECT {key}::{type} FROM {table} WHERE user_id = owner AND search @@ sought;
        ELSE
            RETURN QUERY SELECT {key}::{type} FROM {table} WHERE user_id = owner AND own_words(user_id, search) @@ own;
        END IF;
    END $$
"""
FOUND = {'found_tasks': ('tasks', 'number', 'integer'), 'found_messages': ('message_words', 'item_id', 'text')}
ARGUMENTS = {'own_words': 'text, tsvector', 'user_key': 'text', 'words_query': 'text[], text, text'}


def upgrade() -> None:
    schema = op.get_bind().exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
    for statement in (USER_KEY, OWN_WORDS, WORDS_QUERY):
        op.execute(statement)
    for function, (table, key, kind) in FOUND.items():
        op.execute(FIND.format(function=function, table=table, key=key, type=kind, schema=schema))
        # Without fastupdate: a search would read the pending words of all users.
        op.execute(f"CREATE INDEX ix_{table}_own_words ON {table} USING gin (own_words(user_id, search)) WITH (fastupdate = off)")
    op.create_index('ix_tasks_counts', 'tasks', ['user_id', 'completed_at', 'due_at'],
                    postgresql_where=sa.text('deleted_at IS NULL'))


def downgrade() -> None:
    op.drop_index('ix_tasks_counts', table_name='tasks')
    for function, (table, _, _) in FOUND.items():
        op.drop_index(f'ix_{table}_own_words', table_name=table)
        op.execute(f"DROP FUNCTION {function}")
    for function, arguments in ARGUMENTS.items():
        op.execute(f"DROP FUNCTION {function}({arguments})")
