"""Withdrawing a claim: what came to a case by it leaves the case, in one transaction.

The messages wait again; the case, its labels, its identifiers and its index are those of the messages that stay; what
their orders asked for or undid is undone; what is still owed of them is stopped, and whoever was told of them is told
of this. A message whose rightful case is there is linked to it at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, Engine, bindparam, delete, insert, select, update

from icjs_gateway.model.errors import Conflict, NotFound
from icjs_gateway.model.event_types import ORDER_LINKED, SETTLED
from icjs_gateway.routing.authority.claims import ClaimKind, ClaimState
from icjs_gateway.routing.correlation import CaseFile, Identifier, identifier_of, identifier_text, looked_up
from icjs_gateway.routing.inquiries.case_reading import Retell
from icjs_gateway.routing.messages import MessageState
from icjs_gateway.routing.ports import Vault
from icjs_gateway.routing.recording import Bench
from icjs_gateway.routing.withdrawal import Member, Remade, leaving, remade, still_held, without
from icjs_gateway.stores import ledger_facts, schema
from icjs_gateway.stores.alarm_rows import raise_unserved
from icjs_gateway.stores.case_messages import case_messages, held_by
from icjs_gateway.stores.claim_rows import claim_row, settle_claim, settle_made_by, write_claims
from icjs_gateway.stores.claims import Claim, claim_of
from icjs_gateway.stores.evidence import leaf_row
from icjs_gateway.stores.exceptions import Act, until_no_race_is_lost
from icjs_gateway.stores.ledger_locks import Held, hold_names
from icjs_gateway.stores.ledger_rows import write_cases, write_labelled, write_owed
from icjs_gateway.stores.locking import LostRace
from icjs_gateway.stores.obligation_rows import open_obligations
from icjs_gateway.stores.orphans import judge_parked, link_waiting, load_orphan
from icjs_gateway.stores.undone_orders import undo_orders
from icjs_gateway.stores.verification import verify_again
from icjs_gateway.stores.withdrawn_deliveries import Sent, stop_owed, tell_sent

_event, _message = schema.events.c, schema.messages.c
_held, _index = schema.case_identifiers.c, schema.case_index.c
_COUNTS = (ClaimState.STANDS, ClaimState.CONFIRMED, ClaimState.LEGACY)
HELD_FOR = "CLAIM-WITHDRAWN"
"""What a message waits for whose link by hand was withdrawn: a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A message that left the case, and the case that it is in now; None while it waits."""

    identity: str
    case_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """What withdrawing a claim came to."""

    claim: Claim
    gone: tuple[Gone, ...]
    released: tuple[str, ...]
    """The identifiers that the case does not hold any more."""
    sent: tuple[Sent, ...]
    """What had left already, and to whom."""
    stopped: int
    """Deliveries that were owed of what left."""
    owed_again: int
    """Deliveries that what left had stopped."""


@until_no_race_is_lost
def withdraw(
    engine: Engine, vault: Vault, number: int, act: Act, bench: Bench, retell: Retell, *, dry_run: bool = False
) -> Withdrawn:
    """Withdraw a claim, as a person decided. Raises NotFound, and Conflict for a claim that does not stand."""
    with engine.connect() as connection, connection.begin() as transaction:
        withdrawn = withdraw_within(connection, vault, number, act, bench, retell)
        if dry_run:
            transaction.rollback()
        return withdrawn


def withdraw_within(
    connection: Connection, vault: Vault, number: int, act: Act, bench: Bench, retell: Retell
) -> Withdrawn:
    """The same within a transaction."""
    claim = claim_of(connection, number)
    if claim.kind is ClaimKind.WITHOUT or claim.state not in _COUNTS:
        raise Conflict(f"Claim {number} cannot be withdrawn: it is {claim.state.value}.")
    found = _found(connection, claim, bench, vault, retell)
    return _carry_out(connection, claim, act, bench, found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What bears on a withdrawal; held until the commit."""

    file: CaseFile
    members: Sequence[Member]
    held: Mapping[Identifier, str | None]
    remaining: frozenset[Identifier]
    gone: tuple[Member, ...]
    stay: tuple[Member, ...]
    others: Mapping[Identifier, CaseFile]
    locks: Held


def _found(connection: Connection, claim: Claim, bench: Bench, vault: Vault, retell: Retell) -> _Found:
    severed = _severed(claim)
    by_link = {claim.identity} if claim.kind is ClaimKind.LINK and claim.identity is not None else set()

    def looked_at() -> tuple[list[Member], dict[Identifier, str | None], frozenset[str]]:
        members = case_messages(connection, claim.case_id, vault, retell)
        held = held_by(connection, claim.case_id)
        return members, held, leaving(members, held, severed=severed, first=by_link, may_claim=bench.may_claim)

    members, held, gone = looked_at()
    stay = tuple(member for member in members if member.identity not in gone)
    remaining = still_held(stay, held, severed=severed, may_claim=bench.may_claim)
    gone_records = [member.record for member in members if member.identity in gone]
    locks = hold_names(connection, gone_records, freed=held.keys() - remaining)
    named = {
        name
        for member in members
        for name in looked_up(member.record.content, member.record.envelope.home_state)
        if name not in held
    }
    case_of = ledger_facts.cases_of(connection, named)
    files = ledger_facts.files(connection, {claim.case_id, *case_of.values()})
    if claim.case_id not in files:
        raise NotFound(f"There is no case {claim.case_id}.")
    # Now that everything is held, nothing may have come meanwhile.
    if looked_at()[1:] != (held, gone):
        raise LostRace(claim.case_id)
    return _Found(
        file=files[claim.case_id],
        members=members,
        held=held,
        remaining=remaining,
        gone=tuple(member for member in members if member.identity in gone),
        stay=stay,
        others={name: files[case_id] for name, case_id in case_of.items() if case_id != claim.case_id},
        locks=locks,
    )


def _carry_out(connection: Connection, claim: Claim, act: Act, bench: Bench, found: _Found) -> Withdrawn:
    case_id, at = claim.case_id, act.at
    whole = remade(found.file, found.members, found.others, found.held.keys(), bench)
    left = remade(found.file, found.stay, found.others, found.remaining, bench)
    severed = _severed(claim)
    marks = {*found.file.case.severed, *([identifier_text(severed)] if severed is not None else [])}
    file = without(found.file, whole, left, sorted(marks))
    gone = [member.identity for member in found.gone]
    stopped, sent = stop_owed(connection, case_id, found.gone, at)
    released = found.held.keys() - found.remaining
    _release(connection, case_id, released)
    _claim_again(connection, act, left, found)
    settle_claim(connection, claim.number, ClaimState.WITHDRAWN, at, by=act.by, reason=act.reason)
    settle_made_by(connection, case_id, gone, ClaimState.WITHDRAWN, at, by=act.by, reason=act.reason)
    write_cases(connection, [file], {case_id})
    _index_anew(connection, case_id, left)
    for member in found.gone:
        _park(connection, case_id, member, claim, act, bench)
    owed_again = undo_orders(connection, case_id, found.gone, whole, left, bench.ids, at) if gone else 0
    tell_sent(connection, case_id, sent, bench.ids, at)
    removed = found.file.labels.names - file.labels.names
    if removed:
        told = bench.label(file, removed=removed, at=at)
        with_message = (found.stay or found.gone)[-1].identity
        write_labelled(connection, with_message, told, since=None)
    _link_again(connection, found, bench, at)
    facts = {
        "number": claim.number,
        "case_id": case_id,
        "by": act.by,
        "reason": act.reason,
        "gone": gone,
        "stopped": stopped,
        "sent": len(sent),
        "owed_again": owed_again,
    }
    connection.execute(insert(schema.audit_leaves), [leaf_row("claim.withdrawn", facts, at)])
    return Withdrawn(
        claim=claim_of(connection, claim.number),
        gone=tuple(Gone(identity=each, case_id=_case_of(connection, each)) for each in gone),
        released=tuple(sorted(identifier_text(name) for name in released)),
        sent=tuple(sent),
        stopped=stopped,
        owed_again=owed_again,
    )


def _severed(claim: Claim) -> Identifier | None:
    return identifier_of(claim.subject) if claim.kind is ClaimKind.IDENTIFIER else None


def _release(connection: Connection, case_id: str, released: Set[Identifier]) -> None:
    texts = [identifier_text(name) for name in released]
    connection.execute(delete(schema.case_identifiers).where(_held.case_id == case_id, _held.identifier.in_(texts)))


def _claim_again(connection: Connection, act: Act, left: Remade, found: _Found) -> None:
    """An identifier that a message which left had claimed, and one that stays names as well, is claimed by that."""
    gone = {member.identity for member in found.gone}
    write_claims(
        connection,
        [
            claim_row(member.record, linked, name, act.at)
            for name, (member, linked) in left.claims.items()
            if found.held.get(name) in gone
        ],
    )


def _index_anew(connection: Connection, case_id: str, left: Remade) -> None:
    connection.execute(delete(schema.case_index).where(_index.case_id == case_id))
    entries = sorted({entry for _, linked in left.linked for entry in linked.indexed})
    if entries:
        rows = [{"kind": kind, "value": value, "case_id": case_id} for kind, value in entries]
        connection.execute(insert(schema.case_index), rows)


def _park(connection: Connection, case_id: str, member: Member, claim: Claim, act: Act, bench: Bench) -> None:
    """The message waits again, as it came."""
    told = replace(member.record.content, events=tuple(event for _, event, _ in member.told))
    parked = bench.park_again(replace(member.record, content=told), member.event_ids)
    is_by_hand = claim.kind is ClaimKind.LINK and claim.identity == member.identity
    connection.execute(
        update(schema.messages)
        .where(_message.identity == member.identity)
        .values(state=MessageState.PARKED.value, held_for=HELD_FOR if is_by_hand else None)
    )
    connection.execute(
        _OUT_OF_ITS_CASE,
        [{"event": each.event_id, "own": each.data, "places": each.places.written()} for each in parked.events],
    )
    connection.execute(
        update(schema.events)
        .where(
            _event.identity == member.identity,
            _event.case_id == case_id,
            _event.type.in_([SETTLED, ORDER_LINKED]),
        )
        .values(case_id=None)
    )
    waits_for = () if is_by_hand else parked.waits_for
    if waits_for:
        rows = [{"identifier": identifier_text(name), "identity": member.identity} for name in waits_for]
        connection.execute(insert(schema.waiting), rows)
    delivery = schema.deliveries.c
    has = {
        (event_id, subscription_id)
        for event_id, subscription_id in connection.execute(
            select(delivery.event_id, delivery.subscription_id).where(
                delivery.event_id.in_(member.event_ids), delivery.state.in_(["owed", "delivered", "dead"])
            )
        )
    }
    write_owed(
        connection, [each for each in parked.relay.owed if (each.event_id, each.subscription_id) not in has], act.at
    )
    raise_unserved(connection, parked.relay.unserved, None, act.at)
    verify_again(connection, member.identity, act.at)
    open_obligations(connection, [(asked, act.at) for asked in parked.relay.to_verify])


_OUT_OF_ITS_CASE = (
    update(schema.events)
    .where(_event.event_id == bindparam("event"))
    .values(case_id=None, person=None, data=bindparam("own"), places=bindparam("places"))
)


def _link_again(connection: Connection, found: _Found, bench: Bench, at: datetime) -> None:
    """Every message that left goes to the case that it belongs to, where that is there; and what that frees."""
    arrived: set[Identifier] = set()
    for member in found.gone:
        orphan = load_orphan(connection, member.identity)
        if orphan is None or not _waits(connection, member.identity):
            continue
        arrived |= judge_parked(connection, orphan, bench, at)
    link_waiting(connection, arrived, bench, found.locks, at)


def _waits(connection: Connection, identity: str) -> bool:
    waiting = select(schema.waiting.c.identifier).where(schema.waiting.c.identity == identity).limit(1)
    return connection.scalar(waiting) is not None


def _case_of(connection: Connection, identity: str) -> str | None:
    return connection.scalar(
        select(_event.case_id).where(_event.identity == identity, _event.case_id.is_not(None)).limit(1)
    )
