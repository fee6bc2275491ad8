"""reminders."""

revision = '2b1d0c5e8a02'
down_revision = '2b1d0c5e8a01'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
