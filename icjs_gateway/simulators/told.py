"""What a receiver reads of a delivery: a CloudEvent, or a document of its pillar's own outbound contract.

Read anew here, by the names that were published; nothing of the gateway's own reading is used. The places of a
document's header are those of `contracts/<pillar>/<exchange>/v1`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from lxml import etree

from icjs_gateway.simulators.kinds import LINKED, VOIDED

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
CLOUDEVENTS = "cloudevents"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is written down of a delivery."""

    event_id: str
    type: str
    source: str
    subject: str
    delivery_id: str
    lane: str
    position: int
    replay: bool
    time: str
    voids: str | None
    """Of a void: the event that does not come."""
    members: tuple[str, ...]
    """Names of what it tells."""
    advice: str | None
    """Of an order that is marked as unverified."""
    links: str | None
    """Of a link: the event of the order whose case is known now."""
    told: str
    """What it tells, without the ids that a gateway gives."""

    @property
    def story(self) -> str:
        """The same in every run of the same story."""
        return sha256(json.dumps([self.type, self.time, self.told]).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words in which a receiver is told, as its subscription says them."""

    contract: str = CLOUDEVENTS
    channel: str = "webhook"
    username: str | None = None

    def read(self, body: bytes) -> Told:
        """Raises ValueError, KeyError or an XML error for what is not of the contract."""
        return _READERS[self.channel](body)

    def taken(self, number: str) -> tuple[bytes, str]:
        """The answer that acknowledges, and its media type."""
        if self.channel == "webhook":
            return b"", "application/json"
        if self.channel == "json":
            return json.dumps({"acknowledgementNumber": number}).encode(), "application/json"
        pillar, exchange, _ = self.contract.split(".")
        said = (
            f'<Acknowledgement xmlns="urn:icjs:{pillar}:{exchange}:1"><Number>{number}</Number>'
            "<Status>ACCEPTED</Status></Acknowledgement>"
        )
        if self.channel == "soap":
            said = f'<s:Envelope xmlns:s="{SOAP}"><s:Body>{said}</s:Body></s:Envelope>'
        return said.encode(), "text/xml"


def _cloudevent(body: bytes) -> Told:
    event = _object(body)
    data = event.get("data", {})
    case = {key: value for key, value in data.get("case", {}).items() if key != "id"}
    return Told(
        event_id=event["id"],
        type=event["type"],
        source=event.get("source", ""),
        subject=event["subject"],
        delivery_id=event["deliveryid"],
        lane=event["lane"],
        position=int(event["position"]),
        replay=event.get("replay", False),
        time=event.get("time", ""),
        voids=_voids(event["type"], data.get("voids")),
        members=tuple(data),
        advice=_advice(data.get("authority", {}).get),
        links=_links(event["type"], data.get("order", {}).get("event_id")),
        told=json.dumps(data | {"case": case}, sort_keys=True),
    )


_HEADER = (
    *("messageId", "eventId", "eventType", "subject", "source", "occurredAt", "recordedAt"),
    *("environment", "lane", "position", "replay", "traceparent"),
)


def _json(body: bytes) -> Told:
    notice = _object(body)
    rest = {name: value for name, value in notice.items() if name not in _HEADER}
    case = {key: value for key, value in rest.get("case", {}).items() if key != "id"}
    links = rest.get("order", {}).get("eventId")
    advice = _advice(rest.get("authority", {}).get)
    return _notice(notice.get, rest, json.dumps(rest | {"case": case}, sort_keys=True), advice=advice, links=links)


def _xml(body: bytes) -> Told:
    return _document(_root(body))


def _soap(body: bytes) -> Told:
    found = _root(body).find(f"{{{SOAP}}}Body")
    if found is None or len(found) != 1:
        raise ValueError("no envelope with one document")
    return _document(found[0])


def _document(root: Any) -> Told:
    members = {etree.QName(child).localname: child for child in root}
    header = {name: members.pop(f"{name[0].upper()}{name[1:]}", None) for name in _HEADER}
    values = {name: child.text for name, child in header.items() if child is not None}
    # Without what the gateway gave.
    told = "".join(
        f"{etree.QName(each).localname}={(each.text or '').strip()};"
        for name, child in members.items()
        for each in child.iter(etree.Element)
        if not (name == "Case" and etree.QName(each).localname == "Id")
    )
    data = {f"{name[0].lower()}{name[1:]}": child.text for name, child in members.items()}
    mark = {etree.QName(each).localname.lower(): each.text for each in members.get("Authority", ())}
    ordered = {etree.QName(each).localname: each.text for each in members.get("Order", ())}
    return _notice(values.get, data, told, advice=_advice(mark.get), links=ordered.get("EventId"))


def _notice(get: Callable[[str], Any], data: Mapping[str, Any], told: str, *, advice: str | None, links: Any) -> Told:
    event_type = get("eventType")
    return Told(
        event_id=_given(get, "eventId"),
        type=_given(get, "eventType"),
        source=_given(get, "source"),
        subject=_given(get, "subject"),
        delivery_id=_given(get, "messageId"),
        lane=_given(get, "lane"),
        position=int(get("position")),
        replay=get("replay") in (True, "true"),
        time=_given(get, "occurredAt"),
        voids=_voids(event_type, data.get("voids")),
        members=tuple(data),
        advice=advice,
        links=_links(event_type, links),
        told=told,
    )


def _given(get: Callable[[str], Any], name: str) -> str:
    value = get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(f"no {name}")
    return value


def _voids(event_type: str, named: Any) -> str | None:
    return named if event_type.startswith(VOIDED) and isinstance(named, str) else None


def _links(event_type: str, named: Any) -> str | None:
    return named if event_type.startswith(LINKED) and isinstance(named, str) else None


def _advice(mark: Callable[[str], Any]) -> str | None:
    """Of the mark of an order. One without advice advises nothing, and is a mark all the same."""
    return str(mark("advice") or "") if mark("state") == "UNVERIFIED" else None


def _object(body: bytes) -> dict[str, Any]:
    # A partner's own parser, of what its gateway sent.
    value = json.loads(body)  # noqa: TID251
    if not isinstance(value, dict):
        raise ValueError("no object")
    return value


def _root(body: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)  # noqa: TID251 - as above
    return etree.fromstring(body, parser)  # noqa: TID251


_READERS: Mapping[str, Callable[[bytes], Told]] = {
    "webhook": _cloudevent,
    "json": _json,
    "xml": _xml,
    "soap": _soap,
}
