"""Registers: of the entries of several jails about one person, which count, and which jails claim the person besides.

A jail that has somebody present has that person until its own register says otherwise, or a court sends the person to
another jail. Another jail's entry is a claim until then: it moves nobody and lets nobody out. When the first jail's
entry comes, in whatever order, the claim counts, and what its jail said since: a transfer that is entered late brings
nobody back whom the second jail let go on that day. Parole, furlough, hospital, production and escape are no presence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from icjs_gateway.model.case.facts import Fact, Members, Rank, known, stands

OUT = frozenset({"RELEASE", "ESCAPE", "DEATH"})
AWAY = frozenset({"PRODUCTION_OUT", "HOSPITAL_OUT", "PAROLE_OUT", "FURLOUGH_OUT", "OVERSTAY"})
BACK = frozenset({"PRODUCTION_IN", "HOSPITAL_IN", "PAROLE_IN", "FURLOUGH_IN", "PRODUCTION_FAILED", "RECAPTURE"})

Moment = tuple[str, Rank]
"""(day, rank)"""
Entry = tuple[Moment, Members]


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """What counts of all registers, one after the other, and the codes of the jails that claim the person beside it. An
    entry that was a claim counts from when the first jail let the person go, whichever day it bears."""

    entries: tuple[Entry, ...] = ()
    claimed_by: tuple[str, ...] = ()


def has_two_registers(orders: Mapping[str, Fact]) -> bool:
    """Whether more than one jail has an entry about somebody: otherwise nothing can be disputed."""
    first = None
    for key, fact in orders.items():
        if key.startswith("inmate/"):
            jail = _jail(known(fact))
            if first not in (None, jail):
                return True
            first = jail
    return False


def register(orders: Mapping[str, Fact]) -> Register:
    """All entries about one person, read together."""
    entries = sorted(_entries(orders), key=lambda each: each[0])
    if len({_jail(members) for _, members in entries}) <= 1:
        return Register(entries=tuple(entries))
    reading = _Reading()
    sent = sorted(_sent_to(orders), key=lambda each: each[0])
    for moment, members in entries:
        while sent and sent[0][0] <= moment:
            reading.sent_to = sent.pop(0)[1]
        reading.read((moment, members))
    codes = (members["jail"].get("code") for jail in reading.claiming() for _, members in reading.claims[jail])
    return Register(
        entries=tuple(reading.counts),
        claimed_by=tuple(sorted({code for code in codes if code is not None})),
    )


@dataclass(slots=True)
class _Reading:
    """The registers read entry by entry: who has the person, whether the person is there, what is only claimed."""

    counts: list[Entry] = field(default_factory=list)
    claims: dict[str, list[Entry]] = field(default_factory=dict)
    """By jail its entries that do not count yet; the last of a jail that let the person go again is that."""
    holder: str | None = None
    is_present: bool = False
    sent_to: str | None = None

    def read(self, entry: Entry) -> None:
        (on, _), members = entry
        jail, kind = _jail(members), members["kind"]
        if self.holder not in (None, jail) and self.is_present and self.sent_to != jail:
            self._claim(jail, entry)
            return
        if self.sent_to == self.holder != jail:
            # The jail to which a court sent the person had that person, and has no more: the warrant is used up.
            self.sent_to = None
        claimed = self.claims.pop(jail, [])
        self.counts += [*([] if _has_let_go(claimed) else claimed), entry]
        if kind in OUT:
            self._settle(next(iter(self.claiming()), None), on)
        elif "to_jail" in members:
            self._settle(_name(members["to_jail"]), on)
        else:
            self.holder, self.is_present = jail, kind not in AWAY

    def claiming(self) -> Iterator[str]:
        """The jails that claim the person still."""
        return (jail for jail, claimed in self.claims.items() if not _has_let_go(claimed))

    def _claim(self, jail: str, entry: Entry) -> None:
        """A jail that lets go whom it only claims, claims no more."""
        claimed = self.claims.get(jail, [])
        self.claims[jail] = [entry] if _has_let_go(claimed) else [*claimed, entry]

    def _settle(self, to: str | None, on: str) -> None:
        """The person left on this day, for this jail or for none. What it claimed counts from now on, and is read
        again; but if it let the person go on an earlier day, that was another stay."""
        if self.sent_to == self.holder:
            self.sent_to = None
        self.holder, self.is_present = to, True
        claimed = self.claims.pop(to, []) if to is not None else []
        if not _has_let_go(claimed) or claimed[-1][0][0] == on:
            for entry in claimed:
                self.read(entry)


def _has_let_go(claimed: Sequence[Entry]) -> bool:
    return bool(claimed) and claimed[-1][1]["kind"] in OUT


def _entries(orders: Mapping[str, Fact]) -> Iterator[Entry]:
    for key, fact in orders.items():
        if key.startswith("inmate/") and stands(fact):
            members = known(fact)
            yield (members["on"], fact[0][0]), members


def _sent_to(orders: Mapping[str, Fact]) -> Iterable[tuple[Moment, str]]:
    """Since when a court's warrant or remand sends the person to which jail."""
    for key, fact in orders.items():
        if key.startswith(("remand/", "custody/")) and stands(fact):
            members = known(fact)
            if "jail" in members and not members.get("recalled"):
                yield (members["ordered_on"], fact[0][0]), _name(members["jail"])


def _jail(members: Members) -> str:
    return _name(members["jail"])


def _name(jail: Mapping[str, str]) -> str:
    return jail.get("code") or jail.get("name") or ""
