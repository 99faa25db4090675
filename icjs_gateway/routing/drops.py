"""File drops: a pull feed as a folder of files, for whoever can open no port and would rather fetch files than pages.

    manifest.json                               what there is to fetch, the liberty feed first
    liberty-000000000001-000000000007.ndjson    a part: the events of these numbers, in order
    main-000000000001-000000000500.xml          the same in an outbound contract of XML or SOAP

A part of 500 numbers is complete and stays what it is, but for what its reader may not see any more; the newest one
grows under another name. What was fetched is acknowledged like a feed. Files are written when they are asked for:
nothing lies about in clear.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from icjs_gateway.model.errors import NotFound
from icjs_gateway.routing.contracts import Wire
from icjs_gateway.routing.feeds import Feed, FeedName, FeedStanding

PART_NUMBERS = 500
LISTED_MAX = 8
"""Parts in one manifest: enough to fetch before the next look."""
NDJSON, XML = "application/x-ndjson", "application/xml"
MEDIA_TYPES = {"ndjson": NDJSON, "xml": XML}
_NAME = re.compile(r"(main|liberty)-([0-9]{12})-([0-9]{12})\.(ndjson|xml)")
_NAMESPACE = "urn:icjs:gateway:1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The numbers of one file."""

    feed: FeedName
    first: int
    last: int
    suffix: str

    @property
    def name(self) -> str:
        return f"{self.feed.value}-{self.first:012d}-{self.last:012d}.{self.suffix}"

    @property
    def is_complete(self) -> bool:
        """Whether no number will come to be in it."""
        return self.last % PART_NUMBERS == 0

    @classmethod
    def parse(cls, name: str, suffix: str) -> Self:
        """From its name. Raises NotFound."""
        found = _NAME.fullmatch(name)
        if found is not None and found[4] == suffix:
            first, last = int(found[2]), int(found[3])
            if 1 <= first <= last and last - first < PART_NUMBERS:
                return cls(feed=FeedName(found[1]), first=first, last=last, suffix=suffix)
        raise NotFound("There is no such file; the manifest lists those there are.")


def suffix_of(wire: Wire | None) -> str:
    """Of a part in a contract of this wire; None is CloudEvents."""
    return "ndjson" if wire in (None, Wire.JSON) else "xml"


def parts_of(standings: Iterable[FeedStanding], suffix: str) -> list[Part]:
    """Every part with something that was not acknowledged, liberty first, at most one more than a manifest lists."""
    parts: list[Part] = []
    for standing in sorted(standings, key=lambda each: each.feed is not FeedName.LIBERTY):
        first = standing.acked + 1
        while first <= standing.last and len(parts) <= LISTED_MAX:
            # Parts end at the same numbers, wherever the last acknowledgement stands.
            last = min(-(-first // PART_NUMBERS) * PART_NUMBERS, standing.last)
            parts.append(Part(feed=standing.feed, first=first, last=last, suffix=suffix))
            first = last + 1
    return parts


def manifest(
    subscription_id: str, contract: str, standings: Sequence[FeedStanding], files: Sequence[tuple[Part, bytes, int]]
) -> bytes:
    """The manifest as JSON. `files` are the parts with their bytes, and how many events each holds."""
    listed = [_listed(part, body, events) for part, body, events in files[:LISTED_MAX]]
    told: dict[str, Any] = {
        "subscription": subscription_id,
        "contract": contract,
        "acknowledged": {each.feed.value: str(each.acked) for each in standings},
        "parts": listed,
        "more": sum(each.last - each.acked for each in standings) > sum(each["numbers"] for each in listed),
    }
    return json.dumps(told, ensure_ascii=False, indent=2).encode()


def _listed(part: Part, body: bytes, events: int) -> dict[str, Any]:
    return {
        "name": part.name,
        "feed": part.feed.value,
        "first": str(part.first),
        "last": str(part.last),
        "numbers": part.last - part.first + 1,
        "events": events,
        "bytes": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
        "media_type": MEDIA_TYPES[part.suffix],
        "complete": part.is_complete,
    }


def ndjson(entries: Iterable[tuple[int, bytes, bool]]) -> bytes:
    """(number, document, whether it states its number itself), a line each."""
    return b"".join(
        document + b"\n" if numbered else b'{"number":"%d","notice":%s}\n' % (number, document)
        for number, document, numbered in entries
    )


def xml(part: Part, subscription_id: str, entries: Iterable[tuple[int, bytes, bool]]) -> bytes:
    """Documents in a frame that numbers them."""
    inner = b"".join(b'<Entry number="%d">%s</Entry>' % (number, document) for number, document, _ in entries)
    head = (
        f'<Part xmlns="{_NAMESPACE}" subscription="{subscription_id}" feed="{part.feed.value}" '
        f'first="{part.first}" last="{part.last}">'
    )
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + head.encode() + inner + b"</Part>\n"


def feed_of(subscription_id: str, part: Part) -> Feed:
    return Feed(subscription_id=subscription_id, name=part.feed)
