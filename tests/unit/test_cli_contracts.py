"""The commands `contracts` and `translate`, as a shell sees them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from icjs_gateway.cli import contracts, translate
from icjs_gateway.registry import load_contracts, packaged_contracts
from icjs_gateway.registry.compiled import CompiledContract
from icjs_gateway.registry.lock import version_of
from tests.contracts import FORMATS

SAMPLES = packaged_contracts() / "courts" / "hearing-outcome" / "v1" / "samples"


def run(*arguments: str) -> tuple[int, str]:
    app = typer.Typer()
    contracts.register(app)
    translate.register(app)
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.output


def fir_versions() -> tuple[str, str]:
    """The newest version of police.fir.v1, and the one that would follow."""
    contract = load_contracts().get("police.fir.v1")
    assert isinstance(contract, CompiledContract)
    _, newest = version_of(contract.declaration)
    major, minor = newest.split(".")
    return newest, f"{major}.{int(minor) + 1}"


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
    told = json.loads(said)
    assert all(row["leaves"] == row["mapped"] and row["computed"] == 0 for row in told["contracts"])
    canonical = told["canonical"]
    assert canonical["written"] + len(canonical["unwritten"]) == canonical["leaves"]
    code, said = run("contracts", "coverage")
    assert code == 0
    assert "100.0% mapped, 0.0% unmapped" in said


def test_a_canonical_leaf_that_nobody_writes_is_listed_with_a_reason_or_a_fault(tmp_path: Path) -> None:
    shutil.copytree(packaged_contracts(), tmp_path / "all")
    listed = tmp_path / "all" / "canonical" / "unwritten.yaml"
    text = listed.read_text()
    listed.write_text(text.replace("leaf: case.cnr,", "leaf: case.district,").replace("case.cnr_raw", "fir.number"))
    code, said = run("contracts", "check", str(tmp_path / "all"), "--json")
    assert code == 1
    assert [fault.partition("unwritten.yaml: ")[2] for fault in json.loads(said)["faults"]] == [
        "case.cnr of fir events: no contract writes it",
        "case.cnr_raw of fir events: no contract writes it",
        "case.district of fir events: listed as unwritten, and no such leaf",
        "fir.number of fir events: listed as unwritten, and written",
    ]


def test_a_locked_version_changes_only_by_a_new_one(tmp_path: Path) -> None:
    shutil.copytree(packaged_contracts(), tmp_path / "all")
    folder = tmp_path / "all" / "police" / "fir" / "v1"
    assert run("contracts", "lock", str(tmp_path / "all")) == (0, "")
    declaration = folder / "contract.yaml"
    declaration.write_text(declaration.read_text() + "# changed\n")
    code, said = run("contracts", "check", str(tmp_path / "all"), "--json")
    assert code == 1
    [fault] = json.loads(said)["faults"]
    newest, following = fir_versions()
    assert fault.startswith(f"{declaration}: changed since police.fir.v1 {newest} was locked")
    assert run("contracts", "lock", str(tmp_path / "all"))[0] == 1
    changes = folder / "CHANGES.md"
    changes.write_text(changes.read_text().replace(f"## {newest}\n", f"## {following}\nA comment.\n\n## {newest}\n", 1))
    code, said = run("contracts", "check", str(tmp_path / "all"))
    assert f"police.fir.v1 {following} is not in LOCK" in said
    assert run("contracts", "lock", str(tmp_path / "all")) == (0, f"locked police.fir.v1 {following}\n")
    assert run("contracts", "check", str(tmp_path / "all"))[0] == 0
    # The version before is still there, as it was.
    lock = (tmp_path / "all" / "LOCK").read_text()
    assert set((packaged_contracts() / "LOCK").read_text().splitlines()) < set(lock.splitlines())


def test_what_a_schema_includes_is_locked_with_it(tmp_path: Path) -> None:
    shutil.copytree(FORMATS, tmp_path / "all")
    (tmp_path / "all" / "LOCK").touch()
    assert run("contracts", "lock", str(tmp_path / "all"))[0] == 0
    included = tmp_path / "all" / "courts" / "sitting" / "v1" / "parties.xsd"
    included.write_text(included.read_text() + "<!-- changed -->\n")
    code, said = run("contracts", "check", str(tmp_path / "all"), "--json")
    assert (code, [fault.partition(":")[0] for fault in json.loads(said)["faults"]]) == (1, [str(included)])


def test_what_no_release_carried_may_be_locked_anew(tmp_path: Path) -> None:
    shutil.copytree(packaged_contracts(), tmp_path / "all")
    declaration = tmp_path / "all" / "police" / "fir" / "v1" / "contract.yaml"
    declaration.write_text(declaration.read_text() + "# changed\n")
    newest, _ = fir_versions()
    assert run("contracts", "lock", str(tmp_path / "all"), "--unpublished") == (0, f"locked police.fir.v1 {newest}\n")
    assert run("contracts", "check", str(tmp_path / "all"))[0] == 0


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("LOCK", "police.fir.v1 1.0 contract.yaml abc\n"),
        ("police/fir/v1/CHANGES.md", "# police.fir.v1\n"),
        ("police/fir/v1/CHANGES.md", "# police.fir.v1\n\n## 2.0\n"),
    ],
)
def test_a_wrong_lock_or_history_is_a_fault(tmp_path: Path, file: str, text: str) -> None:
    shutil.copytree(packaged_contracts(), tmp_path / "all")
    (tmp_path / "all" / file).write_text(text)
    code, said = run("contracts", "check", str(tmp_path / "all"))
    assert code == 1
    assert f"{file}:1: " in said


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


@pytest.mark.parametrize(
    ("file", "text", "instead", "fault"),
    [
        (
            "disclosure.yaml",
            "leaves: [hearing.business]",
            "leaves: []",
            "no field class says what this is, so nobody may see it: hearing.business.lang, hearing.business.text",
        ),
        (
            "disclosure.yaml",
            "leaves: [hearing.business]",
            "leaves: [hearing.business, hearing.gossip]",
            "hearing.gossip is no field of any event",
        ),
        (
            "disclosure.yaml",
            "leaves: [hearing.business]",
            "leaves: [hearing.business, hearing.held]",
            "hearing.held stands under schedule already",
        ),
        ("disclosure.yaml", "labels: [IN_CAMERA]", "labels: [IN_CAMERAS]", "IN_CAMERAS is no label"),
        ("disclosure.yaml", "from: [public]", "from: [everybody]", "everybody is no recipient class"),
        ("disclosure.yaml", "  public:\n    sees", "  agency2:\n    sees", "agency2 is no recipient class"),
        (
            "labels.yaml",
            "    - fir.acts_sections\n",
            "",
            "fir.acts_sections.section: a fact that could label a case, and it is listed under none of provisions",
        ),
        ("labels.yaml", "    - fir.labels\n", "    - fir.labels\n    - fir.marks\n", "fir.marks: no event has it"),
        (
            "labels.yaml",
            "    - fir.accused.labels\n",
            "",
            "fir.accused.labels: a fact that could label a case, and it is listed under none of told",
        ),
        ("labels.yaml", "  POCSO: all", "  POKSO: all", "POKSO is no act that is known"),
        ("authority.yaml", "events: [bail]", "events: [bale]", "bale is no noun of events"),
        ("labels.yaml", '"228A"', '"228A and more"', "228A and more is not one section"),
    ],
)
def test_what_is_data_beside_the_contracts_is_held_to_the_code(
    tmp_path: Path, file: str, text: str, instead: str, fault: str
) -> None:
    shutil.copytree(packaged_contracts(), tmp_path / "all")
    changed = tmp_path / "all" / "canonical" / file
    written = changed.read_text(encoding="utf-8")
    assert text in written
    changed.write_text(written.replace(text, instead, 1), encoding="utf-8")
    code, said = run("contracts", "check", str(tmp_path / "all"), "--json")
    assert code == 1
    [told] = json.loads(said)["faults"]
    assert f"{file}:" in told
    assert told.endswith(fault)


def test_a_document_is_shown_as_a_jail_would_be_told_of_it() -> None:
    file = str(packaged_contracts() / "courts/bail-order/v1/samples/valid/full.xml")
    code, said = run("translate", "--contract", "courts.bail-order.v1", "--to", "prisons.order.v1", file)
    assert code == 0
    assert said.startswith('<Order xmlns="urn:icjs:prisons:order:1">')
    assert "<EventType>icjs.bail.ordered.v1</EventType>" in said
    assert "<Name>Kamla Devi</Name>" in said


def test_what_a_laboratory_may_not_see_is_not_shown() -> None:
    file = str(packaged_contracts() / "courts/bail-order/v1/samples/valid/full.xml")
    assert run("translate", "--contract", "courts.bail-order.v1", "--to", "forensics.request.v1", file) == (0, "")


def state_fir(tmp_path: Path, old: str, new: str, *, file: str = "contract.yaml") -> Path:
    """A State's FIR with another declaration or table, written in Latin-1."""
    folder = tmp_path / "police" / "state-fir" / "v1"
    shutil.copytree(FORMATS / "police" / "state-fir" / "v1", folder)
    edited = folder / file
    assert old in edited.read_text()
    edited.write_bytes(edited.read_text().replace(old, new).encode("latin-1"))
    return folder


def test_a_sample_that_cannot_be_written_again_is_a_fault(tmp_path: Path) -> None:
    folder = state_fir(tmp_path, "REGISTERED_AT, type: number}", "REGISTERED_AT}", file="mapping.yaml")
    code, said = run("contracts", "check", str(folder))
    assert code == 1
    assert "minimal.json: what the table writes of it is refused: /REG_DD: SCHEMA-VALUE, expected" in said


def test_a_declaration_that_is_not_utf_8_is_a_fault(tmp_path: Path) -> None:
    state_fir(tmp_path, "title:", "title: caf\xe9")
    code, said = run("contracts", "check", str(tmp_path), "--json")
    assert code == 1
    assert json.loads(said)["faults"] == [f"{tmp_path}/police/state-fir/v1/contract.yaml:1: not YAML in UTF-8"]


def test_what_would_stop_the_start_beside_the_packaged_contracts_is_told_beforehand(tmp_path: Path) -> None:
    state_fir(tmp_path, "id: police.state-fir.v1", "id: police.fir.v1")
    code, said = run("contracts", "check", str(tmp_path), "--json")
    told = json.loads(said)
    assert (code, told["faults"]) == (0, [])
    [note] = told["notes"]
    assert "a gateway would not start" in note
    assert "police.fir.v1 is declared in" in note
