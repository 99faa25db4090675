"""The one XML parser of the gateway: hardened, bounded, and the source of the digest a receipt states.

A body is UTF-8, passes the screen, and is then read by libxml2 with every convenience off that reaches
outside the document or changes it. Comments and processing instructions are left out of the tree, because a
comment inside a text would otherwise cut it in two and a reader would see the first half only.

The tree is for reading. XML signatures are verified on the bytes as sent, never on this tree.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from lxml import etree

from icjs_gateway.adapters.wire.charset import require_declared_utf8, require_utf8
from icjs_gateway.adapters.wire.limits import XmlLimits
from icjs_gateway.adapters.wire.screen import count, not_well_formed, refusal, screen
from icjs_gateway.model.errors import Malformed
from icjs_gateway.routing.contracts import Document, Wire

DEFAULT = XmlLimits()


def parse_xml(body: bytes, limits: XmlLimits = DEFAULT) -> Document:
    """Parse an XML body. Raises UnsupportedMedia for a charset other than UTF-8, or else Malformed."""
    root, faithful = parse_tree(body, limits)
    return Document(wire=Wire.XML, root=root, body=body, digest=canonical_digest(faithful))


def parse_tree(body: bytes, limits: XmlLimits = DEFAULT) -> tuple[etree._Element, etree._Element]:
    """The document element for reading, and the one for digests, which keeps processing instructions.

    They are one and the same unless the body holds an instruction: canonical form includes those.
    """
    require_utf8(body, "XML")
    require_declared_utf8(body)
    instructions = screen(body, limits)
    root = _read(body, limits, keep_instructions=False)
    if instructions == 0:
        return root, root
    return root, _read(body, limits, keep_instructions=True)


def canonical_digest(element: etree._Element) -> bytes:
    """SHA-256 over the exclusive C14N, without comments, of an element as it stands in its document.

    Raises Malformed for a namespace name that is a relative reference, which has no canonical form.
    """
    try:
        canonical = etree.tostring(element, method="c14n", exclusive=True, with_comments=False)
    except etree.C14NError:
        raise refusal(
            "XML-RELATIVE-NAMESPACE",
            "The XML has no canonical form: a namespace name is not an absolute URI.",
            line=element.sourceline,
            expected="namespace names that are absolute URIs",
        ) from None
    return hashlib.sha256(canonical).digest()


def _read(body: bytes, limits: XmlLimits, *, keep_instructions: bool) -> etree._Element:
    # A fresh parser costs a microsecond and shares no state or lock with other threads.
    parser: etree.XMLParser[etree._Element] = etree.XMLParser(  # type: ignore[call-overload]  # knows no `decompress`
        encoding="UTF-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
        decompress=False,
        collect_ids=False,
        remove_comments=True,
        remove_pis=not keep_instructions,
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        # What was let through as plain is counted after all, for the verdict and its line to be the same.
        count(body, limits)
        raise _not_well_formed(error) from None
    if not _within_depth(limits.depth)(root):
        count(body, limits)
        raise refusal(
            "XML-TOO-DEEP",
            "The XML has elements nested too deep.",
            expected=f"at most {limits.depth} elements in each other",
        )
    return root


def _not_well_formed(error: etree.XMLSyntaxError) -> Malformed:
    """What only libxml2 refuses is of namespaces: expat, which has counted the document by now, does not judge them."""
    entry = error.error_log.last_error
    is_twice = entry is not None and entry.type_name == "NS_ERR_ATTRIBUTE_REDEFINED"
    return not_well_formed(
        "an attribute twice on one element, under two prefixes of one namespace"
        if is_twice
        else "a namespace prefix that is not declared (xmlns:prefix), or is declared in a form that there is not",
        error.lineno,
    )


@lru_cache(maxsize=16)
def _within_depth(depth: int) -> etree.XPath:
    """A compiled question: is there no element below `depth`? libxml2 answers in microseconds."""
    return etree.XPath(f"not(/{'/'.join('*' * (depth + 1))})")
