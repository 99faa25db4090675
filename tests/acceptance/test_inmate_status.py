"""What is this inmate's status? Asked of the installed gateway by a jail, a court and the police, in both forms."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from lxml import etree

from icjs_gateway.client import Asker as Person
from icjs_gateway.client import GatewayClient
from icjs_gateway.client.soap import SoapClient
from icjs_gateway.simulators.process import GatewayProcess
from tests.acceptance.gateway import serving

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECRET = "a-secret-of-the-acceptance-tests"
NAMESPACE = "urn:icjs:prisons:inmate-status:1"
SAMPLES = Path(__file__).parents[2] / "contracts"


def partner(partner_id: str, pillar: str, jurisdiction: str, may: str, extra: str = "") -> str:
    return f"""
  - id: {partner_id}
    name: {partner_id}
    pillar: {pillar}
    jurisdiction: {jurisdiction}
    credentials:
      - {{type: client-secret, client_id: {partner_id}, secret: {SECRET}}}
      - {{type: ws-security, username: {partner_id}, password: {SECRET}}}
    may: {may}
{extra}"""


ASKS = "query: ['*'], receive: ['icjs.*'], purposes: [CUSTODY, TRIAL, INVESTIGATION]"


def partners(port: int) -> str:
    live = f"""    queries:
      inmate-status: {{url: "http://127.0.0.1:{port}/status", channel: json, secret: {SECRET}}}"""
    return "partners:" + "".join(
        (
            partner("hp-police", "police", "{state: HP}", f"{{push: ['police.*'], {ASKS}}}"),
            partner("pb-police", "police", "{state: PB}", f"{{push: ['police.*'], {ASKS}}}"),
            partner("hp-courts", "courts", "{state: HP}", f"{{push: ['courts.*'], {ASKS}}}"),
            partner("hp-jail", "prisons", "{state: HP, jails: [HPDJ04]}", f"{{push: ['prisons.*'], {ASKS}}}", live),
            partner("hp-other-jail", "prisons", "{state: HP, jails: [HPDJ07]}", f"{{{ASKS}}}"),
            partner("hp-mute", "police", "{state: HP}", "{push: ['police.*']}"),
        )
    )


class JailSystem:
    """A jail's own system on a real socket: answers what it is told to, or takes the request and says nothing more."""

    def __init__(self) -> None:
        self.answer: bytes | None = None
        self.asked: list[bytes] = []
        self._held: list[asyncio.StreamWriter] = []

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[int]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            for writer in self._held:
                writer.close()
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
        )
        self.asked.append(head + await reader.readexactly(length))
        if self.answer is None:
            self._held.append(writer)
            return
        lines = [b"HTTP/1.1 200 OK", b"content-type: application/json", b"content-length: %d" % len(self.answer)]
        writer.write(b"\r\n".join(lines) + b"\r\nconnection: close\r\n\r\n" + self.answer)
        await writer.drain()
        writer.close()


class Asker:
    """The gateway, its partners, and the jail's own system behind it."""

    def __init__(self, gateway: GatewayProcess, jail: JailSystem) -> None:
        self.gateway, self.jail = gateway, jail
        self.http = httpx.AsyncClient(base_url=gateway.url, timeout=20)
        self._tokens: dict[str, str] = {}

    async def bearer(self, partner_id: str) -> dict[str, str]:
        if partner_id not in self._tokens:
            granted = await self.http.post(
                "/oauth2/token", data={"grant_type": "client_credentials"}, auth=(partner_id, SECRET)
            )
            self._tokens[partner_id] = granted.raise_for_status().json()["access_token"]
        return {"authorization": f"Bearer {self._tokens[partner_id]}"}

    async def push(self, partner_id: str, contract: str, body: bytes) -> None:
        kind = "application/json" if body.startswith(b"{") else "application/xml"
        headers = await self.bearer(partner_id) | {"content-type": kind}
        answer = await self.http.post(f"/v1/messages/{contract}", content=body, headers=headers)
        assert answer.status_code == 202, answer.text
        assert answer.json()["outcome"] == "accepted"

    async def ask(
        self, partner_id: str = "hp-jail", *, purpose: str = "CUSTODY", live: bool = False, **by: Any
    ) -> httpx.Response:
        question = {
            "requestId": "HPDJ04-Q-000981",
            "purpose": purpose,
            "requestedBy": {"id": "HPDJ04-0012", "rank": "Deputy Superintendent", "office": "HPDJ04"},
            "by": by,
            "live": live,
        }
        return await self.http.post("/v1/queries/inmate-status", json=question, headers=await self.bearer(partner_id))

    async def get(self, path: str, partner_id: str = "hp-police", **headers: str) -> httpx.Response:
        stated = {"icjs-purpose": "CUSTODY"}
        return await self.http.get(path, headers=await self.bearer(partner_id) | stated | headers)


def sample(path: str) -> bytes:
    return (SAMPLES / path).read_bytes()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def asker(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Asker]:
    folder: Path = tmp_path_factory.mktemp("status")
    jail = JailSystem()
    async with jail.listening() as port:
        settings = {"ICJS_LIVE_DEADLINE_S": "1", "ICJS_ALLOWED_NETWORKS": "127.0.0.0/8"}
        async with serving(folder, partners(port), **settings) as gateway:
            asker = Asker(gateway, jail)
            await asker.push("hp-police", "police.fir.v1", FIR)
            await asker.push("hp-courts", "courts.hearing-outcome.v1", OUTCOME)
            await asker.push("hp-courts", "courts.bail-order.v1", BAIL)
            yield asker
            await asker.http.aclose()


FIR = json.dumps(
    {
        "messageId": "HP-2011007-112",
        "action": "NEW",
        "recordedAt": "2026-08-31T11:15:00+05:30",
        "fir": {
            "number": "112",
            "year": 2026,
            "kind": "REGULAR",
            "policeStation": {"code": "2011007", "name": "PS Palampur", "district": "Kangra", "state": "HP"},
            "registeredAt": "2026-08-31T11:10:00+05:30",
            "actsSections": [{"act": "BNS", "section": "303(2)"}],
            "accused": [
                {"serial": "A1", "name": "Ramesh Kumar", "status": "KNOWN"},
                {"serial": "A2", "name": "Sunil", "status": "KNOWN"},
            ],
        },
    }
).encode()
OUTCOME = b"""<HearingOutcome xmlns="urn:icjs:courts:hearing-outcome:1"><MessageId>H-1</MessageId><Action>NEW</Action>
<RecordedAt>2026-11-20T16:42:10+05:30</RecordedAt>
<Court><Establishment>HPKN02</Establishment></Court>
<Case><CNR>HPKN020003412026</CNR><FIR><State>HP</State><District>Kangra</District>
<PoliceStationCode>2011007</PoliceStationCode><Number>0112</Number><Year>2026</Year></FIR></Case>
<Hearing><HearingId>H-17</HearingId><ListedOn>2026-11-20</ListedOn><Held>true</Held>
<Accused><Serial>A1</Serial><Name>Ramesh Kumar</Name><Bail><Decision>GRANTED</Decision></Bail></Accused>
<Accused><Serial>A2</Serial><Name>Sunil alias Sonu</Name><PID>HP0044501</PID>
<Remand><Custody>JUDICIAL</Custody><Until>2026-12-04</Until>
<Jail code="HPDJ04">District Jail Dharamshala</Jail></Remand>
</Accused><Next><On>2026-12-04</On><Purpose code="21">Prosecution evidence</Purpose></Next></Hearing>
</HearingOutcome>"""
BAIL = b"""<BailOrder xmlns="urn:icjs:courts:bail-order:1"><MessageId>B-1</MessageId><Action>NEW</Action>
<RecordedAt>2026-11-20T17:42:10+05:30</RecordedAt>
<Court><Establishment>HPKN02</Establishment></Court><Case><CNR>HPKN020003412026</CNR></Case>
<Person><Serial>A2</Serial><Name>Sunil</Name><RelativeName relation="S/o">Hari Ram</RelativeName><PID>HP0044501</PID>
</Person><Jail code="HPDJ04">District Jail Dharamshala</Jail><Decision>GRANTED</Decision>
<OrderedOn>2026-11-20</OrderedOn><Sureties>2</Sureties><BondAccepted>false</BondAccepted>
<Order><Digest algorithm="sha-256">9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08</Digest></Order>
</BailOrder>"""


async def test_an_inmate_with_bail_waits_for_sureties_and_the_answer_says_so(asker: Asker) -> None:
    answer = (await asker.ask(pid="HP0044501")).raise_for_status().json()
    assert answer["requestId"] == "HPDJ04-Q-000981"
    assert answer["partial"] is False
    assert [(each["name"], each["state"]) for each in answer["sources"]] == [
        ("gateway-record", "FRESH"),
        ("hp-jail", "NOT_ASKED"),
    ]
    [inmate] = answer["inmates"]
    assert inmate["pid"] == "HP0044501"
    assert inmate["name"] == "Sunil"
    assert inmate["relative"] == {"relation": "S/o", "name": "Hari Ram"}
    assert inmate["jail"]["code"] == "HPDJ04"
    assert (inmate["inCustody"], inmate["custodyBy"]) == (True, "COURT")
    [case] = inmate["cases"]
    assert case["fir"] == {
        "state": "HP",
        "district": "Kangra",
        "policeStationCode": "2011007",
        "number": "112",
        "year": 2026,
    } | ({"policeStation": case["fir"]["policeStation"]} if "policeStation" in case["fir"] else {})
    assert case["cnrs"] == ["HPKN020003412026"]
    assert case["accusedSerial"] == "A2"
    assert case["sections"] == [{"act": "BNS", "section": "303(2)"}]
    assert case["nextHearing"] == {"on": "2026-12-04", "purpose": "PROSECUTION_EVIDENCE", "court": "HPKN02"}
    assert case["remandUntil"] == "2026-12-04"
    assert case["bail"] == {"decision": "GRANTED", "orderedOn": "2026-11-20", "sureties": 2, "bondAccepted": False}
    assert case["releaseOrder"] is None
    assert (case["holdsRelease"], case["reason"]) == (True, "SURETY_PENDING")
    assert (inmate["releasable"], inmate["whyNot"]) == (False, ["SURETY_PENDING"])
    assert "withheld" not in answer


@pytest.mark.parametrize(
    "by",
    [
        {"cnr": "HPKN02-000341-2026", "name": "SUNIL"},
        {
            "fir": {"state": "HP", "policeStationCode": "2011007", "number": "FIR No. 112", "year": 2026},
            "name": "Sunil",
        },
    ],
)
async def test_the_same_inmate_is_found_by_case_and_name(asker: Asker, by: dict[str, Any]) -> None:
    [inmate] = (await asker.ask("hp-courts", purpose="TRIAL", **by)).raise_for_status().json()["inmates"]
    assert inmate["pid"] == "HP0044501"


async def test_soap_says_the_same(asker: Asker) -> None:
    parts = (
        "<RequestId>Q-1</RequestId><Purpose>CUSTODY</Purpose><RequestedBy><Id>0012</Id><Rank>DSP</Rank>"
        "<Office>HPDJ04</Office></RequestedBy><By><PID>HP0044501</PID></By>"
    )
    wsse = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
    body = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header>'
        f'<w:Security xmlns:w="{wsse}"><w:UsernameToken><w:Username>hp-jail</w:Username><w:Password>{SECRET}'
        f'</w:Password></w:UsernameToken></w:Security></s:Header><s:Body><InmateStatusRequest xmlns="{NAMESPACE}">'
        f"{parts}</InmateStatusRequest></s:Body></s:Envelope>"
    )
    answer = await asker.http.post("/soap/prisons", content=body, headers={"content-type": "text/xml"})
    assert answer.status_code == 200, answer.text
    told = etree.fromstring(answer.content).find(f".//{{{NAMESPACE}}}InmateStatusResponse")
    assert told is not None
    assert told.findtext(f".//{{{NAMESPACE}}}WhyNot") == "SURETY_PENDING"
    schema = etree.XMLSchema(file=str(SAMPLES / "prisons/inmate-status/v1/schema.xsd"))
    schema.assertValid(told)


@pytest.mark.parametrize("partner_id", ["hp-other-jail", "pb-police"])
async def test_another_jail_and_another_states_police_are_told_of_nobody(asker: Asker, partner_id: str) -> None:
    answer = (await asker.ask(partner_id, pid="HP0044501")).raise_for_status().json()
    assert answer["inmates"] == []
    assert "withheld" not in answer


async def test_who_may_not_ask_and_for_what_is_refused_with_reason(asker: Asker) -> None:
    refused = await asker.ask("hp-mute", pid="HP0044501")
    assert (refused.status_code, refused.json()["findings"][0]["code"]) == (403, "QUERY-NOT-ALLOWED")
    refused = await asker.ask(purpose="CURIOSITY", pid="HP0044501")
    assert (refused.status_code, refused.json()["findings"][0]["code"]) == (403, "PURPOSE-NOT-ALLOWED")
    refused = await asker.ask(pid="HP0044501", ptn="X")
    assert (refused.status_code, refused.json()["findings"][0]["code"]) == (422, "ASKED-BY")


async def test_a_live_answer_stands_beside_the_record_with_its_differences(asker: Asker) -> None:
    asker.jail.answer = sample("prisons/inmate-status/v1/samples/valid/response-live-jail.json")
    answer = (await asker.ask(live=True, pid="HP0044501")).raise_for_status().json()
    assert answer["partial"] is False
    assert [(each["name"], each["state"]) for each in answer["sources"]][1] == ("hp-jail", "STALE")
    [inmate] = answer["inmates"]
    assert inmate["inCustody"] is True
    [live] = inmate["live"]
    assert live["inCustody"] is False
    assert {"member": "inCustody", "record": "true", "live": "false"} in live["differences"]
    asked = json.loads(asker.jail.asked[-1].partition(b"\r\n\r\n")[2])
    assert asked["live"] is False
    assert asked["by"] == {"pid": "HP0044501"}


async def test_a_jail_system_that_hangs_costs_no_more_than_the_deadline_and_is_named(asker: Asker) -> None:
    asker.jail.answer = None
    loop = asyncio.get_running_loop()
    began = loop.time()
    answer = (await asker.ask(live=True, pid="HP0044501")).raise_for_status().json()
    assert loop.time() - began < 10
    assert answer["partial"] is True
    assert [(each["name"], each["state"]) for each in answer["sources"]][1] == ("hp-jail", "NO_ANSWER")
    assert answer["inmates"][0]["pid"] == "HP0044501"


async def test_a_case_is_found_read_and_followed_by_who_may_know_it(asker: Asker) -> None:
    for by in ("fir=HP/2011007/112/2026", "cnr=HPKN020003412026", "pid=HP0044501"):
        [found] = (await asker.get(f"/v1/cases?{by}")).raise_for_status().json()["cases"]
    case_id = found["id"]
    case = (await asker.get(f"/v1/cases/{case_id}")).raise_for_status().json()
    assert case["status"] == "PROSECUTION_EVIDENCE"
    assert case["cnrs"] == ["HPKN020003412026"]
    assert [person["name"] for person in case["persons"]] == ["Ramesh Kumar", "Sunil"]
    page = (await asker.get(f"/v1/cases/{case_id}/events?limit=2")).raise_for_status().json()
    assert [entry["type"] for entry in page["entries"]] == ["icjs.fir.registered.v1", "icjs.hearing.recorded.v1"]
    rest = (await asker.get(f"/v1/cases/{case_id}/timeline?after={page['next']}")).raise_for_status().json()
    last = rest["entries"][-1]
    assert last["type"] == "icjs.bail.ordered.v1"
    assert last["line"] == (
        "Bail granted for A2 Sunil (PID HP0044501) by HPKN02 on 20 Nov 2026, sureties: 2, bond not accepted yet"
        " at District Jail Dharamshala (HPDJ04)"
    )
    assert rest["more"] is False
    assert (await asker.get("/v1/cases?fir=HP/2011007/112/2026", "pb-police")).json() == {"cases": []}
    assert (await asker.get(f"/v1/cases/{case_id}", "pb-police")).status_code == 404
    assert (await asker.get("/v1/cases/case-none")).status_code == 404


async def test_a_case_is_read_as_it_stood(asker: Asker) -> None:
    [found] = (await asker.get("/v1/cases?fir=HP/2011007/112/2026")).json()["cases"]
    page = (await asker.get(f"/v1/cases/{found['id']}/events")).json()["entries"]
    at = page[0]["recorded_at"]
    before = (await asker.get(f"/v1/cases/{found['id']}?as_of={at}")).raise_for_status().json()
    assert (before["status"], before["cnrs"]) == ("FIR_REGISTERED", [])
    now = (await asker.get(f"/v1/cases/{found['id']}?as_of=2099-01-01T00:00:00Z")).raise_for_status().json()
    assert {name: now[name] for name in found} == found
    assert (await asker.get(f"/v1/cases/{found['id']}?as_of=2020-01-01T00:00:00Z")).status_code == 404


async def test_a_jail_reads_of_a_case_its_own_inmates_and_learns_what_was_left_out(asker: Asker) -> None:
    [found] = (await asker.get("/v1/cases?pid=HP0044501&explain=disclosure", "hp-jail")).json()["cases"]
    assert [person["name"] for person in found["persons"]] == ["Sunil"]
    assert {"path": "case_record.persons[0]", "rule": "NOT-LODGED-HERE"} in found["disclosure"]["withheld"]
    assert (await asker.get("/v1/cases?pid=HP0044501", "hp-other-jail")).json() == {"cases": []}


async def test_the_client_asks_in_json_and_zeep_in_soap(asker: Asker) -> None:
    who = Person(id="HPDJ04-0012", rank="Deputy Superintendent", office="HPDJ04", purpose="CUSTODY")
    async with GatewayClient(asker.gateway.url, "hp-jail", SECRET) as jail:
        answer = await jail.inmate_status(who, {"pid": "HP0044501"}, request_id="Q-3")
        assert answer["inmates"][0]["whyNot"] == ["SURETY_PENDING"]
    async with GatewayClient(asker.gateway.url, "hp-courts", SECRET) as court:
        status = await court.case_status(who, {"cnr": "HPKN020003412026"}, request_id="Q-4")
        [found] = (await court.cases(purpose="TRIAL", cnr="HPKN020003412026"))["cases"]
        assert (await court.case(found["id"], purpose="TRIAL"))["status"] == status["cases"][0]["status"]
    async with await SoapClient.connect(asker.gateway.url, "prisons", "hp-jail", SECRET) as soap:
        question = {
            "RequestId": "Q-5",
            "Purpose": "CUSTODY",
            "RequestedBy": {"Id": "HPDJ04-0012", "Rank": "Deputy Superintendent", "Office": "HPDJ04"},
            "By": {"PID": "HP0044501"},
        }
        told = await soap.ask("GetInmateStatus", question)
        assert told.Inmate[0].WhyNot == ["SURETY_PENDING"]
        assert told.Inmate[0].Case[0].Bail.Sureties == 2


async def test_a_case_status_is_asked_by_cnr_and_by_fir(asker: Asker) -> None:
    fir = {"state": "HP", "policeStationCode": "2011007", "number": "112", "year": 2026}
    for by in ({"cnr": "HPKN020003412026"}, {"fir": fir}):
        question = {
            "requestId": "Q-2",
            "purpose": "TRIAL",
            "requestedBy": {"id": "1", "rank": "Reader", "office": "HPKN02"},
            "by": by,
        }
        headers = await asker.bearer("hp-courts")
        answer = await asker.http.post("/v1/queries/case-status", json=question, headers=headers)
        [case] = answer.raise_for_status().json()["cases"]
        assert case["status"] == "PROSECUTION_EVIDENCE"
        assert case["nextHearing"]["on"] == "2026-12-04"
        assert [accused["serial"] for accused in case["accused"]] == ["A1", "A2"]


async def test_an_inmates_days_are_told_as_the_jail_and_the_courts_go_on(tmp_path: Path) -> None:
    """Admitted, held in a second case, let go in the first, and out: by the contracts that the systems use."""
    async with serving(tmp_path, partners(9)) as gateway:
        asker = Asker(gateway, JailSystem())
        second = FIR.replace(b"2011007", b"2011003").replace(b'"112"', b'"77"').replace(b"HP-2011007-112", b"HP-77")
        await asker.push("hp-police", "police.fir.v1", FIR)
        await asker.push("hp-police", "police.fir.v1", second)
        await asker.push("hp-courts", "courts.hearing-outcome.v1", OUTCOME)
        await asker.push("hp-jail", "prisons.admission.v1", sample("prisons/admission/v1/samples/valid/full.xml"))
        [inmate] = (await asker.ask(pid="HP0044501")).json()["inmates"]
        assert (inmate["custodyBy"], inmate["category"], inmate["admittedOn"]) == ("JAIL", "UNDERTRIAL", "2026-09-03")
        assert inmate["jail"] == {"code": "HPDJ04", "name": "District Jail Dharamshala"}
        held = {case["fir"]["number"]: case for case in inmate["cases"]}
        assert {number: case["reason"] for number, case in held.items()} == {"112": "REMAND", "77": "REMAND"}
        assert held["77"]["remandUntil"] == "2026-11-28"
        assert (inmate["identifiedBy"], inmate["whyNot"]) == ("SERIAL", ["REMAND"])

        await asker.push("hp-courts", "courts.bail-order.v1", BAIL)
        [inmate] = (await asker.ask(pid="HP0044501")).json()["inmates"]
        assert inmate["whyNot"] == ["SURETY_PENDING", "OTHER_CASE", "REMAND"]
        order = sample("courts/custody-order/v1/samples/valid/release.xml")
        await asker.push("hp-courts", "courts.custody-order.v1", order)
        [inmate] = (await asker.ask(pid="HP0044501")).json()["inmates"]
        held = {case["fir"]["number"]: case for case in inmate["cases"]}
        assert held["112"]["holdsRelease"] is False
        assert held["112"]["releaseOrder"] is not None
        assert (inmate["releasable"], inmate["whyNot"]) == (False, ["OTHER_CASE", "REMAND"])

        await asker.push("hp-jail", "prisons.release.v1", sample("prisons/release/v1/samples/valid/plain.xml"))
        [inmate] = (await asker.ask("hp-courts", purpose="TRIAL", pid="HP0044501")).json()["inmates"]
        assert (inmate["inCustody"], inmate["releasedOn"], inmate["releasable"]) == (False, "2026-11-21", True)
        assert inmate["jail"] is None
        await asker.http.aclose()
