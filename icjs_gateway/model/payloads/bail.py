"""Bail: `icjs.bail.*`. Liberty traffic."""

from __future__ import annotations

from typing import Literal

from icjs_gateway.model.content import Canonical
from icjs_gateway.model.payloads.coded import Coded, Money
from icjs_gateway.model.payloads.court import CourtEventData, InlineOrder
from icjs_gateway.model.payloads.fir import PoliceStation
from icjs_gateway.model.payloads.jail import Jail
from icjs_gateway.model.payloads.ordered import Ordered
from icjs_gateway.model.text import Text, Token

ANTICIPATORY = "ANTICIPATORY"
"""The `kind` of bail for who is not arrested yet (BNSS 482)."""

TRANSIT = "TRANSIT"
"""The `kind` of bail for one arrest, to its day, until the arrested reaches the court of the case."""


class Provision(Canonical):
    """A provision of law that the order names. Never rewritten to another law."""

    act: Text | None = None
    section: Text


class Surety(Canonical):
    """Somebody who stands surety."""

    name: Text | None = None
    mobile: Text | None = None


class Bail(Ordered):
    """A decision on bail. `authority` is ORDER for the signed order itself, NOTICE for word of it in an outcome.

    Decision and its terms are absent when the notice takes an earlier one back. `sureties` is how many the court asks
    for, `sureties_named` who stands. `custody_status` is about this case only: another one may hold the person still.
    `replaced_by` is the event, by its id, that takes the place of an order which turned out to be about somebody else.
    `station` is where the arrest is feared, of anticipatory bail (BNSS 482) before any FIR.
    """

    authority: Literal["NOTICE", "ORDER"]
    custody_status: Token | None = None
    jail: Jail | None = None
    station: PoliceStation | None = None
    decision: Token | None = None
    kind: Token | None = None
    sections: tuple[Provision, ...] | None = None
    bond_amount: Money | None = None
    sureties: int | None = None
    sureties_named: tuple[Surety, ...] | None = None
    bond_accepted: bool | None = None
    conditions: tuple[Coded, ...] | None = None
    order: InlineOrder | None = None
    replaced_by: Token | None = None


class BailData(CourtEventData):
    """`data` of a bail event."""

    bail: Bail
