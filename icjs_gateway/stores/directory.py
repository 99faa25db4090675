"""Partners, credentials and subscriptions: kept in the store, answered from memory.

Inbound secrets are long random strings kept as SHA-256; outbound ones are encrypted. Every change raises a version
counter, by which a running gateway follows changes that another process made.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, insert, select, update

from icjs_gateway.routing.directory import Partner, RecipientClass, Subscription
from icjs_gateway.routing.ports import Vault
from icjs_gateway.stores import schema
from icjs_gateway.stores.engine import reading
from icjs_gateway.stores.locking import lock_names

COUNTER = "directory"
"""The version counter of partners, credentials and subscriptions."""
CLIENT_SECRET, WS_SECURITY = "client-secret", "ws-security"


def secret_digest(secret: str) -> bytes:
    """What is kept of an inbound secret."""
    return hashlib.sha256(secret.encode()).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The directory as it stood at one version: the answers of `Directory`."""

    version: int = 0
    partners: Mapping[str, Partner] = field(default_factory=dict)
    served: Mapping[str, Subscription] = field(default_factory=dict)
    disabled: frozenset[str] = frozenset()
    pulled: frozenset[str] = frozenset()
    credentials: Mapping[tuple[str, str], tuple[str, bytes]] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    query_secrets: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def active(self) -> tuple[Partner, ...]:
        return tuple(self.partners[name] for name in sorted(self.partners) if self.partners[name].state == "active")

    def partner(self, partner_id: str) -> Partner | None:
        return self.partners.get(partner_id)

    def subscription(self, subscription_id: str) -> Subscription | None:
        return self.served.get(subscription_id)

    def subscriptions(self) -> tuple[Subscription, ...]:
        return tuple(self.served[name] for name in sorted(self.served))

    def courts(self) -> frozenset[str]:
        """Ids of the subscriptions of courts."""
        return frozenset(
            each.id
            for each in self.served.values()
            if (partner := self.partners.get(each.partner)) is not None
            and partner.recipient_class is RecipientClass.COURT_TRIAL
        )

    def client(self, client_id: str, secret: str) -> Partner | None:
        return self._holder(CLIENT_SECRET, client_id, secret)

    def username(self, username: str, password: str) -> Partner | None:
        return self._holder(WS_SECURITY, username, password)

    def webhook_secret(self, subscription_id: str) -> str | None:
        return self.secrets.get(subscription_id)

    def _holder(self, kind: str, name: str, secret: str) -> Partner | None:
        partner_id, kept = self.credentials.get((kind, name), ("", b"\x00" * 32))
        # An unknown name costs the same comparison as a known one.
        right = hmac.compare_digest(kept, secret_digest(secret))
        partner = self.partners.get(partner_id)
        return partner if right and partner is not None and partner.state == "active" else None


def load(engine: Engine, vault: Vault) -> Snapshot:
    """Read the directory as it stands."""
    with reading(engine) as connection:
        partners = [Partner.model_validate_json(row) for row in connection.scalars(select(schema.partners.c.document))]
        columns = schema.subscriptions.c
        subscriptions = connection.execute(select(columns.document, columns.secret)).all()
        credentials = connection.execute(select(schema.credentials)).all()
        asked = connection.execute(select(schema.query_secrets)).all()
        version = version_of(connection)
    kept = [(Subscription.model_validate_json(row.document), row) for row in subscriptions]
    return Snapshot(
        version=version,
        partners={partner.id: partner for partner in partners},
        served={each.id: each for each, _ in kept if each.state != "revoked"},
        disabled=frozenset(each.id for each, _ in kept if each.state == "disabled"),
        pulled=frozenset(each.id for each, _ in kept if each.state != "revoked" and each.deliver.is_pulled),
        credentials={(row.kind, row.name): (row.partner_id, row.secret_sha256) for row in credentials},
        secrets={
            each.id: vault.open_secret(row.secret, each.id.encode()) for each, row in kept if row.secret is not None
        },
        query_secrets={
            (row.partner_id, row.exchange): vault.open_secret(row.secret, asking(row.partner_id, row.exchange))
            for row in asked
        },
    )


def asking(partner_id: str, exchange: str) -> bytes:
    """What the secret of a query is sealed with."""
    return f"{partner_id}/{exchange}".encode()


def version_of(connection: Connection) -> int:
    """The directory's version counter."""
    return connection.scalar(select(schema.counters.c.value).where(schema.counters.c.name == COUNTER)) or 0


def raise_version(connection: Connection, name: str = COUNTER) -> None:
    """Raise a version counter, by which running gateways follow what was changed."""
    counters = schema.counters
    raised = connection.execute(update(counters).where(counters.c.name == name).values(value=counters.c.value + 1))
    if raised.rowcount == 0:
        connection.execute(insert(counters), [{"name": name, "value": 1}])


def run_disables(connection: Connection, subscription_ids: Sequence[str]) -> list[None]:
    """Mark subscriptions as disabled. Runs on the writer's thread, inside its transaction."""
    lock_names(connection, ["directory"])
    columns = schema.subscriptions.c
    for subscription_id in set(subscription_ids):
        document = connection.scalar(select(columns.document).where(columns.subscription_id == subscription_id))
        if document is None:
            continue
        disabled = Subscription.model_validate_json(document).model_copy(update={"state": "disabled"})
        connection.execute(
            update(schema.subscriptions)
            .where(columns.subscription_id == subscription_id)
            .values(document=disabled.model_dump_json())
        )
    raise_version(connection)
    return [None] * len(subscription_ids)
