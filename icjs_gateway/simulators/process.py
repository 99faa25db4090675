"""The gateway as a process of its own: the installed command, started, watched, stopped or killed.

Simulators talk to a gateway as its partners do, over the network; this only brings one up. Its words go to
files in its folder. Whatever was started is stopped by its own process id, and nothing else is.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

READY = "ready "
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 15.0


class GatewayFailed(Exception):
    """The command ended, or stayed silent, when it should have been ready. The text names its log."""


def installed_command() -> tuple[str, ...]:
    """The command of this very environment."""
    script = Path(sys.executable).with_name("icjs-gateway")
    return (str(script),) if script.exists() else (sys.executable, "-m", "icjs_gateway.cli")


def embedded(folder: Path) -> dict[str, str]:
    """Settings of a gateway that keeps everything it has in one folder and may deliver to this machine."""
    return {
        "ICJS_ENVIRONMENT": "demo",
        "ICJS_DATABASE_URL": f"sqlite:///{folder / 'gateway.db'}",
        "ICJS_KEYS_DIR": str(folder / "keys"),
        "ICJS_HOST": "127.0.0.1",
        "ICJS_ALLOWED_NETWORKS": "127.0.0.0/8",
    }


@dataclass(slots=True, kw_only=True)
class GatewayProcess:
    """One gateway on one store. `environment` holds its ICJS_ settings; those of the caller are not inherited."""

    folder: Path
    environment: Mapping[str, str]
    command: Sequence[str] = field(default_factory=installed_command)
    url: str = ""
    _process: asyncio.subprocess.Process | None = None
    _reader: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """Of the gateway while it runs."""
        return self._process.pid if self._process is not None else None

    @property
    def log(self) -> Path:
        return self.folder / "gateway.log"

    async def run(self, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
        """One command to its end, e.g. `partners apply FILE`. Returns what it printed; raises GatewayFailed.

        `environment` is added to the gateway's own for this command.
        """
        process = await asyncio.create_subprocess_exec(
            *self.command,
            *arguments,
            env=self._environment() | dict(environment or {}),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            printed, complained = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
        if process.returncode != 0:
            said = complained.decode(errors="replace").strip()
            raise GatewayFailed(f"`{' '.join(arguments)}` ended with {process.returncode}: {said[-2000:]}")
        return printed.decode()

    async def apply(self, partners: str) -> str:
        """Put a partners file (YAML) in place."""
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / "partners.yaml"
        file.touch(mode=0o600)
        file.write_text(partners, encoding="utf-8")
        return await self.run("partners", "apply", str(file))

    async def apply_places(self, places: str) -> str:
        """Put a places file (YAML) in place."""
        file = self.folder / "places.yaml"
        file.write_text(places, encoding="utf-8")
        return await self.run("places", "apply", str(file))

    async def parked(self) -> dict[tuple[str, str, str], tuple[str, ...]]:
        """The exceptions desk: by (partner, contract, message id) what each parked message waits for."""
        listed = (json.loads(line) for line in (await self.run("exceptions", "list", "--json")).splitlines())  # noqa: TID251
        found = {}
        for each in listed:
            partner, contract, message_id = each["identity"].split("/", 2)
            found[partner, contract, message_id] = (*each["waits_for"], *filter(None, [each.get("held_for")]))
        return found

    async def start(self) -> str:
        """Serve, and wait for the `ready` line. Returns the address.

        A restart takes the port that the first start was given, as a real gateway's would be the same.
        """
        port = self.url.rpartition(":")[2] or "0"
        with self.log.open("ab") as log:
            process = self._process = await asyncio.create_subprocess_exec(
                *self.command,
                "serve",
                env=self._environment() | {"ICJS_PORT": port},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                # A Ctrl-C is for the caller, which then stops the gateway when nothing is under way any more.
                start_new_session=True,
            )
        try:
            self.url = await asyncio.wait_for(self._ready(process), START_TIMEOUT_S)
        except BaseException:
            await self.kill()
            raise
        self._reader = asyncio.create_task(self._drain(process))
        return self.url

    async def watch(self) -> None:
        """Wait for as long as it serves. Raises GatewayFailed when it ends without having been asked to."""
        process = self._process
        if process is not None:
            await process.wait()
            if self._process is process:
                raise GatewayFailed(f"the gateway ended with {process.returncode}; see {self.log}")

    async def stop(self) -> int | None:
        """Ask it to stop (SIGTERM) and wait; killed only when it does not obey. Returns its exit code."""
        process = self._process
        if process is None:
            return None
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            with suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), STOP_TIMEOUT_S)
        await self.kill()
        return process.returncode

    async def kill(self) -> None:
        """SIGKILL, now, as a power cut would."""
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        if self._reader is not None:
            await self._reader
            self._reader = None

    def _environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("ICJS_")}
        return inherited | dict(self.environment)

    async def _ready(self, process: asyncio.subprocess.Process) -> str:
        assert process.stdout is not None  # noqa: S101 - it was asked for
        async for line in process.stdout:
            text = line.decode(errors="replace").strip()
            if text.startswith(READY):
                return text.removeprefix(READY)
        raise GatewayFailed(f"the gateway ended before it was ready; see {self.log}")

    async def _drain(self, process: asyncio.subprocess.Process) -> None:
        """A pipe that nobody reads would stop the gateway."""
        assert process.stdout is not None  # noqa: S101 - it was asked for
        while await process.stdout.read(65536):
            pass
