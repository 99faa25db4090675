"""A document may name the types of its elements itself; what such a type adds is refused, and not lost."""

from __future__ import annotations

import pytest

from icjs_gateway.adapters.wire.xml import parse_xml
from icjs_gateway.model.errors import ContractViolation
from icjs_gateway.registry import load_contracts, packaged_contracts

CONTRACT = "prosecution.scrutiny.v1"
SAMPLE = packaged_contracts() / "prosecution" / "scrutiny" / "v1" / "samples" / "valid" / "full.xml"
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:s="urn:icjs:prosecution:scrutiny:1"'


def findings(old: str, new: str) -> list[tuple[str, str | None, int | None, bool]]:
    """Code, place and line of each, and whether `xsi:type` is explained, for the sample with this edit."""
    text = SAMPLE.read_text(encoding="utf-8")
    assert old in text
    document = parse_xml(text.replace(old, new, 1).replace("<Scrutiny ", f"<Scrutiny {XSI} ").encode())
    try:
        load_contracts().get(CONTRACT).admit(document)
    except ContractViolation as refusal:
        return [(each.code, each.wire_path, each.line, "xsi:type" in (each.hint or "")) for each in refusal.findings]
    return []


def test_what_a_type_of_the_documents_own_adds_is_refused_with_its_place() -> None:
    found = findings("<CaseType>", '<CaseType xsi:type="s:Words" lang="hi">')
    assert found == [("SCHEMA-UNEXPECTED", "/Scrutiny/Case/CaseType/@lang", 8, True)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<Words ", '<Words xsi:type="s:Words" '),
        ("<CaseType>", '<CaseType xsi:type="s:Text">'),
        ("<CaseType>", '<CaseType xsi:type="s:Words">'),
    ],
    ids=["the declared type", "the declared simple type", "a type that adds nothing here"],
)
def test_a_type_that_adds_nothing_may_be_named(old: str, new: str) -> None:
    assert findings(old, new) == []


def test_a_type_that_there_is_not_is_refused_as_before() -> None:
    [(code, at, line, _)] = findings("<CaseType>", '<CaseType xsi:type="s:Nope">')
    assert (code, at, line) == ("SCHEMA-VALUE", "/Scrutiny/Case/CaseType/@type", 8)
