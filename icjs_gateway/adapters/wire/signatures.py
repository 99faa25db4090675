"""Signed receipts: proof for a sender that the gateway took its message.

A receipt carries a compact JWS with detached payload (RFC 7515, appendix F) over the JCS form of its other
members, under a key that the gateway publishes as a JWK set. Anyone with that set verifies it offline.

Access tokens (`tokens.py`) and webhook signatures (`webhooks.py`) are offered here too, so that callers
import all that the gateway signs from one place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from icjs_gateway.adapters.wire.jose import (
    ALGORITHM,
    TOKEN_BYTES_MAX,
    NotVerified,
    SigningKeys,
    encode,
    json_part,
    public_keys,
    verify,
)
from icjs_gateway.adapters.wire.json import dumps, jcs
from icjs_gateway.adapters.wire.tokens import TokenIssuer
from icjs_gateway.adapters.wire.webhooks import verify_webhook, webhook_headers

__all__ = [
    "NotVerified",
    "ReceiptSigner",
    "SigningKeys",
    "TokenIssuer",
    "verify_receipt",
    "verify_webhook",
    "webhook_headers",
]


class ReceiptSigner:
    """Signs receipts. About 50 us each, most of it Ed25519."""

    def __init__(self, keys: SigningKeys) -> None:
        self._keys = keys
        self._header = encode(dumps({"alg": ALGORITHM, "kid": keys.kid}))
        self._ending = b',"signature":"' + self._header + b".."

    def signed(self, members: Mapping[str, Any]) -> bytes:
        """A receipt of these members, its `signature` the last: written once, in the form that is signed."""
        canonical = jcs(members)
        proof = self._keys.sign(self._header + b"." + encode(canonical))
        return canonical[:-1] + self._ending + encode(proof) + b'"}'

    def jwks(self) -> dict[str, Any]:
        return self._keys.jwks()


def verify_receipt(receipt: Mapping[str, Any], jwks: Mapping[str, Any]) -> None:
    """Raises NotVerified unless a key of the set signed exactly these members."""
    signature = receipt.get("signature")
    if not isinstance(signature, str) or signature.count(".") != 2 or ".." not in signature:
        raise NotVerified("The receipt has no signature with detached payload.")
    header, _, proof = signature.split(".")
    if len(signature) > TOKEN_BYTES_MAX or set(members := json_part(header)) != {"alg", "kid"}:
        raise NotVerified("The signature's header is not one the gateway writes.")
    verify(members, header.encode() + b"." + encode(jcs(_unsigned(receipt))), proof, public_keys(jwks))


def _unsigned(receipt: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in receipt.items() if name != "signature"}
