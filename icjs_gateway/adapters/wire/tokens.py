"""Access tokens of partners: JWTs (RFC 9068) of ten minutes, signed with the gateway's own keys.

A token is good at any node with the same keys directory, and across a restart. It says who the partner is and
nothing else: what the partner may do is looked up at each use, so taking a permission away works at once.

Not promised: revocation of one token; revoking the partner is what stops it.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from icjs_gateway.adapters.wire.jose import (
    ALGORITHM,
    TOKEN_BYTES_MAX,
    NotVerified,
    SigningKeys,
    encode,
    json_part,
    verify,
)
from icjs_gateway.adapters.wire.json import dumps
from icjs_gateway.model.errors import Unauthenticated

LIFETIME_S = 600
CLOCK_SKEW_S = 60

_TYPE = "at+jwt"
"""What keeps a receipt's signature, made with the same keys, from passing for a token."""


class TokenIssuer:
    """Issues and reads the access tokens of partners. A token outlives a restart, never its ten minutes."""

    def __init__(self, keys: SigningKeys, *, issuer: str) -> None:
        self._keys = keys
        self._issuer = issuer
        self._header = encode(dumps({"alg": ALGORITHM, "kid": keys.kid, "typ": _TYPE}))
        # A partner sends one token with every message of ten minutes; what was verified once stays verified.
        self._claims = lru_cache(maxsize=1024)(self._read)

    def issue(self, partner_id: str, now: datetime) -> str:
        issued = int(now.timestamp())
        claims = {"iss": self._issuer, "sub": partner_id, "iat": issued, "exp": issued + LIFETIME_S}
        signed = self._header + b"." + encode(dumps(claims))
        return (signed + b"." + encode(self._keys.sign(signed))).decode("ascii")

    def verify(self, token: str, now: datetime) -> str:
        """The partner's id. Raises Unauthenticated."""
        if len(token) > TOKEN_BYTES_MAX:
            raise Unauthenticated("The access token is not valid.")
        try:
            partner_id, issued, expires = self._claims(token)
        except NotVerified:
            raise Unauthenticated("The access token is not valid.") from None
        if not issued - CLOCK_SKEW_S <= now.timestamp() < expires:
            raise Unauthenticated("The access token has expired; fetch another.")
        return partner_id

    def _read(self, token: str) -> tuple[str, int, int]:
        header, _, rest = token.partition(".")
        payload, _, proof = rest.partition(".")
        members = json_part(header)
        if set(members) != {"alg", "kid", "typ"} or members["typ"] != _TYPE:
            raise NotVerified("This is not an access token.")
        verify(members, f"{header}.{payload}".encode(), proof, self._keys.public)
        claims = json_part(payload)
        partner_id, issued, expires = claims.get("sub"), claims.get("iat"), claims.get("exp")
        if claims.get("iss") != self._issuer or not isinstance(partner_id, str):
            raise NotVerified("The access token is for another gateway.")
        if type(issued) is not int or type(expires) is not int:
            raise NotVerified("The access token states no time.")
        return partner_id, issued, expires
