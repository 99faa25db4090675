"""A gateway with the partners that the clients speak for, and what it recorded of what they pushed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from icjs_gateway.simulators.process import GatewayProcess
from tests.acceptance.gateway import serving
from tests.acceptance.test_inmate_status import FIR

SECRETS = {"HP_COURTS_SECRET": "courts-0123456789<&>", "HP_COURTS_WSS": "wss-0123456789<&>"}
CALL_BACK_SECRET = "call-back-0123456789"
"""What the gateway shows to the jail's server."""
POLICE_SECRET = "police-0123456789abcdef"


def partners(*call_backs: str) -> str:
    """A police that reads, a court that pushes, and a jail whose server is called at this address."""
    jail = "".join(
        f"""
  - id: hp-jail
    name: District Jail Dharamshala
    pillar: prisons
    jurisdiction: {{state: HP, jails: [HPDJ04]}}
    may: {{receive: ["icjs.*"]}}
    subscriptions:
      - id: hp-jail-orders
        filter: {{jails: [HPDJ04]}}
        deliver:
          {{channel: soap, contract: prisons.order.v1, username: icjs-gateway, secret: {CALL_BACK_SECRET}, {how}}}
"""
        for how in call_backs
    )
    return f"""
partners:
  - id: hp-police
    name: Himachal Pradesh Police
    pillar: police
    jurisdiction: {{state: HP}}
    credentials: [{{type: client-secret, client_id: hp-police, secret: {POLICE_SECRET}}}]
    may: {{push: ["police.*"], receive: ["icjs.*"]}}
    subscriptions: [{{id: hp-police-pull, filter: {{states: [HP]}}, deliver: {{channel: pull}}}}]
  - id: hp-courts
    name: Courts of Himachal Pradesh
    pillar: courts
    jurisdiction: {{state: HP}}
    credentials:
      - {{type: client-secret, client_id: hp-courts, secret_env: HP_COURTS_SECRET}}
      - {{type: ws-security, username: hp-courts, password_env: HP_COURTS_WSS}}
    may: {{push: ["courts.*"]}}{jail}
"""


class Surroundings:
    """The gateway, and what is asked of it."""

    def __init__(self, gateway: GatewayProcess, http: httpx.AsyncClient) -> None:
        self.gateway, self._http = gateway, http

    @property
    def environment(self) -> dict[str, str]:
        """What the programs of the pages read."""
        return {"GATEWAY": self.gateway.url, **SECRETS}

    async def push(self, contract: str, body: bytes, *, media: str = "application/xml") -> dict[str, Any]:
        who, secret = ("hp-police", POLICE_SECRET) if contract.startswith("police") else _COURTS
        headers = {"content-type": media, **await self._bearer(who, secret)}
        answer = await self._http.post(f"/v1/messages/{contract}", content=body, headers=headers)
        return dict(answer.raise_for_status().json())

    async def told(self, event_type: str) -> list[dict[str, Any]]:
        """Events of a type that the police was told of, from both feeds."""
        bearer = await self._bearer("hp-police", POLICE_SECRET)
        found = []
        for feed in ("main", "liberty"):
            page = await self._http.get(
                "/v1/subscriptions/hp-police-pull/events",
                params={"feed": feed, "after": "0", "limit": 1000},
                headers=bearer,
            )
            found += page.raise_for_status().json()["events"]
        return [each for each in found if each["type"].startswith(event_type)]

    async def progress(self, message_id: str, contract: str) -> dict[str, Any]:
        answer = await self._http.get(
            f"/v1/messages/{message_id}", params={"contract": contract}, headers=await self._bearer(*_COURTS)
        )
        return dict(answer.raise_for_status().json()["progress"])

    async def alarmed(self, code: str) -> None:
        """Until an alarm of this code stands."""
        async with asyncio.timeout(60):
            while not re.search(rf'icjs_alarms_standing{{code="{code}"}} [1-9]', await self._metrics()):  # noqa: ASYNC110
                await asyncio.sleep(0.2)

    async def _metrics(self) -> str:
        return (await self._http.get("/metrics")).raise_for_status().text

    async def describes(self, pillar: str) -> bool:
        """Whether there is a SOAP service of this pillar."""
        return (await self._http.get(f"/soap/{pillar}?wsdl")).status_code == 200

    async def bearer_of_courts(self) -> dict[str, str]:
        return await self._bearer(*_COURTS)

    async def _bearer(self, who: str, secret: str) -> dict[str, str]:
        granted = await self._http.post(
            "/oauth2/token", data={"grant_type": "client_credentials"}, auth=httpx.BasicAuth(who, secret)
        )
        return {"authorization": f"Bearer {granted.raise_for_status().json()['access_token']}"}


_COURTS = ("hp-courts", SECRETS["HP_COURTS_SECRET"])


@asynccontextmanager
async def surrounded(folder: Path, *call_backs: str, **settings: str) -> AsyncIterator[Surroundings]:
    """A gateway that knows the FIR that the clients name; each call-back is the rest of a `deliver`."""
    async with (
        serving(folder / "gateway", partners(*call_backs), **SECRETS, **settings) as gateway,
        httpx.AsyncClient(base_url=gateway.url, timeout=30) as http,
    ):
        surroundings = Surroundings(gateway, http)
        await surroundings.push("police.fir.v1", FIR, media="application/json")
        yield surroundings
