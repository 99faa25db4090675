"""What a document does not hold is added to its events, and left out when they are written again."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from icjs_gateway.adapters.wire.xml import parse_xml
from icjs_gateway.mappings.added import Added, read_added
from icjs_gateway.mappings.marked_yaml import read_yaml
from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.registry.coverage import coverage_of
from icjs_gateway.routing.contracts import Wire
from tests.contracts import FORMATS
from tests.unit.test_registry_folders import compiled, copy, swap

ADDED = """
set: {authority: NOTICE, bond.currency: INR}
compose: {id: "{court.code}.{on|day}", bond.reference: "{court.code}"}
"""


def added(tmp_path: Path, text: str = ADDED) -> Added:
    file = tmp_path / "mapping.yaml"
    file.write_text(text)
    return read_added(read_yaml(file).members(optional=("set", "compose")))


@pytest.mark.parametrize(
    ("told", "tree", "become"),
    [
        ({}, {}, {"authority": "NOTICE"}),
        ({}, {"court": {"code": "C"}, "day": 7}, {"authority": "NOTICE", "id": "C.7"}),
        ({"bond": {"amount": "5"}}, {}, {"authority": "NOTICE", "bond": {"amount": "5", "currency": "INR"}}),
        (
            {"bond": {"amount": "5"}},
            {"court": {"code": "C"}},
            {"authority": "NOTICE", "bond": {"amount": "5", "currency": "INR", "reference": "C"}},
        ),
    ],
    ids=["what is set", "what is composed", "inside a member that is there", "both"],
)
def test_members_are_added_and_taken_away_again(
    tmp_path: Path, told: dict[str, Any], tree: dict[str, Any], become: dict[str, Any]
) -> None:
    each, before = added(tmp_path), repr(told)
    assert each.fits(told) is False
    each.put(told, tree)
    assert told == become
    assert each.fits(told)
    each.take(told)
    assert repr(told) == before


def test_an_event_that_says_something_else_was_not_told_so(tmp_path: Path) -> None:
    each = added(tmp_path)
    assert not each.fits({"authority": "ORDER"})
    assert not each.fits({"authority": "NOTICE", "bond": {"amount": "5", "currency": "USD"}})


def test_a_template_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"mapping.yaml:1: \{Court\} has a brace"):
        added(tmp_path, 'compose: {id: "{Court}"}')


def test_a_hearing_without_an_id_gets_one_of_what_it_is(tmp_path: Path) -> None:
    """The High Court's format, had it no item numbers; what is composed is copied to the bail as well."""
    source = FORMATS / "courts" / "sitting" / "v1"
    composed = 'verb: recorded, compose: {hearing_id: "{court.establishment}.{hearing.listed_on}"}}'
    without = '      - {wire: "@item", to: hearing_id, codec: token, occurs: "1"}\n'
    folder = copy(
        tmp_path,
        source,
        mapping__yaml=lambda text: text.replace(without, "").replace("verb: recorded}", composed),
        schema__xsd=lambda text: "".join(line for line in text.splitlines(True) if 'name="item"' not in line),
        contract__yaml=swap("{hearing.hearing_id}", "{hearing.listed_on}"),
    )
    contract = compiled(folder)
    assert coverage_of(contract).faults == ()
    sent = re.sub(rb' item="[^"]*"', b"", (source / "samples" / "valid" / "full.xml").read_bytes())
    document = parse_xml(sent)
    contract.admit(document)
    content = contract.decode(document)
    told = [event.data.model_dump()[EVENT_TYPES[event.type].noun].get("hearing_id") for event in content.events]
    assert set(told) == {"HPHC01.2026-10-12"}
    again = contract.encode(content, Wire.XML)
    assert b"item" not in again
    assert contract.decode(parse_xml(again)) == content


def test_a_template_of_what_no_row_makes_is_a_fault(tmp_path: Path) -> None:
    composed = 'verb: recorded, compose: {court_number: "{hearing.room}"}}'
    folder = copy(tmp_path, FORMATS / "courts" / "sitting" / "v1", mapping__yaml=swap("verb: recorded}", composed))
    told = coverage_of(compiled(folder)).faults
    assert any("hearing.room: `events` names it, and no row makes such a member" in each for each in told)
    assert any("hearing.court_number: no such member of hearing events" in each for each in told)
