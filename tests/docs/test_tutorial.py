"""The tutorial works as it stands: its commands, with its files put where it says, and a gateway takes what it made."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from aiohttp import web

from icjs_gateway.client import GatewayClient
from icjs_gateway.simulators.process import installed_command
from tests.acceptance.gateway import serving
from tests.contracts import FORMATS
from tests.docs.test_readme import ROOT
from tests.support.waiting import eventually

PAGE = (ROOT / "docs" / "tutorial" / "onboard-a-format.md").read_text(encoding="utf-8")
PIECE = re.compile(r"```(sh|yaml mapping\.yaml|json schema\.json|yaml contract\.yaml)\n(.*?)```", re.DOTALL)
SECRET = "a secret of the tutorial"
PARTNERS = """
partners:
  - id: hp-state
    name: A State's own systems
    pillar: police
    jurisdiction: {state: HP}
    credentials: [{type: client-secret, client_id: hp-state, secret: SECRET}]
    may: {push: ["police.*"], receive: ["icjs.*"]}
    subscriptions:
      - {id: firs, filter: {states: [HP]}, deliver: {channel: webhook, url: "URL", secret: SECRET}}
  - id: hp-high-court
    name: A High Court
    pillar: courts
    jurisdiction: {state: HP}
    credentials: [{type: client-secret, client_id: hp-high-court, secret: SECRET}]
    may: {push: ["courts.*"]}
""".replace("SECRET", SECRET)


def shell(script: str, folder: Path) -> tuple[int, str]:
    done = subprocess.run(
        ["/bin/sh", "-e", "-c", script],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.timeout(180)
def test_the_tutorial_works_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/icjs-gateway").write_text(f'#!/bin/sh\nexec {" ".join(installed_command())} "$@"\n')
    (tmp_path / ".venv/bin/icjs-gateway").chmod(0o755)
    folder = tmp_path / "ours/police/state-fir/v1"
    said: list[str] = []
    for kind, text in PIECE.findall(PAGE):
        if kind == "sh":
            code, printed = shell(text, tmp_path)
            assert code == 0, f"{text}\n{printed}"
            said.append(printed)
        else:
            (folder / kind.split()[1]).write_text(text, encoding="utf-8")
    assert "FIR_YEAR: say which member of the event this is" in said[2]
    assert "a date that exists" in said[3] or "an instant" in said[3]
    assert "1 contracts checked, 0 faults" in said[3]
    told = json.loads(said[4])
    assert (told["fir"]["kind"], told["fir"]["registeredAt"]) == ("REGULAR", "2026-09-07T09:05:00+05:30")


async def test_a_gateway_takes_both_formats_and_tells_them_like_its_own(tmp_path: Path) -> None:
    came: list[dict[str, object]] = []

    async def hook(request: web.Request) -> web.Response:
        came.append(await request.json())
        return web.Response(status=204)

    app = web.Application()
    app.router.add_post("/hook", hook)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    fir = json.loads((FORMATS / "police/state-fir/v1/samples/valid/full.json").read_bytes()) | {"FIR_SRNO": "0112"}
    sitting = (FORMATS / "courts/sitting/v1/samples/valid/full.xml").read_bytes()
    try:
        async with serving(tmp_path, PARTNERS.replace("URL", url), ICJS_CONTRACTS=str(FORMATS)) as gateway:
            async with (
                GatewayClient(gateway.url, "hp-state", SECRET) as state,
                GatewayClient(gateway.url, "hp-high-court", SECRET) as court,
            ):
                first = await state.push("police.state-fir.v1", json.dumps(fir).encode())
                second = await court.push("courts.sitting.v1", sitting, "application/xml")
            await eventually(lambda: len(came) == 3)
    finally:
        await runner.cleanup()
    assert [receipt.outcome for receipt in (first, second)] == ["accepted"] * 2
    assert {event.case_id for receipt in (first, second) for event in receipt.events} == {first.events[0].case_id}
    told = {event["type"]: event["data"] for event in came}
    assert set(told) == {"icjs.fir.registered.v1", "icjs.hearing.recorded.v1", "icjs.bail.ordered.v1"}
    assert told["icjs.bail.ordered.v1"]["bail"]["accused"] == {"serial": "A1", "name": "Ramesh Kumar"}  # type: ignore[index]
