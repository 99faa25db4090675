"""Rightful situations: what practice does on a Sunday stands in the record, and reaches who holds the body."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from icjs_gateway.model.content import Action, CaseReference, Content
from icjs_gateway.model.event_types import ALERTED
from icjs_gateway.model.identifiers import Cnr, MessageId
from icjs_gateway.routing.access.cases import SeenCase, seen_case
from icjs_gateway.routing.access.view import Disclosure
from icjs_gateway.routing.alarms import UNKNOWN_PLACES_MOST, AlarmCode
from icjs_gateway.routing.alerting import Alerter
from icjs_gateway.routing.authority.places import NO_PLACES, PlaceKind, Places
from icjs_gateway.routing.authority.speaker import Speaker
from icjs_gateway.routing.cloudevents import cloudevent
from icjs_gateway.routing.directory import Jurisdiction, Partner, Permissions, Pillar
from icjs_gateway.routing.inquiries.case_reading import shown_case
from icjs_gateway.stores import exceptions, ledger_facts, schema
from icjs_gateway.stores.alarm_rows import settle_known_places
from icjs_gateway.stores.alarms import StoreAlarms
from icjs_gateway.stores.engine import reader_of
from icjs_gateway.stores.obligation_rows import obligations
from tests.conformance.conftest import START, Store, looked
from tests.support.disclosing import disclosure, policy
from tests.support.doors import (
    DAY,
    ROWS,
    SUNIL,
    a_jail,
    admission,
    arrest,
    court,
    filed,
    heard,
    named,
    of_station,
    ordered,
    proceeding,
    registered,
    station,
    taken_on,
)
from tests.support.messages import (
    MORNING,
    bench,
    changed,
    fir,
    fir_reference,
    jail,
    outcome,
    police,
    record,
    said,
    subscription,
)

Word = tuple[Content, Speaker]

PALAMPUR, HOLDS = station("2011007"), {"jail": {"code": "HPDJ04"}}
OF_PALAMPUR: tuple[Word, ...] = ((fir(accused=("A1=Ramesh Kumar", "A2=Sunil")), PALAMPUR),)
IN_JAIL: tuple[Word, ...] = (
    *OF_PALAMPUR,
    (arrest("A-0", "2011007"), PALAMPUR),
    (ordered("remand", "HPKN02", "R-0", **HOLDS), court("HPKN02")),
    (admission("M-0", "HPDJ04"), a_jail("HPDJ04")),
)
"""Sunil is remanded by the Magistrate at Kangra, and is in the jail at Dharamshala."""
BEFORE_KANGRA: tuple[Word, ...] = (*IN_JAIL, (outcome("H-0", accused=("A2=Sunil",)), court("HPKN02")))
"""The case has a CNR at Kangra."""
CNR = "HPKN020003412026"
BAILED: tuple[Word, ...] = (
    *BEFORE_KANGRA,
    (ordered("bail", "HPKN02", "B-0", named(cnr=CNR), **HOLDS), court("HPKN02")),
)


SESSIONS_CNR = "HPKN010000772026"
COMMITTED: tuple[Word, ...] = (
    *BEFORE_KANGRA,
    (changed("COMMITTAL", to=(SESSIONS_CNR,)), court("HPKN02")),
    (taken_on("HPKN01", named(cnr=SESSIONS_CNR)), court("HPKN01")),
)


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What was said before, what is said now, and what comes of it: whether every word of now stands in the record,
    and which jails are told of it."""

    before: tuple[Word, ...] = IN_JAIL
    now: tuple[Word, ...]
    stands: bool = True
    told: frozenset[str] = frozenset()
    with_rows_only: bool = False
    """Without rows nobody knows that these places may."""
    in_silence: bool = False
    """It waits where the State has rows, and stands where it has none: then every place of the State is believed."""
    untold: frozenset[str] = frozenset()
    """The jails that must not be told."""
    waits: frozenset[str] = frozenset()
    """Messages of now that wait all the same: see the entry."""
    answered: frozenset[str] = frozenset()
    """Decisions whose obligations are answered in the end."""


def so(*now: Word, told: Sequence[str] = (), **more: object) -> Situation:
    return Situation(now=now, told=frozenset(told), **more)  # type: ignore[arg-type]


JAILS = ("HPDJ04", "HPMC01", "PBCJ01")
COMPLAINT: tuple[Word, ...] = ((taken_on("HPKN02", named(None, CNR), "CR-0"), court("HPKN02")),)
FORWARDED: tuple[Word, ...] = (
    *OF_PALAMPUR,
    (
        of_station(
            "exhibit.forwarded", "E-0", exhibit={"forwarding_number": "RC-1", "laboratory": {"code": "RFSL-DHM"}}
        ),
        PALAMPUR,
    ),
)
NEW_CNR = "HPSH030000012026"
"""Of the court to which a case goes."""
GOES_ON: Word = (proceeding("HPKN02", "TRANSFER", NEW_CNR, named(cnr=CNR)), court("HPKN02"))


def taken_back(content: Content) -> Content:
    """A message withdrawn by its sender."""
    [event] = content.events
    event = replace(event, type=event.type.replace(".changed.", ".withdrawn."))
    name = MessageId(f"{content.message_id}-W")
    return replace(content, message_id=name, action=Action.WITHDRAW, refers_to=content.message_id, events=(event,))


OLD_CNR, OLDER_CNR, WRIT = "HPKN070000012026", "HPKN080000012026", "HPHC010000012026"
TAKEN_OVER: tuple[Word, ...] = (*IN_JAIL, (taken_on("HPKN07", named(cnr=OLD_CNR), "CR-0"), court("HPKN07")))
"""The case is before a court that another one takes over by a row of `acts_for`."""
SUCCEEDED: tuple[Word, ...] = (
    *IN_JAIL,
    (filed("HPKN08"), PALAMPUR),
    (taken_on("HPKN08", named(cnr=OLDER_CNR), "CR-0"), court("HPKN08")),
)
"""The case is before a court that is closed, and has a successor."""
RELEASED: tuple[Word, ...] = (
    *BAILED,
    (ordered("release", "HPKN02", "L-0", named(cnr=CNR), process_id="P-0", **HOLDS), court("HPKN02")),
)
WANTED: tuple[Word, ...] = (*BEFORE_KANGRA, (ordered("warrant", "HPKN02", "W-0", process_id="P-1"), court("HPKN02")))
MAHESH = {"serial": "A1", "name": "Mahesh"}
CHILD = {"serial": "CCL1", "name": "Ravi"}


def recalled(noun: str, message_id: str, process_id: str, by: str = "HPKN02", **told: object) -> Content:
    """A court takes an order of the Magistrate at Kangra back, by its number."""
    about = {"accused": SUNIL, "ordered_on": DAY, "process_id": process_id, "type": "RECALL", **told}
    case, seat = named(cnr=CNR), {"establishment": by}
    return said(message_id, f"icjs.{noun}.recalled.v1", case, court=seat, **{noun: about})


def refused(by: str) -> Content:
    """A jail says why it does not release."""
    answer = {"at": "2026-11-21T06:00:00Z", "reason": "SURETY_PENDING"}
    told = {"accused": SUNIL, "prison": {"code": by}, "not_complied": answer}
    return said("N-9", "icjs.release.not-complied.v1", named(), release=told)


def laboratory(code: str) -> Speaker:
    return Speaker(kind=PlaceKind.LABORATORY, code=code, state="HP")


def report_of(code: str) -> Content:
    told = {"number": "LR-1", "lab_case_number": "L-1", "laboratory": {"code": code}, "kind": "FINAL"}
    return said("LR-1", "icjs.lab-report.issued.v1", named(), lab_report={**told, "issued_on": DAY})


PARENT = {"state": "HP", "police_station_code": "2011007", "number": "112", "year": 2026}
OF_MANDI = CaseReference(firs=(fir_reference(7, "2013001"),))
OLD_FIR: Word = (registered(7, "2013001", year=2025, accused=[SUNIL, MAHESH]), station("2013001"))
"""Of a station of Mandi that another one succeeded at the end of 2025."""
BY_NEW_CODE = CaseReference(firs=(fir_reference(7, "2014009", year=2025),))
NEW_FIR: Word = (registered(9, "2014009"), station("2014009"))
BY_OLD_CODE = CaseReference(firs=(fir_reference(9, "2013001"),))
OF_SHIMLA = CaseReference(firs=(fir_reference(41, "2017002"),))


def amended(content: Content, refers_to: str) -> Content:
    """The registration of a FIR, said again with a correction."""
    [event] = content.events
    again = replace(event, type="icjs.fir.amended.v1")
    corrects = MessageId(refers_to)
    return replace(content, message_id=MessageId("F-9"), action=Action.AMEND, refers_to=corrects, events=(again,))


AGENCY = Speaker(kind=PlaceKind.STATION, code="CBI0001", state="DL")


def given_to(code: str | None) -> Content:
    """The investigation is transferred to another station, or to an agency."""
    to = {"state": "HP", "station_code": code} if code is not None else {"agency": "CBI"}
    told = {"kind": "STATION" if code is not None else "CBI", "on": DAY, "given_to": to}
    return of_station("investigation.transferred", "I-9", investigation=told)


SITUATIONS: dict[str, Situation] = {
    # D1
    "first remand by the Magistrate before any CNR": so(
        (ordered("remand", "HPKN02", **HOLDS), court("HPKN02")), before=OF_PALAMPUR, told=["HPDJ04"]
    ),
    "Sunday remand by an executive Magistrate": so(
        (ordered("remand", "HPKNE1", until="2026-11-25", **HOLDS), court("HPKNE1")), before=OF_PALAMPUR, told=["HPDJ04"]
    ),
    "remand by the other Magistrate of the division": so(
        (ordered("remand", "HPKN04", **HOLDS), court("HPKN04")), before=OF_PALAMPUR, told=["HPDJ04"]
    ),
    "remand by the link Magistrate of another division": so(
        (ordered("remand", "HPMA01", **HOLDS), court("HPMA01")), before=OF_PALAMPUR, told=["HPDJ04"]
    ),
    "remand of a child by the Board": so(
        (ordered("remand", "HPKNJ1", **HOLDS), court("HPKNJ1")), before=OF_PALAMPUR, told=["HPDJ04"]
    ),
    # D2, D4
    "arrest in another State, and remand by the nearest Magistrate there": so(
        (arrest(), station("3011001")),
        (ordered("remand", "PBLD01", jail={"code": "PBCJ01"}), court("PBLD01")),
        before=OF_PALAMPUR,
        told=["PBCJ01"],
    ),
    "the Magistrate's remand comes before the arrest": so(
        (ordered("remand", "PBLD01", jail={"code": "PBCJ01"}), court("PBLD01")),
        (arrest(), station("3011001")),
        before=OF_PALAMPUR,
        told=["PBCJ01"],
    ),
    "remand by the nearest Magistrate, and the admission to the jail there": so(
        (ordered("remand", "PBLD01", jail={"code": "PBCJ01"}), court("PBLD01")),
        (admission(), a_jail("PBCJ01")),
        before=OF_PALAMPUR,
        told=["PBCJ01"],
    ),
    "admission to a jail of another State, and the arrest there": so(
        (admission(), a_jail("PBCJ01")),
        (arrest(), station("3011001")),
        (ordered("bail", "HPKN02", "B-9", ordered_on="2026-11-21"), court("HPKN02")),
        before=OF_PALAMPUR,
        told=["PBCJ01"],
    ),
    "release by the nearest Magistrate who refuses remand": so(
        (admission(), a_jail("PBCJ01")),
        (ordered("release", "PBLD01", jail={"code": "PBCJ01"}), court("PBLD01")),
        before=OF_PALAMPUR,
        told=["PBCJ01"],
    ),
    "bail by the Magistrate of the place of arrest": so(
        (arrest(), station("3011001")),
        (ordered("bail", "PBLD01", jail={"code": "PBCJ01"}), court("PBLD01")),
        before=OF_PALAMPUR,
        told=["PBCJ01"],
    ),
    "arrest in another State on a warrant of the case": so(
        (arrest(), station("3011001")),
        before=(*BEFORE_KANGRA, (ordered("warrant", "HPKN02"), court("HPKN02"))),
    ),
    "arrest by another station of the State": so((arrest(by="2017002"), station("2017002"))),
    # D3
    "transit bail by a Court of Session of another State": so(
        (ordered("bail", "PBLD02", kind="TRANSIT"), court("PBLD02")),
        before=OF_PALAMPUR,
        with_rows_only=True,
    ),
    "transit bail by a High Court of another State": so(
        (ordered("bail", "PHHC01", kind="TRANSIT"), court("PHHC01")), before=OF_PALAMPUR, with_rows_only=True
    ),
    # D5
    "anticipatory bail by the Court of Session before any arrest": so(
        (ordered("bail", "HPKN01", kind="ANTICIPATORY"), court("HPKN01")), before=OF_PALAMPUR
    ),
    # D6
    "High Court bail by FIR alone": so(
        (ordered("bail", "HPHC01", **HOLDS), court("HPHC01")), before=BEFORE_KANGRA, told=["HPDJ04"]
    ),
    "Supreme Court bail by FIR alone": so(
        (ordered("bail", "SCIN01", **HOLDS), court("SCIN01")),
        before=BEFORE_KANGRA,
        told=["HPDJ04"],
        with_rows_only=True,
    ),
    "High Court cancels the bail that the Magistrate granted": so(
        (ordered("bail", "HPHC01", "B-9", decision="CANCELLED", ordered_on="2026-11-21", **HOLDS), court("HPHC01")),
        before=BAILED,
        told=["HPDJ04"],
    ),
    # D7
    "release on bonds taken by the bond court": so(
        (ordered("release", "HPSH03", **HOLDS), court("HPSH03")), before=BAILED, told=["HPDJ04"]
    ),
    "release on bonds taken by a Magistrate of the district of the jail": so(
        (ordered("release", "HPKN04", **HOLDS), court("HPKN04")), before=BAILED, told=["HPDJ04"]
    ),
    "release by the court that granted bail": so(
        (ordered("release", "HPKN02", case=named(cnr=CNR), **HOLDS), court("HPKN02")), before=BAILED, told=["HPDJ04"]
    ),
    # D8
    "remand by the court to which the case was committed": so(
        (ordered("remand", "HPKN01", "R-9", named(None, SESSIONS_CNR), **HOLDS), court("HPKN01")),
        before=COMMITTED,
        told=["HPDJ04"],
    ),
    "the Court of Session takes a case on file that names only the CNR from which it came": so(
        (taken_on("HPKN01", named(None, SESSIONS_CNR), from_cnr=CNR, role="TRIAL"), court("HPKN01")),
        (ordered("remand", "HPKN01", "R-9", named(None, SESSIONS_CNR), **HOLDS), court("HPKN01")),
        before=BEFORE_KANGRA,
        told=["HPDJ04"],
    ),
    # D9, D11
    "bail by the link court of the court of the CNR": so(
        (ordered("bail", "HPMA01", case=named(cnr=CNR), **HOLDS), court("HPMA01")),
        before=BEFORE_KANGRA,
        told=["HPDJ04"],
    ),
    # D12
    "the report of an agency that took over waits": so(
        (given_to(None), PALAMPUR),
        (filed("HPKN02"), AGENCY),
        before=BEFORE_KANGRA,
        waits=frozenset({"S-0"}),
    ),
    # D13
    "a second admission before the first jail's entry of transfer": so(
        (admission("M-9", "HPMC01"), a_jail("HPMC01")),
    ),
    # D14
    "production by the case's court from a jail of another State": so(
        (ordered("production", "HPKN02", case=named(cnr=CNR), jail={"code": "PBCJ01"}), court("HPKN02")),
        before=BEFORE_KANGRA,
        told=["PBCJ01"],
    ),
    # The jail where the body is
    "bail that names the wrong jail reaches both": so(
        (ordered("bail", "HPKN02", case=named(cnr=CNR), jail={"code": "HPMC01"}), court("HPKN02")),
        before=BEFORE_KANGRA,
        told=["HPDJ04", "HPMC01"],
    ),
    "bail that names no jail reaches the jail of record": so(
        (ordered("bail", "HPKN02", case=named(cnr=CNR)), court("HPKN02")), before=BEFORE_KANGRA, told=["HPDJ04"]
    ),
    "parole and return": so(
        (admission("M-8", "HPDJ04", kind="PAROLE_OUT"), a_jail("HPDJ04")),
        (admission("M-9", "HPDJ04", kind="PAROLE_IN"), a_jail("HPDJ04")),
    ),
    "release by the jail": so(
        (admission("M-9", "HPDJ04", kind="RELEASE", ground="BAIL"), a_jail("HPDJ04")), before=BAILED
    ),
    # D1
    "Sunday remand by the duty Magistrate of another division": so(
        (ordered("remand", "HPMA04", **HOLDS), court("HPMA04")), before=OF_PALAMPUR, told=["HPDJ04"]
    ),
    "remand that names no jail": so((ordered("remand", "HPKN02"), court("HPKN02")), before=OF_PALAMPUR),
    "remand to another jail tells both": so(
        (ordered("remand", "HPKN02", "R-9", ordered_on="2026-11-21", jail={"code": "HPMC01"}), court("HPKN02")),
        told=["HPDJ04", "HPMC01"],
    ),
    "remand before the FIR is registered": so(
        (ordered("remand", "HPKN02", **HOLDS), court("HPKN02")), OF_PALAMPUR[0], before=(), told=["HPDJ04"]
    ),
    "admission before the remand": so(
        (admission("M-1", "HPDJ04"), a_jail("HPDJ04")),
        (ordered("remand", "HPKN02", **HOLDS), court("HPKN02")),
        before=OF_PALAMPUR,
        told=["HPDJ04"],
    ),
    # D2, D4
    "arrest and remand in another State before the FIR is registered": so(
        (arrest(), station("3011001")),
        (ordered("remand", "PBLD01", jail={"code": "PBCJ01"}), court("PBLD01")),
        OF_PALAMPUR[0],
        before=(),
        told=["PBCJ01"],
    ),
    "transit remand by the nearest Magistrate, and arrival in the jail at home": so(
        (arrest(), station("3011001")),
        (ordered("remand", "PBLD01", until="2026-11-22", jail={"code": "PBCJ01"}), court("PBLD01")),
        (admission("M-1", "HPDJ04", at="2026-11-21T06:00:00Z"), a_jail("HPDJ04")),
        before=OF_PALAMPUR,
        told=["PBCJ01"],
    ),
    "arrest in another State on a warrant that was recalled meanwhile": so(
        (arrest(), station("3011001")),
        before=(*WANTED, (recalled("warrant", "W-1", "P-1"), court("HPKN02"))),
        stands=False,
    ),
    "arrest by another station of the State on a warrant": so(
        (arrest(by="2017002"), station("2017002")), before=WANTED
    ),
    "arrest by an entry of the general diary names no case, and waits": so(
        (arrest(by="2011007", case=CaseReference()), PALAMPUR), stands=False, untold=frozenset(JAILS)
    ),
    "transit bail reaches the jail that it names": so(
        (ordered("bail", "PBLD02", kind="TRANSIT", jail={"code": "PBCJ01"}), court("PBLD02")),
        before=OF_PALAMPUR,
        told=["PBCJ01"],
        with_rows_only=True,
    ),
    # D5
    "anticipatory bail before any FIR names no case, is told to no jail, and waits for a person": so(
        (
            ordered(
                "bail",
                "HPKN01",
                case=CaseReference(),
                kind="ANTICIPATORY",
                accused={"name": "Sunil"},
            ),
            court("HPKN01"),
        ),
        before=(),
        stands=False,
        untold=frozenset(JAILS),
    ),
    "anticipatory bail under a CNR of its own, before the FIR": so(
        (ordered("bail", "HPKN01", case=named(cnr=SESSIONS_CNR), kind="ANTICIPATORY"), court("HPKN01")),
        OF_PALAMPUR[0],
        before=(),
    ),
    "anticipatory bail by the High Court": so(
        (ordered("bail", "HPHC01", kind="ANTICIPATORY"), court("HPHC01")), before=OF_PALAMPUR
    ),
    # D6, D15
    "High Court stays the trial": so(
        (proceeding("HPHC01", "STAY", case=named(cnr=CNR)), court("HPHC01")), before=BEFORE_KANGRA
    ),
    "Court of Session stays the trial of the Magistrate below": so(
        (proceeding("HPKN01", "STAY", case=named(cnr=CNR)), court("HPKN01")), before=BEFORE_KANGRA
    ),
    "High Court releases by a writ under a CNR of its own and the FIR": so(
        (ordered("release", "HPHC01", case=named(cnr=WRIT), **HOLDS), court("HPHC01")),
        before=BEFORE_KANGRA,
        told=["HPDJ04"],
    ),
    "habeas corpus under a CNR that nobody knows reaches the jail, and waits": so(
        (ordered("release", "HPHC01", case=named(None, WRIT), **HOLDS), court("HPHC01")),
        before=BEFORE_KANGRA,
        stands=False,
        told=["HPDJ04"],
    ),
    "High Court releases somebody by a PID alone: it reaches the jail, and waits": so(
        (ordered("release", "HPHC01", case=CaseReference(), accused={"pid": "HPDJ04-77"}, **HOLDS), court("HPHC01")),
        before=BEFORE_KANGRA,
        stands=False,
        told=["HPDJ04"],
    ),
    "High Court releases somebody by a PID alone, and names no jail: it reaches the jail of the number, and waits": so(
        (ordered("release", "HPHC01", case=CaseReference(), accused={"pid": "HPDJ04-77"}), court("HPHC01")),
        before=BEFORE_KANGRA,
        stands=False,
        told=["HPDJ04"],
        untold=frozenset({"HPMC01", "PBCJ01"}),
    ),
    "High Court releases somebody by PID and name under a CNR of its own that nobody knows": so(
        (
            ordered("release", "HPHC01", case=named(None, WRIT), accused={"pid": "HPDJ04-77", "name": "Sunil"}),
            court("HPHC01"),
        ),
        before=BEFORE_KANGRA,
        stands=False,
        told=["HPDJ04"],
    ),
    "High Court releases by a PID somebody who is called otherwise: no jail is told": so(
        (
            ordered("release", "HPHC01", case=CaseReference(), accused={"pid": "HPDJ04-77", "name": "Mahesh"}),
            court("HPHC01"),
        ),
        before=BEFORE_KANGRA,
        stands=False,
        untold=frozenset(JAILS),
    ),
    "High Court releases by a PID somebody whom the jail let go: no jail is told": so(
        (ordered("release", "HPHC01", case=CaseReference(), accused={"pid": "HPDJ04-77"}), court("HPHC01")),
        before=(*BEFORE_KANGRA, (admission("M-8", "HPDJ04", kind="RELEASE", ground="BAIL"), a_jail("HPDJ04"))),
        stands=False,
        untold=frozenset(JAILS),
    ),
    "a High Court of another State orders by a PID alone: no jail is told": so(
        (ordered("release", "PHHC01", case=CaseReference(), accused={"pid": "HPDJ04-77"}), court("PHHC01")),
        before=BEFORE_KANGRA,
        stands=False,
        untold=frozenset(JAILS),
    ),
    "Supreme Court transfers the case to a court of another State, which grants bail": so(
        (proceeding("SCIN01", "TRANSFER", "PBLD020000012026", named(cnr=CNR)), court("SCIN01")),
        (taken_on("PBLD02", named(cnr="PBLD020000012026")), court("PBLD02")),
        (ordered("bail", "PBLD02", case=named(cnr="PBLD020000012026"), **HOLDS), court("PBLD02")),
        before=BEFORE_KANGRA,
        told=["HPDJ04"],
        with_rows_only=True,
    ),
    # D7
    "bonds taken elsewhere before any bail: the release reaches the jail, and waits": so(
        (ordered("release", "HPSH03", **HOLDS), court("HPSH03")),
        before=OF_PALAMPUR,
        stands=False,
        in_silence=True,
        told=["HPDJ04"],
    ),
    # D8
    "committal of a complaint that has no FIR": so(
        (proceeding("HPKN02", "COMMITTAL", SESSIONS_CNR, named(None, CNR)), court("HPKN02")),
        (taken_on("HPKN01", named(None, SESSIONS_CNR)), court("HPKN01")),
        before=COMPLAINT,
    ),
    "the court to which the case was committed speaks by FIR": so(
        (ordered("bail", "HPKN01", **HOLDS), court("HPKN01")), before=COMMITTED, told=["HPDJ04"]
    ),
    "the court to which the case was transferred speaks before it registers it": so(
        GOES_ON,
        (ordered("bail", "HPSH03", case=named(cnr="HPSH030000012026"), **HOLDS), court("HPSH03")),
        before=BEFORE_KANGRA,
        told=["HPDJ04"],
    ),
    "the court to which the case was transferred orders by its CNR alone before it registers it": so(
        GOES_ON,
        (ordered("bail", "HPSH03", case=named(None, NEW_CNR)), court("HPSH03")),
        (ordered("remand", "HPSH03", case=named(None, NEW_CNR)), court("HPSH03")),
        before=BEFORE_KANGRA,
        told=["HPDJ04"],
    ),
    "the order of the court to which the case was transferred comes before the transfer": so(
        (ordered("bail", "HPSH03", case=named(None, NEW_CNR)), court("HPSH03")),
        GOES_ON,
        before=BEFORE_KANGRA,
        told=["HPDJ04"],
    ),
    "a court to which a case of another State was transferred orders by its CNR alone": so(
        (proceeding("HPKN02", "TRANSFER", "PBLD020000012026", named(cnr=CNR)), court("HPKN02")),
        (ordered("bail", "PBLD02", case=named(None, "PBLD020000012026")), court("PBLD02")),
        before=BEFORE_KANGRA,
        told=["HPDJ04"],
    ),
    "another court orders by the CNR to which a case was transferred: it reaches the jail, and waits": so(
        (ordered("bail", "PBLD01", case=named(None, NEW_CNR)), court("PBLD01")),
        before=(*BEFORE_KANGRA, GOES_ON),
        stands=False,
        told=["HPDJ04"],
    ),
    "the court to which a case was transferred orders by another CNR alone: no jail is told": so(
        (ordered("bail", "HPSH03", case=named(None, "HPSH030000992026")), court("HPSH03")),
        before=(*BEFORE_KANGRA, GOES_ON),
        stands=False,
        untold=frozenset(JAILS),
    ),
    "the transfer was taken back: an order by the CNR that it named reaches no jail": so(
        (ordered("bail", "HPSH03", case=named(None, NEW_CNR)), court("HPSH03")),
        before=(*BEFORE_KANGRA, GOES_ON, (taken_back(GOES_ON[0]), court("HPKN02"))),
        stands=False,
        untold=frozenset(JAILS),
    ),
    "a court names the CNR from which a case came, unknown to its court, and orders by its own CNR alone": so(
        (taken_on("HPSH03", named(None, NEW_CNR), from_cnr=CNR, role="TRIAL"), court("HPSH03")),
        (ordered("bail", "HPSH03", case=named(None, NEW_CNR)), court("HPSH03")),
        before=BEFORE_KANGRA,
        stands=False,
        in_silence=True,
        told=["HPDJ04"],
    ),
    "the court before which the report was filed hears the case": so(
        (heard("HPSH03"), court("HPSH03")), before=(*IN_JAIL, (filed("HPSH03"), PALAMPUR))
    ),
    "the court before which the report was filed takes it on file under its CNR": so(
        (taken_on("HPSH03", named(cnr="HPSH030000012026")), court("HPSH03")),
        (ordered("bail", "HPSH03", case=named(cnr="HPSH030000012026"), **HOLDS), court("HPSH03")),
        before=(*IN_JAIL, (filed("HPSH03"), PALAMPUR)),
        told=["HPDJ04"],
    ),
    "a hearing that came before the FIR, at the court before which the report is filed later": so(
        (heard("HPSH03"), court("HPSH03")),
        OF_PALAMPUR[0],
        (filed("HPSH03"), PALAMPUR),
        before=(),
    ),
    "a hearing that came after the FIR, at the court before which the report is filed later": so(
        (heard("HPSH03"), court("HPSH03")), (filed("HPSH03"), PALAMPUR), before=OF_PALAMPUR
    ),
    # D9
    "bail under an old CNR by the court that took it over by a row": so(
        (ordered("bail", "HPNR01", case=named(None, OLD_CNR), **HOLDS), court("HPNR01")),
        before=TAKEN_OVER,
        told=["HPDJ04"],
    ),
    "bail under an old CNR by the successor of a closed court": so(
        (ordered("bail", "HPKN09", case=named(None, OLDER_CNR), **HOLDS), court("HPKN09")),
        before=SUCCEEDED,
        told=["HPDJ04"],
    ),
    "the successor of a closed station alters charges of an old FIR": so(
        (of_station("charges.altered", "C-9", OF_MANDI, charges={"on": DAY}), station("2014009")),
        before=((registered(7, "2013001"), station("2013001")),),
    ),
    "the successor of a closed station files the report of an old FIR": so(
        (filed("HPMA01", case=OF_MANDI), station("2014009")), before=((registered(7, "2013001"), station("2013001")),)
    ),
    "the successor of a closed station corrects an old FIR": so(
        (amended(registered(7, "2013001"), "F-2013001-7"), station("2014009")),
        before=((registered(7, "2013001"), station("2013001")),),
    ),
    "the successor of a closed station registers a FIR under the old code": so(
        (registered(8, "2013001"), station("2014009")), before=(), with_rows_only=True
    ),
    "remand by a Magistrate of the division to which a closed station went": so(
        (ordered("remand", "HPMA01", case=OF_MANDI, **HOLDS), court("HPMA01")),
        before=((registered(7, "2013001"), station("2013001")),),
        told=["HPDJ04"],
    ),
    "the link court recalls a warrant of the court for which it sits": so(
        (recalled("warrant", "W-9", "P-1", by="HPMA01"), court("HPMA01")), before=WANTED
    ),
    # D10
    "remand by a special court of another division reaches the jail, and waits": so(
        (ordered("remand", "HPSP01", **HOLDS), court("HPSP01")),
        before=OF_PALAMPUR,
        stands=False,
        in_silence=True,
        told=["HPDJ04"],
    ),
    # D11
    "bail by the court in charge": so(
        (ordered("bail", "HPMA03", case=named(cnr=CNR), **HOLDS), court("HPMA03")),
        before=BEFORE_KANGRA,
        told=["HPDJ04"],
    ),
    "bail entered at the court complex": so(
        (ordered("bail", "HPKNC1", case=named(cnr=CNR), **HOLDS), court("HPKNC1")),
        before=BEFORE_KANGRA,
        told=["HPDJ04"],
    ),
    "hearing by the link court, and the next date": so(
        (heard("HPMA01", case=named(cnr=CNR), next={"on": "2026-12-04"}), court("HPMA01")), before=BEFORE_KANGRA
    ),
    # D13
    "transfer to another jail, and bail there": so(
        (admission("M-8", "HPDJ04", kind="TRANSFER_OUT", to_prison={"code": "HPMC01"}), a_jail("HPDJ04")),
        (admission("M-9", "HPMC01", at="2026-11-20T09:00:00Z"), a_jail("HPMC01")),
        (ordered("bail", "HPKN02", case=named(cnr=CNR), ordered_on="2026-11-21"), court("HPKN02")),
        before=BEFORE_KANGRA,
        told=["HPMC01"],
    ),
    "transfer to a jail of another State, and bail and release there": so(
        (admission("M-8", "HPDJ04", kind="TRANSFER_OUT", to_prison={"code": "PBCJ01"}), a_jail("HPDJ04")),
        (admission("M-9", "PBCJ01", at="2026-11-20T09:00:00Z"), a_jail("PBCJ01")),
        (ordered("bail", "HPKN02", case=named(cnr=CNR), ordered_on="2026-11-21"), court("HPKN02")),
        (admission("M-10", "PBCJ01", kind="RELEASE", ground="BAIL", at="2026-11-22T06:00:00Z"), a_jail("PBCJ01")),
        before=BEFORE_KANGRA,
        told=["PBCJ01"],
        answered=frozenset({"GRANTED"}),
    ),
    "custody warrant to a jail of another State, which admits": so(
        (ordered("custody", "HPKN02", case=named(cnr=CNR), jail={"code": "PBCJ01"}), court("HPKN02")),
        (admission("M-9", "PBCJ01", at="2026-11-21T06:00:00Z"), a_jail("PBCJ01")),
        before=BEFORE_KANGRA,
        told=["HPDJ04", "PBCJ01"],
    ),
    "a PID that changed with the transfer": so(
        (
            admission("M-8", "HPDJ04", kind="TRANSFER_OUT", to_prison={"code": "HPMC01"}, new_pid="HPMC01-5"),
            a_jail("HPDJ04"),
        ),
        (ordered("bail", "HPKN02", case=named(cnr=CNR), accused={"pid": "HPMC01-5"}), court("HPKN02")),
        before=BEFORE_KANGRA,
        told=["HPMC01"],
    ),
    "parole, arrest by police, and another jail": so(
        (admission("M-8", "HPDJ04", kind="PAROLE_OUT"), a_jail("HPDJ04")),
        (arrest("A-9", "2011008"), station("2011008")),
        (admission("M-9", "HPMC01", at="2026-11-20T09:00:00Z"), a_jail("HPMC01")),
        (ordered("bail", "HPKN02", case=named(cnr=CNR)), court("HPKN02")),
        before=BEFORE_KANGRA,
        told=["HPMC01"],
    ),
    "escape, and recapture in another jail": so(
        (admission("M-8", "HPDJ04", kind="ESCAPE"), a_jail("HPDJ04")),
        (admission("M-9", "HPMC01", kind="RECAPTURE", at="2026-11-20T09:00:00Z"), a_jail("HPMC01")),
        (ordered("bail", "HPKN02", case=named(cnr=CNR)), court("HPKN02")),
        before=BEFORE_KANGRA,
        told=["HPMC01"],
    ),
    "hospital and back, and bail meanwhile": so(
        (admission("M-8", "HPDJ04", kind="HOSPITAL_OUT"), a_jail("HPDJ04")),
        (ordered("bail", "HPKN02", case=named(cnr=CNR)), court("HPKN02")),
        (admission("M-9", "HPDJ04", kind="HOSPITAL_IN"), a_jail("HPDJ04")),
        before=BEFORE_KANGRA,
        told=["HPDJ04"],
    ),
    "furlough and back": so(
        (admission("M-8", "HPDJ04", kind="FURLOUGH_OUT"), a_jail("HPDJ04")),
        (admission("M-9", "HPDJ04", kind="FURLOUGH_IN"), a_jail("HPDJ04")),
    ),
    "interim bail, and surrender to the jail": so(
        (ordered("bail", "HPKN02", "B-9", named(cnr=CNR), kind="INTERIM", **HOLDS), court("HPKN02")),
        (admission("M-8", "HPDJ04", kind="RELEASE", ground="BAIL", at="2026-11-20T09:00:00Z"), a_jail("HPDJ04")),
        (admission("M-9", "HPDJ04", at="2026-11-21T06:00:00Z"), a_jail("HPDJ04")),
        before=BEFORE_KANGRA,
        told=["HPDJ04"],
        answered=frozenset({"GRANTED"}),
    ),
    "a jail of another State has somebody on a warrant of the case, and the Magistrate there remands": so(
        (arrest(), station("3011001")),
        (ordered("remand", "PBLD01", "R-9", ordered_on="2026-11-21", jail={"code": "PBCJ01"}), court("PBLD01")),
        (admission("M-9", "PBCJ01", at="2026-11-21T06:00:00Z"), a_jail("PBCJ01")),
        (ordered("bail", "HPKN02", "B-9", named(cnr=CNR), ordered_on="2026-11-22"), court("HPKN02")),
        before=(*OF_PALAMPUR, *BEFORE_KANGRA[-1:], (ordered("warrant", "HPKN02", "W-0"), court("HPKN02"))),
        told=["PBCJ01"],
    ),
    # D14
    "production before another court of the State": so(
        (ordered("production", "HPKN02", case=named(cnr=CNR), produce_before="HPSH03", **HOLDS), court("HPKN02")),
        (admission("M-8", "HPDJ04", kind="PRODUCTION_OUT"), a_jail("HPDJ04")),
        (admission("M-9", "HPDJ04", kind="PRODUCTION_IN"), a_jail("HPDJ04")),
        before=BEFORE_KANGRA,
        told=["HPDJ04"],
    ),
    "production that failed comes back": so(
        (admission("M-9", "HPDJ04", kind="PRODUCTION_FAILED", reason="NO_ESCORT"), a_jail("HPDJ04")),
        before=(*BEFORE_KANGRA, (ordered("production", "HPKN02", "PW-0", named(cnr=CNR), **HOLDS), court("HPKN02"))),
    ),
    "a jail of another State answers the production warrant that named it": so(
        (admission("M-9", "PBCJ01", kind="PRODUCTION_OUT"), a_jail("PBCJ01")),
        before=(
            *BEFORE_KANGRA,
            (ordered("production", "HPKN02", "PW-0", named(cnr=CNR), jail={"code": "PBCJ01"}), court("HPKN02")),
        ),
    ),
    # D16
    "Zero FIR whose origin is silent: the taking station has a case of its own": so(
        (registered(41, "2017002", parent_fir=PARENT), station("2017002")),
        (ordered("remand", "HPSH03", case=OF_SHIMLA, **HOLDS), court("HPSH03")),
        before=OF_PALAMPUR,
        told=["HPDJ04"],
    ),
    "bail in the case of a Zero FIR, whose origin is silent, for somebody held under the old number": so(
        (registered(41, "2017002", parent_fir=PARENT), station("2017002")),
        (ordered("bail", "HPSH03", case=OF_SHIMLA), court("HPSH03")),
        told=["HPDJ04"],
    ),
    "the bail comes before the Zero FIR is registered anew": so(
        (ordered("bail", "HPSH03", case=OF_SHIMLA), court("HPSH03")),
        (registered(41, "2017002", parent_fir=PARENT), station("2017002")),
        told=["HPDJ04"],
    ),
    "bail in the case of a Zero FIR for another accused: the jail of the first is not told": so(
        (registered(41, "2017002", parent_fir=PARENT, accused=[MAHESH]), station("2017002")),
        (ordered("bail", "HPSH03", case=OF_SHIMLA, accused=MAHESH), court("HPSH03")),
        untold=frozenset(JAILS),
    ),
    "bail in the case of a FIR that names no parent: nobody of another case is told": so(
        (registered(41, "2017002"), station("2017002")),
        (ordered("bail", "HPSH03", case=OF_SHIMLA), court("HPSH03")),
        untold=frozenset(JAILS),
    ),
    "Zero FIR whose origin named the taking station, which goes on with the old number": so(
        (given_to("2017002"), PALAMPUR),
        (of_station("charges.altered", "C-9", charges={"on": DAY}), station("2017002")),
    ),
    "investigation transferred to another station, which files the report": so(
        (given_to("2017002"), PALAMPUR), (filed("HPKN02"), station("2017002")), before=BEFORE_KANGRA
    ),
    # D17
    "report of the laboratory to which the exhibits went": so(
        (report_of("RFSL-DHM"), laboratory("RFSL-DHM")), before=FORWARDED
    ),
    "report of a laboratory to which another one referred the exhibits waits": so(
        (report_of("FSL-JNG"), laboratory("FSL-JNG")), before=FORWARDED, stands=False, in_silence=True
    ),
    "laboratory sends a parcel back": so(
        (
            said(
                "X-1",
                "icjs.exhibit.rejected.v1",
                named(),
                exhibit={
                    "forwarding_number": "RC-1",
                    "laboratory": {"code": "RFSL-DHM"},
                    "rejection": {"at": "2026-11-20T09:00:00Z", "reason": "SEAL_BROKEN"},
                },
            ),
            laboratory("RFSL-DHM"),
        ),
        before=FORWARDED,
    ),
    "scrutiny by a prosecutor of the State": so(
        (
            said(
                "SC-1",
                "icjs.charge-sheet.scrutinised.v1",
                named(),
                charge_sheet={"scrutiny_id": "SC-1", "outcome": "APPROVED", "on": DAY},
            ),
            Speaker(kind=PlaceKind.OFFICE, state="HP"),
        ),
    ),
    "charges altered by the station of the FIR": so(
        (
            of_station("charges.altered", "C-9", charges={"on": DAY, "added": [{"act": "BNS", "section": "64"}]}),
            PALAMPUR,
        )
    ),
    # D18
    "a court without a row takes a complaint on file": so(
        (taken_on("HPNW01", named(None, "HPNW010000012026")), court("HPNW01")), before=()
    ),
    "a station without a row registers a FIR": so((registered(1, "2099001"), station("2099001")), before=()),
    "a jail without a row admits somebody": so((admission("M-9", "HPNJ01"), a_jail("HPNJ01")), before=OF_PALAMPUR),
    # Orders of the case's own court
    "the court corrects its bail order": so(
        (
            said(
                "B-9",
                "icjs.bail.amended.v1",
                named(cnr=CNR),
                action=Action.AMEND,
                refers_to="B-0",
                court={"establishment": "HPKN02"},
                bail={"authority": "ORDER", "accused": SUNIL, "ordered_on": DAY, "decision": "GRANTED", **HOLDS},
            ),
            court("HPKN02"),
        ),
        before=BAILED,
        told=["HPDJ04"],
    ),
    "bail refused": so(
        (ordered("bail", "HPKN02", case=named(cnr=CNR), decision="REFUSED"), court("HPKN02")),
        before=BEFORE_KANGRA,
        told=["HPDJ04"],
    ),
    "bail modified": so(
        (
            ordered("bail", "HPKN02", "B-9", named(cnr=CNR), decision="MODIFIED", ordered_on="2026-11-21"),
            court("HPKN02"),
        ),
        before=BAILED,
        told=["HPDJ04"],
    ),
    "release recalled": so(
        (recalled("release", "L-9", "P-0", **HOLDS), court("HPKN02")), before=RELEASED, told=["HPDJ04"]
    ),
    "release that names the wrong jail reaches both": so(
        (ordered("release", "HPKN02", case=named(cnr=CNR), jail={"code": "HPMC01"}), court("HPKN02")),
        before=BAILED,
        told=["HPDJ04", "HPMC01"],
    ),
    "conviction warrant": so(
        (ordered("custody", "HPKN02", case=named(cnr=CNR), type="CONVICTION_WARRANT", **HOLDS), court("HPKN02")),
        before=BEFORE_KANGRA,
        told=["HPDJ04"],
    ),
    "a child among adults: the Board remands the child, the Magistrate the adult": so(
        (ordered("remand", "HPKNJ1", accused=CHILD, jail={"code": "HPMC01"}), court("HPKNJ1")),
        (ordered("remand", "HPKN02", **HOLDS), court("HPKN02")),
        before=((fir(accused=("A2=Sunil", "CCL1=Ravi")), PALAMPUR),),
        told=["HPDJ04", "HPMC01"],
    ),
    # Answers of the jail
    "release by the superintendent answers the bail": so(
        (admission("M-9", "HPDJ04", kind="RELEASE", ground="BAIL", at="2026-11-21T06:00:00Z"), a_jail("HPDJ04")),
        before=BAILED,
        answered=frozenset({"GRANTED"}),
    ),
    "release by the superintendent answers bail and release order": so(
        (admission("M-9", "HPDJ04", kind="RELEASE", ground="BAIL", at="2026-11-21T06:00:00Z"), a_jail("HPDJ04")),
        before=RELEASED,
        answered=frozenset({"GRANTED", "RELEASE"}),
    ),
    "a release that the jail of record does not comply with": so(
        (refused("HPDJ04"), a_jail("HPDJ04")), before=BAILED, answered=frozenset({"GRANTED"})
    ),
}


@pytest.mark.parametrize("silent", [False, True], ids=["rows", "silence"])
@pytest.mark.parametrize("what", SITUATIONS)
async def test_a_rightful_word_stands_and_reaches_whoever_holds_the_body(store: Store, what: str, silent: bool) -> None:
    situation = SITUATIONS[what]
    partners = tuple(jail(code, partner_id=code.lower()) for code in JAILS)
    orders = [subscription(code, code.lower(), jails=[code]) for code in JAILS]
    places = NO_PLACES if silent else ROWS
    store.deciding = bench(*orders, subscription("hp-cases"), partners=(*partners, police()), places=places)
    for word in situation.before:
        assert await speak(store, word) == "recorded", word
    for word in situation.now:
        await speak(store, word)
    is_expected = situation.in_silence if silent and not situation.stands else situation.stands
    is_expected = is_expected and not (silent and situation.with_rows_only)
    for content, _ in situation.now:
        stands = is_expected and content.message_id not in situation.waits
        assert (state_of(store, content) == "recorded") is stands, content.message_id
    told = {each for content, _ in situation.now for each in told_of(store, content)}
    assert situation.told <= told, told
    assert situation.untold.isdisjoint(told), told
    asked = obligations(reader_of(store.engine), state=None, jail=None, limit=10)
    assert {each.decision for each in asked if each.state == "answered"} >= situation.answered


async def speak(store: Store, word: Word, *, partner: str | None = None) -> str:
    """One word after the other, each a minute later."""
    content, speaker = word
    with store.engine.connect() as connection:
        minutes = connection.scalar(select(func.count()).select_from(schema.messages)) or 0
    later = replace(content, recorded_at=MORNING + timedelta(minutes=1 + minutes))
    message = record(later, speaker=speaker)
    partner = partner or f"{(speaker.state or '').lower()}-{message.envelope.pillar}"
    message = replace(message, envelope=replace(message.envelope, partner_id=partner))
    await store.ledger.record(message, store.deciding)
    return state_of(store, content)


def state_of(store: Store, content: Content) -> str:
    with store.engine.connect() as connection:
        wanted = select(schema.messages.c.state).where(schema.messages.c.message_id == content.message_id)
        return str(connection.scalar(wanted))


def told_of(store: Store, content: Content) -> set[str]:
    """The subscriptions of jails that are owed an event of this message."""
    with store.engine.connect() as connection:
        owed = connection.scalars(
            select(schema.deliveries.c.subscription_id)
            .join(schema.events, schema.events.c.event_id == schema.deliveries.c.event_id)
            .join(schema.messages, schema.messages.c.identity == schema.events.c.identity)
            .where(schema.messages.c.message_id == content.message_id)
        )
        return {name for name in owed if name != "hp-cases"}


async def test_the_hub_of_the_courts_of_another_state_is_told_of_a_report_that_is_filed_before_one_of_them(
    store: Store,
) -> None:
    hubs = {
        state: Partner(
            id=f"{state.lower()}-hub",
            name="Courts",
            pillar=Pillar.COURTS,
            jurisdiction=Jurisdiction(state=state),
            may=Permissions(receive=("icjs.*",), query=("cases",), purposes=("COURT_PROCEEDING",)),
        )
        for state in ("PB", "CH")
    }
    asked = [subscription(each.id, each.id, states=[state]) for state, each in hubs.items()]
    store.deciding = bench(*asked, subscription("hp-cases"), partners=(*hubs.values(), police()), places=ROWS)
    await speak(store, OF_PALAMPUR[0])
    report = filed("PBLD01")
    assert await speak(store, (report, PALAMPUR)) == "recorded"
    assert told_of(store, report) == {"pb-hub"}
    [told] = [
        each.head.told
        for each in await store.lease(at=START)
        if each.head.told.message_id == "S-0" and each.head.subscription_id == "pb-hub"
    ]
    assert disclosure().rule_against(told, hubs["PB"]) is None
    with store.engine.begin() as connection:
        [file] = ledger_facts.files(connection, {told.case_id or ""}).values()
    seen = {state: seen_case(file, hub, disclosure()) for state, hub in hubs.items()}
    assert seen["PB"] is not None
    assert seen["CH"] is None


async def test_a_second_register_takes_nobody_from_a_jail_answers_nothing_and_gets_the_orders(store: Store) -> None:
    jails = ("HPDJ04", "HPMC01", "PBCJ01")
    partners = tuple(jail(code, partner_id=code.lower()) for code in jails)
    orders = [subscription(code, code.lower(), jails=[code]) for code in jails]
    store.deciding = bench(*orders, subscription("hp-cases"), partners=(*partners, police()), places=ROWS)
    for word in BEFORE_KANGRA:
        await speak(store, word)
    second, abroad = (admission(f"M-{code}", code) for code in ("HPMC01", "PBCJ01"))
    assert await speak(store, (second, a_jail("HPMC01"))) == "recorded"
    assert await speak(store, (abroad, a_jail("PBCJ01"))) == "parked"
    granted = ordered("bail", "HPKN02", "B-9", named(cnr=CNR))
    await speak(store, (granted, court("HPKN02")))
    assert told_of(store, granted) == {"HPDJ04", "HPMC01", "PBCJ01"}
    heads = [each.head.told for each in await store.lease(at=START, liberty=True)]
    order = next(told for told in heads if told.message_id == "B-9")
    assert {disclosure().rule_against(order, jail(code)) for code in ("HPDJ04", "HPMC01", "PBCJ01")} == {None}
    let_go = admission("M-10", "HPMC01", kind="RELEASE", ground="BAIL", at="2026-11-21T06:00:00Z")
    await speak(store, (let_go, a_jail("HPMC01")))
    [asked] = obligations(reader_of(store.engine), state=None, jail=None, limit=10)
    assert asked.state == "open"
    await speak(store, (admission("M-11", "HPDJ04", kind="RELEASE", at="2026-11-21T06:00:00Z"), a_jail("HPDJ04")))
    [asked] = obligations(reader_of(store.engine), state=None, jail=None, limit=10)
    assert asked.state == "answered"
    with store.engine.connect() as connection:
        raised = connection.execute(select(schema.alarms.c.code, schema.alarms.c.place)).all()
    assert ("LODGING_DISPUTED", "jail//HPMC01") in {tuple(each) for each in raised}


async def test_a_dispute_that_ended_before_anybody_was_told_alarms_nobody_and_may_come_again(store: Store) -> None:
    store.deciding = bench(subscription("hp-cases"), places=ROWS)
    alerter = Alerter(recipients=lambda: store.deciding.recipients, ids=store.deciding.ids)
    alarms, day = StoreAlarms(store.writer, alerter), timedelta(days=1)

    async def disputes() -> list[str | None]:
        return [each.place for each in await looked(alarms, START, day) if each.code is AlarmCode.LODGING_DISPUTED]

    for word in BEFORE_KANGRA:
        await speak(store, word)
    await speak(store, (admission("M-1", "HPMC01", at="2026-11-21T09:00:00Z"), a_jail("HPMC01")))
    transfer = {"kind": "TRANSFER", "at": "2026-11-21T06:00:00Z", "to_prison": {"code": "HPMC01"}}
    await speak(store, (admission("M-2", "HPDJ04", **transfer), a_jail("HPDJ04")))
    assert await disputes() == []
    back = {"kind": "TRANSFER", "at": "2026-11-22T06:00:00Z", "to_prison": {"code": "HPDJ04"}}
    await speak(store, (admission("M-3", "HPMC01", **back), a_jail("HPMC01")))
    await speak(store, (admission("M-4", "HPDJ04", at="2026-11-22T09:00:00Z"), a_jail("HPDJ04")))
    await speak(store, (admission("M-5", "HPMC01", at="2026-11-23T09:00:00Z"), a_jail("HPMC01")))
    assert await disputes() == ["jail//HPMC01"]
    assert await disputes() == []


@pytest.mark.parametrize("code", ["HPMC01", "PBCJ01"], ids=["of the State", "of another State"])
async def test_a_jail_that_admits_somebody_after_the_order_is_told_of_the_order(store: Store, code: str) -> None:
    jails = ("HPDJ04", code)
    orders = [subscription(each, each.lower(), jails=[each]) for each in jails]
    partners = tuple(jail(each, partner_id=each.lower()) for each in jails)
    store.deciding = bench(*orders, subscription("hp-cases"), partners=(*partners, police()), places=ROWS)
    for word in BAILED:
        await speak(store, word)
    granted = BAILED[-1][0]
    assert told_of(store, granted) == {"HPDJ04"}
    await speak(store, (admission("M-9", code), a_jail(code)))
    assert told_of(store, granted) == set(jails)
    heads = [each.head.told for each in await store.lease(at=START, liberty=True)]
    order = next(told for told in heads if told.message_id == granted.message_id)
    assert disclosure().rule_against(order, jail(code)) is None
    await speak(store, (admission("M-10", code, entry_number="2"), a_jail(code)))
    with store.engine.connect() as connection:
        counted = select(func.count()).where(schema.deliveries.c.event_id == order.event_id)
        assert connection.scalar(counted.where(schema.deliveries.c.subscription_id == code)) == 1


async def test_a_complaint_roots_a_case_by_its_courts_own_cnr_and_by_no_others(store: Store) -> None:
    store.deciding = bench(subscription("hp-cases"), places=ROWS)
    complaint = taken_on("HPKN02", named(None, CNR))
    assert await speak(store, (complaint, court("HPSH03"))) == "parked"
    again = taken_on("HPKN02", named(None, CNR), "CR-2")
    assert await speak(store, (again, court("HPKN02"))) == "recorded"
    warrant = ordered("warrant", "HPKN02", "W-1", named(None, CNR), process_id="P-1")
    assert await speak(store, (warrant, court("HPKN02"))) == "recorded"


async def test_a_word_that_stands_in_a_case_hidden_from_its_sender_looks_to_it_like_one_without_a_case(
    store: Store,
) -> None:
    """A duty Magistrate remands in a case of which the Magistrate's own system may not know."""
    store.deciding = bench(subscription("hp-cases"), places=ROWS, sees=lambda partner_id, file: False)
    remand = ordered("remand", "HPMA01", "R-1", **HOLDS)
    await speak(store, (remand, court("HPMA01")))
    absent = await store.messages.standing("hp-courts", "courts.hearing-outcome.v1", "R-1")
    await speak(store, OF_PALAMPUR[0])
    assert state_of(store, remand) == "recorded"
    later = await store.messages.standing("hp-courts", "courts.hearing-outcome.v1", "R-1")
    second = ordered("remand", "HPMA01", "R-2", ordered_on="2026-11-21", **HOLDS)
    assert await speak(store, (second, court("HPMA01"))) == "recorded"
    hidden = await store.messages.standing("hp-courts", "courts.hearing-outcome.v1", "R-2")
    assert absent is not None
    assert hidden is not None
    assert later == absent
    assert (hidden.state, hidden.progress, [each["type"] for each in hidden.events]) == (
        absent.state,
        absent.progress,
        [each["type"] for each in absent.events],
    )
    assert not any("case_id" in each for each in hidden.events)
    receipts = [await store.messages.receipt("hp-courts", "courts.hearing-outcome.v1", name) for name in ("R-1", "R-2")]
    assert [json.loads(each or b"{}")["outcome"] for each in receipts] == ["parked", "parked"]


async def test_an_order_for_a_child_reaches_the_home_that_it_names_before_its_case_is_known_and_the_home_answers(
    store: Store,
) -> None:
    prison = jail("HPOH01", partner_id="hp-home")
    home = prison.model_copy(update={"may": Permissions(receive=("icjs.*",), recipient_class="child-care-home")})
    of_the_homes = home.model_copy(update={"id": "hp-homes", "jurisdiction": Jurisdiction(state="HP")})
    told = [subscription("HPOH01", "hp-home", jails=["HPOH01"]), subscription("hp-homes", "hp-homes")]
    store.deciding = bench(*told, partners=(home, of_the_homes, police()), places=ROWS)
    bail = ordered("bail", "HPKNJ1", accused=CHILD, jail={"code": "HPOH01"})
    assert await speak(store, (bail, court("HPKNJ1"))) == "parked"
    assert told_of(store, bail) == {"HPOH01"}
    with store.engine.connect() as connection:
        assert "JAIL_NOT_SERVED" not in connection.scalars(select(schema.alarms.c.code)).all()
    await speak(store, (fir(accused=("A2=Sunil", "CCL1=Ravi")), PALAMPUR))
    assert state_of(store, bail) == "recorded"
    let_go = admission("M-9", "HPOH01", kind="RELEASE", ground="BAIL", accused=CHILD, at="2026-11-21T06:00:00Z")
    await speak(store, (let_go, a_jail("HPOH01")), partner="hp-home")
    [asked] = [
        each
        for each in obligations(reader_of(store.engine), state=None, jail="HPOH01", limit=10)
        if each.decision == "GRANTED"
    ]
    assert asked.state == "answered"


async def test_one_wire_corroborates_nothing(store: Store) -> None:
    store.deciding = bench(subscription("hp-cases"), places=ROWS)
    await speak(store, OF_PALAMPUR[0])
    remand = ordered("remand", "PBLD01", jail={"code": "PBCJ01"})
    assert await speak(store, (remand, court("PBLD01")), partner="hub") == "parked"
    assert await speak(store, (arrest(), station("3011001")), partner="hub") == "parked"
    assert state_of(store, remand) == "parked"


async def test_words_about_two_persons_corroborate_nothing(store: Store) -> None:
    store.deciding = bench(subscription("hp-cases"), places=ROWS)
    await speak(store, OF_PALAMPUR[0])
    remand = ordered("remand", "PBLD01", jail={"code": "PBCJ01"})
    assert await speak(store, (remand, court("PBLD01"))) == "parked"
    of_another = arrest("A-9", serial="A1", name="Ramesh Kumar")
    assert await speak(store, (of_another, station("3011001"))) == "parked"
    assert state_of(store, remand) == "parked"


async def test_an_order_is_taken_back_only_within_reach(store: Store) -> None:
    """The link court of another division cancels, on its own, what the High Court granted: both go to the jail."""
    prison = jail("HPDJ04", partner_id="hpdj04")
    orders = subscription("HPDJ04", "hpdj04", jails=["HPDJ04"])
    store.deciding = bench(orders, partners=(prison, police()), places=ROWS)
    for word in IN_JAIL:
        await speak(store, word)
    granted = ordered("bail", "HPHC01", "B-1", **HOLDS)
    assert await speak(store, (granted, court("HPHC01"))) == "recorded"
    cancelled = ordered("bail", "HPKN04", "B-2", decision="CANCELLED", ordered_on="2026-11-21", **HOLDS)
    assert await speak(store, (cancelled, court("HPKN04"))) == "recorded"
    assert states_of(store, granted) == {"owed"}
    of_the_same = ordered("bail", "HPHC01", "B-3", decision="CANCELLED", ordered_on="2026-11-21", **HOLDS)
    await speak(store, (of_the_same, court("HPHC01")))
    assert states_of(store, granted) == {"superseded"}


async def test_a_magistrate_elsewhere_grants_no_transit_bail(store: Store) -> None:
    store.deciding = bench(subscription("hp-cases"), places=ROWS)
    await speak(store, OF_PALAMPUR[0])
    transit = ordered("bail", "PBLD01", kind="TRANSIT")
    assert await speak(store, (transit, court("PBLD01"))) == "parked"


async def test_a_cnr_joins_a_labelled_case_only_when_the_police_name_its_court(store: Store) -> None:
    store.deciding = bench(subscription("hp-cases"))
    await speak(store, (fir(section="64"), PALAMPUR))
    assert await speak(store, (outcome("H-1"), court("HPKN02"))) == "recorded"
    by_cnr_alone = outcome("H-2", firs=(), message_id="H-2")
    assert await speak(store, (by_cnr_alone, court("HPKN02"))) == "parked"
    report = {"number": "CS-1", "kind": "CHARGE_SHEET", "court": "HPKN02", "filed_at": "2026-11-20T06:00:00Z"}
    await speak(store, (said("R-1", "icjs.final-report.filed.v1", named(), final_report=report), PALAMPUR))
    assert await speak(store, (outcome("H-3"), court("HPKN02"))) == "recorded"
    assert state_of(store, by_cnr_alone) == "recorded"


@pytest.mark.parametrize(("by", "joins"), [("2011007", True), ("2017002", False)], ids=["own station", "another"])
async def test_the_court_to_which_the_fir_s_station_brought_the_arrested_joins_its_cnr(
    store: Store, by: str, joins: bool
) -> None:
    store.deciding = bench(subscription("hp-cases"))
    await speak(store, (fir(section="64", accused=("A2=Sunil",)), PALAMPUR))
    brought = {"station": {"code": by, "state": "HP"}, "accused": SUNIL}
    brought |= {"arrest": {"kind": "ARREST", "at": f"{DAY}T02:00:00Z", "produced_before": "HPKN02"}}
    await speak(store, (said("A-1", "icjs.accused.arrested.v1", named(), accused=brought), station(by)))
    await speak(store, (outcome("H-1"), court("HPKN02")))
    by_cnr_alone = outcome("H-2", firs=(), message_id="H-2")
    assert await speak(store, (by_cnr_alone, court("HPKN02"))) == ("recorded" if joins else "parked")


@pytest.mark.parametrize(("by", "becomes"), [("HPKN04", "parked"), ("HPKN01", "recorded")], ids=["beside", "above"])
async def test_behind_one_hub_a_court_corrects_its_own_word_and_that_of_a_court_below_it(
    store: Store, by: str, becomes: str
) -> None:
    store.deciding = bench(subscription("hp-cases"), places=ROWS)
    for word in BEFORE_KANGRA:
        await speak(store, word)
    amended = outcome("H-0", action=Action.AMEND, refers_to="H-0-NEW", accused=("A2=Sunil",), next_on=date(2026, 12, 4))
    assert await speak(store, (amended, court(by))) == becomes


def states_of(store: Store, content: Content) -> set[str]:
    """Of the deliveries of a message."""
    with store.engine.connect() as connection:
        states = connection.scalars(
            select(schema.deliveries.c.state)
            .join(schema.events, schema.events.c.event_id == schema.deliveries.c.event_id)
            .join(schema.messages, schema.messages.c.identity == schema.events.c.identity)
            .where(schema.messages.c.message_id == content.message_id)
        )
        return set(states)


def with_jails(store: Store) -> None:
    """The gateway of a State with rows, in which every jail has a system of its own."""
    partners = tuple(jail(code, partner_id=code.lower()) for code in JAILS)
    orders = [subscription(code, code.lower(), jails=[code]) for code in JAILS]
    store.deciding = bench(*orders, subscription("hp-cases"), partners=(*partners, police()), places=ROWS)


@pytest.mark.parametrize(
    ("by", "told"),
    [("SCIN01", {"HPDJ04"}), ("HPHC01", {"HPDJ04"}), ("PHHC01", set()), ("HPKN01", set()), ("HPKN04", set())],
)
async def test_a_number_alone_is_followed_for_a_superior_court_alone(store: Store, by: str, told: set[str]) -> None:
    with_jails(store)
    for word in BEFORE_KANGRA:
        await speak(store, word)
    release = ordered("release", by, case=CaseReference(), accused={"pid": "HPDJ04-77"})
    assert await speak(store, (release, court(by))) == "parked"
    assert told_of(store, release) == told


async def test_a_number_that_two_jails_have_given_reaches_both_unless_the_name_tells_which(store: Store) -> None:
    with_jails(store)
    for word in BEFORE_KANGRA:
        await speak(store, word)
    other = {"accused": {**MAHESH, "pid": "HPDJ04-77"}}
    await speak(store, (fir(113, accused=("A1=Mahesh",)), PALAMPUR))
    await speak(store, (admission("M-7", "HPMC01", named(113), **other), a_jail("HPMC01")))
    by_number = ordered("release", "HPHC01", "L-1", CaseReference(), accused={"pid": "HPDJ04-77"})
    by_name = ordered("release", "HPHC01", "L-2", CaseReference(), accused={"pid": "HPDJ04-77", "name": "Sunil"})
    for content in (by_number, by_name):
        await speak(store, (content, court("HPHC01")))
    assert told_of(store, by_number) == {"HPDJ04", "HPMC01"}
    assert told_of(store, by_name) == {"HPDJ04"}
    asked = obligations(reader_of(store.engine), state=None, jail=None, limit=10)
    assert sorted(each.jail for each in asked if each.jail) == ["HPDJ04", "HPDJ04", "HPMC01"]


@pytest.mark.parametrize("is_given", [False, True], ids=["origin silent", "origin gave the investigation"])
async def test_the_jail_of_the_old_number_has_the_order_as_unverified_until_the_origin_gave_the_investigation(
    store: Store, is_given: bool
) -> None:
    with_jails(store)
    for word in IN_JAIL:
        await speak(store, word)
    if is_given:
        await speak(store, (given_to("2017002"), PALAMPUR))
    await speak(store, (registered(41, "2017002", parent_fir=PARENT), station("2017002")))
    granted = ordered("bail", "HPSH03", "B-1", OF_SHIMLA)
    assert await speak(store, (granted, court("HPSH03"))) == "recorded"
    leased = await store.lease(at=START, liberty=True)
    [order] = [each for each in leased if each.head.told.message_id == "B-1" and each.head.subscription_id == "HPDJ04"]
    prison = jail("HPDJ04")
    assert disclosure().rule_against(order.head.told, prison) is None
    shown = disclosure().shown(order.head.told, prison)
    sent = json.loads(cloudevent(order.head, order.position, shown, environment="sandbox"))["data"]
    mark = {"state": "UNVERIFIED", "reason": "MOVED_FIR", "advice": "verify identity; ask the issuing court"}
    assert sent.get("authority") == (None if is_given else mark)
    assert "link" not in sent
    assert not any(each["number"] == "112" for each in sent["case"]["firs"])


async def test_the_taking_station_learns_nothing_of_the_case_under_the_old_number(store: Store) -> None:
    """Whether the FIR that it names is known or not: its court has the same receipt, state and progress."""
    with_jails(store)
    for word in IN_JAIL:
        await speak(store, word)
    unknown = {**PARENT, "number": "999"}
    seen = []
    for number, parent in ((41, PARENT), (42, unknown)):
        await speak(store, (registered(number, "2017002", parent_fir=parent), station("2017002")))
        case = CaseReference(firs=(fir_reference(number, "2017002"),))
        await speak(store, (ordered("bail", "HPSH03", f"B-{number}", case), court("HPSH03")))
        standing = await store.messages.standing("hp-courts", "courts.bail-order.v1", f"B-{number}")
        receipt = await store.messages.receipt("hp-courts", "courts.bail-order.v1", f"B-{number}")
        assert standing is not None
        told = json.loads(receipt or b"{}")
        seen.append((standing.state, standing.progress, told["outcome"], told["findings"]))
    assert seen[0] == seen[1]
    with store.engine.connect() as connection:
        owed = connection.scalars(
            select(schema.deliveries.c.subscription_id).where(schema.deliveries.c.subscription_id == "HPDJ04")
        ).all()
        held = {row.identifier: row.case_id for row in connection.execute(select(schema.case_identifiers)).all()}
    assert owed
    assert len({held[f"fir:HP/{key}/2026"] for key in ("2011007/112", "2017002/41", "2017002/42")}) == 3


async def test_an_order_to_the_jail_of_the_old_number_that_stays_undelivered_alarms_the_operator_alone(
    store: Store,
) -> None:
    with_jails(store)
    for word in IN_JAIL:
        await speak(store, word)
    await speak(store, (registered(41, "2017002", parent_fir=PARENT), station("2017002")))
    await speak(store, (ordered("bail", "HPSH03", "B-1", OF_SHIMLA), court("HPSH03")))
    alerter = Alerter(recipients=lambda: store.deciding.recipients, ids=store.deciding.ids)
    raised = await looked(StoreAlarms(store.writer, alerter), START + timedelta(days=1), timedelta(minutes=15))
    with store.engine.connect() as connection:
        bail = select(schema.events.c.event_id).where(schema.events.c.type == "icjs.bail.ordered.v1")
        [order] = connection.scalars(bail).all()
        alerts = connection.scalars(select(schema.events.c.data).where(schema.events.c.type == ALERTED)).all()
    [moved] = [each for each in raised if each.event_id == order]
    assert (moved.code, "HPDJ04" in moved.recipients) == (AlarmCode.LIBERTY_UNDELIVERED, True)
    of_the_order = [data for data in alerts if order.encode() in data]
    assert not any(b"HPDJ04" in data for data in of_the_order), "nobody of the case is told where else the person is"


def asked_places(store: Store) -> list[str]:
    """What the operator is asked about places that no row knows, in order."""
    with store.engine.connect() as connection:
        rows = connection.scalars(
            select(schema.alarms.c.subject)
            .where(schema.alarms.c.code == AlarmCode.PLACE_UNKNOWN.value, schema.alarms.c.cleared_at.is_(None))
            .order_by(schema.alarms.c.seq)
        )
        return list(rows)


async def test_the_operator_is_asked_once_about_a_place_that_the_rows_of_its_state_do_not_know(store: Store) -> None:
    with_jails(store)
    await speak(store, OF_PALAMPUR[0])
    assert asked_places(store) == []
    assert await speak(store, (registered(1, "2099001"), station("2099001"))) == "recorded"
    assert await speak(store, (registered(2, "2099001"), station("2099001"))) == "recorded"
    assert await speak(store, (admission("M-9", "HPNJ01"), a_jail("HPNJ01"))) == "recorded"
    await speak(store, (ordered("bail", "HPNW01", "B-9"), court("HPNW01")))
    asked = ["station/HP/2099001", "jail/HP/HPNJ01", "court/HP/HPNW01"]
    assert asked_places(store) == asked
    with store.engine.begin() as connection:
        settle_known_places(connection, {("jail", "HPNJ01"), ("court", "2099001")}, START)
    assert asked_places(store) == ["station/HP/2099001", "court/HP/HPNW01"]
    await speak(store, (admission("M-10", "HPNJ01", entry_number="2"), a_jail("HPNJ01")))
    assert "jail/HP/HPNJ01" not in asked_places(store)


async def test_in_silence_nobody_is_asked_about_a_place(store: Store) -> None:
    store.deciding = bench(subscription("hp-cases"))
    assert await speak(store, (registered(1, "2099001"), station("2099001"))) == "recorded"
    assert asked_places(store) == []


async def test_who_invents_codes_breeds_no_alarms_without_end(store: Store) -> None:
    with_jails(store)
    for number in range(UNKNOWN_PLACES_MOST + 5):
        code = str(2099001 + number)
        assert await speak(store, (registered(1, code), station(code))) == "recorded"
    asked = asked_places(store)
    assert len(asked) == UNKNOWN_PLACES_MOST + 1
    assert asked[-1] == "hp-police/2026-11-20"
    elsewhere = ordered("bail", "HPNW01", "B-9")
    await speak(store, (elsewhere, court("HPNW01")))
    assert asked_places(store)[-1] == "court/HP/HPNW01"


async def test_a_jail_that_the_rows_do_not_know_reads_in_short_what_its_own_word_alone_opens(store: Store) -> None:
    with_jails(store)
    await speak(store, OF_PALAMPUR[0])
    for code in ("HPNJ01", "HPMC01"):
        await speak(store, (admission(f"M-{code}", code, at="2026-11-20T03:00:00Z"), a_jail(code)))
        with store.engine.connect() as connection:
            [case_id] = ledger_facts.cases_of(connection, {("fir", "HP/2011007/112/2026")}).values()
            file = ledger_facts.files(connection, {case_id})[case_id]
        read = seen_case(file, jail(code), Disclosure(policy(), lambda: ROWS))
        assert read is not None
        assert read.is_short is (code == "HPNJ01")
        await speak(store, (admission(f"O-{code}", code, kind="RELEASE", at="2026-11-20T04:00:00Z"), a_jail(code)))


@pytest.mark.parametrize(
    ("kind", "told"), [("ANTICIPATORY", {"hp-cases", "palampur"}), ("REGULAR", set())], ids=["anticipatory", "regular"]
)
async def test_anticipatory_bail_reaches_the_police_of_the_station_that_it_names_before_its_fir_is_there(
    store: Store, kind: str, told: set[str]
) -> None:
    """The applicant is not an accused yet, and nobody but that station would make the arrest."""
    own = police("palampur").model_copy(update={"jurisdiction": Jurisdiction(state="HP", stations=("2011007",))})
    beside = police("shimla").model_copy(update={"jurisdiction": Jurisdiction(state="HP", stations=("2017002",))})
    partners = (police(), police("pb-police", state="PB"), own, beside, jail("HPDJ04", partner_id="hpdj04"))
    orders = [subscription(name, name) for name in ("palampur", "shimla", "pb-police", "hpdj04")]
    store.deciding = bench(*orders, subscription("hp-cases"), partners=partners, places=ROWS)
    granted = ordered("bail", "HPKN01", "B-1", named(118), kind=kind, accused={"name": "Sunil"})
    assert await speak(store, (granted, court("HPKN01"))) == "parked"
    leased = await store.lease(at=START, liberty=True)
    assert {each.head.subscription_id for each in leased} == told
    for each in leased:
        recipient = own if each.head.subscription_id == "palampur" else police()
        assert disclosure().rule_against(each.head.told, recipient) is None
        shown = disclosure().shown(each.head.told, recipient)
        sent = json.loads(cloudevent(each.head, each.position, shown, environment="sandbox"))["data"]
        assert sent["authority"]["state"] == "UNVERIFIED"
    await speak(store, (registered(118, "2011007"), PALAMPUR))
    assert state_of(store, granted) == "recorded"
    with store.engine.connect() as connection:
        followed = connection.scalars(
            select(schema.deliveries.c.subscription_id)
            .join(schema.events, schema.events.c.event_id == schema.deliveries.c.event_id)
            .where(schema.events.c.type == "icjs.order.linked.v1")
        ).all()
    assert set(followed) == told


@pytest.mark.parametrize("is_on_file", [False, True], ids=["unknown CNR", "CNR on file"])
@pytest.mark.parametrize("places", [ROWS, NO_PLACES], ids=["rows", "silence"])
async def test_anticipatory_bail_reaches_the_police_of_a_station_before_any_fir(
    store: Store, places: Places, is_on_file: bool
) -> None:
    own = police("palampur").model_copy(update={"jurisdiction": Jurisdiction(state="HP", stations=("2011007",))})
    beside = police("shimla").model_copy(update={"jurisdiction": Jurisdiction(state="HP", stations=("2017002",))})
    partners = (police(), police("pb-police", state="PB"), own, beside, jail("HPDJ04", partner_id="hpdj04"))
    orders = [subscription(each.id, each.id) for each in partners]
    store.deciding = bench(*orders, partners=partners, places=places)
    feared = {"station": {"state": "HP", "code": "2011007"}, "accused": {"name": "Vijay Thakur"}}
    case = CaseReference(cnr=Cnr("HPHC010004172026"))
    if is_on_file:
        await speak(store, (taken_on("HPHC01", case, role="BAIL"), court("HPHC01")))
    granted = ordered("bail", "HPHC01", "B-1", case, kind="ANTICIPATORY", **feared)
    await speak(store, (granted, court("HPHC01")))
    by_id = {each.id: each for each in partners}
    told = {
        each.head.subscription_id
        for each in await store.lease(at=START, liberty=True)
        if disclosure().rule_against(each.head.told, by_id[each.head.subscription_id]) is None
    }
    assert told == {"hp-police", "palampur"}


@pytest.mark.parametrize("places", [ROWS, NO_PLACES], ids=["rows", "silence"])
async def test_an_order_opens_no_case_with_a_fir_to_a_station_that_it_merely_names(
    store: Store, places: Places
) -> None:
    beside = police("pb-police", state="PB")
    store.deciding = bench(subscription("pb-police", "pb-police"), partners=(police(), beside), places=places)
    for word in OF_PALAMPUR:
        await speak(store, word)
    named_too = {"station": {"state": "PB", "code": "3011001"}, "accused": {"serial": "A1"}}
    granted = ordered("bail", "HPKN02", "B-1", kind="ANTICIPATORY", **named_too)
    assert await speak(store, (granted, court("HPKN02"))) == "recorded"
    told = [each.head.told for each in await store.lease(at=START, liberty=True)]
    assert told
    assert all(disclosure().rule_against(each, beside) is not None for each in told)


async def test_anticipatory_bail_for_another_state_s_station_is_not_told_to_the_police_beside_the_court(
    store: Store,
) -> None:
    partners = (police(), police("pb-police", state="PB"))
    store.deciding = bench(subscription("pb-police", "pb-police"), subscription("hp-cases"), partners=partners)
    granted = ordered("bail", "PBLD02", "B-1", named(118), kind="ANTICIPATORY", accused={"name": "Sunil"})
    await speak(store, (granted, court("PBLD02")))
    assert {each.head.subscription_id for each in await store.lease(at=START, liberty=True)} == {"hp-cases"}


SECOND_WORDS: dict[str, Word] = {
    "remand by the nearest Magistrate": (ordered("remand", "PBLD01", jail={"code": "PBCJ01"}), court("PBLD01")),
    "arrest by a station there": (arrest(), station("3011001")),
    "a warrant of the case's court to that jail": (
        ordered("custody", "HPKN02", "C-1", named(cnr=CNR), jail={"code": "PBCJ01"}),
        court("HPKN02"),
    ),
    "the first jail's transfer": (
        admission("M-9", "HPDJ04", kind="TRANSFER_OUT", to_prison={"code": "PBCJ01"}),
        a_jail("HPDJ04"),
    ),
}


@pytest.mark.parametrize("silent", [False, True], ids=["rows", "silence"])
@pytest.mark.parametrize("what", SECOND_WORDS)
async def test_a_register_of_another_state_alone_is_told_to_owners_and_first_jail_until_a_second_word_links_it(
    store: Store, what: str, silent: bool
) -> None:
    others = (police(), police("pb-police", state="PB"), jail("HPDJ04", partner_id="hpdj04"))
    alerts = [subscription(each.id, each.id, states=["PB" if each.id == "pb-police" else "HP"]) for each in others]
    store.deciding = bench(*alerts, partners=others, places=NO_PLACES if silent else ROWS)
    for word in BEFORE_KANGRA:
        await speak(store, word)
    entered = admission()
    assert await speak(store, (entered, a_jail("PBCJ01"))) == "parked"
    assert [each.identity.rpartition("/")[2] for each in exceptions.parked(store.engine)] == [entered.message_id]
    alerter = Alerter(recipients=lambda: store.deciding.recipients, ids=store.deciding.ids)
    await StoreAlarms(store.writer, alerter).look(START + timedelta(hours=1), timedelta(days=1))
    assert alerted_of(store, "CLAIM_REFUSED", "jail/PB/PBCJ01") == {"hp-police", "hpdj04"}
    assert await speak(store, SECOND_WORDS[what]) == "recorded"
    assert state_of(store, entered) == "recorded"
    assert exceptions.parked(store.engine) == []


def alerted_of(store: Store, code: str, place: str) -> set[str]:
    """The subscriptions that are owed an alert of this alarm."""
    with store.engine.connect() as connection:
        rows = connection.execute(
            select(schema.deliveries.c.subscription_id, schema.events.c.data)
            .join(schema.events, schema.events.c.event_id == schema.deliveries.c.event_id)
            .where(schema.events.c.type == "icjs.alert.raised.v1")
        ).all()
    alerts = [(row.subscription_id, json.loads(row.data)["alert"]) for row in rows]
    return {name for name, alert in alerts if (alert["code"], alert.get("place")) == (code, place)}


PRESENT_IN_OLD, PRESENT_IN_NEW = (
    (admission("M-0", "HPDJ04", word[0].case), a_jail("HPDJ04")) for word in (OLD_FIR, NEW_FIR)
)
BY_OTHER_CODES: dict[str, tuple[tuple[Word, ...], CaseReference, tuple[Word, ...], str]] = {
    "an old FIR under the code of the successor": ((OLD_FIR, PRESENT_IN_OLD), BY_NEW_CODE, (), "recorded"),
    "a new FIR under the code that the station had": ((NEW_FIR, PRESENT_IN_NEW), BY_OLD_CODE, (), "recorded"),
    "an old FIR that comes only afterwards": ((), BY_NEW_CODE, (OLD_FIR,), "recorded"),
    "a number that the successor may have given itself": (
        (OLD_FIR, PRESENT_IN_OLD),
        CaseReference(firs=(fir_reference(7, "2014009"),)),
        (),
        "parked",
    ),
    "a number that the station may have given before it was closed": (
        (NEW_FIR, PRESENT_IN_NEW),
        CaseReference(firs=(fir_reference(9, "2013001", year=2025),)),
        (),
        "parked",
    ),
    "the number of a station that nobody succeeded": (
        (OLD_FIR, PRESENT_IN_OLD),
        CaseReference(firs=(fir_reference(7, "2017002", year=2025),)),
        (),
        "parked",
    ),
}


@pytest.mark.parametrize("silent", [False, True], ids=["rows", "silence"])
@pytest.mark.parametrize("what", BY_OTHER_CODES)
async def test_a_fir_is_found_under_the_code_of_the_station_that_succeeded_or_was_succeeded(
    store: Store, what: str, silent: bool
) -> None:
    before, named_so, later, becomes = BY_OTHER_CODES[what]
    with_jails(store)
    if silent:
        store.deciding = replace(store.deciding, authority=replace(store.deciding.authority, places=NO_PLACES))
    for word in before:
        await speak(store, word)
    granted = ordered("bail", "HPMA01", "B-9", named_so)
    await speak(store, (granted, court("HPMA01")))
    for word in later:
        await speak(store, word)
    assert state_of(store, granted) == ("parked" if silent else becomes)
    is_found = becomes == "recorded" and not silent
    assert told_of(store, granted) == ({"HPDJ04"} if is_found and before else set())
    if is_found:
        with store.engine.connect() as connection:
            keys = {("fir", str(content.case.firs[0].key())) for content, _ in (*before, *later)}
            [case_id] = ledger_facts.cases_of(connection, keys).values()
            case = ledger_facts.files(connection, {case_id})[case_id].case
        number = (f"fir:{named_so.firs[0].key()}", "A2")
        assert [person.bail is not None for person in case.persons if number in person.numbers] == [True]
        assert len(case.persons) == len((*before, *later)[0][0].events[0].data.fir.accused)


async def test_a_station_of_another_state_reads_of_the_case_the_warrant_on_which_it_arrested_and_nothing_else(
    store: Store,
) -> None:
    store.deciding = bench(subscription("hp-cases"), places=ROWS)
    for word in WANTED:
        await speak(store, word)
    query = Permissions(receive=("icjs.*",), query=("cases",), purposes=("INVESTIGATION",))
    there = police("pb-police", state="PB").model_copy(update={"may": query})
    station_alone = there.model_copy(update={"jurisdiction": Jurisdiction(state="PB", stations=("3011001",))})
    beside = there.model_copy(update={"jurisdiction": Jurisdiction(state="PB", stations=("3011002",))})
    without = there.model_copy(update={"may": Permissions(receive=("icjs.*",))})
    seeing = Disclosure(policy(), lambda: ROWS)

    def read(reader: Partner) -> SeenCase | None:
        with store.engine.connect() as connection:
            [case_id] = ledger_facts.cases_of(connection, {("fir", "HP/2011007/112/2026")}).values()
            return shown_case(ledger_facts.files(connection, {case_id})[case_id], reader, seeing)

    assert read(there) is None
    arrested = arrest("A-9")
    assert await speak(store, (arrested, station("3011001"))) == "recorded"
    for reader in (there, station_alone):
        seen = read(reader)
        assert seen is not None
        assert seen.is_short
        [person] = seen.tree.pop("persons")
        assert seen.tree.keys() - {"disclosure"} == {"id"}
        assert person.keys() == {"name", "warrants"}
        assert [each["process_id"] for each in person["warrants"]] == ["P-1"]
        assert seen_case(seen.file, reader, seeing) is None
    assert read(beside) is None
    assert read(without) is None
    await speak(store, (recalled("warrant", "W-9", "P-1"), court("HPKN02")))
    assert read(there) is None
