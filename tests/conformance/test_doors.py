"""Rightful situations: what practice does on a Sunday stands in the record, and reaches who holds the body."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from icjs_gateway.model.content import Action, Content
from icjs_gateway.routing.authority.places import NO_PLACES
from icjs_gateway.routing.authority.speaker import Speaker
from icjs_gateway.stores import schema
from icjs_gateway.stores.engine import reader_of
from icjs_gateway.stores.obligation_rows import obligations
from tests.conformance.conftest import START, Store
from tests.support.disclosing import disclosure
from tests.support.doors import DAY, ROWS, SUNIL, a_jail, admission, arrest, court, named, ordered, station, taken_on
from tests.support.messages import MORNING, bench, changed, fir, jail, outcome, police, record, said, subscription

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


def so(*now: Word, told: Sequence[str] = (), **more: object) -> Situation:
    return Situation(now=now, told=frozenset(told), **more)  # type: ignore[arg-type]


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
}  # fmt: skip


@pytest.mark.parametrize("silent", [False, True], ids=["rows", "silence"])
@pytest.mark.parametrize("what", SITUATIONS)
async def test_a_rightful_word_stands_and_reaches_whoever_holds_the_body(store: Store, what: str, silent: bool) -> None:
    situation = SITUATIONS[what]
    jails = ("HPDJ04", "HPMC01", "PBCJ01")
    partners = tuple(jail(code, partner_id=code.lower()) for code in jails)
    orders = [subscription(code, code.lower(), jails=[code]) for code in jails]
    places = NO_PLACES if silent else ROWS
    store.deciding = bench(*orders, subscription("hp-cases"), partners=(*partners, police()), places=places)
    for word in situation.before:
        assert await speak(store, word) == "recorded", word
    for word in situation.now:
        await speak(store, word)
    is_expected = situation.stands and not (silent and situation.with_rows_only)
    for content, _ in situation.now:
        assert (state_of(store, content) == "recorded") is is_expected, content.message_id
    told = {each for content, _ in situation.now for each in told_of(store, content)}
    assert situation.told <= told, told


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
