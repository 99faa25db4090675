"""Reshaping loses nothing: what does not come together refuses the document, and what does comes back as it was."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from lxml import etree

from icjs_gateway.model.errors import TranslationFailed
from icjs_gateway.model.findings import Finding
from icjs_gateway.registry.reshape import COPIED_MAX, Join, Reshape, Resolve

NAMESPACE = "urn:x"
XML = Reshape(
    namespace=NAMESPACE,
    namespaces={},
    resolves=(Resolve(at="accused", by="ref", of=("people", "person"), key="id", carries=("name",), before="heard"),),
    joins=(Join(at="heard", parts=("@y", "@m", "@d")),),
)
JSON = Reshape(namespace="", namespaces={}, resolves=(), joins=(Join(at="", parts=("Y", "M", "D"), into="ON"),))


def xml(inner: str) -> Any:
    return etree.fromstring(f'<sitting xmlns="{NAMESPACE}">{inner}</sitting>')


def person(key: str, name: str = "Mohan") -> str:
    return f'<people><person id="{key}"><name>{name}</name></person></people>'


def test_who_is_referred_to_stands_where_the_reference_was_and_goes_back() -> None:
    sent = xml(person("P1") + '<heard y="2026" m="9" d="7"/><accused ref="P1"/>')
    untouched = copy.deepcopy(sent)
    seen = XML.inward(sent)
    assert seen.findtext(f"{{{NAMESPACE}}}accused/{{{NAMESPACE}}}name") == "Mohan"
    assert seen.findtext(f"{{{NAMESPACE}}}heard") == "2026|9|7"
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
    assert JSON.inward({"Y": 2026, "M": 9, "D": 7}) == {"ON": "2026|9|7"}
    assert JSON.inward({"other": 1}) == {"other": 1}
    with pytest.raises(TranslationFailed) as refused:
        JSON.inward({"Y": 2026, "D": 7})
    [finding] = refused.value.findings
    assert (finding.code, finding.wire_path, finding.expected) == ("VALUE-INCOMPLETE", "/M", "Y, M, D")


def test_empty_fields_are_no_fields() -> None:
    assert JSON.inward({"Y": None, "M": None, "D": None}) == {}


SIBLINGS = Reshape(
    namespace=NAMESPACE,
    namespaces={},
    resolves=(),
    joins=(
        Join(at="", parts=("day", "time"), into="at"),
        Join(at="born", parts=("d", "m", "y")),
        Join(at="cell", parts=("@wing", "@no"), into="@name"),
    ),
)


def test_elements_are_joined_where_the_first_of_them_stands_and_go_back() -> None:
    sent = xml(
        "<id>R-1</id>\n<day>20/11/2026</day><time>18:05</time><born><d>7</d><m>9</m><y>1990</y></born>"
        '<cell no="4" wing="B"/>'
    )
    seen = SIBLINGS.inward(sent)
    assert [etree.QName(each).localname for each in seen] == ["id", "at", "born", "cell"]
    assert [each.text for each in seen] == ["R-1", "20/11/2026|18:05", "7|9|1990", None]
    assert dict(seen[3].attrib) == {"name": "B|4"}
    assert seen[1].sourceline == 2
    back = etree.fromstring(SIBLINGS.outward(etree.tostring(seen)))
    assert etree.tostring(back, method="c14n2") == etree.tostring(sent, method="c14n2")


def test_of_elements_that_are_joined_none_may_be_missing_but_all_may() -> None:
    assert len(SIBLINGS.inward(xml("<id>R-1</id>"))) == 1
    with pytest.raises(TranslationFailed) as refused:
        SIBLINGS.inward(xml("<time>18:05</time><born><d>7</d></born>"))
    told = [(finding.wire_path, finding.expected) for finding in refused.value.findings]
    assert told == [("//day", "day, time"), ("//born/m", "d, m, y")]


def test_what_is_found_is_told_of_the_first_field_where_it_stands() -> None:
    reshape = Reshape(
        namespace="",
        namespaces={},
        resolves=(),
        joins=(Join(at="ACC", parts=("D", "M"), into="ON"), Join(at="", parts=("X", "Y"), into="ON")),
    )
    paths = ["/ACC/0/ON", "/ON", "/OTHER/ON", "/ACC/0/OFF"]
    told = reshape.as_sent([Finding(code="VALUE-INVALID", wire_path=path) for path in paths])
    assert [each.wire_path for each in told] == ["/ACC/0/D", "/X", "/OTHER/ON", "/ACC/0/OFF"]
    assert [each.hint for each in told] == ["together with M", "together with Y", None, None]
    [one] = SIBLINGS.as_sent([Finding(code="VALUE-INVALID", wire_path="/sitting/at")])
    assert (one.wire_path, one.hint) == ("/sitting/day", "together with time")


def test_json_fields_are_numbers_again_where_they_were() -> None:
    fields = {"D": 7, "M": 9, "Y": 2026, "T": "09:05"}
    reshape = Reshape(
        namespace="", namespaces={}, resolves=(), joins=(Join(at="", parts=tuple(fields), into="ON", as_numbers=True),)
    )
    assert reshape.inward(fields) == {"ON": "7|9|2026|09:05"}
    assert json.loads(reshape.outward(b'{"ON": "7|9|2026|09:05"}')) == fields
    assert json.loads(JSON.outward(b'{"ON": "07|09|2026"}')) == {"Y": "07", "M": "09", "D": "2026"}
