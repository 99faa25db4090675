"""A gateway with front processes: the same answers, and none of its processes outlives it."""

from __future__ import annotations

import os
from pathlib import Path

import httpx

from icjs_gateway.simulators.process import GatewayProcess
from tests.acceptance.gateway import serving
from tests.support.waiting import eventually

ROOT = Path(__file__).parents[2]
PARTNERS = """
partners:
  - id: hp-police
    name: HP Police
    pillar: police
    jurisdiction: {state: HP}
    credentials: [{type: client-secret, client_id: hp-police, secret: police-secret-0123456789}]
    may: {push: ["police.*"]}
"""


def fronts_of(gateway: GatewayProcess) -> set[int]:
    """Pids of processes whose parent is the gateway."""
    core = gateway.pid
    found = set()
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(entry.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == core:
            found.add(int(entry.parent.name))
    return found


def none_left(pids: set[int]) -> bool:
    return not any(Path(f"/proc/{pid}/cmdline").exists() and _is_front(pid) for pid in pids)


def _is_front(pid: int) -> bool:
    try:
        return b"icjs_gateway.cli" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


async def push(gateway: GatewayProcess) -> httpx.Response:
    async with httpx.AsyncClient() as client:
        asked = await client.post(
            f"{gateway.url}/oauth2/token",
            data={"grant_type": "client_credentials"},
            auth=("hp-police", "police-secret-0123456789"),
        )
        return await client.post(
            f"{gateway.url}/v1/messages/police.fir.v1",
            content=(ROOT / "contracts/police/fir/v1/samples/valid/regular.json").read_bytes(),
            headers={"Authorization": f"Bearer {asked.json()['access_token']}", "Content-Type": "application/json"},
        )


async def test_fronts_answer_as_one_process_does_and_end_with_it(tmp_path: Path) -> None:
    async with serving(tmp_path, PARTNERS, ICJS_FRONTS="2") as gateway:
        first = await push(gateway)
        fronts = fronts_of(gateway)
        assert (first.status_code, len(fronts)) == (202, 2)
        os.kill(min(fronts), 9)
        await eventually(lambda: len(fronts_of(gateway) - fronts) == 1)
        await gateway.kill()
        await eventually(lambda: none_left(fronts))
        await gateway.start()
        again = await push(gateway)
        assert (again.status_code, again.content) == (200, first.content)
        fronts = fronts_of(gateway)
        assert await gateway.stop() == 0
        assert none_left(fronts)
