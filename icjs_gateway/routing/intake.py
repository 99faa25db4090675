"""Intake: one message is accepted whole, or refused with every finding. Acceptance is the commit.

What comes before (limits, credentials, hardened parse) belongs to the channel adapter; what comes after (delivery) to
dispatch, which finds what is owed in the store.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from icjs_gateway.model.errors import Rejected
from icjs_gateway.routing.access.listed_places import ListedPlaces
from icjs_gateway.routing.access.permissions import covers_place, require_jurisdiction, require_push
from icjs_gateway.routing.authority.places import Places
from icjs_gateway.routing.authority.speaker import speaker_of, written_by_row
from icjs_gateway.routing.contracts import Contract, Document, Wire
from icjs_gateway.routing.directory import Partner
from icjs_gateway.routing.means import Clock
from icjs_gateway.routing.messages import Channel, Envelope, Receipt, Record
from icjs_gateway.routing.ports import Decider, Evidence, Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakePorts:
    """What intake needs of the world."""

    ledger: Ledger
    evidence: Evidence
    clock: Clock
    decider: Decider
    places: Callable[[], Places]
    """The directory of places in force: it says where the places lie whose word a wire carries."""
    listed: Callable[[], ListedPlaces]
    """The jails and laboratories that partners list, by the directory of partners in force."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A parsed document at the door: from whom, for which contract, how it came."""

    document: Document
    contract: Contract
    partner: Partner
    received_at: datetime
    traceparent: str | None = None


async def intake(arrival: Arrival, ports: IntakePorts) -> Receipt:
    """Accept one message. Raises Rejected (audited) with every finding, Overloaded or StoreFailed."""
    try:
        command = translate(arrival, ports.places(), ports.listed())
    except Rejected as refusal:
        await ports.evidence.note("message.refused", refused(arrival, refusal))
        raise
    return await ports.ledger.record(command, ports.decider)


def translate(arrival: Arrival, places: Places, listed: ListedPlaces) -> Record:
    """Permission, schema, mapping, jurisdiction: the pure half of intake."""
    require_push(arrival.partner, arrival.contract.id)
    arrival.contract.admit(arrival.document)
    content = arrival.contract.decode(arrival.document)
    require_jurisdiction(arrival.partner, written_by_row(content.attributes, places))
    soap = arrival.document.wire is Wire.SOAP
    said = speaker_of(
        content.attributes, pillar=arrival.contract.pillar, home_state=arrival.partner.jurisdiction.home_state
    )
    speaker = listed.carried(said, arrival.partner, places)
    envelope = Envelope(
        partner_id=arrival.partner.id,
        pillar=arrival.partner.pillar.value,
        home_state=arrival.partner.jurisdiction.home_state,
        speaker=speaker,
        contract_id=arrival.contract.id,
        channel=Channel.SOAP if soap else Channel.HTTP,
        media_type="application/json" if arrival.document.wire is Wire.JSON else "application/xml",
        received_at=arrival.received_at,
        digest=arrival.document.digest,
        traceparent=arrival.traceparent,
        is_place_covered=covers_place(arrival.partner.jurisdiction, speaker),
    )
    return Record(envelope=envelope, body=arrival.document.body, content=content, content_digest=content.digest())


def refused(arrival: Arrival, refusal: Rejected) -> dict[str, object]:
    """What the audit keeps of a refusal: who, what, why; ids and digests only."""
    return {
        "partner": arrival.partner.id,
        "contract": arrival.contract.id,
        "digest": arrival.document.digest.hex(),
        "received_at": arrival.received_at.isoformat(),
        "refused_as": type(refusal).__name__,
        "findings": [finding.code for finding in refusal.findings],
    }
