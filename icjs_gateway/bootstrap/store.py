"""The store that a process opens, and what every decision is taken with."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from icjs_gateway.adapters.wire.jose import SigningKeys
from icjs_gateway.adapters.wire.signatures import ReceiptSigner
from icjs_gateway.adapters.wire.vault import Vault
from icjs_gateway.api.limits import ApiLimits
from icjs_gateway.api.retelling import retelling
from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.model.ulid import RANDOM_BYTES, ulid
from icjs_gateway.registry import load_contracts, packaged_contracts
from icjs_gateway.registry.authority import load_authority
from icjs_gateway.registry.disclosure import load_policy
from icjs_gateway.registry.labels import load_labels
from icjs_gateway.routing.access.cases import Sight
from icjs_gateway.routing.access.policy import Policy
from icjs_gateway.routing.access.view import Disclosure
from icjs_gateway.routing.authority.rules import Rules
from icjs_gateway.routing.authority.standing import Authority
from icjs_gateway.routing.clock_jump import ClockWatch
from icjs_gateway.routing.correlation import Identifier
from icjs_gateway.routing.decisions import Decision, Facts, Freed, Waiting
from icjs_gateway.routing.inquiries.case_reading import Retell
from icjs_gateway.routing.labels import Labeller
from icjs_gateway.routing.means import Clock
from icjs_gateway.routing.messages import Record
from icjs_gateway.routing.recipients import RecipientList
from icjs_gateway.routing.recording import Bench
from icjs_gateway.settings import Settings
from icjs_gateway.stores import migrate
from icjs_gateway.stores.directory import load
from icjs_gateway.stores.engine import open_engine, reader_of
from icjs_gateway.stores.follower import DirectoryFollower
from icjs_gateway.stores.places import load_places
from icjs_gateway.stores.readers import newest_receipt
from icjs_gateway.stores.writer import WriterLimits


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class UlidIds:
    """ULIDs: unique, and in order of time to the millisecond."""

    def new(self) -> str:
        return ulid(time.time_ns() // 1_000_000, os.urandom(RANDOM_BYTES))


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """An opened store of the wanted schema, and the keys that go with it."""

    engine: Engine
    vault: Vault


def open_store(settings: Settings, *, may_create: bool) -> Store:
    """Open the message store. An empty one gets its schema where `may_create`; an older one asks for `migrate`.

    Raises Misconfigured.
    """
    engine = open_engine(settings.database_url, writers=settings.writers)
    try:
        current, wanted = migrate.standing(engine)
    except OperationalError as fault:
        # What the driver says names host and user, never the password.
        raise Misconfigured(f"ICJS_DATABASE_URL: the database does not answer: {fault.orig}") from fault
    if current is None and may_create:
        migrate.upgrade(engine)
    elif current != wanted:
        raise Misconfigured(f"The store has schema {current or 'none'} and not {wanted}; run `icjs-gateway migrate`.")
    return Store(engine=engine, vault=Vault(settings.keys_dir))


def clock_watch(store: Store, clock: Clock) -> ClockWatch:
    """Watches a clock beside the receipts that the store has by now."""
    return ClockWatch(clock, time.monotonic, newest_receipt(reader_of(store.engine)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Packaged:
    """The canonical rules that come with the package."""

    policy: Policy
    labeller: Labeller
    rules: Rules


@cache
def _packaged_decisions() -> _Packaged:
    """Read once a process: an owner's decision about a claim reads no file."""
    packaged = packaged_contracts()
    return _Packaged(policy=load_policy(packaged), labeller=load_labels(packaged), rules=load_authority(packaged))


def desk_bench(store: Store, settings: Settings) -> Bench:
    """What decisions at the exceptions desk are taken with: today's recipients, the gateway's own keys."""
    directory, places = load(reader_of(store.engine), store.vault), load_places(reader_of(store.engine))
    packaged = _packaged_decisions()
    disclosure = Disclosure(packaged.policy, lambda: places)
    return Bench(
        recipients=RecipientList(directory.subscriptions(), directory.partner, lambda: places),
        labeller=packaged.labeller,
        authority=Authority(places=places, rules=packaged.rules),
        signer=ReceiptSigner(SigningKeys(settings.keys_dir, now=SystemClock().now)),
        ids=UlidIds(),
        environment=settings.environment,
        sees=Sight(directory.partner, disclosure).sees,
    )


def desk_retell(settings: Settings) -> Retell:
    """How a message is read again in its sender's own words, by the contracts of today."""
    return retelling(load_contracts(settings.contracts), ApiLimits())


class Decider:
    """`Decider`: the recording decisions, always with the newest recipient list."""

    def __init__(
        self,
        directory: DirectoryFollower,
        labeller: Labeller,
        rules: Rules,
        signer: ReceiptSigner,
        ids: UlidIds,
        environment: str,
        disclosure: Disclosure,
        has_clock_jumped: Callable[[], bool],
    ) -> None:
        self._directory = directory
        self._labeller = labeller
        self._rules = rules
        self._signer = signer
        self._ids = ids
        self._environment = environment
        self._sees = Sight(directory.partner, disclosure).sees
        self._has_clock_jumped = has_clock_jumped

    def decide(self, command: Record, facts: Facts) -> Decision:
        return self._bench().decide(command, facts)

    def relink(self, command: Record, facts: Facts, event_ids: Sequence[str], at: datetime) -> Freed | None:
        return self._bench().relink(command, facts, event_ids, at)

    def waiting(self, command: Record, facts: Facts, event_ids: Sequence[str]) -> Waiting:
        return self._bench().waiting(command, facts, event_ids)

    def registered_as(self, command: Record) -> tuple[Identifier, ...]:
        return self._bench().registered_as(command)

    def refused(self, command: Record, facts: Facts) -> frozenset[str]:
        return self._bench().refused(command, facts)

    def _bench(self) -> Bench:
        return Bench(
            recipients=self._directory.recipients,
            labeller=self._labeller,
            authority=Authority(places=self._directory.places, rules=self._rules),
            signer=self._signer,
            ids=self._ids,
            environment=self._environment,
            sees=self._sees,
            has_clock_jumped=self._has_clock_jumped(),
        )


def writer_limits(settings: Settings) -> WriterLimits:
    return WriterLimits(
        writers=settings.writers, queue_max=settings.writer_queue_max, batch_max=settings.writer_batch_max
    )
