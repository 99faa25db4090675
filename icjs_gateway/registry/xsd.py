"""Admission of XML by its contract's XSD: libxml2 on the hot path, its error log read into findings on the cold one.

A compiled schema keeps the log of its last validation, so each thread has a schema of its own.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from copy import deepcopy
from dataclasses import replace
from itertools import islice
from typing import Any

from lxml import etree

from icjs_gateway.mappings.codecs import CODECS
from icjs_gateway.mappings.reading import FINDINGS_MAX, FOUND_CHARS_MAX, path_of
from icjs_gateway.mappings.vocabulary import Row
from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.model.findings import Finding
from icjs_gateway.registry.judged import Declared, Judged, as_seen
from icjs_gateway.registry.structure import Step, faults_of, local_name, place_of, row_of, wire_path
from icjs_gateway.routing.contracts import Document

_STEP = re.compile(r"(?:[^:/\[]+:)?([^/\[]+)(?:\[(\d+)\])?")
_ATTRIBUTE = re.compile(r"attribute '(?:\{[^}]*\})?([^']+)'")
_EXPECTED = re.compile(r"Expected is (?:one of )?\( (.*) \)\.")
_ENUMERATION = re.compile(r"is not an element of the set \{(.*)\}")
_LIMITS = (
    (re.compile(r"Character content is not allowed()"), "no text between its tags"),
    (re.compile(r"allowed minimum length of '(\d+)'"), "at least {} characters"),
    (re.compile(r"allowed maximum length of '(\d+)'"), "at most {} characters"),
    (re.compile(r"minimum value allowed \('([^']*)'\)"), "at least {}"),
    (re.compile(r"maximum value allowed \('([^']*)'\)"), "at most {}"),
    (re.compile(r"not accepted by the pattern '(.*)'"), "text of the form {}"),
)
"""What libxml2 says of a limit that was passed, and how it is told."""
_NAMESPACE = re.compile(r"\{[^}]*\}")
_XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_typed = etree.XPath("descendant-or-self::*[@x:type]", namespaces={"x": _XSI_TYPE[1:].partition("}")[0]})
_HINT = "what `xsi:type` adds to the declared type is not read: leave it out"
_MISSING_ATTRIBUTE = "SCHEMAV_CVC_COMPLEX_TYPE_4"
_UNEXPECTED = {"SCHEMAV_CVC_COMPLEX_TYPE_3_2_1", "SCHEMAV_CVC_COMPLEX_TYPE_2_1", "SCHEMAV_CVC_COMPLEX_TYPE_2_3"}


class XsdJudge:
    """Judges XML documents. Raises Misconfigured for a schema that does not compile."""

    def __init__(self, declaration: Declared, translator: Judged) -> None:
        self._file = str(declaration.schema_file)
        self._root = declaration.root or ""
        self._tag = f"{{{declaration.namespace}}}{self._root}"
        self._translator = translator
        self._threads = threading.local()
        try:
            self._threads.schema = etree.XMLSchema(file=self._file)
        except (etree.XMLSchemaParseError, etree.XMLSyntaxError, OSError) as error:
            line = getattr(getattr(error, "error_log", None), "last_error", None)
            raise Misconfigured(f"{self._file}:{line.line if line else 1}: {error}") from error

    def findings(self, document: Document) -> list[Finding]:
        """Everything that is wrong; empty when nothing is."""
        root = document.root
        if root.tag != self._tag:
            return [self._wrong_root(root)]
        schema = getattr(self._threads, "schema", None)
        if schema is None:
            schema = self._threads.schema = etree.XMLSchema(file=self._file)
        if schema.validate(root):
            return self._undeclared(root, schema) if _typed(root) else []
        return self._explain(root, schema.error_log)

    def _undeclared(self, root: Any, schema: Any) -> list[Finding]:
        """What stands in a document by the types that it names itself: rows are of those that the schema declares, and
        would not read it."""
        bare = deepcopy(root)
        for element in _typed(bare):
            del element.attrib[_XSI_TYPE]
        if schema.validate(bare):
            return []
        return [replace(each, hint=each.hint or _HINT) for each in self._explain(bare, schema.error_log)]

    def _wrong_root(self, root: Any) -> Finding:
        found = str(root.tag)[:FOUND_CHARS_MAX]
        name = f"/{local_name(root)}"
        return Finding(code="SCHEMA-ROOT", wire_path=name, line=root.sourceline, expected=self._tag, found=found)

    def _explain(self, root: Any, log: Any) -> list[Finding]:
        """What libxml2 logged, then what the table sees besides. The most telling of a place stays."""
        group = self._translator.table.group
        children: _Children = {}
        logged = [self._finding(root, entry, children) for entry in islice(log, FINDINGS_MAX)]
        structural = list(islice(faults_of(self._root, group, as_seen(self._translator, root)), FINDINGS_MAX))
        missing = {finding.wire_path for finding in structural if finding.code == "SCHEMA-MISSING"}
        found: dict[str | None, Finding] = {}
        for finding in [*logged, *structural, *self._translator.complaints(root)]:
            known = found.get(finding.wire_path)
            if known is None or (known.expected is None and finding.expected is not None):
                found[finding.wire_path] = finding
        # An element that only stands where a missing one should is not wrong itself.
        displaced = {
            finding.wire_path
            for finding in logged
            if finding.code == "SCHEMA-UNEXPECTED" and _names_missing(finding, missing)
        }
        told = [finding for at, finding in found.items() if at not in displaced]
        return sorted(told, key=lambda finding: finding.line or 0)[:FINDINGS_MAX]

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
        expected = _EXPECTED.search(message)
        if kind == "SCHEMAV_ELEMENT_CONTENT":
            code = "SCHEMA-MISSING" if "Missing child" in message else "SCHEMA-UNEXPECTED"
            found = None if code == "SCHEMA-MISSING" else local_name(element)
        elif kind == _MISSING_ATTRIBUTE:
            code = "SCHEMA-MISSING"
        elif kind in _UNEXPECTED:
            code = "SCHEMA-UNEXPECTED"
        else:
            code = "SCHEMA-VALUE"
        place = place_of(self._translator.table.group, steps)
        row = row_of(place)
        if row is not None and row.group is not None and attribute is None:
            # The value of an element with attributes is a row of its own.
            row = row.group.own_text or row
        if code == "SCHEMA-VALUE" and row is not None and row.codes:
            code = "CODE-NOT-ALLOWED"
        # What may not stand there at all is no matter of how the row reads it.
        judge = row if code != "SCHEMA-UNEXPECTED" else None
        return Finding(
            code=code,
            path=path_of(place),
            wire_path=wire_path(self._root, self._translator.table.group, steps),
            line=entry.line or element.sourceline,
            expected=expected[1].replace(", ", " or ") if expected else _expected(judge, entry.message, value),
            found=found,
        )


def _names_missing(finding: Finding, missing: set[str | None]) -> bool:
    parent = (finding.wire_path or "").rpartition("/")[0]
    return any(f"{parent}/{name}" in missing for name in (finding.expected or "").split(" or "))


def _expected(row: Row | None, message: str, value: str) -> str:
    """In the words of the row's codec where it agrees that the value is wrong, else in the schema's."""
    if row is not None and row.codes:
        return f"one of {', '.join(row.codes)}"
    listed = _ENUMERATION.search(message)
    if listed is not None:
        return f"one of {listed[1].replace(chr(39), '')}"
    if row is not None and row.codec is not None:
        try:
            decode = CODECS["token"].decode if row.codec == "coded" else row.decode
            decode(value)
        except ValueError as error:
            return str(error).removeprefix("expected ")
    for pattern, words in _LIMITS:
        limit = pattern.search(message)
        if limit is not None:
            return words.format(limit[1])
    # libxml2 quotes the value first; what follows says what was wanted.
    return _NAMESPACE.sub("", message.rpartition("' is ")[2] or "another value").strip()[:200]


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
