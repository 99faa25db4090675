"""Registers of several jails about one person: whose entries count, and who only claims."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from icjs_gateway.model.case import Person
from icjs_gateway.model.case.standing import jail_named, jails_claiming
from icjs_gateway.routing.decisions import Facts, Kept
from tests.support.doors import a_jail, admission, court, ordered, station
from tests.support.messages import bench, fir
from tests.unit.test_authority import FIR, spoken

KANDA, DHARAMSHALA = "HPMC01", "HPDJ04"


def entry(jail: str, kind: str, hour: int, **more: Any) -> tuple[str, str, int, dict[str, Any]]:
    return jail, kind, hour, more


def sunil(*entries: tuple[str, str, int, dict[str, Any]]) -> Person:
    deciding = bench()
    decision = deciding.decide(spoken(fir(accused=("A2=Sunil",)), station("2011007")), Facts())
    assert isinstance(decision, Kept)
    assert decision.linked is not None
    file = decision.linked.cases[0]
    for jail, kind, nth, more in entries:
        hour = 5 + nth
        if kind == "REMAND":
            content, speaker = ordered("remand", "HPKN02", f"R-{hour}", jail={"code": jail}), court("HPKN02")
        else:
            at = f"2026-11-{20 + hour // 24}T{hour % 24:02}:00:00Z"
            content = admission(f"M-{hour}", jail, kind=kind, at=at, entry_number=str(hour), **more)
            speaker = a_jail(jail)
        content = replace(content, recorded_at=datetime(2026, 11, 20, tzinfo=UTC) + timedelta(hours=hour))
        decision = deciding.decide(spoken(content, speaker), Facts(cases={FIR: file}))
        assert isinstance(decision, Kept)
        assert decision.linked is not None
        file = decision.linked.cases[0]
    [person] = file.case.persons
    return person


@pytest.mark.parametrize(
    ("entries", "holder", "claimed_by"),
    [
        ((entry(DHARAMSHALA, "ADMISSION", 1),), DHARAMSHALA, ()),
        ((entry(DHARAMSHALA, "ADMISSION", 1), entry(KANDA, "ADMISSION", 2)), DHARAMSHALA, (KANDA,)),
        ((entry(DHARAMSHALA, "ADMISSION", 1), entry(KANDA, "RELEASE", 2)), DHARAMSHALA, ()),
        (
            (entry(DHARAMSHALA, "ADMISSION", 1), entry(KANDA, "ADMISSION", 2), entry(KANDA, "RELEASE", 3)),
            DHARAMSHALA,
            (),
        ),
        (
            (
                entry(DHARAMSHALA, "ADMISSION", 1),
                entry(KANDA, "ADMISSION", 2),
                entry(DHARAMSHALA, "TRANSFER", 3, to_prison={"code": KANDA}),
            ),
            KANDA,
            (),
        ),
        (
            (entry(DHARAMSHALA, "ADMISSION", 1), entry(KANDA, "ADMISSION", 2), entry(DHARAMSHALA, "RELEASE", 3)),
            KANDA,
            (),
        ),
        (
            (entry(DHARAMSHALA, "ADMISSION", 1), entry(DHARAMSHALA, "PAROLE_OUT", 2), entry(KANDA, "ADMISSION", 3)),
            KANDA,
            (),
        ),
        (
            (entry(DHARAMSHALA, "ADMISSION", 1), entry(DHARAMSHALA, "ESCAPE", 2), entry(KANDA, "ADMISSION", 3)),
            KANDA,
            (),
        ),
        (
            (entry(DHARAMSHALA, "ADMISSION", 1), entry(DHARAMSHALA, "RELEASE", 2), entry(KANDA, "ADMISSION", 3)),
            KANDA,
            (),
        ),
        ((entry(DHARAMSHALA, "ADMISSION", 1), entry(KANDA, "REMAND", 2), entry(KANDA, "ADMISSION", 3)), KANDA, ()),
    ],
)
def test_whoever_has_a_person_present_has_that_person_until_its_own_register_says_otherwise(
    entries: tuple[tuple[str, str, int, dict[str, Any]], ...], holder: str, claimed_by: tuple[str, ...]
) -> None:
    for told in itertools.permutations(entries):
        orders = sunil(*told).orders
        assert (jail_named(orders), jails_claiming(orders)) == (holder, claimed_by), [each[:3] for each in told]


A, B, C = (DHARAMSHALA, "ADMISSION", 1, {}), (KANDA, "ADMISSION", 2, {}), (KANDA, "RELEASE", 3, {})
GONE = entry(DHARAMSHALA, "TRANSFER_OUT", 4, to_prison={"code": KANDA})


@pytest.mark.parametrize(
    ("entries", "holder", "away", "out"),
    [
        pytest.param((A, B, C, GONE), None, None, "RELEASE", id="released by the second jail"),
        pytest.param((A, C, GONE), None, None, "RELEASE", id="released, and its admission was never told"),
        pytest.param((A, B, entry(KANDA, "ESCAPE", 3), GONE), None, None, "ESCAPE", id="escaped from the second jail"),
        pytest.param(
            (A, B, entry(KANDA, "PAROLE_OUT", 3), GONE), KANDA, "PAROLE_OUT", None, id="on parole from the second jail"
        ),
        pytest.param(
            (A, B, entry(KANDA, "TRANSFER_OUT", 3, to_prison={"code": "HPDJ09"}), GONE),
            "HPDJ09",
            None,
            None,
            id="moved on by the second jail",
        ),
        pytest.param((A, B, C, entry(KANDA, "ADMISSION", 5), GONE), KANDA, None, None, id="admitted there again"),
        pytest.param(
            (A, B, C, entry(DHARAMSHALA, "TRANSFER_OUT", 28, to_prison={"code": KANDA})),
            KANDA,
            None,
            None,
            id="moved there on a later day",
        ),
        pytest.param(
            (A, B, C, entry(DHARAMSHALA, "PAROLE_OUT", 4), entry(KANDA, "ADMISSION", 6)),
            KANDA,
            None,
            None,
            id="let go by the second jail, and admitted there from parole",
        ),
    ],
)
def test_what_the_second_register_said_counts_once_the_first_jail_s_transfer_is_entered_late(
    entries: tuple[tuple[str, str, int, dict[str, Any]], ...], holder: str | None, away: str | None, out: str | None
) -> None:
    for told in itertools.permutations(entries):
        person = sunil(*told)
        assert person.stay is not None
        assert (person.stay.away, person.stay.out) == (away, out), [each[:3] for each in told]
        assert (jail_named(person.orders), jails_claiming(person.orders)) == (holder, ())
