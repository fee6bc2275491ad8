"""conversations read."""

revision = '2b1d0c5e8a03'
down_revision = '2b1d0c5e8a02'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
