"""A partner's day at the installed gateway: push by SOAP and as XML, verify, ask again, be refused with reasons."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from copy import deepcopy
from pathlib import Path

import pytest
import pytest_asyncio

from icjs_gateway.client import Problem, verify_receipt
from icjs_gateway.simulators import firs, hearings
from icjs_gateway.simulators.lives import Life, lives
from icjs_gateway.simulators.receiver import Receiver
from icjs_gateway.simulators.stage import Stage
from icjs_gateway.simulators.whole_lives import whole_lives
from icjs_gateway.simulators.xml_text import xml_text

pytestmark = pytest.mark.asyncio(loop_scope="module")

CASES = list(lives(11, cases=3, hearings=3))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """A gateway, a court, the police and one receiver that keeps what it is told; the FIRs are registered."""
    folder: Path = tmp_path_factory.mktemp("partner")
    police = Receiver(name="palampur", secret="the secret of palampur", bodies=[])
    async with Stage(folder=folder, receivers=[police]) as opened:
        for life in CASES:
            await opened.police.gateway.push(firs.CONTRACT, life.fir_json)
        yield opened


async def as_xml(stage: Stage, document: dict[str, object]) -> bytes:
    body = xml_text(hearings.ROOT, hearings.NAMESPACE, document)
    return (await stage.court.gateway.push(hearings.CONTRACT, body, "application/xml")).stored


async def by_soap(stage: Stage, document: dict[str, object]) -> bytes:
    soap = stage.court.soap
    assert soap is not None
    return (await soap.call(hearings.OPERATION, document)).stored


async def test_the_same_outcome_by_soap_and_as_xml_is_one_message(stage: Stage) -> None:
    outcome = CASES[0].outcomes[0]
    first = await stage.court.gateway.push(hearings.CONTRACT, outcome.xml, "application/xml")
    assert first.outcome == "accepted"
    assert not first.replayed
    assert await by_soap(stage, outcome.document) == first.stored
    again = await stage.court.gateway.push(hearings.CONTRACT, outcome.xml, "application/xml")
    assert again.replayed
    assert again.stored == first.stored


async def test_a_receipt_verifies_and_is_given_again(stage: Stage) -> None:
    outcome = CASES[0].outcomes[1]
    receipt = await stage.court.gateway.push(hearings.CONTRACT, outcome.xml, "application/xml")
    verify_receipt(receipt, await stage.court.gateway.jwks())
    read = await stage.court.gateway.receipt(outcome.message_id, hearings.CONTRACT)
    assert read.stored == receipt.stored
    standing = await stage.court.gateway.message(outcome.message_id, hearings.CONTRACT)
    assert standing["state"] == "recorded"
    assert [event["event_id"] for event in standing["events"]] == [event.event_id for event in receipt.events]


def retold(life: Life) -> dict[str, object]:
    """The first outcome of a case under the same id, saying something else."""
    document = deepcopy(life.outcomes[0].document)
    document["Hearing"]["Next"]["On"] = "2026-12-31"
    return document


async def test_other_content_under_the_same_id_is_refused_both_ways(stage: Stage) -> None:
    life = CASES[1]
    await stage.court.gateway.push(hearings.CONTRACT, life.outcomes[0].xml, "application/xml")
    with pytest.raises(Problem) as over_soap:
        await by_soap(stage, retold(life))
    with pytest.raises(Problem) as over_http:
        await as_xml(stage, retold(life))
    assert over_soap.value.status == over_http.value.status == 409


async def test_a_refusal_says_where_the_same_way_over_soap_and_http(stage: Stage) -> None:
    document = deepcopy(CASES[2].outcomes[0].document)
    document["Hearing"]["Accused"][0]["Appearance"] = "IN_SPIRIT"
    with pytest.raises(Problem) as over_soap:
        await by_soap(stage, document)
    with pytest.raises(Problem) as over_http:
        await as_xml(stage, document)
    for refused in (over_soap.value, over_http.value):
        assert refused.status == 422
        assert "Appearance" in (refused.findings[0].wire_path or "")
        assert refused.findings[0].line is not None


async def test_hindi_arrives_as_it_was_sent(stage: Stage) -> None:
    [police] = stage.receivers
    outcome = CASES[2].outcomes[1]
    await by_soap(stage, outcome.document)
    business = outcome.document["Hearing"]["Business"]["_value_1"]
    hearing_id = outcome.document["Hearing"]["HearingId"]

    def told() -> list[str]:
        events = [json.loads(body) for body in police.bodies or ()]
        return [
            event["data"]["hearing"]["business"]["text"]
            for event in events
            if event["type"] == "icjs.hearing.recorded.v1" and event["data"]["hearing"]["hearing_id"] == hearing_id
        ]

    while not told():
        police.moved.clear()
        await police.moved.wait()
    assert told() == [business]


async def test_a_pillar_can_be_simulated_against_a_running_gateway(stage: Stage) -> None:
    """The same story twice: the second time every message is known, and nothing happens."""
    accounts = {f"HP_{pillar.upper()}_SECRET": secret for pillar, secret in stage.secrets.clients.items()}
    accounts |= {"HP_COURTS_WSS": stage.secrets.soap["courts"], "HP_PRISONS_WSS": stage.secrets.soap["prisons"]}
    options = ("--base-url", stage.gateway.url, "--seed", "12", "--cases", "2", "--rate", "1000", "--json")
    messages = sum(len(life.steps) for life in whole_lives(12, cases=2))
    for _ in range(2):
        told = json.loads(await stage.gateway.run("simulate", "all", *options, environment=accounts))
        assert told == {
            "messages": messages,
            "accepted": messages,
            "parked": 0,
            "suppressed": 0,
            "refused": 0,
            "unanswered": 0,
        }
