"""What is left to do about a message after its receipt."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "follow_ups",
        sa.Column("seq", serial, primary_key=True, autoincrement=True),
        sa.Column("identity", sa.Text(), nullable=False, comment="of the message"),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("liberty", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("identity", "step", name="follow_ups_once"),
        sa.CheckConstraint("step IN ('TELL', 'JUDGE')", name="follow_ups_step_known"),
    )
