"""Claims: by whose word an identifier or a message came to a case.

What is held already was claimed by nobody knows whom: LEGACY, until a person looks at it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "claims",
        sa.Column("seq", serial, primary_key=True, autoincrement=True, comment="the claim's number"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False, comment="kind:value of an identifier, or a message's identity"),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), comment="of the message that made it"),
        sa.Column("speaker", sa.Text(), comment="kind/State/code of the place whose word it is"),
        sa.Column("basis", sa.Text(), comment="why the speaker has standing in the case"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), comment="absent: before claims were kept"),
        sa.Column("settled_at", sa.BigInteger()),
        sa.Column("settled_by", sa.Text(), comment="the person or partner that decided last"),
        sa.Column("reason", sa.Text()),
        sa.CheckConstraint("kind IN ('identifier', 'link', 'without')", name="claims_kind_known"),
        sa.CheckConstraint(
            "state IN ('STANDS', 'CONFIRMED', 'WITHDRAWN', 'REJECTED', 'LEGACY', 'REFUSED')", name="claims_state_known"
        ),
    )
    op.create_index("claims_by_case", "claims", ["case_id"])
    op.create_index(
        "claims_refused",
        "claims",
        ["identity"],
        sqlite_where=sa.text("state = 'REFUSED'"),
        postgresql_where=sa.text("state = 'REFUSED'"),
    )
    op.execute(
        "INSERT INTO claims (kind, subject, case_id, state) "
        "SELECT 'identifier', identifier, case_id, 'LEGACY' FROM case_identifiers ORDER BY case_id, identifier"
    )
