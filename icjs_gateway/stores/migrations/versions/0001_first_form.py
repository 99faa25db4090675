"""The first form of the message store: messages, events, cases, lanes, deliveries, audit leaves, partners."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attempts",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("attempted_at", sa.BigInteger(), nullable=False),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    with op.batch_alter_table("attempts") as batch_op:
        batch_op.create_index(batch_op.f("attempts_by_delivery_id"), ["delivery_id"], unique=False)

    op.create_table(
        "audit_leaves",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("noted_at", sa.BigInteger(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="SHA-256 over 0x00, salt, facts"),
        sa.Column("facts", sa.LargeBinary(), nullable=False, comment="canonical JSON; ids and digests only"),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_table(
        "case_identifiers",
        sa.Column("identifier", sa.Text(), nullable=False, comment="kind:value"),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("identifier"),
    )
    with op.batch_alter_table("case_identifiers") as batch_op:
        batch_op.create_index("case_identifiers_by_case", ["case_id"], unique=False)

    op.create_table(
        "cases",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("snapshot", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_table(
        "counters",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "credentials",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("partner_id", sa.Text(), nullable=False),
        sa.Column("secret_sha256", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "name"),
    )
    with op.batch_alter_table("credentials") as batch_op:
        batch_op.create_index(batch_op.f("credentials_by_partner_id"), ["partner_id"], unique=False)

    op.create_table(
        "deliveries",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("subscription_id", sa.Text(), nullable=False),
        sa.Column("lane_key", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("liberty", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True, comment="in the lane, from the first attempt on"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("replay", sa.Boolean(), nullable=False),
        sa.Column("owed_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "due_at",
            sa.BigInteger(),
            nullable=True,
            comment="of a liberty delivery that failed: when it is tried again",
        ),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True, comment="of the last attempt, or the rule that withholds"),
        sa.CheckConstraint(
            "state IN ('owed', 'delivered', 'dead', 'withdrawn', 'superseded', 'withheld')",
            name=op.f("deliveries_state_known"),
        ),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("delivery_id"),
    )
    with op.batch_alter_table("deliveries") as batch_op:
        batch_op.create_index("deliveries_by_event", ["event_id"], unique=False)
        batch_op.create_index("deliveries_by_position", ["lane_key", "position"], unique=False)
        batch_op.create_index(
            "deliveries_dead",
            ["seq"],
            unique=False,
            sqlite_where=sa.text("state = 'dead'"),
            postgresql_where=sa.text("state = 'dead'"),
        )
        batch_op.create_index(
            "deliveries_owed",
            ["lane_key", "seq"],
            unique=False,
            sqlite_where=sa.text("state = 'owed'"),
            postgresql_where=sa.text("state = 'owed'"),
        )

    op.create_table(
        "events",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False, comment="of the message that told it"),
        sa.Column("case_id", sa.Text(), nullable=True, comment="absent while the message is parked"),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("liberty", sa.Boolean(), nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("event_id"),
    )
    with op.batch_alter_table("events") as batch_op:
        batch_op.create_index("events_by_case", ["case_id", "seq"], unique=False)
        batch_op.create_index("events_by_message", ["identity", "seq"], unique=False)

    op.create_table(
        "lanes",
        sa.Column("lane_key", sa.Text(), nullable=False, comment="subscription/lane"),
        sa.Column("subscription_id", sa.Text(), nullable=False),
        sa.Column("liberty", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False, comment="of a leased lane: when the lease runs out"),
        sa.Column("token", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('ready', 'leased', 'waiting', 'halted')", name=op.f("lanes_state_known")),
        sa.PrimaryKeyConstraint("lane_key"),
    )
    with op.batch_alter_table("lanes") as batch_op:
        batch_op.create_index(
            "lanes_due",
            ["liberty", "subscription_id", "due_at"],
            unique=False,
            sqlite_where=sa.text("state != 'halted'"),
            postgresql_where=sa.text("state != 'halted'"),
        )

    op.create_table(
        "messages",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("identity", sa.Text(), nullable=False, comment="partner/contract/message id"),
        sa.Column("thread", sa.Text(), nullable=False, comment="partner/contract/thread"),
        sa.Column("partner_id", sa.Text(), nullable=False),
        sa.Column("contract_id", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("content_digest", sa.LargeBinary(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("traceparent", sa.Text(), nullable=True),
        sa.Column("home_state", sa.Text(), nullable=True, comment="State of the sender's jurisdiction"),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("refers_to", sa.Text(), nullable=True, comment="identity of the message it corrects"),
        sa.Column("told_at", sa.BigInteger(), nullable=True, comment="when the sender recorded it"),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False, comment="of the wrapping key"),
        sa.Column(
            "wrapped_key", sa.LargeBinary(), nullable=False, comment="the body's own key, under the wrapping key"
        ),
        sa.Column("body", sa.LargeBinary(), nullable=False, comment="what was sent, encrypted"),
        sa.Column("receipt", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "state IN ('recorded', 'parked', 'dismissed', 'suppressed')", name=op.f("messages_state_known")
        ),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("identity"),
    )
    with op.batch_alter_table("messages") as batch_op:
        batch_op.create_index("messages_by_thread", ["thread", "seq"], unique=False)

    op.create_table(
        "partners",
        sa.Column("partner_id", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("partner_id"),
    )
    op.create_table(
        "subscriptions",
        sa.Column("subscription_id", sa.Text(), nullable=False),
        sa.Column("partner_id", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=True, comment="outbound secret, encrypted"),
        sa.PrimaryKeyConstraint("subscription_id"),
    )
    with op.batch_alter_table("subscriptions") as batch_op:
        batch_op.create_index(batch_op.f("subscriptions_by_partner_id"), ["partner_id"], unique=False)

    op.create_table(
        "waiting",
        sa.Column("identifier", sa.Text(), nullable=False, comment="kind:value, or message:identity"),
        sa.Column("identity", sa.Text(), nullable=False, comment="of the parked message"),
        sa.PrimaryKeyConstraint("identifier", "identity"),
    )
