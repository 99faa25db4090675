"""The commands of the directory of places, on a real store: what they print, and how they end."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from icjs_gateway.adapters.wire.vault import Vault
from icjs_gateway.cli import build, main
from icjs_gateway.model.content import Content
from icjs_gateway.model.errors import Misconfigured
from icjs_gateway.registry import packaged_contracts
from icjs_gateway.routing.authority.places import PlaceKind
from icjs_gateway.routing.authority.speaker import Speaker
from icjs_gateway.stores.engine import open_engine
from icjs_gateway.stores.ledger import StoreLedger
from icjs_gateway.stores.places import load_places
from icjs_gateway.stores.writer import Writer, WriterLimits
from tests.support.messages import bench, fir, outcome, record

PLACES = """
states: [HP]
places:
  - {kind: court, code: HPKN01, state: HP, name: Sessions, court_kind: sessions, over: [HPKN02]}
  - {kind: court, code: HPKN02, state: HP, name: Magistrate, court_kind: magistrate, district: Kangra}
  - {kind: jail, code: HPDJ04, state: HP, name: District Jail, valid_from: 2020-01-01}
acts_for:
  - {place: HPKN01, for: [HPKN02], as: in-charge, order: O-1}
"""
NEIGHBOUR = """
states: [PB]
places:
  - {kind: court, code: PBPT01, state: PB, name: Neighbour, court_kind: magistrate}
acts_for:
  - {place: PBPT01, for: [HPKN02], as: link, order: O-2}
"""
SAMPLE = packaged_contracts() / "canonical" / "places.sample.yaml"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hp.yaml").write_text(PLACES, encoding="utf-8")
    (tmp_path / "pb.yaml").write_text(NEIGHBOUR, encoding="utf-8")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(build(), ["places", *arguments])


def refused(*arguments: str) -> str:
    result = run(*arguments)
    assert isinstance(result.exception, Misconfigured), result.output
    return result.exception.detail


def listed(*arguments: str) -> list[str]:
    return [each["code"] for each in json.loads(run("list", "--json", *arguments).output)]


def test_applying_says_what_changed_and_is_idempotent(home: Path) -> None:
    assert run("apply", "hp.yaml").output == "HP: 4 added, 0 changed, 0 removed, 0 unchanged\n"
    assert json.loads(run("apply", "hp.yaml", "--json").output) == {
        "added": 0,
        "changed": 0,
        "removed": 0,
        "unchanged": 4,
        "judged": 0,
        "linked": 0,
    }


def test_what_waits_for_standing_is_judged_again_by_the_rows_that_are_applied(home: Path) -> None:
    over = PLACES.replace(
        "over: [HPKN02]}", "over: [HPKN02]}\n  - {kind: court, code: HPKN09, state: HP, name: New, court_kind: other}"
    )
    (home / "hp.yaml").write_text(over, encoding="utf-8")
    assert run("apply", "hp.yaml").exit_code == 0
    spoken = Speaker(kind=PlaceKind.COURT, code="HPKN09", state="HP")
    asyncio.run(parked(home, outcome("H-9", serial=None), spoken))
    acting = over.replace("acts_for:", "acts_for:\n  - {place: HPKN09, for: [HPKN02], as: link, order: O-9}")
    (home / "hp.yaml").write_text(acting, encoding="utf-8")
    assert run("apply", "hp.yaml", "--dry-run").output.endswith("(dry run)\n")
    again = run("apply", "hp.yaml")
    assert again.output.endswith("1 parked messages judged again, 1 linked to their case\n"), again.output
    assert json.loads(run("apply", "hp.yaml", "--json").output)["judged"] == 0


def test_what_was_asked_about_an_unknown_place_is_settled_by_its_row(home: Path) -> None:
    assert run("apply", "hp.yaml").exit_code == 0
    asyncio.run(parked(home, outcome("H-9", serial=None), Speaker(kind=PlaceKind.COURT, code="HPKN09", state="HP")))
    assert asked_places() == ["court/HP/HPKN09"]
    row = "\n  - {kind: court, code: HPKN09, state: HP, name: New, court_kind: other}\nacts_for:"
    (home / "hp.yaml").write_text(PLACES.replace("\nacts_for:", row), encoding="utf-8")
    assert run("apply", "hp.yaml", "--dry-run").exit_code == 0
    assert asked_places() == ["court/HP/HPKN09"]
    assert run("apply", "hp.yaml").exit_code == 0
    assert asked_places() == []


def asked_places() -> list[str]:
    """The places about which an alarm stands that no row knows them."""
    printed = CliRunner().invoke(build(), ["alarms", "list", "--json"]).output
    alarms = [json.loads(line) for line in printed.splitlines()]
    return [each["place"] for each in alarms if each["code"] == "PLACE_UNKNOWN"]


async def parked(home: Path, content: Content, speaker: Speaker) -> None:
    """A case of the court at Kangra, and a message of another court about it."""
    engine = open_engine(f"sqlite:///{home}/var/icjs/gateway.db")
    writer = Writer(engine, WriterLimits())
    writer.start()
    ledger = StoreLedger(writer, Vault(home / "var/icjs/keys"), lambda: None)
    deciding = bench()
    for message in (fir(), outcome()):
        await ledger.record(record(message), deciding)
    by_rows = replace(deciding, authority=replace(deciding.authority, places=load_places(engine)))
    receipt = await ledger.record(record(content, speaker=speaker), by_rows)
    assert json.loads(receipt.json)["outcome"] == "parked"
    await asyncio.to_thread(writer.stop)
    engine.dispose()


def test_a_dry_run_changes_nothing(home: Path) -> None:
    run("apply", "hp.yaml")
    text = (
        PLACES.replace("District Jail", "Central Jail")
        .replace("code: HPKN02", "code: HPKN03")
        .replace("HPKN02", "HPKN03")
    )
    (home / "hp.yaml").write_text(text, encoding="utf-8")
    output = run("apply", "hp.yaml", "--dry-run").output
    assert output == "HP: 2 added, 2 changed, 2 removed, 0 unchanged (dry run)\n"
    assert listed() == ["HPKN01", "HPKN02", "HPDJ04"]
    assert "migrate" in refused_without_store(home)


def refused_without_store(home: Path) -> str:
    (home / "var" / "icjs" / "gateway.db").rename(home / "elsewhere.db")
    for left in (home / "var" / "icjs").glob("gateway.db-*"):
        left.unlink()
    return refused("apply", "hp.yaml", "--dry-run")


def test_rows_are_listed_by_state_and_kind(home: Path) -> None:
    run("apply", "hp.yaml")
    run("apply", "pb.yaml")
    assert listed() == ["HPKN01", "HPKN02", "HPDJ04", "PBPT01"]
    assert listed("--state", "pb") == ["PBPT01"]
    assert listed("--kind", "jail") == ["HPDJ04"]
    assert listed("--state", "PB", "--kind", "jail") == []
    [line] = run("list", "--kind", "jail").output.splitlines()
    assert line.split() == ["HP", "jail", "HPDJ04", "2020-01-01..", "-", "District", "Jail"]
    assert run("list", "--kind", "ship").exit_code == 2


def test_places_of_another_state_are_known_from_the_store_or_from_a_file_beside(home: Path) -> None:
    assert "there is no court HPKN02" in refused("check", "pb.yaml")
    assert "there is no court HPKN02" in refused("apply", "pb.yaml")
    assert run("check", "pb.yaml", "hp.yaml").output.splitlines() == [
        "pb.yaml: 1 places, 1 rows of acts_for: no fault",
        "hp.yaml: 3 places, 1 rows of acts_for: no fault",
    ]
    run("apply", "hp.yaml")
    assert run("apply", "pb.yaml").exit_code == 0


def test_a_faulty_file_changes_nothing_and_the_faults_of_all_files_are_told_at_once(home: Path) -> None:
    run("apply", "hp.yaml")
    (home / "hp.yaml").write_text(PLACES.replace("over: [HPKN02]", "over: [HPKN88]"), encoding="utf-8")
    (home / "pb.yaml").write_text(NEIGHBOUR.replace("as: link", "as: friend"), encoding="utf-8")
    assert "no court HPKN88" in refused("apply", "hp.yaml")
    detail = refused("check", "hp.yaml", "pb.yaml")
    assert "hp.yaml: places.0 (court HPKN01).over: there is no court HPKN88" in detail
    assert "pb.yaml: acts_for.0.as: " in detail
    assert json.loads(run("list", "--json").output)[0]["over"] == ["HPKN02"]


def test_a_place_of_another_state_is_refused_in_a_dry_run_too(home: Path) -> None:
    run("apply", "hp.yaml")
    (home / "pb.yaml").write_text(NEIGHBOUR.replace("PBPT01", "HPKN01"), encoding="utf-8")
    assert "stands among the rows of HP" in refused("apply", "pb.yaml", "--dry-run")
    assert "stands among the rows of HP" in refused("apply", "pb.yaml")


@pytest.mark.parametrize("environment", ["demo", "sandbox"])
def test_the_sample_is_applied_on_demand_outside_live(
    home: Path, monkeypatch: pytest.MonkeyPatch, environment: str
) -> None:
    monkeypatch.setenv("ICJS_ENVIRONMENT", environment)
    assert run("apply", str(SAMPLE)).exit_code == 0
    assert "HPHC01" in listed("--state", "HP")


def test_the_sample_is_refused_in_live(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ICJS_ENVIRONMENT", "live")
    detail = refused("apply", str(SAMPLE))
    assert "sample with invented places" in detail
    assert "ICJS_ENVIRONMENT=live" in detail
    assert "Write a file with the places" in detail
    assert not (home / "var").exists()
    assert run("apply", "hp.yaml").exit_code == 0


def test_a_refusal_ends_with_exit_code_1(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["icjs-gateway", "places", "check", "pb.yaml"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert "icjs-gateway: pb.yaml: acts_for.0 (court PBPT01).for" in capsys.readouterr().err
    assert run("check", "missing.yaml").exit_code == 2
