"""One line in words of every event there is, made of what is shown of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import pytest

from icjs_gateway.model.event_types import (
    ALERTED,
    CLAIM_WITHDRAWN,
    EVENT_TYPES,
    LABELLED,
    ORDER_LINKED,
    SETTLED,
    VOIDED,
)
from icjs_gateway.model.instants import IST
from icjs_gateway.registry import packaged_contracts
from icjs_gateway.routing.status.event_line import LINE_CHARACTERS_MAX, line_of

OWN_WORDS: dict[str, tuple[dict[str, Any], str]] = {
    SETTLED: (
        {"message": {"message_id": "M-1", "contract": "courts.bail-order.v1", "state": "dismissed", "reason": "twice"}},
        "Parked message M-1 dismissed: twice",
    ),
    ORDER_LINKED: (
        {
            "order": {
                "event_id": "E",
                "type": "icjs.bail.ordered.v1",
                "accused": {"serial": "A1", "name": "Ramesh"},
                "jail": {"code": "HPDJ04"},
            }
        },
        "Order on bail linked to this case, A1 Ramesh at jail HPDJ04",
    ),
    VOIDED: ({"voids": "E", "reason": "SUPERSEDED"}, "Event E is not delivered: superseded"),
    LABELLED: (
        {"case": {}, "labels": {"now": ["CHILD_VICTIM"], "added": ["CHILD_VICTIM"]}},
        "Labels of the case changed; added child victim",
    ),
    ALERTED: (
        {"alert": {"code": "ORDER_OVERDUE", "accused": {"serial": "A1"}, "jail": "HPDJ04"}},
        "Alert: order overdue, A1, jail HPDJ04",
    ),
    CLAIM_WITHDRAWN: (
        {"claim": {"event_ids": ["E", "F"], "case_id": "c", "reason": "WITHDRAWN"}},
        "2 events told before do not belong to this case",
    ),
}


def goldens() -> Iterator[Any]:
    for path in sorted(packaged_contracts().glob("*/*/v*/samples/valid/*.golden.json")):
        told = json.loads(path.read_text(encoding="utf-8"))
        for number, event in enumerate(told.get("events", ())):
            yield pytest.param(event, id=f"{path.parts[-6]}-{path.parts[-5]}-{path.name.split('.')[0]}-{number}")


OWN_DAY = {
    "fir": ("registered_at",),
    "accused": ("arrest.at", "on"),
    "property": ("seized_at",),
    "exhibit": ("rejection.at", "forwarded_at"),
    "lab_case": ("received_at",),
    "lab_report": ("issued_on",),
    "final_report": ("filed_at",),
    "court_case": ("disposal.on", "registered_on", "taken_on", "filed_on"),
    "hearing": ("listed_on",),
    "release": ("not_complied.at", "ordered_on"),
    "inmate": ("at",),
} | {
    **dict.fromkeys(("bail", "remand", "custody", "production", "warrant", "process"), ("ordered_on",)),
    **dict.fromkeys(("charges", "investigation", "charge_sheet", "proceeding"), ("on",)),
}
"""Where an event of each noun has its own day: the first that there is."""


def days(told: dict[str, Any], noun: str) -> list[str]:
    found: list[str] = []
    for path in OWN_DAY[noun]:
        at: Any = told
        for step in path.split("."):
            at = (at or {}).get(step)
        if at is not None and not found:
            on = datetime.fromisoformat(at)
            on = on.astimezone(IST) if "T" in at else on
            found.append(f"{on.day} {on:%b} {on.year}")
    return found


def without(tree: Any, *names: str) -> Any:
    if isinstance(tree, Mapping):
        return {key: without(each, *names) for key, each in tree.items() if key not in names}
    return [without(each, *names) for each in tree] if isinstance(tree, list) else tree


def members(tree: Any) -> Iterator[str]:
    for name, each in tree.items() if isinstance(tree, Mapping) else ():
        yield name
        yield from members(each)
    for each in tree if isinstance(tree, list) else ():
        yield from members(each)


def test_every_type_has_words_and_an_example_here() -> None:
    told = {each.values[0]["type"] for each in goldens()} | set(OWN_WORDS)
    # Every noun is told by a sample; what is left is a verb that corrects, in the words of what it corrects.
    assert {kind.noun for kind in EVENT_TYPES.values()} == {EVENT_TYPES[name].noun for name in told}
    assert {name for name in EVENT_TYPES if name.split(".")[2] not in ("amended", "withdrawn")} <= told
    for name in EVENT_TYPES:
        assert line_of(name, {"case": {}}).strip()


@pytest.mark.parametrize("event", list(goldens()))
def test_a_line_has_the_day_and_the_person_of_its_event(event: dict[str, Any]) -> None:
    kind, data = EVENT_TYPES[event["type"]], event["data"]
    line = line_of(event["type"], data)
    assert "\n" not in line
    assert len(line) <= LINE_CHARACTERS_MAX
    assert "None" not in line
    assert all(day in line for day in days(data[kind.noun], kind.noun))
    if kind.is_about_one:
        who = data[kind.noun]["accused"]
        assert (who.get("serial") or who.get("court_party") or who.get("name") or who["pid"]) in line
    if kind.verb in ("amended", "withdrawn"):
        assert line.startswith(("Corrected: ", "Taken back: "))


@pytest.mark.parametrize("event", list(goldens()))
def test_what_is_withheld_leaves_no_trace(event: dict[str, Any]) -> None:
    data, noun = event["data"], EVENT_TYPES[event["type"]].noun
    for member in {*members(data)} - {"case", noun}:
        line = line_of(event["type"], without(data, member))
        assert "None" not in line
        assert "{" not in line
    who = data[noun].get("accused")
    if isinstance(who, dict):
        line = line_of(event["type"], without(data, *who))
        named = {who[each] for each in ("serial", "name", "pid", "court_party") if each in who}
        assert not {word.strip("(),;:") for word in line.split()} & named
        assert str(who.get("name")) not in line


@pytest.mark.parametrize(("event_type", "told", "line"), [(name, *each) for name, each in OWN_WORDS.items()])
def test_the_gateways_own_words_are_told(event_type: str, told: dict[str, Any], line: str) -> None:
    assert line_of(event_type, told) == line


def test_a_long_list_is_cut_and_counted() -> None:
    accused = [{"serial": f"A{number}", "name": "N" * 90} for number in range(1, 40)]
    line = line_of("icjs.fir.registered.v1", {"fir": {"number": "1", "year": 2026, "accused": accused}})
    assert len(line) == LINE_CHARACTERS_MAX
    few = [{"serial": f"A{number}"} for number in range(1, 8)]
    line = line_of("icjs.fir.registered.v1", {"fir": {"number": "1", "year": 2026, "accused": few}})
    assert line == "FIR 1/2026 registered; accused: A1, A2, A3, A4, A5 and 2 more"
