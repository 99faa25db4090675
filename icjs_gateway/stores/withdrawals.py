"""Withdrawing a claim: what came to a case by it leaves the case, in one transaction.

The messages wait again; the case, its labels, its identifiers and its index are those of the messages that stay, and so
are other cases that learnt of them; what their orders asked for or undid is undone; what is still owed of them is
stopped, and whoever was told of them is told of this. A message whose rightful case is there is linked to it at once.
Where the claim is a word that no message hangs on, a label, a child's mark, an edge, nothing leaves and the word goes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, insert, select

from icjs_gateway.model.errors import Conflict, NotFound
from icjs_gateway.routing.authority.claims import ClaimKind, ClaimState
from icjs_gateway.routing.correlation import Identifier, identifier_of, identifier_text
from icjs_gateway.routing.inquiries.case_reading import Retell
from icjs_gateway.routing.label_words import label_of
from icjs_gateway.routing.ports import Vault
from icjs_gateway.routing.recording import Bench
from icjs_gateway.routing.remaking import Remade
from icjs_gateway.routing.withdrawal import Member, leaving, still_held
from icjs_gateway.stores import schema
from icjs_gateway.stores.case_messages import held_by
from icjs_gateway.stores.changed_cases import NOTHING, write_change
from icjs_gateway.stores.changed_deliveries import Refused, Told, tell_change
from icjs_gateway.stores.claim_rows import claim_message, claim_row, settle_claim, settle_made_by, write_claims
from icjs_gateway.stores.claims import Claim, claim_of, claims_made_by, claims_within
from icjs_gateway.stores.engine import reader_of
from icjs_gateway.stores.evidence import leaf_row
from icjs_gateway.stores.exceptions import Act, until_no_race_is_lost
from icjs_gateway.stores.ledger_locks import Held, hold_names
from icjs_gateway.stores.locking import LostRace
from icjs_gateway.stores.orphans import judge_parked, link_waiting, load_orphan
from icjs_gateway.stores.parked_again import park_again
from icjs_gateway.stores.remade_cases import Reached, Readers, case_of_message, cases_told, hold, reached
from icjs_gateway.stores.undone_orders import undo_orders
from icjs_gateway.stores.withdrawn_deliveries import Sent, stop_owed, tell_sent
from icjs_gateway.stores.words_taken_back import words_without, write_words

_event, _message = schema.events.c, schema.messages.c
_held, _index = schema.case_identifiers.c, schema.case_index.c
_COUNTS = (ClaimState.STANDS, ClaimState.CONFIRMED, ClaimState.LEGACY)


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
    refused: tuple[Refused, ...]
    """What was withheld meanwhile, and from whom; it is owed again."""
    cases: tuple[str, ...]
    """The cases that are other than before."""
    still: tuple[Claim, ...]
    """Of a label: the claims by which the case has it all the same."""
    stopped: int
    """Deliveries that were owed of what left."""
    owed_again: int
    """Deliveries that what left had stopped."""


@until_no_race_is_lost
def withdraw(
    engine: Engine,
    vault: Vault,
    number: int,
    act: Act,
    bench: Bench,
    retell: Retell,
    *,
    dry_run: bool = False,
    on_read: Callable[[int], None] = lambda _: None,
) -> Withdrawn:
    """Withdraw a claim, as a person decided. Raises NotFound, and Conflict for a claim that does not stand.

    The messages are read, and the cases made anew, before anything is held: writing alone keeps others waiting, and is
    done again from the start where something came meanwhile. `on_read` is told how many messages were read so far.
    """
    with reader_of(engine).connect() as connection:
        plan = _plan(connection, claim_of(connection, number), bench, Readers(connection, vault, retell, on_read))
    with engine.connect() as connection, connection.begin() as transaction:
        withdrawn = _carry_out(connection, plan, act, bench)
        if dry_run:
            transaction.rollback()
        return withdrawn


@until_no_race_is_lost
def withdraw_message(
    engine: Engine,
    vault: Vault,
    identity: str,
    act: Act,
    bench: Bench,
    retell: Retell,
    *,
    dry_run: bool = False,
    on_read: Callable[[int], None] = lambda _: None,
) -> Withdrawn:
    """Take a message out of its case, whatever brought it there; it waits for a person from then on. Raises NotFound
    for a message that is in no case."""
    if not dry_run:
        with engine.begin() as connection:
            number = _claim_of_message(connection, identity)
        return withdraw(engine, vault, number, act, bench, retell, on_read=on_read)
    with engine.connect() as connection, connection.begin() as transaction:
        claim = claim_of(connection, _claim_of_message(connection, identity))
        plan = _plan(connection, claim, bench, Readers(connection, vault, retell, on_read))
        withdrawn = _carry_out(connection, plan, act, bench)
        transaction.rollback()
        return withdrawn


def _claim_of_message(connection: Connection, identity: str) -> int:
    """The claim that a message belongs to its case: made now where it came by itself."""
    case_id = case_of_message(connection, identity)
    row = connection.execute(
        select(_message.speaker, _message.received_at).where(_message.identity == identity)
    ).one_or_none()
    if case_id is None or row is None:
        raise NotFound(f"There is no message {identity} in a case.")
    for claim in claims_made_by(connection, identity):
        if claim.kind is ClaimKind.LINK and claim.case_id == case_id and claim.state in _COUNTS:
            return claim.number
    return claim_message(connection, identity, row.speaker, case_id, row.received_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What withdrawing a claim comes to, as it was read: `words` are the claims of a word, the rest is of messages that
    leave their case."""

    claim: Claim
    reached: Reached
    words: tuple[Claim, ...] = ()
    held: Mapping[Identifier, str | None] = field(default_factory=dict)
    remaining: frozenset[Identifier] = frozenset()
    gone: tuple[Member, ...] = ()


def _plan(connection: Connection, claim: Claim, bench: Bench, readers: Readers) -> _Plan:
    if claim.kind is ClaimKind.WITHOUT or claim.state not in _COUNTS:
        raise Conflict(f"Claim {claim.number} cannot be withdrawn: it is {claim.state.value}.")
    if claim.kind not in (ClaimKind.IDENTIFIER, ClaimKind.LINK):
        words, reach = words_without(connection, claim, bench, readers)
        return _Plan(claim=claim, reached=reach, words=tuple(words))
    severed = _severed(claim)
    by_link = {claim.identity} if claim.kind is ClaimKind.LINK and claim.identity is not None else set()
    members, held = readers.members({claim.case_id}), held_by(connection, claim.case_id)
    gone = leaving(members, held, severed=severed, first=by_link, may_claim=bench.may_claim)
    stay = [member for member in members if member.identity not in gone]
    remaining = still_held(stay, held, severed=severed, may_claim=bench.may_claim)
    reach = reached(
        connection,
        readers,
        {claim.case_id, *cases_told(connection, gone)},
        lambda member: None if member.identity in gone else member,
        held.keys() - remaining,
        bench,
    )
    leave = tuple(member for member in members if member.identity in gone)
    return _Plan(claim=claim, reached=reach, held=held, remaining=remaining, gone=leave)


def _carry_out(connection: Connection, plan: _Plan, act: Act, bench: Bench) -> Withdrawn:
    """Raises LostRace where something came since the plan was made."""
    claim = plan.claim
    freed = {*(plan.held.keys() - plan.remaining), *plan.reached.joined, *plan.reached.parted}
    locks = hold_names(connection, [member.record for member in plan.gone], freed=freed)
    hold(connection, plan.reached)
    if claim_of(connection, claim.number) != claim:
        raise LostRace(str(claim.number))
    if not plan.words:
        return _let_messages_leave(connection, plan, act, bench, locks)
    told = write_words(connection, plan.reached, claim, plan.words, act, bench, locks, takes_back=True)
    facts = {"number": claim.number, "case_id": claim.case_id, "by": act.by, "reason": act.reason, "gone": []}
    _note(connection, facts | _counts(told, 0), act.at)
    return Withdrawn(
        claim=claim_of(connection, claim.number),
        gone=(),
        released=(),
        sent=told.sent,
        refused=told.refused,
        cases=told.cases,
        still=_still(connection, claim),
        stopped=told.stopped,
        owed_again=told.owed,
    )


def _let_messages_leave(connection: Connection, found: _Plan, act: Act, bench: Bench, locks: Held) -> Withdrawn:
    claim = found.claim
    case_id, at, severed = claim.case_id, act.at, _severed(claim)
    known = found.reached.files[case_id]
    marks = {*known.case.severed, *([identifier_text(severed)] if severed is not None else [])}
    gone = [member.identity for member in found.gone]
    stopped, sent = stop_owed(connection, case_id, found.gone, at)
    released = found.held.keys() - found.remaining
    _release(connection, case_id, released)
    _claim_again(connection, claim.case_id, act, found)
    settle_claim(connection, claim.number, ClaimState.WITHDRAWN, at, by=act.by, reason=act.reason)
    settle_made_by(connection, found.reached.files, gone, ClaimState.WITHDRAWN, at, by=act.by, reason=act.reason)
    changed = write_change(connection, found.reached, {case_id: sorted(marks)}, at)
    _index_anew(connection, case_id, found.reached.now)
    for member in found.gone:
        park_again(connection, member, claim, at, bench)
    owed, taken_back = undo_orders(connection, case_id, found.gone, found.reached, bench, at) if gone else (0, NOTHING)
    told = tell_change(connection, found.reached, changed, taken_back, claim.made_at, bench, at)
    tell_sent(connection, [*sent, *told.sent], bench.ids, at)
    _link_again(connection, found, released, bench, locks, at)
    facts = {"number": claim.number, "case_id": case_id, "by": act.by, "reason": act.reason, "gone": gone}
    all_told = replace(told, sent=(*sent, *told.sent), stopped=stopped + told.stopped)
    _note(connection, facts | _counts(all_told, owed), at)
    return Withdrawn(
        claim=claim_of(connection, claim.number),
        gone=tuple(Gone(identity=each, case_id=case_of_message(connection, each)) for each in gone),
        released=tuple(sorted(identifier_text(name) for name in released)),
        sent=all_told.sent,
        refused=all_told.refused,
        cases=tuple(sorted(changed)),
        still=(),
        stopped=all_told.stopped,
        owed_again=owed + all_told.owed,
    )


def _counts(told: Told, owed: int) -> dict[str, object]:
    return {
        "cases": list(told.cases),
        "stopped": told.stopped,
        "sent": len(told.sent),
        "withheld": len(told.refused),
        "owed_again": owed + told.owed,
    }


def _note(connection: Connection, facts: Mapping[str, object], at: datetime) -> None:
    connection.execute(insert(schema.audit_leaves), [leaf_row("claim.withdrawn", facts, at)])


def _still(connection: Connection, claim: Claim) -> tuple[Claim, ...]:
    """The claims by which a case has a label, or marks an accused, that one word of it gave no more."""
    label = label_of(claim.subject)
    return tuple(
        each
        for each in claims_within(connection, claim.case_id)
        if each.kind is claim.kind is ClaimKind.LABEL and each.state in _COUNTS and label_of(each.subject) == label
    )


def _severed(claim: Claim) -> Identifier | None:
    return identifier_of(claim.subject) if claim.kind is ClaimKind.IDENTIFIER else None


def _release(connection: Connection, case_id: str, released: Set[Identifier]) -> None:
    texts = [identifier_text(name) for name in released]
    connection.execute(delete(schema.case_identifiers).where(_held.case_id == case_id, _held.identifier.in_(texts)))


def _claim_again(connection: Connection, case_id: str, act: Act, found: _Plan) -> None:
    """An identifier that a message which left had claimed, and one that stays names as well, is claimed by that."""
    gone = {member.identity for member in found.gone}
    write_claims(
        connection,
        [
            claim_row(member.record, linked, name, act.at)
            for name, (member, linked) in found.reached.now.claims(case_id).items()
            if found.held.get(name) in gone
        ],
    )


def _index_anew(connection: Connection, case_id: str, now: Remade) -> None:
    connection.execute(delete(schema.case_index).where(_index.case_id == case_id))
    entries = sorted({entry for _, linked in now.of(case_id) for entry in linked.indexed})
    if entries:
        rows = [{"kind": kind, "value": value, "case_id": case_id} for kind, value in entries]
        connection.execute(insert(schema.case_index), rows)


def _link_again(
    connection: Connection, found: _Plan, released: Set[Identifier], bench: Bench, locks: Held, at: datetime
) -> None:
    """Every message that left goes to the case that it belongs to, where that is there; and what that frees: among it
    what waited because a number was this case's that is free now."""
    arrived: set[Identifier] = set(released)
    for member in found.gone:
        orphan = load_orphan(connection, member.identity)
        if orphan is None or not _waits(connection, member.identity):
            continue
        arrived |= judge_parked(connection, orphan, bench, at)
    link_waiting(connection, arrived | found.reached.joined.keys(), bench, locks, at)


def _waits(connection: Connection, identity: str) -> bool:
    waiting = select(schema.waiting.c.identifier).where(schema.waiting.c.identity == identity).limit(1)
    return connection.scalar(waiting) is not None
