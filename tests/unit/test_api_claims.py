"""`/v1/claims` at the door: who asks, what is asked, what is answered."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from icjs_gateway.routing.authority.claims import ClaimKind, ClaimState
from icjs_gateway.routing.claim_desk import OwnersClaim
from icjs_gateway.routing.directory import Partner
from tests.door import Doorstep
from tests.fakes import NoClaims

REFUSED = OwnersClaim(
    number=7,
    kind=ClaimKind.WITHOUT,
    case_id="case-1",
    identifier=None,
    place="court/PB/PBLD01",
    state=ClaimState.REFUSED,
    made_at=datetime(2026, 11, 20, 12, tzinfo=UTC),
)
SHOWN = {
    "number": 7,
    "kind": "without",
    "case_id": "case-1",
    "place": "court/PB/PBLD01",
    "state": "REFUSED",
    "made_at": "2026-11-20T12:00:00Z",
}


@dataclass
class OneClaim(NoClaims):
    decided: list[tuple[str, int, str]] = field(default_factory=list)

    async def refused(self, owner: Partner) -> Sequence[OwnersClaim]:
        return (REFUSED,)

    async def confirm(self, owner: Partner, number: int, reason: str) -> OwnersClaim:
        self.decided.append((owner.id, number, reason))
        return replace(REFUSED, state=ClaimState.CONFIRMED)


def doorstep(claims: NoClaims) -> Doorstep:
    return Doorstep(changes={"claims": claims})


async def say(door: Doorstep, path: str, body: object) -> tuple[int, dict[str, object]]:
    headers = {"content-type": "application/json", **door.bearer()}
    async with door.client() as client:
        answer = await client.post(f"/v1/claims/{path}", content=json.dumps(body), headers=headers)
    return answer.status_code, answer.json()


async def test_an_owner_reads_claims_and_the_read_is_audited() -> None:
    door = doorstep(OneClaim())
    answer = await door.get("/v1/claims", **door.bearer())
    assert (answer.status_code, answer.json()) == (200, {"claims": [SHOWN]})
    assert ("claims.read", "hp-courts") in [(kind, facts["partner"]) for kind, facts in door.evidence.notes]


async def test_nobody_reads_claims_without_credentials() -> None:
    assert (await doorstep(OneClaim()).get("/v1/claims")).status_code == 401


async def test_an_owner_decides_with_a_reason() -> None:
    desk = OneClaim()
    answered = await say(doorstep(desk), "7/confirm", {"reason": "their letter"})
    assert answered == (200, SHOWN | {"state": "CONFIRMED"})
    assert desk.decided == [("hp-courts", 7, "their letter")]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("7/confirm", {}, 422),
        ("7/confirm", {"reason": ""}, 422),
        ("7/reject", {"reason": "x", "by": "somebody"}, 422),
        ("seven/confirm", {"reason": "x"}, 404),
        ("7/reject", {"reason": "x"}, 404),
    ],
)
async def test_a_decision_that_cannot_be_taken_is_refused(path: str, body: object, status: int) -> None:
    assert (await say(doorstep(NoClaims()), path, body))[0] == status
