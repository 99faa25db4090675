"""A forensic laboratory, and an examiner of one."""

from __future__ import annotations

from icjs_gateway.model.content import Canonical
from icjs_gateway.model.identifiers import StateCode
from icjs_gateway.model.text import Text, Token


class Laboratory(Canonical):
    """A laboratory by its code, name and State."""

    code: Token | None = None
    name: Text | None = None
    state: StateCode | None = None


class Examiner(Canonical):
    """Who examined."""

    name: Text | None = None
    designation: Text | None = None
