"""An order without a signature to rely on is taken, marked for the jail, and its sender warned."""

from __future__ import annotations

import pytest

from icjs_gateway.cli.contracts import parse
from icjs_gateway.model.content import Content
from icjs_gateway.model.findings import Severity
from icjs_gateway.registry.loading import load_contracts
from icjs_gateway.routing.contracts import Wire

CONTRACT = load_contracts().get("courts.bail-order.v1")
DIGEST = f'<Digest algorithm="sha-256">{"a" * 64}</Digest>'
FILE = '<Content encoding="base64">JVBERi0xLjQKJSBkZW1vCg==</Content>'


def decoded(order: str, action: str = "NEW") -> Content:
    refers = "" if action == "NEW" else "<RefersTo>m-0</RefersTo>"
    body = f"""<BailOrder xmlns="urn:icjs:courts:bail-order:1"><MessageId>m-1</MessageId><Action>{action}</Action>
{refers}<Court><Establishment>HPKN02</Establishment></Court><Case><CNR>HPKN020003412026</CNR></Case>
<Person><Name>Sunil</Name></Person><Decision>GRANTED</Decision><OrderedOn>2026-11-20</OrderedOn>
{order}</BailOrder>"""
    document = parse(body.encode(), Wire.XML)
    CONTRACT.admit(document)
    content = CONTRACT.decode(document)
    again = parse(CONTRACT.encode(content, Wire.XML), Wire.XML)
    assert CONTRACT.decode(again).events == content.events
    return content


@pytest.mark.parametrize(
    ("order", "status", "code"),
    [
        ("", "UNSIGNED", "ORDER-UNSIGNED"),
        ("<Order><File>a.pdf</File></Order>", "UNSIGNED", "ORDER-UNSIGNED"),
        ("<Order><SignatureStatus>VALID</SignatureStatus></Order>", "UNSIGNED", "ORDER-UNSIGNED"),
        (f"<Order>{DIGEST}<SignatureStatus>UNSIGNED</SignatureStatus></Order>", "UNSIGNED", "ORDER-UNSIGNED"),
        (f"<Order>{DIGEST}<SignatureStatus>INVALID</SignatureStatus></Order>", "INVALID", "ORDER-SIGNATURE-INVALID"),
        (f"<Order>{DIGEST}</Order>", None, None),
        (f"<Order>{FILE}</Order>", None, None),
        (f"<Order>{DIGEST}<SignatureStatus>VALID</SignatureStatus></Order>", "VALID", None),
    ],
)
def test_the_mark_and_the_warning(order: str, status: str | None, code: str | None) -> None:
    content = decoded(order)
    marked = content.events[0].data.model_dump(mode="json")["bail"]["order"]
    assert marked["signature_status"] == status
    told = [(each.code, each.severity, each.line) for each in content.findings]
    assert told == ([(code, Severity.WARN, 4 if order else 1)] if code else [])


def test_an_amendment_without_the_order_leaves_it_as_it_was() -> None:
    amended = decoded("", "AMEND")
    assert amended.events[0].data.model_dump()["bail"]["order"] is None
    assert amended.findings == ()
    withdrawn = decoded("", "WITHDRAW")
    assert withdrawn.events[0].data.model_dump()["bail"]["order"]["signature_status"] == "UNSIGNED"
