"""What a recipient may say of a delivery, and how it is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from icjs_gateway.routing.directory import Pillar
from icjs_gateway.routing.obligations import Answer, Reason, Result
from icjs_gateway.routing.progress import Consumed
from tests.door import SECRET, Doorstep
from tests.fakes import MemoryProgress, partner

AT = "2026-11-21T10:00:00+05:30"
MOMENT = datetime(2026, 11, 21, 4, 30, tzinfo=UTC)


def doorstep() -> Doorstep:
    step = Doorstep(progress=MemoryProgress({"D-1": "hp-jail"}))
    step.directory.partners["hp-jail"] = partner("hp-jail", pillar=Pillar.PRISONS)
    step.directory.secrets["hp-jail"] = SECRET
    return step


async def say(door: Doorstep, word: str, body: Any, *, delivery: str = "D-1", partner_id: str = "hp-jail") -> Any:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"content-type": "application/json", **door.bearer(partner_id)}
    async with door.client() as client:
        return await client.post(f"/v1/deliveries/{delivery}/{word}", content=content, headers=headers)


async def test_a_jail_says_that_it_took_over_and_what_it_did() -> None:
    door = doorstep()
    assert (await say(door, "consumed", {"number": "R/12", "at": AT})).json() == {
        "delivery_id": "D-1",
        "noted": "consumed",
    }
    answer = {"result": "NOT_DONE", "at": AT, "reason": "OTHER_CASE", "remarks": "held in FIR 9/2026"}
    assert (await say(door, "acted", answer)).status_code == 200
    assert door.progress.steps == [
        ("D-1", Consumed(at=MOMENT, number="R/12")),
        ("D-1", Answer(result=Result.NOT_DONE, at=MOMENT, reason=Reason.OTHER_CASE, remarks="held in FIR 9/2026")),
    ]


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"result": "MAYBE", "at": "yesterday"}, {"/result", "/at"}),
        ({"result": "DONE", "at": "2026-11-21T10:00:00"}, {"/at"}),
        ({"result": "NOT_DONE", "at": AT}, {"/"}),
        ({"result": "DONE", "at": AT, "reason": "OTHER"}, {"/"}),
        ({"result": "DONE", "at": AT, "reason": "NO_SUCH"}, {"/reason"}),
        ({"result": "DONE", "at": AT, "released": True}, {"/released"}),
        ({"result": "DONE", "at": AT, "remarks": ""}, {"/remarks"}),
        ([], {"/"}),
    ],
)
async def test_what_is_not_of_the_shape_is_told_with_its_places(body: Any, pointers: set[str]) -> None:
    door = doorstep()
    answer = await say(door, "acted", body)
    assert answer.status_code == 422
    assert {finding["wire_path"] for finding in answer.json()["findings"]} == pointers
    assert door.progress.steps == []


async def test_of_another_ones_delivery_nobody_learns_that_it_exists() -> None:
    door = doorstep()
    answers = [
        await say(door, "acted", {"result": "DONE", "at": AT}, partner_id="hp-police"),
        await say(door, "acted", {"result": "DONE", "at": AT}, delivery="D-2"),
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json()["detail"] == answers[1].json()["detail"]


async def test_a_body_that_is_no_json_or_too_large_is_refused() -> None:
    door = doorstep()
    assert (await say(door, "consumed", b"{")).status_code == 400
    assert (await say(door, "consumed", b'{"at": "' + b"x" * 70_000 + b'"}')).status_code == 413
    async with door.client() as client:
        answer = await client.post("/v1/deliveries/D-1/acted", content=b"{}", headers=door.bearer("hp-jail"))
    assert answer.status_code == 415
