"""Clients of PHP, Java, C#, Node and Perl push, and are refused, as the how-to pages show them."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.clients.surroundings import Surroundings, surrounded
from tests.clients.toolchain import PROGRAMS, ROOT, jaxws_jars, need, run

pytestmark = [pytest.mark.clients, pytest.mark.timeout(900)]
SAMPLE = ROOT / "contracts/courts/hearing-outcome/v1/samples/valid/minimal.xml"
Prepare = Callable[[Path, str], tuple[str | Path, ...]]


def php(folder: Path, url: str) -> tuple[str | Path, ...]:
    need("php")
    return ("php", PROGRAMS / "php" / "push.php")


def node(folder: Path, url: str) -> tuple[str | Path, ...]:
    need("node")
    return ("node", PROGRAMS / "node" / "push.js")


def node_strong(folder: Path, url: str) -> tuple[str | Path, ...]:
    need("node-strong")
    return ("node", PROGRAMS / "node" / "push_strong.js")


def csharp(folder: Path, url: str) -> tuple[str | Path, ...]:
    need("csharp")
    source = PROGRAMS / "csharp" / "Push.cs"
    run(("mcs", "-r:System.Net.Http,System.Xml,System.Xml.Linq", f"-out:{folder / 'Push.exe'}", source), folder)
    return ("mono", folder / "Push.exe")


def java(folder: Path, url: str) -> tuple[str | Path, ...]:
    need("jaxws")
    generated = folder / "generated"
    generated.mkdir()
    run(("wsimport", "-quiet", "-Xnocompile", "-d", generated, f"{url}/soap/courts?wsdl"), folder)
    sources = sorted(generated.rglob("*.java"))
    classes = folder / "classes"
    path = jaxws_jars()
    run(
        (
            "javac",
            "-proc:none",
            "-encoding",
            "UTF-8",
            "-cp",
            path,
            "-d",
            classes,
            PROGRAMS / "java/Push.java",
            *sources,
        ),
        folder,
    )
    return ("java", "-cp", f"{classes}:{path}", "Push")


CLIENTS: dict[str, Prepare] = {"php": php, "node": node, "node-strong": node_strong, "csharp": csharp, "java": java}


@pytest.mark.parametrize("client", CLIENTS)
async def test_a_client_pushes_keeps_its_receipt_and_reads_what_is_refused(client: str, tmp_path: Path) -> None:
    async with surrounded(tmp_path) as around:
        command = await asyncio.to_thread(CLIENTS[client], tmp_path, around.gateway.url)
        message_id = f"HPKN02-{client}"
        said = await asyncio.to_thread(run, command, tmp_path, MESSAGE_ID=message_id, **around.environment)
        assert said.splitlines() == ["accepted", "soap:Client STATION-UNNAMED"]
        if client != "node-strong":
            kept = json.loads((tmp_path / "receipt.json").read_text(encoding="utf-8"))
            assert (kept["message_id"], kept["outcome"]) == (message_id, "accepted")
        [bail] = await told(around, "icjs.bail.ordered")
        assert in_words(bail) == AS_PUSHED


AS_PUSHED = {
    "at": "2026-11-20T09:50:05",
    "on": "2026-11-20",
    "firs": ["112"],
    "name": "Sunil Kumar",
    "local_name": "सुनील कुमार",
    "amount": "25000.50",
    "sureties": 1,
}


def in_words(event: dict[str, Any]) -> dict[str, Any]:
    """What may be lost or turned on the way: another script, a decimal, a number, a list of one."""
    bail = event["data"]["bail"]
    return {
        "at": event["time"][:19],
        "on": bail["ordered_on"],
        "firs": [fir["number"] for fir in event["data"]["case"]["firs"]],
        "name": bail["accused"]["name"],
        "local_name": bail["accused"]["local_name"]["text"],
        "amount": bail["bond_amount"]["amount"],
        "sureties": bail["sureties"],
    }


async def told(around: Surroundings, event_type: str) -> list[dict[str, Any]]:
    """What came of it; numbers of a feed are given a moment after the receipt."""
    async with asyncio.timeout(30):
        while not (found := await around.told(event_type)):  # noqa: ASYNC110 - a feed is looked at again
            await asyncio.sleep(0.05)
    return found


async def test_the_default_http_client_of_java_pushes(tmp_path: Path) -> None:
    need("java")
    async with surrounded(tmp_path) as around:
        command = ("java", PROGRAMS / "java" / "PushXml.java", SAMPLE)
        said = await asyncio.to_thread(run, command, tmp_path, **around.environment)
        assert said.startswith("202 ")
        again = await asyncio.to_thread(run, command, tmp_path, **around.environment)
        assert again.startswith("200 ")
        assert again.partition(" ")[2] == said.partition(" ")[2]


async def test_soap_lite_pushes(tmp_path: Path) -> None:
    need("perl")
    async with surrounded(tmp_path) as around:
        command = ("perl", PROGRAMS / "perl" / "push.pl", SAMPLE)
        said = await asyncio.to_thread(run, command, tmp_path, **around.environment)
        assert said.strip() in ("accepted", "parked")


@pytest.mark.parametrize("option", ["--http2", "--http1.1"])
async def test_curl_pushes_whatever_it_offers(tmp_path: Path, option: str) -> None:
    if shutil.which("curl") is None:
        pytest.skip("NOT RUN: curl: curl missing (curl)")
    async with surrounded(tmp_path) as around:
        token = (await around.bearer_of_courts())["authorization"]
        headers = ("-H", f"Authorization: {token}", "-H", "Content-Type: application/xml", "-H", "Expect: 100-continue")
        url = f"{around.gateway.url}/v1/messages/courts.hearing-outcome.v1"
        command = ("curl", "-sS", option, *headers, "--data-binary", f"@{SAMPLE}", url, url)
        said = await asyncio.to_thread(run, command, tmp_path)
        assert said.count('"message_id"') == 2
