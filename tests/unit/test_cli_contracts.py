"""The commands `contracts` and `translate`, as a shell sees them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import typer
from typer.testing import CliRunner

from icjs_gateway.cli import contracts, translate
from icjs_gateway.registry import packaged_contracts

SAMPLES = packaged_contracts() / "courts" / "hearing-outcome" / "v1" / "samples"


def run(*arguments: str) -> tuple[int, str]:
    app = typer.Typer()
    contracts.register(app)
    translate.register(app)
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.output


def test_contracts_are_listed_for_machines_too() -> None:
    code, said = run("contracts", "list", "--json")
    assert code == 0
    assert {"courts.hearing-outcome.v1", "police.fir.v1"} <= {row["id"] for row in json.loads(said)}


def test_the_packaged_contracts_are_sound() -> None:
    code, said = run("contracts", "check")
    assert (code, said.strip()) == (0, said.strip())
    assert "0 faults" in said
    code, said = run("contracts", "coverage", "--json")
    assert code == 0
    assert all(row["leaves"] == row["mapped"] for row in json.loads(said))


def test_a_folder_with_a_missing_golden_fails_and_is_not_mended(tmp_path: Path) -> None:
    shutil.copytree(packaged_contracts() / "police", tmp_path / "police")
    golden = tmp_path / "police" / "fir" / "v1" / "samples" / "valid" / "minimal.golden.json"
    golden.unlink()
    code, said = run("contracts", "check", str(tmp_path))
    assert code == 1
    assert "minimal.json: no minimal.golden.json" in said
    assert not golden.exists()
    code, said = run("contracts", "goldens", str(tmp_path))
    assert code == 0
    assert golden.exists()
    assert run("contracts", "check", str(tmp_path))[0] == 0


def test_a_changed_golden_and_a_wrong_table_fail(tmp_path: Path) -> None:
    shutil.copytree(packaged_contracts() / "police", tmp_path / "police")
    folder = tmp_path / "police" / "fir" / "v1"
    golden = folder / "samples" / "valid" / "minimal.golden.json"
    golden.write_text(golden.read_text().replace("115(2)", "115(1)"))
    code, said = run("contracts", "check", str(tmp_path), "--json")
    assert code == 1
    [fault] = json.loads(said)["faults"]
    assert fault.startswith(str(golden))
    mapping = folder / "mapping.yaml"
    mapping.write_text(mapping.read_text().replace("codec: year", "codec: jahr"))
    code, said = run("contracts", "check", str(tmp_path))
    assert code == 1
    assert "no codec jahr" in said


def test_an_empty_folder_fails(tmp_path: Path) -> None:
    assert run("contracts", "check", str(tmp_path))[0] == 1


def test_a_document_is_translated() -> None:
    code, said = run("translate", "--contract", "courts.hearing-outcome.v1", str(SAMPLES / "valid" / "minimal.xml"))
    assert code == 0
    assert [event["type"] for event in json.loads(said)["events"]] == ["icjs.hearing.recorded.v1"]


def test_a_document_is_written_in_a_contract() -> None:
    file = str(SAMPLES / "valid" / "minimal.xml")
    code, said = run("translate", "--contract", "courts.hearing-outcome.v1", "--to", "courts.hearing-outcome.v1", file)
    assert code == 0
    assert said.startswith("<HearingOutcome ")


def test_a_refused_document_ends_with_its_findings() -> None:
    file = SAMPLES / "invalid" / "several-faults.xml"
    code, said = run("translate", "--contract", "courts.hearing-outcome.v1", str(file))
    assert code == 1
    assert len(json.loads(said)["findings"]) == 7


def test_a_document_that_is_not_well_formed_ends_with_its_findings(tmp_path: Path) -> None:
    file = tmp_path / "broken.xml"
    file.write_text("<HearingOutcome>")
    code, said = run("translate", "--contract", "courts.hearing-outcome.v1", str(file))
    assert code == 1
    assert json.loads(said)["findings"]


def test_an_unknown_contract_is_wrong_usage() -> None:
    code, said = run("translate", "--contract", "courts.hearing.v1", str(SAMPLES / "valid" / "minimal.xml"))
    assert code == 2
    assert "courts.hearing-outcome.v1" in said
