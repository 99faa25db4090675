"""A contract folder from what an integrator has: a schema, a service description, or one document.

What can be known is written: the schema (inferred, where there is only a document), contract.yaml, a row for every
place in the order of the wire. What cannot be known is marked `TODO`, with the likely canonical member by name and type
beside it; `contracts check` explains each. Nothing is guessed silently: a row is right when somebody has looked at it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import SequenceMatcher
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

from lxml import etree

from icjs_gateway.mappings.codecs import CODECS
from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.registry.canonical import leaves_of
from icjs_gateway.registry.declarations import CONTRACT_ID
from icjs_gateway.registry.inferring import inferred_json_schema, inferred_xsd

TODO = "TODO"
LIKELY = 0.62
"""How much alike two names are from which on one is proposed for the other."""

_XS = "http://www.w3.org/2001/XMLSchema"
_WSDL = "http://schemas.xmlsoap.org/wsdl/"
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_SAME = {
    **{"no": "number", "num": "number", "srno": "serial", "slno": "serial", "yr": "year", "dt": "date", "nm": "name"},
    **{"ps": "police station", "sec": "section", "cd": "code", "regn": "registration", "reg": "registration"},
    **{"acc": "accused", "compl": "complainant", "mob": "phone", "mobile": "phone", "gender": "sex"},
    **{"dist": "district", "msg": "message", "txn": "message", "facts": "narrative", "prev": "refers"},
}
"""What systems shorten names to."""


@dataclass(slots=True)
class Place:
    """One place of a schema: an element, attribute or member, with what lies below it."""

    name: str
    required: bool = False
    many: bool = False
    kind: str = "text"
    codes: tuple[str, ...] = ()
    below: list[Place] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaffold:
    """The files of a folder by name, and how many places were proposed something for."""

    files: Mapping[str, bytes]
    places: int
    proposed: int


def scaffold(contract_id: str, source: Path, *, root: str | None, events: Sequence[str]) -> Scaffold:
    """The folder of a new contract. `events` are the nouns it is likely about. Raises Misconfigured."""
    if not CONTRACT_ID.fullmatch(contract_id):
        raise Misconfigured(f"{contract_id}: an id is like police.state-fir.v1")
    body = source.read_bytes()
    sample = None
    if source.suffix == ".json" or body.lstrip()[:1] in (b"{", b"["):
        document = json.loads(body)  # noqa: TID251 - the operator's own file, given on the command line
        if "$schema" in document or "properties" in document:
            schema = document
        else:
            schema, sample = inferred_json_schema(document, contract_id), body
        whole = Place("", below=list(_json_places(schema, schema)))
        files = {"schema.json": json.dumps(schema, ensure_ascii=False, indent=2).encode() + b"\n"}
        wire, namespace, named = "json", None, None
    else:
        xsd, sample = _xsd_of(body, source)
        named, namespace, whole = _xml_places(xsd, source, root)
        files, wire = {"schema.xsd": xsd}, "xml"
    nouns = list(events) or ["fir", "hearing"]
    proposals = _Proposals(nouns)
    rows = "".join(_rows(whole.below, 0, proposals, (), is_json=wire == "json"))
    files["mapping.yaml"] = (_HEAD + rows + _EVENTS.format(noun=nouns[0])).encode()
    files["contract.yaml"] = _declaration(contract_id, source, wire, named, namespace, nouns).encode()
    files["CHANGES.md"] = f"# {contract_id}\n\n## {contract_id.rpartition('.v')[2]}.0\nFirst version.\n".encode()
    if sample is not None:
        files[f"samples/valid/first.{'json' if wire == 'json' else 'xml'}"] = sample
    return Scaffold(files=files, places=proposals.asked, proposed=proposals.found)


_HEAD = """# A row for every place of the schema, in its order. Say what each is (`to`: a member of the event, as in
# docs/reference/events.md), or move it to `unmapped` with a reason. What is likely stands behind it.
rows:
"""
_EVENTS = """
events:
  case: case                       # TODO: the member above that names the case, or firs and CNR member by member
  main: {{at: {noun}, noun: {noun}, verb: TODO}}
"""


def _declaration(
    contract_id: str, source: Path, wire: str, root: str | None, namespace: str | None, nouns: list[str]
) -> str:
    pillar = contract_id.partition(".")[0]
    xml = f"root: {root}\nnamespace: {namespace}\n" if wire == "xml" else ""
    globs = ", ".join(f'"icjs.{noun.replace("_", "-")}.*"' for noun in nouns)
    return f"""# Made from {source.name}.
id: {contract_id}
title: TODO
pillar: {pillar}
direction: in
wires: [{wire}]
{xml}sensitivity: restricted
events: [{globs}]
keys:
  # Members of the tree that mapping.yaml makes.
  message_id: message_id
  action: action
  refers_to: refers_to
  recorded_at: recorded_at
  thread: TODO
  occurred_at: [recorded_at]
  attributes:
    state: TODO
"""


class _Proposals:
    """Likely canonical members by name and type, each with how alike they are."""

    def __init__(self, nouns: Sequence[str]) -> None:
        self.asked = self.found = 0
        header = {"message_id": str, "action": str, "refers_to": str, "recorded_at": datetime}
        self._members = {name: (_words(name), _kind_of(kind)) for name, kind in header.items()}
        for noun in nouns:
            self._members |= {leaf: (_words(leaf), _kind_of(kind)) for leaf, kind in leaves_of(noun).items()}

    def of(self, above: tuple[str, ...], place: Place) -> str | None:
        self.asked += 1
        wanted = _words(place.name)
        around = set().union(*(_words(name) for name in above)) if above else set()
        best, score = None, 0.0
        for leaf, (words, kind) in self._members.items():
            own = _words(leaf.rpartition(".")[2])
            alike = SequenceMatcher(None, " ".join(sorted(wanted)), " ".join(sorted(own))).ratio()
            alike += 0.15 * len((wanted | around) & words) / max(len(words), 1)
            if kind in _TELLING or place.kind in _TELLING:
                alike += 0.1 if kind == place.kind else -0.3
            if alike > score:
                best, score = leaf, alike
        if best is None or score < LIKELY:
            return None
        self.found += 1
        return best


_TELLING = frozenset({"date", "timestamp", "boolean", "base64"})
"""Kinds that only their like can be; numbers are often text on the one side or the other."""


def _kind_of(annotation: Any) -> str:
    """The codec that a canonical member of this type would have."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return {datetime: "timestamp", date: "date", bool: "boolean", int: "integer"}.get(annotation, "text")


def _words(name: str) -> set[str]:
    found = [word.lower() for word in _WORD.findall(name.replace("@", "").replace(".", " "))]
    return {part for word in found for part in _SAME.get(word, word).split()} - {"the", "of"}


def _rows(
    places: Sequence[Place], depth: int, proposals: _Proposals, above: tuple[str, ...], *, is_json: bool
) -> Iterator[str]:
    pad = "  " * (2 * depth + 1)
    for place in places:
        often = {(True, False): '"1"', (False, True): '"*"', (True, True): '"+"'}.get((place.required, place.many))
        occurs = f", occurs: {often}" if often is not None and place.name != "." else ""
        if place.below:
            yield f"{pad}- wire: {_quoted(place.name)}\n{pad}  to: {TODO}\n"
            if often is not None:
                yield f"{pad}  occurs: {often}\n"
            yield f"{pad}  rows:\n"
            yield from _rows(place.below, depth + 1, proposals, (*above, place.name), is_json=is_json)
            continue
        likely = proposals.of(above, place)
        codes = f", codes: [{', '.join(_quoted(code) for code in place.codes)}]" if place.codes else ""
        codec = "code" if place.codes else place.kind
        behind = f"   # likely {likely}" if likely is not None else ""
        yield f"{pad}- {{wire: {_quoted(place.name)}, to: {TODO}, codec: {codec}{codes}{occurs}}}{behind}\n"


def _quoted(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_][\w-]*", name) and name.lower() not in _YAML_WORDS else json.dumps(name)


_YAML_WORDS = frozenset({"on", "off", "yes", "no", "true", "false", "null", "y", "n"})


def _json_places(schema: Mapping[str, Any], whole: Mapping[str, Any]) -> Iterator[Place]:
    schema = _referred(schema, whole)
    for name, member in schema.get("properties", {}).items():
        member = _referred(member, whole)
        many = member.get("type") == "array"
        if many:
            member = _referred(member.get("items", {}), whole)
        place = Place(name, required=name in schema.get("required", ()), many=many, kind=_json_kind(member))
        place.codes = tuple(str(code) for code in member.get("enum", ()) if code is not None)
        place.below = list(_json_places(member, whole))
        yield place


def _referred(schema: Mapping[str, Any], whole: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in schema:
        schema = whole["$defs"][schema["$ref"].rpartition("/")[2]]
    return schema


def _json_kind(member: Mapping[str, Any]) -> str:
    kind = {"integer": "integer", "boolean": "boolean"}.get(str(member.get("type")), "text")
    return {"date": "date", "date-time": "timestamp"}.get(str(member.get("format")), kind)


def _xsd_of(body: bytes, source: Path) -> tuple[bytes, bytes | None]:
    """The schema, given, in a service description, or inferred from a document; and the document."""
    tree = etree.fromstring(body)  # noqa: TID251 - the operator's own file
    if tree.tag == f"{{{_XS}}}schema":
        return body, None
    if tree.tag == f"{{{_WSDL}}}definitions":
        schemas = tree.findall(f"{{{_WSDL}}}types/{{{_XS}}}schema")
        declaring = [each for each in schemas if each.find(f"{{{_XS}}}element") is not None]
        if not declaring:
            raise Misconfigured(f"{source}: its schemas are imported; give the XSD itself")
        return etree.tostring(declaring[0], encoding="UTF-8", xml_declaration=True), None
    return inferred_xsd(tree).encode(), body


def _xml_places(xsd: bytes, source: Path, root: str | None) -> tuple[str, str, Place]:
    import xmlschema

    schema = xmlschema.XMLSchema(xsd.decode(), base_url=str(source.parent.resolve()), allow="local")
    known = list(schema.elements)
    name = root or (known[0] if len(known) == 1 else None)
    if name is None or name not in known:
        raise Misconfigured(f"{source}: name the document's element with --root; there are {', '.join(known)}")
    element = schema.elements[name]
    namespace = element.target_namespace
    if not namespace:
        raise Misconfigured(f"{source}: a document without a namespace cannot be told from others; give it one")
    return name, namespace, _xml_place(element, required=True)


def _xml_place(element: Any, *, required: bool) -> Place:
    kind = element.type
    often = element.max_occurs is None or element.max_occurs > 1
    place = Place(element.local_name, required=required, many=often)
    if kind.is_complex():
        for name, attribute in kind.attributes.items():
            below = Place(f"@{name}", required=attribute.use == "required", kind=_xml_kind(attribute.type))
            below.codes = tuple(str(code) for code in attribute.type.enumeration or ())
            place.below.append(below)
    if kind.is_simple() or kind.has_simple_content():
        simple = kind.content if kind.is_complex() else kind
        codes = tuple(str(code) for code in simple.enumeration or ())
        if place.below:
            place.below.append(Place(".", kind=_xml_kind(simple), codes=codes))
        else:
            place.kind, place.codes = _xml_kind(simple), codes
        return place
    place.below += [_xml_place(each, required=each.min_occurs > 0) for each in kind.content.iter_elements()]
    return place


def _xml_kind(kind: Any) -> str:
    primitive = kind.primitive_type.local_name if kind.primitive_type is not None else "string"
    named = {"date": "date", "dateTime": "timestamp", "boolean": "boolean", "base64Binary": "base64"}
    found = named.get(primitive, "integer" if kind.is_derived(_integer(kind), "restriction") else "text")
    return found if found in CODECS else "text"


def _integer(kind: Any) -> Any:
    return kind.maps.types[f"{{{_XS}}}integer"]
