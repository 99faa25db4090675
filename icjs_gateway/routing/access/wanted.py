"""What a station sees that arrested somebody on the warrant of another State's case. Pure.

The warrants that are out against that person, and what the station's own system called them; nothing else of the case:
no FIR, no court, nobody else. It is for whoever reads the case by itself, and gives no sight: receipts, notices and
events stay as for who may not know of the case.
"""

from __future__ import annotations

from icjs_gateway.model.case import Case, Person, called
from icjs_gateway.model.case.facts import known, stands
from icjs_gateway.routing.access.cases import NOUN, SeenCase
from icjs_gateway.routing.access.inmates import source_of
from icjs_gateway.routing.access.jurisdiction import lies_in
from icjs_gateway.routing.access.view import Disclosure, View
from icjs_gateway.routing.authority.places import PlaceKind, Places
from icjs_gateway.routing.correlation import CaseFile
from icjs_gateway.routing.directory import Partner, RecipientClass
from icjs_gateway.routing.status.cases import record_of
from icjs_gateway.routing.status.inmates import present

WARRANT_ALONE = "WARRANT-ALONE"
"""The rule against everything of a case but the warrant on which the reader's station arrested."""


def seen_by_warrant(file: CaseFile, reader: Partner, disclosure: Disclosure) -> SeenCase | None:
    """None where no station of this reader arrested anybody of the case against whom a warrant is out, or a label
    withholds the case. Without a row in the directory of places nobody can tell which State's station it was."""
    case = file.case
    arrested = [person for person in case.persons if _arrested_by(person, reader, disclosure.places)]
    wanted = [person for person in arrested if person.open_warrants]
    empty = View(noun=NOUN, data={}, labels=file.labels.marked)
    is_police = reader.recipient_class is RecipientClass.POLICE_INVESTIGATION
    if not is_police or not wanted or disclosure.rule_against_view(empty, reader) is not None:
        return None
    record = record_of(file)
    rows = dict(zip((id(person) for person in case.persons), record["persons"], strict=True))
    data = {
        "id": record["id"],
        "persons": [
            present(name=_name(case, person, reader), warrants=rows[id(person)]["warrants"]) for person in wanted
        ],
    }
    tree, fields = disclosure.view_of(View(noun=NOUN, data=data, labels=file.labels.marked), reader)
    left_out = tuple({"path": f"{NOUN}.{name}", "rule": WARRANT_ALONE} for name in record if name not in data)
    return SeenCase(file=file, tree=tree, fields=(*fields, *left_out), is_short=True)


def _arrested_by(person: Person, reader: Partner, places: Places) -> bool:
    stations = {
        station
        for key, fact in person.orders.items()
        if key.startswith("arrest/") and stands(fact) and (station := known(fact).get("station")) is not None
    }
    return any(
        places.state_of(PlaceKind.STATION, station) is not None
        and lies_in([{"police_station_code": station}], (), reader.reads_for, places)
        for station in stations
    )


def _name(case: Case, person: Person, reader: Partner) -> str | None:
    name: str | None = called(case, person, by=source_of(reader)).name
    return name
