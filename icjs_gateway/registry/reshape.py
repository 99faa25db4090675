"""A document reshaped: what a table can follow made of what it cannot, and back again.

How is said by the mapping (`registry.reshaping`). Nothing may be lost on the way: a reference that leads nowhere or to
two, somebody to whom none leads, and a value of which a field is missing refuse the document.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree

from icjs_gateway.model.errors import TranslationFailed
from icjs_gateway.model.findings import Finding

_BETWEEN = "|"
_INDEX = re.compile(r"\[[0-9]+\]$")
COPIED_MAX = 10 * 1024 * 1024
"""How much may be copied to where it is referred to, in bytes: as much as a body may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """One value in several fields of an element or object: attributes (`@y`), or members. The table sees them one after
    the other with a `|` between, as the member `into`, or as the element's own text. `as_numbers`: JSON writes fields
    of digits alone as numbers."""

    at: str
    parts: tuple[str, ...]
    into: str = ""
    as_numbers: bool = False


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

    def as_sent(self, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """What was found in a document as the table sees it, at the places where it stands."""
        return tuple(map(self._sent, findings))

    def _sent(self, finding: Finding) -> Finding:
        above, _, name = (finding.wire_path or "").rpartition("/")
        around = [_INDEX.sub("", step) for step in above.split("/") if step and not step.isdecimal()]
        inside = around[1:] if self.namespace else around
        holder = inside[-1] if inside else ""
        for join in self.joins:
            if name == join.into and holder == join.at.rpartition("/")[2]:
                first, *further = join.parts
                hint = finding.hint or f"together with {', '.join(further)}"
                return replace(finding, wire_path=f"{above}/{first}", hint=hint)
        return finding

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
        for join in self.joins:
            for element in self._elements(root, join):
                place = self._place(element, join.parts[0])
                line = (element[place] if place < len(element) else element).sourceline
                values = [self._taken(element, part) for part in join.parts]
                told = [value.strip() for value in values if value is not None]
                if len(told) == len(values):
                    self._put(element, join.into, place, _BETWEEN.join(told), line)
                elif told:
                    findings.append(_incomplete(join, values, f"//{join.at}" if join.at else "/", line))
        return _whole(root, findings)

    def _tag(self, name: str) -> str:
        return f"{{{self.namespace}}}{name}"

    def _elements(self, root: Any, join: Join) -> list[Any]:
        return list(root.iter(self._tag(join.at))) if join.at else [root]

    def _place(self, element: Any, name: str) -> int:
        """Where among the children one of this name stands; at their end where none does."""
        child = None if name == "" or name.startswith("@") else element.find(self._tag(name))
        return len(element) if child is None else element.index(child)

    def _taken(self, element: Any, part: str) -> str | None:
        """The text of an attribute or a child, which goes."""
        if part.startswith("@"):
            value: str | None = element.attrib.pop(part[1:], None)
            return value
        child = element.find(self._tag(part))
        if child is None:
            return None
        element.remove(child)
        return child.text or ""

    def _put(self, element: Any, name: str, place: int, text: str, line: int | None = None) -> None:
        """A text where it belongs: an attribute, a child at this place, or the element's own."""
        if not name:
            element.text = text
        elif name.startswith("@"):
            element.set(name[1:], text)
        else:
            child = etree.Element(self._tag(name))
            child.text, child.sourceline = text, line or 0  # type: ignore[misc]  # lxml's can be set
            element.insert(place, child)

    def _resolve(self, root: Any, resolve: Resolve) -> Iterator[Finding]:
        held, among = "/".join(resolve.of), f"@{resolve.key}"
        known: dict[str, Any] = {}
        for each in root.findall("/".join(f"{{{self.namespace}}}{name}" for name in resolve.of)):
            key = each.get(resolve.key)
            if key in known:
                yield _finding("REFERENCE-AMBIGUOUS", each, held, among, key)
            known[key] = each
        size = {key: len(etree.tostring(each)) for key, each in known.items()}
        left, copied = set(known), 0
        for element in list(root.iter(f"{{{self.namespace}}}{resolve.at}")):
            named = element.attrib.pop(resolve.by, None)
            if named is None or named not in known:
                yield _finding("REFERENCE-UNKNOWN", element, resolve.at, f"@{resolve.by}", named)
                continue
            left.discard(named)
            copied += size[named]
            if copied > COPIED_MAX:
                yield _finding("REFERENCE-TOO-MUCH", element, resolve.at, f"@{resolve.by}", named)
                return
            for name, value in known[named].attrib.items():
                if name != resolve.key:
                    element.set(name, value)
            for child in reversed(known[named]):
                element.insert(0, copy.deepcopy(child))
        for key in sorted(left, key=str):
            yield _finding("REFERENCE-UNUSED", known[key], held, among, key)
        for container in root.findall(f"{{{self.namespace}}}{resolve.of[0]}"):
            root.remove(container)

    def _xml_outward(self, body: bytes) -> bytes:
        # Our own text, which the table has just written.
        written = etree.fromstring(body)  # noqa: TID251
        for join in self.joins:
            for element in self._elements(written, join):
                place = self._place(element, join.into)
                value = self._taken(element, join.into) if join.into else element.text
                if value:
                    element.text = element.text if join.into else None
                    for index, (part, field) in enumerate(zip(join.parts, _parted(join, value), strict=True)):
                        self._put(element, part, place + index, field)
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
        root, findings = copy.deepcopy(sent), []
        for join in self.joins:
            for part in _objects(root, join.at):
                values = [part.pop(name, None) for name in join.parts]
                if None not in values:
                    part[join.into] = _BETWEEN.join(str(value).strip() for value in values)
                elif values.count(None) < len(values):
                    findings.append(_incomplete(join, values, f"/{join.at}".rstrip("/")))
        return _whole(root, findings)

    def _json_outward(self, body: bytes) -> bytes:
        root = json.loads(body)  # noqa: TID251 - our own text, which the table has just written
        for join in self.joins:
            for part in _objects(root, join.at):
                if (value := part.pop(join.into, None)) is not None:
                    fields = [_number(field) if join.as_numbers else field for field in _parted(join, value)]
                    part.update(zip(join.parts, fields, strict=True))
        return json.dumps(root, ensure_ascii=False, separators=(",", ":")).encode()


def _objects(root: Any, at: str) -> list[dict[str, Any]]:
    """The objects at a path of members, through lists."""
    found: list[Any] = [root]
    for step in filter(None, at.split("/")):
        below = [each.get(step) for each in found if isinstance(each, dict)]
        found = [item for each in below for item in (each if isinstance(each, list) else [each])]
    return [each for each in found if isinstance(each, dict)]


def _parted(join: Join, value: str) -> list[str]:
    """The fields of what was joined. Raises TranslationFailed for a value that never was."""
    fields = value.split(_BETWEEN)
    if len(fields) != len(join.parts):
        name = join.into or join.at
        raise TranslationFailed(f"{name} stands in {len(join.parts)} fields, and its value is of {len(fields)}.")
    return fields


def _number(field: str) -> int | str:
    return int(field) if field.isdecimal() else field


def _whole(root: Any, findings: list[Finding]) -> Any:
    if findings:
        raise TranslationFailed("What the document says in several places does not come together.", findings)
    return root


def _incomplete(join: Join, values: list[Any], at: str, line: int | None = None) -> Finding:
    missing = [part for part, value in zip(join.parts, values, strict=True) if value is None]
    return Finding(code="VALUE-INCOMPLETE", wire_path=f"{at}/{missing[0]}", line=line, expected=", ".join(join.parts))


_EXPECTED = {
    "REFERENCE-AMBIGUOUS": "an id of its own",
    "REFERENCE-TOO-MUCH": f"references to at most {COPIED_MAX} bytes in all",
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
