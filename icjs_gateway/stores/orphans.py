"""Orphans: parked messages whose case has come. They are linked in the transaction of what they waited for.

Linking one may free others (its CNR is what they named), so this goes on until nothing more is freed. Every step is
rare beside recording, and done one message at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from icjs_gateway.model.content import Action, Content, Event
from icjs_gateway.model.event_types import GATEWAYS_OWN, revived
from icjs_gateway.model.identifiers import MessageId
from icjs_gateway.model.names.states import canonical_state
from icjs_gateway.routing.authority.speaker import Speaker
from icjs_gateway.routing.authority.standing import standing_identifier
from icjs_gateway.routing.correlation import SENT_ON, SUCCEEDED, Identifier, identifier_text, looked_up, sent_on_to
from icjs_gateway.routing.decisions import Facts, Freed, Known
from icjs_gateway.routing.fitting import persons_identifier
from icjs_gateway.routing.following_up import FollowUp
from icjs_gateway.routing.linking import Linked
from icjs_gateway.routing.messages import Channel, Envelope, MessageState, Record
from icjs_gateway.routing.obligations import ObligationState
from icjs_gateway.routing.parking import came_as
from icjs_gateway.routing.ports import Decider
from icjs_gateway.routing.recorded import told_again
from icjs_gateway.routing.relay import Relayed
from icjs_gateway.stores import ledger_facts, schema
from icjs_gateway.stores.beside import Claimed, beside
from icjs_gateway.stores.chains import Chains, referred_by
from icjs_gateway.stores.claim_rows import accept_refused, refused_in, refused_rows, write_claims
from icjs_gateway.stores.elsewhere import elsewhere
from icjs_gateway.stores.evidence import leaf_row
from icjs_gateway.stores.follow_up_rows import leave_to_do
from icjs_gateway.stores.known_messages import KnownMessages
from icjs_gateway.stores.ledger_locks import Held
from icjs_gateway.stores.ledger_rows import event_row, write_cases, write_linked, write_owed, write_told
from icjs_gateway.stores.obligation_rows import open_obligations
from icjs_gateway.stores.prepared import Prepared, among, unless_there
from icjs_gateway.stores.sent_on import sent_on
from icjs_gateway.stores.verification import settle_verification

_message, _event, _waiting, _delivery = schema.messages.c, schema.events.c, schema.waiting.c, schema.deliveries.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphan:
    """A parked message as it came, and the ids that its events have."""

    identity: str
    record: Record
    event_ids: tuple[str, ...]
    state: MessageState = MessageState.PARKED
    held_for: str | None = None


def link_waiting(connection: Connection, arrived: Set[Identifier], decider: Decider, held: Held, at: datetime) -> None:
    """Link every parked message that one of these identifiers frees, and whatever those free in turn.

    Raises LostRace when one of them is not held: it was parked after the locks were chosen.
    """
    while arrived:
        freed: set[Identifier] = set()
        for orphan in _waiting_for(connection, arrived):
            held.require(orphan.identity)
            freed |= judge_parked(connection, orphan, decider, at)
        arrived = freed


def judge_parked(connection: Connection, orphan: Orphan, decider: Decider, at: datetime) -> Set[Identifier]:
    """Link a parked message where it has a case by now, or have it wait for standing in the cases that it names.

    Answers what others may have waited for, if it was linked.
    """
    facts = facts_of(connection, orphan.record, decider)
    found = decider.relink(orphan.record, facts, orphan.event_ids, at)
    if found is not None:
        return write_found(connection, orphan, found, at)
    refused = refuse(connection, orphan, decider.refused(orphan.record, facts), at)
    wait_for(connection, orphan.identity, [standing_identifier(case_id) for case_id in sorted(refused)])
    return frozenset()


def refuse(connection: Connection, orphan: Orphan, refused: Set[str], at: datetime) -> Set[str]:
    """These cases give the speaker of a message no standing. Where that is news it is left to judge. Answers the cases
    of which it is."""
    new = refused - refused_in(connection, orphan.identity) if refused else frozenset()
    if new:
        write_claims(connection, list(refused_rows(orphan.record, new, at)))
        leave_to_do(connection, [(orphan.record, FollowUp.JUDGE)])
    return new


def wait_for(connection: Connection, identity: str, identifiers: Iterable[Identifier]) -> None:
    """A parked message waits for these as well."""
    _WAIT.write(connection, [{"identifier": identifier_text(each), "identity": identity} for each in identifiers])


def brought(linked: Linked) -> set[Identifier]:
    """What others may have waited for: identifiers that the case holds now, or that it knows more of its accused."""
    arrived = {identifier for identifier, _ in linked.claims}
    arrived |= {("cnr", value) for kind, value in linked.indexed if kind == SENT_ON}
    if linked.changes_standing:
        arrived.add(standing_identifier(linked.case_id))
    return arrived | {persons_identifier(linked.case_id)} if linked.knows_more_persons else arrived


def _waiting_for(connection: Connection, arrived: Set[Identifier]) -> list[Orphan]:
    """The parked messages that wait for any of these, in the order in which their senders recorded them."""
    waiting = {name for (name,) in _WAITING_FOR.rows(connection, named=[identifier_text(each) for each in arrived])}
    if not waiting:
        return []
    rows = connection.execute(
        select(schema.messages)
        .where(_message.identity.in_(waiting), _message.state == MessageState.PARKED.value)
        .order_by(func.coalesce(_message.told_at, _message.received_at), _message.seq)
    )
    return [_orphan(connection, row) for row in rows.all()]


def load_orphan(connection: Connection, identity: str) -> Orphan | None:
    """The parked message of this identity."""
    found = load_message(connection, identity)
    return found if found is not None and found.state is MessageState.PARKED else None


def load_message(connection: Connection, identity: str) -> Orphan | None:
    """The message of this identity, parked or not."""
    row = connection.execute(select(schema.messages).where(_message.identity == identity)).one_or_none()
    return None if row is None else _orphan(connection, row)


def _orphan(connection: Connection, row: Any) -> Orphan:
    told = connection.execute(
        select(_event.event_id, _event.type, _event.occurred_at, _event.data)
        .where(_event.identity == row.identity, _event.type.not_in(GATEWAYS_OWN))
        .order_by(_event.seq)
    ).all()
    state = MessageState(row.state)
    # What is in a case names it as the record knows it.
    told_by = revived if state is MessageState.PARKED else told_again
    events = tuple(told_by(each.type, each.occurred_at, each.data) for each in told)
    record = record_of(row, events)
    if record.refers_to is not None:
        # Its place may have said it over another wire since.
        record = KnownMessages.load(connection, [record]).with_corrected(record)
    return Orphan(
        identity=row.identity,
        record=record,
        event_ids=tuple(each.event_id for each in told),
        state=state,
        held_for=row.held_for,
    )


def record_of(row: Any, events: tuple[Event, ...]) -> Record:
    """A stored message with the events that it tells, without its body."""
    content = Content(
        message_id=MessageId(row.message_id),
        action=Action(row.action),
        refers_to=MessageId(row.refers_to.rpartition("/")[2]) if row.refers_to is not None else None,
        recorded_at=row.told_at,
        thread=row.thread.split("/", 2)[2],
        case=events[0].data.case,
        events=events,
    )
    envelope = Envelope(
        partner_id=row.partner_id,
        pillar=row.pillar,
        home_state=row.home_state and canonical_state(row.home_state),
        speaker=Speaker.read(row.speaker),
        contract_id=row.contract_id,
        channel=Channel(row.channel),
        media_type=row.media_type,
        received_at=row.received_at,
        digest=row.digest,
        traceparent=row.traceparent,
        is_place_covered=row.place_identity is not None,
    )
    return Record(
        envelope=envelope,
        body=b"",
        content=content,
        content_digest=row.content_digest,
        corrects=row.refers_to,
    )


def facts_of(connection: Connection, record: Record, decider: Decider) -> Facts:
    """What bears on a parked message now."""
    named = set(looked_up(record.content, record.envelope.home_state))
    case_of = ledger_facts.cases_of(connection, named)
    if not case_of and (cnr := record.content.case.cnr) is not None and len(found := sent_on(connection, cnr)) == 1:
        case_of = dict.fromkeys(sent_on_to(cnr), next(iter(found)))
    if not case_of:
        registered = ledger_facts.cases_of(connection, set(decider.registered_as(record)))
        case_of = {(SUCCEEDED, value): case_id for (_, value), case_id in registered.items()}
    files, awaited = ledger_facts.files_and_awaited(connection, set(case_of.values()))
    waits_for_standing = set(
        connection.scalars(select(_waiting.identifier).where(_waiting.identity == "/".join(record.identity)))
    )
    corrected = _corrected_by(connection, record) if record.content.action is not Action.NEW else None
    cases = {identifier: files[case_id] for identifier, case_id in case_of.items()}
    return Facts(
        beside={
            case_id: beside(connection, record, case_id)
            for case_id in files
            if identifier_text(standing_identifier(case_id)) in waits_for_standing
        },
        referred=corrected is not None,
        corrected=corrected.speaker if corrected is not None else None,
        cases=cases,
        relayed=_relayed(connection, "/".join(record.identity)),
        before=Chains.load(connection, referred_by([record])).told_before(record),
        claimed=Claimed(connection, awaited) if record.is_liberty else {},
        elsewhere=elsewhere(connection, record, cases.values(), is_parked=True),
    )


def _relayed(connection: Connection, identity: str) -> Relayed:
    """What jails were owed of a parked message, in the lane of the message. What it was owed in a case that it left
    does not count."""
    rows = connection.execute(
        select(_delivery.event_id, _delivery.subscription_id)
        .join(schema.events, _event.event_id == _delivery.event_id)
        .where(_event.identity == identity, _delivery.lane.like("message:%"))
    )
    return frozenset((event_id, subscription_id) for event_id, subscription_id in rows)


def _corrected_by(connection: Connection, record: Record) -> Known | None:
    """What a parked message corrects, where that is in a case: what it refers to, or the latest of its thread."""
    if record.refers_to is not None:
        corrected = ledger_facts.known(connection, {record.refers_to}).get(record.refers_to)
        return corrected if corrected is not None and corrected.is_told else None
    newest = connection.scalar(
        select(_message.identity)
        .where(_message.thread == "/".join(record.thread), _message.state == MessageState.RECORDED.value)
        .order_by(_message.seq.desc())
        .limit(1)
    )
    return ledger_facts.known(connection, {newest}).get(newest) if newest is not None else None


def write_found(connection: Connection, orphan: Orphan, found: Freed, at: datetime) -> set[Identifier]:
    """A parked message goes to its case: events and case, what is owed, and the word to its sender. Answers what others
    may have waited for."""
    linked = found.linked
    connection.execute(
        update(schema.messages)
        .where(_message.identity == orphan.identity)
        .values(state=MessageState.RECORDED.value, refers_to=orphan.record.refers_to)
    )
    connection.execute(
        _FIND_CASE,
        [
            {
                "event": each.event_id,
                "found": each.case_id,
                "shown": each.data,
                "who": each.person,
                "places": each.places.written(),
            }
            for each in linked.events
        ],
    )
    derived = linked.events[len(orphan.event_ids) :]
    if derived:
        connection.execute(insert(schema.events), [event_row(orphan.record, event, at) for event in derived])
    connection.execute(delete(schema.waiting).where(_waiting.identity == orphan.identity))
    connection.execute(delete(schema.follow_ups).where(schema.follow_ups.c.identity == orphan.identity))
    accept_refused(connection, orphan.identity, linked, at)
    settle_verification(connection, orphan.identity, ObligationState.ANSWERED, at, is_told=found.told is not None)
    open_obligations(connection, [(asked, orphan.record.envelope.received_at) for asked in found.to_confirm])
    if found.told is not None:
        write_told(connection, orphan.identity, found.told, at)
    facts = {"identity": orphan.identity, "case_id": linked.case_id}
    connection.execute(insert(schema.audit_leaves), [leaf_row("message.linked", facts, at)])
    stored = ledger_facts.files(connection, {file.case_id for file in linked.cases})
    write_cases(connection, linked.cases, set(stored))
    write_linked(connection, [(orphan.record, linked, at)])
    for event in found.follow.events:
        connection.execute(insert(schema.events), [event_row(orphan.record, event, at)])
    write_owed(connection, found.follow.owed, at)
    # A correction of it goes on only now: in the order in which they were made, whatever came first.
    return brought(linked) | came_as(orphan.record)


_WAITING_FOR = Prepared(select(_waiting.identity).where(among(_waiting.identifier, "named")))
_WAIT = Prepared(lambda dialect: unless_there(dialect, schema.waiting))
_FIND_CASE = (
    update(schema.events)
    .where(_event.event_id == bindparam("event"))
    .values(case_id=bindparam("found"), data=bindparam("shown"), person=bindparam("who"), places=bindparam("places"))
)
