"""The directory of places of the simulated States, made of the simulators' own places.

What is in it: who hears which division, who is over whom, who is in charge of whose court and who succeeded whom.
What is left out on purpose: the stations of `UNKNOWN_STATION`, so new that nobody has written a row of them.
"""

from __future__ import annotations

from typing import Any

import yaml

from icjs_gateway.simulators.papers import LABORATORY
from icjs_gateway.simulators.places import (
    DIVISIONS,
    HIGH_COURT,
    IN_CHARGE,
    JAILS,
    NEIGHBOUR,
    OBSERVATION_HOME,
    PATHANKOT,
    PATHANKOT_JAIL,
    PATHANKOT_STATION,
    STATE,
    STATIONS,
    Court,
    Division,
    Jail,
    Station,
)

_LAST_DAY = "2025-12-31"
"""Of the courts that were closed, before the first simulated case."""


def places_file() -> str:
    """YAML for `places apply`: all rows of the simulated States."""
    divisions = (*DIVISIONS.values(), PATHANKOT)
    places = [
        _court(HIGH_COURT, STATE, "Shimla"),
        *(row for division in divisions for row in _courts(division)),
        *(_station(station) for station in (*STATIONS, PATHANKOT_STATION)),
        *(_jail(jail) for jail in (*JAILS, OBSERVATION_HOME, PATHANKOT_JAIL)),
        {"kind": "laboratory", "code": LABORATORY["code"], "state": STATE, "name": LABORATORY["name"]},
    ]
    in_charge = [
        {"place": court.establishment, "for": [absent], "as": "in-charge", "order": f"HPHC/2026/{absent}"}
        for absent, court in IN_CHARGE.items()
    ]
    whole = {"sample": True, "states": [STATE, NEIGHBOUR], "places": places, "acts_for": in_charge}
    return str(yaml.safe_dump(whole, allow_unicode=True, sort_keys=False))


def _courts(division: Division) -> list[dict[str, Any]]:
    """The courts of a division, its Sessions Court over the Magistrates, and those that were closed."""
    rows = []
    for court in division.courts:
        row = _court(court, division.state, division.name) | {"divisions": [division.name]}
        if court == division.sessions:
            row["over"] = [each.establishment for each in division.magistrates]
        rows.append(row)
        if court.former is not None:
            closed = {"valid_until": _LAST_DAY, "successor": court.establishment, "successor_order": "HPHC/2025/88"}
            rows.append(row | {"code": court.former} | closed)
    return rows


def _court(court: Court, state: str, district: str) -> dict[str, Any]:
    return {
        "kind": "court",
        "code": court.establishment,
        "state": state,
        "name": court.name,
        "court_kind": court.kind,
        "district": district,
    }


def _station(station: Station) -> dict[str, Any]:
    return {
        "kind": "station",
        "code": station.code,
        "state": station.state,
        "name": station.name,
        "district": station.district,
        "divisions": [station.district],
    }


def _jail(jail: Jail) -> dict[str, Any]:
    return {"kind": "jail", "code": jail.code, "state": jail.state, "name": jail.name, "district": jail.district}
