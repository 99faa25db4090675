"""Putting partners in place: what a partners file declares, held against what is kept, and what changes written.

Set-wise, so that a country's partners and their subscriptions are a few statements, however many they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import Any, TypeVar

from pydantic_core import from_json
from sqlalchemy import Column, Connection, Table, delete, insert, select, update

from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.routing.directory import Deliver, Partner, Subscription
from icjs_gateway.routing.ports import Vault
from icjs_gateway.stores import schema
from icjs_gateway.stores.directory import asking, raise_version, secret_digest
from icjs_gateway.stores.evidence import write_leaves
from icjs_gateway.stores.locking import lock_names

_AT_ONCE = 500
_TABLES = (schema.partners, schema.credentials, schema.subscriptions, schema.query_secrets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One partner with everything that belongs to it, secrets in clear, as `partners apply` resolved them."""

    partner: Partner
    credentials: tuple[tuple[str, str, str], ...] = ()
    """(kind, name, secret)"""
    subscriptions: tuple[tuple[Subscription, str | None], ...] = ()
    """(subscription, outbound secret)"""
    query_secrets: tuple[tuple[str, str], ...] = ()
    """(exchange, what the gateway shows when it asks live)"""

    def normal(self) -> _Normal:
        """A form in which what is declared and what is kept can be compared."""
        return (
            self.partner.model_dump_json(by_alias=True),
            sorted((kind, name, secret_digest(secret)) for kind, name, secret in self.credentials),
            sorted((each.model_dump_json(), secret or "") for each, secret in self.subscriptions),
            sorted(self.query_secrets),
        )


_Normal = tuple[str | None, list[tuple[str, str, bytes]], list[tuple[str, str]], list[tuple[str, str]]]


def apply_entries(
    connection: Connection, entries: Iterable[Entry], vault: Vault, *, by: str | None = None
) -> dict[str, str]:
    """Put these partners in place of what was kept of them; others stay as they are. `by` is who applies them.

    Answers `added`, `changed` or `unchanged` for each; applying the same again changes nothing, not even the version.
    Raises Misconfigured when a credential or a subscription belongs to another partner.
    """
    entries = list(entries)
    lock_names(connection, ["directory"])
    kept = _Kept.read(connection, [entry.partner.id for entry in entries])
    _refuse_taken(connection, entries)
    changes: dict[str, str] = {}
    changed: list[Entry] = []
    for entry in entries:
        partner_id = entry.partner.id
        kept.refuse_other_channel(entry)
        before = kept.normal(partner_id, vault)
        if before == entry.normal():
            changes[partner_id] = "unchanged"
            continue
        changes[partner_id] = "changed" if before[0] is not None else "added"
        changed.append(entry)
    if changed:
        facts = [kept.differences(entry, vault) | {"change": changes[entry.partner.id], "by": by} for entry in changed]
        write_leaves(connection, "partner.changed", facts, datetime.now(UTC))
        _replace(connection, changed, kept, vault)
        raise_version(connection)
    return changes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What the store keeps of some partners: rows of each table, by partner."""

    rows: Mapping[Table, Mapping[str, Sequence[Any]]]

    @classmethod
    def read(cls, connection: Connection, partner_ids: Sequence[str]) -> _Kept:
        rows: dict[Table, dict[str, list[Any]]] = {table: defaultdict(list) for table in _TABLES}
        for table in _TABLES:
            for some in _some(partner_ids):
                for row in connection.execute(select(table).where(table.c.partner_id.in_(some))):
                    rows[table][row.partner_id].append(row)
        return cls(rows=rows)

    def of(self, table: Table, partner_id: str) -> Sequence[Any]:
        return self.rows[table].get(partner_id, ())

    def normal(self, partner_id: str, vault: Vault) -> _Normal:
        """In the form of `Entry.normal`; its document is None where nothing is kept."""
        return (
            next((row.document for row in self.of(schema.partners, partner_id)), None),
            sorted((row.kind, row.name, row.secret_sha256) for row in self.of(schema.credentials, partner_id)),
            sorted(
                (
                    row.document,
                    _opened(vault, row.secret, row.subscription_id.encode()),
                )
                for row in self.of(schema.subscriptions, partner_id)
            ),
            sorted(
                (row.exchange, _opened(vault, row.secret, asking(partner_id, row.exchange)))
                for row in self.of(schema.query_secrets, partner_id)
            ),
        )

    def refuse_other_channel(self, entry: Entry) -> None:
        """What waits in a feed is nothing that could be sent, and the other way round. Raises Misconfigured."""
        wanted = {each.id: each for each, _ in entry.subscriptions}
        for row in self.of(schema.subscriptions, entry.partner.id):
            if row.subscription_id not in wanted:
                continue
            before = _readable(partial(_deliver_of, row.document), None)
            if before is not None and before.is_pulled != wanted[row.subscription_id].deliver.is_pulled:
                raise Misconfigured(
                    f"{entry.partner.id}: {row.subscription_id} is served by {before.channel}; for another channel "
                    "make another subscription."
                )

    def differences(self, entry: Entry, vault: Vault) -> dict[str, object]:
        """What an entry changes, for the audit: members before and after, but for those that hold names and addresses;
        credentials, subscriptions and secrets by name, never a secret's value."""
        name = entry.partner.id
        nothing: dict[str, Any] = {}
        document = next((row.document for row in self.of(schema.partners, name)), None)
        was = _readable(partial(_members_of, document), nothing) if document is not None else nothing
        now = entry.partner.model_dump(mode="json")
        subscriptions = self.of(schema.subscriptions, name)
        secrets = {
            row.subscription_id: _opened(vault, row.secret, row.subscription_id.encode()) for row in subscriptions
        }
        for row in self.of(schema.query_secrets, name):
            secrets[row.exchange] = _opened(vault, row.secret, asking(name, row.exchange))
        return {
            "partner": name,
            "members": {
                member: "changed" if member in _UNTOLD else [was.get(member), now[member]]
                for member in now
                if was.get(member) != now[member]
            },
            "credentials": _differing(
                {f"{row.kind}/{row.name}": row.secret_sha256 for row in self.of(schema.credentials, name)},
                {f"{kind}/{each}": secret_digest(secret) for kind, each, secret in entry.credentials},
            ),
            "subscriptions": _differing(
                {row.subscription_id: row.document for row in subscriptions},
                {each.id: each.model_dump_json() for each, _ in entry.subscriptions},
            ),
            "secrets": _differing(
                secrets, {each.id: secret or "" for each, secret in entry.subscriptions} | dict(entry.query_secrets)
            ),
        }

    def pulled(self, partner_ids: Iterable[str]) -> set[str]:
        """Which of their subscriptions fetch."""
        return {
            row.subscription_id
            for partner_id in partner_ids
            for row in self.of(schema.subscriptions, partner_id)
            if row.pulled
        }


_UNTOLD = frozenset({"name", "queries"})
_UNREADABLE = "\0"
"""In place of a kept secret that cannot be opened: no secret is like it."""
_Read = TypeVar("_Read")


def _readable(read: Callable[[], _Read], otherwise: _Read) -> _Read:
    """What a row says; a row that cannot be read is no reason not to replace it."""
    try:
        return read()
    except Exception:
        return otherwise


def _opened(vault: Vault, sealed: bytes | None, context: bytes) -> str:
    """A kept secret; empty where there is none."""
    return "" if sealed is None else _readable(lambda: vault.open_secret(sealed, context), _UNREADABLE)


def _deliver_of(document: str) -> Deliver | None:
    return Deliver.model_validate(from_json(document)["deliver"])


def _members_of(document: str) -> dict[str, Any]:
    return Partner.model_validate_json(document).model_dump(mode="json")


def _differing(was: Mapping[str, object], now: Mapping[str, object]) -> dict[str, str]:
    """By name, whether it was added, changed or removed."""
    added = dict.fromkeys(now.keys() - was.keys(), "added")
    removed = dict.fromkeys(was.keys() - now.keys(), "removed")
    changed = dict.fromkeys((name for name in now.keys() & was.keys() if now[name] != was[name]), "changed")
    return dict(sorted((added | removed | changed).items()))


def _refuse_taken(connection: Connection, entries: Sequence[Entry]) -> None:
    """Names of credentials and ids of subscriptions are unique over all partners. Raises Misconfigured."""
    credentials = {name: entry.partner.id for entry in entries for _, name, _ in entry.credentials}
    subscriptions = {each.id: entry.partner.id for entry in entries for each, _ in entry.subscriptions}
    held = [
        *_holders(connection, schema.credentials.c.name, credentials),
        *_holders(connection, schema.subscriptions.c.subscription_id, subscriptions),
    ]
    for partner_id, name, holder in held:
        raise Misconfigured(f"{partner_id}: {name} belongs to {holder}; choose another name.")


def _holders(connection: Connection, column: Column[Any], wanted: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """(who wants it, name, who has it) of each name that is another partner's."""
    for names in _some(wanted):
        rows = connection.execute(select(column, column.table.c.partner_id).where(column.in_(names)))
        for name, holder in rows:
            if holder != wanted[name]:
                yield wanted[name], name, holder


def _replace(connection: Connection, entries: Sequence[Entry], kept: _Kept, vault: Vault) -> None:
    partner_ids = [entry.partner.id for entry in entries]
    for table in _TABLES:
        for some in _some(partner_ids):
            connection.execute(delete(table).where(table.c.partner_id.in_(some)))
    rows: Mapping[Table, list[dict[str, object]]] = {
        schema.partners: [
            {"partner_id": entry.partner.id, "document": entry.partner.model_dump_json(by_alias=True)}
            for entry in entries
        ],
        schema.credentials: [
            {"kind": kind, "name": name, "partner_id": entry.partner.id, "secret_sha256": secret_digest(secret)}
            for entry in entries
            for kind, name, secret in entry.credentials
        ],
        schema.query_secrets: [
            {
                "partner_id": entry.partner.id,
                "exchange": exchange,
                "secret": vault.seal_secret(secret, asking(entry.partner.id, exchange)),
            }
            for entry in entries
            for exchange, secret in entry.query_secrets
        ],
        schema.subscriptions: [
            _subscription_row(each, secret, vault) for entry in entries for each, secret in entry.subscriptions
        ],
    }
    for table, written in rows.items():
        if written:
            connection.execute(insert(table), written)
    before = kept.pulled(partner_ids)
    after = {str(row["subscription_id"]) for row in rows[schema.subscriptions] if row["pulled"]}
    _mark_lanes(connection, after - before, pulled=True)
    _mark_lanes(connection, before - after, pulled=False)


def _subscription_row(subscription: Subscription, secret: str | None, vault: Vault) -> dict[str, object]:
    return {
        "subscription_id": subscription.id,
        "partner_id": subscription.partner,
        "document": subscription.model_dump_json(),
        "pulled": subscription.deliver.is_pulled and subscription.state != "revoked",
        "secret": vault.seal_secret(secret, subscription.id.encode()) if secret is not None else None,
    }


def _some(names: Iterable[str]) -> Iterator[list[str]]:
    """As many at once as a statement names."""
    left = iter(names)
    while some := list(islice(left, _AT_ONCE)):
        yield some


def _mark_lanes(connection: Connection, subscription_ids: Set[str], *, pulled: bool) -> None:
    """What waits for a subscription that fetches now, or does so no more."""
    lanes = schema.lanes.c
    for some in _some(sorted(subscription_ids)):
        connection.execute(
            update(schema.lanes)
            .where(lanes.liberty.in_([True, False]), lanes.subscription_id.in_(some))
            .values(pulled=pulled)
        )
