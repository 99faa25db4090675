"""contract.yaml: what a folder says of its exchange."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from icjs_gateway.mappings.marked_yaml import Marked, read_yaml
from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.routing.contracts import Wire
from icjs_gateway.routing.directory import Pillar

CONTRACT_ID = re.compile(r"[a-z]+(\.[a-z0-9-]+)+\.v[1-9][0-9]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """One contract.yaml as read. `root`, `namespace` and `operation` are those of XML and SOAP."""

    folder: Path
    id: str
    title: str
    pillar: str
    direction: str
    wires: frozenset[Wire]
    root: str | None
    namespace: str | None
    operation: str | None
    events: tuple[str, ...]
    keys: Marked
    where: Marked

    @property
    def is_xml(self) -> bool:
        return Wire.JSON not in self.wires

    @property
    def schema_file(self) -> Path:
        return self.folder / ("schema.xsd" if self.is_xml else "schema.json")

    @property
    def defined_by(self) -> tuple[str, ...]:
        """The files beside contract.yaml that define the contract: the schema with what it includes."""
        schemas = sorted(file.name for file in self.folder.glob(f"*{self.schema_file.suffix}"))
        return ("mapping.yaml", *schemas)

    @property
    def schema_name(self) -> str:
        """The name under which a WSDL imports the schema: `hearing-outcome.xsd`; later majors carry theirs."""
        return schema_name(self.id)


def schema_name(contract_id: str) -> str:
    """Under which a WSDL imports the schema of a contract."""
    _, *exchange, version = contract_id.split(".")
    return "-".join(exchange) + (".xsd" if version == "v1" else f".{version}.xsd")


def read_declaration(folder: Path) -> Declaration:
    """Read the contract.yaml of a folder. Raises Misconfigured."""
    root = read_yaml(folder / "contract.yaml")
    members = root.members(
        required=("id", "title", "pillar", "direction", "wires", "events", "keys", "sensitivity"),
        optional=("root", "namespace", "operation"),
    )
    if not CONTRACT_ID.fullmatch(members["id"].text()):
        raise members["id"].wrong("an id is like courts.hearing-outcome.v1")
    pillar = members["pillar"].text()
    if pillar not in {known.value for known in Pillar}:
        raise members["pillar"].wrong(f"no pillar {pillar}; there are {', '.join(known.value for known in Pillar)}")
    for glob in members["events"].items():
        if not any(fnmatchcase(kind, glob.text()) for kind in EVENT_TYPES):
            raise glob.wrong(f"{glob.text()} is no type of event; docs/reference/events.md lists them")
    if members["direction"].text() not in ("in", "out", "query"):
        raise members["direction"].wrong("direction is in, out or query")
    wires = _wires(members["wires"])
    xml_only = [name for name in ("root", "namespace") if (name in members) is (Wire.JSON in wires)]
    if xml_only:
        raise root.wrong(f"{' and '.join(xml_only)}: needed for xml and soap, and only there")
    if (Wire.SOAP in wires) is not ("operation" in members):
        raise root.wrong("operation: needed for soap, and only there")
    text = {name: members[name].text() for name in ("root", "namespace", "operation") if name in members}
    return Declaration(
        folder=folder,
        id=members["id"].text(),
        title=members["title"].text(),
        pillar=pillar,
        direction=members["direction"].text(),
        wires=wires,
        root=text.get("root"),
        namespace=text.get("namespace"),
        operation=text.get("operation"),
        events=members["events"].texts(),
        keys=members["keys"],
        where=root,
    )


def _wires(listed: Marked) -> frozenset[Wire]:
    known = {wire.value: wire for wire in Wire}
    for entry in listed.items():
        if entry.text() not in known:
            raise entry.wrong(f"no wire {entry.text()}; there are {', '.join(known)}")
    wires = frozenset(known[name] for name in listed.texts())
    if not wires or (Wire.JSON in wires and len(wires) > 1):
        raise listed.wrong("json stands alone; xml and soap share one mapping")
    return wires
