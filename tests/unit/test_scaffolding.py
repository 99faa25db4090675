"""`contracts new`: a folder from a schema, a description or a document; and `contracts check` on what is unfinished."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from lxml import etree
from typer.testing import CliRunner

from icjs_gateway.cli import build
from icjs_gateway.registry import packaged_contracts
from tests.contracts import FORMATS

STATE_FIR = FORMATS / "police" / "state-fir" / "v1"


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(build(), list(arguments))
    return result.exit_code, result.output


def made(folder: Path, contract_id: str, source: Path, *options: str) -> Path:
    code, said = run("contracts", "new", contract_id, "--from", str(source), "--out", str(folder), *options)
    assert code == 0, said
    pillar, exchange, version = contract_id.split(".")
    return folder / pillar / exchange / version


def proposals(folder: Path) -> dict[str, str]:
    text = (folder / "mapping.yaml").read_text(encoding="utf-8")
    return dict(re.findall(r"wire: ([\w@.\"]+),.*# likely (\S+)", text))


def test_every_place_of_a_json_schema_has_a_row_and_most_a_likely_member(tmp_path: Path) -> None:
    folder = made(tmp_path, "police.other-fir.v1", STATE_FIR / "schema.json", "--event", "fir")
    rows = yaml.safe_load((folder / "mapping.yaml").read_text(encoding="utf-8"))["rows"]
    assert [row["wire"] for row in rows][:3] == ["TXN_ID", "TXN_TYPE", "PREV_TXN_ID"]
    [acts] = [row for row in rows if row["wire"] == "ACT_SEC"]
    assert (acts["occurs"], [row["wire"] for row in acts["rows"]]) == ("+", ["ACT_CD", "SECTION"])
    likely = proposals(folder)
    assert likely["FIR_YEAR"] == "fir.year"
    assert likely["FIR_REG_NUM"] == "fir.registration_number"
    assert likely["AGE_YRS"] == "fir.accused.age_years"
    [mobile] = [row for row in rows if row["wire"] == "COMPL_MOBILE"]
    assert (mobile["codec"], mobile["type"]) == ("text", "number")


def test_a_document_alone_gives_a_schema_that_it_fits_and_is_the_first_sample(tmp_path: Path) -> None:
    source = packaged_contracts() / "courts/case-registered/v1/samples/valid/plain.xml"
    folder = made(tmp_path, "courts.other.v1", source, "--event", "court_case")
    assert (folder / "samples/valid/first.xml").read_bytes() == source.read_bytes()
    schema = etree.XMLSchema(file=str(folder / "schema.xsd"))
    schema.assertValid(etree.parse(str(source)))
    assert proposals(folder)["CNR"] == "case.cnr"


@pytest.mark.parametrize("sample", ["full.json", "minimal.json"])
def test_a_json_document_gives_a_schema_that_it_fits(tmp_path: Path, sample: str) -> None:
    folder = made(tmp_path, "police.other-fir.v1", STATE_FIR / "samples/valid" / sample)
    schema = json.loads((folder / "schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(json.loads((STATE_FIR / "samples/valid" / sample).read_bytes()))


ODD_JSON: dict[str, Any] = {
    "empty text": {"a": ""},
    "nothing": {"a": None, "b": [None, "x"]},
    "a fraction": {"a": 1250.5, "b": [1, 2.5]},
    "types that differ": {"a": [{"x": 1}, {"x": "1"}, {"x": True}]},
    "objects that differ": {"a": [{"x": {"p": 1}}, {"x": {"q": "2"}}, {}]},
    "a day that is none": {"a": "2026-02-31", "b": ["2026-02-28", ""], "c": "2026-02-31T10:00:00Z"},
    "lists": {"a": [], "b": [{"c": ["x"]}, {"c": []}]},
    "long": {"a": "x" * 9000},
}
ODD_XML = {
    "types that differ": '<A k="A1"/><A k="2"/>',
    "some of it empty": "<A>5</A><A/>",
    "another order": "<P><A/><B/></P><P><B/><A/></P>",
    "in between": "<A/><B/><A/>",
    "missing in the first": "<P><A/><C/></P><P><A/><B/><C/></P>",
    "a day that is none": "<A>2026-02-31</A><B>2026-02-28T10:00:00+05:30</B>",
    "another order, and several": "<P><A/><A/><B/></P><P><B/><A/></P>",
    "text with attributes": '<A k="1">x</A><A/>',
}


@pytest.mark.parametrize("name", ODD_JSON)
def test_whatever_a_json_document_holds_it_fits_what_is_inferred_of_it(tmp_path: Path, name: str) -> None:
    (tmp_path / "odd.json").write_text(json.dumps(ODD_JSON[name]))
    folder = made(tmp_path / "out", "police.odd.v1", tmp_path / "odd.json")
    schema = json.loads((folder / "schema.json").read_text(encoding="utf-8"))
    format_checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    jsonschema.Draft202012Validator(schema, format_checker=format_checker).validate(ODD_JSON[name])


@pytest.mark.parametrize("name", ODD_XML)
def test_whatever_an_xml_document_holds_it_fits_what_is_inferred_of_it(tmp_path: Path, name: str) -> None:
    (tmp_path / "odd.xml").write_text(f'<Doc xmlns="urn:odd">{ODD_XML[name]}</Doc>')
    folder = made(tmp_path / "out", "courts.odd.v1", tmp_path / "odd.xml")
    etree.XMLSchema(file=str(folder / "schema.xsd")).assertValid(etree.parse(str(tmp_path / "odd.xml")))


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("odd.json", '{"a": {"b": [{"x": 1}, "x"]}}', "a/b: an object here, a text there"),
        ("odd.xml", '<Doc xmlns="urn:odd"><A>text <B/></A></Doc>', "line 1: text beside elements"),
        ("odd.xml", '<Doc xmlns="urn:odd"><A/> text</Doc>', "line 1: text beside elements"),
    ],
)
def test_what_cannot_be_inferred_asks_for_the_schema(tmp_path: Path, name: str, text: str, reason: str) -> None:
    (tmp_path / name).write_text(text)
    code, said = run("contracts", "new", "police.odd.v1", "--from", str(tmp_path / name), "--out", str(tmp_path / "o"))
    assert code == 2
    assert reason in " ".join(said.replace("│", " ").split())


def test_a_service_description_gives_the_schema_in_it(tmp_path: Path) -> None:
    schema = (packaged_contracts() / "prisons/release/v1/schema.xsd").read_text(encoding="utf-8")
    inner = schema.partition("?>")[2]
    wsdl = tmp_path / "service.wsdl"
    wsdl.write_text(
        f'<d:definitions xmlns:d="http://schemas.xmlsoap.org/wsdl/"><d:types>{inner}</d:types></d:definitions>',
        encoding="utf-8",
    )
    folder = made(tmp_path / "out", "prisons.other.v1", wsdl, "--event", "inmate", "--root", "Release")
    declared = yaml.safe_load((folder / "contract.yaml").read_text(encoding="utf-8"))
    assert (declared["root"], declared["namespace"]) == ("Release", "urn:icjs:prisons:release:1")
    assert (declared["wires"], declared["operation"]) == (["xml", "soap"], "Release")
    assert proposals(folder)["PID"] == "inmate.accused.pid"


TWO_SCHEMAS = """<d:definitions xmlns:d="http://schemas.xmlsoap.org/wsdl/" xmlns:xs="http://www.w3.org/2001/XMLSchema"
    xmlns:t="urn:t" xmlns:m="urn:m" targetNamespace="urn:m">
  <d:types>
    <xs:schema targetNamespace="urn:t" elementFormDefault="qualified">
      <xs:simpleType name="Words"><xs:restriction base="xs:string"/></xs:simpleType>
      <xs:element name="Fault" type="t:Words"/>
    </xs:schema>
    <xs:schema targetNamespace="urn:m" elementFormDefault="qualified">
      <xs:import namespace="urn:t"/>
      <xs:element name="Push">
        <xs:complexType><xs:sequence><xs:element name="Note" type="t:Words"/></xs:sequence></xs:complexType>
      </xs:element>
    </xs:schema>
  </d:types>
  <d:message name="In"><d:part name="p" element="m:Push"/></d:message>
  <d:portType name="P"><d:operation name="SendIt"><d:input message="m:In"/></d:operation></d:portType>
</d:definitions>"""


def test_a_service_description_of_several_schemas_gives_each_that_is_needed(tmp_path: Path) -> None:
    wsdl = tmp_path / "service.wsdl"
    wsdl.write_text(TWO_SCHEMAS, encoding="utf-8")
    code, said = run("contracts", "new", "courts.push.v1", "--from", str(wsdl), "--out", str(tmp_path / "out"))
    assert (code, "there are Fault, Push" in " ".join(said.replace("│", " ").split())) == (2, True)
    folder = made(tmp_path / "out", "courts.push.v1", wsdl, "--root", "Push")
    declared = yaml.safe_load((folder / "contract.yaml").read_text(encoding="utf-8"))
    assert (declared["root"], declared["operation"]) == ("Push", "SendIt")
    etree.XMLSchema(file=str(folder / "schema.xsd")).assertValid(
        etree.fromstring('<Push xmlns="urn:m"><Note>x</Note></Push>')
    )
    assert (folder / "part-1.xsd").is_file()


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("foo.bar.v1",), "pillars are police, courts"),
        (("police.fir",), "an id is like police.state-fir.v1"),
        (("police.other.v1", "--event", "nonsense"), "no event is about nonsense; nouns are accused"),
        (("police.other.v1", "--out", str(STATE_FIR / "schema.json")), "is a file"),
    ],
)
def test_what_cannot_be_made_is_told_in_words(tmp_path: Path, arguments: tuple[str, ...], reason: str) -> None:
    source = str(STATE_FIR / "schema.json")
    code, said = run("contracts", "new", "--from", source, "--out", str(tmp_path), *arguments)
    assert code == 2
    assert reason in " ".join(said.replace("│", " ").split())


def test_an_event_may_be_named_as_its_type_spells_it_and_an_id_have_several_parts(tmp_path: Path) -> None:
    source = str(STATE_FIR / "schema.json")
    arguments = ("--from", source, "--out", str(tmp_path), "--event", "lab-report")
    code, said = run("contracts", "new", "forensics.state.report.v1", *arguments)
    assert (code, (tmp_path / "forensics/state/report/v1/contract.yaml").is_file()) == (0, True), said


def test_nothing_that_is_there_is_written_over(tmp_path: Path) -> None:
    made(tmp_path, "police.other-fir.v1", STATE_FIR / "schema.json")
    source = str(STATE_FIR / "schema.json")
    code, said = run("contracts", "new", "police.other-fir.v1", "--from", source, "--out", str(tmp_path))
    assert (code, "is there already" in said) == (2, True)


def test_a_schema_with_several_elements_asks_which_one(tmp_path: Path) -> None:
    source = str(packaged_contracts() / "prisons/inmate-status/v1/schema.xsd")
    code, said = run("contracts", "new", "prisons.other.v1", "--from", source, "--out", str(tmp_path))
    assert code == 2
    assert "--root" in said


def test_what_is_left_to_do_is_told_all_at_once_with_its_line(tmp_path: Path) -> None:
    folder = made(tmp_path, "police.other-fir.v1", STATE_FIR / "schema.json", "--event", "fir")
    code, said = run("contracts", "check", str(tmp_path))
    assert code == 1
    lines = (folder / "mapping.yaml").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        if "TODO" in line:
            assert f"mapping.yaml:{number}: " in said
    assert "FIR_YEAR: say which member of the event this is" in said
    assert "likely fir.year" in said
    assert "samples/invalid/" in said


def xsd(inner: str) -> str:
    return (
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:x" targetNamespace="urn:x"'
        f' elementFormDefault="qualified">{inner}</xs:schema>'
    )


ITSELF = (
    '<xs:element name="A" type="T"/><xs:complexType name="T"><xs:sequence>'
    '<xs:element name="Part" type="T" minOccurs="0"/></xs:sequence></xs:complexType>'
)
ANYTHING = (
    '<xs:element name="A"><xs:complexType><xs:sequence><xs:any processContents="lax"/></xs:sequence></xs:complexType>'
    "</xs:element>"
)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("empty.xml", "", "The XML is not well formed"),
        ("page.html", "<html><p>a<br></html>", "an end tag that is not that of the element which is open, line 1"),
        ("entity.xml", '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///x">]><a xmlns="urn:x">&e;</a>', "XML-DOCTYPE"),
        ("bare.xml", "<a><b>1</b></a>", "a document without a namespace"),
        ("mixed.xml", '<a xmlns="urn:x" xmlns:y="urn:y"><y:b>1</y:b></a>', "a name of another namespace"),
        ("itself.xsd", xsd(ITSELF), "A/Part contains itself"),
        ("anything.xsd", xsd(ANYTHING), "A: any element may stand there"),
        ("typo.xsd", xsd('<xs:element name="A" type="xs:tex"/>'), "this is no schema: unknown type 'xs:tex'"),
        ("away.xsd", xsd('<xs:include schemaLocation="../t.xsd"/>'), "put that file beside it"),
        ("round.xsd", xsd('<xs:include schemaLocation="round.xsd"/>'), "call it that before"),
        ("over.xsd", xsd('<xs:include schemaLocation="schema.xsd"/>'), "call it that before"),
        ("scalar.xsd", xsd('<xs:element name="A" type="xs:string"/>'), "nothing stands in it"),
        ("cut.json", '{"a": 1,', "The JSON is not well formed"),
        ("twice.json", '{"a": 1, "a": 2}', "JSON-DUPLICATE-NAME"),
        ("list.json", "[1, 2]", "a document of a contract is one object"),
        ("nothing.json", "{}", "nothing stands in it"),
        ("lists.json", '{"a": [[1]]}', "a: a list of lists has no names"),
        ("itself.json", '{"$schema": "", "properties": {"a": {"$ref": "#"}}}', "# contains itself"),
        ("away.json", '{"$schema": "", "properties": {"a": {"$ref": "b.json#/c"}}}', "leads to another file"),
        ("nowhere.json", '{"$schema": "", "properties": {"a": {"$ref": "#/$defs/c"}}}', "leads nowhere"),
    ],
)
def test_what_no_table_can_be_made_for_is_refused_with_what_to_do(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    source = tmp_path / name
    source.write_text(text, encoding="utf-8")
    code, output = run("contracts", "new", "police.other.v1", "--from", str(source), "--out", str(tmp_path / "out"))
    assert (code, (tmp_path / "out").exists()) == (2, False)
    assert said in " ".join(output.replace("│", " ").split())


def test_the_files_that_a_schema_includes_move_with_it(tmp_path: Path) -> None:
    (tmp_path / "types.xsd").write_text(xsd('<xs:simpleType name="T"><xs:restriction base="xs:date"/></xs:simpleType>'))
    element = '<xs:element name="A"><xs:complexType><xs:attribute name="on" type="T"/></xs:complexType></xs:element>'
    (tmp_path / "main.xsd").write_text(xsd('<xs:include schemaLocation="types.xsd"/>' + element))
    folder = made(tmp_path / "out", "police.other.v1", tmp_path / "main.xsd")
    assert (folder / "types.xsd").read_bytes() == (tmp_path / "types.xsd").read_bytes()
    [row] = yaml.safe_load((folder / "mapping.yaml").read_text(encoding="utf-8"))["rows"]
    assert (row["wire"], row["codec"]) == ("@on", "date")


def test_parts_and_alternatives_of_a_json_schema_are_put_together(tmp_path: Path) -> None:
    source = tmp_path / "schema.json"
    source.write_text(
        """{"$schema": "", "$id": "urn:x", "type": "object",
            "properties": {"when": {"anyOf": [{"type": "null"}, {"type": "string", "format": "date"}]}},
            "allOf": [{"required": ["who"], "properties": {"who": {"$ref": "urn:x#/definitions/person"}}}],
            "oneOf": [{"properties": {"cnr": {"type": "string"}}, "required": ["cnr"]},
                      {"properties": {"fir": {"type": ["string", "null"]}}, "required": ["fir"]}],
            "definitions": {"person": {"type": "object", "properties": {"age": {"type": "integer"}}}}}"""
    )
    folder = made(tmp_path / "out", "police.other.v1", source)
    rows = yaml.safe_load((folder / "mapping.yaml").read_text(encoding="utf-8"))["rows"]
    assert {row["wire"]: (row.get("codec"), row.get("occurs")) for row in rows} == {
        "when": ("date", None), "who": (None, "1"), "cnr": ("text", None), "fir": ("text", None),
    }  # fmt: skip
    [who] = [row for row in rows if row["wire"] == "who"]
    assert [row["wire"] for row in who["rows"]] == ["age"]


def test_where_a_schema_is_said_to_lie_is_no_part_of_a_document(tmp_path: Path) -> None:
    source = tmp_path / "one.xml"
    xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:x x.xsd"'
    source.write_text(f'<a xmlns="urn:x" {xsi}><b>1</b></a>')
    folder = made(tmp_path / "out", "police.other.v1", source)
    assert "schemaLocation" not in (folder / "mapping.yaml").read_text(encoding="utf-8")


def test_elements_that_rows_would_not_read_for_their_namespace_are_told_beside_the_rows(tmp_path: Path) -> None:
    xsd = tmp_path / "unqualified.xsd"
    xsd.write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:x"><xs:element name="Doc">'
        '<xs:complexType><xs:sequence><xs:element name="A" type="xs:string"/><xs:element name="B" type="xs:string"/>'
        "</xs:sequence></xs:complexType></xs:element></xs:schema>",
        encoding="utf-8",
    )
    mapping = (made(tmp_path / "out", "courts.unqualified.v1", xsd) / "mapping.yaml").read_text(encoding="utf-8")
    assert "  # A, B: it has no namespace, and rows have the contract's: the schema needs elementForm" in mapping
