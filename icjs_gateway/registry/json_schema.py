"""Admission of JSON by its contract's JSON Schema (2020-12), with every error and its line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import jsonschema_rs

from icjs_gateway.mappings.reading import FINDINGS_MAX, FOUND_CHARS_MAX, path_of, pointer_step
from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.model.findings import Finding
from icjs_gateway.model.words import did_you_mean, one_among
from icjs_gateway.registry.json_lines import with_lines
from icjs_gateway.registry.json_words import alternatives, as_found, kind_of, name_of, patterns_in_words, told
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
            self._words = patterns_in_words(json.loads(text))  # noqa: TID251 - the contract's own file
            self._schema = jsonschema_rs.Draft202012Validator(text, retriever=_nowhere)
        except (OSError, ValueError, jsonschema_rs.ValidationError) as error:
            raise Misconfigured(f"{file}:1: {str(error).splitlines()[0]}") from error

    def findings(self, document: Document) -> list[Finding]:
        """Everything that is wrong; empty when nothing is."""
        if self._schema.is_valid(document.root):
            return []
        found: dict[str | None, Finding] = {}
        unnamed: set[str | None] = set()
        for error in self._schema.iter_errors(document.root):
            for finding in self._findings(error):
                if kind_of(error) in _UNNAMED:
                    # Something is not there, and the table may say what.
                    unnamed.add(finding.wire_path)
                found.setdefault(finding.wire_path, finding)
            if len(found) >= FINDINGS_MAX:
                break
        # A member that is misspelt is not missing as well.
        meant = {_meant(each) for each in found.values()} - {None}
        found = {at: each for at, each in found.items() if each.code != "SCHEMA-MISSING" or at not in meant}
        # What the table alone would say is told at once too, and not when the rest is mended; but not of what lacks a
        # part by its schema.
        around = {
            (each.wire_path or "").rpartition("/")[0] or "/"
            for at, each in found.items()
            if each.code in _STRUCTURAL and at not in unnamed
        }
        for finding in self._translator.complaints(document.root):
            if finding.wire_path in unnamed:
                found[finding.wire_path] = finding
            elif finding.wire_path not in around:
                found.setdefault(finding.wire_path, finding)
        told = with_lines(document.body, list(found.values())[:FINDINGS_MAX])
        return sorted(told, key=lambda finding: finding.line or 0)

    def _findings(self, error: Any) -> list[Finding]:
        at: list[str | int] = list(error.instance_path)
        kind = error.kind
        name = kind_of(error)
        if name == "Required":
            return [self._finding("SCHEMA-MISSING", [*at, kind.property], expected=kind.property)]
        if name in ("AdditionalProperties", "UnevaluatedProperties"):
            return [self._unexpected(at, str(extra), error.instance) for extra in kind.unexpected]
        value = error.instance
        found = as_found(value)
        if names := alternatives(error):
            return [self._finding("SCHEMA-MISSING", at, expected=one_among(names))]
        if not at and name == "Type":
            # Nothing in it can be judged.
            return [self._finding("SCHEMA-ROOT", at, expected="an object", found=found or name_of(value))]
        row = row_of(place_of(self._group, steps_of(at)))
        code = "CODE-NOT-ALLOWED" if name in ("Enum", "Constant") else "SCHEMA-VALUE"
        expected, hint = told(row, name, error, self._words)
        return [self._finding(code, at, expected=expected, found=found or name_of(value), hint=hint)]

    def _unexpected(self, at: Sequence[str | int], name: str, around: Any) -> Finding:
        """A member that nobody knows, and those that may stand there."""
        place = place_of(self._group, steps_of(at)) if at else None
        group = self._group if not at else place[1].group if place is not None else None
        names = [row.wire for row in group.rows] if group is not None else []
        free = [each for each in names if not (isinstance(around, dict) and each in around)]
        hint = did_you_mean(name, free) or "leave it out"
        expected = one_among(names, name) or "no such member"
        return self._finding(
            "SCHEMA-UNEXPECTED", [*at, name], expected=expected, found=name[:FOUND_CHARS_MAX], hint=hint
        )

    def _finding(
        self,
        code: str,
        at: Sequence[str | int],
        *,
        expected: str | None = None,
        found: str | None = None,
        hint: str | None = None,
    ) -> Finding:
        pointer = "".join(f"/{pointer_step(str(step))}" for step in at)
        path = path_of(place_of(self._group, steps_of(at)))
        return Finding(
            code=code,
            path=path,
            wire_path=pointer or "/",
            expected=expected,
            found=found,
            hint=hint,
        )


_UNNAMED = {"AnyOf", "OneOfNotValid", "MinProperties"}
_STRUCTURAL = {"SCHEMA-MISSING", "SCHEMA-UNEXPECTED"}


def _meant(finding: Finding) -> str | None:
    """The pointer of the member that was meant by one that is misspelt."""
    if finding.code != "SCHEMA-UNEXPECTED" or not (finding.hint or "").startswith("did you mean "):
        return None
    name = (finding.hint or "").removeprefix("did you mean ").rstrip("?")
    return f"{(finding.wire_path or '').rpartition('/')[0]}/{pointer_step(name)}"


def _nowhere(uri: str) -> Any:
    """A schema is one file: nothing is fetched for it, from wherever it says."""
    raise ValueError(f"{uri} leads elsewhere: put what it means under $defs, and refer to it there")


def steps_of(at: Sequence[str | int]) -> list[Step]:
    """A JSON path's names, each with the index that follows it, or -1."""
    steps: list[Step] = []
    for step in at:
        if isinstance(step, int) and steps:
            steps[-1] = (steps[-1][0], step)
        else:
            steps.append((str(step), -1))
    return steps
