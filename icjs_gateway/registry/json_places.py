"""The places of a JSON Schema.

`properties`, `items`, references within the file, and what `allOf`, `anyOf`, `oneOf`, `if`, `then`, `else` and
`dependentSchemas` add are read; a member of an alternative is one that may be left out. An object that is not closed
may hold what nobody wrote down, and a row reads nothing of a value that is not of its shape.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any
from urllib.parse import unquote

from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.registry.json_shapes import ANYTHING, JSON_TYPES, Shape, both, either
from icjs_gateway.registry.places import Counted, Place

Schema = Mapping[str, Any]
_OPEN = "members that the schema does not name may stand there: `additionalProperties: false` closes it"
_PATTERNS = "patternProperties lets in members by pattern: name each of them under `properties`"
_SHAPES = "an object or a list may stand there: let it be a list, of one where there is one"
_ELSE = "something else than {what} may stand there, and would not be read: say `type: {kind}`"
_ELSEWHERE = ("$dynamicRef", "$recursiveRef")


def json_root(schema: Any) -> Place:
    """The document that a JSON Schema describes, an object, with all places below. Raises Misconfigured."""
    shape = _Reader(_schema(schema, "")).shape(schema, "", ())
    return Place("", loses=_open(shape), below=_places(shape))


class _Reader:
    """Follows the references of one schema."""

    def __init__(self, whole: Schema) -> None:
        self._whole = whole
        self._counted = Counted()

    def shape(self, value: Any, path: str, within: tuple[str, ...]) -> Shape:
        """What a subschema says of one place. `within` are the references that led there."""
        schema = _schema(value, path)
        parts = [self._own(schema, path, within)]
        if any(name in schema for name in _ELSEWHERE):
            raise Misconfigured(f"{path or 'the schema'}: $dynamicRef leads who knows where: say `$ref`")
        if "$ref" in schema:
            reference = str(schema["$ref"])
            if reference in within:
                raise Misconfigured(
                    f"{reference} contains itself, and a table has a row for every place: write out how deep it goes"
                )
            self._counted.one(path)
            parts.append(self.shape(_pointed_at(reference, self._whole), path, (*within, reference)))
        parts += [self.shape(each, path, within) for each in _parts(schema, path, "allOf")]
        for name in ("anyOf", "oneOf"):
            if name in schema:
                parts.append(either(self._all(_parts(schema, path, name), path, within)))
        parts += [self._conditional(schema, path, within)] if "if" in schema else []
        for each in _mapping(schema, "dependentSchemas").values():
            parts.append(either([*self._all([each], path, within), ANYTHING]))
        return reduce(both, parts)

    def _all(self, schemas: Sequence[Any], path: str, within: tuple[str, ...]) -> list[Shape]:
        """`false` is an alternative that nothing fits."""
        return [self.shape(each, path, within) for each in schemas if each is not False]

    def _conditional(self, schema: Schema, path: str, within: tuple[str, ...]) -> Shape:
        ways = []
        if schema.get("then") is not False:
            ways.append(both(*(self.shape(schema.get(name, True), path, within) for name in ("if", "then"))))
        ways += self._all([schema.get("else", True)], path, within)
        return either(ways)

    def _own(self, schema: Schema, path: str, within: tuple[str, ...]) -> Shape:
        """What its own words say, references and alternatives apart."""
        said = schema.get("type")
        named = [said] if isinstance(said, str) else _list(schema, "type")
        codes = schema.get("enum", [schema["const"]] if isinstance(schema.get("const"), str) else None)
        if said is None and isinstance(codes, list):
            named = [JSON_TYPES[type(code)] for code in codes]
        members = {}
        for name, declared in _mapping(schema, "properties").items():
            at = f"{path}/{name}".lstrip("/")
            self._counted.one(at)
            if declared is not False:
                members[name] = self.shape(declared, at, within)
        return Shape(
            types=frozenset(str(each) for each in named) - {"null"} if said is not None or named else None,
            is_closed=schema.get("additionalProperties") is False or schema.get("unevaluatedProperties") is False,
            has_patterns=bool(schema.get("patternProperties")),
            members=members,
            required=frozenset(str(name) for name in _list(schema, "required")),
            items=self._items(schema, path, within),
            codes=tuple(str(code) for code in codes if code is not None) if isinstance(codes, list) else None,
            format=str(schema["format"]) if "format" in schema else None,
        )

    def _items(self, schema: Schema, path: str, within: tuple[str, ...]) -> Shape | None:
        listed = [*_list(schema, "prefixItems"), *([schema["items"]] if "items" in schema else [])]
        found = self._all(listed, path, within)
        return either(found) if found else None


def _open(shape: Shape) -> list[str]:
    """What an object lets in that no row carries."""
    is_object = bool(shape.members) or "object" in (shape.types or ())
    return ([_OPEN] if is_object and not shape.is_closed else []) + ([_PATTERNS] if shape.has_patterns else [])


def _losses(shape: Shape) -> list[str]:
    """What may stand at a place and would not be read."""
    types = shape.types or frozenset()
    found = _open(shape)
    if {"object", "array"} <= types:
        found.append(_SHAPES)
    elif _is_list(shape) and types != {"array"}:
        found.append(_ELSE.format(what="a list", kind="array"))
    elif shape.members and not _is_list(shape) and types != {"object"}:
        found.append(_ELSE.format(what="an object", kind="object"))
    return found


def _is_list(shape: Shape) -> bool:
    return "array" in (shape.types or ()) or (shape.types is None and shape.items is not None)


def _places(shape: Shape, above: str = "") -> list[Place]:
    places = []
    for name, member in shape.members.items():
        loses = _losses(member)
        place = Place(name, required=name in shape.required, many=_is_list(member), loses=loses)
        if place.many:
            item = member.items or ANYTHING
            if _is_list(item):
                raise Misconfigured(
                    f"{above}{name}: a list of lists has no names to make rows of; give the inner one one"
                )
            place.loses += [each for each in _losses(item) if each not in loses]
            # Where an object may stand instead of a list, its members are places too.
            member = both(item, Shape(members=member.members)) if member.members else item
        place.kind = _kind(member)
        place.codes = member.codes or ()
        place.types = member.types or frozenset()
        place.below = _places(member, f"{above}{name}/")
        places.append(place)
    return places


def _pointed_at(reference: str, whole: Schema) -> Any:
    """What a reference within the file leads to (RFC 6901)."""
    file, _, pointer = reference.partition("#")
    if file not in ("", whole.get("$id")):
        raise Misconfigured(f"{reference} leads to another file: put what it means under $defs, and refer to it there")
    found: Any = whole
    first, *steps = unquote(pointer).split("/")
    if first:
        raise Misconfigured(f"{reference} is a name: refer to the place itself, like #/$defs/{first}")
    for step in steps:
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


def _parts(schema: Schema, path: str, name: str) -> Sequence[Any]:
    """The schemas in a list; `false` is one too."""
    for each in (listed := _list(schema, name)):
        if each is not False:
            _schema(each, f"{path}/{name}".lstrip("/"))
    return listed


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


def _kind(member: Shape) -> str:
    types = member.types or frozenset()
    kind = _KINDS.get(next(iter(types)), "text") if len(types) == 1 else "text"
    return {"date": "date", "date-time": "timestamp"}.get(str(member.format), kind)


_KINDS = {"integer": "integer", "number": "decimal", "boolean": "boolean"}
