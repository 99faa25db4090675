"""Places that are invented are known as such: a live gateway refuses them, whenever they were applied.

Of rows that were applied before nobody knows it; they count as real until their file is applied again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "places",
        sa.Column(
            "sample",
            sa.Boolean(),
            nullable=False,
            server_default=sa.false(),
            comment="invented: of a file marked so",
        ),
    )
