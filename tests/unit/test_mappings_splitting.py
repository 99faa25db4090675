"""What a document says of its case, where that is told in other places than one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from icjs_gateway.mappings.marked_yaml import read_yaml
from icjs_gateway.mappings.splitting import read_splitting

EVENTS = """
case: {cnr: cnr, firs: [{number: fir.number, year: fir.year}, {number: other.number}]}
main: {at: hearing, noun: hearing, verb: recorded}
"""


@pytest.mark.parametrize(
    ("tree", "case"),
    [
        ({"cnr": "C"}, {"cnr": "C", "firs": []}),
        ({"fir": {"number": "7", "year": 2026}}, {"firs": [{"number": "7", "year": 2026}]}),
        ({"other": {"number": "8"}}, {"firs": [{"number": "8"}]}),
        ({"fir": {"number": "7"}, "other": {"number": "8"}}, {"firs": [{"number": "7"}, {"number": "8"}]}),
    ],
    ids=["no FIR", "one FIR", "the other one", "both"],
)
def test_a_case_names_the_firs_that_are_there(tmp_path: Path, tree: dict[str, Any], case: dict[str, Any]) -> None:
    file = tmp_path / "mapping.yaml"
    file.write_text(EVENTS)
    assert read_splitting(read_yaml(file), frozenset()).case_of(tree) == case
