"""From the canonical tree to the wire: the same table, read the other way, compiled to closures.

XML is built as text, in the order of the rows, which is the order of the schema; JSON as plain values. What the tree
holds and the table does not know is left out: the table's coverage is checked when the contract is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from icjs_gateway.mappings.json_values import number_of, type_of
from icjs_gateway.mappings.vocabulary import Group, Row

Tree = Mapping[str, Any]
WriteXml = Callable[[Tree, list[str]], None]
WriteJson = Callable[[Tree], dict[str, Any]]

_MARKUP = re.compile(r"[&<>\r]")
_IN_QUOTES = re.compile(r'[&<>"\t\n\r]')
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}


def escape(text: str) -> str:
    """Text between tags."""
    return _MARKUP.sub(lambda found: _ESCAPES[found[0]], text)


def quoted(text: str) -> str:
    """The value of an attribute with its quotes. Blanks are escaped, or a parser would make them spaces."""
    return f'"{_IN_QUOTES.sub(lambda found: _ESCAPES[found[0]], text)}"'


def _home(row: Row, tree: Tree) -> Tree:
    """The part of a tree that holds a row's member."""
    if row.inside is not None:
        for step in row.inside.split("."):
            tree = tree.get(step) or {}
    return tree


def _items(row: Row, tree: Tree) -> list[Any]:
    """Every occurrence of a row in a tree, in order."""
    value = tree.get(row.to)
    if value is None:
        return []
    if row.many:
        return list(value)
    return [value, *(tree.get(row.further) or ())] if row.further is not None else [value]


def _text(row: Row) -> Callable[[Any, Tree], str]:
    """What a row writes: from its value and the tree around it, which may keep the wire's own text."""
    encode, raw = row.encode, row.raw
    if raw is None:
        return lambda value, tree: encode(value)

    def kept(value: Any, tree: Tree) -> str:
        written: str | None = tree.get(raw)
        return encode(value) if written is None else written

    return kept


def compile_xml_writer(group: Group) -> Callable[[Tree], tuple[str, str]]:
    """A group as (attributes, content)."""
    attributes = [(row, _text(row)) for row in group.rows if row.wire.startswith("@")]
    own = next(((row.to, _text(row)) for row in group.rows if row.wire == "."), None)
    children = [(row, _xml_child(row)) for row in group.rows if not row.wire.startswith("@") and row.wire != "."]

    def write(tree: Tree) -> tuple[str, str]:
        marks = "".join(
            f" {row.wire[1:]}={quoted(text(home[row.to], home))}"
            for row, text in attributes
            if (home := _home(row, tree)).get(row.to) is not None
        )
        parts: list[str] = []
        if own is not None and tree.get(own[0]) is not None:
            member, text_of = own
            parts.append(escape(text_of(tree[member], tree)))
        for row, child in children:
            home = _home(row, tree)
            parts += [child(item, home) for item in _items(row, home)]
        return marks, "".join(parts)

    return write


def _xml_child(row: Row) -> Callable[[Any, Tree], str]:
    name = row.wire
    constants = "".join(f" {attribute}={quoted(value)}" for attribute, value in row.constants.items())
    if row.group is not None:
        write = compile_xml_writer(row.group)

        def group(item: Any, tree: Tree) -> str:
            marks, content = write(item)
            return _element(name, marks + constants, content)

        return group
    if row.codec == "coded":

        def coded(item: Any, tree: Tree) -> str:
            raw = item.get("raw")
            marks = "" if raw is None else f" code={quoted(raw)}"
            return _element(name, marks + constants, escape(item.get("text") or ""))

        return coded
    text = _text(row)
    return lambda item, tree: _element(name, constants, escape(text(item, tree)))


def _element(name: str, marks: str, content: str) -> str:
    return f"<{name}{marks}>{content}</{name}>" if content else f"<{name}{marks}/>"


def compile_json_writer(group: Group) -> WriteJson:
    """A group as an object."""
    members = [(row, _json_member(row)) for row in group.rows]

    def write(tree: Tree) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for row, member in members:
            home = _home(row, tree)
            if home.get(row.to) is not None:
                items = [member(item, home) for item in _items(row, home)]
                told[row.wire] = items if row.repeats else items[0]
            elif row.null:
                told[row.wire] = None
        return told

    return write


def _json_member(row: Row) -> Callable[[Any, Tree], Any]:
    if row.group is not None:
        write = compile_json_writer(row.group)
        return lambda item, tree: write(item)
    if row.codec == "coded":
        return lambda item, tree: {
            name: item[member] for name, member in (("code", "raw"), ("text", "text")) if item.get(member) is not None
        }
    kind, text = type_of(row), _text(row)
    if kind == "string":
        return text
    if kind == "number":
        return lambda item, tree: number_of(text(item, tree))
    return lambda item, tree: item
