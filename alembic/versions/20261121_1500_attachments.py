"""attachments: files that go along with messages, their contents in a table of their own."""

import sqlalchemy as sa
from alembic import op

revision = '2b1d0c5e8a37'
down_revision = '2b1d0c5e8a14'
branch_labels = None
depends_on = None

# As in the migration of row-level security.
NAMED = "current_setting('taskchat.user_id', true)"


def upgrade() -> None:
    op.create_table(
        'attachments',
        sa.Column('user_id', sa.String, nullable=False),
        sa.Column('id', sa.String, nullable=False),
        sa.Column('item_id', sa.String, nullable=True),
        sa.Column('name', sa.String, nullable=False),
        sa.Column('mime_type', sa.String, nullable=False),
        sa.Column('size', sa.Integer, nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint('user_id', 'id', name='pk_attachments'),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name='fk_attachments_user_id_users', ondelete='CASCADE'),
        sa.ForeignKeyConstraint(
            ['item_id'], ['thread_items.id'], name='fk_attachments_item_id_thread_items', ondelete='CASCADE'
        ),
    )
    op.create_index('ix_attachments_item_id', 'attachments', ['item_id'])
    op.create_table(
        'attachment_contents',
        sa.Column('user_id', sa.String, nullable=False),
        sa.Column('attachment_id', sa.String, nullable=False),
        sa.Column('content', sa.LargeBinary, nullable=False),
        sa.Column('preview', sa.LargeBinary, nullable=False),
        sa.Column('for_model', sa.LargeBinary, nullable=False),
        sa.Column('text', sa.String, nullable=False),
        sa.PrimaryKeyConstraint('user_id', 'attachment_id', name='pk_attachment_contents'),
        sa.ForeignKeyConstraint(
            ['user_id', 'attachment_id'],
            ['attachments.user_id', 'attachments.id'],
            name='fk_attachment_contents_user_id_attachments',
            ondelete='CASCADE',
        ),
    )
    # Pictures and PDFs are compressed already: Postgres need not try.
    for column in ('content', 'preview', 'for_model'):
        op.execute(f"ALTER TABLE attachment_contents ALTER COLUMN {column} SET STORAGE EXTERNAL")
    for table in ('attachments', 'attachment_contents'):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_rows ON {table} USING (user_id = {NAMED} OR {NAMED} = '*')")


def downgrade() -> None:
    op.drop_table('attachment_contents')
    op.drop_table('attachments')
