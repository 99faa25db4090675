"""The XML parser refuses what could change case data or exhaust the gateway, and says where."""

from __future__ import annotations

import hashlib
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icjs_gateway.adapters.wire.limits import XmlLimits
from icjs_gateway.adapters.wire.screen import count, is_plain
from icjs_gateway.adapters.wire.xml import parse_xml
from icjs_gateway.model.errors import Malformed, UnsupportedMedia
from icjs_gateway.routing.contracts import Wire

SMALL = XmlLimits(
    depth=4,
    elements=8,
    attributes=4,
    namespaces=5,
    name_chars=8,
    attribute_chars=400,
    text_chars=300,
    comments=2,
    instructions=2,
)


def refused(body: bytes, limits: XmlLimits | None = None) -> tuple[str, int | None]:
    """Code and line of the one finding with which a body is refused as malformed."""
    with pytest.raises(Malformed) as refusal:
        parse_xml(body, limits or XmlLimits())
    (finding,) = refusal.value.findings
    return finding.code, finding.line


def test_a_document_keeps_its_bytes_and_is_digested_in_canonical_form() -> None:
    body = b"<?xml version='1.0' encoding='utf-8'?>\n<a  y='2'\n x='1'><!-- who --><b/></a>"
    document = parse_xml(body)
    assert document.wire is Wire.XML
    assert document.body == body
    assert document.digest == hashlib.sha256(b'<a x="1" y="2"><b></b></a>').digest()


def test_processing_instructions_are_not_read_and_still_digested() -> None:
    document = parse_xml(b"<a>one<?stop here?>two</a>")
    assert document.root.text == "onetwo"
    assert document.digest == hashlib.sha256(b"<a>one<?stop here?>two</a>").digest()


def test_a_comment_inside_a_text_does_not_cut_it_short() -> None:
    assert parse_xml(b"<pid>1<!-- -->23</pid>").root.text == "123"


def test_a_dtd_that_would_drop_the_text_of_its_entity_is_refused() -> None:
    body = b'<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY name "Ram Lal">]>\n<a>&name;</a>'
    assert refused(body) == ("XML-DOCTYPE", 2)


def test_a_doctype_inside_cdata_is_only_text() -> None:
    assert parse_xml(b"<a><![CDATA[<!DOCTYPE a>]]></a>").root.text == "<!DOCTYPE a>"


def test_an_undeclared_entity_is_refused() -> None:
    assert refused(b"<a>&name;</a>")[0] == "XML-NOT-WELL-FORMED"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
def test_a_doctype_in_another_unicode_form_meets_no_parser(encoding: str) -> None:
    with pytest.raises(UnsupportedMedia):
        parse_xml("<!DOCTYPE a><a/>".encode(encoding))


@pytest.mark.parametrize("declared", ["UTF-7", "utf-16", "ISO-8859-1", "cp037", ""])
def test_any_declared_encoding_but_utf8_is_refused(declared: str) -> None:
    with pytest.raises(UnsupportedMedia):
        parse_xml(b'<?xml version="1.0" encoding="%b"?>' % declared.encode() + "<!DOCTYPE a><a/>".encode("utf-7"))


def test_a_padded_declaration_does_not_hide_its_encoding() -> None:
    with pytest.raises(UnsupportedMedia):
        parse_xml(b'<?xml version="1.0"' + b" " * 5000 + b'encoding="utf-16"?><a/>')


def test_a_utf8_byte_order_mark_is_allowed() -> None:
    assert parse_xml(b"\xef\xbb\xbf<?xml version='1.0'?><a/>").digest == parse_xml(b"<a/>").digest


def test_bytes_that_are_not_utf8_are_refused_with_their_line() -> None:
    assert refused(b"<a>\n\xff</a>") == ("XML-NOT-UTF-8", 2)
    assert refused(b"<a>\xed\xa0\x80</a>") == ("XML-NOT-UTF-8", 1)


def test_xml_1_1_is_refused() -> None:
    assert refused(b"<?xml version='1.1'?><a/>") == ("XML-VERSION", 1)


def test_80_000_attributes_are_refused_within_a_second() -> None:
    body = b"<a %b/>" % b" ".join(b'a%d="x"' % number for number in range(80_000))
    started = time.perf_counter()
    assert refused(body)[0] == "XML-TOO-MANY-ATTRIBUTES"
    assert time.perf_counter() - started < 1


def test_a_relative_namespace_has_no_canonical_form() -> None:
    assert refused(b'<a xmlns="foo"/>') == ("XML-RELATIVE-NAMESPACE", 1)


@pytest.mark.parametrize("depth", [5, 200, 300, 50_000])
def test_any_depth_over_the_limit_is_named_as_such(depth: int) -> None:
    assert refused(b"\n<a>" * depth + b"</a>" * depth, SMALL) == ("XML-TOO-DEEP", 6)


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("XML-TOO-MANY-ELEMENTS", b"<a>" + b"<b/>" * 8 + b"</a>"),
        ("XML-TOO-MANY-ATTRIBUTES", b"<a b='' c='' d='' e='' f=''/>"),
        (
            "XML-TOO-MANY-NAMESPACES",
            b"<a>" + b"".join(b"<b xmlns:p%d='u:x'/>" % n for n in range(6)) + b"</a>",
        ),
        ("XML-NAME-TOO-LONG", b"<abcdefghi/>"),
        ("XML-NAME-TOO-LONG", b"<a abcdefghi=''/>"),
        ("XML-NAME-TOO-LONG", b"<a abcdefghi =''/>"),
        ("XML-NAME-TOO-LONG", b"<a b='>' abcdefghi\t\n= ''/>"),
        ("XML-ATTRIBUTE-TOO-LONG", b"<a b='" + b"c" * 401 + b"'/>"),
        ("XML-TEXT-TOO-LONG", b"<a>" + b"c" * 301 + b"</a>"),
        ("XML-TEXT-TOO-LONG", b"<a>" + b"c" * 200 + b"<![CDATA[" + b"c" * 101 + b"]]></a>"),
        ("XML-TOO-MANY-COMMENTS", b"<a/>" + b"<!---->" * 3),
        ("XML-TOO-MANY-INSTRUCTIONS", b"<a/>" + b"<?b?>" * 3),
    ],
)
def test_each_limit_is_named_when_it_is_reached(code: str, body: bytes) -> None:
    assert refused(body, SMALL) == (code, 1)


@pytest.mark.parametrize(
    "body", [b"", b"<a>", b"<a></b>", b"<a/><b/>", b"text", b"<a x='1' x='2'/>", b"<p:a/>", b"<a>\x00</a>"]
)
def test_what_is_not_well_formed_is_refused_as_such(body: bytes) -> None:
    assert refused(body) == ("XML-NOT-WELL-FORMED", 1)


def test_a_refusal_quotes_nothing_of_the_body() -> None:
    with pytest.raises(Malformed) as refusal:
        parse_xml(b"<Accused><Sunil></Ram></Accused>")
    assert not re.search("Sunil|Ram|Accused", refusal.value.detail)


def test_lines_beyond_65535_are_still_lines() -> None:
    document = parse_xml(b"<a>\n" + b"<b>x</b>\n" * 70_000 + b"<c>x</c></a>")
    assert document.root[-1].sourceline == 70_002


PIECES = (
    *(b"<a>", b"</a>", b"<abcdefghij>", b"<b/>", b"<!--c-->", b"<?p i?>", b"<![CDATA[x]]>", b"<!DOCTYPE a>"),
    *(b"text", b"=", b"<a x='1'>", b"<a abcdefghij='1'>", b"<a abcdefghij ='>' y='2'>", b"<a xmlns:n='u:n'>"),
    *(b"<", b"/>", b" abcdefghij= ''", b"t" * 120, b"<?xml version='1.0'?>"),
)
markup = st.lists(st.sampled_from(PIECES), max_size=24).map(lambda parts: b"<r>" + b"".join(parts) + b"</r>")


@settings(max_examples=400)
@given(markup)
def test_what_the_quick_proof_lets_through_the_exact_count_does_not_refuse(body: bytes) -> None:
    limits = XmlLimits(depth=10_000, elements=8, attributes=3, namespaces=2, name_chars=8, text_chars=300)
    if is_plain(body, limits):
        try:
            assert count(body, limits) == 0
        except Malformed as refusal:
            assert [finding.code for finding in refusal.findings] == ["XML-NOT-WELL-FORMED"]  # noqa: PT017
