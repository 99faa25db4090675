"""Reshaping: documents whose structure a table cannot follow are brought into one that it can, and back again.

A table reads elements and members where they stand. Some formats say one thing in several places, and for those the
mapping says beforehand how the document is to be seen:

    reshape:
      namespaces: {p: {uri: "urn:example:parties", elements: [people, person]}}       elements of another namespace
      resolve:                                          who is referred to by an id stands where the reference was
        - {at: accused, by: ref, of: people/person, key: id, carries: ["@no", "@name"], before: heard}
      join:                                             one value in several fields
        - {at: heard, parts: ["@y", "@m", "@d"], as: date}
        - {at: "", parts: [REG_YY, REG_MM, REG_DD, REG_TIME], into: REGISTERED, as: minute}

The schema judges the document as it was sent; the table sees it reshaped, and what the table writes is shaped back
before it leaves. Contracts without `reshape` pay nothing. A reference that leads nowhere, and somebody to whom no
reference leads, refuse the document: neither may be lost.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from icjs_gateway.mappings.marked_yaml import Marked
from icjs_gateway.mappings.vocabulary import Table
from icjs_gateway.model.errors import TranslationFailed
from icjs_gateway.model.findings import Finding
from icjs_gateway.registry.judged import Judged
from icjs_gateway.registry.leaves import Leaf, Leaves

_KINDS = {"date": 3, "minute": 4}
"""How many fields: year, month, day; and the time of day as HH:MM, Indian Standard Time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """One value in several fields of an element or object: attributes (`@y`), or members. `into` is the member that
    the table sees; of an element it is the element's own text."""

    at: str
    parts: tuple[str, ...]
    kind: str
    into: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve:
    """References by id: every `at` names by its attribute one of `of` by its. What `carries` lists moves to who refers;
    written again, the container goes `before` the element of that name."""

    at: str
    by: str
    of: tuple[str, ...]
    key: str
    carries: tuple[str, ...]
    before: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reshape:
    """All of it. `namespaces` are (prefix, uri) by the element that has it, where that is not the contract's own."""

    namespaces: Mapping[str, tuple[str, str]]
    resolves: tuple[Resolve, ...]
    joins: tuple[Join, ...]
    namespace: str

    def inward(self, root: Any) -> Any:
        """The document as the table sees it. Raises TranslationFailed with every finding."""
        return self._xml_inward(root) if self.namespace else self._json_inward(root)

    def outward(self, body: bytes) -> bytes:
        """What the table wrote, as the contract wants it."""
        return self._xml_outward(body) if self.namespace else self._json_outward(body)

    def _xml_inward(self, sent: Any) -> Any:
        root = copy.deepcopy(sent)
        for element in root.iter(etree.Element):
            name = etree.QName(element)
            if self.namespaces.get(name.localname, ("", ""))[1] == name.namespace:
                element.tag = f"{{{self.namespace}}}{name.localname}"
        findings = [finding for each in self.resolves for finding in self._resolve(root, each)]
        if findings:
            raise TranslationFailed("The document refers to what it does not hold, or holds what it leaves.", findings)
        for join in self.joins:
            for element in list(root.iter(f"{{{self.namespace}}}{join.at}")):
                values = [element.attrib.pop(part[1:], None) for part in join.parts]
                if all(value is not None for value in values):
                    element.text = joined(join.kind, values)
        return root

    def _resolve(self, root: Any, resolve: Resolve) -> list[Finding]:
        path = "/".join(f"{{{self.namespace}}}{name}" for name in resolve.of)
        known = {each.get(resolve.key): each for each in root.findall(path)}
        left, findings = set(known), []
        for element in list(root.iter(f"{{{self.namespace}}}{resolve.at}")):
            named = element.attrib.pop(resolve.by, None)
            if named not in known:
                findings.append(_finding("REFERENCE-UNKNOWN", element, resolve.at, f"@{resolve.by}", named))
                continue
            left.discard(named)
            for name, value in known[named].attrib.items():
                if name != resolve.key:
                    element.set(name, value)
            for child in reversed(known[named]):
                element.insert(0, copy.deepcopy(child))
        findings += [
            _finding("REFERENCE-UNUSED", known[key], "/".join(resolve.of), f"@{resolve.key}", key)
            for key in sorted(left, key=str)
        ]
        container = root.find(f"{{{self.namespace}}}{resolve.of[0]}")
        if container is not None:
            root.remove(container)
        return findings

    def _xml_outward(self, body: bytes) -> bytes:
        # Our own text, which the table has just written.
        written = etree.fromstring(body)  # noqa: TID251
        for join in self.joins:
            for element in written.iter(f"{{{self.namespace}}}{join.at}"):
                if element.text:
                    for part, value in zip(join.parts, parted(join.kind, element.text), strict=True):
                        element.set(part[1:], value)
                    element.text = None
        for resolve in self.resolves:
            self._refer(written, resolve)
        nsmap: dict[str | None, str] = {None: self.namespace} | dict(self.namespaces.values())
        root = etree.Element(written.tag, attrib=dict(written.attrib), nsmap=nsmap)
        root.extend(list(written))
        for element in root.iter(etree.Element):
            name = etree.QName(element).localname
            if name in self.namespaces:
                element.tag = f"{{{self.namespaces[name][1]}}}{name}"
        etree.cleanup_namespaces(root, keep_ns_prefixes=[prefix for prefix, _ in self.namespaces.values()])
        return etree.tostring(root, encoding="unicode").encode()

    def _refer(self, root: Any, resolve: Resolve) -> None:
        container = None
        for number, element in enumerate(list(root.iter(f"{{{self.namespace}}}{resolve.at}")), 1):
            if container is None:
                container = etree.Element(f"{{{self.namespace}}}{resolve.of[0]}")
                following = root.find(f"{{{self.namespace}}}{resolve.before}")
                root.insert(len(root) if following is None else root.index(following), container)
            held = etree.SubElement(container, f"{{{self.namespace}}}{resolve.of[1]}")
            held.set(resolve.key, f"P{number}")
            for carried in resolve.carries:
                if carried.startswith("@"):
                    if (value := element.attrib.pop(carried[1:], None)) is not None:
                        held.set(carried[1:], value)
                else:
                    held.extend(element.findall(f"{{{self.namespace}}}{carried}"))
            element.set(resolve.by, f"P{number}")

    def _json_inward(self, sent: Any) -> Any:
        root = copy.deepcopy(sent)
        for join in self.joins:
            for part in _objects(root, join.at):
                values = [part.pop(name, None) for name in join.parts]
                if all(value is not None for value in values):
                    part[join.into] = joined(join.kind, values)
        return root

    def _json_outward(self, body: bytes) -> bytes:
        root = json.loads(body)  # noqa: TID251 - our own text, which the table has just written
        for join in self.joins:
            for part in _objects(root, join.at):
                if (value := part.pop(join.into, None)) is not None:
                    fields = parted(join.kind, value)
                    part.update(zip(join.parts, [*map(int, fields[:3]), *fields[3:]], strict=True))
        return json.dumps(root, ensure_ascii=False, separators=(",", ":")).encode()

    def leaves(self, schema: Leaves) -> Leaves:
        """The leaves of a schema as the table sees them."""
        found = dict(schema)
        for resolve in self.resolves:
            found = _resolved(found, resolve)
        for join in self.joins:
            for at in {leaf.rpartition("/")[0] for leaf in found if _is_part(leaf, join)}:
                parts = [found.pop(f"{at}/{part}".lstrip("/")) for part in join.parts]
                into = f"{at}/{join.into}".strip("/") if join.into else at
                found[into] = Leaf(steps=parts[0].steps if join.into else parts[0].steps[:-1])
        return found


def _is_part(leaf: str, join: Join) -> bool:
    above, _, name = leaf.rpartition("/")
    return name == join.parts[0] and above.rpartition("/")[2] == join.at.rpartition("/")[2]


def _resolved(leaves: Leaves, resolve: Resolve) -> Leaves:
    held = "/".join(resolve.of) + "/"
    found: dict[str, Leaf] = {}
    for leaf, what in leaves.items():
        above, _, name = leaf.rpartition("/")
        if leaf.startswith(held):
            continue
        if name == f"@{resolve.by}" and above.rpartition("/")[2] == resolve.at:
            for carried, other in leaves.items():
                if carried.startswith(held) and carried != f"{held}@{resolve.key}":
                    steps = (*what.steps[:-1], *other.steps[len(resolve.of) :])
                    found[f"{above}/{carried.removeprefix(held)}"] = Leaf(steps=steps, codes=other.codes)
            continue
        found[leaf] = what
    return found


def _objects(root: Any, at: str) -> list[dict[str, Any]]:
    """The objects at a path of members, through lists."""
    found: list[Any] = [root]
    for step in filter(None, at.split("/")):
        below = [each.get(step) for each in found if isinstance(each, dict)]
        found = [item for each in below for item in (each if isinstance(each, list) else [each])]
    return [each for each in found if isinstance(each, dict)]


def joined(kind: str, values: list[Any]) -> str:
    """Fields as one value. What they make need not exist: the row's codec judges it."""
    year, month, day = (str(value).strip().zfill(size) for value, size in zip(values, (4, 2, 2), strict=False))
    on = f"{year}-{month}-{day}"
    return on if kind == "date" else f"{on}T{str(values[3]).strip()}:00+05:30"


def parted(kind: str, value: str) -> list[str]:
    """One value as its fields, without leading zeros."""
    on, _, time = value.partition("T")
    fields = [str(int(field)) for field in on.split("-")]
    return fields if kind == "date" else [*fields, time[:5]]


_EXPECTED = {
    "REFERENCE-UNKNOWN": "the id of something that the document holds",
    "REFERENCE-UNUSED": "a reference to it",
}


def _finding(code: str, element: Any, at: str, attribute: str, found: Any) -> Finding:
    return Finding(
        code=code,
        wire_path=f"//{at}/{attribute}",
        line=element.sourceline,
        expected=_EXPECTED[code],
        found=None if found is None else str(found)[:80],
    )


@dataclass(frozen=True, slots=True)
class Shaped:
    """A table beside a reshape, for who judges documents: it complains of them as the table sees them."""

    inner: Judged
    reshape: Reshape

    @property
    def table(self) -> Table:
        return self.inner.table

    def complaints(self, root: Any) -> list[Finding]:
        try:
            return self.inner.complaints(self.reshape.inward(root))
        except TranslationFailed as failure:
            return list(failure.findings)

    def shaped(self, root: Any) -> Any:
        try:
            return self.reshape.inward(root)
        except TranslationFailed:
            return root


def read_reshape(mapping: Marked, namespace: str | None) -> Reshape | None:
    """What a mapping file says of it; None where it says nothing. Raises Misconfigured."""
    members = mapping.members(optional=None)
    if "reshape" not in members:
        return None
    said = members["reshape"].members(optional=("namespaces", "resolve", "join"))
    if namespace is None and ("namespaces" in said or "resolve" in said):
        raise members["reshape"].wrong("JSON has `join` only")
    return Reshape(
        namespaces=_namespaces(said["namespaces"]) if "namespaces" in said else {},
        resolves=tuple(_read_resolve(each) for each in said["resolve"].items()) if "resolve" in said else (),
        joins=tuple(_read_join(each, namespace) for each in said["join"].items()) if "join" in said else (),
        namespace=namespace or "",
    )


def _namespaces(entry: Marked) -> dict[str, tuple[str, str]]:
    found = {}
    for prefix, said in entry.members(optional=None).items():
        members = said.members(required=("uri", "elements"))
        for name in members["elements"].texts():
            found[name] = (prefix, members["uri"].text())
    return found


def _read_resolve(entry: Marked) -> Resolve:
    members = entry.members(required=("at", "by", "of", "key", "carries", "before"))
    of = tuple(members["of"].text().split("/"))
    if len(of) != 2:
        raise members["of"].wrong("a container and what it holds, like people/person")
    return Resolve(
        at=members["at"].text(),
        by=members["by"].text(),
        of=of,
        key=members["key"].text(),
        carries=members["carries"].texts(),
        before=members["before"].text(),
    )


def _read_join(entry: Marked, namespace: str | None) -> Join:
    members = entry.members(required=("parts", "as"), optional=("at", "into"))
    kind, parts = members["as"].text(), members["parts"].texts()
    if kind not in _KINDS or len(parts) != _KINDS[kind]:
        raise entry.wrong("as is `date` (year, month, day) or `minute` (and the time of day)")
    if (namespace is None) is not ("into" in members):
        raise entry.wrong("into: needed in JSON; in XML what is joined is the element's own text")
    return Join(
        at=members["at"].text() if "at" in members else "",
        parts=parts,
        kind=kind,
        into=members["into"].text() if "into" in members else "",
    )
