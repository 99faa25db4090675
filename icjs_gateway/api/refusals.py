"""Who hears of a refusal besides its sender.

A refused message of a known partner is audited. A request without good credentials is counted, and told to
the log in samples: whoever floods the door must not fill the audit tree or the disk.
"""

from __future__ import annotations

import hashlib
import time
from datetime import datetime

import structlog
from starlette.types import Scope

from icjs_gateway.api.gateway import Gateway
from icjs_gateway.api.problems import UNEXPECTED, kind_of
from icjs_gateway.api.tracing import endpoint_of, trace_of
from icjs_gateway.model.errors import GatewayError, Rejected, Unauthenticated
from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.directory import Partner

_log = structlog.stdlib.get_logger("icjs_gateway.api")
PARTNER = "icjs.partner"
"""Scope key under which the door leaves the id of who came in."""


class Refusals:
    """Audit, counters and log lines of what was refused."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._logged_at = float("-inf")
        self._unlogged = 0

    async def audit(
        self, refusal: Rejected, *, partner: Partner, contract_id: str | None, body: bytes | None, received_at: datetime
    ) -> None:
        """Keep a leaf of a message that never came as far as intake. The digest is of the body as sent."""
        facts = {
            "partner": partner.id,
            "contract": contract_id,
            "digest": None if body is None else hashlib.sha256(body).hexdigest(),
            "received_at": received_at.isoformat(),
            "refused_as": type(refusal).__name__,
            "findings": [finding.code for finding in refusal.findings],
        }
        await self._gateway.intake.evidence.note(Action.MESSAGE_REFUSED.value, facts)

    def tell(self, error: GatewayError, scope: Scope) -> None:
        """Count a refusal, and log it: every one of a known partner, samples of the others'."""
        kind = kind_of(error)
        self._gateway.metrics.refusals.labels(kind.slug).inc()
        partner_id = scope.get(PARTNER)
        surface = endpoint_of(scope)
        if isinstance(error, Unauthenticated) or partner_id is None:
            self.anonymous(surface, scope, reason=kind.slug)
            return
        level = _log.error if kind is UNEXPECTED else _log.info
        level(
            Action.REQUEST_REFUSED.value,
            trace_id=trace_of(scope).trace_id,
            endpoint=surface,
            partner=partner_id,
            reason=kind.slug,
            findings=[finding.code for finding in error.findings] if isinstance(error, Rejected) else [],
        )

    def anonymous(self, surface: str, scope: Scope, *, reason: str) -> None:
        """Count a request of nobody known; log one line in a while, with how many there were and the last one's
        address."""
        self._gateway.metrics.unauthenticated.labels(surface).inc()
        self._unlogged += 1
        now = time.monotonic()
        if now - self._logged_at < self._gateway.limits.anonymous_log_every_s:
            return
        _log.warning(
            Action.REQUEST_UNAUTHENTICATED.value,
            trace_id=trace_of(scope).trace_id,
            endpoint=surface,
            reason=reason,
            client=client[0] if (client := scope.get("client")) else "",
            count=self._unlogged,
        )
        self._logged_at, self._unlogged = now, 0
