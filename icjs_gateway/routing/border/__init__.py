"""Border rules: what is plausible about a message, beside what is known of its case.

One rule a file, named by its code. A rule is a pure function `judge(message, case) -> Finding | None`; `case` is what
was known before the message, empty where nothing was. What a finding does stands in its severity:

    warn   the message is accepted, and its sender told
    hold   it is kept and receipted, and waits at the exceptions desk until a person links or dismisses it

Nothing is refused here: only what is unreadable, unauthorised or contradicts itself is, and chronology never. A message
whose main event is liberty traffic is never held either; it goes on, and its sender is told. A rule's text is safe to
show: it names no person and tells nothing that the sender did not say.

A message that waits for its case is judged when it comes, by what it says itself, and not again when its case is found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from icjs_gateway.model.case import Case
from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.model.findings import Finding, Severity
from icjs_gateway.routing.authority.places import CourtKind
from icjs_gateway.routing.border import (
    admitted_elsewhere,
    arrest_before_fir,
    charge_sheet_accused_unknown,
    executive_remand_over_7_days,
    fir_before_gd_entry,
    fir_number_taken,
    grounds_not_communicated,
    hearing_before_fir,
    next_date_not_after_hearing,
    outcome_of_a_future_day,
    person_name_differs,
    released_while_held,
    remand_over_15_days,
    time_ahead,
)
from icjs_gateway.routing.messages import Record

Judge = Callable[[Record, Case], Finding | None]
CourtJudge = Callable[[Record, CourtKind], Finding | None]

RULES: dict[str, Judge] = {
    fir_before_gd_entry.CODE: fir_before_gd_entry.judge,
    fir_number_taken.CODE: fir_number_taken.judge,
    hearing_before_fir.CODE: hearing_before_fir.judge,
    time_ahead.CODE: time_ahead.judge,
    outcome_of_a_future_day.CODE: outcome_of_a_future_day.judge,
    next_date_not_after_hearing.CODE: next_date_not_after_hearing.judge,
    remand_over_15_days.CODE: remand_over_15_days.judge,
    person_name_differs.CODE: person_name_differs.judge,
    arrest_before_fir.CODE: arrest_before_fir.judge,
    grounds_not_communicated.CODE: grounds_not_communicated.judge,
    charge_sheet_accused_unknown.CODE: charge_sheet_accused_unknown.judge,
    admitted_elsewhere.CODE: admitted_elsewhere.judge,
    released_while_held.CODE: released_while_held.judge,
}
"""By code, in the order in which findings are told."""

RULES_BY_COURT: dict[str, CourtJudge] = {
    executive_remand_over_7_days.CODE: executive_remand_over_7_days.judge,
}
"""Rules that go by what kind of court speaks; of a court without a row in the directory of places they find nothing."""


_BY_THE_CLOCK = frozenset({time_ahead.CODE, outcome_of_a_future_day.CODE})
"""Rules that compare what a message says with the gateway's own clock."""


def judged(
    message: Record, case: Case | None, *, court: CourtKind | None = None, has_clock_jumped: bool = False
) -> Record:
    """The message with what the rules found among its findings. `court` is the kind of the court that speaks, where
    that is known. While the gateway's own clock stands behind (`clock_jump`), nothing is held for it."""
    found = [finding for judge in RULES.values() if (finding := judge(message, case or _UNKNOWN)) is not None]
    if court is not None:
        found += (finding for rule in RULES_BY_COURT.values() if (finding := rule(message, court)) is not None)
    if not found:
        return message
    if EVENT_TYPES[message.content.events[0].type].liberty:
        found = [replace(finding, severity=Severity.WARN) for finding in found]
    if has_clock_jumped:
        found = [replace(each, severity=Severity.WARN) if each.code in _BY_THE_CLOCK else each for each in found]
    return replace(message, content=replace(message.content, findings=(*message.content.findings, *found)))


def held_for(message: Record) -> str | None:
    """The code of the rule that holds a judged message; None when it may go on."""
    return next((each.code for each in message.content.findings if each.severity is Severity.HOLD), None)


_UNKNOWN = Case()
