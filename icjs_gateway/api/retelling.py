"""A message's events in its sender's own words, read from its body again: what folding a case as it stood needs.

The record keeps events with the case as the record knew it. What the sender itself named decides where an accused's
number counts, so it is read from the body, by the contract of today; where that cannot be (its folder is gone, or a
message of another gateway) the record's own form serves.
"""

from __future__ import annotations

from collections.abc import Sequence

from icjs_gateway.adapters.wire.json import parse_json
from icjs_gateway.adapters.wire.soap import open_envelope
from icjs_gateway.adapters.wire.xml import parse_xml
from icjs_gateway.api.limits import ApiLimits
from icjs_gateway.model.content import Event
from icjs_gateway.model.errors import Rejected
from icjs_gateway.routing.cases import ToldMessage
from icjs_gateway.routing.contracts import Contracts, Document, Wire
from icjs_gateway.routing.inquiries.case_reading import Retell
from icjs_gateway.routing.messages import Channel


def retelling(contracts: Contracts, limits: ApiLimits) -> Retell:
    """Bound to what these contracts can read."""

    def parse(message: ToldMessage, wires: frozenset[Wire]) -> Document:
        if message.channel is Channel.SOAP:
            return open_envelope(message.body, limits=limits.xml).payload
        if Wire.JSON in wires:
            return parse_json(message.body, limits=limits.json)
        return parse_xml(message.body, limits=limits.xml)

    def retell(message: ToldMessage) -> Sequence[Event]:
        try:
            contract = contracts.get(message.contract_id)
            said = contract.decode(parse(message, contract.wires)).events
        except Rejected:
            return message.events
        # What the gateway derived beside it (an order taken back from a first person) stands behind.
        if [event.type for event in said] != [event.type for event in message.events[: len(said)]]:
            return message.events
        return (*said, *message.events[len(said) :])

    return retell
