"""Partners, credentials and subscriptions: kept in the store, answered from memory.

Inbound secrets are long random strings kept as SHA-256; outbound ones are encrypted. Every change raises a version
counter, by which a running gateway follows changes that another process made.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, insert, select, update

from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.routing.directory import Partner, RecipientClass, Subscription
from icjs_gateway.routing.ports import Vault
from icjs_gateway.stores import schema
from icjs_gateway.stores.engine import reading
from icjs_gateway.stores.evidence import write_leaves
from icjs_gateway.stores.locking import lock_names

COUNTER = "directory"
"""The version counter of partners, credentials and subscriptions."""
CLIENT_SECRET, WS_SECURITY = "client-secret", "ws-security"


def secret_digest(secret: str) -> bytes:
    """What is kept of an inbound secret."""
    return hashlib.sha256(secret.encode()).digest()


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """The directory as it stood at one version: the answers of `Directory`."""

    version: int = 0
    partners: Mapping[str, Partner] = field(default_factory=dict)
    kept: Mapping[str, Subscription] = field(default_factory=dict)
    """All, the revoked ones too."""
    closed: frozenset[str] = frozenset()
    """Ids of subscriptions whose secret cannot be opened: nothing can be sent to them, what they are owed waits."""
    credentials: Mapping[tuple[str, str], tuple[str, bytes]] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    query_secrets: Mapping[tuple[str, str], str] = field(default_factory=dict)
    faults: Mapping[str, Exception] = field(default_factory=dict)
    """By kind and id, the rows that cannot be read."""

    @cached_property
    def served(self) -> Mapping[str, Subscription]:
        return {name: each for name, each in self.kept.items() if each.state != "revoked"}

    @cached_property
    def disabled(self) -> frozenset[str]:
        return frozenset(name for name, each in self.served.items() if each.state == "disabled")

    @cached_property
    def pulled(self) -> frozenset[str]:
        return frozenset(name for name, each in self.served.items() if each.deliver.is_pulled)

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


def load(engine: Engine, vault: Vault, before: Snapshot | None = None) -> Snapshot:
    """Read the directory as it stands. Of a row that cannot be read what was known `before` stays in force.

    A secret that cannot be opened and was not known before closes its subscription, which goes on being owed. Raises
    Misconfigured for a partner or subscription of which nothing was known before.
    """
    before = before or Snapshot()
    faults: dict[str, Exception] = {}
    with reading(engine) as connection:
        partners = connection.execute(select(schema.partners.c.partner_id, schema.partners.c.document)).all()
        columns = schema.subscriptions.c
        subscriptions = connection.execute(select(columns.subscription_id, columns.document, columns.secret)).all()
        credentials = connection.execute(select(schema.credentials)).all()
        asked = connection.execute(select(schema.query_secrets)).all()
        version = version_of(connection)

    def known(kind: str, row_id: str, read: Callable[[], _Read], was: Mapping[Any, _Read], key: object) -> _Read | None:
        """What a row says; what was known of it before where it cannot be read; None where nothing was."""
        try:
            return read()
        except Exception as fault:
            faults[f"{kind}/{row_id}"] = fault
            return was.get(key)

    def opened(kind: str, name: str, sealed: bytes, context: bytes, was: Mapping[Any, str], key: object) -> str | None:
        return known(kind, name, lambda: vault.open_secret(sealed, context), was, key)

    found, served, secrets, query_secrets = {}, {}, {}, {}
    for name, document in partners:
        found[name] = known("partner", name, partial(Partner.model_validate_json, document), before.partners, name)
    for name, document, secret in subscriptions:
        read = partial(Subscription.model_validate_json, document)
        served[name] = known("subscription", name, read, before.kept, name)
        if secret is not None:
            secrets[name] = opened("secret", name, secret, name.encode(), before.secrets, name)
    for of_query in asked:
        key = of_query.partner_id, of_query.exchange
        was = before.query_secrets
        query_secrets[key] = opened("query-secret", "/".join(key), of_query.secret, asking(*key), was, key)
    if unknown := sorted(name for name, each in {**found, **served}.items() if each is None):
        raise Misconfigured(f"The directory cannot be read: {', '.join(unknown)}; apply the partners file again.")
    return Snapshot(
        version=version,
        partners={name: each for name, each in found.items() if each is not None},
        kept={name: each for name, each in served.items() if each is not None},
        credentials={(row.kind, row.name): (row.partner_id, row.secret_sha256) for row in credentials},
        secrets={name: secret for name, secret in secrets.items() if secret is not None},
        closed=frozenset(name for name, secret in secrets.items() if secret is None),
        query_secrets={key: secret for key, secret in query_secrets.items() if secret is not None},
        faults=faults,
    )


_Read = TypeVar("_Read")


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
        facts = {"subscription": subscription_id, "reason": "its endpoint answered 410"}
        write_leaves(connection, "subscription.disabled", [facts], datetime.now(UTC))
    raise_version(connection)
    return [None] * len(subscription_ids)
