"""access tokens: personal tokens for programs, and with which one a change was made."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = '2b1d0c5e8a14'
down_revision = '2b1d0c5e8a12'
branch_labels = None
depends_on = None

# As in the migration of row-level security.
NAMED = "current_setting('taskchat.user_id', true)"


def upgrade() -> None:
    op.create_table(
        'access_tokens',
        sa.Column('user_id', sa.String, nullable=False),
        sa.Column('id', sa.String, nullable=False),
        sa.Column('name', sa.String, nullable=False),
        sa.Column('scopes', ARRAY(sa.Text), nullable=False),
        sa.Column('hash', sa.String, nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint('user_id', 'id', name='pk_access_tokens'),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name='fk_access_tokens_user_id_users', ondelete='CASCADE'),
    )
    op.create_index('ix_access_tokens_user_id_hash', 'access_tokens', ['user_id', 'hash'], unique=True)
    op.execute("ALTER TABLE access_tokens ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY own_rows ON access_tokens USING (user_id = {NAMED} OR {NAMED} = '*')")
    op.add_column('changes', sa.Column('token_id', sa.String, nullable=True))
    op.add_column('changes', sa.Column('token_name', sa.String, nullable=True))
    op.create_index(
        'ix_changes_user_id_token_id',
        'changes',
        ['user_id', 'token_id', 'id'],
        postgresql_where=sa.text('token_id IS NOT NULL'),
    )


def downgrade() -> None:
    op.drop_index('ix_changes_user_id_token_id', table_name='changes')
    op.drop_column('changes', 'token_name')
    op.drop_column('changes', 'token_id')
    op.drop_table('access_tokens')
