"""Messages of places: by its place identity a message is known over any wire that carries its speaking place.

What is stored gets one where its partner's jurisdiction, as it stands now, surely covers the place. Messages from
before speakers were kept have none, and are known by their wire alone.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from pydantic_core import from_json

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_LISTS = {"station": "stations", "court": "establishments", "jail": "jails", "laboratory": "laboratories"}
_NARROW = ("districts", *_LISTS.values())


def upgrade() -> None:
    op.add_column(
        "messages",
        sa.Column(
            "place_identity", sa.Text(), comment="speaker/contract/message id, where the wire surely carries the place"
        ),
    )
    connection = op.get_bind()
    documents = connection.execute(sa.text("SELECT partner_id, document FROM partners")).all()
    covers = {partner_id: _jurisdiction(from_json(document)) for partner_id, document in documents}
    for partner_id, speaker in connection.execute(
        sa.text("SELECT DISTINCT partner_id, speaker FROM messages WHERE speaker NOT LIKE 'office/%'")
    ).all():
        if partner_id in covers and _covers(covers[partner_id], speaker):
            connection.execute(
                sa.text(
                    "UPDATE messages SET place_identity = speaker || '/' || contract_id || '/' || message_id "
                    "WHERE partner_id = :partner_id AND speaker = :speaker"
                ),
                {"partner_id": partner_id, "speaker": speaker},
            )
    op.create_index(
        "messages_by_place_identity",
        "messages",
        ["place_identity"],
        sqlite_where=sa.text("place_identity IS NOT NULL"),
        postgresql_where=sa.text("place_identity IS NOT NULL"),
    )
    # Corrections that wait for what they refer to may find it over another wire from now on.
    for identity, speaker, contract_id, refers_to in connection.execute(
        sa.text(
            "SELECT identity, speaker, contract_id, refers_to FROM messages "
            "WHERE state = 'parked' AND refers_to IS NOT NULL AND place_identity IS NOT NULL"
        )
    ).all():
        connection.execute(
            sa.text("INSERT INTO waiting (identifier, identity) VALUES (:identifier, :identity)"),
            {"identifier": f"message:{speaker}/{contract_id}/{refers_to.rpartition('/')[2]}", "identity": identity},
        )


def _jurisdiction(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document.get("jurisdiction") or document.get("speaks_as") or {}
    return found


def _covers(jurisdiction: dict[str, Any], speaker: str) -> bool:
    kind, state, code = speaker.split("/", 2)
    states = {*jurisdiction.get("states", ()), jurisdiction.get("state")} - {None}
    names_a_state = bool(states) or bool(jurisdiction.get("all"))
    if not state or not code or (names_a_state and not jurisdiction.get("all") and state not in states):
        return False
    narrows = any(jurisdiction.get(name) for name in _NARROW)
    return code in jurisdiction.get(_LISTS[kind], ()) or (names_a_state and not narrows)
