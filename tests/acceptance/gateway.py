"""The installed command, driven from outside: brought up in a folder of its own, killed, brought up again.

    async with serving(tmp_path, PARTNERS) as gateway:
        ... httpx to gateway.url ...
        await gateway.kill()
        await gateway.start()          # the same store, the same address

A gateway inherits no ICJS_ setting of the caller. Its log lies in `gateway.log` of the folder.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from icjs_gateway.simulators.process import GatewayProcess, embedded


def installed(folder: Path, **settings: str) -> GatewayProcess:
    """A gateway that is not started yet. `settings` are ICJS_ variables, e.g. `ICJS_DELIVERY_TIMEOUT_S="1"`."""
    return GatewayProcess(folder=folder, environment=embedded(folder) | settings)


@asynccontextmanager
async def serving(folder: Path, partners: str, **settings: str) -> AsyncIterator[GatewayProcess]:
    """A gateway that serves these partners (YAML) until the block ends."""
    gateway = installed(folder, **settings)
    await gateway.apply(partners)
    await gateway.start()
    try:
        yield gateway
    finally:
        await gateway.stop()
