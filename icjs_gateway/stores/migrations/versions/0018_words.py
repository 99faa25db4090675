"""What a case learnt of another one's message, and the words by which labels and marks came to it, are claims.

Of labels and marks that cases have already nobody knows whose word they were; what such cases learnt of other cases'
messages stays with them.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from pydantic_core import from_json

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_KINDS = "kind IN ('identifier', 'link', 'edge', 'label', 'child', 'without')"


def upgrade() -> None:
    with op.batch_alter_table("claims") as batch:
        batch.drop_constraint("claims_kind_known", type_="check")
        batch.create_check_constraint("claims_kind_known", _KINDS)
    op.create_index(
        "claims_edges",
        "claims",
        ["identity"],
        sqlite_where=sa.text("kind = 'edge'"),
        postgresql_where=sa.text("kind = 'edge'"),
    )
    connection = op.get_bind()
    labelled = connection.execute(
        sa.text("SELECT case_id, labelling, snapshot FROM cases WHERE labelling <> '' ORDER BY case_id")
    )
    rows = [row for case in labelled for row in _words(case)]
    if rows:
        connection.execute(
            sa.text("INSERT INTO claims (kind, subject, case_id, state) VALUES (:kind, :subject, :case_id, 'STANDS')"),
            rows,
        )


def _words(case: Any) -> list[dict[str, str]]:
    """The claims of one case: a row a ground of a label, a row a child."""
    labels = [
        ("label", f"label:{label}/{ground}")
        for label, grounds in from_json(case.labelling)["on"].items()
        for ground in grounds
    ]
    children = [
        ("child", f"child:{'/'.join(person['numbers'][0])}")
        for person in from_json(case.snapshot).get("persons", ())
        if person.get("is_child")
    ]
    return [{"kind": kind, "subject": subject, "case_id": case.case_id} for kind, subject in (*labels, *children)]
