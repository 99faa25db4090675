"""Bail: `icjs.bail.*`. Liberty traffic."""

from __future__ import annotations

from typing import Literal

from icjs_gateway.model.payloads.coded import Coded, Money, Token
from icjs_gateway.model.payloads.court import CourtEventData
from icjs_gateway.model.payloads.ordered import Ordered


class Bail(Ordered):
    """A decision on bail. `authority` is ORDER for the signed order itself, NOTICE for word of it in an outcome.

    Decision and its terms are absent when the notice takes an earlier one back.
    """

    authority: Literal["NOTICE", "ORDER"]
    decision: Token | None = None
    kind: Token | None = None
    bond_amount: Money | None = None
    sureties: int | None = None
    conditions: tuple[Coded, ...] | None = None


class BailData(CourtEventData):
    """`data` of a bail event."""

    bail: Bail
