"""FIR numbers as stations and courts write them: `112/2026`, `Crime No. 77 of 2026`, `अपराध क्रमांक ७७/२०२६`.

A FIR number is a running number of its station in a calendar year. What stands around it differs by State and language,
and is a row of `fir_number_words.csv`: the register (`Crime`, `मु.अ.सं.`), the word for number, for year, for the date
and for the provisions behind it. Digits of every Indian script are read.

Stations of Gujarat kept a register for each part (I: IPC, II: other Acts, III: prohibition). Part I, or A, is what a
FIR number without a part means. Parts II and III count by themselves: their number 77 is another FIR, and is not read.
Nor is what has more than a number in it: a range, a letter behind the number, the 14 digits that Gujarat writes since
2020.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from icjs_gateway.model.names.rows import rows

EXPECTED = "a FIR number: its running number, with or without the year, e.g. 77, 0077/2026 or Crime No. 77 of 2026"

_PIVOT = 70
"""Two digits from here on are a year of the twentieth century."""


def parse_fir_number(raw: str) -> tuple[int, int | None]:
    """The running number and, where it is written with the number, the year. Raises ValueError.

    `0112`, `112/2026`, `112/26`, `FIR-0112`, `Cr. No. 112 of 2026`, `112/2026 dt 20.11.2026` are all number 112.
    """
    match = _NUMBER.fullmatch(_plain(raw))
    if match is None or int(match["number"]) == 0 or not (_is_head(match["head"]) and _has_known_tail(match)):
        raise ValueError(f"expected {EXPECTED}")
    year = match["slash_year"] or match["dash_year"] or match["word_year"]
    if year is None:
        return int(match["number"]), None
    return int(match["number"]), int(year) if len(year) == 4 else int(year) + (1900 if int(year) >= _PIVOT else 2000)


def _is_head(head: str) -> bool:
    letters = _letters(head)
    return _HEAD.fullmatch(letters) is not None if letters else head.strip() in ("", "#")


def _has_known_tail(match: re.Match[str]) -> bool:
    """Whether every word behind the number is one that may stand there. A date needs none."""
    return all(
        (words := match[name]) is None or (name == "dated" and not words.strip()) or _letters(words) in _BY_KIND[kind]
        for name, kind in (("of", "year"), ("dated", "dated"), ("provision", "provision"))
    )


def _plain(raw: str) -> str:
    """The text with plain digits, dashes and blanks; a zero that stands for the dot of an abbreviation (`मु0अ0सं0`)
    is one."""
    if raw.isascii():
        return " ".join(raw.split())
    text = "".join(_character(each) for each in unicodedata.normalize("NFC", raw))
    return " ".join(re.sub(r"(?<=[^\W\d_a-zA-Z])((?:[\u0900-\u0963])*)0(?=\D|$)", r"\1.", text).split())


def _character(each: str) -> str:
    category = unicodedata.category(each)
    if category == "Nd":
        return str(unicodedata.digit(each))
    if category == "Pd":
        return "-"
    # Joiners of Indian scripts, direction marks and the like say nothing of the number.
    return "" if category == "Cf" else " " if category == "Zs" else each


def _letters(text: str) -> str:
    """Its letters, with the signs that are part of them, in one case: dots, blanks and dashes say nothing."""
    return "".join(each for each in text.casefold() if unicodedata.category(each)[0] in "LM")


def _words(*kinds: str) -> Iterable[str]:
    words = (_letters(unicodedata.normalize("NFC", row["word"])) for row in _ROWS if row["kind"] in kinds)
    return sorted(words, key=len, reverse=True)


_ROWS = rows("fir_number_words")
_BY_KIND = {kind: frozenset(_words(kind)) for kind in {row["kind"] for row in _ROWS}}
_NAMES = "|".join(map(re.escape, _words("register", "number")))
_HEAD = re.compile(rf"(?:{_NAMES}){{0,4}}(?:i|part[ia])?(?:{_NAMES}){{0,4}}")
_DATE = r"(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2})"
_NUMBER = re.compile(
    rf"""
    (?P<head>\D*?) 0*(?P<number>\d{{1,9}})
    (?: \s*[/\\]\s*(?P<slash_year>\d{{4}}|\d{{2}})
      | \s*-\s*(?P<dash_year>\d{{4}})
      | (?P<of>\s+[^\d/,()]+?[\s.]+)(?P<word_year>\d{{4}}|\d{{2}})(?![./\d-]) )?
    (?: [\s,(]+(?P<dated>[^\d/()]*?)[\s.:-]*{_DATE}\)? )?
    (?: [\s,(]+(?P<provision>\D+?)[\s.:-]*\d.* )?
    [\s.)]*
    """,
    re.VERBOSE,
)
