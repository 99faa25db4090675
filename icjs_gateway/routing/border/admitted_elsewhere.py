"""ADMITTED-ELSEWHERE: a jail admits somebody whom the case's latest word lodges in another jail.

A transfer that was not told, or the wrong person. The admission is recorded; while the other jail has the person
present by its own register it is a claim, and both jails get the orders about that person.
"""

from __future__ import annotations

from icjs_gateway.model.case import Case, fitting
from icjs_gateway.model.case.standing import jail_named
from icjs_gateway.model.content import Action
from icjs_gateway.model.findings import Finding, Severity
from icjs_gateway.model.payloads.inmate import InmateData
from icjs_gateway.routing.messages import Record

CODE = "ADMITTED-ELSEWHERE"


def judge(message: Record, case: Case) -> Finding | None:
    main = message.content.events[0]
    if not isinstance(main.data, InmateData) or main.type != "icjs.inmate.admitted.v1":
        return None
    if message.content.action is not Action.NEW:
        return None
    inmate = main.data.inmate
    persons = fitting(case, inmate.accused, message.content.case, message.envelope.home_state)
    lodged = jail_named(persons[0].orders) if len(persons) == 1 else None
    if lodged is None or inmate.prison.code is None or lodged == inmate.prison.code:
        return None
    return Finding(
        code=CODE,
        severity=Severity.WARN,
        path="inmate.prison.code",
        expected="the jail that the court's order, or the last jail, named",
        found=inmate.prison.code,
        hint="another jail was told to hold this person; tell the transfer, or check the person",
    )
