"""Cases are found by the CNRs to which they were sent on, before the courts there registered them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from pydantic_core import from_json

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    going_on = connection.execute(
        sa.text('SELECT case_id, snapshot FROM cases WHERE snapshot LIKE \'%"gone_on_to":{"%\' ORDER BY case_id')
    )
    rows = [
        {"value": cnr, "case_id": each.case_id}
        for each in going_on
        for cnr, is_named in from_json(each.snapshot)["gone_on_to"].items()
        if is_named
    ]
    if rows:
        connection.execute(
            sa.text(
                "INSERT INTO case_index (kind, value, case_id) VALUES ('sent-on', :value, :case_id)"
                " ON CONFLICT DO NOTHING"
            ),
            rows,
        )
    # SQLite keeps no comments.
    if connection.dialect.name == "postgresql":
        op.alter_column(
            "case_index",
            "kind",
            existing_type=sa.Text(),
            comment="pid, ptn, nfn, hold, lab-case, process, court-case, sent-on",
        )
