"""`Text`, the one form in which free text exists inside the gateway, and `Token`, a code or number that somebody gave.

Text is Unicode NFC, free of characters that XML 1.0 cannot carry, trimmed, never empty: absent text is `None`. Without
one such type `decode(encode(event)) == event` breaks at the first control character or empty string.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

_INVISIBLE = re.compile(
    "[\\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]*"
)
"""Text that nobody sees: blanks, and what Unicode gives no width or no ink. Inside a word some of it matters (the
joiners of Indian scripts), so it is never taken out: it only makes no text by itself."""
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def normalise(raw: str) -> str | None:
    """NFC, line ends as `\\n`, trimmed; `None` when nothing is left that shows. Raises ValueError for a character that
    XML cannot carry."""
    if raw.isascii() and raw.isprintable():
        # Most text: nothing in it can be other than normal, but for blanks around it.
        return raw.strip() or None
    text = (raw if raw.isascii() else unicodedata.normalize("NFC", raw)).strip()
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _NOT_XML.search(text):
        raise ValueError("holds a character that XML 1.0 cannot carry")
    return None if _INVISIBLE.fullmatch(text) else text


def _is_normal(value: str) -> str:
    if value.isascii() and value.isprintable() and value[0] != " " != value[-1]:
        # Most text, and every one that a codec has normalised: asked without a second call.
        return value
    if normalise(value) != value:
        raise ValueError("is not normalised text (NFC, trimmed, XML-safe, non-empty)")
    return value


Text = Annotated[str, StringConstraints(min_length=1), AfterValidator(_is_normal)]
"""Text that is already normal; a mapping's codec normalises, the model only insists."""

Token = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/()-]{0,63}$")]
"""A code or number somebody gave: opaque, compared as written."""
