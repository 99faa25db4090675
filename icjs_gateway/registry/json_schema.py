"""Admission of JSON by its contract's JSON Schema (2020-12), with every error and its line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jsonschema_rs

from icjs_gateway.mappings.reading import FINDINGS_MAX, FOUND_CHARS_MAX, path_of, pointer_step
from icjs_gateway.mappings.vocabulary import Row
from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.model.findings import Finding
from icjs_gateway.registry.json_lines import with_lines
from icjs_gateway.registry.judged import Declared, Judged
from icjs_gateway.registry.structure import Step, place_of, row_of
from icjs_gateway.routing.contracts import Document


class JsonJudge:
    """Judges JSON documents. Raises Misconfigured for a schema that does not compile."""

    def __init__(self, declaration: Declared, translator: Judged) -> None:
        file = declaration.schema_file
        self._translator = translator
        self._group = translator.table.group
        try:
            text = file.read_text(encoding="utf-8")
            self._schema = jsonschema_rs.Draft202012Validator(text, retriever=_nowhere)
        except (OSError, ValueError, jsonschema_rs.ValidationError) as error:
            raise Misconfigured(f"{file}:1: {str(error).splitlines()[0]}") from error

    def findings(self, document: Document) -> list[Finding]:
        """Everything that is wrong; empty when nothing is."""
        if self._schema.is_valid(document.root):
            return []
        found: dict[str | None, Finding] = {}
        for error in self._schema.iter_errors(document.root):
            for finding in self._findings(error):
                found.setdefault(finding.wire_path, finding)
            if len(found) >= FINDINGS_MAX:
                break
        # What the table alone would say is told at once too, and not when the rest is mended.
        for finding in self._translator.complaints(document.root):
            found.setdefault(finding.wire_path, finding)
        told = with_lines(document.body, list(found.values())[:FINDINGS_MAX])
        return sorted(told, key=lambda finding: finding.line or 0)

    def _findings(self, error: Any) -> list[Finding]:
        at: list[str | int] = list(error.instance_path)
        kind = error.kind
        name = type(kind).__name__.rpartition("_")[2]
        if name == "Required":
            return [self._finding("SCHEMA-MISSING", [*at, kind.property], expected=kind.property)]
        if name == "AdditionalProperties":
            return [self._finding("SCHEMA-UNEXPECTED", [*at, extra]) for extra in kind.unexpected]
        value = error.instance
        found = str(value)[:FOUND_CHARS_MAX] if isinstance(value, str | int | float) else None
        if not at:
            # Nothing in it can be judged.
            return [self._finding("SCHEMA-ROOT", at, expected="an object")]
        row = row_of(place_of(self._group, steps_of(at)))
        code = "CODE-NOT-ALLOWED" if name == "Enum" else "SCHEMA-VALUE"
        return [self._finding(code, at, expected=_expected(row, name, error), found=found)]

    def _finding(
        self,
        code: str,
        at: Sequence[str | int],
        *,
        expected: str | None = None,
        found: str | None = None,
    ) -> Finding:
        pointer = "".join(f"/{pointer_step(str(step))}" for step in at)
        path = path_of(place_of(self._group, steps_of(at)))
        return Finding(
            code=code,
            path=path,
            wire_path=pointer or "/",
            expected=expected,
            found=found,
        )


def _nowhere(uri: str) -> Any:
    """A schema is one file: nothing is fetched for it, from wherever it says."""
    raise ValueError(f"{uri} leads elsewhere: put what it means under $defs, and refer to it there")


_LIMITS = {
    "MinItems": "at least {} items",
    "MaxItems": "at most {} items",
    "MinLength": "at least {} characters",
    "MaxLength": "at most {} characters",
    "Minimum": "at least {}",
    "Maximum": "at most {}",
}
_TYPES = {"object": "an object", "array": "a list", "string": "a string", "integer": "a whole number"}


def _expected(row: Row | None, kind: str, error: Any) -> str:
    """In the words of the row's codec where it agrees that the value is wrong, else by the schema's own limit."""
    if kind == "Type":
        return " or ".join(_TYPES.get(name, name) for name in error.kind.types)
    if kind == "Enum":
        return f"one of {', '.join(map(str, error.kind.options))}"
    if row is not None and row.codec is not None and isinstance(error.instance, str):
        try:
            row.decode(error.instance)
        except ValueError as fault:
            return str(fault).removeprefix("expected ")
    limit = _LIMITS.get(kind)
    return limit.format(error.kind.limit) if limit is not None else "a value of the form that the schema gives"


def steps_of(at: Sequence[str | int]) -> list[Step]:
    """A JSON path's names, each with the index that follows it, or -1."""
    steps: list[Step] = []
    for step in at:
        if isinstance(step, int) and steps:
            steps[-1] = (steps[-1][0], step)
        else:
            steps.append((str(step), -1))
    return steps
