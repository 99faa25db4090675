"""Webhooks: is this delivery really from the gateway, and is it fresh?

Standard Webhooks: HMAC-SHA256 over `webhook-id.webhook-timestamp.body`, several signatures allowed while a
secret is being changed. The timestamp is checked against the receiver's clock, so that a recorded delivery
cannot be played again for ever. Whether the id has been seen before is the receiver's own ledger's answer,
not this function's.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime

TOLERANCE_S = 300


class WebhookRejected(Exception):
    """The delivery does not prove that it comes from the holder of the secret, now."""


def verify_webhook(
    headers: Mapping[str, str],
    body: bytes,
    secret: str,
    *,
    now: datetime | None = None,
    tolerance_s: int = TOLERANCE_S,
) -> str:
    """The verified `webhook-id`. Raises WebhookRejected.

    Header names may be in any case. A secret with the prefix `whsec_` is base64, any other its UTF-8 bytes.
    """
    lowered = {name.lower(): value for name, value in headers.items()}
    webhook_id, stamp = lowered.get("webhook-id", ""), lowered.get("webhook-timestamp", "")
    if not webhook_id or not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        raise WebhookRejected("webhook-id or webhook-timestamp is missing or malformed")
    if abs((now or datetime.now(UTC)).timestamp() - int(stamp)) > tolerance_s:
        raise WebhookRejected("webhook-timestamp is too far from the time here")
    expected = _signature(signing_key(secret), webhook_id, stamp, body)
    given = [
        part.removeprefix("v1,") for part in lowered.get("webhook-signature", "").split() if part.startswith("v1,")
    ]
    if not any(hmac.compare_digest(expected.encode(), one.encode()) for one in given):
        raise WebhookRejected("no signature of this body under this secret")
    return webhook_id


def signing_key(secret: str) -> bytes:
    """The key that a subscription's secret stands for. Raises WebhookRejected when `whsec_` is not base64."""
    if not secret.startswith("whsec_"):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error as error:
        raise WebhookRejected("the secret after whsec_ is not base64") from error


def _signature(key: bytes, webhook_id: str, stamp: str, body: bytes) -> str:
    signed = f"{webhook_id}.{stamp}.".encode() + body
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
