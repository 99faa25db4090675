"""Directory of places: one row a place and period, one a place that acts for others."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "places",
        sa.Column(
            "row_key", sa.Text(), primary_key=True, comment="kind/code/first day; of a row of acts_for: acts-for/..."
        ),
        sa.Column("state", sa.Text(), nullable=False, comment="the State whose rows are replaced together"),
        sa.Column("kind", sa.Text(), nullable=False, comment="place or acts-for"),
        sa.Column("document", sa.Text(), nullable=False, comment="JSON: the row"),
    )
    op.create_index("places_by_state", "places", ["state"])
