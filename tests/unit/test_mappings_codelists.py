"""Code lists: the source's own list by code, everybody's by text, and what nobody knows is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from icjs_gateway.mappings.codelists import read_codelists
from icjs_gateway.model.errors import Misconfigured

HEAD = "list,version,valid_from,raw,code,text\n"


def test_the_newest_version_of_a_list_answers(tmp_path: Path) -> None:
    file = tmp_path / "lists.csv"
    file.write_text(
        HEAD
        + "purposes/X,1,2025-01-01,16,OLD,Charge\npurposes/X,2,2026-01-01,16,NEW,Charge.\n"
        + "purposes,1,2025-01-01,,P,Plea\n"
    )
    lists = read_codelists([file])
    assert lists["purposes/X"].id == "purposes/X@2"
    assert lists["purposes/X"].by_raw == {"16": "NEW"}
    assert lists["purposes/X"].by_text == {"charge": "NEW"}
    assert lists["purposes"].by_raw == {}


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("a,b\n", ":1: expected the columns"),
        (HEAD + "l,one,2026-01-01,1,C,\n", ":2: version is a number"),
        (HEAD + "l,1,2026-02-30,1,C,\n", ":2: version is a number"),
        (HEAD + "l,1,2026-01-01,1,C,t\nl,1,2026-01-01,,C,\n", ":3: a row needs"),
    ],
)
def test_a_wrong_list_is_refused_with_its_line(tmp_path: Path, text: str, where: str) -> None:
    file = tmp_path / "lists.csv"
    file.write_text(text)
    with pytest.raises(Misconfigured) as refusal:
        read_codelists([file])
    assert f"{file}{where}" in refusal.value.detail
