"""Process of the court: `icjs.warrant.*` (liberty traffic) and `icjs.process.*` (everything else).

A warrant event is a non-bailable warrant, its recall, or the withdrawal of process whose type is not said.
"""

from __future__ import annotations

from datetime import date

from icjs_gateway.model.identifiers import ProcessId
from icjs_gateway.model.payloads.court import CourtEventData, InlineOrder
from icjs_gateway.model.payloads.ordered import Ordered
from icjs_gateway.model.text import Token


class Process(Ordered):
    """One process: a summons, notice, warrant, proclamation, attachment, or a recall."""

    type: Token | None = None
    process_id: ProcessId | None = None
    returnable_on: date | None = None
    replaced_by: Token | None = None
    """Of a warrant: the event, by its id, that takes its place because it turned out to be about somebody else."""


class ArrestWarrant(Process):
    """A non-bailable warrant, with the signed order where the court sent it as a document of its own."""

    order: InlineOrder | None = None


class WarrantData(CourtEventData):
    """`data` of a warrant event."""

    warrant: ArrestWarrant


class ProcessData(CourtEventData):
    """`data` of a process event."""

    process: Process
