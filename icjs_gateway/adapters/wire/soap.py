"""SOAP 1.1 envelopes as partners send them: one payload, and a user name with its password.

Understood headers: WS-Security with a UsernameToken whose password is PasswordText (over TLS in earnest) and
a Timestamp, which is let pass unread. Any other header is ignored, unless it must be understood. The payload
is the Body's only child; its lines and its digest are those of the envelope as sent.

Who the user is, and whether the operation exists, is decided elsewhere. Answers are written in
`soap_answers.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from icjs_gateway.adapters.wire.limits import XmlLimits
from icjs_gateway.adapters.wire.soap_answers import (
    GATEWAY,
    PASSWORD_TEXT,
    SOAP,
    WSSE,
    FaultCode,
    envelope,
    fault,
    receipt_envelope,
)
from icjs_gateway.adapters.wire.soap_secrets import without_passwords
from icjs_gateway.adapters.wire.xml import DEFAULT, canonical_digest, parse_tree
from icjs_gateway.model.errors import Malformed, Unauthenticated
from icjs_gateway.model.findings import Finding
from icjs_gateway.routing.contracts import Document, Wire

__all__ = [
    "GATEWAY",
    "Envelope",
    "EnvelopeRefused",
    "FaultCode",
    "envelope",
    "fault",
    "open_envelope",
    "receipt_envelope",
]

_WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
_NEXT = "http://schemas.xmlsoap.org/soap/actor/next"
_VERSIONS = {"http://www.w3.org/2003/05/soap-envelope": "SOAP 1.2"}
_SECURITY = f"{{{WSSE}}}Security"
_UNDERSTOOD_TOKENS = frozenset({f"{{{WSSE}}}UsernameToken", f"{{{_WSU}}}Timestamp"})


class EnvelopeRefused(Malformed):
    """The envelope itself is wrong; `code` is the fault to answer with."""

    def __init__(
        self,
        code: FaultCode,
        finding: str,
        detail: str,
        line: int | None = None,
        *,
        expected: str,
        found: str | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(detail, [Finding(code=finding, line=line, expected=expected, found=found, hint=hint)])
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """An opened envelope. `payload` is the Body's child as a document of the SOAP wire.

    `sent` is the envelope as it came, with the password; `payload.body`, which is kept, has it no more. Neither is ever
    shown.
    """

    payload: Document = field(repr=False)
    sent: bytes = field(repr=False)
    username: str | None = None
    password: str | None = field(default=None, repr=False)

    @property
    def operation_root(self) -> str:
        """Clark name of the payload's root element, by which the operation is chosen."""
        return str(self.payload.root.tag)


def open_envelope(body: bytes, limits: XmlLimits = DEFAULT) -> Envelope:
    """Parse and open an envelope.

    Raises UnsupportedMedia, Malformed as `parse_xml` does; EnvelopeRefused, which names its fault code; and
    Unauthenticated for a kind of password that is not taken.
    """
    root, faithful = parse_tree(body, limits)
    header, soap_body = _parts(root)
    username, password = _credentials(header) if header is not None else (None, None)
    child = _only_child(soap_body)
    as_received = child if faithful is root else _only_child(_parts(faithful)[1])
    kept = body if header is None else without_passwords(body)
    payload = Document(wire=Wire.SOAP, root=child, body=kept, digest=canonical_digest(as_received))
    return Envelope(payload=payload, sent=body, username=username, password=password)


def _parts(root: etree._Element) -> tuple[etree._Element | None, etree._Element]:
    """Header, if there is one, and Body."""
    name = etree.QName(root)
    if name.localname != "Envelope":
        raise _client(
            "SOAP-NO-ENVELOPE",
            f"The body is not a SOAP envelope: its document element is {name.localname[:80]}.",
            root,
            expected=f"Envelope in the namespace {SOAP}",
            found=name.localname[:80],
            hint="put the message into the Body of an Envelope; without one it is sent to /v1/messages/{contract}",
        )
    if name.namespace != SOAP:
        found = _VERSIONS.get(name.namespace or "", (name.namespace or "no namespace")[:80])
        raise EnvelopeRefused(
            FaultCode.VERSION_MISMATCH,
            "SOAP-VERSION",
            f"The envelope must be SOAP 1.1, in the namespace {SOAP}; this one is in that of {found}.",
            root.sourceline,
            expected=f"Envelope in the namespace {SOAP}",
            found=found,
        )
    children = list(_elements(root))
    header = children.pop(0) if children and children[0].tag == f"{{{SOAP}}}Header" else None
    if len(children) != 1 or children[0].tag != f"{{{SOAP}}}Body":
        names = [etree.QName(each).localname[:80] for each in root.iterchildren("*")]
        strange = next((each for each in children if etree.QName(each).namespace != SOAP), None)
        raise _client(
            "SOAP-STRUCTURE",
            "An envelope holds a Header, if any, and then one Body.",
            root if strange is None else strange,
            expected=f"a Header, if any, and then one Body, both in the namespace {SOAP}",
            found=", ".join(names[:10]) or "nothing",
            hint=None if strange is None else f"{etree.QName(strange).localname[:80]} is not in that namespace",
        )
    return header, children[0]


def _only_child(soap_body: etree._Element) -> etree._Element:
    children = list(_elements(soap_body))
    if len(children) != 1:
        raise _client(
            "SOAP-BODY",
            f"The Body must hold one element; it holds {len(children)}.",
            soap_body,
            expected="one element, the message",
            found=", ".join(etree.QName(each).localname[:80] for each in children[:10]) or "nothing",
            hint="send each message in an envelope of its own" if children else None,
        )
    if (soap_body.text or "").strip() or (children[0].tail or "").strip():
        raise _client(
            "SOAP-BODY",
            "The Body holds text beside its element.",
            soap_body,
            expected="one element and no text beside it",
            hint="put the message there as XML, neither escaped nor as CDATA",
        )
    return children[0]


def _credentials(header: etree._Element) -> tuple[str | None, str | None]:
    """User name and password of the Security header for us; refuses what must be understood and is not."""
    tokens: list[etree._Element] = []
    for block in _elements(header):
        if block.get(f"{{{SOAP}}}actor", "") not in ("", _NEXT):
            continue  # Meant for somebody else on the way.
        must = block.get(f"{{{SOAP}}}mustUnderstand", "0").strip() in ("1", "true")
        if block.tag != _SECURITY:
            understood = False
        else:
            children = list(_elements(block))
            understood = all(child.tag in _UNDERSTOOD_TOKENS for child in children)
            tokens += [child for child in children if child.tag == f"{{{WSSE}}}UsernameToken"]
        if must and not understood:
            name = etree.QName(block).localname
            reason = f"The header {name[:80]} must be understood, and it or a part of it is not."
            raise EnvelopeRefused(
                FaultCode.MUST_UNDERSTAND,
                "SOAP-MUST-UNDERSTAND",
                reason,
                block.sourceline,
                expected="no other header with mustUnderstand than a Security with a UsernameToken and a Timestamp",
                found=name[:80],
                hint="leave the header out (WS-Addressing, a signature), or its mustUnderstand",
            )
    if not tokens:
        return None, None
    if len(tokens) > 1:
        raise _client(
            "WSS-SEVERAL-TOKENS",
            "The Security header holds several UsernameTokens.",
            header,
            expected="one UsernameToken",
            found=f"{len(tokens)} of them",
        )
    return _read_token(tokens[0])


def _read_token(token: etree._Element) -> tuple[str | None, str | None]:
    usernames = token.findall(f"{{{WSSE}}}Username")
    passwords = token.findall(f"{{{WSSE}}}Password")
    if len(usernames) != 1 or len(passwords) > 1:
        raise _client(
            "WSS-TOKEN",
            "A UsernameToken holds one Username and one Password.",
            token,
            expected=f"one Username and one Password, in the namespace {WSSE}",
            found=", ".join(etree.QName(each).localname[:80] for each in list(_elements(token))[:10]) or "nothing",
        )
    if not passwords:
        return usernames[0].text, None
    if passwords[0].get("Type", PASSWORD_TEXT) != PASSWORD_TEXT:
        # A digest needs the password in clear on our side, and only its SHA-256 is kept.
        finding = Finding(code="WSS-PASSWORD-TYPE", line=passwords[0].sourceline, expected="PasswordText")
        raise Unauthenticated("Send the password as PasswordText; PasswordDigest is not taken.", [finding])
    return usernames[0].text, passwords[0].text


def _elements(parent: etree._Element) -> Iterator[etree._Element]:
    """Child elements; processing instructions are in the tree that digests are made from."""
    return parent.iterchildren("*")


def _client(
    finding: str,
    detail: str,
    element: etree._Element,
    *,
    expected: str,
    found: str | None = None,
    hint: str | None = None,
) -> EnvelopeRefused:
    line = element.sourceline
    return EnvelopeRefused(FaultCode.CLIENT, finding, detail, line, expected=expected, found=found, hint=hint)
