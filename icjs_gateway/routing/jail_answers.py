"""A jail's own documents answer what orders asked for: released, or not, and why. Pure.

It is the same word as `POST /v1/deliveries/{id}/acted`, said in the jail's own form and about a person instead of a
delivery: every open order to free that person in that case is answered by it, the one of `ordered_on` where that is
told. A jail answers for whom it has: while the record has the person present elsewhere its word answers nothing. A
person who is held in another case is answered for, and not released. A jail that acts on a paper order by noon answers
the entry that the court makes of it in the evening just as well: which of the two is told first says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from icjs_gateway.model.case import Case, jail_named
from icjs_gateway.model.content import Event
from icjs_gateway.model.instants import IST
from icjs_gateway.model.payloads.inmate import InmateData
from icjs_gateway.model.payloads.jail import Prison
from icjs_gateway.model.payloads.release import ReleaseData
from icjs_gateway.routing.obligations import Answer, Reason, Result

ANSWERED = ("GRANTED", "MODIFIED", "RELEASE")
"""Decisions that ask a jail to let somebody go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JailAnswer:
    """What a jail says of the orders about one person, who goes by these names in the case. Without an answer it takes
    its earlier word back."""

    case_id: str
    persons: tuple[str, ...]
    partner_id: str
    jail: str | None
    lodged: bool
    """Whether the record has the person in this very jail: then it answers for orders to another jail too."""
    ordered_on: str | None
    until: str
    """The day of the answer: later orders are not answered by it."""
    answer: Answer | None


def jail_answers(
    events: Iterable[Event], persons: Sequence[tuple[str, ...]], *, case_id: str, partner_id: str, before: Case
) -> Iterator[JailAnswer]:
    """The answers that the events of one message give; `persons` are the names of each event's person."""
    for event, names in zip(events, persons, strict=True):
        said = _said(event)
        if said is None or not names:
            continue
        answer, prison, ordered_on = said
        taken_back = event.type.endswith(".withdrawn.v1")
        lodged_in = _jails_of(before, names) - {None}
        if lodged_in and (prison is None or prison.code not in lodged_in):
            continue
        yield JailAnswer(
            case_id=case_id,
            persons=names,
            partner_id=partner_id,
            jail=prison.code if prison is not None else None,
            lodged=bool(lodged_in),
            ordered_on=ordered_on,
            until=answer.at.astimezone(IST).date().isoformat(),
            answer=None if taken_back else answer,
        )


def _said(event: Event) -> tuple[Answer, Prison | None, str | None] | None:
    data = event.data
    if isinstance(data, InmateData) and data.inmate.kind == "RELEASE":
        on = data.inmate.ordered_on
        return Answer(result=Result.DONE, at=data.inmate.at), data.inmate.prison, on.isoformat() if on else None
    if isinstance(data, ReleaseData) and (refused := data.release.not_complied) is not None:
        on = data.release.ordered_on
        answer = Answer(result=Result.NOT_DONE, at=refused.at, reason=_reason(refused.reason))
        return answer, data.release.prison, on.isoformat() if on else None
    return None


def _reason(told: str) -> Reason:
    return Reason(told) if told in set(Reason) else Reason.OTHER


def _jails_of(case: Case, names: tuple[str, ...]) -> set[str | None]:
    return {jail_named(person.orders) for person in case.persons if not set(names).isdisjoint(person.lanes)}
