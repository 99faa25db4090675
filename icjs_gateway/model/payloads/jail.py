"""A jail as a court names it, and as it names itself."""

from __future__ import annotations

from icjs_gateway.model.content import Canonical
from icjs_gateway.model.identifiers import StateCode
from icjs_gateway.model.text import Text, Token


class Jail(Canonical):
    """A jail by its code and name."""

    code: Token | None = None
    name: Text | None = None


class Prison(Jail):
    """The jail that speaks, with its State: its code does not tell it."""

    state: StateCode | None = None
