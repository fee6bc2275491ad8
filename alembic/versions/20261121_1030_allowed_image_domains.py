"""allowed image domains: a conversation keeps the hosts from which ChatKit clients may load images."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = '2b1d0c5e8a12'
down_revision = '2b1d0c5e8a11'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('threads', sa.Column('allowed_image_domains', JSONB, nullable=True))


def downgrade() -> None:
    op.drop_column('threads', 'allowed_image_domains')
