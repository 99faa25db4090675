"""A refusal of intake is evidence too: who, what, why, and kept before the sender is told."""

from __future__ import annotations

import pytest

from icjs_gateway.model.errors import Overloaded
from tests.door import Doorstep, note
from tests.fakes import MemoryEvidence


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (note(state="MH"), 403, "JURISDICTION"),
        (note(text="untranslatable"), 422, "NO-SUCH-TEXT"),
        (b'<Note xmlns="urn:icjs:test:note:1"><MessageId>N-1</MessageId></Note>', 422, "XSD-MISSING"),
    ],
    ids=["not theirs to say", "not translatable", "not complete"],
)
async def test_every_refusal_of_intake_leaves_a_leaf_before_it_is_told(body: bytes, status: int, code: str) -> None:
    doorstep = Doorstep()
    answer = await doorstep.push(body)
    assert answer.status_code == status
    [(kind, facts)] = doorstep.evidence.notes
    assert kind == "message.refused"
    assert (facts["partner"], facts["contract"], facts["findings"]) == ("hp-courts", "courts.note.v1", [code])
    assert doorstep.ledger.kept == {}


async def test_a_refusal_that_cannot_be_kept_is_not_told_as_one() -> None:
    class Full(MemoryEvidence):
        async def note(self, kind: str, facts: object) -> None:
            raise Overloaded("The gateway is busy; nothing was taken.", retry_after_s=2)

    answer = await Doorstep(evidence=Full()).push(note(state="MH"))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
