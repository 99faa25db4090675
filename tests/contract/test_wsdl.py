"""The service description is one that a strict client builds its calls from."""

from __future__ import annotations

import json
import re
import shutil
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from zeep import Client, Settings
from zeep.transports import Transport

from icjs_gateway.adapters.wire.soap import open_envelope, receipt_envelope
from icjs_gateway.model.errors import NotFound
from icjs_gateway.registry import load_contracts
from icjs_gateway.registry.contracts import CompiledContracts
from tests.contracts import BAIL, HEARING, contracts
from tests.support.described import judge_soap

ADDRESS = "https://gateway.test/soap/courts"
TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial"


class Served(Transport):
    """Serves what the gateway would serve, and records what a call sends."""

    def __init__(self, served: CompiledContracts) -> None:
        super().__init__()
        self.served = served
        self.sent = b""

    def load(self, url: str) -> bytes:
        if url == f"{ADDRESS}?wsdl":
            return self.served.wsdl("courts", ADDRESS)
        if url == f"{ADDRESS}?singleWsdl":
            return self.served.wsdl("courts", ADDRESS, whole=True)
        address, _, name = url.partition("?xsd=")
        assert address == ADDRESS
        return self.served.wsdl_part("courts", name, ADDRESS)

    def post(self, address: str, message: bytes, headers: dict[str, str]) -> Any:
        import requests

        assert address == ADDRESS
        self.sent = message
        answer = requests.Response()
        answer.status_code = 200
        answer.headers["Content-Type"] = "text/xml; charset=utf-8"
        answer._content = receipt_envelope(json.dumps(RECEIPT).encode())
        return answer


FINDING = {"code": "PERSON-UNKNOWN", "severity": "warn", "path": "a", "wire_path": "/a", "line": 3, "expected": "a < b"}
RECEIPT: dict[str, Any] = {
    "message_id": "M-1",
    "contract": "courts.hearing-outcome.v1",
    "partner": "hp-courts",
    "environment": "demo",
    "digest": "sha-256=:eA==:",
    "received_at": "2026-11-20T11:12:11Z",
    "outcome": "accepted",
    "events": [{"event_id": "E1", "type": "icjs.hearing.recorded.v1", "case_id": "case-1"}],
    "findings": [FINDING | {"found": "c", "hint": "d"}],
    "signature": "e..s",
}


def connected(served: CompiledContracts | None = None) -> tuple[Served, Client]:
    transport = Served(served or contracts())
    settings = Settings(strict=True, forbid_dtd=True, forbid_entities=True)  # type: ignore[call-arg]
    return transport, Client(f"{ADDRESS}?wsdl", transport=transport, settings=settings)


OUTCOME: dict[str, Any] = {
    "MessageId": "M-1",
    "Action": "NEW",
    "Court": {"Establishment": "HPKN02"},
    "Case": {"CNR": "HPKN020003412026", "FIR": [{"PoliceStationCode": "2011007", "Number": "112", "Year": 2026}]},
    "Hearing": {
        "HearingId": "H-1",
        "ListedOn": "2026-11-20",
        "Held": True,
        "Purpose": {"_value_1": "Framing of charge", "code": "16"},
        "Accused": [
            {
                "Serial": "A1",
                "Name": "Ramesh Kumar",
                "LocalName": [{"_value_1": "रमेश कुमार", "lang": "hi"}],
                "Charge": [{"_value_1": "FRAMED", "act": "BNS", "section": "303(2)"}],
                "Bail": {"Decision": "GRANTED", "BondAmount": {"_value_1": "50000", "currency": "INR"}},
                "Process": [{"Type": "SUMMONS"}],
            }
        ],
        "Order": {"Digest": {"_value_1": "ab" * 32, "algorithm": "sha-256"}},
    },
}


def test_zeep_in_strict_mode_pushes_an_outcome_that_is_admitted_and_reads_the_receipt() -> None:
    transport, client = connected()
    assert list(client.wsdl.services) == ["CourtsService"]
    assert list(client.wsdl.services["CourtsService"].ports) == ["CourtsPort"]
    receipt = client.service.PushHearingOutcome(**OUTCOME)
    assert receipt.MessageId == "M-1"
    assert receipt.Event[0].EventId == "E1"
    assert receipt.Finding[0].Line == 3
    payload = open_envelope(transport.sent).payload
    contract = contracts().by_root("courts", payload.root.tag)
    assert contract is not None
    contract.admit(payload)
    content = contract.decode(payload)
    assert [event.type for event in content.events] == [
        "icjs.hearing.recorded.v1",
        "icjs.bail.ordered.v1",
        "icjs.process.issued.v1",
    ]


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"outcome": "parked", "events": [{"event_id": "E1", "type": "icjs.hearing.recorded.v1"}] * 2},
        {"outcome": "suppressed", "same_as": "M-0", "events": [], "findings": []},
        {"findings": [{"code": "PERSON-UNKNOWN", "severity": "hold"}, FINDING]},
    ],
    ids=["accepted", "parked", "suppressed", "with findings"],
)
def test_another_validator_accepts_every_receipt(members: dict[str, Any]) -> None:
    judge_soap(receipt_envelope(json.dumps(RECEIPT | members).encode()))


ORDER: dict[str, Any] = {
    "MessageId": "B-1",
    "Action": "NEW",
    "Court": {"Establishment": "HPKN02"},
    "Case": {"CNR": "HPKN020003412026"},
    "Person": {"Serial": "A2", "Name": "Sunil", "PID": "HP0044501", "CustodyStatusInThisCase": "IN_CUSTODY"},
    "Jail": {"_value_1": "District Jail Dharamshala", "code": "HPDJ04"},
    "Decision": "GRANTED",
    "OrderedOn": "2026-11-20",
    "Section": [{"_value_1": "303(2)", "act": "BNS"}],
    "Surety": [{"Name": "Hari Ram", "Mobile": "0000000001"}],
    "BondAccepted": False,
    "Order": {
        "Digest": {"_value_1": sha256(b"%PDF-1.4").hexdigest(), "algorithm": "sha-256"},
        "Content": {"_value_1": b"%PDF-1.4", "encoding": "base64"},
    },
}


def test_a_schema_of_several_files_is_loaded_from_the_service_alone(tmp_path: Path) -> None:
    folder = tmp_path / "courts" / "sitting" / "v1"
    shutil.copytree(TUTORIAL / "formats" / "courts" / "sitting" / "v1", folder)
    declaration = folder / "contract.yaml"
    declaration.write_text(
        declaration.read_text().replace("wires: [xml]", "wires: [xml, soap]\noperation: PushSitting")
    )
    # One that the imported one includes, by another way of writing where it lies.
    parties = (folder / "parties.xsd").read_text()
    (folder / "more.xsd").write_text(re.sub(r"<xs:element .*</xs:schema>", "</xs:schema>", parties, flags=re.DOTALL))
    opened = parties.index(">", parties.index("<xs:schema")) + 1
    included = f"{parties[:opened]}<xs:include schemaLocation = '././more.xsd'/>{parties[opened:]}"
    (folder / "parties.xsd").write_text(included)
    served = load_contracts(tmp_path)
    _, client = connected(served)
    assert client.service.PushSitting is not None
    for name in ("sitting.xsd", "sitting.parties.xsd", "sitting.more.xsd"):
        assert b"<xs:schema" in served.wsdl_part("courts", name, ADDRESS)
    with pytest.raises(NotFound):
        served.wsdl_part("courts", "sitting.contract.yaml", ADDRESS)


@pytest.mark.parametrize("pillar", ["courts", "prisons", "prosecution"])
def test_one_service_offers_every_operation_of_a_pillar(pillar: str) -> None:
    described = etree.fromstring(contracts().wsdl(pillar, ADDRESS))
    named = described.xpath("//*[local-name()='portType']/*[local-name()='operation']/@name")
    declared = [each.operation for each in contracts().all() if each.pillar == pillar and each.operation is not None]
    assert set(declared) <= set(named)
    assert declared


def test_zeep_in_strict_mode_pushes_a_bail_order_with_the_order_inline() -> None:
    transport, client = connected()
    assert client.service.PushBailOrder(**ORDER).MessageId == "M-1"
    payload = open_envelope(transport.sent).payload
    contract = contracts().by_root("courts", payload.root.tag)
    assert contract is not None
    assert contract.id == BAIL
    contract.admit(payload)
    content = contract.decode(payload)
    [event] = content.events
    assert event.type == "icjs.bail.ordered.v1"
    told = json.loads(event.json)["bail"]
    assert told["jail"] == {"code": "HPDJ04", "name": "District Jail Dharamshala"}
    [attachment] = content.attachments
    assert attachment.content == b"%PDF-1.4"
    assert told["order"]["attachment"]["sha256"] == attachment.sha256
    assert content.findings == ()


def test_the_description_is_well_formed_wherever_the_service_is() -> None:
    described = etree.fromstring(contracts().wsdl("courts", 'https://a.test/soap/courts?x=1&y="2"'))
    [address] = described.xpath("//*[local-name()='address']/@location")
    assert address == 'https://a.test/soap/courts?x=1&y="2"'


@pytest.mark.parametrize("name", ["", "nothing.xsd", "../../pyproject.toml", "schema.xsd"])
def test_only_the_schemas_that_are_imported_are_served(name: str) -> None:
    with pytest.raises(NotFound):
        contracts().wsdl_part("courts", name, ADDRESS)


def test_a_pillar_without_soap_has_no_description() -> None:
    with pytest.raises(NotFound):
        contracts().wsdl("police", "https://gateway.test/soap/police")


def test_the_root_element_chooses_the_contract() -> None:
    found = contracts().by_root("courts", "{urn:icjs:courts:hearing-outcome:1}HearingOutcome")
    assert found is not None
    assert found.id == HEARING
    assert contracts().by_root("police", "{urn:icjs:courts:hearing-outcome:1}HearingOutcome") is None
    assert contracts().by_root("courts", "{urn:other}HearingOutcome") is None


def test_a_whole_description_needs_nothing_else_and_offers_the_same() -> None:
    def offered(query: str) -> tuple[list[str], list[str]]:
        loaded: list[str] = []

        class Counting(Served):
            def load(self, url: str) -> bytes:
                loaded.append(url)
                return super().load(url)

        client = Client(f"{ADDRESS}?{query}", transport=Counting(contracts()), settings=Settings(strict=True))
        operations = client.service._binding._operations
        return sorted(str(each.input.signature()) for each in operations.values()), loaded

    whole, loaded = offered("singleWsdl")
    assert loaded == [f"{ADDRESS}?singleWsdl"]
    assert whole == offered("wsdl")[0]
    assert len(whole) > 5
