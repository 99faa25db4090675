"""Jails and laboratories that partners list by code: whose wire a place is on where the directory has no row for it.

A jail's or a laboratory's code does not tell its State, so that a wire for whole States could give the word of any.
What another partner of the pillar lists is that partner's, and that of the systems of the States that the partner
names; of every system where it names none. Immutable; built once a version of the directory of partners.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from icjs_gateway.routing.authority.places import PlaceKind, Places
from icjs_gateway.routing.authority.speaker import OF_ANOTHER_WIRE, Speaker
from icjs_gateway.routing.directory import Jurisdiction, Partner


class ListedPlaces:
    """Answers from an index in memory: by pillar, kind and code the partners whose `speaks_as` lists a place."""

    def __init__(self, partners: Iterable[Partner]) -> None:
        self._by: dict[tuple[str, PlaceKind, str], list[Partner]] = defaultdict(list)
        for partner in partners:
            for kind, codes in (
                (PlaceKind.JAIL, partner.jurisdiction.jails),
                (PlaceKind.LABORATORY, partner.jurisdiction.laboratories),
            ):
                for code in codes:
                    self._by[partner.pillar.value, kind, code].append(partner)

    def carried(self, speaker: Speaker, partner: Partner, places: Places) -> Speaker:
        """The speaking place as this wire carries it: without standing anywhere, where the place is on another one."""
        if speaker.code is None:
            return speaker
        listing = self._by.get((partner.pillar.value, speaker.kind, speaker.code))
        if not listing or places.knows(speaker.kind, speaker.code):
            return speaker
        is_carried = any(
            each.id == partner.id or _is_shared(each.jurisdiction, partner.jurisdiction) for each in listing
        )
        return speaker if is_carried else replace(speaker, state=OF_ANOTHER_WIRE)


def _is_shared(listing: Jurisdiction, other: Jurisdiction) -> bool:
    """Whether the place that one lists may lie in a State of the other."""
    return not listing.named_states or any(map(other.has_state, listing.named_states))


NOTHING_LISTED = ListedPlaces(())
"""Of a directory in which no partner lists a jail or a laboratory."""
