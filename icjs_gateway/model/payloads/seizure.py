"""Property searched for and seized (IIF-IV, BNSS 105 and 185): `icjs.property.*`."""

from __future__ import annotations

from datetime import datetime

from icjs_gateway.model.content import Canonical, EventData
from icjs_gateway.model.payloads.coded import DecimalText
from icjs_gateway.model.payloads.fir import ActSection, GdEntry, Officer, PoliceStation
from icjs_gateway.model.payloads.party import Party, Relative
from icjs_gateway.model.text import Text, Token


class SeizedProperty(Canonical):
    """One thing that was seized. `marks` identify it: engine and chassis number, IMEI, serial number."""

    serial: Token | None = None
    category: Token | None = None
    kind: Token | None = None
    description: Text | None = None
    marks: Text | None = None
    quantity: DecimalText | None = None
    unit: Token | None = None
    estimated_value: DecimalText | None = None
    sealed: bool | None = None
    seal_impression: Text | None = None
    register_number: Token | None = None
    """Of the malkhana."""


class PanchWitness(Canonical):
    """Who witnessed the seizure."""

    name: Text | None = None
    relative: Relative | None = None
    address: Text | None = None


class Seizure(Canonical):
    """A seizure memo. It may come before any FIR: under the NDPS Act it does."""

    station: PoliceStation | None = None
    memo_number: Token
    seized_at: datetime
    nature: Token | None = None
    place: Text | None = None
    gd_entry: GdEntry | None = None
    sections: tuple[ActSection, ...] | None = None
    seized_from: Party | None = None
    circumstances: Text | None = None
    properties: tuple[SeizedProperty, ...] | None = None
    witnesses: tuple[PanchWitness, ...] | None = None
    sakshya_id: Token | None = None
    """SID of the recording in e-Sakshya."""
    officer: Officer | None = None


class SeizureData(EventData):
    """`data` of a seizure."""

    property: Seizure
