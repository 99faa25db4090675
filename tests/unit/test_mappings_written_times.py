"""Dates and times are read as their sender says that they are written, and written so again."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icjs_gateway.mappings.codecs import Unfit
from icjs_gateway.mappings.written_times import date_as, instant_as

DATES = ["DD/MM/YYYY", "DD-MM-YYYY", "D.M.YYYY", "YYYYMMDD", "DD-Mon-YYYY", "DD MON YYYY", "YYYY M D"]
INSTANTS = [
    *(f"{each} hh:mm" for each in DATES),
    "YYYY-MM-DD hh:mm:ss",
    "YYYY-MM-DDThh:mm:ss",
    "DD-Mon-YYYY hh:mm:ss AM",
    "hhmm DDMMYYYY",
]


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("DD/MM/YYYY", "03/11/2026"),
        ("D/M/YYYY", "3/11/2026"),
        ("DD-Mon-YYYY", "03-Nov-2026"),
        ("DD MON YYYY", "03 NOV 2026"),
        ("YYYYMMDD", "20261103"),
    ],
)
def test_a_date_is_read_and_written_in_its_form(form: str, written: str) -> None:
    codec = date_as(form)
    assert codec.decode(f" {written} ") == date(2026, 11, 3)
    assert codec.encode(date(2026, 11, 3)) == written


@pytest.mark.parametrize(
    ("form", "written", "at"),
    [
        ("DD/MM/YYYY hh:mm", "20/11/2026 16:42", datetime(2026, 11, 20, 11, 12, tzinfo=UTC)),
        ("YYYY-MM-DD hh:mm:ss", "2026-11-20 03:00:07", datetime(2026, 11, 19, 21, 30, 7, tzinfo=UTC)),
        ("DD-Mon-YYYY hh:mm AM", "20-Nov-2026 12:05 AM", datetime(2026, 11, 19, 18, 35, tzinfo=UTC)),
        ("DD-Mon-YYYY hh:mm AM", "20-Nov-2026 12:05 PM", datetime(2026, 11, 20, 6, 35, tzinfo=UTC)),
        ("DD-Mon-YYYY hh:mm AM", "20-Nov-2026 01:05 PM", datetime(2026, 11, 20, 7, 35, tzinfo=UTC)),
    ],
)
def test_a_time_without_an_offset_is_indias(form: str, written: str, at: datetime) -> None:
    codec = instant_as(form)
    assert codec.decode(written) == at
    assert codec.encode(at) == written


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("DD/MM/YYYY", "11/20/2026"),
        ("DD/MM/YYYY", "20-11-2026"),
        ("DD/MM/YYYY", "20/11/26"),
        ("DD/MM/YYYY", "3/11/2026"),
        ("DD-MM-YYYY", "29-02-2026"),
        ("DD-MM-YYYY", "01-01-0001"),
        ("DD-MM-YYYY", "\u0661\u0662-11-2026"),
        ("DD-Mon-YYYY", "20-Nix-2026"),
        ("DD-MM-YYYY hh:mm", "20-11-2026 24:00"),
        ("DD-MM-YYYY hh:mm", "20-11-2026"),
        ("DD-MM-YYYY hh:mm AM", "20-11-2026 13:05 PM"),
        ("DD-MM-YYYY hh:mm AM", "20-11-2026 00:05 AM"),
    ],
)
def test_what_is_written_otherwise_or_cannot_be_is_refused(form: str, written: str) -> None:
    codec = instant_as(form) if "hh" in form else date_as(form)
    with pytest.raises(Unfit, match=f"as {form}"):
        codec.decode(written)


@pytest.mark.parametrize("form", DATES)
@given(on=st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_every_date_comes_back(form: str, on: date) -> None:
    codec = date_as(form)
    assert codec.decode(codec.encode(on)) == on


@pytest.mark.parametrize("form", INSTANTS)
@given(on=st.dates(date(1900, 1, 2), date(2199, 12, 30)), at=st.times())
def test_every_instant_comes_back(form: str, on: date, at: time) -> None:
    told = datetime.combine(on, at.replace(second=at.second if "ss" in form else 0, microsecond=0), UTC)
    codec = instant_as(form)
    assert codec.decode(codec.encode(told)) == told


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        ("", "once each"),
        ("DD/MM", "once each"),
        ("DD/MM/YYYY/MM", "once each"),
        ("D/Mon/M/YYYY", "once each"),
        ("DD/MM/YYYY hh:mm", "once each"),
        ("DD/MM/YY", "is made of"),
        ("DD of MM YYYY", "is made of"),
        ("DMYYYY", "part them"),
    ],
)
def test_a_form_that_does_not_tell_a_date_is_refused(form: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        date_as(form)


def test_an_instant_needs_a_time() -> None:
    with pytest.raises(ValueError, match="day, hour, minute, month, year, once each"):
        instant_as("DD/MM/YYYY")
