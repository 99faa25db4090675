"""Schemas whose names collide in a Java binding, and schemas that look as if. XJC itself is asked in the same suite."""

from __future__ import annotations

from pathlib import Path

_TEXT = '<xs:sequence><xs:element name="A" type="xs:string"/></xs:sequence>'
_ANONYMOUS = f"<xs:complexType>{_TEXT}</xs:complexType>"


def _type(name: str, content: str = _TEXT) -> str:
    return f'<xs:complexType name="{name}">{content}</xs:complexType>'


def _element(name: str, content: str = _ANONYMOUS) -> str:
    return f'<xs:element name="{name}">{content}</xs:element>'


def _sequence(*members: str, attributes: str = "") -> str:
    return f"<xs:complexType><xs:sequence>{''.join(members)}</xs:sequence>{attributes}</xs:complexType>"


_CODES = (
    '<xs:simpleType name="Order"><xs:restriction base="xs:token"><xs:enumeration value="X"/></xs:restriction>'
    "</xs:simpleType>"
)
_CODE = '<xs:element name="Code" type="xs:string"/>'

COLLIDING = {
    "an element and a type": _element("Order") + _type("Order"),
    "an element and a type but for a hyphen": _element("Case-Order") + _type("CaseOrder"),
    "an element and an enumeration": _element("Order") + _CODES,
    "an element in one of its name": _element("Order", _sequence(_element("Order"))),
    "an element in one in one of its name": _element(
        "Order", _sequence(_element("Case", _sequence(_element("Order"))))
    ),
    "an element and an attribute of a type": _element(
        "Order", _sequence(_CODE, attributes='<xs:attribute name="code" type="xs:string"/>')
    ),
    "elements of a type that differ in case": _element(
        "Order", _sequence('<xs:element name="PID" type="xs:string"/>', '<xs:element name="Pid" type="xs:string"/>')
    ),
    "elements of a type that differ in their first letter": _element(
        "Order", _sequence(_CODE, '<xs:element name="code" type="xs:string"/>')
    ),
}
IN_FILES_ALONE = {
    "types that differ in case": _element("X", _sequence(_CODE)) + _type("Order") + _type("ORDER"),
}
"""Java has names for both; a file system without case has not."""
COLLIDING |= IN_FILES_ALONE

FINE = {
    "an element of a type of its name": '<xs:element name="order" type="Order"/>' + _type("Order"),
    "an element twice in a choice": _element(
        "Order", _sequence(_CODE, '<xs:element name="A" type="xs:string"/>', _CODE)
    ),
    "an element in two others": _element("A", _sequence(_element("Order")))
    + _element("B", _sequence(_element("Order"))),
}


def schema(folder: Path, inner: str) -> Path:
    """Written as a file."""
    file = folder / "schema.xsd"
    file.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:c" targetNamespace="urn:c"'
        f' elementFormDefault="qualified">{inner}</xs:schema>',
        encoding="utf-8",
    )
    return file
