"""A jail admits somebody whose release was ordered before: it is told of the orders that nobody has carried out. Pure.

An order went to the jail that had the person when it was made. Whoever has, or claims, the person now needs it as well;
what each jail is owed of it, and whether it has it already, the store knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from icjs_gateway.model.case import Case, fitting
from icjs_gateway.model.content import Action, Content
from icjs_gateway.model.payloads.inmate import InmateData
from icjs_gateway.routing.recipients import Addressed, RecipientList

FREEING = ("icjs.bail.ordered.v1", "icjs.bail.amended.v1", "icjs.release.ordered.v1", "icjs.release.amended.v1")
"""Types of orders that let somebody go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A jail says that it has somebody, who goes by these names in the case. `subscriptions` are its system's, by the
    type of order that they ask for."""

    case_id: str
    persons: tuple[str, ...]
    jail: str
    subscriptions: Mapping[str, tuple[str, ...]]
    new_id: Callable[[], str]


def admitted(
    content: Content,
    case_id: str,
    case: Case,
    *,
    default_state: str | None,
    recipients: RecipientList,
    new_id: Callable[[], str],
) -> Iterator[Body]:
    """Whom a message admits to a jail, as far as the case knows them and orders about them."""
    for event in content.events:
        if not isinstance(event.data, InmateData) or event.data.inmate.kind != "ADMISSION":
            continue
        jail = event.data.inmate.prison.code
        persons = fitting(case, event.data.inmate.accused, event.data.case, default_state)
        if content.action is Action.WITHDRAW or jail is None or len(persons) != 1 or not persons[0].lanes:
            continue
        where = (replace(Addressed.by(each, case.firs, case.cnrs), jails=(jail,)) for each in FREEING)
        serving = {about.type: tuple(each.id for each in recipients.serving(jail, about)) for about in where}
        if any(serving.values()):
            yield Body(case_id=case_id, persons=persons[0].lanes, jail=jail, subscriptions=serving, new_id=new_id)
