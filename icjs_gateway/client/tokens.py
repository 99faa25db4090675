"""OAuth2 client credentials: one token at a time, fetched when needed and shared by all who ask."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import httpx
from pydantic import BaseModel

from icjs_gateway.client.problems import problem_from_http
from icjs_gateway.client.repeats import busy

RENEW_BEFORE_S = 30.0
"""A token this close to its end is not used for another request."""


class _Granted(BaseModel):
    access_token: str
    expires_in: float


class Tokens:
    """Bearer tokens of one client. Refused credentials raise the gateway's Problem."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        client_id: str,
        secret: str,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http = http
        self._credentials = httpx.BasicAuth(client_id, secret)
        self._now = now
        self._token: str | None = None
        self._good_until = 0.0
        self._asking = asyncio.Lock()

    async def bearer(self) -> str:
        """A token that is good for this request."""
        async with self._asking:
            if self._token is None or self._now() >= self._good_until:
                await self._ask()
            assert self._token is not None  # noqa: S101 - `_ask` sets it or raises
            return self._token

    def forget(self, token: str) -> None:
        """The gateway did not take this token: ask for another next time."""
        if self._token == token:
            self._token = None

    async def _ask(self) -> None:
        asked_at = self._now()
        response = await self._http.post(
            "/oauth2/token", data={"grant_type": "client_credentials"}, auth=self._credentials
        )
        if (wait := busy(response)) is not None:
            raise wait
        if response.status_code != 200:
            raise problem_from_http(response.status_code, response.content)
        granted = _Granted.model_validate_json(response.content)
        self._token = granted.access_token
        self._good_until = asked_at + granted.expires_in - RENEW_BEFORE_S
