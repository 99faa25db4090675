"""What a schema lets in that no row could carry is told, and how often something may stand is right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.registry.json_places import json_root
from icjs_gateway.registry.places import PLACES_MAX, Place, foreign, losses
from icjs_gateway.registry.xsd_places import xsd_root

HEAD = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:x" targetNamespace="urn:x"'


def document(content: str, further: str = "", form: str = "qualified") -> Place:
    """The element `Doc` with this content, and what stands in the schema beside it."""
    xsd = f'{HEAD} elementFormDefault="{form}"><xs:element name="Doc"><xs:complexType>{content}</xs:complexType>'
    return xsd_root(f"{xsd}</xs:element>{further}</xs:schema>", "Doc").place


def often(place: Place) -> dict[str, str]:
    words = {(True, False): "1", (False, False): "?", (False, True): "*", (True, True): "+"}
    return {each.name: words[each.required, each.many] for each in place.below}


def lost(place: Place) -> list[tuple[str, str]]:
    """Path and first words of what would be lost."""
    return [(path, " ".join(reason.split()[:3])) for path, reason in losses(place)]


A, B = '<xs:element name="A" type="xs:string"/>', '<xs:element name="B" type="xs:string"/>'
C = '<xs:element name="C" type="xs:string"/>'
SOME_B = '<xs:element name="B" type="xs:string" minOccurs="0" maxOccurs="3"/>'


@pytest.mark.parametrize(
    ("content", "counted"),
    [
        (f"<xs:sequence>{A}{SOME_B}</xs:sequence>", {"A": "1", "B": "*"}),
        (f"<xs:choice>{A}{B}</xs:choice>", {"A": "?", "B": "?"}),
        (f"<xs:choice>{A}</xs:choice>", {"A": "1"}),
        (f'<xs:choice maxOccurs="unbounded">{A}{B}</xs:choice>', {"A": "*", "B": "*"}),
        (f'<xs:sequence minOccurs="0">{A}</xs:sequence>', {"A": "?"}),
        (f'<xs:sequence maxOccurs="2">{A}</xs:sequence>', {"A": "+"}),
        (f'<xs:sequence>{A}<xs:sequence minOccurs="0">{B}</xs:sequence></xs:sequence>', {"A": "1", "B": "?"}),
        (f"<xs:sequence>{A}<xs:choice><xs:sequence>{B}</xs:sequence></xs:choice></xs:sequence>", {"A": "1", "B": "1"}),
        (f"<xs:sequence>{A}{B}{A}</xs:sequence>", {"A": "+", "B": "1"}),
        (f"<xs:all>{A}{B}</xs:all>", {"A": "1", "B": "1"}),
        (
            f"<xs:choice><xs:sequence>{C}{A}</xs:sequence><xs:sequence>{B}{A}</xs:sequence></xs:choice>",
            {"C": "?", "A": "1", "B": "?"},
        ),
        (f"<xs:choice><xs:sequence>{C}{A}{A}</xs:sequence>{B}</xs:choice>", {"C": "?", "A": "*", "B": "?"}),
        (f"<xs:choice><xs:sequence/>{A}</xs:choice>", {"A": "?"}),
        (f'<xs:sequence>{A}<xs:sequence maxOccurs="0" minOccurs="0">{B}</xs:sequence></xs:sequence>', {"A": "1"}),
        (f'<xs:sequence maxOccurs="2"><xs:choice>{A}{B}</xs:choice></xs:sequence>', {"A": "*", "B": "*"}),
    ],
)
def test_how_often_an_element_may_stand_is_said_by_the_groups_around_it_too(
    content: str, counted: dict[str, str]
) -> None:
    place = document(content)
    assert often(place) == counted
    assert lost(place) == []


@pytest.mark.parametrize(
    ("content", "further", "found"),
    [
        (f'<xs:sequence maxOccurs="2">{A}{B}</xs:sequence>', "", [("", "a sequence repeats")]),
        (
            f'<xs:choice maxOccurs="2"><xs:sequence>{A}{B}</xs:sequence></xs:choice>',
            "",
            [("", "a sequence repeats")],
        ),
        (
            '<xs:sequence><xs:element name="A"><xs:complexType mixed="true"><xs:sequence>'
            f"{B}</xs:sequence></xs:complexType></xs:element></xs:sequence>",
            "",
            [("A", "text may stand")],
        ),
        (
            '<xs:sequence><xs:element name="A" type="T"/></xs:sequence>',
            f'<xs:complexType name="T"><xs:sequence>{B}</xs:sequence></xs:complexType><xs:complexType name="U">'
            f'<xs:complexContent><xs:extension base="T"><xs:sequence>{A}</xs:sequence></xs:extension>'
            "</xs:complexContent></xs:complexType>",
            [("A", "`xsi:type` may make")],
        ),
        (
            '<xs:sequence><xs:element ref="H"/></xs:sequence>',
            '<xs:element name="H" type="xs:string"/><xs:element name="I" type="xs:string" substitutionGroup="H"/>',
            [("H", "I may take")],
        ),
    ],
    ids=["sequence", "sequence in choice", "mixed", "extended", "substituted"],
)
def test_what_an_xsd_lets_in_beside_its_elements_is_told(
    content: str, further: str, found: list[tuple[str, str]]
) -> None:
    assert lost(document(content, further)) == found


def test_a_name_in_two_namespaces_under_one_element_is_told(tmp_path: Path) -> None:
    (tmp_path / "o.xsd").write_text(f"{HEAD.replace('urn:x', 'urn:o')}>{A}</xs:schema>", encoding="utf-8")
    (tmp_path / "x.xsd").write_text(
        f'{HEAD} xmlns:o="urn:o" elementFormDefault="qualified"><xs:import namespace="urn:o" schemaLocation="o.xsd"/>'
        f'<xs:element name="Doc"><xs:complexType><xs:sequence>{A}<xs:element ref="o:A"/></xs:sequence></xs:complexType>'
        "</xs:element></xs:schema>",
        encoding="utf-8",
    )
    place = xsd_root(tmp_path / "x.xsd").place
    assert lost(place) == [("", "A stands there")]


@pytest.mark.parametrize("block", ['block="extension"', 'block="#all"'])
def test_what_a_schema_blocks_is_not_let_in(block: str) -> None:
    further = (
        f'<xs:complexType name="T" {block}><xs:sequence>{B}</xs:sequence></xs:complexType><xs:complexType name="U">'
        f'<xs:complexContent><xs:extension base="T"><xs:sequence>{A}</xs:sequence></xs:extension>'
        "</xs:complexContent></xs:complexType>"
    )
    assert lost(document('<xs:sequence><xs:element name="A" type="T"/></xs:sequence>', further)) == []


def test_elements_of_no_namespace_are_known_as_such() -> None:
    place = document(f"<xs:sequence>{A}</xs:sequence>", form="unqualified")
    assert list(foreign(place, "urn:x")) == [("A", "A", "")]
    assert list(foreign(document(f"<xs:sequence>{A}</xs:sequence>"), "urn:x")) == []


@pytest.mark.parametrize("kind", ['<xs:list itemType="xs:int"/>', '<xs:union memberTypes="xs:int xs:date"/>'])
def test_a_list_or_one_of_several_types_is_text(kind: str) -> None:
    further = f'<xs:simpleType name="T">{kind}</xs:simpleType>'
    [place] = document('<xs:sequence><xs:element name="A" type="T"/></xs:sequence>', further).below
    assert (place.kind, place.codes) == ("text", ())


CLOSED: dict[str, Any] = {"type": "object", "additionalProperties": False}
TEXT = {"type": "string"}


@pytest.mark.parametrize(
    ("schema", "found"),
    [
        (CLOSED | {"properties": {"a": TEXT}}, []),
        ({"properties": {"a": TEXT}}, [("", "members that the")]),
        ({"properties": {"a": TEXT}, "additionalProperties": TEXT}, [("", "members that the")]),
        (CLOSED | {"properties": {"a": {"type": "object"}}}, [("a", "members that the")]),
        (
            CLOSED | {"properties": {"a": {"type": "array", "items": {"properties": {"b": TEXT}}}}},
            [("a", "members that the"), ("a", "something else than")],
        ),
        (CLOSED | {"properties": {"a": TEXT}, "patternProperties": {"^x": TEXT}}, [("", "patternProperties lets in")]),
        (
            CLOSED | {"properties": {"a": {"oneOf": [CLOSED, {"type": "array", "items": CLOSED}]}}},
            [("a", "an object or")],
        ),
        ({"allOf": [CLOSED | {"properties": {"a": TEXT}}]}, []),
        ({"anyOf": [CLOSED | {"properties": {"a": TEXT}}, CLOSED | {"properties": {"b": TEXT}}]}, []),
        ({"anyOf": [CLOSED | {"properties": {"a": TEXT}}, {"properties": {"b": TEXT}}]}, [("", "members that the")]),
        ({"properties": {"a": TEXT}, "unevaluatedProperties": False}, []),
    ],
)
def test_what_a_json_schema_leaves_open_is_told(schema: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert lost(json_root(schema)) == found


@pytest.mark.parametrize(
    "conditional",
    [
        {"if": {"required": ["a"]}, "then": {"properties": {"b": TEXT}, "required": ["b"]}},
        {"if": {"required": ["a"]}, "else": {"properties": {"b": TEXT}}},
        {"dependentSchemas": {"a": {"properties": {"b": TEXT}}}},
    ],
)
def test_what_a_condition_adds_is_a_place_that_may_be_empty(conditional: dict[str, Any]) -> None:
    place = json_root({"properties": {"a": TEXT}, "unevaluatedProperties": False, **conditional})
    assert sorted(often(place).items()) == [("a", "?"), ("b", "?")]


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({"properties": []}, "properties: expected an object"),
        ({"properties": {"a": 5}}, "a: a schema is an object, not 5"),
        ({"properties": {"a": {"type": "array", "items": [TEXT]}}}, "a schema is an object"),
        ({"required": True}, "required: expected a list, not True"),
        ({"allOf": TEXT}, "allOf: expected a list"),
        ({"anyOf": ["a"]}, "anyOf: a schema is an object"),
        ({"$ref": 5}, "5 leads to another file"),
        ([], "the schema: a schema is an object"),
    ],
)
def test_what_is_no_json_schema_is_refused_in_words(schema: Any, reason: str) -> None:
    with pytest.raises(Misconfigured, match=reason):
        json_root(schema)


def test_true_lets_anything_stand_and_is_no_fault() -> None:
    schema = CLOSED | {"properties": {"a": True, "b": {"type": "array", "items": True}}, "allOf": [True]}
    assert {each.name for each in json_root(schema).below} == {"a", "b"}


def test_a_schema_without_measure_is_refused() -> None:
    types = {f"t{n}": CLOSED | {"properties": {x: {"$ref": f"#/$defs/t{n + 1}"} for x in "ab"}} for n in range(20)}
    schema = {"$defs": types | {"t20": TEXT}, "$ref": "#/$defs/t0"}
    with pytest.raises(Misconfigured, match=f"more than {PLACES_MAX} places"):
        json_root(schema)
