"""What every store promises of a claim that a person withdraws: the case is as if its message had never come."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from icjs_gateway.model.case import Case
from icjs_gateway.model.content import CaseReference, Content, Event
from icjs_gateway.model.errors import Conflict, NotFound
from icjs_gateway.routing.authority.speaker import Speaker
from icjs_gateway.routing.cases import ToldMessage
from icjs_gateway.stores import exceptions, migrate, schema
from icjs_gateway.stores.claims import Claim, claims
from icjs_gateway.stores.confirmations import confirm
from icjs_gateway.stores.engine import open_engine
from icjs_gateway.stores.withdrawals import Withdrawn, withdraw
from tests.conformance.conftest import Store, running
from tests.conformance.test_claims import alarmed
from tests.conformance.test_jail_answers import refused, released
from tests.conformance.test_liberty import settle as settled
from tests.conformance.test_whose_word import ACT, JALANDHAR_JAIL, LUDHIANA, SARABHA_NAGAR
from tests.conformance.test_wrong_cnr import registration
from tests.support.doors import registered
from tests.support.messages import (
    bail_order,
    bench,
    changed,
    cnr,
    fir,
    fir_reference,
    jail,
    outcome,
    police,
    record,
    said,
    subscription,
)

RIGHT = 77
"""Serial of the CNR under which FIR 113 is tried."""


@dataclass
class Told:
    """What was sent, so that it can be read again in its sender's own words."""

    contents: dict[str, Sequence[Event]] = field(default_factory=dict)

    async def send(self, store: Store, content: Content, speaker: Speaker | None = None) -> dict[str, Any]:
        message = record(content, speaker=speaker)
        if speaker is not None:
            message = replace(message, envelope=replace(message.envelope, partner_id="pb"))
        self.contents[message.content_hash] = content.events
        answer: dict[str, Any] = json.loads((await store.ledger.record(message, store.deciding)).json)
        return answer

    def again(self, message: ToldMessage) -> Sequence[Event]:
        said_by_itself = self.contents[message.content_hash]
        return (*said_by_itself, *message.events[len(said_by_itself) :])

    def withdraw(self, store: Store, number: int, **options: bool) -> Withdrawn:
        return withdraw(store.engine, store.vault, number, ACT, store.deciding, self.again, **options)

    def confirm(self, store: Store, number: int) -> Claim:
        return confirm(store.engine, store.vault, number, ACT, store.deciding, self.again)


def deciding() -> Any:
    orders = subscription("jail-orders", "hp-jail", jails=["HPDJ04"])
    return bench(orders, subscription("hp-cases"), partners=(jail(), police()))


@pytest.fixture(autouse=True)
def decide(store: Store) -> None:
    store.deciding = deciding()


def record_of(store: Store) -> dict[str, Any]:
    """Everything that the store knows of its cases, by their FIRs: ids, versions and severed marks apart."""
    with store.engine.connect() as connection:
        cases = {
            row.case_id: (Case.model_validate_json(row.snapshot), row.labels, row.labelling)
            for row in connection.execute(select(schema.cases))
        }
        name = {case_id: ",".join(sorted(case.registrations)) for case_id, (case, _, _) in cases.items()}
        obligations = connection.execute(
            select(schema.obligations).where(
                schema.obligations.c.state != "withdrawn", schema.obligations.c.decision != "VERIFY"
            )
        )
        asked = {
            (
                name[row.case_id],
                *(row.person, row.decision, row.ordered_on, row.jail, row.state, row.result, row.reason),
                *(row.answered_by, row.notice_event_id is not None, row.order_event_id is not None),
            )
            for row in obligations
        }
        return {
            "cases": {
                name[case_id]: (case.model_copy(update={"severed": ()}), labels, labelling)
                for case_id, (case, labels, labelling) in cases.items()
            },
            "held": {
                (row.identifier, name[row.case_id]) for row in connection.execute(select(schema.case_identifiers))
            },
            "index": {
                (row.kind, row.value, name[row.case_id]) for row in connection.execute(select(schema.case_index))
            },
            "asked": asked,
            "answers": {
                (name[row.case_id], row.person, row.answered_by, row.about, row.result, row.lodged)
                for row in connection.execute(select(schema.jail_answers))
            },
            "events": {
                (row.identity, row.type, name[row.case_id], row.person)
                for row in connection.execute(
                    select(schema.events).where(
                        schema.events.c.case_id.is_not(None),
                        schema.events.c.type.not_in(["icjs.claim.withdrawn.v1", "icjs.case.labelled.v1"]),
                    )
                )
            },
        }


def owed(store: Store, subscription_id: str) -> list[tuple[str, str]]:
    """(message, type) of what is owed now."""
    event, delivery = schema.events.c, schema.deliveries.c
    with store.engine.connect() as connection:
        rows = connection.execute(
            select(event.identity, event.type)
            .join(schema.events, event.event_id == delivery.event_id)
            .where(delivery.subscription_id == subscription_id, delivery.state == "owed")
            .order_by(delivery.seq)
        )
        return [(row.identity.rpartition("/")[2], row.type.split(".", 1)[1].removesuffix(".v1")) for row in rows]


def case_of(store: Store, number: int) -> str:
    with store.engine.connect() as connection:
        held = schema.case_identifiers.c
        return str(connection.scalar(select(held.case_id).where(held.identifier == f"fir:HP/2011007/{number}/2026")))


def claim_on(store: Store, subject: str) -> int:
    return [each.number for each in claims(store.engine) if each.subject == subject][-1]


@dataclass(frozen=True)
class Mistake:
    """`wrong` comes between other messages. Without a speaker it claims CNR 77 for FIR 112; with one it has no standing
    and a person links it to the case of FIR 112."""

    before: Sequence[Content]
    wrong: Content
    after: Sequence[Content] = ()
    speaker: Speaker | None = None
    owed_again: bool = False


CASE = CaseReference(firs=(fir_reference(),))
KNOWN = (fir(accused=("A1=Ramesh Kumar", "A2=Sunil")), fir(113, accused=("A1=Vikram",)), outcome())

CANCELLED = bail_order("B-9", decision="CANCELLED", jail=None, cnr_serial=RIGHT, on=date(2026, 11, 21))

MISTAKES: dict[str, Mistake] = {
    "an outcome with the FIR number of another case": Mistake(
        before=KNOWN,
        wrong=outcome("H-9", serial=RIGHT, bail_for="A1", charge="376", accused=("A1=Vikram", "A7=Nobody")),
        after=(outcome("H-2", next_on=date(2026, 12, 4)),),
    ),
    "a case's registration under the FIR of another": Mistake(
        before=KNOWN, wrong=registration("C-9", 112, RIGHT), after=(bail_order("B-1", cnr_serial=341),)
    ),
    "a committal to another case's court number": Mistake(
        before=KNOWN, wrong=changed("COMMITTAL", to=(RIGHT,), message_id="P-9"), after=(outcome("H-2"),)
    ),
    "an outcome of another case, in one that was clubbed by the other's message": Mistake(
        before=(
            *KNOWN,
            outcome("H-3", firs=(113,), serial=5, accused=("A1=Vikram",), charge="376"),
            changed("CLUBBING", to=(341,), serial=5, firs=(113,)),
        ),
        wrong=outcome("H-9", serial=RIGHT, accused=("A1=Vikram",)),
        after=(outcome("H-2"),),
    ),
    "a hand link that brings a section": Mistake(
        before=KNOWN, wrong=outcome("H-9", serial=None, charge="376"), speaker=LUDHIANA, after=(outcome("H-2"),)
    ),
    "a cancellation linked by hand": Mistake(
        before=(*KNOWN, bail_order("B-1", cnr_serial=341)),
        wrong=bail_order("B-9", decision="CANCELLED", jail=None, on=date(2026, 11, 21)),
        speaker=LUDHIANA,
    ),
    "a cancellation with the FIR number of another case": Mistake(
        before=(*KNOWN, bail_order("B-1", cnr_serial=341)), wrong=CANCELLED, owed_again=True
    ),
    "a cancellation of another case before the grant came": Mistake(
        before=KNOWN, wrong=CANCELLED, after=(bail_order("B-1", cnr_serial=341),), owed_again=True
    ),
    "a cancellation of another case beside one of its own": Mistake(
        before=(*KNOWN, bail_order("B-1", cnr_serial=341)),
        wrong=CANCELLED,
        after=(bail_order("B-2", decision="CANCELLED", jail=None, cnr_serial=341, on=date(2026, 11, 22)),),
    ),
    "a release with the FIR number of another case": Mistake(
        before=(*KNOWN, bail_order("B-1", cnr_serial=341), refused("SURETY_PENDING")),
        wrong=said(
            "R-9",
            "icjs.inmate.released.v1",
            CaseReference(firs=(fir_reference(),), cnr=cnr(RIGHT)),
            on=date(2026, 11, 21),
            inmate={
                "kind": "RELEASE",
                "at": "2026-11-21T12:00:00Z",
                "prison": {"code": "HPDJ04"},
                "accused": {"serial": "A2", "name": "Sunil", "pid": "P-1"},
                "ground": "BAIL",
            },
        ),
    ),
    "a grant linked by hand": Mistake(
        before=KNOWN, wrong=bail_order("B-9"), after=(bail_order("B-1", decision="REFUSED"),), speaker=LUDHIANA
    ),
    "a release linked by hand": Mistake(
        before=(*KNOWN, bail_order("B-1", cnr_serial=341), refused("SURETY_PENDING")),
        wrong=released("R-9", prison="HPDJ04"),
        speaker=JALANDHAR_JAIL,
    ),
}


async def store_with(store: Store, mistake: Mistake, told: Told, *, wrongly: bool) -> int | None:
    """The number of the claim to withdraw, where the wrong message came."""
    for content in mistake.before:
        await told.send(store, content)
    number = None
    if wrongly:
        receipt = await told.send(store, mistake.wrong, mistake.speaker)
        if mistake.speaker is None:
            number = claim_on(store, f"cnr:{cnr(RIGHT)}")
        else:
            assert receipt["outcome"] == "parked"
            identity = exceptions.parked(store.engine)[-1].identity
            exceptions.link_by_hand(store.engine, identity, case_of(store, 112), ACT, store.deciding)
            number = [each.number for each in claims(store.engine) if each.kind == "link"][-1]
    for content in mistake.after:
        assert (await told.send(store, content))["outcome"] == "accepted"
    return number


@pytest.mark.parametrize("what", MISTAKES)
async def test_a_case_from_which_a_claim_is_withdrawn_is_as_if_its_message_never_came(
    store: Store, tmp_path: Path, what: str
) -> None:
    told, mistake = Told(), MISTAKES[what]
    number = await store_with(store, mistake, told, wrongly=True)
    assert number is not None
    twin_engine = open_engine(f"sqlite:///{tmp_path}/twin.db")
    migrate.upgrade(twin_engine)
    with running(twin_engine, tmp_path / "twin") as twin:
        twin.deciding = deciding()
        await store_with(twin, mistake, told, wrongly=False)
        expected, owed_to_jail = record_of(twin), owed(twin, "jail-orders")
    twin_engine.dispose()
    assert record_of(store) != expected, "the message changed nothing"
    withdrawn = told.withdraw(store, number)
    assert [each.case_id for each in withdrawn.gone] == [None]
    assert (withdrawn.owed_again > 0) is mistake.owed_again
    assert record_of(store) == expected
    # What frees or holds a person goes on to the jail that it names, unlinked.
    mine = [each for each in owed(store, "jail-orders") if not each[0].endswith("-9")]
    assert sorted(mine) == sorted(owed_to_jail)


WRONG = outcome("H-9", serial=RIGHT, accused=("A1=Vikram",))
"""Of the case of FIR 113, with the FIR number of another."""
UNDER_IT = outcome("H-10", firs=(), serial=RIGHT, accused=("A1=Vikram",))


async def mistaken(store: Store, told: Told, *contents: Content) -> int:
    for content in (*KNOWN, *contents):
        await told.send(store, content)
    return claim_on(store, f"cnr:{cnr(RIGHT)}")


def where(store: Store, message_id: str) -> str | None:
    event = schema.events.c
    with store.engine.connect() as connection:
        return connection.scalar(
            select(event.case_id).where(event.identity.endswith(f"/{message_id}"), event.type.like("icjs.hearing.%"))
        )


async def test_what_came_under_a_withdrawn_number_alone_leaves_too_and_finds_its_case_by_itself(store: Store) -> None:
    told = Told()
    number = await mistaken(store, told, WRONG, UNDER_IT)
    assert where(store, "H-10-NEW") == case_of(store, 112)
    withdrawn = told.withdraw(store, number)
    assert [each.identity.rpartition("/")[2] for each in withdrawn.gone] == ["H-9-NEW", "H-10-NEW"]
    assert withdrawn.released == (f"cnr:{cnr(RIGHT)}",)
    await told.send(store, registration("C-1", 113, RIGHT))
    assert where(store, "H-10-NEW") == case_of(store, 113)
    assert where(store, "H-9-NEW") is None, "it names the FIR of one case and the CNR of another: a person looks"


async def test_the_owners_of_the_rightful_case_hear_of_a_place_without_standing_there(store: Store) -> None:
    told, of_punjab = Told(), fir_reference(5, SARABHA_NAGAR.code or "", "PB")
    wrong = outcome("H-9", serial=RIGHT)
    both = CaseReference(firs=(fir_reference(), of_punjab), cnr=cnr(RIGHT))
    [event] = wrong.events
    wrong = replace(wrong, case=both, events=(replace(event, data=event.data.model_copy(update={"case": both})),))
    number = await mistaken(store, told, wrong)
    await told.send(store, registered(5, "3011001"), SARABHA_NAGAR)
    told.withdraw(store, number)
    await store.ledger.follow_up(store.deciding)
    [refused] = [each for each in claims(store.engine) if each.state == "REFUSED"]
    assert alarmed(store) == [("CLAIM_REFUSED", refused.case_id, "court/HP/HPKN02")]


async def test_nobodys_word_joins_again_what_a_person_severed(store: Store) -> None:
    told = Told()
    told.withdraw(store, await mistaken(store, told, WRONG))
    before = record_of(store)
    again = await told.send(store, outcome("H-11", serial=RIGHT, accused=("A1=Vikram",)))
    assert again["outcome"] == "parked"
    assert record_of(store) == before
    assert [each.kind for each in claims(store.engine) if each.state == "REFUSED"] == []


async def test_a_message_by_the_case_s_other_numbers_is_linked_all_the_same(store: Store) -> None:
    told = Told()
    told.withdraw(store, await mistaken(store, told, WRONG))
    assert (await told.send(store, outcome("H-2")))["outcome"] == "accepted"


async def test_a_withdrawal_that_is_confirmed_after_all_is_undone(store: Store) -> None:
    told = Told()
    number = await mistaken(store, told, WRONG, UNDER_IT)
    before = record_of(store)
    told.withdraw(store, number)
    assert told.confirm(store, number).state == "CONFIRMED"
    assert {**record_of(store), "events": None} == {**before, "events": None}
    assert where(store, "H-10-NEW") == case_of(store, 112)


async def test_an_identifier_that_another_case_holds_by_now_is_not_taken_from_it(store: Store) -> None:
    told = Told()
    number = await mistaken(store, told, WRONG)
    told.withdraw(store, number)
    await told.send(store, registration("C-1", 113, RIGHT))
    with pytest.raises(Conflict):
        told.confirm(store, number)


async def test_a_dry_run_says_the_same_and_changes_nothing(store: Store) -> None:
    told = Told()
    number = await mistaken(store, told, WRONG)
    before, owed_before = record_of(store), owed(store, "hp-cases")
    planned = told.withdraw(store, number, dry_run=True)
    assert (record_of(store), owed(store, "hp-cases")) == (before, owed_before)
    withdrawn = told.withdraw(store, number)
    assert (withdrawn.gone, withdrawn.released, withdrawn.stopped) == (
        planned.gone,
        planned.released,
        planned.stopped,
    )


async def test_what_comes_while_a_claim_is_withdrawn_goes_to_the_rightful_case_as_well(store: Store) -> None:
    told = Told()
    number = await mistaken(store, told, WRONG)
    coming = [outcome(f"H-2{each}", firs=(), serial=RIGHT, accused=("A1=Vikram",)) for each in range(8)]
    await asyncio.gather(
        *(told.send(store, content) for content in coming[:4]),
        asyncio.to_thread(told.withdraw, store, number),
        *(told.send(store, content) for content in coming[4:]),
    )
    home = case_of(store, 112)
    assert [name for name in events(store).values() if name.startswith("H-2") and where(store, name) == home] == []
    await told.send(store, registration("C-1", 113, RIGHT))
    mine = [f"H-2{each}-NEW" for each in range(8)]
    assert {where(store, name) for name in mine} == {case_of(store, 113)}


async def test_what_is_owed_is_stopped_and_who_has_it_is_told(store: Store) -> None:
    told = Told()
    number = await mistaken(store, told, WRONG)
    for _ in range(4):
        for leased in await store.lease():
            await settled(store, leased)
    [held] = [event_id for event_id, message in events(store).items() if message == "H-9-NEW"]
    withdrawn = told.withdraw(store, number)
    assert [(each.subscription_id, each.event_id) for each in withdrawn.sent] == [("hp-cases", held)]
    assert owed(store, "hp-cases") == [("H-9-NEW", "claim.withdrawn")]
    [leased] = await store.lease()
    assert leased.head.lane == case_of(store, 112)
    assert json.loads(leased.head.told.data) == {
        "case": {"id": case_of(store, 112), "firs": []},
        "claim": {"event_ids": [held], "case_id": case_of(store, 112), "reason": "WITHDRAWN"},
    }


async def test_who_was_sent_nothing_is_told_nothing(store: Store) -> None:
    told = Told()
    number = await mistaken(store, told, WRONG)
    withdrawn = told.withdraw(store, number)
    assert (withdrawn.stopped, withdrawn.sent) == (1, ())
    assert "claim.withdrawn" not in {kind for _, kind in owed(store, "hp-cases")}


async def test_an_order_that_left_goes_unlinked_to_the_jail_that_it_names(store: Store) -> None:
    told = Told()
    number = await mistaken(store, told, bail_order("B-9", cnr_serial=RIGHT))
    assert lanes(store, "B-9") == [(f"{case_of(store, 112)}/A2", "owed")]
    told.withdraw(store, number)
    assert lanes(store, "B-9") == [(f"{case_of(store, 112)}/A2", "withdrawn"), ("message:B-9", "owed")]
    [leased] = [each for each in await store.lease(liberty=True) if each.head.lane == "message:B-9"]
    assert leased.head.told.case_id is None


async def test_a_jail_that_has_the_order_is_told_and_not_sent_it_again(store: Store) -> None:
    told = Told()
    number = await mistaken(store, told, bail_order("B-9", cnr_serial=RIGHT))
    for leased in await store.lease(liberty=True):
        await settled(store, leased)
    told.withdraw(store, number)
    assert owed(store, "jail-orders") == [("B-9", "claim.withdrawn")]
    [leased] = [each for each in await store.lease(liberty=True) if each.head.subscription_id == "jail-orders"]
    assert (leased.head.lane, leased.head.told.type) == (f"{case_of(store, 112)}/A2", "icjs.claim.withdrawn.v1")


def lanes(store: Store, message_id: str) -> list[tuple[str, str]]:
    """(lane, state) of what the jail was owed of an order."""
    event, delivery = schema.events.c, schema.deliveries.c
    with store.engine.connect() as connection:
        rows = connection.execute(
            select(delivery.lane, delivery.state)
            .join(schema.events, event.event_id == delivery.event_id)
            .where(event.identity.endswith(f"/{message_id}"), delivery.subscription_id == "jail-orders")
            .order_by(delivery.seq)
        )
        return [(row.lane, row.state) for row in rows]


async def test_what_a_person_linked_wrongly_waits_for_a_person(store: Store) -> None:
    told, mistake = Told(), MISTAKES["a hand link that brings a section"]
    number = await store_with(store, mistake, told, wrongly=True)
    assert number is not None
    told.withdraw(store, number)
    [parked] = exceptions.parked(store.engine)
    assert (parked.waits_for, parked.held_for) == ((), "CLAIM-WITHDRAWN")
    exceptions.link_by_hand(store.engine, parked.identity, case_of(store, 113), ACT, store.deciding)
    assert where(store, "H-9-NEW") == case_of(store, 113)


async def test_a_claim_is_withdrawn_once_and_a_refusal_is_none_to_withdraw(store: Store) -> None:
    told = Told()
    number = await mistaken(store, told, WRONG)
    told.withdraw(store, number)
    with pytest.raises(Conflict):
        told.withdraw(store, number)
    with pytest.raises(NotFound):
        told.withdraw(store, 999)


async def test_a_refused_message_that_a_person_confirms_is_linked(store: Store) -> None:
    told = Told()
    await mistaken(store, told, WRONG)
    await told.send(store, outcome("H-12", serial=None), LUDHIANA)
    [refused] = [each for each in claims(store.engine) if each.state == "REFUSED"]
    assert told.confirm(store, refused.number).settled_by == ACT.by
    assert where(store, "H-12-NEW") == case_of(store, 112)
    link = claims(store.engine)[-1]
    told.withdraw(store, link.number)
    assert where(store, "H-12-NEW") is None


def events(store: Store) -> dict[str, str]:
    """The message of each event, by the event's id."""
    with store.engine.connect() as connection:
        rows = connection.execute(select(schema.events.c.event_id, schema.events.c.identity))
        return {row.event_id: row.identity.rpartition("/")[2] for row in rows}
