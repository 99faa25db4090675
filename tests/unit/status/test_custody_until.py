"""Until when somebody is held: by remand or by a warrant on remand, whichever came later."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from icjs_gateway.model.case.standing import StandingCustody, StandingRemand
from icjs_gateway.routing.decisions import Facts, Kept
from icjs_gateway.routing.status.holding import InCase
from icjs_gateway.routing.status.inmates import authorised_until, inmate_of
from icjs_gateway.routing.status.persons import Search
from icjs_gateway.routing.status.question import Question
from tests.support.doors import ROWS, a_jail, admission, court, ordered, station
from tests.support.messages import bench, fir
from tests.unit.test_authority import FIR, spoken

DAY, LAST, LATER = date(2026, 11, 2), date(2026, 11, 16), date(2026, 11, 30)
REMAND = StandingRemand(custody="JUDICIAL", until=LAST, ordered_on=DAY, jail="HPDJ04")


def warrant(kind: str = "CUSTODY_WARRANT", until: date | None = LATER, ordered_on: date = LAST) -> StandingCustody:
    return StandingCustody(type=kind, until=until, ordered_on=ordered_on)


@pytest.mark.parametrize(
    ("remand", "custody", "until"),
    [
        pytest.param(REMAND, None, LAST, id="a remand"),
        pytest.param(None, warrant(), LATER, id="a warrant on remand alone"),
        pytest.param(REMAND, warrant(), LATER, id="a later warrant"),
        pytest.param(REMAND, warrant(ordered_on=date(2026, 10, 1)), LAST, id="an earlier warrant"),
        pytest.param(REMAND, warrant(until=None), LAST, id="a warrant that says no day"),
        pytest.param(None, warrant("CONVICTION_WARRANT"), None, id="a conviction"),
        pytest.param(None, None, None, id="nothing"),
    ],
)
def test_custody_lasts_until_the_day_of_the_later_order(
    remand: StandingRemand | None, custody: StandingCustody | None, until: date | None
) -> None:
    told = InCase(bail=None, release=None, remand=remand, custody=custody, result=None, refusal=None, arrested_on=None)
    assert authorised_until(told) == until


@pytest.mark.parametrize(
    ("court", "ordered_until", "until"),
    [
        pytest.param("HPKNE1", LAST, date(2026, 11, 9), id="an executive Magistrate's ends after seven days"),
        pytest.param("HPKNE1", date(2026, 11, 6), date(2026, 11, 6), id="a shorter one ends as it says"),
        pytest.param("HPKN02", LAST, LAST, id="a judicial Magistrate's as it says"),
        pytest.param("HPNW01", LAST, LAST, id="that of a court without a row as it says"),
    ],
)
def test_an_executive_magistrate_authorises_seven_days(court: str, ordered_until: date, until: date) -> None:
    remand = replace(REMAND, court=court, until=ordered_until)
    by_warrant = replace(warrant(until=ordered_until, ordered_on=DAY), court=court)
    for orders in ({"remand": remand, "custody": None}, {"remand": None, "custody": by_warrant}):
        told = InCase(bail=None, release=None, result=None, refusal=None, arrested_on=None, **orders)  # type: ignore[arg-type]
        assert authorised_until(told, ROWS) == until


@pytest.mark.parametrize(
    ("written_down", "until"),
    [
        pytest.param("2026-12-03", "2026-11-27", id="the day of the warrant"),
        pytest.param("2026-12-05", "2026-12-05", id="a later day, of another warrant"),
    ],
)
def test_what_a_jail_copies_from_the_warrant_is_no_later_word(written_down: str, until: str) -> None:
    deciding = bench(places=ROWS)
    held = {"state": "HP", "police_station_code": "2011007", "number": "112", "year": 2026}
    held |= {"custody_status": "REMANDED", "remand_until": written_down}
    file = None
    for content, speaker in (
        (fir(accused=("A2=Sunil",)), station("2011007")),
        (ordered("remand", "HPKNE1", until="2026-12-03", jail={"code": "HPDJ04"}), court("HPKNE1")),
        (admission("M-1", "HPDJ04", holds=[held]), a_jail("HPDJ04")),
    ):
        decision = deciding.decide(spoken(content, speaker), Facts(cases={FIR: file} if file is not None else {}))
        assert isinstance(decision, Kept)
        assert decision.linked is not None
        file = decision.linked.cases[0]
    assert file is not None
    [subject] = Search(Question(pid="HPDJ04-77")).subjects([file])
    [case] = inmate_of(subject, ROWS).cases
    assert case.remand_until == date.fromisoformat(until)
