"""Lodgings: in which jail somebody is by the record, read from what jails and courts told, by the published rule.

The rule is that of `docs/explanation/whose-word.md` ("Registers"), written anew here: the proof shares no code with the
gateway, and so none of its mistakes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from icjs_gateway.simulators.said import Whereabout

_GONE = frozenset({"RELEASE", "ESCAPE", "DEATH"})
_OUTSIDE = frozenset({"PRODUCTION_OUT", "HOSPITAL_OUT", "PAROLE_OUT", "FURLOUGH_OUT", "OVERSTAY"})
"""Outside the walls for now: the jail has the person, who is not present there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lodging:
    """Where somebody is: the jail's code, None for nowhere; and the jails that claim the person beside it."""

    jail: str | None = None
    claimed_by: frozenset[str] = frozenset()


def lodging(words: Iterable[Whereabout]) -> Lodging:
    """Of one person, from every word on where that person is, in whatever order it was told."""
    told = sorted(words, key=lambda word: (word.on, word.recorded_at, word.is_entry))
    registers = _Registers()
    for word in told:
        if word.is_entry:
            registers.enter(word)
        elif word.kind == "REMAND":
            registers.sent_to = word.jail
    # The latest word counts: that of the registers, or a court's that names a jail. A grant of bail moves nobody.
    named = [word for word in told if word.kind == "REMAND" or (word.kind == "BAIL" and not registers.any)]
    jail, since = registers.holder, registers.since
    for word in named:
        if (word.on, word.recorded_at) > since:
            jail, since = word.jail, (word.on, word.recorded_at)
    return Lodging(jail=jail, claimed_by=registers.claiming)


@dataclass(slots=True)
class _Registers:
    """The registers of all jails about one person, read together."""

    holder: str | None = None
    since: tuple[str, str] = ("", "")
    any: bool = False
    present: bool = False
    sent_to: str | None = None
    """By a court's remand or warrant, until that jail had the person and another one took over."""
    _claims: dict[str, list[Whereabout]] = field(default_factory=dict)

    @property
    def claiming(self) -> frozenset[str]:
        return frozenset(jail for jail, entries in self._claims.items() if entries[-1].kind not in _GONE)

    def enter(self, entry: Whereabout) -> None:
        self.any = True
        if self.present and self.holder not in (None, entry.jail) and self.sent_to != entry.jail:
            before = self._claims.get(entry.jail, [])
            self._claims[entry.jail] = [entry] if before and before[-1].kind in _GONE else [*before, entry]
            return
        if self.sent_to is not None and self.sent_to == self.holder != entry.jail:
            self.sent_to = None
        self._claims.pop(entry.jail, None)
        self.since = max(self.since, (entry.on, entry.recorded_at))
        if entry.kind in _GONE:
            self._hand_over(next(iter(sorted(self.claiming)), None), entry.on)
        elif entry.to_jail is not None:
            self._hand_over(entry.to_jail, entry.on)
        else:
            self.holder, self.present = entry.jail, entry.kind not in _OUTSIDE

    def _hand_over(self, to: str | None, on: str) -> None:
        """The holder let the person go: what the next jail claimed until now counts from now on."""
        if self.sent_to == self.holder:
            self.sent_to = None
        self.holder, self.present = to, True
        claimed = self._claims.pop(to, []) if to is not None else []
        if claimed and (claimed[-1].kind not in _GONE or claimed[-1].on == on):
            for entry in claimed:
                self.enter(entry)
