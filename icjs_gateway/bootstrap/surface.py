"""The HTTP surface, as the core or a front of a gateway serves it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from icjs_gateway.adapters.live import LiveQueries
from icjs_gateway.adapters.wire.addresses import AddressPolicy
from icjs_gateway.adapters.wire.jose import SigningKeys
from icjs_gateway.adapters.wire.outbound import Outbound, OutboundLimits
from icjs_gateway.adapters.wire.signatures import ReceiptSigner
from icjs_gateway.adapters.wire.tokens import TokenIssuer
from icjs_gateway.api.app import create_app
from icjs_gateway.api.gateway import Gateway
from icjs_gateway.api.limits import ApiLimits
from icjs_gateway.api.retelling import retelling
from icjs_gateway.api.server import ServerLimits, serve
from icjs_gateway.api.tls import Tls
from icjs_gateway.bootstrap.live import is_loopback
from icjs_gateway.bootstrap.store import Store, desk_bench
from icjs_gateway.registry import packaged_contracts
from icjs_gateway.registry.disclosure import load_policy
from icjs_gateway.routing.access.view import Disclosure
from icjs_gateway.routing.contracts import Contracts
from icjs_gateway.routing.feeds import FeedDesk
from icjs_gateway.routing.inquiries.asking import InquiryPorts
from icjs_gateway.routing.intake import IntakePorts
from icjs_gateway.routing.jails import serves
from icjs_gateway.routing.live import LiveDesk, LiveLimits
from icjs_gateway.routing.loops import Health
from icjs_gateway.routing.progress import Progress
from icjs_gateway.settings import Settings
from icjs_gateway.stores.alarms import counts
from icjs_gateway.stores.attachments import StoreAttachments
from icjs_gateway.stores.cases import StoreCases
from icjs_gateway.stores.claim_desk import StoreClaimDesk
from icjs_gateway.stores.consumption import unconsumed_count
from icjs_gateway.stores.engine import reader_of
from icjs_gateway.stores.follower import DirectoryFollower
from icjs_gateway.stores.readers import StoreMessages


def surface(
    settings: Settings,
    contracts: Contracts,
    store: Store,
    directory: DirectoryFollower,
    intake: IntakePorts,
    progress: Progress,
    feeds: FeedDesk,
    outbound: Outbound,
    keys: SigningKeys,
    health: Callable[[], Awaitable[Health]],
) -> Gateway:
    """What the HTTP surface is made with, in the core or in a front."""
    return Gateway(
        contracts=contracts,
        directory=directory,
        intake=intake,
        messages=StoreMessages(reader_of(store.engine), _class_of(directory), _serves(directory)),
        progress=progress,
        alarms=lambda: asyncio.to_thread(counts, reader_of(store.engine)),
        unconsumed=lambda: asyncio.to_thread(_unconsumed, settings, store, directory, intake.clock.now()),
        claims=StoreClaimDesk(
            store.engine,
            store.vault,
            lambda: desk_bench(store, settings),
            lambda: directory.places,
            retelling(contracts, ApiLimits()),
            intake.clock,
        ),
        feeds=feeds,
        inquiries=InquiryPorts(
            cases=StoreCases(reader_of(store.engine), store.vault, cases_max=settings.cases_per_question),
            disclosure=Disclosure(load_policy(packaged_contracts()), lambda: directory.places),
            evidence=intake.evidence,
            clock=intake.clock,
            partners=directory.active_partners,
            live=LiveDesk(
                LiveQueries(outbound, directory, contracts),
                intake.clock,
                LiveLimits(deadline_s=settings.live_deadline_s),
            ),
        ),
        attachments=StoreAttachments(reader_of(store.engine), store.vault),
        tokens=TokenIssuer(keys, issuer="icjs-gateway"),
        jwks=ReceiptSigner(keys).jwks,
        limits=ApiLimits(body_bytes_max=settings.max_body_bytes, batch_messages_max=settings.max_batch_messages),
        environment=settings.environment,
        clock=intake.clock,
        health=health,
        base_url=settings.base_url,
        host_is_loopback=is_loopback(settings.host),
        metrics_token=settings.metrics_token,
    )


def way_out(settings: Settings) -> Outbound:
    """The client for everything that this process calls at partners."""
    return Outbound(
        AddressPolicy(settings.allowed_networks),
        limits=OutboundLimits(connections_per_destination=settings.per_endpoint * 2),
    )


async def serve_surface(
    settings: Settings,
    gateway: Gateway,
    on_ready: Callable[[str], None],
    listener: socket.socket | None = None,
) -> None:
    await serve(
        create_app(gateway),
        host=settings.host,
        port=settings.port,
        limits=server_limits(settings),
        on_ready=on_ready,
        on_refused=gateway.metrics.refused_by_server,
        trusted_proxies=settings.trusted_proxies,
        tls=tls_of(settings),
        listener=listener,
    )


def _class_of(directory: DirectoryFollower) -> Callable[[str], str]:
    def class_of(subscription_id: str) -> str:
        subscription = directory.subscription(subscription_id)
        partner = directory.partner(subscription.partner) if subscription else None
        return partner.recipient_class.value if partner else "former"

    return class_of


def _serves(directory: DirectoryFollower) -> Callable[[str, str | None], bool]:
    """Whether a subscription is that of a jail's own system."""

    def is_served(subscription_id: str, jail: str | None) -> bool:
        subscription = directory.subscription(subscription_id)
        partner = directory.partner(subscription.partner) if subscription else None
        return partner is not None and jail is not None and serves(partner, jail, directory.places, None)

    return is_served


def _unconsumed(settings: Settings, store: Store, directory: DirectoryFollower, now: datetime) -> int:
    before = now - timedelta(days=settings.unconsumed_days)
    return unconsumed_count(reader_of(store.engine), subscriptions=directory.courts(), before=before)


def tls_of(settings: Settings) -> Tls | None:
    """The files for TLS, where the server speaks it."""
    if settings.tls_cert is None or settings.tls_key is None:
        return None
    return Tls(certificate=settings.tls_cert, key=settings.tls_key)


def server_limits(settings: Settings) -> ServerLimits:
    return ServerLimits(
        # The API refuses at the limit, in the words of its surface (a problem, a SOAP fault); the server cuts off
        # whoever sends far more than that.
        body_bytes_max=2 * settings.max_body_bytes,
        connections_max=settings.max_connections,
        head_timeout_s=settings.head_timeout_s,
        body_timeout_s=settings.body_timeout_s,
    )
