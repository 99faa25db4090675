"""A case told twice, once with words of other States in between: what its owners have is the same.

The story is one of practice: FIR, arrest, remand, admission, outcome, final report, bail, release, committal, and a
second FIR of the station. The attackers hold ordinary credentials of their own State.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from icjs_gateway.model.content import Action, CaseReference, Content
from icjs_gateway.model.identifiers import Cnr
from icjs_gateway.routing.alarms import AlarmCode
from icjs_gateway.routing.authority.places import PlaceKind
from icjs_gateway.routing.authority.speaker import Speaker
from icjs_gateway.routing.obligations import VERIFY
from icjs_gateway.stores import migrate, schema
from icjs_gateway.stores.engine import open_engine
from tests.conformance.conftest import Store, running
from tests.conformance.test_whose_word import FOREIGN
from tests.support.doors import DAY, ROWS, SUNIL, a_jail, admission, arrest, court, named, ordered, station, taken_on
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

CNR, SESSIONS_CNR, PUNJAB_CNR = "HPKN020003412026", "HPKN010000772026", "PBLD010000012026"
HELD_IN = {"jail": {"code": "HPDJ04"}}
PALAMPUR, KANGRA, SESSIONS = station("2011007"), court("HPKN02"), court("HPKN01")
SARABHA_NAGAR, LUDHIANA, PUNJAB_JAIL = station("3011001"), court("PBLD01"), a_jail("PBCJ01")
PUNJAB_LABORATORY = Speaker(kind=PlaceKind.LABORATORY, code="PBFSL", state="PB")
PUNJAB_OFFICE = Speaker(kind=PlaceKind.OFFICE, state="PB")
SHIMLA = court("HPSH01")

REPORT = {"number": "CS-1", "kind": "CHARGE_SHEET", "court": "HPKN02", "filed_at": f"{DAY}T06:00:00Z"}
STORY: tuple[Word, ...] = (
    (fir(accused=("A1=Ramesh Kumar", "A2=Sunil")), PALAMPUR),
    (arrest("A-0", "2011007"), PALAMPUR),
    (ordered("remand", "HPKN02", "R-0", **HELD_IN), KANGRA),
    (admission("M-0", "HPDJ04"), a_jail("HPDJ04")),
    (outcome("H-0", accused=("A2=Sunil",)), KANGRA),
    (said("S-0", "icjs.final-report.filed.v1", named(), final_report=REPORT), PALAMPUR),
    (ordered("bail", "HPKN02", "B-0", named(cnr=CNR), **HELD_IN), KANGRA),
    (ordered("release", "HPKN02", "L-0", named(cnr=CNR), process_id="P-0", **HELD_IN), KANGRA),
    (admission("M-9", "HPDJ04", kind="RELEASE", ground="BAIL", at="2026-11-21T06:00:00Z"), a_jail("HPDJ04")),
    (changed("COMMITTAL", to=(SESSIONS_CNR,)), KANGRA),
    (taken_on("HPKN01", named(cnr=SESSIONS_CNR)), SESSIONS),
    (fir(113), PALAMPUR),
)
GAPS = (0, 3, 7, 9)
"""Before how many words of the story others speak: before the FIR, the admission, the release order, the committal."""
OWN = frozenset({f"fir:HP/2011007/{number}/2026" for number in (112, 113)} | {f"cnr:{CNR}", f"cnr:{SESSIONS_CNR}"})


def told(event: str, speaker: Speaker, case: CaseReference | None = None, **members: Any) -> Word:
    """One word of a place of another State."""
    about = {"court": {"establishment": speaker.code}} if speaker.kind is PlaceKind.COURT else {}
    return said("X", f"icjs.{event}.v1", case or named(), **about, **members), speaker


def entry(case: CaseReference | None = None, **members: Any) -> Word:
    """One entry in the register of the jail at Ludhiana."""
    return admission("X", "PBCJ01", case, **members), PUNJAB_JAIL


def order(noun: str, **members: Any) -> Word:
    return ordered(noun, "PBLD01", "X", **members), LUDHIANA


def own_fir(number: int, *beside: int, parent: Mapping[str, Any] | None = None) -> Word:
    """A FIR of the station at Sarabha Nagar, which names FIRs of Palampur beside its own, or one as its parent."""
    firs = (fir_reference(number, "3011001", "PB"), *(fir_reference(each) for each in beside))
    registered = {
        **({"parent_fir": parent} if parent is not None else {}),
        "number": str(number),
        "year": 2026,
        "kind": "REGULAR",
        "police_station": {"code": "3011001", "state": "PB"},
        "registered_at": "2026-08-31T05:40:00Z",
        "acts_sections": [{"act": "BNS", "section": "303(2)"}],
    }
    return told("fir.registered", SARABHA_NAGAR, CaseReference(firs=firs), fir=registered)


def heard(case: CaseReference, **members: Any) -> Word:
    hearing = {"hearing_id": "X", "listed_on": DAY, "held": True} | members
    return told("hearing.recorded", LUDHIANA, case, hearing=hearing)


BOTH, FUTURE = named(cnr=CNR), named(113)
AT = f"{DAY}T06:00:00Z"
LABORATORY = {"code": "PBFSL", "state": "PB"}


@dataclass(frozen=True, kw_only=True)
class Attack:
    """What a place of another State says, one word after the other, with new message ids in the gaps of the story."""

    words: Callable[[int], Sequence[Word]]
    is_alarmed: bool = True
    """Whether its last word is in a case of the owners', so that they are alarmed."""


def attack(*words: Word, is_alarmed: bool = True) -> Attack:
    return Attack(words=lambda number: words, is_alarmed=is_alarmed)


def at(when: datetime, word: Word) -> Word:
    content, speaker = word
    return replace(content, recorded_at=when), speaker


def corrected(word: Word, action: Action, refers_to: str) -> Word:
    content, speaker = word
    return replace(content, action=action, refers_to=refers_to), speaker  # type: ignore[arg-type]


OF_ITS_OWN = CaseReference(firs=(fir_reference(901, "3011001", "PB"),))
OWN_CASE = (
    own_fir(900),
    heard(CaseReference(firs=(fir_reference(900, "3011001", "PB"),), cnr=Cnr(PUNJAB_CNR))),
    heard(named(None, PUNJAB_CNR), accused=[{"serial": "A1", "charges": [{"act": "BNS", "section": "64"}]}]),
)
"""A case of Ludhiana, which has a CNR there, and then a label."""

ATTACKS: dict[str, Attack] = {
    **{name: attack(word) for name, word in FOREIGN.items()},
    # A1: whose case it is
    "a future FIR number beside one's own": Attack(words=lambda number: [own_fir(number + 1, 113)]),
    "a known FIR beside one's own": Attack(words=lambda number: [own_fir(number + 1, 112)]),
    "a FIR under another station's number": attack(
        (fir(112, accused=("A9=Nobody",)), SARABHA_NAGAR), (fir(113), SARABHA_NAGAR)
    ),
    "a transfer to a CNR that is not given yet": attack(
        told("proceeding.changed", LUDHIANA, proceeding={"kind": "TRANSFER", "on": DAY, "to": [{"cnr": SESSIONS_CNR}]})
    ),
    "a committal to a court of its own": attack(
        told(
            "proceeding.changed",
            LUDHIANA,
            BOTH,
            proceeding={"kind": "COMMITTAL", "on": DAY, "to": [{"cnr": PUNJAB_CNR}]},
        )
    ),
    "a split of the case": attack(
        told("proceeding.changed", LUDHIANA, BOTH, proceeding={"kind": "SPLIT", "on": DAY, "to": [{"cnr": PUNJAB_CNR}]})
    ),
    "a transfer from its own case to the CNRs of others": attack(
        *OWN_CASE,
        told(
            "proceeding.changed",
            LUDHIANA,
            named(None, PUNJAB_CNR),
            proceeding={"kind": "TRANSFER", "on": DAY, "to": [{"cnr": SESSIONS_CNR}, {"cnr": CNR}]},
        ),
    ),
    "its own labelled case clubbed with an unseen one": attack(
        *OWN_CASE,
        told(
            "proceeding.changed",
            LUDHIANA,
            named(None, PUNJAB_CNR),
            proceeding={"kind": "CLUBBING", "on": DAY, "to": [{"cnr": CNR}, {"cnr": SESSIONS_CNR}]},
        ),
    ),
    "a case registered under its own CNR": attack(
        (taken_on("PBLD01", named(cnr=PUNJAB_CNR), "X", role="TRIAL", from_cnr=CNR), LUDHIANA)
    ),
    "a case registered under another court's CNR": attack(
        (taken_on("PBLD01", named(None, SESSIONS_CNR), "X"), LUDHIANA)
    ),
    "an investigation transferred to itself": attack(
        told(
            "investigation.transferred",
            SARABHA_NAGAR,
            investigation={"kind": "STATION", "on": DAY, "given_to": {"state": "PB", "station_code": "3011001"}},
        )
    ),
    "a final report filed before its own court": attack(
        told("final-report.filed", SARABHA_NAGAR, final_report={**REPORT, "number": "CS-9", "court": "PBLD01"})
    ),
    "orders in a FIR of its own that names a known one as the one it came from": attack(
        own_fir(901, parent={"state": "HP", "police_station_code": "2011007", "number": "112", "year": 2026}),
        order("bail", case=OF_ITS_OWN),
        order("release", case=OF_ITS_OWN, process_id="P-0"),
        order("custody", case=OF_ITS_OWN, type="CONVICTION_WARRANT"),
        is_alarmed=False,
    ),
    # A2: orders and dates
    "a release": attack(order("release", **HELD_IN)),
    "a recall of the release": attack(
        told(
            "release.recalled",
            LUDHIANA,
            BOTH,
            release={"accused": SUNIL, "ordered_on": DAY, "process_id": "P-0", "type": "RECALL", **HELD_IN},
        )
    ),
    "a conviction warrant": attack(order("custody", type="CONVICTION_WARRANT", jail={"code": "PBCJ01"})),
    "a custody warrant to another jail": attack(order("custody", jail={"code": "HPMC01"})),
    "a remand to its own jail": attack(order("remand", jail={"code": "PBCJ01"})),
    "a production warrant": attack(order("production", **HELD_IN)),
    "bail refused": attack(order("bail", decision="REFUSED")),
    "bail modified": attack(order("bail", decision="MODIFIED", ordered_on="2026-11-22", **HELD_IN)),
    "bail to somebody by a bare PID": attack(order("bail", accused={"pid": "HPDJ04-77"}, **HELD_IN)),
    "a release by a bare PID that names no jail and no case": attack(
        order("release", case=CaseReference(), accused={"pid": "HPDJ04-77"}), is_alarmed=False
    ),
    "a warrant of arrest": attack(order("warrant", process_id="P-9")),
    "a warrant recalled": attack(
        told("warrant.recalled", LUDHIANA, warrant={"accused": SUNIL, "ordered_on": DAY, "process_id": "P-0"})
    ),
    "a next date": attack(heard(named(), next={"on": "2026-12-24"})),
    "a next date by CNR": attack(heard(named(None, CNR), next={"on": "2026-12-24"})),
    "a judgment": attack(
        told(
            "court-case.disposed",
            LUDHIANA,
            BOTH,
            court_case={"accused": [{**SUNIL, "result": "ACQUITTED"}], "disposal": {"on": DAY}},
        )
    ),
    "a stay": attack(told("proceeding.changed", LUDHIANA, BOTH, proceeding={"kind": "STAY", "on": DAY})),
    "a withdrawal of the outcome": attack(
        corrected((outcome("H-0", action=Action.WITHDRAW), LUDHIANA), Action.WITHDRAW, "H-0-NEW")
    ),
    "an amendment of the bail": attack(
        corrected(
            told(
                "bail.amended",
                LUDHIANA,
                BOTH,
                bail={"authority": "ORDER", "accused": SUNIL, "ordered_on": DAY, "decision": "REFUSED"},
            ),
            Action.AMEND,
            "B-0",
        )
    ),
    # A3: registers
    "an admission to a foreign jail by a court's CNR": attack(entry(BOTH)),
    "a release by a foreign jail": attack(entry(kind="RELEASE", ground="BAIL")),
    "a release of a bare PID by a foreign jail": attack(entry(kind="RELEASE", accused={"pid": "HPDJ04-77"})),
    "an admission of a bare PID": attack(entry(accused={"pid": "HPDJ04-77"})),
    "a transfer to itself with a new PID": attack(
        entry(
            kind="TRANSFER_OUT",
            accused={**SUNIL, "pid": "HPDJ04-77"},
            to_prison={"code": "PBCJ01"},
            new_pid="PBCJ01-1",
        )
    ),
    "an escape": attack(entry(kind="ESCAPE")),
    "a death": attack(entry(kind="DEATH")),
    "an order not complied with": attack(
        told(
            "release.not-complied",
            PUNJAB_JAIL,
            release={
                "accused": SUNIL,
                "prison": {"code": "PBCJ01"},
                "not_complied": {"at": AT, "reason": "OTHER_CASE"},
            },
        )
    ),
    # A4: labels
    "a label by case type JC": attack(heard(named().model_copy(update={"case_type": "JC"}))),
    "a label by a serial of a child": attack(heard(named(), accused=[{"serial": "CCL1", "name": "Sunil"}])),
    "a label by an age": attack(entry(accused={**SUNIL, "age_years": 15})),
    "a label of a FIR by a section of POCSO": attack(
        told("charges.altered", SARABHA_NAGAR, charges={"on": DAY, "added": [{"act": "POCSO", "section": "4"}]})
    ),
    "a label by an arrest": attack((arrest("X", serial="CCL1", name="Sunil"), SARABHA_NAGAR)),
    # A6: time
    "a cancellation of 2099": attack(at(datetime(2099, 1, 1, tzinfo=UTC), order("bail", decision="CANCELLED"))),
    "a next date told in 2099": attack(at(datetime(2099, 1, 1, tzinfo=UTC), heard(named(), next={"on": "2026-12-24"}))),
    # Of the same State, which has rows
    "bail by a Court of Session of another division": attack((ordered("bail", "HPSH01", "X", **HELD_IN), SHIMLA)),
    "bail cancelled by a Court of Session of another division": attack(
        (ordered("bail", "HPSH01", "X", decision="CANCELLED"), SHIMLA)
    ),
    "charges altered by a station of another district": attack(
        told("charges.altered", station("2017002"), charges={"on": DAY, "added": [{"act": "POCSO", "section": "4"}]})
    ),
    # Everything else that police, laboratory and prosecution tell
    "an arrest": attack((arrest("X"), SARABHA_NAGAR)),
    "an accused added": attack(
        told(
            "accused.added",
            SARABHA_NAGAR,
            accused={"accused": {"serial": "A9", "name": "Nobody"}, "change": "ADDED", "on": DAY},
        )
    ),
    "an accused dropped": attack(
        told("accused.dropped", SARABHA_NAGAR, accused={"accused": SUNIL, "change": "DROPPED", "on": DAY})
    ),
    "a seizure": attack(told("property.seized", SARABHA_NAGAR, property={"memo_number": "SZ-9", "seized_at": AT})),
    "an exhibit forwarded": attack(
        told("exhibit.forwarded", SARABHA_NAGAR, exhibit={"forwarding_number": "RC-9", "laboratory": LABORATORY})
    ),
    "a laboratory case": attack(
        told(
            "lab-case.registered",
            PUNJAB_LABORATORY,
            lab_case={"number": "L-9", "laboratory": LABORATORY, "received_at": AT},
        )
    ),
    "a laboratory report": attack(
        told(
            "lab-report.issued",
            PUNJAB_LABORATORY,
            lab_report={
                "number": "LR-9",
                "lab_case_number": "L-9",
                "laboratory": LABORATORY,
                "kind": "FINAL",
                "issued_on": DAY,
            },
        )
    ),
    "a scrutiny": attack(
        told(
            "charge-sheet.scrutinised",
            PUNJAB_OFFICE,
            charge_sheet={"scrutiny_id": "SC-9", "outcome": "RETURNED", "on": DAY},
        )
    ),
}


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """What the owners have of the story when nobody else speaks."""
    folder: Path = tmp_path_factory.mktemp("untouched")
    engine = open_engine(f"sqlite:///{folder}/gateway.db")
    migrate.upgrade(engine)
    with running(engine, folder) as store:
        asyncio.run(play(store, lambda number: ()))
        found = owners_view(store)
    engine.dispose()
    assert len(found["cases"]) == 2
    assert [each["state"] for each in found["obligations"]] == ["answered", "answered"]
    assert found["deliveries"]["HPDJ04"]
    return found


@pytest.mark.parametrize("what", ATTACKS)
async def test_owners_have_the_same_whatever_other_states_say_in_between(
    store: Store, untouched: Mapping[str, Any], what: str
) -> None:
    planned = ATTACKS[what]
    await play(store, planned.words)
    assert owners_view(store) == untouched
    _, attacker = planned.words(0)[-1]
    assert (attacker.written() in places_alarmed(store)) is planned.is_alarmed


async def play(store: Store, attacks: Callable[[int], Sequence[Word]]) -> None:
    """The story at fixed minutes, and in the gaps what others say."""
    jails = ("HPDJ04", "HPMC01", "PBCJ01")
    partners = tuple(jail(code, partner_id=code.lower()) for code in jails)
    orders = [subscription(code, code.lower(), jails=[code]) for code in jails]
    store.deciding = bench(*orders, subscription("hp-cases"), partners=(*partners, police()), places=ROWS)
    for number, word in enumerate(STORY):
        if number in GAPS:
            await attacked(store, attacks(number), number)
        content, speaker = word
        minute = MORNING + timedelta(minutes=10 * (number + 1))
        message = record(replace(content, recorded_at=minute), speaker=speaker)
        partner = f"hp-{message.envelope.pillar}"
        message = replace(message, envelope=replace(message.envelope, partner_id=partner))
        await store.ledger.record(message, store.deciding)
        with store.engine.connect() as connection:
            wanted = select(schema.messages.c.state).where(
                schema.messages.c.message_id == content.message_id, schema.messages.c.partner_id == partner
            )
            assert connection.scalar(wanted) == "recorded", content.message_id
    await attacked(store, attacks(len(STORY)), len(STORY))


async def attacked(store: Store, words: Sequence[Word], number: int) -> None:
    for index, (content, speaker) in enumerate(words):
        name = f"X-{number}-{index}"
        content = replace(content, message_id=name, thread=name)  # type: ignore[arg-type]
        if content.recorded_at is not None and content.recorded_at.year < 2099:
            content = replace(content, recorded_at=MORNING + timedelta(minutes=10 * number + 5 + index))
        message = record(content, speaker=speaker)
        envelope = replace(message.envelope, partner_id=f"pb-{speaker.kind}")
        await store.ledger.record(replace(message, envelope=envelope), store.deciding)


def owners_view(store: Store) -> Mapping[str, Any]:
    """Everything of the owners' cases that somebody reads or is sent, without ids, alerts and unverified orders."""
    with store.engine.connect() as connection:
        held = {row.identifier: row.case_id for row in connection.execute(select(schema.case_identifiers))}
        own = {held[name] for name in OWN if name in held}
        return {
            "cases": sorted(_cases(connection, own)),
            "identifiers": sorted(name for name, case_id in held.items() if case_id in own),
            "index": sorted(
                (row.kind, row.value)
                for row in connection.execute(select(schema.case_index))
                if row.case_id in own
            ),
            "obligations": _obligations(connection, own),
            "deliveries": {name: _deliveries(connection, name, own) for name in ("HPDJ04", "HPMC01", "hp-cases")},
        }  # fmt: skip


def places_alarmed(store: Store) -> set[str]:
    """The places of which the owners of a case are told that they spoke in it without standing."""
    codes = (AlarmCode.CLAIM_REFUSED.value, AlarmCode.ORDER_FROM_WITHOUT.value)
    with store.engine.connect() as connection:
        held = select(schema.case_identifiers.c.case_id).where(schema.case_identifiers.c.identifier.in_(OWN))
        wanted = select(schema.alarms.c.place).where(schema.alarms.c.case_id.in_(held), schema.alarms.c.code.in_(codes))
        return set(connection.scalars(wanted))


def _cases(connection: Connection, own: set[str]) -> list[str]:
    rows = connection.execute(select(schema.cases).where(schema.cases.c.case_id.in_(own)))
    return [_plain(f"{row.version} {row.snapshot.decode()} {row.labels} {row.labelling}") for row in rows]


def _obligations(connection: Connection, own: set[str]) -> list[Mapping[str, Any]]:
    obligation = schema.obligations.c
    rows = connection.execute(
        select(schema.obligations).where(obligation.decision != VERIFY, obligation.case_id.in_(own))
    )
    found = [json.loads(_plain(json.dumps(dict(row._mapping), default=str))) for row in rows]
    return sorted(found, key=str)


def _deliveries(connection: Connection, subscription_id: str, own: set[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """By lane: what is or was to be sent, in its order."""
    delivery, event = schema.deliveries.c, schema.events.c
    rows = connection.execute(
        select(delivery.lane, event.type, delivery.state)
        .join(schema.events, event.event_id == delivery.event_id)
        .where(
            delivery.subscription_id == subscription_id,
            event.case_id.in_(own),
            event.type != "icjs.alert.raised.v1",
        )
        .order_by(delivery.seq)
    )
    lanes: dict[str, list[tuple[str, str]]] = {}
    for lane, event_type, state in rows:
        lanes.setdefault(lane, []).append((event_type, state))
    return sorted((_plain(lane), events) for lane, events in lanes.items())


def _plain(text: str) -> str:
    return re.sub(r"id\d{6}", "id", text)
