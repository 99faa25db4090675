"""Every sample of every contract comes to what its golden says."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import xmlschema

from icjs_gateway.registry.compiled import CompiledContract
from icjs_gateway.registry.coverage import coverage_of
from icjs_gateway.registry.goldens import rendered
from icjs_gateway.registry.samples import Sample, outcome
from icjs_gateway.routing.contracts import Wire
from tests.contracts import contracts, parse, sample_id, samples

ALL = list(contracts().all())


@pytest.mark.parametrize("sample", samples(), ids=sample_id)
def test_a_sample_comes_to_its_golden(sample: Sample) -> None:
    assert sample.golden.is_file(), "goldens are written by `make goldens`, not by being missing"
    assert rendered(outcome(sample, parse)) == sample.golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("sample", samples(valid=False), ids=sample_id)
def test_an_invalid_sample_is_refused_with_places_and_lines(sample: Sample) -> None:
    came = outcome(sample, parse)
    assert came["refused"] in ("ContractViolation", "TranslationFailed")
    assert came["findings"]
    for finding in came["findings"]:
        assert finding["wire_path"].startswith("/")
        assert finding["line"] >= 1


@pytest.mark.parametrize("sample", samples(), ids=sample_id)
def test_what_was_expected_is_said_in_words_of_ours(sample: Sample) -> None:
    for finding in outcome(sample, parse)["findings"]:
        if finding["code"] == "CODE-NOT-ALLOWED":
            assert finding["expected"].startswith("one of ")
        for theirs in ("facet", "Element '", "the set", "xs:", "base64Binary"):
            assert theirs not in finding.get("expected", "")


@pytest.mark.parametrize("sample", samples(valid=True), ids=sample_id)
def test_what_is_read_is_written_and_read_again_as_the_same(sample: Sample) -> None:
    contract = sample.contract
    content = contract.decode(sample.document(parse))
    again = parse(contract.encode(content, sample.wire), sample.wire)
    contract.admit(again)
    reread = contract.decode(again)
    assert replace(reread, findings=()) == replace(content, findings=())
    assert reread.digest() == content.digest()


@pytest.mark.parametrize("sample", samples(valid=True), ids=sample_id)
def test_what_is_written_is_valid_in_a_second_opinion(sample: Sample) -> None:
    contract = sample.contract
    body = contract.encode(contract.decode(sample.document(parse)), sample.wire)
    if sample.wire is Wire.XML:
        xmlschema.XMLSchema(str(contract.declaration.schema_file)).validate(body.decode())
    else:
        import jsonschema

        schema = json.loads(contract.declaration.schema_file.read_text())
        jsonschema.Draft202012Validator(schema).validate(json.loads(body))


@pytest.mark.parametrize("contract", ALL, ids=lambda contract: contract.id)
def test_every_leaf_of_the_schema_is_mapped_or_left_out_for_a_reason(contract: CompiledContract) -> None:
    covered = coverage_of(contract)
    assert covered.faults == ()
    assert covered.mapped + len(covered.unmapped) == covered.leaves > 20


@pytest.mark.parametrize("contract", ALL, ids=lambda contract: contract.id)
def test_all_valid_samples_of_a_contract_may_be_sent_one_after_another(contract: CompiledContract) -> None:
    own = [sample for sample in samples(valid=True) if sample.contract is contract]
    ids = [contract.decode(sample.document(parse)).message_id for sample in own]
    assert sorted(set(ids)) == sorted(ids)


@pytest.mark.parametrize("contract", ALL, ids=lambda contract: contract.id)
def test_a_contract_has_samples_of_both_kinds(contract: CompiledContract) -> None:
    own = [sample for sample in samples() if sample.contract is contract]
    assert sum(sample.valid for sample in own) >= 5
    assert sum(not sample.valid for sample in own) >= 8
    assert (contract.declaration.folder / "CHANGES.md").is_file()
