"""Nested dictionaries in zeep's form, as XML text.

One document then has two ways to the gateway, as SOAP through zeep and as plain XML, and both say the same.
The form: keys in upper case are child elements (a list repeats), keys in lower case are attributes,
`_value_1` is the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

TEXT = "_value_1"


def xml_text(root: str, namespace: str, document: dict[str, Any]) -> bytes:
    """The document as UTF-8 with a declaration, indented by two."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    lines += _element(root, {"xmlns": namespace} | document, "")
    return ("\n".join(lines) + "\n").encode()


def _element(name: str, value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _element(name, one, indent)
        return
    if not isinstance(value, dict):
        yield f"{indent}<{name}>{_text(value)}</{name}>"
        return
    attributes = "".join(f" {key}={quoteattr(_raw(value[key]))}" for key in value if key[0].islower())
    children = [key for key in value if key[0].isupper()]
    if children:
        yield f"{indent}<{name}{attributes}>"
        for key in children:
            yield from _element(key, value[key], indent + "  ")
        yield f"{indent}</{name}>"
    else:
        yield f"{indent}<{name}{attributes}>{_text(value.get(TEXT, ''))}</{name}>"


def _text(value: Any) -> str:
    return escape(_raw(value))


def _raw(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
