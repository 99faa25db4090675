"""Endpoints that are down are probed, and lanes know whether their subscription fetches."""

import sqlalchemy as sa
from alembic import op
from pydantic_core import from_json

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_PULLED = "pulled AND state != 'halted'"


def upgrade() -> None:
    op.create_table(
        "outages",
        sa.Column("subscription_id", sa.Text(), primary_key=True),
        sa.Column("liberty", sa.Boolean(), primary_key=True, comment="which share of its deliveries waits"),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("probe_at", sa.BigInteger(), nullable=False, comment="when the oldest of what waits is tried again"),
        comment="endpoints that are down and are probed until they are well",
    )
    comment = "of the last attempt: the endpoint, not the delivery, is what failed"
    op.add_column("deliveries", sa.Column("endpoint_down", sa.Boolean(), comment=comment))
    for table, comment in (
        ("subscriptions", "it fetches, and nothing is sent to it"),
        ("lanes", "the subscription fetches: see feeds"),
    ):
        column: sa.Column[bool] = sa.Column(
            "pulled", sa.Boolean(), nullable=False, server_default=sa.false(), comment=comment
        )
        op.add_column(table, column)
    op.create_index(
        "lanes_unnumbered",
        "lanes",
        ["liberty", "due_at"],
        sqlite_where=sa.text(_PULLED),
        postgresql_where=sa.text(_PULLED),
    )
    connection = op.get_bind()
    documents = connection.execute(sa.text("SELECT subscription_id, document FROM subscriptions"))
    pulled = [
        {"name": name}
        for name, document in documents.all()
        if (told := from_json(document))["deliver"]["channel"] in ("pull", "file") and told["state"] != "revoked"
    ]
    if pulled:
        for table in ("subscriptions", "lanes"):
            connection.execute(sa.text(f"UPDATE {table} SET pulled = true WHERE subscription_id = :name"), pulled)  # noqa: S608


def downgrade() -> None:
    op.drop_index("lanes_unnumbered", "lanes")
    op.drop_column("lanes", "pulled")
    op.drop_column("subscriptions", "pulled")
    op.drop_column("deliveries", "endpoint_down")
    op.drop_table("outages")
