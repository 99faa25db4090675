"""Webhook signatures after Standard Webhooks: HMAC-SHA256 over id, time and body.

The secret is the subscription's: base64 behind the prefix `whsec_`, or else its UTF-8 bytes.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime

from icjs_gateway.adapters.wire.jose import NotVerified

TOLERANCE_S = 300


def webhook_headers(delivery_id: str, at: datetime, body: bytes, secret: str) -> dict[str, str]:
    """The three headers of Standard Webhooks for one attempt made at `at`. Raises ValueError for a bad
    secret.
    """
    moment = str(int(at.timestamp()))
    proof = _proof(delivery_id, moment, body, secret)
    return {"webhook-id": delivery_id, "webhook-timestamp": moment, "webhook-signature": f"v1,{proof}"}


def verify_webhook(headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> None:
    """For the receiving side; `headers` by lower-case name. Raises NotVerified."""
    delivery_id, moment = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not (moment.isascii() and moment.isdigit() and len(moment) < 16):
        raise NotVerified("The webhook states no time.")
    if abs(now.timestamp() - int(moment)) > TOLERANCE_S:
        raise NotVerified("The webhook is too old, or from the future.")
    expected = f"v1,{_proof(delivery_id, moment, body, secret)}".encode()
    offered = headers.get("webhook-signature", "").encode().split(b" ")
    # While a secret is being changed there are two signatures.
    if not any(hmac.compare_digest(expected, proof) for proof in offered[:8]):
        raise NotVerified("The webhook's signature is wrong.")


def _proof(delivery_id: str, moment: str, body: bytes, secret: str) -> str:
    encoded = secret.removeprefix("whsec_")
    key = secret.encode() if encoded == secret else b64decode(encoded, validate=True)
    signed = f"{delivery_id}.{moment}.".encode() + body
    return b64encode(hmac.digest(key, signed, hashlib.sha256)).decode("ascii")
