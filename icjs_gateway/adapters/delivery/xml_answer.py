"""An answer in XML, alone or as the Body of a SOAP envelope: `Acknowledgement` of the contract's own namespace.

    <Acknowledgement xmlns="urn:icjs:courts:notice:1">
      <Number>N-2026-118</Number> <Status>ACCEPTED</Status>       or REJECTED, BUSY, with a Reason
    </Acknowledgement>

A SOAP fault is an answer too. One that says that what was sent is not taken or not understood (by its code, listed in
`canonical/answers.yaml`) is for a person; every other is the recipient's own failure. Faults of SOAP 1.2 are read as
well: a server that knows no 1.1 answers in them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from icjs_gateway.adapters.delivery.answer_text import Stated, stated_by
from icjs_gateway.adapters.delivery.understanding import Understood, Word
from icjs_gateway.adapters.wire.soap_answers import SOAP
from icjs_gateway.adapters.wire.xml import parse_xml
from icjs_gateway.model.errors import Rejected
from icjs_gateway.routing.answer_words import AnswerWords, folded

SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
_ROOTS = frozenset({"acknowledgement", "acknowledgment"})


def root_of(text: str) -> Any | None:
    """The root element of a document; None for what is no XML that is taken from outside."""
    try:
        return parse_xml(text.encode()).root
    except Rejected:
        return None


def body_of(root: Any) -> Any | None:
    """The first element in the Body of a SOAP envelope, 1.1 or 1.2; None for what is no envelope or holds nothing."""
    for soap in (SOAP, SOAP_12):
        if root.tag == f"{{{soap}}}Envelope":
            found = root.find(f"{{{soap}}}Body")
            return None if found is None else next(iter(found.iterchildren("*")), None)
    return None


def stated_in_xml(element: Any, namespace: str | None, words: AnswerWords) -> Stated | None:
    """What an `Acknowledgement` of this namespace, or of none, states; None where a member stands twice.

    Without a `namespace` (the contract is of another format) any element that holds a number is as good.
    """
    own, is_named = _namespace(element), folded(_name(element)) in _ROOTS
    if namespace is not None and (not is_named or own not in (namespace, "")):
        return None
    stated = stated_by(((_name(each), each.text) for each in _children(element, own)), words)
    return stated if is_named or (stated is not None and stated.number is not None) else None


def understood_fault(element: Any, words: AnswerWords) -> Understood | None:
    """What a SOAP fault comes to; None for another element. Its remark is the fault's own sentence."""
    if element.tag == f"{{{SOAP}}}Fault":
        members = {_name(each): _text(each) for each in _children(element, "")}
        code, reason = members.get("faultcode"), members.get("faultstring")
    elif element.tag == f"{{{SOAP_12}}}Fault":
        code = _text(element.find(f"{{{SOAP_12}}}Code/{{{SOAP_12}}}Value"))
        reason = _text(element.find(f"{{{SOAP_12}}}Reason/{{{SOAP_12}}}Text"))
    else:
        return None
    is_final = words.is_final_fault((code or "").rpartition(":")[2])
    return Understood(word=Word.REJECTED if is_final else Word.FAILED, remark=reason)


def _children(element: Any, namespace: str) -> Iterator[Any]:
    return (each for each in element.iterchildren("*") if _namespace(each) == namespace)


def _namespace(element: Any) -> str:
    space, brace, _ = element.tag.rpartition("}")
    return str(space[1:]) if brace else ""


def _name(element: Any) -> str:
    return str(element.tag.rpartition("}")[2])


def _text(element: Any | None) -> str | None:
    return None if element is None else (element.text or "").strip() or None
