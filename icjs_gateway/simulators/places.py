"""Stations, courts and jails of the simulated part of Himachal Pradesh.

Codes have the shape of the real ones (seven-digit station codes, six-character court establishments); no
authority has published the real lists, so nothing here should be taken for them.
"""

from __future__ import annotations

from dataclasses import dataclass

STATE = "HP"


@dataclass(frozen=True, slots=True, kw_only=True)
class Jail:
    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Court:
    establishment: str
    name: str
    number: str
    officer: str
    designation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """A police station, with the court that hears its cases and the jail that takes its accused."""

    code: str
    name: str
    district: str
    village: str
    court: Court
    jail: Jail


_DHARAMSHALA = Jail(code="HPDJ04", name="District Jail Dharamshala")
_MANDI = Jail(code="HPDJ02", name="District Jail Mandi")
_KANDA = Jail(code="HPMC01", name="Model Central Jail Kanda")

_KANGRA = Court(
    establishment="HPKN02",
    name="Judicial Magistrate First Class, Kangra",
    number="3",
    officer="Kavita Thakur",
    designation="JMFC",
)
_PALAMPUR = Court(
    establishment="HPKN04",
    name="Additional Chief Judicial Magistrate, Palampur",
    number="1",
    officer="Vivek Katoch",
    designation="ACJM",
)
_MANDI_COURT = Court(
    establishment="HPMA01",
    name="Chief Judicial Magistrate, Mandi",
    number="2",
    officer="Anita Guleria",
    designation="CJM",
)
_SHIMLA = Court(
    establishment="HPSH03",
    name="Judicial Magistrate First Class, Shimla",
    number="4",
    officer="Rohit Negi",
    designation="JMFC",
)

STATIONS = (
    Station(code="2011007", name="PS Palampur", district="Kangra", village="Bundla", court=_KANGRA, jail=_DHARAMSHALA),
    Station(code="2011003", name="PS Kangra", district="Kangra", village="Ujjain", court=_KANGRA, jail=_DHARAMSHALA),
    Station(
        code="2011012", name="PS Baijnath", district="Kangra", village="Paprola", court=_PALAMPUR, jail=_DHARAMSHALA
    ),
    Station(
        code="2014001", name="PS Sadar Mandi", district="Mandi", village="Talyahar", court=_MANDI_COURT, jail=_MANDI
    ),
    Station(
        code="2014006", name="PS Sundernagar", district="Mandi", village="Bhojpur", court=_MANDI_COURT, jail=_MANDI
    ),
    Station(code="2017002", name="PS Sadar Shimla", district="Shimla", village="Sanjauli", court=_SHIMLA, jail=_KANDA),
    Station(code="2017009", name="PS Dhalli", district="Shimla", village="Mashobra", court=_SHIMLA, jail=_KANDA),
)
"""In the order in which the generator deals cases out to them."""
