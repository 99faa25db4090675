"""What every store promises of orders that nobody verified: whoever is to look at them is told, step by step."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from icjs_gateway.model.content import CaseReference, Content
from icjs_gateway.routing.alarms import FOR_OWNERS, Alarm, AlarmCode
from icjs_gateway.routing.alerting import Alerter
from icjs_gateway.routing.authority.places import OfficeDuty, Place, PlaceKind, Places
from icjs_gateway.routing.authority.rules import Verifier
from icjs_gateway.routing.authority.speaker import Speaker
from icjs_gateway.routing.directory import Jurisdiction, Partner, Permissions, Pillar, RecipientClass, Subscription
from icjs_gateway.stores import exceptions, schema
from icjs_gateway.stores.alarms import StoreAlarms, standing
from icjs_gateway.stores.engine import reader_of
from icjs_gateway.stores.exceptions import Act
from tests.conformance.conftest import START, Store, looked
from tests.support.messages import (
    CountedIds,
    authority_rules,
    bail_order,
    bench,
    fir,
    fir_reference,
    jail,
    outcome,
    police,
    record,
    said,
    subscription,
)

RECEIVED = record(bail_order()).envelope.received_at
ACT = Act(by="HP-1182", reason="the Reader confirmed it", at=START)
ROWS = Places(
    [
        Place(
            kind=PlaceKind.OFFICE, code="HPDIG1", state="HP", name="DIG Prisons", duty=OfficeDuty.PRISONS_SUPERVISION
        ),
        Place(kind=PlaceKind.OFFICE, code="HPLSA1", state="HP", name="State Legal Services", duty=OfficeDuty.LEGAL_AID),
        Place(kind=PlaceKind.OFFICE, code="PBLSA1", state="PB", name="State Legal Services", duty=OfficeDuty.LEGAL_AID),
    ]
)


def partner(name: str, pillar: Pillar, who: RecipientClass | None = None, **where: Any) -> Partner:
    return Partner(
        id=name,
        name=name,
        pillar=pillar,
        jurisdiction=Jurisdiction.model_validate(where),
        may=Permissions(receive=("icjs.*",), recipient_class=who),
    )


PARTNERS = (
    partner("hp-courts", Pillar.COURTS, state="HP", establishments=["HPKN02"]),
    partner("hp-sessions", Pillar.COURTS, state="HP", establishments=["HPKN01"]),
    partner("pb-courts", Pillar.COURTS, state="PB"),
    jail(),
    jail("HPDJ09", partner_id="other-jail"),
    partner("hp-prisons", Pillar.PRISONS, state="HP"),
    partner("pb-prisons", Pillar.PRISONS, state="PB"),
    partner("hp-sp", Pillar.POLICE, RecipientClass.POLICE_SUPERVISION, state="HP"),
    partner("pb-sp", Pillar.POLICE, RecipientClass.POLICE_SUPERVISION, state="PB"),
    partner("dig-prisons", Pillar.PRISONS, offices=["HPDIG1"]),
    partner("hp-legal-aid", Pillar.COURTS, RecipientClass.LEGAL_AID, offices=["HPLSA1"]),
    partner("pb-legal-aid", Pillar.COURTS, RecipientClass.LEGAL_AID, offices=["PBLSA1"]),
    police(),
)


def listening(*, without: Sequence[str] = ()) -> list[Subscription]:
    """Each has asked for something else: who is asked by name need not have subscribed for that."""
    return [subscription(each.id, each.id, pids=["none"]) for each in PARTNERS if each.id not in without]


@pytest.fixture(autouse=True)
def deciding(store: Store) -> None:
    store.deciding = bench(*listening(), partners=PARTNERS, places=ROWS)


class Looking:
    """The watch of one store, and what it tells whom."""

    def __init__(self, store: Store) -> None:
        self.store = store
        alerter = Alerter(recipients=lambda: store.deciding.recipients, ids=CountedIds("alert"))
        self._alarms = StoreAlarms(store.writer, alerter, authority_rules().clocks)

    async def look(self, after: timedelta, *, overdue_after: timedelta) -> Sequence[Alarm]:
        return await looked(self._alarms, RECEIVED + after, overdue_after)

    async def at(self, after: timedelta) -> list[Alarm]:
        raised = await self.look(after, overdue_after=timedelta(days=999))
        return [each for each in raised if each.code is AlarmCode.VERIFY_OVERDUE]

    def told(self, since: int = 0) -> dict[str, list[dict[str, Any]]]:
        """By subscription what alerts say."""
        event, delivery = schema.events.c, schema.deliveries.c
        with self.store.engine.connect() as connection:
            rows = connection.execute(
                select(delivery.subscription_id, event.data)
                .join_from(schema.deliveries, schema.events, event.event_id == delivery.event_id)
                .where(event.type == "icjs.alert.raised.v1", delivery.seq > since)
                .order_by(delivery.seq)
            ).all()
        found: dict[str, list[dict[str, Any]]] = {}
        for name, data in rows:
            found.setdefault(name, []).append(json.loads(data))
        return found


ORDER: dict[Verifier, tuple[timedelta, set[str]]] = {
    Verifier.ISSUING_COURT: (timedelta(minutes=30), {"hp-courts"}),
    Verifier.CASE_COURT: (timedelta(hours=2), {"hp-sessions"}),
    Verifier.DUTY_OFFICER: (timedelta(hours=8), {"hp-jail", "hp-prisons"}),
    Verifier.SUPERVISION: (timedelta(hours=24), {"hp-prisons", "hp-sp", "dig-prisons"}),
    Verifier.LEGAL_AID: (timedelta(hours=48), {"hp-legal-aid"}),
}


def order_naming(cnr: str | None, message_id: str = "B-1", **about: Any) -> Content:
    """An order that grants bail, of the court HPKN02, under this CNR."""
    order = bail_order(message_id, **about)
    [event] = order.events
    case = order.case.model_copy(update={"cnr": cnr})
    return replace(order, case=case, events=(replace(event, data=event.data.model_copy(update={"case": case})),))


async def test_every_step_reaches_whom_it_names_and_nobody_else(store: Store) -> None:
    receipt = json.loads((await store.take(order_naming("HPKN010003412026"))).json)
    looking = Looking(store)
    heard: dict[str, int] = {}
    for who, (after, expected) in ORDER.items():
        assert await looking.at(after - timedelta(seconds=1)) == []
        [alarm] = await looking.at(after)
        assert (alarm.place, alarm.reached) == (who.value, len(expected))
        told = looking.told()
        assert {name for name, alerts in told.items() if len(alerts) > heard.get(name, 0)} == expected
        heard = {name: len(alerts) for name, alerts in told.items()}
        for name in expected:
            assert told[name][-1] == {
                "case": {"firs": []},
                "alert": {
                    "code": "VERIFY_OVERDUE",
                    "event_id": receipt["events"][0]["event_id"],
                    "jail": "HPDJ04",
                    "place": who.value,
                    "about": "bail",
                },
            }, "the message, the jail and the step: nothing of the order"
    assert await looking.at(timedelta(days=400)) == [], "each is asked once, and the order does not lapse"
    kept = [alarm for _, alarm in standing(reader_of(store.engine)) if alarm.code is AlarmCode.VERIFY_OVERDUE]
    assert len(kept) == len(ORDER)


async def test_a_step_that_reaches_nobody_is_the_operators_and_says_so(store: Store) -> None:
    others = [each for each in PARTNERS if each.id not in ("hp-jail", "hp-prisons")]
    store.deciding = bench(*listening(without=("hp-jail", "hp-prisons")), partners=tuple(others), places=ROWS)
    await store.take(bail_order())
    raised = await Looking(store).at(timedelta(hours=9))
    assert [(each.place, each.reached) for each in raised] == [
        (Verifier.ISSUING_COURT, 1),
        (Verifier.CASE_COURT, 0),
        (Verifier.DUTY_OFFICER, 0),
    ]
    kept = [alarm for _, alarm in standing(reader_of(store.engine)) if alarm.code is AlarmCode.VERIFY_OVERDUE]
    assert [alarm.reached for alarm in kept] == [1, 0, 0], "and goes on saying so"


async def test_the_court_of_the_case_is_asked_where_the_order_is_anothers(store: Store) -> None:
    """And no partner hears of one step twice."""
    store.deciding = bench(
        *listening(without=("hp-courts",)),
        subscription("court-cases", "hp-courts", states=["HP"]),
        partners=PARTNERS,
    )
    await store.take(fir(accused=("A1", "A2=Sunil")))
    await store.take(outcome())
    ludhiana = Speaker(kind=PlaceKind.COURT, code="PBLD01", state="PB")
    message = record(bail_order("B-8", jail=None, cnr_serial=341), speaker=ludhiana)
    message = replace(message, envelope=replace(message.envelope, partner_id="pb-courts"))
    await store.ledger.record(message, store.deciding)
    raised = await Looking(store).at(timedelta(hours=2))
    assert [(each.place, each.reached) for each in raised] == [(Verifier.ISSUING_COURT, 1), (Verifier.CASE_COURT, 1)]
    told = Looking(store).told()
    assert [each["alert"]["place"] for each in told["pb-courts"]] == ["issuing-court"]
    steps = [each["alert"]["place"] for each in told["court-cases"] if each["alert"]["code"] == "VERIFY_OVERDUE"]
    assert sorted(steps) == ["case-court", "issuing-court"]


HIDDEN = fir(accused=("A1=Ramesh Kumar", "A2=Sunil"), section="64")


async def _held(store: Store, named: str | None) -> None:
    """A case of rape, in which the jail HPDJ09 has A2."""
    await store.take(HIDDEN)
    await store.take(bail_order("B-0", decision="REFUSED", jail="HPDJ09", name="Sunil"), partner_id="hp-police-court")


@pytest.mark.parametrize("jail_named", ["HPDJ04", None])
@pytest.mark.parametrize("kind", ["hidden", "hidden, and the order stands", "comes later, hidden"])
async def test_the_issuing_court_is_asked_alike_whether_its_case_is_hidden_or_absent(
    store: Store, jail_named: str | None, kind: str
) -> None:
    """Its own message, the jail that it named itself, at the same minute, once: that tells nothing of a case."""
    store.deciding = bench(*listening(), partners=PARTNERS, sees=lambda partner_id, file: False)
    speaker = None if "stands" in kind or "later" in kind else Speaker(kind=PlaceKind.COURT, code="PBLD01", state="PB")
    court = "pb-courts" if speaker is not None else "hp-courts"

    async def ordered(message_id: str) -> None:
        message = record(bail_order(message_id, jail=jail_named), speaker=speaker)
        message = replace(message, envelope=replace(message.envelope, partner_id=court))
        receipt = json.loads((await store.ledger.record(message, store.deciding)).json)
        assert receipt["outcome"] == "parked"

    async def heard() -> list[dict[str, Any]]:
        before = len(looking.told().get(court, []))
        at_once = await looking.at(timedelta(minutes=29))
        await looking.at(timedelta(minutes=30))
        await looking.at(timedelta(days=3))
        assert not [each for each in at_once if each.place == Verifier.ISSUING_COURT]
        return looking.told().get(court, [])[before:]

    looking = Looking(store)
    await ordered("B-7")
    absent = await heard()
    assert [each["alert"]["place"] for each in absent] == ["issuing-court"]
    exceptions.dismiss(store.engine, f"{court}/courts.bail-order.v1/B-7", ACT, store.deciding)
    if "later" in kind:
        await ordered("B-8")
        await _held(store, jail_named)
    else:
        await _held(store, jail_named)
        await ordered("B-8")
    assert _plain(await heard()) == _plain(absent)
    stands = select(schema.messages.c.state).where(schema.messages.c.message_id == "B-8")
    with store.engine.connect() as connection:
        assert connection.scalar(stands) == ("parked" if kind == "hidden" else "recorded")
    to_the_operator = [alarm.place for _, alarm in standing(reader_of(store.engine)) if alarm.code in FOR_OWNERS]
    assert ("issuing-court" in to_the_operator) is (kind == "hidden"), "nobody has to look at what is verified"


def _plain(alerts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        each | {"alert": {name: value for name, value in each["alert"].items() if name != "event_id"}}
        for each in alerts
    ]


async def test_an_alert_that_does_not_arrive_raises_no_other_alarm(store: Store) -> None:
    """Alarms never breed: the operator has the first one, and everybody's mail would fill with words about words."""
    orders = subscription("hp-jail", "hp-jail", jails=["HPDJ04"])
    store.deciding = bench(*listening(without=("hp-jail",)), orders, partners=PARTNERS, places=ROWS)
    await store.take(bail_order())
    looking = Looking(store)
    for days in range(3, 9):
        await looking.look(timedelta(days=days), overdue_after=timedelta(minutes=15))
    undelivered = [
        alarm for _, alarm in standing(reader_of(store.engine)) if alarm.code is AlarmCode.LIBERTY_UNDELIVERED
    ]
    assert [alarm.recipients for alarm in undelivered] == [("hp-jail",)], "the order itself"
    assert sum(map(len, looking.told().values())) == sum(len(reached) for _, reached in ORDER.values()) - 1


async def test_a_message_that_is_dismissed_is_asked_about_no_more(store: Store) -> None:
    await store.take(bail_order())
    looking = Looking(store)
    await looking.at(timedelta(minutes=30))
    exceptions.dismiss(store.engine, "hp-courts/courts.bail-order.v1/B-1", ACT, store.deciding)
    assert await looking.at(timedelta(days=9)) == []
    assert [alarm.code for _, alarm in standing(reader_of(store.engine)) if alarm.code in FOR_OWNERS] == []


async def test_who_cannot_read_that_an_order_is_unverified_is_alarmed_once(store: Store) -> None:
    pinned = subscription("hp-jail", "hp-jail", jails=["HPDJ04"])
    store.deciding = bench(*listening(without=("hp-jail",)), pinned, partners=PARTNERS)
    alerter = Alerter(recipients=lambda: store.deciding.recipients, ids=CountedIds("alert"))
    watch = StoreAlarms(store.writer, alerter, unmarked=lambda: frozenset({"hp-jail"}))
    await store.take(fir(number=900, accused=("A2=Sunil",)))
    await store.take(bail_order("B-2", firs=(900,)))
    assert await looked(watch, RECEIVED, timedelta(days=9)) == (), "an order that is verified bears no mark"
    receipt = json.loads((await store.take(bail_order("B-1"))).json)
    order = receipt["events"][0]["event_id"]
    raised = [*await looked(watch, RECEIVED, timedelta(days=9)), *await looked(watch, RECEIVED, timedelta(days=9))]
    assert [(each.code, each.place, each.event_id, each.reached) for each in raised] == [
        (AlarmCode.MARK_NOT_SHOWN, "hp-jail", order, 1)
    ]
    assert Looking(store).told() == {
        "hp-jail": [
            {
                "case": {"firs": []},
                "alert": {
                    "code": "MARK_NOT_SHOWN",
                    "event_id": order,
                    "jail": "HPDJ04",
                    "place": "UNVERIFIED",
                    "about": "bail",
                },
            }
        ]
    }


DAYS = timedelta(days=1)
LUDHIANA = Speaker(kind=PlaceKind.COURT, code="PBLD01", state="PB")
JALANDHAR = Speaker(kind=PlaceKind.JAIL, code="PBCJ01", state="PB")


def remanded(message_id: str) -> Content:
    """A Magistrate of another State remands A2."""
    remand = {"accused": {"serial": "A2", "name": "Sunil"}, "ordered_on": "2026-11-20", "custody": "JUDICIAL"}
    case = CaseReference(firs=(fir_reference(),))
    court = {"establishment": "PBLD01"}
    return said(message_id, "icjs.remand.ordered.v1", case, court=court, remand=remand | {"until": "2026-12-04"})


def admitted(message_id: str) -> Content:
    """A jail of that State has A2."""
    inmate = {
        "kind": "ADMISSION",
        "at": "2026-11-20T06:00:00Z",
        "prison": {"code": "PBCJ01", "state": "PB"},
        "accused": {"serial": "A2", "name": "Sunil", "pid": "PB-1"},
    }
    case = CaseReference(firs=(fir_reference(),))
    return said(message_id, "icjs.inmate.admitted.v1", case, inmate=inmate)


async def from_without(store: Store, content: Content, speaker: Speaker) -> str:
    message = record(content, speaker=speaker)
    message = replace(message, envelope=replace(message.envelope, partner_id=f"pb-{message.envelope.pillar}"))
    outcome: str = json.loads((await store.ledger.record(message, store.deciding)).json)["outcome"]
    return outcome


def state_of(store: Store, message_id: str) -> str:
    with store.engine.connect() as connection:
        found = select(schema.messages.c.state).where(schema.messages.c.message_id == message_id)
        return str(connection.scalars(found).one())


async def codes_at(store: Store, after: timedelta) -> list[tuple[AlarmCode, str | None]]:
    alerter = Alerter(recipients=lambda: store.deciding.recipients, ids=CountedIds(f"at-{after.days}-"))
    watch = StoreAlarms(store.writer, alerter, authority_rules().clocks)
    return [(each.code, each.case_id) for each in await looked(watch, RECEIVED + after, timedelta(days=999))]


async def test_an_order_that_holds_and_that_nobody_verified_lapses_with_an_alarm_before_and_then(store: Store) -> None:
    store.deciding = bench(*listening(), partners=PARTNERS)
    await store.take(fir(accused=("A1", "A2=Sunil")))
    assert await from_without(store, remanded("R-1"), LUDHIANA) == "parked"
    [(without, case_id)] = await codes_at(store, 0 * DAYS)
    assert without is AlarmCode.ORDER_FROM_WITHOUT
    assert await codes_at(store, 3 * DAYS) == []
    assert await codes_at(store, 4 * DAYS) == [(AlarmCode.CLAIM_WAITING, case_id)], "a Sunday is no court day"
    assert await codes_at(store, 12 * DAYS - timedelta(seconds=1)) == []
    assert await codes_at(store, 12 * DAYS) == [(AlarmCode.HOLD_LAPSING, case_id)]
    assert await codes_at(store, 15 * DAYS - timedelta(seconds=1)) == []
    assert await codes_at(store, 15 * DAYS) == [(AlarmCode.HOLD_LAPSED, case_id)], "the owners hear of it"
    assert await codes_at(store, 400 * DAYS) == []
    assert state_of(store, "R-1") == "parked", "nothing is lost: it stays at the desk"


@pytest.mark.parametrize(("after", "state"), [(14 * DAYS, "recorded"), (15 * DAYS, "parked")])
async def test_what_lapsed_corroborates_nobody(store: Store, after: timedelta, state: str) -> None:
    await store.take(fir(accused=("A1", "A2=Sunil")))
    await from_without(store, remanded("R-1"), LUDHIANA)
    await codes_at(store, after)
    await from_without(store, admitted("M-1"), JALANDHAR)
    assert (state_of(store, "R-1"), state_of(store, "M-1")) == (state, state)


async def test_a_jails_word_on_whom_it_has_does_not_lapse_for_orders_that_free(store: Store) -> None:
    there = subscription("pb-jail", "pb-jail", jails=["PBCJ01"])
    jailer = partner("pb-jail", Pillar.PRISONS, state="PB", jails=["PBCJ01"])
    store.deciding = bench(there, partners=(*PARTNERS, jailer))
    await store.take(fir(accused=("A1", "A2=Sunil")))
    await from_without(store, admitted("M-1"), JALANDHAR)
    await codes_at(store, 40 * DAYS)
    await store.take(bail_order("B-1", jail=None))
    owed = select(schema.deliveries.c.subscription_id).join(
        schema.events, schema.events.c.event_id == schema.deliveries.c.event_id
    )
    with store.engine.connect() as connection:
        told = connection.scalars(owed.where(schema.events.c.type == "icjs.bail.ordered.v1")).all()
    assert told == ["pb-jail"]
