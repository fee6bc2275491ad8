"""tool_executions.messages: the id and values of a call's sentences, so that they are shown in the reader's language."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '2b1d0c5e8a07'
down_revision = '2b1d0c5e8a06'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('tool_executions', sa.Column('messages', postgresql.JSONB(), nullable=True))


def downgrade() -> None:
    op.drop_column('tool_executions', 'messages')
