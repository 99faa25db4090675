"""Reports: the events that a court consumes are found without looking at all others."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_report = sa.text("type IN ('icjs.final-report.filed.v1', 'icjs.final-report.amended.v1')")
    op.create_index("events_of_reports", "events", ["seq"], sqlite_where=is_report, postgresql_where=is_report)
