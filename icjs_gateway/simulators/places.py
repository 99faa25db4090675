"""Stations, courts and jails of the simulated part of Himachal Pradesh, and of the neighbouring district of Punjab.

Codes have the shape of the real ones (seven-digit station codes, six-character court establishments); no
authority has published the real lists, so nothing here should be taken for them.
"""

from __future__ import annotations

from dataclasses import dataclass

STATE = "HP"
NEIGHBOUR = "PB"


@dataclass(frozen=True, slots=True, kw_only=True)
class Jail:
    code: str
    name: str
    district: str
    state: str = STATE


@dataclass(frozen=True, slots=True, kw_only=True)
class Court:
    establishment: str
    name: str
    number: str
    officer: str
    designation: str
    kind: str = "magistrate"
    """As the directory of places writes it."""
    former: str | None = None
    """The establishment that it succeeded, and whose cases it goes on with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """A sessions division, with the courts to which its cases may go."""

    name: str
    sessions: Court
    magistrates: tuple[Court, ...]
    executive: Court
    board: Court
    """The Juvenile Justice Board."""
    state: str = STATE

    @property
    def courts(self) -> tuple[Court, ...]:
        return (self.sessions, *self.magistrates, self.executive, self.board)

    def beside(self, court: Court) -> Court:
        """The Magistrate who sits for this one on a holiday, and takes bonds in the same district."""
        return next(each for each in self.magistrates if each != court)


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """A police station, with the court that hears its cases and the jail that takes its accused."""

    code: str
    name: str
    district: str
    village: str
    court: Court
    jail: Jail
    state: str = STATE

    @property
    def division(self) -> Division:
        """Its sessions division has the name of its district."""
        return DIVISIONS[self.district]


DHARAMSHALA = Jail(code="HPDJ04", name="District Jail Dharamshala", district="Kangra")
MANDI = Jail(code="HPDJ02", name="District Jail Mandi", district="Mandi")
KANDA = Jail(code="HPMC01", name="Model Central Jail Kanda", district="Shimla")
JAILS = (DHARAMSHALA, MANDI, KANDA)
OBSERVATION_HOME = Jail(code="HPOH01", name="Observation Home, Sundernagar", district="Mandi")
PATHANKOT_JAIL = Jail(code="PBSJ01", name="Sub Jail Pathankot", district="Pathankot", state=NEIGHBOUR)


def _court(establishment: str, name: str, officer: str, designation: str, number: str = "1", **more: str) -> Court:
    return Court(
        establishment=establishment, name=name, number=number, officer=officer, designation=designation, **more
    )


def _sessions(code: str, seat: str, officer: str) -> Court:
    return _court(f"{code}01", f"District and Sessions Judge, {seat}", officer, "Sessions Judge", kind="sessions")


def _executive(code: str, seat: str, officer: str) -> Court:
    name = f"Executive Magistrate, {seat}"
    return _court(f"{code}E1", name, officer, "Executive Magistrate", kind="executive-magistrate")


def _board(code: str, seat: str, officer: str) -> Court:
    name = f"Juvenile Justice Board, {seat}"
    return _court(f"{code}J1", name, officer, "Principal Magistrate", kind="juvenile-board")


_KANGRA = _court(
    "HPKN02", "Judicial Magistrate First Class, Kangra", "Kavita Thakur", "JMFC", number="3", former="HPKN03"
)
_PALAMPUR = _court("HPKN04", "Additional Chief Judicial Magistrate, Palampur", "Vivek Katoch", "ACJM", former="HPKN06")
_MANDI_COURT = _court("HPMA01", "Chief Judicial Magistrate, Mandi", "Anita Guleria", "CJM", number="2", former="HPMA05")
_SUNDERNAGAR = _court("HPMA03", "Judicial Magistrate First Class, Sundernagar", "Pooja Rana", "JMFC")
_SHIMLA = _court("HPSH03", "Judicial Magistrate First Class, Shimla", "Rohit Negi", "JMFC", number="4", former="HPSH05")
_THEOG = _court("HPSH04", "Judicial Magistrate First Class, Theog", "Meena Verma", "JMFC")

HIGH_COURT = _court("HPHC01", "High Court of Himachal Pradesh", "Justice T. Dogra", "Judge", kind="high-court")

DIVISIONS = {
    "Kangra": Division(
        name="Kangra",
        sessions=_sessions("HPKN", "Kangra at Dharamshala", "Rajesh Chauhan"),
        magistrates=(_KANGRA, _PALAMPUR),
        executive=_executive("HPKN", "Kangra", "Vinod Pathania"),
        board=_board("HPKN", "Kangra", "Reena Sharma"),
    ),
    "Mandi": Division(
        name="Mandi",
        sessions=_court("HPMA02", "District and Sessions Judge, Mandi", "Naresh Rana", "Sessions Judge",
                        kind="sessions"),
        magistrates=(_MANDI_COURT, _SUNDERNAGAR),
        executive=_executive("HPMA", "Mandi", "Tilak Ram"),
        board=_board("HPMA", "Mandi", "Sarita Thakur"),
    ),
    "Shimla": Division(
        name="Shimla",
        sessions=_sessions("HPSH", "Shimla", "Deepak Negi"),
        magistrates=(_SHIMLA, _THEOG),
        executive=_executive("HPSH", "Shimla", "Karam Chand"),
        board=_board("HPSH", "Shimla", "Kamla Verma"),
    ),
}  # fmt: skip
"""By name, which is also that of its district."""

IN_CHARGE = {
    "HPKN02": _SUNDERNAGAR,
    "HPKN04": _SUNDERNAGAR,
    "HPMA01": _THEOG,
    "HPSH03": _PALAMPUR,
}
"""Who is in charge of a court while its officer is away: a Magistrate of another division."""

STATIONS = (
    Station(code="2011007", name="PS Palampur", district="Kangra", village="Bundla", court=_KANGRA, jail=DHARAMSHALA),
    Station(code="2011003", name="PS Kangra", district="Kangra", village="Ujjain", court=_KANGRA, jail=DHARAMSHALA),
    Station(
        code="2011012", name="PS Baijnath", district="Kangra", village="Paprola", court=_PALAMPUR, jail=DHARAMSHALA
    ),
    Station(
        code="2014001", name="PS Sadar Mandi", district="Mandi", village="Talyahar", court=_MANDI_COURT, jail=MANDI
    ),
    Station(code="2014006", name="PS Sundernagar", district="Mandi", village="Bhojpur", court=_MANDI_COURT, jail=MANDI),
    Station(code="2017002", name="PS Sadar Shimla", district="Shimla", village="Sanjauli", court=_SHIMLA, jail=KANDA),
    Station(code="2017009", name="PS Dhalli", district="Shimla", village="Mashobra", court=_SHIMLA, jail=KANDA),
)
"""In the order in which the generator deals cases out to them."""

UNKNOWN_STATION = {"Kangra": "2011090", "Mandi": "2014090", "Shimla": "2017090"}
"""Codes of stations so new that the directory of places has no rows of them, by district."""

PATHANKOT = Division(
    name="Pathankot",
    sessions=_court("PBPT02", "District and Sessions Judge, Pathankot", "Harpreet Gill", "Sessions Judge",
                    kind="sessions"),
    magistrates=(_court("PBPT01", "Chief Judicial Magistrate, Pathankot", "Jaspal Sandhu", "CJM"),),
    executive=_executive("PBPT", "Pathankot", "Gurmeet Singh"),
    board=_board("PBPT", "Pathankot", "Simran Kaur"),
    state=NEIGHBOUR,
)  # fmt: skip
PATHANKOT_STATION = Station(
    code="3011002",
    name="PS Division No. 1 Pathankot",
    district="Pathankot",
    village="Dhangu",
    court=PATHANKOT.magistrates[0],
    jail=PATHANKOT_JAIL,
    state=NEIGHBOUR,
)
