"""Exhibits on their way to a laboratory, and refused by it: `icjs.exhibit.*`."""

from __future__ import annotations

from datetime import datetime

from icjs_gateway.model.content import Canonical, EventData
from icjs_gateway.model.payloads.coded import LanguageText
from icjs_gateway.model.payloads.fir import ActSection, Officer
from icjs_gateway.model.payloads.laboratory import Laboratory
from icjs_gateway.model.text import Text, Token


class Exhibit(Canonical):
    """One exhibit. `qr` is the code on its label."""

    exhibit_id: Token
    qr: Token | None = None
    parcel: Token | None = None
    property_serial: Token | None = None
    description: Text | None = None
    quantity: Text | None = None
    source: Text | None = None
    seal: Text | None = None
    division: Token | None = None


class Question(Canonical):
    """What the laboratory is asked, of which exhibit."""

    exhibit_id: Token | None = None
    text: Text


class Rejection(Canonical):
    """Why a laboratory takes a parcel not in."""

    at: datetime
    reason: Token
    remarks: Text | None = None


class Forwarding(Canonical):
    """A forwarding note and its exhibits; with `rejection`, what the laboratory sent back of it."""

    forwarding_number: Token
    laboratory: Laboratory
    forwarded_at: datetime | None = None
    authority: Officer | None = None
    carrier: Officer | None = None
    sections: tuple[ActSection, ...] | None = None
    brief: LanguageText | None = None
    priority: Token | None = None
    exhibits: tuple[Exhibit, ...] | None = None
    questions: tuple[Question, ...] | None = None
    rejection: Rejection | None = None


class ExhibitData(EventData):
    """`data` of a forwarding, or its rejection."""

    exhibit: Forwarding
