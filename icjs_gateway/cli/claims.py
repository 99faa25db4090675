"""`claims`: by whose word identifiers and messages came to cases, and a person undoing that."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from icjs_gateway.bootstrap import open_store
from icjs_gateway.model.instants import rfc3339
from icjs_gateway.routing.authority.claims import ClaimState
from icjs_gateway.settings import Settings
from icjs_gateway.stores import claims as kept
from icjs_gateway.stores.claims import Claim

claims = typer.Typer(no_args_is_help=True, help="Claims: what belongs to which case by whose word, and undoing that.")

AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON, one object a line.")]


def register(app: typer.Typer) -> None:
    app.add_typer(claims, name="claims")


@claims.command(name="list")
def list_claims(
    case: Annotated[str | None, typer.Option(help="Only of this case, e.g. case-01J...")] = None,
    state: Annotated[ClaimState | None, typer.Option(help="Only in this state.")] = None,
    as_json: AsJson = False,
) -> None:
    """Claims, the oldest first: number, what is claimed for which case, by whom, why it counts, and its state."""
    store = open_store(Settings.from_environment(), may_create=False)
    for each in kept.claims(store.engine, case_id=case, state=state):
        typer.echo(json.dumps(members_of(each), ensure_ascii=False) if as_json else line_of(each))


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
    by = f"{claim.speaker or 'nobody known'} ({claim.basis or 'no standing'})" if claim.speaker else "nobody known"
    settled = f"  {claim.settled_by}: {claim.reason}" if claim.settled_by else ""
    what = f"{claim.number}  {claim.state.value}  {claim.kind.value} {claim.subject} -> {claim.case_id}"
    return f"{what}  by {by}  {made}{settled}"
