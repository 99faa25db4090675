"""Persons of a case: who they are by their numbers, and what was ordered about them and called them.

Everyone who shares a number is one person. What one of two was told to be is told of both, once a number joins them.
"""

from __future__ import annotations

from icjs_gateway.model.case.facts import Fact, Members, Rank, merged, newest, tell
from icjs_gateway.model.case.names import is_nobody
from icjs_gateway.model.case.snapshot import ORDERS_KEPT, PROCESSES_KEPT, Number, Person
from icjs_gateway.model.case.stays import ENTRIES_KEPT
from icjs_gateway.model.case.things import Thing
from icjs_gateway.model.content import CaseReference, declared
from icjs_gateway.model.payloads.described import Described
from icjs_gateway.model.payloads.fir import FirAccused
from icjs_gateway.model.payloads.party import Party

ALIASES_KEPT = 5
"""Of a person by one source."""


def scopes(told: CaseReference, default_state: str | None) -> list[str]:
    """Where an accused serial counts: the proceeding; and the FIR, when exactly one is named."""
    found = [f"cnr:{told.cnr}"] if told.cnr is not None else []
    if len(told.firs) == 1:
        key = told.firs[0].key(default_state)
        if key is not None:
            found.append(f"fir:{key}")
    return found


def numbers_of(party: Party | FirAccused, told: CaseReference, default_state: str | None) -> list[Number]:
    """The numbers by which a document names a person; a name is none."""
    return numbers_within(party, scopes(told, default_state), told)


def numbers_within(party: Party | FirAccused, within: list[str], told: CaseReference) -> list[Number]:
    """The same, where the scopes of a serial are known already: the same for all parties of a document."""
    serial = party.serial
    numbers: list[Number] = [(scope, serial) for scope in within] if serial is not None else []
    if isinstance(party, Party):
        if told.cnr is not None and party.court_party is not None:
            numbers.append((f"party:{told.cnr}", party.court_party))
        if party.pid is not None:
            numbers.append(("pid", party.pid))
        if party.ptn is not None:
            numbers.append(("ptn", party.ptn))
        if (nfn := declared(party, "nfn")) is not None:
            numbers.append(("nfn", nfn))
    return numbers


def is_named(party: Party | FirAccused) -> bool:
    """Whether somebody is called by a name. Nobody's name is none."""
    if party.name is None or (isinstance(party, FirAccused) and party.status == "UNKNOWN"):
        return False
    return not is_nobody(party.name)


def member_for(number: Number) -> str:
    """A number as the member of a fact of names."""
    return f"{number[0]} {number[1]}"


class Persons:
    """The persons of one case while a message is folded into it."""

    __slots__ = ("_holder", "_persons")

    def __init__(self, persons: tuple[Person, ...]) -> None:
        self._persons = list(persons)
        self._index()

    def _index(self) -> None:
        self._holder = {number: index for index, person in enumerate(self._persons) for number in person.numbers}

    def meet(self, numbers: list[Number]) -> None:
        """A party is named. One known by all its numbers changes nothing: the usual case, looked up and left."""
        holder = self._holder.get(numbers[0])
        for number in numbers:
            if holder is None or self._holder.get(number) != holder:
                self._join(numbers)
                return

    def order(self, numbers: list[Number], thing: Thing, rank: Rank) -> None:
        """Something was ordered about a party that was met."""
        index = self._holder[numbers[0]]
        person = self._persons[index]
        held = person.orders.get(thing.key, ())
        fact = tell(held, rank, thing.members)
        if fact == held:
            return
        orders = {**person.orders, thing.key: fact}
        self._persons[index] = person.model_copy(update={"orders": orders if held else _bounded(orders, thing.key)})

    def all(self) -> tuple[Person, ...]:
        """Everybody, in an order that depends on nothing but who they are."""
        return tuple(self._persons)

    def _join(self, numbers: list[Number]) -> None:
        same = sorted({index for number in numbers if (index := self._holder.get(number)) is not None})
        parts = [self._persons[index] for index in same]
        orders: dict[str, Fact] = {}
        for part in parts:
            for key, fact in part.orders.items():
                orders[key] = merged(orders[key], fact) if key in orders else fact
        for key in tuple(orders) if len(parts) > 1 else ():
            orders = _bounded(orders, key)
        joined = Person(
            numbers=tuple(sorted({*numbers, *(number for part in parts for number in part.numbers)})),
            orders=orders,
            lanes=tuple(sorted({lane for part in parts for lane in part.lanes})),
            is_child=any(part.is_child for part in parts) or None,
        )
        others = [person for index, person in enumerate(self._persons) if index not in same]
        self._persons = sorted([*others, joined], key=lambda person: person.numbers)
        self._index()


def _bounded(orders: dict[str, Fact], added: str) -> dict[str, Fact]:
    """The newest of the kind of order that was added; bail by notice and by signed order are two kinds."""
    kind = next(kind for kind in _KEPT if added.startswith(kind))
    at_most, by = _KEPT[kind]
    same = {key: fact for key, fact in orders.items() if key.startswith(kind)}
    if len(same) <= at_most:
        return orders
    kept = newest(same, by=by, at_most=at_most)
    return {key: fact for key, fact in orders.items() if key in kept or key not in same}


_KEPT = {
    "bail/NOTICE/": (ORDERS_KEPT, "ordered_on"),
    "bail/ORDER/": (ORDERS_KEPT, "ordered_on"),
    "remand/": (ORDERS_KEPT, "ordered_on"),
    "process/": (PROCESSES_KEPT, "ordered_on"),
    "custody/": (ORDERS_KEPT, "ordered_on"),
    "production/": (ORDERS_KEPT, "ordered_on"),
    "release/": (ORDERS_KEPT, "ordered_on"),
    "refusal/": (ORDERS_KEPT, "on"),
    "arrest/": (ORDERS_KEPT, "on"),
    "accused/": (1, "on"),
    "inmate/": (ENTRIES_KEPT, "on"),
    "result/": (ORDERS_KEPT, "on"),
}
"""By how the key of an order begins: how many are kept, and by which day of theirs the newest are told."""


class Calling:
    """What one message calls the persons it names. Collected first, told once: they share its rank."""

    __slots__ = ("_said",)

    def __init__(self) -> None:
        self._said: dict[str, Members] = {}

    def hear(self, party: Party | FirAccused, number: Number) -> None:
        """A party is called something. Nobody's name is not kept."""
        if not is_named(party):
            return
        member = member_for(number)
        self._said.setdefault("name", {})[member] = party.name
        if party.relative is not None:
            self._said.setdefault("relative", {})[member] = party.relative.name
            if party.relative.relation is not None:
                self._said.setdefault("relation", {})[member] = party.relative.relation
        if isinstance(party, FirAccused | Described) and party.aliases:
            self._said.setdefault("aliases", {})[member] = list(party.aliases[:ALIASES_KEPT])

    def told(self, names: dict[str, Fact], source: str, rank: Rank) -> dict[str, Fact]:
        """The names after this message."""
        if not self._said:
            return names
        return names | {
            key: tell(names.get(key, ()), rank, members)
            for kind, members in self._said.items()
            if (key := f"{source} {kind}")
        }
