"""The places of an XSD, below one of its global elements: read with xmlschema, which the judge is not of.

How often an element may stand is said by its own bounds and those of every group around it. What stands beside the
declared content (text, types that extend the declared one, elements that may take another's place) has no row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from icjs_gateway.mappings.codecs import CODECS
from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.registry.places import Counted, Place

_XS = "http://www.w3.org/2001/XMLSchema"
_MIXED = "text may stand between its elements: take `mixed` away, or give the text an element"
_TOGETHER = (
    "a sequence repeats as a whole, and which of its elements belong together would be lost: wrap it in an element"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class XsdRoot:
    """An element that a document may be, with its namespace."""

    name: str
    namespace: str
    place: Place


def xsd_root(xsd: Path | str, root: str | None = None) -> XsdRoot:
    """A global element of an XSD (its file, or text), the only one where none is named. Raises Misconfigured."""
    import xmlschema

    try:
        schema = xmlschema.XMLSchema(str(xsd), allow="local")
    except xmlschema.XMLSchemaException as error:
        raise Misconfigured(f"this is no schema: {str(error).strip().splitlines()[0]}") from None
    known: Sequence[str] = [each.local_name for each in schema.elements.values()]
    name = root or (known[0] if len(known) == 1 else None)
    if name is None or name not in known:
        raise Misconfigured(
            f"name the document's element (`root` in contract.yaml, or --root): there are {', '.join(known) or 'none'}"
        )
    [element] = [each for each in schema.elements.values() if each.local_name == name]
    place = _Reader(schema).element(element, name, (), required=True, many=False)
    return XsdRoot(name=name, namespace=element.target_namespace, place=place)


class _Reader:
    """Walks the elements of one schema."""

    def __init__(self, schema: Any) -> None:
        self._counted = Counted()
        self._heads = schema.maps.substitution_groups
        self._types = [kind for kind in schema.maps.types.values() if kind.is_complex()]
        self._integer = schema.maps.types[f"{{{_XS}}}integer"]

    def element(self, element: Any, path: str, within: tuple[int, ...], *, required: bool, many: bool) -> Place:
        self._counted.one(path)
        kind = element.type
        if id(kind) in within:
            raise Misconfigured(
                f"{path} contains itself, and a table has a row for every place: write out how deep it goes"
            )
        within = (*within, id(kind)) if kind.is_complex() else within
        place = Place(element.local_name, required=required, many=many, namespace=_namespace_of(element))
        place.loses = self._losses(element, kind)
        if kind.is_complex():
            place.below = [self._attribute(path, name, said) for name, said in kind.attributes.items()]
        if kind.is_simple() or kind.has_simple_content():
            simple = kind.content if kind.is_complex() else kind
            if place.below:
                place.below.append(Place(".", kind=self._kind(simple), codes=_codes(simple)))
            else:
                place.kind, place.codes = self._kind(simple), _codes(simple)
            return place
        children: dict[str, Place] = {}
        for found in _content(kind.content).values():
            child = found.element
            if child.local_name is None:
                raise Misconfigured(f"{path}: any element may stand there, and a table names what it carries")
            at = f"{path}/{child.local_name}"
            below = self.element(child, at, within, required=found.least > 0, many=found.most > 1)
            if found.is_torn and _TOGETHER not in place.loses:
                place.loses.append(_TOGETHER)
            if below.name in children:
                place.loses.append(
                    f"{below.name} stands there in two namespaces, and a row knows one: rename one of them"
                )
            else:
                children[below.name] = below
        place.below += children.values()
        return place

    def _attribute(self, path: str, name: str | None, attribute: Any) -> Place:
        self._counted.one(f"{path}/@{name}")
        if name is None:
            raise Misconfigured(f"{path}: any attribute may stand there, and a table names what it carries")
        kind = attribute.type
        return Place(f"@{name}", required=attribute.use == "required", kind=self._kind(kind), codes=_codes(kind))

    def _losses(self, element: Any, kind: Any) -> list[str]:
        found = [_MIXED] if kind.is_complex() and kind.mixed else []
        extending = [] if not kind.is_complex() or _blocks(element, kind, "extension") else self._extending(kind)
        if extending:
            found.append(
                f"`xsi:type` may make it {', '.join(extending)}, which has more: block extension, or let it be an "
                "element of its own"
            )
        instead = self._heads.get(element.ref.name if element.ref is not None else element.name, ())
        names = sorted({each.local_name for each in instead} - {element.local_name})
        if names and not _blocks(element, kind, "substitution"):
            found.append(f"{', '.join(names)} may take its place: name each of them where it may stand")
        return found

    def _extending(self, kind: Any) -> list[str]:
        """The types that hold what this one holds, and more."""
        return sorted(
            each.local_name
            for each in self._types
            if each is not kind and each.local_name is not None and each.is_derived(kind, "extension")
        )

    def _kind(self, kind: Any) -> str:
        """The codec that a simple type suggests; a list, or one of several types, is text."""
        primitive = getattr(kind, "primitive_type", None)
        named = {"date": "date", "dateTime": "timestamp", "boolean": "boolean", "base64Binary": "base64"}
        if primitive is None:
            return "text"
        found = named.get(primitive.local_name, "integer" if kind.is_derived(self._integer) else "text")
        return found if found in CODECS else "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """An element of a content model: how often it stands there at least and at most, 2 for more than once, and whether
    a sequence around it repeats as a whole."""

    element: Any
    least: int
    most: int
    is_torn: bool = False


def _content(group: Any, *, often: bool = False) -> dict[str | None, _Found]:
    """The elements of a content model by their full names; `often` says that a group around it repeats. What stands in
    turn adds up; of a choice one is there."""
    if group.max_occurs == 0:
        return {}
    often = often or _repeats(group)
    is_choice = group.model == "choice"
    parts = [_content(each, often=often) if hasattr(each, "model") else _single(each) for each in group]
    is_torn = often and not is_choice and sum(map(bool, parts)) > 1
    found: dict[str | None, _Found] = {}
    for name in dict.fromkeys(name for part in parts for name in part):
        alike = [part[name] for part in parts if name in part]
        counted = [each.least for each in alike]
        least = sum(counted) if not is_choice else min(counted) if len(alike) == len(parts) else 0
        most = max(each.most for each in alike) if is_choice else sum(each.most for each in alike)
        found[name] = _Found(
            element=alike[0].element,
            least=least if group.min_occurs > 0 else 0,
            most=2 if _repeats(group) else min(most, 2),
            is_torn=is_torn or any(each.is_torn for each in alike),
        )
    return found


def _single(element: Any) -> dict[str | None, _Found]:
    if element.max_occurs == 0:
        return {}
    most = 2 if _repeats(element) else 1
    return {element.name: _Found(element=element, least=element.min_occurs, most=most)}


def _repeats(particle: Any) -> bool:
    return particle.max_occurs is None or particle.max_occurs > 1


def _blocks(element: Any, kind: Any, what: str) -> bool:
    """Whether the schema forbids that something else stands there than what is declared."""
    said = [element.block, *((kind.block, kind.final) if kind.is_complex() else ())]
    return any(what in words.split() or words == "#all" for words in said)


def _namespace_of(element: Any) -> str:
    """That of the tag: an element that is declared within another may have none."""
    return element.name[1:].partition("}")[0] if element.name.startswith("{") else ""


def _codes(kind: Any) -> tuple[str, ...]:
    return tuple(str(value) for value in getattr(kind, "enumeration", None) or () if value != "")
