"""The snapshot of a case: what is current, bounded, and small enough to be read and written with every message.

It is the fold of the case's events (`fold`), and answers what stands: the hearing, and of a person the bail, the
remand, the open warrants. History is not here; it is in the events.

FIR to CNR is many to many: an edge a pair, with who said so. A person's number is kept per system and per proceeding;
persons are one when they share a number, never because they share a name. The serial under a proceeding and the serial
in its FIR are one number where both call the accused alike (`serials`).

Of what may grow without end only the newest is kept (`HEARINGS_KEPT` and its like). What that costs: a correction of
something older than those is folded as if nothing had been told before, and is forgotten again; when everything that
is kept has been withdrawn, nothing is shown, although an older one may stand; a warrant is no longer seen as open once
that many newer processes were issued against the same person. Within the bounds the fold depends on no order; beyond
them it does only where a correction changes the very day or proceeding by which the newest are told.

An order about a person of whom no number at all is known is in no snapshot: a name is nobody.
"""

from __future__ import annotations

from pydantic import Field

from icjs_gateway.model.case.facts import Fact, known, stands, word
from icjs_gateway.model.case.records import filed_before
from icjs_gateway.model.case.standing import (
    Refusal,
    Result,
    StandingBail,
    StandingCustody,
    StandingHearing,
    StandingProcess,
    StandingRelease,
    StandingRemand,
    current_hearings,
    latest_refusal,
    latest_result,
    open_warrants,
    standing_bail,
    standing_custody,
    standing_release,
    standing_remand,
)
from icjs_gateway.model.case.stays import Stay, standing_stay
from icjs_gateway.model.content import Canonical, FirReference
from icjs_gateway.model.identifiers import Cnr

HEARINGS_KEPT = 5
"""Of each proceeding."""

ORDERS_KEPT = 4
"""Of each person: bail by notice, bail by signed order, and remands."""

PROCESSES_KEPT = 10
"""Of each person: warrants and other process together."""

Number = tuple[str, str]
"""(scope, value) of one number of a person."""


class Edge(Canonical):
    """A FIR and a proceeding that belong together, by whose word."""

    fir: str
    cnr: Cnr
    source: str
    method: str = "deterministic"


class Person(Canonical):
    """An accused: numbers by scope (`fir:<key>`, `cnr:<cnr>`, `party:<cnr>`, `pid`, `ptn`), and what was ordered.

    `lanes` are the names of the lanes in which orders about this person travel, once one has been given; persons who
    turned out to be one have several. `is_child` stands where the case's own police or court told so; no later word
    takes it away.
    """

    numbers: tuple[Number, ...]
    orders: dict[str, Fact] = Field(default_factory=dict)
    lanes: tuple[str, ...] = ()
    is_child: bool | None = None

    @property
    def bail(self) -> StandingBail | None:
        """The latest decision on bail that stands: granted, refused, cancelled or modified."""
        return standing_bail(self.orders)

    @property
    def remand(self) -> StandingRemand | None:
        """The latest remand that stands, whether or not it has run out."""
        return standing_remand(self.orders)

    @property
    def custody(self) -> StandingCustody | None:
        """The latest order to hold that stands."""
        return standing_custody(self.orders)

    @property
    def release(self) -> StandingRelease | None:
        """The latest order to release that stands."""
        return standing_release(self.orders)

    @property
    def refusal(self) -> Refusal | None:
        """Why a jail did not release the person, the last time."""
        return latest_refusal(self.orders)

    @property
    def result(self) -> Result | None:
        """What became of the person before a court, the last time."""
        return latest_result(self.orders)

    @property
    def stay(self) -> Stay | None:
        """Where somebody is by the jail's own word."""
        return standing_stay(self.orders)

    @property
    def open_warrants(self) -> tuple[StandingProcess, ...]:
        """Warrants of arrest neither recalled nor taken back, the oldest first."""
        return open_warrants(self.orders)


class Case(Canonical):
    """A bounded snapshot of what is current."""

    firs: tuple[FirReference, ...] = ()
    edges: tuple[Edge, ...] = ()
    registrations: dict[str, Fact] = Field(default_factory=dict)
    """By FIR key: that it was registered, when, and in which district."""
    clubbed_firs: tuple[str, ...] = ()
    """Keys of FIRs of other cases that a court clubbed with this one."""
    proceedings: dict[str, Fact] = Field(default_factory=dict)
    """By CNR: the court's own numbers."""
    gone_on_to: dict[str, bool] = Field(default_factory=dict)
    """The CNRs that are known by a change of proceeding alone, and by hearings: whether a change names them still."""
    hearings: dict[str, Fact] = Field(default_factory=dict)
    """By court and hearing id. The proceeding is a member, because a court may name it later than the hearing."""
    records: dict[str, Fact] = Field(default_factory=dict)
    """Reports, exhibits, court cases and the like, each by a key of its own (`records`)."""
    references: tuple[str, ...] = ()
    """CNRs that messages of the case name and that the case does not hold: they give nobody standing in it."""
    severed: tuple[str, ...] = ()
    """Identifiers (`cnr:...`) that a person decided are not this case's: no word joins them to it again."""
    persons: tuple[Person, ...] = ()
    names: dict[str, Fact] = Field(default_factory=dict)
    """What persons are called, by source and kind of name (`courts:hp-courts name`); members are numbers of persons."""

    @property
    def own_firs(self) -> tuple[FirReference, ...]:
        """The FIRs that are registered in this case or clubbed with it. Only these open it to police: a FIR that a
        message merely names opens nothing.

        The district is what the registration said, where it said one.
        """
        own = self.registrations.keys() | self.clubbed_firs
        return tuple(self._as_registered(fir, key) for fir in self.firs if (key := str(fir.key())) in own)

    def _as_registered(self, fir: FirReference, key: str) -> FirReference:
        district = known(self.registrations.get(key, ())).get("district", fir.district)
        return fir if district == fir.district else fir.model_copy(update={"district": district})

    @property
    def cnrs(self) -> tuple[str, ...]:
        """Of its proceedings; not those that the court took back, with no hearing that stands."""
        return tuple(sorted(cnr for cnr in self.proceedings if not self._is_taken_back(cnr)))

    @property
    def named_courts(self) -> frozenset[str]:
        """The courts before which the police filed their reports; until they did, those before which the stations of
        the case's FIRs brought whom they arrested."""
        filed = filed_before(self.records)
        if filed:
            return filed
        stations = {key.split("/")[1] for key in self.registrations}
        arrests = (
            known(fact)
            for person in self.persons
            for key, fact in person.orders.items()
            if key.startswith("arrest/") and stands(fact)
        )
        return frozenset(
            members["produced_before"]
            for members in arrests
            if "produced_before" in members and members.get("station") in stations
        )

    @property
    def own_cnrs(self) -> tuple[str, ...]:
        """Those that the case holds, or in which it goes on; not those that it is only named beside."""
        return tuple(cnr for cnr in self.cnrs if cnr not in self.references or self.gone_on_to.get(cnr))

    def _is_taken_back(self, cnr: str) -> bool:
        registered = word(self.records.get(f"court-case/{cnr}", ()), "registered")
        is_named = self.gone_on_to.get(cnr)
        is_taken_back = is_named is False if registered is None else not (registered[1] or is_named)
        return is_taken_back and not any(
            stands(fact) and known(fact).get("cnr") == cnr for fact in self.hearings.values()
        )

    @property
    def current_hearings(self) -> tuple[StandingHearing, ...]:
        """The latest hearing that stands, of each proceeding; the latest of all first."""
        return current_hearings(self.hearings)

    @property
    def current_hearing(self) -> StandingHearing | None:
        """The latest hearing that stands, in whichever proceeding."""
        return next(iter(self.current_hearings), None)

    @property
    def next_hearing(self) -> StandingHearing | None:
        """The hearing whose `next_on` says when the case comes up next; None when the latest one named no day."""
        current = self.current_hearing
        return current if current is not None and current.next_on is not None else None
