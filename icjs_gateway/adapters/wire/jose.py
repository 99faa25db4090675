"""Ed25519 keys and the pieces of JOSE that the gateway writes and reads (RFC 7515, 7638, 8037, 9864).

A verifier here takes one algorithm, keys that it already has, and no header but those that it expects: `jku`,
`jwk`, `x5u` and `crit` never reach a decision. Nothing is decoded before its size is known to be small.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from icjs_gateway.adapters.wire.json import jcs, parse_json
from icjs_gateway.adapters.wire.keys import KeyFile, load_or_create
from icjs_gateway.adapters.wire.limits import JsonLimits
from icjs_gateway.model.errors import GatewayError, Malformed, Misconfigured, UnsupportedMedia

ALGORITHM = "Ed25519"
TOKEN_BYTES_MAX = 8192

_SUFFIX = ".ed25519.pem"
_LIMITS = JsonLimits(depth=4, values=64)


class NotVerified(GatewayError):
    """A signature does not prove what it should. The detail says why, for the party that verifies."""


class SigningKeys:
    """The signing keys of a keys directory. The newest signs; all of them verify."""

    def __init__(self, folder: Path, *, now: Callable[[], datetime]) -> None:
        """Makes the first key where there is none; `now` gives the year in its id. Raises Misconfigured."""
        files = load_or_create(folder, _SUFFIX, lambda: _new_key(now().year))
        self._private = {file.name: _load(file) for file in files}
        self.kid = files[0].name
        self._active = self._private[self.kid]
        self.public = {kid: key.public_key() for kid, key in self._private.items()}

    def sign(self, signed: bytes) -> bytes:
        return self._active.sign(signed)

    def jwks(self) -> dict[str, Any]:
        """The public keys as a JWK set (RFC 7517, RFC 8037)."""
        return {
            "keys": [
                {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": ALGORITHM, "kid": kid, "x": _x(key)}
                for kid, key in self.public.items()
            ]
        }


def verify(header: Mapping[str, Any], signed: bytes, proof: str, keys: Mapping[str, Ed25519PublicKey]) -> None:
    if header.get("alg") != ALGORITHM:
        raise NotVerified(f"The signature's algorithm is not {ALGORITHM}.")
    kid = header.get("kid")
    key = keys.get(kid) if isinstance(kid, str) else None
    if key is None:
        raise NotVerified("The signature is by a key that is not known.")
    try:
        key.verify(decode(proof), signed)
    except InvalidSignature:
        raise NotVerified("The signature is wrong.") from None


def public_keys(jwks: Mapping[str, Any]) -> dict[str, Ed25519PublicKey]:
    """The Ed25519 keys of a set, by id; others are passed over."""
    usable = [key for key in jwks.get("keys", []) if key.get("kty") == "OKP" and key.get("crv") == "Ed25519"]
    try:
        return {str(key["kid"]): Ed25519PublicKey.from_public_bytes(decode(str(key["x"]))) for key in usable}
    except (KeyError, ValueError):
        raise NotVerified("The key set is not readable.") from None


def json_part(part: str) -> dict[str, Any]:
    """A header or a payload: base64url of a JSON object. Raises NotVerified."""
    try:
        value = parse_json(decode(part), _LIMITS).root
    except (Malformed, UnsupportedMedia):
        value = None
    if not isinstance(value, dict):
        raise NotVerified("The token is not readable.")
    return value


def encode(raw: bytes) -> bytes:
    return urlsafe_b64encode(raw).rstrip(b"=")


def decode(text: str) -> bytes:
    """Base64url without padding, in its one canonical spelling."""
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise NotVerified("The token is not readable.") from None
    if encode(raw) != text.encode():
        raise NotVerified("The token is not readable.")
    return raw


def _x(key: Ed25519PublicKey) -> str:
    return encode(key.public_bytes_raw()).decode("ascii")


def _new_key(year: int) -> KeyFile:
    key = Ed25519PrivateKey.generate()
    # RFC 7638: the thumbprint of a key is over its required members, sorted, without blanks.
    thumbprint = hashlib.sha256(jcs({"crv": "Ed25519", "kty": "OKP", "x": _x(key.public_key())})).hexdigest()
    return KeyFile(name=f"gw-{year}-{thumbprint[:8]}", secret=_pem(key))


def _pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _load(file: KeyFile) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(file.secret, password=None)
    except ValueError:
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise Misconfigured(f"The key file {file.name}{_SUFFIX} does not hold an Ed25519 key in PEM.")
    return key
