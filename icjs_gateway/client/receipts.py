"""Receipts: what the gateway has taken, in its own signed words.

A receipt is evidence only as the bytes that were sent, so they are kept beside the parsed members. The
signature is a compact JWS with detached payload (RFC 7515 appendix F) over the other members in JCS form (RFC
8785); the algorithm is fixed here and never read from the header, and the key is looked up by `kid` in the
gateway's own key set.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

import rfc8785
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import from_json

from icjs_gateway.client.problems import FindingTold

SIGNATURE_CHARACTERS_MAX = 8192


class Outcome(StrEnum):
    ACCEPTED = "accepted"
    PARKED = "parked"
    SUPPRESSED = "suppressed"


class ReceiptEvent(BaseModel):
    """One canonical event that the message became. No `case_id` while it is parked."""

    model_config = ConfigDict(frozen=True, extra="allow")

    event_id: str
    type: str
    case_id: str | None = None


class Receipt(BaseModel):
    """A receipt. `stored` is the JSON as the gateway keeps it; `replayed` tells that it had been given
    before.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    message_id: str
    contract: str
    partner: str
    environment: str
    digest: str
    received_at: datetime
    outcome: Outcome
    events: tuple[ReceiptEvent, ...]
    findings: tuple[FindingTold, ...]
    same_as: str | None = None
    signature: str
    stored: bytes = Field(exclude=True, repr=False)
    replayed: bool = Field(default=False, exclude=True)

    @classmethod
    def read(cls, stored: bytes, *, replayed: bool = False) -> Self:
        """From the JSON of a response. Raises pydantic.ValidationError when it is no receipt."""
        members = from_json(stored)
        if isinstance(members, dict):
            members |= {"stored": stored, "replayed": replayed}
        return cls.model_validate(members)


class ReceiptRejected(Exception):
    """The receipt is not what the holder of the keys signed."""


def verify_receipt(receipt: Receipt | bytes, jwks: Mapping[str, Any]) -> None:
    """Check the signature against the key set of `/.well-known/jwks.json`. Raises ReceiptRejected.

    Whether the digest is that of the document sent is the sender's own comparison: only it has the document.
    """
    members = from_json(receipt.stored if isinstance(receipt, Receipt) else receipt)
    signature = members.pop("signature", None) if isinstance(members, dict) else None
    if not isinstance(signature, str) or len(signature) > SIGNATURE_CHARACTERS_MAX:
        raise ReceiptRejected("the receipt carries no signature")
    keys = KeySet.import_key_set(KeySetSerialization(keys=list(jwks["keys"])))
    try:
        jws.deserialize_compact(signature, keys, algorithms=["Ed25519"], payload=rfc8785.dumps(members))
    except (JoseError, ValueError) as error:
        raise ReceiptRejected("the signature does not belong to these members and keys") from error
