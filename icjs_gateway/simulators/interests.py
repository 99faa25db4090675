"""Interests: which events a subscription asked for, judged from what senders know about their own messages.

The filter's words are those of the partners file: OR within a key, AND across keys, globs in which `*` spans
dots. It is written anew here, and not taken from the gateway, because the proof must not share the gateway's
mistakes.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from fnmatch import fnmatchcase

from icjs_gateway.simulators.ledgers import About


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    """A subscription's filter. An empty key asks for everything."""

    events: tuple[str, ...] = ("*",)
    states: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    stations: tuple[str, ...] = ()
    firs: tuple[str, ...] = ()
    cnrs: tuple[str, ...] = ()
    jails: tuple[str, ...] = ()
    laboratories: tuple[str, ...] = ()

    def wants(self, event_type: str, about: About, jails: Collection[str] = ()) -> bool:
        """Whether it is owed such an event, which concerns these jails by the record (`jail_dues`)."""
        keys = (
            (self.states, (about.state,)),
            (self.districts, (about.district,)),
            (self.stations, (about.station,)),
            (self.firs, (about.fir,)),
            (self.cnrs, (about.cnr,)),
            (self.jails, (*about.jails, *jails)),
            (self.laboratories, (about.laboratory,)),
        )
        named = all(not wanted or not set(values).isdisjoint(wanted) for wanted, values in keys)
        return named and any(fnmatchcase(event_type, glob) for glob in self.events)

    def as_filter(self) -> dict[str, list[str]]:
        """The same, for the partners file."""
        members = {
            "events": self.events,
            "states": self.states,
            "districts": self.districts,
            "stations": self.stations,
            "firs": self.firs,
            "cnrs": self.cnrs,
            "jails": self.jails,
            "laboratories": self.laboratories,
        }
        return {key: list(values) for key, values in members.items() if values}
