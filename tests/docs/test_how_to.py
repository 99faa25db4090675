"""The how-to pages work as they stand: their commands and programs run, in order, against a gateway."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from icjs_gateway.simulators.process import GatewayProcess
from tests.acceptance.gateway import installed
from tests.acceptance.test_inmate_status import BAIL, FIR, Asker, JailSystem, partner
from tests.docs.test_readme import ROOT, SECRETS, block
from tests.support.waiting import eventually

PAGES = ROOT / "docs" / "how-to"
BLOCK = re.compile(r"```(sh|python)\n(.*?)```", re.DOTALL)
pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="the pages show curl")


@pytest.mark.timeout(480)
async def test_the_pages_of_the_police_and_of_a_court_work_as_they_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, secret in SECRETS.items():
        monkeypatch.setenv(name, secret)
    monkeypatch.setenv("PULLED", str(tmp_path / "pulled.db"))
    police = BLOCK.findall((PAGES / "police-it-cell.md").read_text(encoding="utf-8"))
    [hook] = [code for language, code in police if language == "python" and "ThreadingHTTPServer" in code]
    receiver = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", hook),
        env=os.environ | {"INBOX": str(tmp_path / "inbox.db"), "PORT": "0"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert receiver.stdout is not None
    port = int(await receiver.stdout.readline())
    gateway = installed(tmp_path, **SECRETS)
    pulled = subscription_to_pull()
    partners = block("yaml", "hp-police-cases").replace("127.0.0.1:9900", f"127.0.0.1:{port}")
    await gateway.apply(partners.replace("      - id: hp-police-cases\n", f"{pulled}      - id: hp-police-cases\n"))
    await gateway.start()
    try:
        said = await run([each for each in police if hook not in each], gateway)
        assert "accepted case-" in said
        # Numbers are given a moment after the receipt.
        while not pulled_from(tmp_path):
            await run([each for each in police if "pulled.db" in each[1]], gateway)
        said = await run(BLOCK.findall((PAGES / "court-integrator.md").read_text(encoding="utf-8")), gateway)
        assert "refused" in said
        assert re.findall(r"^[24]\d\d$", said, re.MULTILINE) == ["202", "200", "202", "202", "202"]
        assert re.findall(r'"outcome":"(\w+)"', said) == ["accepted"] * 5
        assert "STATION-UNNAMED" in said
        assert "verified" in said
        await eventually(lambda: received(tmp_path / "inbox.db") >= 3)
    finally:
        receiver.kill()
        await receiver.wait()
        await gateway.stop()


async def test_the_page_on_an_inmates_status_works_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (PAGES / "inmate-status.md").read_text(encoding="utf-8")
    secrets = {name: f"{name.lower()}-0123456789abcdef" for name in ("DHARAMSHALA_SECRET", "DHARAMSHALA_WSS")}
    for name, secret in secrets.items():
        monkeypatch.setenv(name, secret)
    [jail] = [code for code in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if code.startswith("partners:")]
    asks = "query: ['*'], receive: ['icjs.*'], purposes: [TRIAL]"
    senders = "".join(
        partner(name, pillar, "{state: HP}", f"{{push: ['{pillar}.*'], {asks}}}")
        for name, pillar in (("hp-police", "police"), ("hp-courts", "courts"))
    )
    gateway = installed(tmp_path, **secrets)
    await gateway.apply(jail + senders)
    await gateway.start()
    try:
        told = Asker(gateway, JailSystem())
        await told.push("hp-police", "police.fir.v1", FIR)
        await told.push("hp-courts", "courts.bail-order.v1", BAIL.replace(b"<CNR>HPKN020003412026</CNR>", BY_FIR))
        await told.http.aclose()
        said = await run(BLOCK.findall(page), gateway)
        assert '"pid":"HP0044501"' in said
        assert "Sunil stays: SURETY_PENDING" in said
    finally:
        await gateway.stop()


BY_FIR = (
    b"<FIR><State>HP</State><PoliceStationCode>2011007</PoliceStationCode><Number>112</Number><Year>2026</Year></FIR>"
)


def subscription_to_pull() -> str:
    """The page's own entry of a partners file."""
    page = (PAGES / "police-it-cell.md").read_text(encoding="utf-8")
    [entry] = [code for code in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if "channel: pull" in code]
    return str(entry)


def pulled_from(folder: Path) -> int:
    return received(folder / "pulled.db")


async def run(blocks: list[tuple[str, str]], gateway: GatewayProcess) -> str:
    """One shell script of all blocks, in the order of the page. Returns what it printed."""
    parts = [code if language == "sh" else f"python - <<'PROGRAM'\n{code}PROGRAM\n" for language, code in blocks]
    script = "".join(parts).replace("http://127.0.0.1:8080", gateway.url)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    process = await asyncio.create_subprocess_exec(
        "bash",
        *("-euo", "pipefail", "-c", script),
        cwd=ROOT,
        env=os.environ | dict(gateway.environment) | {"PATH": path, "GATEWAY": gateway.url},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    printed, complained = await process.communicate()
    assert process.returncode == 0, complained.decode()
    return printed.decode()


def received(inbox: Path) -> int:
    with closing(sqlite3.connect(inbox)) as connection:
        return int(connection.execute("SELECT count(*) FROM inbox").fetchone()[0])
