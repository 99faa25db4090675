"""The places that an event concerns, kept beside it, so that a lease knows them without reading the event.

Where somebody is lodged is what the record said when the event was recorded.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """`jail` and `laboratory` are codes that the document names; `lodged` has the jail of each accused, in the order of
    the event, and is empty where nobody is known to be in one; `children` says of each of these whether the case knows
    them as a child, and is empty where it knows no child; `left` are jails that had one of them until this event:
    who takes an order back from a jail names it no more; `claimed` are jails that say they have one of them while the
    record has that person elsewhere; `courts` are establishments that it names, but for that of its
    CNR; `is_referred` where that CNR is not the case's, and shows its court nothing; `station` is where an arrest is
    feared, as `state/code/district`."""

    names_a_jail: bool = False
    jail: str | None = None
    laboratory: str | None = None
    lodged: tuple[str | None, ...] = ()
    children: tuple[bool, ...] = ()
    left: tuple[str, ...] = ()
    claimed: tuple[str, ...] = ()
    courts: tuple[str, ...] = ()
    is_referred: bool = False
    station: str | None = None

    def written(self) -> str | None:
        """As small JSON; None for nowhere."""
        if self == NOWHERE:
            return None
        members = {
            "names_a_jail": self.names_a_jail or None,
            "jail": self.jail,
            "laboratory": self.laboratory,
            "lodged": self.lodged or None,
            "children": self.children or None,
            "left": self.left or None,
            "claimed": self.claimed or None,
            "courts": self.courts or None,
            "is_referred": self.is_referred or None,
            "station": self.station,
        }
        return json.dumps({name: value for name, value in members.items() if value is not None}, separators=(",", ":"))

    @classmethod
    def read(cls, written: str | None) -> Places:
        """From what `written` gave."""
        return NOWHERE if written is None else _read(written)


NOWHERE = Places()


@lru_cache(maxsize=4096)
def _read(written: str) -> Places:
    members = _DECODE(written)
    lists = {name: tuple(members.get(name, ())) for name in ("lodged", "children", "left", "claimed", "courts")}
    return Places(**{**members, **lists})


_DECODE = json.JSONDecoder().decode
