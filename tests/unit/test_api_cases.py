"""`/v1/cases`: read for a purpose, which the leaf of the audit says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from icjs_gateway.routing.cases import History, HistoryPage
from icjs_gateway.routing.correlation import CaseFile
from icjs_gateway.routing.directory import Jurisdiction, Permissions, RecipientClass
from icjs_gateway.routing.places import Places
from tests.door import Doorstep
from tests.fakes import MemoryCases
from tests.support.disclosing import told
from tests.support.stories import folded, registered


def doorstep(*purposes: str, receive: tuple[str, ...] = ("icjs.*",), query: tuple[str, ...] = ()) -> Doorstep:
    """A court that reads cases for these purposes, and one case in its State."""
    made = Doorstep()
    may = Permissions(receive=receive, query=query, purposes=purposes)
    made.directory.partners["hp-courts"] = made.directory.partners["hp-courts"].model_copy(update={"may": may})
    made.cases.files["case-1"] = CaseFile(case_id="case-1", version=1, case=folded([registered()]))
    made.cases.found["fir", "HP/2011007/112/2026"] = "case-1"
    return made


@pytest.mark.parametrize("path", ["/v1/cases/case-1", "/v1/cases?fir=HP/2011007/112/2026"])
async def test_the_only_purpose_of_a_partner_counts_and_is_audited(path: str) -> None:
    here = doorstep("TRIAL")
    answer = await here.get(path, **here.bearer())
    assert answer.status_code == 200, answer.text
    [(_, facts)] = here.evidence.notes
    assert facts["purpose"] == "TRIAL"


async def test_of_several_purposes_one_is_stated_by_header_or_parameter() -> None:
    here = doorstep("TRIAL", "BAIL")
    answer = await here.get("/v1/cases/case-1", **here.bearer())
    assert answer.status_code == 403
    [finding] = answer.json()["findings"]
    assert (finding["code"], finding["expected"]) == ("PURPOSE-NOT-STATED", "TRIAL or BAIL")
    by_header = await here.get("/v1/cases/case-1", **here.bearer(), **{"ICJS-Purpose": "BAIL"})
    by_parameter = await here.get("/v1/cases/case-1?purpose=TRIAL", **here.bearer())
    assert [each.status_code for each in (by_header, by_parameter)] == [200, 200]
    assert [facts["purpose"] for _, facts in here.evidence.notes] == ["BAIL", "TRIAL"]


async def test_without_any_purpose_nobody_reads() -> None:
    here = doorstep()
    answer = await here.get("/v1/cases/case-1/timeline", **here.bearer())
    assert answer.status_code == 403
    assert "may.purposes" in answer.json()["detail"]
    assert here.evidence.notes == []


@pytest.mark.parametrize(
    ("receive", "query", "is_read"),
    [
        (("icjs.fir.registered.v1",), (), True),
        (("icjs.hearing.*",), (), False),
        (("icjs.message.settled.v1",), (), False),
        (("icjs.hearing.*",), ("cases",), True),
        ((), ("cases",), True),
    ],
)
async def test_who_may_receive_no_event_of_a_case_does_not_read_it(
    receive: tuple[str, ...], query: tuple[str, ...], is_read: bool
) -> None:
    here = doorstep("TRIAL", receive=receive, query=query)
    answer = await here.get("/v1/cases/case-1", **here.bearer())
    assert answer.status_code == (200 if is_read else 404)
    found = await here.get("/v1/cases?fir=HP/2011007/112/2026", **here.bearer())
    assert [each["id"] for each in found.json()["cases"]] == (["case-1"] if is_read else [])


LABORATORY = "HPSFSL"
REGISTERED = "FIR 112/2026 registered at police station 2011007 on 31 Aug 2026"


class OneFir(MemoryCases):
    """One case, with its FIR."""

    async def history(self, case_id: str, *, after: int, limit: int) -> HistoryPage:
        fir: dict[str, Any] = {"number": "112", "year": 2026, "kind": "REGULAR"}
        fir["police_station"] = {"code": "2011007", "state": "HP"}
        fir["registered_at"] = "2026-08-31T05:40:00Z"
        fir["acts_sections"] = [{"act": "BNS", "section": "303(2)"}]
        fir["accused"] = [{"serial": "A1", "name": "Ramesh"}]
        case = {
            "firs": [{"state": "HP", "police_station_code": "2011007", "number": "112", "year": 2026}],
        }
        places = Places(laboratory=LABORATORY)
        entry = History(number=1, told=told("icjs.fir.registered.v1", {"case": case, "fir": fir}, frozenset(), places))
        return HistoryPage(entries=(entry,), is_last=True)


@pytest.mark.parametrize(
    ("laboratories", "line"),
    [((), f"{REGISTERED}, BNS 303(2); accused: A1 Ramesh"), ((LABORATORY,), f"{REGISTERED}, BNS 303(2)")],
    ids=["court", "laboratory"],
)
async def test_a_timeline_tells_in_words_what_the_asker_is_shown(laboratories: tuple[str, ...], line: str) -> None:
    here = doorstep("TRIAL")
    asker = here.directory.partners["hp-courts"]
    if laboratories:
        may = asker.may.model_copy(update={"recipient_class": RecipientClass.FORENSIC_LABORATORY})
        jurisdiction = Jurisdiction(state="HP", laboratories=laboratories)
        asker = asker.model_copy(update={"may": may, "jurisdiction": jurisdiction})
    here.directory.partners["hp-courts"] = asker
    forwarded = {f"exhibit/{LABORATORY}/1": (((1, 1, 0, 1, "x"), {"withdrawn": False, "laboratory": LABORATORY}),)}
    file = here.cases.files["case-1"]
    file = replace(file, case=file.case.model_copy(update={"records": forwarded}))
    here.cases.files["case-1"] = file
    here.cases.__class__ = OneFir
    answer = await here.get("/v1/cases/case-1/timeline", **here.bearer())
    assert answer.status_code == 200, answer.text
    [entry] = answer.json()["entries"]
    assert (entry["type"], entry["line"]) == ("icjs.fir.registered.v1", line)
