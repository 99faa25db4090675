"""The places of a JSON Schema.

`properties`, `items`, references within the file, and what `allOf`, `anyOf`, `oneOf`, `then`, `else` and
`dependentSchemas` add are read; a member of an alternative is one that may be left out. An object that is not closed
may hold what nobody wrote down.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.registry.places import Counted, Place

Schema = Mapping[str, Any]
_OPEN = "members that the schema does not name may stand there: `additionalProperties: false` closes it"
_PATTERNS = "patternProperties lets in members by pattern: name each of them under `properties`"
_SHAPES = "an object or a list may stand there: let it be a list, of one where there is one"


def json_root(schema: Any) -> Place:
    """The document that a JSON Schema describes, an object, with all places below. Raises Misconfigured."""
    counted = Counted()
    merged = _Merged(_schema(schema, ""), schema, ())
    return Place("", loses=_losses(merged), below=list(_members(merged, "", counted)))


class _Merged:
    """A subschema with its references followed and its parts put together."""

    def __init__(self, schema: Schema, whole: Schema, within: tuple[str, ...]) -> None:
        self.whole, self.within = whole, within
        self.properties: dict[str, Any] = {}
        self.required: set[str] = set()
        self.said: dict[str, Any] = {}
        self.types: set[str] = set()
        self.is_closed = False
        self.has_patterns = False
        self._add(schema)

    def _add(self, schema: Schema) -> None:
        while "$ref" in schema:
            reference = schema["$ref"]
            if reference in self.within:
                raise Misconfigured(
                    f"{reference} contains itself, and a table has a row for every place: write out how deep it goes"
                )
            self.within = (*self.within, reference)
            schema = {**_pointed_at(reference, self.whole), **{k: v for k, v in schema.items() if k != "$ref"}}
        self.properties = {**_mapping(schema, "properties"), **self.properties}
        self.required |= {str(name) for name in _list(schema, "required")}
        self.said = {**{key: schema[key] for key in ("type", "format", "enum", "items") if key in schema}, **self.said}
        said = schema.get("type", ())
        self.types |= {str(each) for each in ([said] if isinstance(said, str) else said) if each != "null"}
        self.is_closed |= schema.get("additionalProperties") is False or schema.get("unevaluatedProperties") is False
        self.has_patterns |= bool(schema.get("patternProperties"))
        for part in _schemas(schema, "allOf"):
            self._add(part)
        for name in ("anyOf", "oneOf"):
            merged = self._alternatives(each for each in _schemas(schema, name) if each.get("type") != "null")
            if merged:
                self.required |= set.intersection(*(each.required for each in merged))
                self.is_closed |= all(each.is_closed for each in merged)
        further = _mapping(schema, "dependentSchemas").values()
        conditional = [schema[name] for name in ("then", "else") if name in schema]
        self._alternatives(_schema(each, "then") for each in chain(conditional, further))

    def _alternatives(self, schemas: Iterator[Schema]) -> list[_Merged]:
        """What may be there as well, put beside what is."""
        merged = [_Merged(each, self.whole, self.within) for each in schemas]
        for each in merged:
            self.properties = {**each.properties, **self.properties}
            self.said = {**each.said, **self.said}
            self.types |= each.types
            self.has_patterns |= each.has_patterns
        return merged

    @property
    def type(self) -> str:
        """The first one that is not null."""
        said = self.said.get("type", ())
        return next((str(each) for each in ([said] if isinstance(said, str) else said) if each != "null"), "")

    @property
    def is_object(self) -> bool:
        return bool(self.properties) or self.type == "object"


def _losses(schema: _Merged) -> list[str]:
    """What an object lets in that no row carries."""
    found = [_OPEN] if schema.is_object and not schema.is_closed else []
    found += [_PATTERNS] if schema.has_patterns else []
    return found + ([_SHAPES] if {"object", "array"} <= schema.types else [])


def _members(schema: _Merged, above: str, counted: Counted) -> Iterator[Place]:
    for name, declared in schema.properties.items():
        path = f"{above}{name}"
        counted.one(path)
        member = _Merged(_schema(declared, path), schema.whole, schema.within)
        place = Place(name, required=name in schema.required, many=member.type == "array", loses=_losses(member))
        if place.many:
            member = _Merged(_schema(member.said.get("items", {}), path), member.whole, member.within)
            if member.type == "array":
                raise Misconfigured(f"{path}: a list of lists has no names to make rows of; give the inner one one")
            place.loses += [each for each in _losses(member) if each not in place.loses]
        place.kind = _kind(member)
        codes = member.said.get("enum", ())
        place.codes = tuple(str(code) for code in codes if code is not None) if isinstance(codes, list) else ()
        place.below = list(_members(member, f"{path}/", counted))
        yield place


def _pointed_at(reference: Any, whole: Schema) -> Schema:
    """What a reference within the file leads to (RFC 6901)."""
    file, _, pointer = str(reference).partition("#")
    if file not in ("", whole.get("$id")):
        raise Misconfigured(f"{reference} leads to another file: put what it means under $defs, and refer to it there")
    found: Any = whole
    for step in pointer.split("/")[1:]:
        found = found.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(found, Mapping) else None
    if not isinstance(found, Mapping):
        raise Misconfigured(f"{reference} leads nowhere in the schema: say under $defs what it means")
    return found


def _schema(value: Any, where: str) -> Schema:
    """A subschema; `true` lets anything stand there."""
    if value is True:
        return {}
    if not isinstance(value, Mapping):
        raise Misconfigured(f"{where or 'the schema'}: a schema is an object, not {_shown(value)}")
    return value


def _schemas(schema: Schema, name: str) -> Iterator[Schema]:
    return (_schema(each, name) for each in _list(schema, name))


def _list(schema: Schema, name: str) -> Sequence[Any]:
    value = schema.get(name, [])
    if not isinstance(value, list):
        raise Misconfigured(f"{name}: expected a list, not {_shown(value)}")
    return value


def _mapping(schema: Schema, name: str) -> Mapping[str, Any]:
    value = schema.get(name, {})
    if not isinstance(value, Mapping):
        raise Misconfigured(f"{name}: expected an object, not {_shown(value)}")
    return value


def _shown(value: Any) -> str:
    return str(value)[:40]


def _kind(member: _Merged) -> str:
    kind = {"integer": "integer", "boolean": "boolean"}.get(member.type, "text")
    return {"date": "date", "date-time": "timestamp"}.get(str(member.said.get("format")), kind)
