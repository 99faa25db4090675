"""One sample of each contract, checked with plain XPath and plain JSON, without the mapping.

A table that is wrong in both directions passes every law. What stands here was written by a person who looked at the
document.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
import yaml
from lxml import etree

from icjs_gateway.model.event_types import EVENT_TYPES, person_of
from tests.contracts import BAIL, FIR, HEARING, contracts, parse, samples

NS = {"h": "urn:icjs:courts:hearing-outcome:1"}


def test_a_hearing_outcome_says_what_its_document_says() -> None:
    [sample] = [each for each in samples(valid=True) if each.contract.id == HEARING and each.file.stem == "full"]
    document = sample.document(parse)
    content = contracts().get(HEARING).decode(document)
    root = etree.fromstring(sample.file.read_bytes())

    def says(path: str) -> str:
        [found] = root.xpath(path, namespaces=NS)
        return str(found)

    assert content.message_id == says("h:MessageId/text()")
    assert content.recorded_at is not None
    assert content.recorded_at.isoformat() == "2026-10-12T09:50:05+00:00"
    assert content.thread == says("h:Hearing/h:HearingId/text()")
    assert content.attributes == {"establishment": "HPKN02", "state": "HP"}
    assert [event.type for event in content.events] == [
        "icjs.hearing.recorded.v1",
        "icjs.bail.ordered.v1",
        "icjs.bail.ordered.v1",
        "icjs.remand.ordered.v1",
        "icjs.warrant.issued.v1",
        "icjs.process.issued.v1",
        "icjs.warrant.recalled.v1",
    ]
    hearing, bail, refused, remand, warrant, proclamation, recall = (json.loads(e.json) for e in content.events)
    assert {event.occurred_at.isoformat() for event in content.events} == {"2026-10-12T09:35:00+00:00"}

    assert hearing["case"] == {
        "firs": [
            {
                "state": "HP",
                "district": "Kangra",
                "police_station_code": "2011003",
                "police_station": "PS Kangra",
                "number": "77",
                "number_raw": says("h:Case/h:FIR/h:Number/text()"),
                "year": 2026,
            }
        ],
        "cnr": says("h:Case/h:CNR/text()"),
        "case_type": "Police Challan",
        "registration_number": "402/2026",
    }
    assert hearing["court"] == {
        "establishment": "HPKN02",
        "name": "Judicial Magistrate First Class, Kangra",
        "court_number": "2",
        "presiding_officer": {"name": "Ritu Walia", "designation": "JMFC", "acting": True},
    }
    told = hearing["hearing"]
    assert told["purpose"] == {
        "code": "FRAMING_CHARGE",
        "raw": "16",
        "text": "Framing of charge",
        "code_list": "purposes/HPKN02@1",
    }
    assert told["business"] == {"lang": "hi", "text": says("h:Hearing/h:Business/text()")}
    assert len(told["accused"]) == int(root.xpath("count(h:Hearing/h:Accused)", namespaces=NS)) == 4
    first = told["accused"][0]
    party = {
        "serial": "A1",
        "court_party": "R1",
        "name": says("h:Hearing/h:Accused[1]/h:Name/text()"),
        "local_name": {"lang": "hi", "text": says("h:Hearing/h:Accused[1]/h:LocalName[1]/text()")},
        "further_local_names": [{"lang": "pa", "text": says("h:Hearing/h:Accused[1]/h:LocalName[2]/text()")}],
        "relative": {"relation": "S/o", "name": "Om Prakash"},
        "pid": "HP0051200",
        "ptn": "HPPTN2026001455",
    }
    assert first == {
        **party,
        "appearance": "VIDEO",
        "charges": [
            {"act": "BNS", "section": "331(4)", "status": "FRAMED"},
            {"act": "BNS", "section": "305(a)", "status": "ALTERED"},
        ],
        "plea": "NOT_GUILTY",
    }
    assert told["accused"][3] == {"court_party": "R4", "appearance": "THROUGH_COUNSEL"}
    assert told["witnesses"][1] == {"serial": "PW2", "status": "PRESENT_NOT_EXAMINED"}
    assert told["adjournment"] == {
        "reason": {"raw": "03", "text": "Witness not present"},
        "sought_by": "PROSECUTION",
    }
    assert told["next"]["on"] == says("h:Hearing/h:Next/h:On/text()")
    assert told["order"] == {
        "file": "HPKN020008172026-20261012.pdf",
        "sha256": says("h:Hearing/h:Order/h:Digest/text()"),
        "signed_by": "Ritu Walia",
        "signed_at": "2026-10-12T09:35:00Z",
        "signature_status": "VALID",
    }

    assert bail["bail"] == {
        "accused": party,
        "hearing_id": "HPKN02-2-20261012-004",
        "ordered_on": "2026-10-12",
        "authority": "NOTICE",
        "decision": "GRANTED",
        "kind": "REGULAR",
        "bond_amount": {"currency": "INR", "amount": "25000.50"},
        "sureties": 2,
        "conditions": [
            {
                "code": "NO_CONTACT",
                "raw": "NO_CONTACT",
                "text": "No contact with the complainant",
                "code_list": "conditions@1",
            },
            {"raw": "LOCAL-9", "text": "Plant ten trees"},
        ],
    }
    assert refused["bail"]["decision"] == "REFUSED"
    assert refused["bail"]["accused"]["name"] == remand["remand"]["accused"]["name"] == "Kamla Devi"
    assert remand["remand"]["jail"] == {"code": "HPDJ04", "name": "District Jail Dharamshala"}
    assert remand["remand"]["until"] == "2026-10-26"
    assert warrant["warrant"]["type"] == "NON_BAILABLE_WARRANT"
    assert warrant["warrant"]["returnable_on"] == "2026-10-26"
    assert proclamation["process"]["type"] == "PROCLAMATION"
    assert recall["warrant"]["process_id"] == "HPKN02P000398202"
    assert [EVENT_TYPES[event.type].liberty for event in content.events] == [False, True, True, True, True, False, True]
    assert person_of(content.events[0]) is None
    about = [person_of(event) for event in content.events[1:]]
    assert [person.court_party for person in about if person] == ["R1", "R2", "R2", "R3", "R3", "R4"]
    assert [(finding.code, finding.wire_path) for finding in content.findings] == [
        ("CODE-UNKNOWN", "/HearingOutcome/Hearing/Accused[1]/Bail/Condition[2]"),
        ("PERSON-UNKNOWN", "/HearingOutcome/Hearing/Accused[3]/Name"),
    ]


def test_a_bail_order_says_what_its_document_says() -> None:
    [sample] = [each for each in samples(valid=True) if each.contract.id == BAIL and each.file.stem == "full"]
    content = contracts().get(BAIL).decode(sample.document(parse))
    root = etree.fromstring(sample.file.read_bytes())

    def says(path: str) -> str:
        [found] = root.xpath(path, namespaces={"b": "urn:icjs:courts:bail-order:1"})
        return str(found)

    assert content.message_id == says("b:MessageId/text()")
    assert content.recorded_at is not None
    assert content.recorded_at.isoformat() == "2026-10-13T10:35:10+00:00"
    assert content.thread == "HPKN020008172026/A2/2026-10-13"
    assert content.attributes == {"establishment": "HPKN02", "state": "HP"}
    [event] = content.events
    assert event.type == "icjs.bail.ordered.v1"
    assert event.occurred_at.isoformat() == "2026-10-13T10:31:00+00:00"
    told = json.loads(event.json)
    assert told == {
        "case": {
            "firs": [
                {
                    "state": "HP",
                    "district": "Kangra",
                    "police_station_code": "2011003",
                    "police_station": "PS Kangra",
                    "number": "77",
                    "number_raw": says("b:Case/b:FIR/b:Number/text()"),
                    "year": 2026,
                }
            ],
            "cnr": "HPKN020008172026",
            "cnr_raw": says("b:Case/b:CNR/text()"),
            "case_type": "Bail Application",
            "registration_number": "BA 91/2026",
        },
        "court": {
            "establishment": "HPKN02",
            "name": "Additional Sessions Judge, Kangra",
            "court_number": "3",
            "presiding_officer": {"name": "Vikram Sood", "designation": "ASJ", "acting": False},
        },
        "bail": {
            "authority": "ORDER",
            "accused": {
                "serial": "A2",
                "court_party": "R2",
                "name": says("b:Person/b:Name/text()"),
                "local_name": {"lang": "hi", "text": says("b:Person/b:LocalName[1]/text()")},
                "further_local_names": [{"lang": "pa", "text": says("b:Person/b:LocalName[2]/text()")}],
                "relative": {"relation": "W/o", "name": "Dinesh Pathania"},
                "pid": "HP0051201",
                "ptn": "HPPTN2026001456",
            },
            "custody_status": "IN_CUSTODY",
            "jail": {"code": "HPDJ04", "name": says("b:Jail/text()")},
            "decision": "GRANTED",
            "kind": "REGULAR",
            "ordered_on": "2026-10-13",
            "sections": [{"act": "BNS", "section": "331(4)"}, {"act": "BNS", "section": "305(a)"}],
            "bond_amount": {"currency": "INR", "amount": "25000.50"},
            "sureties": 2,
            "sureties_named": [{"name": "Om Prakash Pathania", "mobile": "+91 00000 00001"}, {"name": "Sita Ram"}],
            "bond_accepted": False,
            "conditions": [
                {
                    "code": "NO_CONTACT",
                    "raw": "NO_CONTACT",
                    "text": "No contact with the complainant",
                    "code_list": "conditions@1",
                },
                {"code": "SURRENDER_PASSPORT", "text": "Surrender of passport", "code_list": "conditions@1"},
            ],
            "order": {
                "file": "HPKN02-B0044.pdf",
                "sha256": says("b:Order/b:Digest/text()").lower(),
                "signed_by": "Vikram Sood",
                "signed_at": "2026-10-13T10:31:00Z",
                "signature_status": "VALID",
                "attachment": {
                    "sha256": hashlib.sha256(b64decode(says("b:Order/b:Content/text()"))).hexdigest(),
                    "bytes": len(b64decode(says("b:Order/b:Content/text()"))),
                    "media_type": "application/pdf",
                },
            },
        },
    }
    person = person_of(event)
    assert person is not None
    assert person.serial == "A2"
    assert content.findings == ()


def test_a_fir_says_what_its_document_says() -> None:
    [sample] = [each for each in samples(valid=True) if each.contract.id == FIR and each.file.stem == "regular"]
    sent = json.loads(sample.file.read_bytes())["fir"]
    content = contracts().get(FIR).decode(sample.document(parse))
    [event] = content.events
    data = json.loads(event.json)
    assert event.type == "icjs.fir.registered.v1"
    assert event.occurred_at.isoformat() == "2026-09-01T14:30:00+00:00"
    assert content.thread == "HP/2011003/77/2026"
    assert content.attributes == {"state": "HP", "district": "Kangra", "station": "2011003"}
    [named] = data["case"]["firs"]
    assert named["registration_number"] == sent["registrationNumber"]
    assert content.case.firs[0].key() is not None
    fir = data["fir"]
    assert (fir["number"], fir["number_raw"], fir["year"]) == ("77", "0077", 2026)
    assert fir["occurrence"]["from"] == "2026-08-29T16:30:00Z"
    assert fir["occurrence"]["place"] == {
        "address": "Ward 4, Old Kangra",
        "beat": "1",
        "distance_from_station": "2 km S",
        "latitude": "32.0998",
        "longitude": "76.2691",
    }
    assert fir["acts_sections"] == sent["actsSections"]
    assert fir["complainant"]["date_of_birth"] == "1979-03-14"
    assert fir["complainant"]["local_name"] == sent["complainant"]["localName"]
    assert [accused.get("aliases") for accused in fir["accused"]] == [["Dinu", "Pathania"], [], None]
    assert fir["properties"][0]["estimated_value"] == "85000.50"
    assert fir["narrative"] == sent["narrative"]
    assert fir["labels"] == []
    assert fir["delay_reason"] == sent["delayReason"]
    assert fir["investigating_officer"] == sent["investigatingOfficer"]
    assert fir["gd_entry"] == {"number": "31", "at": "2026-09-01T14:20:00Z"}


BY_HAND = yaml.safe_load((Path(__file__).parent / "by_hand.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("contract_id", sorted(BY_HAND))
def test_a_document_says_what_a_person_read_in_it(contract_id: str) -> None:
    looked_at = BY_HAND[contract_id]
    [sample] = [
        each for each in samples(valid=True) if (each.contract.id, each.file.stem) == (contract_id, looked_at["sample"])
    ]
    [event] = sample.contract.decode(sample.document(parse)).events
    data = json.loads(event.json)
    assert event.type == looked_at["type"]
    for place, member in looked_at["says"].items():
        assert _told(data, member) == _written(sample.file, place), (place, member)
    for member, value in looked_at["is"].items():
        assert _told(data, member) == value, member


def test_every_contract_has_a_sample_that_a_person_read() -> None:
    assert {contract.id for contract in contracts().all() if contract.declaration.direction == "in"} == {
        HEARING,
        BAIL,
        FIR,
        *BY_HAND,
    }


def _told(data: Any, member: str) -> Any:
    for step in member.split("."):
        data = data[int(step)] if step.isdigit() else data[step]
    return data


def _written(file: Path, place: str) -> Any:
    """What stands there: in XML a text, found by local names; `Accused.1` is the second of its name."""
    if file.suffix == ".json":
        value = json.loads(file.read_bytes())
        for step in place.split("/"):
            value = value[int(step)] if step.isdigit() else value[step]
        return value
    node = etree.fromstring(file.read_bytes())
    for step in place.split("/"):
        name, _, index = step.partition(".")
        node = [child for child in node if etree.QName(child).localname == name][int(index or 0)]
    return node.text
