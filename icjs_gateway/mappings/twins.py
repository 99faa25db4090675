"""Twins: one table for a question or an answer that travels as XML and as JSON, in both directions.

    form = compile_form(file, lists, root="InmateStatusRequest", namespace=...)      as XML
    twin = compile_form(file, lists)                                                  the same as JSON
    tree = form.read(element)              raises TranslationFailed with every finding
    body = twin.write(tree)

The member of a row in JSON is its `json`, or its name on the wire in lower camel case. Nothing becomes an event here: a
question is asked of the record, and an answer made from it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from icjs_gateway.mappings import json_reader, xml_reader
from icjs_gateway.mappings.codelists import CodeLists
from icjs_gateway.mappings.marked_yaml import Marked
from icjs_gateway.mappings.reading import Reading
from icjs_gateway.mappings.vocabulary import Group, Row, Table, read_table
from icjs_gateway.mappings.writers import compile_json_writer, compile_xml_writer, quoted
from icjs_gateway.model.errors import TranslationFailed
from icjs_gateway.model.findings import Finding, Severity

Tree = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One of the two forms. Holds no state of any document."""

    table: Table
    root: str | None
    namespace: str | None
    _read: Callable[[Any, None, Reading], Tree] = field(repr=False)
    _write: Callable[[Mapping[str, Any]], Any] = field(repr=False)

    def read(self, root: Any) -> Tree:
        """The tree of an admitted document. Raises TranslationFailed with every finding."""
        reading = Reading(self.root)
        tree = self._read(root, None, reading)
        if any(finding.severity is Severity.ERROR for finding in reading.findings):
            detail = "The document is well formed, but cannot be read; every finding says where and why."
            raise TranslationFailed(detail, reading.findings)
        return tree

    def complaints(self, root: Any) -> list[Finding]:
        """Every error that the table sees in a document which its schema refused."""
        reading = Reading(self.root)
        self._read(root, None, reading)
        return [finding for finding in reading.findings if finding.severity is Severity.ERROR]

    def write(self, tree: Mapping[str, Any]) -> bytes:
        """The document that says this; XML without a declaration."""
        told = self._write(tree)
        if self.root is None:
            return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
        marks, inner = told
        return f"<{self.root} xmlns={quoted(self.namespace or '')}{marks}>{inner}</{self.root}>".encode()


def compile_form(mapping: Marked, lists: CodeLists, *, root: str | None = None, namespace: str | None = None) -> Form:
    """Compile a table as XML, or as JSON where no root is named. Raises Misconfigured."""
    table = read_table(mapping)
    if table.events is not None:
        raise table.events.wrong("what is asked, and its answer, become no events")
    if root is None:
        table = replace(table, group=in_json(table.group))
    return form_of(table, lists, root=root, namespace=namespace)


def form_of(table: Table, lists: CodeLists, *, root: str | None = None, namespace: str | None = None) -> Form:
    """Compile a table whose rows have the names of the form they are for. Raises Misconfigured."""
    read: Callable[[Any, None, Reading], Tree]
    write: Callable[[Mapping[str, Any]], Any]
    if root is not None and namespace is not None:
        read = xml_reader.compile_reader(table.group, namespace=namespace, lists=lists)
        write = compile_xml_writer(table.group)
    else:
        read = json_reader.compile_reader(table.group, lists=lists)
        write = compile_json_writer(table.group)
    return Form(table=table, root=root, namespace=namespace, _read=read, _write=write)


def in_json(group: Group) -> Group:
    """The same rows under their names in JSON."""
    return replace(group, rows=tuple(_row(row) for row in group.rows))


def _row(row: Row) -> Row:
    return replace(
        row, wire=row.json or _camel(row), constants={}, group=in_json(row.group) if row.group is not None else None
    )


def _camel(row: Row) -> str:
    """`RequestId` is `requestId`, an attribute its name; an element's own text has the name of its member."""
    if row.wire == ".":
        return row.to
    name = row.wire.removeprefix("@")
    return name.lower() if name.isupper() else f"{name[0].lower()}{name[1:]}"
