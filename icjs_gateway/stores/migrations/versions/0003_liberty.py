"""Liberty traffic: what orders ask for, what recipients did about them, and alarms."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("events") as batch_op:
        batch_op.add_column(
            sa.Column("person", sa.Text(), nullable=True, comment="within the case: the accused whom an order is about")
        )
    _index("messages_referring", "messages", ["refers_to"], "refers_to IS NOT NULL")
    _index("deliveries_liberty_owed", "deliveries", ["owed_at"], "liberty AND state = 'owed'")
    op.create_table(
        "progress",
        sa.Column("seq", _SERIAL, autoincrement=True, nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False, comment="consumed or acted"),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="by the recipient's word"),
        sa.Column("noted_at", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True, comment="the recipient's own, of what it consumed"),
        sa.Column("result", sa.Text(), nullable=True, comment="of what it did: DONE or NOT_DONE"),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("remarks", sa.LargeBinary(), nullable=True, comment="encrypted"),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("progress_by_delivery_id", "progress", ["delivery_id"])
    op.create_table(
        "obligations",
        sa.Column("key", sa.Text(), nullable=False, comment="case/person/ordered on/kind/decision"),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False, comment="the accused within the case"),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("ordered_on", sa.Text(), nullable=False),
        sa.Column("jail", sa.Text(), nullable=True, comment="code of the jail that has to act"),
        sa.Column("notice_event_id", sa.Text(), nullable=True, comment="the notice that asks for it, while it stands"),
        sa.Column(
            "order_event_id", sa.Text(), nullable=True, comment="the signed order that asks for it, while it stands"
        ),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True, comment="subscription whose partner acted"),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'answered', 'withdrawn')", name="obligations_state_known"),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("obligations_by_case", "obligations", ["case_id", "person"])
    _index("obligations_open", "obligations", ["opened_at"], "state = 'open'")
    op.create_table(
        "alarms",
        sa.Column("seq", _SERIAL, autoincrement=True, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False, comment="what it is about: an event's or a delivery's id"),
        sa.Column("case_id", sa.Text(), nullable=True),
        sa.Column("event_id", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True, comment="the jail or subscription that it is about"),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=True, comment="when it was logged and counted"),
        sa.Column("cleared_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("code", "subject", name="alarms_once"),
    )
    _index("alarms_untold", "alarms", ["seq"], "told_at IS NULL")
    _index("alarms_standing", "alarms", ["raised_at"], "cleared_at IS NULL")


def _index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
