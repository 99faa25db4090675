"""Speakers: the pillar of the partner that sent a message, and the place whose word it is.

What was recorded before keeps its edges. Of messages that are still parked the place is read from their first event,
for they are judged again when their case comes.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from pydantic_core import from_json

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "messages",
        sa.Column("pillar", sa.Text(), nullable=False, server_default="", comment="of the partner that sent it"),
    )
    op.add_column(
        "messages",
        sa.Column(
            "speaker",
            sa.Text(),
            nullable=False,
            server_default="office//",
            comment="kind/State/code of the place whose word it is",
        ),
    )
    connection = op.get_bind()
    for contract_id in connection.execute(sa.text("SELECT DISTINCT contract_id FROM messages")).scalars().all():
        connection.execute(
            sa.text("UPDATE messages SET pillar = :pillar WHERE contract_id = :contract_id"),
            {"pillar": contract_id.split(".")[0], "contract_id": contract_id},
        )
    parked = connection.execute(
        sa.text(
            "SELECT m.identity, m.home_state, (SELECT e.data FROM events e WHERE e.identity = m.identity "
            "ORDER BY e.seq LIMIT 1) AS data FROM messages m WHERE m.state = 'parked'"
        )
    ).all()
    for identity, home_state, data in parked:
        connection.execute(
            sa.text("UPDATE messages SET speaker = :speaker WHERE identity = :identity"),
            {"speaker": _speaker(from_json(bytes(data)) if data else {}, home_state), "identity": identity},
        )


def _speaker(data: dict[str, Any], home_state: str | None) -> str:
    """`kind/State/code` by the place that the event names as its sender; a FIR's station where it names none."""
    told = next(
        (value for name, value in data.items() if name not in ("case", "court") and isinstance(value, dict)), {}
    )
    court = data.get("court", {}).get("establishment")
    if court:
        return f"court/{court[:2]}/{court}"
    for member, kind in (("prison", "jail"), ("laboratory", "laboratory")):
        code = (told.get(member) or {}).get("code")
        if code and not (member == "laboratory" and "forwarding_number" in told and "rejection" not in told):
            return f"{kind}/{home_state or ''}/{code}"
    fir: dict[str, Any] = next(iter(data.get("case", {}).get("firs", ())), {})
    station = told.get("police_station") or told.get("station") or {}
    state = station.get("state") or fir.get("state") or home_state or ""
    code = station.get("code") or fir.get("police_station_code") or ""
    return f"station/{state}/{code}" if code else f"office/{state}/"
