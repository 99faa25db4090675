"""`ClaimDesk` on the message store: an owner's decisions go the way of a person's at the command line."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine, insert, select

from icjs_gateway.model.case import Case
from icjs_gateway.model.errors import Conflict, NotFound
from icjs_gateway.routing.authority.claims import ClaimKind, ClaimState
from icjs_gateway.routing.authority.places import Places
from icjs_gateway.routing.claim_desk import OwnersClaim, owns, owns_identifier
from icjs_gateway.routing.correlation import identifier_of
from icjs_gateway.routing.directory import Partner
from icjs_gateway.routing.inquiries.case_reading import Retell
from icjs_gateway.routing.means import Clock
from icjs_gateway.routing.ports import Vault
from icjs_gateway.routing.recording import Bench
from icjs_gateway.stores import schema
from icjs_gateway.stores.claim_rows import settle_claim
from icjs_gateway.stores.claims import Claim, claim_of, claims
from icjs_gateway.stores.confirmations import confirm_within
from icjs_gateway.stores.engine import reader_of
from icjs_gateway.stores.evidence import leaf_row
from icjs_gateway.stores.exceptions import Act, until_no_race_is_lost
from icjs_gateway.stores.withdrawals import withdraw

_MOST = 1000


class StoreClaimDesk:
    """Decisions are taken with what `bench` and `places` are at that moment."""

    def __init__(
        self,
        engine: Engine,
        vault: Vault,
        bench: Callable[[], Bench],
        places: Callable[[], Places],
        retell: Retell,
        clock: Clock,
    ) -> None:
        self._engine = engine
        self._vault = vault
        self._bench = bench
        self._places = places
        self._retell = retell
        self._clock = clock

    async def refused(self, owner: Partner) -> Sequence[OwnersClaim]:
        return await asyncio.to_thread(self._refused, owner)

    async def confirm(self, owner: Partner, number: int, reason: str) -> OwnersClaim:
        return await asyncio.to_thread(until_no_race_is_lost(self._confirm), owner, number, self._act(owner, reason))

    async def reject(self, owner: Partner, number: int, reason: str) -> OwnersClaim:
        return await asyncio.to_thread(until_no_race_is_lost(self._reject), owner, number, self._act(owner, reason))

    def _act(self, owner: Partner, reason: str) -> Act:
        now: datetime = self._clock.now()
        return Act(by=owner.id, reason=reason, at=now)

    def _refused(self, owner: Partner) -> list[OwnersClaim]:
        found = claims(self._engine, state=ClaimState.REFUSED, limit=_MOST)
        with self._engine.connect() as connection:
            cases = {case_id: _case(connection, case_id) for case_id in {each.case_id for each in found}}
        own = {case_id for case_id, case in cases.items() if case is not None and owns(case, owner, self._places())}
        return [_shown(each) for each in found if each.case_id in own]

    def _confirm(self, owner: Partner, number: int, act: Act) -> OwnersClaim:
        with self._engine.begin() as connection:
            claim, _ = self._owned(connection, owner, number)
            if claim.identity is not None and claim.identity.startswith(f"{owner.id}/"):
                raise Conflict(f"Claim {number} came over your own wire; another owner of the case stands for it.")
            return _shown(confirm_within(connection, self._vault, number, act, self._bench(), self._retell))

    def _reject(self, owner: Partner, number: int, act: Act) -> OwnersClaim:
        with reader_of(self._engine).connect() as connection:
            claim, case = self._owned(connection, owner, number)
        if claim.kind is not ClaimKind.WITHOUT:
            if not self._may_withdraw(claim, case, owner):
                raise Conflict(f"Claim {number} is not yours to withdraw; ask the gateway's operator.")
            return _shown(withdraw(self._engine, self._vault, number, act, self._bench(), self._retell).claim)
        with self._engine.begin() as connection:
            if self._owned(connection, owner, number)[0].state is ClaimState.REFUSED:
                settle_claim(connection, number, ClaimState.REJECTED, act.at, by=act.by, reason=act.reason)
                facts = {"number": number, "case_id": claim.case_id, "by": act.by, "reason": act.reason}
                connection.execute(insert(schema.audit_leaves), [leaf_row("claim.rejected", facts, act.at)])
            else:
                raise Conflict(f"Claim {number} cannot be rejected: it is {claim.state.value}.")
            return _shown(claim_of(connection, number))

    def _may_withdraw(self, claim: Claim, case: Case, owner: Partner) -> bool:
        """Its own identifier, its own wire's word on a label or a child, and what a person linked by hand."""
        if claim.kind is ClaimKind.IDENTIFIER:
            return owns_identifier(case, identifier_of(claim.subject), owner, self._places())
        if claim.kind in (ClaimKind.LABEL, ClaimKind.CHILD):
            return claim.identity is not None and claim.identity.startswith(f"{owner.id}/")
        return claim.kind is ClaimKind.LINK

    def _owned(self, connection: Connection, owner: Partner, number: int) -> tuple[Claim, Case]:
        """The claim and its case, for an owner of the case. To anybody else there is none."""
        claim = claim_of(connection, number)
        case = _case(connection, claim.case_id)
        if case is None or not owns(case, owner, self._places()):
            raise NotFound(f"There is no claim {number}.")
        return claim, case


def _case(connection: Connection, case_id: str) -> Case | None:
    snapshot = connection.scalar(select(schema.cases.c.snapshot).where(schema.cases.c.case_id == case_id))
    return None if snapshot is None else Case.model_validate_json(snapshot)


def _shown(claim: Claim) -> OwnersClaim:
    return OwnersClaim(
        number=claim.number,
        kind=claim.kind,
        case_id=claim.case_id,
        identifier=claim.subject if claim.kind is ClaimKind.IDENTIFIER else None,
        place=claim.speaker,
        state=claim.state,
        made_at=claim.made_at,
    )
