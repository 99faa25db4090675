"""Delivery: what is in flight in a lane, what took a delivery's place, when a halted lane goes on, numbers of feeds."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_BEGUN = "state = 'owed' AND position IS NOT NULL"
_NUMBERED = "feed_key IS NOT NULL"
_HALTED = "state = 'halted'"


def upgrade() -> None:
    op.add_column(
        "deliveries",
        sa.Column("superseded_by", sa.Text(), nullable=True, comment="id of the event that took its place"),
    )
    op.add_column(
        "lanes",
        sa.Column("node", sa.Text(), nullable=True, comment="of a leased lane: the gateway that holds the lease"),
    )
    op.add_column(
        "lanes",
        sa.Column(
            "delivery_id", sa.Text(), nullable=True, comment="in flight; of a halted lane: the dead one that halts it"
        ),
    )
    op.add_column(
        "deliveries",
        sa.Column("feed_key", sa.Text(), nullable=True, comment="subscription/feed, once it has a number"),
    )
    op.add_column("deliveries", sa.Column("number", sa.BigInteger(), nullable=True, comment="in a pull feed"))
    op.create_index(
        "deliveries_by_number",
        "deliveries",
        ["feed_key", "number"],
        sqlite_where=sa.text(_NUMBERED),
        postgresql_where=sa.text(_NUMBERED),
    )
    op.create_table(
        "feeds",
        sa.Column("feed_key", sa.Text(), nullable=False, comment="subscription/feed"),
        sa.Column("last_number", sa.BigInteger(), nullable=False),
        sa.Column("acked_number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("feed_key"),
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
