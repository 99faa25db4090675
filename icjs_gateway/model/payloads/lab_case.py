"""A laboratory's own case: what it received, under which number: `icjs.lab-case.*`."""

from __future__ import annotations

from datetime import date, datetime

from icjs_gateway.model.content import Canonical, EventData
from icjs_gateway.model.payloads.laboratory import Laboratory
from icjs_gateway.model.text import Text, Token


class Parcel(Canonical):
    """A parcel as received. `seal_matches`: the impression is that of the specimen."""

    number: Token | None = None
    seal_intact: bool | None = None
    seal_matches: bool | None = None
    remarks: Text | None = None


class ReceivedExhibit(Canonical):
    """An exhibit in the laboratory."""

    exhibit_id: Token
    laboratory_number: Token | None = None
    division: Token | None = None


class LabCase(Canonical):
    """A laboratory case number is the laboratory's own, so that examiners know no names."""

    number: Token
    laboratory: Laboratory
    forwarding_number: Token | None = None
    received_at: datetime
    mode: Token | None = None
    divisions: tuple[Token, ...] | None = None
    parcels: tuple[Parcel, ...] | None = None
    exhibits: tuple[ReceivedExhibit, ...] | None = None
    expected_on: date | None = None


class LabCaseData(EventData):
    """`data` of a laboratory case."""

    lab_case: LabCase
