"""`/v1/cases`: read for a purpose, which the leaf of the audit says."""

from __future__ import annotations

import pytest

from icjs_gateway.routing.correlation import CaseFile
from icjs_gateway.routing.directory import Permissions
from tests.door import Doorstep
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
