"""What the gateway says in SOAP 1.1: envelopes, receipts and faults.

Everything of the gateway's own is in `urn:icjs:gateway:1`, with the members of the stored receipt or of the
problem document in upper camel case, in a fixed order and with absent members left out. A member that is not
in the tables below is not rendered; a receipt carries its stored JSON whole, and that is what its signature
covers.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from enum import StrEnum
from html import escape
from typing import Any

from icjs_gateway.adapters.wire.json import loads_own

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
PASSWORD_TEXT = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText"  # noqa: S105
GATEWAY = "urn:icjs:gateway:1"

_RECEIPT = (
    *("message_id", "contract", "partner", "environment", "digest", "received_at", "outcome"),
    *("events", "findings", "same_as", "signature"),
)
_PROBLEM = ("type", "title", "status", "detail", "trace_id", "findings")
_REPEATED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "events": ("Event", ("event_id", "type", "case_id")),
    "findings": (
        "Finding",
        ("code", "severity", "path", "wire_path", "line", "expected", "found", "hint"),
    ),
}
_DECLARATION = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<\?xml\s[^>]*\?>\s*")
_NOT_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class FaultCode(StrEnum):
    """`faultcode`, as written: who has to act, the sender or the gateway, or which header was refused."""

    CLIENT = "soap:Client"
    SERVER = "soap:Server"
    FAILED_AUTHENTICATION = "wsse:FailedAuthentication"
    MUST_UNDERSTAND = "soap:MustUnderstand"
    VERSION_MISMATCH = "soap:VersionMismatch"


_WITH_DETAIL = frozenset({FaultCode.CLIENT, FaultCode.SERVER})


def envelope(payload: bytes) -> bytes:
    """A SOAP 1.1 envelope around one serialised element, whose XML declaration is taken off."""
    return b"".join(
        (
            b"<?xml version='1.0' encoding='UTF-8'?>\n",
            b'<soap:Envelope xmlns:soap="' + SOAP.encode() + b'"><soap:Body>',
            _DECLARATION.sub(b"", payload, count=1),
            b"</soap:Body></soap:Envelope>",
        )
    )


def asking_envelope(payload: bytes, *, username: str, password: str, must_understand: bool = False) -> bytes:
    """An envelope with a UsernameToken, as the gateway calls a partner's own system.

    The password states its Type, as the Basic Security Profile asks (R4201). There is no Nonce and no Created: they
    protect digests, and a receiver that remembers nonces would refuse a delivery that comes again. The header must be
    understood only where the partner wants it so: servers without WS-Security refuse what they must understand.
    """
    must = ' soap:mustUnderstand="1"' if must_understand else ""
    token = (
        f'<soap:Header><wsse:Security xmlns:wsse="{WSSE}"{must}><wsse:UsernameToken>'
        f"<wsse:Username>{_text(username)}</wsse:Username>"
        f'<wsse:Password Type="{PASSWORD_TEXT}">{_text(password)}</wsse:Password>'
        "</wsse:UsernameToken></wsse:Security></soap:Header>"
    )
    return envelope(payload).replace(b"<soap:Body>", token.encode() + b"<soap:Body>", 1)


def fault(code: FaultCode, reason: str, problem: Mapping[str, Any] | None = None) -> bytes:
    """A fault envelope, sent with HTTP 500. `problem` is a problem document; header faults leave it out.

    SOAP 1.1 (4.4) keeps `detail` for faults about the Body; a receiver may take its presence to mean just
    that.
    """
    detail = ""
    if problem is not None and code in _WITH_DETAIL:
        detail = f'<detail><Problem xmlns="{GATEWAY}">{_render(problem, _PROBLEM)}</Problem></detail>'
    wsse = f' xmlns:wsse="{WSSE}"' if code is FaultCode.FAILED_AUTHENTICATION else ""
    text = (
        f"<soap:Fault{wsse}><faultcode>{code.value}</faultcode><faultstring>{_text(reason)}</faultstring>"
        f"{detail}</soap:Fault>"
    )
    return envelope(text.encode())


def receipt_envelope(receipt_json: bytes) -> bytes:
    """The stored receipt as element `Receipt`, with the stored bytes themselves in `Json` for verifying."""
    members = _render(loads_own(receipt_json), _RECEIPT)
    stored = b64encode(receipt_json).decode("ascii")
    return envelope(f'<Receipt xmlns="{GATEWAY}">{members}<Json>{stored}</Json></Receipt>'.encode())


def _render(members: Mapping[str, Any], order: Iterable[str]) -> str:
    """Members as elements, in this order; a list as one element an item."""
    parts: list[str] = []
    for name in order:
        value = members.get(name)
        if value is None:
            continue
        if name in _REPEATED:
            tag, inner = _REPEATED[name]
            parts += [f"<{tag}>{_render(item, inner)}</{tag}>" for item in value]
        else:
            tag = "".join(word.capitalize() for word in name.split("_"))
            parts.append(f"<{tag}>{_text(value)}</{tag}>")
    return "".join(parts)


def _text(value: object) -> str:
    """Escaped text; what XML 1.0 cannot carry becomes U+FFFD, so that an answer is always readable."""
    return escape(_NOT_XML.sub("\ufffd", str(value)), quote=False)
