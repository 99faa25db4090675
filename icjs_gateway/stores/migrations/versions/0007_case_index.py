"""Case index: cases are found by prisoners' numbers, laboratory cases, processes and what holds an inmate; and the
secrets with which partners' own systems are asked live.

The cases that the store has are indexed here, a few hundred at a time.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from icjs_gateway.model.case import Case
from icjs_gateway.routing.case_index import index_of

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_AT_ONCE = 500


def upgrade() -> None:
    op.create_table(
        "case_index",
        sa.Column("kind", sa.Text(), primary_key=True, comment="pid, ptn, nfn, hold, lab-case, process, court-case"),
        sa.Column("value", sa.Text(), primary_key=True),
        sa.Column("case_id", sa.Text(), primary_key=True),
    )
    op.create_table(
        "query_secrets",
        sa.Column("partner_id", sa.Text(), primary_key=True),
        sa.Column("exchange", sa.Text(), primary_key=True),
        sa.Column(
            "secret",
            sa.LargeBinary(),
            nullable=False,
            comment="shown when a partner's own system is asked live, encrypted",
        ),
    )
    index = sa.table("case_index", sa.column("kind"), sa.column("value"), sa.column("case_id"))
    for rows in _indexed():
        op.bulk_insert(index, rows)


def _indexed() -> Iterator[list[dict[str, str]]]:
    cases = sa.table("cases", sa.column("case_id"), sa.column("snapshot"))
    last = ""
    while True:
        some = sa.select(cases).where(cases.c.case_id > last).order_by(cases.c.case_id).limit(_AT_ONCE)
        found = op.get_bind().execute(some).all()
        if not found:
            return
        last = found[-1].case_id
        yield [
            {"kind": kind, "value": value, "case_id": each.case_id}
            for each in found
            for kind, value in sorted(index_of(Case.model_validate_json(each.snapshot)))
        ]
