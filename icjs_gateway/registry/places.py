"""The places of a schema: every element, attribute and member in which a value or a group may stand, as a tree.

What a table can have a row for, and what its coverage is counted over. A table has a row for every place, so a schema
whose places have no end, or no name, is refused with what to do about it.

Of JSON Schema, `properties`, `items`, references within the file, and what `allOf`, `anyOf` and `oneOf` add are read; a
member of an alternative is one that may be left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from icjs_gateway.mappings.codecs import CODECS
from icjs_gateway.model.errors import Misconfigured

Schema = Mapping[str, Any]

_XS = "http://www.w3.org/2001/XMLSchema"


@dataclass(slots=True)
class Place:
    """One place, with what lies below it. `kind` is the codec that its type suggests, `.` the text of an element that
    has attributes."""

    name: str
    required: bool = False
    many: bool = False
    kind: str = "text"
    codes: tuple[str, ...] = ()
    below: list[Place] = field(default_factory=list)


def json_places(schema: Schema) -> list[Place]:
    """Those of a JSON Schema for an object. Raises Misconfigured."""
    return list(_members(_Merged(schema, schema, ()), ""))


class _Merged:
    """A subschema with its references followed and its parts put together."""

    def __init__(self, schema: Schema, whole: Schema, within: tuple[str, ...]) -> None:
        self.whole, self.within = whole, within
        self.properties: dict[str, Schema] = {}
        self.required: set[str] = set()
        self.said: dict[str, Any] = {}
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
        self.properties = {**schema.get("properties", {}), **self.properties}
        self.required |= set(schema.get("required", ()))
        self.said = {**{key: schema[key] for key in ("type", "format", "enum", "items") if key in schema}, **self.said}
        for part in schema.get("allOf", ()):
            self._add(part)
        for alternatives in (schema.get("anyOf", ()), schema.get("oneOf", ())):
            merged = [_Merged(each, self.whole, self.within) for each in alternatives if each.get("type") != "null"]
            for each in merged:
                self.properties = {**each.properties, **self.properties}
                self.said = {**each.said, **self.said}
            if merged:
                self.required |= set.intersection(*(each.required for each in merged))

    @property
    def type(self) -> str:
        """The one that is not null."""
        said = self.said.get("type", ())
        return next((each for each in ([said] if isinstance(said, str) else said) if each != "null"), "")


def _members(schema: _Merged, above: str) -> Iterator[Place]:
    for name, declared in schema.properties.items():
        if not isinstance(declared, Mapping):  # `true`: anything may stand there
            declared = {}
        member = _Merged(declared, schema.whole, schema.within)
        place = Place(name, required=name in schema.required, many=member.type == "array")
        if place.many:
            member = _Merged(member.said.get("items", {}), member.whole, member.within)
            if member.type == "array":
                raise Misconfigured(
                    f"{above}{name}: a list of lists has no names to make rows of; give the inner one one"
                )
        place.kind = _json_kind(member)
        place.codes = tuple(str(code) for code in member.said.get("enum", ()) if code is not None)
        place.below = list(_members(member, f"{above}{name}/"))
        yield place


def _pointed_at(reference: str, whole: Schema) -> Schema:
    """What a reference within the file leads to (RFC 6901)."""
    file, _, pointer = reference.partition("#")
    if file not in ("", whole.get("$id")):
        raise Misconfigured(f"{reference} leads to another file: put what it means under $defs, and refer to it there")
    found: Any = whole
    for step in pointer.split("/")[1:]:
        found = found.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(found, Mapping) else None
    if not isinstance(found, Mapping):
        raise Misconfigured(f"{reference} leads nowhere in the schema: say under $defs what it means")
    return found


def _json_kind(member: _Merged) -> str:
    kind = {"integer": "integer", "boolean": "boolean"}.get(member.type, "text")
    return {"date": "date", "date-time": "timestamp"}.get(str(member.said.get("format")), kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class XsdRoot:
    """An element that a document may be, with its namespace."""

    name: str
    namespace: str
    place: Place


def xsd_root(xsd: Path | str, root: str | None = None, *, beside: Path | None = None) -> XsdRoot:
    """A global element of an XSD, of the only one where none is named; read with xmlschema, which the judge is not of.

    `beside` is the folder of a schema given as text. Raises Misconfigured.
    """
    import xmlschema

    try:
        schema = xmlschema.XMLSchema(str(xsd), base_url=str(beside) if beside else None, allow="local")
    except xmlschema.XMLSchemaException as error:
        raise Misconfigured(f"this is no schema: {str(error).strip().splitlines()[0]}") from None
    known: Sequence[str] = [each.local_name for each in schema.elements.values()]
    name = root or (known[0] if len(known) == 1 else None)
    if name is None or name not in known:
        raise Misconfigured(f"name the document's element with --root; there are {', '.join(known) or 'none'}")
    [element] = [each for each in schema.elements.values() if each.local_name == name]
    return XsdRoot(name=name, namespace=element.target_namespace, place=_element(element, name, ()))


def _element(element: Any, path: str, within: tuple[int, ...]) -> Place:
    kind = element.type
    if id(kind) in within:
        raise Misconfigured(
            f"{path} contains itself, and a table has a row for every place: write out how deep it goes"
        )
    within = (*within, id(kind)) if kind.is_complex() else within
    often = element.max_occurs is None or element.max_occurs > 1
    place = Place(element.local_name, required=element.min_occurs > 0, many=often)
    if kind.is_complex():
        for name, attribute in kind.attributes.items():
            if name is None:
                raise Misconfigured(f"{path}: any attribute may stand there, and a table names what it carries")
            required = attribute.use == "required"
            below = Place(f"@{name}", required=required, kind=_xml_kind(attribute.type), codes=_codes(attribute.type))
            place.below.append(below)
    if kind.is_simple() or kind.has_simple_content():
        simple = kind.content if kind.is_complex() else kind
        if place.below:
            place.below.append(Place(".", kind=_xml_kind(simple), codes=_codes(simple)))
        else:
            place.kind, place.codes = _xml_kind(simple), _codes(simple)
        return place
    for child in kind.content.iter_elements():
        if child.local_name is None:
            raise Misconfigured(f"{path}: any element may stand there, and a table names what it carries")
        place.below.append(_element(child, f"{path}/{child.local_name}", within))
    return place


def _codes(kind: Any) -> tuple[str, ...]:
    return tuple(str(value) for value in kind.enumeration or () if value != "")


def _xml_kind(kind: Any) -> str:
    primitive = kind.primitive_type.local_name if kind.primitive_type is not None else "string"
    named = {"date": "date", "dateTime": "timestamp", "boolean": "boolean", "base64Binary": "base64"}
    found = named.get(primitive, "integer" if kind.is_derived(kind.maps.types[f"{{{_XS}}}integer"]) else "text")
    return found if found in CODECS else "text"
