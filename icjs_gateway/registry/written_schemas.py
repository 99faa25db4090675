"""Schemas that are written from the rows of a table by convention: XSD, JSON Schema (2020-12), and their answers.

Types are named after the element that they stand under, so that a reader finds `Accused` once however many places have
it; where two of one name differ, the element above goes before it. So it does where a global element has the name:
Java's binding would make a class of either, and generates nothing (`binding_names`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

from icjs_gateway.mappings.vocabulary import Group, Row

_XSD_TYPES = {
    "text": "Text",
    "integer": "xs:integer",
    "boolean": "xs:boolean",
    "date-text": "xs:date",
    "instant-text": "Instant",
}
_JSON_TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": "string", "minLength": 1},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "date-text": {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    "instant-text": {"$ref": "#/$defs/Instant"},
}
_INSTANT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})"
ACKNOWLEDGEMENT = "Acknowledgement"
"""The element in which a recipient answers."""
STATUSES = ("ACCEPTED", "REJECTED", "BUSY")
"""What a recipient may answer."""


class _Types:
    """Names for groups: the same group has the same name, and every name means one group and nothing else."""

    def __init__(self, *others: str) -> None:
        self.by_name: dict[str, Group] = {}
        self._taken = {name.casefold() for name in ("Text", "Instant", *others)}
        self._names: dict[Any, str] = {}

    def name(self, row: Row, above: str) -> str:
        assert row.group is not None  # noqa: S101 - asked of groups only
        key = _shape(row.group)
        if key not in self._names:
            simple = _pascal(row.wire)
            ways = (simple, f"{_pascal(above)}{simple}", *(f"{simple}{number}" for number in range(2, 100)))
            name = next(way for way in ways if way.casefold() not in self._taken)
            self._taken.add(name.casefold())
            self._names[key] = name
            self.by_name[name] = row.group
        return self._names[key]


def _shape(group: Group) -> Any:
    return tuple(
        (row.wire, row.codec, row.many, row.required, _shape(row.group) if row.group is not None else None)
        for row in group.rows
    )


def _pascal(name: str) -> str:
    return f"{name[:1].upper()}{name[1:]}"


def xsd(group: Group, *, root: str, namespace: str, title: str) -> str:
    """An XSD with the notice as its first global element and `Acknowledgement` as the second."""
    types = _Types(root, ACKNOWLEDGEMENT)
    notice = list(_sequence(group, root, types))
    complex_types: list[str] = []
    written: set[str] = set()
    # A type may name further ones while it is written.
    while waiting := [name for name in types.by_name if name not in written]:
        for name in waiting:
            written.add(name)
            inner = _sequence(types.by_name[name], name, types)
            complex_types += [f'  <xs:complexType name="{name}">', *_indented(inner), "  </xs:complexType>", ""]
    statuses = "".join(f'<xs:enumeration value="{status}"/>' for status in STATUSES)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<!-- Written by `icjs-gateway contracts goldens` from the canonical events and the policy of disclosure. -->",
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="{namespace}"',
        f'           targetNamespace="{namespace}" elementFormDefault="qualified">',
        "  <xs:annotation>",
        f"    <xs:documentation>{escape(title)}. A working model: no official schema is public.</xs:documentation>",
        "  </xs:annotation>",
        "",
        f'  <xs:element name="{root}">',
        "    <xs:complexType>",
        *_indented(notice, "    "),
        "    </xs:complexType>",
        "  </xs:element>",
        "",
        "  <!-- What is answered. Number is the recipient's own for the notice; Reason is why it is not taken. -->",
        f'  <xs:element name="{ACKNOWLEDGEMENT}">',
        "    <xs:complexType>",
        "      <xs:sequence>",
        '        <xs:element name="Number" type="Text" minOccurs="0"/>',
        '        <xs:element name="Status">',
        f'          <xs:simpleType><xs:restriction base="xs:token">{statuses}</xs:restriction></xs:simpleType>',
        "        </xs:element>",
        '        <xs:element name="Reason" type="Text" minOccurs="0"/>',
        "      </xs:sequence>",
        "    </xs:complexType>",
        "  </xs:element>",
        "",
        *complex_types,
        '  <xs:simpleType name="Text">',
        '    <xs:restriction base="xs:string"><xs:minLength value="1"/></xs:restriction>',
        "  </xs:simpleType>",
        '  <xs:simpleType name="Instant">',
        f'    <xs:restriction base="xs:dateTime"><xs:pattern value="{_INSTANT}"/></xs:restriction>',
        "  </xs:simpleType>",
        "</xs:schema>",
        "",
    ]
    return "\n".join(lines)


def _sequence(group: Group, above: str, types: _Types) -> Iterator[str]:
    yield "  <xs:sequence>"
    for row in group.rows:
        kind = types.name(row, above) if row.group is not None else _XSD_TYPES[row.codec or ""]
        often = ("" if row.required else ' minOccurs="0"') + (' maxOccurs="unbounded"' if row.many else "")
        yield f'    <xs:element name="{row.wire}" type="{kind}"{often}/>'
    yield "  </xs:sequence>"


def _indented(lines: Any, by: str = "  ") -> list[str]:
    return [f"{by}{line}" for line in lines]


def json_schema(group: Group, *, contract: str, title: str) -> str:
    """A JSON Schema of the notice."""
    types = _Types()
    notice = _object(group, contract, types)
    definitions: dict[str, Any] = {}
    while waiting := [name for name in types.by_name if name not in definitions]:
        for name in waiting:
            definitions[name] = _object(types.by_name[name], name, types)
    definitions["Instant"] = {"type": "string", "format": "date-time", "pattern": f"^{_INSTANT}$"}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:icjs:{contract.replace('.', ':')}",
        "$comment": "Written by `icjs-gateway contracts goldens` from the canonical events and the policy of "
        "disclosure.",
        "title": title,
        "description": "A working model: no official schema is public.",
        **notice,
        "$defs": definitions,
    }
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _object(group: Group, above: str, types: _Types) -> dict[str, Any]:
    members = {}
    for row in group.rows:
        kind = {"$ref": f"#/$defs/{types.name(row, above)}"} if row.group is not None else _JSON_TYPES[row.codec or ""]
        members[row.wire] = {"type": "array", "items": kind} if row.many else kind
    required = [row.wire for row in group.rows if row.required]
    return {
        "type": "object",
        "additionalProperties": False,
        **({"required": required} if required else {}),
        "properties": members,
    }


def acknowledgement_schema(*, contract: str, title: str) -> str:
    """A JSON Schema of the answer: the recipient's own number, or a status other than ACCEPTED with its reason."""
    word = {"type": "string", "minLength": 1}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:icjs:{contract.replace('.', ':')}:acknowledgement",
        "title": f"{title}: what is answered",
        "type": "object",
        "properties": {
            "acknowledgementNumber": {**word, "description": "The recipient's own number for the notice."},
            "status": {"enum": list(STATUSES), "default": STATUSES[0]},
            "reason": {**word, "description": "Why it is not taken, with REJECTED and BUSY."},
        },
        "anyOf": [{"required": ["acknowledgementNumber"]}, {"required": ["status"]}, {"required": ["reason"]}],
    }
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
