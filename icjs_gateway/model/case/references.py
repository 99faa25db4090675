"""FIRs of a case as they were named, and the edges between FIRs and proceedings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from icjs_gateway.model.case.snapshot import Edge
from icjs_gateway.model.content import CaseReference, FirReference


def with_firs(
    held: tuple[FirReference, ...], told: Iterable[FirReference], default_state: str | None
) -> tuple[FirReference, ...]:
    """One reference a FIR, each the union of what was said of it, in whatever order it was said."""
    told = [fir for fir in told if not any(_is_said(fir, known, default_state) for known in held)]
    if not told:
        return held
    firs = {str(fir.key(default_state) or fir.number): fir for fir in held}
    for fir in told:
        name = str(fir.key(default_state) or fir.number)
        known = firs.get(name)
        said = fir.model_dump(exclude_none=True, exclude={"number_raw"}) | {"state": fir.state or default_state}
        if known is not None:
            said = _merged(known.model_dump(exclude_none=True), said)
        firs[name] = FirReference.model_validate(said)
    return tuple(firs[name] for name in sorted(firs))


def _is_said(told: FirReference, known: FirReference, default_state: str | None) -> bool:
    """Whether a reference tells nothing that is not known: the usual case, and then nothing is made anew."""
    for name in _FIR_FIELDS:
        said = getattr(told, name)
        if said is None and name == "state":
            said = default_state
        if said is not None and ((held := getattr(known, name)) is None or said < held):
            return False
    return (known.number, known.year, known.police_station_code, known.state) == (
        told.number,
        told.year,
        told.police_station_code,
        told.state or default_state,
    )


_FIR_FIELDS = tuple(name for name in FirReference.model_fields if name != "number_raw")


def _merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Where both speak and differ, the lesser value stays: arbitrary, but the same whichever came first."""
    return {
        name: min((side[name] for side in (one, other) if side.get(name) is not None), default=None)
        for name in {**one, **other}
    }


def with_edges(held: tuple[Edge, ...], told: CaseReference, source: str, default_state: str | None) -> tuple[Edge, ...]:
    keys = [str(named) for fir in told.firs if (named := fir.key(default_state)) is not None]
    if told.cnr is None or all(any((e.fir, e.cnr, e.source) == (key, told.cnr, source) for e in held) for key in keys):
        return held
    edges = {(edge.fir, edge.cnr): edge for edge in held}
    for key in keys:
        first = edges.get((key, told.cnr))
        if first is None or source < first.source:
            edges[key, told.cnr] = Edge(fir=key, cnr=told.cnr, source=source)
    return tuple(edges[pair] for pair in sorted(edges))
