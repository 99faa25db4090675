"""Alarms: what a person has to look at tonight, because somebody's liberty hangs on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class AlarmCode(StrEnum):
    """Why a person is alerted."""

    LIBERTY_UNDELIVERED = "LIBERTY_UNDELIVERED"
    """Recipients do not have an order that frees or holds a person, a quarter of an hour after it was owed: one alarm
    an order."""
    JAIL_NOT_SERVED = "JAIL_NOT_SERVED"
    """An order names a jail for which no system has subscribed: somebody has to bring it there."""
    ORDER_CORRECTED_AFTER_ACTION = "ORDER_CORRECTED_AFTER_ACTION"
    """An order was taken back after its recipient had acted on it."""
    CLAIM_REFUSED = "CLAIM_REFUSED"
    """A place without standing spoke in a case. Its message is parked, and the case as it was."""
    ORDER_FROM_WITHOUT = "ORDER_FROM_WITHOUT"
    """The same of an order that frees or holds a person: the jail has it as unlinked, and somebody has to verify it."""
    LODGING_DISPUTED = "LODGING_DISPUTED"
    """A second jail has somebody in its register whom the first one has present."""
    VERIFY_OVERDUE = "VERIFY_OVERDUE"
    """Nobody has verified an order that frees somebody and has no case yet; `place` says who is to look at it now."""
    HOLD_LAPSING = "HOLD_LAPSING"
    """An order that holds somebody has had no case for long, and is about to lapse as a claim."""
    HOLD_LAPSED = "HOLD_LAPSED"
    """It lapsed: it corroborates nobody's word any more. It authorised no detention before either."""
    CLAIM_WAITING = "CLAIM_WAITING"
    """A word without standing waits for somebody to confirm or to refuse it."""
    MARK_NOT_SHOWN = "MARK_NOT_SHOWN"
    """A recipient has an order that nobody verified in a version of its contract that cannot say so: `authority` is
    not in it."""
    PLACE_UNKNOWN = "PLACE_UNKNOWN"
    """A place spoke whose State has rows in the directory of places, and none of them is the place's."""
    LABEL_DISPUTED = "LABEL_DISPUTED"
    """A place that is not the case's own said something that would narrow who may see it."""
    CNR_DISPUTED = "CNR_DISPUTED"
    """A message names a FIR beside a CNR that is another FIR's: one of the two is a slip, and the message is parked."""
    LOOP_FAILING = "LOOP_FAILING"
    """A background loop of the gateway fails again and again: what it does is not done. `subject` is `node/loop`."""


UNKNOWN_PLACES_MOST = 20
"""Unknown places of one partner that are asked about in a day."""

FOR_OWNERS = frozenset(
    {
        AlarmCode.CLAIM_REFUSED,
        AlarmCode.ORDER_FROM_WITHOUT,
        AlarmCode.LODGING_DISPUTED,
        AlarmCode.LABEL_DISPUTED,
        AlarmCode.CNR_DISPUTED,
        AlarmCode.VERIFY_OVERDUE,
        AlarmCode.HOLD_LAPSING,
        AlarmCode.HOLD_LAPSED,
        AlarmCode.CLAIM_WAITING,
    }
)
"""Of these the police and the courts of the case are told, and not only those who watch over liberty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmCount:
    """How many alarms of a code were ever raised, how many stand, and how many recipients lack what those are about."""

    raised: int
    standing: int
    recipients: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One alarm. `subject` is what it is about, once a code; `place` the jail, the subscription or the speaking place
    concerned."""

    code: AlarmCode
    subject: str
    raised_at: datetime
    case_id: str | None = None
    event_id: str | None = None
    place: str | None = None
    recipients: tuple[str, ...] = ()
    """The subscriptions that have not got the order that the alarm is about, sorted; empty where it is about none."""
    reached: int | None = None
    """To how many systems of those whom it names it was told; None where it names nobody, or is not told yet. Nobody
    reached means that the operator has to call."""


@dataclass(slots=True, kw_only=True)
class Looked:
    """What one look came to: the alarms to be told of; what failed alone and was set aside, by its name; alarms among
    that, of which no alert could be made; and the steps that failed as a whole, by name."""

    alarms: list[Alarm] = field(default_factory=list)
    aside: dict[str, Exception] = field(default_factory=dict)
    untold: dict[str, Alarm] = field(default_factory=dict)
    failed: dict[str, Exception] = field(default_factory=dict)
