"""How an answer to a document of an outbound contract is read, by what stands in it and not by its media type."""

from __future__ import annotations

from icjs_gateway.adapters.delivery.answer_text import Stated, text_of, understood_of
from icjs_gateway.adapters.delivery.json_answer import stated_in_json
from icjs_gateway.adapters.delivery.understanding import (
    ReadBody,
    Understood,
    Word,
    any_good_status,
    is_good,
)
from icjs_gateway.adapters.delivery.xml_answer import body_of, root_of, stated_in_xml, understood_fault
from icjs_gateway.adapters.wire.outbound import Answered
from icjs_gateway.routing.contracts import OutboundContract, Wire


def reader_of(contract: OutboundContract | None) -> ReadBody:
    """How the answer to a document of this contract is read; to a CloudEvent where there is none."""
    if contract is None:
        return any_good_status
    return lambda answered: _read(answered, contract)


def _read(answered: Answered, contract: OutboundContract) -> Understood | None:
    if not answered.body.strip():
        return Understood(word=Word.NOTHING) if is_good(answered.status) else None
    text, words = text_of(answered), contract.answer_words
    stated: Stated | None = None
    if text.startswith("<"):
        root = root_of(text)
        said = None if root is None else body_of(root)
        if said is not None and (fault := understood_fault(said, words)) is not None:
            return fault
        # By SOAP only what stands in an envelope is an answer; elsewhere an envelope may stand around it.
        element = said if said is not None or contract.wire is Wire.SOAP else root
        if element is not None:
            stated = stated_in_xml(element, contract.namespace, words)
    else:
        stated = stated_in_json(text, words)
    return understood_of(stated, words, answered.status)
