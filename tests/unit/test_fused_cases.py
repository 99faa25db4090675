"""No case holds two FIRs whose own keys differ, whatever other numbers they share and in whatever order they come."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from icjs_gateway.model.content import Action, CaseReference, Content, FirReference
from icjs_gateway.model.identifiers import Cnr
from icjs_gateway.routing.authority.places import NO_PLACES, Places
from icjs_gateway.routing.correlation import CaseFile, Identifier, looked_up
from icjs_gateway.routing.decisions import Facts, Kept
from icjs_gateway.routing.recording import Bench
from tests.support.doors import ROWS
from tests.support.messages import bench, record, said

STATIONS, NUMBERS, YEARS = ("2011007", "2011008", "2017002"), (4, 5), (2025, 2026)
REGISTRATIONS = (None, "004/2025", "4/2026", "2011007260004", "SAME")
CNRS = (None, "HPKN020003412026", "HPKN020003422026")


class Ledger:
    """Cases in memory, decided on as the store does: what is held by identifier, and their snapshots."""

    def __init__(self, places: Places) -> None:
        self.deciding: Bench = bench(places=places)
        self.held: dict[Identifier, str] = {}
        self.files: dict[str, CaseFile] = {}

    def take(self, content: Content) -> Kept:
        names = looked_up(content, "HP")
        cases = {name: self.files[self.held[name]] for name in names if name in self.held}
        decision = self.deciding.decide(record(content), Facts(cases=cases, referred=True))
        assert isinstance(decision, Kept)
        if decision.linked is not None:
            for name, _ in decision.linked.released:
                self.held.pop(name, None)
            self.held |= dict(decision.linked.claims)
            self.files |= {file.case_id: file for file in decision.linked.cases}
        return decision

    def firs_of(self, case_id: str) -> set[str]:
        held = {value for (kind, value), each in self.held.items() if kind == "fir" and each == case_id}
        return held | self.files[case_id].case.registrations.keys()


def _reference(
    station: str, number: int, year: int, registration: str | None, *, by_name: bool = False
) -> FirReference:
    code = {"police_station": f"Thana {station}"} if by_name else {"police_station_code": station}
    return FirReference.model_validate(
        {"state": "HP", "number": str(number), "year": year, "registration_number": registration, **code}
    )


def _registered(fir: FirReference, message_id: str, action: Action) -> Content:
    told: dict[str, Any] = {
        "registration_number": fir.registration_number,
        "number": fir.number,
        "year": fir.year,
        "kind": "REGULAR",
        "police_station": {"code": fir.police_station_code, "state": "HP"},
        "registered_at": "2026-08-31T05:40:00Z",
        "acts_sections": [{"act": "BNS", "section": "303(2)"}],
        "accused": [{"serial": "A1", "name": "Sunil"}],
    }
    verb = "registered" if action is Action.NEW else "amended"
    content = said(message_id, f"icjs.fir.{verb}.v1", CaseReference(firs=(fir,)), action=action, fir=told)
    return replace(content, thread=str(fir.key()))


def _court(kind: str, firs: tuple[FirReference, ...], cnr: str | None, message_id: str) -> Content:
    case = CaseReference(firs=firs, cnr=Cnr(cnr) if cnr else None)
    court = {"establishment": "HPKN02"}
    if kind == "taken on":
        told = {"registered_on": "2026-11-20", "filing_number": message_id.replace(" ", "-")}
        return said(message_id, "icjs.court-case.registered.v1", case, court=court, court_case=told)
    if kind == "bail":
        order = {"authority": "ORDER", "decision": "GRANTED", "accused": {"serial": "A1", "name": "Sunil"}}
        return said(message_id, "icjs.bail.ordered.v1", case, court=court, bail=order | {"ordered_on": "2026-11-20"})
    heard = {"hearing_id": message_id, "listed_on": "2026-11-20", "held": True, "accused": [{"serial": "A1"}]}
    return said(message_id, "icjs.hearing.recorded.v1", case, court=court, hearing=heard)


FIRS = st.tuples(st.sampled_from(STATIONS), st.sampled_from(NUMBERS), st.sampled_from(YEARS))
REGISTERING = st.tuples(FIRS, st.sampled_from(REGISTRATIONS), st.sampled_from((Action.NEW, Action.NEW, Action.AMEND)))
NAMING = st.tuples(
    st.sampled_from(("taken on", "bail", "heard")),
    st.lists(
        st.tuples(FIRS, st.sampled_from(REGISTRATIONS), st.booleans()), max_size=2, unique_by=lambda each: each[0]
    ),
    st.sampled_from(CNRS),
)


@given(
    told=st.lists(st.one_of(REGISTERING, NAMING), min_size=2, max_size=9),
    places=st.sampled_from((NO_PLACES, ROWS)),
)
def test_no_case_holds_two_firs_whose_own_keys_differ(told: list[Any], places: Places) -> None:
    ledger = Ledger(places)
    for step, each in enumerate(told):
        if isinstance(each[0], tuple):
            fir, registration, action = each
            ledger.take(_registered(_reference(*fir, registration), f"F-{step}", action))
        else:
            kind, firs, cnr = each
            if firs or cnr:
                named = tuple(_reference(*fir, number, by_name=by_name) for fir, number, by_name in firs)
                ledger.take(_court(kind, named, cnr, f"C-{step}"))
    for case_id in ledger.files:
        assert len(ledger.firs_of(case_id)) <= 1, (case_id, ledger.firs_of(case_id))


def test_a_fir_that_is_named_beside_another_has_a_case_of_its_own() -> None:
    ledger = Ledger(NO_PLACES)
    one, other = (_reference("2011007", number, 2026, None) for number in (4, 5))
    first = ledger.take(_registered(one, "F-4", Action.NEW))
    ledger.take(_court("heard", (one, other), CNRS[1], "H-1"))
    second = ledger.take(_registered(other, "F-5", Action.NEW))
    assert first.linked is not None
    assert second.linked is not None
    assert first.linked.case_id != second.linked.case_id


def test_a_registration_number_that_every_station_has_leads_to_no_case_of_another_station() -> None:
    ledger = Ledger(NO_PLACES)
    ledger.take(_registered(_reference("2011007", 4, 2025, "004/2025"), "F-1", Action.NEW))
    kept = ledger.take(_court("heard", (_reference("2011008", 4, 2025, "004/2025", by_name=True),), None, "H-1"))
    assert kept.linked is None
    ledger.take(_registered(_reference("2017002", 4, 2026, "4/2026"), "F-3", Action.NEW))
    alike = _reference("2011008", 4, 2026, "4/2026", by_name=True)
    assert ledger.take(_court("heard", (alike,), None, "H-3")).linked is None
    of_station = _reference("2011008", 4, 2025, "2011007250004", by_name=True)
    ledger.take(_registered(_reference("2011007", 5, 2025, "2011007250004"), "F-2", Action.NEW))
    assert ledger.take(_court("heard", (of_station,), None, "H-2")).linked is None, "its number is another one"


def test_a_registration_number_of_its_own_leads_to_the_case_of_a_fir_whose_station_is_named() -> None:
    ledger = Ledger(NO_PLACES)
    first = ledger.take(_registered(_reference("2011007", 4, 2025, "2011007250004"), "F-1", Action.NEW))
    named = _reference("2011007", 4, 2025, "2011007250004", by_name=True)
    kept = ledger.take(_court("heard", (named,), None, "H-1"))
    assert kept.linked is not None
    assert first.linked is not None
    assert kept.linked.case_id == first.linked.case_id


def test_a_fir_beside_the_cnr_of_another_one_waits_and_is_told() -> None:
    ledger = Ledger(NO_PLACES)
    for number in (4, 5):
        ledger.take(_registered(_reference("2011007", number, 2026, None), f"F-{number}", Action.NEW))
    one, other = (_reference("2011007", number, 2026, None) for number in (4, 5))
    assert ledger.take(_court("taken on", (one,), CNRS[1], "C-1")).linked is not None
    for kind in ("heard", "taken on", "bail"):
        kept = ledger.take(_court(kind, (other,), CNRS[1], f"C-{kind}"))
        assert kept.linked is None
        assert b"CNR-OF-ANOTHER-FIR" in kept.receipt
        assert kept.waits_for
    # Named with both FIRs, the proceeding is theirs.
    assert ledger.take(_court("heard", (one, other), CNRS[1], "H-2")).linked is not None
    assert ledger.take(_court("heard", (other,), CNRS[1], "H-3")).linked is not None
