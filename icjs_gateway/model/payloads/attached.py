"""A file that came with a message, as events speak of it: by its digest, never by its content (Claim Check)."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from icjs_gateway.model.content import Canonical
from icjs_gateway.model.text import Text


class Attached(Canonical):
    """What is fetched under `/v1/attachments/{sha256}`: SHA-256 of the content in lower-case hex, its size, and what
    its first bytes say that it is."""

    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    bytes: int
    media_type: Text
