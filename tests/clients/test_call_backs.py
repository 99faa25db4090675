"""Servers of PHP, JAX-WS with WSS4J, gSOAP and Node, generated from our own WSDL, take what the gateway sends."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.clients.surroundings import CALL_BACK_SECRET, Surroundings, surrounded
from tests.clients.toolchain import PROGRAMS, ROOT, Server, free_port, need, run, wss4j_jars

pytestmark = [pytest.mark.clients, pytest.mark.timeout(900)]
CONTRACT = ROOT / "contracts" / "prisons" / "order" / "v1"
ORDER = ROOT / "contracts" / "courts" / "bail-order" / "v1" / "samples" / "valid" / "full.xml"
ORDER_ID = "HPKN02-20261013-B0044"


def php(folder: Path) -> Server:
    need("php")
    port = free_port()
    return server(folder, port, "php", "-S", f"127.0.0.1:{port}", PROGRAMS / "php" / "call_back.php")


def node(folder: Path) -> Server:
    need("node")
    return server(folder, free_port(), "node", PROGRAMS / "node" / "call_back.js")


def jaxws(folder: Path) -> Server:
    need("jaxws", "wss4j")
    generated, classes, path = folder / "generated", folder / "classes", wss4j_jars()
    generated.mkdir()
    run(("wsimport", "-quiet", "-Xnocompile", "-d", generated, CONTRACT / "service.wsdl"), folder)
    sources = [PROGRAMS / "java" / "CallBack.java", *sorted(generated.rglob("*.java"))]
    run(("javac", "-proc:none", "-encoding", "UTF-8", "-cp", path, "-d", classes, *sources), folder)
    return server(folder, free_port(), "java", "-cp", f"{classes}:{path}", "CallBack")


def gsoap(folder: Path) -> Server:
    need("gsoap")
    for name in ("service.wsdl", "schema.xsd"):
        shutil.copy(CONTRACT / name, folder)
    run(("wsdl2h", "-o", "order.h", "service.wsdl"), folder)
    run(("soapcpp2", "-2", "-SL", "-j", "-I/usr/share/gsoap/import", "order.h"), folder)
    made = ("soapC.cpp", "soapPrisonsOrderBindingService.cpp")
    shutil.copy(PROGRAMS / "gsoap" / "call_back.cpp", folder)
    run(("g++", "-O0", "-o", "call_back", "call_back.cpp", *made, "-lgsoap++"), folder)
    return server(folder, free_port(), folder / "call_back")


def server(folder: Path, port: int, *command: str | Path) -> Server:
    environment = {
        "INBOX": str(folder / "inbox"),
        "WSDL": str(CONTRACT / "service.wsdl"),
        "CALL_BACK_SECRET": CALL_BACK_SECRET,
    }
    return Server(command=command, port=port, environment=environment)


SERVERS: dict[str, Callable[[Path], Server]] = {"php": php, "node": node, "jaxws": jaxws, "gsoap": gsoap}


@pytest.mark.parametrize("name", SERVERS)
async def test_a_server_takes_an_order(name: str, tmp_path: Path) -> None:
    there = await asyncio.to_thread(SERVERS[name], tmp_path)
    with there.serving(tmp_path):
        async with surrounded(tmp_path, f'url: "{there.url}"') as around:
            await around.push("courts.bail-order.v1", ORDER.read_bytes())
            await acknowledged(around)
    taken = (tmp_path / "inbox").read_text(encoding="utf-8")
    assert "icjs.bail.ordered" in taken
    if name != "gsoap":
        assert "Kamla Devi" in taken
        assert "कमला देवी" in taken


async def test_a_server_that_checks_the_header_may_want_it_understood(tmp_path: Path) -> None:
    there = await asyncio.to_thread(jaxws, tmp_path)
    with there.serving(tmp_path):
        async with surrounded(tmp_path, f'url: "{there.url}", must_understand: true') as around:
            await around.push("courts.bail-order.v1", ORDER.read_bytes())
            await acknowledged(around)


async def test_what_a_server_does_not_understand_is_a_persons_and_an_order_is_offered_on(tmp_path: Path) -> None:
    there = await asyncio.to_thread(php, tmp_path)
    with there.serving(tmp_path):
        async with surrounded(
            tmp_path, f'url: "{there.url}", must_understand: true', ICJS_LIBERTY_ALARM_S="1"
        ) as around:
            await around.push("courts.hearing-outcome.v1", REMANDED)
            async with asyncio.timeout(60):
                while not (dead := (await around.gateway.run("dead-letters", "--json")).splitlines()):  # noqa: ASYNC110
                    await asyncio.sleep(0.2)
            await around.alarmed("LIBERTY_UNDELIVERED")
            progress = await around.progress("HPKN02-REMANDED", "courts.hearing-outcome.v1")
    letters = [json.loads(line) for line in dead]
    assert {(each["outcome"], each["attempts"]) for each in letters} == {("rejected", 1)}
    assert all("understood" in each["remark"] for each in letters)
    assert not any(each["type"].startswith("icjs.remand") for each in letters)
    assert progress["prison-custody"]["owed"] >= 1
    assert not (tmp_path / "inbox").exists()


REMANDED = b"""<HearingOutcome xmlns="urn:icjs:courts:hearing-outcome:1"><MessageId>HPKN02-REMANDED</MessageId>
<Action>NEW</Action><RecordedAt>2026-11-20T15:20:05+05:30</RecordedAt><Court><Establishment>HPKN02</Establishment></Court>
<Case><FIR><State>HP</State><PoliceStationCode>2011007</PoliceStationCode><Number>112</Number><Year>2026</Year></FIR></Case>
<Hearing><HearingId>H-1</HearingId><ListedOn>2026-11-20</ListedOn><Held>true</Held><Accused><Serial>A1</Serial>
<Name>Sunil</Name><Remand><Custody>JUDICIAL</Custody><Until>2026-12-04</Until><Jail code="HPDJ04">District Jail</Jail>
</Remand></Accused></Hearing></HearingOutcome>"""


async def test_a_server_that_checks_the_header_refuses_another_secret(tmp_path: Path) -> None:
    there = await asyncio.to_thread(jaxws, tmp_path)
    there.environment = {**there.environment, "CALL_BACK_SECRET": "another-secret-0123"}
    with there.serving(tmp_path):
        async with surrounded(tmp_path, f'url: "{there.url}"') as around:
            await around.push("courts.bail-order.v1", ORDER.read_bytes())
            async with asyncio.timeout(60):
                log = tmp_path / "server.log"
                while "security token could not be authenticated" not in log.read_text(errors="replace"):  # noqa: ASYNC110 - a file
                    await asyncio.sleep(0.1)
    assert not (tmp_path / "inbox").exists()


async def acknowledged(around: Surroundings) -> None:
    """Until the order is delivered to the one jail."""
    async with asyncio.timeout(60):
        while True:
            progress = await around.progress(ORDER_ID, "courts.bail-order.v1")
            if progress.get("prison-custody", {}).get("delivered"):
                return
            await asyncio.sleep(0.05)
