"""Whatever part of a JSON Schema lets a member in, it is a place; and what a row could not read of it is told."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.registry.json_places import json_root
from icjs_gateway.registry.places import Place, losses

TEXT = {"type": "string"}
CLOSED: dict[str, Any] = {"type": "object", "additionalProperties": False}


def closed(**properties: Any) -> dict[str, Any]:
    return CLOSED | {"properties": properties}


def told(place: Place, above: str = "") -> dict[str, str]:
    """Every place by its path, with how often it may stand."""
    words = {(True, False): "1", (False, False): "?", (False, True): "*", (True, True): "+"}
    found = {}
    for each in place.below:
        found[f"{above}{each.name}"] = words[each.required, each.many]
        found |= told(each, f"{above}{each.name}/")
    return found


def lost(place: Place) -> list[tuple[str, str]]:
    return [(path, " ".join(reason.split()[:3])) for path, reason in losses(place)]


BASE = {"properties": {"b": TEXT}}


@pytest.mark.parametrize(
    ("schema", "found"),
    [
        (
            {"unevaluatedProperties": False,
             "oneOf": [{"properties": {"a": closed(x=TEXT)}}, {"properties": {"a": closed(y=TEXT)}}]},
            {"a": "?", "a/x": "?", "a/y": "?"},
        ),
        (closed(a={"oneOf": [{"type": "array", "items": closed(x=TEXT)}, {"type": "array", "items": closed(y=TEXT)}]}),
         {"a": "*", "a/x": "?", "a/y": "?"}),
        (closed(a={"type": "array", "prefixItems": [closed(x=TEXT)], "items": closed(y=TEXT)}),
         {"a": "*", "a/x": "?", "a/y": "?"}),
        (
            {"$ref": "#/$defs/b", "properties": {"a": TEXT}, "unevaluatedProperties": False, "$defs": {"b": BASE}},
            {"a": "?", "b": "?"},
        ),
        ({"if": BASE, "properties": {"a": TEXT}, "unevaluatedProperties": False}, {"a": "?", "b": "?"}),
        (
            {"required": ["a"], "unevaluatedProperties": False, "properties": {"a": TEXT},
             "if": {"required": ["a"]}, "then": {"required": ["b"], **BASE}, "else": False},
            {"a": "1", "b": "1"},
        ),
        (CLOSED | {"properties": {"a": TEXT, "b": False}}, {"a": "?"}),
        (
            {"allOf": [{"$ref": "#/$defs/b"}] * 2, "unevaluatedProperties": False, "$defs": {"b": BASE}},
            {"b": "?"},
        ),
        (closed(a={"$ref": "#/$defs/a%20b"}) | {"$defs": {"a b": closed(x=TEXT)}}, {"a": "?", "a/x": "?"}),
    ],
    ids=["alternatives of a member", "of items", "first items", "beside a reference", "a condition", "a consequence",
         "a member forbidden", "one reference twice", "a reference with a blank"],
)  # fmt: skip
def test_what_any_part_of_a_schema_lets_in_is_a_place(schema: dict[str, Any], found: dict[str, str]) -> None:
    place = json_root(schema)
    assert told(place) == found
    assert lost(place) == []


@pytest.mark.parametrize(
    ("member", "reason"),
    [
        ({"additionalProperties": False, "properties": {"x": TEXT}}, "something else than"),
        (closed(x=TEXT) | {"type": ["object", "string"]}, "something else than"),
        ({"type": ["array", "string"], "items": TEXT}, "something else than"),
        ({"items": TEXT}, "something else than"),
        ({"type": "array", "items": closed(x=TEXT) | {"type": ["object", "string"]}}, "something else than"),
        (closed(x=TEXT) | {"type": ["object", "array"]}, "an object or"),
    ],
)
def test_what_may_stand_instead_of_an_object_or_a_list_is_told(member: dict[str, Any], reason: str) -> None:
    assert lost(json_root(closed(a=member))) == [("a", reason)]


def test_null_beside_an_object_or_a_list_is_nothing() -> None:
    schema = closed(a=closed(x=TEXT) | {"type": ["object", "null"]}, b={"anyOf": [{"type": "null"}, closed(y=TEXT)]})
    assert lost(json_root(schema)) == []


def test_codes_of_alternatives_are_all_of_them() -> None:
    ways = [{"properties": {"kind": {"const": kind}}, "required": ["kind"]} for kind in "AB"]
    [kind] = json_root({"properties": {"kind": TEXT}, "unevaluatedProperties": False, "oneOf": ways}).below
    assert (kind.codes, kind.required) == (("A", "B"), True)


def test_what_a_silent_alternative_leaves_open_is_not_closed_by_the_others() -> None:
    one_sided = {"anyOf": [{"properties": {"a": closed(x=TEXT)}}, {"required": ["b"]}]}
    schema = CLOSED | {"properties": {"a": {"type": "object", "properties": {"x": TEXT}}, "b": TEXT}, **one_sided}
    assert lost(json_root(schema)) == [("a", "members that the")]


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({"$dynamicRef": "#a"}, "say `\\$ref`"),
        ({"$ref": "#a", "$defs": {"a": {"$anchor": "a"}}}, "#a is a name"),
    ],
)
def test_references_by_name_are_refused_in_words(schema: dict[str, Any], reason: str) -> None:
    with pytest.raises(Misconfigured, match=reason):
        json_root(schema)


NAMES = st.sampled_from("ab")
OBJECTS = st.builds(lambda names: closed(**dict.fromkeys(names, TEXT)), st.sets(st.sampled_from("xy"), min_size=1))
MEMBERS = st.one_of(
    st.just(TEXT),
    OBJECTS,
    st.builds(lambda said: {"properties": said["properties"], "additionalProperties": False}, OBJECTS),
    st.builds(lambda item: {"type": "array", "items": item}, st.one_of(st.just(TEXT), OBJECTS)),
    st.builds(lambda item: {"prefixItems": [item], "type": "array", "items": TEXT}, OBJECTS),
)
PARTS = st.builds(lambda said: {"properties": said}, st.dictionaries(NAMES, MEMBERS, max_size=2))
FURTHER = st.one_of(
    st.just({}),
    st.builds(
        lambda name, parts: {name: parts}, st.sampled_from(["anyOf", "oneOf", "allOf"]), st.lists(PARTS, min_size=2)
    ),
    st.builds(lambda when, then, other: {"if": when, "then": then, "else": other}, PARTS, PARTS, PARTS),
    st.builds(lambda name, then: {"dependentSchemas": {name: then}}, NAMES, PARTS),
    st.builds(lambda part: {"$ref": "#/$defs/part", "$defs": {"part": part}}, PARTS),
)
SCHEMAS = st.builds(lambda own, more: {"type": "object", "unevaluatedProperties": False, **own, **more}, PARTS, FURTHER)
INNER = st.dictionaries(st.sampled_from("xy"), st.just("p"), max_size=1)
DOCUMENTS = st.dictionaries(
    NAMES, st.one_of(st.just("p"), INNER, st.lists(st.one_of(st.just("p"), INNER), max_size=1)), min_size=1, max_size=2
)


def unread(value: Any, place: Place, at: str = "") -> list[str]:
    """What of a document has no place, or stands in one that a row of its kind would not read."""
    if not isinstance(value, dict):
        return [at]
    known = {each.name: each for each in place.below}
    found: list[str] = []
    for name, inner in value.items():
        each, where = known.get(name), f"{at}/{name}"
        if each is None or each.many != isinstance(inner, list):
            found.append(where)
            continue
        for item in inner if each.many else [inner]:
            if each.below:
                found += unread(item, each, where)
            elif isinstance(item, list) or (isinstance(item, dict) and item):
                found.append(where)
    return found


@given(SCHEMAS, DOCUMENTS)
def test_what_a_schema_admits_has_a_place_or_is_told(schema: dict[str, Any], document: dict[str, Any]) -> None:
    if not jsonschema_rs.Draft202012Validator(schema).is_valid(document):
        return
    try:
        place = json_root(schema)
    except Misconfigured:
        return
    assert not unread(document, place) or lost(place)
