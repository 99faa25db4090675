"""An order that frees or holds a person, at the installed gateway: two jails, the police and a court, over HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest
import pytest_asyncio
import yaml
from aiohttp import web

from icjs_gateway.client import GatewayClient
from icjs_gateway.client.receipts import Receipt
from icjs_gateway.simulators.process import GatewayProcess
from tests.acceptance.gateway import serving
from tests.support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")

CONTRACTS = Path(__file__).parents[2] / "contracts"
FIR = json.loads((CONTRACTS / "police/fir/v1/samples/valid/regular.json").read_bytes())
OUTCOME = (CONTRACTS / "courts/hearing-outcome/v1/samples/valid/full.xml").read_text(encoding="utf-8")
SECRET = "a secret of the acceptance test"
Event = dict[str, Any]


@dataclass
class System:
    """A recipient's endpoint. `refuses` says what it answers 500 to; `tried` and `taken` are in order of arrival."""

    name: str
    refuses: Callable[[Event], bool] = lambda event: False
    tried: list[Event] = field(default_factory=list)
    taken: list[Event] = field(default_factory=list)
    url: str = ""
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/hook", self._receive)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/hook"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _receive(self, request: web.Request) -> web.Response:
        event = await request.json()
        self.tried.append(event)
        if self.refuses(event):
            return web.Response(status=500)
        self.taken.append(event)
        return web.Response(status=204)

    def about(self, fir: int, *, tried: bool = False) -> list[Event]:
        """What came about this FIR; a void names none, and comes with the lane of what it stands for."""
        events = self.tried if tried else self.taken
        mine = [event for event in events if fir in numbers(event)]
        lanes = {event["lane"] for event in self.tried if fir in numbers(event)}
        return [event for event in events if event in mine or (event["lane"] in lanes and "case" not in event["data"])]


def numbers(event: Event) -> set[int]:
    return {int(fir["number"]) for fir in event["data"].get("case", {}).get("firs", ())}


def types(events: list[Event]) -> list[str]:
    return [event["type"].removeprefix("icjs.").removesuffix(".v1") for event in events]


@dataclass
class Town:
    """Everybody, and how they push."""

    gateway: GatewayProcess
    court: GatewayClient
    station: GatewayClient
    jail: GatewayClient
    dharamshala: System
    mandi: System
    police: System

    async def fir(self, number: int) -> Receipt:
        """A FIR with three accused, A1 to A3."""
        fir = FIR["fir"] | {"number": str(number), "registrationNumber": f"2011003260{number:03d}"}
        document = FIR | {"messageId": f"FIR-{number}", "fir": fir}
        return await self.station.push("police.fir.v1", json.dumps(document).encode())

    async def order(self, message_id: str, fir: int, **said: Any) -> Receipt:
        return await self.court.push("courts.bail-order.v1", order(message_id, fir, **said), "application/xml")


def order(
    message_id: str,
    fir: int,
    *,
    serial: str = "A2",
    name: str = "Kamla Devi",
    jail: str = "HPDJ04",
    decision: str = "GRANTED",
    on: date = date(2026, 10, 13),
    action: str = "NEW",
    refers_to: str | None = None,
) -> bytes:
    """The signed order on bail about one accused of a FIR."""
    refers = f"<RefersTo>{refers_to}</RefersTo>" if refers_to else ""
    return f"""<BailOrder xmlns="urn:icjs:courts:bail-order:1"><MessageId>{message_id}</MessageId>
  <Action>{action}</Action>{refers}<RecordedAt>{on}T16:05:10+05:30</RecordedAt>
  <Court><Establishment>HPKN02</Establishment></Court>
  <Case><FIR><State>HP</State><PoliceStationCode>2011003</PoliceStationCode><Number>{fir}</Number><Year>2026</Year></FIR>
  </Case><Person><Serial>{serial}</Serial><Name>{name}</Name></Person><Jail code="{jail}">The jail</Jail>
  <Decision>{decision}</Decision><OrderedOn>{on}</OrderedOn>
  <Order><Digest algorithm="sha-256">{"0" * 64}</Digest></Order></BailOrder>""".encode()


def outcome(message_id: str, fir: int) -> bytes:
    """The outcome of a hearing at which A2 was remanded to Dharamshala."""
    written = OUTCOME.replace("HPKN020008172026", f"HPKN02{fir:06d}2026").replace("0077", str(fir))
    written = written.replace("HPKN02-2-20261012-004", f"H-{fir}")
    before, _, rest = written.partition("<MessageId>")
    return f"{before}<MessageId>{message_id}{rest[rest.index('</MessageId>') :]}".encode()


def partners(dharamshala: System, mandi: System, police: System) -> str:
    def jail(system: System, code: str) -> dict[str, Any]:
        return partner(system, "prisons", {"state": "HP", "jails": [code]}, {"jails": [code]})

    def partner(
        system: System, pillar: str, jurisdiction: dict[str, Any], wanted: dict[str, Any], push: list[str] | None = None
    ) -> dict[str, Any]:
        return {
            "id": system.name,
            "name": system.name,
            "pillar": pillar,
            "jurisdiction": jurisdiction,
            "credentials": [{"type": "client-secret", "client_id": system.name, "secret": f"{SECRET} {system.name}"}],
            "may": {"push": push or [], "receive": ["icjs.*"]},
            "subscriptions": [
                {
                    "id": f"{system.name}-all",
                    "filter": wanted,
                    "deliver": {"channel": "webhook", "url": system.url, "secret": SECRET},
                    "retry": [0.2] * 50,
                }
            ],
        }

    courts = partner(System("hp-courts"), "courts", {"state": "HP"}, {}, ["courts.*"])
    courts["subscriptions"] = []
    listed = [
        courts,
        partner(police, "police", {"state": "HP"}, {"states": ["HP"]}, ["police.*"]),
        jail(dharamshala, "HPDJ04"),
        jail(mandi, "HPDJ02"),
    ]
    return str(yaml.safe_dump({"partners": listed}))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    folder = tmp_path_factory.mktemp("liberty")
    async with (
        System("hp-jail-dharamshala") as dharamshala,
        System("hp-jail-mandi") as mandi,
        System("hp-police") as police,
        serving(folder, partners(dharamshala, mandi, police)) as gateway,
        GatewayClient(gateway.url, "hp-courts", f"{SECRET} hp-courts") as court,
        GatewayClient(gateway.url, "hp-police", f"{SECRET} hp-police") as station,
        GatewayClient(gateway.url, dharamshala.name, f"{SECRET} {dharamshala.name}") as jail,
    ):
        yield Town(gateway, court, station, jail, dharamshala, mandi, police)


async def test_a_bail_order_is_delivered_while_a_hearing_of_the_same_person_still_waits(town: Town) -> None:
    jail = town.dharamshala
    jail.refuses = lambda event: event["type"].startswith("icjs.hearing.") and 301 in numbers(event)
    await town.fir(301)
    await town.court.push("courts.hearing-outcome.v1", outcome("O-301", 301), "application/xml")
    await eventually(lambda: "hearing.recorded" in types(jail.about(301, tried=True)))
    await town.order("B-301", 301)
    await eventually(lambda: "bail.ordered" in types(jail.about(301)))
    assert "hearing.recorded" not in types(jail.about(301)), "the hearing waits still"
    jail.refuses = lambda event: False
    await eventually(lambda: "hearing.recorded" in types(jail.about(301)))
    assert set(types(town.mandi.about(301))) == set(), "no other jail learns of it"


async def test_an_order_for_an_unknown_fir_reaches_its_jail_and_is_followed_by_its_case(town: Town) -> None:
    jail = town.dharamshala
    receipt = await town.order("B-302", 302)
    assert receipt.outcome == "parked"
    await eventually(lambda: types(jail.about(302)) == ["bail.ordered"])
    [unlinked] = jail.about(302)
    assert unlinked["subject"] == "message:B-302"
    assert unlinked["data"]["link"] == {"state": "unlinked", "advice": "verify identity"}
    assert unlinked["data"]["authority"] == {
        "state": "UNVERIFIED",
        "reason": "NO_CASE",
        "advice": "verify identity; ask the issuing court",
    }
    assert unlinked["data"]["bail"]["accused"]["name"] == "Kamla Devi"
    registered = await town.fir(302)
    await eventually(lambda: types(jail.about(302)) == ["bail.ordered", "order.linked"])
    linked = jail.about(302)[1]
    assert (linked["lane"], linked["position"]) == (unlinked["lane"], 2)
    assert linked["subject"] == registered.events[0].case_id
    assert linked["data"]["order"]["event_id"] == unlinked["id"]
    await eventually(lambda: "bail.ordered" in types(town.police.about(302)))
    await eventually(lambda: types(jail.about(302, tried=True)) == ["bail.ordered", "order.linked"])


async def test_a_grant_that_its_jail_would_not_take_never_comes_after_its_cancellation(town: Town) -> None:
    jail = town.dharamshala
    jail.refuses = lambda event: 303 in numbers(event)
    await town.fir(303)
    await town.order("B-303-1", 303)
    await eventually(lambda: types(jail.about(303, tried=True)) == ["bail.ordered"])
    jail.refuses = lambda event: False
    await town.order("B-303-2", 303, decision="CANCELLED", on=date(2026, 10, 14))
    await eventually(lambda: len(jail.about(303)) == 2)
    assert {event["type"] for event in jail.about(303)} == {"icjs.delivery.voided.v1", "icjs.bail.ordered.v1"}
    assert sorted(event["position"] for event in jail.about(303)) == [1, 2]
    [cancelled] = [event for event in jail.about(303) if "bail" in event["data"]]
    assert cancelled["data"]["bail"]["decision"] == "CANCELLED"
    granted = jail.about(303, tried=True)[0]
    assert cancelled["data"]["supersedes"] == [granted["id"]]


async def test_an_order_keyed_against_a2_is_taken_back_from_its_jail_and_given_to_that_of_a1(town: Town) -> None:
    await town.fir(304)
    await town.order("B-304-1", 304, serial="A2", jail="HPDJ04")
    await eventually(lambda: types(town.dharamshala.about(304)) == ["bail.ordered"])
    corrected = await town.order(
        *("B-304-2", 304),
        serial="A1",
        name="Dinesh Pathania",
        jail="HPDJ02",
        action="AMEND",
        refers_to="B-304-1",
        on=date(2026, 10, 14),
    )
    assert [event.type for event in corrected.events] == ["icjs.bail.amended.v1", "icjs.bail.withdrawn.v1"]
    await eventually(lambda: types(town.dharamshala.about(304)) == ["bail.ordered", "bail.withdrawn"])
    await eventually(lambda: types(town.mandi.about(304)) == ["bail.amended"])
    assert town.mandi.about(304)[0]["data"]["bail"]["decision"] == "GRANTED"
    assert town.dharamshala.about(304)[1]["data"]["bail"]["accused"]["serial"] == "A2"


async def test_what_the_jail_did_closes_what_the_order_asked_for(town: Town) -> None:
    receipt = await town.fir(305)
    await town.order("B-305", 305)
    await eventually(lambda: types(town.dharamshala.about(305)) == ["bail.ordered"])
    [told] = town.dharamshala.about(305)
    case_id = receipt.events[0].case_id

    async def asked(state: str) -> list[Event]:
        printed = await town.gateway.run("obligations", "--state", state, "--json")
        listed = [json.loads(line) for line in printed.splitlines()]
        return [each for each in listed if each["case_id"] == case_id]

    assert [each["decision"] for each in await asked("open")] == ["GRANTED"]
    at = datetime(2026, 10, 14, 4, 30, tzinfo=UTC)
    await town.jail.consumed(told["deliveryid"], at=at, number="R/12")
    await town.jail.acted(told["deliveryid"], at=at, reason="OTHER_CASE", remarks="held in FIR 9/2026")
    assert await asked("open") == []
    assert [(each["result"], each["reason"]) for each in await asked("answered")] == [("NOT_DONE", "OTHER_CASE")]


async def test_an_order_for_a_jail_that_nobody_serves_is_told_and_stands_as_an_alarm(town: Town) -> None:
    await town.fir(306)
    receipt = await town.order("B-306", 306, jail="HPDJ99")
    assert [finding["code"] for finding in json.loads(receipt.stored)["findings"]] == ["JAIL-NOT-SERVED"]
    printed = await town.gateway.run("alarms", "list", "--json")
    alarms = [json.loads(line) for line in printed.splitlines()]
    assert [(each["code"], each["place"]) for each in alarms] == [("JAIL_NOT_SERVED", "HPDJ99")]
    await asyncio.wait_for(_logged(town, "alarm.raised"), 20)


async def _logged(town: Town, action: str) -> None:
    while action not in town.gateway.log.read_text(encoding="utf-8"):  # noqa: ASYNC110 - a file has no event
        await asyncio.sleep(0.05)
