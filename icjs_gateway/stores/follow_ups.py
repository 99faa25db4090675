"""What is left to do about messages after their receipts: kept with them, done once each.

A step is one command of the writer, so that one message of which it fails fails alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy import Connection, Engine, bindparam, delete, select, update

from icjs_gateway.routing.actions import Action
from icjs_gateway.routing.authority.elsewhere import NOWHERE_ELSE
from icjs_gateway.routing.faults import told_of
from icjs_gateway.routing.following_up import FollowUp
from icjs_gateway.routing.messages import MessageState
from icjs_gateway.routing.ports import Decider
from icjs_gateway.routing.set_aside import LoopName
from icjs_gateway.stores import schema
from icjs_gateway.stores.alarm_rows import raise_cnr_disputed, raise_unserved, raise_without_standing
from icjs_gateway.stores.apart import each_alone
from icjs_gateway.stores.beside import may_corroborate, waiting_beside
from icjs_gateway.stores.bodies import owed_to_jails
from icjs_gateway.stores.claim_rows import refused_in
from icjs_gateway.stores.engine import reading
from icjs_gateway.stores.ledger_locks import Held, hold_names
from icjs_gateway.stores.ledger_rows import write_owed
from icjs_gateway.stores.obligation_rows import open_obligations
from icjs_gateway.stores.orphans import (
    Orphan,
    facts_of,
    link_waiting,
    load_message,
    load_orphan,
    refuse,
    wait_for,
    write_found,
)
from icjs_gateway.stores.writer import Writer

log = structlog.get_logger(__name__)
_row, _message, _event = schema.follow_ups.c, schema.messages.c, schema.events.c


@dataclass(frozen=True, slots=True, kw_only=True)
class _Command:
    identity: str
    decider: Decider


class StoreFollowUps:
    """`FollowUps` on the message store. `owed` is called when there may be something to deliver."""

    def __init__(self, writer: Writer, reader: Engine, owed: Callable[[], None]) -> None:
        self._writer = writer
        self._reader = reader
        self._owed = owed

    async def pending(self, what: FollowUp, most: int, leaving_out: Sequence[str] = ()) -> Sequence[str]:
        return await asyncio.to_thread(self._pending, what, most, leaving_out)

    def _pending(self, what: FollowUp, most: int, leaving_out: Sequence[str]) -> list[str]:
        wanted = (
            select(_row.identity)
            .where(_row.step == what.value, _row.identity.not_in(leaving_out))
            .order_by(_row.liberty.desc(), _row.seq)
            .limit(most)
        )
        with reading(self._reader) as connection:
            return list(connection.scalars(wanted))

    async def do(self, what: FollowUp, identity: str, decider: Decider) -> None:
        await self._writer.submit(_RUN[what], _Command(identity=identity, decider=decider))
        self._owed()


def run_tells(connection: Connection, commands: Sequence[_Command]) -> list[None]:
    """Runs on the writer's thread, inside its transaction."""
    _run(connection, FollowUp.TELL, commands, _tell)
    return [None] * len(commands)


def run_judgements(connection: Connection, commands: Sequence[_Command]) -> list[None]:
    """Runs on the writer's thread, inside its transaction."""
    _run(connection, FollowUp.JUDGE, commands, _judge)
    return [None] * len(commands)


_RUN = {FollowUp.TELL: run_tells, FollowUp.JUDGE: run_judgements}


def _run(
    connection: Connection,
    what: FollowUp,
    commands: Sequence[_Command],
    step: Callable[[Connection, Orphan, Decider, Held], None],
) -> None:
    wanted = select(_row.identity).where(
        _row.step == what.value, _row.identity.in_([command.identity for command in commands])
    )
    left = set(connection.scalars(wanted))
    found = {each: loaded for each in sorted(left) if (loaded := load_message(connection, each)) is not None}
    held = hold_names(connection, [loaded.record for loaded in found.values()])
    for command in commands:
        message = found.get(command.identity)
        if message is None or not _done(connection, what, command.identity):
            continue
        if _state(connection, command.identity) is not message.state:
            # Linked since, by somebody else or by what came before it here.
            message = load_message(connection, command.identity) or message
        step(connection, message, command.decider, held)


def _state(connection: Connection, identity: str) -> MessageState:
    return MessageState(connection.execute(select(_message.state).where(_message.identity == identity)).scalar_one())


def _done(connection: Connection, what: FollowUp, identity: str) -> bool:
    """Whether this was left to do; it is not any more."""
    done = connection.execute(delete(schema.follow_ups).where(_row.identity == identity, _row.step == what.value))
    return bool(done.rowcount)


def _tell(connection: Connection, orphan: Orphan, decider: Decider, held: Held) -> None:
    """Link a message that was parked just now, or tell the jails that its orders concern."""
    if orphan.state is not MessageState.PARKED:
        return
    record, at = orphan.record, orphan.record.envelope.received_at
    facts = facts_of(connection, record, decider)
    if not facts.cases and not record.is_liberty:
        return
    found = decider.relink(record, facts, orphan.event_ids, at) if orphan.held_for is None else None
    if found is not None:
        link_waiting(connection, write_found(connection, orphan, found, at), decider, held, at)
        return
    waiting = decider.waiting(record, facts, orphan.event_ids)
    if facts.cases or facts.elsewhere is not NOWHERE_ELSE:
        concerned = [{"event": each.event_id, "concerned": each.places.written()} for each in waiting.events]
        connection.execute(_CONCERN, concerned)
    if waiting.refused:
        write_owed(connection, owed_to_jails(connection, waiting.bodies), at)
        refuse(connection, orphan, waiting.refused, at)
    if orphan.held_for is None:
        wait_for(connection, orphan.identity, waiting.waits_for)
    open_obligations(connection, [(asked, at) for asked in waiting.relay.to_verify])
    write_owed(connection, waiting.relay.owed, at)
    raise_unserved(connection, waiting.relay.unserved, None, at)
    raise_cnr_disputed(connection, record, orphan.event_ids, waiting.disputed)


_CONCERN = update(schema.events).where(_event.event_id == bindparam("event")).values(places=bindparam("concerned"))


def _judge(connection: Connection, message: Orphan, decider: Decider, held: Held) -> None:
    """Look for the word that a place without standing lacks, or tell the owners of the cases in which it spoke."""
    is_waiting = message.state is MessageState.PARKED and message.held_for is None
    if is_waiting and _is_corroborated(connection, message, decider, held):
        return
    raise_without_standing(connection, message.record, message.event_ids, refused_in(connection, message.identity))


def _readable(connection: Connection, identities: Sequence[str]) -> Iterator[Orphan]:
    """Those of these parked messages that can be read: one that cannot keeps no other one waiting."""
    for identity, orphan, fault in each_alone(connection, identities, lambda name: load_orphan(connection, name)):
        if fault is not None:
            log.error(Action.ROW_SET_ASIDE.value, loop=LoopName.FOLLOWING_UP.value, row=identity, **told_of(fault))
        elif orphan is not None:
            yield orphan


def _is_corroborated(connection: Connection, message: Orphan, decider: Decider, held: Held) -> bool:
    """Judge a message again beside what others say of the same case; and these beside it. Each may be the word that the
    other one lacked. Answers whether it was linked."""
    if not may_corroborate(message.record):
        return False
    at = message.record.envelope.received_at
    refused = refused_in(connection, message.identity)
    for orphan in (message, *_readable(connection, waiting_beside(connection, message.record, refused))):
        if _state(connection, orphan.identity) is not MessageState.PARKED:
            continue
        held.require(orphan.identity)
        found = decider.relink(orphan.record, facts_of(connection, orphan.record, decider), orphan.event_ids, at)
        if found is not None:
            link_waiting(connection, write_found(connection, orphan, found, at), decider, held, at)
    return _state(connection, message.identity) is not MessageState.PARKED
