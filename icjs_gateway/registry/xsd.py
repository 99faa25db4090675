"""Admission of XML by its contract's XSD: libxml2 on the hot path, its error log read into findings on the cold one.

A compiled schema keeps the log of its last validation, so each thread has a schema of its own.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from lxml import etree

from icjs_gateway.mappings.reading import FINDINGS_MAX, FOUND_CHARS_MAX, path_of
from icjs_gateway.mappings.vocabulary import Group
from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.model.findings import Finding
from icjs_gateway.model.words import did_you_mean, one_among
from icjs_gateway.registry.judged import Declared, Judged, as_seen
from icjs_gateway.registry.structure import Step, faults_of, local_name, place_of, row_of, wire_path
from icjs_gateway.registry.value_words import ValueWords
from icjs_gateway.registry.xml_repair import TYPE, TYPE_HINT, repaired
from icjs_gateway.routing.contracts import Document

_STEP = re.compile(r"(?:[^:/\[]+:)?([^/\[]+)(?:\[(\d+)\])?")
_ATTRIBUTE = re.compile(r"attribute '(?:\{[^}]*\})?([^']+)'")
_EXPECTED = re.compile(r"Expected is (?:one of )?\( (.*) \)\.")
_NAMESPACE = re.compile(r"\{[^}]*\}")
_special = etree.XPath("descendant-or-self::*[@x:type or @x:nil]", namespaces={"x": TYPE[1:].partition("}")[0]})
_MISSING_ATTRIBUTE = "SCHEMAV_CVC_COMPLEX_TYPE_4"
_UNEXPECTED = {"SCHEMAV_CVC_COMPLEX_TYPE_3_2_1", "SCHEMAV_CVC_COMPLEX_TYPE_2_1", "SCHEMAV_CVC_COMPLEX_TYPE_2_3"}
_NO_VALUE = {"SCHEMAV_CVC_TYPE_3_1_2", "SCHEMAV_CVC_COMPLEX_TYPE_2_2"}
_REFUSED = (("SCHEMAV_CVC_ELT_3", "nil"), ("SCHEMAV_CVC_ELT_4", "type"))
"""What libxml2 logs of `xsi:nil` and `xsi:type` that it refuses."""
_UNORDERED = re.compile(r"<(?:\w+:)?(?:all|choice)\b")


class XsdJudge:
    """Judges XML documents. Raises Misconfigured for a schema that does not compile."""

    def __init__(self, declaration: Declared, translator: Judged) -> None:
        self._file = str(declaration.schema_file)
        self._root = declaration.root or ""
        self._namespace = declaration.namespace or ""
        self._tag = f"{{{declaration.namespace}}}{self._root}"
        self._translator = translator
        self._names = frozenset(_names_of(translator.table.group))
        self._threads = threading.local()
        try:
            self._threads.schema = etree.XMLSchema(file=self._file)
        except (etree.XMLSchemaParseError, etree.XMLSyntaxError, OSError) as error:
            line = getattr(getattr(error, "error_log", None), "last_error", None)
            raise Misconfigured(f"{self._file}:{line.line if line else 1}: {error}") from error
        written = Path(self._file).read_text(encoding="utf-8-sig")
        self._keeps_order = _UNORDERED.search(written) is None
        self._words = ValueWords(written)

    def findings(self, document: Document) -> list[Finding]:
        """Everything that is wrong; empty when nothing is."""
        root = document.root
        if root.tag != self._tag:
            return [self._wrong_root(root)]
        schema = getattr(self._threads, "schema", None)
        if schema is None:
            schema = self._threads.schema = etree.XMLSchema(file=self._file)
        if schema.validate(root) and not _special(root):
            return []
        refused = {
            what for entry in schema.error_log for begins, what in _REFUSED if entry.type_name.startswith(begins)
        }
        return self._explain(root, refused, schema)

    def _wrong_root(self, root: Any) -> Finding:
        name, namespace = local_name(root), str(root.tag)[1:].partition("}")[0] if root.tag[0] == "{" else ""
        where = f"in {namespace}" if namespace else "in no namespace"
        hint = did_you_mean(name, [self._root])
        if name == self._root:
            hint = f'its namespace is another: xmlns="{self._namespace}"'
        return Finding(
            code="SCHEMA-ROOT",
            wire_path=f"/{name}",
            line=root.sourceline,
            expected=f"the document element {self._root} in the namespace {self._namespace}",
            found=f"{name} {where}"[: 2 * FOUND_CHARS_MAX],
            hint=hint,
        )

    def _explain(self, root: Any, refused: set[str], schema: Any) -> list[Finding]:
        """What hides other faults, and then what the table and libxml2 see of a copy without it: of one place the first
        that tells of it."""
        seen = repaired(root, self._namespace, self._names, refused, self._place)
        if schema.validate(seen.root):
            return seen.findings
        group, whole = self._translator.table.group, as_seen(self._translator, seen.root)
        is_reshaped = hasattr(self._translator, "shaped")
        is_ordered = self._keeps_order and not is_reshaped and any(map(_is_structural, schema.error_log))
        structural = list(islice(faults_of(self._root, group, whole, is_ordered=is_ordered), FINDINGS_MAX))
        explained = {_parent(finding) for finding in (*structural, *seen.findings)}
        children: _Children = {}
        logged = []
        for entry in islice(schema.error_log, FINDINGS_MAX):
            finding = self._finding(seen.root, entry, children)
            about = finding.wire_path if _is_missing(entry) else _parent(finding)
            # libxml2 says of the first child out of place what the table has said of all of them.
            if is_reshaped or not (_is_structural(entry) and about in explained):
                logged.append(finding)
        # What a group lacks by its checks may be what could not be read of it.
        complaints = [each for each in self._translator.complaints(seen.root) if each.wire_path not in explained]
        found: dict[str | None, Finding] = {finding.wire_path: finding for finding in seen.findings}
        # Of a document that is reshaped the table knows other places than stand there.
        first, second = (structural, logged) if not is_reshaped else (logged, structural)
        for finding in (*first, *second, *complaints):
            if not any(_is_below(finding.wire_path, nil) for nil in seen.nil):
                found.setdefault(finding.wire_path, finding)
        if not found:
            finding = self._finding(seen.root, schema.error_log[0], {})
            found[finding.wire_path] = finding
        # What stood in the document by types of its own is refused for them.
        hint = TYPE_HINT if _special(root) and not refused else None
        told = [replace(each, hint=hint or each.hint) for each in found.values()]
        return sorted(told, key=lambda finding: finding.line or 0)[:FINDINGS_MAX]

    def _place(self, element: Any) -> tuple[str | None, str]:
        """The canonical path of an element, and its path on the wire."""
        steps: list[Step] = []
        while (above := element.getparent()) is not None:
            name = local_name(element)
            steps.append((name, sum(local_name(each) == name for each in element.itersiblings("*", preceding=True))))
            element = above
        steps.reverse()
        group = self._translator.table.group
        return path_of(place_of(group, steps)), wire_path(self._root, group, steps)

    def _finding(self, root: Any, entry: Any, children: _Children) -> Finding:
        steps, element = _locate(root, entry.path, children)
        message = _NAMESPACE.sub("", entry.message).strip()
        kind = entry.type_name
        attribute = _ATTRIBUTE.search(entry.message)
        value = (element.text or "").strip()
        if attribute is not None:
            value = element.get(attribute[1]) or ""
            steps = [*steps, (f"@{attribute[1]}", 0)]
        found = value[:FOUND_CHARS_MAX] or None
        listed = _EXPECTED.search(message)
        names = listed[1].split(", ") if listed else []
        code, hint = "SCHEMA-VALUE", None
        place = place_of(self._translator.table.group, steps)
        row = row_of(place)
        if row is not None and row.group is not None and attribute is None:
            # The value of an element with attributes is a row of its own.
            row = row.group.own_text or row
        if kind == "SCHEMAV_ELEMENT_CONTENT":
            code = "SCHEMA-MISSING" if _is_missing(entry) else "SCHEMA-UNEXPECTED"
            found = None if code == "SCHEMA-MISSING" else local_name(element)
            expected = one_among(names, found) or "no element there"
            hint = f"{found} is in another namespace: it belongs in {self._namespace}" if found in names else None
            if found is not None and steps and steps[-1][1]:
                expected = f"at most {steps[-1][1]} {found}"
                hint = f"this is number {steps[-1][1] + 1}: send what is more in a message of its own"
        elif kind == _MISSING_ATTRIBUTE:
            code, expected = "SCHEMA-MISSING", f"the attribute {steps[-1][0].lstrip('@')}"
        elif kind in _UNEXPECTED or (attribute is not None and "is not allowed" in message):
            code = "SCHEMA-UNEXPECTED"
            expected, hint = self._unwanted(attribute, steps)
        else:
            if row is not None and row.codes and kind not in _NO_VALUE:
                code = "CODE-NOT-ALLOWED"
            expected, hint = self._words.told(row, entry.message, value)
        return Finding(
            code=code,
            path=path_of(place),
            wire_path=wire_path(self._root, self._translator.table.group, steps),
            line=entry.line or element.sourceline,
            expected=expected,
            found=found,
            hint=hint,
        )

    def _unwanted(self, attribute: re.Match[str] | None, steps: list[Step]) -> tuple[str, str | None]:
        """What may stand there instead of an attribute, or a text, that has no place there."""
        if attribute is None:
            return "no text between its tags", "put the text into the element that it belongs to"
        group = self._translator.table.group
        place = place_of(group, steps[:-1])
        around = place[1].group if place is not None else group
        names = [row.wire[1:] for row in around.rows if row.wire.startswith("@")] if around is not None else []
        hint = did_you_mean(attribute[1], names) or "leave it out"
        return f"no attribute {attribute[1][:80]}" + (f"; there is {', '.join(names)}" if names else ""), hint


def _is_structural(entry: Any) -> bool:
    return bool(entry.type_name == "SCHEMAV_ELEMENT_CONTENT")


def _is_missing(entry: Any) -> bool:
    return _is_structural(entry) and "Missing child" in entry.message


def _parent(finding: Finding) -> str:
    return (finding.wire_path or "").rpartition("/")[0]


def _is_below(path: str | None, above: str) -> bool:
    return path is not None and (path == above or path.startswith(f"{above}/"))


def _names_of(group: Group) -> Iterator[str]:
    for row in group.rows:
        yield row.wire
        if row.group is not None:
            yield from _names_of(row.group)


_Children = dict[Any, list[tuple[str, int, Any]]]
"""The children of elements already looked at: (local name, index among its like, child)."""


def _locate(root: Any, xpath: str | None, known: _Children) -> tuple[list[Step], Any]:
    """The steps from the payload's root to the element that libxml2 names, and the element."""
    element = root
    steps: list[Step] = []
    for step in (xpath or "").strip("/").split("/")[1:]:
        match = _STEP.fullmatch(step)
        if match is None:
            break
        if element not in known:
            known[element] = _children(element)
        name, index = match[1], int(match[2] or 1) - 1
        named = known[element] if name == "*" else [child for child in known[element] if child[0] == name]
        if index >= len(named):
            break
        found, among, element = named[index]
        steps.append((found, among))
    return steps, element


def _children(element: Any) -> list[tuple[str, int, Any]]:
    seen: Counter[str] = Counter()
    children = []
    for child in element:
        children.append((local_name(child), seen[child.tag], child))
        seen[child.tag] += 1
    return children
