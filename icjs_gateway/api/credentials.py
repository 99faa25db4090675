"""The door: who is calling, by the token or password they show.

A token says only which partner it was issued to. What that partner may do, and whether it still is one, is read
from the directory at every request, so that a revoked partner is out at once. That a good token is not verified anew
at every request is the issuer's business.
"""

from __future__ import annotations

from starlette.requests import Request

from icjs_gateway.api.bodies import header
from icjs_gateway.api.gateway import Gateway
from icjs_gateway.api.refusals import PARTNER
from icjs_gateway.model.errors import Unauthenticated
from icjs_gateway.routing.directory import Partner


class Door:
    """Authenticates requests, and leaves the partner's id in their scope for the log."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def partner(self, request: Request) -> Partner:
        """The active partner whose bearer token came with the request. Raises Unauthenticated."""
        scheme, _, token = (header(request, b"authorization") or "").partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthenticated("Send a bearer token; POST /oauth2/token gives one for client credentials.")
        partner_id = self._gateway.tokens.verify(token.strip(), self._gateway.clock.now())
        partner = self._gateway.directory.partner(partner_id)
        if partner is None or partner.state != "active":
            raise Unauthenticated("The partner of this token is not active here; ask the gateway's operator.")
        request.scope[PARTNER] = partner.id
        return partner

    def user(self, request: Request, username: str | None, password: str | None) -> Partner:
        """The active partner of a WS-Security UsernameToken. Raises Unauthenticated."""
        partner = None
        if username is not None and password is not None:
            partner = self._gateway.directory.username(username, password)
        if username is None or password is None:
            lacking = "a UsernameToken" if username is None else "a Password in its UsernameToken"
            raise Unauthenticated(
                f"The envelope has no {lacking}: its Header holds a WS-Security Security element, and that a "
                "UsernameToken of Username and Password (PasswordText)."
            )
        if partner is None:
            raise Unauthenticated("Send a WS-Security UsernameToken with the right username and password.")
        request.scope[PARTNER] = partner.id
        return partner
