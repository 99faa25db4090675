"""The port to cases as they are read: by whom somebody asks for, and event by event."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from icjs_gateway.model.content import Event
from icjs_gateway.routing.case_index import Entry
from icjs_gateway.routing.correlation import CaseFile
from icjs_gateway.routing.lanes import Told
from icjs_gateway.routing.messages import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Cases, and when the last of what is known of them was recorded. Not whole where there are more than are read for
    one question."""

    files: tuple[CaseFile, ...]
    as_of: datetime | None
    is_whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """One event of a case. `number` is its place in the store: to go on behind, and to say nothing else."""

    number: int
    told: Told


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    """Events of a case in the order in which they were recorded."""

    entries: tuple[History, ...]
    is_last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldMessage:
    """A message of a case as it came: what folding it again needs. `events` are as the record has them, with the case
    as the record knew it; `body` is what was sent, from which the sender's own words are read again."""

    contract_id: str
    channel: Channel
    source: str
    pillar: str
    home_state: str | None
    recorded_at: datetime | None
    """By the sender's word."""
    received_at: datetime
    content_hash: str
    body: bytes
    events: tuple[Event, ...]


class Cases(Protocol):
    async def gather(
        self, asked: Set[Entry], further: Callable[[Sequence[CaseFile]], Set[Entry]] | None = None
    ) -> Gathered:
        """The cases that these lead to, and those that `further` leads to from there, as of one moment. `further` is
        pure and runs beside the reading. Raises StoreFailed."""

    async def file(self, case_id: str) -> CaseFile | None:
        """The case of this id."""

    async def history(self, case_id: str, *, after: int, limit: int) -> HistoryPage:
        """Events of a case behind a number."""

    async def told_by(self, case_id: str, at: datetime, *, most: int) -> Sequence[ToldMessage]:
        """The messages that the case consisted of at this moment, as the gateway had recorded them; at most so many."""
