"""What is left to do about a message after its receipt: written with it, done once, and the same whoever may see."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from icjs_gateway.model.content import Content
from icjs_gateway.routing.authority.speaker import Speaker
from icjs_gateway.routing.following_up import FollowUp
from icjs_gateway.stores import schema
from icjs_gateway.stores.engine import reader_of
from icjs_gateway.stores.follow_ups import StoreFollowUps
from icjs_gateway.stores.ledger import StoreLedger
from tests.conformance.conftest import Store
from tests.support.doors import ROWS, court
from tests.support.messages import bail_order, bench, fir, jail, outcome, record, subscription

_row = schema.follow_ups.c


@pytest.fixture
def ledger(store: Store) -> StoreLedger:
    """Records, and leaves to do what is left."""
    store.deciding = bench(
        subscription("jail-feed", "hp-jail", jails=["HPDJ04"]),
        partners=(jail(),),
        places=ROWS,
        sees=lambda partner, file: False,
    )
    return StoreLedger(store.writer, store.vault, lambda: None)


def written(store: Store, identity: str) -> dict[str, int]:
    """How many rows of each table bear a message, its claims, its alarms and its deliveries."""
    events = select(schema.events.c.event_id).where(schema.events.c.identity == identity)
    wanted = {
        "messages": select(schema.messages.c.seq).where(schema.messages.c.identity == identity),
        "events": events,
        "waiting": select(schema.waiting.c.identifier).where(schema.waiting.c.identity == identity),
        "claims": select(schema.claims.c.seq).where(schema.claims.c.identity == identity),
        "deliveries": select(schema.deliveries.c.delivery_id).where(schema.deliveries.c.event_id.in_(events)),
        "alarms": select(schema.alarms.c.subject).where(schema.alarms.c.event_id.in_(events)),
        "follow-ups": select(_row.step).where(_row.identity == identity),
    }
    with store.engine.connect() as connection:
        return {name: len(connection.execute(rows).all()) for name, rows in wanted.items()}


DUTY = court("HPKN04")
FOREIGN = court("PBLD01")


@pytest.mark.parametrize(
    ("speaker", "of"),
    [
        pytest.param(FOREIGN, lambda number: outcome(f"H-{number}", firs=(number,), serial=None), id="a hearing"),
        pytest.param(
            FOREIGN, lambda number: bail_order(f"B-{number}", firs=(number,), cnr_serial=None), id="a bail order"
        ),
        pytest.param(
            DUTY,
            lambda number: bail_order(f"B-{number}", firs=(number,), cnr_serial=None),
            id="a bail order of a court that has standing and no sight",
        ),
    ],
)
async def test_before_the_receipt_a_hidden_case_and_an_absent_one_make_the_same_rows(
    store: Store, ledger: StoreLedger, speaker: Speaker, of: object
) -> None:
    await ledger.record(record(fir(112)), store.deciding)
    words: list[Content] = [of(112), of(999)]  # type: ignore[operator]
    for word in words:
        await ledger.record(record(word, partner_id="courts", speaker=speaker), store.deciding)
    hidden, absent = (
        written(store, "/".join(record(word, partner_id="courts", speaker=speaker).identity)) for word in words
    )
    assert hidden == absent
    assert hidden["follow-ups"] == 1
    assert hidden["claims"] == hidden["alarms"] == hidden["deliveries"] == 0


async def test_what_was_left_at_a_kill_is_done_by_the_next_process_liberty_first(
    store: Store, ledger: StoreLedger
) -> None:
    await ledger.record(record(fir(112, accused=("A1=Ramesh Kumar",))), store.deciding)
    hearing = record(outcome("H-1", firs=(112,), serial=None), partner_id="pb", speaker=FOREIGN)
    order = record(bail_order("B-1", firs=(112,), cnr_serial=None), partner_id="pb", speaker=FOREIGN)
    for word in (hearing, order):
        await ledger.record(word, store.deciding)
    again = StoreFollowUps(store.writer, reader_of(store.engine), lambda: None)
    assert await again.pending(FollowUp.TELL, 10) == ["/".join(order.identity), "/".join(hearing.identity)]
    await store.ledger.follow_up(store.deciding)
    assert not await again.pending(FollowUp.TELL, 10)
    assert not await again.pending(FollowUp.JUDGE, 10)
    assert written(store, "/".join(hearing.identity))["claims"] == 1
    assert written(store, "/".join(order.identity))["alarms"] == 1
    # Done once: another process that had it in hand as well finds nothing left.
    await again.do(FollowUp.TELL, "/".join(order.identity), store.deciding)
    assert written(store, "/".join(order.identity))["claims"] == 1
