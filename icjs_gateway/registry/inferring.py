"""A schema from one document: its structure as it stands, and of each value the narrowest type that it fits.

One document is not a schema: what may be left out, and what else may stand there, has to be looked at by whoever knows
the format. What repeats in the document may repeat; what stands wherever it could is required.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any
from xml.sax.saxutils import quoteattr

from lxml import etree

from icjs_gateway.model.errors import Misconfigured

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2})")
_INTEGER = re.compile(r"0|[1-9][0-9]{0,8}")


def inferred_json_schema(document: Any, contract_id: str) -> dict[str, Any]:
    """Of a JSON document."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:icjs:{contract_id.replace('.', ':')}",
        **_json(document),
    }


def _json(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return _object([value])
    if isinstance(value, list):
        items = _object(value) if value and all(isinstance(each, dict) for each in value) else _json((value or [""])[0])
        return {"type": "array", "maxItems": 1000, "items": items}
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, int):
        return {"type": "integer"}
    text = str(value)
    if _INSTANT.fullmatch(text):
        return {"type": "string", "format": "date-time"}
    if _DATE.fullmatch(text):
        return {"type": "string", "format": "date"}
    return {"type": "string", "minLength": 1, "maxLength": 4000}


def _object(alike: list[dict[str, Any]]) -> dict[str, Any]:
    """All objects of one place: required is what all of them have."""
    merged = {name: value for each in alike for name, value in each.items()}
    required = [name for name in merged if all(name in each for each in alike)]
    members = {name: _json(member) for name, member in merged.items()}
    return {"type": "object", "additionalProperties": False, "required": required, "properties": members}


def inferred_xsd(root: Any) -> str:
    """Of an XML document in one namespace. Raises Misconfigured."""
    name = etree.QName(root)
    if not name.namespace:
        raise Misconfigured("a document without a namespace cannot be told from others; give it one")
    for each in root.iter(etree.Element):
        if etree.QName(each).namespace != name.namespace or any("{" in key for key in _attributes(each)):
            raise Misconfigured(
                f"line {each.sourceline}: a name of another namespace; give the XSD, this cannot be inferred"
            )
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"',
        f'           targetNamespace={quoteattr(name.namespace)} elementFormDefault="qualified">',
        *_element([root], "  ", ""),
        "</xs:schema>",
        "",
    ]
    return "\n".join(lines)


def _element(alike: list[Any], pad: str, often: str) -> list[str]:
    """All elements of one name under one parent, as one declaration."""
    name = etree.QName(alike[0]).localname
    children: dict[str, list[Any]] = {}
    most: Counter[str] = Counter()
    present: Counter[str] = Counter()
    for each in alike:
        here = Counter(etree.QName(child).localname for child in each.iterchildren(etree.Element))
        most |= here
        present.update(here.keys())
        for child in each.iterchildren(etree.Element):
            children.setdefault(etree.QName(child).localname, []).append(child)
    attributes = {key: value for each in alike for key, value in _attributes(each).items()}
    texts = [text for each in alike if (text := (each.text or "").strip())]
    if not children and not attributes:
        return [f'{pad}<xs:element name="{name}" type="{_type(texts)}"{often}/>']
    inner = [
        f'{pad}      <xs:attribute name="{key}" type="{_type([value or ""])}"{_use(alike, key)}/>'
        for key, value in attributes.items()
    ]
    if not children and texts:
        body = [f'{pad}    <xs:simpleContent><xs:extension base="{_type(texts)}">', *inner,
                f"{pad}    </xs:extension></xs:simpleContent>"]  # fmt: skip
    else:
        sequence = [
            line
            for child, found in children.items()
            for line in _element(found, f"{pad}      ", _often(most[child], always=present[child] == len(alike)))
        ]
        body = [f"{pad}    <xs:sequence>", *sequence, f"{pad}    </xs:sequence>", *inner] if children else inner
    head = f'{pad}<xs:element name="{name}"{often}>'
    return [head, f"{pad}  <xs:complexType>", *body, f"{pad}  </xs:complexType>", f"{pad}</xs:element>"]


def _attributes(element: Any) -> dict[str, str]:
    """But for those that say where a schema is, which stand anywhere."""
    return {key: value for key, value in element.attrib.items() if not key.startswith(f"{{{_XSI}}}")}


def _often(most: int, *, always: bool) -> str:
    return ("" if always else ' minOccurs="0"') + (' maxOccurs="unbounded"' if most > 1 else "")


def _use(alike: list[Any], attribute: str) -> str:
    return ' use="required"' if all(attribute in each.attrib for each in alike) else ""


def _type(values: list[str]) -> str:
    for pattern, kind in ((_INSTANT, "xs:dateTime"), (_DATE, "xs:date"), (_INTEGER, "xs:int")):
        if values and all(pattern.fullmatch(value) for value in values):
            return kind
    return "xs:string"
