"""What the gateway signs verifies elsewhere, and what it did not sign verifies nowhere."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from joserfc.jwk import KeySet

from icjs_gateway.adapters.wire.jose import encode
from icjs_gateway.adapters.wire.json import dumps, jcs
from icjs_gateway.adapters.wire.signatures import (
    NotVerified,
    ReceiptSigner,
    SigningKeys,
    TokenIssuer,
    verify_receipt,
    verify_webhook,
    webhook_headers,
)
from icjs_gateway.model.errors import Misconfigured, Unauthenticated

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
RECEIPT = {"message_id": "M-1", "events": [{"event_id": "E"}], "findings": [], "partner": "hp-courts", "n": 1}


@pytest.fixture
def keys(tmp_path: Path) -> SigningKeys:
    return SigningKeys(tmp_path / "keys", now=lambda: NOW)


def test_a_key_is_made_once_private_and_named_for_its_year(tmp_path: Path, keys: SigningKeys) -> None:
    assert keys.kid.startswith("gw-2026-")
    (file,) = (tmp_path / "keys").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert SigningKeys(tmp_path / "keys", now=lambda: NOW + timedelta(days=400)).kid == keys.kid


def test_a_file_that_is_no_key_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "gw-2026-1.ed25519.pem").write_bytes(b"nonsense")
    with pytest.raises(Misconfigured, match="gw-2026-1"):
        SigningKeys(tmp_path, now=lambda: NOW)


def test_a_receipt_verifies_with_the_published_keys(keys: SigningKeys) -> None:
    signer = ReceiptSigner(keys)
    receipt = json.loads(signer.signed(RECEIPT))
    verify_receipt(receipt, signer.jwks())
    verify_receipt(json.loads(json.dumps(dict(reversed(receipt.items())))), signer.jwks())


def test_a_receipt_verifies_with_a_library_of_others(keys: SigningKeys) -> None:
    signature = json.loads(ReceiptSigner(keys).signed(RECEIPT))["signature"]
    header, middle, proof = signature.split(".")
    assert middle == ""
    attached = f"{header}.{encode(jcs(RECEIPT)).decode()}.{proof}"
    key_set = KeySet.import_key_set(keys.jwks())  # type: ignore[arg-type]
    assert jws.deserialize_compact(attached, key_set, algorithms=["Ed25519"]).payload == jcs(RECEIPT)


@pytest.mark.parametrize(
    "change",
    [
        lambda receipt: receipt | {"partner": "hp-police"},
        lambda receipt: receipt | {"extra": 1},
        lambda receipt: {name: value for name, value in receipt.items() if name != "n"},
        lambda receipt: receipt | {"signature": receipt["signature"][:-2]},
        lambda receipt: receipt | {"signature": "a.b.c"},
        lambda receipt: receipt | {"signature": None},
    ],
)
def test_a_receipt_that_was_changed_does_not_verify(
    keys: SigningKeys, change: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    receipt = json.loads(ReceiptSigner(keys).signed(RECEIPT))
    with pytest.raises(NotVerified):
        verify_receipt(change(receipt), keys.jwks())


def test_an_older_key_still_verifies_and_the_newest_signs(tmp_path: Path) -> None:
    old = SigningKeys(tmp_path / "keys", now=lambda: NOW)
    receipt = json.loads(ReceiptSigner(old).signed(RECEIPT))
    SigningKeys(tmp_path / "other", now=lambda: NOW + timedelta(days=365))
    (file,) = (tmp_path / "other").iterdir()
    file.rename(tmp_path / "keys" / file.name)
    both = SigningKeys(tmp_path / "keys", now=lambda: NOW)
    assert both.kid.startswith("gw-2027-")
    verify_receipt(receipt, both.jwks())


def test_a_token_names_its_partner_for_ten_minutes_and_across_a_restart(tmp_path: Path, keys: SigningKeys) -> None:
    token = TokenIssuer(keys, issuer="gw").issue("hp-courts", NOW)
    restarted = TokenIssuer(SigningKeys(tmp_path / "keys", now=lambda: NOW), issuer="gw")
    assert restarted.verify(token, NOW) == "hp-courts"
    assert restarted.verify(token, NOW + timedelta(seconds=599)) == "hp-courts"
    for moment in (NOW + timedelta(seconds=600), NOW - timedelta(seconds=61)):
        with pytest.raises(Unauthenticated):
            restarted.verify(token, moment)


def forged(header: dict[str, Any], key: Ed25519PrivateKey | None = None, claims: dict[str, Any] | None = None) -> str:
    issued = int(NOW.timestamp())
    body = {"iss": "gw", "sub": "hp-courts", "iat": issued, "exp": issued + 600} | (claims or {})
    signed = encode(dumps(header)) + b"." + encode(dumps(body))
    return (signed + b"." + (encode(key.sign(signed)) if key else b"")).decode()


def test_no_header_of_a_token_brings_its_own_key_or_algorithm(keys: SigningKeys) -> None:
    own = Ed25519PrivateKey.generate()
    x = encode(own.public_key().public_bytes_raw()).decode()
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": x}
    good = {"alg": "Ed25519", "kid": keys.kid, "typ": "at+jwt"}
    issuer = TokenIssuer(keys, issuer="gw")
    for header in (
        good,
        good | {"alg": "none"},
        good | {"alg": "EdDSA"},
        good | {"alg": "HS256"},
        good | {"jwk": jwk},
        good | {"jku": "https://evil.example/keys"},
        good | {"kid": ["a"]},
        good | {"crit": ["b64"], "b64": False},
    ):
        for token in (forged(header, own), forged(header)):
            with pytest.raises(Unauthenticated):
                issuer.verify(token, NOW)


@pytest.mark.parametrize(
    "token", ["", "a", "a.b", "..", "a.b.c.d", "é.é.é", "x" * 9_000, "e30.e30.e30", "W10.W10.W10", "\ud800.a.b"]
)
def test_what_is_no_token_is_refused_without_a_word_of_why(keys: SigningKeys, token: str) -> None:
    with pytest.raises(Unauthenticated, match="not valid"):
        TokenIssuer(keys, issuer="gw").verify(token, NOW)


def test_a_token_for_another_gateway_or_without_times_is_refused(keys: SigningKeys) -> None:
    header = {"alg": "Ed25519", "kid": keys.kid, "typ": "at+jwt"}
    private = keys._active
    issuer = TokenIssuer(keys, issuer="gw")
    assert issuer.verify(forged(header, private), NOW) == "hp-courts"
    for claims in ({"iss": "other"}, {"sub": 1}, {"exp": None}, {"iat": "0"}, {"exp": True}, {"exp": 1e300}):
        with pytest.raises(Unauthenticated):
            issuer.verify(forged(header, private, claims), NOW)


def test_a_receipts_signature_is_no_token(keys: SigningKeys) -> None:
    issued = int(NOW.timestamp())
    claims = {"iss": "gw", "sub": "hp-courts", "iat": issued, "exp": issued + 600}
    header, _, proof = json.loads(ReceiptSigner(keys).signed(claims))["signature"].split(".")
    with pytest.raises(Unauthenticated):
        TokenIssuer(keys, issuer="gw").verify(f"{header}.{encode(jcs(claims)).decode()}.{proof}", NOW)


def test_webhook_headers_follow_the_published_vector() -> None:
    """The example of the Standard Webhooks specification's reference libraries."""
    at = datetime.fromtimestamp(1614265330, UTC)
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    headers = webhook_headers("msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}', secret)
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@pytest.mark.parametrize("secret", ["whsec_" + base64.b64encode(b"k" * 24).decode(), "a long password of न्याय"])
def test_a_webhook_verifies_with_its_secret_only(secret: str) -> None:
    headers = webhook_headers("d1", NOW, b"body", secret)
    verify_webhook(headers, b"body", secret, NOW + timedelta(seconds=299))
    verify_webhook(headers | {"webhook-signature": f"v1,old {headers['webhook-signature']}"}, b"body", secret, NOW)
    for changed, body, moment in (
        (headers, b"other", NOW),
        (headers | {"webhook-id": "d2"}, b"body", NOW),
        (headers | {"webhook-timestamp": "x"}, b"body", NOW),
        (headers | {"webhook-signature": "v1,"}, b"body", NOW),
        (headers, b"body", NOW + timedelta(seconds=301)),
        ({}, b"body", NOW),
    ):
        with pytest.raises(NotVerified):
            verify_webhook(changed, body, secret, moment)


def test_a_webhook_secret_that_is_not_base64_is_refused() -> None:
    with pytest.raises(ValueError, match=r"."):
        webhook_headers("d1", NOW, b"", "whsec_not base64")
