"""A SOAP envelope without its passwords: what is kept of a message is read by more people than its password is for.

What each Password element of WS-Security holds is left out, wherever in the Header it stands; every other byte stays as
it was sent. The digest by which a message is known is that of the Body's child (`soap.open_envelope`) and does not
change.
"""

from __future__ import annotations

from contextlib import suppress
from xml.parsers import expat

from icjs_gateway.adapters.wire.soap_answers import SOAP, WSSE

_PASSWORD = f"{WSSE} Password"
_BODY = f"{SOAP} Body"


class _HeaderEnds(Exception):
    """The Body begins."""


def without_passwords(body: bytes) -> bytes:
    """The envelope, which was parsed before, with empty passwords."""
    found = _Passwords()
    parser = expat.ParserCreate("UTF-8", namespace_separator=" ")
    parser.buffer_text = False
    parser.StartElementHandler = lambda name, _: found.begins(name, parser.CurrentByteIndex)
    parser.EndElementHandler = lambda name: found.ends(name, parser.CurrentByteIndex)
    parser.DefaultHandler = parser.CharacterDataHandler = lambda _: found.holds(parser.CurrentByteIndex)
    with suppress(_HeaderEnds):
        parser.Parse(body, True)
    kept, at = [], 0
    for begins, ends in found.ranges:
        kept.append(body[at:begins])
        at = ends
    return b"".join((*kept, body[at:])) if kept else body


class _Passwords:
    """Where the content of each password begins and ends, in bytes."""

    def __init__(self) -> None:
        self.ranges: list[tuple[int, int]] = []
        self._depth = 0
        self._content: int | None = None

    def begins(self, name: str, at: int) -> None:
        if name == _BODY and not self._depth:
            raise _HeaderEnds
        if self._depth or name == _PASSWORD:
            self.holds(at)
            self._depth += 1

    def holds(self, at: int) -> None:
        """Something stands here: the first of it in a password is where its content begins."""
        if self._depth and self._content is None:
            self._content = at

    def ends(self, _name: str, at: int) -> None:
        if not self._depth:
            return
        self._depth -= 1
        if self._depth == 0:
            if self._content is not None:
                self.ranges.append((self._content, at))
            self._content = None
