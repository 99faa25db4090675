"""Pillars of old messages: the partner's, as of messages since 0011, and no more the first word of the contract's id.

What 0011 found got that first word. It is wrong of a partner whose pillar is another one, as of an agency that pushes
police contracts, or of a contract of one's own (`tn.fir.v1`): it names a source that never spoke, and ranks it
otherwise than on arrival. The folder tells what the contract is of, not who spoke. Messages of partners that are no
more keep what they have: nothing tells better.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from pydantic_core import from_json

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    for partner_id, document in connection.execute(sa.text("SELECT partner_id, document FROM partners")).all():
        pillar = from_json(document).get("pillar")
        if pillar:
            # Only what looks as 0011 wrote it: what came later has the pillar that its partner had then.
            connection.execute(
                sa.text(
                    "UPDATE messages SET pillar = :pillar WHERE partner_id = :partner_id AND pillar <> :pillar"
                    " AND contract_id LIKE pillar || '.%'"
                ),
                {"pillar": pillar, "partner_id": partner_id},
            )


def downgrade() -> None:
    """What 0011 wrote was wrong; it is not written again."""
