"""Admission of JSON by its contract's JSON Schema (2020-12), with every error and its line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import jsonschema_rs

from icjs_gateway.mappings.codecs import CODECS
from icjs_gateway.mappings.reading import FINDINGS_MAX, FOUND_CHARS_MAX, path_of, pointer_step
from icjs_gateway.mappings.translator import Translator
from icjs_gateway.mappings.vocabulary import Group
from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.model.findings import Finding
from icjs_gateway.registry.declarations import Declaration
from icjs_gateway.registry.json_lines import line_of
from icjs_gateway.registry.structure import Step, place_of, row_of
from icjs_gateway.routing.contracts import Document


class JsonJudge:
    """Judges JSON documents. Raises Misconfigured for a schema that does not compile."""

    def __init__(self, declaration: Declaration, translator: Translator) -> None:
        file = declaration.schema_file
        self._group = translator.table.group
        try:
            text = file.read_text(encoding="utf-8")
            self._schema = jsonschema_rs.Draft202012Validator(text)
        except (OSError, ValueError, jsonschema_rs.ValidationError) as error:
            raise Misconfigured(f"{file}:1: {error}") from error

    def findings(self, document: Document) -> list[Finding]:
        """Everything that is wrong; empty when nothing is."""
        if self._schema.is_valid(document.root):
            return []
        found: list[Finding] = []
        for error in self._schema.iter_errors(document.root):
            found += self._findings(error, document)
            if len(found) >= FINDINGS_MAX:
                break
        return sorted(found[:FINDINGS_MAX], key=lambda finding: finding.line or 0)

    def _findings(self, error: Any, document: Document) -> list[Finding]:
        at: list[str | int] = list(error.instance_path)
        kind = error.kind
        name = type(kind).__name__.rpartition("_")[2]
        if name == "Required":
            return [self._finding("SCHEMA-MISSING", [*at, kind.property], document, expected=kind.property)]
        if name == "AdditionalProperties":
            return [self._finding("SCHEMA-UNEXPECTED", [*at, extra], document) for extra in kind.unexpected]
        value = error.instance
        found = str(value)[:FOUND_CHARS_MAX] if isinstance(value, str | int | float) else None
        if not at:
            return [self._finding("SCHEMA-ROOT", at, document, expected="an object")]
        return [self._finding("SCHEMA-VALUE", at, document, expected=self._expected(at, error), found=found)]

    def _expected(self, at: Sequence[str | int], error: Any) -> str:
        row = row_of(place_of(self._group, steps_of(self._group, at)))
        if row is not None and row.codes:
            return f"one of {', '.join(row.codes)}"
        if row is not None and row.codec is not None and isinstance(error.instance, str):
            try:
                CODECS[row.codec].decode(error.instance)
            except ValueError as fault:
                return str(fault).removeprefix("expected ")
        # The validator quotes the value first; what was wanted follows.
        shown = re.split(r" is not of type(?:s)? | does not match | is not ", error.message, maxsplit=1)
        return shown[-1][:200]

    def _finding(
        self,
        code: str,
        at: Sequence[str | int],
        document: Document,
        *,
        expected: str | None = None,
        found: str | None = None,
    ) -> Finding:
        pointer = "".join(f"/{pointer_step(str(step))}" for step in at)
        path = path_of(place_of(self._group, steps_of(self._group, at)))
        return Finding(
            code=code,
            path=path,
            wire_path=pointer or "/",
            line=line_of(document.body, pointer),
            expected=expected,
            found=found,
        )


def steps_of(group: Group, at: Sequence[str | int]) -> list[Step]:
    """A JSON path's names, each with the index that follows it."""
    steps: list[Step] = []
    for step in at:
        if isinstance(step, int) and steps:
            steps[-1] = (steps[-1][0], step)
        else:
            steps.append((str(step), 0))
    return steps
