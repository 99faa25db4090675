"""Reshaping loses nothing: what does not come together refuses the document, and what does comes back as it was."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from lxml import etree

from icjs_gateway.model.errors import TranslationFailed
from icjs_gateway.registry.reshape import COPIED_MAX, Join, Reshape, Resolve

NAMESPACE = "urn:x"
XML = Reshape(
    namespace=NAMESPACE,
    namespaces={},
    resolves=(Resolve(at="accused", by="ref", of=("people", "person"), key="id", carries=("name",), before="heard"),),
    joins=(Join(at="heard", parts=("@y", "@m", "@d"), kind="date"),),
)
JSON = Reshape(
    namespace="", namespaces={}, resolves=(), joins=(Join(at="", parts=("Y", "M", "D"), kind="date", into="ON"),)
)


def xml(inner: str) -> Any:
    return etree.fromstring(f'<sitting xmlns="{NAMESPACE}">{inner}</sitting>')


def person(key: str, name: str = "Mohan") -> str:
    return f'<people><person id="{key}"><name>{name}</name></person></people>'


def test_who_is_referred_to_stands_where_the_reference_was_and_goes_back() -> None:
    sent = xml(person("P1") + '<heard y="2026" m="9" d="7"/><accused ref="P1"/>')
    untouched = copy.deepcopy(sent)
    seen = XML.inward(sent)
    assert seen.findtext(f"{{{NAMESPACE}}}accused/{{{NAMESPACE}}}name") == "Mohan"
    assert seen.findtext(f"{{{NAMESPACE}}}heard") == "2026-09-07"
    assert etree.tostring(sent) == etree.tostring(untouched)
    assert etree.tostring(etree.fromstring(XML.outward(etree.tostring(seen))), method="c14n") == etree.tostring(
        untouched, method="c14n"
    )


@pytest.mark.parametrize(
    ("inner", "codes"),
    [
        ('<accused ref="P1"/>', ["REFERENCE-UNKNOWN"]),
        ("<people><person><name>Mohan</name></person></people><accused/>", ["REFERENCE-UNKNOWN", "REFERENCE-UNUSED"]),
        (person("P1") + person("P2") + '<accused ref="P1"/>', ["REFERENCE-UNUSED"]),
        (person("P1", "Mohan") + person("P1", "Sohan") + '<accused ref="P1"/>', ["REFERENCE-AMBIGUOUS"]),
        (person("P1", "x" * 60_000) + '<accused ref="P1"/>' * (COPIED_MAX // 60_000 + 1), ["REFERENCE-TOO-MUCH"]),
        ('<heard y="2026" d="7"/>', ["VALUE-INCOMPLETE"]),
    ],
)
def test_xml_that_does_not_come_together_is_refused(inner: str, codes: list[str]) -> None:
    with pytest.raises(TranslationFailed) as refused:
        XML.inward(xml(inner))
    assert [finding.code for finding in refused.value.findings] == codes


def test_a_json_value_of_which_a_field_is_missing_is_refused() -> None:
    assert JSON.inward({"Y": 2026, "M": 9, "D": 7}) == {"ON": "2026-09-07"}
    assert JSON.inward({"other": 1}) == {"other": 1}
    with pytest.raises(TranslationFailed) as refused:
        JSON.inward({"Y": 2026, "D": 7})
    [finding] = refused.value.findings
    assert (finding.code, finding.wire_path, finding.expected) == ("VALUE-INCOMPLETE", "/M", "Y, M, D")


def test_empty_fields_are_no_fields() -> None:
    assert JSON.inward({"Y": None, "M": None, "D": None}) == {}
