"""Laws of every mapping, on documents drawn from its own table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from icjs_gateway.model.content import Action
from icjs_gateway.registry.compiled import CompiledContract
from icjs_gateway.routing.contracts import Wire
from tests.contracts import alternatives_of, contracts, document_of, parse, trees


@pytest.mark.parametrize(
    "documents",
    [200, pytest.param(10_000, marks=[pytest.mark.full, pytest.mark.timeout(1800)])],
)
@pytest.mark.parametrize("contract", list(contracts().all()), ids=lambda contract: contract.id)
def test_reading_and_writing_undo_each_other(contract: CompiledContract, documents: int) -> None:
    is_xml = contract.declaration.is_xml
    wire = Wire.XML if is_xml else Wire.JSON

    @settings(max_examples=documents, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(trees(contract.translator.table.group, alternatives_of(contract)))
    def law(tree: dict[str, Any]) -> None:
        written = document_of(contract, tree)
        document = parse(written, wire)
        contract.admit(document)
        content = contract.decode(document)
        body = contract.encode(content, wire)
        reread = contract.decode(parse(body, wire))
        assert replace(reread, findings=()) == replace(content, findings=())
        if content.action is not Action.WITHDRAW:
            # In a withdrawing message each part is withdrawn, said or not, so that is not written twice.
            assert body == written

    law()
