"""What one value is in JSON: a sender may write as a number what events keep as text, and the other way about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icjs_gateway.adapters.wire.json import parse_json
from icjs_gateway.mappings import json_reader
from icjs_gateway.mappings.json_values import number_of, text_reader
from icjs_gateway.mappings.marked_yaml import read_yaml
from icjs_gateway.mappings.reading import Reading
from icjs_gateway.mappings.vocabulary import Group, read_table
from icjs_gateway.mappings.writers import compile_json_writer
from icjs_gateway.model.errors import TranslationFailed
from icjs_gateway.registry.coverage import coverage_of
from icjs_gateway.routing.contracts import Wire
from tests.contracts import FORMATS, contracts
from tests.unit.test_registry_folders import FIR, compiled, copy, line_of, swap


def group(tmp_path: Path, row: str) -> Group:
    file = tmp_path / "mapping.yaml"
    file.write_text(f"rows:\n  - {{wire: v, to: v, {row}}}\n", encoding="utf-8")
    return read_table(read_yaml(file)).group


def read(rows: Group, value: Any) -> tuple[Any, list[str | None]]:
    reading = Reading(None)
    tree = json_reader.compile_reader(rows, lists={})({"v": value}, None, reading)
    return tree.get("v"), [finding.expected for finding in reading.findings]


@pytest.mark.parametrize(
    ("row", "value", "meant", "written"),
    [
        ("codec: text, type: number", 9418000012, "9418000012", 9418000012),
        ("codec: fir-number, type: number", 131, "131", 131),
        ("codec: decimal, type: number", 25000.5, "25000.5", 25000.5),
        ("codec: decimal, type: number", 25000.0, "25000", 25000),
        ("codec: decimal", 2.5e4, "25000", "25000"),
        ("codec: decimal", 25000, "25000", "25000"),
        ("codec: decimal", "25000.", "25000", "25000"),
        ("codec: integer", 2026.0, 2026, 2026),
        ("codec: year", 2.026e3, 2026, 2026),
        ("codec: coordinate, type: number", -0.00001, "-0.00001", -0.00001),
        ("codec: integer, type: string", "27", 27, "27"),
        ("codec: boolean, type: string", "true", True, "true"),
        ("codec: boolean, codes: {Y: true, N: false}", "N", False, "N"),
        ("codec: boolean, codes: {1: true, 0: false}, type: number", 1, True, 1),
        ("codec: code, codes: {1: MALE, 2: FEMALE}, type: number", 2, "FEMALE", 2),
        ("codec: integer, occurs: '*', type: string", ["1", "2"], [1, 2], ["1", "2"]),
    ],
)
def test_a_row_says_how_a_sender_writes_a_value(tmp_path: Path, row: str, value: Any, meant: Any, written: Any) -> None:
    rows = group(tmp_path, row)
    assert read(rows, value) == (meant, [])
    told = compile_json_writer(rows)({"v": meant})["v"]
    assert (told, type(told)) == (written, type(written))


@pytest.mark.parametrize(
    ("row", "value", "expected"),
    [
        ("codec: text, type: number", "9418000012", "a number"),
        ("codec: text, type: number", True, "a number"),
        ("codec: text", 9418000012, "a string"),
        ("codec: integer", "27", "a whole number"),
        ("codec: integer", 27.5, "a whole number"),
        ("codec: boolean", 1, "true or false"),
        ("codec: boolean, codes: {Y: true, N: false}", "X", "one of Y, N"),
        ("codec: decimal, type: number", 1e300, "an amount in digits with at most two decimals, e.g. 50000 or 1250.50"),
        ("codec: decimal", 1250.505, "an amount in digits with at most two decimals, e.g. 50000 or 1250.50"),
        ("codec: decimal", True, "a string or a number"),
        ("codec: integer", 1e300, "a whole number of at most nine digits"),
    ],
)
def test_a_value_of_another_type_is_a_finding(tmp_path: Path, row: str, value: Any, expected: str) -> None:
    assert read(group(tmp_path, row), value) == (None, [expected])


@given(st.one_of(st.integers(-(2**53) + 1, 2**53 - 1), st.floats(-1e15, 1e15)))
def test_a_number_is_the_same_after_it_was_a_text(number: float) -> None:
    assert number_of(text_reader("number")(number)) == number


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ('"type": "integer"', "integer may stand there, and the row reads string: say `type: number`"),
        ('"type": ["number", "null"]', "number may stand there, and the row reads string: say `type: number`"),
        ('"enum": [1, 2.5]', "integer or number may stand there, and the row reads string: say `type: number`"),
        ('"type": ["string", "integer"]', "say in the schema which of them it is"),
        ('"type": "boolean"', "it needs `codec: boolean`"),
    ],
)
def test_a_type_that_the_row_does_not_read_is_a_fault(tmp_path: Path, said: str, fault: str) -> None:
    reference = '"registrationNumber": {\n          "$ref": "#/$defs/token"\n        }'
    folder = copy(tmp_path, FIR, schema__json=swap(reference, f'"registrationNumber": {{{said}}}'))
    line = line_of(folder / "mapping.yaml", "wire: registrationNumber")
    told = [each for each in coverage_of(compiled(folder)).faults if "codes" not in each]
    assert len(told) == 1
    assert told[0].startswith(f"{folder}/mapping.yaml:{line}: fir/registrationNumber: ")
    assert fault in told[0]


def test_a_number_read_as_one_where_the_event_has_a_text_is_a_fault_with_what_to_say(tmp_path: Path) -> None:
    folder = copy(
        tmp_path,
        FIR,
        mapping__yaml=swap("to: registration_number, codec: token", "to: registration_number, codec: integer"),
    )
    assert any(each.endswith("`codec: text, type: number`") for each in coverage_of(compiled(folder)).faults)


def test_a_code_whose_meaning_no_event_has_is_a_fault(tmp_path: Path) -> None:
    folder = copy(
        tmp_path,
        FIR,
        mapping__yaml=swap("codes: [NEW, AMEND, WITHDRAW]", "codes: {NEW: NEW, AMEND: AMENDED, WITHDRAW: WITHDRAW}"),
    )
    [told] = coverage_of(compiled(folder)).faults
    assert "action: codec code reads 'AMEND', which the canonical model refuses" in told


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "{wire: ACC_SRNO, to: serial, codec: token,",
            "{wire: ACC_SRNO, to: serial, codec: token, type: number,",
            "a number",
        ),
        ("codes: {R: REGULAR, Z: ZERO, E: E_FIR, T: RE_REGISTERED}", "codes: {Z: ZERO}", "one of ZERO"),
    ],
)
def test_events_of_another_contract_that_a_row_cannot_write_are_told_so(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    contract = compiled(copy(tmp_path, FORMATS / "police" / "state-fir" / "v1", mapping__yaml=swap(old, new)))
    [fir] = [each for each in contracts().all() if each.id == "police.fir.v1"]
    body = (FIR / "samples" / "valid" / "regular.json").read_bytes()
    content = fir.decode(parse_json(body))
    with pytest.raises(TranslationFailed, match="cannot be told in this contract") as refused:
        contract.encode(content, Wire.JSON)
    assert [finding.expected for finding in refused.value.findings] == [expected]
