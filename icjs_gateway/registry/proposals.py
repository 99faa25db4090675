"""What a place of a foreign schema likely is: the canonical member whose name and type are most like its own.

Systems shorten names (`FIR_REG_DT`), and put the noun above into them or not. A proposal is for somebody to look at.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from difflib import SequenceMatcher
from typing import Annotated, Any, get_args, get_origin

from icjs_gateway.registry.canonical import leaves_of
from icjs_gateway.registry.places import Place

LIKELY = 0.62
"""How much alike two names are from which on one is proposed for the other."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_SAME = {
    **{"no": "number", "num": "number", "srno": "serial", "slno": "serial", "yr": "year", "dt": "date", "nm": "name"},
    **{"ps": "police station", "sec": "section", "cd": "code", "regn": "registration", "reg": "registration"},
    **{"acc": "accused", "compl": "complainant", "mob": "phone", "mobile": "phone", "gender": "sex"},
    **{"dist": "district", "msg": "message", "txn": "message", "facts": "narrative", "prev": "refers"},
}
"""What systems shorten names to."""


class Proposals:
    """Likely canonical members by name and type, each with how alike they are."""

    def __init__(self, nouns: Sequence[str]) -> None:
        self.asked = self.found = 0
        header = {"message_id": str, "action": str, "refers_to": str, "recorded_at": datetime}
        self._members = {name: (_words(name), _kind_of(kind)) for name, kind in header.items()}
        for noun in nouns:
            self._members |= {leaf: (_words(leaf), _kind_of(kind)) for leaf, kind in leaves_of(noun).items()}

    def kind_of(self, leaf: str | None) -> str:
        """The codec that a proposed member would have; empty for none."""
        return "" if leaf is None else self._members[leaf][1]

    def of(self, above: tuple[str, ...], place: Place) -> str | None:
        self.asked += 1
        wanted = _words(place.name)
        around = set().union(*(_words(name) for name in above)) if above else set()
        best, score = None, 0.0
        for leaf, (words, kind) in self._members.items():
            own = _words(leaf.rpartition(".")[2])
            alike = SequenceMatcher(None, " ".join(sorted(wanted)), " ".join(sorted(own))).ratio()
            # A flat name says where it belongs as well: COMPL_MOBILE is the complainant's phone.
            alike = max(alike, 2 * len(wanted & words) / (len(wanted) + len(words)))
            alike += 0.15 * len((wanted | around) & words) / max(len(words), 1)
            if kind in _TELLING or place.kind in _TELLING:
                alike += 0.1 if kind == place.kind else -0.3
            if alike > score:
                best, score = leaf, alike
        if best is None or score < LIKELY:
            return None
        self.found += 1
        return best


_TELLING = frozenset({"date", "timestamp", "boolean", "base64"})
"""Kinds that only their like can be; numbers are often text on the one side or the other."""


def _kind_of(annotation: Any) -> str:
    """The codec that a canonical member of this type would have."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return {datetime: "timestamp", date: "date", bool: "boolean", int: "integer"}.get(annotation, "text")


def _words(name: str) -> set[str]:
    found = [word.lower() for word in _WORD.findall(name.replace("@", "").replace(".", " "))]
    return {part for word in found for part in _SAME.get(word, word).split()} - {"the", "of"}
