"""Writing the decisions of a batch: one `executemany` a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from icjs_gateway.model.content import Attachment
from icjs_gateway.model.event_types import GATEWAYS_OWN
from icjs_gateway.routing.correlation import CaseFile, Identifier, identifier_text, looked_up
from icjs_gateway.routing.decisions import Clash, Kept
from icjs_gateway.routing.following_up import FollowUp
from icjs_gateway.routing.labels import names_text
from icjs_gateway.routing.lanes import DeliveryState, Owed
from icjs_gateway.routing.linking import Linked
from icjs_gateway.routing.messages import MessageState, Record
from icjs_gateway.routing.obligations import Obligation
from icjs_gateway.routing.ports import Decider, Sealed
from icjs_gateway.routing.recorded import Announced, RecordedEvent
from icjs_gateway.stores import schema
from icjs_gateway.stores.alarm_rows import raise_labels_disputed, raise_unserved
from icjs_gateway.stores.bodies import owed_to_jails
from icjs_gateway.stores.claim_rows import claim_row, correct_claims, learnt_rows, refused_rows, write_claims
from icjs_gateway.stores.consumption import consume
from icjs_gateway.stores.disputes import raise_disputed
from icjs_gateway.stores.evidence import leaf_row
from icjs_gateway.stores.follow_up_rows import leave_to_do
from icjs_gateway.stores.lane_rows import open_lanes
from icjs_gateway.stores.obligation_rows import answer_by_person, open_obligations
from icjs_gateway.stores.prepared import Prepared, unless_there
from icjs_gateway.stores.superseding import stop_overtaken, take_back

Rows = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Command:
    """A message on its way to the ledger, its body already encrypted."""

    record: Record
    decider: Decider
    sealed: Sealed
    files: tuple[tuple[Attachment, Sealed], ...] = ()
    """What it brought, each encrypted under a key of its own."""

    @cached_property
    def identity(self) -> str:
        return "/".join(self.record.identity)

    @cached_property
    def thread(self) -> str:
        return "/".join(self.record.thread)

    @cached_property
    def named(self) -> tuple[Identifier, ...]:
        return looked_up(self.record.content, self.record.envelope.home_state)


def write_kept(connection: Connection, kept: Sequence[tuple[Command, Kept]]) -> None:
    """Messages and their audit leaves; events with what is owed, or with what they wait for."""
    _INSERT_MESSAGES.write(connection, [_message(command, each) for command, each in kept])
    _INSERT_AUDIT_LEAVES.write(connection, [_leaf(command, each) for command, each in kept])
    keep_files(connection, [command for command, _ in kept if command.files])
    unlinked = [
        event_row(command.record, event, command.record.envelope.received_at)
        for command, each in kept
        for event in each.parked
    ]
    linked = [(command.record, each.linked) for command, each in kept if each.linked is not None]
    written = [
        event_row(record, event, record.envelope.received_at) for record, each in linked for event in each.events
    ]
    _INSERT_EVENTS.write(connection, [*unlinked, *written])
    _INSERT_WAITING.write(
        connection,
        [
            {"identifier": identifier_text(identifier), "identity": command.identity}
            for command, each in kept
            for identifier in each.waits_for
        ],
    )
    write_linked(connection, [(record, each, record.envelope.received_at) for record, each in linked])
    refused = [(command.record, each.refused) for command, each in kept if each.refused]
    for record, case_ids in refused:
        write_claims(connection, list(refused_rows(record, case_ids, record.envelope.received_at)))
    parked = [command.record for command, each in kept if each.state is MessageState.PARKED]
    leave_to_do(
        connection,
        [*((record, FollowUp.TELL) for record in parked), *((record, FollowUp.JUDGE) for record, _ in refused)],
    )


def keep_files(connection: Connection, commands: Sequence[Command]) -> None:
    """A file that is there already is kept as it is; who brought it is written down each time."""
    for command in sorted(commands, key=lambda each: each.files[0][0].sha256):
        _KEEP_FILE.write(connection, [_file(attachment, sealed) for attachment, sealed in command.files])
        _KEEP_FILE_USE.write(
            connection,
            [{"sha256": attachment.sha256, "identity": command.identity} for attachment, _ in command.files],
        )


def _hold(connection: Connection, linked: Sequence[tuple[Record, Linked, datetime]]) -> None:
    """Which case holds which identifier from now on, and by whose word: released ones first, for another case may have
    one at once."""
    claims: dict[Identifier, dict[str, Any]] = {}
    released: list[tuple[Identifier, str]] = []
    for record, each, at in linked:
        for identifier, case_id in each.released:
            if claims.pop(identifier, None) is None:
                released.append((identifier, case_id))
        claims.update((identifier, claim_row(record, each, identifier, at)) for identifier, _ in each.claims)
    for identifier, case_id in released:
        connection.execute(
            delete(schema.case_identifiers).where(
                schema.case_identifiers.c.identifier == identifier_text(identifier),
                schema.case_identifiers.c.case_id == case_id,
            )
        )
    if released:
        correct_claims(connection, released, linked[-1][2])
    rows = list(claims.values())
    _INSERT_CASE_IDENTIFIERS.write(
        connection, [{"identifier": row["subject"], "case_id": row["case_id"]} for row in rows]
    )
    write_claims(connection, [*rows, *(row for record, each, at in linked for row in learnt_rows(record, each, at))])


def _file(attachment: Attachment, sealed: Sealed) -> dict[str, Any]:
    return {
        "sha256": attachment.sha256,
        "media_type": attachment.media_type,
        "bytes": len(attachment.content),
        "key_id": sealed.key_id,
        "wrapped_key": sealed.wrapped_key,
        "content": sealed.ciphertext,
    }


def write_linked(connection: Connection, linked: Sequence[tuple[Record, Linked, datetime]]) -> None:
    """What linking at an instant makes beside events and cases: the identifiers that cases now hold, what is owed, and
    what orders ask for or take back."""
    _hold(connection, linked)
    _INDEX_CASES.write(
        connection,
        [
            {"kind": kind, "value": value, "case_id": each.case_id}
            for _, each, _ in linked
            for kind, value in sorted(each.indexed)
        ],
    )
    _owe(
        connection,
        [_delivery(owed, at) for _, each, at in linked for owed in each.owed],
    )
    asked: list[tuple[Obligation, datetime]] = []
    for record, each, at in linked:
        raise_unserved(connection, each.unserved, each.case_id, at)
        raise_labels_disputed(connection, record, each, at)
        raise_disputed(connection, each.disputed, each.case_id, at)
        asked += [(obligation, at) for obligation in each.obligations]
        consume(connection, each.consumed, at)
        if each.corrections or each.overtaken:
            # What is taken back was asked for before, maybe in this very batch.
            open_obligations(connection, asked)
            asked = []
            take_back(connection, each.corrections, at)
            stop_overtaken(connection, each.overtaken, at)
    open_obligations(connection, asked)
    for _, each, at in linked:
        if each.bodies:
            write_owed(connection, owed_to_jails(connection, each.bodies), at)
    answer_by_person(connection, [answer for _, each, _ in linked for answer in each.answers])
    for record, each, _ in linked:
        for told in each.labelled:
            identity = "/".join(record.identity)
            write_labelled(connection, identity, told, since=identity)


def write_labelled(connection: Connection, identity: str, told: Announced, *, since: str | None) -> None:
    """Word of a case's labels, kept with a message of the case, for whoever was owed something of the case before.

    `since` is the message that gave rise to it: what it brings is shown by the labels of now, to whomever. What was
    withheld from somebody they do not hold.
    """
    at = told.event.occurred_at
    held = (
        select(schema.deliveries.c.subscription_id)
        .distinct()
        .join_from(schema.events, schema.deliveries, schema.events.c.event_id == schema.deliveries.c.event_id)
        .where(
            schema.events.c.case_id == told.event.case_id,
            schema.events.c.identity != (since or ""),
            schema.events.c.type.not_in(GATEWAYS_OWN),
            schema.deliveries.c.state.in_(_HELD),
        )
    )
    holders = set(connection.scalars(held))
    owed = tuple(owed for owed in told.owed if owed.subscription_id in holders)
    write_told(connection, identity, replace(told, owed=owed), at)


def write_told(connection: Connection, identity: str, told: Announced, at: datetime) -> None:
    """The gateway's own event, kept with a message, and what is owed of it."""
    _INSERT_EVENTS.write(connection, [_event(identity, told.event, at)])
    write_owed(connection, told.owed, at)


_HELD = (DeliveryState.OWED.value, DeliveryState.DELIVERED.value, DeliveryState.DEAD.value)


def write_owed(connection: Connection, owed: Iterable[Owed], owed_at: datetime) -> None:
    """Deliveries, in this order, each in its lane."""
    _owe(connection, [_delivery(each, owed_at) for each in owed])


def _owe(connection: Connection, rows: Rows) -> None:
    _INSERT_DELIVERIES.write(connection, rows)
    open_lanes(connection, rows)


def write_clashes(connection: Connection, clashes: Sequence[tuple[Command, Clash]]) -> None:
    """An id that came again with other content changes nothing, and is remembered."""
    _INSERT_AUDIT_LEAVES.write(connection, [_clash(command, clash) for command, clash in clashes])


def write_cases(connection: Connection, changed: Sequence[CaseFile], stored: Set[str]) -> None:
    """The new snapshots: inserted, or replaced where the store has one."""
    rows = [
        {
            "for_case": file.case_id,
            "case_id": file.case_id,
            "version": file.version,
            "snapshot": file.case.model_dump_json(exclude_none=True).encode(),
            "labels": names_text(file.labels.marked),
            "labelling": file.labels.written(),
        }
        for file in changed
    ]
    _INSERT_CASES.write(
        connection,
        [
            {name: value for name, value in row.items() if name != "for_case"}
            for row in rows
            if row["case_id"] not in stored
        ],
    )
    _REPLACE_CASES.write(connection, [row for row in rows if row["case_id"] in stored])


_REPLACE_CASES = Prepared(
    update(schema.cases)
    .where(schema.cases.c.case_id == bindparam("for_case"))
    .values(
        version=bindparam("version"),
        snapshot=bindparam("snapshot"),
        labels=bindparam("labels"),
        labelling=bindparam("labelling"),
    )
)


_INSERT_MESSAGES = Prepared(insert(schema.messages))
_INSERT_AUDIT_LEAVES = Prepared(insert(schema.audit_leaves))
_INSERT_EVENTS = Prepared(insert(schema.events))
_INSERT_WAITING = Prepared(insert(schema.waiting))
_INSERT_CASE_IDENTIFIERS = Prepared(insert(schema.case_identifiers))
_KEEP_FILE = Prepared(lambda dialect: unless_there(dialect, schema.attachments))
_KEEP_FILE_USE = Prepared(lambda dialect: unless_there(dialect, schema.attachment_uses))
_INDEX_CASES = Prepared(lambda dialect: unless_there(dialect, schema.case_index))
_INSERT_DELIVERIES = Prepared(insert(schema.deliveries))
_INSERT_CASES = Prepared(insert(schema.cases))


def _message(command: Command, kept: Kept) -> dict[str, Any]:
    envelope, content = command.record.envelope, command.record.content
    return {
        "identity": command.identity,
        "thread": command.thread,
        "partner_id": envelope.partner_id,
        "contract_id": envelope.contract_id,
        "message_id": content.message_id,
        "digest": envelope.digest,
        "content_digest": command.record.content_digest,
        "channel": envelope.channel.value,
        "media_type": envelope.media_type,
        "traceparent": envelope.traceparent,
        "pillar": envelope.pillar,
        "home_state": envelope.home_state,
        "speaker": envelope.speaker.written(),
        "place_identity": command.record.place_identity,
        "action": content.action.value,
        "refers_to": command.record.refers_to,
        "told_at": content.recorded_at,
        "received_at": envelope.received_at,
        "state": kept.state.value,
        "held_for": kept.held_for,
        "key_id": command.sealed.key_id,
        "wrapped_key": command.sealed.wrapped_key,
        "body": command.sealed.ciphertext,
        "receipt": kept.receipt,
    }


def event_row(record: Record, recorded: RecordedEvent, recorded_at: datetime) -> dict[str, Any]:
    """A row of `events`."""
    return _event("/".join(record.identity), recorded, recorded_at)


def _event(identity: str, recorded: RecordedEvent, recorded_at: datetime) -> dict[str, Any]:
    return {
        "event_id": recorded.event_id,
        "identity": identity,
        "case_id": recorded.case_id,
        "type": recorded.type,
        "liberty": recorded.liberty,
        "person": recorded.person,
        "occurred_at": recorded.occurred_at,
        "recorded_at": recorded_at,
        "data": recorded.data,
        "places": recorded.places.written(),
    }


def _delivery(owed: Owed, owed_at: datetime) -> dict[str, Any]:
    return {
        "delivery_id": owed.delivery_id,
        "event_id": owed.event_id,
        "subscription_id": owed.subscription_id,
        "lane_key": f"{owed.subscription_id}/{owed.lane}",
        "lane": owed.lane,
        "liberty": owed.liberty,
        "state": DeliveryState.OWED.value,
        "attempts": 0,
        "replay": False,
        "owed_at": owed_at,
    }


def _leaf(command: Command, kept: Kept) -> dict[str, Any]:
    return leaf_row("message.recorded", kept.leaf, command.record.envelope.received_at)


def _clash(command: Command, clash: Clash) -> dict[str, Any]:
    facts = {
        "identity": command.identity,
        "digest": command.record.envelope.digest.hex(),
        "first_digest": clash.first_digest.hex(),
    }
    return leaf_row("message.clashed", facts, command.record.envelope.received_at)
