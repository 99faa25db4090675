"""An inmate, by the jail's word: admitted, moved, released: `icjs.inmate.*`."""

from __future__ import annotations

from datetime import date, datetime

from icjs_gateway.model.content import Canonical, EventData
from icjs_gateway.model.identifiers import Cnr, Pid, StateCode, StationCode
from icjs_gateway.model.payloads.fir import FirNumber
from icjs_gateway.model.payloads.jail import Jail, Prison
from icjs_gateway.model.payloads.ordered import AboutOneDescribed
from icjs_gateway.model.text import Text, Token


class Hold(Canonical):
    """One case that holds the inmate: by FIR, CNR or both, with the state of custody and remand in it."""

    state: StateCode | None = None
    police_station_code: StationCode | None = None
    number: FirNumber | None = None
    number_raw: Text | None = None
    year: int | None = None
    cnr: Cnr | None = None
    cnr_raw: Text | None = None
    serial: Token | None = None
    custody_status: Token | None = None
    remand_until: date | None = None


class Inmate(AboutOneDescribed):
    """One entry of a jail's register. `kind` is ADMISSION, RELEASE, or the kind of movement; `at` its instant.

    `prison` is the jail that speaks. A transfer names `to_prison`, and `new_pid` where the number changes; a merge of
    numbers names the one that stays as `new_pid`.
    """

    kind: Token
    at: datetime
    entry_number: Token | None = None
    register_number: Token | None = None
    prison: Prison
    category: Token | None = None
    warrant_number: Token | None = None
    warrant_kind: Token | None = None
    warrant_court: Token | None = None
    """Establishment of the court whose warrant commits the inmate."""
    holds: tuple[Hold, ...] | None = None
    remand_until: date | None = None
    next_production_on: date | None = None
    ground: Token | None = None
    """Of a release: BAIL, ACQUITTAL, SENTENCE_SERVED and the like."""
    ordered_on: date | None = None
    """Of a release: the day of the order that was complied with."""
    reason: Token | None = None
    remarks: Text | None = None
    until: date | None = None
    """Of parole or furlough: when the inmate is due back."""
    to_prison: Jail | None = None
    new_pid: Pid | None = None


class InmateData(EventData):
    """`data` of an event about an inmate."""

    inmate: Inmate
