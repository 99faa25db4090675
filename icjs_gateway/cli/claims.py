"""`claims`: by whose word identifiers and messages came to cases, and a person undoing that."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from icjs_gateway.bootstrap import desk_bench, desk_retell, open_store
from icjs_gateway.cli.exceptions import By
from icjs_gateway.model.instants import IST, rfc3339
from icjs_gateway.registry import packaged_contracts
from icjs_gateway.registry.authority import load_authority
from icjs_gateway.routing.authority.claims import ClaimKind, ClaimState
from icjs_gateway.routing.authority.legacy import legacy_basis
from icjs_gateway.routing.authority.standing import Authority
from icjs_gateway.routing.correlation import identifier_of
from icjs_gateway.settings import Settings
from icjs_gateway.stores import claims as kept
from icjs_gateway.stores import confirmations, withdrawals
from icjs_gateway.stores.case_reads import CaseRead, reads_of
from icjs_gateway.stores.claims import Claim
from icjs_gateway.stores.engine import reader_of
from icjs_gateway.stores.exceptions import Act
from icjs_gateway.stores.places import load_places
from icjs_gateway.stores.withdrawals import Withdrawn

claims = typer.Typer(no_args_is_help=True, help="Claims: what belongs to which case by whose word, and undoing that.")

Number = Annotated[int, typer.Argument(help="The claim, as `claims list` numbers it.")]
Reason = Annotated[str, typer.Option(help="Why. Kept with the claim and in the audit.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON, one object a line.")]


def register(app: typer.Typer) -> None:
    app.add_typer(claims, name="claims")


@claims.command(name="list")
def list_claims(
    case: Annotated[str | None, typer.Option(help="Only of this case, e.g. case-01J...")] = None,
    state: Annotated[ClaimState | None, typer.Option(help="Only in this state.")] = None,
    legacy: Annotated[
        bool,
        typer.Option("--legacy", help="Only what was held before claims were kept, judged by the places of today."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Claims, the oldest first: number, what is claimed for which case, by whom, why it counts, and its state."""
    store = open_store(Settings.from_environment(), may_create=False)
    if legacy:
        authority = Authority(places=load_places(reader_of(store.engine)), rules=load_authority(packaged_contracts()))
        today = datetime.now(IST).date()
        for claim, case_now in kept.legacy(store.engine, case_id=case):
            basis = legacy_basis(authority, identifier_of(claim.subject), case_now, today)
            if as_json:
                judged = {"would": "stand" if basis else "fall"} | ({"basis_now": basis.value} if basis else {})
                typer.echo(json.dumps(members_of(claim) | judged, ensure_ascii=False))
            else:
                typer.echo(f"{line_of(claim)}  {f'would stand: {basis.value}' if basis else 'would fall'}")
        return
    for each in kept.claims(store.engine, case_id=case, state=state):
        typer.echo(json.dumps(members_of(each), ensure_ascii=False) if as_json else line_of(each))


@claims.command()
def confirm(number: Number, by: By, reason: Reason) -> None:
    """Stand for a claim. One that was withdrawn, or a message that was refused, comes to the case by that."""
    settings = Settings.from_environment()
    store = open_store(settings, may_create=False)
    act = Act(by=by, reason=reason, at=datetime.now(UTC))
    bench, retell = desk_bench(store, settings), desk_retell(settings)
    typer.echo(line_of(confirmations.confirm(store.engine, store.vault, number, act, bench, retell)))


@claims.command()
def withdraw(
    claim: Annotated[
        str,
        typer.Argument(help="The claim, as `claims list` numbers it; or a message, as partner/contract/message id."),
    ],
    by: By,
    reason: Reason,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Take a claim back, or a message out of its case: what came to the case by it leaves the case.

    Says who was sent it, from whom something was withheld, and who read the case meanwhile.
    """
    settings = Settings.from_environment()
    store = open_store(settings, may_create=False)
    act = Act(by=by, reason=reason, at=datetime.now(UTC))
    bench, retell = desk_bench(store, settings), desk_retell(settings)
    given = (act, bench, retell)
    if claim.isascii() and claim.isdigit():
        withdrawn = withdrawals.withdraw(
            store.engine, store.vault, int(claim), *given, dry_run=dry_run, on_read=_tell_read
        )
    else:
        withdrawn = withdrawals.withdraw_message(
            store.engine, store.vault, claim, *given, dry_run=dry_run, on_read=_tell_read
        )
    reads = reads_of(reader_of(store.engine), withdrawn.claim.case_id, withdrawn.claim.made_at)
    if as_json:
        typer.echo(json.dumps(_report(withdrawn, reads), ensure_ascii=False))
        return
    for line in _lines(withdrawn, reads):
        typer.echo(line)
    if dry_run:
        typer.echo("(dry run: nothing was changed)")


def _tell_read(done: int) -> None:
    if done % 100 == 0:
        typer.echo(f"{done} messages read", err=True)


def _report(withdrawn: Withdrawn, reads: Sequence[CaseRead]) -> dict[str, Any]:
    return {
        "claim": members_of(withdrawn.claim),
        "left": [{"message": each.identity, "case": each.case_id} for each in withdrawn.gone],
        "released": list(withdrawn.released),
        "sent": [
            {
                "subscription": each.subscription_id,
                "event": each.event_id,
                "message": each.identity,
                "delivered_at": rfc3339(each.delivered_at) if each.delivered_at is not None else None,
            }
            for each in withdrawn.sent
        ],
        "withheld": [
            {
                "subscription": each.subscription_id,
                "event": each.event_id,
                "rule": each.rule,
                "at": rfc3339(each.at),
            }
            for each in withdrawn.refused
        ],
        "cases": list(withdrawn.cases),
        "stands_by": [each.number for each in withdrawn.still],
        "stopped": withdrawn.stopped,
        "owed_again": withdrawn.owed_again,
        "read": [
            {"partner": each.partner_id, "purpose": each.purpose, "at": rfc3339(each.at), "kind": each.kind}
            for each in reads
        ],
    }


def _lines(withdrawn: Withdrawn, reads: Sequence[CaseRead]) -> Iterator[str]:
    yield line_of(withdrawn.claim)
    for gone in withdrawn.gone:
        yield f"left: {gone.identity}, {f'now in {gone.case_id}' if gone.case_id else 'waits'}"
    for identifier in withdrawn.released:
        yield f"not held any more: {identifier}"
    for sent in withdrawn.sent:
        when = f"delivered {rfc3339(sent.delivered_at)}" if sent.delivered_at is not None else "perhaps delivered"
        yield f"told of it: {sent.subscription_id} has {sent.event_id} of {sent.identity}, {when}"
    for refused in withdrawn.refused:
        when = rfc3339(refused.at)
        yield f"withheld meanwhile: {refused.event_id} from {refused.subscription_id} by {refused.rule}, {when}"
    for case_id in withdrawn.cases:
        if case_id != withdrawn.claim.case_id:
            yield f"changed too: {case_id}"
    for each in withdrawn.still:
        yield f"stands all the same: {line_of(each)}"
    yield f"{withdrawn.stopped} deliveries stopped, {withdrawn.owed_again} owed again"
    for read in reads:
        yield f"read meanwhile: {read.partner_id} {rfc3339(read.at)} {read.kind} for {read.purpose or 'no purpose'}"


def members_of(claim: Claim) -> dict[str, Any]:
    """A claim as JSON: what is not known is left out."""
    members = {name: getattr(claim, name) for name in Claim.__slots__}
    members["case"] = members.pop("case_id")
    for name in ("made_at", "settled_at"):
        members[name] = rfc3339(members[name]) if members[name] is not None else None
    return {name: value for name, value in members.items() if value is not None}


def line_of(claim: Claim) -> str:
    """A claim as one line."""
    made = rfc3339(claim.made_at) if claim.made_at is not None else "before claims were kept"
    why = claim.basis or ("by itself" if claim.kind is ClaimKind.LINK else "no standing")
    by = f"{claim.speaker} ({why})" if claim.speaker else "nobody known"
    settled = f"  {claim.settled_by}: {claim.reason}" if claim.settled_by else ""
    what = f"{claim.number}  {claim.state.value}  {claim.kind.value} {claim.subject} -> {claim.case_id}"
    return f"{what}  by {by}  {made}{settled}"
