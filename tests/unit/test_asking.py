"""A case is asked for by what its court pushed: the question and the index agree on what that is."""

from __future__ import annotations

import pytest

from icjs_gateway.adapters.wire.json import dumps, parse_json
from icjs_gateway.model.case import Case
from icjs_gateway.registry import load_contracts
from icjs_gateway.routing.case_index import index_of
from icjs_gateway.routing.inquiries.asking import question_of

REQUESTED = {"id": "HPKN02-0003", "rank": "Reader", "office": "HPKN02"}


@pytest.mark.parametrize("number", ["186/2026", "S.C. No. 186 of 2026", "सत्र वाद 186/2026", "S" * 500])
def test_a_case_is_found_by_its_registration_number_as_it_was_pushed(number: str) -> None:
    by = {"courtCase": {"establishment": "HPKN02", "registrationNumber": number}}
    asked = {"requestId": "Q-1", "purpose": "TRIAL", "requestedBy": REQUESTED, "by": by}
    tree = load_contracts().query("case-status").request.read(parse_json(dumps(asked)))
    rank = (0, 0, 0, 0, "")
    case = Case(proceedings={"HPKN020003412026": ((rank, {"registration_number": number}),)})
    assert question_of(tree["by"], "HP").entries() <= index_of(case)
