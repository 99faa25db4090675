"""A case is the fold of its events: `fold(case, told) -> case`, pure and tolerant of order.

Every fact keeps the rank of what wrote it, and the higher rank wins whenever it arrives, so that folding the same
messages in any order gives the same case. What counts of two words on one thing is the one that was vouched for later;
which of two hearings, bails or remands is current goes by their own days (`standing`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from icjs_gateway.model.case.facts import Fact, Rank, known, newest, tell
from icjs_gateway.model.case.persons import Calling, Persons, numbers_within, scopes
from icjs_gateway.model.case.proceedings import come_back
from icjs_gateway.model.case.records import RECORDS, kept
from icjs_gateway.model.case.references import with_edges, with_firs
from icjs_gateway.model.case.serials import with_serials_joined
from icjs_gateway.model.case.snapshot import HEARINGS_KEPT, Case, Number
from icjs_gateway.model.case.things import Thing, noun_of, results_of, thing_of, verb_of
from icjs_gateway.model.content import CaseReference, Event, declared
from icjs_gateway.model.event_types import person_of
from icjs_gateway.model.payloads.fir import FirAccused, FirData
from icjs_gateway.model.payloads.hearing import HearingData
from icjs_gateway.model.payloads.inmate import InmateData
from icjs_gateway.model.payloads.party import Party

SOURCE_RANK = {"police": 1, "prisons": 2, "forensics": 3, "prosecution": 4, "courts": 5}
"""Whose word counts more when two say different things of the same instant: the court's."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


AHEAD_AT_MOST = timedelta(minutes=5)
"""By how much a sender's clock may be ahead of the gateway's before its word counts as of the moment of receipt."""


def rank_of(
    event: Event, *, pillar: str, recorded_at: datetime | None, received_at: datetime, content_hash: str
) -> Rank:
    """The rank of an event. `recorded_at` is the sender's, or None where the sender says none.

    A thing may be entered, corrected or taken back long after it happened, and the correction may bear the instant of
    the order it corrects: so what counts first is when it was last vouched for, the later of both instants. Neither
    counts as later than the message was received, plus five minutes: a clock or a year that is wrong does not win
    over every later word.
    """
    bound = received_at + AHEAD_AT_MOST
    occurred = (min(event.occurred_at, bound) - _EPOCH) // _MS
    recorded = (min(recorded_at or received_at, bound) - _EPOCH) // _MS
    revision = 1 if verb_of(event) in ("amended", "withdrawn") else 0
    return (max(occurred, recorded), SOURCE_RANK.get(pillar, 0), revision, occurred, content_hash)


def evolve(case: Case, event: Event, *, rank: Rank, source: str, default_state: str | None) -> Case:
    """The case after one event, wherever in time the event belongs."""
    return fold(case, ((event, rank),), source=source, default_state=default_state)


def fold(case: Case, told: Sequence[tuple[Event, Rank]], *, source: str, default_state: str | None) -> Case:
    """The case after all events of one message. What it says of the case is what the first of them says.

    A later one may name the case in other words (what takes an order back repeats the words of the order): only in
    these the serial of its accused counts.
    """
    reference = said = told[0][0].data.case
    within = scopes(said, default_state)
    registrations, hearings, records = case.registrations, case.hearings, case.records
    persons, calling = Persons(case.persons), Calling()
    gone_on_to = _without_named(case.gone_on_to, told)
    for event, rank in told:
        thing = thing_of(event)
        subject = person_of(event)
        parties: tuple[Party | FirAccused, ...] = (subject,) if subject is not None else ()
        if isinstance(event.data, HearingData):
            hearings = _with_hearing(hearings, thing, rank)
            parties = event.data.hearing.accused or ()
        elif isinstance(event.data, FirData):
            registrations = _with(registrations, thing, rank)
            parties = event.data.fir.accused or ()
        elif subject is None:
            if noun_of(event) in RECORDS:
                before, records = records, kept(_with(records, thing, rank), thing.key)
                if gone_on_to and noun_of(event) == "proceeding":
                    gone_on_to |= dict.fromkeys(come_back(before, records, thing.key) & gone_on_to.keys(), False)
            parties = declared(getattr(event.data, noun_of(event)), "accused") or ()
        if event.data.case is not said and event.data.case != said:
            said = event.data.case
            within = scopes(said, default_state)
        results = {id(party): result for party, result in results_of(event)}
        for party in parties:
            numbers = [*numbers_within(party, within, said), *_further_numbers(event)]
            if not numbers:
                continue
            persons.meet(numbers)
            if subject is not None:
                persons.order(numbers, thing, rank)
            elif (result := results.get(id(party))) is not None:
                persons.order(numbers, result, rank)
            if verb_of(event) != "withdrawn":
                calling.hear(party, numbers[0])
    first = told[0][1]
    changes: dict[str, Any] = {
        "firs": with_firs(case.firs, reference.firs, default_state),
        "edges": with_edges(case.edges, reference, source, default_state),
        "registrations": registrations,
        "proceedings": _with_proceeding(case.proceedings, reference, first),
        "gone_on_to": gone_on_to,
        "hearings": hearings,
        "records": records,
        "persons": persons.all(),
        "names": calling.told(case.names, source, first),
    }
    return with_serials_joined(case.model_copy(update=changes))


def _without_named(gone_on_to: dict[str, bool], told: Sequence[tuple[Event, Rank]]) -> dict[str, bool]:
    """The CNRs known by a change of proceeding and by hearings alone, once a message was told.

    A hearing may be under a CNR by the same mistake; it holds the CNR as long as it stands.
    """
    data = told[0][0].data
    if data.case.cnr not in gone_on_to or isinstance(data, HearingData):
        return dict(gone_on_to)
    return {cnr: named for cnr, named in gone_on_to.items() if cnr != data.case.cnr}


def _further_numbers(event: Event) -> list[Number]:
    """A prisoner who is moved to another jail, or whose two numbers turn out to be one's, answers to both."""
    new = event.data.inmate.new_pid if isinstance(event.data, InmateData) else None
    return [("pid", new)] if new is not None else []


def clubbed(case: Case, reference: CaseReference, *, source: str, default_state: str | None) -> Case:
    """What the case of a FIR learns of a proceeding that is another case's: the edge alone."""
    return case.model_copy(update={"edges": with_edges(case.edges, reference, source, default_state)})


def _with(facts: dict[str, Fact], thing: Thing, rank: Rank) -> dict[str, Fact]:
    return {**facts, thing.key: tell(facts.get(thing.key, ()), rank, thing.members)}


def _with_hearing(hearings: dict[str, Fact], thing: Thing, rank: Rank) -> dict[str, Fact]:
    told = _with(hearings, thing, rank)
    if thing.key in hearings or len(told) <= HEARINGS_KEPT:
        return told
    of_proceeding: dict[str | None, dict[str, Fact]] = {}
    for key, fact in told.items():
        of_proceeding.setdefault(known(fact).get("cnr"), {})[key] = fact
    stay: dict[str, Fact] = {}
    for facts in of_proceeding.values():
        stay |= newest(facts, by="listed_on", at_most=HEARINGS_KEPT)
    return stay


def _with_proceeding(proceedings: dict[str, Fact], told: CaseReference, rank: Rank) -> dict[str, Fact]:
    if told.cnr is None:
        return proceedings
    said = {
        name: value
        for name, value in (("case_type", told.case_type), ("registration_number", told.registration_number))
        if value is not None
    }
    if not said and told.cnr in proceedings:
        return proceedings
    held = proceedings.get(told.cnr, ())
    return {**proceedings, told.cnr: tell(held, rank, said) if said else held}
