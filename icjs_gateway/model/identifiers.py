"""Identifiers of the criminal justice system, as types.

Each parses the forms that systems really write and holds one canonical form. Formats that no authority has published
(PID, PTN, station codes) are held as opaque tokens and never taken apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from icjs_gateway.model.names.fir_numbers import parse_fir_number
from icjs_gateway.model.names.states import STATES, canonical_state

_ANY_OF_STATES = re.compile("|".join(STATES))


class Identifier(str):
    """A canonical identifier. `parse` accepts what people write; the value is what the gateway compares."""

    __slots__ = ()
    pattern: ClassVar[re.Pattern[str]] = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/()-]{0,63}")
    expected: ClassVar[str] = "a token of at most 64 letters, digits, . _ : / ( ) or -"

    @classmethod
    def parse(cls, raw: str) -> Self:
        """Raises ValueError, saying what was expected."""
        if cls.pattern.fullmatch(raw):
            return cls(raw)
        canonical = cls.canonical(raw)
        if not cls.pattern.fullmatch(canonical):
            raise ValueError(f"expected {cls.expected}")
        return cls(canonical)

    @classmethod
    def canonical(cls, raw: str) -> str:
        return raw.strip()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(cls.parse, core_schema.str_schema())


class Cnr(Identifier):
    """Case Number Record of a court: 2 letters, 4 letters or digits, 6 digits serial, 4 digits year.

    District and establishment may be alphanumeric (`AS2201...`). Written with hyphens, blanks or in lower case too.
    """

    __slots__ = ()
    pattern = re.compile(r"[A-Z]{2}[A-Z0-9]{4}[0-9]{10}")
    expected = "a CNR: 2 letters, 4 letters or digits, 10 digits, e.g. HPKN020003412026"

    @classmethod
    def canonical(cls, raw: str) -> str:
        return re.sub(r"[\s-]+", "", raw).upper()


class MessageId(Identifier):
    """The sender's own id of a message; unique per partner and contract."""

    __slots__ = ()
    pattern = re.compile(r"[A-Za-z0-9._:-]{1,64}")
    expected = "1 to 64 of letters, digits, . _ : -"


class Pid(Identifier):
    """A prisoner's number in e-Prisons. Opaque."""

    __slots__ = ()


class Ptn(Identifier):
    """Pre-Trial Number of custody proceedings. Opaque."""

    __slots__ = ()


class ProcessId(Identifier):
    """A court process (summons, warrant) in NSTEP. Opaque."""

    __slots__ = ()


class StationCode(Identifier):
    """National police station code. Seven digits seen; opaque."""

    __slots__ = ()
    pattern = re.compile(r"[A-Za-z0-9-]{1,20}")
    expected = "a police station code of at most 20 letters, digits or hyphens"


class StateCode(Identifier):
    """Two-letter code of a State or Union Territory, as on number plates (HP, MH, TG).

    A former code of the same State is read as that (TS, OR, UA). `parse` refuses a code of no State; what is stored
    was judged when it came, and is read whatever it is.
    """

    __slots__ = ()
    pattern = _ANY_OF_STATES
    expected = "the two-letter State code of a State or Union Territory, e.g. HP"

    @classmethod
    def canonical(cls, raw: str) -> str:
        return canonical_state(raw)

    @classmethod
    def stored(cls, raw: str) -> Self:
        """Raises ValueError for what is no two letters."""
        if not (len(raw) == 2 and raw.isascii() and raw.isalpha()):
            raise ValueError(f"expected {cls.expected}")
        return cls(canonical_state(raw))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(cls.stored, core_schema.str_schema())


@dataclass(frozen=True, slots=True, order=True)
class FirKey:
    """What makes a FIR unique: (State, station code, running number, year). The district is an attribute."""

    state: str
    station_code: str
    number: int
    year: int

    def __str__(self) -> str:
        return f"{self.state}/{self.station_code}/{self.number}/{self.year}"

    @classmethod
    def parse(cls, raw: str) -> Self:
        """From `HP/2011007/112/2026`; the number and the year as people write them, the State by any code of its own.
        Raises ValueError."""
        state, _, rest = raw.partition("/")
        station, _, written = rest.partition("/")
        try:
            number, year = parse_fir_number(written)
            if year is not None:
                return cls(StateCode.parse(state), StationCode.parse(station), number, year)
        except ValueError:
            pass
        raise ValueError("expected STATE/STATION-CODE/NUMBER/YEAR, e.g. HP/2011007/112/2026") from None
