"""Whatever a schema lets in is read and written again the same, or refused with findings; other validators agree."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

import jsonschema
import pytest
import xmlschema

from icjs_gateway.model.content import Content
from icjs_gateway.model.errors import TranslationFailed
from icjs_gateway.model.findings import Finding
from icjs_gateway.registry.compiled import CompiledContract
from icjs_gateway.routing.contracts import Document, Wire
from tests.contracts import contracts, foreign, parse
from tests.support.schema_documents import documents

SECOND_OPINION_EVERY = 10
READ_SHARE_MIN = 0.01


@pytest.mark.parametrize(
    "number",
    [200, pytest.param(10_000, marks=[pytest.mark.full, pytest.mark.timeout(1800)])],
)
@pytest.mark.parametrize("contract", [*contracts().all(), *foreign()], ids=lambda contract: contract.id)
def test_what_the_schema_lets_in_is_read_and_written_again_or_refused_with_reasons(
    contract: CompiledContract, number: int
) -> None:
    wire = Wire.XML if contract.declaration.is_xml else Wire.JSON
    complaints = second_opinion(contract)
    read = 0
    for index, body in enumerate(islice(documents(contract, seed=number), number)):
        document = parse(body, wire)
        contract.admit(document)
        if index % SECOND_OPINION_EVERY == 0:
            assert not list(complaints(body)), body
        content, findings = read_or_refused(contract, document)
        if content is None:
            assert findings
            assert all(finding.code and (finding.path or finding.expected) for finding in findings)
            continue
        if content.case.firs_unread:
            # Kept as it was written, beside what could be read, and told: never lost unsaid on writing.
            assert any(finding.code == "FIR-UNREAD" for finding in content.findings)
            with pytest.raises(TranslationFailed) as untold:
                contract.encode(content, wire)
            assert [finding.path for finding in untold.value.findings] == ["case.firs_unread"]
            continue
        read += 1
        written = contract.encode(content, wire)
        again = parse(written, wire)
        contract.admit(again)
        assert replace(contract.decode(again), findings=()) == replace(content, findings=())
        if index % SECOND_OPINION_EVERY == 0:
            assert not list(complaints(written)), written
    assert read >= number * READ_SHARE_MIN, f"only {read} of {number} could be read at all"


def read_or_refused(contract: CompiledContract, document: Document) -> tuple[Content | None, Sequence[Finding]]:
    try:
        return contract.decode(document), ()
    except TranslationFailed as failure:
        return None, failure.findings


def second_opinion(contract: CompiledContract) -> Callable[[bytes], Iterator[Any]]:
    """By a library that the gateway does not admit documents with."""
    file = contract.declaration.schema_file
    if contract.declaration.is_xml:
        schema = xmlschema.XMLSchema(str(file), allow="local")
        return lambda body: schema.iter_errors(body.decode())
    checker = jsonschema.Draft202012Validator(
        json.loads(file.read_text(encoding="utf-8")), format_checker=jsonschema.FormatChecker()
    )
    return lambda body: checker.iter_errors(json.loads(body))
