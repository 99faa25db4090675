"""What a court tells of one case, one message a call: stories of corrections for tests of the case."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from icjs_gateway.model.case import Case, fold, rank_of
from icjs_gateway.model.content import CaseReference, Event, EventData
from icjs_gateway.model.payloads.bail import BailData
from icjs_gateway.model.payloads.court import Court
from icjs_gateway.model.payloads.court_case import CourtCaseData
from icjs_gateway.model.payloads.fir import Fir, FirData
from icjs_gateway.model.payloads.hearing import HearingData
from icjs_gateway.model.payloads.process import ProcessData, WarrantData
from icjs_gateway.model.payloads.remand import RemandData
from tests.support.messages import LONG_AFTER, cnr, fir_reference

MONDAY = date(2026, 11, 2)
DATA: dict[str, type[EventData]] = {
    "hearing": HearingData,
    "bail": BailData,
    "remand": RemandData,
    "warrant": WarrantData,
    "process": ProcessData,
    "court-case": CourtCaseData,
}


@dataclass(frozen=True, kw_only=True)
class Message:
    """The events of one message, who told them, and when."""

    events: tuple[Event, ...]
    source: str
    recorded_at: datetime
    content_hash: str

    @property
    def ranked(self) -> tuple[tuple[Event, Any], ...]:
        pillar = self.source.partition(":")[0]
        return tuple(
            (
                event,
                rank_of(
                    event,
                    pillar=pillar,
                    recorded_at=self.recorded_at,
                    received_at=LONG_AFTER,
                    content_hash=self.content_hash,
                ),
            )
            for event in self.events
        )


class Teller:
    """Messages told one after the other, a minute apart."""

    def __init__(self, source: str = "courts:hp-courts", establishment: str = "HPKN02") -> None:
        self._source = source
        self._establishment = establishment
        self._turn = itertools.count(1)

    def tell(
        self, *parts: tuple[str, dict[str, Any]], serial: int | None = 341, firs: tuple[int, ...] = (112,)
    ) -> Message:
        """One message of these parts: (`bail.ordered`, its members)."""
        turn = next(self._turn)
        at = datetime(2026, 11, 20, 10, tzinfo=UTC) + timedelta(minutes=turn)
        case = CaseReference(
            firs=tuple(fir_reference(number) for number in firs), cnr=cnr(serial) if serial is not None else None
        )
        court = Court.model_validate({"establishment": self._establishment})
        events = tuple(_event(kind, members, case, court, at) for kind, members in parts)
        return Message(
            events=events,
            source=self._source,
            recorded_at=at,
            content_hash=f"{self._source}-{self._establishment}-{turn:06d}",
        )


def _event(kind: str, members: dict[str, Any], case: CaseReference, court: Court, at: datetime) -> Event:
    noun, verb = kind.split(".")
    return Event(
        type=f"icjs.{noun}.{verb}.v1",
        occurred_at=at,
        data=DATA[noun].model_validate({"case": case, "court": court, noun.replace("-", "_"): members}),
    )


def hearing(hearing_id: str, *, day: int = 0, next_day: int | None = None, **more: Any) -> dict[str, Any]:
    """A hearing so many days after the Monday."""
    following = {"next": {"on": _on(next_day)}} if next_day is not None else {}
    return {"hearing_id": hearing_id, "listed_on": _on(day), "held": True} | following | more


def order(who: str | dict[str, Any], *, day: int = 0, hearing_id: str | None = None, **more: Any) -> dict[str, Any]:
    """Something ordered about an accused: by serial, or by a whole party."""
    party = {"serial": who} if isinstance(who, str) else who
    at = {"hearing_id": hearing_id} if hearing_id is not None else {}
    return {"accused": party, "ordered_on": _on(day)} | at | more


def bail(who: str | dict[str, Any], decision: str | None = "GRANTED", *, authority: str = "NOTICE", **more: Any) -> Any:
    """A decision on bail."""
    said = {"decision": decision} if decision is not None else {}
    return order(who, authority=authority, **said, **more)


def registered(
    number: int = 112, *, accused: Sequence[dict[str, Any]] = (), verb: str = "registered", **more: Any
) -> Message:
    """The police register, or correct, a FIR."""
    told = Fir.model_validate(
        {
            "number": str(number),
            "year": 2026,
            "kind": "REGULAR",
            "police_station": {"code": "2011007", "state": "HP"},
            "registered_at": "2026-08-31T05:40:00Z",
            "acts_sections": [{"act": "BNS", "section": "303(2)"}],
            "accused": list(accused),
        }
        | more
    )
    at = datetime(2026, 8, 31, 5, 40, tzinfo=UTC)
    data = FirData(case=CaseReference(firs=(fir_reference(number),)), fir=told)
    event = Event(type=f"icjs.fir.{verb}.v1", occurred_at=at, data=data)
    turn = ("registered", "amended", "withdrawn").index(verb)
    return Message(
        events=(event,),
        source="police:hp-police",
        recorded_at=at + timedelta(hours=1 + turn),
        content_hash=f"fir-{number}-{verb}",
    )


def folded(story: Iterable[Message], case: Case | None = None) -> Case:
    """The case that a story makes."""
    case = case or Case()
    for message in story:
        case = fold(case, message.ranked, source=message.source, default_state="HP")
    return case


def _on(day: int) -> str:
    return (MONDAY + timedelta(days=day)).isoformat()
