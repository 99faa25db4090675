"""The JSON parser refuses every body that two readers might read differently, and says where."""

from __future__ import annotations

import hashlib
import time

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from icjs_gateway.adapters.wire.json import INTEGER_MAX, dumps, jcs, loads_own, parse_json
from icjs_gateway.adapters.wire.limits import JsonLimits
from icjs_gateway.model.errors import Malformed, UnsupportedMedia
from icjs_gateway.routing.contracts import Wire

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-INTEGER_MAX, INTEGER_MAX)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])), inner)
    ),
    max_leaves=20,
)


def refused(body: bytes, limits: JsonLimits | None = None) -> list[tuple[str, int | None]]:
    """Codes and lines of the findings with which a body is refused as malformed."""
    with pytest.raises(Malformed) as refusal:
        parse_json(body, limits or JsonLimits())
    return [(finding.code, finding.line) for finding in refusal.value.findings]


def test_a_document_keeps_its_bytes_and_is_digested_in_canonical_form() -> None:
    body = b'{"b": [1, 2.0],\n "a": "\\u0928"}'
    document = parse_json(body)
    assert document.wire is Wire.JSON
    assert document.body == body
    assert document.root == {"b": [1, 2.0], "a": "न"}
    assert document.digest == hashlib.sha256('{"a":"न","b":[1,2]}'.encode()).digest()


@given(VALUES)
def test_the_digest_is_that_of_rfc_8785_whatever_the_value(value: object) -> None:
    document = parse_json(dumps(value))
    assert document.digest == hashlib.sha256(rfc8785.dumps(value)).digest()  # type: ignore[arg-type]
    assert document.root == value == loads_own(document.body)


def test_names_beyond_the_basic_plane_are_sorted_by_utf16_unit() -> None:
    value = {"\U0001f600": 1, "\ufb33": 2}
    assert parse_json(dumps(value)).digest == hashlib.sha256('{"\U0001f600":1,"\ufb33":2}'.encode()).digest()
    assert jcs(value) == '{"\U0001f600":1,"\ufb33":2}'.encode()


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'{"[":'])
def test_100_000_deep_is_refused_before_any_parser_recurses(opening: bytes) -> None:
    started = time.perf_counter()
    assert refused(opening * 100_000) == [("JSON-TOO-DEEP", None)]
    assert time.perf_counter() - started < 1


def test_brackets_inside_strings_do_not_count() -> None:
    assert parse_json(b'["' + b"[" * 1000 + b'\\"[["]').root == ["[" * 1000 + '"[[']


def test_too_many_values_are_refused() -> None:
    assert refused(b"[1,2,3,4,5]", JsonLimits(values=4)) == [("JSON-TOO-MANY-VALUES", None)]
    assert parse_json(b'["1,2,3,4,5"]', JsonLimits(values=4)).root == ["1,2,3,4,5"]


@pytest.mark.parametrize(
    "body",
    [b"[" * 70 + b'\\"' * 2_000_000, b'["' * 70 + b'\\"' * 2_000_000, b"1" * 10_000_000, b'["\\'],
    ids=["quotes", "open-string", "digits", "backslash"],
)
def test_no_broken_body_takes_more_than_linear_time(body: bytes) -> None:
    started = time.perf_counter()
    assert len(refused(body)) == 1
    assert time.perf_counter() - started < 2


def test_duplicate_names_are_refused_all_at_once() -> None:
    with pytest.raises(Malformed) as refusal:
        parse_json(b'{"a": 1, "a": 1, "c": {"b": 1, "b": 2}}')
    assert [(finding.code, finding.found) for finding in refusal.value.findings] == [
        ("JSON-DUPLICATE-NAME", "b"),
        ("JSON-DUPLICATE-NAME", "a"),
    ]


def test_a_name_written_in_two_ways_is_still_a_duplicate() -> None:
    assert refused(b'{"a": 1, "\\u0061": 2}') == [("JSON-DUPLICATE-NAME", None)]


@pytest.mark.parametrize("constant", [b"NaN", b"Infinity", b"-Infinity"])
def test_what_is_not_a_number_is_refused(constant: bytes) -> None:
    assert refused(b'{"a": "NaN -Infinity",\n"b": %b}' % constant) == [("JSON-NOT-A-NUMBER", 2)]


def test_1e400_is_refused_with_its_line() -> None:
    assert refused(b'{"a":\n1e400, "b":\n\n-1e400}') == [
        ("JSON-NUMBER-TOO-LARGE", 2),
        ("JSON-NUMBER-TOO-LARGE", 4),
    ]


def test_integers_beyond_2_to_the_53_are_refused_with_their_line() -> None:
    assert parse_json(b"[9007199254740991, -9007199254740991]").root == [INTEGER_MAX, -INTEGER_MAX]
    assert refused(b"[9007199254740992,\n-9007199254740992]") == [
        ("JSON-INTEGER-TOO-LARGE", 1),
        ("JSON-INTEGER-TOO-LARGE", 2),
    ]
    assert refused(b"1" + b"0" * 10_000) == [("JSON-INTEGER-TOO-LARGE", 1)]


@pytest.mark.parametrize("lone", [rb"\ud800", rb"\udc00", rb"\uD83D\ud83d\ude00", rb"\\\udfff", rb"\ud83dx\ude00"])
def test_lone_surrogates_are_refused(lone: bytes) -> None:
    assert refused(b'{"a":\n"%b"}' % lone) == [("JSON-LONE-SURROGATE", 2)]
    assert refused(b'{"f": 1.5, "%b": 1}' % lone) == [("JSON-LONE-SURROGATE", 1)]


def test_nul_is_refused_and_a_backslash_before_letters_is_not() -> None:
    assert refused(b'{"a": "\\\\\\u0000"}') == [("JSON-NUL", 1)]
    assert parse_json(b'{"a": "\\\\u0000"}').root == {"a": "\\u0000"}


def test_a_long_name_is_refused() -> None:
    assert refused(b'{"abcdef": 1}', JsonLimits(name_chars=5)) == [("JSON-NAME-TOO-LONG", None)]


def test_findings_are_bounded() -> None:
    body = b"[" + b",".join([b"1e999"] * 1000) + b"]"
    assert len(refused(body, JsonLimits(findings=7))) == 7


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32-be"])
def test_other_unicode_forms_are_another_media_type(encoding: str) -> None:
    with pytest.raises(UnsupportedMedia):
        parse_json('{"a": 1}'.encode(encoding))


@pytest.mark.parametrize("body", [b"", b"{", b'{"a" 1}', b"[1]]", b'"\n"', b"01", b"'a'", b'{"a":1,}', b'["\x00"]'])
def test_what_is_not_well_formed_is_refused_as_such(body: bytes) -> None:
    assert refused(body) == [("JSON-NOT-WELL-FORMED", 1)]


def test_bytes_that_are_not_utf8_and_a_byte_order_mark_are_refused() -> None:
    assert refused(b'["\n\xff"]') == [("JSON-NOT-UTF-8", 2)]
    assert refused(b"\xef\xbb\xbf{}") == [("JSON-BOM", 1)]
