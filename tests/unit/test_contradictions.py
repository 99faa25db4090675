"""What contradicts itself about one person or thing in one document, through whole contracts of both wires."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from icjs_gateway.cli.contracts import parse
from icjs_gateway.mappings.same_person import Same, is_same_person
from icjs_gateway.model.errors import TranslationFailed
from icjs_gateway.model.findings import Finding, Severity
from icjs_gateway.registry.contradictions import load_contradictions
from icjs_gateway.registry.loading import load_contracts, packaged_contracts
from icjs_gateway.routing.contracts import Wire

CONTRACTS = load_contracts()
HEARING = """<HearingOutcome xmlns="urn:icjs:courts:hearing-outcome:1">
<MessageId>m-1</MessageId><Action>{action}</Action>{refers}<Court><Establishment>HPKN02</Establishment></Court>
<Case><CNR>HPKN020008172026</CNR>{firs}</Case>
<Hearing><HearingId>h1</HearingId><ListedOn>2026-11-20</ListedOn><Held>true</Held>
{accused}</Hearing></HearingOutcome>"""
DISPOSAL = """<Disposal xmlns="urn:icjs:courts:disposal:1">
<MessageId>m-1</MessageId><Action>NEW</Action><Court><Establishment>HPKN02</Establishment></Court>
<Case><CNR>HPKN020008172026</CNR></Case>
<Judgment><DecidedOn>2026-11-20</DecidedOn>
{accused}</Judgment></Disposal>"""
FIR = "<FIR><State>HP</State><PoliceStationCode>2011007</PoliceStationCode><Number>{}</Number><Year>2026</Year></FIR>"
REFUSED, HELD = "CONTRADICTS-ITSELF", "MAY-CONTRADICT-ITSELF"


def findings_of(contract: str, body: str | bytes) -> list[Finding]:
    """What is found of contradictions, refused or not."""
    raw = body.encode() if isinstance(body, str) else body
    found = CONTRACTS.get(contract)
    document = parse(raw, Wire.JSON if raw.lstrip()[:1] == b"{" else Wire.XML)
    found.admit(document)
    try:
        findings = found.decode(document).findings
    except TranslationFailed as refusal:
        findings = refusal.findings
    return [each for each in findings if each.code in (REFUSED, HELD)]


def hearing(*accused: str, action: str = "NEW", firs: int = 0) -> list[Finding]:
    """Of an outcome with these accused, each on a line of its own from line 5."""
    refers = "" if action == "NEW" else "<RefersTo>m-0</RefersTo>"
    named = "".join(FIR.format(number) for number in range(1, firs + 1))
    listed = "\n".join(f"<Accused>{each}</Accused>" for each in accused)
    body = HEARING.format(action=action, refers=refers, firs=named, accused=listed)
    return findings_of("courts.hearing-outcome.v1", body)


def bail(decision: str, kind: str = "") -> str:
    return f"<Bail><Decision>{decision}</Decision>{kind and f'<Kind>{kind}</Kind>'}</Bail>"


def test_both_places_are_told_with_line_and_path() -> None:
    found = hearing(
        f"<Serial>A1</Serial>{bail('GRANTED')}", "<Serial>A2</Serial>", f"<Serial>A1</Serial>{bail('REFUSED')}"
    )
    assert [(each.code, each.severity, each.line, each.wire_path, each.found) for each in found] == [
        (REFUSED, Severity.ERROR, 5, "/HearingOutcome/Hearing/Accused[1]/Bail/Decision", "GRANTED"),
        (REFUSED, Severity.ERROR, 7, "/HearingOutcome/Hearing/Accused[3]/Bail/Decision", "REFUSED"),
    ]
    assert found[0].expected == "one decision on bail of accused A1; another place says REFUSED"


A1, A2 = "<Serial>A1</Serial>", "<Serial>A2</Serial>"
REMAND = "<Remand><Custody>{}</Custody><Until>{}</Until></Remand>"
PROCESS = "<Process><Type>{}</Type><ProcessId>{}</ProcessId></Process>"
CHARGE = '<Charge act="BNS" section="{}">{}</Charge>'


@pytest.mark.parametrize(
    ("accused", "code"),
    [
        pytest.param((A1 + bail("GRANTED"), A1 + bail("GRANTED")), None, id="the same twice"),
        pytest.param((A1 + bail("GRANTED"), A2 + bail("REFUSED")), None, id="two persons"),
        pytest.param((A1 + bail("GRANTED", "INTERIM"), A1 + bail("REFUSED", "REGULAR")), None, id="two kinds of bail"),
        pytest.param(
            (A1 + bail("GRANTED", "REGULAR"), A1 + bail("REFUSED", "REGULAR")), REFUSED, id="one kind of bail"
        ),
        pytest.param((A1 + bail("GRANTED"), A1 + bail("REFUSED", "REGULAR")), HELD, id="a kind on one side"),
        pytest.param((A1 + bail("GRANTED"), A1 + bail("MODIFIED")), None, id="granted and modified"),
        pytest.param((A1 + bail("GRANTED"), A1 + bail("CANCELLED")), REFUSED, id="granted and cancelled"),
        pytest.param(
            (A1 + bail("REFUSED"), A1 + '<Bail action="WITHDRAW"><Decision>GRANTED</Decision></Bail>'),
            None,
            id="one is taken back",
        ),
        pytest.param(
            ("<CourtParty>R1</CourtParty>" + bail("GRANTED"), "<CourtParty>R1</CourtParty>" + bail("REFUSED")),
            REFUSED,
            id="by the court's number",
        ),
        pytest.param(
            ("<Name>Ram Kumar</Name>" + bail("GRANTED"), "<Name>RAM  KUMAR</Name>" + bail("REFUSED")),
            HELD,
            id="by name alone",
        ),
        pytest.param(
            ("<Name>Unknown</Name>" + bail("GRANTED"), "<Name>Unknown</Name>" + bail("REFUSED")),
            None,
            id="who is unknown is nobody",
        ),
        pytest.param(
            (A1 + "<Name>Ram</Name>" + bail("GRANTED"), A1 + "<Name>Shyam</Name>" + bail("REFUSED")),
            HELD,
            id="one number and two names",
        ),
        pytest.param(
            (A1 + REMAND.format("POLICE", "2026-11-23"), A1 + REMAND.format("JUDICIAL", "2026-12-04")),
            None,
            id="two remand dates",
        ),
        pytest.param(
            (A1 + REMAND.format("POLICE", "2026-11-23"), A1 + REMAND.format("JUDICIAL", "2026-11-23")),
            REFUSED,
            id="one remand date",
        ),
        pytest.param((A1 + bail("GRANTED"), A1 + REMAND.format("JUDICIAL", "2026-11-23")), None, id="bail and remand"),
        pytest.param(
            (A1 + PROCESS.format("NON_BAILABLE_WARRANT", "P1"), A1 + PROCESS.format("RECALL", "P1")),
            REFUSED,
            id="one warrant issued and recalled",
        ),
        pytest.param(
            (A1 + PROCESS.format("NON_BAILABLE_WARRANT", "P2") + PROCESS.format("RECALL", "P1"),),
            None,
            id="another warrant recalled",
        ),
        pytest.param(
            (A1 + CHARGE.format("303", "FRAMED") + CHARGE.format("303", "DROPPED"),), REFUSED, id="one charge"
        ),
        pytest.param((A1 + CHARGE.format("303", "FRAMED") + CHARGE.format("317", "DROPPED"),), None, id="two charges"),
        pytest.param(
            (A1 + "<Appearance>ABSENT</Appearance>", A1 + "<Appearance>IN_PERSON</Appearance>"), HELD, id="appearance"
        ),
    ],
)
def test_an_outcome(accused: tuple[str, ...], code: str | None) -> None:
    assert {each.code for each in hearing(*accused)} == ({code} if code else set())


def test_one_serial_in_several_firs_may_be_two_persons() -> None:
    twice = (A1 + bail("GRANTED"), A1 + bail("REFUSED"))
    assert {each.code for each in hearing(*twice, firs=1)} == {REFUSED}
    assert {each.code for each in hearing(*twice, firs=2)} == {HELD}
    named = (A1 + "<Name>Ram</Name>" + bail("GRANTED"), A1 + "<Name>Shyam</Name>" + bail("REFUSED"))
    assert hearing(*named, firs=2) == []


def test_what_is_withdrawn_as_a_whole_says_nothing() -> None:
    twice = (A1 + bail("GRANTED"), A1 + bail("REFUSED"))
    assert {each.code for each in hearing(*twice, action="AMEND")} == {REFUSED}
    assert hearing(*twice, action="WITHDRAW") == []


def result(who: str, what: str, *sections: str) -> str:
    listed = "".join(f'<Section act="BNS">{each}</Section>' for each in sections)
    return f"<Accused>{who}<Result>{what}</Result>{listed}</Accused>"


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        (result(A1, "CONVICTED"), result(A1, "ACQUITTED"), REFUSED),
        (result(A1, "CONVICTED", "303"), result(A1, "ACQUITTED", "317"), None),
        (result(A1, "CONVICTED", "303", "317"), result(A1, "ACQUITTED", "317"), REFUSED),
        (result(A1, "CONVICTED", "303"), result(A1, "ACQUITTED"), HELD),
        (result(A1, "CONVICTED"), result(A1, "PROBATION"), None),
        (result(A1, "CONVICTED"), result(A2, "ACQUITTED"), None),
    ],
)
def test_a_judgment(one: str, other: str, code: str | None) -> None:
    found = findings_of("courts.disposal.v1", DISPOSAL.format(accused=f"{one}\n{other}"))
    assert [(each.code, each.line) for each in found] == ([(code, 5), (code, 6)] if code else [])


def json_sample(contract: str, name: str) -> dict[str, Any]:
    folder = packaged_contracts().joinpath(*contract.split("."), "samples", "valid")
    loaded: dict[str, Any] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


def test_json_is_told_by_pointer_and_line() -> None:
    document = json_sample("forensics.report.v1", "full")
    opinions = document["report"]["opinions"]
    opinions.append(opinions[0] | {"result": "NOT_MATCHED"})
    found = findings_of("forensics.report.v1", json.dumps(document, indent=1))
    last = len(opinions) - 1
    paths = ["/report/opinions/0/result", f"/report/opinions/{last}/result"]
    assert [(each.code, each.wire_path, each.found) for each in found] == [
        (REFUSED, paths[0], "MATCHED"),
        (REFUSED, paths[1], "NOT_MATCHED"),
    ]
    assert [each.line for each in found] == sorted({each.line or 0 for each in found} - {0})


@pytest.mark.parametrize(
    ("one", "other", "several", "same"),
    [
        ({"serial": "A1"}, {"serial": "A1", "name": "Ram"}, False, Same.YES),
        ({"serial": "A1", "court_party": "R1"}, {"serial": "A1", "court_party": "R2"}, False, Same.PERHAPS),
        ({"serial": "A1"}, {"court_party": "R1"}, False, Same.NO),
        ({"serial": "A1", "name": "Ram"}, {"court_party": "R1", "name": "Ram"}, False, Same.PERHAPS),
        ({"pid": "4501"}, {"pid": "4501"}, True, Same.YES),
        ({"name": "Ram", "relative": {"name": "Hari"}}, {"name": "Ram", "relative": {"name": "Shiv"}}, False, Same.NO),
    ],
)
def test_who_is_one_person(one: dict[str, Any], other: dict[str, Any], several: bool, same: Same) -> None:
    assert is_same_person(one, other, has_several_firs=several) is same
    assert is_same_person(other, one, has_several_firs=several) is same


def test_a_list_of_events_that_nobody_thought_of_stops_the_start(tmp_path: Path) -> None:
    file = packaged_contracts() / "canonical" / "contradictions.yaml"
    lists, free = file.read_text(encoding="utf-8").split("\nfree:\n")
    kept = "\n".join(line for line in free.splitlines() if "bail.conditions" not in line)
    (tmp_path / "canonical").mkdir()
    (tmp_path / "canonical" / "contradictions.yaml").write_text(f"{lists}\nfree:\n{kept}\n", encoding="utf-8")
    with pytest.raises(Exception, match=r"contradictions\.yaml:\d+: bail\.conditions: a list of events"):
        load_contradictions(tmp_path)
