"""Remarks: what a recipient said to a delivery, its own number for it or the reason why it refuses."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "deliveries",
        sa.Column("remark", sa.LargeBinary(), comment="what its recipient said last to this delivery, encrypted"),
    )
