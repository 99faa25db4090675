"""Alarms of undelivered orders: one an order, which lists the deliveries, not one a delivery."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_CODE = "LIBERTY_UNDELIVERED"


def upgrade() -> None:
    op.create_table(
        "alarm_deliveries",
        sa.Column("delivery_id", sa.Text(), primary_key=True, comment="of liberty traffic that became overdue"),
        sa.Column("matter", sa.Text(), comment="the order, by its event: subject of the alarm; absent: an alert's"),
    )
    op.create_index("alarm_deliveries_by_matter", "alarm_deliveries", ["matter"])
    connection = op.get_bind()
    rows = connection.execute(
        sa.text(
            "SELECT a.seq, a.subject, a.event_id, a.cleared_at, e.type FROM alarms a"
            " LEFT JOIN events e ON e.event_id = a.event_id WHERE a.code = :code ORDER BY a.seq"
        ),
        {"code": _CODE},
    ).all()
    kept: dict[str, int] = {}
    for row in rows:
        matter = row.event_id or row.subject
        connection.execute(
            sa.text("INSERT INTO alarm_deliveries (delivery_id, matter) VALUES (:delivery, :matter)"),
            # What is about an alert has no alarm any more.
            {"delivery": row.subject, "matter": None if row.type == "icjs.alert.raised.v1" else matter},
        )
        of_it = {"seq": row.seq, "matter": matter}
        if matter not in kept and row.type != "icjs.alert.raised.v1":
            kept[matter] = row.seq
            connection.execute(sa.text("UPDATE alarms SET subject = :matter, place = NULL WHERE seq = :seq"), of_it)
            continue
        if row.cleared_at is None and matter in kept:
            stands = sa.text("UPDATE alarms SET cleared_at = NULL WHERE seq = :seq")
            connection.execute(stands, {"seq": kept[matter]})
        connection.execute(sa.text("DELETE FROM alarms WHERE seq = :seq"), {"seq": row.seq})
    # SQLite keeps no comments.
    if connection.dialect.name == "postgresql":
        op.alter_column("alarms", "subject", existing_type=sa.Text(), comment="what it is about, e.g. an event's id")
        op.alter_column(
            "alarms",
            "place",
            existing_type=sa.Text(),
            comment="the jail, subscription or speaking place that it is about",
        )


def downgrade() -> None:
    op.drop_table("alarm_deliveries")
