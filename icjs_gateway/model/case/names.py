"""What persons are called: normalised for comparing, never for keeping.

A name proves nothing. It is compared where a document gives no number, to suggest who may be meant, and an unknown
accused has none.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ALIAS = re.compile(r"\s+(?:alias|urf|@|उर्फ)\s+|\s*@\s*")
_NOISE = re.compile(r"[\s.,'\u2019()-]+")
_HONORIFICS = frozenset({"shri", "sri", "smt", "kumari", "mr", "mrs", "ms", "dr", "श्री", "श्रीमती"})
_NOBODY = frozenset({"unknown", "not known", "unidentified", "nk", "n k", "name not known", "अज्ञात", "नामालूम"})


def plain(name: str) -> str:
    """One spelling for what differs by case, blanks, punctuation, width or a title: `SHRI  Sunil  Kumar.` is
    `sunil kumar`. Empty when nothing is left."""
    words = _NOISE.sub(" ", unicodedata.normalize("NFKC", name).casefold()).split()
    while words and words[0] in _HONORIFICS:
        words.pop(0)
    return " ".join(words)


def spellings(*names: str | None) -> frozenset[str]:
    """Every name that these stand for: `Sunil alias Sonu` is `sunil` and `sonu`. Nobody's name is none."""
    return frozenset(plain(part) for name in names if name for part in _ALIAS.split(name.casefold())) - {""} - _NOBODY


@lru_cache(maxsize=4096)
def is_nobody(name: str) -> bool:
    """Whether this is what is written for an accused whom nobody has identified."""
    return plain(name) in _NOBODY
