"""Asking a partner's own system live, over HTTP: JSON with a bearer token, or SOAP with a UsernameToken.

The question goes out in the words of the query's own contract, and the answer is admitted by it. Whatever comes instead
(nothing in time, a fault, another document, more than is read of an answer) is no answer: it is logged with its reason,
and told to whoever asked as `NO_ANSWER`. The way out is the one of deliveries: judged addresses, no redirects.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog

from icjs_gateway.adapters.wire.json import parse_json
from icjs_gateway.adapters.wire.outbound import Answered, Outbound
from icjs_gateway.adapters.wire.soap import open_envelope
from icjs_gateway.adapters.wire.soap_answers import asking_envelope
from icjs_gateway.model.errors import Rejected
from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.contracts import Contracts, Document, Query, Wire
from icjs_gateway.routing.directory import Directory, Partner, QueryEndpoint

_log = structlog.stdlib.get_logger("icjs_gateway.adapters")
Tree = dict[str, Any]


class LiveQueries:
    """`LiveSystem` over `Outbound`."""

    def __init__(self, outbound: Outbound, directory: Directory, contracts: Contracts) -> None:
        self._outbound = outbound
        self._directory = directory
        self._contracts = contracts

    async def ask(self, partner: Partner, exchange: str, question: Mapping[str, Any], timeout_s: float) -> Tree | None:
        endpoint, query = partner.queries[exchange], self._contracts.query(exchange)
        secret = self._directory.query_secret(partner.id, exchange)
        if secret is None:
            _unanswered(partner, query, "no-secret")
            return None
        wire = Wire.JSON if endpoint.channel == "json" else Wire.SOAP
        body, headers = _written(query.request.write(question, wire), endpoint, secret, query)
        outcome = await self._outbound.post(endpoint.url, body, headers=headers, timeout_s=timeout_s)
        if not isinstance(outcome, Answered):
            _unanswered(partner, query, outcome.reason)
            return None
        if outcome.status != 200 or not outcome.is_whole:
            _unanswered(partner, query, f"http-{outcome.status}" if outcome.is_whole else "too-large")
            return None
        try:
            # Off the event loop: a partner's answer may be large, and is nobody's to hold others up with.
            return await asyncio.to_thread(lambda: query.response.read(_parsed(outcome.body, wire)))
        except Rejected:
            _unanswered(partner, query, "not-the-contract")
            return None


def _unanswered(partner: Partner, query: Query, reason: str) -> None:
    _log.warning(Action.LIVE_UNANSWERED.value, partner=partner.id, contract=query.id, reason=reason)


def _written(payload: bytes, endpoint: QueryEndpoint, secret: str, query: Query) -> tuple[bytes, dict[str, str]]:
    if endpoint.username is None:
        return payload, {"content-type": "application/json", "authorization": f"Bearer {secret}"}
    namespace = query.root[1:].partition("}")[0]
    headers = {"content-type": "text/xml; charset=utf-8", "soapaction": f'"{namespace}:{query.operation}"'}
    return asking_envelope(
        payload, username=endpoint.username, password=secret, must_understand=endpoint.must_understand
    ), headers


def _parsed(body: bytes, wire: Wire) -> Document:
    return parse_json(body) if wire is Wire.JSON else open_envelope(body).payload
