"""Alarms: how many of those whom an alarm names were reached."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    comment = "to how many of those whom it names it was told; absent: it names nobody"
    op.add_column("alarms", sa.Column("reached", sa.Integer(), comment=comment))


def downgrade() -> None:
    op.drop_column("alarms", "reached")
