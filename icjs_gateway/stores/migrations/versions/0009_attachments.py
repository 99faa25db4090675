"""Attachments: files that came with messages, encrypted and kept once by their digest, and who brought them."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attachments",
        sa.Column("sha256", sa.Text(), primary_key=True, comment="of the content, in hex"),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False, comment="encrypted"),
    )
    op.create_table(
        "attachment_uses",
        sa.Column("sha256", sa.Text(), primary_key=True),
        sa.Column("identity", sa.Text(), primary_key=True, comment="of a message that brought it"),
    )
