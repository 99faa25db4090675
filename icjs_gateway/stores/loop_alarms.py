"""Alarms about the gateway's own background loops: raised when one fails again and again, cleared when it is well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from icjs_gateway.routing.alarms import Alarm, AlarmCode
from icjs_gateway.routing.set_aside import LoopName
from icjs_gateway.stores import schema
from icjs_gateway.stores.alarm_rows import clear_alarms, raise_again

_alarm = schema.alarms.c


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopNote:
    """The command: how a loop of a gateway of this name is now."""

    node: str
    name: LoopName
    is_failing: bool
    at: datetime

    @property
    def subject(self) -> str:
        return f"{self.node}/{self.name.value}"


def run_loop_notes(connection: Connection, notes: Sequence[LoopNote]) -> list[None]:
    """Runs on the writer's thread, inside its transaction."""
    for note in notes:
        if note.is_failing:
            raise_again(connection, [Alarm(code=AlarmCode.LOOP_FAILING, subject=note.subject, raised_at=note.at)])
        else:
            its = (_alarm.code == AlarmCode.LOOP_FAILING.value) & (_alarm.subject == note.subject)
            clear_alarms(connection, its, note.at, reason="the loop is well")
    return [None] * len(notes)


def begin_well(connection: Connection, node: str, at: datetime) -> None:
    """A gateway of this name starts: what an earlier one of it failed of is over."""
    run_loop_notes(connection, [LoopNote(node=node, name=name, is_failing=False, at=at) for name in LoopName])
