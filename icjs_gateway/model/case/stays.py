"""Custody by the jail's own word: where an inmate is now, as the jail's register tells it entry by entry.

Each entry is a fact of its own (`inmate/<jail>/<entry>`), so that one is corrected or taken back alone. What stands is
read from all of them in the order of their days (`registers`): an admission puts somebody in, a release, an escape, a
death takes them out, a transfer moves them, and everything else leaves them where they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from icjs_gateway.model.case.facts import Fact, Members, known
from icjs_gateway.model.case.records import day, said
from icjs_gateway.model.case.registers import AWAY, BACK, OUT, Moment, register
from icjs_gateway.model.content import Event
from icjs_gateway.model.payloads.inmate import Hold, Inmate

ENTRIES_KEPT = 12
"""Of each person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """Where somebody is by the jail's word. `away` is why an inmate is outside the walls for now; `out` why for good.

    `holds` are the cases that hold the inmate by the last entry that named any: FIR keys, CNRs where no FIR is known.
    """

    in_custody: bool
    jail: Mapping[str, str] | None
    category: str | None
    admitted_on: date | None
    remand_until: date | None
    away: str | None
    out: str | None
    out_on: date | None
    ground: str | None
    holds: tuple[Mapping[str, Any], ...]


def entry(told: Inmate, event: Event) -> tuple[str, Members]:
    """One entry of a register as a fact of its person."""
    on = day(told.at)
    prison = told.prison.code or told.prison.name or ""
    return f"inmate/{prison}/{told.entry_number or f'{told.kind}-{on}'}", said(
        on=on,
        kind=told.kind,
        jail=told.prison,
        to_jail=told.to_prison,
        category=told.category,
        remand_until=told.remand_until,
        ground=told.ground,
        holds=tuple(_hold(each) for each in told.holds) if told.holds else None,
    )


def standing_stay(orders: Mapping[str, Fact]) -> Stay | None:
    """Where somebody is now; None where no jail has said anything."""
    read = register(orders)
    if not read.entries:
        return None
    now: dict[str, Any] = dict.fromkeys(("category", "remand_until", "ground", "admitted_on", "jail"))
    now |= {"in_custody": True, "away": None, "out": None, "out_on": None, "holds": ()}
    for (on, _), members in read.entries:
        kind = members["kind"]
        now |= {name: members[name] for name in ("category", "holds") if name in members}
        if "remand_until" in members:
            now["remand_until"] = date.fromisoformat(members["remand_until"])
        if kind in OUT:
            now |= {"in_custody": False, "out": kind, "out_on": date.fromisoformat(on), "away": None}
            now["ground"] = members.get("ground")
            continue
        now |= {"in_custody": True, "out": None, "out_on": None, "jail": members.get("to_jail") or members["jail"]}
        if kind == "ADMISSION":
            now |= {"admitted_on": date.fromisoformat(on), "away": None}
        elif kind in AWAY:
            now["away"] = kind
        elif kind in BACK:
            now["away"] = None
    return Stay(**{**now, "holds": tuple(now["holds"])})


def last_release_on(orders: Mapping[str, Fact]) -> date | None:
    """The day on which a jail last let somebody go."""
    return max(
        (date.fromisoformat(members["on"]) for _, members in register(orders).entries if members["kind"] == "RELEASE"),
        default=None,
    )


def lodging(orders: Mapping[str, Fact]) -> tuple[Moment, str | None] | None:
    """By the registers: which jail has somebody, by its code, and since when that is known; no code for out."""
    entries = register(orders).entries
    if not entries:
        return None
    _, members = entries[-1]
    jail = None if members["kind"] in OUT else (members.get("to_jail") or members["jail"]).get("code")
    return max(moment for moment, _ in entries), jail


def holds_named(fact: Fact) -> Iterator[str]:
    """The FIRs and CNRs that an entry of a register names among what holds the inmate."""
    for hold in known(fact).get("holds", ()):
        yield from (hold[name] for name in ("fir", "cnr") if name in hold)


def _hold(told: Hold) -> Members:
    has_key = None not in (told.state, told.police_station_code, told.number, told.year)
    return said(
        fir=f"{told.state}/{told.police_station_code}/{told.number}/{told.year}" if has_key else None,
        cnr=told.cnr,
        serial=told.serial,
        custody_status=told.custody_status,
        remand_until=told.remand_until,
    )
