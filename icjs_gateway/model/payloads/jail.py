"""A jail as a court names it."""

from __future__ import annotations

from icjs_gateway.model.content import Canonical
from icjs_gateway.model.payloads.coded import Token
from icjs_gateway.model.text import Text


class Jail(Canonical):
    """A jail by its code and name."""

    code: Token | None = None
    name: Text | None = None
