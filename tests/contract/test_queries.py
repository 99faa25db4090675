"""Every sample of every query comes to what its golden says, and one table writes both forms of an answer."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import xmlschema

from icjs_gateway.registry.goldens import rendered
from icjs_gateway.registry.loading import lists_of, packaged_contracts
from icjs_gateway.registry.queries import CompiledQuery, compile_query
from icjs_gateway.registry.query_samples import QuerySample, outcome, plain, query_faults, samples_of
from icjs_gateway.routing.contracts import Wire
from tests.contracts import contracts, parse

QUERIES = list(contracts().queries())
SAMPLES = [sample for query in QUERIES for sample in samples_of(query)]
VALID = [sample for sample in SAMPLES if sample.valid]


def name_of(sample: QuerySample) -> str:
    return f"{sample.query.id}/{sample.file.name}"


def said(tree: Any) -> Any:
    """XML has no empty list: nothing of a kind is nothing."""
    value = plain(tree)
    if isinstance(value, dict):
        return {name: said(each) for name, each in value.items() if each != []}
    return [said(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("sample", SAMPLES, ids=name_of)
def test_a_sample_comes_to_its_golden(sample: QuerySample) -> None:
    assert rendered(outcome(sample, parse)) == sample.golden.read_text(encoding="utf-8")
    assert ("refused" in outcome(sample, parse)) is not sample.valid


@pytest.mark.parametrize("sample", VALID, ids=name_of)
@pytest.mark.parametrize("wire", [Wire.JSON, Wire.XML])
def test_what_is_read_is_written_in_either_form_and_read_again_as_the_same(sample: QuerySample, wire: Wire) -> None:
    tree = sample.side.read(sample.document(parse))
    again = sample.side.read(parse(sample.side.write(tree, wire), wire))
    assert said(again) == said(tree)


@pytest.mark.parametrize("sample", VALID, ids=name_of)
def test_what_is_written_is_valid_in_a_second_opinion(sample: QuerySample) -> None:
    tree, folder = sample.side.read(sample.document(parse)), sample.query.declaration.folder
    kind = sample.file.name.partition("-")[0]
    xmlschema.XMLSchema(str(folder / "schema.xsd")).validate(sample.side.write(tree, Wire.XML).decode())
    schema = json.loads((folder / f"{kind}.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(json.loads(sample.side.write(tree, Wire.JSON)))


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.id)
def test_schemas_and_tables_say_the_same_of_every_leaf(query: CompiledQuery) -> None:
    assert list(query_faults(query)) == []


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.id)
def test_a_question_of_which_a_part_would_not_be_read_is_a_fault(query: CompiledQuery, tmp_path: Path) -> None:
    folder = tmp_path / "query"
    shutil.copytree(query.declaration.folder, folder)
    schema = folder / "request.schema.json"
    schema.write_text(schema.read_text().replace('"additionalProperties": false', '"additionalProperties": true', 1))
    opened = compile_query(folder, lists_of([packaged_contracts()]))
    [fault] = query_faults(opened)
    assert fault.startswith("request in JSON: the document: members that the schema does not name may stand there")


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.id)
def test_a_query_has_samples_of_both_kinds_in_both_forms(query: CompiledQuery) -> None:
    own = [sample for sample in SAMPLES if sample.query is query]
    assert sum(sample.valid for sample in own) >= 5
    assert sum(not sample.valid for sample in own) >= 8
    assert {(sample.wire, sample.file.name.partition("-")[0]) for sample in own if sample.valid} == {
        (wire, side) for wire in (Wire.JSON, Wire.XML) for side in ("request", "response")
    }


def test_a_query_is_no_message() -> None:
    ids = {contract.id for contract in contracts().all()}
    assert ids.isdisjoint(query.id for query in QUERIES)
