"""Held: which border rule parked a message."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "messages",
        sa.Column(
            "held_for", sa.Text(), nullable=True, comment="code of the border rule that parked it, where one did"
        ),
    )
