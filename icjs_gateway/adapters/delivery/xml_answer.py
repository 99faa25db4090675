"""An answer in XML, alone or as the Body of a SOAP 1.1 envelope: `Acknowledgement` of the contract's own namespace.

    <Acknowledgement xmlns="urn:icjs:courts:notice:1">
      <Number>N-2026-118</Number> <Status>ACCEPTED</Status>       or REJECTED, BUSY, with a Reason
    </Acknowledgement>

A SOAP fault is an answer too: of the client, the recipient does not take what was sent; of the server, it is not well.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from icjs_gateway.adapters.delivery.understanding import ReadBody, Understood, Word, is_good
from icjs_gateway.adapters.wire.outbound import Answered
from icjs_gateway.adapters.wire.soap import open_envelope
from icjs_gateway.adapters.wire.soap_answers import SOAP
from icjs_gateway.adapters.wire.xml import parse_xml
from icjs_gateway.model.errors import Rejected

_STATUSES = {"ACCEPTED": Word.ACCEPTED, "REJECTED": Word.REJECTED, "BUSY": Word.BUSY}
_FAULT = f"{{{SOAP}}}Fault"


def read_xml(namespace: str | None) -> ReadBody:
    """Reads a document of its own, of a contract with `acknowledgement: status` and this namespace."""
    return lambda answered: _read(answered, lambda body: parse_xml(body).root, namespace)


def read_soap(namespace: str | None) -> ReadBody:
    """Reads the Body of an envelope."""
    return lambda answered: _read(answered, lambda body: open_envelope(body).payload.root, namespace)


def _read(answered: Answered, parse: Callable[[bytes], Any], namespace: str | None) -> Understood | None:
    good = is_good(answered.status)
    if not answered.body.strip():
        return Understood(word=Word.NOTHING) if good else None
    try:
        root = parse(answered.body) if answered.is_whole else None
    except Rejected:
        root = None
    if root is not None and root.tag == _FAULT:
        return _fault(root)
    if root is None or root.tag != f"{{{namespace}}}Acknowledgement":
        # What stands beside a failure is a page of some server's.
        return Understood(word=Word.NONSENSE) if good else None
    said = _once_each(root, f"{{{namespace}}}")
    word = _STATUSES.get(said.get("Status") or "")
    if word is None or (word is Word.ACCEPTED and not good):
        return Understood(word=Word.NONSENSE) if good else None
    return Understood(word=word, remark=said.get("Number" if word is Word.ACCEPTED else "Reason"))


def _once_each(element: Any, namespace: str) -> dict[str, str | None]:
    """The text of each child of this namespace by its local name; nothing at all where one is said twice."""
    own = [child for child in element if child.tag.startswith(namespace) and "}" not in child.tag[len(namespace) :]]
    said = {child.tag[len(namespace) :]: (child.text or "").strip() or None for child in own}
    return said if len(said) == len(own) else {}


def _fault(fault: Any) -> Understood:
    """SOAP 1.1, 4.4.1: a fault of the client is not to be sent again unchanged, one of the server may be."""
    said = _once_each(fault, "")
    code = (said.get("faultcode") or "").rpartition(":")[2].partition(".")[0]
    word = Word.REJECTED if code == "Client" else Word.FAILED
    return Understood(word=word, remark=said.get("faultstring"))
