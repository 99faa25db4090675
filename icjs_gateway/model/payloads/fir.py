"""First Information Report (IIF-I, s.173 BNSS): `icjs.fir.*`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from icjs_gateway.model.content import Canonical, EventData
from icjs_gateway.model.identifiers import StateCode, StationCode
from icjs_gateway.model.payloads.coded import DecimalText, LanguageText
from icjs_gateway.model.payloads.party import Relative
from icjs_gateway.model.text import Text, Token

FirNumber = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,8}$")]
Coordinate = Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,3}(\.[0-9]{1,10})?$")]


class PoliceStation(Canonical):
    """Where the FIR is registered."""

    code: StationCode
    name: Text | None = None
    district: Text | None = None
    state: StateCode


class ParentFir(Canonical):
    """The FIR from which this one was re-registered: on transfer of a Zero FIR."""

    state: StateCode | None = None
    police_station_code: StationCode | None = None
    number: FirNumber
    number_raw: Text | None = None
    year: int


class GdEntry(Canonical):
    """The general diary entry that a FIR rests on."""

    number: Text | None = None
    at: datetime | None = None


class Place(Canonical):
    """Where it happened. Coordinates are decimal degrees, as written."""

    address: Text | None = None
    beat: Text | None = None
    distance_from_station: Text | None = None
    latitude: Coordinate | None = None
    longitude: Coordinate | None = None


class Occurrence(Canonical):
    """When and where it happened, as far as the informant knows."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)

    from_: datetime | None = Field(default=None, alias="from")
    to: datetime | None = None
    place: Place | None = None


class ActSection(Canonical):
    """A provision as entered. Never rewritten to another law."""

    act: Text
    section: Text


class FirPerson(Canonical):
    """What a FIR says of a person."""

    name: Text | None = None
    local_name: LanguageText | None = None
    relative: Relative | None = None
    date_of_birth: date | None = None
    age_years: int | None = None
    sex: Token | None = None
    nationality: Text | None = None
    occupation: Text | None = None
    address: Text | None = None
    phone: Text | None = None
    labels: tuple[Token, ...] | None = None
    """Labels that stand on this person, as on a child among adults. They label the case."""


class FirAccused(FirPerson):
    """An accused: known, suspected, or unknown. The unknown have a serial and nothing else."""

    serial: Token | None = None
    status: Token | None = None
    aliases: tuple[Text, ...] | None = None


class Property(Canonical):
    """Property involved or stolen."""

    serial: Token | None = None
    category: Token | None = None
    description: Text | None = None
    estimated_value: DecimalText | None = None


class Officer(Canonical):
    """A police officer by name, rank and number."""

    name: Text | None = None
    rank: Text | None = None
    number: Text | None = None


class Fir(Canonical):
    """A FIR as registered."""

    registration_number: Token | None = None
    number: FirNumber
    number_raw: Text | None = None
    year: int
    kind: Token
    parent_fir: ParentFir | None = None
    police_station: PoliceStation
    registered_at: datetime
    gd_entry: GdEntry | None = None
    information_received_at: datetime | None = None
    information_type: Token | None = None
    delay_reason: Text | None = None
    occurrence: Occurrence | None = None
    acts_sections: tuple[ActSection, ...]
    complainant: FirPerson | None = None
    accused: tuple[FirAccused, ...] | None = None
    properties: tuple[Property, ...] | None = None
    narrative: LanguageText | None = None
    labels: tuple[Token, ...] | None = None
    investigating_officer: Officer | None = None


class FirData(EventData):
    """`data` of a FIR event."""

    fir: Fir
