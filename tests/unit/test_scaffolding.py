"""`contracts new`: a folder from a schema, a description or a document; and `contracts check` on what is unfinished."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from icjs_gateway.cli import build
from icjs_gateway.registry import packaged_contracts
from tests.contracts import FORMATS

STATE_FIR = FORMATS / "police" / "state-fir" / "v1"


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(build(), list(arguments))
    return result.exit_code, result.output


def made(folder: Path, contract_id: str, source: Path, *options: str) -> Path:
    code, said = run("contracts", "new", contract_id, "--from", str(source), "--out", str(folder), *options)
    assert code == 0, said
    pillar, exchange, version = contract_id.split(".")
    return folder / pillar / exchange / version


def proposals(folder: Path) -> dict[str, str]:
    text = (folder / "mapping.yaml").read_text(encoding="utf-8")
    return dict(re.findall(r"wire: ([\w@.\"]+),.*# likely (\S+)", text))


def test_every_place_of_a_json_schema_has_a_row_and_most_a_likely_member(tmp_path: Path) -> None:
    folder = made(tmp_path, "police.other-fir.v1", STATE_FIR / "schema.json", "--event", "fir")
    rows = yaml.safe_load((folder / "mapping.yaml").read_text(encoding="utf-8"))["rows"]
    assert [row["wire"] for row in rows][:3] == ["TXN_ID", "TXN_TYPE", "PREV_TXN_ID"]
    [acts] = [row for row in rows if row["wire"] == "ACT_SEC"]
    assert (acts["occurs"], [row["wire"] for row in acts["rows"]]) == ("+", ["ACT_CD", "SECTION"])
    likely = proposals(folder)
    assert likely["FIR_YEAR"] == "fir.year"
    assert likely["FIR_REG_NUM"] == "fir.registration_number"
    assert likely["AGE_YRS"] == "fir.accused.age_years"


def test_a_document_alone_gives_a_schema_that_it_fits_and_is_the_first_sample(tmp_path: Path) -> None:
    source = packaged_contracts() / "courts/case-registered/v1/samples/valid/plain.xml"
    folder = made(tmp_path, "courts.other.v1", source, "--event", "court_case")
    assert (folder / "samples/valid/first.xml").read_bytes() == source.read_bytes()
    from lxml import etree

    schema = etree.XMLSchema(file=str(folder / "schema.xsd"))
    schema.assertValid(etree.parse(str(source)))
    assert proposals(folder)["CNR"] == "case.cnr"


@pytest.mark.parametrize("sample", ["full.json", "minimal.json"])
def test_a_json_document_gives_a_schema_that_it_fits(tmp_path: Path, sample: str) -> None:
    import json

    import jsonschema

    folder = made(tmp_path, "police.other-fir.v1", STATE_FIR / "samples/valid" / sample)
    schema = json.loads((folder / "schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(json.loads((STATE_FIR / "samples/valid" / sample).read_bytes()))


def test_a_service_description_gives_the_schema_in_it(tmp_path: Path) -> None:
    schema = (packaged_contracts() / "prisons/release/v1/schema.xsd").read_text(encoding="utf-8")
    inner = schema.partition("?>")[2]
    wsdl = tmp_path / "service.wsdl"
    wsdl.write_text(
        f'<d:definitions xmlns:d="http://schemas.xmlsoap.org/wsdl/"><d:types>{inner}</d:types></d:definitions>',
        encoding="utf-8",
    )
    folder = made(tmp_path / "out", "prisons.other.v1", wsdl, "--event", "inmate", "--root", "Release")
    declared = yaml.safe_load((folder / "contract.yaml").read_text(encoding="utf-8"))
    assert (declared["root"], declared["namespace"]) == ("Release", "urn:icjs:prisons:release:1")
    assert proposals(folder)["PID"] == "inmate.accused.pid"


def test_nothing_that_is_there_is_written_over(tmp_path: Path) -> None:
    made(tmp_path, "police.other-fir.v1", STATE_FIR / "schema.json")
    source = str(STATE_FIR / "schema.json")
    code, said = run("contracts", "new", "police.other-fir.v1", "--from", source, "--out", str(tmp_path))
    assert (code, "is there already" in said) == (2, True)


def test_a_schema_with_several_elements_asks_which_one(tmp_path: Path) -> None:
    source = str(packaged_contracts() / "prisons/inmate-status/v1/schema.xsd")
    code, said = run("contracts", "new", "prisons.other.v1", "--from", source, "--out", str(tmp_path))
    assert code == 2
    assert "--root" in said


def test_what_is_left_to_do_is_told_all_at_once_with_its_line(tmp_path: Path) -> None:
    folder = made(tmp_path, "police.other-fir.v1", STATE_FIR / "schema.json", "--event", "fir")
    code, said = run("contracts", "check", str(tmp_path))
    assert code == 1
    lines = (folder / "mapping.yaml").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        if "TODO" in line:
            assert f"mapping.yaml:{number}: " in said
    assert "FIR_YEAR: say which member of the event this is" in said
    assert "likely fir.year" in said
    assert "samples/invalid/" in said
