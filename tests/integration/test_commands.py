"""The operator's commands, on a real store: what they print, and how they end."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from icjs_gateway.adapters.wire.vault import Vault
from icjs_gateway.cli import build
from icjs_gateway.model.content import Content
from icjs_gateway.model.errors import Misconfigured, NotFound
from icjs_gateway.routing.lanes import Claim, GiveUp, Settlement
from icjs_gateway.routing.messages import Receipt
from icjs_gateway.settings import Settings, reference
from icjs_gateway.stores import migrate
from icjs_gateway.stores.engine import open_engine
from icjs_gateway.stores.lane_store import StoreLanes
from icjs_gateway.stores.ledger import StoreLedger
from icjs_gateway.stores.writer import Writer, WriterLimits
from tests.support.messages import bench, fir, outcome, record, subscription

PARTNERS = """
partners:
  - id: hp-police
    name: HP Police
    pillar: police
    jurisdiction: {state: HP}
    credentials: [{type: client-secret, client_id: hp-police, secret_env: POLICE}]
    may: {push: ["police.*"], receive: ["icjs.*"], class: police-supervision}
    subscriptions:
      - id: hp-cases
        filter: {states: [HP]}
        deliver: {channel: webhook, url: "http://127.0.0.1:9/hook", secret_env: HOOK}
        retry: [1, 2]
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POLICE", "police-secret-0123456789")
    monkeypatch.setenv("HOOK", "hook-secret-0123456789")
    (tmp_path / "partners.yaml").write_text(PARTNERS, encoding="utf-8")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(build(), list(arguments))


def test_applying_partners_says_what_changed_and_is_idempotent(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("partners", "apply", "partners.yaml").output == "hp-police: added\n"
    assert run("partners", "apply", "partners.yaml").output == "hp-police: unchanged\n"
    monkeypatch.setenv("HOOK", "another-secret-0123456789")
    assert json.loads(run("partners", "apply", "partners.yaml", "--json").output) == {"hp-police": "changed"}
    [listed] = json.loads(run("partners", "list", "--json").output)
    assert (listed["pillar"], listed["subscriptions"]) == ("police", ["hp-cases"])


@pytest.mark.parametrize(
    ("wrong", "right", "fault"),
    [
        ("pillar: police", "pillar: polize", "pillar"),
        ("secret_env: POLICE", "secret: police-secret-0123456789", "for the demo only"),
        ("secret_env: POLICE", "secret_env: NOT_SET", "NOT_SET is not set"),
        ("receive:", "recieve:", "recieve"),
        ("retry: [1, 2]", "retry: [-1]", "retry"),
        ("states: [HP]", "station: [HP]", "station"),
        ("partners:", "partners: [", "partners.yaml"),
    ],
)
def test_a_faulty_partners_file_is_refused_whole(home: Path, wrong: str, right: str, fault: str) -> None:
    text = PARTNERS.replace(wrong, right, 1)
    assert text != PARTNERS
    (home / "partners.yaml").write_text(text, encoding="utf-8")
    result = run("partners", "apply", "partners.yaml")
    assert isinstance(result.exception, Misconfigured)
    assert fault in result.exception.detail
    assert "police-secret" not in result.exception.detail


@pytest.mark.parametrize("kept", ["hp-cases", "client_id: hp-police"])
def test_what_another_partner_holds_is_not_taken_over(home: Path, kept: str) -> None:
    run("partners", "apply", "partners.yaml")
    text = PARTNERS.replace("- id: hp-police", "- id: pb-police")
    text = text.replace("client_id: hp-police", "client_id: pb-police") if kept == "hp-cases" else text
    (home / "partners.yaml").write_text(text, encoding="utf-8")
    result = run("partners", "apply", "partners.yaml")
    assert isinstance(result.exception, Misconfigured)
    assert "belongs to hp-police" in result.exception.detail


def test_every_fault_of_a_partners_file_is_told_at_once(home: Path) -> None:
    text = PARTNERS.replace("secret_env: POLICE", "secret_env: NO_1").replace("secret_env: HOOK", "secret_env: NO_2")
    (home / "partners.yaml").write_text(text, encoding="utf-8")
    result = run("partners", "apply", "partners.yaml")
    assert isinstance(result.exception, Misconfigured)
    assert "NO_1" in result.exception.detail
    assert "NO_2" in result.exception.detail


def test_dead_letters_are_listed_counted_and_replayed(home: Path) -> None:
    run("partners", "apply", "partners.yaml")
    delivery_id = asyncio.run(one_dead_delivery(home))
    [letter] = [json.loads(line) for line in run("dead-letters", "--json").output.splitlines()]
    assert (letter["delivery_id"], letter["outcome"], letter["attempts"]) == (delivery_id, "http-500", 1)
    assert "http-500" in run("dead-letters").output
    assert run("replay", "--subscription", "hp-cases", "--dry-run").output == "1 would be replayed\n"
    assert "--by" in run("replay", delivery_id).output
    decided = ("--by", "SHO 1234", "--reason", "endpoint repaired")
    assert run("replay", delivery_id, *decided).output == "1 replayed\n"
    assert run("dead-letters").output == ""
    again = run("replay", delivery_id, *decided)
    assert again.exit_code == 1
    assert "no dead or delivered delivery" in again.output
    assert run("replay").exit_code == 2
    assert run("replay", "--subscription", "hp-cases", "--since", "yesterday", "--dry-run").exit_code == 2
    assert run("replay", "--case", "case-1", delivery_id, "--dry-run").exit_code == 2
    everything = run("replay", "--subscription", "hp-cases", "--since", "2026-01-01T00:00Z", "--dry-run")
    assert everything.output == "0 would be replayed\n", "it is owed again already"


def test_the_exceptions_desk_lists_links_and_dismisses(home: Path) -> None:
    run("partners", "apply", "partners.yaml")
    case_id = asyncio.run(two_parked_outcomes(home))
    listed = [json.loads(line) for line in run("exceptions", "list", "--json").output.splitlines()]
    assert [each["identity"].rpartition("/")[2] for each in listed] == ["M1", "M2"]
    assert "waits for cnr:HPKN020003412026 or fir:HP/2011007/998/2026" in run("exceptions", "list").output
    who = ("--by", "HP-1182", "--reason", "checked with the court")
    linked = run("exceptions", "link", listed[0]["identity"], "--case", case_id, *who)
    assert linked.output == f"{listed[0]['identity']}: linked to {case_id}\n"
    assert run("exceptions", "dismiss", listed[1]["identity"], *who).exit_code == 0
    assert run("exceptions", "list").output == ""
    again = run("exceptions", "dismiss", listed[1]["identity"], *who)
    assert isinstance(again.exception, NotFound)
    assert run("exceptions", "dismiss", listed[1]["identity"]).exit_code == 2, "nobody acts without a name"


def test_labels_are_listed_and_taken_away_by_name(home: Path) -> None:
    run("partners", "apply", "partners.yaml")
    asyncio.run(recorded(home, fir(section="64(1)")))
    [listed] = [json.loads(line) for line in run("labels", "list", "--json").output.splitlines()]
    assert (listed["labels"], listed["lifted"]) == ({"SEXUAL_OFFENCE": ["BNS 64"]}, {})
    who = ("--by", "SP Kangra", "--reason", "the section was keyed by mistake")
    assert run("labels", "remove", listed["case"], "SEXUAL_OFFENCE", *who).exit_code == 0
    assert "SEXUAL_OFFENCE no more by: BNS 64" in run("labels", "list", listed["case"]).output
    again = run("labels", "remove", listed["case"], "SEXUAL_OFFENCE", *who)
    assert isinstance(again.exception, NotFound)
    assert run("labels", "remove", listed["case"], "SEXUAL_OFFENCE").exit_code == 2, "nobody acts without a name"


def test_the_exceptions_desk_says_which_border_rule_holds_a_message(home: Path) -> None:
    run("partners", "apply", "partners.yaml")
    asyncio.run(recorded(home, outcome("H-1", message_id="M1", on=date(2028, 11, 21))))
    [listed] = [json.loads(line) for line in run("exceptions", "list", "--json").output.splitlines()]
    assert (listed["held_for"], listed["waits_for"]) == ("OUTCOME-OF-A-FUTURE-DAY", [])
    assert run("exceptions", "list").output.endswith("held for OUTCOME-OF-A-FUTURE-DAY\n")


async def two_parked_outcomes(home: Path) -> str:
    unlinked = outcome("H-1", message_id="M1", firs=(998,)), outcome("H-2", message_id="M2", firs=(999,), serial=None)
    receipt = await recorded(home, *unlinked, fir())
    return str(json.loads(receipt.json)["events"][0]["case_id"])


async def recorded(home: Path, *contents: Content) -> Receipt:
    """Record these messages, and give the last receipt."""
    engine = open_engine(f"sqlite:///{home}/var/icjs/gateway.db")
    writer = Writer(engine, WriterLimits())
    writer.start()
    ledger, deciding = StoreLedger(writer, Vault(home / "var/icjs/keys"), lambda: None), bench()
    receipts = [await ledger.record(record(content), deciding) for content in contents]
    await asyncio.to_thread(writer.stop)
    engine.dispose()
    return receipts[-1]


async def one_dead_delivery(home: Path) -> str:
    engine = open_engine(f"sqlite:///{home}/var/icjs/gateway.db")
    writer = Writer(engine, WriterLimits())
    writer.start()
    ledger = StoreLedger(writer, Vault(home / "var/icjs/keys"), lambda: None)
    await ledger.record(record(fir()), bench(subscription("hp-cases")))
    lanes, now = StoreLanes(writer, Vault(home / "var/icjs/keys")), datetime.now(UTC)
    claim = Claim(now=now, until=now, most=1, liberty=False, per_endpoint=1)
    [leased] = (await lanes.lease(claim, lambda head: None)).leased
    given_up = Settlement(leased=leased, verdict=GiveUp(), attempted_at=now, took_ms=1, outcome="http-500")
    assert await lanes.settle([given_up]) == [True]
    await asyncio.to_thread(writer.stop)
    engine.dispose()
    return leased.head.delivery_id


def test_the_schema_is_made_once(home: Path) -> None:
    newest = max(file.name[:4] for file in (Path(migrate.__file__).parent / "migrations" / "versions").glob("0*.py"))
    assert f"none -> {newest}" in run("migrate").output
    assert "nothing to do" in run("migrate").output


def test_a_store_without_schema_is_not_read(home: Path) -> None:
    result = run("dead-letters")
    assert isinstance(result.exception, Misconfigured)
    assert "icjs-gateway migrate" in result.exception.detail


def test_settings_are_shown_with_secrets_hidden(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ICJS_METRICS_TOKEN", "planted-secret")
    monkeypatch.setenv("ICJS_ALLOWED_NETWORKS", "127.0.0.0/8, 10.0.0.0/8")
    shown = run("serve", "--show-settings").output
    assert "planted-secret" not in shown
    assert "ICJS_METRICS_TOKEN=***" in shown
    assert "ICJS_ALLOWED_NETWORKS=127.0.0.0/8,10.0.0.0/8" in shown
    assert all(f"{name}=" in shown for name, _, _ in reference())


def test_every_wrong_setting_is_named_at_once() -> None:
    with pytest.raises(Misconfigured) as refused:
        Settings.from_environment({"ICJS_PORT": "99999", "ICJS_ENVIRONMENT": "prod", "ICJS_ALLOWED_NETWORKS": "x"})
    for name in ("ICJS_PORT", "ICJS_ENVIRONMENT", "ICJS_ALLOWED_NETWORKS"):
        assert name in refused.value.detail
