"""The tables of `contracts/law/`, looked up by provision: which section became which, and what an offence carries.

A provision that has no row of its own is looked up without its last brackets, and then with all rows below it. Neither
table is an authority; `confidence` goes along with every answer. What a case is charged with is never rewritten.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

from icjs_gateway.mappings.law.provisions import Provision, read_provisions


@dataclass(frozen=True, slots=True, kw_only=True)
class Correspondence:
    """One provision of the old law and what came of it. Either side may be empty: new, or omitted."""

    old: tuple[Provision, ...]
    new: tuple[Provision, ...]
    subject: str
    relation: str
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offence:
    """One punishable limb. Terms are whole months; None is not known, or not this way (see `term`)."""

    provision: Provision
    offence: str
    min_months: int | None
    max_months: int | None
    life: bool | None
    death: bool | None
    term: str
    cognizable: str
    bailable: str
    triable_by: str
    forensic_visit: str
    default_bail_days: int | None
    valid_from: date | None
    valid_to: date | None
    confidence: str
    note: str


_R = TypeVar("_R", Correspondence, Offence)


def _indexed(rows: Iterable[tuple[Provision, _R]]) -> Mapping[Provision, tuple[_R, ...]]:
    found: dict[Provision, list[_R]] = defaultdict(list)
    for provision, row in rows:
        found[provision].append(row)
    return {provision: tuple(each) for provision, each in found.items()}


def _looked_up(index: Mapping[Provision, tuple[_R, ...]], wanted: Provision) -> tuple[_R, ...]:
    """Rows of the provision, else of the nearest one around it, else of all that lie in it."""
    for length in range(len(wanted.parts), -1, -1):
        around = Provision(act=wanted.act, section=wanted.section, parts=wanted.parts[:length])
        if around in index:
            return index[around]
    return tuple(
        row
        for provision, rows in index.items()
        if (provision.act, provision.section) == (wanted.act, wanted.section)
        and provision.parts[: len(wanted.parts)] == wanted.parts
        for row in rows
    )


@dataclass(frozen=True)
class Law:
    """Both tables."""

    correspondences: tuple[Correspondence, ...]
    offences: tuple[Offence, ...]

    @cached_property
    def _by_old(self) -> Mapping[Provision, tuple[Correspondence, ...]]:
        return _indexed((old, row) for row in self.correspondences for old in row.old)

    @cached_property
    def _by_new(self) -> Mapping[Provision, tuple[Correspondence, ...]]:
        return _indexed((new, row) for row in self.correspondences for new in row.new)

    @cached_property
    def _by_offence(self) -> Mapping[Provision, tuple[Offence, ...]]:
        return _indexed((row.provision, row) for row in self.offences)

    def became(self, old: Provision) -> tuple[Provision, ...]:
        """What stands in the new law for a provision of the old; empty where nothing does."""
        return _distinct(new for row in _looked_up(self._by_old, old) for new in row.new)

    def was(self, new: Provision) -> tuple[Provision, ...]:
        """What stood in the old law for a provision of the new; empty where nothing did."""
        return _distinct(old for row in _looked_up(self._by_new, new) for old in row.old)

    def offences_of(self, provision: Provision) -> tuple[Offence, ...]:
        """Every limb that a provision may mean. Which one it is, is for the facts to say; in doubt the gravest."""
        return _looked_up(self._by_offence, provision)


def _distinct(provisions: Iterable[Provision]) -> tuple[Provision, ...]:
    return tuple(dict.fromkeys(provisions))


_WHOLE = {"yes": True, "no": False}


def correspondence(row: Mapping[str, str]) -> Correspondence:
    """A row of concordance.csv. Raises ValueError."""
    return Correspondence(
        old=_cited(row["old_act"], row["old_section"]),
        new=_cited(row["new_act"], row["new_section"]),
        subject=row["subject"],
        relation=row["relation"],
        confidence=row["confidence"],
    )


def offence(row: Mapping[str, str]) -> Offence:
    """A row of offence_schedule.csv. Raises ValueError."""
    [provision, *_] = _cited(row["act"], row["section"]) or (Provision(act=row["act"], section=row["section"]),)
    return Offence(
        provision=provision,
        offence=row["offence"],
        min_months=_number(row["min_months"]),
        max_months=_number(row["max_months"]),
        life=_WHOLE.get(row["life"]),
        death=_WHOLE.get(row["death"]),
        term=row["max_text"],
        cognizable=row["cognizable"],
        bailable=row["bailable"],
        triable_by=row["triable_by"],
        forensic_visit=row["forensic_visit"],
        default_bail_days=_number(row["default_bail_days"]),
        valid_from=_day(row["valid_from"]),
        valid_to=_day(row["valid_to"]),
        confidence=row["confidence"],
        note=row["note"],
    )


def _cited(act: str, sections: str) -> tuple[Provision, ...]:
    """The provisions of one cell; of a range (`2(36)-2(38)`) its two ends."""
    read = (read_provisions(each, act) for each in re.split(r"[;-](?=\s*[0-9])", sections))
    return tuple(provision for reading in read for provision in reading.provisions)


def _number(text: str) -> int | None:
    return int(text) if text else None


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
