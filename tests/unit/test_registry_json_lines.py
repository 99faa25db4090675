"""The line of a JSON value is found again by its pointer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icjs_gateway.registry.json_lines import BODY_BYTES_MAX, lines_of

BODY = b"""{
  "a": {"x/y": 1, "~": "}]{[,:\\""},
  "list": [
    1,
    {"deep": [[],
      {"here": null}]},
    "last"
  ],
  "after": true
}
"""


@pytest.mark.parametrize(
    ("pointer", "line"),
    [
        ("/", 1),
        ("/a", 2),
        ("/a/x~1y", 2),
        ("/a/~0", 2),
        ("/list/0", 4),
        ("/list/1/deep/1/here", 6),
        ("/list/2", 7),
        ("/after", 9),
        ("/missing", 1),
        ("/list/1/missing/below", 5),
    ],
)
def test_a_pointer_has_a_line(pointer: str, line: int) -> None:
    assert lines_of(BODY, [pointer]) == {pointer: line}


def test_a_large_body_gets_no_lines() -> None:
    assert lines_of(b"[" + b" " * BODY_BYTES_MAX + b"]", ["/"]) == {}


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=15,
)


def _walk(value: Any, pointer: str) -> list[str]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    below = [(f"{pointer}/{str(name).replace('~', '~0').replace('/', '~1')}", inner) for name, inner in pairs]
    return [pointer, *(found for name, inner in below for found in _walk(inner, name))]


@given(_JSON)
def test_lines_never_go_back_along_a_document(value: Any) -> None:
    pointers = [pointer for pointer in _walk(value, "") if pointer and not pointer.endswith("/")]
    lines = lines_of(json.dumps(value, indent=1).encode(), pointers)
    found = [lines[pointer] for pointer in pointers]
    assert found == sorted(found)
    assert len(found) == len(pointers)
