"""What a request may cost, as data."""

from __future__ import annotations

from dataclasses import dataclass, field

from icjs_gateway.adapters.wire.limits import JsonLimits, XmlLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiLimits:
    """Bounds of the HTTP surface. Deadlines of head and body belong to the server that runs it."""

    body_bytes_max: int = 10 * 1024 * 1024
    parsed_at_once_bytes_max: int = 256 * 1024
    """Larger bodies are parsed in a thread of their own, so that others need not wait for them."""
    batch_messages_max: int = 5000
    batch_bytes_max: int = 100 * 1024 * 1024
    """Of a zip, unpacked. Each of its members is bounded like a body."""
    form_bytes_max: int = 16 * 1024
    """Of a token request: two credentials and a grant type."""
    feed_events: int = 100
    """On a page of a pull feed when the reader does not say."""
    feed_events_max: int = 1000
    history_entries: int = 100
    """Events of a case on a page when the reader does not say."""
    history_entries_max: int = 500
    anonymous_log_every_s: float = 10.0
    """At most one line in this time tells of unauthenticated requests, with their count."""
    xml: XmlLimits = field(default_factory=XmlLimits)
    json: JsonLimits = field(default_factory=JsonLimits)
