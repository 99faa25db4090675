"""Attachments: files that came with messages, fetched by their digest, by who may see them where an event names them.

There is no second judgement of who may see a file: an event that names it is shown to whoever asks, by the one engine
of disclosure and by the labels of today, and if the file's reference is still there, the file may be fetched. What
nobody shows and what does not exist are the same.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from icjs_gateway.routing.access.permissions import allowed
from icjs_gateway.routing.access.view import Disclosure
from icjs_gateway.routing.directory import Partner
from icjs_gateway.routing.lanes import Told

REFERENCE = "attachment"
LOOKED_THROUGH_MAX = 20_000
"""Events, the newest first, that are looked through for one that shows the file: a blank form comes with many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file as it is kept."""

    sha256: str
    media_type: str
    content: bytes = field(repr=False)


class Attachments(Protocol):
    def named_by(self, sha256: str) -> AsyncIterator[Told]:
        """Events of the messages that brought this file, the newest first, as the record has them when it is read."""

    async def file(self, sha256: str) -> File | None:
        """The file. Raises StoreFailed where it cannot be decrypted."""


async def fetch(sha256: str, asker: Partner, attachments: Attachments, disclosure: Disclosure) -> File | None:
    """None for a file that there is not, or that this partner may not see."""
    left = LOOKED_THROUGH_MAX
    async for told in attachments.named_by(sha256):
        if shows(told, sha256, asker, disclosure):
            return await attachments.file(sha256)
        left -= 1
        if not left:
            break
    return None


def shows(told: Told, sha256: str, asker: Partner, disclosure: Disclosure) -> bool:
    """Whether this event, as it would be shown to this partner now, names the file. Pure."""
    if sha256.encode() not in told.data or not allowed(asker.may.receive, told.type):
        return False
    if disclosure.rule_against(told, asker) is not None:
        return False
    return _names(disclosure.view(told, asker), sha256)


def _names(value: Any, sha256: str) -> bool:
    if isinstance(value, dict):
        reference = value.get(REFERENCE)
        if isinstance(reference, dict) and reference.get("sha256") == sha256:
            return True
        return any(_names(each, sha256) for each in value.values())
    return isinstance(value, list) and any(_names(each, sha256) for each in value)
