"""What only hearing outcomes do: sameness over wires, lines in an envelope, local codes, corrections."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from icjs_gateway.adapters.wire.soap import open_envelope
from icjs_gateway.adapters.wire.xml import parse_xml
from icjs_gateway.model.content import Content
from icjs_gateway.model.errors import ContractViolation, Rejected, TranslationFailed
from icjs_gateway.routing.contracts import Document, Wire
from tests.contracts import HEARING, contracts, samples

CONTRACT = contracts().get(HEARING)
FULL = next(
    each.file.read_text() for each in samples(valid=True) if each.contract is CONTRACT and each.file.stem == "full"
)


def decode(document: Document) -> Content:
    CONTRACT.admit(document)
    return CONTRACT.decode(document)


def outcome(hearing: str = "", *, action: str = "NEW", establishment: str = "HPKN02") -> Document:
    refers = "" if action == "NEW" else "<RefersTo>M-0</RefersTo>"
    return parse_xml(
        f'<HearingOutcome xmlns="urn:icjs:courts:hearing-outcome:1"><MessageId>M-1</MessageId><Action>{action}</Action>'
        f"{refers}<Court><Establishment>{establishment}</Establishment></Court><Case><CNR>HPKN020003412026</CNR></Case>"
        f"<Hearing><HearingId>H-1</HearingId><ListedOn>2026-11-20</ListedOn><Held>true</Held>{hearing}</Hearing>"
        "</HearingOutcome>".encode()
    )


def test_prefixes_blanks_and_soap_do_not_make_another_message() -> None:
    first = decode(parse_xml(FULL.encode()))
    prefixed = FULL.replace("</", "</h:").replace("<", "<h:").replace("<h:/h:", "</h:").replace("<h:?xml", "<?xml")
    prefixed = prefixed.replace("h:HearingOutcome xmlns=", "h:HearingOutcome xmlns:h=")
    assert decode(parse_xml(prefixed.encode())).digest() == first.digest()
    squeezed = "".join(line.strip() for line in FULL.splitlines())
    assert decode(parse_xml(squeezed.encode())).digest() == first.digest()
    payload = FULL.split("?>", 1)[1]
    soap = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">\n<s:Body>'
        + payload
        + "</s:Body></s:Envelope>"
    )
    assert decode(open_envelope(soap.encode()).payload).digest() == first.digest()
    other_id = FULL.replace("HPKN02-20261012-000231", "HPKN02-20261012-000999")
    assert decode(parse_xml(other_id.encode())).digest() == first.digest()
    other_day = FULL.replace("<Until>2026-10-26", "<Until>2026-10-27")
    assert decode(parse_xml(other_day.encode())).digest() != first.digest()


def test_lines_count_in_the_whole_envelope_and_paths_from_the_payload() -> None:
    payload = FULL.split("?>", 1)[1].replace("<Plea>NOT_GUILTY", "<Plea>PERHAPS")
    soap = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">\n\n\n<s:Body>'
        + payload
        + "</s:Body></s:Envelope>"
    )
    with pytest.raises(ContractViolation) as refusal:
        decode(open_envelope(soap.encode()).payload)
    [finding] = refusal.value.findings
    assert finding.wire_path == "/HearingOutcome/Hearing/Accused[1]/Plea"
    assert finding.path == "hearing.accused[0].plea"
    assert finding.line == next(n for n, line in enumerate(soap.splitlines(), 1) if "PERHAPS" in line)


@pytest.mark.parametrize(
    ("purpose", "establishment", "expected", "code"),
    [
        ('<Purpose code="16">Framing of charge</Purpose>', "HPKN02", ("FRAMING_CHARGE", "purposes/HPKN02@1"), None),
        ('<Purpose code="16"/>', "HPKN02", ("FRAMING_CHARGE", "purposes/HPKN02@1"), None),
        ('<Purpose code="16">Framing of charge</Purpose>', "HPKN04", ("FRAMING_CHARGE", "purposes@1"), None),
        ('<Purpose code="99">PROSECUTION  evidence.</Purpose>', "HPKN02", ("PROSECUTION_EVIDENCE", "purposes@1"), None),
        (
            '<Purpose code="16">Judgment</Purpose>',
            "HPKN02",
            ("FRAMING_CHARGE", "purposes/HPKN02@1"),
            "CODE-TEXT-DISAGREE",
        ),
        ('<Purpose code="99">HBC</Purpose>', "HPKN02", (None, None), "CODE-UNKNOWN"),
        ("<Purpose>SDT</Purpose>", "TNCH01", (None, None), "CODE-UNKNOWN"),
    ],
)
def test_a_local_purpose_is_looked_up_by_its_court(
    purpose: str, establishment: str, expected: tuple[Any, Any], code: str | None
) -> None:
    content = decode(outcome(purpose, establishment=establishment))
    told = content.events[0].data.hearing.purpose  # type: ignore[attr-defined]
    assert (told.code, told.code_list) == expected
    assert [finding.code for finding in content.findings] == ([] if code is None else [code])
    assert all(finding.severity == "warn" for finding in content.findings)


@pytest.mark.parametrize(
    ("part", "action", "expected"),
    [
        ("<Bail><Decision>GRANTED</Decision></Bail>", "NEW", "icjs.bail.ordered.v1"),
        ("<Bail><Decision>CANCELLED</Decision></Bail>", "AMEND", "icjs.bail.amended.v1"),
        ('<Bail action="WITHDRAW"/>', "AMEND", "icjs.bail.withdrawn.v1"),
        ('<Bail action="WITHDRAW"/>', "NEW", "icjs.bail.withdrawn.v1"),
        ("<Remand><Custody>POLICE</Custody></Remand>", "NEW", "icjs.remand.ordered.v1"),
        ("<Remand><Custody>POLICE</Custody></Remand>", "WITHDRAW", "icjs.remand.withdrawn.v1"),
        ("<Process><Type>NON_BAILABLE_WARRANT</Type></Process>", "NEW", "icjs.warrant.issued.v1"),
        ("<Process><Type>RECALL</Type></Process>", "NEW", "icjs.warrant.recalled.v1"),
        ("<Process><Type>RECALL</Type></Process>", "AMEND", "icjs.warrant.amended.v1"),
        ("<Process><Type>BAILABLE_WARRANT</Type></Process>", "NEW", "icjs.process.issued.v1"),
        ("<Process><Type>SUMMONS</Type></Process>", "AMEND", "icjs.process.amended.v1"),
        ('<Process action="WITHDRAW"><Type>SUMMONS</Type></Process>', "AMEND", "icjs.process.withdrawn.v1"),
        ('<Process action="WITHDRAW"/>', "AMEND", "icjs.warrant.withdrawn.v1"),
    ],
)
def test_a_part_becomes_an_event_of_its_own(part: str, action: str, expected: str) -> None:
    content = decode(outcome(f"<Accused><Serial>A1</Serial>{part}</Accused>", action=action))
    assert [event.type for event in content.events][1:] == [expected]
    verb = {"NEW": "recorded", "AMEND": "amended", "WITHDRAW": "withdrawn"}[action]
    assert content.events[0].type == f"icjs.hearing.{verb}.v1"


def test_when_it_happened_is_the_signature_else_the_entry_else_the_day_in_india() -> None:
    signed = "<Order><SignedAt>2026-11-20T16:40:00+05:30</SignedAt></Order>"
    assert decode(outcome(signed)).events[0].occurred_at.isoformat() == "2026-11-20T11:10:00+00:00"
    assert decode(outcome()).events[0].occurred_at.isoformat() == "2026-11-19T18:30:00+00:00"
    entered = outcome().body.replace(b"<Court>", b"<RecordedAt>2026-11-20T17:00:00+05:30</RecordedAt><Court>", 1)
    assert decode(parse_xml(entered)).events[0].occurred_at.isoformat() == "2026-11-20T11:30:00+00:00"


def test_a_fault_of_the_mapping_is_told_with_the_faults_of_the_schema() -> None:
    body = outcome("<Accused><Appearance>ASLEEP</Appearance></Accused><Accused><PID>P1</PID></Accused>").body
    body = body.replace(b"HPKN020003412026", b"HPKN-020003-4120")
    with pytest.raises(ContractViolation) as refusal:
        decode(parse_xml(body))
    assert {finding.code for finding in refusal.value.findings} == {
        "CODE-NOT-ALLOWED",
        "PERSON-UNNAMED",
        "VALUE-INVALID",
    }


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            "<Establishment>HPKN02",
            "<Establishment>hpkn02",
            "the code of a court's establishment: two capital letters of the State and four capital letters or digits, "
            "e.g. HPKN02",
        ),
        ("<Plea>NOT_GUILTY", "<Plea>", "one of GUILTY, NOT_GUILTY, NOT_RECORDED"),
        (">FRAMED<", ">FRAMED IN HASTE<", "one of FRAMED, DROPPED, ALTERED"),
        ("<Sureties>2", "<Sureties>100", "at most 99"),
        ("<Name>Ritu Walia", "<Name>" + "x" * 501, "at most 500 characters"),
        ('act="BNS"', 'act=""', "text that is not blank"),
        ('"sha-256"', '"md5"', "sha-256"),
    ],
)
def test_what_the_schema_expected_is_said_in_words_of_ours(before: str, after: str, expected: str) -> None:
    assert before in FULL
    with pytest.raises(ContractViolation) as refusal:
        decode(parse_xml(FULL.replace(before, after, 1).encode()))
    assert [finding.expected for finding in refusal.value.findings] == [expected]


def test_a_refusal_has_a_bounded_number_of_findings() -> None:
    with pytest.raises(ContractViolation) as refusal:
        decode(outcome("<Accused><Plea>MAYBE</Plea></Accused>" * 500))
    assert 0 < len(refusal.value.findings) <= 200


def test_markup_in_names_survives_both_ways() -> None:
    name = "R &amp; Sons &lt;b&gt; &quot;x&quot; ]]&gt;"
    content = decode(
        outcome(f'<Accused><Name>{name}</Name><RelativeName relation="S/o &lt;&quot;">X</RelativeName></Accused>')
    )
    again = decode(parse_xml(CONTRACT.encode(content, Wire.SOAP)))
    assert again.events == content.events
    assert content.events[0].data.hearing.accused[0].name == 'R & Sons <b> "x" ]]>'  # type: ignore[attr-defined]


def test_it_does_not_travel_as_json() -> None:
    with pytest.raises(TranslationFailed):
        CONTRACT.encode(decode(outcome()), Wire.JSON)


def test_threads_do_not_see_each_others_faults() -> None:
    good, bad = outcome(), outcome("<Accused><Plea>MAYBE</Plea></Accused>")
    wrong: list[str] = []

    def judge(body: bytes, *, refused: bool) -> None:
        for _ in range(200):
            try:
                decode(parse_xml(body))
            except Rejected as refusal:
                if not refused or [finding.line for finding in refusal.findings] != [1]:
                    wrong.append("refused")
            else:
                if refused:
                    wrong.append("accepted")

    threads = [
        threading.Thread(target=judge, args=(each.body,), kwargs={"refused": each is bad}) for each in (good, bad) * 2
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
