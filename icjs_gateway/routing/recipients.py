"""Recipient List: who is owed an event. Compiled once a version of the directory, asked for every event.

A subscription lies in the bucket of the most selective key it filters by, so that an event meets only the subscriptions
that may match it, however many there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from icjs_gateway.model.content import FirReference
from icjs_gateway.model.names.districts import folded, spellings_of
from icjs_gateway.routing.access.jurisdiction import states_of_court
from icjs_gateway.routing.access.permissions import allowed
from icjs_gateway.routing.authority.places import NO_PLACES, PlaceKind, Places
from icjs_gateway.routing.authority.rules import Verifier
from icjs_gateway.routing.directory import Filter, Partner, Pillar, RecipientClass, Subscription
from icjs_gateway.routing.jails import has_all_jails, serves
from icjs_gateway.routing.verifiers import Unverified, is_asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """What of an event and its case a filter looks at. All FIRs of the case count, and all its CNRs; of jails and PIDs
    those of the persons whom the event is about, and the jail that it names."""

    type: str
    firs: tuple[str, ...] = ()
    cnrs: tuple[str, ...] = ()
    stations: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    """By every name of each, folded (`model/names/districts`)."""
    states: tuple[str, ...] = ()
    courts: tuple[str, ...] = ()
    jails: tuple[str, ...] = ()
    pids: tuple[str, ...] = ()
    laboratories: tuple[str, ...] = ()

    @classmethod
    def by(
        cls, event_type: str, firs: Sequence[FirReference], cnrs: tuple[str, ...], *, default_state: str | None = None
    ) -> Addressed:
        """By its FIRs and CNRs. `default_state` is that of an FIR which names none."""
        return cls(
            type=event_type,
            firs=tuple(str(key) for fir in firs if (key := fir.key(default_state)) is not None),
            cnrs=cnrs,
            stations=tuple({fir.police_station_code for fir in firs if fir.police_station_code is not None}),
            districts=tuple(
                {name for fir in firs if fir.district is not None for name in spellings_of(fir.district, fir.state)}
            ),
            states=tuple({fir.state for fir in firs if fir.state is not None}),
            courts=tuple({cnr[:6] for cnr in cnrs}),
        )


_ALERTED = frozenset({RecipientClass.COURT_TRIAL, RecipientClass.JUVENILE_BOARD, RecipientClass.POLICE_SUPERVISION})
"""Beside the jail concerned."""

_KEYS = ("firs", "cnrs", "pids", "stations", "jails", "laboratories", "courts", "districts", "states")
"""Filter keys beside the event type, the most selective first."""


class RecipientList:
    """The active subscriptions of permitted partners, indexed. `directory` answers the directory of places in force."""

    def __init__(
        self,
        subscriptions: Iterable[Subscription],
        partner_of: Callable[[str], Partner | None],
        directory: Callable[[], Places] = lambda: NO_PLACES,
    ) -> None:
        self._directory = directory
        self._everywhere: list[Subscription] = []
        self._by_key: dict[tuple[str, str], list[Subscription]] = defaultdict(list)
        self._partners: dict[str, Partner] = {}
        self._keys: set[str] = set()
        self._by_jail: set[str] = set()
        self._by_court: set[str] = set()
        self._by_partner: dict[str, list[Subscription]] = defaultdict(list)
        for subscription in sorted(subscriptions, key=lambda s: s.id):
            partner = partner_of(subscription.partner)
            if partner is None or partner.state != "active":
                continue
            self._partners[subscription.id] = partner
            self._by_partner[partner.id].append(subscription)
            self._place(subscription)
            if subscription.filter.states and has_all_jails(partner):
                # It asks for a State, and is found by the jails that lie there.
                self._by_jail.add(subscription.id)
                self._keys.add("jails")
            if subscription.filter.states and partner.pillar is Pillar.COURTS:
                # Likewise by the courts that lie there.
                self._by_court.add(subscription.id)
                self._keys.add("courts")

    def filter_by(self, *keys: str) -> bool:
        """Whether any subscription filters by one of these keys: otherwise nobody need find out what they are."""
        return not self._keys.isdisjoint(keys)

    def partner_if_served(self, subscription_id: str) -> Partner | None:
        """Whose subscription it is; None for one that is not served any more."""
        return self._partners.get(subscription_id)

    def _place(self, subscription: Subscription) -> None:
        self._keys.update(key for key in _KEYS if getattr(subscription.filter, key))
        for key in _KEYS:
            values = getattr(subscription.filter, key)
            if values:
                for value in _looked_for(key, values):
                    self._by_key[key, value].append(subscription)
                return
        self._everywhere.append(subscription)

    def owed(self, addressed: Addressed) -> list[Subscription]:
        """Each subscription that is owed the event, once, in order of id."""
        found = {
            subscription.id: subscription
            for subscription, about in self._candidates(addressed)
            if _matches(subscription.filter, about)
            and allowed(self._partners[subscription.id].may.receive, addressed.type)
        }
        return [found[name] for name in sorted(found)]

    def owed_to(self, partner_id: str, addressed: Addressed) -> list[Subscription]:
        """The subscriptions of one partner by which it is told what is meant for that partner alone: those that are
        owed it, or else whichever it has, one that asks for the type first. What became of its own message a partner is
        told whatever cases it subscribed for, and whatever it may receive of others."""
        owed = [each for each in self.owed(addressed) if each.partner == partner_id]
        return owed or self._one_of_each_partner(self._by_partner.get(partner_id, ()), addressed.type)[:1]

    def serving(self, jail: str, addressed: Addressed) -> list[Subscription]:
        """Of the subscriptions that are owed the event, those of this jail's own system."""
        return [each for each in self.owed(addressed) if self._serves(self._partners[each.id], jail, addressed)]

    def police(self, addressed: Addressed) -> list[Subscription]:
        """Of the subscriptions that are owed the event, those of police whose station it names."""
        return [each for each in self.owed(addressed) if self._is_police_of(self._partners[each.id], addressed)]

    def _is_police_of(self, partner: Partner, addressed: Addressed) -> bool:
        """By the station, its district or its State; a State's police have every station that no list narrows away."""
        if partner.pillar is not Pillar.POLICE or not addressed.stations:
            return False
        covers = partner.reads_for
        if covers.stations or covers.districts:
            return not (
                set(covers.stations).isdisjoint(addressed.stations)
                and set(map(folded, covers.districts)).isdisjoint(addressed.districts)
            )
        return any(map(covers.has_state, addressed.states))

    def concerned(self, addressed: Addressed) -> list[Subscription]:
        """The subscriptions whose filter the case matches, whatever types they ask for, and which may receive this."""
        found = {
            subscription.id: subscription
            for subscription, about in self._candidates(addressed)
            if _matches_case(subscription.filter, about)
            and allowed(self._partners[subscription.id].may.receive, addressed.type)
        }
        return [found[name] for name in sorted(found)]

    def alerted(self, addressed: Addressed, jail: str | None) -> list[Subscription]:
        """Those who can act when an order goes wrong: the court, supervising police, and the system of that jail.

        Whoever subscribed for a case is alerted about it, whatever types they asked for; of several subscriptions of a
        partner those that ask for alerts, or else the first.
        """
        return self._once_a_partner(
            addressed,
            lambda partner: (
                partner.recipient_class in _ALERTED or bool(jail and self._serves(partner, jail, addressed))
            ),
        )

    def owners(self, addressed: Addressed, jail: str | None) -> list[Subscription]:
        """The police and the courts that are told of this case, and the system of that jail."""
        return self._once_a_partner(
            addressed,
            lambda partner: (
                partner.pillar in (Pillar.POLICE, Pillar.COURTS)
                or bool(jail and self._serves(partner, jail, addressed))
            ),
        )

    def asked(self, event_type: str, who: Verifier, about: Unverified, on: date) -> list[Subscription]:
        """Those of whom a step of verification names, by place: whatever case their subscriptions ask for."""
        directory = self._directory()
        partners = [self._partners[mine[0].id] for mine in self._by_partner.values()]
        asked = [
            partner.id
            for partner in partners
            if allowed(partner.may.receive, event_type) and is_asked(partner, who, about, directory, on)
        ]
        return self._one_of_each_partner((each for name in asked for each in self._by_partner[name]), event_type)

    def of_the_partner(self, subscription_id: str, event_type: str) -> list[Subscription]:
        """The subscriptions of the partner of one of these by which it hears of this type, or else its first."""
        partner = self._partners.get(subscription_id)
        if partner is None or not allowed(partner.may.receive, event_type):
            return []
        return self._one_of_each_partner(self._by_partner[partner.id], event_type)

    def partner_of(self, subscription_id: str) -> Partner:
        """The partner of one of these subscriptions."""
        return self._partners[subscription_id]

    def _once_a_partner(self, addressed: Addressed, is_meant: Callable[[Partner], bool]) -> list[Subscription]:
        concerned = [each for each in self.concerned(addressed) if is_meant(self._partners[each.id])]
        return self._one_of_each_partner(concerned, addressed.type)

    def _one_of_each_partner(self, found: Iterable[Subscription], event_type: str) -> list[Subscription]:
        """Of each partner the subscriptions that ask for this type, or else the first."""
        by_partner: dict[str, list[Subscription]] = defaultdict(list)
        for subscription in found:
            by_partner[subscription.partner].append(subscription)
        return [
            each
            for mine in by_partner.values()
            for each in ([one for one in mine if allowed(one.filter.events, event_type)] or mine[:1])
        ]

    def _serves(self, partner: Partner, jail: str, addressed: Addressed) -> bool:
        return serves(partner, jail, self._directory(), addressed.states)

    def _candidates(self, addressed: Addressed) -> Iterator[tuple[Subscription, Addressed]]:
        """Each with what its filter looks at: for a prison department the States are those in which the jails lie, for
        a State's courts also those of the courts that are named."""
        by_jail = self._lying_in(addressed) if self._by_jail else addressed
        by_court = self._before(addressed) if self._by_court else addressed
        for subscription in self._everywhere:
            yield subscription, addressed
        looked_at = (addressed, *(each for each in (by_jail, by_court) if each is not addressed))
        for key in _KEYS:
            for about in looked_at:
                for value in getattr(about, key):
                    for subscription in self._by_key.get((key, value), ()):
                        if subscription.id in self._by_jail:
                            yield subscription, by_jail
                        else:
                            yield subscription, by_court if subscription.id in self._by_court else addressed

    def _lying_in(self, addressed: Addressed) -> Addressed:
        directory = self._directory()
        known = {code: directory.state_of(PlaceKind.JAIL, code) for code in addressed.jails}
        states = {state for state in known.values() if state is not None}
        if not states:
            return addressed
        unknown = addressed.states if None in known.values() else ()
        return replace(addressed, states=tuple(sorted({*states, *unknown})))

    def _before(self, addressed: Addressed) -> Addressed:
        directory = self._directory()
        states = {state for court in addressed.courts for state in states_of_court(court, directory)}
        if states.issubset(addressed.states):
            return addressed
        return replace(addressed, states=tuple(sorted(states.union(addressed.states))))


def _matches(wanted: Filter, addressed: Addressed) -> bool:
    """OR within a key, AND across keys."""
    return allowed(wanted.events, addressed.type) and _matches_case(wanted, addressed)


def _matches_case(wanted: Filter, addressed: Addressed) -> bool:
    for key in _KEYS:
        values = getattr(wanted, key)
        if values and _looked_for(key, values).isdisjoint(getattr(addressed, key)):
            return False
    return True


def _looked_for(key: str, values: Iterable[str]) -> frozenset[str]:
    """What a filter lists under a key, as it is compared."""
    return frozenset(map(folded, values) if key == "districts" else values)
