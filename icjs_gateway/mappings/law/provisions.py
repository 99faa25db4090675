"""Provisions as people write them: `379/411`, `324/506_IPC`, `302 r/w 34 IPC`, `u/s 376(2)(n) IPC & 6 POCSO`.

Reading never fails and never loses a number: what is not understood is handed back as it stood. An act may stand before
its sections or behind them; sections that no act is written with are of the act that was stated beside the text, or of
none that is known.

Not promised: that the reading is right. `BNS 103(1) and 25 Arms Act` is read as two acts; two acts with one number
between them can be read either way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from icjs_gateway.mappings.law.acts import ACT_PATTERN, CODES, NO_LETTER, act_code


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """A provision: the act's code, the section without leading zeros, and what stands in brackets behind it.

    `act` is None where none was written, or none that is known.
    """

    act: str | None
    section: str
    parts: tuple[str, ...] = ()

    def __str__(self) -> str:
        section = self.section + "".join(f"({part})" for part in self.parts)
        return section if self.act is None else f"{self.act} {section}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a text names: provisions in order, acts as written, and whatever could not be read."""

    provisions: tuple[Provision, ...]
    acts: tuple[tuple[str, str], ...] = ()
    """(code, as written) of every act that the text itself names."""
    unread: tuple[str, ...] = ()


_PART = r"(?:[0-9]{1,3}[A-Za-z]{0,2}|[ivxlc]{1,5}|[A-Za-z]{1,2})"
_IN_BRACKETS = rf"(?:\s*(?:sub[\s-]?section|clause|cl\.?|उपधारा|ख(?:ंड|ण्ड))?\s*\(\s*{_PART}\s*\))*"
_NOT_AN_ACT = r"(?!(?:IT|MV|NI|PC|JJ|EC|DP|I\.T|M\.V|N\.I|P\.C|J\.J)\.?\s*Act)"
_LETTERS = (
    rf"(?:{_NOT_AN_ACT}(?:[A-Za-z]{{1,2}}(?![A-Za-z])"
    r"|\s?-\s?[A-Za-z]{1,2}(?![A-Za-z.])"
    r"|\s(?-i:[A-Z])(?![A-Za-z./-])))?"
)
_TOKEN = re.compile(
    rf"(?P<act>{ACT_PATTERN})"
    r"|(?P<under>\bu\s?/\s?ss?\b\.?)"
    r"|(?P<apart>\br\s?/\s?w\b\.?|\bread\s+with\b|\band\b|[&;,+]"
    rf"|(?<![{NO_LETTER}])(?:व|एवं|और|तथा|सहपठित)(?![{NO_LETTER}]))"
    rf"|(?P<section>(?<![0-9])(?P<number>[0-9]{{1,4}})(?![0-9])(?P<letters>{_LETTERS})(?P<parts>{_IN_BRACKETS}))"
    r"|(?P<plain>\b(?:sections?|secs?|ss?|under|of|the|us|act|offen[cs]es?|punishable)\b\.?"
    rf"|(?<![{NO_LETTER}])(?:धारा(?:एं|ओं)?|के|तहत|अंतर्गत)(?![{NO_LETTER}]))"
    r"|(?P<word>[^\W_][^\W_\u093c-\u094d]*(?:[\u093c-\u094d][^\W_\u093c-\u094d]*)*)",
    re.IGNORECASE,
)
_PARTS = re.compile(rf"\(\s*({_PART})\s*\)", re.IGNORECASE)


@lru_cache(maxsize=4096)
def read_provisions(written: str, act: str | None = None) -> Reading:
    """What a text names. `act` is the one that stands beside it, as written. Never raises."""
    stated = act_code(act) if act is not None else None
    groups: list[list[Provision | None]] = [[]]
    acts: list[tuple[str, str]] = []
    unread: list[str] = [act] if act is not None and stated is None else []
    # Digits of every script count as digits; the text keeps its length, so that places stay places.
    text = written.translate(_Ascii())
    for found in _TOKEN.finditer(text):
        match found.lastgroup:
            case "section" if number := found["number"].lstrip("0"):
                groups[-1].append(_provision(number, found))
            case "apart":
                groups[-1].append(None)
            case "section" | "word":
                unread.append(written[found.start() : found.end()])
            case "act":
                code = next(name for name in CODES if found[name] is not None)
                acts.append((code, written[found.start() : found.end()]))
                groups.append([])
    owners = _owners(groups, [code for code, _ in acts], stated)
    provisions = tuple(
        Provision(act=owner, section=each.section, parts=each.parts) for owner, each in owners if each is not None
    )
    return Reading(provisions=provisions, acts=tuple(acts), unread=tuple(unread))


class _Ascii(dict[int, str]):
    """A translation that turns decimal digits of any script into 0-9."""

    def __missing__(self, point: int) -> str:
        letter = chr(point)
        return str(int(letter)) if letter.isdecimal() else letter


def _provision(number: str, found: re.Match[str]) -> Provision:
    letters = re.sub(r"[\s-]", "", found["letters"]).upper()
    return Provision(act=None, section=number + letters, parts=tuple(_PARTS.findall(found["parts"])))


_Group = list[Provision | None]
"""Provisions in order; None where one list of them ends and another may begin."""


def _owners(groups: list[_Group], acts: list[str], stated: str | None) -> Iterable[tuple[str | None, Provision | None]]:
    """Each provision with its act. `groups` stand before, between and behind the acts."""
    if not acts:
        return [(stated, each) for each in groups[0]]
    owned: list[tuple[str | None, _Group]] = [(acts[0] if _any(groups[0]) else None, groups[0])]
    taken = not _any(groups[0])
    for index, act in enumerate(acts):
        following = groups[index + 1]
        if index and not taken:
            # What stands between two acts belongs to the second, unless the first stood before its sections.
            owned[-1] = (act, owned[-1][1])
            taken = not _any(owned[-1][1])
        elif index and taken and _any(groups[index]) and not _any(following):
            kept, tail = _last_list(groups[index])
            owned[-1:] = [(owned[-1][0], kept), (act, tail)]
            taken = False
        last = index == len(acts) - 1
        owned.append((act if taken or last else None, following))
    return [(owner, each) for owner, group in owned for each in group]


def _any(group: _Group) -> bool:
    return any(each is not None for each in group)


def _last_list(group: _Group) -> tuple[_Group, _Group]:
    """A group in two, where its last list begins; all of it in the first where there is only one."""
    if None not in group or group[-1] is None:
        return group, []
    at = len(group) - group[::-1].index(None)
    return (group[:at], group[at:]) if _any(group[:at]) else (group, [])
