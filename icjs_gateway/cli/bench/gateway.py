"""A gateway under measurement: the installed command on an embedded store of its own, its partners, its cases.

The store lies beside the results and not in the system's temporary folder, which may be memory, where an fsync
costs nothing. It is removed at the end.
"""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlsplit

import httpx

from icjs_gateway.cli.bench.documents import CONTRACT, FIR_CONTRACT, cases
from icjs_gateway.cli.bench.filling import fill
from icjs_gateway.cli.bench.load import Expected, Target, drive
from icjs_gateway.cli.bench.processes import Served, served
from icjs_gateway.cli.bench.receivers import Receiver
from icjs_gateway.simulators.lives import Life
from icjs_gateway.simulators.places import STATE
from icjs_gateway.simulators.process import GatewayProcess, embedded, installed_command

COURTS = "bench-courts"
POLICE = "bench-police"
ACCEPTED = Expected(status=202, marker=b'"outcome":"accepted"')
SOAP_ACCEPTED = Expected(status=200, marker=b"Outcome>accepted<")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A gateway that knows the cases, and how to talk to it. A token is good for ten minutes (`renewed`)."""

    server: Served
    cases: Sequence[Life]
    secret: str
    token: str
    police_token: str
    password: str

    @property
    def host(self) -> str:
        return urlsplit(self.server.url).netloc

    @property
    def push(self) -> Target:
        return _target(self.server.url, CONTRACT, "application/xml", self.token)

    async def renewed(self) -> Bench:
        """The same with another token of the courts."""
        return replace(self, token=await _token(self.server.url, COURTS, self.secret))

    @property
    def push_soap(self) -> Target:
        return Target(url=self.server.url, path="/soap/courts", content_type="text/xml; charset=utf-8")


@asynccontextmanager
async def bench_gateway(
    around: Path,
    receivers: Sequence[Receiver] = (),
    *,
    beside: int = 0,
    inmates: bool = False,
    pulled: bool = False,
    unconcerned: int = 0,
) -> AsyncIterator[Bench]:
    """Serve on a fresh store below `around`, with a webhook subscription a receiver, or a pulled one, every FIR pushed.

    The store holds so many other cases `beside` those that the outcomes are about, with an inmate each if wanted; so
    many `unconcerned` subscriptions are of other stations.
    """
    secrets = {name: token_urlsafe(24) for name in (COURTS, POLICE, "wss", "hook", "stations")}
    with _folder(around) as folder:
        environment = embedded(folder) | fronts_wanted()
        await GatewayProcess(folder=folder, environment=environment).apply(
            _partners(secrets, receivers, pulled=pulled, unconcerned=unconcerned)
        )
        if beside:
            await asyncio.to_thread(fill, environment, POLICE, beside, court=COURTS if inmates else None)
        command = (*installed_command(), "serve")
        async with served(command, log=folder / "gateway.log", environment=environment | {"ICJS_PORT": "0"}) as server:
            about = cases()
            police = await _token(server.url, POLICE, secrets[POLICE])
            await drive(
                _target(server.url, FIR_CONTRACT, "application/json", police),
                iter([life.fir_json for life in about]),
                ACCEPTED,
            )
            courts = await _token(server.url, COURTS, secrets[COURTS])
            yield Bench(
                server=server,
                cases=about,
                secret=secrets[COURTS],
                token=courts,
                police_token=police,
                password=secrets["wss"],
            )


def fronts_wanted() -> dict[str, str]:
    """The one setting that the suite takes over from its caller: how many fronts are measured."""
    return {name: os.environ[name] for name in ("ICJS_FRONTS",) if name in os.environ}


def fronts_note() -> str:
    """How the gateway that is measured receives, in words."""
    fronts = int(fronts_wanted().get("ICJS_FRONTS", "0"))
    return f"{fronts} front{'s' if fronts > 1 else ''} and a core" if fronts else "one process"


@contextmanager
def _folder(around: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="store-", dir=around.resolve()) as folder:
        yield Path(folder)


def _target(url: str, contract: str, content_type: str, token: str) -> Target:
    return Target(url=url, path=f"/v1/messages/{contract}", content_type=content_type, authorization=f"Bearer {token}")


async def _token(url: str, client_id: str, secret: str) -> str:
    async with asyncio.timeout(30), httpx.AsyncClient() as http:
        granted = {"grant_type": "client_credentials"}
        answer = await http.post(f"{url}/oauth2/token", data=granted, auth=(client_id, secret))
        answer.raise_for_status()
        return str(answer.json()["access_token"])


def _partners(secrets: dict[str, str], receivers: Sequence[Receiver], *, pulled: bool, unconcerned: int) -> str:
    """YAML for `partners apply`, secrets inline, as the demo environment allows."""
    courts = _partner(COURTS, "courts", secrets[COURTS])
    courts["credentials"].append({"type": "ws-security", "username": COURTS, "password": secrets["wss"]})
    police = _partner(POLICE, "police", secrets[POLICE])
    police["subscriptions"] = [
        _subscription(f"bench-{number}", receiver.url, secrets["hook"])
        for number, receiver in enumerate(receivers, start=1)
    ]
    if pulled:
        police["subscriptions"].append(_subscription("bench-pulled", None, ""))
    others = [
        _subscription(f"other-{number:05d}", None if pulled else _NOWHERE, secrets["hook"], station=f"XX{number:05d}")
        for number in range(unconcerned)
    ]
    stations = _partner("bench-stations", "police", secrets["stations"]) | {"subscriptions": others}
    # JSON is YAML, and written much faster.
    return json.dumps({"partners": [courts, police, stations]})


_NOWHERE = "http://127.0.0.1:9/never"
"""Where nothing is ever sent."""


def _subscription(subscription_id: str, url: str | None, secret: str, *, station: str | None = None) -> dict[str, Any]:
    """Of hearings of the State or of one station; pulled where there is no address."""
    deliver = {"channel": "pull"} if url is None else {"channel": "webhook", "url": url, "secret": secret}
    asked = {"states": [STATE]} if station is None else {"stations": [station]}
    return {"id": subscription_id, "filter": asked | {"events": ["icjs.hearing.*"]}, "deliver": deliver}


def _partner(partner_id: str, pillar: str, secret: str) -> dict[str, Any]:
    return {
        "id": partner_id,
        "name": partner_id,
        "pillar": pillar,
        "jurisdiction": {"state": STATE},
        "credentials": [{"type": "client-secret", "client_id": partner_id, "secret": secret}],
        "may": {
            "push": [f"{pillar}.*"],
            "query": ["*"],
            "receive": ["icjs.*"],
            "purposes": ["TRIAL", "INVESTIGATION"],
        },
    }
