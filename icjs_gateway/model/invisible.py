"""Characters that nobody sees, by their names: what a finding shows of a value, so that its reader sees them too."""

from __future__ import annotations

import re
import unicodedata

_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp", "Co", "Cs", "Cn"})
_BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_JOINERS = frozenset("\u200c\u200d")
_CONTROLS = {
    "\t": "TAB",
    "\n": "LINE FEED",
    "\r": "CARRIAGE RETURN",
    "\x00": "NULL",
    "\x7f": "DELETE",
    "\x85": "NEXT LINE",
}
_SUSPECT = re.compile(r"[^ -~]")
_NAMED_MAX = 3


def shown(text: str) -> str:
    """The text with its unseen characters as `[U+200B ZERO WIDTH SPACE]`. What is shown is shown again as it is."""
    return _SUSPECT.sub(
        lambda found: f"[{_named(found[0])}]" if _is_unseen(found[0], text, found.start()) else found[0], text
    )


def named_in(text: str) -> str | None:
    """The unseen characters that stand in a text, for a hint: `U+200B ZERO WIDTH SPACE (character 3)`."""
    found = [(each[0], each.start()) for each in _SUSPECT.finditer(text) if _is_unseen(each[0], text, each.start())]
    if not found:
        return None
    told = [f"{_named(character)} (character {at + 1})" for character, at in found[:_NAMED_MAX]]
    return ", ".join(told) + (f" and {len(found) - _NAMED_MAX} more" if len(found) > _NAMED_MAX else "")


def _is_unseen(character: str, text: str, at: int) -> bool:
    if character in _JOINERS:
        # Within a word of an Indian script they say how letters join, and belong there.
        return not (at and unicodedata.category(text[at - 1]) in ("Lo", "Mn", "Mc"))
    return character in _BLANK_LETTERS or unicodedata.category(character) in _UNSEEN


def _named(character: str) -> str:
    return f"U+{ord(character):04X} {_CONTROLS.get(character) or unicodedata.name(character, 'without a name')}"
