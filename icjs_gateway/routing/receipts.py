"""Receipts: what a sender holds as proof that its message was taken. Stored once, the same bytes for every repeat."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from icjs_gateway.model.findings import Finding
from icjs_gateway.model.instants import rfc3339
from icjs_gateway.routing.means import Signer
from icjs_gateway.routing.messages import Outcome, Record
from icjs_gateway.routing.recorded import RecordedEvent


def signed_receipt(
    command: Record,
    outcome: Outcome,
    events: Sequence[RecordedEvent],
    *,
    environment: str,
    signer: Signer,
    findings: Sequence[Finding] = (),
    same_as: str | None = None,
) -> bytes:
    """The receipt: its members in canonical form, signed. Absent members are left out, empty lists stay.

    `findings` are those of the decision, beside those of the translation.
    """
    members: dict[str, Any] = {
        "message_id": command.content.message_id,
        "contract": command.envelope.contract_id,
        "partner": command.envelope.partner_id,
        "environment": environment,
        "digest": digest_text(command.envelope.digest),
        "received_at": rfc3339(command.envelope.received_at),
        "outcome": outcome.value,
        "events": [_event(event) for event in events],
        "findings": [finding.as_json() for finding in (*command.content.findings, *findings)],
    }
    if same_as is not None:
        members["same_as"] = same_as
    return signer.signed(members)


def digest_text(digest: bytes) -> str:
    """As RFC 9530 writes it: `sha-256=:<base64>:`."""
    return f"sha-256=:{base64.b64encode(digest).decode()}:"


def _event(recorded: RecordedEvent) -> dict[str, str]:
    members = {"event_id": recorded.event_id, "type": recorded.type}
    return members if recorded.case_id is None else members | {"case_id": recorded.case_id}
