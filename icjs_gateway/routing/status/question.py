"""By what somebody asks for an inmate or a case, and the index entries that it leads to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from icjs_gateway.model.identifiers import Cnr, FirKey
from icjs_gateway.routing.case_index import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One of the numbers; `name` narrows a FIR or a CNR to those who are called so."""

    pid: str | None = None
    ptn: str | None = None
    cnr: Cnr | None = None
    fir: FirKey | None = None
    court_case: str | None = None
    """ESTABLISHMENT/NUMBER, as a court registers a case: `HPKN02/186/2026`."""
    lab_case: str | None = None
    name: str | None = None

    def entries(self) -> frozenset[Entry]:
        """What cases are looked for by."""
        return frozenset(self._entries())

    def _entries(self) -> Iterator[Entry]:
        named = (("pid", self.pid), ("ptn", self.ptn), ("cnr", self.cnr), ("lab-case", self.lab_case))
        yield from ((kind, value) for kind, value in named if value is not None)
        if self.fir is not None:
            yield "fir", str(self.fir)
        if self.court_case is not None:
            yield "court-case", self.court_case
