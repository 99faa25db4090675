"""A receipt as its sender holds it: signed over everything that it says, verified with the client's own code."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from icjs_gateway.adapters.wire.signatures import ReceiptSigner, SigningKeys
from icjs_gateway.client import Receipt, ReceiptRejected, verify_receipt
from icjs_gateway.routing.decisions import Facts, Kept, Known
from tests.support.messages import bench, fir, outcome, record, subscription


@pytest.fixture
def signer(tmp_path: Path) -> ReceiptSigner:
    return ReceiptSigner(SigningKeys(tmp_path, now=lambda: datetime(2026, 11, 20, tzinfo=UTC)))


def receipts(signer: ReceiptSigner) -> list[bytes]:
    """One of each outcome: accepted, parked, suppressed."""
    deciding = replace(bench(subscription()), signer=signer)
    first = record(outcome("H-1", bail_for="A1"))
    known = Known(message_id="M", digest=b"d", content_digest=first.content_digest, receipt=b"{}")
    decisions = [
        deciding.decide(record(fir()), Facts()),
        deciding.decide(first, Facts()),
        deciding.decide(first, Facts(latest=known)),
    ]
    return [decision.receipt for decision in decisions if isinstance(decision, Kept)]


def test_every_kind_of_receipt_verifies_over_all_that_it_says(signer: ReceiptSigner) -> None:
    given = receipts(signer)
    assert [json.loads(each)["outcome"] for each in given] == ["accepted", "parked", "suppressed"]
    for each in given:
        verify_receipt(Receipt.read(each), signer.jwks())


def test_no_member_of_a_receipt_can_be_changed_or_taken_away(signer: ReceiptSigner) -> None:
    for each in receipts(signer):
        said = json.loads(each)
        for name in said.keys() - {"signature"}:
            for changed in ({**said, name: "another"}, {key: said[key] for key in said if key != name}):
                with pytest.raises(ReceiptRejected):
                    verify_receipt(json.dumps(changed).encode(), signer.jwks())
