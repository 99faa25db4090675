"""What jails said of orders to free somebody, kept for orders that are told only after it."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "jail_answers",
        sa.Column("case_id", sa.Text(), primary_key=True),
        sa.Column(
            "person", sa.Text(), primary_key=True, comment="a name of the accused within the case; a row for each"
        ),
        sa.Column("answered_by", sa.Text(), primary_key=True, comment="partner/jail"),
        sa.Column(
            "about", sa.Text(), primary_key=True, comment="the day of the order it answers; empty for any until then"
        ),
        sa.Column("jail", sa.Text(), comment="code of the jail that speaks"),
        sa.Column("lodged", sa.Boolean(), nullable=False, comment="the record has the person in that jail"),
        sa.Column("until", sa.Text(), nullable=False, comment="the day of the answer: it is none to later orders"),
        sa.Column("answered_at", sa.BigInteger(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
    )
