"""Fused cases: those that hold FIRs whose own keys differ, where no document states that they belong together.

Read only, in pages of cases: memory is bounded by a page, whatever the size of the store.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, select

from icjs_gateway.model.case import Case
from icjs_gateway.model.case.facts import known
from icjs_gateway.routing.authority.claims import ClaimKind
from icjs_gateway.stores import schema
from icjs_gateway.stores.engine import reading

_PAGE = 200
_MESSAGES_MOST = 100

_case, _held = schema.cases.c, schema.case_identifiers.c
_claim, _event = schema.claims.c, schema.events.c


@dataclass(frozen=True, slots=True, kw_only=True)
class FusedCase:
    """A case that holds several FIRs. `numbers` are those that its FIRs share (`cnr:...`, `fir-reg:...`), none where a
    message named them together; `messages` the identities of those that brought a FIR or a shared number to the case,
    the first hundred."""

    case_id: str
    firs: tuple[str, ...]
    numbers: tuple[str, ...]
    messages: tuple[str, ...]


def fused_cases(engine: Engine) -> Iterator[FusedCase]:
    """Every fused case of the store, in order of id."""
    last = ""
    while True:
        with reading(engine) as connection:
            page = connection.execute(
                select(_case.case_id, _case.snapshot).where(_case.case_id > last).order_by(_case.case_id).limit(_PAGE)
            ).all()
            if not page:
                return
            last = page[-1].case_id
            keys = _keys_of(connection, [row.case_id for row in page])
            found = [
                _fused(connection, row.case_id, case, firs)
                for row in page
                if len(firs := _unstated(case := Case.model_validate_json(row.snapshot), keys.get(row.case_id, set())))
                > 1
            ]
        yield from found


def _keys_of(connection: Connection, case_ids: Sequence[str]) -> dict[str, set[str]]:
    """The keys of FIRs that each of these cases holds."""
    rows = connection.execute(
        select(_held.case_id, _held.identifier).where(
            _held.case_id.in_(case_ids), _held.identifier.startswith("fir:", autoescape=True)
        )
    )
    found: dict[str, set[str]] = {}
    for case_id, identifier in rows:
        found.setdefault(case_id, set()).add(identifier.removeprefix("fir:"))
    return found


def _unstated(case: Case, held: set[str]) -> tuple[str, ...]:
    """The FIRs that a case holds, but for those that a document states to belong to another one of them: a FIR that was
    clubbed with it, or from which another one was registered anew."""
    parents = {
        members["parent"]
        for key, fact in case.registrations.items()
        if "parent" in (members := known(fact)) and members["parent"] != key
    }
    return tuple(sorted((held | case.registrations.keys()) - set(case.clubbed_firs) - parents))


def _fused(connection: Connection, case_id: str, case: Case, firs: tuple[str, ...]) -> FusedCase:
    numbers = tuple(sorted({*_shared_cnrs(case, firs), *_shared_registrations(case, firs)}))
    subjects = [*(f"fir:{key}" for key in firs), *numbers]
    claimed = select(_claim.identity).where(
        _claim.case_id == case_id,
        _claim.kind == ClaimKind.IDENTIFIER.value,
        _claim.subject.in_(subjects),
        _claim.identity.is_not(None),
    )
    registered = select(_event.identity).where(_event.case_id == case_id, _event.type.like("icjs.fir.%"))
    rows = connection.scalars(claimed.union(registered).limit(_MESSAGES_MOST))
    return FusedCase(case_id=case_id, firs=firs, numbers=numbers, messages=tuple(sorted(rows)))


def _shared_cnrs(case: Case, firs: Sequence[str]) -> Iterator[str]:
    by_cnr: dict[str, set[str]] = {}
    for edge in case.edges:
        by_cnr.setdefault(edge.cnr, set()).add(edge.fir)
    return (f"cnr:{cnr}" for cnr, named in by_cnr.items() if len(named.intersection(firs)) > 1)


def _shared_registrations(case: Case, firs: Sequence[str]) -> Iterator[str]:
    by_number: dict[str, set[str]] = {}
    for fir in case.firs:
        if fir.registration_number is not None:
            by_number.setdefault(f"fir-reg:{fir.state}/{fir.registration_number}", set()).add(str(fir.key()))
    return (number for number, named in by_number.items() if len(named.intersection(firs)) > 1)
