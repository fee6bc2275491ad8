"""conversations read: read position, soft deletion, and search words of messages and titles."""

from collections.abc import Iterator

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

from taskchat_app.domain.tasks.search_words import search_words_of

revision = '2b1d0c5e8a03'
down_revision = '2b1d0c5e8a02'
branch_labels = None
depends_on = None

BATCH = 500
MESSAGES = sa.text("""
    SELECT id, user_id, body -> 'content' AS content FROM thread_items
    WHERE type IN ('user_message', 'assistant_message') AND id > :after ORDER BY id LIMIT :batch
""")
TITLES = sa.text("SELECT id, title FROM threads WHERE title IS NOT NULL AND id > :after ORDER BY id LIMIT :batch")


def upgrade() -> None:
    op.add_column('threads', sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('threads', sa.Column('read_seq', sa.BigInteger(), server_default='0', nullable=False))
    op.add_column('threads', sa.Column('search', postgresql.TSVECTOR(), server_default='', nullable=False))
    op.create_table('message_words',
    sa.Column('item_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('user_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('search', postgresql.TSVECTOR(), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['thread_items.id'], name=op.f('fk_message_words_item_id_thread_items'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_message_words_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('item_id', name=op.f('pk_message_words'))
    )
    op.create_index(
        'ix_threads_lease_turn_id', 'threads', ['lease_turn_id'], unique=False,
        postgresql_where=sa.text('lease_turn_id IS NOT NULL'),
    )
    # Existing answers count as read.
    op.execute("UPDATE threads SET read_seq = (SELECT coalesce(max(seq), 0) FROM thread_items WHERE thread_id = threads.id)")
    _find_words()
    op.create_index('ix_message_words_search', 'message_words', ['search'], unique=False, postgresql_using='gin')


def downgrade() -> None:
    op.drop_index('ix_message_words_search', table_name='message_words', postgresql_using='gin')
    op.drop_table('message_words')
    op.drop_index('ix_threads_lease_turn_id', table_name='threads')
    op.drop_column('threads', 'search')
    op.drop_column('threads', 'read_seq')
    op.drop_column('threads', 'deleted_at')


def _find_words() -> None:
    """Compute the search words of existing rows in Python, as for new rows."""
    insert = sa.text("INSERT INTO message_words VALUES (:id, :user_id, array_to_tsvector(CAST(:words AS text[])))")
    for rows in _batches(MESSAGES):
        texts = ("".join(part.get("text", "") for part in row.content or ()) for row in rows)
        found = [search_words_of(text[:100_000]) for text in texts]
        words = [{"id": row.id, "user_id": row.user_id, "words": one} for row, one in zip(rows, found, strict=True)]
        op.get_bind().execute(insert, words)
    update = sa.text("UPDATE threads SET search = array_to_tsvector(CAST(:words AS text[])) WHERE id = :id")
    for rows in _batches(TITLES):
        op.get_bind().execute(update, [{"id": row.id, "words": search_words_of(row.title)} for row in rows])


def _batches(query: sa.TextClause) -> Iterator[list[sa.Row]]:
    after = ""
    while rows := list(op.get_bind().execute(query, {"after": after, "batch": BATCH})):
        yield rows
        after = rows[-1].id
