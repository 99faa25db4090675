"""Findings are understood without a schema: what is wrong, where, what to write instead; once, and in plain words."""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from icjs_gateway.adapters.wire.json import parse_json
from icjs_gateway.adapters.wire.limits import JsonLimits, XmlLimits
from icjs_gateway.adapters.wire.soap import open_envelope
from icjs_gateway.adapters.wire.xml import parse_xml
from icjs_gateway.model.errors import ContractViolation, Rejected, TranslationFailed
from icjs_gateway.model.findings import Finding
from icjs_gateway.model.words import nearest, shape_fault
from icjs_gateway.routing.contracts import Wire
from tests.contracts import FIR, HEARING, contracts, parse, sample_id, samples
from tests.docs.codes import codes

XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
NAMESPACE = "urn:icjs:courts:hearing-outcome:1"
OUTCOME = f"""<HearingOutcome xmlns="{NAMESPACE}" {XSI}>
<MessageId>M-1</MessageId>
<Action>NEW</Action>
<RecordedAt>2026-11-20T10:00:00+05:30</RecordedAt>
<Court><Establishment>HPKN02</Establishment></Court>
<Case><CNR>HPKN020008172026</CNR></Case>
<Hearing>
<HearingId>h1</HearingId>
<ListedOn>2026-11-20</ListedOn>
<Held>true</Held>
<Accused><Serial>A1</Serial><Bail><Decision>GRANTED</Decision></Bail></Accused>
</Hearing>
</HearingOutcome>"""
ROOT = "/HearingOutcome"
_THEIRS = re.compile(
    r"\\[dSsw]|\[[A-Za-z0-9]-|\{[0-9]|\(\?|\^|\$|facet|Element '|content type|type definition|is not of type|Input should|"  # noqa: E501
    r"atomic|does not match|xs:|\{urn|Expecting|valid under|List should|String should|is not one of|validly|JSONDecode"
)


def plain(finding: Finding) -> None:
    """Assert that a finding says what is right, in words of ours."""
    assert finding.expected or finding.hint, finding
    for said in (finding.expected or "", finding.hint or ""):
        assert not _THEIRS.search(said), finding
        assert len(said) < 900, finding
    shown = finding.found or ""
    assert shown.isprintable() or "\n" in shown, finding


def refused(contract_id: str, body: bytes) -> tuple[Finding, ...]:
    contract = contracts().get(contract_id)
    document = parse(body, Wire.JSON if Wire.JSON in contract.wires else Wire.XML)
    try:
        contract.admit(document)
        contract.decode(document)
    except Rejected as refusal:
        for finding in refusal.findings:
            plain(finding)
        at = [finding.wire_path for finding in refusal.findings]
        assert sorted(set(map(str, at))) == sorted(map(str, at)), "a fault is told once"
        return refusal.findings
    return ()


def edited(old: str, new: str) -> tuple[Finding, ...]:
    assert old in OUTCOME
    return refused(HEARING, OUTCOME.replace(old, new).encode())


HEARING_AT = f"{ROOT}/Hearing"


@pytest.mark.parametrize(
    ("old", "new", "code", "at", "expected", "hint"),
    [
        ("<Action>NEW</Action>\n", "", "SCHEMA-MISSING", "/Action", "Action", "behind MessageId"),
        ("<MessageId>M-1</MessageId>\n", "", "SCHEMA-MISSING", "/MessageId", "MessageId", "first in HearingOutcome"),
        ("Action>", "Actoin>", "SCHEMA-UNEXPECTED", "/Actoin", "one of MessageId, Action", "did you mean Action?"),
        ("Action>", "action>", "SCHEMA-UNEXPECTED", "/action", "one of MessageId, Action", "did you mean Action?"),
        ("<Case>", "<Case><Serial>A1</Serial>", "SCHEMA-UNEXPECTED", "/Case/Serial", "one of CNR", "belongs into Hearing/"),  # noqa: E501
        ("<Held>true</Held>", "<Held>true</Held><Held>true</Held>", "SCHEMA-UNEXPECTED", "/Hearing/Held[2]", "at most one", "number 2"),  # noqa: E501
        ("<Action>NEW</Action>", '<Action lang="hi">NEW</Action>', "SCHEMA-UNEXPECTED", "/Action/@lang", "no attribute", "leave"),  # noqa: E501
        ("<Action>NEW", '<Action xsi:type="xsd:string">NEW', "SCHEMA-VALUE", "/Action/@type", "no xsi:type", "leave"),
        ("<CNR>HPKN020008172026</CNR>", '<CNR xsi:nil="true"/>', "SCHEMA-VALUE", "/Case/CNR", "no such element", "left out"),  # noqa: E501
        ("NEW", "NEWW", "CODE-NOT-ALLOWED", "/Action", "one of NEW, AMEND", "did you mean NEW?"),
        ("NEW", "<b>NEW</b>", "SCHEMA-VALUE", "/Action", "no element within", ""),
        ("<Case>", "<Case>FIR", "SCHEMA-UNEXPECTED", "/Case", "no text", "element that it belongs to"),
        ("HPKN02<", "hpkn02<", "SCHEMA-VALUE", "/Court/Establishment", "two capital letters of the State", ""),
        (":00+05:30", ":00", "SCHEMA-VALUE", "/RecordedAt", "an instant with", "the offset is missing"),
        ("10:00:00+05:30", "10:00+05:30", "SCHEMA-VALUE", "/RecordedAt", "an instant", "the seconds are missing"),
        ("<ListedOn>2026-11-20", "<ListedOn>2026-11-20+05:30", "SCHEMA-VALUE", "/Hearing/ListedOn", "a date", "no zone"),  # noqa: E501
        ("HPKN020008172026", "HPKN02\u200b0008172026", "SCHEMA-VALUE", "/Case/CNR", "a CNR", "U+200B ZERO WIDTH SPACE (character 7)"),  # noqa: E501
        ("h1", "h\u00a01", "SCHEMA-VALUE", "/Hearing/HearingId", "", "U+00A0 NO-BREAK SPACE"),
        ("h1", "\u202eh1", "SCHEMA-VALUE", "/Hearing/HearingId", "", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("h1", "\ufeffh1", "SCHEMA-VALUE", "/Hearing/HearingId", "", "U+FEFF ZERO WIDTH NO-BREAK SPACE"),
    ],
)  # fmt: skip
def test_one_fault_of_an_xml_document(old: str, new: str, code: str, at: str, expected: str, hint: str) -> None:
    [finding] = edited(old, new)
    assert (finding.code, finding.wire_path) == (code, f"{ROOT}{at}")
    assert finding.line is not None
    assert expected in (finding.expected or "")
    assert hint in (finding.hint or "")


def test_elements_in_no_namespace_are_told_once_with_all_else_that_is_wrong() -> None:
    unqualified = OUTCOME.replace("<HearingOutcome xmlns=", "<h:HearingOutcome xmlns:h=").replace(
        "/HearingOutcome", "/h:HearingOutcome"
    )
    first, second = refused(HEARING, unqualified.replace("<Held>true", "<Held>yes").encode())
    assert (first.wire_path, first.expected) == (f"{ROOT}/MessageId", f"MessageId in the namespace {NAMESPACE}")
    assert (first.found, "14 elements more" in (first.hint or "")) == ("MessageId in no namespace", True)
    assert (second.wire_path, second.expected, second.line) == (f"{HEARING_AT}/Held", "true or false", 10)


@pytest.mark.parametrize("namespace", ["", ' xmlns="urn:icjs:courts:hearing-outcome:2"'])
def test_a_document_in_another_namespace_is_told_of_the_right_one(namespace: str) -> None:
    [finding] = edited(f' xmlns="{NAMESPACE}"', namespace)
    assert (finding.code, finding.expected) == (
        "SCHEMA-ROOT",
        f"the document element HearingOutcome in the namespace {NAMESPACE}",
    )
    assert f'xmlns="{NAMESPACE}"' in (finding.hint or "")


def test_order_is_told_as_order_and_by_the_fewest_moves() -> None:
    court = "<Court><Establishment>HPKN02</Establishment></Court>\n"
    text = OUTCOME.replace(court, "").replace("</HearingOutcome>", f"{court}</HearingOutcome>")
    [finding] = refused(HEARING, text.encode())
    assert (finding.code, finding.wire_path) == ("SCHEMA-UNEXPECTED", f"{ROOT}/Court")
    assert finding.expected == "Court behind RecordedAt"
    assert finding.hint == "order matters: MessageId, Action, RecordedAt, Court, Case, Hearing"


def test_one_too_many_of_many_says_how_many_there_may_be() -> None:
    [finding] = edited("</Hearing>", "<Accused><Serial>A1</Serial></Accused>" * 500 + "</Hearing>")
    assert (finding.wire_path, finding.expected) == (f"{HEARING_AT}/Accused[501]", "at most 500 Accused")


REPORT: dict[str, Any] = json.loads(
    next(
        each for each in samples(valid=True) if each.contract.id == FIR and each.file.stem == "minimal"
    ).file.read_text()
)


@pytest.mark.parametrize(
    ("members", "code", "at", "expected", "hint"),
    [
        ({"acton": "NEW"}, "SCHEMA-UNEXPECTED", "/acton", "one of", "leave it out"),
        ({"number": 78}, "SCHEMA-VALUE", "/fir/number", "a string, in double quotes", ""),
        ({"number": None}, "SCHEMA-VALUE", "/fir/number", "a string", "leave it out"),
        ({"number": ["78"]}, "SCHEMA-VALUE", "/fir/number", "a string", ""),
        ({"year": "2026"}, "SCHEMA-VALUE", "/fir/year", "a whole number", ""),
        ({"year": 2026.5}, "SCHEMA-VALUE", "/fir/year", "a whole number", ""),
        ({"year": 26}, "SCHEMA-VALUE", "/fir/year", "at least 1900", ""),
        ({"kind": "REGULER"}, "CODE-NOT-ALLOWED", "/fir/kind", "one of REGULAR", "did you mean REGULAR?"),
        ({"registeredAt": "2026-09-02T08:05:00"}, "SCHEMA-VALUE", "/fir/registeredAt", "an instant", "+05:30"),
        ({"registeredAt": "02/09/2026 08:05"}, "SCHEMA-VALUE", "/fir/registeredAt", "an instant", ""),
        ({"actsSections": []}, "SCHEMA-VALUE", "/fir/actsSections", "at least 1 items", ""),
        ({"registeredat": "x"}, "SCHEMA-UNEXPECTED", "/fir/registeredat", "one of", "leave it out"),
    ],
)
def test_one_fault_of_a_json_document(members: dict[str, Any], code: str, at: str, expected: str, hint: str) -> None:
    document = copy.deepcopy(REPORT)
    (document if "acton" in members else document["fir"]).update(members)
    [finding] = refused(FIR, json.dumps(document).encode())
    assert (finding.code, finding.wire_path) == (code, at)
    assert expected in (finding.expected or "")
    assert hint in (finding.hint or "")


def test_a_member_that_is_misspelt_is_not_missing_as_well() -> None:
    document = copy.deepcopy(REPORT)
    document["fir"]["registerdAt"] = document["fir"].pop("registeredAt")
    [finding] = refused(FIR, json.dumps(document).encode())
    assert (finding.wire_path, finding.hint) == ("/fir/registerdAt", "did you mean registeredAt?")


XML_LIMITS = XmlLimits(
    depth=3,
    elements=9,
    attributes=3,
    namespaces=3,
    name_chars=9,
    attribute_chars=30,
    text_chars=50,
    comments=1,
    instructions=1,
)
JSON_LIMITS = JsonLimits(depth=3, values=9, name_chars=9)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<a>", "XML-NOT-WELL-FORMED"), (b"<a></b>", "XML-NOT-WELL-FORMED"), (b"<a>&nbsp;</a>", "XML-NOT-WELL-FORMED"),
        (b"<p:a/>", "XML-NOT-WELL-FORMED"), (b"", "XML-NOT-WELL-FORMED"), (b"{}", "XML-NOT-WELL-FORMED"),
        (b"<a>R&B</a>", "XML-NOT-WELL-FORMED"), (b"<!DOCTYPE a><a/>", "XML-DOCTYPE"), (b"<a>\xff</a>", "XML-NOT-UTF-8"),
        ("<a/>".encode("utf-16"), "XML-CHARSET"), (b"<?xml version='1.0' encoding='latin-1'?><a/>", "XML-CHARSET"),
        (b"<?xml version='1.1'?><a/>", "XML-VERSION"), (b"<a xmlns='x'/>", "XML-RELATIVE-NAMESPACE"),
        (b"<a><a><a><a/></a></a></a>", "XML-TOO-DEEP"), (b"<a>" + b"<b/>" * 9 + b"</a>", "XML-TOO-MANY-ELEMENTS"),
        (b"<a b='' c='' d='' e=''/>", "XML-TOO-MANY-ATTRIBUTES"), (b"<abcdefghij/>", "XML-NAME-TOO-LONG"),
        (b"<a b='" + b"x" * 31 + b"'/>", "XML-ATTRIBUTE-TOO-LONG"), (b"<a>" + b"x" * 51 + b"</a>", "XML-TEXT-TOO-LONG"),
        (b"<a><!--x--><!--x--></a>", "XML-TOO-MANY-COMMENTS"), (b"<a><?x?><?x?></a>", "XML-TOO-MANY-INSTRUCTIONS"),
        (b"<a><b xmlns:a='u:a' xmlns:b='u:b'/><b xmlns:a='u:a' xmlns:b='u:b'/></a>", "XML-TOO-MANY-NAMESPACES"),
    ],
)  # fmt: skip
def test_xml_that_is_not_read_says_why(body: bytes, code: str) -> None:
    with pytest.raises(Rejected) as caught:
        parse_xml(body, XML_LIMITS)
    assert [each.code for each in caught.value.findings] == [code]
    for finding in caught.value.findings:
        plain(finding)
    assert not _THEIRS.search(caught.value.detail)


@pytest.mark.parametrize(
    ("body", "code", "line"),
    [
        (b'{"a":1,}', "JSON-NOT-WELL-FORMED", 1), (b"{a:1}", "JSON-NOT-WELL-FORMED", 1), (b'{"a" 1}', "JSON-NOT-WELL-FORMED", 1),  # noqa: E501
        (b'{"a":\n}', "JSON-NOT-WELL-FORMED", 2), (b'"abc', "JSON-NOT-WELL-FORMED", 1), (b'"\\q"', "JSON-NOT-WELL-FORMED", 1),  # noqa: E501
        (b"{} {}", "JSON-NOT-WELL-FORMED", 1), (b"<a/>", "JSON-NOT-WELL-FORMED", 1), (b'"a\nb"', "JSON-NOT-WELL-FORMED", 1),  # noqa: E501
        (b'{"a":1,\n"a":2}', "JSON-DUPLICATE-NAME", 2), (b"[NaN]", "JSON-NOT-A-NUMBER", 1), (b"[-Infinity]", "JSON-NOT-A-NUMBER", 1),  # noqa: E501
        (b"\xef\xbb\xbf{}", "JSON-BOM", 1), ("{}".encode("utf-16"), "JSON-CHARSET", 1), (b'"\xff"', "JSON-NOT-UTF-8", 1),  # noqa: E501
        (b'"\\u0000"', "JSON-NUL", 1), (b'"\\ud800"', "JSON-LONE-SURROGATE", 1), (b"[1e400]", "JSON-NUMBER-TOO-LARGE", 1),  # noqa: E501
        (b"[9007199254740993]", "JSON-INTEGER-TOO-LARGE", 1), (b"[[[[1]]]]", "JSON-TOO-DEEP", None),
        (b"[" + b"1," * 9 + b"1]", "JSON-TOO-MANY-VALUES", None), (b'{"abcdefghij":1}', "JSON-NAME-TOO-LONG", None),
    ],
)  # fmt: skip
def test_json_that_is_not_read_says_why(body: bytes, code: str, line: int | None) -> None:
    with pytest.raises(Rejected) as caught:
        parse_json(body, JSON_LIMITS)
    assert [(each.code, each.line) for each in caught.value.findings] == [(code, line)]
    for finding in caught.value.findings:
        plain(finding)
    assert not _THEIRS.search(caught.value.detail)


SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
TOKEN = f'<w:Security xmlns:w="{WSSE}"><w:UsernameToken><w:Username>u</w:Username><w:Password>p</w:Password></w:UsernameToken></w:Security>'  # noqa: E501


@pytest.mark.parametrize(
    ("inner", "namespace", "code", "expected"),
    [
        ("<s:Body><a xmlns='u:a'/></s:Body>", "http://www.w3.org/2003/05/soap-envelope", "SOAP-VERSION", "Envelope in the namespace"),  # noqa: E501
        ("", SOAP, "SOAP-STRUCTURE", "one Body"),
        ("<s:Body/><s:Body/>", SOAP, "SOAP-STRUCTURE", "one Body"),
        ("<Body><a xmlns='u:a'/></Body>", SOAP, "SOAP-STRUCTURE", "one Body"),
        ("<s:Body/>", SOAP, "SOAP-BODY", "one element"),
        ("<s:Body><a xmlns='u:a'/><b xmlns='u:a'/></s:Body>", SOAP, "SOAP-BODY", "one element"),
        ("<s:Body>&lt;a/&gt;<a xmlns='u:a'/></s:Body>", SOAP, "SOAP-BODY", "no text"),
        ("<s:Header><x xmlns='u:x' s:mustUnderstand='1'/></s:Header><s:Body/>", SOAP, "SOAP-MUST-UNDERSTAND", "no other header"),  # noqa: E501
        (f"<s:Header>{TOKEN * 2}</s:Header><s:Body/>", SOAP, "WSS-SEVERAL-TOKENS", "one UsernameToken"),
        (f"<s:Header>{TOKEN.replace('Username>', 'User>')}</s:Header><s:Body/>", SOAP, "WSS-TOKEN", "one Username"),
        (f"<s:Header>{TOKEN.replace('<w:Password>', '<w:Password Type=' + repr('x#PasswordDigest') + '>')}</s:Header><s:Body/>", SOAP, "WSS-PASSWORD-TYPE", "PasswordText"),  # noqa: E501
    ],
)  # fmt: skip
def test_an_envelope_that_is_not_opened_says_why(inner: str, namespace: str, code: str, expected: str) -> None:
    with pytest.raises(Rejected) as caught:
        open_envelope(f'<s:Envelope xmlns:s="{namespace}">{inner}</s:Envelope>'.encode())
    [finding] = caught.value.findings
    plain(finding)
    assert (finding.code, expected in (finding.expected or "")) == (code, True)
    assert finding.line == 1


def test_what_is_no_envelope_says_what_one_is() -> None:
    with pytest.raises(Rejected) as caught:
        open_envelope(OUTCOME.encode())
    [finding] = caught.value.findings
    plain(finding)
    assert (finding.code, finding.found) == ("SOAP-NO-ENVELOPE", "HearingOutcome")


@pytest.mark.parametrize("sample", samples(), ids=sample_id)
def test_every_finding_of_every_sample_is_plain_and_told_once(sample: Any) -> None:
    try:
        document = sample.document(parse)
    except Rejected as refusal:
        found = refusal.findings
    else:
        found = refused_or_told(sample.contract, document)
    for finding in found:
        plain(finding)
    errors = [each.wire_path for each in found if each.severity == "error"]
    assert len(set(errors)) == len(errors)


def refused_or_told(contract: Any, document: Any) -> tuple[Finding, ...]:
    try:
        contract.admit(document)
        told: tuple[Finding, ...] = contract.decode(document).findings
    except (ContractViolation, TranslationFailed) as refusal:
        return refusal.findings
    return told


VALUES = ["", " ", "x" * 600, "25,000", "2026-13-40", "\u200b", "NOPE", "-1", "true", "[A-Z]", "2026-11-20T10:00:00"]


def spoilt_xml(body: bytes, chance: random.Random) -> Iterator[bytes]:
    for _ in range(12):
        root = etree.fromstring(body)
        element = chance.choice([each for each in root.iter("*") if each is not root] or [root])
        above = element.getparent()
        match chance.randrange(9):
            case 0:
                above.remove(element)
            case 1:
                above.append(copy.deepcopy(element))
            case 2:
                element.tag = f"{element.tag}{chance.choice('sxX')}"
            case 3:
                element.text = chance.choice([each for each in VALUES if each.isprintable() or each == "\u200b"])
            case 4:
                element.set("{http://www.w3.org/2001/XMLSchema-instance}nil", "true")
            case 5:
                element.set(chance.choice(["code", "lang", "x"]), chance.choice(VALUES[:-1]))
            case 6:
                element.tag = etree.QName(element).localname
            case 7:
                above.insert(0, element)
            case 8:
                etree.SubElement(
                    element, f"{{{etree.QName(root).namespace}}}{chance.choice(['Serial', 'Name', 'Foo'])}"
                ).text = "x"
        yield etree.tostring(root)


def spoilt_json(body: bytes, chance: random.Random) -> Iterator[bytes]:
    for _ in range(12):
        root = json.loads(body)
        around: Any = root
        while True:
            inner = [
                each
                for each in (around.values() if isinstance(around, dict) else around)
                if isinstance(each, dict | list) and each
            ]
            if not inner or chance.random() < 0.3:
                break
            around = chance.choice(inner)
        key = chance.choice(list(around) if isinstance(around, dict) else list(range(len(around))))
        match chance.randrange(5):
            case 0:
                del around[key]
            case 1:
                around[key] = chance.choice([*VALUES, None, 1, 1.5, True, [], {}, 10**15])
            case 2 if isinstance(around, dict):
                around[f"{key}s"] = around.pop(key)
            case 3 if isinstance(around, dict):
                around["foo"] = 1
            case _:
                around[key] = [around[key]]
        yield json.dumps(root).encode()


@pytest.mark.parametrize("sample", samples(valid=True), ids=sample_id)
def test_spoilt_documents_of_every_contract_are_refused_in_plain_words(sample: Any) -> None:
    chance = random.Random(sample_id(sample))
    body, is_json = sample.file.read_bytes(), sample.wire is Wire.JSON
    for spoilt in (spoilt_json if is_json else spoilt_xml)(body, chance):
        try:
            document = parse(spoilt, sample.wire)
        except Rejected as refusal:
            found = refusal.findings
        else:
            found = refused_or_told(sample.contract, document)
        for finding in found:
            plain(finding)


@pytest.mark.parametrize(
    ("found", "known", "near"),
    [("serial", ["Serial", "Name"], "Serial"), ("message_id", ["messageId"], "messageId"), ("Foo", ["Serial"], None)],
)
def test_the_nearest_name_is_found(found: str, known: list[str], near: str | None) -> None:
    assert nearest(found, known) == near


def test_a_shape_of_our_own_speaks_no_pydantic() -> None:
    for kind in (
        "missing",
        "string_type",
        "string_pattern_mismatch",
        "int_parsing",
        "datetime_parsing",
        "extra_forbidden",
        "never_heard_of",
    ):
        said = shape_fault({"type": kind, "msg": "Input should be", "ctx": {"pattern": "^[A-Z]+$"}})
        assert not _THEIRS.search(said)
    assert shape_fault({"type": "literal_error", "ctx": {"expected": "'a', 'b' or 'c'"}}) == "one of a, b, c"


TESTS = Path(__file__).parents[1]
NO_FINDINGS = {"NOT-IN-RECORD", "TOO-MANY", "RECEIVE-NOT-ALLOWED", "WARRANT-ALONE", "OWN-WORD-ALONE"}
"""Rules of what is withheld: they stand in an answer as rules, and not as findings."""


def test_every_code_is_provoked_by_a_sample_or_a_test() -> None:
    root = TESTS.parent
    goldens = [*root.glob("contracts/**/*.golden.json"), *root.glob("docs/tutorial/**/*.golden.json")]
    written = "\n".join(each.read_text(encoding="utf-8") for each in (*goldens, *TESTS.rglob("*.py")))
    named = set(re.findall(r"[\"'\s]([A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*)[\"'\s,]", written))
    assert set(codes()) - named - NO_FINDINGS == set()
