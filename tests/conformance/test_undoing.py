"""What every store promises of undoing: a life with a mistake that a person takes back is the life without it.

Each mistake is played twice: once it is made and withdrawn, once it never happens. What the owners have of their cases,
what each reader may see, what is owed to whom and what orders ask for is the same, apart from ids, instants and the
record of the undoing itself; and a withdrawal that is taken back leaves the life with the mistake.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from icjs_gateway.model.case import Case
from icjs_gateway.model.content import Content, FirReference
from icjs_gateway.model.errors import NotFound
from icjs_gateway.model.event_types import GATEWAYS_OWN
from icjs_gateway.routing.access.cases import seen_case
from icjs_gateway.routing.access.view import Disclosure
from icjs_gateway.routing.authority.speaker import Speaker
from icjs_gateway.routing.directory import Jurisdiction, Partner, Permissions, Pillar, RecipientClass
from icjs_gateway.routing.labels import Labelling
from icjs_gateway.routing.obligations import VERIFY, Answer, Reason, Result
from icjs_gateway.stores import exceptions, labels, ledger_facts, migrate, schema
from icjs_gateway.stores.claims import claims
from icjs_gateway.stores.engine import open_engine
from icjs_gateway.stores.heads import told_of
from icjs_gateway.stores.progress import StoreProgress
from icjs_gateway.stores.withdrawals import Withdrawn, withdraw_message
from tests.conformance.conftest import START, FixedClock, Store, running
from tests.conformance.test_whose_word import ACT
from tests.conformance.test_withdrawals import Told
from tests.conformance.test_wrong_cnr import registration
from tests.support.disclosing import policy, recipient
from tests.support.doors import (
    DAY,
    ROWS,
    SUNIL,
    a_jail,
    admission,
    arrest,
    court,
    filed,
    named,
    of_station,
    ordered,
    registered,
    station,
)
from tests.support.messages import bench, changed, cnr, fir, jail, outcome, police, record, said, subscription

Word = tuple[Content, Speaker]

PALAMPUR, KANGRA, JAIL, SHIMLA_JAIL = station("2011007"), court("HPKN02"), a_jail("HPDJ04"), a_jail("HPMC01")
JAILS = ("HPDJ04", "HPMC01", "PBCJ01")
OTHER = 77
"""Serial of the CNR of FIR 113."""


def reader(name: str, pillar: Pillar, who: RecipientClass | None = None, **where: Any) -> Partner:
    may = Permissions(receive=("icjs.*",), recipient_class=who)
    return Partner(id=name, name=name, pillar=pillar, jurisdiction=Jurisdiction.model_validate(where), may=may)


READERS = (
    police(),
    police("pb-police", state="PB"),
    reader("palampur", Pillar.POLICE, state="HP", stations=["2011007"]),
    reader("kangra", Pillar.COURTS, state="HP", establishments=["HPKN02"]),
    reader("palampur-court", Pillar.COURTS, state="HP", establishments=["HPKN04"]),
    reader("shimla", Pillar.COURTS, state="HP", establishments=["HPSH03"]),
    reader("laboratory", Pillar.FORENSICS, state="HP", laboratories=["RFSL-DHM"]),
    recipient(RecipientClass.JUVENILE_BOARD),
    recipient(RecipientClass.PROSECUTION),
    recipient(RecipientClass.PUBLIC),
    *(jail(code, partner_id=code.lower()) for code in JAILS),
)


def lives() -> Any:
    """Everybody subscribes for what is theirs: jails for their inmates, courts for what is before them."""
    partners = {each.id: each for each in READERS}
    own = [subscription(code, code.lower(), jails=[code]) for code in JAILS]
    courts = [subscription(name, name, courts=[code]) for name, code in (("kangra", "HPKN02"), ("shimla", "HPSH03"))]
    return bench(*own, *courts, subscription("hp-cases"), partners=tuple(partners.values()), places=ROWS)


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """`wrong` is said between `before` and `after`; `instead` is what should have been said, where anything should.

    `claim` is the subject of the claim that is withdrawn; without it the message is taken out of its case. With `into`
    a person links the parked message to the case of that FIR, or with `confirmed` confirms it there.
    """

    before: Sequence[Word]
    wrong: Word
    instead: Word | None = None
    after: Sequence[Word] = ()
    claim: str | None = None
    into: int | None = None
    confirmed: bool = False


def of_kangra(content: Content) -> Word:
    return content, KANGRA


TWO: tuple[Word, ...] = (
    (fir(accused=("A1=Ramesh Kumar", "A2=Sunil")), PALAMPUR),
    (fir(113, accused=("A1=Vikram", "A2=Sunil"), section="64"), PALAMPUR),
    (filed("HPKN02", "S-113", named(113)), PALAMPUR),
    of_kangra(outcome("H-0")),
    of_kangra(outcome("H-1", firs=(113,), serial=OTHER, accused=("A1=Vikram",))),
)
"""Two FIRs of one station before one court; the second is of an offence that gives a label, and its police named the
court, which is what joins a CNR to a labelled case."""
LAST_YEAR = FirReference(state="HP", district="Kangra", police_station_code="2011007", number="112", year=2025)
OF_LAST_YEAR = said(
    "F-2025",
    "icjs.fir.registered.v1",
    named().model_copy(update={"firs": (LAST_YEAR,)}),
    fir={
        "number": "112",
        "year": 2025,
        "kind": "REGULAR",
        "police_station": {"code": "2011007", "state": "HP"},
        "registered_at": "2025-08-31T05:40:00Z",
        "acts_sections": [{"act": "BNS", "section": "303(2)"}],
        "accused": [{"serial": "A1", "name": "Gopal"}],
    },
)
REMANDED: tuple[Word, ...] = (
    *TWO,
    (arrest("A-0", "2011007"), PALAMPUR),
    of_kangra(ordered("remand", "HPKN02", "R-0", jail={"code": "HPDJ04"})),
)
GRANTED = of_kangra(ordered("bail", "HPKN02", "B-0", named(cnr=cnr(341))))
"""Bail that names no jail: it goes where the record has the person."""
THIRD: tuple[Word, ...] = (
    (fir(114, accused=("A1=Mohan",)), PALAMPUR),
    of_kangra(outcome("H-3", firs=(114,), serial=5, accused=("A1=Mohan",))),
)
CLUBBED = changed("CLUBBING", to=(OTHER,), message_id="P-9")
CHILD = {"serial": "A2", "name": "Sunil", "age_years": 15}
GROWN_UP = {**CHILD, "age_years": 51}
YOUNG = {"serial": "A1", "name": "Ramesh Kumar", "age_years": 16}
GRANTED_BY_FIR = of_kangra(ordered("bail", "HPKN02", "B-0"))


def refused_by(speaker: Speaker, message_id: str, reason: str = "SURETY_PENDING") -> Word:
    not_done = {"at": "2026-11-21T06:00:00Z", "reason": reason}
    told = {"accused": SUNIL, "prison": {"code": speaker.code}, "not_complied": not_done}
    return said(message_id, "icjs.release.not-complied.v1", named(), release=told), speaker


MISTAKES: dict[str, Mistake] = {
    "the CNR of another case in a registration": Mistake(
        before=TWO[:3],
        wrong=of_kangra(registration("C-9", 112, OTHER)),
        after=(
            of_kangra(outcome("H-2", serial=None)),
            of_kangra(outcome("H-8", firs=(113,), serial=None, accused=("A1=Vikram",))),
        ),
        claim=f"cnr:{cnr(OTHER)}",
    ),
    "the FIR of another year in a final report": Mistake(
        before=(*TWO, (OF_LAST_YEAR, PALAMPUR)),
        wrong=(filed("HPSH03", "S-9", named().model_copy(update={"firs": (LAST_YEAR,)})), PALAMPUR),
        after=((filed("HPKN02", "S-0"), PALAMPUR),),
    ),
    "a hearing that names the FIR of another case beside its own": Mistake(
        before=TWO, wrong=of_kangra(outcome("H-9", firs=(113, 112), serial=OTHER, accused=("A1=Vikram",), charge="64"))
    ),
    "an admission to a jail in which the person is not": Mistake(
        before=REMANDED,
        wrong=(admission("M-9", "HPMC01"), SHIMLA_JAIL),
        after=(GRANTED, refused_by(JAIL, "N-1")),
    ),
    "an admission of the wrong inmate": Mistake(
        before=REMANDED,
        wrong=(admission("M-9", "HPDJ04", accused={"serial": "A1", "pid": "HPDJ04-9"}), JAIL),
        after=((admission("M-1", "HPDJ04"), JAIL), GRANTED),
    ),
    "a release by a jail that never had the person": Mistake(
        before=(*TWO, GRANTED, refused_by(JAIL, "N-1")),
        wrong=(admission("M-9", "HPMC01", kind="RELEASE", ground="BAIL", at="2026-11-21T12:00:00Z"), SHIMLA_JAIL),
    ),
    "a refusal beside an earlier one, by another jail": Mistake(
        before=(*TWO, GRANTED, refused_by(JAIL, "N-1", "IDENTITY")),
        wrong=refused_by(SHIMLA_JAIL, "N-9", "OTHER_CASE"),
        after=(refused_by(JAIL, "N-2"),),
    ),
    "a second order of the same day": Mistake(
        before=(*TWO, GRANTED),
        wrong=of_kangra(ordered("bail", "HPKN02", "B-9", named(cnr=cnr(341)), jail={"code": "HPMC01"})),
    ),
    "an order linked by hand to the wrong case": Mistake(
        before=(*TWO, GRANTED),
        wrong=(ordered("bail", "PBLD01", "B-9", named(115), decision="CANCELLED"), court("PBLD01")),
        after=(refused_by(JAIL, "N-1"),),
        into=112,
    ),
    "a word from without, confirmed": Mistake(
        before=REMANDED,
        wrong=(ordered("remand", "PBLD01", "R-9", jail={"code": "PBCJ01"}), court("PBLD01")),
        after=(GRANTED,),
        into=112,
        confirmed=True,
    ),
    "two cases clubbed": Mistake(before=(*TWO, GRANTED), wrong=of_kangra(CLUBBED), after=(of_kangra(outcome("H-2")),)),
    "two cases clubbed, one of which is clubbed with a third": Mistake(
        before=(*TWO, *THIRD),
        wrong=of_kangra(CLUBBED),
        after=(of_kangra(changed("CLUBBING", to=(5,), message_id="P-2")),),
    ),
    "a transfer to the wrong court": Mistake(
        before=TWO, wrong=of_kangra(changed("TRANSFER", to=("HPSH030000092026",), message_id="P-9"))
    ),
    "a label by the station of the FIR": Mistake(
        before=(),
        wrong=(fir(accused=("A1=Ramesh Kumar", "A2=Sunil"), labels=("SEXUAL_OFFENCE",)), PALAMPUR),
        instead=TWO[0],
        after=(*TWO[1:], GRANTED),
        claim="label:SEXUAL_OFFENCE/told",
    ),
    "one adult too many marked as a child": Mistake(
        before=(),
        wrong=(registered(112, "2011007", "FIR-112", accused=[YOUNG, CHILD]), PALAMPUR),
        instead=(registered(112, "2011007", "FIR-112", accused=[YOUNG, GROWN_UP]), PALAMPUR),
        after=(of_kangra(ordered("remand", "HPKN02", "R-0", jail={"code": "HPDJ04"})), GRANTED_BY_FIR),
        claim="child:fir:HP/2011007/112/2026/A2",
    ),
    "a label that the case shared with another that was clubbed with it": Mistake(
        before=(*TWO[1:3], *THIRD),
        wrong=(fir(accused=("A1=Ramesh Kumar", "A2=Sunil"), labels=("CHILD_VICTIM",)), PALAMPUR),
        instead=TWO[0],
        after=(TWO[3], of_kangra(changed("CLUBBING", to=(5,), message_id="P-2"))),
        claim="label:CHILD_VICTIM/told",
    ),
    "an adult marked as a child": Mistake(
        before=TWO,
        wrong=(arrest("A-9", "2011007", **CHILD), PALAMPUR),
        instead=(arrest("A-9", "2011007", **GROWN_UP), PALAMPUR),
        after=(of_kangra(ordered("remand", "HPKN02", "R-0", jail={"code": "HPDJ04"})), GRANTED),
        claim="child:fir:HP/2011007/112/2026/A2",
    ),
}


async def play(store: Store, told: Told, mistake: Mistake, *, wrongly: bool) -> None:
    store.deciding = lives()
    for word in mistake.before:
        await said_by(store, told, word)
    if wrongly:
        identity = await said_by(store, told, mistake.wrong, stands=mistake.into is None)
        if mistake.confirmed:
            [refused] = [each for each in claims(store.engine) if each.state == "REFUSED"]
            told.confirm(store, refused.number)
        elif mistake.into is not None:
            exceptions.link_by_hand(store.engine, identity, case_of(store, mistake.into), ACT, store.deciding)
    elif mistake.instead is not None:
        await said_by(store, told, mistake.instead)
    for word in mistake.after:
        await said_by(store, told, word)


async def said_by(store: Store, told: Told, word: Word, *, stands: bool = True) -> str:
    content, speaker = word
    message = record(content, speaker=speaker)
    message = replace(message, envelope=replace(message.envelope, partner_id=f"{speaker.kind}-{speaker.state}"))
    told.contents[message.content_hash] = content.events
    await store.ledger.record(message, store.deciding)
    identity = "/".join(message.identity)
    with store.engine.connect() as connection:
        wanted = select(schema.messages.c.state).where(schema.messages.c.identity == identity)
        assert (connection.scalar(wanted) == "recorded") is stands, content.message_id
    return identity


def undo(store: Store, told: Told, mistake: Mistake) -> Withdrawn:
    if mistake.claim is not None:
        number = [each.number for each in claims(store.engine) if each.subject == mistake.claim][-1]
        return told.withdraw(store, number)
    content, speaker = mistake.wrong
    message = record(content, speaker=speaker)
    identity = "/".join((f"{speaker.kind}-{speaker.state}", *message.identity[1:]))
    return withdraw_message(store.engine, store.vault, identity, ACT, store.deciding, told.again)


def case_of(store: Store, number: int) -> str:
    with store.engine.connect() as connection:
        held = schema.case_identifiers.c
        return str(connection.scalar(select(held.case_id).where(held.identifier == f"fir:HP/2011007/{number}/2026")))


def life_of(store: Store, mistake: Mistake) -> Mapping[str, Any]:
    """What owners and readers have: cases, identifiers, sight, what is owed in which lane, and what orders ask for.

    Without the mistaken message: while it waits it is the exceptions desk's. Where another one came instead of it both
    are owed to the same, and differ in what they say.
    """
    apart_from = mistake.wrong[0].message_id
    with store.engine.begin() as connection:
        held = {row.identifier: row.case_id for row in connection.execute(select(schema.case_identifiers))}
        files = ledger_facts.files(connection, set(held.values()))
        name = {
            case_id: ",".join(sorted(file.case.registrations)) or f"cnr {file.case.cnrs}"
            for case_id, file in files.items()
        }
        plain = _plainly(name)
        disclosure = Disclosure(policy(), lambda: ROWS)
        return {
            "cases": {
                name[case_id]: (_case(file.case), sorted((each, sorted(on)) for each, on in file.labels.on.items()))
                for case_id, file in files.items()
            },
            "labels": {name[row.case_id]: row.labels for row in connection.execute(select(schema.cases))},
            "held": {(identifier, name[case_id]) for identifier, case_id in held.items()},
            "index": {
                (row.kind, row.value, name[row.case_id]) for row in connection.execute(select(schema.case_index))
            },
            "seen": {
                (name[case_id], each.id): plain(json.dumps(seen.tree, sort_keys=True, default=str))
                for case_id, file in files.items()
                for each in READERS
                if (seen := seen_case(file, each, disclosure)) is not None
            },
            "events": _events(connection, apart_from, disclosure, plain),
            "owed": _owed(connection, apart_from if mistake.instead is None else "", plain),
            "asked": _asked(connection, plain),
            "answers": sorted(
                plain(f"{row.case_id} {row.person} {row.answered_by} {row.about} {row.result} {row.lodged}")
                for row in connection.execute(select(schema.jail_answers))
            ),
        }


def _case(case: Case) -> str:
    """As JSON, without the digests of messages by which words of one instant are ranked."""
    told = case.model_copy(update={"severed": ()}).model_dump(mode="json")
    return re.sub(r'"[0-9a-f]{16}"', "digest", json.dumps(told, sort_keys=True))


def _plainly(names: Mapping[str, str]) -> Callable[[str], str]:
    def plain(text: str) -> str:
        for case_id, name in names.items():
            text = text.replace(case_id, name)
        return re.sub(r"id\d{6}", "id", text)

    return plain


def _events(
    connection: Connection, apart_from: str, disclosure: Disclosure, plain: Callable[[str], str]
) -> list[tuple[str, ...]]:
    """Every event of a case, and whom it may be shown to and how."""
    event, message = schema.events.c, schema.messages.c
    rows = connection.execute(
        select(schema.events, message.partner_id, message.pillar, message.message_id, message.traceparent)
        .add_columns(schema.cases.c.labels)
        .join_from(schema.events, schema.messages, message.identity == event.identity)
        .join(schema.cases, schema.cases.c.case_id == event.case_id)
        .where(event.type.not_in(GATEWAYS_OWN), message.message_id != apart_from)
    )
    found = []
    for row in rows:
        told = told_of(row)
        about = (row.message_id, row.type, plain(row.case_id), row.person or "", row.places or "")
        found.append((*about, plain(row.data.decode())))
        for each in READERS:
            rule = disclosure.rule_against(told, each)
            shown = "" if rule is not None else (disclosure.shown(told, each) or b"").decode()
            found.append((row.message_id, row.type, each.id, rule or "", plain(shown)))
    return sorted(found)


def _owed(connection: Connection, apart_from: str, plain: Callable[[str], str]) -> list[tuple[str, ...]]:
    """What is owed to whom, in which lane."""
    event, delivery, message = schema.events.c, schema.deliveries.c, schema.messages.c
    rows = connection.execute(
        select(message.message_id, event.type, delivery.subscription_id, delivery.lane)
        .join_from(schema.deliveries, schema.events, event.event_id == delivery.event_id)
        .join(schema.messages, message.identity == event.identity)
        .where(
            delivery.state == "owed",
            message.message_id != apart_from,
            event.type.not_in(["icjs.claim.withdrawn.v1", "icjs.case.labelled.v1", "icjs.message.settled.v1"]),
        )
    )
    return sorted((row.message_id, row.type, row.subscription_id, plain(row.lane)) for row in rows)


def _asked(connection: Connection, plain: Callable[[str], str]) -> list[str]:
    row = schema.obligations.c
    rows = connection.execute(select(schema.obligations).where(row.state != "withdrawn", row.decision != VERIFY))
    return sorted(
        plain(
            f"{each.key} {each.jail} {each.state} {each.answered_by} {each.result} {each.reason} "
            f"order={each.order_event_id is not None} notice={each.notice_event_id is not None}"
        )
        for each in rows
    )


def differences(expected: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What is there and should not be (+), and what should be and is not (-)."""
    found = []
    for part in expected:
        wanted, there = ({str(each) for each in _items(side[part])} for side in (expected, now))
        found += [f"{part} + {each}" for each in sorted(there - wanted)]
        found += [f"{part} - {each}" for each in sorted(wanted - there)]
        if not found and expected[part] != now[part]:
            found.append(f"{part}: not as often")
    return found


def _items(part: Any) -> Any:
    return part.items() if isinstance(part, Mapping) else part


@pytest.mark.parametrize("what", MISTAKES)
async def test_a_mistake_that_is_taken_back_was_never_made(store: Store, tmp_path: Path, what: str) -> None:
    told, mistake = Told(), MISTAKES[what]
    twin_engine = open_engine(f"sqlite:///{tmp_path}/twin.db")
    migrate.upgrade(twin_engine)
    with running(twin_engine, tmp_path / "twin") as twin:
        await play(twin, Told(), mistake, wrongly=False)
        expected = life_of(twin, mistake)
    twin_engine.dispose()
    await play(store, told, mistake, wrongly=True)
    assert life_of(store, mistake) != expected, "the mistake changed nothing"
    undo(store, told, mistake)
    now = life_of(store, mistake)
    assert differences(expected, now) == []


@pytest.mark.parametrize("what", MISTAKES)
async def test_a_withdrawal_that_is_taken_back_was_never_made(store: Store, what: str) -> None:
    told, mistake = Told(), MISTAKES[what]
    await play(store, told, mistake, wrongly=True)
    expected = life_of(store, mistake)
    withdrawn = undo(store, told, mistake)
    told.confirm(store, withdrawn.claim.number)
    now = life_of(store, mistake)
    assert differences(expected, now) == []


NAMES_BOTH = of_kangra(outcome("H-9", firs=(113, 112), serial=OTHER, accused=("A1=Vikram",)))


async def test_a_case_forgets_a_message_of_another_that_only_named_it(store: Store) -> None:
    told = Told()
    store.deciding = lives()
    for word in TWO:
        await said_by(store, told, word)
    one, other = case_of(store, 112), case_of(store, 113)
    before = snapshots(store)
    identity = await said_by(store, told, NAMES_BOTH)
    [edge] = [each for each in claims(store.engine) if each.kind == "edge"]
    assert (edge.case_id, edge.subject, edge.basis) == (one, identity, "OWN_CNR")
    with_edge = snapshots(store)
    assert with_edge[one] != before[one]
    withdrawn = told.withdraw(store, edge.number)
    assert withdrawn.gone == ()
    assert snapshots(store) == {**with_edge, one: before[one]}
    assert other in with_edge
    told.confirm(store, edge.number)
    assert snapshots(store) == with_edge


def snapshots(store: Store) -> dict[str, tuple[str, str]]:
    with store.engine.connect() as connection:
        rows = connection.execute(select(schema.cases)).all()
    return {row.case_id: (_case(Case.model_validate_json(row.snapshot)), row.labelling) for row in rows}


LABELLED = (fir(accused=("A1=Ramesh Kumar", "A2=Sunil"), labels=("SEXUAL_OFFENCE",)), PALAMPUR)
TOLD_LABEL = "label:SEXUAL_OFFENCE/told"


async def test_what_a_mistaken_label_withheld_is_listed_and_owed_again(store: Store) -> None:
    told = Told()
    store.deciding = lives()
    await said_by(store, told, LABELLED)
    assert await store.lease(rule="NEED-TO-KNOW") == []
    [claim] = [each for each in claims(store.engine) if each.subject == TOLD_LABEL]
    assert (claim.kind, claim.speaker, claim.basis) == ("label", "station/HP/2011007", "OWN_FIR")
    withdrawn = told.withdraw(store, claim.number)
    assert [(each.subscription_id, each.rule) for each in withdrawn.refused] == [("hp-cases", "NEED-TO-KNOW")]
    leased = await store.lease()
    assert {each.head.told.type for each in leased} == {"icjs.fir.registered.v1"}
    assert {each.head.told.event_id for each in leased} == {each.event_id for each in withdrawn.refused}


async def test_a_label_that_another_message_gives_too_stands_by_that_one(store: Store) -> None:
    told = Told()
    store.deciding = lives()
    altered = {"on": DAY, "added": [{"act": "BNS", "section": "64"}]}
    for word in (LABELLED, (of_station("charges.altered", "CH-1", charges=altered), PALAMPUR)):
        await said_by(store, told, word)
    [claim] = [each for each in claims(store.engine) if each.subject == TOLD_LABEL]
    withdrawn = told.withdraw(store, claim.number)
    assert [each.subject for each in withdrawn.still] == ["label:SEXUAL_OFFENCE/BNS 64"]
    assert Labelling.read(snapshots(store)[case_of(store, 112)][1]).names == {"SEXUAL_OFFENCE"}


async def test_a_label_of_which_nobody_knows_who_gave_it_is_withdrawn_all_the_same(store: Store) -> None:
    told = Told()
    store.deciding = lives()
    await said_by(store, told, TWO[0])
    before, case_id = snapshots(store), case_of(store, 112)
    with store.engine.begin() as connection:
        connection.execute(update(schema.cases).values(labelling='{"on":{"SEXUAL_OFFENCE":["told"]},"lifted":{}}'))
        row = {"kind": "label", "subject": TOLD_LABEL, "case_id": case_id, "state": "STANDS"}
        connection.execute(insert(schema.claims), [row])
    told.withdraw(store, claims(store.engine)[-1].number)
    assert snapshots(store) == before


async def test_a_label_that_a_person_took_away_comes_back_by_a_confirmation(store: Store) -> None:
    told = Told()
    store.deciding = lives()
    await said_by(store, told, LABELLED)
    before = snapshots(store)
    labels.remove(store.engine, case_of(store, 112), "SEXUAL_OFFENCE", ACT, store.deciding)
    [claim] = [each for each in claims(store.engine) if each.subject == TOLD_LABEL]
    assert (claim.state, claim.settled_by) == ("WITHDRAWN", ACT.by)
    told.confirm(store, claim.number)
    assert snapshots(store) == before


async def test_what_a_jail_said_of_a_delivery_counts_again_when_a_release_is_withdrawn(store: Store) -> None:
    told = Told()
    store.deciding = lives()
    for word in (*TWO, of_kangra(ordered("bail", "HPKN02", "B-0", named(cnr=cnr(341)), jail={"code": "HPDJ04"}))):
        await said_by(store, told, word)
    [order] = [each for each in await store.lease(liberty=True) if each.head.subscription_id == "HPDJ04"]
    partners = {each.id: each for each in READERS}
    progress = StoreProgress(store.writer, store.vault, FixedClock(), partners.get)
    with store.engine.begin() as connection:
        connection.execute(
            insert(schema.subscriptions),
            [{"subscription_id": "HPDJ04", "partner_id": "hpdj04", "document": "{}"}],
        )
    await progress.note("hpdj04", order.head.delivery_id, Answer(result=Result.NOT_DONE, at=START, reason=Reason.OTHER))
    before = life_of(store, MISTAKES["an admission of the wrong inmate"])
    wrong = admission("M-9", "HPDJ04", kind="RELEASE", ground="BAIL", at="2026-11-21T12:00:00Z"), JAIL
    identity = await said_by(store, told, wrong)
    with_release = life_of(store, MISTAKES["an admission of the wrong inmate"])
    assert with_release["asked"] != before["asked"]
    withdraw_message(store.engine, store.vault, identity, ACT, store.deciding, told.again)
    now = life_of(store, MISTAKES["an admission of the wrong inmate"])
    assert (now["asked"], now["answers"]) == (before["asked"], before["answers"])


async def test_a_message_that_is_in_no_case_is_taken_out_of_none(store: Store) -> None:
    with pytest.raises(NotFound):
        withdraw_message(store.engine, store.vault, "a/b/c", ACT, lives(), Told().again)
