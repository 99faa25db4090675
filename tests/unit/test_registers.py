"""Registers of several jails about one person: whose entries count, and who only claims."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime
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
            at = f"2026-11-20T{hour:02}:00:00Z"
            content = admission(f"M-{hour}", jail, kind=kind, at=at, entry_number=str(hour), **more)
            speaker = a_jail(jail)
        content = replace(content, recorded_at=datetime(2026, 11, 20, hour, tzinfo=UTC))
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
