"""The speaking place of a message: the one station, court, jail or laboratory whose word the message is.

A partner carries, a place speaks. The contract says where its documents name the place (`keys.attributes` of a
contract.yaml); the wire's `jurisdiction` says for which places it may carry. Standing is the place's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from icjs_gateway.model.names.states import canonical_state
from icjs_gateway.routing.authority.places import PlaceKind, Places

KIND_OF_ATTRIBUTE = {
    "station": PlaceKind.STATION,
    "establishment": PlaceKind.COURT,
    "jail": PlaceKind.JAIL,
    "laboratory": PlaceKind.LABORATORY,
    "office": PlaceKind.OFFICE,
}
"""The attributes of `contract.yaml` that name a speaking place."""

LIST_OF_PLACES = {
    PlaceKind.STATION: "stations",
    PlaceKind.COURT: "establishments",
    PlaceKind.JAIL: "jails",
    PlaceKind.LABORATORY: "laboratories",
}
"""The list of a jurisdiction that names places of a kind by their codes."""

OF_ANOTHER_WIRE = "-"
"""The State of a place whose word came over a wire that does not carry it: it has standing nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """A speaking place by kind, code and State. `state` is None where neither the wire nor a code tells it, and
    OF_ANOTHER_WIRE where the place is not this wire's."""

    kind: PlaceKind
    code: str | None = None
    state: str | None = None

    def written(self) -> str:
        """As one text, for the store: `court/HP/HPKN02`."""
        return f"{self.kind.value}/{self.state or ''}/{self.code or ''}"

    @classmethod
    def read(cls, written: str) -> Speaker:
        """From what `written` gave."""
        kind, state, code = written.split("/", 2)
        return cls(kind=PlaceKind(kind), code=code or None, state=canonical_state(state) or None)


def speaker_of(attributes: Mapping[str, str], *, pillar: str, home_state: str | None) -> Speaker:
    """The place that a document names as its speaker.

    A jail's or a laboratory's code does not tell its State, and what the document says of the case is no word on where
    its sender is: their State is that of the wire. A prosecutor's office has no code yet, and speaks for its State.
    What any other contract tells without a place speaks for nothing.
    """
    for attribute, kind in KIND_OF_ATTRIBUTE.items():
        code = attributes.get(attribute)
        if code is not None:
            from_wire = kind in (PlaceKind.JAIL, PlaceKind.LABORATORY)
            return Speaker(kind=kind, code=code, state=home_state if from_wire else attributes.get("state"))
    return Speaker(kind=PlaceKind.OFFICE, state=attributes.get("state") if pillar == "prosecution" else None)


def written_by_row(attributes: Mapping[str, str], places: Places) -> Mapping[str, str]:
    """The attributes of a document, with the State of its speaking place, and the police district of a station, by the
    directory of places; what the document says of them counts only for a place without a row.

    A wire carries the places of its jurisdiction. Whoever writes another State or district beside the code of a place
    does not become the wire of that place.
    """
    for attribute, kind in KIND_OF_ATTRIBUTE.items():
        code = attributes.get(attribute)
        if code is not None and (state := places.state_of(kind, code)) is not None:
            district = places.district_of(kind, code) if kind is PlaceKind.STATION else None
            return {**attributes, "state": state} | ({"district": district} if district is not None else {})
    return attributes
