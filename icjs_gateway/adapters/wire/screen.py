"""The screen before the XML parser: no DOCTYPE, and nothing over its limit.

libxml2 takes a DTD without a word and drops the text of its entities, and it takes 80,000 attributes on one
element, over which canonicalisation then works for 20 seconds. So every body is screened first, in one of two
ways that give one verdict. Most bodies are plain: a few byte counts prove that they hold no markup
declaration and cannot exceed a limit. Every other body is streamed through expat and counted exactly.

Not checked here: namespaces, and of plain bodies their depth and whether they are well formed. The parser
behind the screen does those (`xml.py`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from xml.parsers import expat
from xml.parsers.expat import errors

from icjs_gateway.adapters.wire.charset import UTF8_BOM
from icjs_gateway.adapters.wire.limits import XmlLimits
from icjs_gateway.model.errors import Malformed
from icjs_gateway.model.findings import Finding

_DECLARATION = re.compile(rb"""(?:\xef\xbb\xbf)?<\?xml\s[^>]*\?>""")


_BROKEN_OTHERWISE = "markup of another form than XML has"
_BROKEN = {
    errors.codes[said]: told
    for said, told in {
        errors.XML_ERROR_SYNTAX: "text or markup where an element should begin",
        errors.XML_ERROR_NO_ELEMENTS: "no element; the document is empty, or ends too early",
        errors.XML_ERROR_INVALID_TOKEN: "a character that may not stand there: write & as &amp; and < as &lt;",
        errors.XML_ERROR_UNCLOSED_TOKEN: "a tag, a reference or a comment that is not closed",
        errors.XML_ERROR_PARTIAL_CHAR: "half of a character",
        errors.XML_ERROR_TAG_MISMATCH: "an end tag that is not that of the element which is open",
        errors.XML_ERROR_DUPLICATE_ATTRIBUTE: "an attribute twice on one element",
        errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT: "something behind the document's own element",
        errors.XML_ERROR_UNDEFINED_ENTITY: "an entity of no name that XML has: &amp; &lt; &gt; &quot; &apos;",
        errors.XML_ERROR_BAD_CHAR_REF: "a number of a character that XML does not have",
        errors.XML_ERROR_MISPLACED_XML_PI: "an XML declaration that does not stand at the very beginning",
        errors.XML_ERROR_XML_DECL: "an XML declaration that is not of its form",
        errors.XML_ERROR_UNCLOSED_CDATA_SECTION: "a CDATA section that is not closed",
    }.items()
}
"""What breaks a document, by expat's numbers, in words for its sender."""


def not_well_formed(what: str, line: int | None) -> Malformed:
    """The refusal of what is no XML. `what` stands in it, and should not."""
    finding = Finding(code="XML-NOT-WELL-FORMED", line=line, expected="well-formed XML", hint=f"there is {what}")
    return Malformed(f"The XML is not well formed: there is {what}, line {line}.", [finding])


def refusal(code: str, detail: str, *, line: int | None = None, expected: str | None = None) -> Malformed:
    """One finding about an XML body, as the error to raise."""
    return Malformed(detail, [Finding(code=code, line=line, expected=expected)])


def screen(body: bytes, limits: XmlLimits) -> int:
    """Refuse what must not reach the parser; returns the number of processing instructions.

    `body` is UTF-8. Raises Malformed.
    """
    return 0 if is_plain(body, limits) else count(body, limits)


def count(body: bytes, limits: XmlLimits) -> int:
    """The exact screen, by expat, of any UTF-8 body. As `screen`, and refuses what is not well formed too."""
    return _Counter(limits).run(body)


def is_plain(body: bytes, limits: XmlLimits) -> bool:
    """Whether byte counts alone prove a UTF-8 body free of declarations and within every limit but depth.

    Sound because UTF-8 spells each of these marks in one way only: every element, comment, CDATA section and
    instruction opens with `<`, every attribute has its `=`, and no text is longer than the body.
    """
    declaration = _DECLARATION.match(body)
    return (
        len(body) <= min(limits.attribute_chars, limits.text_chars)
        and b"<!" not in body
        and body.count(b"<?") == (1 if declaration else 0)
        and body.count(b"<") - body.count(b"</") <= limits.elements
        and body.count(b"=") <= limits.attributes
        and body.count(b"xmlns") <= limits.namespaces
        and not any(pattern.search(body) for pattern in _long_names(limits.name_chars))
    )


@lru_cache(maxsize=16)
def _long_names(name_chars: int) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """What may be a name that is too long: after a `<`, or before a `=` (or a blank and a `=`)."""
    size = name_chars + 1
    return re.compile(rb"<[^\s/>]{%d}" % size), re.compile(rb"=(?:(?<=\S{%d}=)|(?<=\s=))" % size)


class _Counter:
    """The exact count, by expat. Handlers are called for every element, so each does as little as it can."""

    def __init__(self, limits: XmlLimits) -> None:
        self._limits = limits
        self._depth = self._elements = self._namespaces = self._text = self._comments = self._instructions = 0
        # The override makes expat read UTF-8 whatever the declaration says.
        self._parser = parser = expat.ParserCreate("UTF-8")
        parser.ordered_attributes = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CommentHandler = self._comment
        parser.ProcessingInstructionHandler = self._instruction

    def run(self, body: bytes) -> int:
        if len(body) > self._limits.text_chars:
            # No shorter body can hold a text over the limit, so only these pay for the call per text.
            self._parser.CharacterDataHandler = self._characters
        try:
            self._parser.Parse(body.removeprefix(UTF8_BOM), True)
        except expat.ExpatError as error:
            raise not_well_formed(_BROKEN.get(error.code, _BROKEN_OTHERWISE), error.lineno) from None
        return self._instructions

    def _over(self, code: str, what: str, limit: int) -> Malformed:
        line = self._parser.CurrentLineNumber
        return refusal(code, f"The XML has {what}, on line {line}.", line=line, expected=f"at most {limit}")

    def _doctype(self, *_: object) -> None:
        line = self._parser.CurrentLineNumber
        raise refusal("XML-DOCTYPE", "The XML has a DOCTYPE; leave it out.", line=line, expected="no DOCTYPE")

    def _start(self, name: str, attributes: list[str]) -> None:
        limits = self._limits
        self._text = 0
        self._depth += 1
        self._elements += 1
        if self._depth > limits.depth:
            raise self._over("XML-TOO-DEEP", "elements nested too deep", limits.depth)
        if self._elements > limits.elements:
            raise self._over("XML-TOO-MANY-ELEMENTS", "too many elements", limits.elements)
        if len(name) > limits.name_chars:
            raise self._over("XML-NAME-TOO-LONG", "a name that is too long", limits.name_chars)
        if attributes:
            self._judge_attributes(attributes)

    def _judge_attributes(self, attributes: list[str]) -> None:
        limits = self._limits
        if len(attributes) > 2 * limits.attributes:
            raise self._over("XML-TOO-MANY-ATTRIBUTES", "too many attributes on one element", limits.attributes)
        for name, value in zip(attributes[::2], attributes[1::2], strict=True):
            if name.startswith("xmlns"):
                self._namespaces += 1
            if len(name) > limits.name_chars:
                raise self._over("XML-NAME-TOO-LONG", "a name that is too long", limits.name_chars)
            if len(value) > limits.attribute_chars:
                raise self._over("XML-ATTRIBUTE-TOO-LONG", "an attribute that is too long", limits.attribute_chars)
        if self._namespaces > limits.namespaces:
            raise self._over("XML-TOO-MANY-NAMESPACES", "too many namespace declarations", limits.namespaces)

    def _end(self, _name: str) -> None:
        self._text = 0
        self._depth -= 1

    def _characters(self, text: str) -> None:
        self._text += len(text)
        if self._text > self._limits.text_chars:
            raise self._over("XML-TEXT-TOO-LONG", "a text that is too long", self._limits.text_chars)

    def _comment(self, _text: str) -> None:
        self._comments += 1
        if self._comments > self._limits.comments:
            raise self._over("XML-TOO-MANY-COMMENTS", "too many comments", self._limits.comments)

    def _instruction(self, _target: str, _text: str) -> None:
        self._instructions += 1
        if self._instructions > self._limits.instructions:
            raise self._over("XML-TOO-MANY-INSTRUCTIONS", "too many processing instructions", self._limits.instructions)
