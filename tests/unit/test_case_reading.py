"""Reading a case event by event shows no more than a delivery would."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import datetime
from typing import Any

from icjs_gateway.routing.cases import Gathered, History, HistoryPage, ToldMessage
from icjs_gateway.routing.correlation import CaseFile
from icjs_gateway.routing.inquiries.case_reading import NOT_RECEIVED, history
from icjs_gateway.routing.lanes import Told
from tests.support.disclosing import disclosure
from tests.support.messages import MORNING, fir, outcome, police
from tests.support.stories import Teller, folded, hearing, registered

FILE = CaseFile(
    case_id="case-1", version=1, case=folded([registered(), Teller().tell(("hearing.recorded", hearing("H-1")))])
)


class OneCase:
    """`Cases` with one case and two of its events."""

    async def gather(self, asked: Set[Any], further: Any = None) -> Gathered:
        raise NotImplementedError

    async def file(self, case_id: str) -> CaseFile | None:
        return FILE

    async def history(self, case_id: str, *, after: int, limit: int) -> HistoryPage:
        events = (*fir().events, *outcome().events)
        return HistoryPage(
            entries=tuple(
                History(
                    number=number,
                    told=Told(
                        event_id=f"e{number}",
                        type=event.type,
                        partner_id="hp-courts",
                        pillar="courts",
                        case_id=case_id,
                        message_id="M-1",
                        occurred_at=MORNING,
                        recorded_at=MORNING,
                        data=event.json,
                        labels=frozenset(),
                    ),
                )
                for number, event in enumerate(events, 1)
            ),
            is_last=True,
        )

    async def told_by(self, case_id: str, at: datetime, *, most: int) -> Sequence[ToldMessage]:
        return ()


async def test_events_that_the_partner_may_not_receive_are_not_read_either() -> None:
    reader = police(receive=("icjs.hearing.*",))
    page = await history("case-1", reader, OneCase(), disclosure(), after=0, limit=10)
    assert page is not None
    assert [entry.told.type for entry in page.entries] == ["icjs.hearing.recorded.v1"]
    assert page.withheld == ({"type": "icjs.fir.registered.v1", "rule": NOT_RECEIVED},)
