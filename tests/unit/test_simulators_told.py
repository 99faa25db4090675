"""What a simulated recipient reads of an order: the mark that nobody verified it, and the link that says who did."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from icjs_gateway.registry import packaged_contracts
from icjs_gateway.simulators.told import Words

ORDERS = packaged_contracts() / "prisons" / "order" / "v1" / "samples" / "valid"
HOLDING = "authorises no detention: go by your warrant register"
FREEING = "verify identity; ask the issuing court"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


def enveloped(document: Path) -> bytes:
    return f'<s:Envelope xmlns:s="{SOAP}"><s:Body>{document.read_text(encoding="utf-8")}</s:Body></s:Envelope>'.encode()


@pytest.mark.parametrize(
    ("sample", "advice"),
    [("unverified-custody", HOLDING), ("unverified-release", FREEING), ("release", None)],
)
def test_the_mark_of_an_order_in_the_words_of_a_jail(sample: str, advice: str | None) -> None:
    read = Words(contract="prisons.order.v1", channel="soap").read(enveloped(ORDERS / f"{sample}.xml"))
    assert read.advice == advice


def cloudevent(kind: str, **data: Any) -> bytes:
    members = {"id": "E-1", "type": f"icjs.{kind}.v1", "subject": "message:M-1", "deliveryid": "D-1", "lane": "m"}
    return json.dumps(members | {"position": 1, "data": data}).encode()


def test_mark_and_link_in_a_cloudevent() -> None:
    mark = {"state": "UNVERIFIED", "reason": "NO_CASE", "advice": HOLDING}
    assert Words().read(cloudevent("custody.ordered", authority=mark)).advice == HOLDING
    assert Words().read(cloudevent("custody.ordered")).advice is None
    assert Words().read(cloudevent("order.linked", order={"event_id": "E-9"})).links == "E-9"
    assert Words().read(cloudevent("hearing.recorded", order={"event_id": "E-9"})).links is None


def test_a_link_in_the_words_of_police_and_of_a_jail() -> None:
    header = {"messageId": "D-1", "eventId": "E-1", "eventType": "icjs.order.linked.v1", "subject": "case-1"}
    header |= {"source": "urn:icjs:gateway", "occurredAt": "2026-11-20T05:00:00Z", "lane": "m", "position": "1"}
    notice = json.dumps(header | {"order": {"eventId": "E-9"}}).encode()
    assert Words(contract="police.case-update.v1", channel="json").read(notice).links == "E-9"
    members = "".join(
        f"<{name[0].upper()}{name[1:]}>{value}</{name[0].upper()}{name[1:]}>" for name, value in header.items()
    )
    order = f'<Order xmlns="urn:icjs:prisons:order:1">{members}<Order><EventId>E-9</EventId></Order></Order>'
    assert Words(contract="prisons.order.v1", channel="xml").read(order.encode()).links == "E-9"
