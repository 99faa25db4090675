"""Laws of every mapping, on documents drawn from its own table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, reject, settings

from icjs_gateway.mappings.contradictions import REFUSED
from icjs_gateway.model.content import Action, Content
from icjs_gateway.model.errors import TranslationFailed
from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.model.findings import Severity
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
    kept = contradictory = 0

    @settings(max_examples=documents, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(trees(contract.translator.table.group, alternatives_of(contract)))
    def law(tree: dict[str, Any]) -> None:
        nonlocal kept, contradictory
        document = parse(document_of(contract, tree), wire)
        contract.admit(document)
        try:
            content = contract.decode(document)
        except TranslationFailed as refusal:
            if {each.code for each in refusal.findings if each.severity is Severity.ERROR} != {REFUSED}:
                raise
            contradictory += 1
            reject()
        kept += 1
        body = contract.encode(content, wire)
        reread = contract.decode(parse(body, wire))
        assert replace(reread, findings=()) == replace(content, findings=())
        if content.action is not Action.WITHDRAW:
            # In a withdrawing message each part is withdrawn, said or not, so that is not written twice.
            assert body == document_of(contract, _as_read(contract, tree, content))

    law()
    assert contradictory <= kept // 10, "too many documents contradict themselves"


def _as_read(contract: CompiledContract, tree: dict[str, Any], content: Content) -> dict[str, Any]:
    """The tree without the word on a signature that no signed file stands behind: reading tells UNSIGNED instead."""
    if all(finding.code != "ORDER-UNSIGNED" for finding in content.findings):
        return tree
    main = content.events[0]
    order = getattr(main.data, EVENT_TYPES[main.type].noun).order
    if order.sha256 or order.attachment:
        return tree
    [at] = [each.at for each in contract.translator.splitting.mains if each.at in tree]
    said = {name: value for name, value in tree[at].get("order", {}).items() if name != "signature_status"}
    rest = {name: value for name, value in tree[at].items() if name != "order"}
    # An amendment that names the order and says nothing of it is one of the order.
    return tree | {at: rest | ({"order": said} if said or content.action is Action.AMEND else {})}
