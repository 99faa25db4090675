"""What collides in classes generated from a schema is told, and what does not is let pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from icjs_gateway.adapters.wire.xml import parse_xml
from icjs_gateway.registry.binding_names import binding_faults, class_name
from icjs_gateway.registry.inferring import inferred_xsd
from icjs_gateway.registry.loading import packaged_contracts
from tests.clients.collisions import COLLIDING, FINE, schema


@pytest.mark.parametrize("name", COLLIDING)
def test_what_collides_is_told_with_what_to_do(tmp_path: Path, name: str) -> None:
    [fault] = binding_faults(schema(tmp_path, COLLIDING[name]))
    assert "rename" in fault or "give it a named type" in fault


@pytest.mark.parametrize("name", FINE)
def test_what_does_not_collide_is_let_pass(tmp_path: Path, name: str) -> None:
    assert list(binding_faults(schema(tmp_path, FINE[name]))) == []


def test_no_schema_of_ours_collides() -> None:
    files = sorted(packaged_contracts().rglob("*.xsd"))
    assert len(files) > 10
    assert [fault for file in files for fault in binding_faults(file)] == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [("pid", "Pid"), ("FIR_No", "FIRNo"), ("a-b.c", "ABC"), ("sha256sum", "Sha256Sum"), ("Order", "Order")],
)
def test_a_class_is_called_as_java_calls_it(name: str, expected: str) -> None:
    assert class_name(name) == expected


def test_what_is_inferred_of_a_document_does_not_collide(tmp_path: Path) -> None:
    person = "<Person><Name>A</Name><Person x='1'><Name>B</Name><Person><Name>C</Name></Person></Person></Person>"
    inferred = inferred_xsd(parse_xml(f'<Case xmlns="urn:c">{person}<Next>{person}</Next></Case>'.encode()).root)
    file = tmp_path / "inferred.xsd"
    file.write_text(inferred, encoding="utf-8")
    assert list(binding_faults(file)) == []
    assert 'type="PersonPerson"' in inferred
