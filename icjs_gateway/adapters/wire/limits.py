"""What a document may cost, as data. Every parser of this package takes its limits from here.

The defaults suit bodies of up to 10 MiB, which the HTTP server enforces before any parser sees a byte. They
are far above every contract and far below what hurts: canonicalisation is quadratic in the attributes of one
element and searches every namespace in scope, and recursive readers fail near a depth of 900.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class XmlLimits:
    """Bounds of one XML document; a SOAP envelope counts as a whole. Lengths are in characters."""

    depth: int = 64
    elements: int = 100_000
    attributes: int = 64
    """Attributes and namespace declarations on one element."""
    namespaces: int = 256
    """Namespace declarations in the whole document."""
    name_chars: int = 200
    attribute_chars: int = 65_536
    text_chars: int = 10_000_000
    """Of one run of text between two tags; libxml2 itself stops here."""
    comments: int = 1_000
    instructions: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonLimits:
    """Bounds of one JSON document."""

    depth: int = 64
    values: int = 200_000
    """Members and array items in the whole document."""
    name_chars: int = 200
    findings: int = 50
    """Findings told of one document; a body made of faults does not buy an answer of its own size."""
