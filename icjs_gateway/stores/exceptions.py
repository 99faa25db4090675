"""The exceptions desk: parked messages, and what a named person does about them.

A parked message goes on by itself when what it waits for comes; one that a border rule holds does not. A person may
link either to a case, or dismiss it; both leave an audit leaf with the person's name and reason, and both are told to
the sender.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, insert, select, update
from tenacity import retry, retry_if_exception, stop_after_attempt, wait_random_exponential

from icjs_gateway.model.errors import NotFound
from icjs_gateway.routing.messages import MessageState
from icjs_gateway.routing.obligations import ObligationState
from icjs_gateway.routing.recording import Bench
from icjs_gateway.stores import ledger_facts, schema
from icjs_gateway.stores.claim_rows import note_link, reject_refused
from icjs_gateway.stores.evidence import leaf_row
from icjs_gateway.stores.ledger_locks import Held, hold_names
from icjs_gateway.stores.ledger_rows import write_told
from icjs_gateway.stores.locking import may_succeed_again
from icjs_gateway.stores.orphans import Orphan, facts_of, link_waiting, load_orphan, write_found
from icjs_gateway.stores.verification import settle_verification

_message, _waiting = schema.messages.c, schema.waiting.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """One parked message: `identity` is partner/contract/message id, `waits_for` what frees it by itself, `held_for`
    the border rule for which it waits for a person instead."""

    identity: str
    received_at: datetime
    waits_for: tuple[str, ...]
    held_for: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What a person did: who, why, when."""

    by: str
    reason: str
    at: datetime

    def facts(self, identity: str) -> Mapping[str, str]:
        return {"identity": identity, "by": self.by, "reason": self.reason}


def parked(engine: Engine, *, limit: int = 1000) -> list[Parked]:
    """The oldest first."""
    wanted = (
        select(_message.identity, _message.received_at, _message.held_for)
        .where(_message.state == MessageState.PARKED.value)
        .order_by(_message.seq)
        .limit(limit)
    )
    with engine.connect() as connection:
        rows = connection.execute(wanted).all()
        identities = [row.identity for row in rows]
        waiting = connection.execute(
            select(_waiting.identity, _waiting.identifier).where(_waiting.identity.in_(identities))
        ).all()
    awaited: dict[str, list[str]] = {}
    for identity, identifier in waiting:
        awaited.setdefault(identity, []).append(identifier)
    return [
        Parked(
            identity=row.identity,
            received_at=row.received_at,
            waits_for=tuple(sorted(awaited.get(row.identity, ()))),
            held_for=row.held_for,
        )
        for row in rows
    ]


until_no_race_is_lost = retry(
    retry=retry_if_exception(lambda fault: isinstance(fault, Exception) and may_succeed_again(fault)),
    stop=stop_after_attempt(6),
    wait=wait_random_exponential(multiplier=0.01, max=0.5),
    reraise=True,
)


@until_no_race_is_lost
def link_by_hand(engine: Engine, identity: str, case_id: str, act: Act, bench: Bench) -> None:
    """Link a parked message to the case that a person chose; what it brings may free others. Raises NotFound."""
    with engine.begin() as connection:
        link_by_hand_within(connection, identity, case_id, act, bench)


def link_by_hand_within(connection: Connection, identity: str, case_id: str, act: Act, bench: Bench) -> None:
    """The same within a transaction."""
    orphan, held = _parked(connection, identity)
    file = ledger_facts.files(connection, {case_id}).get(case_id)
    if file is None:
        raise NotFound(f"There is no case {case_id}.")
    found = bench.link_to(file, orphan.record, facts_of(connection, orphan.record, bench), orphan.event_ids, act.at)
    arrived = write_found(connection, orphan, found, act.at)
    note_link(connection, orphan.record, found.linked, act.at, by=act.by, reason=act.reason)
    _note(connection, "message.linked-by-hand", {**act.facts(identity), "case_id": case_id}, act)
    link_waiting(connection, arrived, bench, held, act.at)


@until_no_race_is_lost
def dismiss(engine: Engine, identity: str, act: Act, bench: Bench) -> None:
    """Take a parked message off the desk for good. It stays in the store, dismissed. Raises NotFound."""
    with engine.begin() as connection:
        orphan, _ = _parked(connection, identity)
        connection.execute(
            update(schema.messages).where(_message.identity == identity).values(state=MessageState.DISMISSED.value)
        )
        connection.execute(delete(schema.waiting).where(_waiting.identity == identity))
        reject_refused(connection, identity, act.at, by=act.by, reason=act.reason)
        settle_verification(connection, identity, ObligationState.WITHDRAWN, act.at, is_told=True)
        write_told(connection, orphan.identity, bench.dismiss(orphan.record, act.reason, act.at), act.at)
        _note(connection, "message.dismissed", act.facts(identity), act)


def _parked(connection: Connection, identity: str) -> tuple[Orphan, Held]:
    """The message and what is held for it: nobody else decides about it, or about what it may free, meanwhile."""
    before = load_orphan(connection, identity)
    held = hold_names(connection, [before.record]) if before is not None else Held()
    orphan = load_orphan(connection, identity)
    if orphan is None:
        raise NotFound(f"There is no parked message {identity}.")
    return orphan, held


def _note(connection: Connection, kind: str, facts: Mapping[str, str], act: Act) -> None:
    connection.execute(insert(schema.audit_leaves), [leaf_row(kind, facts, act.at)])
