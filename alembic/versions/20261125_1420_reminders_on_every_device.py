"""reminders on every device: no tab claims a reminder any more."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '2b1d0c5e8b20'
down_revision = '2b1d0c5e8a42'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column('rings', 'shown_until')
    op.drop_column('rings', 'shown_by')


def downgrade() -> None:
    op.add_column('rings', sa.Column('shown_by', sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.add_column('rings', sa.Column('shown_until', sa.DateTime(timezone=True), nullable=True))
