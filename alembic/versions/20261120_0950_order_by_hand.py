"""order by hand."""

revision = '2b1d0c5e8a01'
down_revision = '90ceadc011ab'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
