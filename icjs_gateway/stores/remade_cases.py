"""Which cases a change to messages reaches, and what their messages make of them before and after it.

A change reaches the cases of the messages that it is about and those that learnt of these messages (edges). Where it
changes what a case tells others, its labels, its FIRs or its proceedings, it reaches those too: the cases that the
case's own messages name, and those whose messages name it. Everything that it does not reach stays as it is.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass

from sqlalchemy import Connection, select, union

from icjs_gateway.model.case import Case
from icjs_gateway.model.content import Event
from icjs_gateway.model.errors import Conflict, NotFound
from icjs_gateway.routing.authority.claims import ClaimKind, ClaimState
from icjs_gateway.routing.cases import ToldMessage
from icjs_gateway.routing.correlation import CaseFile, Identifier, looked_up
from icjs_gateway.routing.inquiries.case_reading import Retell
from icjs_gateway.routing.labels import Labelling
from icjs_gateway.routing.ports import Vault
from icjs_gateway.routing.recording import Bench
from icjs_gateway.routing.remaking import Remade, remade
from icjs_gateway.routing.withdrawal import Member
from icjs_gateway.stores import ledger_facts, schema
from icjs_gateway.stores.case_messages import Placed, case_messages, held_by
from icjs_gateway.stores.locking import LostRace

_case, _claim, _event = schema.cases.c, schema.claims.c, schema.events.c
CASES_MAX = 50
"""Cases that one change may reach: more are a person's work, one after another."""
_STANDING_EDGE = (_claim.kind == ClaimKind.EDGE.value) & _claim.state.in_(
    [ClaimState.STANDS.value, ClaimState.CONFIRMED.value]
)

Change = Callable[[Member], Member | None]
"""What becomes of a message: itself, changed, or None where it leaves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """The cases that a change reaches, as they are; what their messages made of them, and what they make after it."""

    files: Mapping[str, CaseFile]
    was: Remade
    now: Remade
    joined: Mapping[Identifier, str]
    """Identifiers that nobody holds, and that belong to these cases after it: a label kept them apart until then."""
    parted: frozenset[Identifier]
    """Likewise those that a label keeps apart from now on."""

    def tells_otherwise(self, case_id: str) -> bool:
        """Whether the change may reach others through a case. Of a label that it changes anywhere that is so wherever
        the label is: cases that are tried together give it to each other, and none of them has it of itself."""
        was, now = self.was.files[case_id], self.now.files[case_id]
        return _tells(was) != _tells(now) or not self._labels.isdisjoint(self.files[case_id].labels.names)

    @property
    def _labels(self) -> set[str]:
        return {
            label
            for case_id, file in self.was.files.items()
            for other in (self.now.files[case_id],)
            for label in file.labels.names | other.labels.names
            if file.labels.on.get(label) != other.labels.on.get(label)
        }

    @property
    def touched(self) -> tuple[str, ...]:
        """The cases of which the messages make something else than before."""
        return tuple(
            case_id for case_id in sorted(self.files) if _differs(self.was.files[case_id], self.now.files[case_id])
        )


class Readers:
    """Reads the messages of cases, each case once. `on_read` is told how many messages were read so far."""

    def __init__(
        self, connection: Connection, vault: Vault, retell: Retell, on_read: Callable[[int], None] = lambda _: None
    ) -> None:
        self._connection = connection
        self._vault = vault
        self._retell = self._counted(retell, on_read)
        self._read: dict[str, list[Placed]] = {}

    def of(self, case_id: str) -> list[Placed]:
        if case_id not in self._read:
            self._read[case_id] = case_messages(self._connection, case_id, self._vault, self._retell)
        return self._read[case_id]

    @staticmethod
    def _counted(retell: Retell, on_read: Callable[[int], None]) -> Retell:
        read = itertools.count(1)

        def counted(message: ToldMessage) -> Sequence[Event]:
            on_read(next(read))
            return retell(message)

        return counted

    def members(self, case_ids: Set[str], *, as_they_last_came: bool = False) -> list[Member]:
        """In the order in which they were linked, whichever case it was to."""
        placed = [each for case_id in case_ids for each in self.of(case_id)]
        return [each.member for each in sorted(placed, key=lambda each: each.last if as_they_last_came else each.first)]


def reached(
    connection: Connection,
    readers: Readers,
    first: Set[str],
    change: Change,
    released: Set[Identifier],
    bench: Bench,
    *,
    moved: bool = False,
) -> Reached:
    """Find them; nothing is held (`hold`). `first` are the cases that the change is about, `released` identifiers
    that they hold no more; with `moved` the change is that messages count from when they first came, not from when they
    were brought back. Raises NotFound and Conflict."""
    # Messages that count from earlier on may have told more by way of those that came between.
    wanted = frozenset(first) | (_neighbours(connection, first) if moved else frozenset())
    while True:
        if len(wanted) > CASES_MAX:
            raise Conflict(f"This reaches more than {CASES_MAX} cases; begin with the claims of one of the others.")
        found = _made(connection, readers, wanted, change, released, bench, moved=moved)
        telling = {each for each in wanted if found.tells_otherwise(each)}
        more = _neighbours(connection, telling) - wanted
        if not more:
            break
        wanted |= more
    return found


def hold(connection: Connection, found: Reached) -> None:
    """Hold these cases until the commit. Raises LostRace where one of them was changed since it was read: whatever came
    to a case, or told it of another, made a new version of it."""
    held = ledger_facts.files(connection, set(found.files))
    if any(held.get(case_id) is None or held[case_id].version != file.version for case_id, file in found.files.items()):
        raise LostRace("/".join(sorted(found.files)))


def cases_told(connection: Connection, identities: Set[str]) -> set[str]:
    """The cases that learnt of these messages, beside their own."""
    return set(connection.scalars(select(_claim.case_id).where(_STANDING_EDGE, _claim.identity.in_(list(identities)))))


def case_of_message(connection: Connection, identity: str) -> str | None:
    """The case that a message is in."""
    return connection.scalar(
        select(_event.case_id).where(_event.identity == identity, _event.case_id.is_not(None)).limit(1)
    )


def _made(
    connection: Connection,
    readers: Readers,
    case_ids: frozenset[str],
    change: Change,
    released: Set[Identifier],
    bench: Bench,
    *,
    moved: bool,
) -> Reached:
    before = readers.members(case_ids, as_they_last_came=moved)
    after = [each for member in readers.members(case_ids) if (each := change(member)) is not None]
    holds = {name: case_id for case_id in case_ids for name in held_by(connection, case_id)}
    named = {
        name
        for member in before
        for name in looked_up(member.record.content, member.record.envelope.home_state)
        if name not in holds
    }
    case_of = ledger_facts.cases_of(connection, named)
    files = _snapshots(connection, {*case_ids, *case_of.values()})
    if not case_ids <= files.keys():
        raise NotFound(f"There is no case {', '.join(sorted(case_ids - files.keys()))}.")
    others = {name: files[case_id] for name, case_id in case_of.items()}
    own = {case_id: files[case_id] for case_id in case_ids}
    left = {name: case_id for name, case_id in holds.items() if name not in released}
    was, now = remade(own, before, others, holds, bench), remade(own, after, others, left, bench)
    joined: dict[Identifier, str] = {}
    parted: frozenset[Identifier] = frozenset()
    if any(was.files[each].labels != now.files[each].labels for each in own):
        # A label keeps identifiers apart that belong together without it.
        one = remade(own, before, others, holds, bench, judges=True).held
        other = remade(own, after, others, left, bench, judges=True).held
        joined = {name: case_id for name, case_id in other.items() if name not in one and name not in holds}
        parted = _parted(after, left, one.keys() - other.keys())
    if joined or parted:
        left = {name: case_id for name, case_id in left.items() if name not in parted} | joined
        now = remade(own, after, others, left, bench)
    return Reached(files=own, was=was, now=now, joined=joined, parted=parted)


def _parted(
    members: Sequence[Member], holds: Mapping[Identifier, str], names: Set[Identifier]
) -> frozenset[Identifier]:
    """Those of these names that every message of their case that names them can do without."""
    return frozenset(
        name
        for name in names & holds.keys()
        if all(
            any(other != name and holds.get(other) == member.case_id for other in member.named)
            for member in members
            if name in member.named and member.case_id == holds[name]
        )
    )


def _snapshots(connection: Connection, case_ids: Set[str]) -> dict[str, CaseFile]:
    rows = connection.execute(
        select(_case.case_id, _case.version, _case.snapshot, _case.labelling).where(_case.case_id.in_(list(case_ids)))
    )
    return {
        row.case_id: CaseFile(
            case_id=row.case_id,
            version=row.version,
            case=Case.model_validate_json(row.snapshot),
            labels=Labelling.read(row.labelling),
        )
        for row in rows
    }


def _neighbours(connection: Connection, case_ids: Set[str]) -> set[str]:
    """The cases that messages of these name, and those whose messages name these."""
    if not case_ids:
        return set()
    ids = list(case_ids)
    in_these = select(_event.identity).where(_event.case_id.in_(ids))
    named = select(_claim.case_id).where(_STANDING_EDGE, _claim.identity.in_(in_these))
    naming = (
        select(_event.case_id)
        .join_from(schema.claims, schema.events, _event.identity == _claim.identity)
        .where(_STANDING_EDGE, _claim.case_id.in_(ids), _event.case_id.is_not(None))
    )
    return set(connection.scalars(union(named, naming)))


def _tells(file: CaseFile) -> tuple[object, ...]:
    """What of a case reaches others that are named beside it."""
    case = file.case
    return file.labels.clubbed(), case.own_firs, case.edges


def _differs(one: CaseFile, other: CaseFile) -> bool:
    return (one.case, one.labels) != (other.case, other.labels)
