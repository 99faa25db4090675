"""A contract folder from what an integrator has: a schema, a service description, or one document.

What can be known is written: the schema (inferred, where there is only a document), contract.yaml, a row for every
place in the order of the wire. What cannot be known is marked `TODO`, with the likely canonical member by name and type
beside it; `contracts check` explains each. Nothing is guessed silently: a row is right when somebody has looked at it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.registry.declarations import CONTRACT_ID
from icjs_gateway.registry.goldens import Parse
from icjs_gateway.registry.inferring import inferred_json_schema, inferred_xsd
from icjs_gateway.registry.json_places import json_root
from icjs_gateway.registry.places import Place, foreign, of_namespace
from icjs_gateway.registry.proposals import Proposals
from icjs_gateway.registry.service_descriptions import SCHEMA, WSDL, described_schemas, operation_of
from icjs_gateway.registry.xsd_places import xsd_root
from icjs_gateway.routing.contracts import Wire
from icjs_gateway.routing.directory import Pillar

TODO = "TODO"
_XS = "http://www.w3.org/2001/XMLSchema"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaffold:
    """The files of a folder by name, and how many places were proposed something for."""

    files: Mapping[str, bytes]
    places: int
    proposed: int


def scaffold(contract_id: str, source: Path, *, root: str | None, events: Sequence[str], parse: Parse) -> Scaffold:
    """The folder of a new contract. `events` are the nouns it is likely about, `parse` reads what comes from outside.

    Raises Misconfigured, and Malformed for what can be read neither as XML nor as JSON.
    """
    pillars = [each.value for each in Pillar]
    if not CONTRACT_ID.fullmatch(contract_id) or contract_id.partition(".")[0] not in pillars:
        raise Misconfigured(f"{contract_id}: an id is like police.state-fir.v1; pillars are {', '.join(pillars)}")
    nouns = [event.replace("-", "_") for event in events] or ["fir", "hearing"]
    if unknown := set(nouns) - (known := {each.noun for each in EVENT_TYPES.values()}):
        raise Misconfigured(
            f"--event: no event is about {', '.join(sorted(unknown))}; nouns are {', '.join(sorted(known))}"
        )
    body = source.read_bytes()
    is_json = source.suffix == ".json" or body.lstrip()[:1] in (b"{", b"[")
    try:
        given = _of_json(body, contract_id, parse) if is_json else _of_xml(body, source, root, parse)
    except Misconfigured as error:
        raise Misconfigured(f"{source}: {error.detail}") from None
    if not given.document.below:
        raise Misconfigured(f"{source}: nothing stands in it that a row could be about")
    proposals = Proposals(nouns)
    lost = "".join(f"  # The document: {reason}\n" for reason in given.document.loses)
    lost += "".join(_strangers(given))
    rows = lost + "".join(_rows(given.document.below, 0, proposals, ()))
    files = dict(given.files)
    files["mapping.yaml"] = (_HEAD + rows + _EVENTS.format(noun=nouns[0])).encode()
    files["contract.yaml"] = _declaration(contract_id, source, given, nouns).encode()
    files["CHANGES.md"] = f"# {contract_id}\n\n## {contract_id.rpartition('.v')[2]}.0\nFirst version.\n".encode()
    return Scaffold(files=files, places=proposals.asked, proposed=proposals.found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """What the source says: files of the folder, the places of the schema, and what contract.yaml says of the wire."""

    files: Mapping[str, bytes]
    document: Place
    wire: str
    namespace: str | None = None


def _of_json(body: bytes, contract_id: str, parse: Parse) -> _Given:
    document = parse(body, Wire.JSON).root
    if not isinstance(document, dict):
        raise Misconfigured("a document of a contract is one object; give one of those that are in it")
    is_schema = "$schema" in document or isinstance(document.get("properties"), dict)
    schema = document if is_schema else inferred_json_schema(document, contract_id)
    files = {"schema.json": json.dumps(schema, ensure_ascii=False, indent=2).encode() + b"\n"}
    if not is_schema:
        files["samples/valid/first.json"] = body
    return _Given(files=files, document=json_root(schema), wire="wires: [json]\n")


def _of_xml(body: bytes, source: Path, root: str | None, parse: Parse) -> _Given:
    """The schema, given, in a service description, or inferred from a document."""
    tree = parse(body, Wire.XML).root
    files = {SCHEMA: body}
    described = None
    if tree.tag == f"{{{WSDL}}}definitions":
        described, files = tree, described_schemas(tree, root)
    elif tree.tag != f"{{{_XS}}}schema":
        files = {SCHEMA: inferred_xsd(tree).encode(), "samples/valid/first.xml": body}
    files |= _beside(files, source, parse)
    with TemporaryDirectory() as folder:
        for name, content in files.items():
            if name.endswith(".xsd"):
                (Path(folder) / name).write_bytes(content)
        element = xsd_root(Path(folder) / SCHEMA, root)
    if not element.namespace:
        raise Misconfigured("a document without a namespace cannot be told from others; give it one")
    wires = "[xml]"
    if described is not None:
        wires = f"[xml, soap]\noperation: {operation_of(described, element.name)}"
    wire = f"wires: {wires}\nroot: {element.name}\nnamespace: {element.namespace}\n"
    return _Given(files=files, document=element.place, wire=wire, namespace=element.namespace)


def _beside(files: Mapping[str, bytes], source: Path, parse: Parse) -> dict[str, bytes]:
    """The files that these schemas include and import; they move with them, so each is in the same folder."""
    found: dict[str, bytes] = {}
    waiting = [parse(body, Wire.XML).root for name, body in files.items() if name.endswith(".xsd")]
    while waiting:
        for each in waiting.pop().iterfind(f"{{{_XS}}}*[@schemaLocation]"):
            name = each.get("schemaLocation")
            if name in found or name == source.name == SCHEMA or name in files.keys() - {SCHEMA}:
                continue
            if name in (source.name, SCHEMA):
                raise Misconfigured(f"it refers to {name}, and will itself be {SCHEMA}: call it that before")
            file = source.with_name(name) if re.fullmatch(r"[\w.-]+\.xsd", name) else None
            if file is None or not file.is_file():
                raise Misconfigured(f"it refers to {name}: put that file beside it, and refer to it by its name alone")
            found[name] = file.read_bytes()
            waiting.append(parse(found[name], Wire.XML).root)
    return found


_HEAD = """# A row for every place of the schema, in its order. Say what each is (`to`: a member of the event, as in
# docs/reference/events.md), or move it to `unmapped` with a reason. What is likely stands behind it.
rows:
"""
_EVENTS = """
events:
  case: case                       # TODO: the member above that names the case, or firs and CNR member by member
  main: {{at: {noun}, noun: {noun}, verb: TODO}}
"""


_PLACE = {"police": "station", "courts": "establishment", "prisons": "jail", "forensics": "laboratory"}
"""The attribute that names the speaking place, by pillar."""


def _declaration(contract_id: str, source: Path, given: _Given, nouns: list[str]) -> str:
    pillar = contract_id.partition(".")[0]
    place = f"    {_PLACE[pillar]}: TODO\n" if pillar in _PLACE else ""
    globs = ", ".join(f'"icjs.{noun.replace("_", "-")}.*"' for noun in nouns)
    return f"""# Made from {source.name}.
id: {contract_id}
title: TODO
pillar: {pillar}
direction: in
{given.wire}sensitivity: restricted
events: [{globs}]
keys:
  # Members of the tree that mapping.yaml makes.
  message_id: message_id
  action: action
  refers_to: refers_to
  recorded_at: recorded_at
  thread: TODO
  occurred_at: [recorded_at]
  attributes:                      # the place that speaks, and its State: its word counts only where it has standing
    state: TODO
{place}"""


def _strangers(given: _Given) -> Iterator[str]:
    """What stands in the document in another namespace than its own, which rows do not read: one line a namespace."""
    if given.namespace is None:
        return
    named: dict[str, dict[str, None]] = {}
    for _, name, other in foreign(given.document, given.namespace):
        named.setdefault(other, {})[name] = None
    for other, names in named.items():
        yield f"  # {', '.join(names)}: {of_namespace(other, given.namespace)}\n"


def _rows(places: Sequence[Place], depth: int, proposals: Proposals, above: tuple[str, ...]) -> Iterator[str]:
    pad = "  " * (2 * depth + 1)
    for place in places:
        yield from (f"{pad}# {place.name}: {reason}\n" for reason in place.loses)
        often = {(True, False): '"1"', (False, True): '"*"', (True, True): '"+"'}.get((place.required, place.many))
        occurs = f", occurs: {often}" if often is not None and place.name != "." else ""
        if place.below:
            yield f"{pad}- wire: {_quoted(place.name)}\n{pad}  to: {TODO}\n"
            if often is not None:
                yield f"{pad}  occurs: {often}\n"
            yield f"{pad}  rows:\n"
            yield from _rows(place.below, depth + 1, proposals, (*above, place.name))
            continue
        likely = proposals.of(above, place)
        codes = f", codes: [{', '.join(_quoted(code) for code in place.codes)}]" if place.codes else ""
        codec = _codec(place, proposals.kind_of(likely))
        behind = f"   # likely {likely}" if likely is not None else ""
        yield f"{pad}- {{wire: {_quoted(place.name)}, to: {TODO}, {codec}{codes}{occurs}}}{behind}\n"


def _codec(place: Place, canonical: str) -> str:
    """How a value is read: by its type, and as text where a number in JSON is likely a text in the event."""
    if place.codes:
        codec, is_number = "code", place.types <= _NUMBERS
    else:
        is_text = place.kind == "integer" and canonical == "text"
        codec, is_number = ("text", True) if is_text else (place.kind, place.kind == "decimal")
    return f"codec: {codec}" + (", type: number" if is_number and place.types else "")


_NUMBERS = frozenset({"integer", "number"})


def _quoted(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_][\w-]*", name) and name.lower() not in _YAML_WORDS else json.dumps(name)


_YAML_WORDS = frozenset({"on", "off", "yes", "no", "true", "false", "null", "y", "n"})
