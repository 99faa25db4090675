"""Confirming a claim: a person stands for it, whoever made it. A withdrawal is undone by that."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, Engine, insert

from icjs_gateway.model.errors import Conflict, NotFound
from icjs_gateway.routing.authority.claims import ClaimKind, ClaimState
from icjs_gateway.routing.correlation import identifier_of
from icjs_gateway.routing.inquiries.case_reading import Retell
from icjs_gateway.routing.ports import Vault
from icjs_gateway.routing.recording import Bench
from icjs_gateway.stores import ledger_facts, schema
from icjs_gateway.stores.changed_cases import write_change
from icjs_gateway.stores.changed_deliveries import tell_change
from icjs_gateway.stores.claim_rows import CORRECTED, settle_claim
from icjs_gateway.stores.claims import Claim, claim_of
from icjs_gateway.stores.evidence import leaf_row
from icjs_gateway.stores.exceptions import Act, link_by_hand_within, until_no_race_is_lost
from icjs_gateway.stores.ledger_locks import hold_names
from icjs_gateway.stores.ledger_rows import write_cases
from icjs_gateway.stores.obligations_anew import ask_anew
from icjs_gateway.stores.orphans import link_waiting
from icjs_gateway.stores.remade_cases import Readers, cases_told, hold, reached
from icjs_gateway.stores.withdrawn_deliveries import tell_sent
from icjs_gateway.stores.words_taken_back import give_words_back


@until_no_race_is_lost
def confirm(engine: Engine, vault: Vault, number: int, act: Act, bench: Bench, retell: Retell) -> Claim:
    """Confirm a claim, as a person decided. Raises NotFound, and Conflict for one that cannot be confirmed.

    An identifier that was withdrawn is the case's again, and what waits for it is judged again; a message that was
    refused, or whose link was withdrawn, is linked to the case; a label, a child's mark or an edge counts again.
    """
    with engine.begin() as connection:
        return confirm_within(connection, vault, number, act, bench, retell)


def confirm_within(connection: Connection, vault: Vault, number: int, act: Act, bench: Bench, retell: Retell) -> Claim:
    """The same within a transaction."""
    claim = claim_of(connection, number)
    match claim.kind, claim.state:
        case _, ClaimState.STANDS | ClaimState.LEGACY if claim.kind is not ClaimKind.WITHOUT:
            pass
        case ClaimKind.IDENTIFIER, ClaimState.WITHDRAWN if claim.reason != CORRECTED:
            _hold_again(connection, claim, act, bench)
        case ((ClaimKind.EDGE | ClaimKind.LABEL | ClaimKind.CHILD), ClaimState.WITHDRAWN):
            give_words_back(connection, claim, act, bench, Readers(connection, vault, retell))
        case (ClaimKind.WITHOUT, ClaimState.REFUSED) | (ClaimKind.LINK, ClaimState.WITHDRAWN):
            link_by_hand_within(connection, claim.identity or "", claim.case_id, act, bench)
        case _:
            raise Conflict(f"Claim {number} cannot be confirmed: it is {claim.state.value}.")
    settle_claim(connection, number, ClaimState.CONFIRMED, act.at, by=act.by, reason=act.reason)
    if claim.state is ClaimState.WITHDRAWN and claim.kind in (ClaimKind.IDENTIFIER, ClaimKind.LINK):
        _count_from_the_first(connection, claim, act, bench, Readers(connection, vault, retell))
    facts = {"number": number, "case_id": claim.case_id, "by": act.by, "reason": act.reason}
    connection.execute(insert(schema.audit_leaves), [leaf_row("claim.confirmed", facts, act.at)])
    return claim_of(connection, number)


def _count_from_the_first(connection: Connection, claim: Claim, act: Act, bench: Bench, readers: Readers) -> None:
    """What came back to the case counts from when it first came, as if it had never left."""
    told = {claim.identity} if claim.identity is not None else set()
    first = {claim.case_id, *cases_told(connection, told)}
    reach = reached(connection, readers, first, lambda member: member, frozenset(), bench, moved=True)
    hold(connection, reach)
    taken_back = ask_anew(connection, claim.case_id, reach.now.of(claim.case_id), bench.recipients, act.at)
    files = write_change(connection, reach, {}, act.at)
    moved = tell_change(connection, reach, files, taken_back, claim.settled_at, bench, act.at)
    tell_sent(connection, moved.sent, bench.ids, act.at)


def _hold_again(connection: Connection, claim: Claim, act: Act, bench: Bench) -> None:
    identifier = identifier_of(claim.subject)
    held = hold_names(connection, [], freed={identifier})
    file = ledger_facts.files(connection, {claim.case_id}).get(claim.case_id)
    if file is None:
        raise NotFound(f"There is no case {claim.case_id}.")
    holder = ledger_facts.cases_of(connection, {identifier}).get(identifier)
    if holder is not None and holder != claim.case_id:
        raise Conflict(f"Case {holder} holds {claim.subject} now; withdraw its claim first.")
    if holder is None:
        row = {"identifier": claim.subject, "case_id": claim.case_id}
        connection.execute(insert(schema.case_identifiers), [row])
    severed = tuple(text for text in file.case.severed if text != claim.subject)
    case = file.case.model_copy(update={"severed": severed})
    write_cases(connection, [replace(file, version=file.version + 1, case=case)], {claim.case_id})
    link_waiting(connection, {identifier}, bench, held, act.at)
