"""Reading a receipt or a message's standing: for its sender, and audited."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from icjs_gateway.routing.messages import MessageState
from icjs_gateway.routing.ports import MessageStanding
from tests.door import XML, Doorstep, note
from tests.fakes import MemoryMessages


@pytest.fixture
def doorstep() -> Doorstep:
    return Doorstep()


@pytest.mark.parametrize("what", ["receipts", "messages"])
async def test_the_sender_reads_what_became_of_its_message(doorstep: Doorstep, what: str) -> None:
    receipt = await doorstep.push(note())
    answer = await doorstep.get(f"/v1/{what}/N-1?contract={XML}", **doorstep.bearer())
    assert answer.status_code == 200
    if what == "receipts":
        assert answer.content == receipt.content
    else:
        assert answer.json() == {
            "message_id": "N-1",
            "contract": XML,
            "state": "parked",
            "received_at": "2026-11-20T11:12:11Z",
            "events": [{"event_id": "E1", "type": "icjs.note.written.v1"}],
            "progress": {"police-investigation": {"owed": 1, "delivered": 0, "consumed": 0, "acted": 0}},
        }
    kind = {"receipts": "receipt.read", "messages": "message.read"}[what]
    assert [noted for noted, _ in doorstep.evidence.notes] == [kind]
    assert doorstep.evidence.notes[0][1]["message_id"] == "N-1"


@pytest.mark.parametrize("what", ["receipts", "messages"])
async def test_nobody_else_learns_that_it_exists(doorstep: Doorstep, what: str) -> None:
    await doorstep.push(note())
    others = await doorstep.get(f"/v1/{what}/N-1?contract={XML}", **doorstep.bearer("hp-police"))
    missing = await doorstep.get(f"/v1/{what}/N-1?contract={XML}2", **doorstep.bearer())
    assert (others.status_code, missing.status_code) == (404, 404)
    assert {**others.json(), "trace_id": ""} == {**missing.json(), "trace_id": ""}
    assert doorstep.evidence.notes[0][1]["found"] is False


@pytest.mark.parametrize("what", ["receipts", "messages"])
async def test_nobody_reads_without_a_token(doorstep: Doorstep, what: str) -> None:
    assert (await doorstep.get(f"/v1/{what}/N-1?contract={XML}")).status_code == 401


@pytest.mark.parametrize("message_id", ["a%20b", "x" * 65, "%00", "%E0%A4%85"])
async def test_an_id_that_none_can_have_is_404_and_is_not_repeated(doorstep: Doorstep, message_id: str) -> None:
    answer = await doorstep.get(f"/v1/receipts/{message_id}?contract={XML}", **doorstep.bearer())
    assert answer.status_code == 404
    assert "x" * 65 not in answer.text


@pytest.mark.parametrize("query", ["", "?contract=", f"?contract={XML}&contract={XML}"])
async def test_the_contract_must_be_named_once(doorstep: Doorstep, query: str) -> None:
    answer = await doorstep.get(f"/v1/receipts/N-1{query}", **doorstep.bearer())
    assert answer.status_code == 400
    assert answer.json()["findings"][0]["code"] == "PARAMETER"


async def test_how_a_message_was_settled_and_what_was_done_is_written_with_instants(
    doorstep: Doorstep, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
    acted = {"by": "prison-custody", "result": "NOT_DONE", "reason": "OTHER_CASE", "at": at}

    async def told(*_: object) -> MessageStanding:
        return MessageStanding(
            message_id="N-1",
            contract=XML,
            state=MessageState.DISMISSED,
            received_at=at,
            events=({"event_id": "E1", "type": "icjs.note.written.v1", "acted": (acted,)},),
            progress={},
            settled={"state": "dismissed", "reason": "sent twice", "by": "operator", "at": at},
        )

    monkeypatch.setattr(MemoryMessages, "standing", told)
    answer = (await doorstep.get(f"/v1/messages/N-1?contract={XML}", **doorstep.bearer())).json()
    written = "2026-11-21T06:00:00Z"
    assert answer["settled"] == {"state": "dismissed", "reason": "sent twice", "by": "operator", "at": written}
    assert answer["events"][0]["acted"] == [acted | {"at": written}]
