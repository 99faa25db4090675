"""Delivery: what is in flight in a lane, what took a delivery's place, when a halted lane goes on."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0001"
branch_labels = None
depends_on = None

_BEGUN = "state = 'owed' AND position IS NOT NULL"
_HALTED = "state = 'halted'"


def upgrade() -> None:
    op.add_column(
        "deliveries",
        sa.Column("superseded_by", sa.Text(), nullable=True, comment="id of the event that took its place"),
    )
    op.add_column(
        "lanes",
        sa.Column(
            "delivery_id", sa.Text(), nullable=True, comment="in flight; of a halted lane: the dead one that halts it"
        ),
    )
    op.create_index(
        "deliveries_begun",
        "deliveries",
        ["lane_key", "position"],
        sqlite_where=sa.text(_BEGUN),
        postgresql_where=sa.text(_BEGUN),
    )
    op.create_index(
        "lanes_halted", "lanes", ["due_at"], sqlite_where=sa.text(_HALTED), postgresql_where=sa.text(_HALTED)
    )
