from __future__ import annotations

import pytest

from icjs_gateway.model.findings import Severity
from tests.support.judging import codes, found, received, said

ARREST = {"kind": "ARRESTED", "at": "2026-09-02T05:00:00Z"}


def test_an_arrest_without_its_grounds_told_is_told_and_goes_on() -> None:
    (finding,) = found(received(said("accused.arrested", arrest=ARREST | {"grounds_communicated": False})))
    assert (finding.code, finding.severity) == ("GROUNDS-NOT-COMMUNICATED", Severity.WARN)
    assert finding.path == "accused.arrest.grounds_communicated"


@pytest.mark.parametrize("more", [{"grounds_communicated": True}, {}])
def test_grounds_that_were_told_or_not_spoken_of_are_no_finding(more: dict[str, bool]) -> None:
    assert codes(received(said("accused.arrested", arrest=ARREST | more))) == []


def test_a_withdrawal_is_not_judged() -> None:
    assert codes(received(said("accused.withdrawn", arrest=ARREST | {"grounds_communicated": False}))) == []
