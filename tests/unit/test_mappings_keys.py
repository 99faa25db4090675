"""How a document says which message it is, where its format says so, says half of it, or says nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from icjs_gateway.adapters.wire.json import parse_json
from icjs_gateway.model.content import Action
from icjs_gateway.model.errors import Misconfigured, TranslationFailed
from icjs_gateway.registry import load_contracts
from icjs_gateway.registry.compiled import CompiledContract
from icjs_gateway.routing.contracts import Document
from tests.unit.test_registry_folders import FIR, compiled, copy, swap

Edit = Callable[[str], str]
HEADER = ("messageId", "action", "refersTo", "recordedAt")


def without(*names: str) -> dict[str, Edit]:
    """The edits after which the FIR's format has no such members of its header."""

    def schema(text: str) -> str:
        told = json.loads(text)
        told["required"] = [name for name in told["required"] if name not in names]
        for name in names:
            del told["properties"][name]
        return json.dumps(told)

    def mapping(text: str) -> str:
        return "".join(
            line for line in text.splitlines(True) if not any(line.startswith(f"  - {{wire: {name},") for name in names)
        )

    return {"schema__json": schema, "mapping__yaml": mapping}


def contract(tmp_path: Path, **edits: Edit) -> CompiledContract:
    folder = copy(tmp_path, FIR, **edits)
    found = load_contracts(folder.parent).get("police.fir-mh.v1")
    assert isinstance(found, CompiledContract)
    return found


def document(**more: Any) -> Document:
    fir = {"number": "7", "year": 2026, "kind": "ZERO", "registeredAt": "2026-01-02T03:04:05Z"}
    fir |= {"policeStation": {"code": "27", "state": "MH"}, "actsSections": [{"act": "BNS", "section": "1"}]}
    return parse_json(json.dumps({"fir": fir} | more).encode())


def faults(contract: CompiledContract, document: Document) -> list[tuple[str, str | None]]:
    contract.admit(document)
    with pytest.raises(TranslationFailed) as refused:
        contract.decode(document)
    return [(finding.code, finding.path) for finding in refused.value.findings]


def test_an_id_is_put_together_from_what_a_document_holds(tmp_path: Path) -> None:
    derived = swap("message_id: message_id", 'message_id: "{fir.police_station.code}-{fir.number}-{fir.year}"')
    made = contract(tmp_path, contract__yaml=derived, **without("messageId"))
    told = document(action="NEW")
    made.admit(told)
    content = made.decode(told)
    assert content.message_id == "27-7-2026"
    assert made.decode(parse_json(made.encode(content, told.wire))) == content


def test_a_format_without_an_id_is_known_by_what_is_given_beside_it_or_by_its_digest(tmp_path: Path) -> None:
    made = contract(tmp_path, contract__yaml=swap("  message_id: message_id\n", ""), **without("messageId"))
    told = document(action="NEW")
    assert made.decode(told).message_id == told.digest.hex()
    assert made.decode(replace(told, given_id="K-1")).message_id == "K-1"
    assert faults(made, replace(told, given_id="K 1/é")) == [("KEY-INVALID", "message_id")]


def test_an_id_beside_a_document_that_has_one_is_nothing(tmp_path: Path) -> None:
    made = contract(tmp_path)
    told = replace(document(messageId="M-1", action="NEW"), given_id="K-1")
    assert made.decode(told).message_id == "M-1"


def test_a_format_without_corrections_says_one_thing_only(tmp_path: Path) -> None:
    def constant(text: str) -> str:
        for line in ("  refers_to: refers_to\n", "  recorded_at: recorded_at\n"):
            text = text.replace(line, "")
        return text.replace("action: action", "action: {constant: NEW}")

    made = contract(tmp_path, contract__yaml=constant, **without("action", "refersTo", "recordedAt"))
    told = document(messageId="M-1")
    made.admit(told)
    content = made.decode(told)
    assert (content.action, content.refers_to, content.recorded_at) == (Action.NEW, None, None)
    assert made.decode(parse_json(made.encode(content, told.wire))) == content
    with pytest.raises(TranslationFailed, match="Corrections cannot be told"):
        made.encode(replace(content, action=Action.AMEND), told.wire)


def test_what_is_missing_or_cannot_be_is_told_all_at_once(tmp_path: Path) -> None:
    def optional(text: str) -> str:
        told = json.loads(text)
        told["required"] = ["fir"]
        told["properties"]["action"] = told["properties"]["messageId"] = {"type": "string"}
        return json.dumps(told)

    def loose(text: str) -> str:
        text = text.replace(
            "{wire: messageId, to: message_id, codec: message-id, occurs:",
            "{wire: messageId, to: message_id, codec: text, occurs:",
        )
        return text.replace("codec: code, codes: [NEW, AMEND, WITHDRAW], occurs:", "codec: text, occurs:")

    wrong = swap("occurred_at: [fir.registered_at]", "occurred_at: [fir.number]")
    folder = copy(tmp_path, FIR, schema__json=optional, mapping__yaml=loose, contract__yaml=wrong)
    with pytest.raises(Misconfigured) as refused:
        load_contracts(folder.parent)
    for name in ("message_id", "action"):
        assert f"{name}: codec text reads 'two words', which the canonical model refuses" in str(refused.value)
    # By itself it compiles, and what it lets pass is told too.
    made = compiled(folder)
    missing = [("KEY-MISSING", "message_id"), ("KEY-MISSING", "action"), ("KEY-INVALID", "occurred_at")]
    assert faults(made, document()) == missing
    invalid = [("KEY-INVALID", path) for path in ("message_id", "action", "occurred_at")]
    assert faults(made, document(messageId="a/b", action="PERHAPS")) == invalid


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("action: action", "action: {constant: PERHAPS}", "an action is one of NEW, AMEND, WITHDRAW, not PERHAPS"),
        ("action: action", "action: NEW", "NEW is not a path"),
        ("message_id: message_id", 'message_id: "{a"', "has a brace that is no path"),
        ("  thread: ", "  thraed: ", "thraed is not known here"),
    ],
)
def test_keys_that_cannot_be_are_refused_with_their_line(tmp_path: Path, old: str, new: str, reason: str) -> None:
    folder = copy(tmp_path, FIR, contract__yaml=swap(old, new))
    with pytest.raises(Misconfigured, match=reason) as refused:
        load_contracts(folder.parent)
    assert f"{folder / 'contract.yaml'}:" in str(refused.value)
