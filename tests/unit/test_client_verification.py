"""Verification on the partner's side: receipts by signature, webhooks by shared secret."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
import rfc8785
from joserfc import jws
from joserfc.jwk import OKPKey

from icjs_gateway.client import Receipt, ReceiptRejected, WebhookRejected, verify_receipt, verify_webhook

KEY = OKPKey.generate_key("Ed25519", {"kid": "gw-1", "alg": "Ed25519", "use": "sig"})
JWKS = {"keys": [KEY.as_dict(private=False)]}
NOW = datetime(2026, 11, 20, 11, 12, tzinfo=UTC)
SECRET = "a webhook secret"
BODY = '{"name": "रमेश"}'.encode()


def signed(**changes: object) -> bytes:
    members: dict[str, object] = {
        "message_id": "M-1",
        "contract": "police.fir.v1",
        "partner": "hp-police",
        "environment": "demo",
        "digest": "sha-256=:AA==:",
        "received_at": "2026-11-20T11:12:11.482Z",
        "outcome": "accepted",
        "events": [],
        "findings": [{"code": "PERSON-UNKNOWN", "severity": "warn", "hint": "अभियुक्त"}],
    }
    token = jws.serialize_compact({"alg": "Ed25519", "kid": "gw-1"}, rfc8785.dumps(members), KEY, ["Ed25519"])
    header, _, signature = token.split(".")
    return json.dumps(members | {"signature": f"{header}..{signature}"} | changes, ensure_ascii=False).encode()


def test_a_receipt_verifies_with_the_published_keys() -> None:
    verify_receipt(Receipt.read(signed()), JWKS)


@pytest.mark.parametrize(
    "changes",
    [{"outcome": "parked"}, {"events": [{"event_id": "E", "type": "t"}]}, {"signature": "no"}, {"signature": None}],
)
def test_a_changed_receipt_does_not(changes: dict[str, object]) -> None:
    with pytest.raises(ReceiptRejected):
        verify_receipt(signed(**changes), JWKS)


def test_a_receipt_of_another_key_does_not() -> None:
    other = OKPKey.generate_key("Ed25519", {"kid": "gw-1", "alg": "Ed25519", "use": "sig"})
    with pytest.raises(ReceiptRejected):
        verify_receipt(signed(), {"keys": [other.as_dict(private=False)]})


def test_no_other_algorithm_is_taken_from_the_header() -> None:
    header = base64.urlsafe_b64encode(b'{"alg":"none","kid":"gw-1"}').rstrip(b"=").decode()
    with pytest.raises(ReceiptRejected):
        verify_receipt(signed(signature=f"{header}.."), JWKS)


def headers(body: bytes = BODY, *, at: datetime = NOW, key: bytes = SECRET.encode()) -> dict[str, str]:
    stamp = str(int(at.timestamp()))
    mac = hmac.new(key, b"D-1." + stamp.encode() + b"." + body, hashlib.sha256).digest()
    return {
        "Webhook-Id": "D-1",
        "Webhook-Timestamp": stamp,
        "Webhook-Signature": "v1," + base64.b64encode(mac).decode(),
    }


def test_a_signed_delivery_verifies() -> None:
    assert verify_webhook(headers(), BODY, SECRET, now=NOW) == "D-1"


def test_a_secret_with_the_prefix_is_base64() -> None:
    key = b"0123456789abcdef"
    secret = "whsec_" + base64.b64encode(key).decode()
    assert verify_webhook(headers(key=key), BODY, secret, now=NOW) == "D-1"


def test_one_good_signature_among_several_is_enough() -> None:
    many = headers()
    many["Webhook-Signature"] = "v1,AAAA v1a,BBBB " + many["Webhook-Signature"]
    verify_webhook(many, BODY, SECRET, now=NOW)


@pytest.mark.parametrize(
    ("given", "body", "secret"),
    [
        (headers(), BODY + b" ", SECRET),
        (headers(), BODY, "another secret"),
        (headers(at=NOW - timedelta(minutes=6)), BODY, SECRET),
        (headers() | {"Webhook-Timestamp": "soon"}, BODY, SECRET),
        (headers() | {"Webhook-Signature": ""}, BODY, SECRET),
        (headers() | {"Webhook-Id": ""}, BODY, SECRET),
        (headers(), BODY, "whsec_***"),
    ],
    ids=["body", "secret", "late", "timestamp", "unsigned", "no id", "bad secret"],
)
def test_anything_else_is_rejected(given: dict[str, str], body: bytes, secret: str) -> None:
    with pytest.raises(WebhookRejected):
        verify_webhook(given, body, secret, now=NOW)
