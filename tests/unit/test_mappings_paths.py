"""Paths and templates over the canonical tree."""

from __future__ import annotations

import pytest

from icjs_gateway.mappings.paths import path, template

TREE = {"case": {"firs": [{"number": "112"}]}, "person": {"pid": "HP1"}}


def test_a_path_reads_one_member_however_deep() -> None:
    assert path("person.pid")(TREE) == "HP1"
    assert path("person.pid.more.still")({"person": {}}) is None
    assert path("case.firs.0.number")(TREE) == "112"
    assert path("case.firs.1.number")(TREE) is None


def test_a_template_has_a_value_only_where_every_hole_has_one() -> None:
    assert template("{person.pid}/{case.firs.0.number}")(TREE) == "HP1/112"
    assert template("{person.pid:2}")(TREE) == "HP"
    assert template("{person.pid}/{case.cnr}")(TREE) is None


def test_a_hole_takes_the_first_of_several_paths_that_has_a_value() -> None:
    thread = template("{case.cnr|case.firs.0.number}/{person.serial|person.pid}")
    assert thread(TREE) == "112/HP1"
    assert thread({"case": {"cnr": "C"}, "person": {"serial": "A1", "pid": "HP1"}}) == "C/A1"
    assert thread({"case": {"cnr": "C"}}) is None


def test_a_hole_joins_a_value_with_what_tells_it_apart() -> None:
    thread = template("{case.cnr|case.firs.0.number+case.firs.0.state+case.firs.0.year}/{person.pid}")
    told = {"case": {"firs": [{"number": "112", "state": "HP", "year": 2026}]}, "person": {"pid": "HP1"}}
    assert thread(told) == "112/HP/2026/HP1"
    assert thread(TREE) == "112///HP1"
    assert thread({"case": {"cnr": "C"}, "person": {"pid": "HP1"}}) == "C/HP1"
    assert thread({"case": {"firs": [{"state": "HP"}]}, "person": {"pid": "HP1"}}) is None


@pytest.mark.parametrize("wrong", ["Case.CNR", "case..cnr", ".case", "case.", "0.case", ""])
def test_what_is_no_path_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="is not a path"):
        path(wrong)


@pytest.mark.parametrize("wrong", ["{case.cnr", "{case.cnr|}", "{case.cnr+}", "{+case.cnr}", "{Case}", "a}b"])
def test_what_is_no_template_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"brace|path"):
        template(wrong)
