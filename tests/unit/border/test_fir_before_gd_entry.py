from __future__ import annotations

from typing import Any

import pytest

from icjs_gateway.model.findings import Severity
from tests.support.judging import codes, found, received
from tests.support.stories import Message, registered


def fir(gd_entry: dict[str, Any] | None, verb: str = "registered") -> Message:
    """Registered on 31 August 2026 at 05:40 UTC."""
    return registered(verb=verb, gd_entry=gd_entry) if gd_entry is not None else registered(verb=verb)


def test_a_fir_older_than_the_diary_entry_it_rests_on_is_told() -> None:
    (finding,) = found(received(fir({"number": "12", "at": "2026-08-31T05:41:00Z"}).events))
    assert (finding.code, finding.severity) == ("FIR-BEFORE-GD-ENTRY", Severity.WARN)
    assert (finding.path, finding.found) == ("fir.gd_entry.at", "2026-08-31T05:41:00+00:00")


@pytest.mark.parametrize(
    "entry", [{"at": "2026-08-31T05:40:00Z"}, {"at": "2026-08-30T20:00:00Z"}, {"number": "12"}, None]
)
def test_an_entry_before_it_or_of_no_known_time_is_plausible(entry: dict[str, Any] | None) -> None:
    assert codes(received(fir(entry).events)) == []


def test_what_is_taken_back_is_not_judged() -> None:
    assert codes(received(fir({"at": "2026-09-01T00:00:00Z"}, "withdrawn").events)) == []
    assert codes(received(fir({"at": "2026-09-01T00:00:00Z"}, "amended").events)) == ["FIR-BEFORE-GD-ENTRY"]
