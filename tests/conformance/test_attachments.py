"""What every store promises of files: kept with the message or not at all, once, encrypted, and shown where named."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import Engine, select

from icjs_gateway.model.content import Content
from icjs_gateway.routing.attachments import fetch
from icjs_gateway.routing.directory import Partner, RecipientClass
from icjs_gateway.stores import schema
from icjs_gateway.stores.attachments import StoreAttachments
from icjs_gateway.stores.engine import reader_of
from tests.conformance.conftest import Store
from tests.support.disclosing import disclosure, recipient
from tests.support.messages import ORDER, bail_order, fir, outcome, with_order

SHA256 = hashlib.sha256(ORDER).hexdigest()


def receiving(who: RecipientClass, **jurisdiction: object) -> Partner:
    partner = recipient(who, **jurisdiction)
    return partner.model_copy(update={"may": partner.may.model_copy(update={"receive": ("icjs.*",)})})


async def taken(store: Store, *contents: Content) -> None:
    for content in contents:
        await store.take(content)


async def fetched(store: Store, who: Partner, sha256: str = SHA256) -> bytes | None:
    attachments = StoreAttachments(reader_of(store.engine), store.vault)
    file = await fetch(sha256, who, attachments, disclosure())
    return None if file is None else file.content


def kept(engine: Engine) -> list[bytes]:
    with engine.connect() as connection:
        return list(connection.scalars(select(schema.attachments.c.content)))


async def test_who_sees_the_event_fetches_its_file(store: Store) -> None:
    await taken(store, fir(), with_order(bail_order()))
    assert await fetched(store, receiving(RecipientClass.POLICE_INVESTIGATION)) == ORDER
    assert await fetched(store, receiving(RecipientClass.PRISON_CUSTODY)) == ORDER


async def test_who_does_not_see_the_event_or_its_file_finds_none(store: Store) -> None:
    await taken(store, fir(), with_order(bail_order()))
    assert await fetched(store, receiving(RecipientClass.FORENSIC_LABORATORY)) is None
    assert await fetched(store, receiving(RecipientClass.AGENCY)) is None, "the class sees bail, and no files"
    assert await fetched(store, receiving(RecipientClass.POLICE_INVESTIGATION, state="PB")) is None
    assert await fetched(store, recipient(RecipientClass.POLICE_INVESTIGATION)) is None, "it may receive nothing"
    assert await fetched(store, receiving(RecipientClass.POLICE_INVESTIGATION), "0" * 64) is None


async def test_a_label_that_comes_later_hides_the_file_from_who_could_fetch_it(store: Store) -> None:
    await taken(store, fir(), with_order(bail_order()))
    aid = receiving(RecipientClass.LEGAL_AID)
    assert await fetched(store, aid) == ORDER
    await store.take(outcome(charge="74"))
    assert await fetched(store, aid) is None
    assert await fetched(store, receiving(RecipientClass.PRISON_CUSTODY)) == ORDER, "who has custody needs the order"


async def test_the_jail_that_a_parked_order_names_fetches_its_file_at_once(store: Store) -> None:
    await store.take(with_order(bail_order()))
    assert await fetched(store, receiving(RecipientClass.PRISON_CUSTODY)) == ORDER
    assert await fetched(store, receiving(RecipientClass.PRISON_CUSTODY, jails=("HPCJ01",))) is None


async def test_a_file_that_many_messages_brought_is_found_by_the_oldest(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("icjs_gateway.stores.attachments.PAGE", 2)
    await store.take(with_order(bail_order("B-0")))
    for number in range(1, 6):
        await store.take(with_order(bail_order(f"B-{number}", jail="HPCJ09", firs=(112 + number,))))
    assert await fetched(store, receiving(RecipientClass.PRISON_CUSTODY)) == ORDER
    assert await fetched(store, receiving(RecipientClass.PRISON_CUSTODY, jails=("HPCJ01",))) is None


async def test_a_file_is_kept_once_and_encrypted(store: Store) -> None:
    await taken(store, fir(), with_order(bail_order("B-1")), with_order(bail_order("B-2", serial="A1", name="Ramesh")))
    [content] = kept(store.engine)
    assert ORDER not in content
    with store.engine.connect() as connection:
        assert len(connection.execute(select(schema.attachment_uses)).all()) == 2


async def test_a_message_that_is_refused_leaves_no_file(store: Store) -> None:
    await taken(store, fir(), with_order(bail_order("B-1")))
    other = with_order(bail_order("B-1", serial="A1", name="Ramesh"), b"%PDF-1.7 another order")
    with pytest.raises(Exception, match="already used"):
        await store.take(other)
    assert len(kept(store.engine)) == 1
