"""What the HTTP surface needs of the rest, injected by the composition root. It builds none of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from icjs_gateway.adapters.wire.tokens import TokenIssuer
from icjs_gateway.api.limits import ApiLimits
from icjs_gateway.api.metrics import ApiMetrics
from icjs_gateway.routing.alarms import AlarmCode, AlarmCount
from icjs_gateway.routing.attachments import Attachments
from icjs_gateway.routing.claim_desk import ClaimDesk
from icjs_gateway.routing.contracts import Contracts
from icjs_gateway.routing.directory import Directory
from icjs_gateway.routing.feeds import FeedDesk
from icjs_gateway.routing.inquiries.asking import InquiryPorts
from icjs_gateway.routing.intake import IntakePorts
from icjs_gateway.routing.loops import Health
from icjs_gateway.routing.means import Clock
from icjs_gateway.routing.ports import Messages
from icjs_gateway.routing.progress import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """Everything the endpoints use.

    `jwks` gives the public keys of receipts; `health` how the process is, and why requests should not come here now;
    `alarms` what the store says of alarms, `unconsumed` how many reports wait too long for a court. `base_url` is what
    the WSDL names as address; without it the request's own Host is taken. `host_is_loopback` tells whether the server
    listens on loopback only, where `/metrics` needs no token; `metrics_token` is the operator's.
    """

    contracts: Contracts
    directory: Directory
    intake: IntakePorts
    messages: Messages
    progress: Progress
    claims: ClaimDesk
    feeds: FeedDesk
    inquiries: InquiryPorts
    attachments: Attachments
    tokens: TokenIssuer
    jwks: Callable[[], dict[str, Any]]
    limits: ApiLimits = field(default_factory=ApiLimits)
    environment: str
    clock: Clock
    health: Callable[[], Awaitable[Health]]
    alarms: Callable[[], Awaitable[Mapping[AlarmCode, AlarmCount]]]
    unconsumed: Callable[[], Awaitable[int]]
    metrics: ApiMetrics = field(default_factory=ApiMetrics)
    base_url: str | None = None
    host_is_loopback: bool = False
    metrics_token: str | None = None
