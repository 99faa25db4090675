"""A schema from one document: its structure as it stands, and of each value the narrowest type that it fits.

One document is not a schema: what may be left out, and what else may stand there, has to be looked at by whoever knows
the format. What repeats in the document may repeat; what stands wherever it could is required. The document itself fits
what is inferred of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from graphlib import CycleError, TopologicalSorter
from itertools import groupby, pairwise
from typing import Any
from xml.sax.saxutils import quoteattr

from lxml import etree

from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.registry.json_shapes import JSON_TYPES

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2})")
_INTEGER = re.compile(r"0|[1-9][0-9]{0,8}")


def inferred_json_schema(document: Any, contract_id: str) -> dict[str, Any]:
    """Of a JSON document."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:icjs:{contract_id.replace('.', ':')}",
        **_json([document], ""),
    }


def _json(values: list[Any], where: str) -> dict[str, Any]:
    """All values of one place: the narrowest type that each of them fits. Raises Misconfigured."""
    told = [each for each in values if each is not None]
    kinds = {JSON_TYPES[type(each)] for each in told}
    if kinds == {"object"}:
        schema = _object(told, where)
    elif kinds == {"array"}:
        items = [item for each in told for item in each]
        schema = {"type": "array", "maxItems": 1000, "items": _json(items, where) if items else _text([])}
    elif kinds & {"object", "array"}:
        raise Misconfigured(f"{where}: {' here, '.join(_A[kind] for kind in sorted(kinds))} there; give the schema")
    elif kinds <= {"string"}:
        schema = _text(told)
    else:
        narrow = kinds - {"integer"} if "number" in kinds else kinds
        schema = {"type": sorted(narrow) if len(narrow) > 1 else narrow.pop()}
    if len(told) == len(values):
        return schema
    types = schema["type"]
    return schema | {"type": [*([types] if isinstance(types, str) else types), "null"]}


_A = {
    **{"object": "an object", "array": "a list", "boolean": "true or false"},
    **{"integer": "a number", "number": "a number", "string": "a text"},
}


def _text(texts: list[str]) -> dict[str, Any]:
    if texts and all(_is(_INSTANT, datetime.fromisoformat, each) for each in texts):
        return {"type": "string", "format": "date-time"}
    if texts and all(_is(_DATE, date.fromisoformat, each) for each in texts):
        return {"type": "string", "format": "date"}
    longest = max(map(len, texts), default=0)
    return {"type": "string", "minLength": 0 if "" in texts else 1, "maxLength": max(4000, longest)}


def _object(alike: list[dict[str, Any]], where: str) -> dict[str, Any]:
    """All objects of one place: required is what all of them have."""
    names = list(dict.fromkeys(name for each in alike for name in each))
    required = [name for name in names if all(name in each for each in alike)]
    members = {
        name: _json([each[name] for each in alike if name in each], f"{where}/{name}".lstrip("/")) for name in names
    }
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
    apart = _Apart()
    declared = _element([root], "  ", "", (), apart)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"',
        *([f"           xmlns={quoteattr(name.namespace)}"] if apart.lines else []),
        f'           targetNamespace={quoteattr(name.namespace)} elementFormDefault="qualified">',
        *declared,
        *apart.lines,
        "</xs:schema>",
        "",
    ]
    return "\n".join(lines)


@dataclass(slots=True)
class _Apart:
    """Types with names of their own: of elements within one of the same name (`binding_names`)."""

    lines: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def name(self, above: str, name: str) -> str:
        """One that nothing has yet."""
        ways = (f"{above}{name}{number}" for number in ("", *range(2, 1000)))
        found = next(way for way in ways if way.casefold() not in self.names)
        self.names.add(found.casefold())
        return found


def _element(alike: list[Any], pad: str, often: str, above: tuple[str, ...], apart: _Apart) -> list[str]:
    """All elements of one name under one parent, as one declaration. Raises Misconfigured."""
    name = etree.QName(alike[0]).localname
    if not above:
        apart.names.add(name.casefold())
    children = _children(alike)
    attributes: dict[str, list[str]] = {}
    for each in alike:
        for key, value in _attributes(each).items():
            attributes.setdefault(key, []).append(value)
    texts = [(each.text or "").strip() for each in alike]
    if not children and not attributes:
        return [f'{pad}<xs:element name="{name}" type="{_type(texts)}"{often}/>']
    named, outer = None, pad
    if name.casefold() in {each.casefold() for each in above}:
        # One class cannot stand in another of its name.
        named, above, pad = apart.name(above[-1], name), (), ""
    within = (*above, named or name)
    inner = [
        f'{pad}      <xs:attribute name="{key}" type="{_type(values)}"{_use(alike, key)}/>'
        for key, values in attributes.items()
    ]
    if not children and any(texts):
        body = [f'{pad}    <xs:simpleContent><xs:extension base="{_type(texts)}">', *inner,
                f"{pad}    </xs:extension></xs:simpleContent>"]  # fmt: skip
    else:
        body = [*_content(alike, children, f"{pad}    ", within, apart), *inner]
    if named is not None:
        apart.lines += [f'  <xs:complexType name="{named}">', *body, "  </xs:complexType>"]
        return [f'{outer}<xs:element name="{name}" type="{named}"{often}/>']
    head = f'{pad}<xs:element name="{name}"{often}>'
    return [head, f"{pad}  <xs:complexType>", *body, f"{pad}  </xs:complexType>", f"{pad}</xs:element>"]


def _children(alike: list[Any]) -> dict[str, list[Any]]:
    """The children of all, by name. Raises Misconfigured for text beside them."""
    children: dict[str, list[Any]] = {}
    for each in alike:
        within = list(each.iterchildren(etree.Element))
        if within and any(text and text.strip() for text in (each.text, *(child.tail for child in within))):
            raise Misconfigured(f"line {each.sourceline}: text beside elements; give the XSD, this cannot be inferred")
        for child in within:
            children.setdefault(etree.QName(child).localname, []).append(child)
    return children


def _content(
    alike: list[Any], children: dict[str, list[Any]], pad: str, above: tuple[str, ...], apart: _Apart
) -> list[str]:
    """What stands in all of these elements: in their order where they agree on one, else in any."""
    if not children:
        return []
    orders = [[etree.QName(child).localname for child in each.iterchildren(etree.Element)] for each in alike]
    most: Counter[str] = Counter()
    for order in orders:
        most |= Counter(order)
    always = {name for name in children if all(name in order for order in orders)}
    names = _agreed(orders)
    if names is not None:
        group, bounds = "sequence", {name: _often(most[name], always=name in always) for name in names}
    elif max(most.values()) == 1:
        group, bounds = "all", {name: _often(1, always=name in always) for name in children}
    else:
        group, bounds = 'choice minOccurs="0" maxOccurs="unbounded"', dict.fromkeys(children, "")
    inner = [
        line for name, often in bounds.items() for line in _element(children[name], f"{pad}  ", often, above, apart)
    ]
    return [f"{pad}<xs:{group}>", *inner, f"{pad}</xs:{group.partition(' ')[0]}>"]


def _agreed(orders: list[list[str]]) -> list[str] | None:
    """The one order that all keep; None where there is none, or where what repeats is not side by side."""
    before: dict[str, set[str]] = {}
    for order in orders:
        runs = [name for name, _ in groupby(order)]
        if len(set(runs)) < len(runs):
            return None
        for name in runs:
            before.setdefault(name, set())
        for earlier, later in pairwise(runs):
            before[later].add(earlier)
    try:
        return list(TopologicalSorter(before).static_order())
    except CycleError:
        return None


def _attributes(element: Any) -> dict[str, str]:
    """But for those that say where a schema is, which stand anywhere."""
    return {key: value for key, value in element.attrib.items() if not key.startswith(f"{{{_XSI}}}")}


def _often(most: int, *, always: bool) -> str:
    return ("" if always else ' minOccurs="0"') + (' maxOccurs="unbounded"' if most > 1 else "")


def _use(alike: list[Any], attribute: str) -> str:
    return ' use="required"' if all(attribute in each.attrib for each in alike) else ""


def _type(values: list[str]) -> str:
    for pattern, read, kind in _XML_TYPES:
        if all(_is(pattern, read, value) for value in values):
            return kind
    return "xs:string"


_XML_TYPES: tuple[tuple[re.Pattern[str], Callable[[str], Any], str], ...] = (
    (_INSTANT, datetime.fromisoformat, "xs:dateTime"),
    (_DATE, date.fromisoformat, "xs:date"),
    (_INTEGER, int, "xs:int"),
)


def _is(pattern: re.Pattern[str], read: Callable[[str], Any], text: str) -> bool:
    """Whether a text is written so, and is what it looks like: no 30th of February."""
    if not pattern.fullmatch(text):
        return False
    try:
        read(text)
    except ValueError:
        return False
    return True
