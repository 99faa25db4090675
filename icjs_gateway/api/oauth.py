"""`POST /oauth2/token`: client credentials for a bearer token (RFC 6749, 4.4), and the keys of receipts.

A client authenticates by HTTP Basic (`client_secret_basic`) or in the form (`client_secret_post`), never
both. There are no scopes: what a partner may do is in the directory. Errors have the form of RFC 6749, 5.2,
because that is what OAuth clients read; they say no more about a wrong secret than about an unknown client.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import parse_qsl, unquote_plus

import structlog
from starlette.requests import Request
from starlette.responses import Response

from icjs_gateway.adapters.wire.json import dumps
from icjs_gateway.adapters.wire.tokens import LIFETIME_S
from icjs_gateway.api.bodies import header, read_body
from icjs_gateway.api.gateway import Gateway
from icjs_gateway.api.refusals import Refusals
from icjs_gateway.api.tracing import trace_of
from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.directory import Partner

_log = structlog.stdlib.get_logger("icjs_gateway.api")
_FIELDS_MAX = 16
Endpoint = Callable[[Request], Awaitable[Response]]


class _TokenRefused(Exception):
    """An error of RFC 6749, 5.2, on its way to its one rendering below."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(error)
        self.error = error
        self.description = description


def token_endpoint(gateway: Gateway, refusals: Refusals) -> Endpoint:
    async def issue_token(request: Request) -> Response:
        try:
            form = await _form(request, gateway.limits.form_bytes_max)
            client_id, secrets = _credentials(header(request, b"authorization"), form)
            if form.get("grant_type", "client_credentials") != "client_credentials":
                raise _TokenRefused("unsupported_grant_type", "The only grant is client_credentials.")
            if "grant_type" not in form:
                raise _TokenRefused("invalid_request", "grant_type is missing; send client_credentials.")
            partner = _partner(gateway, client_id, secrets)
        except _TokenRefused as refusal:
            refusals.anonymous("issue_token", request.scope, reason=refusal.error)
            return _refused(refusal)
        token = gateway.tokens.issue(partner.id, gateway.clock.now())
        _log.info(Action.TOKEN_ISSUED.value, trace_id=trace_of(request.scope).trace_id, partner=partner.id)
        members = {"access_token": token, "token_type": "Bearer", "expires_in": LIFETIME_S}
        return _answer(members, 200, {})

    return issue_token


def jwks_endpoint(gateway: Gateway) -> Endpoint:
    async def get_jwks(request: Request) -> Response:
        # Keys change rarely and old ones stay listed, so a verifier may keep them for a while.
        headers = {"cache-control": "public, max-age=300"}
        return Response(dumps(gateway.jwks()), 200, headers, "application/json")

    return get_jwks


async def _form(request: Request, bytes_max: int) -> dict[str, str]:
    media_type = (header(request, b"content-type") or "").partition(";")[0].strip().lower()
    if media_type != "application/x-www-form-urlencoded":
        raise _TokenRefused("invalid_request", "Send the parameters as application/x-www-form-urlencoded.")
    body = await read_body(request, bytes_max)
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS_MAX)
    except ValueError:
        raise _TokenRefused("invalid_request", "The form cannot be parsed.") from None
    form = dict(pairs)
    if len(form) != len(pairs):
        raise _TokenRefused("invalid_request", "A parameter came more than once.")
    return form


def _credentials(authorization: str | None, form: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """The client's id, and its secret as it may have been meant."""
    if authorization is None:
        client_id, secret = form.get("client_id"), form.get("client_secret")
        if client_id is None or secret is None:
            raise _TokenRefused("invalid_client", "Send client_id and client_secret, by HTTP Basic or in the form.")
        return client_id, (secret,)
    if "client_secret" in form:
        raise _TokenRefused("invalid_request", "Credentials came by HTTP Basic and in the form; send them once.")
    scheme, _, encoded = authorization.partition(" ")
    try:
        pair = base64.b64decode(encoded.strip(), validate=True).decode() if scheme.lower() == "basic" else ""
    except (binascii.Error, UnicodeDecodeError):
        pair = ""
    client_id, colon, secret = pair.partition(":")
    if not colon:
        raise _TokenRefused("invalid_client", "The Authorization header is not HTTP Basic with id and secret.")
    # RFC 6749, 2.3.1 has both form-encoded before Basic. Many clients skip that, so a secret is tried both
    # ways.
    return unquote_plus(client_id), tuple(dict.fromkeys((unquote_plus(secret), secret)))


def _partner(gateway: Gateway, client_id: str, secrets: tuple[str, ...]) -> Partner:
    for secret in secrets:
        partner = gateway.directory.client(client_id, secret)
        if partner is not None:
            return partner
    raise _TokenRefused("invalid_client", "The client is not known, or the secret is wrong.")


def _refused(refusal: _TokenRefused) -> Response:
    unknown = refusal.error == "invalid_client"
    headers = {"www-authenticate": 'Basic realm="icjs"'} if unknown else {}
    members = {"error": refusal.error, "error_description": refusal.description}
    return _answer(members, 401 if unknown else 400, headers)


def _answer(members: Mapping[str, object], status: int, headers: Mapping[str, str]) -> Response:
    never_kept = {"cache-control": "no-store", "pragma": "no-cache"}
    return Response(dumps(members), status, {**headers, **never_kept}, "application/json")
