"""What recipients are told of every sample of every inbound contract: the trees that outbound contracts have to say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from icjs_gateway.model.event_types import EVENT_TYPES
from icjs_gateway.registry import packaged_contracts
from icjs_gateway.registry.outbound import CompiledOutbound
from icjs_gateway.routing.lanes import Head, Told
from icjs_gateway.routing.notices import notice
from tests.support.disclosing import MORNING, disclosure, recipient, told

UNLABELLED = frozenset[str]()
LABELLED = frozenset({"SEXUAL_OFFENCE", "IN_CAMERA"})


@cache
def sampled() -> tuple[tuple[str, str, dict[str, Any]], ...]:
    """(where it is from, event type, data) of every event that a valid sample becomes."""
    found = []
    for golden in sorted(Path(packaged_contracts()).glob("*/*/v*/samples/valid/*.golden.json")):
        content = json.loads(golden.read_text(encoding="utf-8"))
        contract = "-".join(golden.parts[-6:-4])
        for index, event in enumerate(content.get("events", ()) if isinstance(content.get("events"), list) else ()):
            if isinstance(event, dict) and event.get("type") in EVENT_TYPES:
                found.append(
                    (f"{contract}-{golden.name.removesuffix('.golden.json')}-{index}", event["type"], event["data"])
                )
    return tuple(found)


def notices_of(contract: CompiledOutbound, labels: frozenset[str] | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """(name, notice) of all that the recipients of a contract may be told, of cases with these labels (None: of no
    case)."""
    for name, event_type, data in sampled():
        if event_type not in contract.events:
            continue
        linked = data if labels is None else {**data, "case": {**data["case"], "id": "case-01J0000000000000000000000A"}}
        for who in sorted(contract.recipients):
            event = told(event_type, linked, labels)
            to = recipient(who)
            try:
                shown = disclosure().shown(event, to)
            except ValueError:
                # Another class of the contract's recipients sees such events; this one does not.
                continue
            yield f"{name}-{who}", told_as(event, shown)


def told_as(event: Told, shown: bytes) -> dict[str, Any]:
    """The notice of a first delivery of this."""
    head = Head(
        delivery_id="01J0000000000000000000000D",
        subscription_id="hp-cases",
        lane="case-01J0000000000000000000000A",
        liberty=EVENT_TYPES[event.type].liberty,
        attempts=0,
        replay=False,
        owed_at=event.recorded_at,
        told=event,
    )
    return notice(head, 1, shown, environment="sandbox")


def said(tree: Any) -> Any:
    """A tree without what is empty: no element, and no member, stands for it."""
    if isinstance(tree, dict):
        return {name: value for name, each in tree.items() if (value := said(each)) not in ({}, [])}
    return [said(each) for each in tree] if isinstance(tree, list) else tree


__all__ = ["LABELLED", "MORNING", "UNLABELLED", "notices_of", "said", "sampled", "told_as"]
