"""Whereabouts: which jails, laboratories and PIDs an event concerns, by what it says and by the record of its case.

Where an order is taken back the jail counts that had it: so the case before the message is looked at as well as the
case after it. Looked up once a message, for all its events and everybody whom they name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from icjs_gateway.model.case import (
    Case,
    Number,
    Person,
    fitting,
    jail_named,
    jail_of,
    jails_claiming,
    namesakes,
    numbers_within,
    scopes,
)
from icjs_gateway.model.content import CaseReference, Event, declared
from icjs_gateway.model.event_types import EVENT_TYPES, person_of
from icjs_gateway.model.payloads.fir import FirAccused
from icjs_gateway.model.payloads.party import Party
from icjs_gateway.routing.authority.corroboration import Beside, jails_beside
from icjs_gateway.routing.jails import named_jail
from icjs_gateway.routing.named_places import feared_at, named_courts
from icjs_gateway.routing.places import Places

_FREES = frozenset({"bail", "release", "production"})
"""What an order is about that frees or shifts somebody: it reaches whoever may be meant."""

HeldElsewhere = Callable[[Event], tuple[frozenset[str], frozenset[str]]]


def nowhere_else(event: Event) -> tuple[frozenset[str], frozenset[str]]:
    """By no other record."""
    return frozenset(), frozenset()


class _Lodgings:
    """One case: who has which number, and where they are lodged by the record."""

    def __init__(self, case: Case, default_state: str | None) -> None:
        self.case = case
        self._default_state = default_state
        self._holder: dict[Number, int] = {}
        self._jails: list[str | None] = []
        self.claimed_by: dict[int, tuple[str, ...]] = {}
        """Of persons by index: jails that claim them while another one has them."""
        for index, person in enumerate(case.persons):
            self._jails.append(jail_named(person.orders) if person.orders else None)
            if person.orders and (claiming := jails_claiming(person.orders)):
                self.claimed_by[index] = claiming
            self._holder.update(dict.fromkeys(person.numbers, index))

    def jail(self, party: Party | FirAccused, numbers: Sequence[Number], told: CaseReference) -> str | None:
        """Of whoever fits the party; by its numbers in the usual case, as `jail_of` finds otherwise."""
        found = {index for number in numbers if (index := self._holder.get(number)) is not None}
        if len(found) == 1:
            return self._jails[found.pop()]
        return jail_of(self.case, party, told, self._default_state)

    def has_a_child(self) -> bool:
        return any(person.is_child for person in self.case.persons)

    def is_child(self, party: Party | FirAccused, numbers: Sequence[Number], told: CaseReference) -> bool:
        """Whether anybody whom the party may be is known as a child."""
        persons = self.holders(numbers) or fitting(self.case, party, told, self._default_state)
        return any(person.is_child for person in persons)

    def holders(self, numbers: Sequence[Number]) -> tuple[Person, ...]:
        found = {index for number in numbers if (index := self._holder.get(number)) is not None}
        return tuple(self.case.persons[index] for index in sorted(found))

    def claiming(self, numbers: Sequence[Number]) -> Iterable[str]:
        """The jails that claim whoever has one of these numbers."""
        holders = {index for number in numbers if (index := self._holder.get(number)) is not None}
        return (code for index in holders for code in self.claimed_by.get(index, ()))

    def besides(self, party: Party, numbers: Sequence[Number], told: CaseReference) -> Iterator[str]:
        """The jails that have or claim whoever else an order may mean, where whom it names is in none by the record: a
        document that names somebody by other numbers, or by name alone, still means who is in jail."""
        found = {index for number in numbers if (index := self._holder.get(number)) is not None}
        if len(found) == 1 and self._jails[next(iter(found))] is not None:
            return
        meant = self.holders(numbers) or fitting(self.case, party, told, self._default_state)
        is_lodged = len(meant) == 1 and jail_named(meant[0].orders) is not None
        for person in meant if is_lodged else (*meant, *namesakes(self.case, party, meant)):
            yield from jails_claiming(person.orders)
            if not is_lodged and (code := jail_named(person.orders)) is not None:
                yield code

    def jails(self) -> Iterable[str | None]:
        return self._jails


class Whereabouts:
    """What the record knew before and after a message, or nothing, for a message without a case. `claims` are what
    jails without standing in these cases say of whom they have; `elsewhere` tells the jails that have the person of an
    event by other records: those that count as this case's own, and those whose record has nothing to do with it."""

    def __init__(
        self,
        cases: Sequence[Case],
        default_state: str | None,
        claims: Sequence[Beside] = (),
        elsewhere: HeldElsewhere = nowhere_else,
    ) -> None:
        self._claims = claims
        self._elsewhere = elsewhere
        self._before_and_after = [_Lodgings(case, default_state) for case in cases]
        self._default_state = default_state
        self._lodges_anybody = any(any(each.jails()) for each in self._before_and_after)
        self._has_a_child = any(each.has_a_child() for each in self._before_and_after)
        self._within: tuple[CaseReference, list[str]] | None = None
        self._claiming: dict[int, frozenset[str]] = {}
        """By the identities of the events of the one message."""

    def places(self, event: Event) -> Places:
        """The jails and laboratories that a document names, and where the record says that its accused are lodged.

        Where the record lodges nobody any more, where it did until now counts.
        """
        member = getattr(event.data, EVENT_TYPES[event.type].noun)
        person, jail = person_of(event), named_jail(event)
        parties = (person,) if person is not None else declared(member, "accused") or ()
        lodged: tuple[str | None, ...] = ()
        left: set[str | None] = set()
        if self._lodges_anybody:
            seen = [self._seen(party, event.data.case) for party in parties]
            lodged = tuple(next((code for code in reversed(jails) if code is not None), None) for jails in seen)
            left = {jails[0] for jails in seen if jails and jails[0] is not None and jails[0] != jails[-1]}
        laboratory, feared = declared(member, "laboratory"), feared_at(event)
        return Places(
            names_a_jail=jail is not None,
            jail=jail.code if jail is not None else None,
            laboratory=laboratory.code if laboratory is not None else None,
            lodged=lodged if any(lodged) else (),
            children=self._children(parties, event.data.case) if any(lodged) and self._has_a_child else (),
            left=_sorted(left),
            claimed=_sorted(self._claimed(event).union(*self._elsewhere(event))),
            courts=named_courts(event),
            is_referred=self._is_referred(event),
            station=f"{feared.state}/{feared.code}/{feared.district or ''}" if feared is not None else None,
        )

    def concerned(self, event: Event) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """(jails, PIDs) that an event concerns: of its person, or of everybody where it is about none in particular."""
        person, named = person_of(event), named_jail(event)
        jails = {named.code} if named is not None else set()
        if person is not None and self._before_and_after:
            jails |= self._claimed(event) | self._elsewhere(event)[0]
        pids: set[str] = set()
        for lodgings in self._before_and_after:
            if person is None:
                jails.update(lodgings.jails())
                persons = lodgings.case.persons
            else:
                numbers = self._numbers(person, event.data.case)
                jails.add(lodgings.jail(person, numbers, event.data.case))
                persons = lodgings.holders(numbers)
            pids.update(value for each in persons for scope, value in each.numbers if scope == "pid")
        return _sorted(jails), _sorted(pids)

    def unverified(self, event: Event) -> frozenset[str]:
        """The jails that have the person of an event by a record which has nothing to do with its case."""
        return self._elsewhere(event)[1]

    def _is_referred(self, event: Event) -> bool:
        """Whether the CNR that an event names is none of its case's."""
        cnr, cases = event.data.case.cnr, self._before_and_after
        if cnr is None or not cases:
            return False
        case = cases[-1].case
        return cnr in case.references and not case.gone_on_to.get(cnr)

    def _claimed(self, event: Event) -> frozenset[str]:
        """The jails that claim the person whom an order is about: by registers that are disputed, or parked."""
        found = self._claiming.get(id(event))
        if found is None:
            found = self._claiming[id(event)] = self._claims_of(event)
        return found

    def _claims_of(self, event: Event) -> frozenset[str]:
        person = person_of(event)
        if person is None or not EVENT_TYPES[event.type].liberty or not (self._lodges_anybody or self._claims):
            return frozenset()
        told, numbers = event.data.case, self._numbers(person, event.data.case)
        found = {code for each in self._before_and_after for code in each.claiming(numbers)}
        if EVENT_TYPES[event.type].noun in _FREES:
            found |= {code for each in self._before_and_after for code in each.besides(person, numbers, told)}
        if self._claims and self._before_and_after:
            found |= jails_beside(event, self._claims, self._before_and_after[-1].case)
        return frozenset(found)

    def _seen(self, party: Party | FirAccused, told: CaseReference) -> list[str | None]:
        numbers = self._numbers(party, told)
        return [lodgings.jail(party, numbers, told) for lodgings in self._before_and_after]

    def _children(self, parties: Sequence[Party | FirAccused], told: CaseReference) -> tuple[bool, ...]:
        return tuple(
            any(lodgings.is_child(party, self._numbers(party, told), told) for lodgings in self._before_and_after)
            for party in parties
        )

    def _numbers(self, party: Party | FirAccused, told: CaseReference) -> list[Number]:
        """The events of a message name their case in the same words, nearly always."""
        if self._within is None or (self._within[0] is not told and self._within[0] != told):
            self._within = (told, scopes(told, self._default_state))
        return numbers_within(party, self._within[1], told)


def _sorted(values: Collection[str | None]) -> tuple[str, ...]:
    return tuple(sorted(value for value in values if value is not None)) if values else ()
