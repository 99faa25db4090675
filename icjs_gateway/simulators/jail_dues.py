"""What each jail is owed of a case, by the record: from the senders' ledgers alone.

A jail, or an observation home, is owed an event of the matrix that names it, or that is about somebody whom the record
lodges there when the event is recorded: before the message, or after it. Of an order that frees or holds a person, or
takes such an order back, so is every jail that claims the person, by a disputed register or by an entry still parked;
and an order that lets somebody go, and that no jail has carried out, is owed to a jail that admits the person later.

Two things the ledgers cannot order, and only these leave a doubt: two messages of one case that were under way at once,
and a message that was parked and linked later, of which no answer says when. What depends on such an order is `may`:
counted apart, neither owed nor false.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import inf

from icjs_gateway.simulators.ledgers import Sent
from icjs_gateway.simulators.lodgings import Lodging, lodging
from icjs_gateway.simulators.said import Subject, Whereabout

_TO_CLAIMANTS = (
    *("icjs.bail.", "icjs.remand.", "icjs.custody.", "icjs.release.", "icjs.production.", "icjs.warrant."),
    *("icjs.inmate.released.", "icjs.inmate.amended.", "icjs.inmate.withdrawn."),
)
"""Types about a person's liberty, of which a jail hears that only claims the person."""
_LETS_GO = ("icjs.bail.ordered.v1", "icjs.bail.amended.v1", "icjs.release.ordered.v1", "icjs.release.amended.v1")
_NOTICE = "courts.hearing-outcome.v1"
"""What it tells of bail is word of an order that comes by itself, and gives way to it."""
_PARKED_MAX = 4
"""Of more parked words on one person than this, all or none are taken to be linked by then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The jails to which one event is owed for certain, and those that may get it."""

    must: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()


NO_JAIL = Due()


@dataclass(slots=True)
class _Case:
    """What was told of one case, in order."""

    told: list[Sent] = field(default_factory=list)
    recorded_by: list[float] = field(default_factory=list)
    """Of each, when it was recorded at the latest."""
    words: dict[str, list[tuple[int, Whereabout]]] = field(default_factory=lambda: defaultdict(list))
    """By serial the words on where somebody is, each with its place in `told`."""


@dataclass(slots=True)
class Record:
    """The senders' answers, noted in the order in which the messages were sent.

    `recorded_by` says by event, by the clock of the ledgers, when it was recorded at the latest, as far as any receiver
    can tell.
    """

    recorded_by: Mapping[str, float] = field(default_factory=dict)
    _cases: dict[str, _Case] = field(default_factory=lambda: defaultdict(_Case))
    _first: dict[tuple[str, str], Sent] = field(default_factory=dict)
    _places: dict[tuple[str, str], int] = field(default_factory=dict)
    _corrected: set[tuple[str, str]] = field(default_factory=set)

    def note(self, entry: Sent) -> None:
        """One message that has its receipt."""
        identity = (entry.contract, entry.message_id)
        case = self._cases[entry.about.fir]
        self._first[identity], self._places[identity] = entry, len(case.told)
        if entry.corrects is not None:
            self._corrected.add((entry.contract, entry.corrects))
        for word in entry.said.whereabouts:
            case.words[word.serial].append((len(case.told), word))
        case.told.append(entry)
        case.recorded_by.append(_latest(entry, self.recorded_by))

    def dues(self, entry: Sent) -> Iterator[tuple[str, Due]]:
        """Of each event of a message that was noted, its id and the jails, by all that is noted by now."""
        case, place = self._cases[entry.about.fir], self._places[entry.contract, entry.message_id]
        gives_way = entry.contract == _NOTICE or (entry.contract, entry.message_id) in self._corrected
        unread = list(_subjects(entry, self._first))
        for event in entry.receipt.events if entry.receipt is not None else ():
            subject = next((each for each in unread if each.type == event.type), None)
            if subject is not None:
                unread.remove(subject)
                yield event.event_id, _due(case, place, subject, gives_way=gives_way)


def jail_dues(sent: Iterable[Sent], recorded_by: Mapping[str, float]) -> dict[str, Due]:
    """By event id; an event that concerns no jail has none. `recorded_by` as of `Record`."""
    record = Record(recorded_by)
    told = sorted((entry for entry in sent if entry.receipt is not None), key=lambda entry: entry.opened_at)
    for entry in told:
        record.note(entry)
    return {event_id: due for entry in told for event_id, due in record.dues(entry) if due != NO_JAIL}


def _latest(entry: Sent, recorded_by: Mapping[str, float]) -> float:
    """An accepted message was recorded before its answer, a parked one before anybody had an event of it."""
    if not entry.is_parked:
        return entry.answered_at
    events = entry.receipt.events if entry.receipt is not None else ()
    return min((recorded_by.get(event.event_id, inf) for event in events), default=inf)


def _subjects(entry: Sent, first: Mapping[tuple[str, str], Sent]) -> Iterator[Subject]:
    """Whom the events are about. What a correction withdraws is about whom the first message named."""
    corrected = first.get((entry.contract, entry.corrects or ""))
    for subject in entry.said.subjects:
        if subject.type.endswith(".withdrawn.v1") and corrected is not None and corrected.said.subjects:
            before = corrected.said.subjects[0]
            yield Subject(type=subject.type, serials=before.serials, jail=before.jail)
        else:
            yield subject


def _due(case: _Case, place: int, subject: Subject, *, gives_way: bool) -> Due:
    """Over every order in which the record may have been told."""
    named = frozenset((subject.jail,) if subject.jail is not None else ())
    must = may = named
    for serial in subject.serials:
        found = [_jails(*states, subject.type) for states in _records(case, place, serial)]
        must |= frozenset.intersection(*found)
        may |= frozenset.union(*found)
        if subject.type in _LETS_GO:
            later = _admitted_later(case, place, serial)
            must |= {jail for jail, is_certain in later if is_certain and not gives_way}
            may |= {jail for jail, _ in later}
    if not case.told[place].owed:
        # Never recorded: an order goes to the jail that it names all the same, unverified.
        must = frozenset()
    return Due(must=must, may=may - must)


def _admitted_later(case: _Case, place: int, serial: str) -> list[tuple[str, bool]]:
    """The jails that admitted somebody after an order to let that person go, before any jail did; and whether the
    ledgers tell for certain that it was after the order."""
    found = []
    for other, word in case.words[serial]:
        if other > place and word.kind == "RELEASE":
            break
        if word.kind == "ADMISSION" and not _is_before(case, other, place):
            found.append((word.jail, _is_before(case, place, other) and not case.told[other].is_parked))
    return found


def _jails(before: Lodging, after: Lodging, parked: frozenset[str], event_type: str) -> frozenset[str]:
    lodged = frozenset(jail for jail in (before.jail, after.jail) if jail is not None)
    if not event_type.startswith(_TO_CLAIMANTS):
        return lodged
    return lodged | before.claimed_by | after.claimed_by | parked


def _records(case: _Case, place: int, serial: str) -> Iterator[tuple[Lodging, Lodging, frozenset[str]]]:
    """Where somebody is before and after a message, and which jails' parked entries claim the person, in every order in
    which the messages may have been recorded."""
    about = case.told[place]
    certain: list[Whereabout] = []
    under_way: list[Whereabout] = []
    parked: list[tuple[Whereabout, bool]] = []
    own: list[Whereabout] = []
    for other, word in case.words[serial]:
        entry = case.told[other]
        if other == place:
            own.append(word)
        elif entry.is_parked and not _is_before(case, other, place):
            if entry.opened_at <= case.recorded_by[place]:
                parked.append((word, entry.answered_at <= about.opened_at))
        elif _is_before(case, other, place):
            certain.append(word)
        elif not _is_before(case, place, other):
            under_way.append(word)
    for count in range(len(under_way) + 1):
        for linked in _subsets(range(len(parked))):
            words = [*certain, *under_way[:count], *(parked[each][0] for each in linked)]
            waiting = frozenset(
                word.jail
                for each, (word, is_there) in enumerate(parked)
                if word.is_entry and is_there and each not in linked
            )
            yield lodging(words), lodging([*words, *own]), waiting


def _is_before(case: _Case, one: int, other: int) -> bool:
    """Whether one message was recorded before another for certain. Those of one batch are recorded in its order."""
    first, second = ((case.told[each].opened_at, case.recorded_by[each]) for each in (one, other))
    return one < other if first == second else first[1] <= second[0]


def _subsets(places: Sequence[int]) -> Iterator[Sequence[int]]:
    if len(places) > _PARKED_MAX:
        yield from ((), places)
        return
    for count in range(len(places) + 1):
        yield from combinations(places, count)
