"""Labels of a case, and the places an event concerns.

Nobody has looked at what the cases of before are labelled by. They get every label, so that nothing is shown that
should not be, until a person takes away what does not apply (`icjs-gateway labels remove`).
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_LABELS = (
    "CHILD_IN_CONFLICT",
    "CHILD_VICTIM",
    "IN_CAMERA",
    "NATIONAL_SECURITY",
    "PROTECTED_WITNESS",
    "SEALED_FIR",
    "SEXUAL_OFFENCE",
)
_LABELLING = json.dumps({"on": {label: ["recorded before labels were"] for label in _LABELS}, "lifted": {}})


def upgrade() -> None:
    with op.batch_alter_table("events") as batch_op:
        batch_op.add_column(
            sa.Column("places", sa.Text(), nullable=True, comment="JSON: jails and laboratories it concerns")
        )
    with op.batch_alter_table("cases") as batch_op:
        batch_op.add_column(
            sa.Column(
                "labels",
                sa.Text(),
                nullable=False,
                server_default=" ".join(_LABELS),
                comment="in force, blanks between them: what disclosure asks for",
            )
        )
        batch_op.add_column(
            sa.Column(
                "labelling",
                sa.Text(),
                nullable=False,
                server_default=_LABELLING,
                comment="JSON: what each label stands on, what a person lifted",
            )
        )
    # For the cases of before only: whoever writes a case says its labels.
    with op.batch_alter_table("cases") as batch_op:
        batch_op.alter_column("labels", server_default=None)
        batch_op.alter_column("labelling", server_default=None)
