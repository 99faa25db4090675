from __future__ import annotations

from dataclasses import replace

import pytest

from icjs_gateway.model.content import Content
from icjs_gateway.model.findings import Severity
from icjs_gateway.routing.authority.places import NO_PLACES, CourtKind, Places
from icjs_gateway.routing.border import judged
from icjs_gateway.routing.decisions import Facts, Kept
from tests.support.doors import ROWS, court, ordered, station
from tests.support.judging import received
from tests.support.messages import bench, fir
from tests.unit.test_authority import FIR, spoken

CODE = "EXECUTIVE-REMAND-OVER-7-DAYS"


@pytest.mark.parametrize(("until", "is_told"), [("2026-11-27", False), ("2026-11-28", True), (None, False)])
@pytest.mark.parametrize("noun", ["remand", "custody"])
def test_seven_days_are_counted_from_the_order(noun: str, until: str | None, is_told: bool) -> None:
    message = judged(received(ordered(noun, "HPKNE1", until=until).events), None, court=CourtKind.EXECUTIVE_MAGISTRATE)
    assert [(each.code, each.severity, each.found) for each in message.content.findings] == (
        [(CODE, Severity.WARN, until)] if is_told else []
    )


@pytest.mark.parametrize("kind", [CourtKind.MAGISTRATE, None])
def test_it_is_no_word_on_any_other_court(kind: CourtKind | None) -> None:
    message = judged(received(ordered("remand", "HPKN02", until="2026-12-03").events), None, court=kind)
    assert message.content.findings == ()


@pytest.mark.parametrize(
    ("by", "places", "told"), [("HPKNE1", ROWS, [CODE]), ("HPKN02", ROWS, []), ("HPKNE1", NO_PLACES, [])]
)
def test_the_row_of_the_court_says_that_it_is_an_executive_one_and_the_remand_stands(
    by: str, places: Places, told: list[str]
) -> None:
    deciding = bench(places=places)
    first = deciding.decide(spoken(fir(accused=("A2=Sunil",)), station("2011007")), Facts())
    assert isinstance(first, Kept)
    assert first.linked is not None
    remand = _until("2026-12-03", by)
    decision = deciding.decide(spoken(remand, court(by)), Facts(cases={FIR: first.linked.cases[0]}))
    assert isinstance(decision, Kept)
    assert decision.linked is not None
    assert all(code in decision.receipt.decode() for code in told)
    assert (CODE in decision.receipt.decode()) is bool(told)


def _until(until: str, by: str) -> Content:
    return replace(ordered("remand", by, until=until), recorded_at=None)
