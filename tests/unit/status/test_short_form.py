"""A jail of another State that has somebody by its own word alone sees that case in short."""

from __future__ import annotations

from typing import Any

import pytest

from icjs_gateway.model.case import Case, Number
from icjs_gateway.routing.access.cases import read_case
from icjs_gateway.routing.access.inmates import Seen, seen
from icjs_gateway.routing.access.view import Disclosure
from icjs_gateway.routing.authority.places import NO_PLACES, Place, Places
from icjs_gateway.routing.cases import History, HistoryPage
from icjs_gateway.routing.correlation import CaseFile
from icjs_gateway.routing.directory import Jurisdiction, Partner, Permissions, Pillar
from icjs_gateway.routing.inquiries.case_reading import history
from icjs_gateway.routing.places import Places as EventPlaces
from icjs_gateway.routing.status.inmates import inmate_of
from icjs_gateway.routing.status.persons import Search
from icjs_gateway.routing.status.question import Question
from tests.fakes import MemoryCases
from tests.support.disclosing import disclosure, policy, told
from tests.support.stories import Teller, folded, hearing, order, registered

PID, JAIL = "PB0044501", "PBCJ01"
SUNIL = {"serial": "A2", "name": "Sunil", "pid": PID}
ENTRY = {"on": "2026-11-03", "kind": "ADMISSION", "jail": {"code": JAIL}, "withdrawn": False}
REMANDED = ("remand.ordered", order(SUNIL, custody="JUDICIAL", until="2026-12-04"))
HEARD = ("hearing.recorded", hearing("H-1", day=4, next_day=20, accused=[SUNIL]))


def jail(state: str | None = "PB", code: str = JAIL) -> Partner:
    return Partner(
        id="pb-jail",
        name="Jail",
        pillar=Pillar.PRISONS,
        jurisdiction=Jurisdiction(state=state, jails=(code,)),
        may=Permissions(receive=("icjs.*",), purposes=("CUSTODY",)),
    )


def case_of(*parts: Any, by: str = JAIL) -> Case:
    """FIR 112 of Himachal Pradesh, and an admission of Sunil by a jail's word."""
    fir = registered(accused=[{"serial": "A1", "name": "Ramesh"}, {"serial": "A2", "name": "Sunil"}])
    case = folded([fir, *(Teller().tell(part) for part in parts)])
    rank = (1, 2, 0, 1, "admission")
    members = ENTRY | ({"kind": "TRANSFER_OUT", "jail": {"code": by}, "to_jail": {"code": JAIL}} if by != JAIL else {})
    entry = {f"inmate/{by}/1": ((rank, members),)}
    persons = tuple(
        person.model_copy(update={"orders": {**person.orders, **entry}}) if _is_sunil(person.numbers) else person
        for person in case.persons
    )
    return case.model_copy(update={"persons": persons})


def _is_sunil(numbers: tuple[Number, ...]) -> bool:
    return ("pid", PID) in numbers


def file_of(case: Case) -> CaseFile:
    return CaseFile(case_id="case-1", version=1, case=case)


def status(case: Case, who: Partner, places: Places = NO_PLACES) -> Seen | None:
    [subject] = Search(Question(pid=PID)).subjects([file_of(case)])
    return seen(inmate_of(subject), who, Disclosure(policy(), lambda: places))


def test_a_jail_of_another_state_sees_the_orders_and_that_a_case_holds() -> None:
    shown = status(case_of(REMANDED, HEARD), jail())
    assert shown is not None
    [case] = shown.tree["cases"]
    assert case.keys() == {"case_id", "cnrs", "sections", "remand_until", "holds_release"}
    assert (case["cnrs"], case["sections"]) == ([], [])
    assert shown.tree["why_not"] == ["OTHER_CASE"]
    assert "name" not in shown.tree, "the jail did not say it"
    assert shown.withheld["OWN-WORD-ALONE", "cases"] == 1


def test_a_read_shows_its_own_inmate_and_nothing_else_of_the_record() -> None:
    shown = read_case(file_of(case_of(REMANDED, HEARD)), jail(), disclosure())
    assert shown is not None
    assert shown.is_short
    assert shown.tree.keys() == {"id", "persons"}
    [row] = shown.tree["persons"]
    assert row["pid"] == PID
    assert row["remand"]["custody"] == "JUDICIAL"
    assert row.keys().isdisjoint({"serial", "name", "result"})
    assert "Ramesh" not in str(shown.tree)


@pytest.mark.parametrize(
    ("parts", "by", "who"),
    [
        ((REMANDED,), JAIL, jail("HP")),
        ((REMANDED,), JAIL, jail(None)),
        ((("remand.ordered", order(SUNIL, custody="JUDICIAL", jail={"code": JAIL})),), JAIL, jail()),
        ((REMANDED,), "HPDJ04", jail()),
    ],
    ids=["same State", "State unknown", "a court named the jail", "another jail moved the inmate there"],
)
def test_every_other_jail_sees_the_case_as_before(parts: tuple[Any, ...], by: str, who: Partner) -> None:
    case = case_of(*parts, HEARD, by=by)
    shown, read = status(case, who), read_case(file_of(case), who, disclosure())
    assert shown is not None
    assert read is not None
    assert shown.tree["cases"][0]["fir"]["number"] == "112"
    assert shown.tree["name"] == "Sunil"
    assert not read.is_short


def test_the_row_of_a_jail_tells_its_state() -> None:
    row = {"kind": "jail", "code": JAIL, "state": "HP", "name": "Jail"}
    shown = status(case_of(REMANDED), jail(), Places((Place.model_validate(row),)))
    assert shown is not None
    assert shown.short == ()


class OneCase(MemoryCases):
    """One case, with a hearing of its inmate, and an order that names the jail."""

    async def history(self, case_id: str, *, after: int, limit: int) -> HistoryPage:
        case = {"id": case_id, "firs": [], "cnr": "HPKN020003412026"}
        court = {"establishment": "HPKN02"}
        ordered = {"accused": SUNIL, "ordered_on": "2026-11-20", "type": "RELEASE"}
        heard = told(
            "icjs.hearing.recorded.v1",
            {"case": case, "court": court, "hearing": hearing("H-1", accused=[SUNIL])},
            frozenset(),
            EventPlaces(lodged=(JAIL,)),
        )
        released = told(
            "icjs.release.ordered.v1",
            {"case": case, "court": court, "release": ordered},
            frozenset(),
            EventPlaces(names_a_jail=True, jail=JAIL, lodged=(JAIL,)),
        )
        entries = tuple(History(number=number, told=each) for number, each in enumerate((heard, released), 1))
        return HistoryPage(entries=entries, is_last=True)


async def test_a_timeline_in_short_has_the_orders_for_the_jail_alone() -> None:
    cases = OneCase(files={"case-1": file_of(case_of(REMANDED, HEARD))})
    page = await history("case-1", jail(), cases, disclosure(), after=0, limit=10)
    assert page is not None
    assert [entry.told.type for entry in page.entries] == ["icjs.release.ordered.v1"]
    assert page.withheld == ({"type": "icjs.hearing.recorded.v1", "rule": "OWN-WORD-ALONE"},)
