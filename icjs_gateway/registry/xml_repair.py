"""What hides the other faults of an XML document: told once, and mended in a copy.

Three habits of SOAP stacks: children without the namespace of their parent, `xsi:type` on every element, and `xsi:nil`
for what there is not. Each makes a schema refuse element after element, and says nothing of what else is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from icjs_gateway.model.findings import Finding
from icjs_gateway.registry.structure import local_name

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
TYPE, NIL = f"{_XSI}type", f"{_XSI}nil"
TYPE_HINT = "what `xsi:type` adds to the declared type is not read: leave it out"
_FOUND_CHARS_MAX = 80
_TOLD_MAX = 20

PathOf = Callable[[Any], tuple[str | None, str]]
"""(canonical path, wire path) of an element."""


@dataclass(slots=True)
class Repaired:
    """A copy of a document without what was told. Findings below `nil` paths are of what is not there."""

    root: Any
    findings: list[Finding] = field(default_factory=list)
    nil: set[str] = field(default_factory=set)


def repaired(root: Any, namespace: str, known: Collection[str], refused: Collection[str], paths: PathOf) -> Repaired:
    """`known` are the names that the contract has; `refused` says which of `type` and `nil` the schema refused."""
    made = Repaired(deepcopy(root))
    _name_spaces(made, namespace, known, paths)
    for element in made.root.iter("*"):
        # A type of one's own choice is taken off in any case: rows are of the declared types.
        kind = element.attrib.pop(TYPE, None)
        if kind is not None and "type" in refused and len(made.findings) < _TOLD_MAX:
            path, at = paths(element)
            hint = "leave xsi:type out: the contract says what each element is"
            made.findings.append(_told("SCHEMA-VALUE", path, f"{at}/@type", element, "no xsi:type", kind, hint))
        nil = element.attrib.pop(NIL, None)
        if nil is not None and "nil" in refused and len(made.nil) < _TOLD_MAX:
            path, at = paths(element)
            made.nil.add(at)
            if len(made.findings) < 2 * _TOLD_MAX:
                hint = "xsi:nil is not read: what there is not is left out"
                made.findings.append(
                    _told("SCHEMA-VALUE", path, at, element, "a value, or no such element", "xsi:nil", hint)
                )
    return made


def _name_spaces(made: Repaired, namespace: str, known: Collection[str], paths: PathOf) -> None:
    strange: dict[str, list[Any]] = {}
    for element in made.root.iter("*"):
        found = str(element.tag).rpartition("}")[0].lstrip("{")
        if found != namespace and local_name(element) in known:
            strange.setdefault(found, []).append(element)
    for found, elements in strange.items():
        first, name = elements[0], local_name(elements[0])
        path, at = paths(first)
        others = f", and so are {len(elements) - 1} elements more" if len(elements) > 1 else ""
        where = f"in {found[:_FOUND_CHARS_MAX]}" if found else "in no namespace"
        hint = (
            f'{name} is {where}{others}: declare the namespace without a prefix, xmlns="{namespace}", on the document '
            "element, or write its prefix before every element"
        )
        expected = f"{name} in the namespace {namespace}"
        made.findings.append(_told("SCHEMA-UNEXPECTED", path, at, first, expected, f"{name} {where}", hint))
    for elements in strange.values():
        for element in elements:
            element.tag = f"{{{namespace}}}{local_name(element)}"


def _told(code: str, path: str | None, at: str, element: Any, expected: str, found: str, hint: str) -> Finding:
    return Finding(
        code=code,
        path=path,
        wire_path=at,
        line=element.sourceline,
        expected=expected,
        found=found[: 2 * _FOUND_CHARS_MAX],
        hint=hint,
    )
